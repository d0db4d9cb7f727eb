"""The known figures: `exonym figures ...`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from bot.cli.options import ACTOR, LARGEST_NUMBER, AsJson, ListsByDefault
from bot.cli.printing import (
    now,
    print_json,
    print_line,
    print_table,
    said,
    slug_of,
)
from bot.errors import BotError
from bot.settings import load_settings
from translations.languages import Language

if TYPE_CHECKING:
    from sqlmodel import Session

    from glossary.entries import Glossary
    from glossary.figure_views import FigureView, StatementView
    from glossary.models import Figure, Statement
    from glossary.quantities import Quantity


group = typer.Typer(cls=ListsByDefault, help="The known figures: list them with who says what, and put them right.")

FigureId = Annotated[int, typer.Argument(metavar="FIGURE", help="A figure's number.", min=1, max=LARGEST_NUMBER)]
StatementId = Annotated[
    int, typer.Argument(metavar="STATEMENT", help="A statement's number.", min=1, max=LARGEST_NUMBER)
]


@group.command("list")
def figures_list(
    entity: Annotated[str | None, typer.Argument(help="Only figures of this entity: a slug or a name.")] = None,
    retired: Annotated[bool, typer.Option(help="Show retired figures too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the known figures: current value, since when, range over the claimants, and who says what."""
    from bot.views import figure_json
    from bot.workspace import open_workspace
    from glossary.figure_views import claims_of, list_figures

    with open_workspace(load_settings()) as workspace:
        glossary = workspace.keeper.glossary()
        about = {slug_of(workspace, entity)} if entity is not None else None
        with workspace.database.read() as session:
            found = [one for one in list_figures(session, glossary, about=about) if retired or not one.retired]
    if as_json:
        print_json([figure_json(figure, glossary) for figure in found])
        return
    print_table(
        "Known figures",
        ("id", "figure", "now", "since", "range", "who says what", "sources"),
        (
            (
                str(figure.id),
                figure.label,
                _current(figure),
                str(figure.since or ""),
                _range(figure),
                "; ".join(
                    f"{_claimant(one.claimant, one.claimant_name, glossary)}: {said(one.quantity, figure.measure)}"
                    for one in claims_of(figure)
                ),
                str(len({one.document_id for one in figure.statements})),
            )
            for figure in found
        ),
    )
    held = sum(len(figure.held) for figure in found)
    if held:
        print_line(f"{held} more held for an editor; `exonym figures held` lists them.")


@group.command("show")
def figures_show(figure: FigureId, as_json: AsJson = False) -> None:
    """Show one figure with its claimants and all its statements."""
    from bot.views import figure_json
    from bot.workspace import open_workspace
    from glossary.figure_views import claims_of, list_figures

    with open_workspace(load_settings()) as workspace:
        glossary = workspace.keeper.glossary()
        with workspace.database.read() as session:
            found = list_figures(session, glossary, figure_id=figure)
    if not found:
        message = f"There is no figure {figure}; `exonym figures` lists them."
        raise BotError(message)
    (view,) = found
    if as_json:
        print_json(figure_json(view, glossary))
        return
    print_line(f"{view.label}: {_current(view)}" + (f", since {view.since}" if view.since else ""))
    if view.pin is not None and view.latest is not None:
        print_line(f"An editor has pinned this; the latest statement is {said(view.latest, view.measure)}.")
    if view.retired:
        print_line("Retired.")
    print_table(
        f"Who says what ({_range(view)})",
        ("claimant", "says", "since", "statements"),
        (
            (
                _claimant(one.claimant, one.claimant_name, glossary),
                said(one.quantity, view.measure),
                str(one.since or ""),
                str(one.statements),
            )
            for one in claims_of(view)
        ),
    )
    print_table(
        "Statements",
        ("id", "day", "claimant", "says", "relation", "", "sentence", "source"),
        (
            (
                str(one.id),
                str(one.day or ""),
                _claimant(one.claimant, one.claimant_name, glossary),
                said(one.quantity, view.measure),
                one.relation.value,
                _state(one, view),
                one.sentence,
                one.url,
            )
            for one in (*view.statements, *view.held)
        ),
    )


