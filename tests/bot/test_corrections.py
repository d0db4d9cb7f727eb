"""Corrections: who was told what is not so is told once, and what has not left yet is never told wrong."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from bot import corrections
from bot.articles import Article
from bot.corrections import note_edits
from bot.delivery import deliver_due
from bot.digests import MOST_ITEMS
from bot.events import PendingAlert, decide_news, fan_out_due, news_to_json
from bot.messages.render import Rendered
from bot.models import Channel, Chat, Delivery, DeliveryStatus, Event, EventKind, Story, StoryDocument, Subscription
from glossary import figure_editing as editing
from glossary.database import Database
from glossary.figures import FigureChange, judge_statements
from glossary.history import list_changes, undo
from glossary.models import Document, Figure, Revision, Statement
from glossary.quantities import Quantity
from glossary.statements import Scope, StatementDraft
from glossary.words import Bound, Measure, ScopeKind
from tests.bot.samples import GLOSSARY, NOON, entity_id, people, stock
from translations.languages import Language

EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO
SETTLE = timedelta(seconds=5)
Edit = Callable[[Session], object]


class Newsroom:
    """A service in small: articles come in, editors edit, messages leave; `clock` is the time."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = NOON
        self.sent: list[tuple[PendingAlert, Rendered]] = []
        self._count = 0
        stock(database)
        with database.write() as session:
            story = Story(title="Troops", started_at=NOON, updated_at=NOON)
            session.add(story)
            session.flush()
            self.story = story.id or 0

    def follow(self, address: int, language: Language = EN, *, topic: int = 0, figure: int | None = None) -> None:
        with self.database.write() as session:
            chat = Chat(channel=Channel.TELEGRAM, address=address, language=language, created_at=NOON)
            session.add(chat)
            session.flush()
            target = entity_id(session, "north-korea") if figure is None else None
            session.add(
                Subscription(chat_id=chat.id or 0, topic=topic, entity_id=target, figure_id=figure, created_at=NOON)
            )

    def publish(self, number: float, claimant: str | None = None, *, days: int = 0, old: bool = False) -> int:
        """An article that counts North Korean soldiers in Kursk; the statement's id is returned."""
        self._count += 1
        url = f"https://courier.example/{self._count}"
        published = self.clock - timedelta(days=9 if old else 0)
        draft = StatementDraft(
            Measure.PERSONNEL,
            "north-korea",
            "kursk-oblast",
            Scope(ScopeKind.TOTAL),
            people(number),
            claimant,
            GLOSSARY[claimant].name if claimant else "Kyiv Courier",
            (NOON + timedelta(days=days)).date(),
            superseded=False,
            part=False,
            surface=f"{number:g} soldiers",
            start=0,
            end=4,
            sentence=f"There are {number:g} soldiers.",
        )
        article = Article(url, f"Title {self._count}", "Text", published, self.clock, "Kyiv Courier", EN, "0")
        with self.database.write() as session:
            document = Document(
                url=url, outlet="Kyiv Courier", language=EN, published_at=published, first_seen_at=self.clock
            )
            session.add(document)
            session.flush()
            revision = Revision(
                document_id=document.id or 0,
                number=1,
                title=article.title,
                text="",
                content_hash=url,
                fingerprint=b"",
                retrieved_at=self.clock,
            )
            session.add(revision)
            session.add(StoryDocument(document_id=document.id or 0, story_id=self.story, profile={}))
            session.flush()
            changes: tuple[FigureChange, ...] = judge_statements(
                session,
                revision_id=revision.id or 0,
                drafts=[draft],
                story_documents=(),
                glossary=GLOSSARY,
                now=self.clock,
            )
            news = None if old else decide_news(article, [], changes, GLOSSARY, told=(), is_revision=False)
            if news is not None:
                event = Event(
                    revision_id=revision.id or 0, story_id=self.story, news=news_to_json(news), created_at=self.clock
                )
                session.add(event)
            statement = session.exec(select(Statement).where(Statement.revision_id == revision.id)).one()
            return statement.id or 0

    def edit(self, edit: Edit) -> str:
        """Carry out an edit now; its change's id is returned."""
        with self.database.write() as session:
            edit(session)
            return list_changes(session, limit=1)[0].id

    def by(self, actor: str = "telegram:7") -> dict[str, Any]:
        return {"actor": actor, "now": self.clock}

    def undo(self, change: str) -> str:
        with self.database.write() as session:
            return undo(session, change, **self.by())

    def send(self, alert: PendingAlert, rendered: Rendered) -> int:
        self.sent.append((alert, rendered))
        return 100 + len(self.sent)

    def work(self, seconds: int = 0) -> list[str]:
        """Let time pass and the service work; the messages that left, in order."""
        room = self

        class Capture:
            async def send(self, alert: PendingAlert, rendered: Rendered) -> int:
                return room.send(alert, rendered)

        self.clock += timedelta(seconds=seconds)
        before = len(self.sent)
        fan_out_due(self.database, GLOSSARY, self.clock, SETTLE)
        for _ in range(4):  # one message a second to a chat
            asyncio.run(deliver_due(self.database, {Channel.TELEGRAM: Capture()}, lambda: GLOSSARY, self.clock))
            self.clock += timedelta(seconds=2)
        return [rendered.plain for _, rendered in self.sent[before:]]

    def rest(self) -> list[str]:
        """Let the story come to rest, and the service work."""
        fan_out_due(self.database, GLOSSARY, self.clock, SETTLE)  # notes what editors did
        return self.work(60)

    def deliveries(self) -> list[DeliveryStatus]:
        with self.database.read() as session:
            return list(session.exec(select(Delivery.status).order_by("id")))


