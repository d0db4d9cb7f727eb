"""What is read from an update: where a message was forwarded from, whom it answers, its file, who may change what."""

from __future__ import annotations

from telegram import Bot, Chat, Document, Message, MessageOriginChannel, MessageOriginChat, MessageOriginUser, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest

from bot.telegram import importing
from bot.telegram.context import File, Forwarded, Person


def forwarded_from(message: Message | None) -> Forwarded | None:
    """Where a message was forwarded from; a person's name is left out, since it is no outlet."""
    origin = message.forward_origin if message is not None else None
    if origin is None:
        return None
    outlet = ""
    if isinstance(origin, MessageOriginChannel):
        outlet = origin.chat.title or ""
    elif isinstance(origin, MessageOriginChat):
        outlet = origin.sender_chat.title or ""
    return Forwarded(outlet, origin.date)


def replied_to(message: Message | None) -> Person | None:
    """Whose message another answers, or forwarded there; None for a bot's, and for what opens a topic."""
    to = message.reply_to_message if message is not None else None
    if to is None or to.forum_topic_created is not None or to.sender_chat is not None:
        return None
    user = to.forward_origin.sender_user if isinstance(to.forward_origin, MessageOriginUser) else to.from_user
    return None if user is None or user.is_bot else Person(user.id, user.full_name)


async def may_change(bot: Bot, update: Update, chat: Chat) -> bool:
    """Whether who sent this may change what the chat has: anybody in private, in a group or channel its administrators.

    Only administrators can post in a channel, or speak in a group's own name.
    """
    message, user = update.effective_message, update.effective_user
    if chat.type == ChatType.PRIVATE:
        return True
    if update.callback_query is None and message is not None and message.sender_chat is not None:
        return message.sender_chat.id == chat.id
    if user is None:
        return False
    try:
        member = await bot.get_chat_member(chat.id, user.id)
    except BadRequest:
        # A group may hide its members from a bot that is no administrator of it, but not its administrators.
        return user.id in {one.user.id for one in await bot.get_chat_administrators(chat.id)}
    return member.status in {ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER}


def keyboard_of(message: Message | None) -> tuple[str, ...]:
    """The data of the buttons of a message; none for one that Telegram does not show any more."""
    markup = message.reply_markup if message is not None else None
    rows = markup.inline_keyboard if markup is not None else ()
    return tuple(str(one.callback_data) for row in rows for one in row if one.callback_data is not None)


async def downloaded(document: Document | None) -> File | None:
    """A document's content; None for one that Telegram does not hand out, or not any more."""
    if document is None or (document.file_size or 0) > importing.MAX_BYTES:
        return None
    try:
        file = await document.get_file()
        return File(document.file_name or "", bytes(await file.download_as_bytearray()))
    except BadRequest:
        return None
