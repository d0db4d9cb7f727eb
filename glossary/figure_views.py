"""The known figures as they are shown: what stands now, over what range, who says what and since when.

Owns the views of figures and statements, read from the rows that `glossary.figures` judged. `bot.views` makes JSON of
them, `bot.charts` pictures, the chat its cards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from glossary.documents import newest_revisions
from glossary.entries import Glossary
from glossary.figures import (
    OPENER,
    Pin,
    Told,
    current_by_claimant,
    entity_slugs,
    latest_told,
    pinned_quantities,
    quantity_of,
    same_value,
)
from glossary.models import Document, Entity, Figure, History, Revision, Statement
from glossary.quantities import Quantity
from glossary.statements import Scope
from glossary.words import Measure, StatementRelation


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement as shown. `withdrawn`, `superseded` and `held` ones are shown and do not count.

    A held one waits for an editor, since it differs a hundredfold from all that is known, or is the second number of
    one claimant in one text.
    """

    id: int
    document_id: int
    url: str
    title: str
    outlet: str
    published_at: datetime | None
    claimant: str | None
    claimant_name: str
    as_of: date | None
    quantity: Quantity
    relation: StatementRelation
    sentence: str
    superseded: bool
    part: bool
    withdrawn: bool
    held: bool = False

    @property
    def counts(self) -> bool:
        """Whether it says something of the figure."""
        return not (self.superseded or self.withdrawn or self.part or self.held)

    @property
    def day(self) -> date | None:
        """The day that it speaks of: as of when, else when it was published."""
        return self.as_of or (self.published_at.date() if self.published_at else None)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one claimant says now, and since when it has said so; `statements` counts those that say it."""

    claimant: str | None
    claimant_name: str
    quantity: Quantity
    since: date | None
    statements: int


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure as shown: `current` is the latest statement that counts, `low` and `high` the range over all claimants'
    current ones (null where open). `statements` are the oldest first, `held` those that wait for an editor.

    Where an editor has pinned a value, that is `current`; `latest` is what would be without the pin. `current_id` is
    the statement that is current, None where a value is pinned that nobody stated. `since` is the first day on which
    the current value was told, by whoever told it. `name` is what an editor calls the figure, where one has named it;
    `rejected` are held statements that an editor rejected.
    """

    id: int
    label: str
    measure: Measure
    subject: str
    place: str | None
    scope: Scope
    unit: str
    current: Quantity | None
    low: float | None
    high: float | None
    statements: tuple[StatementView, ...]
    retired: bool
    pin: Pin | None = None
    latest: Quantity | None = None
    current_id: int | None = None
    since: date | None = None
    held: tuple[StatementView, ...] = ()
    name: str | None = None
    rejected: tuple[StatementView, ...] = ()


def list_figures(
    session: Session, glossary: Glossary, *, about: Collection[str] | None = None, figure_id: int | None = None
) -> tuple[FigureView, ...]:
    """All figures, or those about or at entities (by their slugs), or one; in the order in which they were opened."""
    query = select(Figure).order_by(col(Figure.id))
    if figure_id is not None:
        query = query.where(Figure.id == figure_id)
    if about is not None:
        query = query.where(_is_about(about))
    rows = session.exec(query).all()
    statements = _statement_rows(session, [row.id for row in rows if row.id is not None])
    claimants = [statement.claimant_id for found in statements.values() for statement, *_ in found]
    slugs = entity_slugs(session, [row.subject_id for row in rows] + [row.place_id for row in rows] + claimants)
    pins = pinned_quantities(session, rows)
    names = _given_names(session, rows)
    views = []
    for row in rows:
        found = [_statement_view(one, slugs) for one in statements.get(row.id or 0, [])]
        shown = tuple(one for one in found if not one.held)
        pin = Pin.from_json(row.pinned) if row.pinned is not None else None
        latest = latest_of(shown)
        current = pins.get(row.id or 0, latest.quantity if latest is not None else None)
        low, high = _range(shown)
        views.append(
            FigureView(
                row.id or 0,
                row.label,
                row.measure,
                slugs[row.subject_id],
                slugs.get(row.place_id or 0),
                Scope(row.scope, row.period_from, row.period_to),
                row.unit,
                current,
                low,
                high,
                shown,
                row.retired,
                pin,
                latest.quantity if latest is not None else None,
                pin.statement_id if pin is not None else latest.id if latest is not None else None,
                _since(shown, current),
                tuple(one for one in found if one.held and not one.withdrawn),
                names.get(row.id or 0),
                tuple(one for one in found if one.held and one.withdrawn),
            )
        )
    return tuple(views)


def _given_names(session: Session, rows: Collection[Figure]) -> dict[int, str]:
    """The labels that editors gave; the others are those with which figures were opened."""
    opened = select(History.row_id, History.after).where(
        History.table == "figure",
        col(History.row_id).in_([row.id for row in rows]),
        col(History.before).is_(None),
        History.actor == OPENER,
    )
    labels = {(row_id, after["label"]) for row_id, after in session.exec(opened) if after is not None}
    return {row.id: row.label for row in rows if row.id is not None and (row.id, row.label) not in labels}


