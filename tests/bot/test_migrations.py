"""The schema: what the migrations make is what the tables declare, up and down, from anywhere, on both databases."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

import bot.models  # noqa: F401  (declares the tables)
from bot import migrate
from glossary.database import Database


def test_the_migrated_schema_equals_the_declared_one(empty_database: Database) -> None:
    migrate.upgrade(empty_database)
    with empty_database.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_upgrading_twice_changes_nothing(empty_database: Database) -> None:
    assert migrate.upgrade(empty_database) == (None, migrate.head())
    assert migrate.upgrade(empty_database) == (migrate.head(), migrate.head())


def test_every_migration_can_be_taken_back(empty_database: Database) -> None:
    migrate.upgrade(empty_database)
    with empty_database.write() as session:
        command.downgrade(migrate._config(session.connection()), "base")
    assert migrate.current(empty_database) is None
    migrate.upgrade(empty_database)


def test_a_database_of_a_newer_version_is_refused_in_one_sentence(empty_database: Database) -> None:
    migrate.upgrade(empty_database)
    with empty_database.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(migrate.MigrationError, match="newer version of Exonym"):
        migrate.upgrade(empty_database)


def test_migrations_import_nothing_of_the_live_code() -> None:
    for revision in ScriptDirectory.from_config(migrate._config(None)).walk_revisions():
        tree = ast.parse(Path(revision.path).read_text(encoding="utf-8"))
        modules = {
            name
            for node in ast.walk(tree)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert modules <= {"__future__", "sqlalchemy", "alembic", "sqlalchemy.dialects"}
