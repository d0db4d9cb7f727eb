"""What an editor of figures types: a name, a value to pin, what a statement states, a name for what is split off.

A button asks by a message that is replied to; its last line says what it asks for, of which row, and how far the
history had come, so that nothing has to be remembered between the two. Numbers are read as in an article in the chat's
language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sqlmodel import Session

from bot.messages import quantity_text
from bot.messages.markup import shorten
from bot.telegram.buttons import Action, Press
from bot.telegram.cards import gone
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.editing import asking
from bot.telegram.figure_editing import By, chosen_statements, edited
from bot.telegram.figures import find_figure, label_for
from bot.telegram.statement_editing import find_statement
from bot.telegram.undoing import undo_button
from glossary.entries import Glossary
from glossary.figure_editing import correct_statement, pin_value, rename_figure, split_figure
from glossary.figure_views import FigureView, StatementView
from glossary.quantities import Quantity, read_quantity

_CODE = re.compile(r"#(?P<what>label|pin|states|split)\.(?P<row>\d{1,9})\.(?P<seen>\d{1,9})(?P<chosen>(?:\.\d{1,9})*)$")
_LABEL = 300
_SAID = 100


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a prompt asks for: a text of a figure, or the value of its `statement`; `code` is the prompt's last line."""

    code: str
    what: str
    row: int
    seen: int
    chosen: tuple[int, ...]
    figure: FigureView
    statement: StatementView | None

    @property
    def is_value(self) -> bool:
        """Whether a number is to be typed, and not a name."""
        return self.what in {"pin", "states"}


def is_prompt(text: str) -> bool:
    """Whether a message of ours asks for a text of a figure."""
    return _CODE.search(text) is not None


def prompt(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Ask for a name or a value, as a reply to this message: ``label.12.340``, ``states.55.340``."""
    glossary = context.glossary()
    with context.database.read() as session:
        asked = _read(session, glossary, f"#{press.own_argument}")
    if asked is None:
        return gone(ask)
    code, figure = asked.code, asked.figure
    if asked.what == "split":
        chosen = chosen_statements(ask, figure.id)
        if not chosen:
            return replace(gone(ask), keep=True)
        code = ".".join([code, *map(str, chosen)])
    label = shorten(label_for(ask, glossary, figure), _LABEL)
    return asking(ask.messages.text(f"figure_prompt.{asked.what}", label=label, said=_said(ask, asked)), code)


def typed(context: BotContext, ask: Ask) -> Reply | None:
    """What was typed in reply to a prompt; None where the message answers none of these."""
    if not is_prompt(ask.answers):
        return None
    glossary = context.glossary()
    with context.database.read() as session:
        asked = _read(session, glossary, ask.answers)
    if asked is None:
        return gone(ask)
    text = " ".join(ask.text.split())
    entered = read_quantity(text, ask.language, asked.figure.unit) if asked.is_value else text
    if entered is None:
        return Reply(ask.messages.text("figure_edit.no_quantity", text=shorten(text, _SAID)))

    def make(session: Session, by: By) -> None:
        _make(session, by, asked, entered)

    def say(session: Session, change: str) -> Reply:
        return _done(session, glossary, ask, asked, entered, change)

    return edited(context, ask, [asked.figure.id], asked.seen, make, say)


def _read(session: Session, glossary: Glossary, text: str) -> _Asked | None:
    """What the last line of a prompt asks for; None where that is no longer there."""
    found = _CODE.search(text)
    if found is None:
        return None
    row = int(found["row"])
    if found["what"] == "states":
        figure, statement = find_statement(session, glossary, row) or (None, None)
    else:
        figure, statement = find_figure(session, glossary, row), None
    if figure is None:
        return None
    chosen = tuple(int(part) for part in found["chosen"].split(".") if part)
    return _Asked(found[0], found["what"], row, int(found["seen"]), chosen, figure, statement)


def _make(session: Session, by: By, asked: _Asked, entered: Quantity | str) -> None:
    if isinstance(entered, Quantity):
        (pin_value if asked.what == "pin" else correct_statement)(session, asked.row, entered, **by)
    elif asked.what == "label":
        rename_figure(session, asked.row, entered, **by)
    else:
        split_figure(session, asked.row, asked.chosen, entered, **by)


def _said(ask: Ask, asked: _Asked) -> str:
    """What the statement was read as."""
    one = asked.statement
    return quantity_text(one.quantity, ask.language, asked.figure.measure) if one is not None else ""


def _done(session: Session, glossary: Glossary, ask: Ask, asked: _Asked, entered: Quantity | str, change: str) -> Reply:
    """What was done, with buttons to take it back, to the figure, and to the decision on a held statement."""
    # Read anew: it may have another name by now.
    figure = find_figure(session, glossary, asked.figure.id) or asked.figure
    label = shorten(label_for(ask, glossary, figure), _LABEL)
    value = quantity_text(entered, ask.language, figure.measure) if isinstance(entered, Quantity) else entered
    edit = ask.own(Action.FIGURE_EDIT, f"{figure.id}.0")
    buttons = [undo_button(ask, change), Button(ask.messages.plain("button.edit"), edit, beside=True)]
    if asked.statement is not None and asked.statement.held:
        queue = ask.own(Action.HELD_NEXT, asked.statement.id - 1)
        buttons.append(Button(ask.messages.plain("button.decide"), queue, beside=True))
    done = ask.messages.text(f"figure_typed.{asked.what}", label=label, value=value, said=_said(ask, asked))
    return Reply(done, tuple(buttons))
