"""How updates come in when the bot asks for them, and the patience with a Telegram that does not answer.

An update is confirmed to Telegram once it has been handled, so that a program that is killed loses none: what it had
not handled comes again at the next start. (The client library's own polling confirms what it has fetched, handled or
not.) What was handled since the last request comes again too; requests are for few updates, so that this is little.
The other way in is `webhook`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Protocol

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

log = structlog.get_logger(__name__)

#: What handles one update; it tells its own faults, and raises none.
Handle = Callable[[Update], Coroutine[object, object, None]]

#: How long a request for updates waits for one.
_POLL = timedelta(seconds=30)
#: Updates of one request: so many at most are handled again after a kill.
_BATCH = 10
#: How long to wait after a failure, doubled each time up to the second.
_WAITS = (1.0, 60.0)

_TWO_PROGRAMS = "another program takes this bot's updates with the same token; stop one of the two"


class Intake(Protocol):
    """A way for updates to come in."""

    @property
    def name(self) -> str:
        """What it is called where its state is shown."""

    @property
    def trouble(self) -> str | None:
        """What keeps updates away at present."""

    async def start(self) -> None:
        """Begin to take updates."""

    async def stop(self) -> None:
        """Take no more, and finish the one at work. Does nothing where it never started."""


class Patience:
    """How long to wait after each failure, and what is said of it: once for as long as it stays the same."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._wait = _WAITS[0]
        self._told: str | None = None

    @property
    def trouble(self) -> str | None:
        """What was said of the last failure, until an attempt succeeds."""
        return self._told

    def after(self, error: Exception) -> float:
        """Seconds to wait before the next attempt."""
        reason = str(error) or type(error).__name__
        if isinstance(error, Conflict):
            reason = _TWO_PROGRAMS
        elif isinstance(error, InvalidToken):
            reason = "Telegram refuses the bot's token"  # the library's words have the token itself
        if reason != self._told:
            known = isinstance(error, TelegramError)
            log.warning(self._what, reason=reason, exc_info=None if known else error)
            self._told = reason
        wait, self._wait = self._wait, min(self._wait * 2, _WAITS[1])
        if isinstance(error, RetryAfter):
            asked = error.retry_after
            wait = asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
        return wait

    def succeeded(self, *, undisturbed: bool = True) -> None:
        """The next failure waits the shortest time again, and is told again.

        Of two programs that take each other's updates, each succeeds now and then: that they do is told again only
        after an attempt that was `undisturbed`.
        """
        self._wait = _WAITS[0]
        if undisturbed or self._told != _TWO_PROGRAMS:
            self._told = None


async def is_set_within(event: asyncio.Event, seconds: float) -> bool:
    """Whether an event is set by then."""
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False


class Polling:
    """Asks for updates, and handles them one after another in the order of their ids."""

    name = "polling"

    def __init__(self, bot: Bot, handle: Handle, kinds: Sequence[str]) -> None:
        self._bot = bot
        self._handle = handle
        self._kinds = kinds
        self._next: int | None = None
        self._patience = Patience("updates cannot be fetched")
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def trouble(self) -> str | None:
        """Why the last request failed."""
        return self._patience.trouble

    async def start(self) -> None:
        """Begin to ask."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Finish the update at work, and confirm what was handled; what was only fetched comes again."""
        if self._task is None:
            return
        self._stopping.set()
        await self._task
        self._task = None
        if self._next is None:
            return
        try:
            await self._bot.get_updates(self._next, limit=1, timeout=timedelta(), allowed_updates=self._kinds)
        except TelegramError as error:
            log.warning("the last updates are not confirmed, and may be answered again", reason=error.message)

    async def _run(self) -> None:
        webhook_removed = False
        while not self._stopping.is_set():
            try:
                if not webhook_removed:
                    # While there is one, Telegram hands out no updates.
                    webhook_removed = await self._bot.delete_webhook()
                asking = self._bot.get_updates(self._next, _BATCH, _POLL, self._kinds)
                updates = await self._unless_stopped(asking) or ()
            except Exception as error:  # nobody would notice the end of this task: whatever it is, it is told here
                await is_set_within(self._stopping, self._patience.after(error))
                continue
            # A request that waited its whole time and found nothing had nobody beside it.
            self._patience.succeeded(undisturbed=not updates)
            for update in updates:
                if self._stopping.is_set():
                    break
                await self._handle(update)
                self._next = update.update_id + 1

    async def _unless_stopped(self, asking: Awaitable[tuple[Update, ...]]) -> tuple[Update, ...] | None:
        request = asyncio.ensure_future(asking)
        stop = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait((request, stop), return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if request.done():
            return request.result()
        request.cancel()
        with suppress(asyncio.CancelledError):
            await request
        return None
