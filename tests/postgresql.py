"""A PostgreSQL server for tests: a cluster of its own in a temporary folder, on a socket there and nowhere else."""

from __future__ import annotations

import os
import shutil
import subprocess
from itertools import count
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psycopg

_FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def find_postgresql() -> Path | None:
    """The folder with `initdb` and `pg_ctl`, or None where PostgreSQL is not installed."""
    on_path = shutil.which("initdb")
    folders = [*_FOLDERS, *([Path(on_path).parent] if on_path else [])]
    return next((folder for folder in folders if (folder / "pg_ctl").exists() and (folder / "initdb").exists()), None)


class PostgresqlCluster:
    """Starts when entered, stops when left; `new_database()` gives the URL of an empty database."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        # A socket's path may have 107 characters at most, and pytest's folders are long.
        self._socket = Path(f"/tmp/exonym-pg-{os.getpid()}")  # noqa: S108  (made with mode 700 below)
        self._data = folder / "data"
        self._numbers = count(1)

    def __enter__(self) -> PostgresqlCluster:
        self._socket.mkdir(mode=0o700)
        if os.getuid() == 0:
            # PostgreSQL refuses to run as root; the parents of pytest's folder are closed to others.
            self._data = self._socket / "data"
            shutil.chown(self._socket, "postgres", "postgres")
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses= -k {self._socket} -c fsync=off -c max_connections=40"
        self._run("pg_ctl", "-D", str(self._data), "-o", options, "-l", str(self._socket / "log"), "-w", "start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._socket, ignore_errors=True)

    def new_database(self, name: str | None = None, *, template: str = "template1") -> str:
        """Make a database, empty or a copy of another, and return its URL."""
        name = name or f"test{next(self._numbers)}"
        with psycopg.connect(host=str(self._socket), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return f"postgresql+psycopg://postgres@/{name}?host={quote(str(self._socket))}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        # Output goes to a file, not a pipe: the server inherits it and would hold a pipe open for ever.
        with (self._socket / "output").open("ab") as output:
            subprocess.run(command, check=True, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd="/")  # noqa: S603  (our own arguments)
