"""Editing a figure in the chat by what is tapped: unpinning and retiring it, merging two, splitting statements off.

What can be tapped is in the button: the rows, and how far the history had come when the editor looked, so that the
later of two editors is told. The statements that are to be split off are in the buttons of the message that lets choose
them. One statement is edited in `statement_editing`, what must be typed is asked for in `figure_typing`. What may be
done, and its history, is `glossary.figure_editing`'s; who is told of it, `bot.corrections`'.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Protocol, TypedDict

from sqlmodel import Session

from bot.messages import Html, quantity_text
from bot.messages.markup import join, shorten
from bot.messages.wording import entity_name
from bot.telegram.buttons import Action, Press, decode, row_id
from bot.telegram.cards import gone
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.figures import current_for, find_figure, is_listed, label_for, statement_line
from bot.telegram.refusing import refused
from bot.telegram.undoing import actor_of, undo_button
from glossary.entries import Glossary
from glossary.errors import GlossaryError
from glossary.figure_editing import (
    merge_figures,
    retire_figure,
    unpin_figure,
)
from glossary.figure_history import edited_since, history_revision
from glossary.figure_views import FigureView, StatementView, list_figures
from glossary.history import list_changes

_PAGE = 8  # statements, or figures to choose from, in one message
_UNLISTED = 40  # figures that readers are not shown; each gets a button
#: The most statements that are split off at once: their buttons are in the message on every page.
MOST_CHOSEN = 24
_LABEL = 300
_BUTTON = 60
TOAST = 80  # of a label or value in what is shown over the chat, which takes 200 characters


class By(TypedDict):
    """Who edits, and when."""

    actor: str
    now: datetime


class Edit(Protocol):
    """An edit of one figure or statement by its row's id; `glossary.figure_editing` has them."""

    def __call__(self, session: Session, row: int, /, *, actor: str, now: datetime) -> None:
        """Make the edit; raises `EditRefusedError` where it cannot be made."""


class FigureStep(StrEnum):
    """What is done to a figure by one tap, by its sign in a button."""

    RETIRE = "r"
    RESTORE = "g"
    UNPIN = "u"


_FIGURE_EDITS: dict[FigureStep, Edit] = {
    FigureStep.RETIRE: retire_figure,
    FigureStep.RESTORE: partial(retire_figure, retired=False),
    FigureStep.UNPIN: unpin_figure,
}
# --- The views --------------------------------------------------------------------------------------------------------


def show(context: BotContext, ask: Ask, press: Press) -> Reply:
    """A figure to edit, and a page of its statements: ``12.0``."""
    figure_id, page = press.own_parts(2)
    glossary = context.glossary()
    with context.database.read() as session:
        return figure_view(session, glossary, ask, row_id(figure_id), row_id(page))


