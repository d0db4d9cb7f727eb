"""Sessions: what is committed, what is rolled back, how writers wait, and what a bad URL says."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import select

from bot.models import Channel, Chat, Source, SourceKind, Subscription
from glossary.database import Database, DatabaseUnreachableError
from glossary.words import EntityType
from translations.languages import Language

NOON = datetime(2025, 1, 12, 12, 0, tzinfo=UTC)


def a_source(address: str = "https://news.example/feed") -> Source:
    return Source(kind=SourceKind.FEED, address=address, name="News", due_at=NOON)


def test_a_write_that_raises_leaves_nothing(any_database: Database) -> None:
    with pytest.raises(RuntimeError), any_database.write() as session:
        session.add(a_source())
        session.flush()
        raise RuntimeError
    with any_database.read() as session:
        assert session.exec(select(Source)).all() == []


def test_what_a_read_changes_is_rolled_back(any_database: Database) -> None:
    with any_database.read() as session:
        session.add(a_source())
        session.flush()
    with any_database.read() as session:
        assert session.exec(select(Source)).all() == []


def test_times_come_back_aware_and_in_utc(any_database: Database) -> None:
    source = a_source()
    source.due_at = NOON.astimezone(timezone(timedelta(hours=9)))
    with any_database.write() as session:
        session.add(source)
    with any_database.read() as session:
        due = session.exec(select(Source.due_at)).one()
    assert due == NOON
    assert due.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(any_database: Database) -> None:
    source = a_source()
    source.due_at = NOON.replace(tzinfo=None)
    with pytest.raises(StatementError, match="without a zone"), any_database.write() as session:
        session.add(source)


def test_a_vocabulary_comes_back_as_its_member(any_database: Database) -> None:
    with any_database.write() as session:
        session.add(a_source())
    with any_database.read() as session:
        assert session.exec(select(Source.kind)).one() is SourceKind.FEED
        assert session.connection().execute(sa.text("SELECT kind FROM source")).scalar_one() == "feed"


def test_foreign_keys_are_enforced(any_database: Database) -> None:
    with pytest.raises(IntegrityError), any_database.write() as session:
        session.add(Subscription(chat_id=4711, type=EntityType.ORG, created_at=NOON))


def test_a_subscription_follows_exactly_one_thing(any_database: Database) -> None:
    with any_database.write() as session:
        chat = Chat(channel=Channel.TERMINAL, address=0, language=Language.EN, created_at=NOON)
        session.add(chat)
        session.flush()
        chat_id = chat.id or 0
    with pytest.raises(IntegrityError), any_database.write() as session:
        session.add(Subscription(chat_id=chat_id, created_at=NOON))


def test_two_writers_wait_for_each_other(any_database: Database) -> None:
    """Both read before they write: with a deferred lock one of them would fail half-way on SQLite."""
    with any_database.write() as session:
        session.add(a_source())
    start = threading.Barrier(2)

    def fail_once() -> None:
        start.wait()
        for _ in range(20):
            with any_database.write() as session:
                source = session.exec(select(Source).with_for_update()).one()
                source.failures += 1

    threads = [threading.Thread(target=fail_once) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with any_database.read() as session:
        assert session.exec(select(Source.failures)).one() == 40


def test_sqlite_is_prepared(database: Database) -> None:
    with database.read() as session:
        connection = session.connection()
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() >= 10_000


@pytest.mark.parametrize("url", ["nonsense", "", "oracle-of-delphi://host/name"])
def test_a_bad_url_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(DatabaseUnreachableError) as caught:
        Database(url)
    assert "\n" not in str(caught.value)


def test_a_password_is_never_shown(tmp_path: Path) -> None:
    database = Database("postgresql://exonym:secret@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnreachableError) as caught, database.read() as session:
        session.connection()
    assert "secret" not in str(caught.value)


def test_looking_for_a_database_creates_none(tmp_path: Path) -> None:
    assert not Database.exists(f"sqlite:///{tmp_path / 'none.sqlite3'}")
    assert list(tmp_path.iterdir()) == []
