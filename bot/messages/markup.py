"""The HTML that Telegram takes: escaping, measuring, splitting, and turning it into plain text for a terminal.

Telegram counts a message in UTF-16 code units and allows 4,096 of them, 1,024 in a caption, after its entities are
parsed (https://core.telegram.org/bots/api#sendmessage); here the markup is counted too, which is never less.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

# Telegram refuses or drops what has no glyph; tab and line feed stay.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_TOKEN = re.compile(r"<[^>]*>|&(?:\w+|#\w+);|.", re.DOTALL)
_TAG_NAME = re.compile(r"</?([a-z-]+)")
_BLANK_ELEMENT = re.compile(r"<([a-z-]+)[^<>]*>(\s*)</\1>")


class Html(str):
    """Text that is Telegram's HTML already and must not be escaped again."""

    __slots__ = ()


def escape(value: object) -> Html:
    """A value as HTML text: escaped, without control characters; `Html` passes unchanged."""
    if isinstance(value, Html):
        return value
    return Html(html.escape(_CONTROL.sub("", str(value)), quote=True))


def link(url: str, text: str) -> Html:
    """A link, or the text alone where Telegram would refuse the address (not http, or too long to be one)."""
    if not url.startswith(("http://", "https://")) or len(escape(url)) > 2000 or _CONTROL.search(url):
        return escape(text)
    return Html(f'<a href="{escape(url)}">{escape(text)}</a>')


def bold(text: str) -> Html:
    """The text in bold."""
    return Html(f"<b>{escape(text)}</b>")


def join(separator: str, parts: list[Html] | tuple[Html, ...]) -> Html:
    """Parts with an escaped separator between them."""
    return Html(escape(separator).join(parts))


def utf16_length(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word where one ends in the last quarter, with an ellipsis."""
    text = text.strip()
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit * 3 // 4 else cut).rstrip() + "…"


def split_html(text: Html, limit: int = TEXT_LIMIT) -> tuple[Html, ...]:
    """The text in parts of at most `limit` UTF-16 units each, every part with its tags closed and opened again.

    A part ends after a paragraph, else a line, else a sentence, else a word, whichever is found first in that order in
    the second half of the part; never inside a tag or an entity.
    """
    tokens = _TOKEN.findall(text)
    parts: list[Html] = []
    start = 0
    opened: list[str] = []
    while start < len(tokens):
        end, stack = _fill(tokens, start, opened, limit)
        body = "".join(tokens[start:end])
        part = _without_blank("".join(opened) + body.strip("\n") + "".join(_closing(tag) for tag in reversed(stack)))
        if to_plain(Html(part)).strip():
            parts.append(Html(part))
        opened, start = stack, end
    return tuple(parts)


def _fill(tokens: list[str], start: int, opened: list[str], limit: int) -> tuple[int, list[str]]:
    """Where a part that begins at `start` ends, and the tags open there."""
    stack = list(opened)
    size = sum(utf16_length(tag) for tag in stack)
    best: dict[int, tuple[int, list[str]]] = {}
    at = start
    while at < len(tokens):
        token = tokens[at]
        after = _apply(token, stack)
        closing = sum(utf16_length(_closing(tag)) for tag in after)
        if size + utf16_length(token) + closing > limit and at > start:
            break
        size += utf16_length(token)
        stack = after
        at += 1
        rank = _break_rank(tokens, at)
        if rank is not None and size > limit // 2:
            best[rank] = (at, list(stack))
    else:
        return at, stack
    return best[min(best)] if best else (at, stack)


def _without_blank(part: str) -> str:
    """A part without the elements of which a break has left nothing but space; what is nested, from the inside out."""
    while (shorter := _BLANK_ELEMENT.sub(r"\2", part)) != part:
        part = shorter
    return part


def _break_rank(tokens: list[str], at: int) -> int | None:
    """How good a place before `tokens[at]` is for a break: 0 paragraph, 1 line, 2 sentence, 3 word, None not one."""
    last = tokens[at - 1]
    if last == "\n":
        return 0 if at > 1 and tokens[at - 2] == "\n" else 1
    if last == " ":
        return 2 if at > 1 and tokens[at - 2] in ".!?…。" else 3
    return None


def _apply(token: str, stack: list[str]) -> list[str]:
    if not token.startswith("<"):
        return stack
    return stack[:-1] if token.startswith("</") else [*stack, token]


def _closing(tag: str) -> str:
    name = _TAG_NAME.match(tag)
    return f"</{name[1]}>" if name else ""


def to_plain(text: Html) -> str:
    """The text without markup; a link's address follows its text in parentheses."""
    reader = _PlainReader()
    reader.feed(text)
    reader.close()
    return "".join(reader.pieces)


class _PlainReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._hrefs.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._hrefs:
            self.pieces.append(f" ({self._hrefs.pop()})")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
