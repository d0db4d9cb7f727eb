"""What editors do to the glossary: adding, changing, merging and relating entities, judging forms.

What they do to figures is in `glossary.figure_editing`.

Every function makes one recorded change (`glossary.history`), so that it can be seen and undone, and refuses with one
sentence what would harm: names that every article has, a strong name that another entity has already, a ring of
`part_of`. `seen` is the revision of the glossary that the editor was looking at: where someone else has changed the
same entity since, the later editor is told instead of overwriting.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, or_, select

from glossary.deeds import Deed
from glossary.errors import RefusedError
from glossary.history import recorded_change, repoint
from glossary.matching import form_problem
from glossary.models import Entity, EntityRelation, Form, History
from glossary.normalize import fold
from glossary.refusals import Field, Refusal
from glossary.store import UnknownEntityError
from glossary.words import EntityType, FormKind, FormStatus, Provenance, RelationKind
from translations.languages import Language
from translations.phrases import Saying

_SLUG_LENGTH = 120
_TEXT_LENGTH = 200
_NOTE_LENGTH = 1000
_WIKIDATA = re.compile(r"Q[1-9][0-9]{0,11}")
# Latin letters that have no decomposition into a plain letter and a mark.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss", "þ": "th", "ð": "d"})


class EditRefusedError(RefusedError):
    """An edit that would harm the glossary, or that concerns what is not there."""


class EditConflictError(RefusedError):
    """Someone else has changed the same entity since the editor looked at it."""


class NameTakenError(EditRefusedError):
    """A strong form stands for another entity already; `slug` is its."""

    def __init__(self, text: str, language: Language, slug: str, name: str) -> None:
        super().__init__(Refusal.NAME_TAKEN.of(form=text, language=language, name=name, slug=slug))
        self.slug = slug


# --- Entities --------------------------------------------------------------------------------------------------------


def add_entity(
    session: Session,
    *,
    name: str,
    type: EntityType,  # noqa: A002  (the word of the glossary)
    forms: Mapping[Language, str] | None = None,
    weak: bool = False,
    note: str | None = None,
    wikidata: str | None = None,
    context: Sequence[str] = (),
    actor: str,
    now: datetime,
) -> str:
    """Add an entity under its English name, with the full forms given in other languages; its new slug is returned.

    Raises:
        NameTakenError: a form stands for another entity and `weak` is not set.
        EditRefusedError: a text cannot be used.
    """
    name = clean_text(name, Field.NAME)
    texts = {Language.EN: name}
    texts |= {language: clean_text(text, Field.FORM) for language, text in (forms or {}).items()}
    texts[Language.EN] = name
    slug = _free_slug(session, slug_of(name))
    with recorded_change(session, actor=actor, summary=Deed.ADD.of(name=name), now=now):
        entity = Entity(
            slug=slug,
            type=type,
            name=name,
            note=clean_note(note),
            wikidata=clean_wikidata(wikidata),
            context=clean_context(context),
            created_at=now,
        )
        for language, text in texts.items():
            _check_form(session, None, language, text, FormKind.FULL, weak=weak)
        session.add(entity)
        session.flush()
        for language, text in texts.items():
            session.add(_new_form(entity, language, text, FormKind.FULL, now, weak=weak, preferred=True))
    return slug


def edit_entity(
    session: Session,
    slug: str,
    *,
    name: str | None = None,
    type: EntityType | None = None,  # noqa: A002  (the word of the glossary)
    note: str | None = None,
    wikidata: str | None = None,
    context: Sequence[str] | None = None,
    actor: str,
    now: datetime,
    seen: int | None = None,
) -> None:
    """Change what is given and leave what is None; an empty note or Wikidata id removes it. The slug never changes.

    A new name becomes the preferred English form; the old one stays as another full form.

    Raises:
        NameTakenError, EditRefusedError: as in `add_entity`.
        EditConflictError: the entity was changed after `seen`.
    """
    entity = _entity(session, slug)
    with _edit(session, entity, Deed.EDIT.of(name=entity.name), actor=actor, now=now, seen=seen):
        if name is not None and (name := clean_text(name, Field.NAME)) != entity.name:
            _prefer(session, entity, _find_or_add(session, entity, Language.EN, name, now))
        if type is not None:
            entity.type = type
        if note is not None:
            entity.note = clean_note(note)
        if wikidata is not None:
            entity.wikidata = clean_wikidata(wikidata)
        if context is not None:
            entity.context = clean_context(context)


def merge_entities(
    session: Session, loser: str, winner: str, *, actor: str, now: datetime, seen: int | None = None
) -> None:
    """Make two entities one: forms, relations, mentions, statements, figures and subscriptions pass to the winner.

    The winner's own values and preferred forms stay. A chat that followed both follows the winner once.

    Raises:
        EditRefusedError: they are the same, or one is unknown.
        EditConflictError: the loser was changed after `seen`.
    """
    gone, kept = _entity(session, loser), _entity(session, winner)
    if gone.id == kept.id:
        raise EditRefusedError(Refusal.MERGED_WITH_ITSELF.of(name=kept.name))
    with _edit(session, gone, Deed.MERGE.of(name=gone.name, other=kept.name), actor=actor, now=now, seen=seen):
        gone_id, kept_id = _id(gone), _id(kept)
        _merge_forms(session, gone_id, kept_id)
        _merge_relations(session, gone_id, kept_id)
        kept.note = kept.note or gone.note
        kept.wikidata = kept.wikidata or gone.wikidata
        kept.context = [*kept.context, *(word for word in gone.context if word not in kept.context)]
        repoint(session, "entity", gone_id, kept_id)
        session.delete(gone)


def relate(session: Session, slug: str, kind: RelationKind, target: str, *, actor: str, now: datetime) -> None:
    """Record ``slug KIND target``.

    Raises:
        EditRefusedError: it is there already, relates an entity to itself, or closes a ring of `part_of`.
    """
    source, other = _entity(session, slug), _entity(session, target)
    source_id, other_id = _id(source), _id(other)
    if source_id == other_id:
        raise EditRefusedError(Refusal.RELATED_TO_ITSELF.of(name=source.name))
    if _relation(session, source_id, kind, other_id) is not None:
        raise EditRefusedError(Refusal.RELATION_KNOWN.of(name=source.name, relation=kind, other=other.name))
    if kind is RelationKind.PART_OF and source_id in _wholes(session, other_id):
        raise EditRefusedError(Refusal.RING.of(other=other.name, name=source.name))
    deed = Deed.RELATE.of(name=source.name, relation=kind, other=other.name)
    with _edit(session, source, deed, actor=actor, now=now):
        session.add(EntityRelation(entity_id=source_id, kind=kind, target_id=other_id))


def unrelate(session: Session, slug: str, kind: RelationKind, target: str, *, actor: str, now: datetime) -> None:
    """Remove ``slug KIND target``; raises `EditRefusedError` where it is not recorded."""
    source, other = _entity(session, slug), _entity(session, target)
    relation = _relation(session, _id(source), kind, _id(other))
    if relation is None:
        raise EditRefusedError(Refusal.RELATION_UNKNOWN.of(name=source.name, relation=kind, other=other.name))
    deed = Deed.UNRELATE.of(name=source.name, relation=kind, other=other.name)
    with _edit(session, source, deed, actor=actor, now=now):
        session.delete(relation)


def slug_of(name: str) -> str:
    """The slug that an English name makes: lower-case ASCII words joined by hyphens.

    Raises:
        EditRefusedError: the name has no Latin letters or digits.
    """
    plain = unicodedata.normalize("NFKD", name.lower().translate(_PLAIN))
    # An apostrophe belongs to its word: Xi'an is xian.
    ascii_only = "".join(letter for letter in plain if letter.isascii() and letter not in "'`")
    words = re.findall("[a-z0-9]+", ascii_only)
    if not words:
        raise EditRefusedError(Refusal.NO_LATIN_LETTERS.of(name=name))
    return "-".join(words)[:_SLUG_LENGTH].rstrip("-")


# --- Forms -----------------------------------------------------------------------------------------------------------


def add_form(
    session: Session,
    slug: str,
    language: Language,
    text: str,
    kind: FormKind,
    *,
    weak: bool = False,
    preferred: bool = False,
    actor: str,
    now: datetime,
    seen: int | None = None,
) -> int:
    """Add a form, or take a draft or rejected one of the same text as an editor's own; its id is returned.

    Raises:
        NameTakenError: it stands for another entity and `weak` is not set.
        EditRefusedError: it is there already, or would be found in every article.
        EditConflictError: the entity was changed after `seen`.
    """
    entity = _entity(session, slug)
    text = clean_text(text, Field.FORM)
    _check_form(session, entity, language, text, kind, weak=weak)
    deed = Deed.ADD_FORM.of(form=text, language=language, name=entity.name)
    with _edit(session, entity, deed, actor=actor, now=now, seen=seen):
        form = _find(session, _id(entity), language, text, kind)
        if form is not None and form.status is FormStatus.APPROVED:
            raise EditRefusedError(Refusal.FORM_KNOWN.of(name=entity.name, form=text, language=language))
        if form is None:
            form = _new_form(entity, language, text, kind, now, weak=weak)
            session.add(form)
        else:
            _make_editors(form, weak=weak)
        session.flush()
        first = kind is FormKind.FULL and _preferred(session, _id(entity), language) is None
        if preferred or first:
            _prefer(session, entity, form)
    return _form_id(form)


def set_preferred(session: Session, form_id: int, *, actor: str, now: datetime, seen: int | None = None) -> None:
    """Make a form the one to use in its language, which also approves it. In English it becomes the entity's name.

    Raises:
        EditRefusedError: it is a form not to use, or there is no such form.
        EditConflictError: the entity was changed after `seen`.
    """
    form, entity = _form_of(session, form_id)
    deed = Deed.PREFER.of(form=form.text, language=form.language)
    with _edit(session, entity, deed, actor=actor, now=now, seen=seen):
        _prefer(session, entity, form)


def approve_form(session: Session, form_id: int, *, actor: str, now: datetime, seen: int | None = None) -> None:
    """Stand behind a draft or a rejected form; a full one is preferred where its language has none.

    Raises:
        NameTakenError, EditRefusedError: as in `add_form`.
        EditConflictError: the entity was changed after `seen`.
    """
    form, entity = _form_of(session, form_id)
    _check_form(session, entity, form.language, form.text, form.kind, weak=form.weak)
    deed = Deed.APPROVE.of(form=form.text, language=form.language)
    with _edit(session, entity, deed, actor=actor, now=now, seen=seen):
        form.status = FormStatus.APPROVED
        if form.kind is FormKind.FULL and _preferred(session, _id(entity), form.language) is None:
            _prefer(session, entity, form)


def reject_form(session: Session, form_id: int, *, actor: str, now: datetime, seen: int | None = None) -> None:
    """Decide against a form. It stays as rejected, so that no machine and no upgrade brings it back.

    Raises:
        EditRefusedError: it is the entity's English name, or there is no such form.
        EditConflictError: the entity was changed after `seen`.
    """
    form, entity = _form_of(session, form_id)
    _check_is_not_name(form, entity)
    deed = Deed.REJECT.of(form=form.text, language=form.language)
    with _edit(session, entity, deed, actor=actor, now=now, seen=seen):
        form.status, form.preferred = FormStatus.REJECTED, False


def forbid_form(
    session: Session, slug: str, language: Language, text: str, *, actor: str, now: datetime, seen: int | None = None
) -> int:
    """Mark a form as one not to use: it is still found in texts, and reported. The form's id is returned.

    Raises:
        EditRefusedError: it is the form to use.
        NameTakenError: it stands for another entity.
        EditConflictError: the entity was changed after `seen`.
    """
    entity = _entity(session, slug)
    text = clean_text(text, Field.FORM)
    _check_form(session, entity, language, text, FormKind.FORBIDDEN, weak=False)
    known = [form for form in _forms(session, _id(entity)) if form.language is language and form.text == text]
    if any(form.preferred for form in known):
        raise EditRefusedError(Refusal.FORM_IN_USE.of(form=text, name=entity.name))
    with _edit(session, entity, Deed.FORBID.of(form=text, language=language), actor=actor, now=now, seen=seen):
        forbidden = next((form for form in known if form.kind is FormKind.FORBIDDEN), known[0] if known else None)
        for form in known:
            if form is not forbidden:
                session.delete(form)
        session.flush()
        if forbidden is None:
            forbidden = _new_form(entity, language, text, FormKind.FORBIDDEN, now)
            session.add(forbidden)
        forbidden.kind, forbidden.status = FormKind.FORBIDDEN, FormStatus.APPROVED
    return _form_id(forbidden)


def remove_form(session: Session, form_id: int, *, actor: str, now: datetime, seen: int | None = None) -> None:
    """Delete a form that should never have been there; a machine may propose it again, unlike a rejected one.

    Raises:
        EditRefusedError: it is the entity's English name, or there is no such form.
        EditConflictError: the entity was changed after `seen`.
    """
    form, entity = _form_of(session, form_id)
    _check_is_not_name(form, entity)
    deed = Deed.REMOVE.of(form=form.text, language=form.language)
    with _edit(session, entity, deed, actor=actor, now=now, seen=seen):
        session.delete(form)


# --- What the edits have in common -----------------------------------------------------------------------------------


@contextmanager
def _edit(
    session: Session, entity: Entity, summary: Saying, *, actor: str, now: datetime, seen: int | None = None
) -> Iterator[None]:
    if seen is not None:
        _check_seen(session, entity, seen)
    with recorded_change(session, actor=actor, summary=summary, now=now):
        yield


def _check_seen(session: Session, entity: Entity, seen: int) -> None:
    forms = [form.id for form in _forms(session, _id(entity))]
    touched = or_(
        sa.and_(col(History.table) == "entity", col(History.row_id) == entity.id),
        sa.and_(col(History.table) == "form", col(History.row_id).in_(forms)),
    )
    newer = select(History).where(col(History.id) > seen, touched).order_by(col(History.id).desc()).limit(1)
    later = session.exec(newer).first()
    if later is not None:
        raise EditConflictError(
            Refusal.CHANGED_MEANWHILE.of(actor=later.actor, name=entity.name, summary=later.summary)
        )


def _entity(session: Session, slug: str) -> Entity:
    found = session.exec(select(Entity).where(Entity.slug == slug)).first()
    if found is None:
        raise UnknownEntityError(Refusal.UNKNOWN_ENTITY.of(name=slug))
    return found


def _id(entity: Entity) -> int:
    if entity.id is None:
        message = "an entity is used before it was saved"
        raise RuntimeError(message)
    return entity.id


def _form_id(form: Form) -> int:
    if form.id is None:
        message = "a form is used before it was saved"
        raise RuntimeError(message)
    return form.id


def _form_of(session: Session, form_id: int) -> tuple[Form, Entity]:
    form = session.get(Form, form_id)
    if form is None:
        raise EditRefusedError(Refusal.FORM_GONE.of())
    return form, session.get_one(Entity, form.entity_id)


def _forms(session: Session, entity_id: int) -> Sequence[Form]:
    return session.exec(select(Form).where(Form.entity_id == entity_id).order_by(col(Form.id))).all()


def _find(session: Session, entity_id: int, language: Language, text: str, kind: FormKind) -> Form | None:
    return next(
        (
            form
            for form in _forms(session, entity_id)
            if (form.language, form.text, form.kind) == (language, text, kind)
        ),
        None,
    )


def _preferred(session: Session, entity_id: int, language: Language) -> Form | None:
    return next((form for form in _forms(session, entity_id) if form.language is language and form.preferred), None)


def _new_form(
    entity: Entity,
    language: Language,
    text: str,
    kind: FormKind,
    now: datetime,
    *,
    weak: bool = False,
    preferred: bool = False,
) -> Form:
    return Form(
        entity_id=_id(entity),
        language=language,
        text=text,
        kind=kind,
        preferred=preferred,
        weak=weak,
        provenance=Provenance.EDITOR,
        status=FormStatus.APPROVED,
        problems=[],
        created_at=now,
    )


def _make_editors(form: Form, *, weak: bool) -> None:
    form.provenance, form.status, form.weak = Provenance.EDITOR, FormStatus.APPROVED, weak
    form.model, form.confidence, form.problems = None, None, []


def _find_or_add(session: Session, entity: Entity, language: Language, text: str, now: datetime) -> Form:
    form = _find(session, _id(entity), language, text, FormKind.FULL)
    if form is None:
        _check_form(session, entity, language, text, FormKind.FULL, weak=False)
        form = _new_form(entity, language, text, FormKind.FULL, now)
        session.add(form)
        session.flush()
    return form


def _prefer(session: Session, entity: Entity, form: Form) -> None:
    if form.kind is FormKind.FORBIDDEN:
        raise EditRefusedError(Refusal.FORM_FORBIDDEN.of(form=form.text, language=form.language))
    for other in _forms(session, _id(entity)):
        if other.language is form.language and other.preferred and other.id != form.id:
            other.preferred = False
    session.flush()  # the other first: there is at most one at any moment
    form.preferred, form.status = True, FormStatus.APPROVED
    if form.language is Language.EN:
        entity.name = form.text


def _check_is_not_name(form: Form, entity: Entity) -> None:
    if form.language is Language.EN and form.preferred:
        raise EditRefusedError(Refusal.FORM_IS_NAME.of(form=form.text))


def _check_form(
    session: Session, entity: Entity | None, language: Language, text: str, kind: FormKind, *, weak: bool
) -> None:
    problem = unusable_form(text, kind, language)
    if problem is not None:
        raise EditRefusedError(problem)
    if weak:
        return
    folded = fold(text)
    query = (
        select(Form.text, Entity.id, Entity.slug, Entity.name)
        .join(Entity, col(Entity.id) == Form.entity_id)
        .where(Form.language == language, Form.status == FormStatus.APPROVED, col(Form.weak).is_(False))
    )
    for other, entity_id, slug, name in session.exec(query):
        if (entity is None or entity_id != entity.id) and fold(other) == folded:
            raise NameTakenError(text, language, slug, name)


def unusable_form(text: str, kind: FormKind, language: Language) -> Saying | None:
    """Why a form would harm wherever it is entered, or None."""
    if kind is FormKind.FULL and not any(language.is_own_script(letter) for letter in text):
        return Refusal.OTHER_LETTERS.of(form=text, language=language.english_name)
    return form_problem(text, kind, language)


def clean_text(value: str, field: Field) -> str:
    """A name in one line, in composed Unicode; raises `EditRefusedError` that names the field."""
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if not text:
        raise EditRefusedError(Refusal.EMPTY.of(field=field))
    if len(text) > _TEXT_LENGTH:
        raise EditRefusedError(Refusal.LONG.of(field=field, n=len(text), limit=_TEXT_LENGTH))
    if any(unicodedata.category(letter) in {"Cc", "Cs", "Co"} for letter in text):
        raise EditRefusedError(Refusal.UNPRINTABLE.of(field=field))
    return text


def clean_note(value: str | None) -> str | None:
    """A note in one line, None for an empty one; raises `EditRefusedError` for one that is too long."""
    text = " ".join(unicodedata.normalize("NFC", value or "").split())
    if len(text) > _NOTE_LENGTH:
        raise EditRefusedError(Refusal.LONG.of(field=Field.NOTE, n=len(text), limit=_NOTE_LENGTH))
    return text or None


def clean_wikidata(value: str | None) -> str | None:
    """An item's id, None for an empty one; raises `EditRefusedError` for anything else."""
    text = (value or "").strip()
    if text and not _WIKIDATA.fullmatch(text):
        raise EditRefusedError(Refusal.NO_WIKIDATA_ID.of(text=text))
    return text or None


