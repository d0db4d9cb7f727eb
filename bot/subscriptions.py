"""Chats and what they follow: functions over a session that the caller opened for writing (or reading, to list).

Following is idempotent: doing it twice is once, whoever does it at the same moment, since the database keeps each
target unique for a chat and topic. What comes of a subscription is decided in `bot.events`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from bot.errors import BotError
from bot.models import Channel, Chat, Delivery, DeliveryStatus, Feedback, Pace, Subscription
from glossary.models import Entity
from glossary.words import EntityType
from translations.languages import Language


class UnknownTargetError(BotError):
    """What is to be followed is not there, or not any more."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is followed: exactly one of an entity (by slug), a figure, a type, or all changes of the glossary."""

    slug: str | None = None
    figure_id: int | None = None
    type: EntityType | None = None
    glossary: bool = False

    def __post_init__(self) -> None:
        if sum((self.slug is not None, self.figure_id is not None, self.type is not None, self.glossary)) != 1:
            message = f"exactly one thing can be followed by one subscription: {self!r}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Followed:
    """One subscription of a chat and topic, with its wishes.

    `parts` includes what is part of a followed place or organisation, `changes` those of the glossary's forms.
    `languages` are those of the articles that are told, empty for all; `sources` is how many outlets must have told a
    story before it is.
    """

    id: int
    target: Target
    mentions: bool
    figures: bool
    parts: bool
    changes: bool = False
    pace: Pace = Pace.AT_ONCE
    languages: frozenset[Language] = frozenset()
    sources: int = 1


class Outcome(StrEnum):
    """What `follow` did."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


def ensure_chat(
    session: Session,
    channel: Channel,
    address: int,
    *,
    language: Language,
    now: datetime,
    title: str = "",
) -> Chat:
    """The chat's row, made if there is none. One that had blocked us is reachable again, since it speaks to us.

    The language is that of a chat seen for the first time; a chat keeps the one that it has.
    """
    chat = find_chat(session, channel, address)
    if chat is None:
        chat = Chat(channel=channel, address=address, title=title, language=language, created_at=now)
        try:
            with session.begin_nested():
                session.add(chat)
        except IntegrityError:
            # Another worker was first; its row is the one.
            chat = _require_chat(session, channel, address)
    if chat.blocked_at is not None:
        chat.blocked_at = None
    if title and chat.title != title:
        chat.title = title
    session.flush()
    return chat


def find_chat(session: Session, channel: Channel, address: int) -> Chat | None:
    """The chat's row, or None while it has none."""
    return session.exec(select(Chat).where(Chat.channel == channel, Chat.address == address)).one_or_none()


def _require_chat(session: Session, channel: Channel, address: int) -> Chat:
    return session.exec(select(Chat).where(Chat.channel == channel, Chat.address == address)).one()


