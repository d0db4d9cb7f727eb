"""Bad input from the network to the article: each fault is one sentence on that address, and harms nothing else."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.articles import ArticleDraft, UnsupportedLanguageError, accept, canonical_url
from bot.errors import BotError
from bot.sources.errors import SourceError
from bot.sources.feeds import Feed, looks_like_feed, parse_feed
from bot.sources.fetching import Fetcher
from bot.sources.pages import ReadPage, read_page
from tests.bot.web import Web

NOW = datetime(2025, 1, 15, 12, tzinfo=UTC)

PAGE = """<!doctype html><html><head>{head}<title>{title}</title></head><body><article><h1>{title}</h1>
<p>{first}</p><p>{second}</p></article></body></html>"""
RUSSIAN = {
    "title": "Паром сел на мель",
    "first": "Паром сел на мель у острова в воскресенье вечером, на борту было больше двухсот человек.",
    "second": "Береговая охрана сообщила, что к рассвету всех доставили на берег и никто не пострадал.",
}
UKRAINIAN = {
    "title": "Пором сів на мілину",
    "first": "Пором сів на мілину біля острова в неділю ввечері, на борту було понад двісті людей.",
    "second": "Берегова охорона повідомила, що до світанку всіх доправили на берег і ніхто не постраждав.",
}
KOREAN = {
    "title": "여객선 좌초",
    "first": "여객선이 일요일 밤 섬 앞바다에서 좌초했으며 당시 이백 명 넘게 타고 있었다.",
    "second": "해안경비대는 새벽까지 모두 뭍으로 옮겼으며 다친 사람은 없다고 밝혔다.",
}


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


async def read(url: str) -> Feed | ReadPage:
    """What an address holds, as a poll would read it."""
    async with Fetcher(allow_private=True, timeout=20) as fetcher:
        got = await fetcher.fetch(url)
    if looks_like_feed(got.body, got.content_type):
        return parse_feed(got.body, content_type=got.content_type, url=got.url, charset=got.charset)
    return read_page(got.body, url=got.url, content_type=got.content_type, charset=got.charset)


async def fault(url: str) -> str:
    with pytest.raises(SourceError) as caught:
        await read(url)
    message = str(caught.value)
    assert url in message
    assert message.endswith(".")
    assert "\n" not in message
    return message


async def feed(url: str) -> Feed:
    found = await read(url)
    assert isinstance(found, Feed)
    return found


async def page(url: str) -> ReadPage:
    found = await read(url)
    assert isinstance(found, ReadPage)
    return found


async def test_an_unreachable_source() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert "cannot be reached" in await fault(f"http://127.0.0.1:{taken.getsockname()[1]}/feed")


async def test_malformed_xml_without_an_item(web: Web) -> None:
    url = web.page("/feed", '<?xml version="1.0"?><rss version="2.0"><channel><tit', "application/rss+xml")
    assert "malformed XML" in await fault(url)


async def test_malformed_xml_with_items_that_can_still_be_read(web: Web) -> None:
    body = "<rss version='2.0'><channel><item><title>Storm & flood</title><link>/1</link></item><item><title>Cut"
    items = (await feed(web.page("/feed", body, "application/rss+xml"))).items
    assert [item.title for item in items][:1] == ["Storm & flood"]


@pytest.mark.parametrize("body", ["", "\n\n", "<html><body></body></html>", "<html><script>go()</script></html>"])
async def test_an_empty_page(web: Web, body: str) -> None:
    message = await fault(web.page("/a", body))
    assert "empty" in message or "no article text" in message


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(5_000), "text/html"),
        (b"%PDF-1.7 ...", "application/pdf"),
        (bytes(range(256)) * 99, "text/html"),
        (b"film", "video/mp4"),
        (gzip.compress(b"a page, but saved compressed " * 99, mtime=0), "text/html"),
    ],
)
async def test_a_binary_file(web: Web, body: bytes, content_type: str) -> None:
    assert "not" in await fault(web.page("/a", body, content_type))


async def test_a_page_of_200_megabytes(web: Web) -> None:
    assert "larger than 20 MB" in await fault(web.endless("/a", chunk=b"<p>more</p>" * 6_000))


async def test_a_redirect_loop(web: Web) -> None:
    web.redirect("/b", "/a")
    assert "circle" in await fault(web.redirect("/a", "/b"))


async def test_a_gzip_bomb(web: Web) -> None:
    bomb = gzip.compress(b"<p>boom</p>" * 2_000_000, 1)
    assert "larger than 20 MB" in await fault(web.page("/a", bomb, headers={"Content-Encoding": "gzip"}))


async def test_an_entity_bomb(web: Web) -> None:
    entities = '<!ENTITY e0 "boom">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    body = (
        f"<!DOCTYPE rss [{entities}]><rss><channel><item><title>A &e11;</title><link>/1</link></item></channel></rss>"
    )
    found = await feed(web.page("/feed", body, "application/rss+xml"))
    assert len(found.items[0].title) < 100


async def test_a_feed_of_ten_thousand_items(web: Web) -> None:
    items = "".join(f"<item><title>Item {n}</title><link>/{n}</link></item>" for n in range(10_000))
    found = await feed(web.page("/feed", f"<rss version='2.0'><channel>{items}</channel></rss>", "text/xml"))
    assert len(found.items) == 10_000


@pytest.mark.parametrize(
    ("words", "actual", "declared", "said_in_page"),
    [
        (RUSSIAN, "windows-1251", "utf-8", "utf-8"),
        (RUSSIAN, "koi8-r", "utf-8", None),
        (RUSSIAN, "koi8-r", "windows-1251", None),
        (UKRAINIAN, "windows-1251", "iso-8859-1", None),
        (UKRAINIAN, "utf-8", "windows-1251", "windows-1251"),
        (KOREAN, "euc-kr", "utf-8", None),
        (KOREAN, "cp949", "iso-8859-1", None),
        (KOREAN, "utf-16", "euc-kr", None),
    ],
)
async def test_a_wrong_encoding(
    web: Web, words: dict[str, str], actual: str, declared: str, said_in_page: str | None
) -> None:
    head = f'<meta charset="{said_in_page}">' if said_in_page else ""
    body = PAGE.format(head=head, **words).encode(actual)
    found = await page(web.page("/a", body, f"text/html; charset={declared}"))
    assert found.title == words["title"]
    assert found.text == f"{words['first']}\n{words['second']}"


async def test_items_without_links_or_dates_or_with_dates_ahead(web: Web) -> None:
    ahead = format_datetime(NOW + timedelta(days=40))
    body = f"""<rss version='2.0'><channel><title>Post</title>
