"""Known figures: what the statements of all documents come to, and what a new statement changes.

Owns the judgement. `choose_figure` and `judge` are pure: values in, a decision out, by intervals and dates and never by
strings; `judge_statements` locks what it judges, asks them, and saves. `glossary.statements` comes before;
`glossary.figure_views` shows the result, and `bot.events` decides who is told.

A figure's statements are those of the newest revision of each of its documents: the text of an older revision is kept
as evidence, and no longer counts. Each claimant has a series of its own; what it said last is its current number.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from glossary.deeds import Deed
from glossary.documents import newest_revisions
from glossary.entries import Glossary
from glossary.history import recorded_change
from glossary.models import Document, Entity, Figure, Revision, Statement
from glossary.quantities import Quantity
from glossary.statements import Scope, StatementDraft
from glossary.words import Bound, Measure, ScopeKind, StatementRelation

#: Claims at most this many days apart are of the same time, so that apart they contradict each other.
SAME_TIME_DAYS = 3
#: Told within one story, an event is the same up to this many days apart; articles date it by capture, news or speech.
SAME_EVENT_DAYS = 7
#: A number this many times another is held for an editor: more likely a slip than news.
IMPLAUSIBLE = 100
#: Converted lengths and areas so near to each other (as a share) are one number, rounded by two writers.
ROUNDING = 0.01

#: Who opens figures, in the history.
OPENER = "pipeline"
_LOWER = frozenset({Bound.AT_LEAST, Bound.MORE_THAN})
_UPPER = frozenset({Bound.AT_MOST, Bound.LESS_THAN})


# ------------------------------------------------------------------------------------------------------ values


@dataclass(frozen=True, slots=True)
class Told:
    """A statement as judging sees it: who says which quantity as of when.

    `claimant` is a slug, or the folded name where the claimant is no entity; `name` is the name as written. `order`
    grows with each statement recorded and settles what dates leave open; `document` is the document's id. `earlier`
    marks a number told as of before: it revises nothing that its claimant has said.
    """

    claimant: str
    quantity: Quantity
    as_of: date | None
    order: int
    document: int
    superseded: bool = False
    name: str = ""
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """A statement in its figure's record: `told` by the text `revision` (an id), in the order that it is judged in."""

    told: Told
    revision: int


@dataclass(frozen=True, slots=True)
class Pin:
    """What an editor chose to stand as a figure's current value: one of its statements, or a value that none has."""

    statement_id: int | None = None
    quantity: Quantity | None = None

    def to_json(self) -> dict[str, Any]:
        """The JSON object kept in `Figure.pinned`."""
        return {"statement": self.statement_id, "quantity": asdict(self.quantity) if self.quantity else None}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Pin:
        """The inverse of `to_json`."""
        kept = value["quantity"]
        return Pin(value["statement"], Quantity(**{**kept, "bound": Bound(kept["bound"])}) if kept else None)


@dataclass(frozen=True, slots=True)
class KnownFigure:
    """A figure as choosing sees it; `told` are its counting statements, `story` whether one is from the same story.

    `pinned` is the value that an editor has chosen to stand, whatever is told.
    """

    id: int
    measure: Measure
    subject: str
    place: str | None
    scope: Scope
    unit: str
    told: tuple[Told, ...]
    story: bool
    retired: bool = False
    pinned: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a statement stands to what was known, and the statement it is compared with (None for the first)."""

    relation: StatementRelation
    before: Told | None


@dataclass(frozen=True, slots=True)
class FigureChange:
    """What one statement of a revision does to a figure; callers filter with `words.NEWS`.

    `pinned` is the value that an editor has chosen to stand: the statement is told, and does not replace it.
    """

    figure_id: int
    label: str
    measure: Measure
    subject: str
    place: str | None
    scope: Scope
    claimant: str | None
    claimant_name: str
    relation: StatementRelation
    before: Quantity | None
    before_claimant: str | None
    before_claimant_name: str | None
    after: Quantity
    sentence: str
    statement_id: int | None = None
    before_statement_id: int | None = None
    pinned: Quantity | None = None


# ------------------------------------------------------------------------------------------- interval arithmetic


def overlap(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities can both be true; an end that its bound excludes does not touch."""
    return _reaches(one, other) and _reaches(other, one)