@pytest.fixture
def room(any_database: Database) -> Newsroom:
    return Newsroom(any_database)


@pytest.fixture
def small_room(database: Database) -> Newsroom:
    """On SQLite alone, for what the databases do not differ in."""
    return Newsroom(database)


def test_a_corrected_number_is_put_right_once_with_each_chat_that_was_told_in_its_language(room: Newsroom) -> None:
    room.follow(1, EN)
    room.follow(2, KO)
    told = room.publish(12_000)
    assert len(room.rest()) == 2
    room.follow(3, EN)  # came later and was told nothing
    room.edit(lambda session: editing.correct_statement(session, told, people(1_200), **room.by()))
    english, korean = room.rest()
    assert english.startswith("✏️ Correction\n\nWe told you: North Korean personnel in Kursk Oblast: 12,000.")
    assert "It should have read 1,200." in english
    assert "The figure is now 1,200." in english
    assert "https://courier.example/1" in english
    assert korean.startswith("✏️ 정정\n\n알려 드린 내용: ")
    assert "1,200명" in korean
    assert [alert.reply_to for alert, _ in room.sent[2:]] == [101, 102]
    assert room.rest() == []


@pytest.mark.parametrize(
    ("language", "heading", "says"),
    [
        (EN, "Correction", "This number has been taken back."),
        (UK, "Виправлення", "Це число відкликано."),
        (RU, "Исправление", "Это число отозвано."),
        (KO, "정정", "이 수치는 취소되었습니다."),
    ],
)
def test_a_withdrawn_number_is_taken_back_and_the_figure_is_told_as_it_is_now(
    small_room: Newsroom, language: Language, heading: str, says: str
) -> None:
    room = small_room
    room.publish(300, "nis")
    room.rest()
    room.follow(1, language)
    told = room.publish(900, "nis", days=2)
    assert len(room.rest()) == 1
    room.edit(lambda session: editing.withdraw_statement(session, told, **room.by()))
    (message,) = room.rest()
    assert heading in message
    assert says in message
    assert "300" in message
    assert GLOSSARY["nis"].preferred(language).text in message  # type: ignore[union-attr]  # every language has one


def test_an_edit_undone_before_the_story_rests_sends_nothing(room: Newsroom) -> None:
    room.follow(1)
    told = room.publish(12_000)
    room.rest()
    change = room.edit(lambda session: editing.withdraw_statement(session, told, **room.by()))
    assert room.work(1) == []
    room.undo(change)
    assert room.rest() == []
    assert room.deliveries() == [DeliveryStatus.SENT]


def test_an_edit_undone_after_it_was_told_is_told_too(small_room: Newsroom) -> None:
    room = small_room
    room.follow(1)
    told = room.publish(12_000)
    room.rest()
    change = room.edit(lambda session: editing.withdraw_statement(session, told, **room.by()))
    (taken_back,) = room.rest()
    assert "No number is known now." in taken_back
    room.undo(change)
    (again,) = room.rest()
    assert "We told you that this was taken back" in again
    assert "It stands after all: 12,000." in again


