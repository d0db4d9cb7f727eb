"""What editors do to figures: naming, merging, splitting, pinning and retiring them, putting statements right.

Every function makes one recorded change (`glossary.history`), undone by it exactly, and refuses with one sentence what
cannot be done or is done already, so that the later of two editors is told. Where an edit changes what stands beside a
statement, the statements of the figure are judged again, and their relations are part of the change; what only that
changes is nobody's news. `bot.corrections` comes after: it puts right what chats were told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from glossary.deeds import Deed
from glossary.editing import EditRefusedError, clean_text
from glossary.figures import Pin, judgements, quantity_of
from glossary.history import recorded_change, repoint, take_turns
from glossary.models import Figure, Statement
from glossary.quantities import Quantity
from glossary.refusals import Field, Refusal
from glossary.words import StatementRelation


def rename_figure(session: Session, figure_id: int, label: str, *, actor: str, now: datetime) -> None:
    """Give a figure another label; raises `EditRefusedError` for an empty one or an unknown figure."""
    figure = _figure(session, figure_id)
    label = clean_text(label, Field.LABEL)
    with recorded_change(session, actor=actor, summary=Deed.RENAME_FIGURE.of(label=figure.label, new=label), now=now):
        figure.label = label


def retire_figure(session: Session, figure_id: int, *, retired: bool = True, actor: str, now: datetime) -> None:
    """Stop following a figure, or take it up again; its statements stay as evidence.

    Raises:
        EditRefusedError: it is so already, or there is no such figure.
    """
    figure = _figure(session, figure_id)
    if figure.retired is retired:
        raise EditRefusedError((Refusal.RETIRED_ALREADY if retired else Refusal.NOT_RETIRED).of())
    deed = Deed.RETIRE_FIGURE if retired else Deed.TAKE_UP_FIGURE
    with recorded_change(session, actor=actor, summary=deed.of(label=figure.label), now=now):
        figure.retired = retired


def merge_figures(session: Session, loser: int, winner: int, *, actor: str, now: datetime) -> None:
    """Make two figures one: statements, held ones and subscriptions pass to the winner, and all are judged again.

    The winner's pin stays; where it has none, the loser's passes too.

    Raises:
        EditRefusedError: they are the same, or count different things or in different units.
    """
    gone, kept = _figure(session, loser), _figure(session, winner)
    if gone.id == kept.id:
        raise EditRefusedError(Refusal.FIGURE_MERGED_WITH_ITSELF.of())
    if (gone.measure, gone.unit) != (kept.measure, kept.unit):
        raise EditRefusedError(
            Refusal.OTHER_MEASURE.of(
                measure=gone.measure, unit=gone.unit, other_measure=kept.measure, other_unit=kept.unit
            )
        )
    deed = Deed.MERGE_FIGURES.of(label=gone.label, other=kept.label)
    with recorded_change(session, actor=actor, summary=deed, now=now):
        kept.pinned = kept.pinned or gone.pinned
        repoint(session, "figure", loser, winner)
        session.delete(gone)
        _judge_again(session, [winner])


def split_figure(
    session: Session, figure_id: int, statement_ids: Sequence[int], label: str, *, actor: str, now: datetime
) -> int:
    """Give some of a figure's statements a figure of their own; its id is returned. Both are judged again.

    Raises:
        EditRefusedError: a statement is not the figure's or is pinned, or none or all of its statements are named.
    """
    figure = _figure(session, figure_id)
    label = clean_text(label, Field.LABEL)
    statements = session.exec(select(Statement).where(Statement.figure_id == figure_id)).all()
    moving = [one for one in statements if one.id in set(statement_ids)]
    if len(moving) != len(set(statement_ids)) or not 0 < len(moving) < len(statements):
        raise EditRefusedError(Refusal.SPLIT_NONE_OR_ALL.of(total=len(statements)))
    for one in moving:
        _check_is_not_pinned(session, one)
    with recorded_change(session, actor=actor, summary=Deed.SPLIT_FIGURE.of(new=label, label=figure.label), now=now):
        other = Figure(**figure.model_dump(exclude={"id", "label", "pinned", "opened_at", "judged_at"}), label=label,
                       opened_at=now, judged_at=now)  # fmt: skip
        session.add(other)
        session.flush()
        for one in moving:
            one.figure_id = other.id
        if other.id is None:
            message = "a figure that was saved has no id"
            raise RuntimeError(message)
        _judge_again(session, [figure_id, other.id])
    return other.id


# --- Pins ------------------------------------------------------------------------------------------------------------


def pin_statement(session: Session, statement_id: int, *, actor: str, now: datetime) -> None:
    """Let a statement stand as its figure's current one, whatever is told after it, until it is unpinned.

    Raises:
        EditRefusedError: it is pinned already, withdrawn, held or of no figure.
    """
    statement = _statement(session, statement_id)
    figure = _figure_of(session, statement)
    if statement.withdrawn:
        raise EditRefusedError(Refusal.WITHDRAWN.of(said=statement.surface))
    _pin(session, figure, Pin(statement_id), statement.surface, actor=actor, now=now)


def pin_value(session: Session, figure_id: int, quantity: Quantity, *, actor: str, now: datetime) -> None:
    """Let a value that an editor knows stand as a figure's current one until it is unpinned.

    Raises:
        EditRefusedError: it is pinned already, in another unit, or an interval upside down.
    """
    figure = _figure(session, figure_id)
    _check_quantity(quantity, figure.unit)
    _pin(session, figure, Pin(quantity=quantity), quantity.said, actor=actor, now=now)


def unpin_figure(session: Session, figure_id: int, *, actor: str, now: datetime) -> None:
    """Let a figure's latest statement be its current one again; raises `EditRefusedError` where nothing is pinned."""
    figure = _figure(session, figure_id)
    if figure.pinned is None:
        raise EditRefusedError(Refusal.NOTHING_PINNED.of())
    with recorded_change(session, actor=actor, summary=Deed.UNPIN.of(label=figure.label), now=now):
        figure.pinned = None


