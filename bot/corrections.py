"""What chats were told of figures, and putting it right when an editor changes it.

An alert that has not left yet is changed (`refreshed`). Of what has left, each message has noted what it told of which
statement (`note_told`, before the message leaves). Editors' changes are read from the history, so that whoever makes
them, by whichever way, an undo too, has nothing else to do: `note_edits` makes an event of those that concern what
somebody was told, and of what was held and is now released. When the event's story has come to rest, `bot.events` fans
it out to the chats of `chats_told_otherwise`; when the message leaves, `corrections_due` compares once more what the
chat was told last with what is so. So an edit that is undone meanwhile sends nothing, and many edits, by however many
editors, are one message with the state that they led to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.models import Chat, Delivery, DeliveryStatus, Event, EventKind, StoryDocument, ToldStatement
from bot.news import (
    Correction,
    FigureNews,
    News,
    Standing,
    figure_from_json,
    figure_to_json,
    is_old,
    news_from_json,
    news_to_json,
)
from glossary.database import Database
from glossary.entries import Glossary
from glossary.figure_views import list_figures
from glossary.figures import judgements, pinned_quantities, quantity_of
from glossary.models import Document, Entity, Figure, History, Revision, Statement
from glossary.quantities import Quantity
from glossary.words import NEWS

# Arbitrary, but no other lock's number: edits are noted by one service at a time.
_EDITS = 0x45646974
#: So many rows of the history that concern nobody are looked at again each time; then an event marks them as seen.
_LOOKED_AT_AGAIN = 200
_GONE = frozenset({Standing.WITHDRAWN, Standing.RETIRED})
_LEFT = (DeliveryStatus.SENT, DeliveryStatus.SENDING)


# --- How things stand ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Now:
    """A statement's row with all that an alert says of it; `figure` is the one it is of or held for."""

    statement: Statement
    figure: Figure
    document: Document
    title: str


def _now(session: Session, statement_ids: Collection[int], *, lock: bool = False) -> dict[int, _Now]:
    """The statements that are of a figure or held for one. `lock` keeps editors from changing them meanwhile."""
    query = (
        select(Statement, Figure, Document, Revision.title)
        .join(Figure, col(Figure.id) == sa.func.coalesce(col(Statement.figure_id), col(Statement.held_figure_id)))
        .join(Revision, col(Revision.id) == col(Statement.revision_id))
        .join(Document, col(Document.id) == col(Revision.document_id))
        .where(col(Statement.id).in_(statement_ids))
    )
    if lock:
        query = query.with_for_update(read=True, of=[Statement, Figure])
    return {one.id or 0: _Now(one, figure, document, title) for one, figure, document, title in session.exec(query)}


def _standing(now: _Now) -> Standing:
    if now.statement.withdrawn or now.statement.figure_id is None:
        return Standing.WITHDRAWN
    return Standing.RETIRED if now.figure.retired else Standing.COUNTS


def _interval(quantity: Quantity) -> tuple[object, ...]:
    return quantity.value, quantity.low, quantity.high, quantity.bound, quantity.unit


def _figure_news(session: Session, now: _Now) -> FigureNews:
    """A statement as news of its figure, judged as its figure's statements now are."""
    statement, figure = now.statement, now.figure
    judgement = judgements(session, figure.id or 0).get(statement.id or 0)
    earlier = judgement.before if judgement is not None else None
    before = session.get(Statement, earlier.order) if earlier is not None else None
    entities = [figure.subject_id, figure.place_id, statement.claimant_id, before.claimant_id if before else None]
    rows = session.exec(select(Entity.id, Entity.slug, Entity.name).where(col(Entity.id).in_(set(entities) - {None})))
    names = {number: (slug, name) for number, slug, name in rows}
    claimant = names.get(statement.claimant_id)
    earlier_claimant = names.get(before.claimant_id) if before is not None else None
    return FigureNews(
        figure_id=figure.id or 0,
        measure=figure.measure,
        subject=names[figure.subject_id][0],
        place=names[figure.place_id][0] if figure.place_id is not None else None,
        scope=figure.scope,
        claimant=claimant[0] if claimant is not None else None,
        claimant_name=statement.claimant_name,
        relation=judgement.relation if judgement is not None else statement.relation,
        before=quantity_of(before) if before is not None else None,
        before_claimant_name=None
        if before is None
        else earlier_claimant[1]
        if earlier_claimant is not None
        else before.claimant_name,
        after=quantity_of(statement),
        sentence=statement.sentence,
        before_claimant=earlier_claimant[0] if earlier_claimant is not None else None,
        period_from=figure.period_from,
        period_to=figure.period_to,
        statement_id=statement.id,
        before_statement_id=before.id if before is not None else None,
        pinned=pinned_quantities(session, [figure]).get(figure.id or 0),
    )


