"""Who changed what, and taking it back: every change of entities, relations, forms and figures is kept row by row.

Owns the `History` table. Importing this module arms every session: inside `recorded_change` each flush notes the rows
that it inserted, updated and deleted, whatever code did it; outside, such a flush raises `UnrecordedChangeError`.
Nothing comes after: `undo` is a change like any other, so that undoing an undo is a redo.

How undoing stays exact: states are read from the database, not from objects; rows are noted in the order in which they
were written (table by table from owners to what they own, updates before inserts; then deletes the other way round), so
that the way back meets no constraint that the way there did not; ids are never used twice; and a row that is no longer
as the change left it is a conflict. Rows that only follow the glossary (mentions, subscriptions) never hold up an undo:
where they have changed since, they stay.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from itertools import groupby
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event, orm
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from glossary.columns import UtcDateTime
from glossary.deeds import Deed
from glossary.errors import RefusedError
from glossary.models import Candidate, Entity, EntityRelation, Figure, Form, Mention, Statement
from glossary.refusals import Refusal, Row, Rows
from glossary.words import FormStatus
from translations.phrases import Saying

_T = TypeVar("_T")
_Row = dict[str, Any]

# Arbitrary, but no other lock's number.
_LOCK = 0x48697374
_SESSION_KEY = "exonym_recorded_change"
# Both databases take more parameters in one statement; this many keep a statement readable in a log.
_CHUNK = 500


class UnrecordedChangeError(RuntimeError):
    """A programming error: code writes rows of the glossary without saying who does it and why."""


class UnknownChangeError(RefusedError):
    """There is no change of this id."""


class UndoRefusedError(RefusedError):
    """A change cannot be taken back as things stand; the reason says what stands in the way."""


@dataclass(frozen=True, slots=True)
class Change:
    """One act of an actor. `rows` counts the rows it changed, by table; `undone` is true while it stands undone."""

    id: str
    at: datetime
    actor: str
    summary: str
    rows: Mapping[str, int]
    undoes: str | None
    undone: bool


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One row of a change, as JSON values; `before` is None where it was inserted, `after` where it was deleted."""

    table: str
    row_id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class _Rule:
    """What of a table is the history's business.

    `whole` tables are recorded with inserts and deletes; of the others, which are evidence, only updates are.
    `bookkeeping` are times that say nothing about the world and are left out. `free` columns may change outside a
    recorded change: the pipeline sets them while it judges what it has just saved.
    """

    whole: bool = True
    bookkeeping: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()


_RULES = {
    "entity": _Rule(),
    "form": _Rule(),
    "entity_relation": _Rule(),
    "figure": _Rule(bookkeeping=frozenset({"judged_at"})),
    "statement": _Rule(whole=False, free=frozenset({"figure_id", "relation"})),
    "mention": _Rule(whole=False),
    # A candidate is the pipeline's, but for the decision to ignore it; the rest follows from its sightings.
    "candidate": _Rule(
        whole=False, bookkeeping=frozenset({"name", "type", "articles", "first_seen_at", "last_seen_at"})
    ),
}
_TABLES: dict[type[SQLModel], str] = {
    Entity: "entity",
    Form: "form",
    EntityRelation: "entity_relation",
    Figure: "figure",
    Statement: "statement",
    Mention: "mention",
    Candidate: "candidate",
}
_FOLLOWS = _Rule(whole=False)
#: Tables whose rows an undo must find as the change left them. Rows of all others only follow the glossary.
_HELD = frozenset({"entity", "form", "entity_relation", "figure", "statement", "candidate"})
_HISTORY = SQLModel.metadata.tables["history"]
_GLOSSARY_TABLES = ("entity", "form", "entity_relation")


@dataclass(slots=True)
class _Recording:
    """A recorded change under way in one session. `before` holds states taken before the flush that is under way."""

    id: str
    actor: str
    summary: str
    now: datetime
    before: dict[str, dict[int, _Row]] = field(default_factory=dict)
    cascaded: list[tuple[str, int, _Row | None, _Row | None]] = field(default_factory=list)


