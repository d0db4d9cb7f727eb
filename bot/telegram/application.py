"""The composition of the bot: which kind of update goes to which handler, and how it starts and stops.

Updates are handled one after another: an answer takes milliseconds, and so what a person sends twice in a row is
answered in that order. Which command goes to which answer is in `answers`.
"""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from telegram import Message, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.errors import BotError
from bot.models import Role
from bot.telegram import articles, importing, reading
from bot.telegram.answers import COMMANDS, Command, is_question, typed
from bot.telegram.context import BotContext
from bot.telegram.desk import Desk
from bot.telegram.menus import announce, announce_to_all
from bot.telegram.updates import Intake, Polling, is_set_within
from bot.telegram.webhook import Webhook

log = structlog.get_logger(__name__)

BotApplication = Application[Any, Any, Any, Any, Any, Any]

#: More than Telegram ever takes to answer, less than a delivery's lease.
_TIMEOUT_SECONDS = 20.0
_UPDATES = [
    Update.MESSAGE,
    Update.CHANNEL_POST,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.MY_CHAT_MEMBER,
]
#: Where the application keeps its desk.
_DESK = "desk"
#: Where it keeps the way by which updates come in.
_INTAKE = "intake"
#: How long to wait before Telegram is tried again at the start, doubled each time up to the second.
_RETRY_SECONDS = (2.0, 300.0)


class TelegramUnreachableError(BotError):
    """Telegram refuses the token, or cannot be reached."""


def build_application(context: BotContext) -> BotApplication:
    """The bot, ready to be started; the token must be set.

    A command may come in a private chat, a group, a topic or a channel. Plain text is looked up in private chats only:
    in a group people talk to each other.
    """
    token = context.settings.telegram_bot_token
    if token is None:
        raise TelegramUnreachableError("There is no TELEGRAM_BOT_TOKEN; ask @BotFather on Telegram for one.")
    base = context.settings.telegram_api_url.rstrip("/")
    application: BotApplication = (
        Application.builder()
        .token(token.get_secret_value())
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .job_queue(None)  # the schedule is in bot.jobs
        .updater(None)  # updates come in by `updates` or `webhook`
        .connect_timeout(_TIMEOUT_SECONDS)
        .read_timeout(_TIMEOUT_SECONDS)
        .write_timeout(_TIMEOUT_SECONDS)
        .build()
    )
    desk = Desk(context)
    application.bot_data[_DESK] = desk
    take, bot = application.process_update, application.bot
    hooked = bool(context.settings.webhook_url)
    intake: Intake = Webhook(bot, context.settings, take, _UPDATES) if hooked else Polling(bot, take, _UPDATES)
    application.bot_data[_INTAKE] = intake
    # What a channel posts is answered there, and not again in the group where it is discussed.
    written = (filters.UpdateType.MESSAGE & ~filters.IS_AUTOMATIC_FORWARD) | filters.UpdateType.CHANNEL_POST
    private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE

    # The order matters: the first handler that takes an update is the only one.
    for command in COMMANDS:
        application.add_handler(CommandHandler(command.name, desk.answering(command), written))
    application.add_handler(CallbackQueryHandler(desk.press))
    application.add_handler(InlineQueryHandler(desk.inline))
    # To Telegram a command is ASCII; a person writes /пошук, and means one.
    meant = filters.COMMAND | filters.Regex(r"^/\w+(@\w+)?(\s|$)")
    application.add_handler(MessageHandler(meant & written, desk.unknown_command))
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, desk.migrated))
    prompted = filters.TEXT & filters.REPLY & filters.UpdateType.MESSAGE & _AnswersPrompt()
    application.add_handler(MessageHandler(prompted, desk.answering(Command("", typed, role=Role.EDITOR))))
    uploaded = Command("", importing.document, role=Role.EDITOR)
    application.add_handler(MessageHandler(filters.Document.ALL & private, desk.answering(uploaded)))
    written_text = (filters.TEXT | filters.CAPTION) & private
    application.add_handler(MessageHandler(written_text, desk.answering(Command("", articles.message))))
    application.add_handler(
        MessageHandler(~filters.StatusUpdate.ALL & private, desk.answering(Command("", reading.unknown_content)))
    )
    application.add_handler(ChatMemberHandler(desk.membership, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_error_handler(desk.failed)
    return application


async def start_application(application: BotApplication, stopping: asyncio.Event | None = None) -> None:
    """Tell Telegram the commands and begin to take updates.

    With `stopping`, a Telegram that cannot be reached is tried again, ever more rarely, until that is set; then it
    returns without having started.

    Raises:
        TelegramUnreachableError: the token was refused, or the port for the webhook cannot be had; or, without
            `stopping`, there was no connection.
    """
    wait, longest = _RETRY_SECONDS
    while True:
        try:
            await application.initialize()
            break
        except InvalidToken:
            await application.bot.shutdown()
            message = "Telegram refused the bot's token; check TELEGRAM_BOT_TOKEN."
            # The cause says the token itself, and must not come into a log.
            raise TelegramUnreachableError(message) from None
        except TelegramError as error:
            # Its connections are closed here, and made anew by the next attempt.
            await application.bot.shutdown()
            if stopping is None:
                message = f"Telegram cannot be reached: {error.message}."
                raise TelegramUnreachableError(message) from error
            log.warning("Telegram cannot be reached", reason=error.message, again_in_seconds=wait)
            if await is_set_within(stopping, wait):
                return
            wait = min(wait * 2, longest)
    await announce(application.bot)
    await application.start()
    # Whoever gets a role from here on is told of its menu then.
    held = await application.bot_data[_DESK].roles_held()
    # One request a person and language: nobody waits for that.
    application.create_task(announce_to_all(application.bot, held))
    intake: Intake = application.bot_data[_INTAKE]
    try:
        await intake.start()
    except OSError as error:
        message = f"EXONYM_WEBHOOK_LISTEN and EXONYM_WEBHOOK_PORT cannot be listened on: {error.strerror or error}."
        raise TelegramUnreachableError(message) from error


async def stop_application(application: BotApplication) -> None:
    """Finish the answer at work, take no more updates, and close the connections; nothing where it never started.

    What else has come in stays with Telegram until the next start.
    """
    intake: Intake = application.bot_data[_INTAKE]
    await intake.stop()
    if application.running:
        await application.stop()
    await application.shutdown()


def state_of(application: BotApplication) -> dict[str, str | bool | None]:
    """Whether the bot runs, how updates come in (polling, webhook on an address), and what keeps them away, if any."""
    intake: Intake = application.bot_data[_INTAKE]
    return {"connected": application.running, "updates": intake.name, "trouble": intake.trouble}


class _AnswersPrompt(filters.MessageFilter):
    """Messages that answer one of ours which asked for a text."""

    def filter(self, message: Message) -> bool:
        """Whether this is one."""
        to = message.reply_to_message
        ours = to is not None and to.from_user is not None and to.from_user.id == message.get_bot().id
        text = (to.text or "") if to is not None and ours else ""
        return is_question(text)