# --- Alerts that have not left ---------------------------------------------------------------------------------------


def refreshed(session: Session, news: News, *, lock: bool = False) -> News:
    """News as it is to be told now: what was withdrawn, held or retired since is left out, what was corrected is so.

    Within the transaction that marks a message as leaving, `lock` makes an editor's change come before it or after.
    """
    told = {one.statement_id for one in news.figures} | {one.before_statement_id for one in news.figures}
    now = _now(session, {one for one in told if one is not None}, lock=lock)
    figures = [_refreshed_figure(session, one, now) for one in news.figures]
    return replace(news, figures=tuple(one for one in figures if one is not None))


def _refreshed_figure(session: Session, told: FigureNews, now: dict[int, _Now]) -> FigureNews | None:
    if told.statement_id is None:
        return told  # of before statements were kept with the news
    found = now.get(told.statement_id)
    if found is None or _standing(found) is not Standing.COUNTS:
        return None
    same = found.figure.id == told.figure_id and _interval(quantity_of(found.statement)) == _interval(told.after)
    if told.before is not None and told.before_statement_id is not None:
        before = now.get(told.before_statement_id)
        same = same and before is not None and _standing(before) is not Standing.WITHDRAWN
        same = same and before is not None and _interval(quantity_of(before.statement)) == _interval(told.before)
    if same:
        return replace(told, pinned=pinned_quantities(session, [found.figure]).get(told.figure_id))
    changed = _figure_news(session, found)
    return changed if changed.relation in NEWS else None


# --- What was told ---------------------------------------------------------------------------------------------------