def _reaches(one: Quantity, other: Quantity) -> bool:
    """Whether `one` begins before `other` ends."""
    if one.low is None or other.high is None or one.low < other.high:
        return True
    return one.low == other.high and one.bound is not Bound.MORE_THAN and other.bound is not Bound.LESS_THAN


def same_value(one: Quantity, other: Quantity) -> bool:
    """Whether the same number was said, or, where none was, the same interval.

    Where a number was converted from another unit, what the other's writer rounded may differ: 150 square miles are
    388.5 square kilometres, and 388 or 390 to a reader.
    """
    if one.value is None or other.value is None:
        return one.value is other.value and (one.low, one.high) == (other.low, other.high)
    if _is_converted(one) or _is_converted(other):
        return math.isclose(one.value, other.value, rel_tol=ROUNDING)
    return one.value == other.value


def _is_converted(quantity: Quantity) -> bool:
    """Whether a number is another one than was said, by more than its scale."""
    digits = "".join(str(int(letter)) for letter in quantity.said if letter.isdecimal()).strip("0")
    if quantity.unit not in {"km2", "km"} or not digits or not quantity.value:
        return False
    exponent = math.log10(abs(quantity.value) / int(digits))
    return not math.isclose(exponent, round(exponent), abs_tol=1e-9)


def bounds_fit(one: Bound, other: Bound) -> bool:
    """Whether two bounds of one value say the same to a reader: 14 and at least 14 do, about 14 and over 14 do not."""
    if one is other or {one, other} <= _LOWER or {one, other} <= _UPPER:
        return True
    return {one, other} in ({Bound.EXACT, Bound.ABOUT}, {Bound.EXACT, Bound.AT_LEAST})


def size(quantity: Quantity) -> float:
    """One number that stands for a quantity when two are compared: the one said, else the middle of the interval."""
    if quantity.value is not None:
        return quantity.value
    if quantity.low is not None and quantity.high is not None:
        return (quantity.low + quantity.high) / 2
    return quantity.low if quantity.low is not None else quantity.high or 0.0


def _implausible(one: Quantity, other: Quantity) -> bool:
    low, high = sorted((abs(size(one)), abs(size(other))))
    return high >= IMPLAUSIBLE * low if low else high >= IMPLAUSIBLE


# ------------------------------------------------------------------------------------------------------- judging


def judge(new: Told, known: Sequence[Told], *, trusted: bool = False) -> Judgement:
    """How a statement stands to a figure's statements; the table of relations in ARCHITECTURE.md, top to bottom.

    `known` are the figure's counting statements in any order; `new.order` is greater than theirs. A `trusted` number
    is one that an editor stands behind: it is never left unresolved.
    """
    counting = [one for one in known if not one.superseded]
    if new.superseded:
        return Judgement(StatementRelation.OLDER, latest_told(counting))
    if not counting:
        return Judgement(StatementRelation.FIRST, None)
    current = current_by_claimant(counting)
    latest = latest_told(counting)
    if not trusted and all(_implausible(new.quantity, one.quantity) for one in current.values()):
        return Judgement(StatementRelation.UNRESOLVED, latest)
    own = current.get(new.claimant)
    if own is not None:
        return Judgement(StatementRelation.OLDER, own) if new.earlier else _judge_own(new, own, trusted=trusted)
    same = [one for one in current.values() if same_value(new.quantity, one.quantity)]
    fitting = [one for one in same if bounds_fit(new.quantity.bound, one.quantity.bound)]
    if fitting:
        return Judgement(StatementRelation.REPEATS, latest_told(fitting))
    if same:
        return Judgement(StatementRelation.RESTATES, latest_told(same))
    reference = latest
    if reference is None or overlap(new.quantity, reference.quantity):
        return Judgement(StatementRelation.RESTATES, reference)
    days = _days_between(reference, new)
    if days is not None and days < -SAME_TIME_DAYS:
        return Judgement(StatementRelation.OLDER, reference)
    if days is None or days <= SAME_TIME_DAYS:
        return Judgement(StatementRelation.CONTRADICTS, reference)
    return Judgement(_direction(new, reference), reference)


