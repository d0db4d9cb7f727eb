"""The values that pass between Telegram's updates and the functions that answer them.

An update becomes an `Ask`; a function of `BotContext` and `Ask` gives a `Reply`, or None to say nothing; `desk`
has it sent. So the answers know no client library, and are plain synchronous code over the database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.knowledge import Knowledge
from bot.messages import Html, Messages
from bot.models import Role
from bot.settings import Settings
from bot.telegram.buttons import Action, encode_own
from glossary.database import Database
from glossary.entries import Glossary
from translations.languages import Language


@dataclass(frozen=True, slots=True)
class BotContext:
    """What the answers are made from. `knowledge` gives the current snapshot, `clock` the present time."""

    settings: Settings
    database: Database
    knowledge: Callable[[], Knowledge]
    clock: Callable[[], datetime]

    def glossary(self) -> Glossary:
        """The current glossary."""
        return self.knowledge().glossary


@dataclass(frozen=True, slots=True)
class Forwarded:
    """Where a forwarded message came from: the channel or person that it names, and when it was written there."""

    outlet: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on Telegram, as they call themselves."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class File:
    """A document, or a picture to be shown as one, that comes with a message or goes with a reply."""

    name: str
    content: bytes
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody wants, and where. `text` is what stands after the command, or the whole of a plain message.

    `topic` is 0 outside of topics. `language` is the chat's own, or the person's where the chat has none yet.
    `user_id` is who asks, 0 for a channel or an anonymous administrator, and `role` what that person may do beyond
    reading. `replied` is the person whose message this one answers, and `answers` the text of one of ours that it
    answers. `document` is a file that came with it, or with the message that a button belongs to; `keyboard` is the
    data of all buttons of that message.
    """

    chat_id: int
    topic: int
    title: str
    language: Language
    text: str = ""
    private: bool = True
    forwarded: Forwarded | None = None
    user_id: int = 0
    role: Role | None = None
    replied: Person | None = None
    answers: str = ""
    document: File | None = None
    keyboard: tuple[str, ...] = ()

    def may(self, needed: Role | None) -> bool:
        """Whether who asks has a role, or one above it."""
        return needed is None or self.role is Role.ADMIN or self.role is needed

    def own(self, action: Action, argument: int | str) -> str:
        """The data of a button that is for who asks alone."""
        return encode_own(self.user_id, action, argument)

    @property
    def messages(self) -> Messages:
        """The catalogue to answer from."""
        return Messages(self.language)


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; `data` comes back when it is tapped (`buttons.encode`).

    It begins a row, or stands `beside` the one before it.
    """

    label: str
    data: str
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: a message with its buttons; with a file, the message is its caption.

    Where a button was tapped, `toast` is shown over the chat, and the message that had the button becomes this one
    unless `fresh` asks for a new one or `keep` lets it stay. `prompt` asks for an answer to this message, and `quoting`
    makes it one to the message that asked. `menu_of` is a person whose commands are others now.
    """

    html: Html
    buttons: tuple[Button, ...] = ()
    file: File | None = None
    toast: str = ""
    fresh: bool = False
    keep: bool = False
    prompt: bool = False
    quoting: bool = False
    menu_of: int = 0


Answer = Callable[[BotContext, Ask], Reply | None]
