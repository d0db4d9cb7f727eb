"""Fetching from a real server on loopback, well and badly behaved."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import zlib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from bot.sources import fetching
from bot.sources.errors import SourceError
from bot.sources.fetching import Fetcher, is_public, shown
from tests.bot.web import Web


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(allow_private=True) as it:
        yield it


async def refusal(fetcher: Fetcher, url: str) -> SourceError:
    """What the fetcher says about an address that it cannot read; a sentence that names it."""
    with pytest.raises(SourceError) as caught:
        await fetcher.fetch(url)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    return caught.value


async def test_a_page_comes_with_its_type_charset_and_validators(web: Web, fetcher: Fetcher) -> None:
    url = web.page("/a", "<p>Тиха ніч</p>", 'text/html; Charset="UTF-8"', etag='"7"', last_modified="Sat, 11 Jan 2025")
    fetched = await fetcher.fetch(url)
    assert fetched.body.decode() == "<p>Тиха ніч</p>"
    assert (fetched.content_type, fetched.charset) == ("text/html", "utf-8")
    assert (fetched.etag, fetched.last_modified) == ('"7"', "Sat, 11 Jan 2025")
    assert not fetched.not_modified


async def test_the_bot_names_itself_and_sends_no_cookies_back(web: Web, fetcher: Fetcher) -> None:
    url = web.page("/a", "x", headers={"Set-Cookie": "id=1"})
    await fetcher.fetch(url)
    await fetcher.fetch(url)
    for _, headers in web.requests:
        assert headers["User-Agent"].startswith("Exonym")
        assert "Cookie" not in headers


@pytest.mark.parametrize("validator", [{"etag": '"7"'}, {"last_modified": "Sat, 11 Jan 2025 08:00:00 GMT"}])
async def test_an_unchanged_page_is_not_sent_again(web: Web, fetcher: Fetcher, validator: dict[str, Any]) -> None:
    url = web.page("/a", "long", **validator)
    again = await fetcher.fetch(url, **validator)
    assert again.not_modified
    assert again.body == b""
    changed = await fetcher.fetch(url, **dict.fromkeys(validator, "something else"))
    assert changed.body == b"long"


async def test_redirects_are_followed_to_the_final_address(web: Web, fetcher: Fetcher) -> None:
    web.page("/c", "here")
    web.redirect("/b", "/c", 307)
    url = web.redirect("/a", web.url("/b"), 301)
    fetched = await fetcher.fetch(url)
    assert fetched.url == web.url("/c")
    assert fetched.body == b"here"


async def test_a_circle_of_redirects_is_recognised(web: Web, fetcher: Fetcher) -> None:
    web.redirect("/b", "/a")
    error = await refusal(fetcher, web.redirect("/a", "/b"))
    assert "circle" in str(error)
    assert web.count("/a") == 1


async def test_an_endless_chain_of_redirects_is_left(web: Web, fetcher: Fetcher) -> None:
    def onward(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", f"/on?{web.count('/on')}")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    await refusal(fetcher, web.route("/on", onward))
    assert web.count("/on") == fetching.MAX_REDIRECTS + 1


async def test_a_redirect_to_another_scheme_is_refused(web: Web, fetcher: Fetcher) -> None:
    error = await refusal(fetcher, web.redirect("/a", "file:///etc/passwd"))
    assert "not an http or https address" in str(error)


async def test_an_endless_body_is_stopped_early(web: Web) -> None:
    async with Fetcher(allow_private=True, max_bytes=1_000_000) as fetcher:
        error = await refusal(fetcher, web.endless("/flood"))
    assert "larger than 1 MB" in str(error)
    assert not error.retryable


async def test_a_page_that_announces_200_megabytes_is_not_read_at_all(web: Web, fetcher: Fetcher) -> None:
    sent: list[int] = []

    def announce(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "200000000")
        handler.end_headers()
        for _ in range(3_000):
            handler.wfile.write(b"x" * 65_536)
            sent.append(65_536)

    error = await refusal(fetcher, web.route("/huge", announce))
    assert "larger than 20 MB" in str(error)
    assert sum(sent) < 20_000_000


async def test_a_gzip_bomb_is_stopped_at_the_limit(web: Web, fetcher: Fetcher) -> None:
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(40)) + packer.flush()
    assert len(bomb) < 60_000
    error = await refusal(fetcher, web.page("/bomb", bomb, headers={"Content-Encoding": "gzip"}))
    assert "larger than 20 MB" in str(error)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress("물결".encode() * 50_000, mtime=0)),
        ("deflate", zlib.compress("물결".encode() * 50_000)),
        ("deflate", zlib.compress("물결".encode() * 50_000, wbits=-15)),
    ],
)
async def test_compressed_bodies_arrive_whole(web: Web, fetcher: Fetcher, encoding: str, body: bytes) -> None:
    fetched = await fetcher.fetch(web.page("/z", body, headers={"Content-Encoding": encoding}))
    assert fetched.body.decode() == "물결" * 50_000


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", b"plain after all"),
        ("gzip", gzip.compress(b"cut" * 999, mtime=0)[:-9]),
        ("br", b"\x0b\x02\x80"),
        ("gzip", b""),
    ],
)
async def test_a_broken_compression_is_one_sentence(web: Web, fetcher: Fetcher, encoding: str, body: bytes) -> None:
    url = web.page("/z", body, headers={"Content-Encoding": encoding})
    if body:
        assert "compressed" in str(await refusal(fetcher, url))
    else:
        assert (await fetcher.fetch(url)).body == b""


async def test_a_silent_server_is_left_at_the_deadline(web: Web) -> None:
    async with Fetcher(allow_private=True, timeout=0.3) as fetcher:
        error = await refusal(fetcher, web.silent("/slow"))
    assert error.retryable


async def test_a_trickle_does_not_outlast_the_deadline(web: Web) -> None:
    """Each byte resets a read timeout; the deadline is for the whole."""

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True
        while not web.closing.wait(0.05):
            handler.wfile.write(b"x")

    async with Fetcher(allow_private=True, timeout=0.4) as fetcher:
        error = await refusal(fetcher, web.route("/drip", trickle))
    assert "within 0.4 seconds" in str(error)


async def test_a_body_that_breaks_off_may_be_tried_again(web: Web, fetcher: Fetcher) -> None:
    def stop(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"half")
        handler.close_connection = True

    error = await refusal(fetcher, web.route("/cut", stop))
    assert error.retryable
    assert "broke off" in str(error)


async def test_a_server_that_speaks_no_http_is_one_sentence(web: Web, fetcher: Fetcher) -> None:
    def babble(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"220 mail.example ESMTP\r\n")
        handler.close_connection = True

    assert (await refusal(fetcher, web.route("/odd", babble))).retryable
    tls = web.page("/tls", "x").replace("http://", "https://")
    assert (await refusal(fetcher, tls)).retryable


@pytest.mark.parametrize(
    ("status", "retryable"),
    [(404, False), (410, False), (403, False), (400, False), (429, True), (408, True), (500, True), (503, True)],
)
async def test_a_refusing_status_says_whether_to_come_back(
    web: Web, fetcher: Fetcher, status: int, retryable: bool
) -> None:
    error = await refusal(fetcher, web.page("/no", "<p>no</p>", status=status))
    assert error.retryable is retryable
    assert str(status) in str(error)
    assert web.url("/no") in str(error)


async def test_the_server_says_how_long_to_wait(web: Web, fetcher: Fetcher) -> None:
    in_seconds = await refusal(fetcher, web.page("/a", "", status=429, headers={"Retry-After": "120"}))
    assert in_seconds.retry_after == 120
    moment = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    by_date = await refusal(fetcher, web.page("/b", "", status=503, headers={"Retry-After": moment}))
    assert by_date.retry_after is not None
    assert 3_500 < by_date.retry_after <= 3_600
    nonsense = await refusal(fetcher, web.page("/c", "", status=503, headers={"Retry-After": "soon"}))
    assert nonsense.retry_after is None


async def test_a_closed_port_is_one_sentence(fetcher: Fetcher) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening, so nobody else can answer there
        error = await refusal(fetcher, f"http://127.0.0.1:{taken.getsockname()[1]}/feed.xml")
    assert error.retryable
    assert "cannot be reached" in str(error)


async def test_an_unknown_host_is_one_sentence(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = await refusal(fetcher, "https://no-such-paper.example/rss")
    assert error.retryable
    assert "no-such-paper.example" in str(error)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a",
        "file:///etc/passwd",
        "mailto:a@example.org",
        "example.org/a",
        "http://",
        "http://[::1",
        "",
    ],
)
async def test_what_is_no_web_address_is_refused(fetcher: Fetcher, url: str) -> None:
    assert not (await refusal(fetcher, url)).retryable


async def test_private_addresses_are_refused_unless_allowed(web: Web) -> None:
    url = web.page("/a", "secret")
    async with Fetcher(allow_private=False) as fetcher:
        for address in (url, url.replace("127.0.0.1", "localhost"), url.replace("127.0.0.1", "[::ffff:127.0.0.1]")):
            error = await refusal(fetcher, address)
            assert "private" in str(error)
            assert not error.retryable
    assert web.count("/a") == 0


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


async def test_every_hop_is_checked(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page at an allowed address cannot send the bot to one that is not."""
    monkeypatch.setattr(fetching, "is_public", lambda address: str(address) == "127.0.0.1")
    url = web.redirect("/a", f"http://127.0.0.2:{web.port}/admin")
    async with Fetcher(allow_private=False) as fetcher:
        error = await refusal(fetcher, url)
    assert "127.0.0.2" in str(error)
    assert web.count("/admin") == 0


