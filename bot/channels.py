"""The ways to readers that a running service has: always the terminal, and Telegram when there is a token."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console
from sqlmodel import col, func, select

from bot.clock import utc_now
from bot.delivery import Sender, TerminalSender
from bot.models import Channel, Chat, Subscription
from bot.telegram import (
    BotContext,
    TelegramSender,
    TelegramUnreachableError,
    build_application,
    start_application,
    stop_application,
)
from bot.workspace import Workspace

ADVICE = """\
There is no TELEGRAM_BOT_TOKEN, so alerts are shown here, in the terminal. To have them on Telegram:
  1. open a chat with @BotFather in Telegram and send /newbot;
  2. answer its two questions (a name, and a user name that ends in "bot");
  3. copy the token that it gives you, stop this program, and start it again with it:
     TELEGRAM_BOT_TOKEN=... exonym run"""
GOES_ON = "The program goes on without Telegram, here in the terminal; put that right and start it again."
NOBODY_FOLLOWS = "Nothing is followed in the terminal yet: `exonym follow SBU` follows the SBU."


@asynccontextmanager
async def open_channels(
    workspace: Workspace, console: Console, stopping: asyncio.Event
) -> AsyncIterator[dict[Channel, Sender]]:
    """The senders by channel; Telegram's appears among them when the bot has connected, however long that takes.

    A token that Telegram refuses is told, and the terminal goes on; alerts for Telegram wait for a better one.
    """
    senders: dict[Channel, Sender] = {Channel.TERMINAL: TerminalSender(console)}
    if workspace.settings.telegram_bot_token is None:
        console.print(ADVICE, markup=False)
        if not _terminal_follows_something(workspace):
            console.print(NOBODY_FOLLOWS, markup=False)
        yield senders
        return
    context = BotContext(workspace.settings, workspace.database, workspace.keeper.current, utc_now)
    application = build_application(context)

    async def connect() -> None:
        try:
            await start_application(application, stopping)
        except TelegramUnreachableError as error:
            console.print(f"{error} {GOES_ON}", markup=False)
            return
        except BaseException:
            stopping.set()
            raise
        if not stopping.is_set():
            senders[Channel.TELEGRAM] = TelegramSender(application.bot)
            console.print(f"Connected to Telegram as @{application.bot.username}.", markup=False)

    connecting = asyncio.create_task(connect())
    try:
        yield senders
    finally:
        stopping.set()
        try:
            await connecting
        finally:
            await stop_application(application)


def _terminal_follows_something(workspace: Workspace) -> bool:
    with workspace.database.read() as session:
        count = session.exec(
            select(func.count())
            .select_from(Subscription)
            .join(Chat, col(Chat.id) == col(Subscription.chat_id))
            .where(Chat.channel == Channel.TERMINAL)
        ).one()
    return count > 0
