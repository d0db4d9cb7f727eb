"""What is sent back: a reply in as many messages as it takes, in the place of a message, or over the chat."""

from __future__ import annotations

from dataclasses import replace

import structlog
from telegram import (
    Bot,
    CallbackQuery,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated

from bot.messages import split_html
from bot.messages.markup import CAPTION_LIMIT
from bot.telegram.context import Ask, Button, Reply
from bot.telegram.sender import NO_PREVIEW

log = structlog.get_logger(__name__)


async def send(bot: Bot, ask: Ask, reply: Reply, to: int | None = None) -> None:
    """Send a reply to where it was asked, or to where that chat has moved since.

    `to` is the message that asked, which a quoting reply answers.
    """
    try:
        await _send_to(bot, ask, reply, to)
    except ChatMigrated as error:
        await _send_to(bot, replace(ask, chat_id=error.new_chat_id, topic=0), reply, None)


async def _send_to(bot: Bot, ask: Ask, reply: Reply, to: int | None) -> None:
    """Send a reply in as many messages as it takes; buttons are under the last."""
    topic = ask.topic or None
    quoted = ReplyParameters(to, allow_sending_without_reply=True) if reply.quoting and to is not None else None
    if reply.file is not None:
        await (bot.send_photo if reply.file.picture else bot.send_document)(
            ask.chat_id,
            InputFile(reply.file.content, reply.file.name),
            caption=str(split_html(reply.html, CAPTION_LIMIT)[0]),
            parse_mode=ParseMode.HTML,
            message_thread_id=topic,
            reply_markup=_markup(reply.buttons),
        )
        return
    parts = split_html(reply.html)
    for number, part in enumerate(parts, start=1):
        await bot.send_message(
            ask.chat_id,
            str(part),
            parse_mode=ParseMode.HTML,
            message_thread_id=topic,
            link_preview_options=NO_PREVIEW,
            reply_parameters=quoted,
            reply_markup=_last_markup(reply) if number == len(parts) else None,
        )


def _last_markup(reply: Reply) -> InlineKeyboardMarkup | ForceReply | None:
    return ForceReply(selective=True) if reply.prompt else _markup(reply.buttons)


async def edit(query: CallbackQuery, reply: Reply) -> bool:
    """Make the message with the button into the reply; False where it was deleted meanwhile, or may not be edited, or
    the reply takes more than one message.

    A second tap finds it made already, and that is well.
    """
    parts = split_html(reply.html)
    if len(parts) > 1:
        return False
    try:
        await query.edit_message_text(
            str(parts[0]),
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
            reply_markup=_markup(reply.buttons),
        )
    except BadRequest as error:
        if any(words in error.message.lower() for words in ("edit not found", "can't be edited", "no text in")):
            return False
        if "not modified" not in error.message:
            raise
    return True


def _markup(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    rows: list[list[InlineKeyboardButton]] = []
    for one in buttons:
        if not (one.beside and rows):
            rows.append([])
        rows[-1].append(InlineKeyboardButton(one.label, callback_data=one.data))
    return InlineKeyboardMarkup(rows)


def is_too_old(error: BadRequest) -> bool:
    """Whether a tap or an inline query waited too long for its answer, or has had one."""
    return any(words in error.message.lower() for words in ("query is too old", "query_id_invalid"))


async def answer_tap(query: CallbackQuery, text: str = "", *, alert: bool = False) -> bool:
    """Answer a tap; False where it waited too long for that, as after a pause of the service, or was answered."""
    try:
        return await query.answer(text or None, show_alert=alert)
    except BadRequest as error:
        if not is_too_old(error):
            raise
        log.info("a tap was not answered", reason=error.message)
        return False
