"""Health: well while every job ends within its grace, told over HTTP."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

from bot.health import Health

NOON = datetime(2025, 1, 12, 12, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


async def ask(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    await writer.drain()
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


async def test_a_job_that_has_not_ended_within_its_grace_is_late() -> None:
    clock = Clock()
    health = Health(clock)
    health.expect("poll", 60)
    health.ended("poll")
    assert health.report()[0]
    clock.now += timedelta(seconds=301)
    well, report = health.report()
    assert not well
    assert report["jobs"]["poll"]["late"]  # type: ignore[index]  # the report is JSON


async def test_a_job_that_failed_says_why_and_is_not_late() -> None:
    health = Health(Clock())
    health.expect("poll", 60)
    health.ended("poll", "the disk is full")
    well, report = health.report()
    assert well
    assert report["jobs"]["poll"]["error"] == "the disk is full"  # type: ignore[index]  # the report is JSON


def test_a_note_is_shown_as_it_is_and_makes_nothing_unwell() -> None:
    health = Health(Clock())
    trouble: list[str] = []
    health.note("telegram", lambda: {"trouble": trouble[-1] if trouble else None})
    assert health.report() == (True, {"ok": True, "jobs": {}, "telegram": {"trouble": None}})
    trouble.append("away")
    assert health.report() == (True, {"ok": True, "jobs": {}, "telegram": {"trouble": "away"}})


async def test_health_is_answered_over_http() -> None:
    clock = Clock()
    health = Health(clock)
    health.expect("poll", 60)
    server = await health.serve(0)
    port = server.sockets[0].getsockname()[1]
    head, _, body = (await ask(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert json.loads(body)["ok"] is True
    clock.now += timedelta(hours=1)
    assert (await ask(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")).startswith(b"HTTP/1.1 503")
    server.close()
    await server.wait_closed()


async def test_a_request_without_an_end_is_dropped() -> None:
    health = Health(Clock())
    server = await health.serve(0)
    port = server.sockets[0].getsockname()[1]
    assert await ask(port, b"x" * 100_000) == b""
    assert await ask(port, b"GET") == b""
    server.close()
    await server.wait_closed()
