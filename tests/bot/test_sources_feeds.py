"""Feeds as they really are: RSS, Atom, RDF, JSON Feed, malformed, mislabelled, hostile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.sources.errors import SourceError
from bot.sources.feeds import Feed, looks_like_feed, parse_feed
from bot.sources.fetching import Fetcher
from tests.bot.web import Web

HERE = "https://paper.example/feeds/all.xml"

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Вечірня пошта</title><link>https://paper.example/</link>
<item><title>СБУ затримала двох &lt;b&gt;агентів&lt;/b&gt; у Сумах</title><link>/news/1</link>
<guid isPermaLink="false">1</guid><dc:creator>Олена Коваль</dc:creator>
<pubDate>Sat, 11 Jan 2025 10:30:00 +0200</pubDate>
<description><![CDATA[<p>Затримані передавали&nbsp;координати.</p><p>Їм загрожує ув’язнення.</p>]]></description></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>동해일보</title><link href="https://paper.example/"/>
<entry><title type="html">국정원 &amp;lt;속보&amp;gt;</title><id>tag:paper.example,2025:7</id>
<link rel="alternate" href="https://paper.example/7"/><updated>2025-01-13T09:00:00+09:00</updated>
<summary>국정원이 국회에 보고했다.</summary></entry></feed>"""


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


def parse(text: str | bytes, content_type: str | None = "application/xml") -> Feed:
    return parse_feed(text.encode() if isinstance(text, str) else text, content_type=content_type, url=HERE)


def rss(*items: str) -> str:
    return f'<rss version="2.0"><channel><title>Daily</title>{"".join(items)}</channel></rss>'


def test_rss_is_read_into_plain_values() -> None:
    feed = parse(RSS)
    assert (feed.title, feed.url) == ("Вечірня пошта", "https://paper.example/")
    (item,) = feed.items
    assert item.url == "https://paper.example/news/1"
    assert item.linked
    assert item.title == "СБУ затримала двох агентів у Сумах"
    assert item.text == "Затримані передавали координати.\nЇм загрожує ув’язнення."
    assert item.published == datetime(2025, 1, 11, 8, 30, tzinfo=UTC)
    assert (item.outlet, item.author, item.html) == ("Вечірня пошта", "Олена Коваль", None)


def test_atom_is_read_into_the_same_values() -> None:
    (item,) = parse(ATOM).items
    assert item.url == "https://paper.example/7"
    assert item.text == "국정원이 국회에 보고했다."
    assert item.published == datetime(2025, 1, 13, tzinfo=UTC)
    assert item.outlet == "동해일보"


def test_rdf_is_read() -> None:
    feed = parse(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel rdf:about="https://paper.example/"><title>Old</title></channel>'
        '<item rdf:about="https://paper.example/1"><title>Ferry delayed</title><link>https://paper.example/1</link>'
        "</item></rdf:RDF>"
    )
    assert [item.title for item in feed.items] == ["Ferry delayed"]


def test_json_feed_is_read_into_the_same_values() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbour Post",
        "home_page_url": "https://paper.example/",
        "items": [
            {
                "id": "1", "url": "/a", "title": "Bridge reopened",
                "content_text": "The bridge reopened.\nTraffic moved.",
                "date_published": "2025-01-11T10:00:00+02:00", "authors": [{"name": "Ann Lee"}],
            },
            {"id": "2", "content_html": "<p>No link here.</p>", "date_published": "yesterday"},
            "nonsense",
        ],
    }  # fmt: skip
    first, second = parse(json.dumps(document), "application/feed+json").items
    assert (first.url, first.author, first.text) == (
        "https://paper.example/a", "Ann Lee", "The bridge reopened.\nTraffic moved.",
    )  # fmt: skip
    assert first.published == datetime(2025, 1, 11, 8, tzinfo=UTC)
    assert not second.linked
    assert second.published is None


def test_full_content_is_told_apart_from_a_teaser() -> None:
    long = "<p>" + "The river rose again overnight and two villages were cut off. " * 12 + "</p>"
    feed = parse(RSS.replace("</item>", f"<content:encoded><![CDATA[{long}]]></content:encoded></item>"))
    (item,) = feed.items
    assert item.html is not None
    assert "two villages" in item.html
    assert item.text.startswith("The river rose")


def test_items_without_a_link_keep_an_address_of_their_own() -> None:
    source = rss(
        "<item><guid isPermaLink='false'>x-1</guid><title>Power cut in Odesa</title></item>",
        "<item><title>Power back in Odesa</title></item>",
        "<item><link>javascript:alert(1)</link><title>Third</title></item>",
        "<item><pubDate>Sat, 11 Jan 2025 10:30:00 GMT</pubDate></item>",
    )
    feed = parse(source)
    assert [item.title for item in feed.items] == ["Power cut in Odesa", "Power back in Odesa", "Third"]
    assert not any(item.linked for item in feed.items)
    assert len({item.url for item in feed.items}) == 3
    assert all(item.url.startswith(HERE + "#exonym-item-") for item in feed.items)
    assert [item.url for item in parse(source).items] == [item.url for item in feed.items]


