"""The one history of the schema: brings a database to the newest revision, and makes new revisions for developers.

The revisions are in `bot/migrations/versions`, append-only, and import nothing of the live code.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlmodel import Session

from bot.errors import BotError
from glossary.database import Database

# Arbitrary, but no other lock's number.
_LOCK = 0x45786F6E


class MigrationError(BotError):
    """The database's schema cannot be brought to this version."""


def upgrade(database: Database) -> tuple[str | None, str]:
    """Bring the schema to the newest revision; return the revision before and after (None for a new database).

    Two processes may call it at once: the second waits and finds nothing to do.

    Raises:
        MigrationError: the database is of a newer version of the program.
    """
    newest = head()
    before = current(database)
    if before == newest:  # asked without a lock: nearly always so, and the service may be writing
        return before, newest
    with database.write() as session:
        database.take_turns(session, _LOCK)
        connection = session.connection()
        before = MigrationContext.configure(connection).get_current_revision()
        _upgrade(session, connection)
    return before, newest


def _upgrade(session: Session, connection: sa.Connection) -> None:
    try:
        command.upgrade(_config(connection), "head")
    except CommandError as error:
        message = "The database was made by a newer version of Exonym; use that version or another database."
        raise MigrationError(message) from error
    session.flush()


def head() -> str:
    """The newest revision that this program knows."""
    revision = ScriptDirectory.from_config(_config(None)).get_current_head()
    if revision is None:
        message = "This installation of Exonym has lost its migrations; install it again."
        raise MigrationError(message)
    return revision


def current(database: Database) -> str | None:
    """The revision that the database is at, or None if it has no schema yet."""
    with database.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def make_revision(database: Database, message: str) -> None:
    """For developers: write a new revision from the difference between the database and the declared tables."""
    number = f"{len(list(ScriptDirectory.from_config(_config(None)).walk_revisions())) + 1:04}"
    with database.read() as session:
        command.revision(_config(session.connection()), message=message, autogenerate=True, rev_id=number)


def _config(connection: sa.Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
