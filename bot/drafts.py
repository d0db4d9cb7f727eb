"""What sources give, made into article drafts: one function a kind of source.

An article's text begins with its headline, which names what the article is about; offsets count from there.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bot.articles import ArticleDraft, canonical_url
from bot.sources.feeds import FeedItem
from bot.sources.fetching import Fetched
from bot.sources.pages import read_page, read_text_file


def draft_of_file(path: Path, body: bytes, now: datetime) -> ArticleDraft:
    """The article in a text or HTML file.

    Raises:
        SourceError: there is none.
    """
    page = read_text_file(path, body)
    return ArticleDraft(
        url=canonical_url(path.absolute().as_uri()),
        title=page.title,
        text=_with_headline(page.title, page.text),
        published=page.published,
        retrieved=now,
        outlet=page.outlet,
    )


def draft_of_page(fetched: Fetched, now: datetime) -> ArticleDraft:
    """The article on a page, under the address that the page calls its own.

    Raises:
        SourceError: there is none.
    """
    page = read_page(fetched.body, url=fetched.url, content_type=fetched.content_type, charset=fetched.charset)
    return ArticleDraft(
        url=canonical_url(page.canonical or fetched.url),
        title=page.title,
        text=_with_headline(page.title, page.text),
        published=page.published,
        retrieved=now,
        outlet=page.outlet,
    )


def draft_of_item(item: FeedItem, now: datetime) -> ArticleDraft | None:
    """The article that a feed carries in full; None where the feed has a summary and the page is to be read."""
    if item.html is None and item.linked:
        return None
    return draft_of_summary(item, now)


def draft_of_summary(item: FeedItem, now: datetime) -> ArticleDraft:
    """What the feed itself tells of an item, be it short."""
    return ArticleDraft(
        url=canonical_url(item.url) if item.linked else item.url,
        title=item.title,
        text=_with_headline(item.title, item.text),
        published=item.published,
        retrieved=now,
        outlet=item.outlet,
    )


def _with_headline(title: str, text: str) -> str:
    return text if not title or text.startswith(title) else f"{title}\n\n{text}"