def _judge_own(new: Told, own: Told, *, trusted: bool) -> Judgement:
    if same_value(new.quantity, own.quantity):
        fits = bounds_fit(new.quantity.bound, own.quantity.bound)
        days = _days_between(own, new)
        if fits or (days is not None and days < 0):
            return Judgement(StatementRelation.REPEATS, own)
        return Judgement(StatementRelation.RESTATES, own)
    days = _days_between(own, new)
    if days is not None and days < 0:
        return Judgement(StatementRelation.OLDER, own)
    vague = new.quantity.value is None or own.quantity.value is None
    if vague and overlap(new.quantity, own.quantity):
        # Several hundred, then 300: told more closely, not revised.
        return Judgement(StatementRelation.RESTATES, own)
    if new.document == own.document and not trusted:
        # One text gives one claimant two numbers: which of them counts is for an editor.
        relation = StatementRelation.RESTATES if overlap(new.quantity, own.quantity) else StatementRelation.UNRESOLVED
        return Judgement(relation, own)
    return Judgement(_direction(new, own), own)


def judge_again(recorded: Sequence[Recorded]) -> dict[int, Judgement]:
    """The judgement of each of a figure's statements, by its order, as if they were told one after another now.

    They are judged in the order of the days they speak of (where undated, as given), as `judge` would have judged each
    had it come then. What is known then is, of every other document, the newest text told so far; of its own, that
    text and the one before it, whose numbers it can revise. All of them are trusted, since an editor has looked on.
    """
    judged: dict[int, Judgement] = {}
    ordered = sorted(enumerate(recorded), key=lambda pair: (pair[1].told.as_of or date.min, pair[0]))
    placed = [replace(one, told=replace(one.told, order=place)) for place, (_, one) in enumerate(ordered)]
    texts: dict[int, dict[int, list[Told]]] = {}
    for (index, _), one in zip(ordered, placed, strict=True):
        known = [
            told
            for document, revisions in texts.items()
            for told in (_own_texts(revisions, one) if document == one.told.document else revisions[max(revisions)])
        ]
        judgement = judge(one.told, known, trusted=True)
        before = judgement.before
        if before is not None:  # as the caller knows it, not as it was placed here
            original = recorded[ordered[before.order][0]].told
            judgement = replace(judgement, before=original)
        judged[recorded[index].told.order] = judgement
        texts.setdefault(one.told.document, {}).setdefault(one.revision, []).append(one.told)
    return judged


def _own_texts(revisions: Mapping[int, list[Told]], new: Recorded) -> list[Told]:
    """What a statement's own document said before it: in this text, and in the one before, as of another document."""
    earlier = max((revision for revision in revisions if revision < new.revision), default=None)
    told = list(revisions.get(new.revision, ()))
    if earlier is not None:
        told += [replace(one, document=-one.document) for one in revisions[earlier]]
    return told


def _direction(new: Told, old: Told) -> StatementRelation:
    up = size(new.quantity) > size(old.quantity)
    return StatementRelation.REVISES_UP if up else StatementRelation.REVISES_DOWN


def current_by_claimant(told: Iterable[Told]) -> dict[str, Told]:
    """What each claimant said last, by as-of date; undated ones count as said when they were recorded."""
    current: dict[str, Told] = {}
    for one in sorted(told, key=lambda one: one.order):
        before = current.get(one.claimant)
        days = None if before is None else _days_between(before, one)
        if before is None or days is None or days >= 0:
            current[one.claimant] = one
    return current


def latest_told(told: Collection[Told]) -> Told | None:
    """Of what each claimant says now, what was told last."""
    current = current_by_claimant(told).values()
    return max(current, key=lambda one: (one.as_of or date.min, one.order), default=None)


def _days_between(old: Told, new: Told) -> int | None:
    if old.as_of is None or new.as_of is None:
        return None
    return (new.as_of - old.as_of).days


# ----------------------------------------------------------------------------------------------- choosing a figure


def choose_figure(draft: StatementDraft, figures: Sequence[KnownFigure], glossary: Glossary) -> KnownFigure | None:
    """The figure that a statement is of: the best fitting one, or None where it opens its own.

    Measure, subject and unit must be the same; place and scope must be compatible, but inside one story the same said
    value joins them even if places, days or spans are told differently.
    """
    best: KnownFigure | None = None
    best_score = 0.0
    for figure in figures:
        score = _fit(draft, figure, glossary)
        if score > best_score:
            best, best_score = figure, score
    return best