def held_count(session: Session, *, since: datetime | None = None) -> int:
    """How many statements wait for an editor, of those read since then if asked."""
    query = _held(sa.func.count())
    return int(session.exec(query if since is None else query.where(col(Statement.recorded_at) > since)).one())


def next_held(session: Session, after: int = 0) -> int | None:
    """The first statement that waits for an editor behind the id `after`; None for none."""
    found: int | None = session.exec(_held(sa.func.min(Statement.id)).where(col(Statement.id) > after)).one()
    return found


def _held(wanted: sa.Function[Any]) -> SelectOfScalar[Any]:
    """Of the held statements of the newest texts, which nobody has rejected."""
    newest = newest_revisions()
    return (
        select(wanted)
        .select_from(Statement)
        .join(Revision, col(Revision.id) == col(Statement.revision_id))
        .join(newest, sa.and_(newest.c.document_id == Revision.document_id, newest.c.number == Revision.number))
        .where(col(Statement.held_figure_id).is_not(None), ~col(Statement.withdrawn))
    )


def has_figures(session: Session, about: Collection[str]) -> bool:
    """Whether a figure that is kept up is about or at one of some entities, by their slugs."""
    query = select(Figure.id).where(_is_about(about), ~col(Figure.retired)).limit(1)
    return session.exec(query).first() is not None


def _is_about(slugs: Collection[str]) -> sa.ColumnElement[bool]:
    wanted = select(Entity.id).where(col(Entity.slug).in_(slugs))
    return sa.or_(col(Figure.subject_id).in_(wanted), col(Figure.place_id).in_(wanted))


_StatementRow = tuple[Statement, str, Document]


def _statement_rows(session: Session, figures: Collection[int]) -> dict[int, list[_StatementRow]]:
    """The statements of the newest texts, by the figure that they are of or held for."""
    newest = newest_revisions()
    query = (
        select(Statement, Revision.title, Document)  # not the revisions' texts
        .join(Revision, col(Revision.id) == col(Statement.revision_id))
        .join(Document, col(Document.id) == col(Revision.document_id))
        .join(newest, sa.and_(newest.c.document_id == Revision.document_id, newest.c.number == Revision.number))
        .where(sa.or_(col(Statement.figure_id).in_(figures), col(Statement.held_figure_id).in_(figures)))
        .order_by(col(Statement.id))
    )
    found: dict[int, list[_StatementRow]] = {}
    for statement, title, document in session.exec(query):
        found.setdefault(statement.figure_id or statement.held_figure_id or 0, []).append((statement, title, document))
    return found


def _statement_view(found: _StatementRow, slugs: Mapping[int, str]) -> StatementView:
    statement, title, document = found
    return StatementView(
        statement.id or 0,
        document.id or 0,
        document.url,
        title,
        document.outlet,
        document.published_at,
        slugs.get(statement.claimant_id or 0),
        statement.claimant_name,
        statement.as_of,
        quantity_of(statement),
        statement.relation,
        statement.sentence,
        statement.superseded,
        statement.part,
        statement.withdrawn,
        statement.held_figure_id is not None,
    )


def _told_of_views(shown: Iterable[StatementView]) -> list[Told]:
    return [
        Told(one.claimant or one.claimant_name.casefold(), one.quantity, one.as_of, one.id, one.document_id)
        for one in shown
        if one.counts
    ]


def latest_of(shown: Sequence[StatementView]) -> StatementView | None:
    """The statement that is current where no editor has pinned another."""
    latest = latest_told(_told_of_views(shown))
    return None if latest is None else next(one for one in shown if one.id == latest.order)


def _range(shown: Sequence[StatementView]) -> tuple[float | None, float | None]:
    """The range over what each claimant said last."""
    current = current_by_claimant(_told_of_views(shown)).values()
    lows = [one.quantity.low for one in current]
    highs = [one.quantity.high for one in current]
    low = None if None in lows else min((one for one in lows if one is not None), default=None)
    high = None if None in highs else max((one for one in highs if one is not None), default=None)
    return low, high


def _since(shown: Sequence[StatementView], current: Quantity | None) -> date | None:
    """The first day on which a value was told."""
    days = [one.day for one in shown if one.counts and current is not None and same_value(one.quantity, current)]
    return min((day for day in days if day is not None), default=None)


def claims_of(figure: FigureView) -> tuple[Claim, ...]:
    """What each claimant of a figure says now and since when, the latest first."""
    told = _told_of_views(figure.statements)
    views = {one.id: one for one in figure.statements}
    claims = []
    for now in sorted(current_by_claimant(told).values(), key=lambda one: (one.as_of or date.min, one.order)):
        saying = [
            views[one.order] for one in told if one.claimant == now.claimant and same_value(one.quantity, now.quantity)
        ]
        view = views[now.order]
        claims.append(Claim(view.claimant, view.claimant_name, now.quantity, _since(saying, now.quantity), len(saying)))
    return tuple(reversed(claims))
