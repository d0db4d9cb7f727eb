"""When a message to a chat leaves: at once, in the digest of a window, or when its story has been told widely enough.

A delivery is written as soon as there is news, in the transaction that notes it, and `schedule` decides where it goes.
A digest is a delivery of its own, one for each chat, topic and window (and part, where it is full), and due at the end
of its window; what it tells refers to it. So it is claimed, sent, recorded and repeated by the rules of `bot.delivery`,
and a process that dies at any point leaves nothing half done. What is due in quiet hours or while a chat is muted is
held back there, into the digest that leaves when they are over; what is put right is told first in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from bot.hours import hours_of, next_window
from bot.models import Chat, Delivery, DeliveryStatus, Event, Pace, StoryDocument, Subscription
from glossary.database import Database
from glossary.models import Document
from translations.languages import Language

#: What one digest tells; more goes into its next part, so that each fits one message.
MOST_ITEMS = 12
#: A story that has not been told more widely for so long is no news any more.
PATIENCE = timedelta(days=3)

_NEVER = "Its story was not told by enough outlets, or in a language that was asked for."
_PACES = (Pace.AT_ONCE, Pace.HOURLY, Pace.DAILY)


@dataclass(frozen=True, slots=True)
class Wish:
    """What one subscription asks of a story before it is told, and how soon that is then."""

    pace: Pace
    languages: frozenset[Language]
    sources: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How widely a story has been told: by which outlets (near-copies count), in which languages."""

    outlets: frozenset[str] = frozenset()
    languages: frozenset[Language] = frozenset()


def pace_of(wishes: Iterable[Wish], coverage: Coverage) -> Pace | None:
    """The fastest pace of the wishes that a story meets; None while it meets none."""
    met = {
        wish.pace
        for wish in wishes
        if len(coverage.outlets) >= wish.sources and (not wish.languages or wish.languages & coverage.languages)
    }
    return next((pace for pace in _PACES if pace in met), None)


def coverage_of(session: Session, story_ids: Collection[int]) -> dict[int, Coverage]:
    """How widely stories have been told so far; one whose articles are gone, by its one event, in any language."""
    outlets: dict[int, set[str]] = {}
    languages: dict[int, set[Language]] = {}
    for tells in (col(Document.id), col(Document.copy_of_id)):
        rows = session.exec(
            select(StoryDocument.story_id, Document.outlet, Document.language)
            .join(Document, tells == col(StoryDocument.document_id))
            .where(col(StoryDocument.story_id).in_(story_ids))
        )
        for story_id, outlet, language in rows:
            outlets.setdefault(story_id, set()).add(outlet.casefold())
            languages.setdefault(story_id, set()).add(Language(language))
    gone = Coverage(frozenset({""}), frozenset(Language))
    return {
        one: Coverage(frozenset(outlets[one]), frozenset(languages[one])) if one in outlets else gone
        for one in story_ids
    }


def wished_languages(session: Session, delivery: Delivery) -> frozenset[Language]:
    """The languages in which a chat wants to read what a delivery tells; empty for all."""
    wished = [wish.languages for wish in _wishes(session, delivery)]
    every = {language for languages in wished for language in languages}
    return frozenset(every) if all(wished) else frozenset()


def _wishes(session: Session, delivery: Delivery) -> list[Wish]:
    ids = [reason["subscription_id"] for reason in delivery.reasons]
    rows = [row for one in ids if (row := session.get(Subscription, one)) is not None]
    return [Wish(row.pace, frozenset(Language(one) for one in row.languages), row.sources) for row in rows]


def schedule(session: Session, delivery: Delivery, coverage: Coverage | None, now: datetime) -> bool:
    """Decide where a delivery that has not left goes now, by what its subscriptions wish; False where it has to wait.

    `coverage` is None for what no story tells. One that was waiting or gathered leaves at once where a reason that has
    joined asks for that.
    """
    wishes = _wishes(session, delivery)
    if coverage is None:
        coverage, wishes = Coverage(), [Wish(one.pace, frozenset(), 0) for one in wishes]
    pace = pace_of(wishes, coverage)
    if pace is None:
        delivery.status = DeliveryStatus.WAITING
        return False
    if pace is Pace.AT_ONCE:
        delivery.status, delivery.digest_id, delivery.due_at = DeliveryStatus.PENDING, None, now
    elif delivery.status is not DeliveryStatus.GATHERED:
        chat = session.get_one(Chat, delivery.chat_id)
        gather(session, delivery, next_window(pace, hours_of(chat), now), now)
    return True


