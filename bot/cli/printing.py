"""What commands read and print: tables, JSON, progress, questions, files."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.errors import BotError
from glossary.words import Measure
from translations.languages import Language

if TYPE_CHECKING:
    from glossary.quantities import Quantity


#: The width of a table where no terminal sets one.
_PIPE_WIDTH = 300

#: Control characters, and the marks that turn a line's direction around.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def now() -> datetime:
    """The present time, aware, in UTC."""
    return datetime.now(UTC)


@contextmanager
def progress_bar(label: str, *, download: bool = False) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on a terminal's stderr for long work; gives what to tell how much of how much is done."""
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TransferSpeedColumn

    counted = (DownloadColumn(), TransferSpeedColumn()) if download else (MofNCompleteColumn(),)
    columns = (TextColumn("{task.description}"), BarColumn(), *counted)
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as shown:
        task = shown.add_task(label, total=None)

        def tell(done: int, total: int | None) -> None:
            shown.update(task, completed=done, total=total)

        yield tell


def print_error(sentence: str) -> None:
    """One line, whatever names, paths and other programs' messages are in it."""
    print(plain(" ".join(sentence.split())), file=sys.stderr)


def slug_of(workspace: Any, entity: str) -> str:
    """The slug of a name or slug. Raises `BotError` with the nearest names where there is none."""
    from glossary.store import find_entity
    from glossary.suggest import search

    with workspace.database.read() as session:
        found = find_entity(session, entity)
    if found is None:
        near = ", ".join(dict.fromkeys(hit.slug for hit in search(workspace.keeper.glossary(), entity, limit=3)))
        shown = entity if len(entity) <= 100 else f"{entity[:100]}..."
        message = f"No entity is called “{shown}”." + (f" Did you mean {near}?" if near else "")
        raise BotError(message)
    return found.slug


def language_of(code: str) -> Language:
    """A language by its code. Raises `BotError` for one that is none of ours."""
    try:
        return Language(code.strip().lower())
    except ValueError as error:
        message = f"{code.strip()!r} is not one of our languages: {', '.join(one.value for one in Language)}."
        raise BotError(message) from error


def read_file(path: Path) -> bytes:
    """A file's bytes. Raises `BotError` where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}."
        raise BotError(message) from error


def write_file(path: Path, content: bytes) -> None:
    """Write a file and the folders above it. Raises `BotError` where that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise BotError(message) from error


def print_json(value: object) -> None:
    """One JSON value, indented."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_json_line(value: object) -> None:
    """One JSON value on a line of its own, at once: for what comes one after another."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def print_table(title: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """A table; where the terminal is too narrow for one, a block of lines for each row."""
    # A pipe has no width: rows that are cut into eighty columns cannot be searched in.
    console = Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH)
    columns, cells = tuple(columns), [tuple(plain(cell) for cell in row) for row in rows]
    table = Table(*columns, title=title, title_justify="left")
    for row in cells:
        table.add_row(*map(Text, row))
    natural = console.options.update(max_width=_PIPE_WIDTH)  # a measure is never more than what it may have
    if console.measure(table, options=natural).minimum <= console.width:
        console.print(table)
        return
    print_line(title)  # too narrow for a table without words cut short
    for row in cells:
        print(*(f"{column}: {cell}" for column, cell in zip(columns, row, strict=True) if cell), sep="\n", end="\n\n")


def print_line(line: str) -> None:
    """One line of an answer."""
    print(plain(line))


def plain(text: str) -> str:
    """Other people's words on one line, without what would command a terminal."""
    return _CONTROL.sub(" ", text)


def confirmed(question: str) -> bool:
    """Ask yes or no. Raises `BotError` where there is nobody to ask."""
    try:
        return typer.confirm(question, err=True)
    except typer.Abort as error:
        message = "Nothing was applied: there is nobody to ask; --yes applies without asking."
        raise BotError(message) from error


def name_of(entity: dict[str, Any] | None) -> str:
    """An entity of a JSON view by its name."""
    return entity["name"] if entity else "-"


def interval(quantity: dict[str, Any]) -> str:
    """A quantity of a JSON view as the interval that it means."""
    low, high = quantity["low"], quantity["high"]
    unit = quantity["unit"]
    if low is not None and low == high:
        return f"{low:,} {unit}"
    return f"{f'{low:,}' if low is not None else '...'} to {f'{high:,}' if high is not None else '...'} {unit}"


def said(quantity: Quantity, measure: Measure) -> str:
    """A quantity in English words, as an alert says it."""
    from bot.messages.wording import quantity_text

    return quantity_text(quantity, Language.EN, measure)
