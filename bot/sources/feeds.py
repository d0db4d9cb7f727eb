"""Reading feeds: RSS, Atom and RDF by feedparser, JSON Feed by json.

Owns `Feed`, `FeedItem` and `parse_feed`, and is the only module that uses feedparser. What comes after is
`bot.polling`, which decides which items are new, and `bot.sources.pages`, which reads the page of an item.
"""

from __future__ import annotations

import calendar
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser

from bot.sources.decoding import decode, refuse_binary
from bot.sources.errors import SourceError, SourceProblem
from bot.sources.markup import plain_text

#: Content of at least so many characters is an article; shorter content is a teaser, and the page is to be read.
FULL_TEXT = 500
#: The fragment that tells the items without a link apart; `bot.articles.canonical_url` keeps it.
ITEM_FRAGMENT = "exonym-item-"

_JSON_FEED = "https://jsonfeed.org/version/"
# What may come before the first element: the XML declaration, comments, processing instructions, a document type.
_PROLOGUE = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^>\[]|\[.*?\]\s*(?=>))*>)*", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"<(?:rss|(?:\w+:)?feed|(?:\w+:)?RDF)\b", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
# Characters that XML 1.0 forbids; one of them would send the whole feed to the slow, forgiving parser.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One item as its feed tells it.

    Attributes:
        url: the item's absolute address; where it has no link, the feed's with a fragment of its own.
        linked: whether `url` leads to a page of the item.
        title: plain text, possibly empty.
        published: in UTC; None where the feed says nothing that can be read.
        updated: when the item was last changed, in UTC; None where the feed does not say.
        html: the full content, where the feed has it (at least `FULL_TEXT` characters of text).
        text: the content or summary as plain text, possibly empty.
        outlet: the source that the item names (aggregators do), else the feed's title, else the host.
        author: as written.
    """

    url: str
    linked: bool
    title: str
    published: datetime | None
    updated: datetime | None
    html: str | None
    text: str
    outlet: str
    author: str | None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its title, its own site's address (or the feed's), and its items in its order, each address once."""

    title: str
    url: str
    items: tuple[FeedItem, ...]


