"""The service: sources polled, deliveries sent, missing forms filled, each on its own clock, until told to stop.

The schedule is APScheduler's: a job that is late runs once (`coalesce`), never twice at a time (`max_instances`), and
within a grace; past that it waits for its next turn. A job that fails is logged and runs again; it stops no other.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from rich.console import Console

from bot.channels import open_channels
from bot.clock import utc_now
from bot.delivery import deliver_due
from bot.editors_work import notify_editors
from bot.events import fan_out_due
from bot.health import Health
from bot.ingesting import open_poller
from bot.quotations import AlertTranslator
from bot.sources.fetching import Fetcher
from bot.workspace import Workspace
from glossary.candidates import drop_stale
from glossary.forms import fill_missing, renew_drafts
from translations.engine import Engine

log = structlog.get_logger(__name__)

#: A run that could not start for this long after its time is left out; the next one does its work.
MISFIRE_GRACE_SECONDS = 30
#: How often old candidates are dropped.
TIDY_SECONDS = 6 * 3600.0
#: How often it is looked whether editors are to be told of work that waits.
NOTICE_SECONDS = 60.0
#: Missing forms asked for in one run, and drafts asked for anew.
FILL_BATCH = 200


class Jobs:
    """The jobs of one service. `start` schedules them; `stop` lets those that run come to their end."""

    def __init__(self, health: Health) -> None:
        self._health = health
        self._running: set[asyncio.Task[None]] = set()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": MISFIRE_GRACE_SECONDS},
        )

    def add(self, name: str, work: Callable[[], Awaitable[object]], seconds: float) -> None:
        """Run `work` now and every so many seconds."""
        self._health.expect(name, seconds)

        async def run() -> None:
            task = asyncio.current_task()
            if task is not None:
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            try:
                await work()
            except Exception as error:
                # The one place that catches everything: a job's fault must not end the service.
                log.exception("job failed", job=name)
                self._health.ended(name, str(error) or type(error).__name__)
            else:
                self._health.ended(name)

        self._scheduler.add_job(run, "interval", seconds=seconds, id=name, next_run_time=utc_now())

    def start(self) -> None:
        """Begin to run the jobs in the running event loop."""
        self._scheduler.start()

    async def stop(self, patience: float = 30.0) -> None:
        """Start no job any more, and wait for those at work; after `patience` seconds they are cancelled."""
        self._scheduler.pause()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._scheduler.shutdown(wait=False)


def fill_forms(workspace: Workspace) -> None:
    """One run of the job: some missing forms drafted, and some of what an older package guessed asked for anew."""
    translator = workspace.translator()
    fill_missing(workspace.database, translator, limit=FILL_BATCH, now=utc_now())
    renew_drafts(workspace.database, translator, limit=FILL_BATCH, now=utc_now())


def _tidy(workspace: Workspace) -> None:
    with workspace.database.write() as session:
        drop_stale(session, now=utc_now())


async def run_service(workspace: Workspace, console: Console) -> None:
    """Run until SIGINT or SIGTERM; `console` is the terminal, to which alerts go too."""
    settings = workspace.settings
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)

    health = Health(utc_now)
    server = await health.serve(settings.health_port) if settings.health_port is not None else None
    async with (
        Fetcher(settings.allow_private_sources) as fetcher,
        open_channels(workspace, console, stopping, health) as senders,
    ):
        poller = open_poller(workspace, fetcher)
        translator = AlertTranslator(Engine(settings.packages_dir), workspace.keeper.current)

        async def deliver() -> None:
            settle = timedelta(seconds=settings.settle_seconds)
            glossary = await asyncio.to_thread(workspace.keeper.glossary)
            await asyncio.to_thread(fan_out_due, workspace.database, glossary, utc_now(), settle)
            await deliver_due(workspace.database, senders, workspace.keeper.glossary, utc_now(), translator)

        async def fill() -> None:
            await asyncio.to_thread(fill_forms, workspace)

        async def notify() -> None:
            glossary = await asyncio.to_thread(workspace.keeper.glossary)
            await asyncio.to_thread(notify_editors, workspace.database, glossary, settings.admins, utc_now())

        async def tidy() -> None:
            await asyncio.to_thread(_tidy, workspace)

        jobs = Jobs(health)
        jobs.add("poll", poller.poll_due, settings.poll_seconds)
        jobs.add("deliver", deliver, settings.delivery_seconds)
        jobs.add("fill", fill, settings.fill_seconds)
        jobs.add("notices", notify, NOTICE_SECONDS)
        jobs.add("tidy", tidy, TIDY_SECONDS)
        jobs.start()
        console.print("Running. Press Ctrl-C to stop.")
        await stopping.wait()
        console.print("Stopping: what is at work comes to its end first.")
        await jobs.stop()
    if server is not None:
        server.close()
        await server.wait_closed()
