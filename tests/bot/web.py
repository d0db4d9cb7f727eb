"""A small web server on loopback, for tests that read sources over real HTTP.

    with Web() as web:
        web.page("/a", "<html>…</html>", etag='"1"')
        ... web.url("/a") ...
        assert web.count("/a") == 1

It runs in threads of its own, so that both synchronous and asynchronous tests can use it. A route may also be a
function that writes whatever it likes to the open connection; `web.closing` is set when the server stops, so that a
route which stays silent waits for that instead of sleeping.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Route = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Answer:
    """A fixed answer; with an ETag or a date, a request that already has it is answered 304."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        known = (handler.headers.get("If-None-Match"), handler.headers.get("If-Modified-Since"))
        ours = (self.headers.get("ETag"), self.headers.get("Last-Modified"))
        unchanged = any(mine is not None and mine == theirs for mine, theirs in zip(ours, known, strict=True))
        handler.send_response(304 if unchanged else self.status)
        for name, value in self.headers.items():
            handler.send_header(name, value)
        body = b"" if unchanged else self.body
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


class Web:
    """The server. Routes may be added and replaced while it runs; an unknown path is answered 404."""

    def __init__(self) -> None:
        self._routes: dict[str, Route] = {}
        self._lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.closing = threading.Event()
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                with web._lock:
                    web.counts[path] += 1
                    web.requests.append((self.path, dict(self.headers)))
                    route = web._routes.get(self.path) or web._routes.get(path) or Answer(status=404)
                try:
                    route(self)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in http.server
                """Say nothing: the tests read `requests`."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """Say nothing: a client that goes away is what some tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """The port that the system gave."""
        return int(self._server.server_address[1])

    def url(self, path: str) -> str:
        """The whole address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        return self.counts[path]

    def route(self, path: str, route: Route) -> str:
        """Answer a path (with or without its query) by a function; returns its address."""
        with self._lock:
            self._routes[path] = route
        return self.url(path)

    def page(
        self,
        path: str,
        body: str | bytes,
        content_type: str = "text/html; charset=utf-8",
        *,
        status: int = 200,
        etag: str | None = None,
        last_modified: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Answer a path by a body; returns its address."""
        all_headers = {"Content-Type": content_type, **(headers or {})}
        if etag is not None:
            all_headers["ETag"] = etag
        if last_modified is not None:
            all_headers["Last-Modified"] = last_modified
        data = body.encode() if isinstance(body, str) else body
        return self.route(path, Answer(data, status, all_headers))

    def redirect(self, path: str, target: str, status: int = 302) -> str:
        """Answer a path by a redirect; returns its address."""
        return self.route(path, Answer(b"", status, {"Location": target}))

    def endless(self, path: str, content_type: str = "text/html", chunk: bytes = b"x" * 65_536) -> str:
        """Answer a path by a body that never ends, and tells no length; returns its address."""

        def pour(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", content_type)
            handler.send_header("Connection", "close")
            handler.end_headers()
            handler.close_connection = True
            while not self.closing.is_set():
                handler.wfile.write(chunk)

        return self.route(path, pour)

    def silent(self, path: str) -> str:
        """Answer a path by a beginning that is never finished; returns its address."""

        def wait(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "text/html")
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            handler.wfile.write(b"<html>")
            handler.wfile.flush()
            self.closing.wait()
            handler.close_connection = True

        return self.route(path, wait)
