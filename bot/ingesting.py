"""Sources and articles as the command line and the chat ask for them: a poller over a fetcher, opened for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bot.clock import utc_now
from bot.errors import BotError
from bot.models import Source, SourceKind
from bot.pipeline import ArticleResult, ArticleStatus
from bot.polling import Poller, PollReport, add_source, is_url
from bot.sources.feeds import looks_like_feed, parse_feed
from bot.sources.fetching import Fetcher
from bot.workspace import Workspace
from glossary.database import Database


def open_poller(workspace: Workspace, fetcher: Fetcher) -> Poller:
    """A poller over the workspace, by the settings' interval and the real clock."""
    every = timedelta(seconds=workspace.settings.poll_seconds)
    return Poller(workspace.database, workspace.keeper, fetcher, every=every, clock=utc_now)


async def ingest_all(
    workspace: Workspace, addresses: Sequence[str], *, published: datetime | None, alert: bool | None
) -> AsyncIterator[ArticleResult]:
    """Read each address once. One that cannot be read at all is a failed result of its own and stops no other."""
    async with Fetcher(workspace.settings.allow_private_sources) as fetcher:
        poller = open_poller(workspace, fetcher)
        for address in addresses:
            try:
                _refuse_unreadable(address)
                async for result in poller.ingest(address, published=published, alert=alert):
                    yield result
            except BotError as error:
                yield ArticleResult(address, address, "", ArticleStatus.FAILED, error=str(error))


async def poll_all(workspace: Workspace, *, alert: bool | None) -> tuple[PollReport, ...]:
    """Poll every source that is not paused, due or not."""
    async with Fetcher(workspace.settings.allow_private_sources) as fetcher:
        return await open_poller(workspace, fetcher).poll_due(everything=True, alert=alert)


async def register_source(database: Database, address: str, name: str | None, *, private: bool) -> Source:
    """Find out what an address is by reading it once, and register it; `private` lets it be on a private address.

    Raises:
        BotError: it cannot be read; nothing is registered then.
    """
    _refuse_unreadable(address)
    kind = SourceKind.FOLDER
    title = Path(address).name
    if is_url(address):
        async with Fetcher(private) as fetcher:
            fetched = await fetcher.fetch(address)
        kind, title = SourceKind.PAGE, urlsplit(fetched.url).hostname or address
        if looks_like_feed(fetched.body, fetched.content_type):
            feed = parse_feed(fetched.body, content_type=fetched.content_type, url=fetched.url, charset=fetched.charset)
            kind, title = SourceKind.FEED, feed.title or title
    elif not Path(address).exists():
        message = f"{address} is neither a web address nor a file or folder that exists."
        raise BotError(message)

    def register() -> Source:
        with database.write() as session:
            return add_source(session, address, kind, name or title, utc_now())

    return await asyncio.to_thread(register)


def _refuse_unreadable(address: str) -> None:
    """An empty address would mean the working folder, and another scheme a path in it."""
    if not address.strip():
        message = "An empty address names nothing to read."
        raise BotError(message)
    if "://" in address and not is_url(address):
        message = f"{address} cannot be read; give an http or https address, a file or a folder."
        raise BotError(message)
