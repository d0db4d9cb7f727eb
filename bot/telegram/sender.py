"""How an alert reaches a Telegram chat, and what Telegram's refusals mean for its delivery."""

from __future__ import annotations

from datetime import timedelta

import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.delivery import (
    ChannelClosedError,
    DeliveryError,
    FloodError,
    GoneError,
    MovedError,
    UnansweredError,
    UnreachableError,
)
from bot.editors_work import Waiting
from bot.events import PendingAlert
from bot.messages import Messages
from bot.messages.render import Rendered
from bot.messages.work import queues_of
from bot.telegram.buttons import Action, encode, encode_own

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

# The request had left when these came, so that it may have been carried out.
_LEFT = (httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError)
# What Telegram says with 400 of a chat that cannot be written to.
_GONE = (
    "chat not found",
    "peer_id_invalid",
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "need administrator rights",
)


def is_gone(error: TelegramError) -> bool:
    """Whether Telegram says that a chat cannot be written to."""
    said = error.message.lower()
    return isinstance(error, Forbidden) or (isinstance(error, BadRequest) and any(words in said for words in _GONE))


class TelegramSender:
    """Sends alerts with a bot that is ready for use."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, alert: PendingAlert, rendered: Rendered) -> int:
        """Send one message; return its id. Raises as `bot.delivery.Sender` says."""
        buttons = _buttons(alert)
        # What is put right may have been deleted meanwhile; the correction comes all the same.
        reply = ReplyParameters(alert.reply_to, allow_sending_without_reply=True) if alert.reply_to else None
        try:
            message = await self._bot.send_message(
                alert.address,
                str(rendered.html),
                parse_mode=ParseMode.HTML,
                message_thread_id=alert.topic or None,
                link_preview_options=NO_PREVIEW,
                reply_markup=buttons,
                reply_parameters=reply,
            )
        except RetryAfter as error:
            wait = error.retry_after
            raise FloodError(wait if isinstance(wait, timedelta) else timedelta(seconds=wait)) from error
        except ChatMigrated as error:
            raise MovedError(error.new_chat_id) from error
        except InvalidToken as error:
            raise ChannelClosedError("Telegram refused the bot's token; see TELEGRAM_BOT_TOKEN.") from error
        except (Forbidden, BadRequest) as error:
            # A BadRequest is a kind of NetworkError to the library, but the same request would be refused again.
            raise (GoneError if is_gone(error) else DeliveryError)(error.message) from error
        except (NetworkError, Conflict) as error:
            if isinstance(error.__cause__, _LEFT):
                raise UnansweredError(error.message or type(error).__name__) from error
            raise UnreachableError(error.message or type(error).__name__) from error
        except TelegramError as error:
            raise DeliveryError(error.message) from error
        return message.message_id


def _buttons(alert: PendingAlert) -> InlineKeyboardMarkup:
    """To get less of this, to tell the editors that it is wrong, to see more; and the way to stop.

    A correction and what an editor is told of are not for commenting; a digest is, whatever it puts right.
    """
    messages = Messages(alert.language)
    if alert.work is not None:
        return _work_buttons(alert.work, alert.address, messages)
    told = alert.digest or (() if alert.corrections or alert.complaint else (alert,))
    first = [Action.LESS, Action.WRONG] if told else []
    if any(one.news for one in told):
        first.append(Action.MORE)
    labels = {Action.LESS: "button.less", Action.WRONG: "button.wrong", Action.MORE: "button.more"}
    rows = [[(labels[one], encode(one, alert.delivery_id)) for one in first]] if first else []
    rows.append([("button.subscriptions", encode(Action.LIST))])
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(messages.plain(key), callback_data=data) for key, data in row] for row in rows]
    )


def _work_buttons(work: Waiting, editor: int, messages: Messages) -> InlineKeyboardMarkup:
    """To each queue in which something waits, and to be told of it no more. The chat is the editor's own."""
    labels = {encode_own(editor, Action.WORK, name): f"work_button.{name}" for name, _ in queues_of(work)}
    labels[encode(Action.SET, "work.off")] = "button.work_off"
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(messages.plain(key), callback_data=data)] for data, key in labels.items()]
    )
