"""What is due, fetched and handed to the pipeline: registered sources, one-off addresses, and articles to try again.

Owns `Source` and `ArticleFailure` rows. Every fault is caught where something can be done about it: a source that
fails is counted and asked again later, an article that fails is kept with its reason and tried again, and neither
stops the others. A source's validators (ETag, Last-Modified) are saved after its articles, so that a crash half-way
fetches them again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlmodel import Session, col, select

from bot.articles import ArticleDraft, canonical_url
from bot.drafts import draft_of_file, draft_of_item, draft_of_page, draft_of_summary
from bot.errors import BotError
from bot.knowledge import KnowledgeKeeper
from bot.models import ArticleAlias, ArticleFailure, Source, SourceKind
from bot.pipeline import ArticleResult, ArticleStatus, process_article
from bot.sources.errors import SourceError, SourceProblem
from bot.sources.feeds import Feed, FeedItem, looks_like_feed, parse_feed
from bot.sources.fetching import MAX_BYTES, Fetched, Fetcher, shown
from bot.sources.folders import list_files
from glossary.database import Database, DatabaseUnreachableError
from glossary.errors import GlossaryError
from glossary.models import Document, Revision

log = structlog.get_logger(__name__)

#: A failing source or article waits twice as long each time, but no longer than this.
LONGEST_WAIT = timedelta(hours=6)
#: After this many failures an article is given up, and stays listed with its reason.
MOST_ATTEMPTS = 6
#: A feed's summary of so many characters stands for a page that cannot be read.
SHORTEST_SUMMARY = 200
#: Sources fetched at the same time.
AT_ONCE = 4

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Unread:
    """An article that could not be used; `item` is what its feed told of it, where it came from one."""

    url: str
    title: str
    error: str
    retryable: bool
    item: FeedItem | None = None


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An article to try again, for the `attempt`-th time, as its feed told it."""

    item: FeedItem
    source_id: int | None
    attempt: int
    alert: bool | None


#: The address that was asked for, and what came of it: an article, a reason why not, or an outcome known before.
_Reading = tuple[str, ArticleDraft | Unread | ArticleResult]


@dataclass(frozen=True, slots=True)
class PollReport:
    """What came of one address: its articles, or the reason why there are none."""

    source: str
    results: tuple[ArticleResult, ...] = ()
    error: str | None = None
    not_modified: bool = False


@dataclass(frozen=True, slots=True)
class _DueSource:
    id: int
    kind: SourceKind
    address: str
    etag: str | None
    last_modified: str | None
    is_first: bool


