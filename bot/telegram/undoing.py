"""Taking back what an editor has just done, by a button under the message that says so.

Owns `undo_button` and `take_back`, for every editing answer. What an undo refuses and why is in `glossary.history`.
"""

from __future__ import annotations

from bot.messages.markup import shorten
from bot.telegram.buttons import Action, Press, encode_own
from bot.telegram.context import Ask, BotContext, Button, Reply
from glossary.history import UndoRefusedError, UnknownChangeError, get_change, undo

_LONGEST_SUMMARY = 300


def undo_button(ask: Ask, change: str) -> Button:
    """The button that takes a change back; its maker's alone."""
    return Button(ask.messages.plain("button.undo"), encode_own(ask.user_id, Action.UNDO, change))


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
        except UndoRefusedError:
            return Reply(ask.messages.text("undo.refused"), toast=ask.messages.plain("undo.refused"), keep=True)
    again = Button(ask.messages.plain("button.redo"), encode_own(ask.user_id, Action.UNDO, made))
    return Reply(
        ask.messages.text("undo.done", summary=shorten(change.summary, _LONGEST_SUMMARY)),
        (again,),
        toast=ask.messages.plain("button.undone"),
    )


def actor_of(ask: Ask) -> str:
    """Who the history names for what is done in the chat."""
    return f"telegram:{ask.user_id}"