def _fit(draft: StatementDraft, figure: KnownFigure, glossary: Glossary) -> float:
    if draft.scope is None or (draft.measure, draft.subject, draft.quantity.unit) != (
        figure.measure,
        figure.subject,
        figure.unit,
    ):
        return 0.0
    same_said = any(same_value(draft.quantity, one.quantity) for one in figure.told)
    told_alike = figure.story and same_said
    place = _place_fit(draft.place, figure.place, glossary)
    scope = _scope_fit(draft, figure, told_alike=told_alike)
    if not (place and scope):
        return 0.1 if told_alike and _days_allow(draft.scope, figure.scope) else 0.0
    return place + scope + (0.5 if same_said else 0.0)


def _place_fit(one: str | None, other: str | None, glossary: Glossary) -> float:
    if one == other:
        return 3.0
    if one is None or other is None:
        return 1.0
    if other in glossary.wholes(one) or one in glossary.wholes(other):
        return 2.0
    return 0.0


def _scope_fit(draft: StatementDraft, figure: KnownFigure, *, told_alike: bool) -> float:
    one, other = draft.scope, figure.scope
    if one is None or one.kind is not other.kind:
        return 0.0
    if one.kind is ScopeKind.TOTAL:
        return 3.0
    known = one.period_from is not None and other.period_from is not None
    if known:
        if (one.period_from, one.period_to) == (other.period_from, other.period_to):
            return 3.0
        return 1.0 if told_alike and _days_allow(one, other) else 0.0
    if figure.story:
        return 2.0
    # Days unknown and another story: one event only where the same number is told at the same time.
    near = any(
        draft.as_of is not None and told.as_of is not None and abs((draft.as_of - told.as_of).days) <= SAME_TIME_DAYS
        for told in figure.told
    )
    return 1.0 if near and any(same_value(draft.quantity, told.quantity) for told in figure.told) else 0.0


def _days_allow(one: Scope, other: Scope) -> bool:
    """Whether days told differently may still be of one thing."""
    if one.period_from is None or other.period_from is None:
        return True
    if ScopeKind.EVENT in (one.kind, other.kind) and one.kind is other.kind:
        return abs((one.period_from - other.period_from).days) <= SAME_EVENT_DAYS
    last_one, last_other = one.period_to or one.period_from, other.period_to or other.period_from
    return one.period_from <= last_other and other.period_from <= last_one


# ----------------------------------------------------------------------------------------------------- with rows


def judge_statements(
    session: Session,
    *,
    revision_id: int,
    drafts: Sequence[StatementDraft],
    story_documents: Collection[int],
    glossary: Glossary,
    now: datetime,
) -> tuple[FigureChange, ...]:
    """Save a revision's statements, each with its relation; open and lock the figures they are of.

    `story_documents` are the ids of the documents that tell the same story. Within the caller's transaction: on
    PostgreSQL the subjects' rows are locked first, so that two workers cannot both be first, then the figures' own; a
    writer on SQLite holds the database's one write lock already. An unresolved statement and a part of another are
    saved without a figure; one that differs a hundredfold from all that is known is held for an editor.
    """
    revision = session.get_one(Revision, revision_id)
    subjects = _lock_subjects(session, drafts)
    known = _known_figures(session, revision, subjects, story_documents)
    ids = _entity_ids(session, drafts)
    changes: list[tuple[FigureChange, Statement]] = []
    order = max((told.order for figure in known for told in figure.told), default=0)
    # What the text takes back is judged last: it is older than what the same text states.
    for read in sorted(drafts, key=lambda one: one.superseded):
        draft = read
        order += 1
        told = Told(
            _claimant(draft),
            draft.quantity,
            draft.as_of,
            order,
            revision.document_id,
            draft.superseded,
            draft.claimant_name,
            draft.earlier,
        )
        figure, judgement = _decide(draft, told, known, glossary)
        if draft.earlier and judgement.relation is StatementRelation.OLDER:
            draft, told = replace(draft, superseded=True), replace(told, superseded=True)
        figure_id = held_id = None
        if figure is None and judgement.relation is StatementRelation.FIRST:
            figure = _open(session, draft, ids, glossary, now)
            known.append(figure)
        if figure is not None and judgement.relation is StatementRelation.UNRESOLVED:
            held_id = figure.id
        elif figure is not None:
            figure_id = figure.id
        statement = _row(draft, revision_id, figure_id, held_id, ids, judgement.relation, now)
        session.add(statement)
        session.flush()
        if figure is not None and figure_id is not None:
            order = told.order if statement.id is None else statement.id
            known[known.index(figure)] = _with(figure, replace(told, order=order))
            # A retired figure goes on collecting, so that its statements open no twin, but it is nobody's news.
            if not figure.retired:
                changes.append((_change(draft, figure, judgement, glossary), statement))
    touched = {change.figure_id for change, _ in changes}
    for row in session.exec(select(Figure).where(col(Figure.id).in_(touched))):
        row.judged_at = now
    session.flush()
    return tuple(replace(change, statement_id=statement.id) for change, statement in changes)