def test_items_without_a_readable_date_have_none() -> None:
    feed = parse(
        rss(
            "<item><title>A</title><link>https://paper.example/a</link></item>",
            "<item><title>B</title><link>https://paper.example/b</link><pubDate>last week</pubDate></item>",
        )
    )
    assert [item.published for item in feed.items] == [None, None]


def test_an_address_counts_once() -> None:
    item = "<item><title>A</title><link>https://paper.example/a</link></item>"
    assert len(parse(rss(item, item)).items) == 1


def test_an_aggregator_names_the_outlet_of_each_item() -> None:
    feed = parse(
        rss(
            "<item><title>A</title><link>https://paper.example/a</link>"
            "<source url='https://other.example/'>Other Paper</source></item>"
        )
    )
    assert feed.items[0].outlet == "Other Paper"


@pytest.mark.parametrize(
    "broken",
    [
        rss("<item><title>Talks & more</title><link>https://paper.example/a</link></item>"),
        rss("<item><title>Talks<br></title><link>https://paper.example/a</link></item>"),
        rss("<item><title>Talks</title><link>https://paper.example/a</link></item>")[:-20],
        rss("<item><title>Talks\x0b\x00</title><link>https://paper.example/a</link></item>"),
        "\n\n " + rss("<item><title>Talks</title><link>https://paper.example/a</link></item>"),
        rss("<item><media:x>1</media:x><title>Talks</title><link>https://paper.example/a</link></item>"),
    ],
)
def test_malformed_xml_is_read_as_far_as_it_can_be(broken: str) -> None:
    (item,) = parse(broken).items
    assert item.title.startswith("Talks")
    assert item.url == "https://paper.example/a"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<rss version='2.0'><channel><item><ti", "malformed XML"),
        (b"<html><head><title>Hi</title></head><body>Not here</body></html>", "not a feed"),
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"Service unavailable", "not a feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "malformed JSON"),
        (b'{"ok": true}', "not a JSON Feed"),
        (b"[" * 100_000, "not a feed"),
        (b"{" + b'"a":[' * 100_000, "malformed JSON"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "an image"),
        (b"%PDF-1.7 ...", "a PDF"),
    ],
)
def test_what_is_no_feed_is_one_sentence(body: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says) as caught:
        parse(body)
    assert HERE in str(caught.value)
    assert str(caught.value).endswith(".")


def test_an_empty_feed_is_a_feed() -> None:
    assert parse(rss()).items == ()


@pytest.mark.parametrize("declared", ["utf-8", "windows-1251", "koi8-r"])
@pytest.mark.parametrize("actual", ["utf-8", "windows-1251", "koi8-r"])
def test_a_wrong_declaration_of_the_encoding_is_mended(declared: str, actual: str) -> None:
    text = "Спасатели эвакуировали из затопленных сёл около трёхсот человек, сообщила администрация района"
    source = f"<?xml version='1.0' encoding='{declared}'?>" + rss(
        f"<item><title>{text}</title><link>https://paper.example/a</link></item>"
    )
    assert parse(source.encode(actual), f"text/xml; charset={declared}").items[0].title == text


def test_a_korean_feed_in_euc_kr_declared_as_utf8_is_mended() -> None:
    text = "국가정보원은 북한군 병사 두 명이 생포됐다고 확인했다"
    source = "<?xml version='1.0' encoding='utf-8'?>" + rss(
        f"<item><title>{text}</title><link>https://paper.example/a</link></item>"
    )
    assert parse(source.encode("euc-kr")).items[0].title == text


def test_an_entity_bomb_stays_small() -> None:
    entities = '<!ENTITY e0 "boom">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    feed = parse(f"<!DOCTYPE rss [{entities}]>" + rss("<item><title>A &e11;</title><link>/a</link></item>"))
    assert len(feed.items[0].title) < 100


def test_an_external_entity_is_not_read() -> None:
    source = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + rss(
        "<item><title>A &x;</title><link>/a</link></item>"
    )
    assert parse(source).items[0].title == "A &x;"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (RSS.encode(), "text/html", True),
        (ATOM.encode(), None, True),
        (b"\xef\xbb\xbf<!-- made by hand --><rss>", None, True),
        (RSS.encode("utf-16"), None, True),
        (b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "b">]><rss>', None, True),
        (b'{"version": "https:\\/\\/jsonfeed.org\\/version\\/1"}', "application/json", True),
        (b"<!doctype html><html><body>about <rss></body></html>", "application/rss+xml", False),
        (b"<html><head><link type='application/rss+xml'></head>", "text/html", False),
        (b"A story about <rss> tags", "text/plain", False),
        (b'{"items": []}', "application/json", False),
        (b"", None, False),
    ],
)
def test_a_feed_is_known_by_its_first_element(body: bytes, content_type: str | None, expected: bool) -> None:
    assert looks_like_feed(body, content_type) is expected


async def test_a_feed_over_http_from_the_first_poll_to_an_unchanged_one(web: Web) -> None:
    url = web.page("/feed", RSS.encode("utf-16"), "application/rss+xml", etag='"1"')
    async with Fetcher(allow_private=True) as fetcher:
        fetched = await fetcher.fetch(url)
        feed = parse_feed(fetched.body, content_type=fetched.content_type, url=fetched.url, charset=fetched.charset)
        assert feed.items[0].url == web.url("/news/1")
        assert (await fetcher.fetch(url, etag=fetched.etag)).not_modified
