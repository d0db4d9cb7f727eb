"""HTML as a tree, and the plain text of a fragment such as a feed carries: tags go, paragraphs stay.

Owns `parse_html` and `plain_text`, and is the only module that uses lxml. Whole pages, where the article must be found
first, are read by `bot.sources.pages`. The standard library's parser would do but for hostile markup: of 200,000
characters of opened comments it makes two minutes' work, lxml a moment's.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree, html  # type: ignore[import-untyped]  # lxml ships no types

_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"),
        *("table", "td", "th", "tr", "ul"),
    }
)
_UNREAD = frozenset(
    {"script", "style", "template", "noscript", "iframe", "object", "svg", "button", "form", "figure", "head"}
)
_SPACES = re.compile(r"[^\S\n]+")
_TAG = re.compile(r"<[a-zA-Z!/]|&[#\w]+;")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def without_declaration(markup: str) -> str:
    """Markup without an XML declaration, whose encoding is no longer true of decoded text."""
    return _DECLARATION.sub("", markup, count=1)


def parse_html(markup: str) -> Any:
    """The root element of a page or fragment, however broken; None where there is no element in it."""
    parser = html.HTMLParser(remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(without_declaration(markup), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def plain_text(markup: str) -> str:
    """The text of a fragment, one paragraph a line; text without tags or entities is only tidied."""
    if _TAG.search(markup):
        root = parse_html(f"<div>{markup}</div>")
        markup = "" if root is None else "".join(_texts(root))
    return tidy(markup)


def tidy(text: str) -> str:
    """A text with single spaces and without empty lines; a soft hyphen or zero-width space is no part of a word."""
    text = text.replace("\u00ad", "").replace("\u200b", "").replace("\ufeff", "")
    lines = (_SPACES.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _texts(root: Any) -> list[str]:
    """The pieces of text that are meant to be read, with a newline at each edge of a block."""
    parts: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if element.tag in _BLOCKS:
            parts.append("\n")
        if event == "start":
            if element.tag in _UNREAD:
                walk.skip_subtree()
            elif element.text:
                # A line break in the source is a space.
                parts.append(element.text.replace("\n", " "))
        elif element.tail:
            parts.append(element.tail.replace("\n", " "))
    return parts