def compare_statements(
    session: Session, drafts: Sequence[StatementDraft], glossary: Glossary
) -> tuple[FigureChange, ...]:
    """How the statements of a text that is not stored stand to what is known. Saves and locks nothing.

    A figure that is not known yet has the id 0.
    """
    ids = _entity_ids(session, drafts)
    subjects = {ids[draft.subject]: draft.subject for draft in drafts if draft.subject in ids}
    known = _known_figures(session, None, subjects, ())
    changes = []
    order = max((told.order for figure in known for told in figure.told), default=0)
    for draft in sorted(drafts, key=lambda one: one.superseded):
        order += 1
        claimant, named = _claimant(draft), draft.claimant_name
        told = Told(claimant, draft.quantity, draft.as_of, order, 0, draft.superseded, named, draft.earlier)
        figure, judgement = _decide(draft, told, known, glossary)
        if figure is None and judgement.relation is StatementRelation.FIRST:
            figure = _unopened(draft)
            known.append(figure)
        if figure is None or judgement.relation is StatementRelation.UNRESOLVED:
            continue
        known[known.index(figure)] = _with(figure, told)
        if not figure.retired:
            changes.append(_change(draft, figure, judgement, glossary))
    return tuple(changes)


def _unopened(draft: StatementDraft) -> KnownFigure:
    if draft.subject is None or draft.scope is None:  # `_decide` leaves such a statement unresolved
        message = "a statement without subject or scope opens no figure"
        raise ValueError(message)
    return KnownFigure(0, draft.measure, draft.subject, draft.place, draft.scope, draft.quantity.unit, (), story=False)


def _decide(
    draft: StatementDraft, told: Told, known: Sequence[KnownFigure], glossary: Glossary
) -> tuple[KnownFigure | None, Judgement]:
    unresolved = Judgement(StatementRelation.UNRESOLVED, None)
    if draft.subject is None or draft.scope is None or draft.part or draft.subject not in glossary.entries:
        return None, unresolved
    figure = choose_figure(draft, known, glossary)
    if figure is None:
        return None, Judgement(StatementRelation.OLDER if draft.superseded else StatementRelation.FIRST, None)
    return figure, judge(told, figure.told)


def _claimant(draft: StatementDraft) -> str:
    return draft.claimant or draft.claimant_name.casefold()


def _with(figure: KnownFigure, told: Told) -> KnownFigure:
    return replace(figure, told=(*figure.told, told), story=True)


def _lock_subjects(session: Session, drafts: Sequence[StatementDraft]) -> dict[int, str]:
    """The subjects' ids and slugs; their rows are locked in the order of ids, so that no two workers deadlock."""
    slugs = {draft.subject for draft in drafts if draft.subject is not None}
    if not slugs:
        return {}
    # NO KEY UPDATE: statements and mentions of others may still refer to these rows meanwhile.
    rows = session.exec(
        select(Entity).where(col(Entity.slug).in_(slugs)).order_by(col(Entity.id)).with_for_update(key_share=True)
    )
    return {row.id: row.slug for row in rows if row.id is not None}


def _entity_ids(session: Session, drafts: Sequence[StatementDraft]) -> dict[str, int]:
    slugs = {slug for draft in drafts for slug in (draft.subject, draft.place, draft.claimant) if slug is not None}
    if not slugs:
        return {}
    rows = session.exec(select(Entity.slug, Entity.id).where(col(Entity.slug).in_(slugs)))
    return {slug: row_id for slug, row_id in rows if row_id is not None}


