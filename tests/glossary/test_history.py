"""The history: what is recorded, and that undoing gives back exactly what was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, col, delete, select, update

from bot.models import Channel, Chat, Subscription
from glossary.database import Database
from glossary.history import (
    UndoRefusedError,
    UnknownChangeError,
    UnrecordedChangeError,
    changed_rows,
    get_change,
    glossary_revision,
    list_changes,
    recorded_change,
    undo,
)
from glossary.models import Document, Entity, EntityRelation, Figure, Form, History, Mention, Revision, Statement
from glossary.words import (
    Bound,
    EntityType,
    FormKind,
    FormStatus,
    Measure,
    Provenance,
    RelationKind,
    ScopeKind,
    StatementRelation,
    Via,
)
from translations.languages import Language

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECORDED = ("entity", "entity_relation", "figure", "form", "mention", "statement", "subscription")


def entity(slug: str, name: str | None = None) -> Entity:
    return Entity(slug=slug, type=EntityType.PLACE, name=name or slug.title(), created_at=NOW)


def form(of: Entity, text: str, *, language: Language = Language.UK, **more: Any) -> Form:
    assert of.id is not None
    more = {"provenance": Provenance.EDITOR, "status": FormStatus.APPROVED} | more
    return Form(entity_id=of.id, language=language, text=text, kind=FormKind.FULL, created_at=NOW, **more)


def figure(of: Entity, label: str = "Losses") -> Figure:
    assert of.id is not None
    return Figure(
        label=label,
        measure=Measure.CASUALTIES,
        subject_id=of.id,
        scope=ScopeKind.TOTAL,
        unit="people",
        opened_at=NOW,
        judged_at=NOW,
    )


def revision(session: Session, url: str = "https://news.example/1") -> Revision:
    document = Document(url=url, outlet="Example", language=Language.EN, first_seen_at=NOW)
    session.add(document)
    session.flush()
    assert document.id is not None
    text = Revision(
        document_id=document.id,
        number=1,
        title="Losses",
        text="About 300 were killed.",
        content_hash="0",
        fingerprint=b"0",
        retrieved_at=NOW,
    )
    session.add(text)
    session.flush()
    return text


def statement(of: Revision, about: Figure) -> Statement:
    assert of.id is not None
    return Statement(
        revision_id=of.id,
        figure_id=about.id,
        measure=about.measure,
        subject_id=about.subject_id,
        scope=about.scope,
        claimant_name="Example",
        value=300,
        low=270,
        high=330,
        bound=Bound.ABOUT,
        unit="people",
        said="300",
        relation=StatementRelation.FIRST,
        surface="About 300",
        start=0,
        end=9,
        sentence="About 300 were killed.",
        recorded_at=NOW,
    )


def mention(of: Revision, what: Entity) -> Mention:
    assert of.id is not None
    assert what.id is not None
    return Mention(
        revision_id=of.id, entity_id=what.id, surface="x", form_text="x", start=0, end=1, via=Via.EXACT, certain=True
    )


def chat(session: Session, address: int = 0) -> Chat:
    one = Chat(channel=Channel.TERMINAL, address=address, language=Language.EN, created_at=NOW)
    session.add(one)
    session.flush()
    return one


def subscription(who: Chat, what: Entity) -> Subscription:
    assert who.id is not None
    return Subscription(chat_id=who.id, entity_id=what.id, created_at=NOW)


def change(session: Session, summary: str = "an edit", actor: str = "editor", now: datetime = NOW) -> Any:
    return recorded_change(session, actor=actor, summary=summary, now=now)


def tables(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """All rows that the history watches, as the database has them; bookkeeping left out."""
    session.flush()
    found = {}
    for name in RECORDED:
        table = SQLModel.metadata.tables[name]
        columns = [column for column in table.c if column.name != "judged_at"]
        rows = session.connection().execute(sa.select(*columns).order_by(table.c.id))
        found[name] = [tuple(map(repr, row)) for row in rows]
    return found


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


# --- Recording -------------------------------------------------------------------------------------------------------


def test_an_insert_is_recorded_with_its_whole_row(session: Session) -> None:
    with change(session, "add Tuva", "telegram:7") as change_id:
        session.add(entity("tuva", "Tuva"))
    (row,) = changed_rows(session, change_id)
    assert (row.table, row.before) == ("entity", None)
    assert row.after == {
        "id": row.row_id,
        "slug": "tuva",
        "type": "PLACE",
        "name": "Tuva",
        "wikidata": None,
        "note": None,
        "context": [],
        "curated": False,
        "created_at": "2026-03-01T12:00:00+00:00",
    }
    (listed,) = list_changes(session)
    assert (listed.actor, listed.summary, listed.at, listed.rows) == ("telegram:7", "add Tuva", NOW, {"entity": 1})
    assert (listed.undoes, listed.undone) == (None, False)


def test_an_update_is_recorded_with_before_and_after_even_of_an_expired_row(session: Session) -> None:
    with change(session):
        session.add(tuva := entity("tuva", "Tuva"))
    session.expire_all()
    with change(session) as change_id:
        tuva.name = "Republic of Tuva"
    (row,) = changed_rows(session, change_id)
    assert row.before is not None
    assert row.after is not None
    assert (row.before["name"], row.after["name"]) == ("Tuva", "Republic of Tuva")


def test_a_change_that_changes_nothing_leaves_no_trace(session: Session) -> None:
    with change(session):
        session.add(tuva := entity("tuva", "Tuva"))
    with change(session) as change_id:
        tuva.name = "Kyzyl"
        tuva.name = "Tuva"
    with pytest.raises(UnknownChangeError):
        get_change(session, change_id)


def test_a_change_inside_another_joins_it(session: Session) -> None:
    with change(session, "outer") as outer, change(session, "inner") as inner:
        session.add(entity("tuva"))
    assert inner == outer
    assert [one.summary for one in list_changes(session)] == ["outer"]


@pytest.mark.parametrize(
    "make", [entity, lambda slug: figure(Entity(id=1, slug=slug)), lambda slug: form(Entity(id=1), slug)]
)
def test_a_row_written_outside_a_change_is_a_programming_error(
    session: Session, make: Callable[[str], SQLModel]
) -> None:
    session.add(make("tuva"))
    with pytest.raises(UnrecordedChangeError):
        session.flush()
    session.rollback()


def test_an_update_and_a_delete_outside_a_change_are_programming_errors(session: Session) -> None:
    with change(session):
        session.add(tuva := entity("tuva"))
    tuva.name = "Other"
    with pytest.raises(UnrecordedChangeError):
        session.flush()
    session.refresh(tuva)
    session.delete(tuva)
    with pytest.raises(UnrecordedChangeError):
        session.flush()
    session.rollback()


def test_bulk_statements_that_would_pass_the_history_by_are_programming_errors(session: Session) -> None:
    with change(session), pytest.raises(UnrecordedChangeError):
        session.exec(update(Entity).values(name="x"))
    with pytest.raises(UnrecordedChangeError):
        session.exec(delete(Form))


def test_evidence_is_saved_and_judged_without_a_change_but_not_withdrawn(session: Session) -> None:
    with change(session):
        session.add(army := entity("army"))
        session.flush()
        session.add(losses := figure(army))
    session.add(said := statement(revision(session), losses))
    session.flush()
    said.relation = StatementRelation.REPEATS
    losses.judged_at = NOW + timedelta(hours=1)
    session.flush()
    said.withdrawn = True
    with pytest.raises(UnrecordedChangeError):
        session.flush()
    session.rollback()


def test_what_the_database_would_delete_silently_is_recorded_too(session: Session) -> None:
    with change(session):
        session.add(tuva := entity("tuva"))
        session.add(russia := entity("russia"))
        session.flush()
        session.add(form(tuva, "Тува"))
        session.add(EntityRelation(entity_id=tuva.id, kind=RelationKind.PART_OF, target_id=russia.id))
    session.add(mention(revision(session), tuva))
    session.add(subscription(chat(session), tuva))
    before = tables(session)
    with change(session, "delete Tuva") as change_id:
        session.delete(tuva)
    assert get_change(session, change_id).rows == {
        "entity": 1,
        "form": 1,
        "entity_relation": 1,
        "mention": 1,
        "subscription": 1,
    }
    assert session.exec(select(Form)).all() == []
    undo(session, change_id, actor="editor", now=NOW)
    assert tables(session) == before


def test_an_entity_and_its_form_can_be_deleted_in_one_flush(session: Session) -> None:
    with change(session):
        session.add(tuva := entity("tuva"))
        session.flush()
        session.add(name := form(tuva, "Тува"))
    before = tables(session)
    with change(session) as change_id:
        session.delete(tuva)
        session.delete(name)
    assert get_change(session, change_id).rows == {"entity": 1, "form": 1}
    undo(session, change_id, actor="editor", now=NOW)
    assert tables(session) == before


def test_the_revision_follows_the_glossary_and_not_the_figures(session: Session) -> None:
    assert glossary_revision(session) == 0
    with change(session):
        session.add(army := entity("army"))
    first = glossary_revision(session)
    assert first > 0
    with change(session):
        session.add(figure(army))
    assert glossary_revision(session) == first
    with change(session):
        session.add(form(army, "армія"))
    assert glossary_revision(session) > first


def test_a_failed_block_records_nothing_and_disarms(database: Database) -> None:
    def fail() -> None:
        with database.write() as session, change(session):
            session.add(entity("tuva"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.write() as session:
        assert list_changes(session) == ()
        session.add(entity("tuva"))
        with pytest.raises(UnrecordedChangeError):
            session.flush()
        session.rollback()


def test_changes_are_listed_newest_first_and_page_by_page(session: Session) -> None:
    ids = []
    for number in range(5):
        with change(session, f"edit {number}") as change_id:
            session.add(entity(f"place-{number}"))
        ids.append(change_id)
    assert [one.id for one in list_changes(session, limit=2)] == [ids[4], ids[3]]
    assert [one.id for one in list_changes(session, limit=2, before=ids[3])] == [ids[2], ids[1]]
    row = changed_rows(session, ids[2])[0]
    assert [one.id for one in list_changes(session, table="entity", row_id=row.row_id)] == [ids[2]]


# --- Undoing ---------------------------------------------------------------------------------------------------------


def test_undoing_an_edit_restores_it_and_undoing_that_is_the_redo(any_database: Database) -> None:
    with any_database.write() as session:
        with change(session):
            session.add(tuva := entity("tuva", "Tuva"))
        with change(session, "rename") as renamed:
            tuva.name = "Republic of Tuva"
        undone = undo(session, renamed, actor="telegram:7", now=NOW)
        assert tuva.name == "Tuva"
        assert (get_change(session, renamed).undone, get_change(session, undone).undoes) == (True, renamed)
        assert get_change(session, undone).summary == "Undo: rename"
        undo(session, undone, actor="telegram:7", now=NOW)
        assert tuva.name == "Republic of Tuva"
        assert get_change(session, renamed).undone is False


def test_a_deleted_row_comes_back_under_its_id(any_database: Database) -> None:
    with any_database.write() as session:
        with change(session):
            session.add(tuva := entity("tuva"))
            session.flush()
            session.add(name := form(tuva, "Тува", confidence=0.25, problems=["short"]))
        before = tables(session)
        with change(session) as removed:
            session.delete(name)
        with change(session):
            session.add(other := form(tuva, "Тива"))
        assert other.id != name.id
        undo(session, removed, actor="editor", now=NOW)
        assert tables(session)["form"][0] == before["form"][0]


def test_a_change_is_not_undone_twice_but_again_after_a_redo(session: Session) -> None:
    with change(session, "add Tuva") as added:
        session.add(entity("tuva"))
    undone = undo(session, added, actor="editor", now=NOW)
    with pytest.raises(UndoRefusedError, match="“add Tuva” is undone already"):
        undo(session, added, actor="editor", now=NOW)
    undo(session, undone, actor="editor", now=NOW)
    undo(session, added, actor="editor", now=NOW)
    assert session.exec(select(Entity)).all() == []


def test_a_conflict_names_the_later_change(session: Session) -> None:
    with change(session):
        session.add(tuva := entity("tuva", "Tuva"))
    with change(session, "rename to Tyva") as first:
        tuva.name = "Tyva"
    with change(session, "rename to Tuva Republic", "telegram:9") as second:
        tuva.name = "Tuva Republic"
    before = tables(session)
    with pytest.raises(
        UndoRefusedError, match=r"changed later by “rename to Tuva Republic” \(telegram:9, 2026-03-01"
    ) as told:
        undo(session, first, actor="editor", now=NOW)
    assert second in str(told.value)
    assert tables(session) == before
    undo(session, second, actor="editor", now=NOW)
    undo(session, first, actor="editor", now=NOW)
    assert tuva.name == "Tuva"


def test_an_added_entity_that_a_figure_counts_is_held(session: Session) -> None:
    with change(session, "add the army") as added:
        session.add(army := entity("army"))
    with change(session):
        session.add(figure(army))
    with pytest.raises(UndoRefusedError, match=r"“add the army” cannot be undone: .* in use by now \(figures: 1\)"):
        undo(session, added, actor="editor", now=NOW)
    assert session.exec(select(Entity)).one().slug == "army"


def test_an_added_entity_that_a_chat_follows_is_held(session: Session) -> None:
    with change(session, "add Tuva") as added:
        session.add(tuva := entity("tuva"))
    session.add(subscription(chat(session, 1), tuva))
    session.add(subscription(chat(session, 2), tuva))
    with pytest.raises(UndoRefusedError, match="subscriptions: 2"):
        undo(session, added, actor="editor", now=NOW)


def test_drafts_and_mentions_go_with_an_added_entity_and_come_back_by_the_redo(session: Session) -> None:
    with change(session, "add Tuva") as added:
        session.add(tuva := entity("tuva"))
    with change(session, "drafts", "filler"):
        session.add(form(tuva, "Тува", status=FormStatus.DRAFT, provenance=Provenance.TRANSLITERATION))
    session.add(mention(revision(session), tuva))
    before = tables(session)
    undone = undo(session, added, actor="editor", now=NOW)
    assert {name: len(rows) for name, rows in tables(session).items() if rows} == {}
    undo(session, undone, actor="editor", now=NOW)
    assert tables(session) == before


def test_a_form_that_an_editor_added_later_holds_its_entity(session: Session) -> None:
    with change(session, "add Tuva") as added:
        session.add(tuva := entity("tuva"))
    with change(session):
        session.add(form(tuva, "Тува"))
    with pytest.raises(UndoRefusedError, match="forms: 1"):
        undo(session, added, actor="editor", now=NOW)


def test_a_subscription_ended_since_does_not_hold_up_an_undo(session: Session) -> None:
    with change(session):
        session.add(tuva := entity("tuva"))
    session.add(subscription(who := chat(session), tuva))
    with change(session) as deleted:
        session.delete(tuva)
    session.delete(who)
    session.flush()
    undo(session, deleted, actor="editor", now=NOW)
    assert [one.slug for one in session.exec(select(Entity))] == ["tuva"]
    assert session.exec(select(Subscription)).all() == []


def test_a_refusal_in_the_middle_puts_back_what_was_undone_before_it(any_database: Database) -> None:
    with any_database.write() as session:
        with change(session):
            session.add(tuva := entity("tuva"))
        with change(session, "add the army and a form") as added:
            session.add(army := entity("army"))
            session.add(form(tuva, "Тува"))  # taken out before the army
        with change(session):
            session.add(figure(army))
        before = tables(session)
        with pytest.raises(UndoRefusedError, match="figures: 1"):
            undo(session, added, actor="editor", now=NOW)
        assert tables(session) == before
        assert get_change(session, added).undone is False


def test_a_place_taken_since_is_a_refusal_and_nothing_is_half_undone(any_database: Database) -> None:
    with any_database.write() as session:
        _refuse_a_taken_place(session)


def _refuse_a_taken_place(session: Session) -> None:
    with change(session):
        session.add(tuva := entity("tuva"))
        session.flush()
        session.add(form(tuva, "Тува", preferred=True))
    with change(session, "delete Tuva") as deleted:
        session.delete(tuva)
    with change(session):
        session.add(entity("tuva"))
    before = tables(session)
    with pytest.raises(UndoRefusedError, match="something newer has taken the place"):
        undo(session, deleted, actor="editor", now=NOW)
    assert tables(session) == before


def test_a_withdrawn_statement_is_told_again_by_the_undo(session: Session) -> None:
    with change(session):
        session.add(army := entity("army"))
        session.flush()
        session.add(losses := figure(army))
    session.add(said := statement(revision(session), losses))
    session.flush()
    with change(session, "withdraw") as withdrawn:
        said.withdrawn = True
    undo(session, withdrawn, actor="editor", now=NOW)
    assert said.withdrawn is False


def test_an_unknown_change_is_said_to_be_unknown(session: Session) -> None:
    with pytest.raises(UnknownChangeError, match="no change “nothing”"):
        undo(session, "nothing", actor="editor", now=NOW)


def test_an_undo_inside_another_change_is_a_programming_error(session: Session) -> None:
    with change(session) as added:
        session.add(entity("tuva"))
    with change(session), pytest.raises(RuntimeError, match="a change of its own"):
        undo(session, added, actor="editor", now=NOW)


# --- Any sequence of edits, undone in reverse ------------------------------------------------------------------------

Pick = Callable[[type[SQLModel]], Any]


def _add_entity(session: Session, pick: Pick, number: int) -> None:
    session.add(entity(f"place-{number}"))


def _rename_entity(session: Session, pick: Pick, number: int) -> None:
    if one := pick(Entity):
        one.name, one.context, one.note = f"Name {number % 3}", ["river"] * (number % 2), None


def _delete_entity(session: Session, pick: Pick, number: int) -> None:
    one = pick(Entity)
    if one and not session.exec(select(Figure).where(Figure.subject_id == one.id)).first():
        session.delete(one)


def _add_form(session: Session, pick: Pick, number: int) -> None:
    if one := pick(Entity):
        session.add(form(one, f"форма {number}", language=list(Language)[number % 4]))


def _edit_form(session: Session, pick: Pick, number: int) -> None:
    if one := pick(Form):
        one.text, one.weak, one.confidence = f"слово {number}", bool(number % 2), number / 7


def _prefer_form(session: Session, pick: Pick, number: int) -> None:
    if one := pick(Form):
        others = select(Form).where(Form.entity_id == one.entity_id, Form.language == one.language)
        for other in session.exec(others.where(col(Form.preferred))).all():
            other.preferred = False
        session.flush()
        one.preferred = True


def _delete_form(session: Session, pick: Pick, number: int) -> None:
    if one := pick(Form):
        session.delete(one)


def _relate(session: Session, pick: Pick, number: int) -> None:
    source, target = pick(Entity), pick(Entity)
    if source and not session.exec(select(EntityRelation).where(EntityRelation.entity_id == source.id)).first():
        session.add(EntityRelation(entity_id=source.id, kind=RelationKind.PART_OF, target_id=target.id))


def _unrelate(session: Session, pick: Pick, number: int) -> None:
    if one := pick(EntityRelation):
        session.delete(one)


def _open_figure(session: Session, pick: Pick, number: int) -> None:
    if one := pick(Entity):
        session.add(figure(one, f"Figure {number}"))


def _retire_figure(session: Session, pick: Pick, number: int) -> None:
    if one := pick(Figure):
        one.retired = not one.retired
        one.judged_at = NOW + timedelta(minutes=number)


def _move_mention(session: Session, pick: Pick, number: int) -> None:
    one, target = pick(Mention), pick(Entity)
    if one and target:
        one.entity_id = target.id


def _withdraw(session: Session, pick: Pick, number: int) -> None:
    if one := pick(Statement):
        one.withdrawn, one.value = not one.withdrawn, float(number)


EDITS = (
    _add_entity,
    _rename_entity,
    _delete_entity,
    _add_form,
    _edit_form,
    _prefer_form,
    _delete_form,
    _relate,
    _unrelate,
    _open_figure,
    _retire_figure,
    _move_mention,
    _withdraw,
)
# A busy machine is no fault of the tests; each example starts anew by itself.
_SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
Edit = tuple[Callable[..., None], int, bool]
# A change of one to four edits: which edit, which row, whether it is flushed before the next.
changes = st.lists(
    st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 50), st.booleans()), min_size=1, max_size=4), max_size=10
)


@given(changes=changes)
@settings(max_examples=60, deadline=None, suppress_health_check=_SLOW)
def test_undoing_any_edits_in_reverse_gives_back_every_table_and_undoing_that_redoes_them(
    database: Database, changes: list[list[Edit]]
) -> None:
    with database.read() as session:  # every example starts anew: a reader's changes are rolled back
        _start(session)
        states, ids = [tables(session)], []
        for number, edits in enumerate(changes):
            change_id = _carry_out(session, number, edits)
            state = tables(session)
            if list_changes(session, limit=1)[0].id == change_id:
                ids.append(change_id)
                states.append(state)
            else:
                assert state == states[-1], "what is not recorded has not changed anything"
        undos = []
        for change_id, state in zip(reversed(ids), reversed(states[:-1]), strict=True):
            undos.append(undo(session, change_id, actor="editor", now=NOW))
            assert tables(session) == state
        for change_id, state in zip(reversed(undos), states[1:], strict=True):
            undo(session, change_id, actor="editor", now=NOW)
            assert tables(session) == state


@given(changes=changes, chosen=st.integers(0, 9))
@settings(max_examples=40, deadline=None, suppress_health_check=_SLOW)
def test_undoing_any_change_out_of_order_is_refused_without_a_trace_or_can_itself_be_undone(
    database: Database, changes: list[list[Edit]], chosen: int
) -> None:
    with database.read() as session:  # every example starts anew: a reader's changes are rolled back
        _start(session)
        ids = [_carry_out(session, number, edits) for number, edits in enumerate(changes)]
        known = {one.id for one in list_changes(session, limit=50)}
        for change_id in ids[chosen : chosen + 1]:
            before = tables(session)
            if change_id not in known:
                continue
            try:
                undone = undo(session, change_id, actor="editor", now=NOW)
            except UndoRefusedError:
                assert tables(session) == before
            else:
                undo(session, undone, actor="editor", now=NOW)
                assert tables(session) == before


def _carry_out(session: Session, number: int, edits: list[Edit]) -> str:
    with change(session, f"change {number}") as change_id:
        for place, (edit, row, flushed) in enumerate(edits):
            edit(session, _picker(session, row), number * 10 + place)
            if flushed:
                session.flush()
    return str(change_id)


def _start(session: Session) -> None:
    with change(session, "start"):
        session.add(tuva := entity("tuva"))
        session.add(army := entity("army"))
        session.flush()
        session.add(form(tuva, "Тува", preferred=True))
        session.add(losses := figure(army))
    evidence = revision(session)
    session.add(mention(evidence, tuva))
    session.add(statement(evidence, losses))
    session.add(subscription(chat(session), tuva))
    session.flush()


def _picker(session: Session, row: int) -> Pick:
    def pick(model: type[SQLModel]) -> Any:
        session.flush()
        rows = [one for one in session.exec(select(model)).all() if one not in session.deleted]
        return rows[row % len(rows)] if rows else None

    return pick


def test_history_is_written_for_large_changes_in_reasonable_statements(database: Database) -> None:
    with database.write() as session:
        with change(session) as added:
            session.add_all([entity(f"place-{number}") for number in range(1200)])
        assert get_change(session, added).rows == {"entity": 1200}
        undo(session, added, actor="editor", now=NOW)
        assert session.exec(select(sa.func.count()).select_from(Entity)).one() == 0
        assert session.exec(select(sa.func.count()).select_from(History)).one() == 2400
