"""Webhook mode: set as Telegram wants it, and only Telegram's posts are taken, each once, in order, none lost."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs
from telegram import Bot

from bot.settings import Settings
from bot.telegram import TelegramUnreachableError, build_application, start_application, stop_application
from bot.telegram.application import _INTAKE
from bot.telegram.webhook import MAX_BYTES, Webhook, derive
from glossary.database import Database
from tests.bot.chatting import Seen, make_context
from tests.bot.telegram_rules import RefusedError
from tests.bot.telegram_server import TOKEN, Person, Place, TelegramServer

KINDS = ["message"]
NUMBERS = itertools.count(900)


def settings(**changes: Any) -> Settings:
    return Settings(_env_file=None, webhook_url="https://bot.example.org/exonym/", webhook_port=0, **changes)


def update(text: str, number: int | None = None) -> dict[str, Any]:
    """An update as Telegram posts it."""
    user = {"id": 42, "is_bot": False, "first_name": "Olena", "language_code": "en"}
    message = {"message_id": 5, "date": 1_736_600_000, "chat": Place(42).to_json(), "from": user, "text": text}
    if text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
    return {"update_id": next(NUMBERS) if number is None else number, "message": message}


class Telegram:
    """Posts as Telegram does, by what it was told with setWebhook."""

    def __init__(self, webhook: Webhook, client: httpx.AsyncClient) -> None:
        self.webhook = webhook
        self._client = client
        self._base = f"http://127.0.0.1:{webhook.port}"
        self.path = httpx.URL(webhook.url).path

    async def post(self, value: Any = None, *, path: str | None = None, **changes: Any) -> int:
        headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": self.webhook.secret}
        headers = {name: text for name, text in (headers | changes.pop("headers", {})).items() if text is not None}
        changes.setdefault("content", json.dumps(value).encode())
        url = self._base + (self.path if path is None else path)
        method = changes.pop("method", "POST")
        return (await self._client.request(method, url, headers=headers, **changes)).status_code


@asynccontextmanager
async def posting(webhook: Webhook) -> AsyncIterator[Telegram]:
    async with httpx.AsyncClient(timeout=60) as client:
        await webhook.start()
        yield Telegram(webhook, client)
        await webhook.stop()


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
async def hook(telegram: TelegramServer, seen: Seen) -> AsyncIterator[Telegram]:
    async with Bot(TOKEN, f"{telegram.url}/bot") as bot, posting(Webhook(bot, settings(), seen, KINDS)) as poster:
        yield poster


async def test_telegram_is_told_where_to_post_and_with_which_secret(hook: Telegram, telegram: TelegramServer) -> None:
    await telegram.until(lambda: bool(telegram.of("getWebhookInfo")))
    (call,) = telegram.of("setWebhook")
    secret = derive(TOKEN, "webhook secret")
    assert call.fields["url"].startswith("https://bot.example.org/exonym/")
    assert call.fields["url"] == hook.webhook.url
    assert (call.fields["secret_token"], call.fields["max_connections"]) == (secret, 1)
    assert call.fields["allowed_updates"] == KINDS
    assert call.fields.get("drop_pending_updates") in {None, False}
    # Neither says the token, nor one the other.
    assert TOKEN not in json.dumps(call.fields)
    assert secret not in hook.webhook.url
    assert derive("1:other", "webhook secret") != secret


async def test_updates_are_handled_in_order_over_one_connection(hook: Telegram, seen: Seen) -> None:
    texts = [f"Курськ {number}" for number in range(50)]
    assert [await hook.post(update(text)) for text in texts] == [200] * 50
    assert seen.texts == texts


async def test_a_proxy_may_cut_off_the_public_address_s_own_path(hook: Telegram, seen: Seen) -> None:
    assert await hook.post(update("Kursk"), path=hook.path.removeprefix("/exonym")) == 200
    assert seen.texts == ["Kursk"]


@pytest.mark.parametrize("secret", [None, "", "wrong", "0" * 64, derive(TOKEN, "webhook secret").upper()])
async def test_a_post_without_the_secret_is_refused(hook: Telegram, seen: Seen, secret: str | None) -> None:
    assert await hook.post(update("Kursk"), headers={"X-Telegram-Bot-Api-Secret-Token": secret}) == 403
    assert await hook.post(update("Sudzha")) == 200
    assert seen.texts == ["Sudzha"]


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (404, {"path": "/"}),
        (404, {"path": "/exonym"}),
        (404, {"path": "/exonym/" + "0" * 32}),
        (405, {"method": "GET"}),
        (405, {"method": "PUT"}),
        (415, {"headers": {"Content-Type": None}}),
        (415, {"headers": {"Content-Type": "text/html"}}),
        (400, {"content": b""}),
        (400, {"content": b"Kursk"}),
        (400, {"content": b"\xff\xfe"}),
        (400, {"content": b"[]"}),
        (400, {"content": b"7"}),
        (400, {"content": b"{}"}),
        (400, {"content": b'{"update_id": "seven"}'}),
        (400, {"content": b"[" * 100_000}),
        (413, {"content": b" " * (MAX_BYTES + 1)}),
    ],
)
async def test_what_is_no_update_is_refused_and_the_next_is_taken(
    hook: Telegram, seen: Seen, status: int, request_: dict[str, Any]
) -> None:
    assert await hook.post(update("Kursk"), **request_) == status
    assert await hook.post(update("Sudzha")) == 200
    assert seen.texts == ["Sudzha"]


async def test_a_body_that_does_not_say_how_long_it_is_is_cut_off_too(hook: Telegram, seen: Seen) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(3 * MAX_BYTES // 65536):
            yield b" " * 65536

    assert await hook.post(content=endless()) == 413
    assert await hook.post(update("Sudzha")) == 200
    assert seen.texts == ["Sudzha"]


@pytest.mark.parametrize("said", [b"", b"\x16\x03\x01\x02\x00\x01\x00", b"POST / HTTP/1.1\r\nHost", b"GET\r\n\r\n"])
async def test_who_speaks_no_http_or_leaves_disturbs_nobody(hook: Telegram, seen: Seen, said: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", hook.webhook.port)
    writer.write(said)
    writer.write_eof()
    answer = await reader.read()
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")
    writer.close()
    await writer.wait_closed()
    assert await hook.post(update("Sudzha")) == 200
    assert seen.texts == ["Sudzha"]


async def test_an_update_that_is_posted_twice_is_handled_once(hook: Telegram, seen: Seen) -> None:
    twice = update("Kursk")
    seen.free.clear()
    posts = [asyncio.create_task(hook.post(twice)) for _ in range(2)]
    await seen.begun.wait()
    seen.free.set()
    assert await asyncio.gather(*posts) == [200, 200]
    assert seen.texts == ["Kursk"]


async def test_an_update_that_cannot_be_read_is_logged_and_does_not_come_again(hook: Telegram, seen: Seen) -> None:
    with capture_logs() as logs:
        assert await hook.post({"update_id": 7, "message": {"text": "Kursk"}}) == 200
    assert [one["event"] for one in logs if one["log_level"] == "error"] == ["an update could not be read"]
    assert seen.texts == []


async def test_a_stop_finishes_the_update_at_work_and_leaves_what_waits_to_telegram(
    telegram: TelegramServer, seen: Seen
) -> None:
    async with (
        Bot(TOKEN, f"{telegram.url}/bot") as bot,
        posting(Webhook(bot, settings(), seen, KINDS)) as hook,
    ):
        seen.free.clear()
        at_work = asyncio.create_task(hook.post(update("Kursk")))
        await seen.begun.wait()
        waiting = asyncio.create_task(hook.post(update("Sudzha")))
        while len(hook.webhook._connections) - len(hook.webhook._idle) < 2:
            await asyncio.sleep(0.001)
        stop = asyncio.create_task(hook.webhook.stop())
        await asyncio.sleep(0)
        seen.free.set()
        assert (await at_work, await waiting) == (200, 503)
        await stop
    assert seen.texts == ["Kursk"]
    # It stays, so that what comes meanwhile is posted when the program is back.
    assert telegram.webhook["url"] == hook.webhook.url
    assert telegram.of("deleteWebhook") == []


async def test_a_webhook_that_telegram_does_not_take_is_tried_again_and_told_once(
    telegram: TelegramServer, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.updates._WAITS", (0.001, 0.001))
    refusal = RefusedError(400, "Bad Request: bad webhook: Failed to resolve host: Name or service not known")
    telegram.refuse(refusal, method="setWebhook", times=3)
    with capture_logs() as logs:
        async with Bot(TOKEN, f"{telegram.url}/bot") as bot, posting(Webhook(bot, settings(), seen, KINDS)):
            await telegram.until(lambda: bool(telegram.of("getWebhookInfo")))
    told = [(one["event"], "resolve host" in one["reason"]) for one in logs]
    assert told == [("Telegram does not take EXONYM_WEBHOOK_URL", True)]


async def test_what_keeps_telegram_from_posting_is_told_once(
    telegram: TelegramServer, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.webhook._ASK_SECONDS", 0.001)
    telegram.post_failed = (1_736_600_000, "SSL error {certificate verify failed}")
    telegram.says("Kursk", person=Person(42))
    with capture_logs() as logs:
        async with Bot(TOKEN, f"{telegram.url}/bot") as bot, posting(Webhook(bot, settings(), seen, KINDS)) as hook:
            await telegram.until(lambda: len(telegram.of("getWebhookInfo")) > 3)
            assert hook.webhook.trouble == "SSL error {certificate verify failed}"
    assert [one["reason"] for one in logs] == ["SSL error {certificate verify failed}"]


async def test_another_program_s_webhook_is_told_and_left(
    telegram: TelegramServer, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.webhook._ASK_SECONDS", 0.001)
    with capture_logs() as logs:
        async with Bot(TOKEN, f"{telegram.url}/bot") as bot, posting(Webhook(bot, settings(), seen, KINDS)) as hook:
            await telegram.until(lambda: bool(telegram.of("getWebhookInfo")))
            telegram.webhook = {"url": "https://other.example.org/hook"}
            assert hook.webhook._watching is not None
            await hook.webhook._watching
    assert ["another program with the same token" in one["event"] for one in logs] == [True]
    assert len(telegram.of("setWebhook")) == 1


# --- the whole bot


async def test_the_bot_answers_what_is_posted(stocked: Database, telegram: TelegramServer) -> None:
    context = make_context(stocked, telegram)
    context.settings.webhook_url, context.settings.webhook_port = "https://bot.example.org", 0
    telegram.add(Place(42))
    application = build_application(context)
    await start_application(application)
    async with httpx.AsyncClient(timeout=60) as client:
        poster = Telegram(application.bot_data[_INTAKE], client)
        assert await poster.post(update("/help")) == 200
        # It is answered when the answer has been sent.
        assert "Commands" in telegram.sent(42)[0].html
        await stop_application(application)
    assert telegram.pollers == 0


@pytest.mark.slow
async def test_the_service_takes_posts_and_ends_at_sigterm(
    telegram: TelegramServer, tmp_path: Path, stocked_file: Path
) -> None:
    telegram.add(Place(42))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("EXONYM_", "TELEGRAM_"))}
    environment |= {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "EXONYM_TELEGRAM_API_URL": telegram.url,
        "EXONYM_DATABASE_URL": f"sqlite:///{shutil.copy(stocked_file, tmp_path / 'exonym.sqlite3')}",
        "EXONYM_DATA_DIR": str(tmp_path / "data"),
        "EXONYM_WEBHOOK_URL": "https://bot.example.org",
        "EXONYM_WEBHOOK_PORT": "0",
        "PYTHONUNBUFFERED": "1",
    }
    service = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"), env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert service.stdout is not None
    try:
        port = None
        while port is None:
            line = (await service.stdout.readline()).decode()
            assert line, "the service ended"
            port = re.search(r"updates by webhook on 127\.0\.0\.1:(\d+)", line)
        await telegram.until(lambda: bool(telegram.webhook))
        headers = {"X-Telegram-Bot-Api-Secret-Token": telegram.webhook["secret_token"]}
        async with httpx.AsyncClient(timeout=60, headers=headers) as client:
            path = httpx.URL(telegram.webhook["url"]).path
            answer = await client.post(f"http://127.0.0.1:{port[1]}{path}", json=update("/help"))
            assert answer.status_code == 200
            assert "Commands" in telegram.sent(42)[0].html
            # Its connection is still open.
            service.terminate()
            rest = await service.stdout.read()
            assert await service.wait() == 0
        assert b"Stopping" in rest
    finally:
        if service.returncode is None:
            service.kill()
            await service.wait()
    assert telegram.refusals == []
    assert telegram.webhook != {}


async def test_a_port_that_is_taken_is_said_in_a_sentence(stocked: Database, telegram: TelegramServer) -> None:
    context = make_context(stocked, telegram)
    context.settings.webhook_url = "https://bot.example.org"
    context.settings.webhook_port = httpx.URL(telegram.url).port or 0
    application = build_application(context)
    with pytest.raises(TelegramUnreachableError, match="EXONYM_WEBHOOK_PORT cannot be listened on"):
        await start_application(application)
    await stop_application(application)