def test_a_pending_alert_is_changed_instead_of_sent_wrong(room: Newsroom) -> None:
    room.follow(1)
    wrong = room.publish(12_000)
    fan_out_due(room.database, GLOSSARY, room.clock + SETTLE, SETTLE)
    assert room.deliveries() == [DeliveryStatus.PENDING]
    room.clock += SETTLE
    room.edit(lambda session: editing.correct_statement(session, wrong, people(1_200), **room.by()))
    (message,) = room.work()
    assert "1,200 (first figure known)" in message
    assert "12,000" not in message.replace("There are 12000 soldiers.", "")
    assert room.rest() == []


def test_a_pending_alert_that_has_nothing_left_to_tell_never_leaves(small_room: Newsroom) -> None:
    room = small_room
    room.follow(1)
    wrong = room.publish(12_000)
    fan_out_due(room.database, GLOSSARY, room.clock + SETTLE, SETTLE)
    room.clock += SETTLE
    change = room.edit(lambda session: editing.withdraw_statement(session, wrong, **room.by()))
    assert room.rest() == []
    assert room.deliveries() == [DeliveryStatus.CANCELLED]
    room.undo(change)
    assert room.rest() == []


def test_an_event_that_has_not_fanned_out_is_told_as_corrected_or_not_at_all(small_room: Newsroom) -> None:
    room = small_room
    room.follow(1)
    wrong, other = room.publish(12_000), room.publish(500, "nis")
    room.edit(lambda session: editing.withdraw_statement(session, wrong, **room.by()))
    room.edit(lambda session: editing.correct_statement(session, other, people(510), **room.by()))
    (message,) = room.rest()
    assert "12,000" not in message
    assert "510 (first figure known)" in message


def test_two_editors_make_one_correction_with_what_they_came_to(room: Newsroom) -> None:
    room.follow(1)
    told = room.publish(12_000)
    room.rest()
    room.edit(lambda session: editing.correct_statement(session, told, people(1_300), **room.by("telegram:7")))
    room.clock += timedelta(seconds=2)
    fan_out_due(room.database, GLOSSARY, room.clock, SETTLE)
    room.edit(lambda session: editing.correct_statement(session, told, people(1_200), **room.by("telegram:8")))
    (message,) = room.rest()
    assert "1,200" in message
    assert "1,300" not in message
    assert room.rest() == []


def test_edits_of_two_statements_are_one_message_to_a_chat(small_room: Newsroom) -> None:
    room = small_room
    room.follow(1)
    first = room.publish(300, "nis")
    room.rest()
    second = room.publish(900, "nis", days=1)
    room.rest()
    with room.database.read() as session:
        figure = session.get_one(Statement, first).figure_id or 0
    assert second
    room.edit(lambda session: editing.retire_figure(session, figure, **room.by()))
    (message,) = room.rest()
    assert message.count("We told you") == 2
    assert message.count("This figure is no longer followed.") == 2
    assert room.sent[-1][0].reply_to == 102


def test_what_a_split_moves_is_told_and_what_a_merge_moves_is_not(room: Newsroom) -> None:
    room.follow(1)
    room.publish(12_000)
    room.rest()
    officers = room.publish(500, "nis")
    room.rest()
    with room.database.read() as session:
        figure = session.get_one(Statement, officers).figure_id or 0
    split = room.edit(lambda session: editing.split_figure(session, figure, [officers], "Officers", **room.by()))
    (message,) = room.rest()
    assert "500. Source: National Intelligence Service." in message
    assert "This number belongs to another figure." in message
    assert "The figure is now 12,000." in message
    with room.database.read() as session:
        other = session.get_one(Statement, officers).figure_id or 0
    merge = room.edit(lambda session: editing.merge_figures(session, other, figure, **room.by()))
    assert room.rest() == []
    room.undo(merge)
    assert room.rest() == []
    room.undo(split)
    assert len(room.rest()) == 1


def test_naming_pinning_and_judging_again_alert_nobody(small_room: Newsroom) -> None:
    room = small_room
    room.follow(1)
    first = room.publish(300, "nis")
    second = room.publish(500, "nis", days=2)
    assert len(room.rest()) == 1
    with room.database.read() as session:
        figure = session.get_one(Statement, first).figure_id or 0
    room.edit(lambda session: editing.rename_figure(session, figure, "Troops", **room.by()))
    room.edit(lambda session: editing.pin_statement(session, second, **room.by()))
    assert room.rest() == []
    room.edit(lambda session: editing.withdraw_statement(session, first, **room.by()))  # the second is the first now
    (message,) = room.rest()
    assert message.count("We told you") == 1


