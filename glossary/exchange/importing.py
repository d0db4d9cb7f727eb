"""What an import would do, and doing it: new entities, changed ones, and those in conflict, which are left out.

An import adds and changes; it removes nothing. `plan_import` is pure, so that a person can be asked before
`apply_import` makes the one change that can be undone. A conflict is what an editor would be refused, or would
contradict one: a name that stands for another entity, a form that an editor has rejected or forbidden, a text that
cannot be a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from glossary.deeds import Deed
from glossary.editing import (
    EditRefusedError,
    clean_context,
    clean_note,
    clean_text,
    clean_wikidata,
    slug_of,
    unusable_form,
)
from glossary.entries import Entry, EntryForm, Glossary, Relation
from glossary.errors import RefusedError
from glossary.exchange.parsed import ExchangeError, ParsedEntry, ParsedForm
from glossary.history import recorded_change
from glossary.matching import collisions
from glossary.models import Entity, EntityRelation, Form
from glossary.normalize import fold
from glossary.refusals import Difference, Field, Refusal
from glossary.store import load_glossary
from glossary.words import FormKind, FormStatus, Provenance, RelationKind
from translations.languages import Language
from translations.phrases import Saying

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FormKey = tuple[Language, FormKind, str]


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """An entity as it would be after the import; `before` is None for a new one. Printed, it says what changes."""

    entry: Entry
    before: Entry | None
    differences: tuple[Saying, ...]

    def __str__(self) -> str:
        return f"{self.entry.name} ({self.entry.slug}): {'; '.join(map(str, self.differences))}"


@dataclass(frozen=True, slots=True)
class Conflict:
    """An entity of the file that is left out, and why."""

    name: str
    where: Saying
    reason: Saying

    def __str__(self) -> str:
        return f"{self.name} ({self.where}): {self.reason}"


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do; `unchanged` counts the entities of the file that are as they are already.

    `shared` says of each form that the import lets stand for several entities how the matcher will tell them apart.
    """

    new: tuple[PlannedEntry, ...]
    changed: tuple[PlannedEntry, ...]
    unchanged: int
    conflicts: tuple[Conflict, ...]
    shared: tuple[Saying, ...] = ()


def plan_import(glossary: Glossary, parsed: Sequence[ParsedEntry]) -> ImportPlan:
    """Compare what a file says with the glossary; changes nothing."""
    plan = _Planner(glossary).plan(parsed)
    planned = {one.entry.slug: one.entry for one in (*plan.new, *plan.changed)}
    after = Glossary.of({**glossary.entries, **planned}.values())
    known = {(one.language, one.text, one.slugs) for one in collisions(glossary)}
    shared = tuple(
        one.explained(after)
        for one in collisions(after)
        if not planned.keys().isdisjoint(one.slugs) and (one.language, one.text, one.slugs) not in known
    )
    return replace(plan, shared=shared)


def apply_import(session: Session, plan: ImportPlan, *, actor: str, now: datetime) -> str:
    """Carry a plan out as one recorded change, whose id is returned.

    Raises:
        ExchangeError: an entity has changed since the plan was made; nothing is imported then.
    """
    current = load_glossary(session)
    for planned in (*plan.new, *plan.changed):
        if current.get(planned.entry.slug) != planned.before:
            raise ExchangeError(Refusal.ENTRY_CHANGED.of(name=planned.entry.name))
    summary = Deed.IMPORT.of(new=len(plan.new), changed=len(plan.changed))
    with recorded_change(session, actor=actor, summary=summary, now=now) as change:
        _write(session, (*plan.new, *plan.changed), now)
    return change


class _ConflictError(RefusedError):
    """Stops the planning of one entity; caught where entities are gone through."""