def gather(session: Session, delivery: Delivery, window_at: datetime, now: datetime) -> None:
    """Put a delivery into the digest of its chat and topic that leaves at `window_at`."""
    delivery.digest_id = _open_digest(session, delivery, window_at, now)
    delivery.status = DeliveryStatus.GATHERED
    session.flush()


def _open_digest(session: Session, delivery: Delivery, window_at: datetime, now: datetime) -> int:
    session.flush()
    part = -1
    while True:
        part += 1
        query = select(Delivery).where(
            Delivery.chat_id == delivery.chat_id,
            Delivery.topic == delivery.topic,
            Delivery.window_at == window_at,
            Delivery.part == part,
        )
        digest = session.exec(query.with_for_update()).one_or_none()
        if digest is None:
            made = Delivery(
                window_at=window_at,
                part=part,
                chat_id=delivery.chat_id,
                topic=delivery.topic,
                reasons=[],
                status=DeliveryStatus.PENDING,
                due_at=window_at,
                created_at=now,
            )
            try:
                with session.begin_nested():
                    session.add(made)
            except IntegrityError:
                # Another worker was first; its digest is the one.
                digest = session.exec(query.with_for_update()).one()
            else:
                return made.id or 0
        items = session.exec(select(sa.func.count()).select_from(Delivery).where(Delivery.digest_id == digest.id)).one()
        # One that was tried already may have arrived as it was. What is put right comes before what is new.
        room = items < MOST_ITEMS or is_correction(delivery)
        if digest.status is DeliveryStatus.PENDING and digest.attempts == 0 and room:
            return digest.id or 0


def is_correction(delivery: Delivery) -> bool:
    """Whether a delivery puts right what its chat was told: nothing that it follows is the reason."""
    return delivery.event_id is not None and not delivery.reasons


def hold_back(session: Session, delivery: Delivery, until: datetime, now: datetime) -> None:
    """Keep back until then what is due while its chat wants silence: news and corrections of news are gathered, the
    rest is put off.
    """
    gathered = delivery.edits_id is not None or delivery.event_id is not None
    if gathered and delivery.attempts == 0:
        gather(session, delivery, until, now)
    else:
        delivery.due_at = until
        session.flush()


def release_waiting(database: Database, now: datetime) -> int:
    """Let go the deliveries whose stories have been told widely enough by now; returns how many.

    Asked often, so it looks before it writes. What nobody tells any more is given up.
    """
    with database.read() as session:
        waiting = _waiting(session)
        told = coverage_of(session, {story_id for _, story_id in waiting})
        # Kept by the session for as long as they are held here: one question instead of one for each delivery.
        ids = {reason["subscription_id"] for one, _ in waiting for reason in one.reasons}
        _held = session.exec(select(Subscription).where(col(Subscription.id).in_(ids))).all()
        ready = [
            (one.id or 0, story_id)
            for one, story_id in waiting
            if now - one.created_at > PATIENCE or pace_of(_wishes(session, one), told[story_id]) is not None
        ]
    released = 0
    for delivery_id, story_id in ready:
        with database.write() as session:
            delivery = session.exec(
                select(Delivery).where(Delivery.id == delivery_id).with_for_update(skip_locked=True)
            ).one_or_none()
            if delivery is None or delivery.status is not DeliveryStatus.WAITING:
                continue  # another worker has it
            if schedule(session, delivery, coverage_of(session, [story_id])[story_id], now):
                released += 1
            elif now - delivery.created_at > PATIENCE:
                delivery.status, delivery.error = DeliveryStatus.CANCELLED, _NEVER
    return released


def _waiting(session: Session) -> list[tuple[Delivery, int]]:
    rows = session.exec(
        select(Delivery, Event.story_id)
        .join(Event, col(Event.id) == col(Delivery.event_id))
        .where(Delivery.status == DeliveryStatus.WAITING)
        .order_by(col(Delivery.id))
    )
    return list(rows.all())


def gathered(session: Session, digest: Delivery) -> list[Delivery]:
    """What a digest tells, in the order in which it came; what is not followed any more is left out."""
    query = select(Delivery).where(Delivery.digest_id == digest.id, Delivery.status == DeliveryStatus.GATHERED)
    return list(session.exec(query.order_by(col(Delivery.id))))
