"""Names that articles have and the glossary lacks, kept and counted until an editor decides.

Owns the tables `candidate`, `candidate_spelling` and `candidate_sighting`. The pipeline records what
`glossary.proposing` found in an article; a name goes to the candidate that has any spelling of it, as
`glossary.variants` compares them, and an article counts once. What the glossary knows, or has come to know since, is no
candidate: adding one needs no state of its own here, and undoing that brings it back. Ignoring one is an editor's
recorded change. `drop_stale` keeps the tables bounded.
"""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from glossary.deeds import Deed
from glossary.editing import EditRefusedError, add_entity, add_form, clean_text
from glossary.entries import Glossary
from glossary.errors import RefusedError
from glossary.history import recorded_change
from glossary.matching import form_problem
from glossary.models import Candidate, CandidateSighting, CandidateSpelling, Document, Entity, Form, Revision
from glossary.normalize import fold
from glossary.proposing import ProposedName
from glossary.refusals import Field, Refusal
from glossary.variants import is_acronym, is_case_of, same_name, variant_key
from glossary.words import EntityType, FormKind, FormStatus, SpellingKind
from translations.languages import Language
from translations.phrases import Saying

# A feed of invented names must not fill the tables: so many names of an article are looked at, and so many are new.
_MOST_NAMES = 40
_MOST_NEW = 15
_MOST_SPELLINGS = 12
#: How long a name is kept after it was last seen: one article's, and one of several articles.
KEPT_ONCE = timedelta(days=30)
KEPT_OFTEN = timedelta(days=365)
#: More open candidates than this are never kept; those of fewest articles and seen longest ago go first.
MOST_OPEN = 20_000


class UnknownCandidateError(RefusedError):
    """There is no such candidate, or it was dropped meanwhile."""


class CandidateDecidedError(RefusedError):
    """An editor has decided on the candidate already; `known` is the slug of the entity, None where it is ignored."""

    def __init__(self, reason: Saying, known: str | None = None) -> None:
        super().__init__(reason)
        self.known = known