async def test_the_connection_goes_to_the_address_that_was_checked(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers differently the second time is never asked a second time."""
    asked: list[str] = []

    def resolver(host: str, port: int, *_: object, **__: object) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    web.page("/a", "named")
    async with Fetcher(allow_private=True) as fetcher:
        monkeypatch.setattr(socket, "getaddrinfo", resolver)
        fetched = await fetcher.fetch(f"http://news.example:{web.port}/a")
    assert asked == ["news.example"]
    assert fetched.body == b"named"
    assert fetched.url == f"http://news.example:{web.port}/a"
    assert web.requests[0][1]["Host"] == f"news.example:{web.port}"


async def test_another_address_of_the_host_is_tried(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    def resolver(host: str, port: int, *_: object, **__: object) -> list[Any]:
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
        ]

    web.page("/a", "second")
    async with Fetcher(allow_private=True) as fetcher:
        monkeypatch.setattr(socket, "getaddrinfo", resolver)
        assert (await fetcher.fetch(f"http://news.example:{web.port}/a")).body == b"second"


async def test_a_name_in_cyrillic_is_asked_for_in_its_ascii_form(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def resolver(host: str, port: int, *_: object, **__: object) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    web.page("/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B0", "новина")
    async with Fetcher(allow_private=True) as fetcher:
        monkeypatch.setattr(socket, "getaddrinfo", resolver)
        fetched = await fetcher.fetch(f"http://новини.укр:{web.port}/новина")
    assert asked == ["xn--b1amarcd.xn--j1amh"]
    assert fetched.body.decode() == "новина"


async def test_messages_do_not_show_a_password(web: Web, fetcher: Fetcher) -> None:
    web.page("/a", "", status=500)
    error = await refusal(fetcher, f"http://reader:hunter2@127.0.0.1:{web.port}/a")
    assert "hunter2" not in str(error)
    assert shown("https://u:p@example.org/x@y") == "https://example.org/x@y"


async def test_an_answer_without_the_question_is_refused(web: Web, fetcher: Fetcher) -> None:
    """304 to a request that carried no validator leaves us with nothing."""
    await refusal(fetcher, web.page("/a", "", status=304))