def follow(
    session: Session,
    chat_id: int,
    topic: int,
    target: Target,
    *,
    now: datetime,
    mentions: bool = True,
    figures: bool = True,
    parts: bool = True,
) -> Outcome:
    """Make a chat and topic follow a target, with these wishes; an existing subscription takes them over.

    A new one comes at the pace that the chat has chosen; of an existing one the pace and what else is wished stays.

    Raises:
        UnknownTargetError: the entity or figure is not there.
    """
    entity_id = _entity_id(session, target)
    found = _find(session, chat_id, topic, target, entity_id)
    if found is None:
        row = Subscription(
            chat_id=chat_id,
            topic=topic,
            entity_id=entity_id,
            figure_id=target.figure_id,
            type=target.type,
            glossary=target.glossary,
            mentions=mentions,
            figures=figures,
            parts=parts,
            pace=session.get_one(Chat, chat_id).pace,
            created_at=now,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError as error:
            # Two taps at once: the other one was first. Anything else is a target that is gone.
            found = _find(session, chat_id, topic, target, entity_id)
            if found is None:
                raise UnknownTargetError("What was to be followed is no longer there.") from error
        else:
            return Outcome.NEW
    if (found.mentions, found.figures, found.parts) == (mentions, figures, parts):
        return Outcome.SAME
    found.mentions, found.figures, found.parts = mentions, figures, parts
    session.flush()
    return Outcome.CHANGED


def follow_in_terminal(session: Session, target: Target, *, language: Language, now: datetime) -> Outcome:
    """Make the person at the terminal follow a target: a chat of its own, with the address 0."""
    chat = ensure_chat(session, Channel.TERMINAL, 0, language=language, now=now, title="terminal")
    return follow(session, chat.id or 0, 0, target, now=now)


def unfollow(session: Session, chat_id: int, topic: int, target: Target) -> bool:
    """Stop one subscription of a chat and topic; False if there was none."""
    row = _find(session, chat_id, topic, target, _entity_id(session, target))
    if row is None:
        return False
    _stop(session, [row])
    return True


def unfollow_id(session: Session, chat_id: int, topic: int, subscription_id: int) -> Target | None:
    """Stop a subscription by its id, if it is this chat's and topic's; what it followed, or None."""
    kept = next((one for one in list_subscriptions(session, chat_id, topic) if one.id == subscription_id), None)
    if kept is None:
        return None
    _stop(session, [session.get_one(Subscription, subscription_id)])
    return kept.target


def unfollow_all(session: Session, chat_id: int, topic: int) -> int:
    """Stop everything that a chat and topic follows; how many subscriptions that were."""
    rows = session.exec(select(Subscription).where(Subscription.chat_id == chat_id, Subscription.topic == topic)).all()
    _stop(session, rows)
    return len(rows)


def find_subscription(session: Session, chat_id: int, topic: int, subscription_id: int) -> Followed | None:
    """One subscription of a chat and topic, or None where it has no such one."""
    return next((one for one in list_subscriptions(session, chat_id, topic) if one.id == subscription_id), None)


def keep_wishes(session: Session, chat_id: int, topic: int, wanted: Followed) -> Followed | None:
    """Give a subscription of a chat and topic other wishes; None where there is no such one.

    Who wishes for neither mentions nor figures nor changes would follow nothing: then nothing is changed.
    """
    present = find_subscription(session, chat_id, topic, wanted.id)
    if present is None or not (wanted.mentions or wanted.figures or wanted.changes):
        return present
    row = session.get_one(Subscription, wanted.id)
    row.mentions, row.figures, row.parts, row.changes = wanted.mentions, wanted.figures, wanted.parts, wanted.changes
    row.pace, row.sources = wanted.pace, wanted.sources
    row.languages = sorted(one.value for one in wanted.languages)
    session.flush()
    return replace(wanted, target=present.target)


def _stop(session: Session, rows: Sequence[Subscription]) -> None:
    """Delete subscriptions, and take them out of what waits to be sent: who just stopped wants no more of it."""
    stopped = {row.id for row in rows}
    coming = select(Delivery.id).where(Delivery.status == DeliveryStatus.PENDING)
    waiting = select(Delivery).where(
        col(Delivery.chat_id).in_({row.chat_id for row in rows}),
        col(Delivery.status).in_((DeliveryStatus.PENDING, DeliveryStatus.WAITING))
        | ((col(Delivery.status) == DeliveryStatus.GATHERED) & col(Delivery.digest_id).in_(coming)),
    )
    for delivery in session.exec(waiting.with_for_update()):
        left = [reason for reason in delivery.reasons if reason["subscription_id"] not in stopped]
        if len(left) == len(delivery.reasons):
            continue  # a correction, a digest, somebody's feedback: they have no reasons of their own
        if left:
            delivery.reasons = left
        else:
            delivery.status = DeliveryStatus.CANCELLED
            delivery.error = "What it is about is not followed any more."
    for row in rows:
        session.delete(row)
    session.flush()


def list_subscriptions(session: Session, chat_id: int, topic: int) -> tuple[Followed, ...]:
    """What a chat and topic follows, oldest first."""
    rows = session.exec(
        select(Subscription, Entity.slug)
        .join(Entity, col(Entity.id) == col(Subscription.entity_id), isouter=True)
        .where(Subscription.chat_id == chat_id, Subscription.topic == topic)
        .order_by(col(Subscription.id))
    )
    return tuple(
        Followed(
            id=row.id or 0,
            target=Target(slug, row.figure_id, row.type, row.glossary),
            mentions=row.mentions,
            figures=row.figures,
            parts=row.parts,
            changes=row.changes,
            pace=row.pace,
            languages=frozenset(Language(one) for one in row.languages),
            sources=row.sources,
        )
        for row, slug in rows
    )


def mark_blocked(session: Session, chat: Chat, now: datetime) -> int:
    """Note that a chat cannot be reached, and cancel what waits for it; how many deliveries that were.

    Its subscriptions stay: a chat that comes back finds them.
    """
    chat.blocked_at = now
    session.flush()
    cancelled = session.connection().execute(
        sa.update(Delivery)
        .where(
            col(Delivery.chat_id) == chat.id,
            col(Delivery.status).in_((DeliveryStatus.PENDING, DeliveryStatus.WAITING)),
        )
        .values(status=DeliveryStatus.CANCELLED, error="The chat cannot be reached.")
    )
    return cancelled.rowcount


def move_chat(session: Session, channel: Channel, old: int, new: int) -> None:
    """Give a chat its new address, as when a group becomes a supergroup; does nothing where that is done already.

    Where the new address has a row of its own, subscriptions and waiting deliveries are moved to it.
    """
    moved = find_chat(session, channel, old)
    if moved is None:
        return
    present = find_chat(session, channel, new)
    if present is None:
        moved.address = new
        session.flush()
        return
    have = {_target_key(one) for one in _rows(session, present)}
    for row in _rows(session, moved):
        if _target_key(row) not in have:
            row.chat_id = present.id or 0
    told = {_subject_key(one): one.id for one in session.exec(select(Delivery).where(Delivery.chat_id == present.id))}
    for delivery in session.exec(select(Delivery).where(Delivery.chat_id == moved.id)).all():
        double = told.get(_subject_key(delivery))
        if double is None:
            delivery.chat_id = present.id or 0
        else:  # what is gathered in one of two digests of a window goes into the other
            gathered = session.exec(select(Delivery).where(Delivery.digest_id == delivery.id)).all()
            for one in gathered:
                one.digest_id = double
    for feedback in session.exec(select(Feedback).where(Feedback.chat_id == moved.id)):
        feedback.chat_id = present.id or 0
    present.timezone, present.pace, present.digest_hour = moved.timezone, moved.pace, moved.digest_hour
    present.quiet_from, present.quiet_to, present.muted_until = moved.quiet_from, moved.quiet_to, moved.muted_until
    session.flush()
    session.delete(moved)
    session.flush()


def _target_key(row: Subscription) -> tuple[object, ...]:
    return row.topic, row.entity_id, row.figure_id, row.type, row.glossary


def _subject_key(delivery: Delivery) -> tuple[object, ...]:
    subject = (delivery.event_id, delivery.edits_id, delivery.feedback_id, delivery.notice_id, delivery.window_at)
    return (delivery.topic, *subject, delivery.part)


def _rows(session: Session, chat: Chat) -> list[Subscription]:
    return list(session.exec(select(Subscription).where(Subscription.chat_id == chat.id)))


def _entity_id(session: Session, target: Target) -> int | None:
    if target.slug is None:
        return None
    entity_id = session.exec(select(Entity.id).where(Entity.slug == target.slug)).one_or_none()
    if entity_id is None:
        message = f"There is no entry “{target.slug}” in the glossary any more."
        raise UnknownTargetError(message)
    return entity_id


def _find(session: Session, chat_id: int, topic: int, target: Target, entity_id: int | None) -> Subscription | None:
    statement = select(Subscription).where(Subscription.chat_id == chat_id, Subscription.topic == topic)
    if target.figure_id is not None:
        statement = statement.where(Subscription.figure_id == target.figure_id)
    elif target.type is not None:
        statement = statement.where(Subscription.type == target.type)
    elif target.glossary:
        statement = statement.where(col(Subscription.glossary))
    else:
        statement = statement.where(Subscription.entity_id == entity_id)
    return session.exec(statement).one_or_none()