def figure_view(session: Session, glossary: Glossary, ask: Ask, figure_id: int, page: int = 0) -> Reply:
    """A figure with all its statements, a button each, and what can be done to it."""
    figure = find_figure(session, glossary, figure_id)
    if figure is None:
        return gone(ask)
    messages, seen = ask.messages, history_revision(session)
    told = sorted((*figure.statements, *figure.held, *figure.rejected), key=lambda one: one.id, reverse=True)
    pages = max(1, -(-len(told) // _PAGE))
    page = min(page, pages - 1)
    lines = [heading(ask, glossary, figure), Html("")]
    buttons: list[Button] = []
    for place, one in enumerate(told[page * _PAGE : (page + 1) * _PAGE]):
        number = page * _PAGE + place + 1
        lines.append(Html(f"{number}. {stated(ask, glossary, figure, one)}"))
        buttons.append(Button(str(number), ask.own(Action.STATEMENT, one.id), beside=place % 4 > 0))
    buttons += _turning(ask, Action.FIGURE_EDIT, figure_id, page, pages)
    turn = FigureStep.RESTORE if figure.retired else FigureStep.RETIRE
    buttons += [
        Button(messages.plain("button.rename"), ask.own(Action.FIGURE_PROMPT, f"label.{figure_id}.{seen}")),
        step_button(ask, turn, figure_id, seen, beside=True),
        Button(messages.plain("button.pin_value"), ask.own(Action.FIGURE_PROMPT, f"pin.{figure_id}.{seen}")),
    ]
    if figure.pin is not None:
        buttons.append(step_button(ask, FigureStep.UNPIN, figure_id, seen, beside=True))
    buttons.append(Button(messages.plain("button.merge"), ask.own(Action.FIGURE_MERGE, f"{figure_id}.0")))
    if len(figure.statements) > 1:
        split = ask.own(Action.FIGURE_SPLIT, f"{figure_id}.0")
        buttons.append(Button(messages.plain("button.split"), split, beside=True))
    return Reply(join("\n", lines), tuple(buttons))


def heading(ask: Ask, glossary: Glossary, figure: FigureView) -> Html:
    """What a figure counts and its current value, and what an editor has done to it."""
    messages = ask.messages
    label = shorten(label_for(ask, glossary, figure), _LABEL)
    lines = [messages.text("figure_edit.heading", label=label, current=current_for(ask, figure))]
    if figure.pin is not None:
        lines.append(messages.text("figure.pinned"))
        if figure.latest is not None:
            latest = quantity_text(figure.latest, ask.language, figure.measure)
            lines.append(messages.text("figure_edit.latest", latest=latest))
    if figure.retired:
        lines.append(messages.text("figure.retired"))
    return join("\n", lines)


def stated(ask: Ask, glossary: Glossary, figure: FigureView, one: StatementView) -> Html:
    """A statement in a line, with what an editor must know of it."""
    state = _state(figure, one)
    line = statement_line(ask, glossary, figure, one)
    return line if state is None else Html(f"{line} · {ask.messages.text(f'statement_state.{state}')}")


def _state(figure: FigureView, one: StatementView) -> str | None:
    """How a statement stands; None for one that counts and is not the current one."""
    if one.held:
        return "rejected" if one.withdrawn else "held"
    if one.id == figure.current_id:
        return "pinned" if figure.pin is not None else "current"
    states = {"withdrawn": one.withdrawn, "superseded": one.superseded, "part": one.part}
    return next((state for state, holds in states.items() if holds), None)


def _turning(ask: Ask, action: Action, figure_id: int, page: int, pages: int) -> list[Button]:
    turns = [(sign, to) for sign, to in (("◀", page - 1), ("▶", page + 1)) if 0 <= to < pages]
    return [
        Button(sign, ask.own(action, f"{figure_id}.{to}"), beside=place > 0) for place, (sign, to) in enumerate(turns)
    ]


def step_button(ask: Ask, step: FigureStep, figure_id: int, seen: int, *, beside: bool = False) -> Button:
    """A button that does one step on a figure."""
    words = ask.messages.plain(f"figure_step.{step.name.lower()}")
    return Button(words, ask.own(Action.FIGURE_STEP, f"{step.value}.{figure_id}.{seen}"), beside)


def show_unlisted(context: BotContext, ask: Ask, _press: Press) -> Reply:
    """The figures that readers are not shown: retired ones, and those of which no statement counts."""
    glossary = context.glossary()
    with context.database.read() as session:
        found = [one for one in list_figures(session, glossary) if not is_listed(one)]
    if not found:
        return replace(gone(ask), fresh=True)
    shown = found[: -_UNLISTED - 1 : -1]
    buttons = tuple(_figure_button(ask, glossary, one, ask.own(Action.FIGURE_EDIT, one.id)) for one in shown)
    return Reply(ask.messages.plural("figure_edit.unlisted", len(found)), buttons, fresh=True)


def _figure_button(ask: Ask, glossary: Glossary, figure: FigureView, data: str) -> Button:
    current = shorten(current_for(ask, figure), _BUTTON // 3)
    return Button(f"{shorten(label_for(ask, glossary, figure), _BUTTON - len(current))} · {current}", data)


# --- What is done by one tap ------------------------------------------------------------------------------------------


def take_step(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Retire a figure, take it up again or unpin it: ``r.12.340``; the figure as it is then."""
    sign, figure_id, seen = press.own_parts(3)
    if sign not in set(FigureStep):
        return gone(ask)
    step, number = FigureStep(sign), row_id(figure_id)
    glossary = context.glossary()

    def say(session: Session, change: str) -> Reply:
        done = ask.messages.plain(f"figure_done.{step.name.lower()}")
        return with_done(ask, figure_view(session, glossary, ask, number), change, done, done)

    return edited(context, ask, [number], row_id(seen), lambda session, by: _FIGURE_EDITS[step](session, number, **by),
                  say)  # fmt: skip


# --- Merging ----------------------------------------------------------------------------------------------------------


def choose_winner(context: BotContext, ask: Ask, press: Press) -> Reply:
    """The figures that count the same in the same unit, to merge one into, those of its subject first: ``12.0``."""
    figure_id, page_ = press.own_parts(2)
    glossary = context.glossary()
    with context.database.read() as session:
        found = {one.id: one for one in list_figures(session, glossary)}
    loser = found.pop(row_id(figure_id), None)
    if loser is None:
        return gone(ask)
    fitting = [one for one in found.values() if (one.measure, one.unit) == (loser.measure, loser.unit)]
    fitting.sort(key=lambda one: (one.subject != loser.subject, one.place != loser.place, -one.id))
    back = Button(ask.messages.plain("button.back"), ask.own(Action.FIGURE_EDIT, f"{loser.id}.0"))
    label = shorten(label_for(ask, glossary, loser), _LABEL)
    if not fitting:
        return Reply(ask.messages.text("figure_edit.no_winner", label=label), (back,))
    pages = -(-len(fitting) // _PAGE)
    page = min(row_id(page_), pages - 1)
    buttons = [
        _figure_button(ask, glossary, one, ask.own(Action.FIGURE_MERGE_INTO, f"{loser.id}.{one.id}"))
        for one in fitting[page * _PAGE : (page + 1) * _PAGE]
    ]
    buttons += _turning(ask, Action.FIGURE_MERGE, loser.id, page, pages)
    return Reply(ask.messages.text("figure_edit.which_winner", label=label), (*buttons, back))


def merge(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Merge a figure into another: ``12.15`` asks, ``12.15.340`` does it; the one that stays as it is then."""
    gone_id, kept_id, seen = press.own_parts(3)
    glossary = context.glossary()
    with context.database.read() as session:
        loser, winner = (find_figure(session, glossary, row_id(one)) for one in (gone_id, kept_id))
        now = history_revision(session)
    if loser is None or winner is None:
        return gone(ask)
    names = {"loser": label_for(ask, glossary, loser), "winner": label_for(ask, glossary, winner)}
    long = {name: shorten(label, _LABEL) for name, label in names.items()}
    if not seen:
        values = {"loser_value": current_for(ask, loser), "winner_value": current_for(ask, winner)}
        sure = ask.messages.plural("figure_edit.merge_sure", len(loser.statements), **long, **values)
        do = ask.own(Action.FIGURE_MERGE_INTO, f"{loser.id}.{winner.id}.{now}")
        back = ask.own(Action.FIGURE_MERGE, f"{loser.id}.0")
        buttons = (Button(ask.messages.plain("button.merge_sure"), do),
                   Button(ask.messages.plain("button.back"), back, beside=True))  # fmt: skip
        return Reply(sure, buttons)

    def make(session: Session, by: By) -> None:
        merge_figures(session, loser.id, winner.id, **by)

    def say(session: Session, change: str) -> Reply:
        done = ask.messages.text("figure_done.merge", **long)
        toast = ask.messages.plain("figure_done.merge", **{name: shorten(one, TOAST) for name, one in names.items()})
        return with_done(ask, figure_view(session, glossary, ask, winner.id), change, done, toast)

    return edited(context, ask, [loser.id, winner.id], row_id(seen), make, say)


# --- Splitting --------------------------------------------------------------------------------------------------------


def choose_statements(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Choose the statements to split off a figure: ``12.0`` shows a page, ``12.0.+55`` and ``12.0.-55`` choose or not.

    Those chosen stand first on every page, since it is their buttons that remember them.
    """
    figure_id, page_, turned = press.own_parts(3)
    glossary = context.glossary()
    with context.database.read() as session:
        figure = find_figure(session, glossary, row_id(figure_id))
        seen = history_revision(session)
    if figure is None:
        return gone(ask)
    chosen, statement_id = chosen_statements(ask, figure.id), row_id(turned[1:])
    if turned.startswith("+") and statement_id not in chosen:
        if len(chosen) >= MOST_CHOSEN:
            most = ask.messages.plain("figure_edit.most_chosen", limit=MOST_CHOSEN)
            return Reply(ask.messages.text("figure_edit.most_chosen", limit=MOST_CHOSEN), toast=most, keep=True)
        chosen.append(statement_id)
    elif turned.startswith("-") and statement_id in chosen:
        chosen.remove(statement_id)
    return _choosing(ask, glossary, figure, chosen, row_id(page_), seen)


def chosen_statements(ask: Ask, figure_id: int) -> list[int]:
    """The statements of a figure that the message of a tapped button has as chosen."""
    found = []
    for press in map(decode, ask.keyboard):
        if press is not None and press.action is Action.FIGURE_SPLIT:
            of, _page, turned = press.own_parts(3)
            if row_id(of) == figure_id and turned.startswith("-"):
                found.append(row_id(turned[1:]))
    return found


def _choosing(ask: Ask, glossary: Glossary, figure: FigureView, chosen: Collection[int], page: int, seen: int) -> Reply:
    messages = ask.messages
    newest = list(reversed(figure.statements))
    taken = [one for one in newest if one.id in chosen]
    left = [one for one in newest if one.id not in chosen]
    pages = max(1, -(-len(left) // _PAGE))
    page = min(page, pages - 1)
    buttons = [
        Button(f"{sign} {_brief(ask, glossary, figure, one)}",
               ask.own(Action.FIGURE_SPLIT, f"{figure.id}.{page}.{turn}{one.id}"))
        for sign, turn, some in (("☑", "-", taken), ("☐", "+", left[page * _PAGE : (page + 1) * _PAGE]))
        for one in some
    ]  # fmt: skip
    buttons += _turning(ask, Action.FIGURE_SPLIT, figure.id, page, pages)
    if taken and left:
        name = ask.own(Action.FIGURE_PROMPT, f"split.{figure.id}.{seen}")
        buttons.append(Button(messages.plain("button.split_name"), name))
    back = ask.own(Action.FIGURE_EDIT, f"{figure.id}.0")
    label = shorten(label_for(ask, glossary, figure), _LABEL)
    lines = [messages.text("figure_edit.split", label=label), messages.plural("figure_edit.chosen", len(taken))]
    return Reply(join("\n", lines), (*buttons, Button(messages.plain("button.back"), back)))


def _brief(ask: Ask, glossary: Glossary, figure: FigureView, one: StatementView) -> str:
    """A statement on a button: its value, who states it, its day."""
    claimant = entity_name(glossary, one.claimant, ask.language) if one.claimant else one.claimant_name or one.outlet
    value = shorten(quantity_text(one.quantity, ask.language, figure.measure), 24)
    return shorten(f"{value} · {one.day or '–'} · {claimant}", _BUTTON)


# --- What the edits have in common ------------------------------------------------------------------------------------


def edited(
    context: BotContext,
    ask: Ask,
    figures: Collection[int],
    seen: int,
    edit: Callable[[Session, By], object],
    say: Callable[[Session, str], Reply],
) -> Reply:
    """Make an edit of figures, unless another editor made one after `seen`; `say` answers with its change."""
    by: By = {"actor": actor_of(ask), "now": context.clock()}
    try:
        with context.database.write() as session:
            if any(edited_since(session, one, seen, but=by["actor"]) for one in figures):
                key = "figure_edit.outdated"
                return Reply(ask.messages.text(key), toast=ask.messages.plain(key), keep=True)
            edit(session, by)
            return say(session, list_changes(session, limit=1)[0].id)
    except GlossaryError as error:
        return refused(ask, error)


def with_done(ask: Ask, shown: Reply, change: str, done: str, toast: str) -> Reply:
    """What is shown after an edit, under the words for what was done, with the button that takes it back."""
    html = join("\n\n", [ask.messages.text("figure_edit.done", done=done), shown.html])
    return replace(shown, html=html, buttons=(undo_button(ask, change), *shown.buttons), toast=toast)
