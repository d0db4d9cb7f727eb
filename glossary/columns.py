"""Column types that both packages' tables share: aware UTC times, and vocabularies stored by their values."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time: aware going in, stored in UTC, aware in UTC coming out, on SQLite too.

    A naive datetime is a programming error and raises `ValueError`.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From Python to the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a time without a zone cannot be stored: {value!r}"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database to Python."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def vocabulary(words: type[StrEnum], **options: Any) -> sa.Column[Any]:
    """A text column that holds a value of one vocabulary and gives back its member.

    Plain text rather than a database enumeration, so that a word can be added without a migration.
    """
    kind = sa.Enum(
        words,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda all_: [one.value for one in all_],
    )
    options.setdefault("nullable", False)
    return sa.Column(kind, **options)
