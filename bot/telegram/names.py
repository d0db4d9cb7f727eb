"""From what somebody typed to the entity they mean, by any form in any of the four languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from glossary.entries import Entry, Glossary
from glossary.models import Entity
from glossary.store import AmbiguousNameError, find_entity
from glossary.suggest import search

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


def find_name(session: Session, glossary: Glossary, name: str) -> Found:
    """The entity of a name, those that share it, or the nearest ones; an empty `Found` where there is nothing."""
    try:
        row = find_entity(session, name)
    except AmbiguousNameError as ambiguous:
        return Found(choices=_known(glossary, ambiguous.slugs), exact=True)
    if row is not None and (entry := glossary.get(row.slug)) is not None:
        return Found(entry)
    return Found(choices=_known(glossary, (hit.slug for hit in search(glossary, name, limit=CHOICES))))


def _known(glossary: Glossary, slugs: Iterable[str]) -> tuple[Entry, ...]:
    found = (glossary.get(slug) for slug in dict.fromkeys(slugs))
    return tuple(entry for entry in found if entry is not None)[:CHOICES]


def ids_of(session: Session, entries: Iterable[Entry]) -> Mapping[str, int]:
    """The row ids of entries by slug, for buttons; one that was removed meanwhile is left out."""
    slugs = [entry.slug for entry in entries]
    rows = session.exec(select(Entity.slug, Entity.id).where(col(Entity.slug).in_(slugs)))
    return {slug: entity_id for slug, entity_id in rows if entity_id is not None}


def entry_of_id(session: Session, glossary: Glossary, entity_id: int) -> Entry | None:
    """The entry of a row id, or None for one that is gone."""
    slug = session.exec(select(Entity.slug).where(Entity.id == entity_id)).one_or_none()
    return glossary.get(slug)
