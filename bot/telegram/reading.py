"""Answers that change nothing: the tour, help, a name looked up, the glossary as a file."""

from __future__ import annotations

from bot.messages.markup import join, shorten
from bot.telegram.buttons import Action
from bot.telegram.cards import card, choices
from bot.telegram.context import Ask, BotContext, File, Reply
from bot.telegram.figures import show_figure
from bot.telegram.names import LONGEST, find_name
from bot.telegram.roles import commands_of
from glossary.exchange.csv_format import export_csv

#: The commands in the order in which help and menu list them; each has a description in the catalogues.
COMMAND_NAMES = (
    "subscribe",
    "unsubscribe",
    "subscriptions",
    "search",
    "glossary",
    "figures",
    "latest",
    "export",
    "settings",
    "mute",
    "unmute",
    "quiet",
    "timezone",
    "language",
    "privacy",
    "delete_me",
    "help",
    "start",
)


def start(context: BotContext, ask: Ask) -> Reply:
    """The short tour; behind a link to an entity or a figure (``t.me/bot?start=e-kursk-oblast``, ``f-12``), that."""
    kind, _, target = ask.text.partition("-")
    if kind == "f" and target.isdecimal() and len(target) <= 18:
        return show_figure(context, ask, int(target))
    entry = context.glossary().get(target) if kind == "e" else None
    if entry is not None:
        with context.database.read() as session:
            return card(session, context.glossary(), ask, entry)
    return Reply(join("\n\n", [ask.messages.text("start"), help_(context, ask).html]))


def help_(_context: BotContext, ask: Ask) -> Reply:
    """All commands."""
    lines = [
        ask.messages.text("help.line", command=name, description=ask.messages.plain(f"command.{name}"))
        for name in (*COMMAND_NAMES, *commands_of(ask.role))
    ]
    return Reply(ask.messages.text("help", commands=join("\n", lines)))


def search(context: BotContext, ask: Ask) -> Reply:
    """An entity's card, or the entities that a name may mean."""
    if not ask.text:
        return Reply(ask.messages.text("search.how"))
    if len(ask.text) > LONGEST:
        return Reply(ask.messages.text("name.long", limit=LONGEST))
    glossary = context.glossary()
    found = find_name(glossary, " ".join(ask.text.split()))
    with context.database.read() as session:
        if found.entry is not None:
            return card(session, glossary, ask, found.entry)
        key = "search.several" if found.exact else "search.near"
        return choices(session, ask, found, key, Action.CARD)


def export(context: BotContext, ask: Ask) -> Reply:
    """The glossary as a CSV file."""
    glossary = context.glossary()
    if not glossary.entries:
        return Reply(ask.messages.text("export.empty"))
    caption = ask.messages.plural("export.caption", len(glossary.entries))
    name = f"exonym-glossary-{context.clock():%Y-%m-%d}.csv"
    return Reply(caption, file=File(name, export_csv(glossary)))


def unknown_command(_context: BotContext, ask: Ask) -> Reply:
    """There is no such command; `text` is the command."""
    return Reply(ask.messages.text("unknown.command", command=shorten(ask.text, LONGEST)))


def unknown_content(_context: BotContext, ask: Ask) -> Reply:
    """A picture, a voice message: nothing that can be looked up."""
    return Reply(ask.messages.text("unknown.content"))