@group.command("held")
def figures_held(as_json: AsJson = False) -> None:
    """List the statements that wait for an editor: a hundredfold jump, a second number of one claimant in one text."""
    from bot.views import figure_json
    from bot.workspace import open_workspace
    from glossary.figure_views import list_figures

    with open_workspace(load_settings()) as workspace:
        glossary = workspace.keeper.glossary()
        with workspace.database.read() as session:
            found = [one for one in list_figures(session, glossary) if one.held]
    if as_json:
        shown = (figure_json(one, glossary) for one in found)
        print_json([{**held, "figure": one["id"], "label": one["label"]} for one in shown for held in one["held"]])
        return
    print_table(
        "Held for an editor; `exonym figures approve` or `reject` decides",
        ("id", "figure", "now", "claimant", "says", "sentence", "source"),
        (
            (
                str(one.id),
                f"{figure.id} {figure.label}",
                _current(figure),
                _claimant(one.claimant, one.claimant_name, glossary),
                said(one.quantity, figure.measure),
                one.sentence,
                one.url,
            )
            for figure in found
            for one in figure.held
        ),
    )


@group.command("name")
def figures_name(
    figure: FigureId, label: Annotated[str, typer.Argument(help="What to call it.")], as_json: AsJson = False
) -> None:
    """Give a figure a name of your own."""
    from glossary.figure_editing import rename_figure

    _edit(lambda session, by: rename_figure(session, figure, label, **by), as_json=as_json)


@group.command("merge")
def figures_merge(
    loser: Annotated[int, typer.Argument(help="The figure that goes.", min=1, max=LARGEST_NUMBER)],
    winner: Annotated[int, typer.Argument(help="The figure that stays.", min=1, max=LARGEST_NUMBER)],
    as_json: AsJson = False,
) -> None:
    """Make two figures one: statements and followers pass to the one that stays."""
    from glossary.figure_editing import merge_figures

    _edit(lambda session, by: merge_figures(session, loser, winner, **by), as_json=as_json)


@group.command("split")
def figures_split(
    figure: FigureId,
    statements: Annotated[list[int], typer.Argument(metavar="STATEMENT...", min=1, max=LARGEST_NUMBER)],
    label: Annotated[str, typer.Option(help="What to call the new figure.")],
    as_json: AsJson = False,
) -> None:
    """Give some of a figure's statements a figure of their own."""
    from glossary.figure_editing import split_figure

    _edit(lambda session, by: split_figure(session, figure, statements, label, **by), as_json=as_json)


