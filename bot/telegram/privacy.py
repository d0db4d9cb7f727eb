"""What is stored of a person and a chat, said and removed in the chat."""

from __future__ import annotations

from bot.messages import Html
from bot.messages.markup import join
from bot.privacy import Stored, erase, stored_of
from bot.telegram.buttons import Action, Press, encode
from bot.telegram.context import Ask, BotContext, Button, Reply


def privacy(_context: BotContext, ask: Ask) -> Reply:
    """What is stored and why, and how it is removed."""
    return Reply(ask.messages.text("privacy"))


def delete_me(context: BotContext, ask: Ask) -> Reply:
    """What is stored, and a button to remove it."""
    with context.database.read() as session:
        stored = stored_of(session, ask.chat_id, _person(ask))
    if not stored:
        return Reply(ask.messages.text("erase.nothing"))
    buttons = (
        Button(ask.messages.plain("button.erase"), encode(Action.ERASE, "yes")),
        Button(ask.messages.plain("button.keep"), encode(Action.ERASE, "no"), beside=True),
    )
    return Reply(join("\n", [*_told(ask, stored), ask.messages.text("erase.ask")]), buttons)


def _told(ask: Ask, stored: Stored) -> list[Html]:
    messages = ask.messages
    lines = [messages.text("erase.stored" if ask.private else "erase.stored_group")]
    if stored.chat:
        lines.append(messages.text("erase.chat"))
    counts = {
        "erase.subscriptions": stored.subscriptions,
        "erase.messages": stored.messages,
        "erase.feedback": stored.feedback,
        "erase.roles": stored.roles,
        "erase.changes": stored.changes,
    }
    return [*lines, *(messages.plural(key, number) for key, number in counts.items() if number)]


def decide(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Remove what is stored, or keep it. A second tap finds nothing any more, and says so."""
    if press.argument != "yes":
        return Reply(ask.messages.text("erase.kept"))
    with context.database.write() as session:
        removed = erase(session, ask.chat_id, _person(ask))
    key = "erase.done" if removed else "erase.nothing"
    return Reply(ask.messages.text(key), menu_of=ask.user_id if removed.roles else 0)


def _person(ask: Ask) -> int | None:
    """Whose person is meant beside the chat: in a private chat who asks, in a group nobody in particular."""
    return ask.user_id if ask.private and ask.user_id else None
