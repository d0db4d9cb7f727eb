"""What readers say is wrong, kept with the message that they say it of, and told to the editors once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from bot.models import Channel, Delivery, DeliveryStatus, Feedback
from bot.subscriptions import ensure_chat, find_chat
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