@dataclass(slots=True)
class _Planner:
    glossary: Glossary
    owners: dict[tuple[Language, str], str] = field(default_factory=dict)
    slugs: set[str] = field(default_factory=set)
    wholes: dict[str, set[str]] = field(default_factory=dict)

    def plan(self, parsed: Sequence[ParsedEntry]) -> ImportPlan:
        for entry in self.glossary.entries.values():
            self._claim(entry)
        by_name = {fold(entry.name): entry.slug for entry in self.glossary.entries.values()}
        named = [(one, self._slug(one, by_name)) for one in parsed]
        # Relations may point forward in the file.
        self.slugs = set(self.glossary.entries) | {slug for _, slug in named}
        new: list[PlannedEntry] = []
        changed: list[PlannedEntry] = []
        conflicts: list[Conflict] = []
        seen: set[str] = set()
        unchanged = 0
        for one, slug in named:
            before = self.glossary.get(slug)
            try:
                if slug in seen:
                    raise _ConflictError(Refusal.TWICE_IN_FILE.of(slug=slug))
                seen.add(slug)
                after = self._target(one, slug, before)
            except (_ConflictError, EditRefusedError) as error:
                conflicts.append(Conflict(one.name or one.slug or "?", one.where, error.reason))
                continue
            if after == before:
                unchanged += 1
                continue
            self._claim(after)
            (changed if before else new).append(PlannedEntry(after, before, tuple(_differences(before, after))))
        places = {slug: one.where for one, slug in named}
        return self._without_dangling(ImportPlan(tuple(new), tuple(changed), unchanged, tuple(conflicts)), places)

    def _slug(self, one: ParsedEntry, by_name: dict[str, str]) -> str:
        if one.slug is not None and one.slug.strip():
            return one.slug.strip().lower()
        known = by_name.get(fold(one.name.strip())) if one.name else None
        if known is not None:
            return known
        try:
            return slug_of(one.name or "")
        except EditRefusedError:
            return ""

    def _claim(self, entry: Entry) -> None:
        for form in entry.forms:
            if not form.weak and form.status is not FormStatus.REJECTED:
                self.owners.setdefault((form.language, fold(form.text)), entry.slug)
        self.wholes[entry.slug] = set(entry.targets(RelationKind.PART_OF))

    def _target(self, one: ParsedEntry, slug: str, before: Entry | None) -> Entry:
        """The entry as it should be; raises where it must not."""
        if not slug:
            raise _ConflictError(Refusal.NEITHER_SLUG_NOR_NAME.of())
        if not _SLUG.fullmatch(slug) or len(slug) > 120:
            raise _ConflictError(Refusal.NO_SLUG.of(slug=slug[:40]))
        name = before.name if before else ""
        if one.name is not None:
            name = clean_text(one.name, Field.NAME)
        if before is not None:
            base = before
        elif one.type is not None and name:
            base = Entry(slug, one.type, name)
        else:
            raise _ConflictError(Refusal.NEW_ENTRY_LACKS.of())
        forms = list(base.forms)
        parsed = list(one.forms)
        english = EntryForm(Language.EN, name, FormKind.FULL, preferred=True, provenance=Provenance.IMPORT)
        if before is not None and name == before.name and not any(_is_english(one, name) for one in before.forms):
            # A table has no other cell for a name that is in no text as it stands, as “Georgia (country)” is.
            parsed = [one for one in parsed if not (one.loose and _is_english(one.form, name))]
        elif not any(form.form.language is Language.EN and form.form.preferred for form in parsed):
            preferred = base.preferred(Language.EN)
            if preferred is None or preferred.text != name:
                parsed.insert(0, ParsedForm(english, loose=True, has_status=False))
        for parsed_form in parsed:
            self._merge_form(forms, parsed_form, slug, is_new=before is None)
        _check_preferences(forms)
        return replace(
            base,
            type=one.type or base.type,
            name=name,
            forms=tuple(forms),
            relations=self._relations(one, base, slug),
            wikidata=clean_wikidata(one.wikidata) if one.wikidata is not None else base.wikidata,
            note=clean_note(one.note) if one.note is not None else base.note,
            context=tuple(clean_context(one.context)) if one.context else base.context,
        )

    def _merge_form(self, forms: list[EntryForm], parsed: ParsedForm, slug: str, *, is_new: bool) -> None:
        form = replace(parsed.form, text=clean_text(parsed.form.text, Field.FORM))
        place = _place(forms, form, loose=parsed.loose)
        if place is None:
            problem = unusable_form(form.text, form.kind, form.language)
            if problem is not None and form.status is not FormStatus.REJECTED:
                raise _ConflictError(problem)
            if parsed.loose and not is_new:
                form = replace(form, provenance=Provenance.IMPORT)
            forms.append(replace(self._strong_or_weak(form, slug, loose=parsed.loose), preferred=False))
            place = len(forms) - 1
        else:
            forms[place] = self._merged(forms[place], form, parsed, slug)
        if form.preferred:
            _prefer(forms, place)

    def _merged(self, old: EntryForm, form: EntryForm, parsed: ParsedForm, slug: str) -> EntryForm:
        if old.status is FormStatus.REJECTED and form.status is not FormStatus.REJECTED:
            raise _ConflictError(Refusal.FORM_REJECTED.of(form=old.text, language=old.language))
        if old.kind is FormKind.FORBIDDEN and form.kind is not FormKind.FORBIDDEN and form.preferred:
            raise _ConflictError(Refusal.FORM_FORBIDDEN.of(form=old.text, language=old.language))
        status = old.status
        if parsed.has_status and form.status is not FormStatus.DRAFT and (not parsed.loose or form.preferred):
            status = form.status  # a draft in an older export takes no approval back
        if parsed.loose:
            return replace(old, status=status)
        merged = replace(old, status=status, weak=form.weak)
        return self._strong_or_weak(merged, slug, loose=False) if old.weak and not form.weak else merged

    def _strong_or_weak(self, form: EntryForm, slug: str, *, loose: bool) -> EntryForm:
        owner = self.owners.get((form.language, fold(form.text)), slug)
        if form.weak or owner == slug or form.status is FormStatus.REJECTED:
            return form
        if loose and not (form.language is Language.EN and form.preferred):
            return replace(form, weak=True)  # a table cannot say that it is
        raise _ConflictError(Refusal.FORM_TAKEN.of(form=form.text, language=form.language, slug=owner))

    def _relations(self, one: ParsedEntry, base: Entry, slug: str) -> tuple[Relation, ...]:
        relations = list(base.relations)
        for relation in one.relations:
            if relation in relations:
                continue
            if relation.target not in self.slugs:
                raise _ConflictError(Refusal.NO_TARGET.of(relation=relation.kind, slug=relation.target[:40]))
            if relation.target == slug:
                raise _ConflictError(Refusal.ITS_OWN_TARGET.of())
            if relation.kind is RelationKind.PART_OF and slug in self._above(relation.target):
                raise _ConflictError(Refusal.TARGET_BELOW.of(slug=relation.target))
            relations.append(relation)
        return tuple(relations)

    def _above(self, slug: str) -> set[str]:
        found, waiting = {slug}, [slug]
        while waiting:
            for target in self.wholes.get(waiting.pop(), set()):
                if target not in found:
                    found.add(target)
                    waiting.append(target)
        return found

    def _without_dangling(self, plan: ImportPlan, places: Mapping[str, Saying]) -> ImportPlan:
        """Leave out what relates to entities of the file that are themselves left out, until nothing does."""
        while True:
            known = set(self.glossary.entries) | {one.entry.slug for one in plan.new}
            dangling = [
                one
                for one in (*plan.new, *plan.changed)
                if any(relation.target not in known for relation in one.entry.relations)
            ]
            if not dangling:
                return plan
            plan = ImportPlan(
                tuple(one for one in plan.new if one not in dangling),
                tuple(one for one in plan.changed if one not in dangling),
                plan.unchanged,
                (
                    *plan.conflicts,
                    *(
                        Conflict(one.entry.name, places[one.entry.slug], Refusal.TARGET_LEFT_OUT.of())
                        for one in dangling
                    ),
                ),
            )


