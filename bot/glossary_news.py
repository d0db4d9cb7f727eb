"""Changes of the glossary's forms as news: what editors change within about a minute is told in one message.

Changes are read from the history, so that whoever makes them, by whichever way, has nothing else to do. What is told is
how a form stands to its reader before and after: an edit that is undone within the minute tells nothing, nor does a
machine's draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.digests import schedule
from bot.models import Chat, Delivery, DeliveryStatus, GlossaryEdits, Subscription
from glossary.database import Database
from glossary.entries import Glossary
from glossary.models import Entity, History
from glossary.words import EntityType, FormKind, FormStatus
from translations.languages import Language

#: How long the first of some changes waits for the others.
BATCH = timedelta(minutes=1)

# Arbitrary, but no other lock's number.
_LOCK = 0x466F726D


class FormState(StrEnum):
    """How a form stands to a reader; one that was never approved, was rejected or is gone stands nowhere."""

    PREFERRED = "preferred"
    OTHER = "other"
    FORBIDDEN = "forbidden"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class FormChange:
    """A form of an entity that stands otherwise than before."""

    slug: str
    type: EntityType
    language: Language
    text: str
    state: FormState


class Follows(Protocol):
    """What a reason to tell a change says of whom it follows; `via` is the part of it that was changed."""

    @property
    def slug(self) -> str | None:
        """The entity that is followed."""

    @property
    def via(self) -> str | None:
        """The part of it that is met."""

    @property
    def type(self) -> EntityType | None:
        """The type that is followed."""


def changes_for(changes: Iterable[FormChange], reasons: Sequence[Follows]) -> tuple[FormChange, ...]:
    """The changes that a chat follows; all of them for one that follows the glossary itself."""
    slugs, types = {one.via or one.slug for one in reasons}, {one.type for one in reasons}
    everything = any(one.slug is None and one.type is None for one in reasons)
    return tuple(one for one in changes if everything or one.slug in slugs or one.type in types)


def changes_from_json(value: Iterable[Mapping[str, Any]]) -> tuple[FormChange, ...]:
    """The changes kept in `GlossaryEdits.changes`."""
    return tuple(
        FormChange(
            one["slug"], EntityType(one["type"]), Language(one["language"]), one["text"], FormState(one["state"])
        )
        for one in value
    )


def fan_out_edits(database: Database, glossary: Glossary, now: datetime) -> int:
    """Write a delivery to each chat that follows what editors changed, once the first change is a minute old.

    Who follows an entity with its parts is told of theirs, by the relations of `glossary`.
    Returns how many were written. It is one transaction, that also notes how far the history was read; a history that
    is read for the first time is no news. Asked often, so it looks before it takes the lock.
    """
    with database.read() as session:
        if not _is_due(session, now):
            return 0
    with database.write() as session:
        database.take_turns(session, _LOCK)
        return _fan_out(session, glossary, now) if _is_due(session, now) else 0


def _is_due(session: Session, now: datetime) -> bool:
    read = _read_up_to(session)
    if read is None:
        return True
    first = session.exec(
        select(History.at).where(History.table == "form", col(History.id) > read).order_by(col(History.id)).limit(1)
    ).first()
    return first is not None and now - first >= BATCH


def _read_up_to(session: Session) -> int | None:
    return session.exec(
        select(GlossaryEdits.history_id).order_by(col(GlossaryEdits.history_id).desc()).limit(1)
    ).first()


def _fan_out(session: Session, glossary: Glossary, now: datetime) -> int:
    read = _read_up_to(session)
    newest = session.exec(select(sa.func.max(History.id)).where(History.table == "form")).one() or 0
    changes = _changes(session, read, newest) if read is not None else ()
    edits = GlossaryEdits(history_id=newest, changes=[asdict(one) for one in changes], created_at=now)
    session.add(edits)
    session.flush()
    reasons: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for subscription, slug in _followers(session, changes, glossary):
        found = reasons.setdefault((subscription.chat_id, subscription.topic), [])
        reason = {"subscription_id": subscription.id, "slug": slug, "figure_id": None, "type": subscription.type}
        found.extend({**reason, "via": via} for via in _met(subscription, slug, changes, glossary))
    for (chat_id, topic), found in reasons.items():
        delivery = Delivery(
            edits_id=edits.id,
            chat_id=chat_id,
            topic=topic,
            reasons=found,
            status=DeliveryStatus.WAITING,
            due_at=now,
            created_at=now,
        )
        session.add(delivery)
        schedule(session, delivery, None, now)
    return len(reasons)


def _met(
    subscription: Subscription, slug: str | None, changes: Sequence[FormChange], glossary: Glossary
) -> list[str | None]:
    """What of the changes a subscription follows: each changed part of its entity, None for what it follows itself."""
    changed = {one.slug for one in changes}
    if slug is None:
        return [None]
    parts = [one for one in sorted(changed) if slug in glossary.wholes(one)] if subscription.parts else []
    return [*([None] if slug in changed else []), *parts]


def _followers(
    session: Session, changes: Sequence[FormChange], glossary: Glossary
) -> Sequence[tuple[Subscription, str | None]]:
    if not changes:
        return ()
    changed = {one.slug for one in changes}
    wholes = frozenset[str]().union(*(glossary.wholes(slug) for slug in changed))
    rows = session.exec(
        select(Subscription, Entity.slug)
        .join(Chat, col(Chat.id) == col(Subscription.chat_id))
        .join(Entity, col(Entity.id) == col(Subscription.entity_id), isouter=True)
        .where(
            col(Chat.blocked_at).is_(None),
            col(Subscription.glossary)
            | (
                col(Subscription.changes)
                & (
                    col(Entity.slug).in_(changed)
                    | (col(Subscription.parts) & col(Entity.slug).in_(wholes - changed))
                    | col(Subscription.type).in_({one.type for one in changes})
                )
            ),
        )
        .order_by(col(Subscription.id))
    )
    return rows.all()


def _changes(session: Session, read: int, newest: int) -> tuple[FormChange, ...]:
    """What stands otherwise for readers after the rows of the history behind `read`."""
    rows = session.exec(
        select(History)
        .where(History.table == "form", col(History.id) > read, col(History.id) <= newest)
        .order_by(col(History.id))
    ).all()
    before: dict[int, Mapping[str, Any] | None] = {}
    after: dict[int, Mapping[str, Any] | None] = {}
    for row in rows:
        before.setdefault(row.row_id, row.before)
        after[row.row_id] = row.after
    found: set[FormChange] = set()
    entities = _entities(session, [*before.values(), *after.values()])
    old = {one for form in before.values() if (one := _standing(form, entities)) is not None}
    new = {one for form in after.values() if (one := _standing(form, entities)) is not None}
    found |= new - old
    stay = {(one.slug, one.language, one.text) for one in new}
    for one in old:
        if (one.slug, one.language, one.text) not in stay and one.state is not FormState.FORBIDDEN:
            found.add(FormChange(one.slug, one.type, one.language, one.text, FormState.GONE))
    order = list(FormState)
    return tuple(sorted(found, key=lambda one: (one.slug, one.language, order.index(one.state), one.text)))


def _entities(session: Session, forms: Iterable[Mapping[str, Any] | None]) -> dict[int, Entity]:
    ids = {form["entity_id"] for form in forms if form is not None}
    return {one.id or 0: one for one in session.exec(select(Entity).where(col(Entity.id).in_(ids)))}


def _standing(form: Mapping[str, Any] | None, entities: Mapping[int, Entity]) -> FormChange | None:
    """A form as it stands to readers, None where it does not, or its entity is gone."""
    entity = entities.get(form["entity_id"]) if form is not None else None
    if form is None or entity is None or form["status"] != FormStatus.APPROVED:
        return None
    state = FormState.PREFERRED if form["preferred"] else FormState.OTHER
    if form["kind"] == FormKind.FORBIDDEN:
        state = FormState.FORBIDDEN
    return FormChange(entity.slug, entity.type, Language(form["language"]), form["text"], state)