def note_told(
    session: Session, delivery_id: int, figures: Iterable[FigureNews], corrections: Iterable[Correction] = ()
) -> None:
    """Note what a message that is about to leave tells of each statement; of a repeated attempt, the newest."""
    session.execute(sa.delete(ToldStatement).where(col(ToldStatement.delivery_id) == delivery_id))
    told = {one.statement_id: (one, Standing.COUNTS) for one in figures}
    for one in corrections:
        # What has moved is told with where it has moved to, and counts there.
        standing = Standing.COUNTS if one.standing is Standing.MOVED else one.standing
        told[one.so.statement_id] = (one.so, standing)
    session.add_all(
        ToldStatement(
            delivery_id=delivery_id,
            statement_id=statement_id,
            figure_id=figure.figure_id,
            told={"figure": figure_to_json(figure), "standing": standing.value},
        )
        for statement_id, (figure, standing) in told.items()
        if statement_id is not None
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What a chat was told last of a statement, and by which message of its."""

    statement_id: int
    figure: FigureNews
    standing: Standing
    message_id: int | None
    delivery_id: int


def _told_last(
    session: Session, statement_ids: Collection[int], *where: sa.ColumnElement[bool]
) -> dict[tuple[int, int], dict[int, _Told]]:
    """What each chat and topic was told last of each of these statements."""
    query = (
        select(ToldStatement, Delivery)
        .join(Delivery, col(Delivery.id) == col(ToldStatement.delivery_id))
        .join(Chat, col(Chat.id) == col(Delivery.chat_id))
        .where(
            col(ToldStatement.statement_id).in_(statement_ids),
            col(Delivery.status).in_(_LEFT),
            col(Chat.blocked_at).is_(None),
            *where,
        )
        .order_by(col(Delivery.id))
    )
    found: dict[tuple[int, int], dict[int, _Told]] = {}
    for told, delivery in session.exec(query):
        found.setdefault((delivery.chat_id, delivery.topic), {})[told.statement_id] = _Told(
            told.statement_id,
            figure_from_json(told.told["figure"]),
            Standing(told.told["standing"]),
            delivery.message_id,
            delivery.id or 0,
        )
    return found


def _differs(session: Session, told: _Told, now: _Now) -> Standing | None:
    """How a statement stands now, where that is not what was told; else None."""
    standing = _standing(now)
    if standing in _GONE or told.standing in _GONE:
        return None if standing in _GONE and told.standing in _GONE else standing
    if now.figure.id != told.figure.figure_id and not _was_merged(session, told.figure.figure_id):
        return Standing.MOVED
    return standing if _interval(quantity_of(now.statement)) != _interval(told.figure.after) else None


def _was_merged(session: Session, figure_id: int) -> bool:
    """Whether a figure is gone because editors merged it: what was told of it is true of the other. A figure that went
    with the undo of its split is not.
    """
    if session.get(Figure, figure_id) is not None:
        return False
    gone = session.exec(
        select(History.undoes)
        .where(History.table == "figure", History.row_id == figure_id, col(History.after).is_(None))
        .order_by(col(History.id).desc())
        .limit(1)
    ).first()
    return gone is None


def chats_told_otherwise(session: Session, statement_ids: Collection[int]) -> set[tuple[int, int]]:
    """The chats, each with its topic, that were told of one of these statements what is not so now."""
    now = _now(session, statement_ids)
    return {
        place
        for place, told in _told_last(session, statement_ids).items()
        if any(_differs(session, one, now[one.statement_id]) for one in told.values() if one.statement_id in now)
    }


def corrections_due(
    session: Session, delivery_id: int, chat_id: int, topic: int, statement_ids: Collection[int]
) -> tuple[tuple[Correction, ...], int | None]:
    """What a chat is to be told of these statements now, and the message of its that this puts right."""
    now = _now(session, statement_ids, lock=True)
    mine = (col(Delivery.chat_id) == chat_id, col(Delivery.topic) == topic, col(Delivery.id) != delivery_id)
    told = _told_last(session, statement_ids, *mine).get((chat_id, topic), {})
    corrections: list[Correction] = []
    answered: list[_Told] = []
    for statement_id in sorted(told):
        one, found = told[statement_id], now.get(statement_id)
        standing = _differs(session, one, found) if found is not None else None
        if found is None or standing is None:
            continue
        answered.append(one)
        corrections.append(
            Correction(
                told=one.figure,
                told_standing=one.standing,
                so=_figure_news(session, found),
                standing=standing,
                current=_current(session, one, found, standing),
                url=found.document.url,
                title=found.title,
            )
        )
    newest = max(answered, key=lambda one: one.delivery_id, default=None)
    return tuple(corrections), newest.message_id if newest is not None else None


def _current(session: Session, told: _Told, now: _Now, standing: Standing) -> Quantity | None:
    """The current value of the figure that was told, where it is still there; else of the one that it became."""
    figure = now.figure
    if standing is Standing.MOVED:
        figure = session.get(Figure, told.figure.figure_id) or figure
    if figure.retired:
        return None
    (view,) = list_figures(session, Glossary.of([]), figure_id=figure.id)
    return view.current


# --- Editors' changes ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Edits:
    """What editors changed since the last event of theirs: `newest` is the last row of the history looked at.

    `told` are statements that somebody was told of, `released` those that were held, each with its row's id and time.
    `place` is the newest statement concerned: its article and story are the event's.
    """

    newest: int
    at: datetime
    told: tuple[int, ...]
    released: tuple[tuple[int, int, datetime], ...]
    place: int


def note_edits(database: Database) -> int:
    """Make events of what editors changed; returns how many. Asked often, so it looks before it takes the lock."""
    with database.read() as session:
        if _edits(session) is None:
            return 0
    with database.write() as session:
        database.take_turns(session, _EDITS)
        edits = _edits(session)
        return 0 if edits is None else _make_events(session, edits)


def _edits(session: Session) -> _Edits | None:
    last = session.exec(select(sa.func.max(Event.history_id))).one() or 0
    # The pipeline only opens figures; what was there before is changed by editors.
    edited = (col(History.id) > last, col(History.before).is_not(None))
    of_statements = (History.table == "statement", *edited)
    of_figures = (History.table == "figure", *edited)
    count, newest, at = session.exec(
        select(sa.func.count(), sa.func.max(History.id), sa.func.max(History.at)).where(
            col(History.table).in_(("statement", "figure")), *edited
        )
    ).one()
    if not count:
        return None
    statements = select(History.row_id).where(*of_statements)
    figures = select(History.row_id).where(*of_figures)
    told = session.exec(
        select(ToldStatement.statement_id)
        .join(Statement, col(Statement.id) == col(ToldStatement.statement_id))
        .where(
            col(ToldStatement.statement_id).in_(statements)
            | col(ToldStatement.figure_id).in_(figures)
            | col(Statement.figure_id).in_(figures)  # told of a figure that was merged into this one
        )
        .distinct()
    ).all()
    held = col(History.before)["held_figure_id"].as_integer().is_not(None)
    counts = col(History.after)["figure_id"].as_integer().is_not(None)
    rows = session.exec(
        select(History.row_id, History.id, History.at).where(*of_statements, held, counts).order_by(col(History.id))
    ).all()
    known = {*told, *_waiting_releases(session)}
    released = {row_id: (row_id, number or 0, when) for row_id, number, when in rows if row_id not in known}
    if not told and not released and count < _LOOKED_AT_AGAIN:
        return None
    concerned = col(Statement.id).in_(told) if told else col(Statement.id).in_(statements)
    placed = sa.func.coalesce(col(Statement.figure_id), col(Statement.held_figure_id)).is_not(None)
    place = session.exec(select(sa.func.max(Statement.id)).where(concerned, placed)).one()
    if newest is None or at is None or place is None:
        return None
    return _Edits(newest, at, tuple(sorted(told)), tuple(released.values()), place)


def _waiting_releases(session: Session) -> set[int | None]:
    """Statements whose release is on its way already."""
    kept = session.exec(select(Event.news).where(Event.kind == EventKind.RELEASE, col(Event.fanned_out_at).is_(None)))
    return {figure.statement_id for news in kept for figure in news_from_json(dict(news)).figures}


def _make_events(session: Session, edits: _Edits) -> int:
    made = 0
    current = _now(session, {number for number, *_ in edits.released})
    for number, row, at in edits.released:
        found = current.get(number)
        if found is not None and _standing(found) is Standing.COUNTS and not _was_old(found):
            figure = _figure_news(session, found)
            if figure.relation in NEWS:
                session.add(_event(session, found, EventKind.RELEASE, row, (figure,), (), at))
                made += 1
    if edits.told or not made:  # one that corrects nothing marks the edits as seen
        event = _event(session, _now(session, [edits.place])[edits.place], EventKind.CORRECTION, edits.newest, (),
                       edits.told, edits.at)  # fmt: skip
        event.fanned_out_at = None if edits.told else edits.at
        session.add(event)
        made += 1
    return made


def _was_old(now: _Now) -> bool:
    """Whether the article was no news when it was read; then what it says is none when it is released."""
    return is_old(now.document.published_at, now.statement.recorded_at)


def _event(
    session: Session,
    now: _Now,
    kind: EventKind,
    history_id: int,
    figures: Sequence[FigureNews],
    corrects: Sequence[int],
    at: datetime,
) -> Event:
    news = News(
        url=now.document.url,
        title=now.title,
        outlet=now.document.outlet,
        language=now.document.language,
        published_at=now.document.published_at,
        mentions=(),
        figures=tuple(figures),
        corrects=tuple(corrects),
    )
    return Event(
        revision_id=now.statement.revision_id,
        story_id=_story(session, now),
        kind=kind,
        history_id=history_id,
        news=news_to_json(news),
        created_at=at,
    )


def _story(session: Session, now: _Now) -> int:
    """The story of the document, else that of the revision's own event."""
    told = session.exec(
        select(StoryDocument.story_id).where(StoryDocument.document_id == now.document.id)
    ).one_or_none()
    if told is not None:
        return told
    return session.exec(
        select(Event.story_id).where(Event.revision_id == now.statement.revision_id).order_by(col(Event.id)).limit(1)
    ).one()
