"""Fetching over HTTP, for addresses that nobody vouches for: every limit is enforced while the body arrives.

Owns `Fetcher` and `Fetched`, and is the only module that uses httpx. What comes after is `bot.sources.feeds` or
`bot.sources.pages`, which read the bytes.

Why it is built as it is:

- A host name is resolved here, its addresses are checked, and the connection goes to the address that was checked.
  Asking the name again while connecting would let its owner answer differently the second time (DNS rebinding).
- Every hop of a redirect passes the same check, so a public page cannot send the bot to a private address.
- Bodies are decompressed here with a limit: a few kilobytes of gzip can hold a gigabyte.
- Connections are not kept: they are to addresses, and two hosts at one address must not share a TLS session.
- Neither proxies nor credentials are taken from the environment: they would lead around the checks.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Self

import httpx

from bot.sources.errors import SourceError, SourceProblem

#: The most bytes of one body, after decompression. A long article with its markup stays below 2 MB.
MAX_BYTES = 20_000_000
#: Seconds from the first look-up to the last byte, over all redirects.
TIMEOUT = 30.0
#: A server may ask to wait for a day at most, in seconds; one that asks for years is mistaken.
LONGEST_RETRY_AFTER = 86_400.0
#: Browsers follow 20; news sites need two or three.
MAX_REDIRECTS = 10

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Request timeout, too early, too many requests (RFC 9110, 8470, 6585); every 5xx is the server's own trouble.
_RETRYABLE = frozenset({408, 425, 429})
# OpenSSL's codes of verification: expired; for another host; for another address (x509_vfy.h).
_CERTIFICATES = {
    10: SourceProblem.CERTIFICATE_EXPIRED,
    62: SourceProblem.CERTIFICATE_OF_ANOTHER,
    64: SourceProblem.CERTIFICATE_OF_ANOTHER,
}
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, text/html, application/xhtml+xml,"
    " application/xml;q=0.9, text/plain;q=0.8, */*;q=0.5"
)
_IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# Prefixes under which an IPv4 address is carried inside an IPv6 address (RFC 6052, RFC 3056).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered. `url` is where the redirects ended; `body` is decompressed, and empty if unchanged."""

    url: str
    body: bytes
    content_type: str | None
    charset: str | None
    etag: str | None
    last_modified: str | None
    not_modified: bool


def user_agent() -> str:
    """How the bot names itself to the sites that it reads."""
    try:
        return f"Exonym/{version('exonym')} (news alert bot; reads feeds and articles)"
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "Exonym (news alert bot; reads feeds and articles)"