def looks_like_feed(body: bytes, content_type: str | None) -> bool:
    """Whether a body is a feed, by its first element; a declared type decides only where the body does not."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = body[:16_384].decode("utf-16", "replace")
    else:
        head = body[:16_384].decode("utf-8", "replace").lstrip("\ufeff")
    if head.lstrip().startswith("{"):
        return _JSON_FEED in head.replace("\\/", "/")
    prologue = _PROLOGUE.match(head)
    rest = head[prologue.end() :] if prologue else head
    if _ROOT.match(rest):
        return True
    if re.match(r"<(?:html|head|body)\b", rest, re.IGNORECASE):
        return False
    return bool(content_type and re.search(r"\b(?:rss|atom|rdf)\+xml|feed\+json", content_type))


def parse_feed(body: bytes, *, content_type: str | None, url: str, charset: str | None = None) -> Feed:
    """Read a feed.

    Malformed XML from which items can be read is read. Items with neither link nor text are left out.

    Args:
        body: what was fetched.
        content_type: its declared media type.
        url: where it was fetched; relative links are resolved against it.
        charset: its declared charset.

    Raises:
        SourceError: it is no feed, or too broken to be read.
    """
    refuse_binary(body, content_type, url)
    text = decode(body, charset, url)
    if text.lstrip().startswith("{"):
        return _read_json(text, url)
    return _read_xml(text, url)


def _read_xml(text: str, url: str) -> Feed:
    if not _ROOT.search(text[:65_536]):
        raise SourceError(SourceProblem.NO_FEED.of(address=url), retryable=True)
    text = _FORBIDDEN.sub("", _DECLARATION.sub("", text, count=1))
    try:
        parsed = feedparser.parse(
            # A stream, since feedparser opens what looks like a path or an address by itself.
            BytesIO(text.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
            sanitize_html=False,  # the markup is never shown, only read as text
            resolve_relative_uris=False,
        )
    except Exception as error:  # on malformed input its parsers raise whatever their parts raise
        raise SourceError(SourceProblem.BAD_FEED.of(address=url), retryable=True) from error
    title = plain_text(parsed.feed.get("title", ""))
    items = _once(_xml_items(parsed, title, url))
    if not items and parsed.bozo:
        cause = parsed.get("bozo_exception")
        problem = SourceProblem.MALFORMED_FEED.of(address=url)
        raise SourceError(problem, retryable=True) from (cause if isinstance(cause, Exception) else None)
    return Feed(title=title, url=_absolute(parsed.feed.get("link"), url) or url, items=items)


def _xml_items(parsed: Any, feed_title: str, url: str) -> Iterator[FeedItem]:
    for entry in parsed.entries:
        contents = [str(part.get("value") or "") for part in entry.get("content", ())]
        summary = str(entry.get("summary") or "")
        # By dict's own method: feedparser's answers one name for another, with a warning.
        named = (dict.get(entry, f"{name}_parsed") for name in ("published", "updated", "created"))
        moment = next(filter(None, named), None)
        item = _item(
            feed_url=url,
            feed_title=feed_title,
            link=entry.get("link"),
            guid=entry.get("id"),
            title=plain_text(str(entry.get("title") or "")),
            published=_from_tuple(moment),
            updated=_from_tuple(dict.get(entry, "updated_parsed")),
            html=max([summary, *contents], key=len),
            summary=summary,
            outlet=plain_text(str(entry.get("source", {}).get("title") or "")),
            author=entry.get("author"),
        )
        if item is not None:
            yield item


def _read_json(text: str, url: str) -> Feed:
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise SourceError(SourceProblem.MALFORMED_JSON.of(address=url), retryable=True) from error
    if not isinstance(value, dict) or _JSON_FEED not in str(value.get("version", "")):
        raise SourceError(SourceProblem.NO_JSON_FEED.of(address=url))
    title = plain_text(str(value.get("title") or ""))
    entries = value.get("items")
    items = _json_items(entries if isinstance(entries, list) else [], title, url)
    return Feed(title=title, url=_absolute(value.get("home_page_url"), url) or url, items=_once(items))


def _json_items(entries: list[object], feed_title: str, url: str) -> Iterator[FeedItem]:
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        authors = entry.get("authors")
        author = (authors[0] if isinstance(authors, list) and authors else None) or entry.get("author")
        content = str(entry.get("content_html") or "") or str(entry.get("content_text") or "").replace("\n", "<br>")
        summary = str(entry.get("summary") or "")
        item = _item(
            feed_url=url,
            feed_title=feed_title,
            link=entry.get("url") or entry.get("external_url"),
            guid=entry.get("id"),
            title=plain_text(str(entry.get("title") or "")),
            published=_from_iso(entry.get("date_published") or entry.get("date_modified")),
            updated=_from_iso(entry.get("date_modified")),
            html=content or summary,
            summary=summary,
            outlet="",
            author=author.get("name") if isinstance(author, dict) else None,
        )
        if item is not None:
            yield item


def _item(
    *,
    feed_url: str,
    feed_title: str,
    link: object,
    guid: object,
    title: str,
    published: datetime | None,
    updated: datetime | None,
    html: str,
    summary: str,
    outlet: str,
    author: object,
) -> FeedItem | None:
    content = plain_text(html)
    address = _absolute(link, feed_url)
    text = content or plain_text(summary)
    if address is None:
        if not text and not title:
            return None
        # Without a link, what the feed itself calls the item tells it apart, else its words do.
        identity = str(guid) if guid else f"{title}\n{text}"
        address = f"{feed_url.partition('#')[0]}#{ITEM_FRAGMENT}{hashlib.sha256(identity.encode()).hexdigest()[:16]}"
        linked = False
    else:
        linked = True
    return FeedItem(
        url=address,
        linked=linked,
        title=title.replace("\n", " "),
        published=published,
        updated=updated,
        html=html if len(content) >= FULL_TEXT else None,
        text=text,
        outlet=(outlet or feed_title or urlsplit(address).hostname or address).replace("\n", " "),
        author=plain_text(author).replace("\n", " ") or None if isinstance(author, str) else None,
    )


def _once(items: Iterator[FeedItem]) -> tuple[FeedItem, ...]:
    """The items in order, the first of each address."""
    found: dict[str, FeedItem] = {}
    for item in items:
        found.setdefault(item.url, item)
    return tuple(found.values())


def _absolute(link: object, base: str) -> str | None:
    """A link as an absolute web address, or None where it is none."""
    if not isinstance(link, str) or not link.strip():
        return None
    try:
        address = urljoin(base, link.strip())
        parts = urlsplit(address)
    except ValueError:  # such as a bracket where an IPv6 address would be
        return None
    return address if parts.scheme in {"http", "https"} and parts.netloc else None


def _from_tuple(moment: Any) -> datetime | None:
    """A time as feedparser tells it: nine numbers in UTC."""
    try:
        return datetime.fromtimestamp(calendar.timegm(moment), UTC) if moment else None
    except (ValueError, TypeError, OverflowError, OSError):  # such as the year 0
        return None


def _from_iso(moment: object) -> datetime | None:
    """A time as JSON Feed tells it (RFC 3339); without an offset it is taken as UTC."""
    try:
        found = datetime.fromisoformat(str(moment)) if moment else None
        if found is not None and found.tzinfo is None:
            return found.replace(tzinfo=UTC)
        return found.astimezone(UTC) if found is not None else None
    except (ValueError, OverflowError):
        return None
