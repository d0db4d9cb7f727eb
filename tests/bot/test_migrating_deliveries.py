"""Altering the deliveries keeps them, and what they told: SQLite alters a table by copying and dropping it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import command

from bot import migrate
from glossary.database import Database

DAY = "2025-01-12 12:00:00"
ROWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("chat", {"id": 1, "channel": "telegram", "address": 42, "title": "", "language": "en", "created_at": DAY}),
    (
        "entity",
        {"id": 1, "slug": "sbu", "type": "ORG", "name": "SBU", "context": "[]", "curated": False, "created_at": DAY},
    ),
    ("document", {"id": 1, "url": "https://a.example", "outlet": "A", "language": "en", "first_seen_at": DAY}),
    ("story", {"id": 1, "title": "A story", "started_at": DAY, "updated_at": DAY}),
    (
        "revision",
        {"id": 1, "document_id": 1, "number": 1, "title": "", "text": "", "content_hash": "", "fingerprint": b""}
        | {"retrieved_at": DAY},
    ),
    (
        "event",
        {"id": 5, "revision_id": 1, "story_id": 1, "kind": "article", "history_id": 0, "news": "{}", "created_at": DAY},
    ),
    (
        "delivery",
        {"id": 9, "event_id": 5, "chat_id": 1, "topic": 0, "reasons": "[]", "also": "[]", "status": "sent"}
        | {"attempts": 0, "due_at": DAY, "created_at": DAY},
    ),
    (
        "statement",
        {"id": 3, "revision_id": 1, "measure": "killed", "claimant_name": "A", "bound": "exact", "unit": "people"}
        | {"said": "5", "superseded": False, "part": False, "withdrawn": False, "relation": "first", "surface": ""}
        | {"start": 0, "end": 0, "sentence": "", "recorded_at": DAY},
    ),
    ("told_statement", {"id": 2, "delivery_id": 9, "statement_id": 3, "figure_id": 7, "told": "{}"}),
    (
        "subscription",
        {"id": 4, "chat_id": 1, "topic": 0, "entity_id": 1, "mentions": True, "figures": True, "parts": True}
        | {"created_at": DAY},
    ),
)


def test_what_was_sent_told_and_followed_survives_the_way_there_and_back(empty_database: Database) -> None:
    with empty_database.write() as session:
        connection = session.connection()
        command.upgrade(migrate._config(connection), "0003")
        for table, values in ROWS:
            connection.execute(sa.table(table, *map(sa.column, values)).insert(), values)
    for target in ("0004", "0003", "0004"):
        with empty_database.write() as session:
            connection = session.connection()
            step = command.downgrade if target == "0003" else command.upgrade
            step(migrate._config(connection), target)
            assert connection.exec_driver_sql("SELECT id, event_id, status FROM delivery").all() == [(9, 5, "sent")]
            assert connection.exec_driver_sql("SELECT id, delivery_id FROM told_statement").all() == [(2, 9)]
            assert connection.exec_driver_sql("SELECT id, entity_id FROM subscription").all() == [(4, 1)]
    with empty_database.read() as session:
        wishes = session.connection().exec_driver_sql("SELECT pace, sources, glossary, changes FROM subscription").one()
    assert tuple(wishes) == ("at_once", 1, False, False)


def test_a_digest_keeps_what_is_gathered_in_it_on_the_way_there_and_back(empty_database: Database) -> None:
    with empty_database.write() as session:
        connection = session.connection()
        command.upgrade(migrate._config(connection), "0004")
        for table, values in ROWS:
            connection.execute(sa.table(table, *map(sa.column, values)).insert(), values)
        digest = {"id": 10, "chat_id": 1, "topic": 0, "window_at": DAY, "part": 0, "reasons": "[]", "also": "[]"}
        digest |= {"status": "pending", "attempts": 0, "due_at": DAY, "created_at": DAY}
        connection.execute(sa.table("delivery", *map(sa.column, digest)).insert(), digest)
        connection.exec_driver_sql("UPDATE delivery SET digest_id = 10, status = 'gathered' WHERE id = 9")
    for target in ("0005", "0004", "0005"):
        with empty_database.write() as session:
            connection = session.connection()
            step = command.downgrade if target == "0004" else command.upgrade
            step(migrate._config(connection), target)
            kept = connection.exec_driver_sql("SELECT id, digest_id, status FROM delivery ORDER BY id").all()
            assert kept == [(9, 10, "gathered"), (10, None, "pending")]
            assert connection.exec_driver_sql("SELECT id, delivery_id FROM told_statement").all() == [(2, 9)]
    with empty_database.read() as session:
        assert session.connection().exec_driver_sql("SELECT work_notices FROM chat").scalar_one()