def _pin(session: Session, figure: Figure, pin: Pin, said: str, *, actor: str, now: datetime) -> None:
    if figure.pinned == pin.to_json():
        raise EditRefusedError(Refusal.PINNED_ALREADY.of(said=said))
    with recorded_change(session, actor=actor, summary=Deed.PIN.of(said=said, label=figure.label), now=now):
        figure.pinned = pin.to_json()


# --- Statements ------------------------------------------------------------------------------------------------------


def withdraw_statement(
    session: Session, statement_id: int, *, withdrawn: bool = True, actor: str, now: datetime
) -> None:
    """Take a statement out of its figure's reckoning (a misreading, a retraction), or bring it back.

    A held statement that is withdrawn is rejected: it waits no longer.

    Raises:
        EditRefusedError: it is so already, it is pinned, or there is no such statement.
    """
    statement = _statement(session, statement_id)
    if statement.withdrawn is withdrawn:
        refusal = Refusal.WITHDRAWN_ALREADY if withdrawn else Refusal.NOT_WITHDRAWN
        raise EditRefusedError(refusal.of(said=statement.surface))
    _check_is_not_pinned(session, statement)
    deed = Deed.WITHDRAW if withdrawn else Deed.BRING_BACK
    with recorded_change(session, actor=actor, summary=deed.of(said=statement.surface), now=now):
        statement.withdrawn = withdrawn
        _judge_again(session, [statement.figure_id])


def correct_statement(session: Session, statement_id: int, quantity: Quantity, *, actor: str, now: datetime) -> None:
    """Say what a statement really states.

    Raises:
        EditRefusedError: it states that already, or the quantity is in another unit or an interval upside down.
    """
    statement = _statement(session, statement_id)
    _check_quantity(quantity, statement.unit)
    if quantity == quantity_of(statement):
        raise EditRefusedError(Refusal.STATED_ALREADY.of(said=statement.surface))
    summary = Deed.CORRECT.of(said=statement.surface, new=quantity.said)
    with recorded_change(session, actor=actor, summary=summary, now=now):
        statement.value, statement.low, statement.high = quantity.value, quantity.low, quantity.high
        statement.bound, statement.said, statement.said_unit = quantity.bound, quantity.said, quantity.said_unit
        _judge_again(session, [statement.figure_id])


