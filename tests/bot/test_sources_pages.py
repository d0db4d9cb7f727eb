"""Pages and files as they really are: boilerplate, wrong encodings, binaries, nothing at all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sources.errors import SourceError
from bot.sources.fetching import Fetcher
from bot.sources.pages import ReadPage, read_page, read_text_file
from tests.bot.web import Web

HERE = "https://www.paper.example/world/ferry"

PARAGRAPHS = {
    "en": [
        "The ferry Aurora ran aground off the island of Saremi on Sunday night with 214 people on board.",
        "The coast guard said that everybody had been brought ashore by dawn and that nobody was hurt.",
        "The ship's owner said an inquiry had begun and that sailings would not resume before Thursday.",
    ],
    "uk": [
        'Пором "Аврора" сів на мілину біля острова Саремі в неділю ввечері, на борту було 214 людей.',
        "Берегова охорона повідомила, що до світанку всіх доправили на берег і ніхто не постраждав.",
        "Власник судна заявив, що розпочато розслідування і рейсів не буде щонайменше до четверга.",
    ],
    "ru": [
        'Паром "Аврора" сел на мель у острова Сареми в воскресенье вечером, на борту было 214 человек.',
        "Береговая охрана сообщила, что к рассвету всех доставили на берег и никто не пострадал.",
        "Владелец судна заявил, что начато расследование и рейсов не будет по меньшей мере до четверга.",
    ],
    "ko": [
        "여객선 오로라호가 일요일 밤 사레미섬 앞바다에서 좌초했으며 당시 214명이 타고 있었다.",
        "해안경비대는 새벽까지 모두 뭍으로 옮겼으며 다친 사람은 없다고 밝혔다.",
        "선사 측은 조사가 시작됐으며 목요일 이전에는 운항을 재개하지 않겠다고 말했다.",
    ],
}


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


def html(language: str = "en", *, head: str = "", title: str = "Ferry runs aground off Saremi") -> str:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS[language])
    return f"""<!DOCTYPE html><html><head><title>{title} | Harbour Post</title>
