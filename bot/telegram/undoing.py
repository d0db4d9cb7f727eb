"""Taking back what an editor has just done, by a button under the message that says so.

Owns `undo_button` and `take_back`, for every editing answer, and the list of changes. What an undo refuses, and why, is
in `glossary.history`.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.messages import Html
from bot.messages.markup import join, shorten
from bot.messages.sayings import say_actor, say_summary
from bot.messages.wording import date_text
from bot.telegram.buttons import Action, Press
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.refusing import refused
from glossary.history import Change, UndoRefusedError, UnknownChangeError, get_change, list_changes, undo

_LONGEST_SUMMARY = 300
_CHANGES = 8  # of a page, one button each


def undo_button(ask: Ask, change: str) -> Button:
    """The button that takes a change back; its maker's alone."""
    return Button(ask.messages.plain("button.undo"), ask.own(Action.UNDO, change))


def take_back(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Undo a change; the message says so, and its button makes the change again."""
    with context.database.write() as session:
        try:
            change = get_change(session, press.own_argument)
            if change.undone:
                return Reply(ask.messages.text("undo.already"), toast=ask.messages.plain("undo.already"), keep=True)
            made = undo(session, change.id, actor=actor_of(ask), now=context.clock())
        except UnknownChangeError:
            return Reply(ask.messages.text("button.gone"), toast=ask.messages.plain("button.gone"), keep=True)
        except UndoRefusedError as error:
            return refused(ask, error)
    again = Button(ask.messages.plain("button.redo"), ask.own(Action.UNDO, made))
    return Reply(
        ask.messages.text("undo.done", summary=_summary(ask, change)),
        (again,),
        toast=ask.messages.plain("button.undone"),
    )


def history(context: BotContext, ask: Ask) -> Reply:
    """The newest changes of the glossary and its figures, with a button to take each back."""
    with context.database.read() as session:
        return _changes(session, ask, None)


def earlier(context: BotContext, ask: Ask, press: Press) -> Reply:
    """The changes before one."""
    with context.database.read() as session:
        try:
            return _changes(session, ask, press.own_argument)
        except UnknownChangeError:
            return Reply(ask.messages.text("button.gone"), toast=ask.messages.plain("button.gone"), keep=True)


def _changes(session: Session, ask: Ask, before: str | None) -> Reply:
    found = list_changes(session, limit=_CHANGES + 1, before=before)
    messages = ask.messages
    if not found:
        return Reply(messages.text("history.none"))
    lines = [messages.text("history.heading"), Html("")]
    buttons: list[Button] = []
    for number, change in enumerate(found[:_CHANGES], start=1):
        key = "history.undone" if change.undone else "history.line"
        when = f"{date_text(change.at.date(), ask.language)} {change.at:%H:%M}"
        who = say_actor(messages, change.actor)
        lines.append(messages.text(key, number=number, when=when, actor=who, summary=_summary(ask, change)))
        if not change.undone:
            data = ask.own(Action.UNDO, change.id)
            buttons.append(Button(f"↩ {number}", data, beside=len(buttons) % 4 > 0))
    if len(found) > _CHANGES:
        buttons.append(Button("▶", ask.own(Action.HISTORY, found[_CHANGES - 1].id)))
    return Reply(join("\n", lines), tuple(buttons))


def _summary(ask: Ask, change: Change) -> str:
    return shorten(say_summary(ask.messages, change.summary), _LONGEST_SUMMARY)


def actor_of(ask: Ask) -> str:
    """Who the history names for what is done in the chat."""
    return f"telegram:{ask.user_id}"
