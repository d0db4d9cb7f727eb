"""Drafts of forms that the glossary lacks: which are missing, what a translator proposes, saving, renewing, reviewing.

Owns the way from `translations.names` into the database. No transaction is open while the translator works; what an
editor has done meanwhile goes before its answers. What a version of the translator was asked is remembered, so that
the job asks it once: what no machine can make stays missing, and an undone draft stays undone. A newer package is asked
again, also for the drafts that an older one made; what an editor approved, rejected or wrote is never touched. What
comes after is an editor's review (`glossary.editing`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, func, select

from glossary.database import Database
from glossary.deeds import Deed
from glossary.entries import Entry, EntryForm, Glossary
from glossary.history import recorded_change
from glossary.matching import form_problem
from glossary.models import Entity, Form, FormAttempt
from glossary.normalize import fold
from glossary.store import load_glossary
from glossary.words import FormKind, FormStatus, Provenance
from translations.engine import version_key
from translations.languages import Language
from translations.names import NameQuery, NameTranslator

FILLER = "filler"
# Names go to the models together, but not so many that a small machine holds them all at once.
_BATCH = 64
# Forms made between two savings: what is killed loses a second's work.
_SAVED_TOGETHER = 256
# What a machine guessed, from the most doubtful. Memory, rules and CLDR do not guess, and go before both.
_GUESSED = (Provenance.TRANSLITERATION, Provenance.ARGOS)

# Called with the forms that were asked for so far, and all that will be.
Progress = Callable[[int, int], None]


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


def renewable_drafts(glossary: Glossary) -> tuple[MissingForm, ...]:
    """The languages in which all that an entity has is one full form, a draft that a machine guessed."""
    return tuple(
        MissingForm(entry.slug, language)
        for entry in glossary.entries.values()
        for language in Language
        if _guessed_draft(entry, language) is not None
    )


def is_better(new: EntryForm, old: EntryForm) -> bool:
    """Whether a proposal should take the place of a draft that a machine guessed.

    It must be another text, without problems where the draft has none, and come from something surer: a newer version
    of the same package, any package where the draft was transliterated, or memory and rules.
    """
    if new.text == old.text or (new.problems and not old.problems):
        return False
    if new.provenance is Provenance.ARGOS is old.provenance:
        (package, version), (earlier, before) = _label(new.model), _label(old.model)
        return package == earlier and version > before
    return _surety(new.provenance) > _surety(old.provenance)


def propose_forms(
    glossary: Glossary, translator: NameTranslator, missing: Sequence[MissingForm]
) -> tuple[tuple[str, EntryForm], ...]:
    """What the translator makes of the English names, as drafts with their provenance; nothing where it has no answer.

    A draft that an editor has rejected, or that could not be looked for, is no answer. One that is another entity's
    strong form is weak. Opens no transaction.
    """
    return tuple(_propose(glossary, translator, missing, _strong_forms(glossary)))


def _strong_forms(glossary: Glossary) -> dict[tuple[Language, str], str]:
    """The entity that has each strong form first."""
    strong: dict[tuple[Language, str], str] = {}
    for entry in glossary.entries.values():
        for form in entry.forms:
            if not form.weak and form.status is not FormStatus.REJECTED:
                strong.setdefault((form.language, fold(form.text)), entry.slug)
    return strong


def _propose(
    glossary: Glossary,
    translator: NameTranslator,
    missing: Sequence[MissingForm],
    strong: dict[tuple[Language, str], str],
) -> Iterator[tuple[str, EntryForm]]:
    """`propose_forms`, noting the forms that it gives among the strong ones."""
    wanted: dict[str, list[Language]] = {}
    for one in missing:
        wanted.setdefault(one.slug, []).append(one.language)
    by_targets: dict[tuple[Language, ...], list[Entry]] = {}
    for slug, languages in wanted.items():
        by_targets.setdefault(tuple(languages), []).append(glossary[slug])
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
                    yield entry.slug, replace(form, weak=owner != entry.slug)


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
    with recorded_change(session, actor=FILLER, summary=Deed.DRAFT_FORMS.of(), now=now):
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


def save_renewed(session: Session, proposals: Iterable[tuple[str, EntryForm]], now: datetime) -> int:
    """Put proposals in the places of the drafts that they are better than, as one recorded change; how many were put.

    A draft that an editor has decided on meanwhile stays, as does one whose better form was rejected.
    """
    listed = list(proposals)
    glossary = load_glossary(session)
    renewed = 0
    with recorded_change(session, actor=FILLER, summary=Deed.RENEW_DRAFTS.of(), now=now):
        for slug, form in listed:
            entry = glossary.get(slug)
            draft = _guessed_draft(entry, form.language) if entry is not None else None
            if entry is None or draft is None or not is_better(form, draft) or not _is_usable(entry, form):
                continue
            row = session.exec(
                select(Form)
                .join(Entity, col(Entity.id) == Form.entity_id)
                .where(
                    Entity.slug == slug,
                    Form.language == form.language,
                    Form.kind == FormKind.FULL,
                    Form.text == draft.text,
                )
            ).one()
            row.text, row.weak, row.provenance = form.text, form.weak, form.provenance
            row.model, row.confidence, row.problems = form.model, form.confidence, list(form.problems)
            renewed += 1
    return renewed


def fill_missing(
    database: Database,
    translator: NameTranslator,
    *,
    now: datetime,
    slugs: Collection[str] | None = None,
    limit: int | None = None,
    progress: Progress | None = None,
) -> FillReport:
    """Draft the missing forms of all entities, or of some, at most `limit` of them; saved as they are made.

    With a limit, which is how the job runs, what this version of the translator was asked before is left out; without
    one everything is tried.
    """
    with database.read() as session:
        glossary = load_glossary(session)
        asked = _asked(session, translator.version) if limit is not None else frozenset()
    missing = missing_forms(glossary, slugs)
    tried = [one for one in missing if one not in asked][:limit]
    made = _in_batches(database, translator, glossary, tried, save_forms, now, progress)
    return FillReport(made, len(missing) - made)


def renew_drafts(
    database: Database,
    translator: NameTranslator,
    *,
    now: datetime,
    limit: int | None = None,
    progress: Progress | None = None,
) -> int:
    """Ask again for what a machine guessed before this version of the translator was there; how many drafts changed.

    Each draft is asked for once a version, at most `limit` in one run. What is better takes the draft's place (see
    `is_better`), by a change that can be undone; then it is not made again by the same version.
    """
    with database.read() as session:
        glossary = load_glossary(session)
        asked = _asked(session, translator.version)
    tried = [one for one in renewable_drafts(glossary) if one not in asked][:limit]
    return _in_batches(database, translator, glossary, tried, save_renewed, now, progress)


def _in_batches(
    database: Database,
    translator: NameTranslator,
    glossary: Glossary,
    tried: Sequence[MissingForm],
    save: Callable[[Session, Iterable[tuple[str, EntryForm]], datetime], int],
    now: datetime,
    progress: Progress | None,
) -> int:
    """Ask the translator, save its answers, and remember that it was asked, one batch after another."""
    strong = _strong_forms(glossary)
    saved = 0
    for start in range(0, len(tried), _SAVED_TOGETHER):
        batch = tried[start : start + _SAVED_TOGETHER]
        proposals = list(_propose(glossary, translator, batch, strong))
        with database.write() as session:
            saved += save(session, proposals, now)
            _remember(session, batch, translator.version, now)
        if progress is not None:
            progress(start + len(batch), len(tried))
    return saved


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


def review_count(session: Session, language: Language | None = None, *, since: datetime | None = None) -> int:
    """How many drafts wait for an editor, of one language if asked, and of those made since then if asked."""
    query = select(func.count()).select_from(Form).where(Form.status == FormStatus.DRAFT)
    if since is not None:
        query = query.where(Form.created_at > since)
    return session.exec(query if language is None else query.where(Form.language == language)).one()


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


def _guessed_draft(entry: Entry, language: Language) -> EntryForm | None:
    """The draft that a machine guessed, where it is the only full form; what is rejected does not count."""
    forms = entry.forms_in(language, FormKind.FULL)
    if len(forms) != 1 or forms[0].status is not FormStatus.DRAFT or forms[0].provenance not in _GUESSED:
        return None
    return forms[0]


def _surety(provenance: Provenance) -> int:
    return _GUESSED.index(provenance) if provenance in _GUESSED else len(_GUESSED)


def _label(model: str | None) -> tuple[str, tuple[int, ...]]:
    """A package's name and its version to compare by, of a label such as ``exonym-en_uk 1.0``."""
    name, _, version = (model or "").rpartition(" ")
    return name, version_key(version)


def _asked(session: Session, version: str) -> frozenset[MissingForm]:
    query = select(Entity.slug, FormAttempt.language).join(Entity, col(Entity.id) == FormAttempt.entity_id)
    return frozenset(
        MissingForm(slug, Language(language))
        for slug, language in session.exec(query.where(FormAttempt.version == version))
    )


def _remember(session: Session, asked: Sequence[MissingForm], version: str, now: datetime) -> None:
    slugs = {one.slug for one in asked}
    ids = {row.slug: row.id for row in session.exec(select(Entity).where(col(Entity.slug).in_(slugs)))}
    known = {
        (row.entity_id, row.language): row
        for row in session.exec(select(FormAttempt).where(col(FormAttempt.entity_id).in_(ids.values())))
    }
    for one in asked:
        entity_id = ids.get(one.slug)
        if entity_id is None:
            continue
        row = known.get((entity_id, one.language))
        if row is None:
            session.add(FormAttempt(entity_id=entity_id, language=one.language, version=version, tried_at=now))
        else:
            row.version, row.tried_at = version, now
