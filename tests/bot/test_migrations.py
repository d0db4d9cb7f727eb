"""The schema: what the migrations make is what the tables declare, up and down, from anywhere, on both databases."""

from __future__ import annotations

import ast
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
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
        assert {name.partition(".")[0] for name in modules} - sys.stdlib_module_names <= {"sqlalchemy", "alembic"}


def test_altering_the_events_keeps_them_and_their_deliveries(empty_database: Database) -> None:
    """SQLite alters a table by copying it, and dropping the old one would take along what refers to it."""
    with empty_database.write() as session:
        connection = session.connection()
        command.upgrade(migrate._config(connection), "0001")
        day = "'2025-01-12 12:00:00'"
        for row in (
            f"chat VALUES (1, 'telegram', 42, '', 'en', {day}, NULL)",
            f"document VALUES (1, 'https://news.example/1', 'News', 'en', NULL, {day}, NULL)",
            f"story VALUES (1, 'A story', {day}, {day})",
        ):
            connection.exec_driver_sql(f"INSERT INTO {row}")
        revisions, events, deliveries = (SQLModel.metadata.tables[one] for one in ("revision", "event", "delivery"))
        noon = datetime(2025, 1, 12, 12, tzinfo=UTC)
        text = {"title": "", "text": "", "content_hash": "", "fingerprint": b"", "retrieved_at": noon}
        connection.execute(revisions.insert(), {"id": 1, "document_id": 1, "number": 1, **text})
        of_the_first = ("id", "revision_id", "story_id", "news", "created_at")
        event = sa.table("event", *(sa.column(one, events.c[one].type) for one in of_the_first))
        connection.execute(event.insert(), {"id": 5, "revision_id": 1, "story_id": 1, "news": {}, "created_at": noon})
        sent = {"event_id": 5, "chat_id": 1, "topic": 0, "reasons": [], "also": [], "status": "sent", "attempts": 0}
        connection.execute(deliveries.insert(), {"id": 9, **sent, "due_at": noon, "created_at": noon})
    for target in ("head", "0001", "head"):
        with empty_database.write() as session:
            step = command.downgrade if target == "0001" else command.upgrade
            step(migrate._config(session.connection()), target)
            found = session.connection().exec_driver_sql("SELECT id, event_id FROM delivery").all()
            assert [tuple(row) for row in found] == [(9, 5)]
    with empty_database.read() as session:
        kept = session.connection().exec_driver_sql("SELECT id, kind, history_id FROM event").all()
        assert [tuple(row) for row in kept] == [(5, "article", 0)]