@contextmanager
def recorded_change(session: Session, *, actor: str, summary: Saying | str, now: datetime) -> Iterator[str]:
    """Record what the block writes as one change, and give its id. A block inside another joins it.

    `actor` is who did it (``telegram:123``, ``starter``, ``pipeline``), `summary` one line for a reader. A block that
    changes nothing leaves no trace; of one that raises, nothing stays.

    Raises:
        UnrecordedChangeError: rows of the glossary were waiting unrecorded in the session.
    """
    outer: _Recording | None = session.info.get(_SESSION_KEY)
    if outer is not None:
        yield outer.id
        return
    session.flush()
    take_turns(session)
    recording = _Recording(secrets.token_hex(8), actor, str(summary), now)
    session.info[_SESSION_KEY] = recording
    try:
        with session.begin_nested():
            yield recording.id
    finally:
        del session.info[_SESSION_KEY]


def take_turns(session: Session) -> None:
    """One writer of history at a time: its newest id is the glossary's revision, so ids must be seen in their order.

    Whoever locks rows that others change, and may record a change later in the same transaction, takes its turn first:
    a writer that waits for a row while it has the turn is then never waited for by who has the row.
    """
    if session.get_bind().dialect.name == "postgresql":  # SQLite's writers take turns anyway
        session.connection().execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def repoint(session: Session, table: str, old: int, new: int) -> None:
    """Within a recorded change, make all that refers to one row of a table refer to another, in any package's tables.

    A row that would then double another (a chat that follows both of two merged entities) is deleted. The session's
    objects are expired, since rows change beneath them.

    Raises:
        UnrecordedChangeError: there is no recorded change under way.
    """
    recording: _Recording | None = session.info.get(_SESSION_KEY)
    if recording is None:
        message = f"references to “{table}” are moved outside of recorded_change"
        raise UnrecordedChangeError(message)
    session.flush()
    connection = session.connection()
    for other, column in _references(table):
        before = _states(connection, other.name, _ids_where(connection, other, column, [old]), lock=True)
        if not before:
            continue
        if not _moved(connection, other, column, before, new):
            _delete(connection, other, [one for one in before if not _moved(connection, other, column, [one], new)])
        after = _states(connection, other.name, before)
        _write(
            connection, recording, [(other.name, row_id, state, after.get(row_id)) for row_id, state in before.items()]
        )
    session.expire_all()


def _moved(connection: sa.Connection, table: sa.Table, column: sa.Column[Any], ids: Iterable[int], new: int) -> bool:
    try:
        with connection.begin_nested():
            for chunk in _chunks(ids):
                connection.execute(table.update().where(table.c.id.in_(chunk)).values({column.name: new}))
    except IntegrityError:
        return False
    return True


def glossary_revision(session: Session) -> int:
    """The number of the glossary's state: the newest history id over entities, forms and relations; 0 for none."""
    connection = session.connection()
    newest = (
        connection.scalar(sa.select(sa.func.max(_HISTORY.c.id)).where(_HISTORY.c.table == table))
        for table in _GLOSSARY_TABLES
    )
    return max((number for number in newest if number is not None), default=0)


def list_changes(
    session: Session, *, limit: int = 20, before: str | None = None, table: str | None = None, row_id: int | None = None
) -> tuple[Change, ...]:
    """The newest changes first: at most `limit`, from before the change `before`, of one table or one row if asked.

    Raises:
        UnknownChangeError: there is no change `before`.
    """
    connection = session.connection()
    last = sa.func.max(_HISTORY.c.id).label("last")
    ids = sa.select(_HISTORY.c.change, last).group_by(_HISTORY.c.change).order_by(last.desc()).limit(limit)
    if table is not None:
        ids = ids.where(_HISTORY.c.table == table)
    if row_id is not None:
        ids = ids.where(_HISTORY.c.row_id == row_id)
    if before is not None:
        start = connection.scalar(sa.select(sa.func.min(_HISTORY.c.id)).where(_HISTORY.c.change == before))
        if start is None:
            raise UnknownChangeError(Refusal.UNKNOWN_CHANGE.of(change=before))
        ids = ids.where(_HISTORY.c.id < start)
    return tuple(_change(connection, found.change) for found in connection.execute(ids).all())


def get_change(session: Session, change_id: str) -> Change:
    """One change by its id.

    Raises:
        UnknownChangeError: there is none.
    """
    return _change(session.connection(), change_id)