class Poller:
    """Reads addresses and hands their articles to the pipeline.

    Args:
        fetcher: an entered `Fetcher`.
        every: how long after a successful poll a source is due again.
        clock: gives the present time; tests hand in their own.
    """

    def __init__(
        self, database: Database, keeper: KnowledgeKeeper, fetcher: Fetcher, *, every: timedelta, clock: Clock
    ) -> None:
        self._database = database
        self._keeper = keeper
        self._fetcher = fetcher
        self._every = every
        self._clock = clock

    # --- registered sources ---------------------------------------------------------------------------------------

    async def poll_due(self, *, everything: bool = False, alert: bool | None = None) -> tuple[PollReport, ...]:
        """Poll every source that is due (or all that are not paused), a few at a time, then retry failed articles."""
        due = await asyncio.to_thread(self._due_sources, everything)
        gate = asyncio.Semaphore(AT_ONCE)

        async def poll(source: _DueSource) -> PollReport:
            async with gate:
                try:
                    return await self._poll(source, alert)
                except Exception as error:
                    # The boundary of one source: a fault of ours in reading it must not stop the others.
                    log.exception("source failed", source=shown(source.address))
                    message = f"It could not be read: {type(error).__name__}."
                    await asyncio.to_thread(self._failed, source, BotError(message))
                    return PollReport(shown(source.address), error=message)

        reports = await asyncio.gather(*(poll(source) for source in due))
        retried = await self._retry_failed()
        return (*reports, *((PollReport("retried articles", retried),) if retried else ()))

    def _due_sources(self, everything: bool) -> list[_DueSource]:
        with self._database.read() as session:
            query = select(Source).where(col(Source.paused).is_(False)).order_by(col(Source.due_at))
            if not everything:
                query = query.where(Source.due_at <= self._clock())
            return [
                _DueSource(
                    source.id or 0,
                    source.kind,
                    source.address,
                    source.etag,
                    source.last_modified,
                    source.first_polled_at is None,
                )
                for source in session.exec(query)
            ]

    async def _poll(self, source: _DueSource, alert: bool | None) -> PollReport:
        if alert is None and source.is_first:
            alert = False
        try:
            fetched = None
            if source.kind is not SourceKind.FOLDER:
                fetched = await self._fetcher.fetch(
                    source.address, etag=source.etag, last_modified=source.last_modified
                )
                if fetched.not_modified:
                    await asyncio.to_thread(self._succeeded, source, fetched)
                    return PollReport(shown(source.address), not_modified=True)
            results = [result async for result in self._read(source.address, fetched, source.id, alert)]
        except (BotError, GlossaryError) as error:
            await asyncio.to_thread(self._failed, source, error)
            log.warning("source failed", source=shown(source.address), error=str(error))
            return PollReport(shown(source.address), error=str(error))
        await asyncio.to_thread(self._succeeded, source, fetched)
        return PollReport(shown(source.address), tuple(results))

    def _succeeded(self, source: _DueSource, fetched: Fetched | None) -> None:
        now = self._clock()
        with self._database.write() as session:
            row = session.get(Source, source.id)
            if row is None:
                return  # removed meanwhile
            row.polled_at = now
            row.first_polled_at = row.first_polled_at or now
            row.due_at = now + self._every
            row.failures = 0
            row.last_error = None
            if fetched is not None:
                row.etag = fetched.etag or (row.etag if fetched.not_modified else None)
                row.last_modified = fetched.last_modified or (row.last_modified if fetched.not_modified else None)

    def _failed(self, source: _DueSource, error: Exception) -> None:
        now = self._clock()
        with self._database.write() as session:
            row = session.get(Source, source.id)
            if row is None:
                return
            row.polled_at = now
            row.failures += 1
            row.last_error = str(error)
            asked = timedelta(seconds=(error.retry_after or 0) if isinstance(error, SourceError) else 0)
            row.due_at = now + max(asked, min(LONGEST_WAIT, self._every * 2 ** min(row.failures, 16)))

    # --- one-off addresses ----------------------------------------------------------------------------------------

    async def ingest(
        self, address: str, *, published: datetime | None = None, alert: bool | None = None
    ) -> AsyncIterator[ArticleResult]:
        """Read a file, a folder, a feed or a page once.

        A folder or a feed is a first poll, so it makes no events unless asked; a single article does.

        Raises:
            SourceError: the address itself cannot be read.
        """
        fetched = await self._fetcher.fetch(address) if is_url(address) else None
        many = looks_like_feed(fetched.body, fetched.content_type) if fetched else Path(address).is_dir()
        if alert is None and many:
            alert = False
        async for result in self._read(address, fetched, None, alert, published=published):
            yield result

    # --- reading --------------------------------------------------------------------------------------------------

    async def _read(
        self,
        address: str,
        fetched: Fetched | None,
        source_id: int | None,
        alert: bool | None,
        *,
        published: datetime | None = None,
    ) -> AsyncIterator[ArticleResult]:
        readings = self._files(Path(address)) if fetched is None else self._web(fetched)
        source = shown(address)
        async for asked, reading in readings:
            if isinstance(reading, ArticleDraft):
                dated = replace(reading, published=published) if published else reading
                result = await self._process(dated, source, alert)
                await asyncio.to_thread(self._remember, asked, result, source_id)
            elif isinstance(reading, Unread):
                result = ArticleResult(source, reading.url, reading.title, ArticleStatus.FAILED, error=reading.error)
                await asyncio.to_thread(self._keep_failure, reading, source_id, alert)
            else:
                result = replace(reading, source=source)
            yield result

    async def _process(self, draft: ArticleDraft, source: str, alert: bool | None) -> ArticleResult:
        knowledge = await asyncio.to_thread(self._keeper.current)
        try:
            result = await asyncio.to_thread(
                process_article, draft, knowledge, self._database, source=source, alert=alert, now=self._clock()
            )
        except DatabaseUnreachableError:
            raise  # not the article's fault: its source is asked again
        except Exception as error:
            # The boundary of one article: a fault of ours in reading it must not stop the next.
            log.exception("article failed", url=draft.url)
            message = f"It could not be read: {type(error).__name__}."
            return ArticleResult(source, draft.url, draft.title, ArticleStatus.FAILED, error=message)
        if result.status is ArticleStatus.FAILED:
            log.warning("article failed", url=result.url, error=result.error)
        else:
            log.info("article", url=result.url, status=result.status.value, mentions=result.mentions)
        return result

    async def _files(self, path: Path) -> AsyncIterator[_Reading]:
        for file in await asyncio.to_thread(list_files, path):
            address = file.absolute().as_uri()
            try:
                body = await asyncio.to_thread(_read_bytes, file)
                if looks_like_feed(body, None):
                    feed = await asyncio.to_thread(parse_feed, body, content_type=None, url=address)
                    async for reading in self._items(feed):
                        yield reading
                else:
                    yield address, await asyncio.to_thread(draft_of_file, file, body, self._clock())
            except OSError as error:
                message = f"{file} cannot be read: {error.strerror}."
                yield address, Unread(address, file.name, message, retryable=False)
            except BotError as error:
                yield address, Unread(address, file.name, str(error), retryable=False)

    async def _web(self, fetched: Fetched) -> AsyncIterator[_Reading]:
        if looks_like_feed(fetched.body, fetched.content_type):
            feed = await asyncio.to_thread(
                parse_feed,
                fetched.body,
                content_type=fetched.content_type,
                url=fetched.url,
                charset=fetched.charset,
            )
            async for reading in self._items(feed):
                yield reading
        else:
            yield fetched.url, await asyncio.to_thread(draft_of_page, fetched, self._clock())

    async def _items(self, feed: Feed) -> AsyncIterator[_Reading]:
        for item in feed.items:
            draft = draft_of_item(item, self._clock())
            known = await asyncio.to_thread(self._known, item, feed, whole=draft is not None)
            if known is not None:
                yield item.url, known
            elif draft is not None:
                yield item.url, draft
            else:
                yield item.url, await self._fetch_article(item)

    def _known(self, item: FeedItem, feed: Feed, *, whole: bool) -> ArticleResult | None:
        """What became of an item that was met before and has not been updated since; None where there is work to do.

        An item that failed has a schedule of its own. One whose text is in the feed is always compared with what is
        kept, since not every feed says when it updates an item.
        """
        url = canonical_url(item.url)
        with self._database.read() as session:
            failure = session.exec(select(ArticleFailure).where(ArticleFailure.url == item.url)).one_or_none()
            alias = select(ArticleAlias.document_id).where(ArticleAlias.url == url)
            read_at = session.exec(
                select(Revision.retrieved_at)
                .join(Document, col(Document.id) == col(Revision.document_id))
                .where((col(Document.url) == url) | col(Document.id).in_(alias))
                .order_by(col(Revision.number).desc())
                .limit(1)
            ).one_or_none()
        if failure is not None and (item.updated is None or item.updated <= failure.failed_at):
            return ArticleResult(feed.url, url, item.title, ArticleStatus.FAILED, error=failure.error)
        if read_at is not None and not whole and (item.updated is None or item.updated <= read_at):
            return ArticleResult(feed.url, url, item.title, ArticleStatus.DUPLICATE)
        return None

    async def _fetch_article(self, item: FeedItem, *, last: bool = False) -> ArticleDraft | Unread:
        """The page of an item; the feed's summary where the page cannot be had, now or, after the last try, ever."""
        try:
            fetched = await self._fetcher.fetch(item.url)
            draft = await asyncio.to_thread(draft_of_page, fetched, self._clock())
        except BotError as error:
            again = isinstance(error, SourceError) and error.retryable and not last
            if not again and len(item.text) >= SHORTEST_SUMMARY:
                return draft_of_summary(item, self._clock())
            return Unread(item.url, item.title, str(error), again, item)
        return replace(draft, title=item.title or draft.title, published=item.published or draft.published)

    # --- articles to try again ------------------------------------------------------------------------------------

    def _remember(self, asked: str, result: ArticleResult, source_id: int | None) -> None:
        """Keep why an article cannot be used, or the address that led to it where its page calls itself otherwise."""
        if result.status is ArticleStatus.FAILED:
            reason = result.error or "It cannot be used."
            self._keep_failure(Unread(asked, result.title, reason, retryable=False), source_id)
            return
        url = canonical_url(asked)
        with self._database.read() as session:
            failed = session.exec(select(ArticleFailure.id).where(ArticleFailure.url == asked)).one_or_none()
            if failed is None and (url == result.url or session.get(ArticleAlias, url) is not None):
                return  # nearly always, and without the write lock
        with self._database.write() as session:
            failure = session.exec(select(ArticleFailure).where(ArticleFailure.url == asked)).one_or_none()
            if failure is not None:
                session.delete(failure)
            if url != result.url and session.get(ArticleAlias, url) is None:
                document = session.exec(select(Document.id).where(Document.url == result.url)).one_or_none()
                if document is not None:
                    session.add(ArticleAlias(url=url, document_id=document))

    def _keep_failure(self, unread: Unread, source_id: int | None, alert: bool | None = None) -> None:
        now = self._clock()
        with self._database.write() as session:
            row = session.exec(select(ArticleFailure).where(ArticleFailure.url == unread.url)).one_or_none()
            if row is None:
                row = ArticleFailure(
                    url=unread.url,
                    source_id=source_id,
                    title=unread.title,
                    summary=unread.item.text if unread.item else "",
                    outlet=unread.item.outlet if unread.item else "",
                    published_at=unread.item.published if unread.item else None,
                    alert=alert,
                    error=unread.error,
                    failed_at=now,
                )
                session.add(row)
            row.attempts += 1
            row.error = unread.error
            row.failed_at = now
            again = unread.retryable and row.attempts < MOST_ATTEMPTS
            row.due_at = now + min(LONGEST_WAIT, self._every * 2**row.attempts) if again else None

    async def _retry_failed(self) -> tuple[ArticleResult, ...]:
        results = []
        for waiting in await asyncio.to_thread(self._due_failures):
            item = waiting.item
            reading = await self._fetch_article(item, last=waiting.attempt >= MOST_ATTEMPTS)
            if isinstance(reading, Unread):
                await asyncio.to_thread(self._keep_failure, reading, waiting.source_id)
                results.append(ArticleResult(item.url, item.url, item.title, ArticleStatus.FAILED, error=reading.error))
            else:
                results.append(await self._process(reading, item.url, waiting.alert))
                await asyncio.to_thread(self._remember, item.url, results[-1], waiting.source_id)
        return tuple(results)

    def _due_failures(self) -> list[_Waiting]:
        with self._database.read() as session:
            due = session.exec(select(ArticleFailure).where(col(ArticleFailure.due_at) <= self._clock()))
            return [
                _Waiting(
                    FeedItem(
                        url=row.url,
                        linked=True,
                        title=row.title,
                        published=row.published_at,
                        updated=None,
                        html=None,
                        text=row.summary,
                        outlet=row.outlet,
                        author=None,
                    ),
                    row.source_id,
                    row.attempts + 1,
                    row.alert,
                )
                for row in due
            ]


def _read_bytes(file: Path) -> bytes:
    if file.stat().st_size > MAX_BYTES:
        raise SourceError(SourceProblem.LARGE_FILE.of(address=file, megabytes=MAX_BYTES // 1_000_000))
    return file.read_bytes()


def is_url(address: str) -> bool:
    """Whether an address is on the web; everything else is a path."""
    return address.startswith(("http://", "https://"))


def add_source(session: Session, address: str, kind: SourceKind, name: str, now: datetime) -> Source:
    """Register a source, due at once.

    A path is kept absolute; a source that is there already is given back as it is.
    """
    address = address if is_url(address) else str(Path(address).expanduser().absolute())
    known = session.exec(select(Source).where(Source.address == address)).one_or_none()
    if known is None:
        known = Source(kind=kind, address=address, name=name, due_at=now)
        session.add(known)
        session.flush()
    return known


def pause_source(session: Session, source_id: int, *, paused: bool, now: datetime) -> str | None:
    """Leave a source unpolled, or poll it again at once; its name, or None where there is none."""
    row = session.get(Source, source_id)
    if row is None:
        return None
    row.paused = paused
    if not paused:
        row.due_at = now
    session.flush()
    return row.name
