"""Digests, quiet hours, and stories that wait for more outlets: each told once, nothing lost, whatever is killed."""

from __future__ import annotations

import asyncio
import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from bot.delivery import LEASE, DeliveryReport, deliver_due
from bot.digests import MOST_ITEMS, PATIENCE, Coverage, Wish, pace_of
from bot.events import PendingAlert, fan_out_due
from bot.feedback import complain
from bot.messages.markup import TEXT_LIMIT, utf16_length
from bot.messages.render import Rendered
from bot.models import Channel, Chat, Delivery, DeliveryStatus, Event, Feedback, Pace, Story, StoryDocument
from bot.news import news_to_json
from bot.subscriptions import (
    Target,
    ensure_chat,
    find_chat,
    follow,
    keep_wishes,
    list_subscriptions,
    move_chat,
    unfollow,
)
from glossary.database import Database
from glossary.models import Document, Mention, Revision
from glossary.words import EntityType, Via
from tests.bot.samples import (
    EN,
    GLOSSARY,
    KO,
    NOON,
    SECOND,
    UK,
    change,
    entity_id,
    mention,
    news,
    read_delivery,
    stock,
    write_delivery,
)
from translations.languages import Language

HOUR = timedelta(hours=1)
SBU, NIS = Target(slug="sbu"), Target(slug="nis")
_numbers = itertools.count(1)


@pytest.fixture
def any_stocked(any_database: Database) -> Database:
    """The glossary, on each database that we support."""
    stock(any_database)
    return any_database


class Recorder:
    """A sender that keeps what it was given; with `crash`, the process dies while it sends."""

    def __init__(self, *, crash: bool = False) -> None:
        self.sent: list[tuple[PendingAlert, Rendered]] = []
        self._crash = crash

    async def send(self, alert: PendingAlert, rendered: Rendered) -> int:
        if self._crash:
            raise asyncio.CancelledError
        self.sent.append((alert, rendered))
        return len(self.sent)

    @property
    def texts(self) -> list[str]:
        return [rendered.plain for _, rendered in self.sent]


def chat(session: Session, address: int = 42) -> Chat:
    return ensure_chat(session, Channel.TELEGRAM, address, language=EN, now=NOON)


def subscribe(
    database: Database,
    target: Target = SBU,
    *,
    pace: Pace = Pace.AT_ONCE,
    languages: frozenset[Language] = frozenset(),
    sources: int = 1,
) -> None:
    with database.write() as session:
        chat_id = chat(session).id or 0
        follow(session, chat_id, 0, target, now=NOON)
        (one,) = (one for one in list_subscriptions(session, chat_id, 0) if one.target == target)
        keep_wishes(session, chat_id, 0, replace(one, pace=pace, languages=languages, sources=sources))


def be_quiet(database: Database, start: int, end: int) -> None:
    with database.write() as session:
        row = chat(session)
        row.quiet_from, row.quiet_to = start * 60, end * 60


def publish(
    database: Database,
    *slugs: str,
    title: str = "Two prisoners are shown",
    outlet: str = "Courier",
    language: Language = EN,
    story: int | None = None,
    copy_of: int | None = None,
    told: bool = True,
    at: datetime = NOON,
) -> tuple[int, int]:
    """An article in its story, with an event unless it brings nothing new; the ids of story and document."""
    number = next(_numbers)
    with database.write() as session:
        if story is None:
            row = Story(title=title, started_at=at, updated_at=at)
            session.add(row)
            session.flush()
            story = row.id or 0
        url = f"https://{outlet.lower()}.example/{number}"
        document = Document(url=url, outlet=outlet, language=language, first_seen_at=at, copy_of_id=copy_of)
        session.add(document)
        session.flush()
        body = f"{title}\nThe SBU spoke."
        revision = Revision(
            document_id=document.id or 0,
            number=1,
            title=title,
            text=body,
            content_hash=str(number),
            fingerprint=b"",
            retrieved_at=at,
        )
        session.add(revision)
        session.flush()
        if copy_of is None:
            session.add(StoryDocument(document_id=document.id or 0, story_id=story, profile={}))
        start = body.index("SBU", len(title))
        session.add(
            Mention(
                revision_id=revision.id or 0,
                entity_id=entity_id(session, "sbu"),
                surface="SBU",
                form_text="SBU",
                start=start,
                end=start + 3,
                via=Via.EXACT,
            )
        )
        if told:
            mentions = [mention(slug, "SBU") for slug in slugs or ("sbu",)]
            what = replace(news(mentions=mentions, title=title, url=url, language=language), outlet=outlet)
            event = Event(revision_id=revision.id or 0, story_id=story, news=news_to_json(what), created_at=at)
            session.add(event)
        return story, document.id or 0


