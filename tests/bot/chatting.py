"""A running bot and the people who talk to it: what the tests of the chat share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr
from telegram import Update

from bot.knowledge import Knowledge
from bot.models import Channel
from bot.settings import Settings
from bot.subscriptions import Target, find_chat, list_subscriptions
from bot.telegram import BotContext, build_application, start_application, stop_application
from bot.telegram.application import BotApplication
from glossary.database import Database
from glossary.matching import Matcher
from glossary.store import load_glossary
from tests.bot.samples import EN, KO, NOON, RU, UK
from tests.bot.telegram_server import TOKEN, Call, Person, Place, TelegramServer
from translations.languages import Language

OLENA = Person(42)
LANGUAGES = pytest.mark.parametrize("language", list(Language))


class Seen:
    """A handler of updates that keeps what it was given; each may be held up by clearing `free`."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.begun = asyncio.Event()
        self.free = asyncio.Event()
        self.free.set()

    async def __call__(self, update: Update) -> None:
        self.begun.set()
        await self.free.wait()
        assert update.message is not None
        self.texts.append(update.message.text or "")

    async def until(self, count: int) -> None:
        async with asyncio.timeout(60):
            while len(self.texts) < count:
                await asyncio.sleep(0.01)


@dataclass
class Chatting:
    """A running bot, the server that it polls, and what a person would do."""

    server: TelegramServer
    database: Database
    context: BotContext
    application: BotApplication

    async def says(
        self, text: str, *, person: Person = OLENA, place: Place | None = None, topic: int | None = None, **extra: Any
    ) -> Call:
        """Write to the bot; its answer."""
        place = place or Place(person.id)
        before = len(self.server.sent(place.id))
        self.server.says(text, person=person, place=place, topic=topic, **extra)
        await self.server.until(lambda: len(self.server.sent(place.id)) > before)
        return self.server.sent(place.id)[before]

    async def taps(self, call: Call, button: int | str, *, person: Person = OLENA) -> Call:
        """Tap a button; the answer to the tap. What it changes in the chat has come when this returns."""
        count = len(self.server.of("answerCallbackQuery"))
        self.server.taps(call, button, person=person)
        await self.server.until(lambda: len(self.server.of("answerCallbackQuery")) > count)
        answer = self.server.of("answerCallbackQuery")[count]
        # Updates are handled one after another: when this one is answered, the tap has been dealt with.
        await self.says("/start", person=Person(99))
        return answer

    def now_reads(self, call: Call) -> Call:
        """What a message has become."""
        edits = [
            one
            for one in self.server.of("editMessageText")
            if one.fields["message_id"] == call.fields["message_id"] and one.chat_id == call.chat_id
        ]
        return edits[-1] if edits else call

    def followed(self, address: int = 42, topic: int = 0) -> list[Target]:
        """What a chat follows."""
        with self.database.read() as session:
            chat = find_chat(session, Channel.TELEGRAM, address)
            return [one.target for one in list_subscriptions(session, chat.id or 0, topic)] if chat else []


def make_context(database: Database, telegram: TelegramServer, token: str = TOKEN) -> BotContext:
    settings = Settings(_env_file=None, telegram_api_url=telegram.url)
    settings.telegram_bot_token = SecretStr(token)
    with database.read() as session:
        glossary = load_glossary(session)
    knowledge = Knowledge(glossary, Matcher(glossary))
    return BotContext(settings, database, lambda: knowledge, lambda: NOON)


@asynccontextmanager
async def running_bot(context: BotContext, telegram: TelegramServer) -> AsyncIterator[Chatting]:
    """The bot started on the stand-in; at the end it must have asked nothing that Telegram refuses."""
    application = build_application(context)
    await start_application(application)
    yield Chatting(telegram, context.database, context, application)
    await stop_application(application)
    # Whatever a test did, the bot asked nothing that Telegram refuses, but what the test scripted.
    assert [f"{method}: {one.description}" for method, one in telegram.refusals if not one.scripted] == []


def speaker(language: Language) -> Person:
    """Somebody whose client speaks a language."""
    return Person(42, language_code={EN: "en-GB", UK: "uk", RU: "ru", KO: "ko"}[language])


def text(call: Call) -> str:
    return (call.text or "").replace("\xa0", " ").replace("\u202f", " ")
