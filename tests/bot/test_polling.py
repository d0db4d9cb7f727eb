"""Sources over real HTTP: conditional, each article once, failures counted and retried, one never stopping the rest."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from sqlmodel import func, select

from bot.articles import ArticleDraft
from bot.knowledge import KnowledgeKeeper
from bot.models import ArticleFailure, Event, Source, SourceKind
from bot.pipeline import ArticleResult, ArticleStatus, process_article
from bot.polling import MOST_ATTEMPTS, Poller, PollReport, add_source
from bot.sources.errors import SourceError
from bot.sources.fetching import Fetcher
from glossary.database import Database, DatabaseUnreachableError
from glossary.models import Document
from tests.bot.web import Web

NOON = datetime(2025, 1, 12, 12, 0, tzinfo=UTC)

SUDZHA = (
    "Shelling damaged the roof of the school in Sudzha on Saturday night, the regional administration said. "
    "Nobody was in the building, which has stood empty since August. Volunteers covered the hole with a tarpaulin "
    "before the snow came, and carried the library's books into the cellar of the town hall across the square."
)
GRAIN = (
    "Two ships with grain left the port of Odesa on Saturday morning, bound for Egypt and Spain. They are the first "
    "since a week of storms closed the harbour. The port authority expects that six more will follow before Tuesday, "
    "if the wind allows it and the minesweepers have finished their work in the channel."
)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def page(title: str, text: str) -> str:
    paragraphs = "".join(f"<p>{escape(sentence.strip())}.</p>" for sentence in text.rstrip(".").split(". "))
    return (
        f"<!doctype html><html lang='en'><head><title>{escape(title)}</title></head>"
        f"<body><nav>Home News Sport</nav><article><h1>{escape(title)}</h1>{paragraphs}</article></body></html>"
    )


def rss(*items: tuple[str, str]) -> str:
    entries = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link>"
        "<pubDate>Sun, 12 Jan 2025 10:00:00 GMT</pubDate></item>"
        for title, link in items
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Example News</title>{entries}</channel></rss>"


class Desk:
    def __init__(self, database: Database, fetcher: Fetcher, web: Web) -> None:
        self.database = database
        self.web = web
        self.clock = Clock()
        keeper = KnowledgeKeeper(database)
        self.poller = Poller(database, keeper, fetcher, every=timedelta(minutes=1), clock=self.clock)

    def add(self, address: str, kind: SourceKind = SourceKind.FEED) -> None:
        with self.database.write() as session:
            add_source(session, address, kind, "Example", NOON)

    async def poll(self, after: timedelta = timedelta(0)) -> tuple[PollReport, ...]:
        self.clock.now += after
        return await self.poller.poll_due()

    async def ingest(self, address: str | Path, **options: bool) -> list[ArticleResult]:
        return [result async for result in self.poller.ingest(str(address), **options)]

    def source(self) -> Source:
        with self.database.read() as session:
            return session.exec(select(Source)).one()

    def failures(self) -> list[ArticleFailure]:
        with self.database.read() as session:
            return list(session.exec(select(ArticleFailure)))

    def count(self, table: type) -> int:
        with self.database.read() as session:
            return session.exec(select(func.count()).select_from(table)).one()


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        server.page("/sudzha", page("School roof in Sudzha damaged", SUDZHA))
        server.page("/grain", page("Grain ships leave Odesa", GRAIN))
        yield server


@pytest.fixture
async def desk(stocked_database: Database, web: Web) -> AsyncIterator[Desk]:
    async with Fetcher(allow_private=True, timeout=10) as fetcher:
        yield Desk(stocked_database, fetcher, web)


def statuses(report: PollReport) -> list[str]:
    return [result.status.value for result in report.results]


async def test_a_feed_s_articles_are_read_in_full_and_each_once(desk: Desk) -> None:
    feed = rss(("School roof", desk.web.url("/sudzha?utm_source=rss")), ("Grain", desk.web.url("/grain")))
    desk.add(desk.web.page("/feed", feed, "application/rss+xml"))
    (first,) = await desk.poll()
    assert statuses(first) == ["new", "new"]
    (second,) = await desk.poll(after=timedelta(minutes=1))
    assert statuses(second) == ["duplicate", "duplicate"]
    assert desk.web.count("/sudzha") == 1
    assert desk.count(Document) == 2


async def test_a_page_that_calls_itself_otherwise_is_fetched_once(desk: Desk) -> None:
    own = desk.web.url("/2025/01/sudzha.html")
    named = page("School roof in Sudzha damaged", SUDZHA).replace(
        "<head>", f"<head><link rel='canonical' href='{own}'>"
    )
    desk.add(desk.web.page("/feed", rss(("Roof", desk.web.page("/go/1", named))), "application/rss+xml"))
    (first,) = await desk.poll()
    assert [result.url for result in first.results] == [own]
    (second,) = await desk.poll(after=timedelta(minutes=1))
    assert statuses(second) == ["duplicate"]
    assert desk.web.count("/go/1") == 1


async def test_an_article_in_another_language_is_told_once_and_not_fetched_again(desk: Desk) -> None:
    polish = "Rada miasta przyjęła w piątek budżet na przyszły rok. Najwięcej pieniędzy dostaną szkoły i szpital. " * 3
    link = desk.web.page("/pl", page("Budżet miasta przyjęty", polish))
    desk.add(desk.web.page("/feed", rss(("Budżet", link)), "application/rss+xml"))
    for minutes in (0, 1, 2):
        (report,) = await desk.poll(after=timedelta(minutes=minutes))
        assert statuses(report) == ["failed"]
        assert "Polish" in (report.results[0].error or "")
    assert desk.web.count("/pl") == 1
    assert [failure.attempts for failure in desk.failures()] == [1]


async def test_an_unchanged_feed_is_not_read_again(desk: Desk) -> None:
    feed = rss(("School roof", desk.web.url("/sudzha")))
    desk.add(desk.web.page("/feed", feed, "application/rss+xml", etag='"1"'))
    await desk.poll()
    (second,) = await desk.poll(after=timedelta(minutes=1))
    assert second.not_modified
    desk.web.page("/feed", rss(("Grain", desk.web.url("/grain"))), "application/rss+xml", etag='"2"')
    (third,) = await desk.poll(after=timedelta(minutes=1))
    assert statuses(third) == ["new"]


async def test_a_page_is_read_again_when_its_feed_says_that_it_changed(desk: Desk) -> None:
    link = desk.web.url("/sudzha")

    def atom(updated: str) -> str:
        entry = f"<entry><title>Roof</title><id>1</id><link href='{link}'/><updated>{updated}</updated></entry>"
        return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>News</title>{entry}</feed>"

    desk.add(desk.web.page("/feed", atom("2025-01-12T10:00:00Z"), "application/atom+xml"))
    await desk.poll()
    desk.web.page("/sudzha", page("School roof in Sudzha damaged", SUDZHA.replace("Saturday", "Friday")))
    (unchanged,) = await desk.poll(after=timedelta(hours=1))
    assert statuses(unchanged) == ["duplicate"]
    desk.web.page("/feed", atom("2025-01-12T12:30:00Z"), "application/atom+xml")
    (changed,) = await desk.poll(after=timedelta(hours=1))
    assert statuses(changed) == ["changed"]


async def test_a_source_s_first_poll_makes_no_events_and_its_second_does(desk: Desk) -> None:
    desk.add(desk.web.page("/feed", rss(("School roof", desk.web.url("/sudzha"))), "application/rss+xml"))
    await desk.poll()
    assert desk.count(Event) == 0
    both = rss(("Grain", desk.web.url("/grain")), ("School roof", desk.web.url("/sudzha")))
    desk.web.page("/feed", both, "application/rss+xml")
    await desk.poll(after=timedelta(minutes=1))
    assert desk.count(Event) == 1


async def test_an_unreachable_source_is_counted_and_waits_longer_each_time(desk: Desk) -> None:
    desk.add(desk.web.page("/feed", "gone", status=500))
    waits = []
    for _ in range(3):
        (report,) = await desk.poll(after=timedelta(days=1))
        assert report.error is not None
        assert "\n" not in report.error
        waits.append(desk.source().due_at - desk.clock.now)
    assert desk.source().failures == 3
    assert waits == sorted(set(waits))
    desk.web.page("/feed", rss(("Grain", desk.web.url("/grain"))), "application/rss+xml")
    await desk.poll(after=timedelta(days=1))
    assert (desk.source().failures, desk.source().last_error) == (0, None)


async def test_a_source_that_is_not_due_is_left_alone(desk: Desk) -> None:
    desk.add(desk.web.page("/feed", rss(), "application/rss+xml"))
    await desk.poll()
    assert await desk.poll(after=timedelta(seconds=59)) == ()
    assert desk.web.count("/feed") == 1


async def test_one_bad_source_does_not_stop_the_others(desk: Desk) -> None:
    desk.add(desk.web.page("/broken", "<rss><channel><item>", "application/rss+xml", status=404))
    desk.add(desk.web.page("/feed", rss(("Grain", desk.web.url("/grain"))), "application/rss+xml"))
    reports = {report.source: report for report in await desk.poll()}
    assert reports[desk.web.url("/broken")].error is not None
    assert statuses(reports[desk.web.url("/feed")]) == ["new"]


async def test_one_bad_article_is_kept_with_its_reason_and_the_others_are_read(desk: Desk) -> None:
    empty = desk.web.page("/empty", "<html><body></body></html>")
    binary = desk.web.page("/binary", b"\x00\x01\x02" * 1000, "image/png")
    feed = rss(("Empty", empty), ("Binary", binary), ("Grain", desk.web.url("/grain")))
    desk.add(desk.web.page("/feed", feed, "application/rss+xml"))
    (report,) = await desk.poll()
    assert statuses(report) == ["failed", "failed", "new"]
    failures = {failure.url: failure for failure in desk.failures()}
    assert set(failures) == {empty, binary}
    assert all(failure.error and "\n" not in failure.error for failure in failures.values())
    assert failures[binary].due_at is None


async def test_an_article_behind_a_passing_fault_is_read_later(desk: Desk) -> None:
    late = desk.web.page("/late", "busy", status=503)
    desk.add(desk.web.page("/feed", rss(("Late", late)), "application/rss+xml", etag='"1"'))
    await desk.poll()
    (failure,) = desk.failures()
    assert failure.due_at is not None
    desk.web.page("/late", page("Grain ships leave Odesa", GRAIN))
    reports = await desk.poll(after=timedelta(hours=7))
    assert "new" in [status for report in reports for status in statuses(report)]
    assert desk.failures() == []


async def test_an_article_is_given_up_after_so_many_attempts_and_stays_listed(desk: Desk) -> None:
    late = desk.web.page("/late", "busy", status=503)
    desk.add(desk.web.page("/feed", rss(("Late", late)), "application/rss+xml", etag='"1"'))
    for _ in range(MOST_ATTEMPTS + 2):
        await desk.poll(after=timedelta(hours=7))
    (failure,) = desk.failures()
    assert (failure.attempts, failure.due_at) == (MOST_ATTEMPTS, None)
    assert desk.web.count("/late") == MOST_ATTEMPTS


async def test_a_crash_half_way_through_a_feed_loses_none_of_its_articles(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = rss(("School roof", desk.web.url("/sudzha")), ("Grain", desk.web.url("/grain")))
    desk.add(desk.web.page("/feed", feed, "application/rss+xml", etag='"1"'))

    class Killed(BaseException):
        """What no boundary catches."""

    def crash(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("bot.polling.process_article", crash)
        with pytest.raises(Killed):
            await desk.poll()
    (report,) = await desk.poll()
    assert statuses(report) == ["new", "new"]


async def test_a_fault_of_ours_in_one_article_does_not_stop_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = rss(("School roof", desk.web.url("/sudzha")), ("Grain", desk.web.url("/grain")))
    desk.add(desk.web.page("/feed", feed, "application/rss+xml"))

    def stumble(draft: ArticleDraft, *arguments: Any, **options: Any) -> ArticleResult:
        if draft.url.endswith("/sudzha"):
            raise ZeroDivisionError
        return process_article(draft, *arguments, **options)

    monkeypatch.setattr("bot.polling.process_article", stumble)
    (report,) = await desk.poll()
    assert statuses(report) == ["failed", "new"]


@pytest.mark.parametrize("header", ["99999999999999", "²", "Fri, 31 Dec 9999 23:59:59 GMT"])
async def test_a_server_that_asks_to_wait_for_ever_is_asked_again_tomorrow(desk: Desk, header: str) -> None:
    desk.add(desk.web.page("/feed", "busy", status=503, headers={"Retry-After": header}))
    (report,) = await desk.poll()
    assert report.error is not None
    assert desk.source().failures == 1
    assert desk.source().due_at <= desk.clock.now + timedelta(days=1)


async def test_a_busy_database_loses_no_article(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.add(desk.web.page("/feed", rss(("Grain", desk.web.url("/grain"))), "application/rss+xml", etag='"1"'))

    def busy(*_: object, **__: object) -> None:
        raise DatabaseUnreachableError("The database did not answer: database is locked")

    with monkeypatch.context() as patch:
        patch.setattr("bot.pipeline.judge_statements", busy)
        (report,) = await desk.poll()
    assert report.error is not None
    (report,) = await desk.poll(after=timedelta(hours=1))
    assert statuses(report) == ["new"]


async def test_an_article_of_a_first_poll_that_failed_then_makes_no_event_later(desk: Desk) -> None:
    late = desk.web.page("/late", "busy", status=503)
    desk.add(desk.web.page("/feed", rss(("Late", late)), "application/rss+xml"))
    await desk.poll()
    desk.web.page("/late", page("Grain ships leave Odesa", GRAIN))
    await desk.poll(after=timedelta(hours=7))
    assert (desk.count(Document), desk.count(Event)) == (1, 0)


async def test_the_feed_s_summary_stands_for_a_page_that_never_answers(desk: Desk) -> None:
    late = desk.web.page("/late", "busy", status=503)
    feed = rss(("Grain ships leave Odesa", late)).replace("</link>", f"</link><description>{GRAIN}</description>")
    desk.add(desk.web.page("/feed", feed, "application/rss+xml", etag='"1"'))
    for _ in range(MOST_ATTEMPTS):
        await desk.poll(after=timedelta(hours=7))
    assert desk.count(Document) == 1
    assert desk.failures() == []


async def test_a_source_s_password_is_shown_to_nobody(desk: Desk) -> None:
    item = "<item><title>Grain</title><link>/grain</link></item>"
    feed = f"<rss version='2.0'><channel><title>Wire</title>{item}</channel></rss>"
    address = desk.web.page("/feed", feed, "application/rss+xml").replace("http://", "http://anna:secret@")
    desk.add(address)
    (report,) = await desk.poll()
    assert statuses(report) == ["new"]
    assert "secret" not in repr(report)
    with desk.database.read() as session:
        assert "secret" not in session.exec(select(Document.url)).one()


async def test_a_folder_is_read_file_by_file(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text(f"School roof in Sudzha damaged\n\n{SUDZHA}", encoding="utf-8")
    (folder / "b.html").write_text(page("Grain ships leave Odesa", GRAIN), encoding="utf-8")
    (folder / "c.txt").write_bytes(b"")
    assert [one.status.value for one in await desk.ingest(folder)] == ["new", "new", "failed"]
    assert [one.status.value for one in await desk.ingest(folder)] == ["duplicate", "duplicate", "failed"]
    assert desk.count(Event) == 0


async def test_a_single_article_that_a_person_names_is_news(desk: Desk, tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text(f"School roof in Sudzha damaged\n\n{SUDZHA}", encoding="utf-8")
    (result,) = await desk.ingest(article)
    assert result.status is ArticleStatus.NEW
    assert desk.count(Event) == 1


async def test_one_page_is_read_by_its_address(desk: Desk) -> None:
    (result,) = await desk.ingest(desk.web.url("/sudzha"))
    assert result.status is ArticleStatus.NEW
    assert result.title == "School roof in Sudzha damaged"
    assert result.mentions >= 1


async def test_a_missing_file_is_one_sentence(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.txt"):
        await desk.ingest(tmp_path / "none.txt")
