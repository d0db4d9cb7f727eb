"""The glossary as JSON, without loss: an object with all entries and the revision that they were exported at."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum
from itertools import count
from typing import Any, TypeVar

from glossary.entries import Entry, EntryForm, Glossary, Relation
from glossary.exchange.parsed import ExchangeError, ParsedEntry, from_entry, word
from glossary.refusals import Place, Refusal
from glossary.words import EntityType, FormKind, FormStatus, Provenance, RelationKind
from translations.languages import Language
from translations.phrases import Saying

FORMAT = "exonym-glossary"
VERSION = 1
_Word = TypeVar("_Word", bound=StrEnum)


def export_json(glossary: Glossary, select: Callable[[Entry], bool] | None = None) -> bytes:
    """The entries (those selected) as UTF-8 JSON, in lines that a version control system can compare."""
    entries = [asdict(entry) for entry in glossary.entries.values() if select is None or select(entry)]
    value = {"format": FORMAT, "version": VERSION, "revision": glossary.revision, "entities": entries}
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def parse_json(content: bytes) -> tuple[ParsedEntry, ...]:
    """Read what `export_json` wrote.

    Raises:
        ExchangeError: it is not JSON, not a glossary, of a newer version, or an entity in it is wrong.
    """
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise ExchangeError(Refusal.NOT_JSON.of()) from error
    if not isinstance(value, dict) or value.get("format") != FORMAT or not isinstance(value.get("entities"), list):
        raise ExchangeError(Refusal.NO_GLOSSARY.of(format=FORMAT))
    if value.get("version") != VERSION:
        version = str(value.get("version"))[:20]
        raise ExchangeError(Refusal.OTHER_VERSION.of(version=version, ours=VERSION))
    places = (Place.ENTITY.of(number=number) for number in count(1))
    return tuple(from_entry(_entry(item, place), place) for item, place in zip(value["entities"], places, strict=False))


def form_from_json(value: Any, where: Saying) -> EntryForm:
    """A form from its fields; raises `ExchangeError`."""
    confidence = _get(value, "confidence", (float, int), where, default=None)
    return EntryForm(
        language=_word(Language, value, "language", where),
        text=_get(value, "text", str, where),
        kind=_word(FormKind, value, "kind", where),
        preferred=_get(value, "preferred", bool, where, default=False),
        weak=_get(value, "weak", bool, where, default=False),
        provenance=_word(Provenance, value, "provenance", where),
        status=_word(FormStatus, value, "status", where),
        model=_get(value, "model", str, where, default=None),
        confidence=None if confidence is None else float(confidence),
        problems=tuple(_texts(value, "problems", where)),
    )


def _entry(value: Any, where: Saying) -> Entry:
    forms = _get(value, "forms", list, where, default=[])
    relations = _get(value, "relations", list, where, default=[])
    return Entry(
        slug=_get(value, "slug", str, where),
        type=_word(EntityType, value, "type", where),
        name=_get(value, "name", str, where),
        forms=tuple(form_from_json(form, where) for form in forms),
        relations=tuple(
            Relation(_word(RelationKind, one, "kind", where), _get(one, "target", str, where)) for one in relations
        ),
        wikidata=_get(value, "wikidata", str, where, default=None),
        note=_get(value, "note", str, where, default=None),
        context=tuple(_texts(value, "context", where)),
    )


_REQUIRED = object()


def _get(value: Any, name: str, kind: Any, where: Saying, *, default: Any = _REQUIRED) -> Any:
    found = value.get(name, default) if isinstance(value, dict) else _REQUIRED
    if (found is None and default is None) or (isinstance(found, kind) and (kind is bool or found is not True)):
        return found
    raise ExchangeError(Refusal.WRONG_VALUE.of(where=where, name=name))


def _word(words: type[_Word], value: Any, name: str, where: Saying) -> _Word:
    return word(words, _get(value, name, str, where), where)


def _texts(value: Any, name: str, where: Saying) -> list[str]:
    found = _get(value, name, list, where, default=[])
    if not all(isinstance(one, str) for one in found):
        raise ExchangeError(Refusal.NO_LIST_OF_TEXTS.of(where=where, name=name))
    return list(found)