def changed_rows(session: Session, change_id: str, *, limit: int = 100) -> tuple[ChangedRow, ...]:
    """The first rows of a change, in the order in which they were written."""
    query = sa.select(_HISTORY).where(_HISTORY.c.change == change_id).order_by(_HISTORY.c.id).limit(limit)
    return tuple(
        ChangedRow(row.table, row.row_id, row.before, row.after) for row in session.connection().execute(query).all()
    )


def undo(session: Session, change_id: str, *, actor: str, now: datetime) -> str:
    """Take a change back, as a change of its own whose id is returned; undoing that one is the redo.

    Deleted rows come back under their ids. Drafts and mentions that the machine has since derived from an entity go
    with the entity. The session's objects are expired, since rows change beneath them.

    Raises:
        UnknownChangeError: there is no such change.
        UndoRefusedError: it stands undone already, a later change touched the same rows, or something else now refers
            to a row that would go. Nothing is changed then.
    """
    if _SESSION_KEY in session.info:
        message = "an undo is a change of its own and cannot be part of another"
        raise RuntimeError(message)
    session.flush()
    take_turns(session)
    change = get_change(session, change_id)
    if change.undone:
        raise UndoRefusedError(Refusal.UNDONE_ALREADY.of(summary=change.summary))
    recording = _Recording(secrets.token_hex(8), actor, str(Deed.UNDO.of(summary=change.summary)), now)
    try:
        with session.begin_nested():
            # The connection is asked for in here: the savepoint is set when the session first hands it out.
            _Undoing(session.connection(), change, recording).run()
    except IntegrityError as error:
        raise UndoRefusedError(Refusal.PLACE_TAKEN.of(summary=change.summary)) from error
    finally:
        session.expire_all()
    return recording.id


# --- Recording: what the session's events do -------------------------------------------------------------------------


def _before_flush(session: orm.Session, _context: object, _instances: object) -> None:
    new, dirty, deleted = (_tracked(objects) for objects in (session.new, session.dirty, session.deleted))
    dirty = [one for one in dirty if _changed_columns(one)]
    recording: _Recording | None = session.info.get(_SESSION_KEY)
    if recording is None:
        for one in new + deleted:
            if _rule(one).whole:
                raise UnrecordedChangeError(_unrecorded(one))
        for one in dirty:
            if _changed_columns(one) - _rule(one).free - _rule(one).bookkeeping:
                raise UnrecordedChangeError(_unrecorded(one))
        return
    connection = session.connection()
    recording.before = {}
    recording.cascaded = []
    gone = [one for one in deleted if _rule(one).whole]
    for table, ids in _ids_by_table(dirty + gone).items():
        recording.before[table] = _states(connection, table, ids)
    for table, ids in _ids_by_table(gone).items():
        recording.before[table] |= _states(connection, table, ids, whole=True)
    for table, ids in _ids_by_table(gone).items():
        _delete_owned(session, recording, table, ids)


def _after_flush(session: orm.Session, _context: object) -> None:
    recording: _Recording | None = session.info.get(_SESSION_KEY)
    if recording is None:
        return
    connection = session.connection()
    inserted = _ids_by_table([one for one in _tracked(session.new) if _rule(one).whole])
    removed = _ids_by_table([one for one in _tracked(session.deleted) if _rule(one).whole])
    noted: list[tuple[str, int, _Row | None, _Row | None]] = []
    order = [table.name for table in SQLModel.metadata.sorted_tables if table.name in _RULES]
    for table in order:
        before = recording.before.get(table, {})
        kept = before.keys() - set(removed.get(table, ()))
        for row_id, state in sorted(_states(connection, table, kept).items()):
            if state != before[row_id]:
                noted.append((table, row_id, before[row_id], state))
        for row_id, state in sorted(_states(connection, table, inserted.get(table, ())).items()):
            noted.append((table, row_id, None, state))
    noted += recording.cascaded
    for table in reversed(order):
        noted += [(table, row_id, recording.before[table][row_id], None) for row_id in sorted(removed.get(table, ()))]
    _write(connection, recording, noted)