def _known_figures(
    session: Session, revision: Revision | None, subjects: Mapping[int, str], story_documents: Collection[int]
) -> list[KnownFigure]:
    """The figures of these subjects with the statements that counted before a revision; locked where it is given."""
    if not subjects:
        return []
    query = select(Figure).where(col(Figure.subject_id).in_(subjects)).order_by(col(Figure.id))
    rows = session.exec(query if revision is None else query.with_for_update()).all()
    own = revision.document_id if revision is not None else None
    by_figure: dict[int, list[tuple[Statement, int]]] = {}
    counting = _counting(session, [row.id for row in rows if row.id is not None], before=revision)
    for statement, document_id in counting:
        if statement.figure_id is not None:
            by_figure.setdefault(statement.figure_id, []).append((statement, document_id))
    slugs = entity_slugs(session, [row.place_id for row in rows] + [one.claimant_id for one, _ in counting])
    pins = pinned_quantities(session, rows)
    figures = []
    for row in rows:
        statements = by_figure.get(row.id or 0, [])
        told = tuple(
            # The same document's older text is another text: what it said can be revised.
            _told(one, -document_id if document_id == own else document_id, slugs)
            for one, document_id in statements
        )
        story = any(document_id in story_documents or document_id == own for _, document_id in statements)
        scope = Scope(row.scope, row.period_from, row.period_to)
        place = slugs.get(row.place_id or 0)
        figures.append(
            KnownFigure(
                row.id or 0,
                row.measure,
                subjects[row.subject_id],
                place,
                scope,
                row.unit,
                told,
                story,
                row.retired,
                pins.get(row.id or 0),
            )
        )
    return figures


def _told(statement: Statement, document: int, slugs: Mapping[int, str]) -> Told:
    return Told(
        slugs.get(statement.claimant_id or 0) or statement.claimant_name.casefold(),
        quantity_of(statement),
        statement.as_of,
        statement.id or 0,
        document,
        statement.superseded,
        statement.claimant_name,
    )


def pinned_quantities(session: Session, figures: Iterable[Figure]) -> dict[int, Quantity]:
    """The pinned value of each figure that has one, by the figure's id."""
    pins = {figure.id or 0: Pin.from_json(figure.pinned) for figure in figures if figure.pinned is not None}
    found = {number: pin.quantity for number, pin in pins.items() if pin.quantity is not None}
    by_statement = {pin.statement_id: number for number, pin in pins.items() if pin.statement_id is not None}
    for statement in session.exec(select(Statement).where(col(Statement.id).in_(by_statement))):
        found[by_statement[statement.id or 0]] = quantity_of(statement)
    return found


def judgements(session: Session, figure_id: int) -> dict[int, Judgement]:
    """How each counting statement of a figure stands to the others as they are now, by the statement's id.

    Numbers are judged in the order of the days they speak of (`judge_again`); an undated one by the day on which its
    document was published, else seen. Texts that were changed since take part as what theirs said before.
    """
    query = (
        select(Statement, Document)
        .join(Revision, col(Revision.id) == col(Statement.revision_id))
        .join(Document, col(Document.id) == col(Revision.document_id))
        .where(Statement.figure_id == figure_id, ~col(Statement.withdrawn), ~col(Statement.part))
        .order_by(col(Statement.id))
    )
    rows = session.exec(query).all()
    slugs = entity_slugs(session, [statement.claimant_id for statement, _ in rows])
    recorded = []
    for statement, document in rows:
        day = statement.as_of or (document.published_at or document.first_seen_at).date()
        told = replace(_told(statement, document.id or 0, slugs), as_of=day)
        recorded.append(Recorded(told, statement.revision_id))
    return judge_again(recorded)


def _counting(session: Session, figures: Collection[int], *, before: Revision | None) -> list[tuple[Statement, int]]:
    """Statements of the newest revisions that are not withdrawn; for the document of `before`, of the one before it."""
    newest = newest_revisions(before)
    query = (
        select(Statement, Revision.document_id)
        .join(Revision, col(Revision.id) == col(Statement.revision_id))
        .join(newest, sa.and_(newest.c.document_id == Revision.document_id, newest.c.number == Revision.number))
        .where(col(Statement.figure_id).in_(figures), ~col(Statement.withdrawn), ~col(Statement.part))
        .order_by(col(Statement.id))
    )
    return [(statement, document_id) for statement, document_id in session.exec(query)]