<item><title>No link</title><description>It rained in the harbour all week long.</description></item>
<item><title>No date</title><link>/2</link></item>
<item><title>Ahead</title><link>/3</link><pubDate>{ahead}</pubDate></item>
<item><title>Nonsense</title><link>/4</link><pubDate>the day after</pubDate></item>
<item></item></channel></rss>"""
    items = (await feed(web.page("/feed", body, "application/rss+xml"))).items
    assert [(item.title, item.linked, item.published is None) for item in items] == [
        ("No link", False, True),
        ("No date", True, True),
        ("Ahead", True, False),
        ("Nonsense", True, True),
    ]
    text = "The harbour master said that sailings would resume on Thursday."
    draft = ArticleDraft(canonical_url(items[2].url), items[2].title, text, items[2].published, NOW, items[2].outlet)
    assert accept(draft).published is None


async def test_an_article_in_a_fifth_language(web: Web) -> None:
    words = {
        "title": "Паром сеў на мель",
        "first": "Паром сеў на мель каля вострава ў нядзелю ўвечары, на борце было больш за дзвесце чалавек.",
        "second": "Берагавая ахова паведаміла, што да світання ўсіх даставілі на бераг і ніхто не пацярпеў.",
    }
    url = web.page("/a", PAGE.format(head="", **words))
    found = await page(url)
    with pytest.raises(UnsupportedLanguageError, match="is in Belarusian"):
        accept(ArticleDraft(url, found.title, found.text, None, NOW, found.outlet))


async def test_a_fault_does_not_stop_the_others(web: Web) -> None:
    """One fetcher, many addresses at once: the good ones are read."""
    good = web.page("/good", PAGE.format(head="", **KOREAN))
    bad = [
        web.endless("/flood"),
        web.redirect("/loop", "/loop"),
        web.page("/gone", "", status=410),
        "http://[",
        "ftp://a",
    ]
    async with Fetcher(allow_private=True, max_bytes=500_000) as fetcher:
        said = []
        for url in bad:
            with pytest.raises(BotError) as caught:
                await fetcher.fetch(url)
            said.append(str(caught.value))
        assert (await fetcher.fetch(good)).body.decode().count("좌초") == 3
    assert len(set(said)) == len(bad)
