"""The glossary as values: one immutable snapshot that every stage reads, from the starter or from a database.

Owns `EntryForm`, `Relation`, `Entry` and `Glossary`. An entity is named by its slug everywhere outside the functions
that save rows. `glossary.starter` reads the starter into these values; `glossary.store` keeps them in a database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from glossary.words import EntityType, FormKind, FormStatus, Provenance, RelationKind
from translations.languages import Language


@dataclass(frozen=True, slots=True)
class EntryForm:
    """How an entity is written in one language.

    `confidence` is 0..1 and null where nobody measured it; `model` names package and version where a model answered.
    """

    language: Language
    text: str
    kind: FormKind
    preferred: bool = False
    weak: bool = False
    provenance: Provenance = Provenance.CURATED
    status: FormStatus = FormStatus.APPROVED
    model: str | None = None
    confidence: float | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """One edge from an entry to another: ``entry KIND target``."""

    kind: RelationKind
    target: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the world with all we know of its names. `name` is the canonical English name."""

    slug: str
    type: EntityType
    name: str
    forms: tuple[EntryForm, ...] = ()
    relations: tuple[Relation, ...] = ()
    wikidata: str | None = None
    note: str | None = None
    context: tuple[str, ...] = ()

    def preferred(self, language: Language) -> EntryForm | None:
        """The form to use in a language, or None where there is none yet."""
        return next((form for form in self.forms if form.language is language and form.preferred), None)

    def forms_in(self, language: Language, kind: FormKind | None = None) -> tuple[EntryForm, ...]:
        """The forms in a language that are not rejected, of one kind if asked, in their stored order."""
        return tuple(
            form
            for form in self.forms
            if form.language is language
            and form.status is not FormStatus.REJECTED
            and (kind is None or form.kind is kind)
        )

    def targets(self, kind: RelationKind) -> tuple[str, ...]:
        """The slugs that this entry points at by one kind of relation."""
        return tuple(relation.target for relation in self.relations if relation.kind is kind)


@dataclass(frozen=True)
class Glossary:
    """All entries at one revision; relations can be followed both ways."""

    entries: Mapping[str, Entry]
    revision: int = 0
    _parts: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)
    _neighbours: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts: dict[str, set[str]] = {}
        neighbours: dict[str, set[str]] = {}
        for entry in self.entries.values():
            for relation in entry.relations:
                neighbours.setdefault(entry.slug, set()).add(relation.target)
                neighbours.setdefault(relation.target, set()).add(entry.slug)
                if relation.kind is RelationKind.PART_OF:
                    parts.setdefault(relation.target, set()).add(entry.slug)
        object.__setattr__(self, "_parts", {slug: frozenset(found) for slug, found in parts.items()})
        object.__setattr__(self, "_neighbours", {slug: frozenset(found) for slug, found in neighbours.items()})

    @classmethod
    def of(cls, entries: Iterable[Entry], revision: int = 0) -> Glossary:
        """A snapshot of these entries."""
        return cls(MappingProxyType({entry.slug: entry for entry in entries}), revision)

    def __getitem__(self, slug: str) -> Entry:
        return self.entries[slug]

    def get(self, slug: str | None) -> Entry | None:
        """The entry of a slug, or None."""
        return None if slug is None else self.entries.get(slug)

    def related(self, slug: str) -> frozenset[str]:
        """The slugs one relation away, in either direction."""
        return self._neighbours.get(slug, frozenset())

    def parts(self, slug: str) -> frozenset[str]:
        """Everything that is part of a slug by `part_of`, however deep; itself left out."""
        return self._closure(slug, lambda at: self._parts.get(at, frozenset()))

    def wholes(self, slug: str) -> frozenset[str]:
        """Everything that a slug is part of by `part_of`, however high; itself left out."""

        def above(at: str) -> frozenset[str]:
            entry = self.entries.get(at)
            return frozenset() if entry is None else frozenset(entry.targets(RelationKind.PART_OF))

        return self._closure(slug, above)

    @staticmethod
    def _closure(slug: str, step: Callable[[str], frozenset[str]]) -> frozenset[str]:
        found: set[str] = set()
        waiting = [slug]
        while waiting:
            for other in step(waiting.pop()):
                if other not in found and other != slug:
                    found.add(other)
                    waiting.append(other)
        return frozenset(found)