def test_an_alert_beside_a_pin_says_what_stays(small_room: Newsroom) -> None:
    room = small_room
    pinned = room.publish(300, "nis")
    room.edit(lambda session: editing.pin_statement(session, pinned, **room.by()))
    room.rest()
    room.follow(1)
    room.publish(500, "nis", days=2)
    (message,) = room.rest()
    assert "300 → 500" in message
    assert "An editor keeps it at 300." in message


def test_a_held_number_is_told_when_an_editor_releases_it_and_not_before(room: Newsroom) -> None:
    room.follow(1)
    room.publish(120, "nis")
    room.rest()
    held = room.publish(12_000, days=1)
    assert room.rest() == []
    release = room.edit(lambda session: editing.release_statement(session, held, **room.by()))
    (message,) = room.rest()
    assert "120 ≠ 12,000" in message
    room.undo(release)
    (taken_back,) = room.rest()
    assert "This number has been taken back." in taken_back


def test_a_release_undone_at_once_and_a_rejection_tell_nobody(small_room: Newsroom) -> None:
    room = small_room
    room.follow(1)
    room.publish(120, "nis")
    room.rest()
    held = room.publish(12_000, days=1)
    release = room.edit(lambda session: editing.release_statement(session, held, **room.by()))
    assert room.work(1) == []
    room.undo(release)
    assert room.rest() == []
    reject = room.edit(lambda session: editing.withdraw_statement(session, held, **room.by()))
    assert room.rest() == []
    room.undo(reject)
    room.edit(lambda session: editing.release_statement(session, held, **room.by()))
    assert len(room.rest()) == 1


def test_what_was_old_when_it_was_read_is_no_news_when_it_is_released(small_room: Newsroom) -> None:
    room = small_room
    room.follow(1)
    room.publish(120, "nis")
    room.rest()
    held = room.publish(12_000, old=True)
    room.edit(lambda session: editing.release_statement(session, held, **room.by()))
    assert room.rest() == []


def test_a_blocked_chat_is_not_corrected_and_topics_are_told_apart(small_room: Newsroom) -> None:
    room = small_room
    room.follow(1, topic=5)
    room.follow(2)
    told = room.publish(12_000)
    assert len(room.rest()) == 2
    with room.database.write() as session:
        session.exec(select(Chat).where(Chat.address == 2)).one().blocked_at = room.clock
    room.edit(lambda session: editing.correct_statement(session, told, people(1_200), **room.by()))
    room.rest()
    ((alert, _),) = room.sent[2:]
    assert (alert.address, alert.topic) == (1, 5)


def test_a_service_killed_between_noting_and_sending_corrects_once(small_room: Newsroom) -> None:
    room = small_room
    room.follow(1)
    told = room.publish(12_000)
    room.rest()
    room.edit(lambda session: editing.correct_statement(session, told, people(1_200), **room.by()))
    for _ in range(3):
        fan_out_due(room.database, GLOSSARY, room.clock + SETTLE, SETTLE)
    with room.database.read() as session:
        kinds = session.exec(select(Event.kind).order_by("id")).all()
    assert list(kinds) == [EventKind.ARTICLE, EventKind.CORRECTION]
    assert len(room.work(10)) == 1


def test_a_correction_of_what_an_editor_pinned_as_a_value_tells_the_pin(small_room: Newsroom) -> None:
    room = small_room
    room.follow(1)
    told = room.publish(12_000)
    room.rest()
    with room.database.read() as session:
        figure = session.exec(select(Figure.id)).one() or 0
    value = Quantity(None, 10_000, 11_000, Bound.BETWEEN, "people", "10,000 to 11,000")
    room.edit(lambda session: editing.pin_value(session, figure, value, **room.by()))
    room.edit(lambda session: editing.withdraw_statement(session, told, **room.by()))
    (message,) = room.rest()
    assert "The figure is now 10,000–11,000." in message


# --- in quiet hours and mutes


def be_quiet(room: Newsroom, hours: int = 3) -> None:
    """Quiet hours of everybody, from the last full hour on."""
    with room.database.write() as session:
        for chat in session.exec(select(Chat)):
            chat.quiet_from, chat.quiet_to = room.clock.hour * 60, (room.clock.hour + hours) * 60


