"""Alembic's entry point: migrates over the connection that `bot.migrate` hands in; never opens one of its own."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import bot.models  # defines the tables that autogeneration compares with, and through it glossary.models
from glossary.columns import UtcDateTime

__all__ = ["bot"]


def render_plainly(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our column types as the plain ones they are stored as: a revision imports nothing of the live code."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, sa.Enum | AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    compare_type=True,
    render_as_batch=True,  # SQLite alters a table by copying it
    render_item=render_plainly,
)
context.run_migrations()
