"""What tests of several packages share: databases, on SQLite always and on PostgreSQL where a server is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import migrate
from glossary.database import Database
from tests.postgresql import PostgresqlCluster, find_postgresql


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresqlCluster]:
    """A PostgreSQL server of this test process alone."""
    programs = find_postgresql()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed")
    with PostgresqlCluster(programs, tmp_path_factory.mktemp("postgresql")) as cluster:
        yield cluster


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


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A migrated database in a SQLite file."""
    database = Database(f"sqlite:///{tmp_path / 'test.sqlite3'}")
    migrate.upgrade(database)
    yield database
    database.dispose()
