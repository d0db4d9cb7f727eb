"""The glossary in the database: loading it as one snapshot, finding an entity by a name, installing the starter.

Owns the way between rows and the values of `glossary.entries`. What editors do to rows is in `glossary.editing`, what
files bring in `glossary.exchange`; both record their changes through `glossary.history`, as the starter's upgrade here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from glossary.deeds import Deed
from glossary.entries import Entry, EntryForm, Glossary, Relation
from glossary.errors import GlossaryError, RefusedError
from glossary.history import glossary_revision, recorded_change
from glossary.models import Entity, EntityRelation, Form, History
from glossary.normalize import fold
from glossary.refusals import Refusal
from glossary.starter import Starter
from glossary.words import FormKind, FormStatus, Provenance, RelationKind
from translations.languages import Language

__all__ = [
    "MACHINE",
    "STARTER_ACTOR",
    "AmbiguousNameError",
    "UnknownEntityError",
    "find_entity",
    "glossary_revision",
    "install_starter",
    "installed_starter",
    "load_glossary",
    "require_entity",
]

STARTER_ACTOR = "starter"
# The history's table name for the row that remembers which starter was installed; there is no such table.
_MARK = "starter"
# An arbitrary constant of our own: PostgreSQL's advisory locks are named by numbers.
_LOCK = 0x53746172

#: Provenances of forms that nobody has looked at while they are drafts.
MACHINE = frozenset({Provenance.CLDR, Provenance.MEMORY, Provenance.RULE, Provenance.ARGOS, Provenance.TRANSLITERATION})


class UnknownEntityError(RefusedError):
    """No entity has this name or slug."""


class AmbiguousNameError(GlossaryError):
    """A name that several entities share equally; `slugs` are theirs."""

    def __init__(self, name: str, slugs: tuple[str, ...]) -> None:
        super().__init__(f"“{name}” may be {', '.join(slugs[:-1])} or {slugs[-1]}; use one of these instead.")
        self.slugs = slugs


# --- Loading and finding ---------------------------------------------------------------------------------------------


def load_glossary(session: Session) -> Glossary:
    """The whole glossary as one snapshot: three queries, whatever its size. Rejected forms are in it as such."""
    session.flush()
    connection = session.connection()
    revision = glossary_revision(session)
    forms: dict[int, list[EntryForm]] = {}
    # Only what a form has, unpacked by place: of a hundred thousand rows, names and times would take most of the time.
    for (
        entity_id,
        language,
        text,
        kind,
        preferred,
        weak,
        provenance,
        status,
        model,
        confidence,
        problems,
    ) in connection.execute(sa.select(*_FORM_COLUMNS).order_by(_FORM.c.id)):
        form = EntryForm(language, text, kind, preferred, weak, provenance, status, model, confidence, tuple(problems))
        forms.setdefault(entity_id, []).append(form)
    entities = connection.execute(sa.select(_ENTITY).order_by(_ENTITY.c.id)).all()
    slugs = {row.id: row.slug for row in entities}
    relations: dict[int, list[Relation]] = {}
    for row in connection.execute(sa.select(_RELATION).order_by(_RELATION.c.id)):
        relations.setdefault(row.entity_id, []).append(Relation(row.kind, slugs[row.target_id]))
    return Glossary.of(
        (
            Entry(
                slug=row.slug,
                type=row.type,
                name=row.name,
                forms=tuple(forms.get(row.id, ())),
                relations=tuple(relations.get(row.id, ())),
                wikidata=row.wikidata,
                note=row.note,
                context=tuple(row.context),
            )
            for row in entities
        ),
        revision,
    )


def find_entity(session: Session, name_or_slug: str) -> Entity | None:
    """The entity of a slug, of a canonical name, or of a form in any language; None where there is none.

    Case, apostrophes and width do not matter. A strong form goes before a weak one, and that before a forbidden one.

    Raises:
        AmbiguousNameError: several entities share the name equally.
    """
    wanted = name_or_slug.strip()
    found = session.exec(select(Entity).where(Entity.slug == wanted.lower())).first()
    if found is not None or not wanted:
        return found
    ranks: dict[int, int] = {}
    folded = fold(wanted)
    for entity_id, name in session.exec(select(col(Entity.id), Entity.name)):
        if fold(name) == folded and entity_id is not None:
            ranks[entity_id] = 0
    forms = select(Form.entity_id, Form.text, Form.kind, Form.weak).where(Form.status != FormStatus.REJECTED)
    for entity_id, text, kind, weak in session.exec(forms):
        if fold(text) == folded:
            rank = 3 if kind is FormKind.FORBIDDEN else 2 if weak else 1
            ranks[entity_id] = min(rank, ranks.get(entity_id, rank))
    best = [entity_id for entity_id, rank in ranks.items() if rank == min(ranks.values())]
    rows = [session.get_one(Entity, entity_id) for entity_id in best]
    if len(rows) > 1:
        raise AmbiguousNameError(wanted, tuple(sorted(row.slug for row in rows)))
    return rows[0] if rows else None


def require_entity(session: Session, name_or_slug: str) -> Entity:
    """As `find_entity`; raises `UnknownEntityError` where there is none."""
    found = find_entity(session, name_or_slug)
    if found is None:
        raise UnknownEntityError(Refusal.UNKNOWN_ENTITY.of(name=name_or_slug.strip()))
    return found


_ENTITY = SQLModel.metadata.tables["entity"]
_FORM = SQLModel.metadata.tables["form"]
_RELATION = SQLModel.metadata.tables["entity_relation"]
_FORM_COLUMNS = [
    _FORM.c[name]
    for name in (
        "entity_id",
        "language",
        "text",
        "kind",
        "preferred",
        "weak",
        "provenance",
        "status",
        "model",
        "confidence",
        "problems",
    )
]


# --- The starter -----------------------------------------------------------------------------------------------------


def installed_starter(session: Session) -> str | None:
    """The version of the starter that was installed last, or None."""
    query = select(History.after).where(History.table == _MARK).order_by(col(History.id).desc()).limit(1)
    mark = session.exec(query).first()
    return None if mark is None else str(mark["version"])


def install_starter(session: Session, starter: Starter, *, now: datetime) -> str | None:
    """Bring the starter's entries into the database; the id of the change, or None where this version was there.

    An upgrade is a merge of three: what the starter said when it was last installed (the history knows), what it says
    now, and what the database has. A value changes only where the database still has what the starter had said; what an
    editor changed, rejected or removed stays so.
    """
    if session.get_bind().dialect.name == "postgresql":
        # Two processes may start at once; SQLite's writers wait for each other anyway.
        session.connection().execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    if installed_starter(session) == starter.version:
        return None
    summary = str(Deed.STARTER.of(version=starter.version))
    with recorded_change(session, actor=STARTER_ACTOR, summary=summary, now=now) as change:
        _Upgrade(session, starter, now).run()
        session.add(
            History(
                change=change,
                at=now,
                actor=STARTER_ACTOR,
                summary=summary,
                table=_MARK,
                row_id=0,
                after={"version": starter.version},
            )
        )
    return change


_FormKey = tuple[Language, FormKind, str]
_State = dict[str, Any]


@dataclass(slots=True)
class _Upgrade:
    """One installation under way. `said` is each row as a starter last wrote it, None where a starter deleted it."""

    session: Session
    starter: Starter
    now: datetime
    entities: dict[str, Entity] = field(default_factory=dict)
    forms: dict[int, list[Form]] = field(default_factory=dict)
    relations: dict[tuple[int, RelationKind, int], EntityRelation] = field(default_factory=dict)
    said: dict[tuple[str, int], _State | None] = field(default_factory=dict)

    def run(self) -> None:
        self._read()
        installed_slugs = {state["slug"] for state in self._all_said("entity")}
        entries = []
        for entry in self.starter.entries:
            row = self.entities.get(entry.slug)
            if row is None and entry.slug in installed_slugs:
                continue  # an editor merged or deleted it
            self._put_entity(entry, row)
            entries.append(entry)
        self.session.flush()
        self._put_forms(entries)
        self._put_relations(entries)
        self.session.flush()

    def _read(self) -> None:
        self.entities = {row.slug: row for row in self.session.exec(select(Entity))}
        for form in self.session.exec(select(Form).order_by(col(Form.id))):
            self.forms.setdefault(form.entity_id, []).append(form)
        for relation in self.session.exec(select(EntityRelation)):
            self.relations[relation.entity_id, relation.kind, relation.target_id] = relation
        query = select(History.table, History.row_id, History.after).where(History.actor == STARTER_ACTOR)
        for table, row_id, after in self.session.exec(query.order_by(col(History.id))):
            self.said[table, row_id] = None if after is None else dict(after)

    def _all_said(self, table: str) -> Iterable[_State]:
        return (state for (name, _), state in self.said.items() if name == table and state is not None)

    def _put_entity(self, entry: Entry, row: Entity | None) -> None:
        values: _State = {
            "type": entry.type,
            "name": entry.name,
            "wikidata": entry.wikidata,
            "note": entry.note,
            "context": list(entry.context),
        }
        if row is None:
            row = Entity(slug=entry.slug, curated=True, created_at=self.now, **values)
            self.session.add(row)
            self.entities[entry.slug] = row
        else:
            self._merge("entity", row, values)

    def _merge(self, table: str, row: Entity | Form, values: _State) -> None:
        """Set the values whose old ones are still the starter's."""
        assert row.id is not None  # noqa: S101  (it was read from the database)
        base = self.said.get((table, row.id)) or {}
        for name, value in values.items():
            if name in base and getattr(row, name) == base[name] and value != base[name]:
                setattr(row, name, value)

    def _put_forms(self, entries: Iterable[Entry]) -> None:
        installed: dict[int, set[_FormKey]] = {}
        for state in self._all_said("form"):
            key = (Language(state["language"]), FormKind(state["kind"]), state["text"])
            installed.setdefault(state["entity_id"], set()).add(key)
        preferences: list[Form] = []
        for entry in entries:
            entity_id = self.entities[entry.slug].id
            assert entity_id is not None  # noqa: S101  (flushed before)
            preferences += self._put_forms_of(entry, entity_id, installed.get(entity_id, set()))
        self.session.flush()
        for row in preferences:
            row.preferred = True
        self.session.flush()

    def _put_forms_of(self, entry: Entry, entity_id: int, installed: set[_FormKey]) -> list[Form]:
        """Bring in one entry's forms; those returned are to be preferred once nothing else is."""
        wanted = {(form.language, form.kind, form.text): form for form in entry.forms}
        rows = {(form.language, form.kind, form.text): form for form in self.forms.get(entity_id, ())}
        for key, row in list(rows.items()):
            if key not in wanted and self._is_as_said(row):
                self.session.delete(row)
                del rows[key]
        preferences = []
        fresh = entity_id not in self.forms
        for key, form in wanted.items():
            known = rows.get(key)
            if known is None and key in installed:
                continue  # an editor removed or rewrote it
            if known is None:
                row = Form(
                    entity_id=entity_id,
                    language=form.language,
                    text=form.text,
                    kind=form.kind,
                    preferred=form.preferred and fresh,
                    weak=form.weak,
                    provenance=Provenance.CURATED,
                    status=FormStatus.APPROVED,
                    problems=[],  # SQLModel takes half a millisecond a row to find out how to call a default's factory
                    created_at=self.now,
                )
                self.session.add(row)
            else:
                row = known
                self._adopt(row, form)
            if form.preferred and not row.preferred and row.status is FormStatus.APPROVED:
                others = [other for other in rows.values() if other.language is form.language and other.preferred]
                if all(self._is_as_said(other) or _is_machine_draft(other) for other in others):
                    for other in others:
                        other.preferred = False
                    preferences.append(row)
        return preferences

    def _adopt(self, row: Form, form: EntryForm) -> None:
        if _is_machine_draft(row):
            row.provenance, row.status, row.weak = Provenance.CURATED, FormStatus.APPROVED, form.weak
            row.model, row.confidence, row.problems = None, None, []
        else:
            self._merge("form", row, {"weak": form.weak})

    def _is_as_said(self, row: Form) -> bool:
        """Whether a form is exactly as a starter wrote it, so that nobody else has had a say."""
        state = self.said.get(("form", row.id or 0))
        names = ("entity_id", "language", "text", "kind", "preferred", "weak", "provenance", "status")
        return state is not None and all(getattr(row, name) == state[name] for name in names)

    def _put_relations(self, entries: Iterable[Entry]) -> None:
        said = {(state["entity_id"], state["kind"], state["target_id"]) for state in self._all_said("entity_relation")}
        wanted: set[tuple[int, RelationKind, int]] = set()
        for entry in entries:
            for relation in entry.relations:
                source, target = self.entities[entry.slug], self.entities.get(relation.target)
                if target is not None and source.id is not None and target.id is not None:
                    wanted.add((source.id, relation.kind, target.id))
        for key, row in self.relations.items():
            if key not in wanted and key in said:
                self.session.delete(row)
        for key in sorted(wanted - self.relations.keys() - said):
            self.session.add(EntityRelation(entity_id=key[0], kind=key[1], target_id=key[2]))


def _is_machine_draft(form: Form) -> bool:
    return form.provenance in MACHINE and form.status is FormStatus.DRAFT
