"""The ways to readers: what is said about them at the start, and that the terminal goes on whatever Telegram does."""

from __future__ import annotations

import asyncio
import io

import pytest
from pydantic import SecretStr
from rich.console import Console

from bot.channels import open_channels
from bot.clock import utc_now
from bot.health import Health
from bot.knowledge import KnowledgeKeeper
from bot.models import Channel
from bot.settings import Settings
from bot.subscriptions import Target, ensure_chat, follow
from bot.workspace import Workspace
from glossary.database import Database
from tests.bot.samples import EN, NOON
from tests.bot.telegram_server import TOKEN, TelegramServer


class Screen:
    """A terminal of a width, and what stands on it."""

    def __init__(self) -> None:
        self._file = io.StringIO()
        self.console = Console(file=self._file, width=80)

    @property
    def text(self) -> str:
        return self._file.getvalue()

    async def until(self, words: str) -> None:
        async with asyncio.timeout(60):
            while words not in self.text:
                await asyncio.sleep(0.01)


@pytest.fixture
def workspace(stocked: Database) -> Workspace:
    return Workspace(Settings(_env_file=None), stocked, KnowledgeKeeper(stocked))


async def test_without_a_token_it_says_how_to_get_one_and_goes_on_in_the_terminal(workspace: Workspace) -> None:
    screen, stopping = Screen(), asyncio.Event()
    async with open_channels(workspace, screen.console, stopping, Health(utc_now)) as senders:
        assert list(senders) == [Channel.TERMINAL]
        assert not stopping.is_set()
    assert "@BotFather" in screen.text
    assert "/newbot" in screen.text
    assert "  1. in Telegram, open a chat with @BotFather and send it /newbot;\n" in screen.text
    assert "     TELEGRAM_BOT_TOKEN=... exonym run\n" in screen.text
    assert "exonym follow SBU" in screen.text


async def test_who_follows_something_in_the_terminal_is_not_told_how_to(workspace: Workspace) -> None:
    with workspace.database.write() as session:
        chat = ensure_chat(session, Channel.TERMINAL, 0, language=EN, now=NOON)
        follow(session, chat.id or 0, 0, Target(slug="sbu"), now=NOON)
    screen = Screen()
    async with open_channels(workspace, screen.console, asyncio.Event(), Health(utc_now)):
        assert "exonym follow" not in screen.text


async def test_a_token_that_telegram_refuses_is_said_once_and_the_terminal_goes_on(
    workspace: Workspace, telegram: TelegramServer
) -> None:
    workspace.settings.telegram_bot_token = SecretStr("987:SECRET")
    workspace.settings.telegram_api_url = telegram.url
    screen, stopping, health = Screen(), asyncio.Event(), Health(utc_now)
    async with open_channels(workspace, screen.console, stopping, health) as senders:
        await screen.until("exonym follow SBU")
        assert list(senders) == [Channel.TERMINAL]
        assert not stopping.is_set()
        _, report = health.report()
        assert report["telegram"] == {"connected": False, "updates": "polling", "trouble": None}
    assert screen.text.count("Telegram refused the bot's token; check TELEGRAM_BOT_TOKEN.") == 1
    assert "SECRET" not in screen.text


async def test_a_bot_that_has_connected_is_shown_and_reaches_readers(
    workspace: Workspace, telegram: TelegramServer
) -> None:
    workspace.settings.telegram_bot_token = SecretStr(TOKEN)
    workspace.settings.telegram_api_url = telegram.url
    screen, health = Screen(), Health(utc_now)
    async with open_channels(workspace, screen.console, asyncio.Event(), health) as senders:
        await screen.until("Connected to Telegram as @exonym_test_bot; updates by polling.")
        assert set(senders) == {Channel.TERMINAL, Channel.TELEGRAM}
        well, report = health.report()
        assert well
        assert report["telegram"] == {"connected": True, "updates": "polling", "trouble": None}


async def test_a_port_that_cannot_be_had_is_said_and_the_terminal_goes_on(
    workspace: Workspace, telegram: TelegramServer
) -> None:
    settings = workspace.settings
    settings.telegram_bot_token, settings.telegram_api_url = SecretStr(TOKEN), telegram.url
    settings.webhook_url, settings.webhook_port = "https://bot.example.org", int(telegram.url.rpartition(":")[2])
    screen, health = Screen(), Health(utc_now)
    async with open_channels(workspace, screen.console, asyncio.Event(), health) as senders:
        await screen.until("exonym follow SBU")
        assert list(senders) == [Channel.TERMINAL]
    assert "EXONYM_WEBHOOK_PORT cannot be listened on" in screen.text