def _refuse_bulk(state: orm.ORMExecuteState) -> None:
    statement = state.statement
    if not isinstance(statement, sa.Insert | sa.Update | sa.Delete) or not isinstance(statement.table, sa.Table):
        return
    rule = _RULES.get(statement.table.name)
    if rule is not None and (rule.whole or isinstance(statement, sa.Update)):
        message = (
            f"a statement that writes to “{statement.table.name}” in bulk passes the history by; "
            "change the rows as objects of the session"
        )
        raise UnrecordedChangeError(message)


event.listen(orm.Session, "before_flush", _before_flush)
event.listen(orm.Session, "after_flush", _after_flush)
event.listen(orm.Session, "do_orm_execute", _refuse_bulk)


def _delete_owned(session: orm.Session, recording: _Recording, table: str, ids: Iterable[int]) -> None:
    """Delete, and note, what the database would delete along with these rows without telling."""
    connection = session.connection()
    for owned, column in _references(table):
        found = _ids_where(connection, owned, column, ids) if _cascades(column) else []
        if not found:
            continue
        _delete_owned(session, recording, owned.name, found)
        states = _states(connection, owned.name, found, whole=True)
        recording.cascaded += [(owned.name, row_id, state, None) for row_id, state in sorted(states.items())]
        _delete(connection, owned, found)
        for one in list(session):
            if isinstance(one, SQLModel) and one.__tablename__ == owned.name and _id(one) in states:
                session.expunge(one)


def _tracked(objects: Iterable[object]) -> list[SQLModel]:
    return [one for one in objects if isinstance(one, SQLModel) and type(one) in _TABLES]


def _rule(one: SQLModel) -> _Rule:
    return _RULES[_TABLES[type(one)]]


def _changed_columns(one: SQLModel) -> set[str]:
    return {attribute.key for attribute in orm.object_mapper(one).column_attrs if _has_changed(one, attribute.key)}


def _has_changed(one: SQLModel, column: str) -> bool:
    return bool(sa.inspect(one).attrs[column].history.has_changes())


