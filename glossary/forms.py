"""Drafts of forms that the glossary lacks: which are missing, what a translator proposes, saving, reviewing.

Owns the way from `translations.names` into the database. No transaction is open while the translator works; what an
editor has done meanwhile goes before its answers. What no machine can make stays missing, and is remembered with the
translator's version so that it is not tried for ever. What comes after is an editor's review (`glossary.editing`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, func, select

from glossary.database import Database
from glossary.entries import Entry, EntryForm, Glossary
from glossary.history import recorded_change
from glossary.matching import form_problem
from glossary.models import Entity, Form, FormAttempt
from glossary.normalize import fold
from glossary.store import load_glossary
from glossary.words import FormKind, FormStatus, Provenance
from translations.languages import Language
from translations.names import NameQuery, NameTranslator

FILLER = "filler"
# Names go to the models together, but not so many that a small machine holds them all at once.
_BATCH = 64


@dataclass(frozen=True, slots=True)
class MissingForm:
    """An entity has no full form in a language."""

    slug: str
    language: Language


@dataclass(frozen=True, slots=True)
class FillReport:
    """What one run did: forms `made`, and forms `missing` still among those asked for."""

    made: int
    missing: int


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A draft that waits for an editor, beside the entity's name."""

    form_id: int
    slug: str
    name: str
    language: Language
    text: str
    preferred: bool
    provenance: Provenance
    model: str | None
    confidence: float | None
    problems: tuple[str, ...]


def missing_forms(glossary: Glossary, slugs: Collection[str] | None = None) -> tuple[MissingForm, ...]:
    """The languages in which entities have no full form (a rejected one is none), of some entities if asked."""
    return tuple(
        MissingForm(entry.slug, language)
        for entry in glossary.entries.values()
        if slugs is None or entry.slug in slugs
        for language in Language
        if not entry.forms_in(language, FormKind.FULL)
    )


def propose_forms(
    glossary: Glossary, translator: NameTranslator, missing: Sequence[MissingForm]
) -> tuple[tuple[str, EntryForm], ...]:
    """What the translator makes of the English names, as drafts with their provenance; nothing where it has no answer.

    A draft that an editor has rejected, or that could not be looked for, is no answer. One that is another entity's
    strong form is weak. Opens no transaction.
    """
    strong: dict[tuple[Language, str], str] = {}
    wanted: dict[str, list[Language]] = {}
    for one in missing:
        wanted.setdefault(one.slug, []).append(one.language)
    for entry in glossary.entries.values():
        for form in entry.forms:
            if not form.weak and form.status is not FormStatus.REJECTED:
                strong.setdefault((form.language, fold(form.text)), entry.slug)
    by_targets: dict[tuple[Language, ...], list[Entry]] = {}
    for slug, languages in wanted.items():
        by_targets.setdefault(tuple(languages), []).append(glossary[slug])
    found: list[tuple[str, EntryForm]] = []
    for targets, entries in by_targets.items():
        for start in range(0, len(entries), _BATCH):
            batch = entries[start : start + _BATCH]
            queries = [NameQuery(entry.name, entry.type.value) for entry in batch]
            answers = translator.translate(queries, Language.EN, targets)
            for entry, answer in zip(batch, answers, strict=True):
                for made in answer:
                    if made.text is None or made.source is None:
                        continue
                    form = EntryForm(
                        language=made.language,
                        text=made.text,
                        kind=FormKind.FULL,
                        provenance=Provenance(made.source),
                        status=FormStatus.DRAFT,
                        model=made.model,
                        confidence=made.confidence,
                        problems=tuple(made.problems),
                    )
                    if not _is_usable(entry, form):
                        continue
                    owner = strong.setdefault((form.language, fold(form.text)), entry.slug)
                    found.append((entry.slug, replace(form, weak=owner != entry.slug)))
    return tuple(found)


