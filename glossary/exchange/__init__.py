"""Files in and out: the glossary as CSV for spreadsheets, as TBX for other terminology programs, as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from glossary.entries import Entry, Glossary
from glossary.exchange.csv_format import export_csv, parse_csv
from glossary.exchange.importing import Conflict, ImportPlan, PlannedEntry, apply_import, plan_import
from glossary.exchange.json_format import export_json, parse_json
from glossary.exchange.parsed import ExchangeError, ParsedEntry
from glossary.exchange.tbx_format import export_tbx, parse_tbx
from glossary.refusals import Refusal

__all__ = [
    "Conflict",
    "ExchangeError",
    "Format",
    "ImportPlan",
    "ParsedEntry",
    "PlannedEntry",
    "apply_import",
    "export_glossary",
    "plan_import",
    "read_glossary",
]

Format = Literal["csv", "tbx", "json"]
#: A glossary of ten thousand entities takes a third of this as TBX, which is the largest.
MAX_BYTES = 128 * 1024 * 1024


def export_glossary(glossary: Glossary, format_: str, select: Callable[[Entry], bool] | None = None) -> bytes:
    """The glossary, or the entries selected, as a file of a format.

    Raises:
        ExchangeError: the format is none of ours.
    """
    writers = {"csv": export_csv, "tbx": export_tbx, "json": export_json}
    writer = writers.get(format_.lower())
    if writer is None:
        raise ExchangeError(Refusal.UNKNOWN_FORMAT.of(format=format_, formats=", ".join(get_args(Format))))
    return writer(glossary, select)


def read_glossary(content: bytes, name: str) -> tuple[ParsedEntry, ...]:
    """Read a file by its content, and by its name where that leaves a doubt.

    Raises:
        ExchangeError: it is too large, or cannot be read as any of the formats.
    """
    if len(content) > MAX_BYTES:
        size, limit = (count // 1024 // 1024 for count in (len(content), MAX_BYTES))
        raise ExchangeError(Refusal.FILE_LARGE.of(size=size, limit=limit))
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    ending = name.lower().rpartition(".")[2]
    if start == b"<" or ending in {"tbx", "xml"}:
        return parse_tbx(content)
    if start == b"{" or ending == "json":
        return parse_json(content)
    return parse_csv(content)