def _ids_by_table(objects: Iterable[SQLModel]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for one in objects:
        found.setdefault(_TABLES[type(one)], []).append(_id(one))
    return found


def _id(one: SQLModel) -> int:
    number: int = getattr(one, "id")  # noqa: B009  (every table with a history has it; their base does not)
    return number


def _unrecorded(one: SQLModel) -> str:
    return f"a row of “{_TABLES[type(one)]}” is written outside of recorded_change"


# --- Rows as JSON ----------------------------------------------------------------------------------------------------


def _states(
    connection: sa.Connection, table: str, ids: Iterable[int], *, lock: bool = False, whole: bool = False
) -> dict[int, _Row]:
    """The rows of these ids as JSON values; bookkeeping only of `whole` rows, which go and may come back."""
    columns = SQLModel.metadata.tables[table].c
    left_out = frozenset() if whole else _RULES.get(table, _FOLLOWS).bookkeeping
    kept = [column for column in columns if column.name not in left_out]
    found: dict[int, _Row] = {}
    for chunk in _chunks(ids):
        query = sa.select(*kept).where(columns.id.in_(chunk))
        for row in connection.execute(query.with_for_update() if lock else query).mappings():
            found[row["id"]] = {column.name: _to_json(row[column.name]) for column in kept}
    return found


def _to_json(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    return value


def _from_json(column: sa.Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    if isinstance(column.type, sa.Enum) and column.type.enum_class is not None:
        return column.type.enum_class(value)
    return value


def _chunks(values: Iterable[_T]) -> Iterator[list[_T]]:
    listed = list(values)
    for start in range(0, len(listed), _CHUNK):
        yield listed[start : start + _CHUNK]


def _references(table: str) -> Iterator[tuple[sa.Table, sa.Column[Any]]]:
    """Every column, of any package's tables, that refers to the ids of a table."""
    for other in SQLModel.metadata.sorted_tables:
        for column in other.c:
            if any(key.column.table.name == table for key in column.foreign_keys):
                yield other, column


def _cascades(column: sa.Column[Any]) -> bool:
    return any(key.ondelete == "CASCADE" for key in column.foreign_keys)


def _ids_where(connection: sa.Connection, table: sa.Table, column: sa.Column[Any], values: Iterable[int]) -> list[int]:
    return [
        row_id
        for chunk in _chunks(values)
        for row_id in connection.scalars(sa.select(table.c.id).where(column.in_(chunk)))
    ]


def _delete(connection: sa.Connection, table: sa.Table, ids: Iterable[int]) -> None:
    for chunk in _chunks(ids):
        connection.execute(table.delete().where(table.c.id.in_(chunk)))


def _write(
    connection: sa.Connection,
    recording: _Recording,
    noted: Iterable[tuple[str, int, _Row | None, _Row | None]],
    undoes: str | None = None,
) -> None:
    rows = [
        {
            "change": recording.id,
            "at": recording.now,
            "actor": recording.actor,
            "summary": recording.summary,
            "table": table,
            "row_id": row_id,
            "before": before,
            "after": after,
            "undoes": undoes,
        }
        for table, row_id, before, after in noted
    ]
    if rows:
        connection.execute(_HISTORY.insert(), rows)


# --- Reading changes -------------------------------------------------------------------------------------------------


def _change(connection: sa.Connection, change_id: str) -> Change:
    counts = sa.select(_HISTORY.c.table, sa.func.count()).where(_HISTORY.c.change == change_id)
    rows = {row[0]: row[1] for row in connection.execute(counts.group_by(_HISTORY.c.table))}
    if not rows:
        raise UnknownChangeError(Refusal.UNKNOWN_CHANGE.of(change=change_id))
    first = connection.execute(sa.select(_HISTORY).where(_HISTORY.c.change == change_id).limit(1)).one()
    undone = _is_undone(connection, change_id)
    return Change(first.change, first.at, first.actor, first.summary, rows, first.undoes, undone)


def _is_undone(connection: sa.Connection, change_id: str) -> bool:
    """Whether a change stands undone: something undid it that was not itself undone since."""
    undone = False
    while True:
        query = sa.select(_HISTORY.c.change).where(_HISTORY.c.undoes == change_id).order_by(_HISTORY.c.id.desc())
        newest = connection.scalar(query.limit(1))
        if newest is None:
            return undone
        change_id, undone = newest, not undone


# --- Undoing ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Undoing:
    """One undo under way: checks first, then the inverse of every row in reverse order, then its own history."""

    connection: sa.Connection
    change: Change
    recording: _Recording
    records: list[sa.Row[Any]] = field(default_factory=list)
    skipped: set[tuple[str, int]] = field(default_factory=set)
    noted: list[tuple[str, int, _Row | None, _Row | None]] = field(default_factory=list)

    def run(self) -> None:
        query = sa.select(_HISTORY).where(_HISTORY.c.change == self.change.id).order_by(_HISTORY.c.id.desc())
        self.records = list(self.connection.execute(query).all())
        self._compare()
        for (table, kind), batch in groupby(self.records, key=lambda record: (record.table, _kind(record))):
            rows = [record for record in batch if (table, record.row_id) not in self.skipped]
            if table not in SQLModel.metadata.tables or not rows:
                continue
            if kind == "insert":
                self._take_out(table, rows)
            elif table in _HELD:
                self._put_back(table, rows)
            else:
                self._put_back_followers(table, rows)
        _write(self.connection, self.recording, self.noted, undoes=self.change.id)

    def _compare(self) -> None:
        """Refuse where a row is not as the change left it; skip where it only follows the glossary."""
        left: dict[str, dict[int, sa.Row[Any]]] = {}
        for record in self.records:
            left.setdefault(record.table, {}).setdefault(record.row_id, record)
        for table, last in left.items():
            if table not in SQLModel.metadata.tables:
                continue
            current = _states(self.connection, table, last, lock=True)
            for row_id, record in last.items():
                if _same(current.get(row_id), record.after):
                    continue
                if table in _HELD:
                    raise UndoRefusedError(self._conflict(record))
                self.skipped.add((table, row_id))

    def _conflict(self, record: sa.Row[Any]) -> Saying:
        query = sa.select(_HISTORY).where(
            _HISTORY.c.table == record.table, _HISTORY.c.row_id == record.row_id, _HISTORY.c.id > record.id
        )
        later = self.connection.execute(query.order_by(_HISTORY.c.id.desc()).limit(1)).first()
        row, summary = _describe(record.table, record.after or record.before), self.change.summary
        if later is None:
            return Refusal.CHANGED_SINCE.of(summary=summary, row=row)
        return Refusal.CHANGED_LATER.of(
            summary=summary, row=row, later=later.summary, actor=later.actor, time=f"{later.at:%Y-%m-%d %H:%M}",
            change=later.change,
        )  # fmt: skip

    def _take_out(self, table: str, rows: Sequence[sa.Row[Any]]) -> None:
        ids = [record.row_id for record in rows]
        for other, column in _references(table):
            found = _ids_where(self.connection, other, column, ids)
            if found:
                self._take_out_derived(other, column, found)
        states = _states(self.connection, table, ids, whole=True)
        _delete(self.connection, SQLModel.metadata.tables[table], ids)
        self.noted += [(table, record.row_id, states[record.row_id], None) for record in rows]

    def _take_out_derived(self, table: sa.Table, column: sa.Column[Any], ids: Sequence[int]) -> None:
        """What refers to a row that goes: the machine's drafts and mentions go with it, all else holds it."""
        states = _states(self.connection, table.name, ids)
        derived = _cascades(column) and all(_is_derived(table.name, state) for state in states.values())
        if not derived:
            rows = Rows.__members__.get(table.name.upper(), Rows.OTHER).of(number=len(ids))
            raise UndoRefusedError(Refusal.REFERRED_TO.of(summary=self.change.summary, rows=rows))
        _delete(self.connection, table, ids)
        self.noted += [(table.name, row_id, state, None) for row_id, state in sorted(states.items())]

    def _put_back(self, table: str, rows: Sequence[sa.Row[Any]]) -> None:
        _restore(self.connection, table, rows, self.recording.now)
        self.noted += [(table, record.row_id, record.after, record.before) for record in rows]

    def _put_back_followers(self, table: str, rows: Sequence[sa.Row[Any]]) -> None:
        """Put back what still can be: a chat may have left, or have subscribed anew."""
        try:
            with self.connection.begin_nested():
                _restore(self.connection, table, rows, self.recording.now)
        except IntegrityError:
            if len(rows) > 1:
                for record in rows:
                    self._put_back_followers(table, [record])
            return
        self.noted += [(table, record.row_id, record.after, record.before) for record in rows]


def _kind(record: sa.Row[Any]) -> str:
    if record.before is None:
        return "insert"
    return "delete" if record.after is None else "update"


def _same(current: _Row | None, expected: _Row | None) -> bool:
    """Whether a row is as recorded, by the columns that the record has and the table still has."""
    if current is None or expected is None:
        return current is expected
    shared = expected.keys() & current.keys()
    return all(current[name] == expected[name] for name in shared)


def _is_derived(table: str, state: _Row) -> bool:
    return table in {"mention", "form_attempt"} or (table == "form" and state["status"] == FormStatus.DRAFT)


def _restore(connection: sa.Connection, table: str, rows: Sequence[sa.Row[Any]], now: datetime) -> None:
    """Write the rows' states from before: all inserts, or all updates."""
    target = SQLModel.metadata.tables[table]
    left_out = _RULES.get(table, _FOLLOWS).bookkeeping
    states = []
    for record in rows:
        state = {name: _from_json(target.c[name], value) for name, value in record.before.items() if name in target.c}
        states.append(state)
    if rows[0].after is None:
        connection.execute(target.insert(), [dict.fromkeys(left_out, now) | state for state in states])
    else:
        names = [name for name in states[0] if name != "id"]
        update = target.update().where(target.c.id == sa.bindparam("row_id"))
        update = update.values({name: sa.bindparam(f"new_{name}") for name in names})
        values = [{"row_id": state["id"]} | {f"new_{name}": state[name] for name in names} for state in states]
        connection.execute(update, values)


def _describe(table: str, state: _Row) -> Saying:
    """A row as a reader knows it: “Tuva”, the form “Тува” (uk) ..."""
    if table == "entity":
        return Row.ENTITY.of(name=state["name"])
    if table == "form":
        return Row.FORM.of(form=state["text"], language=state["language"])
    if table == "figure":
        return Row.FIGURE.of(label=state["label"])
    if table == "entity_relation":
        return Row.ENTITY_RELATION.of(relation=state["kind"])
    return Row.__members__.get(table.upper(), Row.OTHER).of()