class Fetcher:
    """Fetches addresses, any number at once; an asynchronous context manager.

    Args:
        allow_private: whether loopback, private and link-local addresses may be fetched.
        max_bytes: the most bytes of one body.
        timeout: seconds for one fetch as a whole.
    """

    def __init__(self, allow_private: bool, max_bytes: int = MAX_BYTES, timeout: float = TIMEOUT) -> None:
        self._allow_private = allow_private
        self._max_bytes = max_bytes
        self._timeout = timeout
        self._client = httpx.AsyncClient(
            headers={"User-Agent": user_agent(), "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"},
            # A jar that keeps nothing: hosts are addresses here, and would see each other's cookies.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            limits=httpx.Limits(max_keepalive_connections=0),
            # The total deadline is kept in `fetch`; this one frees a silent connection earlier.
            timeout=httpx.Timeout(min(timeout, 15.0), pool=None),
            trust_env=False,
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, traceback)

    async def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Fetch one address, following redirects.

        Args:
            url: an http or https address.
            etag: the validator of what is already known, as it was last answered.
            last_modified: the same, as a date.

        Raises:
            SourceError: it cannot be had; the message names the address and says why.
        """
        try:
            async with asyncio.timeout(self._timeout):
                return await self._follow(_parse(url, url), etag, last_modified)
        except TimeoutError as error:
            problem = SourceProblem.SLOW_IN_FULL.of(address=shown(url), seconds=self._timeout)
            raise SourceError(problem, retryable=True) from error

    async def _follow(self, url: httpx.URL, etag: str | None, last_modified: str | None) -> Fetched:
        start = str(url)
        seen: set[str] = set()
        for _ in range(MAX_REDIRECTS + 1):
            if str(url) in seen:
                raise SourceError(SourceProblem.REDIRECT_CIRCLE.of(address=shown(start)))
            seen.add(str(url))
            answer = await self._request(url, etag, last_modified)
            if isinstance(answer, Fetched):
                return answer
            url = _parse(str(url.join(answer)), start)
        raise SourceError(SourceProblem.REDIRECTS.of(address=shown(start), n=MAX_REDIRECTS))

    async def _request(self, url: httpx.URL, etag: str | None, last_modified: str | None) -> Fetched | str:
        """One hop: what was fetched, or the address to go on to."""
        addresses = await self._checked_addresses(url)
        for last, address in enumerate(addresses, start=1 - len(addresses)):
            request = self._build(url, address, etag, last_modified)
            try:
                response = await self._client.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if last == 0:
                    raise _unreachable(url, error) from error
                continue  # a host may publish an address of a network that we have no way to
            except httpx.HTTPError as error:
                raise _unreachable(url, error) from error
            try:
                return await self._read(url, response, conditional=bool(etag or last_modified))
            except httpx.HTTPError as error:
                raise SourceError(SourceProblem.BROKEN_OFF.of(address=shown(str(url))), retryable=True) from error
            finally:
                await response.aclose()
        raise SourceError(SourceProblem.WITHOUT_ADDRESS.of(host=url.host), retryable=True)

    def _build(self, url: httpx.URL, address: _IpAddress, etag: str | None, last_modified: str | None) -> httpx.Request:
        headers = {"Host": url.netloc.decode("ascii"), "Connection": "close"}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        return self._client.build_request(
            "GET",
            url.copy_with(host=str(address), fragment=None),
            headers=headers,
            # The certificate is checked against the name, though the connection goes to the address.
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        )

    async def _read(self, url: httpx.URL, response: httpx.Response, *, conditional: bool) -> Fetched | str:
        status = response.status_code
        location = response.headers.get("location")
        if status in _REDIRECTS and location:
            return str(location)
        not_modified = status == 304 and conditional
        if not not_modified and status != 200:
            raise _refused(url, response)
        content_type, charset = _content_type(response.headers.get("content-type"))
        body = b"" if not_modified else await self._body(url, response)
        return Fetched(
            url=str(url.copy_with(fragment=None)),
            body=body,
            content_type=content_type,
            charset=charset,
            etag=response.headers.get("etag"),
            last_modified=response.headers.get("last-modified"),
            not_modified=not_modified,
        )

    async def _body(self, url: httpx.URL, response: httpx.Response) -> bytes:
        """The body, read and decompressed within the limit."""
        address = shown(str(url))
        too_large = SourceError(SourceProblem.LARGE.of(address=address, megabytes=self._max_bytes / 1_000_000))
        length = response.headers.get("content-length", "")
        if length.isdigit() and int(length) > self._max_bytes:
            raise too_large
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise SourceError(SourceProblem.COMPRESSED.of(address=address, encoding=encoding))
        parts = bytearray()
        chunks = response.aiter_raw(65_536)
        try:
            async for part in chunks if encoding in {"", "identity"} else _inflate(chunks, self._max_bytes):
                parts += part
                if len(parts) > self._max_bytes:
                    raise too_large
        except zlib.error as error:
            raise SourceError(SourceProblem.BADLY_COMPRESSED.of(address=address), retryable=True) from error
        return bytes(parts)

    async def _checked_addresses(self, url: httpx.URL) -> list[_IpAddress]:
        """The addresses of a host that may be connected to, in the resolver's order."""
        host = url.raw_host.decode("ascii")
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, url.port or 0, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            problem = SourceProblem.UNKNOWN_HOST.of(host=host, address=shown(str(url)))
            raise SourceError(problem, retryable=True) from error
        # A scope such as %eth0 belongs to link-local addresses, and is no part of the address.
        addresses = list(dict.fromkeys(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))
        allowed = addresses if self._allow_private else [address for address in addresses if is_public(address)]
        if not allowed:
            raise SourceError(SourceProblem.PRIVATE.of(address=shown(str(url))))
        return allowed


