"""What an editor of figures types: a name, a value to pin, what a statement states, a name for what is split off.

A button asks by a message that is replied to; its last line says what it asks for, of which row, and how far the
history had come, so that nothing has to be remembered between the two. Numbers are read as in an article in the chat's
language.
"""

from __future__ import annotations

import re
from dataclasses import replace

from sqlmodel import Session

from bot.messages import quantity_text
from bot.messages.markup import shorten
from bot.telegram.buttons import Action, Press, row_id
from bot.telegram.cards import gone
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.editing import asking
from bot.telegram.figure_editing import By, chosen_statements, edited, find_statement
from bot.telegram.figures import find_figure, label_for
from bot.telegram.undoing import undo_button
from glossary.entries import Glossary
from glossary.figure_editing import correct_statement, pin_value, rename_figure, split_figure
from glossary.figure_views import FigureView, StatementView
from glossary.quantities import Quantity, read_quantity

_CODE = re.compile(r"#(?P<what>label|pin|states|split)\.(?P<row>\d{1,9})\.(?P<seen>\d{1,9})(?P<chosen>(?:\.\d{1,9})*)$")
_LABEL = 300
_SAID = 100


def prompt(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Ask for a name or a value, as a reply to this message: ``label.12.340``, ``states.55.340``."""
    code = f"#{press.own_argument}"
    asked = _CODE.match(code)
    if asked is None:
        return gone(ask)
    what, glossary = asked["what"], context.glossary()
    with context.database.read() as session:
        found = _found(session, glossary, what, int(asked["row"]))
    if found is None:
        return gone(ask)
    figure, one = found
    if what == "split":
        chosen = chosen_statements(ask, figure.id)
        if not chosen:
            return replace(gone(ask), keep=True)
        code += "".join(f".{statement_id}" for statement_id in chosen)
    label = shorten(label_for(ask, glossary, figure), _LABEL)
    said = quantity_text(one.quantity, ask.language, figure.measure) if one is not None else ""
    return asking(ask.messages.text(f"figure_prompt.{what}", label=label, said=said), code)


def is_prompt(text: str) -> bool:
    """Whether a message of ours asks for a text of a figure."""
    return _CODE.search(text) is not None


def typed(context: BotContext, ask: Ask) -> Reply | None:
    """What was typed in reply to a prompt; None where the message answers none of these."""
    asked = _CODE.search(ask.answers)
    if asked is None:
        return None
    what, row, glossary = asked["what"], int(asked["row"]), context.glossary()
    with context.database.read() as session:
        found = _found(session, glossary, what, row)
    if found is None:
        return gone(ask)
    figure, one = found
    text = " ".join(ask.text.split())
    quantity = read_quantity(text, ask.language, figure.unit) if what in {"pin", "states"} else None
    if quantity is None and what in {"pin", "states"}:
        return Reply(ask.messages.text("figure_edit.no_quantity", text=shorten(text, _SAID)))
    chosen = [row_id(part) for part in asked["chosen"].split(".") if part]
    return edited(
        context,
        ask,
        [figure.id],
        int(asked["seen"]),
        lambda session, by: _make(session, by, what, row, quantity or text, chosen),
        lambda session, change: _done(session, glossary, ask, what, figure.id, one, change, quantity or text),
    )


def _make(session: Session, by: By, what: str, row: int, entered: Quantity | str, chosen: list[int]) -> None:
    if isinstance(entered, Quantity):
        (pin_value if what == "pin" else correct_statement)(session, row, entered, **by)
    elif what == "label":
        rename_figure(session, row, entered, **by)
    else:
        split_figure(session, row, chosen, entered, **by)


def _found(session: Session, glossary: Glossary, what: str, row: int) -> tuple[FigureView, StatementView | None] | None:
    """The figure that is asked about, and the statement where it is one that is asked about."""
    if what == "states":
        return find_statement(session, glossary, row)
    figure = find_figure(session, glossary, row)
    return (figure, None) if figure is not None else None


def _done(
    session: Session,
    glossary: Glossary,
    ask: Ask,
    what: str,
    figure_id: int,
    one: StatementView | None,
    change: str,
    entered: Quantity | str,
) -> Reply:
    """What was done, with buttons to take it back, to the figure, and to the decision on a held statement."""
    figure = find_figure(session, glossary, figure_id)
    if figure is None:
        return gone(ask)
    label = shorten(label_for(ask, glossary, figure), _LABEL)
    said = quantity_text(one.quantity, ask.language, figure.measure) if one is not None else ""
    value = quantity_text(entered, ask.language, figure.measure) if isinstance(entered, Quantity) else entered
    edit = ask.own(Action.FIGURE_EDIT, f"{figure_id}.0")
    buttons = [undo_button(ask, change), Button(ask.messages.plain("button.edit"), edit, beside=True)]
    if one is not None and one.held:
        queue = ask.own(Action.HELD_NEXT, one.id - 1)
        buttons.append(Button(ask.messages.plain("button.decide"), queue, beside=True))
    return Reply(ask.messages.text(f"figure_typed.{what}", label=label, value=value, said=said), tuple(buttons))