def hold_statement(session: Session, statement_id: int, *, actor: str, now: datetime) -> None:
    """Take a doubtful statement out of its figure until an editor releases or rejects it.

    Raises:
        EditRefusedError: it is pinned, withdrawn, held already or of no figure.
    """
    statement = _statement(session, statement_id)
    figure = _figure_of(session, statement)
    _check_is_not_pinned(session, statement)
    if statement.withdrawn:
        raise EditRefusedError(Refusal.WITHDRAWN_ALREADY.of(said=statement.surface))
    with recorded_change(session, actor=actor, summary=Deed.HOLD.of(said=statement.surface), now=now):
        statement.figure_id, statement.held_figure_id = None, figure.id
        statement.relation = StatementRelation.UNRESOLVED
        _judge_again(session, [figure.id])


def release_statement(session: Session, statement_id: int, *, actor: str, now: datetime) -> None:
    """Stand behind a held statement: it is judged with its figure's others, and counts.

    Raises:
        EditRefusedError: it is not held, or was rejected.
    """
    statement = _statement(session, statement_id)
    if statement.held_figure_id is None:
        raise EditRefusedError(Refusal.NOT_HELD.of(said=statement.surface))
    if statement.withdrawn:
        raise EditRefusedError(Refusal.WITHDRAWN.of(said=statement.surface))
    with recorded_change(session, actor=actor, summary=Deed.RELEASE.of(said=statement.surface), now=now):
        statement.figure_id, statement.held_figure_id = statement.held_figure_id, None
        _judge_again(session, [statement.figure_id])


def reject_statement(session: Session, statement_id: int, *, actor: str, now: datetime) -> None:
    """Withdraw a held statement; raises `EditRefusedError` where it is not held, or rejected already."""
    statement = _statement(session, statement_id)
    if statement.held_figure_id is None:
        raise EditRefusedError(Refusal.NOT_HELD.of(said=statement.surface))
    withdraw_statement(session, statement_id, actor=actor, now=now)


# --- What the edits have in common -----------------------------------------------------------------------------------


def _judge_again(session: Session, figures: Iterable[int | None]) -> None:
    """Write the relation of each statement that counts as it now stands to its figure's others."""
    session.flush()
    for figure_id in figures:
        if figure_id is None:
            continue
        judged = judgements(session, figure_id)
        for row in session.exec(select(Statement).where(col(Statement.figure_id) == figure_id)):
            if row.id in judged:
                row.relation = judged[row.id].relation


def _figure(session: Session, figure_id: int) -> Figure:
    """The row, locked, so that no article is judged by it meanwhile."""
    take_turns(session)
    figure = session.exec(select(Figure).where(Figure.id == figure_id).with_for_update()).one_or_none()
    if figure is None:
        raise EditRefusedError(Refusal.NO_FIGURE.of(number=str(figure_id)))
    return figure


def _statement(session: Session, statement_id: int) -> Statement:
    """The row, with its figure locked."""
    statement = session.get(Statement, statement_id)
    if statement is None:
        raise EditRefusedError(Refusal.NO_STATEMENT.of(number=str(statement_id)))
    figure_id = statement.figure_id or statement.held_figure_id
    if figure_id is not None:
        _figure(session, figure_id)
        session.refresh(statement)
    return statement


def _figure_of(session: Session, statement: Statement) -> Figure:
    if statement.figure_id is None:
        refusal = Refusal.HELD if statement.held_figure_id is not None else Refusal.NO_FIGURE_OF_STATEMENT
        raise EditRefusedError(refusal.of(said=statement.surface))
    return _figure(session, statement.figure_id)


def _check_is_not_pinned(session: Session, statement: Statement) -> None:
    figure = session.get(Figure, statement.figure_id) if statement.figure_id is not None else None
    if figure is not None and figure.pinned is not None and Pin.from_json(figure.pinned).statement_id == statement.id:
        raise EditRefusedError(Refusal.PINNED.of(said=statement.surface))


def _check_quantity(quantity: Quantity, unit: str) -> None:
    if quantity.unit != unit:
        raise EditRefusedError(Refusal.OTHER_UNIT.of(unit=unit, other_unit=quantity.unit))
    if quantity.low is not None and quantity.high is not None and quantity.low > quantity.high:
        raise EditRefusedError(Refusal.UPSIDE_DOWN.of(low=quantity.low, high=quantity.high))
