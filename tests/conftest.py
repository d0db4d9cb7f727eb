"""What tests of several packages share: databases, on SQLite always and on PostgreSQL where a server is installed.

Migrating and stocking a database takes seconds, so each is done once a test process and copied for each test.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from bot import migrate
from glossary.database import Database
from glossary.starter import load_starter
from glossary.store import install_starter
from tests.postgresql import PostgresqlCluster, find_postgresql

# A busy machine is no failure: no test here is about time.
settings.register_profile("exonym", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("exonym")

#: When the glossary of a stocked database was installed.
STOCKED_AT = datetime(2025, 1, 1, tzinfo=UTC)


def _install_starter(database: Database) -> None:
    with database.write() as session:
        install_starter(session, load_starter(), now=STOCKED_AT)


class SqliteTemplates:
    """SQLite files to copy: one migrated, one with the starter glossary too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def migrated(self) -> Path:
        path = self._folder / "migrated.sqlite3"
        database = Database(f"sqlite:///{path}")
        migrate.upgrade(database)
        database.dispose()  # the last connection empties the write-ahead log into the file
        return path

    @cached_property
    def stocked(self) -> Path:
        path = self._folder / "stocked.sqlite3"
        shutil.copy(self.migrated, path)
        database = Database(f"sqlite:///{path}")
        _install_starter(database)
        database.dispose()
        return path


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplates:
    """The files that SQLite databases are copied from."""
    return SqliteTemplates(tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresqlCluster]:
    """A PostgreSQL server of this test process alone."""
    programs = find_postgresql()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed")
    with PostgresqlCluster(programs, tmp_path_factory.mktemp("postgresql")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgresql_template(postgresql: PostgresqlCluster) -> str:
    """The name of a PostgreSQL database with the starter glossary, to copy."""
    database = Database(postgresql.new_database("stocked"))
    migrate.upgrade(database)
    _install_starter(database)
    database.dispose()  # a database with a connection cannot be copied
    return "stocked"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without a schema, on each system that we support."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'test.sqlite3'}"
    else:
        url = request.getfixturevalue("postgresql").new_database()
    database = Database(url)
    yield database
    database.dispose()


@pytest.fixture
def any_database(empty_database: Database) -> Database:
    """A migrated database, on each system that we support."""
    migrate.upgrade(empty_database)
    return empty_database


@pytest.fixture(params=["sqlite", "postgresql"])
def any_stocked_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with the starter glossary, on each system that we support."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'test.sqlite3'}"
        shutil.copy(request.getfixturevalue("sqlite_templates").stocked, tmp_path / "test.sqlite3")
    else:
        template = request.getfixturevalue("postgresql_template")
        url = request.getfixturevalue("postgresql").new_database(template=template)
    database = Database(url)
    yield database
    database.dispose()


@pytest.fixture
def database(tmp_path: Path, sqlite_templates: SqliteTemplates) -> Iterator[Database]:
    """A migrated database in a SQLite file."""
    yield from _copied(sqlite_templates.migrated, tmp_path)


@pytest.fixture
def stocked_database(tmp_path: Path, sqlite_templates: SqliteTemplates) -> Iterator[Database]:
    """A database with the starter glossary in a SQLite file."""
    yield from _copied(sqlite_templates.stocked, tmp_path)


def _copied(template: Path, folder: Path) -> Iterator[Database]:
    path = folder / "test.sqlite3"
    shutil.copy(template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


@pytest.fixture(autouse=True)
def own_logs() -> Iterator[None]:
    """A command sets how its process logs; the next test begins as this one did."""
    settings, level = structlog.get_config(), logging.getLogger().level
    yield
    structlog.configure(**settings)
    logging.getLogger().setLevel(level)
