"""From what somebody typed to the entity they mean, by any form in any of the four languages."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from bot.messages import Messages
from glossary.entries import Entry, Glossary
from glossary.models import Entity
from glossary.normalize import fold
from glossary.suggest import search
from glossary.words import EntityType, FormKind, FormStatus
from translations.languages import Language

#: The longest name that is looked up.
LONGEST = 100
#: The most entities that are offered to choose from.
CHOICES = 8


@dataclass(frozen=True, slots=True)
class Found:
    """What a name may mean: `entry` alone, or several `choices`, exactly so written (`exact`) or only near."""

    entry: Entry | None = None
    choices: tuple[Entry, ...] = ()
    exact: bool = False


def find_name(glossary: Glossary, name: str) -> Found:
    """The entity of a slug or a name, those that share the name, or the nearest ones; an empty `Found` for nothing.

    The rule is that of `glossary.store.find_entity`: a canonical name goes before a strong form, that before a weak
    one, and that before a forbidden one.
    """
    wanted = name.strip()
    entry = glossary.get(wanted.lower())
    if entry is not None:
        return Found(entry)
    ranks = _index(glossary).get(fold(wanted), {})
    best = [glossary[slug] for slug, rank in ranks.items() if rank == min(ranks.values())]
    if len(best) == 1:
        return Found(best[0])
    if best:
        return Found(choices=tuple(best[:CHOICES]), exact=True)
    return Found(choices=tuple(glossary[hit.slug] for hit in search(glossary, wanted, limit=CHOICES)))


_Index = Mapping[str, Mapping[str, int]]

# Folding all forms takes longer than an answer should; the index of the glossary that was asked last is kept.
_recent: list[tuple[weakref.ref[Glossary], _Index]] = []
_recent_lock = threading.Lock()


def _index(glossary: Glossary) -> _Index:
    """For each folded name the entities so written, each with its rank: 0 is the best."""
    with _recent_lock:
        if _recent and _recent[0][0]() is glossary:
            return _recent[0][1]
        index: dict[str, dict[str, int]] = {}
        for entry in glossary.entries.values():
            _put(index, entry.name, entry.slug, 0)
            for form in entry.forms:
                if form.status is not FormStatus.REJECTED:
                    rank = 3 if form.kind is FormKind.FORBIDDEN else 2 if form.weak else 1
                    _put(index, form.text, entry.slug, rank)
        _recent[:] = [(weakref.ref(glossary), index)]
        return index


def _put(index: dict[str, dict[str, int]], name: str, slug: str, rank: int) -> None:
    ranks = index.setdefault(fold(name), {})
    ranks[slug] = min(rank, ranks.get(slug, rank))


def words_of(key: str) -> frozenset[str]:
    """The words of a key in all catalogues: people write in the language that they think in."""
    return frozenset(word for language in Language for word in Messages(language).plain(key).split())


def is_word(text: str, key: str) -> bool:
    """Whether a text is one of the words of a key, in any language."""
    return text.strip().casefold() in words_of(key)


def ids_of(session: Session, entries: Iterable[Entry]) -> Mapping[str, int]:
    """The row ids of entries by slug, for buttons; one that was removed meanwhile is left out."""
    slugs = [entry.slug for entry in entries]
    rows = session.exec(select(Entity.slug, Entity.id).where(col(Entity.slug).in_(slugs)))
    return {slug: entity_id for slug, entity_id in rows if entity_id is not None}


def entry_of_id(session: Session, glossary: Glossary, entity_id: int) -> Entry | None:
    """The entry of a row id, or None for one that is gone."""
    slug = session.exec(select(Entity.slug).where(Entity.id == entity_id)).one_or_none()
    return glossary.get(slug)


def type_of(messages: Messages, word: str) -> EntityType | None:
    """A type by its word in the reader's language or its English one."""
    wanted = word.casefold()
    words = {one.value.casefold(): one for one in EntityType}
    words |= {messages.plain(f"type.{one.value}").casefold(): one for one in EntityType}
    words |= {messages.plain(f"types.{one.value}").casefold(): one for one in EntityType}
    return words.get(wanted)