def is_public(address: _IpAddress) -> bool:
    """Whether an address belongs to the public internet, also where it carries an IPv4 address inside."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def shown(url: str) -> str:
    """An address as messages show it: without the user name and password that it may carry."""
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path}"


def _parse(url: str, named: str) -> httpx.URL:
    """Read an address; `named` is what the message calls it (where a redirect led there, the first address)."""
    try:
        parsed = httpx.URL(url.strip())
        # Asked for here, so that a host which cannot be encoded is refused here.
        host = parsed.raw_host
    except (httpx.InvalidURL, UnicodeError) as error:
        raise SourceError(SourceProblem.NO_ADDRESS.of(address=shown(named))) from error
    if parsed.scheme not in {"http", "https"} or not host:
        if url == named:
            raise SourceError(SourceProblem.OTHER_SCHEME.of(address=shown(named)))
        raise SourceError(SourceProblem.LEADS_ELSEWHERE.of(address=shown(named), target=shown(url)))
    return parsed


def _content_type(header: str | None) -> tuple[str | None, str | None]:
    """A Content-Type header as its media type and its charset, both in lower case."""
    if not header:
        return None, None
    message = Message()
    message["content-type"] = header
    charset = message.get_param("charset")
    return message.get_content_type(), str(charset).strip("'\" ").lower() if charset else None


def _unreachable(url: httpx.URL, error: httpx.HTTPError) -> SourceError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            certificate = _CERTIFICATES.get(cause.verify_code, SourceProblem.CERTIFICATE_UNTRUSTED)
            return SourceError(certificate.of(address=shown(str(url))), retryable=True)
        cause = cause.__cause__ or cause.__context__
    problem = SourceProblem.SLOW if isinstance(error, httpx.TimeoutException) else SourceProblem.UNREACHABLE
    if isinstance(error, httpx.ProtocolError):
        problem = SourceProblem.NO_WEB_SERVER
    return SourceError(problem.of(address=shown(str(url))), retryable=True)


def _refused(url: httpx.URL, response: httpx.Response) -> SourceError:
    status = response.status_code
    values = {"address": shown(str(url)), "status": str(status)}
    if status in {404, 410}:
        return SourceError(SourceProblem.GONE.of(**values))
    if status in _RETRYABLE or status >= 500:
        after = _retry_after(response, datetime.now(UTC))
        return SourceError(SourceProblem.BUSY.of(**values), retryable=True, retry_after=after)
    if status in {401, 402, 403, 451}:
        return SourceError(SourceProblem.FORBIDDEN.of(**values))
    return SourceError(SourceProblem.NO_PAGE.of(**values), retryable=status < 400)


def _retry_after(response: httpx.Response, now: datetime) -> float | None:
    """Seconds to wait, from a Retry-After header in either of its forms (RFC 9110, 10.2.3)."""
    header = response.headers.get("retry-after", "").strip()
    if header.isascii() and header.isdigit():
        return min(float(header), LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), LONGEST_RETRY_AFTER)


async def _inflate(chunks: AsyncIterator[bytes], max_bytes: int) -> AsyncIterator[bytes]:
    """Decompress gzip or deflate, in steps of 64 KB at most; ends one step after `max_bytes`.

    "deflate" is zlib's format by the standard and a bare stream by some servers; the first byte tells (RFC 1950).
    """
    decoder = None
    written = 0
    async for chunk in chunks:
        if decoder is None and chunk:
            bare = chunk[0] & 0x0F != 8 and chunk[:1] != b"\x1f"
            decoder = zlib.decompressobj(-zlib.MAX_WBITS if bare else zlib.MAX_WBITS | 32)
        data = chunk
        while decoder is not None and data and not decoder.eof:
            part = decoder.decompress(data, 65_536)
            data = decoder.unconsumed_tail
            written += len(part)
            yield part
            if written > max_bytes:
                return
    if decoder is not None and not decoder.eof:
        message = "the compressed body ends early"
        raise zlib.error(message)