def fan_out(database: Database, now: datetime = NOON) -> int:
    return fan_out_due(database, GLOSSARY, now, timedelta())


async def deliver(database: Database, sender: Recorder, now: datetime) -> DeliveryReport:
    return await deliver_due(database, {Channel.TELEGRAM: sender}, lambda: GLOSSARY, now)


def deliveries(database: Database) -> list[Delivery]:
    with database.read() as session:
        return list(session.exec(select(Delivery).order_by(col(Delivery.id))).all())


def statuses(database: Database) -> list[DeliveryStatus]:
    return [one.status for one in deliveries(database)]


# --- what decides


def test_the_fastest_wish_that_is_met_decides() -> None:
    daily, hourly = Wish(Pace.DAILY, frozenset(), 1), Wish(Pace.HOURLY, frozenset(), 2)
    english = Wish(Pace.AT_ONCE, frozenset({EN}), 1)
    one = Coverage(frozenset({"courier"}), frozenset({KO}))
    assert pace_of([daily, hourly, english], one) is Pace.DAILY
    assert pace_of([daily, hourly, english], replace(one, outlets=frozenset({"a", "b"}))) is Pace.HOURLY
    assert pace_of([daily, hourly, english], replace(one, languages=frozenset({EN}))) is Pace.AT_ONCE
    assert pace_of([hourly, english], one) is None
    assert pace_of([], one) is None


# --- digests


async def test_an_hourly_digest_tells_once_what_came_within_the_hour(any_stocked: Database) -> None:
    subscribe(any_stocked, pace=Pace.HOURLY)
    publish(any_stocked, title="Prisoners are shown")
    publish(any_stocked, title="A bridge reopens")
    assert fan_out(any_stocked, NOON + 5 * SECOND) == 2
    assert fan_out(any_stocked, NOON + 5 * SECOND) == 0
    sender = Recorder()
    assert await deliver(any_stocked, sender, NOON + HOUR - SECOND) == DeliveryReport()
    assert await deliver(any_stocked, sender, NOON + HOUR) == DeliveryReport(sent=1)
    assert await deliver(any_stocked, sender, NOON + 2 * HOUR) == DeliveryReport()
    (text,) = sender.texts
    assert text.startswith("🗞 Digest · 2 items")
    assert text.index("Prisoners are shown") < text.index("A bridge reopens")
    assert text.endswith("/subscriptions")


async def test_a_digest_does_not_hold_up_what_comes_at_once(any_stocked: Database) -> None:
    subscribe(any_stocked, SBU, pace=Pace.DAILY)
    subscribe(any_stocked, NIS)
    publish(any_stocked, "sbu")
    publish(any_stocked, "nis")
    fan_out(any_stocked)
    sender = Recorder()
    assert await deliver(any_stocked, sender, NOON) == DeliveryReport(sent=1)
    assert sender.sent[0][0].digest == ()


async def test_an_event_that_two_subscriptions_tell_comes_once_and_at_the_faster_pace(any_stocked: Database) -> None:
    subscribe(any_stocked, SBU, pace=Pace.DAILY)
    subscribe(any_stocked, Target(type=EntityType.ORG))
    publish(any_stocked)
    fan_out(any_stocked)
    sender = Recorder()
    await deliver(any_stocked, sender, NOON)
    await deliver(any_stocked, sender, NOON + 48 * HOUR)
    assert len(sender.sent) == 1


async def test_what_joins_its_story_in_a_digest_takes_it_along_when_it_is_to_be_told_at_once(
    any_stocked: Database,
) -> None:
    subscribe(any_stocked, SBU, pace=Pace.DAILY)
    subscribe(any_stocked, NIS)
    story, _ = publish(any_stocked, "sbu", title="Prisoners are shown")
    fan_out(any_stocked)
    publish(any_stocked, "nis", title="Seoul sends an interpreter", story=story)
    fan_out(any_stocked)
    sender = Recorder()
    await deliver(any_stocked, sender, NOON)
    await deliver(any_stocked, sender, NOON + 48 * HOUR)
    (text,) = sender.texts
    assert "Prisoners are shown" in text
    assert "Seoul sends an interpreter" in text