<meta property="og:site_name" content="Harbour Post">{head}</head><body>
<div class="cookie-banner"><p>This website uses cookies to improve your experience.</p><button>Accept all</button></div>
<nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul></nav>
<article><h1>{title}</h1>{paragraphs}</article>
<section class="related"><h2>Related articles</h2>
<ul><li><a href="/x">Storm closes three ports in the north</a></li></ul>
</section>
<section id="comments"><h2>Comments</h2><p>Sailor77: I told you so, that captain was always careless.</p></section>
<footer>© 2025 Harbour Post. All rights reserved.</footer></body></html>"""


def read(body: str | bytes, content_type: str | None = "text/html", charset: str | None = None) -> ReadPage:
    data = body.encode() if isinstance(body, str) else body
    return read_page(data, url=HERE, content_type=content_type, charset=charset)


@pytest.mark.parametrize("language", PARAGRAPHS)
def test_the_article_is_read_without_what_is_printed_around_it(language: str) -> None:
    page = read(html(language))
    assert page.text.splitlines() == PARAGRAPHS[language]
    assert page.title == "Ferry runs aground off Saremi"
    assert page.outlet == "Harbour Post"


@pytest.mark.parametrize(
    "body", ["<article><h1>생포</h1><p>{}</p></article>", "<div><b>{}</b></div>", "<div>{}<br></div>"]
)
def test_a_report_of_one_sentence_is_read_without_the_rest_of_its_page(body: str) -> None:
    sentence = "우크라이나군이 쿠르스크에서 북한군 병사 두 명을 생포했다고 밝혔다."
    menu = "".join(f"<li><a href='/{number}'>Section number {number}</a></li>" for number in range(20))
    others = "".join(f"<li><a href='/s{number}'>Storm closes port {number}</a></li>" for number in range(9))
    page = read(
        f"<html><head><title>생포</title></head><body><nav><ul>{menu}</ul></nav>{body.format(sentence)}"
        f"<aside><h3>Most read</h3><ul>{others}</ul></aside><footer><p>Published by Harbour Media.</p></footer></body>"
    )
    assert page.text == sentence


def test_the_rows_of_a_table_are_lines_of_text() -> None:
    page = read(
        "<html><head><title>Losses</title></head><body><article>"
        "<p>Losses of the week, as counted by the general staff and published on Monday:</p>"
        "<table><tr><th>Kind</th><th>Lost</th></tr><tr><td>Tanks</td><td>45</td></tr></table>"
        "<p>The staff says that the numbers are estimates and may change later this week.</p></article></body>"
    )
    assert page.text.splitlines()[1:3] == ["Kind: Lost", "Tanks: 45"]


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2025-01-13T06:30:00+02:00">',
        '<meta name="pubdate" content="2025-01-13T04:30:00Z">',
        """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "WebPage"},
        {"@type": ["NewsArticle"], "datePublished": "2025-01-13T04:30:00"}]}</script>""",
        """<script type="application/ld+json">{broken</script>
        <meta property="article:published_time" content="2025-01-13T04:30:00.000Z">""",
    ],
)
def test_the_time_of_publication_comes_from_the_pages_own_data(head: str) -> None:
    assert read(html(head=head)).published == datetime(2025, 1, 13, 4, 30, tzinfo=UTC)


def test_a_page_without_a_marked_time_has_none() -> None:
    """Neither today nor a date out of the text or the copyright line."""
    assert read(html()).published is None


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/world/ferry-aground", "https://www.paper.example/world/ferry-aground"),
        ("https://paper.example/world/ferry?id=7", "https://paper.example/world/ferry?id=7"),
        ("https://elsewhere.example/world/ferry", None),
        ("https://www.paper.example/", None),
        ("javascript:void(0)", None),
        ("http://[", None),
    ],
)
def test_a_canonical_address_is_believed_on_the_same_site_only(href: str, expected: str | None) -> None:
    assert read(html(head=f'<link rel="canonical" href="{href}">')).canonical == expected


@pytest.mark.parametrize(
    ("language", "actual", "declared", "in_page"),
    [
        ("ru", "windows-1251", "utf-8", "utf-8"),
        ("ru", "windows-1251", None, None),
        ("ru", "koi8-r", None, None),
        ("ru", "koi8-r", "windows-1251", "utf-8"),
        ("ru", "cp866", "utf-8", None),
        ("ru", "utf-8", "windows-1251", "windows-1251"),
        ("ru", "iso8859-5", None, "iso-8859-5"),
        ("uk", "windows-1251", "utf-8", None),
        ("uk", "koi8-u", "utf-8", None),
        ("uk", "utf-16", None, None),
        ("ko", "euc-kr", "utf-8", None),
        ("ko", "euc-kr", None, None),
        ("ko", "cp949", "iso-8859-1", "ks_c_5601-1987"),
        ("ko", "utf-8", "euc-kr", "euc-kr"),
        ("ko", "utf-8-sig", None, None),
        ("en", "utf-16-le", None, None),
        ("en", "ascii", "no-such-encoding", "base64"),
    ],
)
def test_a_wrong_encoding_is_mended(language: str, actual: str, declared: str | None, in_page: str | None) -> None:
    head = f'<meta charset="{in_page}">' if in_page else ""
    page = read(html(language, head=head).encode(actual, "replace"), charset=declared)
    assert page.text.splitlines() == PARAGRAPHS[language]


def test_one_broken_letter_does_not_change_the_encoding() -> None:
    body = html("uk").encode().replace("світанку".encode(), b"\xd1\xd1\xd2")
    page = read(body)
    assert PARAGRAPHS["uk"][0] in page.text
    assert "Берегова охорона" in page.text


def test_western_text_in_its_old_encoding_is_read() -> None:
    text = "Le café de la gare a fermé ses portes après l'été, a annoncé la préfète à la télévision."
    assert read(text.encode("cp1252"), "text/plain", "utf-8").text == text


@pytest.mark.parametrize(
    ("body", "content_type", "says"),
    [
        (b"", "text/html", "empty"),
        (b"\n  \n", "text/html", "empty"),
        (b"<html><body></body></html>", "text/html", "no article text"),
        (
            b"<html><body><script>start()</script><noscript>Please enable JavaScript.</noscript></body></html>",
            None,
            "no",
        ),
        (b"<html><body><p>You need to enable JavaScript to run this app.</p></body></html>", None, "no article text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(300), "image/png", "an image"),
        (b"%PDF-1.7\n1 0 obj", "text/html", "a PDF"),
        (bytes(range(256)) * 40, "text/html", "not text"),
        (b"\x00\x01\x02\x03\x00\x00\xff\xd0" * 90, None, "a binary file"),
        (b"PK\x03\x04" + bytes(80), "application/octet-stream", "an archive"),
        (b"ftypmp42 film", "video/mp4", "video/mp4"),
        (b"\x80\x81\x82\xff\xfe\x01\x02\x03\x04\x05\x06" * 60, None, "not text"),
        (b"<html>" + b"<p>x</p>" * 700_000, "text/html", "no article"),
    ],
)
def test_what_is_no_article_is_one_sentence(body: bytes, content_type: str | None, says: str) -> None:
    with pytest.raises(SourceError, match=says) as caught:
        read(body, content_type)
    assert HERE in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "markup",
    [
        "<!--" * 50_000,
        "<a " * 60_000,
        "&#" * 100_000,
        "<script>" * 30_000,
        "<p a='" * 30_000,
        "<p>hello <a href=x>link</a></p>" * 40_000,
        "<table>" + "<tr><td>x" * 40_000,
    ],
    ids=["comments", "tags", "entities", "scripts", "attributes", "links", "cells"],
)
def test_hostile_markup_ends_soon(markup: str) -> None:
    """Parsers that go back and forth over such markup need minutes."""
    started = time.monotonic()
    with pytest.raises(SourceError, match=HERE):
        read(f"<html><body>{markup}")
    assert time.monotonic() - started < 20


def test_a_text_of_a_books_length_is_no_article() -> None:
    with pytest.raises(SourceError, match="which is no article"):
        read("The river rose again overnight. " * 20_000, "text/plain")


def test_deeply_nested_markup_ends() -> None:
    with pytest.raises(SourceError):
        read("<html><body>" + "<div>" * 20_000 + "x" + "</div>" * 20_000)


def test_a_fragment_keeps_its_paragraphs() -> None:
    page = read("<h1>Ferry runs aground</h1><p>It rained.<br>It blew &amp; poured all night.</p><script>x()</script>")
    assert page.title == "Ferry runs aground"
    assert page.text == "It rained.\nIt blew & poured all night."


# ---- files ----------------------------------------------------------------------------------------------------------


def file(tmp_path: Path, text: str | bytes, name: str = "ferry.txt") -> ReadPage:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_text_file(path, path.read_bytes())


@pytest.mark.parametrize("language", PARAGRAPHS)
def test_a_file_with_a_heading_has_it_as_title(tmp_path: Path, language: str) -> None:
    heading = {"en": "Ferry aground", "uk": "Пором на мілині", "ru": "Паром на мели", "ko": "여객선 좌초"}[language]
    page = file(tmp_path, "\n\n".join([heading, *PARAGRAPHS[language]]))
    assert page.title == heading
    assert page.text.splitlines() == PARAGRAPHS[language]
    assert (page.outlet, page.published, page.canonical) == ("ferry", None, None)


@pytest.mark.parametrize("language", PARAGRAPHS)
def test_a_file_without_a_heading_is_called_by_its_first_sentence(tmp_path: Path, language: str) -> None:
    page = file(tmp_path, " ".join(PARAGRAPHS[language]))
    assert page.title == PARAGRAPHS[language][0]
    assert page.text == " ".join(PARAGRAPHS[language])


def test_a_long_first_sentence_is_cut_at_a_word(tmp_path: Path) -> None:
    page = file(tmp_path, "The coast guard, " + "which was called out at night, " * 9 + "came.\nAll is well now.")
    assert len(page.title) <= 200
    assert page.title.endswith("night…") or page.title.endswith("…")
    assert " ,…" not in page.title


def test_a_copied_page_loses_its_boilerplate(tmp_path: Path) -> None:
    copied = [
        "Monday, January 13, 2025",
        "HomeWorldFerry runs aground off Saremi with 214 on board",
        "Ferry runs aground off Saremi with 214 on board",
        "Comments",
        "Your support helps our newsroom to stay open",
        "We keep our pages free for all. Harbour reporters walk the quays in every weather.",
        "Your support makes the difference.",
        *PARAGRAPHS["en"],
        "Join our sailing forum",
        "RELATED ARTICLES",
        "Storm closes three ports in the north",
        "Cod quota cut again",
        "LEAVE A REPLY",
        "Please enter your comment!",
    ]
    page = file(tmp_path, "\n".join(copied))
    assert page.title == "Ferry runs aground off Saremi with 214 on board"
    assert page.text.splitlines() == ["Monday, January 13, 2025", *PARAGRAPHS["en"]]


def test_reporting_that_speaks_of_subscriptions_stays(tmp_path: Path) -> None:
    text = [
        "Читайте уважно: рада ухвалила новий закон про пошту, і він набуде чинності вже першого лютого цього року.",
        "Support for Ukraine remains strong, the minister said, and more help will follow.",
        "Related charges were dropped in March, his lawyer said.",
    ]
    assert file(tmp_path, "\n".join(["Пошта", *text])).text.splitlines() == text


def test_a_list_of_other_articles_ends_where_the_article_goes_on(tmp_path: Path) -> None:
    first, second, third = PARAGRAPHS["uk"]
    page = file(
        tmp_path, "\n".join(["Пором на мілині", first, "Читайте також", "Шторм закрив три порти", second, third])
    )
    assert page.text.splitlines() == [first, second, third]


def test_broken_lines_are_joined_into_paragraphs(tmp_path: Path) -> None:
    first = [
        "The ferry Aurora ran aground off the island of Saremi on",
        "Sunday night with 214 people on board, the coast guard",
        "said, and everybody was brought ashore by dawn.",
    ]
    last = "Sailings resume on Thursday."
    page = file(tmp_path, "Ferry aground\n\n" + "\n".join(first) + "\n\n" + last + "\n")
    assert page.text.splitlines() == [" ".join(first), last]


def test_a_saved_page_is_read_as_a_page(tmp_path: Path) -> None:
    page = file(tmp_path, html("ko"), "saved.html")
    assert page.text.splitlines() == PARAGRAPHS["ko"]
    assert page.outlet == "Harbour Post"


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-16", "utf-8-sig"])
def test_a_file_in_an_old_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    assert file(tmp_path, "\n".join(PARAGRAPHS["ru"]).encode(encoding)).text.splitlines() == PARAGRAPHS["ru"]


@pytest.mark.parametrize("body", [b"", b"\n", b"\x7fELF\x02\x01" + bytes(99), b"...", b"12 34"])
def test_a_file_that_is_no_article_is_one_sentence(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(SourceError, match=r"ferry\.txt .*\.$"):
        file(tmp_path, body)


async def test_a_page_over_http_with_a_wrong_charset_in_its_header(web: Web) -> None:
    url = web.page("/a", html("ko").encode("euc-kr", "replace"), "text/html; charset=utf-8")
    async with Fetcher(allow_private=True) as fetcher:
        got = await fetcher.fetch(url)
    page = read_page(got.body, url=got.url, content_type=got.content_type, charset=got.charset)
    assert page.text.splitlines() == PARAGRAPHS["ko"]