def entity_slugs(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """The slugs of entities by their rows' ids."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = session.exec(select(Entity.id, Entity.slug).where(col(Entity.id).in_(wanted)))
    return {row_id: slug for row_id, slug in rows if row_id is not None}


def _open(
    session: Session, draft: StatementDraft, ids: Mapping[str, int], glossary: Glossary, now: datetime
) -> KnownFigure:
    if draft.subject is None or draft.scope is None:
        message = "a figure needs a subject and a scope"
        raise ValueError(message)
    row = Figure(
        label=label_of(draft.measure, draft.subject, draft.place, draft.scope, glossary),
        measure=draft.measure,
        subject_id=ids[draft.subject],
        place_id=ids.get(draft.place) if draft.place else None,
        scope=draft.scope.kind,
        period_from=draft.scope.period_from,
        period_to=draft.scope.period_to,
        unit=draft.quantity.unit,
        opened_at=now,
        judged_at=now,
    )
    with recorded_change(session, actor=OPENER, summary=Deed.OPEN_FIGURE.of(label=row.label), now=now):
        session.add(row)
        session.flush()
    return KnownFigure(row.id or 0, draft.measure, draft.subject, draft.place, draft.scope, row.unit, (), True)


def label_of(measure: Measure, subject: str, place: str | None, scope: Scope, glossary: Glossary) -> str:
    """The English name of a figure until an editor names it: ``North Korea: captured, Kursk Oblast``."""
    parts = [str(measure).replace("_", " ")]
    entry = glossary.get(place)
    if entry is not None:
        parts.append(entry.name)
    if scope.period_from is not None:
        day = _day(scope.period_from)
        last = scope.period_to
        parts.append(day if last is None or last == scope.period_from else f"{day} to {_day(last)}")
    subject_entry = glossary.get(subject)
    return f"{subject_entry.name if subject_entry else subject}: {', '.join(parts)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _change(draft: StatementDraft, figure: KnownFigure, judgement: Judgement, glossary: Glossary) -> FigureChange:
    before = judgement.before
    entry = glossary.get(before.claimant) if before is not None else None
    return FigureChange(
        figure.id,
        label_of(figure.measure, figure.subject, figure.place, figure.scope, glossary),
        figure.measure,
        figure.subject,
        figure.place,
        figure.scope,
        draft.claimant,
        draft.claimant_name,
        judgement.relation,
        before.quantity if before is not None else None,
        entry.slug if entry is not None else None,
        (entry.name if entry is not None else before.name) if before is not None else None,
        draft.quantity,
        draft.sentence,
        before_statement_id=before.order if before is not None else None,
        pinned=figure.pinned,
    )


def _row(
    draft: StatementDraft,
    revision_id: int,
    figure_id: int | None,
    held_id: int | None,
    ids: Mapping[str, int],
    relation: StatementRelation,
    now: datetime,
) -> Statement:
    quantity = draft.quantity
    return Statement(
        revision_id=revision_id,
        figure_id=figure_id,
        held_figure_id=held_id,
        measure=draft.measure,
        subject_id=ids.get(draft.subject or ""),
        place_id=ids.get(draft.place or ""),
        scope=draft.scope.kind if draft.scope else None,
        period_from=draft.scope.period_from if draft.scope else None,
        period_to=draft.scope.period_to if draft.scope else None,
        claimant_id=ids.get(draft.claimant or ""),
        claimant_name=draft.claimant_name,
        value=quantity.value,
        low=quantity.low,
        high=quantity.high,
        bound=quantity.bound,
        unit=quantity.unit,
        said=quantity.said,
        said_unit=quantity.said_unit,
        as_of=draft.as_of,
        superseded=draft.superseded,
        part=draft.part,
        relation=relation,
        surface=draft.surface,
        start=draft.start,
        end=draft.end,
        sentence=draft.sentence,
        recorded_at=now,
    )


def quantity_of(statement: Statement) -> Quantity:
    """The quantity of a saved statement."""
    return Quantity(
        statement.value,
        statement.low,
        statement.high,
        statement.bound,
        statement.unit,
        statement.said,
        statement.said_unit,
    )
