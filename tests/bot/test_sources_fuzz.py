"""Whatever bytes come, reading them ends in a value or in one sentence."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.articles import canonical_url, detect_language
from bot.dates import dateline, days_named
from bot.sources.decoding import decode
from bot.sources.errors import SourceError
from bot.sources.feeds import looks_like_feed, parse_feed
from bot.sources.markup import plain_text
from bot.sources.pages import read_page
from translations.languages import Language

HERE = "https://paper.example/a"
QUICK = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

# Pieces of which broken pages and feeds are made; random bytes alone seldom come near a parser's corners.
MARKUP = [
    "<html>",
    "<body>",
    "<p>",
    "</p>",
    "<article>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&#0;",
    "&#x110000;",
    "&amp",
]
FEEDS = [
    "<rss>",
    "<channel>",
    "<item>",
    "</item>",
    "<title>",
    "<link>",
    "<pubDate>",
    "<feed>",
    "<entry>",
    "<!DOCTYPE a [",
]
HEADS = [
    "<?xml version='1.0' encoding='koi8-r'?>",
    "<meta charset='",
    "<script type='application/ld+json'>",
    "<content>",
]
JSON = ['{"version": "https://jsonfeed.org/version/1", "items": [', '{"id": 1, "url": 5, "authors": [null]}', "]}"]
WORDS = [
    "Ґанок у Києві",
    "Москва, 31 февраля 2025 года —",
    "2025년 13월 40일 서울",
    "On 0 January 99999",
    "Sat, 99 Jan 2025 99:9",
]
SIGNS = [
    "Sat, 99 Jan 2025 99:9",
    "&amp",
    "<entry>",
    "http://[::1",
    "//",
    "?utm_source=",
    "%zz",
    " ",
    "\n",
    "'",
    '"',
    "\x00",
    "\x0b",
    "\ufeff",
    "\ud7ff",
]
PIECES = st.sampled_from([*MARKUP, *FEEDS, *HEADS, *JSON, *WORDS, *SIGNS])
BYTES = st.one_of(
    st.binary(max_size=400),
    st.builds(
        lambda parts, encoding: "".join(parts).encode(encoding, "replace"),
        st.lists(PIECES, max_size=40),
        st.sampled_from(["utf-8", "utf-16", "cp1251", "cp949"]),
    ),
)
CHARSETS = st.sampled_from([None, "utf-8", "windows-1251", "base64", "utf-16", "x-unknown", "", "idna"])
TYPES = st.sampled_from([None, "text/html", "text/plain", "application/rss+xml", "application/json"])


@QUICK
@given(BYTES, CHARSETS, TYPES)
def test_a_page_is_read_or_refused_in_a_sentence(body: bytes, charset: str | None, content_type: str | None) -> None:
    try:
        page = read_page(body, url=HERE, content_type=content_type, charset=charset)
    except SourceError as error:
        said = str(error)
    else:
        assert page.text
        assert "\x00" not in page.text
        assert "\n" not in page.title
        return
    assert said.endswith(".")


@QUICK
@given(BYTES, CHARSETS, TYPES)
def test_a_feed_is_read_or_refused_in_a_sentence(body: bytes, charset: str | None, content_type: str | None) -> None:
    looks_like_feed(body, content_type)
    try:
        feed = parse_feed(body, content_type=content_type, url=HERE, charset=charset)
    except SourceError as error:
        said = str(error)
    else:
        assert len({item.url for item in feed.items}) == len(feed.items)
        assert all(item.published is None or item.published.tzinfo is not None for item in feed.items)
        return
    assert said.endswith(".")


@QUICK
@given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from(Language))
def test_text_is_taken_as_it_comes(text: str, language: Language) -> None:
    plain_text(text)
    dateline(text, language)
    days_named(text, language, None)
    code = detect_language(text)
    assert code is None or len(code) == 2
    once = canonical_url(text)
    assert canonical_url(once) == once


@QUICK
@given(st.text(alphabet="абвгґєії АБВ,.\n", min_size=30), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_text_in_unicode_is_decoded_as_it_was(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), None, "it") == text
