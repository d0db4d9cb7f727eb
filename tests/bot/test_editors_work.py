"""Editors are told of work that waits: once a day at their chat's hour, where there is something new."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from bot.delivery import LEASE, DeliveryReport, deliver_due
from bot.editors_work import LEAST_ARTICLES, Queue, Waiting, notify_editors, waiting_work
from bot.messages import Messages, to_plain
from bot.models import Channel, Chat, Delivery, DeliveryStatus, Role, WorkNotice
from bot.subscriptions import ensure_chat, find_chat
from bot.telegram import TelegramSender
from bot.telegram.buttons import Action, encode, encode_own
from bot.telegram.roles import give_role, take_role
from glossary.candidates import ignore_candidate, record_names
from glossary.database import Database
from glossary.history import recorded_change
from glossary.models import Candidate, Document, Form, Statement
from glossary.proposing import ProposedName
from glossary.words import EntityType, FormKind, FormStatus, Provenance
from tests.bot.chatting import LANGUAGES, Chatting, speaker, text
from tests.bot.samples import EN, GLOSSARY, KO, NOON, SOME_12000, UK, entity_id, stock, write_figure
from tests.bot.telegram_server import Person
from tests.bot.test_digests import Recorder
from translations.languages import Language

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MARTA = 7
EVE = NOON - DAY
#: When the daily digests of a chat in UTC leave next.
NINE = datetime(2025, 1, 13, 9, tzinfo=UTC)


@pytest.fixture
def desk(any_database: Database) -> Database:
    """The glossary with its one draft, and an editor with a chat."""
    stock(any_database)
    employ(any_database)
    return any_database


@pytest.fixture
def small_desk(database: Database) -> Database:
    """The same on SQLite alone, for what the databases do not differ in."""
    stock(database)
    employ(database)
    return database


def employ(database: Database, editor: int = MARTA, language: Language = EN, at: datetime = EVE) -> None:
    with database.write() as session:
        ensure_chat(session, Channel.TELEGRAM, editor, language=language, now=at)
        give_role(session, editor, Role.EDITOR, name="", by=1, now=at)


def draft(session: Session, form: str, at: datetime) -> None:
    with recorded_change(session, actor="test", summary="a draft", now=at):
        session.add(
            Form(
                entity_id=entity_id(session, "nis"),
                language=KO,
                text=form,
                kind=FormKind.ALIAS,
                provenance=Provenance.ARGOS,
                status=FormStatus.DRAFT,
                created_at=at,
            )
        )


def sight(session: Session, name: str, articles: int, at: datetime) -> int:
    """Have so many more articles name somebody."""
    for number in range(articles):
        url = f"https://a.example/{sum(name.encode())}/{at:%d%H%M}/{number}"
        document = Document(url=url, outlet="A", language=EN, first_seen_at=at)
        session.add(document)
        session.flush()
        said = ProposedName(name, EntityType.PERSON, 1, sentence=f"{name} spoke.")
        record_names(session, document.id or 0, EN, [said], GLOSSARY, now=at)
    return session.exec(select(Candidate.id).where(Candidate.name == name)).one() or 0


def hold(session: Session, at: datetime) -> None:
    """Have a number wait for an editor."""
    figure = write_figure(session, SOME_12000, place=None)
    statement = session.exec(select(Statement).where(Statement.figure_id == figure)).one()
    with recorded_change(session, actor="test", summary="hold it", now=at):
        statement.figure_id, statement.held_figure_id, statement.recorded_at = None, figure, at


def notices(database: Database) -> list[Delivery]:
    with database.read() as session:
        return list(session.exec(select(Delivery).where(col(Delivery.notice_id).is_not(None))))


def notify(database: Database, now: datetime, admins: tuple[int, ...] = ()) -> int:
    return notify_editors(database, GLOSSARY, admins, now)


# --- what waits


def test_what_waits_is_counted_and_what_is_new_of_it(desk: Database) -> None:
    with desk.write() as session:
        sight(session, "Kim Rook", LEAST_ARTICLES, EVE)
        sight(session, "Anna Bird", LEAST_ARTICLES - 1, EVE)
        sight(session, "Ira Heron", 1, EVE)
        ignored = sight(session, "Old Tractor", LEAST_ARTICLES, EVE)
        ignore_candidate(session, ignored, actor="test", now=EVE)
        hold(session, EVE)
        draft(session, "엔아이에스", NOON + HOUR)
    with desk.read() as session:
        everything = Waiting(Queue(1, 1), Queue(2, 2), Queue(1, 1))
        assert waiting_work(session, GLOSSARY, None) == everything
        assert waiting_work(session, GLOSSARY, NOON) == Waiting(Queue(1, 0), Queue(2, 1), Queue(1, 0))
    with desk.write() as session:
        sight(session, "Anna Bird", 1, NOON + HOUR)  # by now in as many articles as it takes
        sight(session, "Kim Rook", 5, NOON + HOUR)
    with desk.read() as session:
        assert waiting_work(session, GLOSSARY, NOON).candidates == Queue(2, 1)
        assert not waiting_work(session, GLOSSARY, NOON + 2 * HOUR).is_news


# --- when it is told


def test_an_editor_is_told_once_a_day_at_the_hour_of_their_digests_and_only_of_something_new(desk: Database) -> None:
    assert notify(desk, NINE - timedelta(seconds=1)) == 1  # the hour of the day before
    for hours in (0, 1, 5, 23):
        assert notify(desk, NINE + hours * HOUR) == 0
    with desk.write() as session:
        draft(session, "엔아이에스", NINE + 5 * HOUR)
    assert notify(desk, NINE + 23 * HOUR) == 0
    assert notify(desk, NINE + DAY) == 1
    assert notify(desk, NINE + DAY) == 0
    assert len(notices(desk)) == 2
    assert notify(desk, NINE + 9 * DAY) == 0
    with desk.read() as session:
        days = [one.day.day for one in session.exec(select(WorkNotice).order_by(col(WorkNotice.id)))]
    assert days == [12, 13, 14, 22]


@pytest.mark.parametrize(
    ("zone", "hour", "day", "due"),
    [
        ("Asia/Seoul", 9, (2025, 1, 14), "2025-01-14 00:00"),
        ("America/New_York", 21, (2025, 1, 14), "2025-01-15 02:00"),
        ("Europe/Kyiv", 3, (2025, 3, 30), "2025-03-30 01:00"),  # an hour that this day has not
        ("Europe/Kyiv", 3, (2025, 10, 26), "2025-10-26 00:00"),  # one that it has twice
        ("Europe/Kyiv", 9, (2025, 3, 31), "2025-03-31 06:00"),
    ],
)
def test_the_hour_is_that_of_the_chats_own_clock(
    small_desk: Database, zone: str, hour: int, day: tuple[int, int, int], due: str
) -> None:
    at = datetime.fromisoformat(due).replace(tzinfo=UTC)
    with small_desk.write() as session:
        chat = session.exec(select(Chat)).one()
        chat.timezone, chat.digest_hour, chat.created_at = zone, hour, at - 20 * HOUR
        give_role(session, MARTA, Role.ADMIN, name="", by=1, now=at - 20 * HOUR)
        draft(session, "엔아이에스", at - HOUR)
        take_role(session, MARTA, Role.EDITOR, by=1, now=at)
    assert notify(small_desk, at - timedelta(seconds=1)) == 0
    assert notify(small_desk, at) == 1
    assert notify(small_desk, at + 22 * HOUR) == 0
    with small_desk.read() as session:
        assert session.exec(select(WorkNotice.day)).one() == datetime(*day, tzinfo=UTC).date()


def test_who_is_no_editor_not_reachable_or_wants_no_notices_is_not_told(small_desk: Database) -> None:
    for number, change in enumerate(("blocked_at", "work_notices", "role", "reader", ""), start=10):
        employ(small_desk, number)
        with small_desk.write() as session:
            chat = find_chat(session, Channel.TELEGRAM, number)
            assert chat is not None
            match change:
                case "blocked_at":
                    chat.blocked_at = NOON
                case "work_notices":
                    chat.work_notices = False
                case "role" | "reader":
                    take_role(session, number, Role.EDITOR, by=1, now=NOON)
    assert notify(small_desk, NINE) == 2
    with small_desk.write() as session:
        ensure_chat(session, Channel.TELEGRAM, 99, language=EN, now=EVE)
    assert notify(small_desk, NINE, admins=(99, 98)) == 1


def test_an_hour_before_somebody_was_an_editor_is_none_of_theirs(small_desk: Database) -> None:
    employ(small_desk, 8, at=NINE + HOUR)
    notify(small_desk, NINE + 2 * HOUR)
    assert len(notices(small_desk)) == 1
    assert notify(small_desk, NINE + DAY) == 1


def test_in_quiet_hours_and_mutes_it_is_looked_when_they_are_over(small_desk: Database) -> None:
    with small_desk.write() as session:
        chat = session.exec(select(Chat)).one()
        chat.quiet_from, chat.quiet_to, chat.muted_until = 8 * 60, 10 * 60, NINE + 5 * HOUR
    for hours in (0, 1, 2, 4):
        assert notify(small_desk, NINE + hours * HOUR) == 0
    assert notify(small_desk, NINE + 5 * HOUR) == 1


# --- whatever is killed


def test_two_services_tell_an_editor_once(desk: Database) -> None:
    with ThreadPoolExecutor(3) as pool:
        written = list(pool.map(lambda _: notify(desk, NINE), range(3)))
    assert sorted(written) == [0, 0, 1]
    assert len(notices(desk)) == 1


async def test_a_notice_whose_sending_was_killed_comes_once_more_and_no_third_time(desk: Database) -> None:
    assert notify(desk, NINE) == 1

    async def deliver(sender: Recorder, now: datetime) -> DeliveryReport:
        return await deliver_due(desk, {Channel.TELEGRAM: sender}, lambda: GLOSSARY, now)

    with pytest.raises(asyncio.CancelledError):
        await deliver(Recorder(crash=True), NINE)
    assert notify(desk, NINE + LEASE) == 0
    sender = Recorder()
    for times in (1, 2, 3):
        await deliver(sender, NINE + times * LEASE)
        notify(desk, NINE + times * LEASE)
    assert len(sender.sent) == 1
    assert [one.status for one in notices(desk)] == [DeliveryStatus.SENT]


def test_what_dies_between_looking_and_writing_leaves_nothing_half_done(
    small_desk: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        """The process ends here."""

    def dies(*_args: object, **_values: object) -> Delivery:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr("bot.editors_work.Delivery", dies)
        with pytest.raises(KilledError):
            notify(small_desk, NINE)
    with small_desk.read() as session:
        assert session.exec(select(WorkNotice)).all() == []
    assert notify(small_desk, NINE) == 1


# --- in the chat


@pytest.fixture
async def waiting(chatting: Chatting) -> Chatting:
    """A bot whose editor has something of each queue to do, with their chat begun the day before."""
    await chatting.says("/help")
    with chatting.database.write() as session:
        give_role(session, 42, Role.EDITOR, name="", by=1, now=EVE)
        sight(session, "Kim <Rook>", LEAST_ARTICLES, EVE)
        hold(session, EVE)
    return chatting


async def told(chatting: Chatting, language: Language, now: datetime = NINE) -> None:
    with chatting.database.write() as session:
        ensure_chat(session, Channel.TELEGRAM, 42, language=language, now=EVE).timezone = "UTC"
    notify_editors(chatting.database, chatting.context.glossary(), (), now)
    senders = {Channel.TELEGRAM: TelegramSender(chatting.application.bot)}
    await deliver_due(chatting.database, senders, chatting.context.glossary, now)


@LANGUAGES
async def test_a_notice_counts_what_waits_and_opens_each_queue_below_itself(
    waiting: Chatting, language: Language
) -> None:
    person, messages = speaker(language), Messages(language)
    await told(waiting, language)
    notice = waiting.server.sent(42)[-1]
    for queue in ("candidates", "drafts", "held"):
        assert to_plain(messages.plural(f"work.{queue}", 1, articles=LEAST_ARTICLES)) in text(notice)
    assert text(notice).count(to_plain(messages.plural("work.new", 1))) == 3
    shows = {"candidates": "Kim <Rook>", "drafts": "투바", "held": "12,000" if language is EN else "12"}
    for queue, words in shows.items():
        label = messages.plain(f"work_button.{queue}")
        assert encode_own(42, Action.WORK, queue) in [b["callback_data"] for b in notice.buttons if b["text"] == label]
        await waiting.taps(notice, encode_own(42, Action.WORK, queue), person=person)
        assert words in text(waiting.server.sent(42)[-1])
    assert waiting.now_reads(notice) is notice


@LANGUAGES
async def test_the_notices_are_stopped_by_their_button_and_brought_back_in_the_settings(
    waiting: Chatting, language: Language
) -> None:
    person, messages = speaker(language), Messages(language)
    await told(waiting, language)
    notice = waiting.server.sent(42)[-1]
    await waiting.taps(notice, encode(Action.SET, "work.off"), person=person)
    settings = waiting.now_reads(notice)
    off = to_plain(messages.text("settings.work", when=messages.plain("settings.none")))
    assert off in text(settings)
    with waiting.database.write() as session:
        draft(session, "엔아이에스", NINE + HOUR)
    before = len(waiting.server.sent(42))
    await told(waiting, language, NINE + DAY)
    assert len(waiting.server.sent(42)) == before
    label = messages.plain("button.work_on")
    assert label in [one["text"] for one in settings.buttons]
    await waiting.taps(settings, encode(Action.SET, "work.on"), person=person)
    assert off not in text(waiting.now_reads(notice))
    await told(waiting, language, NINE + DAY)
    assert len(waiting.server.sent(42)) == before + 1


async def test_a_reader_finds_no_notices_in_the_settings_and_opens_no_queue(chatting: Chatting) -> None:
    shown = await chatting.says("/settings")
    assert "work" not in text(shown).lower()
    answer = await chatting.taps(shown, encode_own(42, Action.WORK, "candidates"))
    assert "editors" in (answer.text or "")


async def test_the_button_of_another_editors_notice_and_an_unknown_queue_do_nothing(waiting: Chatting) -> None:
    await told(waiting, EN)
    notice = waiting.server.sent(42)[-1]
    for data, says in (
        (encode_own(43, Action.WORK, "drafts"), Messages(EN).plain("button.theirs")),
        (encode_own(42, Action.WORK, "laundry"), Messages(EN).plain("button.gone")),
    ):
        before = len(waiting.server.sent(42))
        answer = await waiting.taps(notice, data)
        assert answer.text == says
        assert len(waiting.server.sent(42)) == before


async def test_who_edits_in_a_chat_of_their_own_is_told_there_in_their_language(chatting: Chatting) -> None:
    with chatting.database.write() as session:
        give_role(session, 50, Role.EDITOR, name="", by=1, now=EVE)
    jisoo = Person(50, "Jisoo", "ko")
    await chatting.says("/help", person=jisoo)
    with chatting.database.read() as session:
        assert find_chat(session, Channel.TELEGRAM, 50) is None
    await chatting.says("/review", person=jisoo)
    with chatting.database.read() as session:
        chat = find_chat(session, Channel.TELEGRAM, 50)
        assert chat is not None
        assert (chat.language, chat.work_notices) == (KO, True)
    # Nine o'clock in Seoul.
    assert notify_editors(chatting.database, GLOSSARY, (), datetime(2025, 1, 12, 23, tzinfo=UTC)) == 0
    assert notify_editors(chatting.database, GLOSSARY, (), datetime(2025, 1, 13, 0, tzinfo=UTC)) == 1


def test_the_catalogues_say_it_with_the_plurals_of_each_language() -> None:
    said = [to_plain(Messages(UK).plural("work.held", n)).split()[2] for n in (1, 2, 5, 21)]
    assert said == ["число", "числа", "чисел", "число"]
