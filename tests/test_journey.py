"""The main job, end to end, as its users meet it: the real command in processes of its own, a chat, a feed, an alert.

Only the far ends are doubled, over HTTP on loopback: Telegram's Bot API and the web.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from tests.bot.telegram_server import Person, TelegramServer, running_telegram
from tests.bot.web import Web
from tests.conftest import SqliteTemplates

OLENA = Person(41, "Olena", "uk")
JAMES = Person(42, "James", "en")

ARTICLE = """Detained courier led investigators to a flat in Kharkiv

The SBU detained a courier in Kharkiv on Tuesday who carried instructions for drone pilots in his shoe, the agency said.

The man, 34, had crossed Kursk Oblast on foot. Investigators then searched a flat near the tractor works, where they
found nine telephones and a map of substations. Some 12,000 North Korean troops are in Kursk Oblast, according to the
SBU."""

REVISED = """Spy agency in Seoul raises its count

South Korea's National Intelligence Service now believes that more than 14,000 North Korean troops are in Kursk Oblast.

The agency told lawmakers in Seoul that new trains had crossed the border at Tumangang in the last two weeks."""


class Exonym:
    """The command, with settings of its own."""

    def __init__(self, folder: Path, telegram: TelegramServer | None) -> None:
        self.folder = folder
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("EXONYM_", "TELEGRAM_"))
        } | {
            "EXONYM_DATA_DIR": str(folder / "data"),
            "EXONYM_ALLOW_PRIVATE_SOURCES": "1",
            "EXONYM_POLL_SECONDS": "0.5",
            "EXONYM_DELIVERY_SECONDS": "0.2",
            "EXONYM_SETTLE_SECONDS": "0.5",
            "PYTHONUNBUFFERED": "1",
        }
        if telegram is not None:
            self.environment |= {"TELEGRAM_BOT_TOKEN": telegram.token, "EXONYM_TELEGRAM_API_URL": telegram.url}

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            env=self.environment,
            cwd=self.folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def __call__(self, *arguments: str) -> str:
        process = await self.start(*arguments)
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()
        return output.decode()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """The service, stopped in the end as a supervisor stops it."""
        process = await self.start("run")
        assert process.stdout is not None
        reading = asyncio.create_task(process.stdout.read())
        try:
            yield process
            if process.returncode is None:
                process.terminate()
            output = (await reading).decode()
            await process.wait()
            assert process.returncode in {0, -signal.SIGKILL}, output
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


@pytest.fixture
def stocked(tmp_path: Path, sqlite_templates: SqliteTemplates) -> Path:
    """A folder whose data folder has a database with the starter, so that the service starts sooner."""
    (tmp_path / "data").mkdir()
    shutil.copy(sqlite_templates.stocked, tmp_path / "data" / "exonym.sqlite3")
    return tmp_path


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with running_telegram() as server:
        yield server


async def connected(telegram: TelegramServer) -> None:
    """Wait until the bot asks for updates; a first start on a busy machine may take a while."""
    for _ in range(6):
        try:
            await telegram.until(lambda: bool(telegram.of("getMe")))
        except AssertionError:
            continue
        return
    raise AssertionError("the bot never connected")


async def ask(telegram: TelegramServer, text: str, person: Person) -> str:
    """Say something to the bot and wait for its answer."""
    before = len(telegram.sent(person.id))
    telegram.says(text, person=person)
    await telegram.until(lambda: len(telegram.sent(person.id)) > before)
    return telegram.sent(person.id)[-1].text or ""


async def test_from_a_subscription_to_the_alert_of_an_ingested_article(
    telegram: TelegramServer, tmp_path: Path
) -> None:
    exonym = Exonym(tmp_path, telegram)
    article = tmp_path / "courier.txt"
    article.write_text(ARTICLE, encoding="utf-8")
    async with exonym.running():
        await connected(telegram)
        assert "Служба безпеки України" in await ask(telegram, "/subscribe SBU", OLENA)
        assert "Security Service of Ukraine" in await ask(telegram, "/subscribe СБУ", JAMES)
        told = json.loads((await exonym("ingest", str(article), "--json")).splitlines()[-1])
        assert told["status"] == "new"
        await telegram.until(lambda: len(telegram.sent(JAMES.id)) > 1 and len(telegram.sent(OLENA.id)) > 1)
    english, ukrainian = telegram.sent(JAMES.id), telegram.sent(OLENA.id)
    assert (len(english), len(ukrainian)) == (2, 2)
    assert "Detained courier led investigators" in (english[1].text or "")
    assert "The SBU detained a courier in Kharkiv" in (english[1].text or "")
    assert "Служба безпеки України" in (ukrainian[1].text or "")
    assert telegram.refusals == []


async def test_a_feed_s_new_article_changes_a_figure_and_its_follower_is_told(
    telegram: TelegramServer, stocked: Path
) -> None:
    exonym = Exonym(stocked, telegram)
    with Web() as web:

        def publish(*articles: tuple[str, str]) -> None:
            items = ""
            for path, text in articles:
                title, _, body = text.partition("\n\n")
                paragraphs = "".join(f"<p>{escape(part)}</p>" for part in body.split("\n\n"))
                web.page(path, f"<html><body><article><h1>{escape(title)}</h1>{paragraphs}</article></body></html>")
                items += f"<item><title>{escape(title)}</title><link>{web.url(path)}</link></item>"
            feed = f"<rss version='2.0'><channel><title>Wire</title>{items}</channel></rss>"
            web.page("/feed", feed, "application/rss+xml")

        publish(("/courier", ARTICLE))
        await exonym("sources", "add", web.url("/feed"))
        async with exonym.running():
            await connected(telegram)
            await telegram.until(lambda: web.count("/courier") > 0)
            await ask(telegram, "/subscribe North Korea", JAMES)
            publish(("/count", REVISED), ("/courier", ARTICLE))
            await telegram.until(lambda: len(telegram.sent(JAMES.id)) > 1)
        (_, alert) = telegram.sent(JAMES.id)
        assert "Spy agency in Seoul" in (alert.text or "")
        assert "12,000" in (alert.text or "")
        assert "14,000" in (alert.text or "")
        assert web.count("/courier") == 1


async def test_a_killed_service_loses_nothing_and_sends_nothing_twice(telegram: TelegramServer, stocked: Path) -> None:
    exonym = Exonym(stocked, telegram)
    article = stocked / "courier.txt"
    article.write_text(ARTICLE, encoding="utf-8")
    async with exonym.running() as process:
        await connected(telegram)
        await ask(telegram, "/subscribe SBU", JAMES)
        process.kill()
        await process.wait()
    await exonym("ingest", str(article))
    async with exonym.running():
        # An update that was handled, but not confirmed before the end, is answered again; the alert is not.
        await telegram.until(lambda: any("Detained courier" in (call.text or "") for call in telegram.sent(JAMES.id)))
        # The next answer comes after whatever else might have been sent.
        await ask(telegram, "/subscriptions", JAMES)
    assert sum("Detained courier" in (call.text or "") for call in telegram.sent(JAMES.id)) == 1


async def test_without_a_token_the_terminal_is_told_and_says_how_to_get_one(stocked: Path) -> None:
    exonym = Exonym(stocked, None)
    article = stocked / "courier.txt"
    article.write_text(ARTICLE, encoding="utf-8")
    await exonym("follow", "SBU")
    await exonym("ingest", str(article))
    process = await exonym.start("run")
    assert process.stdout is not None
    shown = ""
    async with asyncio.timeout(120):
        while "The SBU detained a courier" not in shown:
            line = await process.stdout.readline()
            assert line, shown
            shown += line.decode()
    process.send_signal(signal.SIGINT)
    await process.communicate()
    assert "@BotFather" in shown
    assert process.returncode == 0