def _is_english(form: EntryForm, name: str) -> bool:
    return form.language is Language.EN and form.text == name


def _place(forms: Sequence[EntryForm], form: EntryForm, *, loose: bool) -> int | None:
    alike = [place for place, one in enumerate(forms) if (one.language, one.text) == (form.language, form.text)]
    exact = [place for place in alike if forms[place].kind is form.kind]
    if exact or not loose:
        return exact[0] if exact else None
    preferred = [place for place in alike if forms[place].preferred]
    return next(iter(preferred or alike), None)


def _prefer(forms: list[EntryForm], place: int) -> None:
    """Prefer a form, unless it is a draft beside one that a person stands behind."""
    chosen = forms[place]
    old = next((one for one in forms if one.language is chosen.language and one.preferred), None)
    if chosen.status is FormStatus.DRAFT and old is not None and old.status is FormStatus.APPROVED and old != chosen:
        return
    for number, one in enumerate(forms):
        if one.language is chosen.language and one.preferred and number != place:
            forms[number] = replace(one, preferred=False)
    forms[place] = replace(forms[place], preferred=True)


def _check_preferences(forms: Iterable[EntryForm]) -> None:
    for form in forms:
        if form.preferred and (form.kind is FormKind.FORBIDDEN or form.status is FormStatus.REJECTED):
            raise _ConflictError(Refusal.PREFERRED_UNUSABLE.of(form=form.text, language=form.language))