def test_a_correction_in_quiet_hours_comes_first_in_the_digest_that_leaves_when_they_end(room: Newsroom) -> None:
    room.follow(1)
    told = room.publish(12_000)
    assert len(room.rest()) == 1
    be_quiet(room)
    room.publish(500, "nis", days=1)
    assert room.rest() == []
    room.edit(lambda session: editing.correct_statement(session, told, people(1_200), **room.by()))
    assert room.rest() == []
    (digest,) = room.work(3 * 3600)
    assert digest.startswith("🗞 Digest · 1 item\n\n✏️ Correction\n\nWe told you: ")
    assert digest.index("It should have read 1,200.") < digest.index("500")
    assert room.sent[-1][0].reply_to is None
    assert room.work(3600) == room.rest() == []
    # What the digest put right is known as told.
    room.edit(lambda session: editing.correct_statement(session, told, people(1_300), **room.by()))
    be_quiet(room, 0)
    (again,) = room.rest()
    assert "We told you: North Korean personnel in Kursk Oblast: 1,200." in again
    assert room.sent[-1][0].reply_to == 102


def test_corrections_alone_are_one_correction_when_the_quiet_ends(small_room: Newsroom) -> None:
    room = small_room
    room.follow(1)
    first = room.publish(12_000)
    room.rest()
    second = room.publish(900, "nis", days=1)
    room.rest()
    be_quiet(room)
    room.edit(lambda session: editing.correct_statement(session, first, people(1_200), **room.by()))
    room.rest()
    room.edit(lambda session: editing.withdraw_statement(session, second, **room.by()))
    room.rest()
    (message,) = room.work(3 * 3600)
    assert message.startswith("✏️ Correction\n\nWe told you: ")
    assert message.count("We told you") == 2
    assert "Digest" not in message
    assert room.sent[-1][0].reply_to == 102


def test_an_edit_that_is_undone_in_the_quiet_is_told_to_nobody(small_room: Newsroom) -> None:
    room = small_room
    room.follow(1)
    told = room.publish(12_000)
    room.rest()
    be_quiet(room)
    change = room.edit(lambda session: editing.withdraw_statement(session, told, **room.by()))
    room.rest()
    room.undo(change)
    room.rest()
    assert room.work(3 * 3600) == []
    assert DeliveryStatus.CANCELLED in room.deliveries()


def test_a_muted_chat_is_put_right_first_when_the_mute_is_ended(small_room: Newsroom) -> None:
    room = small_room
    room.follow(1, UK)
    told = room.publish(12_000)
    room.rest()
    with room.database.write() as session:
        session.exec(select(Chat)).one().muted_until = room.clock + timedelta(days=2)
    room.publish(500, "nis", days=1)
    room.rest()
    room.edit(lambda session: editing.withdraw_statement(session, told, **room.by()))
    room.rest()
    (digest,) = room.work(2 * 86_400)
    assert digest.index("✏️ Виправлення") < digest.index("Це число відкликано.") < digest.index("500")


def test_a_full_digest_has_room_for_what_is_put_right(small_room: Newsroom) -> None:
    room = small_room
    room.follow(1)
    told = room.publish(12_000)
    room.rest()
    be_quiet(room)
    for number in range(MOST_ITEMS):
        with room.database.write() as session:
            story = Story(title="Another", started_at=room.clock, updated_at=room.clock)
            session.add(story)
            session.flush()
            room.story = story.id or 0
        room.publish(20_000 + 1000 * number, "nis", days=1 + number)
        room.rest()
    room.edit(lambda session: editing.withdraw_statement(session, told, **room.by()))
    room.rest()
    (digest,) = room.work(3 * 3600)
    assert digest.startswith(f"🗞 Digest · {MOST_ITEMS} items\n\n✏️ Correction")


def test_two_services_note_an_edit_once(room: Newsroom) -> None:
    room.follow(1)
    told = room.publish(12_000)
    room.rest()
    room.edit(lambda session: editing.correct_statement(session, told, people(1_200), **room.by()))
    barrier = threading.Barrier(2)

    def note() -> int:
        barrier.wait(timeout=30)
        return note_edits(room.database)

    with ThreadPoolExecutor(2) as pool:
        made = [one.result(timeout=60) for one in [pool.submit(note) for _ in range(2)]]
    assert sorted(made) == [0, 1]
    assert len(room.rest()) == 1


def test_edits_that_concern_nobody_are_looked_at_until_there_are_many(
    small_room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = small_room
    monkeypatch.setattr(corrections, "_LOOKED_AT_AGAIN", 2)
    quiet = room.publish(12_000)
    room.rest()
    room.edit(lambda session: editing.correct_statement(session, quiet, people(1_200), **room.by()))
    assert note_edits(room.database) == 0
    room.edit(lambda session: editing.correct_statement(session, quiet, people(1_300), **room.by()))
    assert (note_edits(room.database), note_edits(room.database)) == (1, 0)
    assert room.rest() == []
