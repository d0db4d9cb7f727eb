"""How updates come in when Telegram posts them: an endpoint of HTTP for a proxy that speaks TLS before it.

Telegram's request is answered once its update has been handled, so that a program that is killed loses none: Telegram
sends again what got no answer. It uses one connection, and so keeps the order. Who posts must know the path and the
secret, both made from the bot's token: nothing more has to be set, and another token has others.

When the program stops, the webhook stays, as it does with the client library: Telegram keeps what comes for a day and
posts it when the program is back, and a second program that has taken over meanwhile is not cut off. Polling removes
it.
The rules are those of https://core.telegram.org/bots/webhooks and https://core.telegram.org/bots/api#setwebhook.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus

import h11
import structlog
from telegram import Bot, Update
from telegram.error import TelegramError

from bot.settings import Settings
from bot.telegram.updates import Handle, Patience, is_set_within

log = structlog.get_logger(__name__)

#: Telegram's own updates are a hundred times smaller.
MAX_BYTES = 1_000_000
SECRET_HEADER = b"x-telegram-bot-api-secret-token"
#: For the arrival of one request, or for the next on a connection that is kept.
_PATIENCE_SECONDS = 90.0
#: How long a client that was refused may go on sending before the connection is cut.
_LINGER_SECONDS = 1.0
_MOST_CONNECTIONS = 100
#: How many updates are remembered, so that one that Telegram sends twice is handled once.
_REMEMBERED = 1000
#: How often Telegram is asked whether its posts arrive.
_ASK_SECONDS = 300.0
_CLOSE = ("connection", "close")


class _RefusedError(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


def derive(token: str, purpose: str) -> str:
    """Something for one purpose that only who has the token can know: 64 letters and digits, as Telegram allows."""
    return hmac.new(token.encode(), f"exonym {purpose}".encode(), hashlib.sha256).hexdigest()


class Webhook:
    """Listens for updates, and handles them one after another."""

    def __init__(self, bot: Bot, settings: Settings, handle: Handle, kinds: Sequence[str]) -> None:
        self._bot = bot
        self._handle = handle
        self._kinds = kinds
        self._listen, self._port = settings.webhook_listen, settings.webhook_port
        self.secret = derive(bot.token, "webhook secret")
        base = settings.webhook_url.rstrip("/")
        path = derive(bot.token, "webhook path")[:32]
        #: Where Telegram posts to.
        self.url = f"{base}/{path}"
        # A proxy may keep the public address's own path, or cut it off.
        self._path_end = f"/{path}".encode()
        self.trouble: str | None = None
        self._stopping = asyncio.Event()
        self._turn = asyncio.Lock()
        self._handled: deque[int] = deque(maxlen=_REMEMBERED)
        self._server: asyncio.Server | None = None
        self._watching: asyncio.Task[None] | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._idle: set[asyncio.Task[None]] = set()

    @property
    def name(self) -> str:
        """With the local address, which is the system's choice where port 0 was asked for."""
        return f"webhook on {self._listen}:{self.port}"

    @property
    def port(self) -> int:
        """The local port; 0 before it listens."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server is not None else 0

    async def start(self) -> None:
        """Listen, and tell Telegram where.

        Raises:
            OSError: the port cannot be had.
        """
        self._server = await asyncio.start_server(self._accept, self._listen, self._port)
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Finish the update at work; what waits behind it is told to come again."""
        if self._server is None or self._watching is None:
            return
        self._stopping.set()
        self._server.close()
        for task in self._idle:
            task.cancel()
        await asyncio.gather(*self._connections, self._watching, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    async def _watch(self) -> None:
        """Set the webhook, then look from time to time whether Telegram's posts arrive."""
        patience = Patience("Telegram does not take EXONYM_WEBHOOK_URL")
        is_set = False
        told: datetime | None = None
        while not self._stopping.is_set():
            try:
                if not is_set:
                    is_set = await self._bot.set_webhook(
                        self.url,
                        max_connections=1,  # one after another, in order
                        allowed_updates=self._kinds,
                        secret_token=self.secret,
                    )
                info = await self._bot.get_webhook_info()
            except TelegramError as error:
                wait = patience.after(error)
                self.trouble = patience.trouble
                await is_set_within(self._stopping, wait)
                continue
            patience.succeeded()
            if info.url != self.url:
                self.trouble = "another program with the same token has changed the webhook; stop one of the two"
                log.warning(self.trouble)
                return  # to set it again would only be undone again
            # Telegram keeps its last failure long after it is over; what it could not post waits.
            self.trouble = info.last_error_message if info.pending_update_count else None
            if info.last_error_date is not None and info.last_error_date != told:
                told = info.last_error_date
                log.warning("Telegram could not post updates", reason=info.last_error_message, at=told.isoformat())
            await is_set_within(self._stopping, _ASK_SECONDS)

    # --- HTTP

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._connections) >= _MOST_CONNECTIONS or self._stopping.is_set():
            writer.close()
            return
        self._connections.add(task)
        self._idle.add(task)
        try:
            await self._converse(task, reader, writer)
        except (TimeoutError, OSError, asyncio.CancelledError):
            pass  # whoever posted has gone, or we stop
        finally:
            self._connections.discard(task)
            self._idle.discard(task)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _converse(
        self, task: asyncio.Task[None], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        connection = h11.Connection(h11.SERVER)
        while True:
            try:
                body = await self._request(connection, reader)
                self._idle.discard(task)
                status = await self._take(body)
            except _RefusedError as refusal:
                status = refusal.status
            except h11.RemoteProtocolError:
                status = HTTPStatus.BAD_REQUEST
            except ConnectionResetError:
                return
            keep = status is HTTPStatus.OK and not self._stopping.is_set()
            head = [("content-length", "0"), *([] if keep else [_CLOSE])]
            for event in (h11.Response(status_code=status, headers=head), h11.EndOfMessage()):
                writer.write(connection.send(event) or b"")
            await writer.drain()
            if not keep or connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                break
            if self._stopping.is_set():
                return
            connection.start_next_cycle()
            self._idle.add(task)
        # Else what is still on its way would reset the connection, and the answer would be lost.
        writer.write_eof()
        async with asyncio.timeout(_LINGER_SECONDS):
            while await reader.read(65536):
                continue

    async def _request(self, connection: h11.Connection, reader: asyncio.StreamReader) -> bytes:
        """The body of the next request, if it is Telegram's; nothing of a stranger's is read."""
        body = bytearray()
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                event = connection.next_event()
                if event is h11.NEED_DATA:
                    connection.receive_data(await reader.read(65536))
                elif isinstance(event, h11.Request):
                    self._check(event)
                elif isinstance(event, h11.Data):
                    body += event.data
                    if len(body) > MAX_BYTES:
                        raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                elif isinstance(event, h11.EndOfMessage):
                    return bytes(body)
                else:
                    raise ConnectionResetError

    def _check(self, request: h11.Request) -> None:
        """Refuse what is not Telegram's."""
        headers = dict(request.headers)
        if not hmac.compare_digest(request.target[-len(self._path_end) :], self._path_end):
            raise _RefusedError(HTTPStatus.NOT_FOUND)
        if request.method != b"POST":
            raise _RefusedError(HTTPStatus.METHOD_NOT_ALLOWED)
        if not hmac.compare_digest(headers.get(SECRET_HEADER, b""), self.secret.encode()):
            raise _RefusedError(HTTPStatus.FORBIDDEN)
        if headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != b"application/json":
            raise _RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        if int(headers.get(b"content-length", b"0")) > MAX_BYTES:
            raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    async def _take(self, body: bytes) -> HTTPStatus:
        """Handle an update, and say that it was."""
        try:
            value = json.loads(body)
            number = value["update_id"]
        except (ValueError, TypeError, KeyError, RecursionError):
            return HTTPStatus.BAD_REQUEST
        if not isinstance(number, int):
            return HTTPStatus.BAD_REQUEST
        async with self._turn:
            if self._stopping.is_set():
                return HTTPStatus.SERVICE_UNAVAILABLE
            if number in self._handled:
                return HTTPStatus.OK
            try:
                update = Update.de_json(value, self._bot)
            except Exception as error:
                # Telegram would send it again and again, and nothing else before it.
                log.exception("an update could not be read", update_id=number, exc_info=error)
            else:
                await self._handle(update)
            self._handled.append(number)
        return HTTPStatus.OK