@group.command("pin")
def figures_pin(
    figure: FigureId,
    statement: Annotated[int | None, typer.Option(help="The statement that stands.", max=LARGEST_NUMBER)] = None,
    value: Annotated[str | None, typer.Option(help="The value that stands, as in an article: about 300.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let a statement or a value stand as a figure's current one, whatever is told after it, until it is unpinned."""
    from glossary.figure_editing import pin_statement, pin_value

    if (statement is None) == (value is None):
        raise typer.BadParameter("say one of --statement and --value.")

    def pin(session: Session, by: _By) -> None:
        row = _row_of_figure(session, figure)
        if value is not None:
            pin_value(session, figure, _quantity(value, row.unit), **by)
        elif statement is not None:
            if _row_of_statement(session, statement).figure_id != figure:
                message = f"Statement {statement} is not of figure {figure}."
                raise BotError(message)
            pin_statement(session, statement, **by)

    _edit(pin, as_json=as_json)


@group.command("unpin")
def figures_unpin(figure: FigureId, as_json: AsJson = False) -> None:
    """Let a figure's latest statement be its current one again."""
    from glossary.figure_editing import unpin_figure

    _edit(lambda session, by: unpin_figure(session, figure, **by), as_json=as_json)


@group.command("retire")
def figures_retire(figure: FigureId, as_json: AsJson = False) -> None:
    """Stop following a figure; its statements stay as evidence."""
    from glossary.figure_editing import retire_figure

    _edit(lambda session, by: retire_figure(session, figure, **by), as_json=as_json)


@group.command("restore")
def figures_restore(figure: FigureId, as_json: AsJson = False) -> None:
    """Take up a retired figure again."""
    from glossary.figure_editing import retire_figure

    _edit(lambda session, by: retire_figure(session, figure, retired=False, **by), as_json=as_json)


@group.command("correct")
def figures_correct(
    statement: StatementId,
    value: Annotated[str, typer.Argument(help="What it really states, as in an article: more than 11,000.")],
    as_json: AsJson = False,
) -> None:
    """Say what a statement really states; who was told otherwise is told so."""
    from glossary.figure_editing import correct_statement

    def correct(session: Session, by: _By) -> None:
        unit = _row_of_statement(session, statement).unit
        correct_statement(session, statement, _quantity(value, unit), **by)

    _edit(correct, as_json=as_json)


@group.command("withdraw")
def figures_withdraw(statement: StatementId, as_json: AsJson = False) -> None:
    """Take a statement out of its figure's reckoning; who was told of it is told so."""
    from glossary.figure_editing import withdraw_statement

    _edit(lambda session, by: withdraw_statement(session, statement, **by), as_json=as_json)


@group.command("reinstate")
def figures_reinstate(statement: StatementId, as_json: AsJson = False) -> None:
    """Let a withdrawn statement count again."""
    from glossary.figure_editing import withdraw_statement

    _edit(lambda session, by: withdraw_statement(session, statement, withdrawn=False, **by), as_json=as_json)


@group.command("hold")
def figures_hold(statement: StatementId, as_json: AsJson = False) -> None:
    """Take a doubtful statement out of its figure until it is approved or rejected."""
    from glossary.figure_editing import hold_statement

    _edit(lambda session, by: hold_statement(session, statement, **by), as_json=as_json)


@group.command("approve")
def figures_approve(statement: StatementId, as_json: AsJson = False) -> None:
    """Stand behind a held statement: it counts, and its news goes out."""
    from glossary.figure_editing import release_statement

    _edit(lambda session, by: release_statement(session, statement, **by), as_json=as_json)


@group.command("reject")
def figures_reject(statement: StatementId, as_json: AsJson = False) -> None:
    """Withdraw a held statement: it never counts."""
    from glossary.figure_editing import reject_statement

    _edit(lambda session, by: reject_statement(session, statement, **by), as_json=as_json)


class _By(TypedDict):
    """Who edits, and when."""

    actor: str
    now: datetime


def _edit(edit: Callable[[Session, _By], object], *, as_json: bool) -> None:
    """Carry out an edit of figures, and say how it is taken back."""
    from bot.workspace import open_workspace
    from glossary.history import list_changes

    with open_workspace(load_settings()) as workspace, workspace.database.write() as session:
        edit(session, {"actor": ACTOR, "now": now()})
        (change,) = list_changes(session, limit=1)
    if as_json:
        print_json({"change": change.id, "summary": change.summary})
    else:
        print_line(f"{change.summary}. `exonym glossary undo {change.id}` takes it back.")


def _quantity(text: str, unit: str) -> Quantity:
    """The one quantity of an editor's words, in a figure's unit where none is said.

    Raises:
        BotError: there is none, or more than one.
    """
    from glossary.quantities import read_quantity

    quantity = read_quantity(text, Language.EN, unit)
    if quantity is None:
        message = (
            f"“{text}” is not one quantity; write it as in an article: 12,000, about 300, more than 150 square miles."
        )
        raise BotError(message)
    return quantity


def _row_of_figure(session: Session, figure: int) -> Figure:
    from glossary.models import Figure

    row = session.get(Figure, figure)
    if row is None:
        message = f"There is no figure {figure}; `exonym figures` lists them."
        raise BotError(message)
    return row


def _row_of_statement(session: Session, statement: int) -> Statement:
    from glossary.models import Statement

    row = session.get(Statement, statement)
    if row is None:
        message = f"There is no statement {statement}; `exonym figures show` lists a figure's."
        raise BotError(message)
    return row


def _current(figure: FigureView) -> str:
    if figure.current is None:
        return "-"
    return said(figure.current, figure.measure) + (" (pinned)" if figure.pin is not None else "")


def _range(figure: FigureView) -> str:
    from bot.messages.wording import range_text

    if figure.low is None and figure.high is None:
        return "-"
    return range_text(figure.low, figure.high, figure.unit, Language.EN, figure.measure)


def _claimant(slug: str | None, name: str, glossary: Glossary) -> str:
    entry = glossary.get(slug)
    return entry.name if entry is not None else name


def _state(statement: StatementView, figure: FigureView) -> str:
    """What a reader of the list must know of a statement beside its relation."""
    if statement.id == figure.current_id:
        return "pinned" if figure.pin is not None else "current"
    states = {
        "held": statement.held,
        "withdrawn": statement.withdrawn,
        "superseded": statement.superseded,
        "part": statement.part,
    }
    if figure.pin is not None and figure.latest == statement.quantity and not any(states.values()):
        return "does not replace the pinned"
    return ", ".join(state for state, holds in states.items() if holds)
