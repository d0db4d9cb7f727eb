"""What a file says of entities, whatever its format: the value between the readers and the plan of an import."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from glossary.entries import Entry, EntryForm, Relation
from glossary.errors import RefusedError
from glossary.refusals import Refusal
from glossary.words import EntityType
from translations.phrases import Saying

_Word = TypeVar("_Word", bound=StrEnum)


class ExchangeError(RefusedError):
    """A file cannot be read as a glossary; the reason says what is wrong and where."""


@dataclass(frozen=True, slots=True)
class ParsedForm:
    """A form in a file.

    A `loose` one comes from a table, which tells neither kind nor weakness for certain: where the entity has the same
    text in the language, that form is meant. `has_status` is false where the file says nothing of its status.
    """

    form: EntryForm
    loose: bool = False
    has_status: bool = True


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """An entity in a file. None, and an empty list, mean that the file leaves it as it is; `where` is for messages."""

    where: Saying
    slug: str | None = None
    type: EntityType | None = None
    name: str | None = None
    forms: tuple[ParsedForm, ...] = ()
    relations: tuple[Relation, ...] = ()
    wikidata: str | None = None
    note: str | None = None
    context: tuple[str, ...] = ()


def from_entry(entry: Entry, where: Saying) -> ParsedEntry:
    """A whole entry, as the formats without loss have it."""
    return ParsedEntry(
        where=where,
        slug=entry.slug,
        type=entry.type,
        name=entry.name,
        forms=tuple(ParsedForm(form) for form in entry.forms),
        relations=entry.relations,
        wikidata=entry.wikidata,
        note=entry.note,
        context=entry.context,
    )


def word(words: type[_Word], value: str, where: Saying) -> _Word:
    """A member of a vocabulary by its value; raises `ExchangeError` that lists them."""
    try:
        return words(value)
    except ValueError as error:
        raise ExchangeError(Refusal.NO_SUCH_WORD.of(where=where, word=value[:40], words=", ".join(words))) from error