def save_forms(session: Session, proposals: Iterable[tuple[str, EntryForm]], now: datetime) -> int:
    """Save drafts as one recorded change, preferred where nothing is; how many were saved.

    Left out are those of entities that are gone, and of languages in which there is a full form by now. Saving the same
    proposals again saves nothing.
    """
    listed = list(proposals)
    slugs = {slug for slug, _ in listed}
    entities = {row.slug: row for row in session.exec(select(Entity).where(col(Entity.slug).in_(slugs)))}
    known: dict[int, list[Form]] = {row.id: [] for row in entities.values() if row.id is not None}
    for row in session.exec(select(Form).where(col(Form.entity_id).in_(known))):
        known[row.entity_id].append(row)
    saved = 0
    with recorded_change(session, actor=FILLER, summary="Draft missing forms", now=now):
        for slug, form in listed:
            entity = entities.get(slug)
            if entity is None or entity.id is None or not _has_room(known[entity.id], form):
                continue
            row = Form(
                entity_id=entity.id,
                language=form.language,
                text=form.text,
                kind=form.kind,
                preferred=not any(one.preferred for one in known[entity.id] if one.language is form.language),
                weak=form.weak,
                provenance=form.provenance,
                status=form.status,
                model=form.model,
                confidence=form.confidence,
                problems=list(form.problems),
                created_at=now,
            )
            session.add(row)
            known[entity.id].append(row)
            saved += 1
    return saved


def fill_missing(
    database: Database,
    translator: NameTranslator,
    *,
    now: datetime,
    slugs: Collection[str] | None = None,
    limit: int | None = None,
) -> FillReport:
    """Draft the missing forms of all entities, or of some, at most `limit` of them.

    With a limit, which is how the job runs, what this version of the translator has failed at before is left out;
    without one everything is tried.
    """
    with database.read() as session:
        glossary = load_glossary(session)
        failed = _failed(session, translator.version) if limit is not None else frozenset()
    missing = missing_forms(glossary, slugs)
    tried = [one for one in missing if (one.slug, one.language) not in failed][:limit]
    if not tried:
        return FillReport(0, len(missing))
    proposals = propose_forms(glossary, translator, tried)
    answered = {(slug, form.language) for slug, form in proposals}
    with database.write() as session:
        made = save_forms(session, proposals, now)
        failures = [one for one in tried if (one.slug, one.language) not in answered]
        _remember(session, failures, translator.version, now)
    return FillReport(made, len(missing) - made)


def review_queue(
    session: Session, *, limit: int = 20, language: Language | None = None, after: int = 0
) -> tuple[ReviewItem, ...]:
    """Drafts that wait for an editor, oldest first, of one language if asked; `after` is the last form id seen."""
    query = (
        select(Form, Entity)
        .join(Entity, col(Entity.id) == Form.entity_id)
        .where(Form.status == FormStatus.DRAFT, col(Form.id) > after)
        .order_by(col(Form.id))
        .limit(limit)
    )
    if language is not None:
        query = query.where(Form.language == language)
    return tuple(
        ReviewItem(
            form_id=form.id,
            slug=entity.slug,
            name=entity.name,
            language=form.language,
            text=form.text,
            preferred=form.preferred,
            provenance=form.provenance,
            model=form.model,
            confidence=form.confidence,
            problems=tuple(form.problems),
        )
        for form, entity in session.exec(query)
        if form.id is not None
    )


def review_count(session: Session) -> int:
    """How many drafts wait for an editor."""
    return session.exec(select(func.count()).select_from(Form).where(Form.status == FormStatus.DRAFT)).one()


def _is_usable(entry: Entry, form: EntryForm) -> bool:
    rejected = {one.text for one in entry.forms if one.language is form.language and one.status is FormStatus.REJECTED}
    return form.text not in rejected and form_problem(form.text, form.kind, form.language) is None


def _has_room(known: Iterable[Form], form: EntryForm) -> bool:
    """Whether a language still lacks a full form, and nobody has rejected this one."""
    return not any(
        row.language is form.language
        and row.kind is FormKind.FULL
        and (row.status is not FormStatus.REJECTED or row.text == form.text)
        for row in known
    )


def _failed(session: Session, version: str) -> frozenset[tuple[str, Language]]:
    query = select(Entity.slug, FormAttempt.language).join(Entity, col(Entity.id) == FormAttempt.entity_id)
    return frozenset(
        (slug, Language(language)) for slug, language in session.exec(query.where(FormAttempt.version == version))
    )


def _remember(session: Session, failures: Sequence[MissingForm], version: str, now: datetime) -> None:
    slugs = {one.slug for one in failures}
    ids = {row.slug: row.id for row in session.exec(select(Entity).where(col(Entity.slug).in_(slugs)))}
    known = {
        (row.entity_id, row.language): row
        for row in session.exec(select(FormAttempt).where(col(FormAttempt.entity_id).in_(ids.values())))
    }
    for one in failures:
        entity_id = ids.get(one.slug)
        if entity_id is None:
            continue
        row = known.get((entity_id, one.language))
        if row is None:
            session.add(FormAttempt(entity_id=entity_id, language=one.language, version=version, tried_at=now))
        else:
            row.version, row.tried_at = version, now
