"""The database: its engine, its sessions and what SQLite needs to behave. The tables are in the packages' `models`.

`Database.read()` gives a session that sees one state; `Database.write()` gives one that commits when its block ends and
rolls back when it raises. A writer takes SQLite's lock at once (BEGIN IMMEDIATE), so that two writers wait for each
other instead of failing half-way; on PostgreSQL rows are locked where a rule needs it (`FOR UPDATE`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError
from sqlmodel import Session

import glossary.history  # noqa: F401  (wherever there is a session, its changes are recorded)
from glossary.errors import GlossaryError

BUSY_TIMEOUT_MS = 30_000
_BEGIN = "exonym_begin"
_POSTGRESQL = frozenset({"postgresql", "postgres"})


class DatabaseUnreachableError(GlossaryError):
    """The database of the settings cannot be opened."""


class Database:
    """An engine with the two kinds of session. Cheap to make; connects when first used."""

    def __init__(self, url: str) -> None:
        parsed = self.parse(url)
        try:
            self.is_sqlite = parsed.get_backend_name() == "sqlite"
            if self.is_sqlite and parsed.database and parsed.database != ":memory:":
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine = sa.create_engine(parsed, pool_pre_ping=not self.is_sqlite)
        except (NoSuchModuleError, ImportError, OSError) as error:
            message = f"The database {parsed.render_as_string()} cannot be opened: {error}"
            raise DatabaseUnreachableError(message) from error
        self.url = parsed
        if self.is_sqlite:
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)

    @staticmethod
    def parse(url: str) -> URL:
        """A database URL as SQLAlchemy's; PostgreSQL's driver is psycopg, whichever of its names the URL has.

        Raises:
            DatabaseUnreachableError: it is no database URL.
        """
        try:
            parsed = make_url(url)
        except (ArgumentError, ValueError) as error:  # the latter of a port that is no number
            message = "EXONYM_DATABASE_URL is no database URL; it looks like sqlite:///file or postgresql://host/name."
            raise DatabaseUnreachableError(message) from error
        return parsed.set(drivername="postgresql+psycopg") if parsed.drivername in _POSTGRESQL else parsed

    @staticmethod
    def exists(url: str) -> bool:
        """Whether there may be a database at a URL: for SQLite, whether the file is there. Creates nothing."""
        parsed = Database.parse(url)
        return parsed.get_backend_name() != "sqlite" or (parsed.database is not None and Path(parsed.database).exists())

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; what it changes is rolled back. Rows that were read stay readable afterwards."""
        with self._session() as session:
            try:
                yield session
            finally:
                session.expunge_all()
                session.rollback()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session for one transaction: committed at the end of the block, rolled back if it raises."""
        with self._session() as session:
            if self.is_sqlite:
                # The driver leaves transactions to us (isolation_level None), so the lock is taken here and now.
                session.connection(execution_options={_BEGIN: "IMMEDIATE"})
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    def take_turns(self, session: Session, lock: int) -> None:
        """Let one transaction at a time go on from here, on every system; `lock` is a number of the caller's own.

        SQLite's writers take turns anyway. PostgreSQL has advisory locks for it, given back when the transaction ends.
        """
        if not self.is_sqlite:
            session.connection().execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))

    @contextmanager
    def _session(self) -> Iterator[Session]:
        try:
            with Session(self.engine, expire_on_commit=False) as session:
                yield session
        except DatabaseError as error:
            # A file that is damaged, or no database at all, raises the general class; its other subclasses (such as
            # IntegrityError) speak of a statement and belong to who made it.
            if type(error) not in {DatabaseError, OperationalError}:
                raise
            message = f"The database {self.url.render_as_string()} cannot be used: {error.orig}."
            raise DatabaseUnreachableError(message) from error

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction control starts a transaction only before the first write, and DEFERRED. Taking it
    # over is SQLAlchemy's documented recipe for SQLite.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    kind = connection.get_execution_options().get(_BEGIN, "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")