async def test_a_full_digest_goes_on_in_its_next_part_and_each_fits_a_message(any_stocked: Database) -> None:
    subscribe(any_stocked, pace=Pace.HOURLY)
    for number in range(MOST_ITEMS + 2):
        publish(any_stocked, title=f"Report {number} " + "on a very long matter " * 15)
    fan_out(any_stocked)
    sender = Recorder()
    for seconds in range(4):
        await deliver(any_stocked, sender, NOON + HOUR + seconds * SECOND)
    assert [len(alert.digest) for alert, _ in sender.sent] == [MOST_ITEMS, 2]
    for number in range(MOST_ITEMS + 2):
        assert sum(f"Report {number} " in text for text in sender.texts) == 1
    assert all(utf16_length(rendered.html) <= TEXT_LIMIT for _, rendered in sender.sent)


def test_two_workers_gather_into_one_digest(any_stocked: Database) -> None:
    subscribe(any_stocked, pace=Pace.HOURLY)
    for _ in range(6):
        publish(any_stocked)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: fan_out(any_stocked), range(3)))
    written = deliveries(any_stocked)
    digests = [one for one in written if one.window_at is not None]
    assert len(digests) == 1
    assert [one.digest_id for one in written if one.window_at is None] == [digests[0].id] * 6


async def test_a_digest_whose_sending_was_killed_comes_once_more_and_no_third_time(any_stocked: Database) -> None:
    subscribe(any_stocked, pace=Pace.HOURLY)
    publish(any_stocked)
    fan_out(any_stocked)
    with pytest.raises(asyncio.CancelledError):
        await deliver(any_stocked, Recorder(crash=True), NOON + HOUR)
    # What comes meanwhile does not go into the one that may have arrived.
    publish(any_stocked, title="Something later", at=NOON + HOUR)
    fan_out(any_stocked, NOON + HOUR)
    sender = Recorder()
    for hours in (1, 2, 3):
        for seconds in (0, 2):
            await deliver(any_stocked, sender, NOON + hours * HOUR + LEASE + seconds * SECOND)
    assert [len(alert.digest) for alert, _ in sender.sent] == [1, 1]
    assert statuses(any_stocked).count(DeliveryStatus.SENT) == 2


async def test_who_stops_finds_it_no_more_in_the_digest(any_stocked: Database) -> None:
    subscribe(any_stocked, SBU, pace=Pace.HOURLY)
    publish(any_stocked)
    fan_out(any_stocked)
    with any_stocked.write() as session:
        unfollow(session, chat(session).id or 0, 0, SBU)
    sender = Recorder()
    assert await deliver(any_stocked, sender, NOON + HOUR) == DeliveryReport()
    assert statuses(any_stocked) == [DeliveryStatus.CANCELLED] * 2


async def test_a_group_that_moves_takes_its_digests_along(any_stocked: Database) -> None:
    for address in (42, -1007):
        with any_stocked.write() as session:
            row = chat(session, address)
            row.pace = Pace.HOURLY
            follow(session, row.id or 0, 0, SBU, now=NOON)
    publish(any_stocked, title="Prisoners are shown")
    fan_out(any_stocked)
    with any_stocked.write() as session:
        unfollow(session, chat(session, -1007).id or 0, 0, SBU)
        move_chat(session, Channel.TELEGRAM, 42, -1007)
    publish(any_stocked, title="A bridge reopens")
    fan_out(any_stocked)
    sender = Recorder()
    await deliver(any_stocked, sender, NOON + HOUR)
    (alert,) = (alert for alert, _ in sender.sent)
    assert alert.address == -1007
    assert "A bridge reopens" in sender.texts[0]


# --- quiet hours and mutes


