"""Who edited a figure since somebody looked at it, so that the later of two editors is told.

What editors do is in `glossary.figure_editing`; it refuses what is done already, but cannot know what an editor saw.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col, select

from glossary.history import Change, get_change, take_turns
from glossary.models import Figure, History, Statement


def history_revision(session: Session) -> int:
    """The newest number of the history, by which an editor's view is dated; 0 for none."""
    return session.exec(select(sa.func.max(History.id))).one() or 0


def edited_since(session: Session, figure_id: int, seen: int, *, but: str) -> Change | None:
    """The newest change of a figure or of its statements, held ones too, after the revision `seen`; None for none.

    One's own changes (`but` is the actor) are no surprise. The figure is locked, so that no other editor comes between
    this and an edit in the same transaction.
    """
    take_turns(session)
    session.exec(select(Figure.id).where(Figure.id == figure_id).with_for_update()).first()
    of_figure = sa.or_(col(Statement.figure_id) == figure_id, col(Statement.held_figure_id) == figure_id)
    touched = sa.or_(
        sa.and_(col(History.table) == "figure", col(History.row_id) == figure_id),
        sa.and_(col(History.table) == "statement", col(History.row_id).in_(select(Statement.id).where(of_figure))),
    )
    newer = select(History.change).where(col(History.id) > seen, col(History.actor) != but, touched)
    change = session.exec(newer.order_by(col(History.id).desc()).limit(1)).first()
    return get_change(session, change) if change is not None else None
