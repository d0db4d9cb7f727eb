"""What the tests of the chat and of delivery share: a stocked database, and the stand-in of Telegram."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import certifi
import pytest

from bot import migrate
from glossary.database import Database
from tests.bot.chatting import Chatting, make_context, running_bot
from tests.bot.samples import stock
from tests.bot.telegram_server import TelegramServer, running_telegram


@pytest.fixture(scope="session")
def stocked_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the glossary of `samples`, to be copied: made once, since it takes a second."""
    path = tmp_path_factory.mktemp("stocked") / "stocked.sqlite3"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    stock(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@pytest.fixture
def stocked(stocked_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A database of the test's own with the glossary of `samples`."""
    database = Database(f"sqlite:///{shutil.copy(stocked_file, tmp_path / 'stocked.sqlite3')}")
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def one_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of one authority; a client reads its whole bundle when it is made, longer than most tests take."""
    bundle = Path(certifi.where()).read_text(encoding="ascii")
    path = tmp_path_factory.mktemp("certificates") / "one.pem"
    path.write_text(bundle[bundle.index("-----BEGIN") : bundle.index("-----END")] + "-----END CERTIFICATE-----\n")
    return path


@pytest.fixture
def telegram(one_certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TelegramServer]:
    """The stand-in of the Bot API, answering on loopback."""
    monkeypatch.setenv("SSL_CERT_FILE", str(one_certificate))
    with running_telegram() as server:
        yield server


@pytest.fixture
async def chatting(stocked: Database, telegram: TelegramServer) -> AsyncIterator[Chatting]:
    """A running bot over the glossary of `samples`."""
    async with running_bot(make_context(stocked, telegram), telegram) as chatting:
        yield chatting
