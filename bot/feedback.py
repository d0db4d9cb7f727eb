"""What readers say is wrong, and telling the editors once.

Of a message it is kept with the message, and told at once. Of an entity's forms it waits as work for editors
(`bot.editors_work`), until one of them edits the entity or says that it is settled.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from bot.models import Channel, Delivery, DeliveryStatus, EntityComplaint, Feedback
from bot.subscriptions import ensure_chat, find_chat
from glossary.models import Entity, Form, History
from translations.languages import Language


def complain(session: Session, delivery: Delivery, user_id: int, *, editors: Iterable[int], now: datetime) -> bool:
    """Note that somebody says that a message is wrong; False where they have said so before.

    The editors (Telegram user ids) get a message where nobody has said so of the same news before: one event reaches
    many chats.
    """
    known = _said_before(session, delivery)
    feedback = Feedback(chat_id=delivery.chat_id, delivery_id=delivery.id or 0, user_id=user_id, created_at=now)
    try:
        with session.begin_nested():
            session.add(feedback)
    except IntegrityError:
        return False  # two taps
    if known:
        return True
    for editor in sorted(set(editors)):
        chat = find_chat(session, Channel.TELEGRAM, editor)
        if chat is None:
            chat = ensure_chat(session, Channel.TELEGRAM, editor, language=Language.EN, now=now)
        if chat.blocked_at is not None:
            continue
        session.add(
            Delivery(
                feedback_id=feedback.id,
                chat_id=chat.id or 0,
                reasons=[],
                status=DeliveryStatus.PENDING,
                due_at=now,
                created_at=now,
            )
        )
    session.flush()
    return True


def _said_before(session: Session, delivery: Delivery) -> bool:
    same = col(Delivery.id) == delivery.id
    if delivery.event_id is not None:
        same |= col(Delivery.event_id) == delivery.event_id
    if delivery.edits_id is not None:
        same |= col(Delivery.edits_id) == delivery.edits_id
    query = select(Feedback.id).join(Delivery, col(Delivery.id) == col(Feedback.delivery_id)).where(same)
    return session.exec(query.limit(1)).first() is not None


# --- The forms of an entity ------------------------------------------------------------------------------------------


def complain_of_entity(session: Session, entity_id: int, user_id: int, *, now: datetime) -> bool:
    """Note that somebody says that a form of an entity is wrong; False where they have, and it still waits."""
    if entity_id not in complained_entities(session):
        settle_complaints(session, entity_id)  # what an edit has answered may be said anew
    try:
        with session.begin_nested():
            session.add(EntityComplaint(entity_id=entity_id, user_id=user_id, created_at=now))
    except IntegrityError:
        return False  # two taps
    return True


def complained_entities(session: Session, *, since: datetime | None = None) -> tuple[int, ...]:
    """The entities of which it waits, by their ids, those of the oldest complaint first; `since` counts only newer."""
    of_forms = select(Form.id).where(Form.entity_id == EntityComplaint.entity_id)
    edited = sa.or_(
        sa.and_(col(History.table) == "entity", col(History.row_id) == EntityComplaint.entity_id),
        sa.and_(col(History.table) == "form", col(History.row_id).in_(of_forms)),
    )
    later = select(History.id).where(edited, col(History.at) > EntityComplaint.created_at).exists()
    query = (
        select(EntityComplaint.entity_id)
        .join(Entity, col(Entity.id) == EntityComplaint.entity_id)
        .where(~later)
        .group_by(col(EntityComplaint.entity_id))
        .order_by(sa.func.min(EntityComplaint.id))
    )
    if since is not None:
        query = query.where(col(EntityComplaint.created_at) > since)
    return tuple(session.exec(query))


def settle_complaints(session: Session, entity_id: int) -> None:
    """Nothing is wrong with an entity, or not any more."""
    session.connection().execute(sa.delete(EntityComplaint).where(col(EntityComplaint.entity_id) == entity_id))