async def test_what_comes_in_quiet_hours_is_one_digest_when_they_end(any_stocked: Database) -> None:
    subscribe(any_stocked)
    be_quiet(any_stocked, 11, 14)  # UTC, as the chat's language is English
    sender = Recorder()
    for number in range(3):
        publish(any_stocked, title=f"Report {number}")
        fan_out(any_stocked, NOON + number * SECOND)
        assert await deliver(any_stocked, sender, NOON + number * SECOND) == DeliveryReport()
    assert await deliver(any_stocked, sender, NOON + 2 * HOUR - SECOND) == DeliveryReport()
    assert await deliver(any_stocked, sender, NOON + 2 * HOUR) == DeliveryReport(sent=1)
    assert all(f"Report {number}" in sender.texts[0] for number in range(3))
    publish(any_stocked, title="In the afternoon", at=NOON + 2 * HOUR)
    fan_out(any_stocked, NOON + 2 * HOUR)
    assert await deliver(any_stocked, sender, NOON + 2 * HOUR + SECOND) == DeliveryReport(sent=1)
    assert sender.sent[1][0].digest == ()


async def test_a_muted_chat_is_told_everything_when_the_mute_is_over_even_if_it_was_prolonged(
    any_stocked: Database,
) -> None:
    subscribe(any_stocked)
    publish(any_stocked, title="Prisoners are shown")
    fan_out(any_stocked)
    sender = Recorder()
    for until in (NOON + HOUR, NOON + 3 * HOUR):
        with any_stocked.write() as session:
            chat(session).muted_until = until
        assert await deliver(any_stocked, sender, until - HOUR) == DeliveryReport()
    publish(any_stocked, title="A bridge reopens", at=NOON + 2 * HOUR)
    fan_out(any_stocked, NOON + 2 * HOUR)
    for seconds in range(4):
        await deliver(any_stocked, sender, NOON + 2 * HOUR + seconds * SECOND)
    assert sender.sent == []
    for seconds in range(4):
        await deliver(any_stocked, sender, NOON + 3 * HOUR + seconds * SECOND)
    told = "\n".join(sender.texts)
    assert told.count("Prisoners are shown") == told.count("A bridge reopens") == 1


async def test_a_correction_that_was_tried_already_is_put_off_as_it_is(any_stocked: Database) -> None:
    correction = write_delivery(any_stocked, reasons=())
    with any_stocked.write() as session:
        session.get_one(Delivery, correction).attempts = 1
    be_quiet(any_stocked, 11, 14)
    await deliver(any_stocked, Recorder(), NOON)
    put_off = read_delivery(any_stocked, correction)
    assert (put_off.status, put_off.due_at) == (DeliveryStatus.PENDING, NOON + 2 * HOUR)


async def test_a_quiet_chat_that_telegram_had_asked_to_wait_for_keeps_nobody_else_waiting(
    any_stocked: Database,
) -> None:
    flooded = write_delivery(any_stocked, 42, reasons=())
    with any_stocked.write() as session:
        session.get_one(Delivery, flooded).error = "Telegram asked to wait."
    be_quiet(any_stocked, 11, 14)
    write_delivery(any_stocked, 43)
    assert await deliver(any_stocked, Recorder(), NOON) == DeliveryReport(sent=1)


# --- how widely a story is told


async def test_a_story_is_told_when_so_many_outlets_have_told_it(any_stocked: Database) -> None:
    subscribe(any_stocked, sources=3)
    story, document = publish(any_stocked, outlet="Courier")
    fan_out(any_stocked)
    publish(any_stocked, outlet="courier", story=story, told=False)
    publish(any_stocked, outlet="Ledger", story=story, told=False)
    sender = Recorder()
    assert fan_out(any_stocked) == 0
    assert await deliver(any_stocked, sender, NOON) == DeliveryReport()
    publish(any_stocked, outlet="Agency", copy_of=document, story=story, told=False)
    assert fan_out(any_stocked) == 1
    assert fan_out(any_stocked) == 0
    assert await deliver(any_stocked, sender, NOON) == DeliveryReport(sent=1)


async def test_who_wants_less_outlets_now_is_told_now(any_stocked: Database) -> None:
    subscribe(any_stocked, sources=2)
    publish(any_stocked)
    fan_out(any_stocked)
    subscribe(any_stocked, sources=1)
    assert fan_out(any_stocked) == 1


