"""What is stored of a person and a chat on Telegram, and removing it.

A private chat has the number of its person. Of a person there is, beyond the chat: what they said is wrong (in any
chat), the roles that they have or had, and their name on changes of the glossary. The changes themselves stay, since
others build on them; who made them is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.models import Channel, Delivery, EntityComplaint, Feedback, RoleGrant, Subscription
from bot.subscriptions import find_chat
from glossary.models import History

#: Who the history names once it has forgotten somebody; as it does whom it never knew.
NOBODY = "telegram:0"


@dataclass(frozen=True, slots=True)
class Stored:
    """How much is stored: the chat with its settings, and how many of the rest."""

    chat: bool
    subscriptions: int
    messages: int
    feedback: int
    roles: int
    changes: int

    def __bool__(self) -> bool:
        return self.chat or any((self.feedback, self.roles, self.changes))


def stored_of(session: Session, address: int, user_id: int | None) -> Stored:
    """What is stored of a chat and, with `user_id`, of a person. Messages are those that were written to the chat."""
    chat = find_chat(session, Channel.TELEGRAM, address)
    chat_id = chat.id if chat is not None else None
    said = col(Feedback.chat_id) == chat_id
    if user_id is not None:
        said |= col(Feedback.user_id) == user_id
    return Stored(
        chat=chat is not None,
        subscriptions=_count(session, Subscription, col(Subscription.chat_id) == chat_id),
        messages=_count(session, Delivery, col(Delivery.chat_id) == chat_id),
        feedback=_count(session, Feedback, said)
        + (_count(session, EntityComplaint, col(EntityComplaint.user_id) == user_id) if user_id is not None else 0),
        roles=_count(session, RoleGrant, col(RoleGrant.user_id) == user_id) if user_id is not None else 0,
        changes=_count(session, History, col(History.actor) == _actor(user_id)) if user_id is not None else 0,
    )


def erase(session: Session, address: int, user_id: int | None) -> Stored:
    """Remove what `stored_of` tells of, and return what that was; what is on its way to the chat goes with it."""
    stored = stored_of(session, address, user_id)
    connection = session.connection()
    if user_id is not None:
        connection.execute(sa.delete(Feedback).where(col(Feedback.user_id) == user_id))
        connection.execute(sa.delete(EntityComplaint).where(col(EntityComplaint.user_id) == user_id))
        connection.execute(sa.delete(RoleGrant).where(col(RoleGrant.user_id) == user_id))
        # The roles that they gave to others stay theirs.
        for column in (RoleGrant.given_by, RoleGrant.taken_by):
            connection.execute(sa.update(RoleGrant).where(col(column) == user_id).values({col(column): 0}))
        connection.execute(sa.update(History).where(col(History.actor) == _actor(user_id)).values(actor=NOBODY))
    chat = find_chat(session, Channel.TELEGRAM, address)
    if chat is not None:
        session.delete(chat)  # and all that refers to it, by the database
    session.flush()
    return stored


def _actor(user_id: int | None) -> str:
    return f"telegram:{user_id}"


def _count(session: Session, table: type[object], where: sa.ColumnElement[bool]) -> int:
    return session.exec(select(sa.func.count()).select_from(table).where(where)).one()
