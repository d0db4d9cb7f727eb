"""A consistent copy of a SQLite database, taken while it is in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import BotError
from glossary.database import Database


class BackupError(BotError):
    """The database cannot be copied, or not to there."""


def backup(url: str, target: Path) -> None:
    """Copy the database to a new file; a file that is there is never overwritten.

    Raises:
        BackupError: it is not SQLite, there is none, or the target exists or cannot be written.
    """
    database = Database.parse(url)
    if database.get_backend_name() != "sqlite":
        message = "Only a SQLite database is backed up by this command; use pg_dump for PostgreSQL."
        raise BackupError(message)
    if not database.database or not Path(database.database).exists():
        message = f"There is no database at {database.database} yet."
        raise BackupError(message)
    if target.exists():
        message = f"{target} exists already; name a new file."
        raise BackupError(message)
    partial = target.with_name(target.name + ".partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(database.database)) as source, closing(sqlite3.connect(partial)) as copy:
            source.backup(copy)
        partial.rename(target)
    except (OSError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        message = f"{target} cannot be written: {error}."
        raise BackupError(message) from error