def _differences(before: Entry | None, after: Entry) -> Iterable[Saying]:
    if before is None:
        yield Difference.NEW.of()
        return
    for one in (Difference.TYPE, Difference.NAME, Difference.WIKIDATA, Difference.NOTE, Difference.CONTEXT):
        if getattr(before, one.name.lower()) != getattr(after, one.name.lower()):
            yield one.of()
    old = {_key(form): form for form in before.forms}
    for form in after.forms:
        known, what = old.get(_key(form)), {"form": form.text, "language": form.language}
        if known is None:
            yield Difference.ADDS.of(**what)
        elif known != form:
            if form.preferred and not known.preferred:
                yield Difference.PREFERS.of(**what)
            if form.status is not known.status:
                yield Difference[form.status.name].of(**what)
            if form.weak is not known.weak:
                yield (Difference.WEAK if form.weak else Difference.STRONG).of(**what)
    for relation in after.relations:
        if relation not in before.relations:
            yield Difference.RELATION.of(relation=relation.kind, slug=relation.target)


def _key(form: EntryForm) -> _FormKey:
    return form.language, form.kind, form.text


# --- Writing a plan --------------------------------------------------------------------------------------------------


def _write(session: Session, planned: Sequence[PlannedEntry], now: datetime) -> None:
    slugs = {one.entry.slug for one in planned}
    slugs |= {relation.target for one in planned for relation in one.entry.relations}
    rows = {row.slug: row for row in session.exec(select(Entity)) if row.slug in slugs}
    for one in planned:
        entry = one.entry
        row = rows.get(entry.slug)
        if row is None:
            rows[entry.slug] = row = Entity(slug=entry.slug, type=entry.type, name=entry.name, created_at=now)
            session.add(row)
        row.type, row.name, row.wikidata, row.note = entry.type, entry.name, entry.wikidata, entry.note
        row.context = list(entry.context)
    session.flush()
    ids = {slug: row.id for slug, row in rows.items() if row.id is not None}
    _write_forms(session, {ids[one.entry.slug]: one.entry for one in planned}, now)
    known = {(row.entity_id, row.kind, row.target_id) for row in session.exec(select(EntityRelation))}
    for one in planned:
        for relation in one.entry.relations:
            key = (ids[one.entry.slug], relation.kind, ids[relation.target])
            if key not in known:
                session.add(EntityRelation(entity_id=key[0], kind=key[1], target_id=key[2]))
    session.flush()


def _write_forms(session: Session, entries: dict[int, Entry], now: datetime) -> None:
    known: dict[tuple[int, Language, FormKind, str], Form] = {}
    for start in range(0, len(entries), 500):
        some = list(entries)[start : start + 500]
        for row in session.exec(select(Form).where(col(Form.entity_id).in_(some))):
            known[row.entity_id, row.language, row.kind, row.text] = row
    preferences: list[Form] = []
    for entity_id, entry in entries.items():
        for form in entry.forms:
            key = (entity_id, form.language, form.kind, form.text)
            row = known.get(key) or Form(
                entity_id=entity_id,
                language=form.language,
                text=form.text,
                kind=form.kind,
                provenance=form.provenance,
                status=form.status,
                model=form.model,
                confidence=form.confidence,
                problems=list(form.problems),
                created_at=now,
            )
            session.add(row)
            row.weak, row.status = form.weak, form.status
            if row.preferred and not form.preferred:
                row.preferred = False
            elif form.preferred and not row.preferred:
                preferences.append(row)
    session.flush()  # first nothing is preferred twice, then the new preferences
    for row in preferences:
        row.preferred = True
    session.flush()
