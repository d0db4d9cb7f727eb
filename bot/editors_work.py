"""Editors are told of work that waits: names that the glossary lacks, drafts, held statements, what readers question.

Once a day, at the hour of daily digests of an editor's own chat, it is looked what waits. Where there is something new
since the last look, the editor gets a delivery, which is claimed, sent and recorded by the rules of `bot.delivery`; a
day without news is noted too, so that what comes later waits for the next one. The note and the delivery are one
transaction, and a day of a chat is unique: whatever is killed and whoever else looks, an editor is told once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from bot.feedback import complained_entities
from bot.hours import hours_of, last_daily, silent_until
from bot.models import Channel, Chat, Delivery, DeliveryStatus, RoleGrant, WorkNotice
from glossary.candidates import open_candidates, seen_by
from glossary.database import Database
from glossary.entries import Glossary
from glossary.figure_views import held_count
from glossary.forms import review_count

#: The articles that a name must have been seen in to be worth a notice.
LEAST_ARTICLES = 3


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait in a queue, and how many of them came since the last notice."""

    all: int
    new: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for editors; candidates are those of at least `LEAST_ARTICLES` articles."""

    candidates: Queue
    drafts: Queue
    held: Queue
    complaints: Queue = Queue(0, 0)

    @property
    def is_news(self) -> bool:
        """Whether anything came since the last notice."""
        return any(one.new for one in (self.candidates, self.drafts, self.held, self.complaints))


def waiting_from_json(value: dict[str, Any]) -> Waiting:
    """What is kept in `WorkNotice.waiting`."""
    return Waiting(**{name: Queue(**queue) for name, queue in value.items()})


def waiting_work(session: Session, glossary: Glossary, since: datetime | None) -> Waiting:
    """What waits for editors now; all of it is new where `since` is None."""
    candidates = open_candidates(session, glossary, minimum=LEAST_ARTICLES)
    known = seen_by(session, since, minimum=LEAST_ARTICLES) if since is not None else frozenset[int]()
    return Waiting(
        Queue(len(candidates), len(set(candidates) - known)),
        Queue(review_count(session), review_count(session, since=since)),
        Queue(held_count(session), held_count(session, since=since)),
        Queue(len(complained_entities(session)), len(complained_entities(session, since=since))),
    )


def notify_editors(database: Database, glossary: Glossary, admins: Collection[int], now: datetime) -> int:
    """Write the notices that are due by now; returns how many. Asked often, so it looks before it writes.

    Args:
        database: where the chats are.
        glossary: the current snapshot; what it knows is no candidate.
        admins: the Telegram user ids of those who are admins by the settings.
        now: the present time.
    """
    written = 0
    with database.read() as session:
        due = [
            (chat_id, day, waiting_work(session, glossary, since)) for chat_id, day, since in _due(session, admins, now)
        ]
    for chat_id, day, waiting in due:
        with database.write() as session:
            written += _note(session, chat_id, day, waiting, now)
    return written


def _due(session: Session, admins: Collection[int], now: datetime) -> list[tuple[int, date, datetime | None]]:
    """The editors' chats for which a day has begun that is not looked at yet; each with its day and its last look.

    An hour that came before somebody was an editor here is none of theirs. A silent chat is looked at afterwards.
    """
    held = select(RoleGrant.user_id, sa.func.min(RoleGrant.given_at)).where(col(RoleGrant.taken_at).is_(None))
    since = dict(session.exec(held.group_by(col(RoleGrant.user_id))).all())
    chats = session.exec(
        select(Chat)
        .where(
            Chat.channel == Channel.TELEGRAM,
            col(Chat.address).in_({*since, *admins}),
            col(Chat.blocked_at).is_(None),
            Chat.work_notices,
        )
        .order_by(col(Chat.id))
    )
    found = []
    for chat in chats.all():
        hours = hours_of(chat)
        day, hour = last_daily(hours, now)
        began = chat.created_at if chat.address in admins else max(chat.created_at, since[chat.address])
        if hour <= began or silent_until(hours, now) is not None:
            continue
        last = session.exec(
            select(WorkNotice).where(WorkNotice.chat_id == chat.id).order_by(col(WorkNotice.day).desc()).limit(1)
        ).first()
        if last is None or last.day < day:
            found.append((chat.id or 0, day, last.created_at if last is not None else None))
    return found


def _note(session: Session, chat_id: int, day: date, waiting: Waiting, now: datetime) -> int:
    notice = WorkNotice(chat_id=chat_id, day=day, waiting=asdict(waiting), created_at=now)
    try:
        with session.begin_nested():
            session.add(notice)
    except IntegrityError:
        return 0  # another worker was first, or the chat is gone
    if not waiting.is_news:
        return 0
    delivery = Delivery(
        notice_id=notice.id,
        chat_id=chat_id,
        reasons=[],
        status=DeliveryStatus.PENDING,
        due_at=now,
        created_at=now,
    )
    session.add(delivery)
    return 1
