"""Answers that change nothing: the tour, help, a name looked up, the glossary as a file."""

from __future__ import annotations

from typing import get_args

from bot.messages.markup import join, shorten
from bot.telegram.buttons import Action
from bot.telegram.cards import card, choices
from bot.telegram.context import Ask, BotContext, File, Reply
from bot.telegram.figures import show_figure
from bot.telegram.names import LONGEST, find_name, type_of
from bot.telegram.roles import commands_of
from glossary.exchange import Format, export_glossary

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
    """``/export``, ``/export tbx places``, ``/export json Ukraine``: the glossary as a file, or a type, or what is part
    of an entry with that itself.
    """
    glossary = context.glossary()
    words = ask.text.split()
    format_ = next((word.lower() for word in words if word.lower() in get_args(Format)), "csv")
    wanted = " ".join(word for word in words if word.lower() not in get_args(Format))
    chosen = frozenset(glossary.entries)
    if wanted:
        type_, entry = type_of(ask.messages, wanted), find_name(glossary, wanted[:LONGEST]).entry
        if type_ is not None:
            chosen = frozenset(slug for slug, one in glossary.entries.items() if one.type is type_)
        elif entry is not None:
            chosen = glossary.parts(entry.slug) | {entry.slug}
        else:
            return Reply(ask.messages.text("export.how"))
    if not chosen:
        return Reply(ask.messages.text("export.empty"))
    name = f"exonym-glossary-{context.clock():%Y-%m-%d}.{format_}"
    content = export_glossary(glossary, format_, lambda one: one.slug in chosen)
    return Reply(ask.messages.plural("export.caption", len(chosen)), file=File(name, content))


def unknown_command(_context: BotContext, ask: Ask) -> Reply:
    """There is no such command; `text` is the command."""
    return Reply(ask.messages.text("unknown.command", command=shorten(ask.text, LONGEST)))


def unknown_content(_context: BotContext, ask: Ask) -> Reply:
    """A picture, a voice message: nothing that can be looked up."""
    return Reply(ask.messages.text("unknown.content"))
