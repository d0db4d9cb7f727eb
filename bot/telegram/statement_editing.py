"""Editing one statement of a figure in the chat: withdrawing it, bringing it back, pinning, holding and judging it.

Its value is typed, in `figure_typing`; the statements that wait for an editor come one after another in `held`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial

from sqlmodel import Session

from bot.messages import Html, quantity_text
from bot.messages.markup import join, shorten
from bot.telegram.buttons import Action, Press, row_id
from bot.telegram.cards import gone
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.figure_editing import TOAST, Edit, FigureStep, edited, heading, stated, step_button, with_done
from bot.telegram.figures import find_figure
from glossary.entries import Glossary
from glossary.figure_editing import (
    hold_statement,
    pin_statement,
    reject_statement,
    release_statement,
    withdraw_statement,
)
from glossary.figure_history import history_revision
from glossary.figure_views import FigureView, StatementView
from glossary.models import Statement

_SENTENCE = 900


class StatementStep(StrEnum):
    """What is done to a statement by one tap, by its sign in a button."""

    WITHDRAW = "w"
    REINSTATE = "b"
    PIN = "p"
    HOLD = "h"
    RELEASE = "a"
    REJECT = "r"


_EDITS: dict[StatementStep, Edit] = {
    StatementStep.WITHDRAW: withdraw_statement,
    StatementStep.REINSTATE: partial(withdraw_statement, withdrawn=False),
    StatementStep.PIN: pin_statement,
    StatementStep.HOLD: hold_statement,
    StatementStep.RELEASE: release_statement,
    StatementStep.REJECT: reject_statement,
}


# --- The view ---------------------------------------------------------------------------------------------------------


def show(context: BotContext, ask: Ask, press: Press) -> Reply:
    """One statement, by its button in the view of its figure."""
    glossary = context.glossary()
    with context.database.read() as session:
        return view(session, glossary, ask, row_id(press.own_argument))


def view(session: Session, glossary: Glossary, ask: Ask, statement_id: int) -> Reply:
    """A statement with its sentence, its source and its figure, and what can be done to it."""
    found = find_statement(session, glossary, statement_id)
    if found is None:
        return gone(ask)
    figure, one = found
    messages, seen = ask.messages, history_revision(session)
    offered = [step for step, fits in _offers(figure, one).items() if fits]
    buttons = [
        Button(messages.plain(f"statement_step.{step.name.lower()}"),
               ask.own(Action.STATEMENT_STEP, f"{step.value}.{one.id}.{seen}"), place % 2 > 0)
        for place, step in enumerate(offered)
    ]  # fmt: skip
    if figure.pin is not None and one.id == figure.current_id:
        buttons.append(step_button(ask, FigureStep.UNPIN, figure.id, seen))
    buttons += [
        Button(messages.plain("button.correct"), ask.own(Action.FIGURE_PROMPT, f"states.{one.id}.{seen}")),
        Button(messages.plain("button.back"), ask.own(Action.FIGURE_EDIT, f"{figure.id}.0"), beside=True),
    ]
    return Reply(described(ask, glossary, figure, one), tuple(buttons))


def find_statement(session: Session, glossary: Glossary, statement_id: int) -> tuple[FigureView, StatementView] | None:
    """A statement with the figure that it is of or held for; None for one of no figure, or of a text since replaced."""
    row = session.get(Statement, statement_id)
    figure = find_figure(session, glossary, (row.figure_id or row.held_figure_id or 0) if row is not None else 0)
    if figure is None:
        return None
    found = (one for one in (*figure.statements, *figure.held, *figure.rejected) if one.id == statement_id)
    return next(((figure, one) for one in found), None)


def described(ask: Ask, glossary: Glossary, figure: FigureView, one: StatementView) -> Html:
    """A statement as an editor judges it: beside its figure, with its sentence and the link to its article."""
    messages = ask.messages
    lines = [
        heading(ask, glossary, figure),
        Html(""),
        stated(ask, glossary, figure, one),
        messages.text("figure_edit.sentence", sentence=shorten(one.sentence or one.title, _SENTENCE)),
    ]
    if one.counts:
        stands = messages.plain(f"stands.{one.relation.value}")
        lines.append(messages.text("figure_edit.relation", relation=stands))
    return join("\n", lines)


def _offers(figure: FigureView, one: StatementView) -> dict[StatementStep, bool]:
    """Which steps fit a statement as it stands; a pinned one is unpinned before anything else."""
    free = not one.held and not one.withdrawn and not (figure.pin is not None and one.id == figure.current_id)
    return {
        StatementStep.PIN: free,
        StatementStep.WITHDRAW: free,
        StatementStep.HOLD: free,
        StatementStep.RELEASE: one.held and not one.withdrawn,
        StatementStep.REJECT: one.held and not one.withdrawn,
        StatementStep.REINSTATE: one.withdrawn,
    }


# --- What is done by one tap ------------------------------------------------------------------------------------------


def take_step(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Withdraw a statement, bring it back, hold, release, reject or pin it: ``w.55.340``; that statement then."""
    glossary = context.glossary()
    return step_and_show(context, ask, press, lambda session, number: view(session, glossary, ask, number))


def step_and_show(context: BotContext, ask: Ask, press: Press, then: Callable[[Session, int], Reply]) -> Reply:
    """One step on one statement; `then` gives what is shown then, under what was done."""
    sign, statement_id, seen = press.own_parts(3)
    if sign not in set(StatementStep):
        return gone(ask)
    step, number = StatementStep(sign), row_id(statement_id)
    glossary = context.glossary()
    with context.database.read() as session:
        found = find_statement(session, glossary, number)
    if found is None:
        return gone(ask)
    figure, one = found
    value = quantity_text(one.quantity, ask.language, figure.measure)

    def say(session: Session, change: str) -> Reply:
        key = f"statement_done.{step.name.lower()}"
        done = ask.messages.text(key, value=value)
        toast = ask.messages.plain(key, value=shorten(value, TOAST))
        return with_done(ask, then(session, number), change, done, toast)

    return edited(context, ask, [figure.id], row_id(seen),
                  lambda session, by: _EDITS[step](session, number, **by), say)  # fmt: skip
