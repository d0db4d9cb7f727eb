"""The ways to readers that a running service has: always the terminal, and Telegram when there is a token."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console
from sqlmodel import col, func, select

from bot.clock import utc_now
from bot.delivery import Sender, TerminalSender
from bot.health import Health
from bot.models import Channel, Chat, Subscription
from bot.telegram import (
    BotContext,
    TelegramSender,
    TelegramUnreachableError,
    build_application,
    start_application,
    state_of,
    stop_application,
)
from bot.workspace import Workspace

# No line is longer than a terminal is wide, so that none is broken.
ADVICE = """\
There is no TELEGRAM_BOT_TOKEN: alerts are shown here, in the terminal.
To have them on Telegram:
  1. in Telegram, open a chat with @BotFather and send it /newbot;
  2. answer its two questions: a name, and a user name that ends in "bot";
  3. copy the token that it gives you, stop this program with Ctrl-C, and
     start it again with the token:
     TELEGRAM_BOT_TOKEN=... exonym run
     (or write TELEGRAM_BOT_TOKEN=... into a file .env in this folder)."""
GOES_ON = "Until that is put right and this is started again, alerts are shown here."
NOBODY_FOLLOWS = "Nothing is followed in the terminal yet: `exonym follow SBU` follows the SBU."


@asynccontextmanager
async def open_channels(
    workspace: Workspace, console: Console, stopping: asyncio.Event, health: Health
) -> AsyncIterator[dict[Channel, Sender]]:
    """The senders by channel; Telegram's appears among them when the bot has connected, however long that takes.

    A token that Telegram refuses is told, and the terminal goes on; alerts for Telegram wait for a better one.
    """
    senders: dict[Channel, Sender] = {Channel.TERMINAL: TerminalSender(console)}
    if workspace.settings.telegram_bot_token is None:
        console.print(ADVICE, markup=False)
        _tell_what_is_followed(workspace, console)
        yield senders
        return
    context = BotContext(workspace.settings, workspace.database, workspace.keeper.current, utc_now)
    application = build_application(context)
    health.note("telegram", lambda: state_of(application))

    async def connect() -> None:
        try:
            await start_application(application, stopping)
        except TelegramUnreachableError as error:
            console.print(f"{error}\n{GOES_ON}", markup=False)
            _tell_what_is_followed(workspace, console)
            return
        except BaseException:
            stopping.set()
            raise
        if not stopping.is_set():
            senders[Channel.TELEGRAM] = TelegramSender(application.bot)
            updates = state_of(application)["updates"]
            said = f"Connected to Telegram as @{application.bot.username}; updates by {updates}."
            console.print(said, markup=False, soft_wrap=True)

    connecting = asyncio.create_task(connect())
    try:
        yield senders
    finally:
        stopping.set()
        try:
            await connecting
        finally:
            await stop_application(application)


def _tell_what_is_followed(workspace: Workspace, console: Console) -> None:
    with workspace.database.read() as session:
        count = session.exec(
            select(func.count())
            .select_from(Subscription)
            .join(Chat, col(Chat.id) == col(Subscription.chat_id))
            .where(Chat.channel == Channel.TERMINAL)
        ).one()
    if not count:
        console.print(NOBODY_FOLLOWS, markup=False)
