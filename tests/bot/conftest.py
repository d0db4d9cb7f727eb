"""What the tests of the bot share: a stocked database, the stand-in of Telegram, and the command line."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import certifi
import pytest

from bot import migrate
from bot.cli import main
from glossary.database import Database
from tests.bot.chatting import Chatting, make_context, running_bot
from tests.bot.command import Ran, Run
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


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command with a data folder that does not exist yet."""
    monkeypatch.setenv("EXONYM_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("EXONYM_DATABASE_URL", raising=False)
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: bytes | None = None) -> Ran:
        monkeypatch.setattr(sys, "argv", ["exonym", *arguments])
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status: str | int | None = 0
        try:
            main()
        except SystemExit as error:
            status = error.code
        captured = capsys.readouterr()
        return Ran(int(status or 0), captured.out, captured.err)

    return run


@pytest.fixture
def exonym(bare: Run, stocked_database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command on a database that has the starter glossary."""
    monkeypatch.setenv("EXONYM_DATABASE_URL", stocked_database.url.render_as_string(hide_password=False))
    return bare