async def test_an_article_in_another_language_waits_for_one_that_is_wished_for_and_is_told_from_that(
    any_stocked: Database,
) -> None:
    subscribe(any_stocked, languages=frozenset({EN, UK}))
    story, _ = publish(any_stocked, title="포로 두 명 공개", outlet="신문", language=KO)
    fan_out(any_stocked)
    sender = Recorder()
    assert await deliver(any_stocked, sender, NOON) == DeliveryReport()
    publish(any_stocked, title="Two men are shown", outlet="Ledger", story=story, told=False)
    assert fan_out(any_stocked) == 1
    assert await deliver(any_stocked, sender, NOON) == DeliveryReport(sent=1)
    (text,) = sender.texts
    assert "Two men are shown" in text
    assert "Ledger" in text
    assert "“The SBU spoke.”" in text
    assert "포로" not in text


async def test_a_story_that_nobody_else_tells_is_given_up(any_stocked: Database) -> None:
    subscribe(any_stocked, sources=2)
    publish(any_stocked)
    fan_out(any_stocked)
    fan_out(any_stocked, NOON + PATIENCE)
    assert statuses(any_stocked) == [DeliveryStatus.WAITING]
    assert fan_out(any_stocked, NOON + PATIENCE + SECOND) == 0
    assert statuses(any_stocked) == [DeliveryStatus.CANCELLED]


async def test_a_change_that_a_later_article_of_the_story_brought_stands_in_the_digest(any_stocked: Database) -> None:
    subscribe(any_stocked, pace=Pace.HOURLY)
    story, _ = publish(any_stocked, title="Prisoners are shown")
    fan_out(any_stocked)
    publish(any_stocked, title="Seoul counts again", story=story)
    with any_stocked.write() as session:
        event = session.exec(select(Event).order_by(col(Event.id).desc())).first()
        assert event is not None
        event.news = news_to_json(news(mentions=[], figures=[change()], title="Seoul counts again"))
    fan_out(any_stocked)
    sender = Recorder()
    await deliver(any_stocked, sender, NOON + HOUR)
    ((alert, _),) = sender.sent
    assert len(alert.digest) == 1
    assert "about 12,000 → more than 11,000" in sender.texts[0]


async def test_figures_stand_in_a_digest_with_what_was_known(any_stocked: Database) -> None:
    subscribe(any_stocked, pace=Pace.HOURLY)
    publish(any_stocked)
    with any_stocked.write() as session:
        event = session.exec(select(Event)).one()
        event.news = news_to_json(news(mentions=[mention("sbu", "SBU")], figures=[change()] * 5))
    fan_out(any_stocked)
    sender = Recorder()
    await deliver(any_stocked, sender, NOON + HOUR)
    assert "about 12,000 → more than 11,000" in sender.texts[0]
    assert "and 2 more changes" in sender.texts[0]


# --- feedback


def test_editors_are_told_once_of_what_many_say_is_wrong(any_stocked: Database) -> None:
    for address in (42, 43):
        with any_stocked.write() as session:
            follow(session, chat(session, address).id or 0, 0, SBU, now=NOON)
    publish(any_stocked)
    fan_out(any_stocked)
    mine, theirs = deliveries(any_stocked)
    with any_stocked.write() as session:
        assert complain(session, mine, 42, editors={1, 2}, now=NOON)
        assert not complain(session, mine, 42, editors={1, 2}, now=NOON)
        assert complain(session, theirs, 43, editors={1, 2}, now=NOON)
    with any_stocked.read() as session:
        assert len(session.exec(select(Feedback)).all()) == 2
        notices = session.exec(select(Delivery.chat_id).where(col(Delivery.feedback_id).is_not(None))).all()
        editors = {one.id for number in (1, 2) if (one := find_chat(session, Channel.TELEGRAM, number)) is not None}
    assert set(notices) == editors
    assert len(notices) == 2


async def test_what_an_editor_is_told_of_names_what_the_message_told(any_stocked: Database) -> None:
    subscribe(any_stocked)
    publish(any_stocked, title="Prisoners are shown")
    fan_out(any_stocked)
    with any_stocked.write() as session:
        complain(session, session.exec(select(Delivery)).one(), 42, editors={1}, now=NOON)
    sender = Recorder()
    await deliver(any_stocked, sender, NOON)
    (notice,) = (text for (alert, _), text in zip(sender.sent, sender.texts, strict=True) if alert.address == 1)
    assert notice.startswith("⚠️ A reader says that this is wrong")
    assert "Prisoners are shown" in notice
    assert "/mute" in notice
