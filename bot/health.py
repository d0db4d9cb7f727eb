"""How the service is: what `exonym run` answers on EXONYM_HEALTH_PORT, for whoever watches the process.

`GET /` answers 200 while every job has finished within its grace, else 503, with a JSON object of when each job last
ended, how, and what it said; beside them, whether Telegram is connected, how its updates come in, and what keeps them
away. It listens on loopback only.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

#: A job that has not ended for this many of its intervals (and at least a minute) is late.
GRACE_INTERVALS = 5
_MOST_REQUEST_BYTES = 8192


@dataclass(slots=True)
class JobHealth:
    """When a job was last started and ended, and how: `error` is null after a success."""

    every_seconds: float
    started_at: datetime
    ended_at: datetime | None = None
    error: str | None = None

    def is_late(self, now: datetime) -> bool:
        """Whether the job should have ended again by now."""
        grace = timedelta(seconds=max(60.0, self.every_seconds * GRACE_INTERVALS))
        return now - (self.ended_at or self.started_at) > grace


class Health:
    """The jobs' health by their names."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.jobs: dict[str, JobHealth] = {}
        self._notes: dict[str, Callable[[], object]] = {}

    def expect(self, name: str, every_seconds: float) -> None:
        """Begin to watch a job."""
        self.jobs[name] = JobHealth(every_seconds, self._clock())

    def note(self, name: str, ask: Callable[[], object]) -> None:
        """Show beside the jobs what `ask` gives, a value of JSON; it makes nothing unwell."""
        self._notes[name] = ask

    def ended(self, name: str, error: str | None = None) -> None:
        """Note that a job ended, and why if it failed."""
        job = self.jobs[name]
        job.ended_at = self._clock()
        job.error = error

    def report(self) -> tuple[bool, dict[str, object]]:
        """Whether all is well, and the JSON object that says what is not."""
        now = self._clock()
        late = [name for name, job in self.jobs.items() if job.is_late(now)]
        jobs = {name: asdict(job) | {"late": name in late} for name, job in self.jobs.items()}
        return not late, {"ok": not late, "jobs": jobs} | {name: ask() for name, ask in self._notes.items()}

    async def serve(self, port: int) -> asyncio.Server:
        """Answer on a port of loopback (0 for any free one) until the server is closed."""
        return await asyncio.start_server(self._answer, "127.0.0.1", port, limit=_MOST_REQUEST_BYTES)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(5):
                await reader.readuntil(b"\r\n\r\n")
            well, report = self.report()
            body = json.dumps(report, default=str).encode()
            status = "200 OK" if well else "503 Service Unavailable"
            head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
            await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # whoever asked has gone, or was not speaking HTTP
        finally:
            writer.close()