def clean_context(words: Iterable[str]) -> list[str]:
    """Context words in lower case, each once; raises `EditRefusedError` as `clean_text`."""
    return list(dict.fromkeys(clean_text(word, Field.CONTEXT).lower() for word in words))


def _free_slug(session: Session, slug: str) -> str:
    taken = set(session.exec(select(Entity.slug).where(col(Entity.slug).startswith(slug))))
    number, free = 1, slug
    while free in taken:
        number += 1
        tail = f"-{number}"
        free = slug[: _SLUG_LENGTH - len(tail)].rstrip("-") + tail
    return free


def _relation(session: Session, source: int, kind: RelationKind, target: int) -> EntityRelation | None:
    query = select(EntityRelation).where(EntityRelation.entity_id == source, EntityRelation.target_id == target)
    return session.exec(query.where(EntityRelation.kind == kind)).first()


def _wholes(session: Session, entity_id: int) -> set[int]:
    """The ids of all that an entity is part of, itself included."""
    found, waiting = {entity_id}, [entity_id]
    while waiting:
        query = select(EntityRelation.target_id).where(
            EntityRelation.entity_id == waiting.pop(), EntityRelation.kind == RelationKind.PART_OF
        )
        for target in session.exec(query):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def _merge_forms(session: Session, gone: int, kept: int) -> None:
    """Pass forms on: the winner's preferences stay, and what it has already is dropped."""
    own = _forms(session, kept)
    known = {(form.language, form.kind, form.text) for form in own}
    preferred = {form.language for form in own if form.preferred}
    for form in _forms(session, gone):
        if (form.language, form.kind, form.text) in known:
            session.delete(form)
            continue
        if form.language in preferred:
            form.preferred = False
        form.entity_id = kept
    session.flush()


def _merge_relations(session: Session, gone: int, kept: int) -> None:
    """Drop what the merge would make double, circular or about itself; the rest is repointed with all else."""
    both = {gone, kept}
    rows = session.exec(
        select(EntityRelation).where(
            or_(col(EntityRelation.entity_id).in_(both), col(EntityRelation.target_id).in_(both))
        )
    ).all()
    wholes = _wholes(session, kept)
    for row in rows:
        inside = {row.entity_id, row.target_id} == both
        above = row.target_id == gone and row.entity_id in wholes
        below = row.entity_id == gone and kept in _wholes(session, row.target_id)
        if inside or (row.kind is RelationKind.PART_OF and (above or below)):
            session.delete(row)
    session.flush()