@dataclass(frozen=True, slots=True)
class Example:
    """An article that has a candidate, and the sentence with it."""

    sentence: str
    url: str
    title: str
    outlet: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A candidate as an editor sees it; `spellings` are the other ways in which it was written, most recent last.

    `example` is None where the articles are gone.
    """

    id: int
    name: str
    type: EntityType
    language: Language
    articles: int
    outlets: int
    spellings: tuple[str, ...]
    example: Example | None
    first_seen_at: datetime
    last_seen_at: datetime
    ignored: bool

    @property
    def has_english_name(self) -> bool:
        """Whether its name can be the English one; else that must be given when it is added."""
        return _language_of(self.name, self.language) is Language.EN


@dataclass(frozen=True, slots=True)
class CandidatePage:
    """Some of the candidates, most articles first, and how many there are in all."""

    items: tuple[CandidateView, ...]
    total: int


@dataclass(frozen=True, slots=True)
class AddedCandidate:
    """An entity made of a candidate, and the change that made it."""

    slug: str
    name: str
    change: str


# --- Recording -------------------------------------------------------------------------------------------------------


def record_names(
    session: Session,
    document_id: int,
    language: Language,
    names: Sequence[ProposedName],
    glossary: Glossary,
    *,
    now: datetime,
) -> int:
    """Keep what was proposed in an article; how many candidates are new. The same article again counts nothing twice.

    Callers take turns (the pipeline's articles do), so that two articles do not both begin one candidate.
    """
    counted = set(
        session.exec(select(CandidateSighting.candidate_id).where(CandidateSighting.document_id == document_id))
    )
    new = 0
    for name in names[:_MOST_NAMES]:
        if _knows_exactly(glossary, _whole(name)):
            continue
        home = _home(session, name, language)
        if home is None:
            if new >= _MOST_NEW:
                continue
            new += 1
            home = Candidate(
                language=language,
                name=name.surface,
                type=name.type,
                articles=0,
                first_seen_at=now,
                last_seen_at=now,
            )
            session.add(home)
            session.flush()
        _add_spellings(session, home, name)
        if home.id in counted:
            continue
        counted.add(_id(home))
        session.add(
            CandidateSighting(
                candidate_id=_id(home),
                document_id=document_id,
                text=name.surface,
                type=name.type,
                sentence=name.sentence,
                seen_at=now,
            )
        )
        session.flush()
        _sum_up(session, home)
    session.flush()
    return new


def _whole(name: ProposedName) -> list[str]:
    """The spellings that stand for the name by themselves."""
    return [name.surface, *(one.text for one in name.spellings if one.kind is SpellingKind.NAME)]


def _home(session: Session, name: ProposedName, language: Language) -> Candidate | None:
    """The candidate that has a spelling of a name, or None.

    An acronym leads to a long name only where it is that of one candidate. Where an article says what an acronym that
    was met alone stands for, the two candidates become one.
    """
    texts = _whole(name)
    acronyms = [one.text for one in name.spellings if one.kind is SpellingKind.ACRONYM]
    rows = _spelt_like(session, [*texts, *acronyms], language)
    homes: dict[int, None] = {}
    for row in rows:
        if row.kind is SpellingKind.NAME and any(same_name(row.text, text, language) for text in texts):
            homes.setdefault(row.candidate_id)
    wanted = {fold(text) for text in [*acronyms, *(text for text in texts if is_acronym(text))]}
    bearers = {row.candidate_id: row.kind for row in rows if is_acronym(row.text) and fold(row.text) in wanted}
    if not homes:
        long = [candidate_id for candidate_id, kind in bearers.items() if kind is SpellingKind.ACRONYM]
        # Of two bodies with one acronym it may be either; and a new long name is not the other long name.
        if len(long) == 1 and is_acronym(name.surface):
            homes.setdefault(long[0])
        elif not long:
            homes |= dict.fromkeys(bearers)
    if not homes:
        return None
    found = session.exec(select(Candidate).where(col(Candidate.id).in_(homes)).order_by(col(Candidate.id))).all()
    # What an editor ignored stays so, in whatever spelling it comes back.
    home = min(found, key=lambda one: not one.ignored)
    for other_id in [*list(homes), *bearers]:
        if other_id != home.id and (other_id in homes or _is_only_an_acronym(session, other_id)):
            _merge(session, home, other_id)
    return home


def _spelt_like(session: Session, texts: Iterable[str], language: Language) -> Sequence[CandidateSpelling]:
    keys = {variant_key(text, language) for text in texts} - {""}
    query = (
        select(CandidateSpelling)
        .join(Candidate, col(Candidate.id) == col(CandidateSpelling.candidate_id))
        .where(Candidate.language == language, col(CandidateSpelling.key).in_(keys))
        .order_by(col(CandidateSpelling.id))
    )
    return session.exec(query).all()


def _is_only_an_acronym(session: Session, candidate_id: int) -> bool:
    texts = session.exec(select(CandidateSpelling.text).where(CandidateSpelling.candidate_id == candidate_id)).all()
    return all(is_acronym(text) for text in texts)


def _merge(session: Session, home: Candidate, other_id: int) -> None:
    """Make two candidates one, unless an editor has decided on them differently."""
    other = session.get(Candidate, other_id)
    if other is None or other.ignored != home.ignored:
        return
    own = set(session.exec(select(CandidateSpelling.text).where(CandidateSpelling.candidate_id == home.id)))
    for spelling in session.exec(select(CandidateSpelling).where(CandidateSpelling.candidate_id == other_id)).all():
        if spelling.text not in own:
            spelling.candidate_id = _id(home)
    documents = set(
        session.exec(select(CandidateSighting.document_id).where(CandidateSighting.candidate_id == home.id))
    )
    for sighting in session.exec(select(CandidateSighting).where(CandidateSighting.candidate_id == other_id)).all():
        if sighting.document_id not in documents:
            sighting.candidate_id = _id(home)
    home.first_seen_at = min(home.first_seen_at, other.first_seen_at)
    session.flush()
    session.delete(other)
    session.flush()
    _sum_up(session, home)


def _add_spellings(session: Session, candidate: Candidate, name: ProposedName) -> None:
    own = set(session.exec(select(CandidateSpelling.text).where(CandidateSpelling.candidate_id == candidate.id)))
    written = [(name.surface, SpellingKind.NAME), *((one.text, one.kind) for one in name.spellings)]
    for text, kind in written:
        if text in own or len(own) >= _MOST_SPELLINGS:
            continue
        own.add(text)
        # A family name alone says nothing of who else bears it.
        key = "" if kind is SpellingKind.PART else variant_key(text, candidate.language)
        session.add(CandidateSpelling(candidate_id=_id(candidate), text=text, kind=kind, key=key))
    session.flush()


def _sum_up(session: Session, candidate: Candidate) -> None:
    """Name a candidate as most of its articles do, and count them.

    A whole name goes before an acronym, and a nominative before what may be its cases.
    """
    groups = session.exec(
        select(
            CandidateSighting.text,
            CandidateSighting.type,
            func.count(),
            func.max(CandidateSighting.seen_at),
        )
        .where(CandidateSighting.candidate_id == candidate.id)
        .group_by(col(CandidateSighting.text), col(CandidateSighting.type))
        .order_by(func.min(CandidateSighting.id))
    ).all()
    if not groups:
        return
    names: Counter[str] = Counter()
    types: Counter[EntityType] = Counter()
    for text, type_, count, _ in groups:
        names[text] += count
        types[EntityType(type_)] += count
    language = Language(candidate.language)

    def rank(text: str) -> tuple[bool, int, int]:
        cases = sum(is_case_of(other, text, language) for other in names if other != text)
        return not is_acronym(text), cases, names[text]

    # Of those as frequent the first met stays, so that the name does not change with every article.
    candidate.name = max(names, key=rank)
    candidate.type = types.most_common(1)[0][0]
    candidate.articles = names.total()
    candidate.last_seen_at = max(last for *_, last in groups)


def _id(candidate: Candidate) -> int:
    if candidate.id is None:
        message = "a candidate is used before it was saved"
        raise RuntimeError(message)
    return candidate.id


# --- What the glossary knows -----------------------------------------------------------------------------------------


class _Known:
    """The names of one glossary, as candidates are compared with them. A rejected form is known too: it was decided."""

    def __init__(self, glossary: Glossary) -> None:
        self.slugs: dict[str, str] = {}
        self._glossary = glossary
        self._by_key: dict[tuple[Language, str], list[tuple[str, str]]] | None = None
        for entry in glossary.entries.values():
            self.slugs.setdefault(fold(entry.name), entry.slug)
            for form in entry.forms:
                if form.kind is not FormKind.ADJECTIVE:
                    self.slugs.setdefault(fold(form.text), entry.slug)

    def slug(self, spellings: Iterable[tuple[str, str]], language: Language) -> str | None:
        """The entity that a name is, however it is spelt; `spellings` are texts with their keys."""
        if self._by_key is None:
            self._by_key = {}
            for entry in self._glossary.entries.values():
                for form in entry.forms:
                    if form.kind not in {FormKind.ADJECTIVE, FormKind.ACRONYM}:
                        alike = self._by_key.setdefault((form.language, variant_key(form.text, form.language)), [])
                        alike.append((form.text, entry.slug))
        for text, key in spellings:
            slug = self.slugs.get(fold(text))
            if slug is not None:
                return slug
            for known, its_slug in self._by_key.get((language, key), ()):
                if same_name(known, text, language):
                    return its_slug
        return None


# Candidates are compared in series with one glossary; its names are kept until another one is asked.
_recent: list[tuple[weakref.ref[Glossary], _Known]] = []
_recent_lock = Lock()


def _known(glossary: Glossary) -> _Known:
    with _recent_lock:
        if not _recent or _recent[0][0]() is not glossary:
            _recent[:] = [(weakref.ref(glossary), _Known(glossary))]
        return _recent[0][1]


def _knows_exactly(glossary: Glossary, texts: Iterable[str]) -> bool:
    slugs = _known(glossary).slugs
    return any(fold(text) in slugs for text in texts)


# --- Listing ---------------------------------------------------------------------------------------------------------


def list_candidates(
    session: Session,
    glossary: Glossary,
    *,
    minimum: int = 1,
    language: Language | None = None,
    ignored: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> CandidatePage:
    """Candidates of at least `minimum` articles, those of most articles and seen last first: the open or the ignored.

    An open one is left out where the glossary has any of its spellings, or another transliteration of one.
    """
    shown = open_candidates(session, glossary, minimum=minimum, language=language, ignored=ignored)
    end = None if limit is None else offset + limit
    return CandidatePage(tuple(view_candidate(session, one) for one in shown[offset:end]), len(shown))


def open_candidates(
    session: Session,
    glossary: Glossary,
    *,
    minimum: int = 1,
    language: Language | None = None,
    ignored: bool = False,
) -> list[int]:
    """The numbers of the candidates that `list_candidates` shows, in its order."""
    query = (
        select(Candidate.id, Candidate.language, CandidateSpelling.text, CandidateSpelling.key)
        .join(CandidateSpelling, col(CandidateSpelling.candidate_id) == col(Candidate.id))
        .where(
            col(Candidate.ignored).is_(ignored),
            Candidate.articles >= minimum,
            CandidateSpelling.kind == SpellingKind.NAME,
        )
        .order_by(col(Candidate.articles).desc(), col(Candidate.last_seen_at).desc(), col(Candidate.id))
    )
    if language is not None:
        query = query.where(Candidate.language == language)
    spellings: dict[tuple[int, Language], list[tuple[str, str]]] = {}
    for candidate_id, written_in, text, key in session.exec(query):
        spellings.setdefault((candidate_id or 0, Language(written_in)), []).append((text, key))
    known = _known(glossary)
    return [
        candidate_id
        for (candidate_id, written_in), texts in spellings.items()
        if ignored or known.slug(texts, written_in) is None
    ]


def seen_by(session: Session, at: datetime, *, minimum: int) -> frozenset[int]:
    """The numbers of the candidates that had been seen in so many articles by then."""
    query = (
        select(CandidateSighting.candidate_id)
        .where(CandidateSighting.seen_at <= at)
        .group_by(col(CandidateSighting.candidate_id))
        .having(func.count() >= minimum)
    )
    return frozenset(session.exec(query))


def view_candidate(session: Session, candidate_id: int) -> CandidateView:
    """One candidate, whatever has been decided on it; raises `UnknownCandidateError` where it is gone."""
    row = _candidate(session, candidate_id)
    spellings = _spellings(session, candidate_id)
    sighted = CandidateSighting.candidate_id == candidate_id
    outlets = session.exec(
        select(func.count(sa.distinct(col(Document.outlet))))
        .join(CandidateSighting, col(CandidateSighting.document_id) == col(Document.id))
        .where(sighted)
    ).one()
    newest = session.exec(
        select(CandidateSighting, Document)
        .join(Document, col(Document.id) == col(CandidateSighting.document_id))
        .where(sighted)
        .order_by(col(CandidateSighting.id).desc())
        .limit(1)
    ).first()
    example = None
    if newest is not None:
        sighting, document = newest
        titles = select(Revision.title).where(Revision.document_id == document.id)
        title = session.exec(titles.order_by(col(Revision.number).desc()).limit(1)).first()
        example = Example(sighting.sentence, document.url, title or document.url, document.outlet, sighting.seen_at)
    return CandidateView(
        id=candidate_id,
        name=row.name,
        type=row.type,
        language=row.language,
        articles=row.articles,
        outlets=outlets,
        spellings=tuple(one.text for one in spellings if one.text != row.name),
        example=example,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        ignored=row.ignored,
    )


def find_candidate(session: Session, name_or_number: str) -> int:
    """The number of a candidate, given that or any of its spellings.

    Raises:
        UnknownCandidateError: there is none, or there are several.
    """
    wanted = name_or_number.strip()
    if wanted.isdecimal() and len(wanted) <= 9:
        return _id(_candidate(session, int(wanted)))
    query = select(CandidateSpelling.candidate_id, CandidateSpelling.text).where(
        CandidateSpelling.kind != SpellingKind.PART
    )
    found = sorted({candidate_id for candidate_id, text in session.exec(query) if fold(text) == fold(wanted)})
    if len(found) > 1:
        numbers = ", ".join(map(str, found))
        raise UnknownCandidateError(Refusal.SEVERAL_CANDIDATES.of(name=wanted, numbers=numbers))
    if not found:
        raise UnknownCandidateError(Refusal.NO_CANDIDATE.of(name=wanted[:100]))
    return found[0]


def _spellings(session: Session, candidate_id: int) -> Sequence[CandidateSpelling]:
    query = select(CandidateSpelling).where(CandidateSpelling.candidate_id == candidate_id)
    return session.exec(query.order_by(col(CandidateSpelling.id))).all()


def _candidate(session: Session, candidate_id: int) -> Candidate:
    # No number of a row is larger, and PostgreSQL refuses a larger one.
    row = session.get(Candidate, candidate_id) if 0 < candidate_id < 2**31 else None
    if row is None:
        raise UnknownCandidateError(Refusal.CANDIDATE_GONE.of(number=str(candidate_id)))
    return row


# --- Deciding --------------------------------------------------------------------------------------------------------


def add_candidate(
    session: Session,
    candidate_id: int,
    *,
    type: EntityType | None = None,  # noqa: A002  (the word of the glossary)
    name: str | None = None,
    forms: Mapping[Language, str] | None = None,
    note: str | None = None,
    actor: str,
    now: datetime,
) -> AddedCandidate:
    """Make an entity of a candidate, as one change: its name and every spelling become forms; missing ones are filled.

    `type` is the candidate's own if not given. `name` is the English name, which only an English candidate can do
    without; `forms` are full forms in other languages. A spelling that cannot be a form is left out, and one that is
    another entity's becomes a weak form.

    Raises:
        UnknownCandidateError: it is gone.
        CandidateDecidedError: the glossary has it already.
        EditRefusedError: the name, or a form that was given, cannot be used.
    """
    row = _candidate(session, candidate_id)
    spellings = _spellings(session, candidate_id)
    given = dict(forms or {})
    written_in = _language_of(row.name, row.language)
    if name is None and written_in is not Language.EN:
        raise EditRefusedError(Refusal.NEEDS_ENGLISH_NAME.of(name=row.name))
    english = clean_text(name or row.name, Field.NAME)
    if written_in is not Language.EN:
        given.setdefault(written_in, row.name)
    with recorded_change(session, actor=actor, summary=Deed.ADD_CANDIDATE.of(name=english), now=now) as change:
        # Only one records at a time: whoever comes second finds what the first has added.
        names = [english, row.name, *(one.text for one in spellings if one.kind is SpellingKind.NAME)]
        _check_is_unknown(session, row, names)
        slug = add_entity(session, name=english, type=type or row.type, forms=given, note=note, actor=actor, now=now)
        taken = {fold(english), *(fold(text) for text in given.values())}
        for spelling in spellings:
            text, language = spelling.text, _language_of(spelling.text, row.language)
            # The matcher makes the cases of a form itself.
            if spelling.kind is SpellingKind.PART or fold(text) in taken or is_case_of(text, row.name, language):
                continue
            taken.add(fold(text))
            kind = FormKind.ACRONYM if is_acronym(text) else FormKind.ALIAS
            _add_spelling(session, slug, language, text, kind, actor=actor, now=now)
        # Whoever adds what was ignored has thought better of it.
        row.ignored = False
    return AddedCandidate(slug, english, change)


def _language_of(text: str, language: Language) -> Language:
    """The language whose form a name is: English where an article in another language writes it in Latin letters."""
    foreign = not any(language.is_own_script(letter) for letter in text)
    return Language.EN if foreign and any(Language.EN.is_own_script(letter) for letter in text) else language


def _add_spelling(
    session: Session, slug: str, language: Language, text: str, kind: FormKind, *, actor: str, now: datetime
) -> None:
    if form_problem(text, kind, language) is not None:
        return
    # An acronym of three letters is many bodies' own.
    weak = kind is FormKind.ACRONYM and len(text) <= 3
    try:
        add_form(session, slug, language, text, kind, weak=weak, actor=actor, now=now)
    except EditRefusedError:
        if not weak:
            add_form(session, slug, language, text, kind, weak=True, actor=actor, now=now)


def _check_is_unknown(session: Session, row: Candidate, names: Collection[str]) -> None:
    """Refuse what the glossary has by now, whoever added it a moment ago."""
    folded = {fold(name) for name in names}
    forms = select(Form.text, Entity.slug, Entity.name).join(Entity, col(Entity.id) == col(Form.entity_id))
    for text, slug, entity in session.exec(forms.where(Form.status != FormStatus.REJECTED)):
        if fold(text) in folded:
            raise CandidateDecidedError(Refusal.CANDIDATE_KNOWN.of(name=row.name, entity=entity, slug=slug), slug)


def ignore_candidate(session: Session, candidate_id: int, *, actor: str, now: datetime) -> str:
    """Decide that a candidate is no entity, in any spelling, from now on; the change's id.

    Raises:
        UnknownCandidateError: it is gone.
        CandidateDecidedError: it is ignored already.
    """
    row = _candidate(session, candidate_id)
    with recorded_change(session, actor=actor, summary=Deed.IGNORE_CANDIDATE.of(name=row.name), now=now) as change:
        session.refresh(row)  # only one records at a time: whoever comes second sees what the first decided
        if row.ignored:
            raise CandidateDecidedError(Refusal.CANDIDATE_IGNORED.of(name=row.name))
        row.ignored = True
    return change


def restore_candidate(session: Session, candidate_id: int, *, actor: str, now: datetime) -> str:
    """Take an ignored candidate up again; the change's id.

    Raises:
        UnknownCandidateError: it is gone.
        CandidateDecidedError: it is not ignored.
    """
    row = _candidate(session, candidate_id)
    with recorded_change(session, actor=actor, summary=Deed.RESTORE_CANDIDATE.of(name=row.name), now=now) as change:
        session.refresh(row)  # only one records at a time: whoever comes second sees what the first decided
        if not row.ignored:
            raise CandidateDecidedError(Refusal.CANDIDATE_NOT_IGNORED.of(name=row.name))
        row.ignored = False
    return change


# --- Keeping within bounds -------------------------------------------------------------------------------------------


def drop_stale(session: Session, *, now: datetime) -> int:
    """Drop open candidates that were seen once and not for a month, or not for a year; how many. Ignored ones stay."""
    open_ = col(Candidate.ignored).is_(False)
    once = (col(Candidate.articles) <= 1) & (col(Candidate.last_seen_at) < now - KEPT_ONCE)
    often = col(Candidate.last_seen_at) < now - KEPT_OFTEN
    beyond = (
        select(Candidate.id)
        .where(open_)
        .order_by(col(Candidate.articles).desc(), col(Candidate.last_seen_at).desc(), col(Candidate.id))
        .offset(MOST_OPEN)
    )
    before = session.exec(select(func.count()).select_from(Candidate)).one()
    session.exec(sa.delete(Candidate).where(open_, sa.or_(once, often)))
    session.exec(sa.delete(Candidate).where(col(Candidate.id).in_(beyond)))
    return before - session.exec(select(func.count()).select_from(Candidate)).one()
