"""The glossary as a table for a spreadsheet: one row an entity, and back.

Owns the columns (they are an interface of the project), the escape that keeps a cell from being a formula, and the
limits of what is read. A table knows neither kinds nor weakness of the forms that it lists as others, and has no
forbidden and no rejected ones: `json_format` and `tbx_format` are the formats without loss. What comes after reading is
`glossary.exchange.importing`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping

from glossary.entries import Entry, EntryForm, Glossary
from glossary.exchange.parsed import ExchangeError, ParsedEntry, ParsedForm, word
from glossary.refusals import Place, Refusal
from glossary.words import EntityType, FormKind, FormStatus, Provenance
from translations.languages import Language
from translations.phrases import Saying

_OTHERS = (Language.UK, Language.RU, Language.KO)
COLUMNS = (
    "slug",
    "type",
    *(language.value for language in Language),
    *(f"{language}_short" for language in Language),
    *(f"{language}_acronym" for language in Language),
    *(f"{language}_also" for language in Language),
    *(f"{language}_status" for language in _OTHERS),
    *(f"{language}_source" for language in _OTHERS),
    "wikidata",
    "note",
)
MAX_ROWS = 50_000
MAX_CELL = 10_000

# What makes a spreadsheet take a cell for a formula: OWASP's list for CSV injection, with the full-width signs that
# East Asian versions accept. Apostrophes before it count, so that an escaped cell can be told from one that began so.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_SEPARATOR = " | "


def export_csv(glossary: Glossary, select: Callable[[Entry], bool] | None = None) -> bytes:
    """The entries (those selected) as UTF-8 without a byte-order mark, quoted as RFC 4180 says."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for entry in glossary.entries.values():
        if select is None or select(entry):
            cells = _cells(entry)
            writer.writerow([escape(cells[column]) for column in COLUMNS])
    return buffer.getvalue().encode("utf-8", "replace")


def parse_csv(content: bytes) -> tuple[ParsedEntry, ...]:
    """Read a table: comma, semicolon or tab between cells, the columns in any order, only those that are there.

    Raises:
        ExchangeError: it is not UTF-8, not a table, has other columns, or is too large.
    """
    text = _decode(content)
    first = text.split("\n", maxsplit=1)[0]
    delimiter = max(",;\t", key=first.count)
    previous = csv.field_size_limit(MAX_CELL * 4)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = _check_columns(next(reader, []))
        entries = []
        for number, cells in enumerate(reader, start=1):
            if number > MAX_ROWS:
                raise ExchangeError(Refusal.TABLE_LONG.of(n=MAX_ROWS))
            if any(cell.strip() for cell in cells):
                entries.append(_entry(columns, cells, Place.ROW.of(number=number + 1)))
    except csv.Error as error:
        raise ExchangeError(Refusal.NOT_CSV.of(line=reader.line_num)) from error
    finally:
        csv.field_size_limit(previous)
    return tuple(entries)


def escape(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula, by an apostrophe before it."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescape(cell: str) -> str:
    """The inverse of `escape`; an apostrophe that stands before nothing dangerous is the cell's own."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def join(values: Iterable[str]) -> str:
    """Several forms in one cell."""
    return _SEPARATOR.join(value.replace("\\", "\\\\").replace("|", "\\|") for value in values)


def split(cell: str) -> list[str]:
    """The inverse of `join`; a bare ``|`` without its spaces, as people type it, separates too."""
    values, current, at = [], "", 0
    while at < len(cell):
        if cell[at] == "\\":
            current += cell[at + 1 : at + 2] or "\\"
            at += 2
        elif cell[at] == "|":
            values.append(current.removesuffix(" "))
            current = ""
            at += 2 if cell[at + 1 : at + 2] == " " else 1
        else:
            current += cell[at]
            at += 1
    return [*values, current] if values or current else []


def _cells(entry: Entry) -> dict[str, str]:
    cells = dict.fromkeys(COLUMNS, "")
    cells |= {"slug": entry.slug, "type": entry.type.value, "en": entry.name}
    cells |= {"wikidata": entry.wikidata or "", "note": entry.note or ""}
    for language in Language:
        preferred = entry.preferred(language)
        forms = [form for form in entry.forms_in(language) if form.kind is not FormKind.FORBIDDEN]
        shown = {entry.name} if language is Language.EN else {preferred.text} if preferred else set()
        if language is not Language.EN and preferred is not None:
            cells[language.value] = preferred.text
            cells[f"{language}_status"] = preferred.status.value
            cells[f"{language}_source"] = preferred.provenance.value
        for kind, column in ((FormKind.SHORT, "short"), (FormKind.ACRONYM, "acronym"), (None, "also")):
            texts = [form.text for form in forms if form.text not in shown and kind in {None, form.kind}]
            shown |= set(texts)
            cells[f"{language}_{column}"] = join(dict.fromkeys(texts))
    return cells


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        raise ExchangeError(Refusal.NOT_UTF8.of())
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExchangeError(Refusal.NOT_UTF8.of()) from error
    if not text.strip():
        raise ExchangeError(Refusal.FILE_EMPTY.of())
    return text


def _check_columns(header: list[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in header]
    unknown = [column for column in columns if column not in COLUMNS]
    if unknown or not {"slug", "en"} & set(columns):
        found = ", ".join(f"“{column[:40]}”" for column in (unknown or columns)[:5])
        raise ExchangeError(Refusal.WRONG_COLUMNS.of(columns=", ".join(COLUMNS[:6]), found=found))
    if len(set(columns)) != len(columns):
        raise ExchangeError(Refusal.COLUMN_TWICE.of())
    return columns


def _entry(columns: list[str], cells: list[str], where: Saying) -> ParsedEntry:
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        raise ExchangeError(Refusal.MORE_CELLS.of(where=where))
    longest = max(map(len, cells))
    if longest > MAX_CELL:
        raise ExchangeError(Refusal.CELL_LONG.of(where=where, n=longest, limit=MAX_CELL))
    values = {column: unescape(cell) for column, cell in zip(columns, cells, strict=False) if cell.strip()}
    return ParsedEntry(
        where=where,
        slug=values.get("slug"),
        type=word(EntityType, values.get("type", "").strip().upper(), where) if "type" in values else None,
        name=values.get("en"),
        forms=tuple(form for language in Language for form in _forms(values, language, where)),
        wikidata=values.get("wikidata"),
        note=values.get("note"),
    )


def _forms(values: Mapping[str, str], language: Language, where: Saying) -> Iterable[ParsedForm]:
    status = word(FormStatus, values.get(f"{language}_status", "approved").strip().lower(), where)
    source = word(Provenance, values.get(f"{language}_source", "import").strip().lower(), where)
    if language.value in values:
        preferred = EntryForm(
            language, values[language.value], FormKind.FULL, preferred=True, provenance=source, status=status
        )
        yield ParsedForm(preferred, loose=True, has_status=f"{language}_status" in values)
    for column, kind in (("short", FormKind.SHORT), ("acronym", FormKind.ACRONYM), ("also", FormKind.ALIAS)):
        for text in split(values.get(f"{language}_{column}", "")):
            if text.strip():
                yield ParsedForm(EntryForm(language, text, kind, provenance=Provenance.IMPORT), loose=True)
