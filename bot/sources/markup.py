"""Plain text out of a fragment of HTML, such as a feed carries: tags go, paragraphs stay.

Owns `plain_text`. Whole pages, where the article must be found first, are read by `bot.sources.pages`.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

#: Longer fragments are cut: the parser of the standard library is slow on some malformed markup.
MAX_CHARACTERS = 1_000_000

_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer"),
        *(
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "li",
            "main",
            "nav",
            "ol",
            "p",
            "pre",
            "section",
            "table",
        ),
        *("td", "th", "tr", "ul"),
    }
)
_UNREAD = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "button", "form", "figure"})
_SPACES = re.compile(r"[^\S\n]+")
_TAG = re.compile(r"<[a-zA-Z!/]|&[#\w]+;")


def plain_text(html: str) -> str:
    """The text of a fragment, one paragraph a line; text without tags or entities is only tidied."""
    if _TAG.search(html):
        reader = _Reader()
        reader.feed(html[:MAX_CHARACTERS])
        reader.close()
        html = "".join(reader.parts)
    return tidy(html)


def tidy(text: str) -> str:
    """A text with single spaces and without empty lines; a soft hyphen or zero-width space is no part of a word."""
    text = text.replace("\u00ad", "").replace("\u200b", "").replace("\ufeff", "")
    lines = (_SPACES.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    """Collects text outside of what is not meant to be read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unread: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNREAD:
            self._unread.append(tag)
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unread:
            # A missing end inside is forgiven.
            del self._unread[len(self._unread) - 1 - self._unread[::-1].index(tag) :]
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            # A line break in the source of a fragment is a space.
            self.parts.append(data.replace("\n", " "))
