"""What editors do to figures: each edit is one change, judged again where it has to be, and undone exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, col, select

from bot.models import Channel, Chat, Subscription
from glossary import figure_editing as editing
from glossary.database import Database
from glossary.editing import EditRefusedError
from glossary.entries import Entry, Glossary
from glossary.figure_views import FigureView, claims_of, list_figures
from glossary.figures import Recorded, Told, judge, judge_again
from glossary.history import UndoRefusedError, list_changes, recorded_change, undo
from glossary.models import Document, Entity, Figure, Revision, Statement
from glossary.quantities import Quantity
from glossary.words import Bound, EntityType, Measure, ScopeKind, StatementRelation
from translations.languages import Language

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY: dict[str, Any] = {"actor": "telegram:7", "now": NOW}
GLOSSARY = Glossary.of([Entry("tuva", EntityType.PLACE, "Tuva"), Entry("nis", EntityType.ORG, "NIS")])


def exactly(number: float) -> Quantity:
    return Quantity(number, number, number, Bound.EXACT, "people", f"{number:g}")


@dataclass
class Desk:
    """A session with figures in it; each statement is of an article of its own."""

    session: Session
    subject: int = 0

    def start(self) -> Desk:
        with recorded_change(self.session, actor="test", summary="start", now=NOW):
            for entry in GLOSSARY.entries.values():
                self.session.add(Entity(slug=entry.slug, type=entry.type, name=entry.name, created_at=NOW))
            self.session.flush()
            self.subject = self.session.exec(select(Entity.id).where(Entity.slug == "tuva")).one() or 0
        return self

    def figure(self, label: str = "Troops", measure: Measure = Measure.PERSONNEL) -> int:
        row = Figure(
            label=label,
            measure=measure,
            subject_id=self.subject,
            scope=ScopeKind.TOTAL,
            unit="people",
            opened_at=NOW - timedelta(days=3),
            judged_at=NOW - timedelta(days=2),
        )
        with recorded_change(self.session, actor="pipeline", summary="figure", now=NOW):
            self.session.add(row)
            self.session.flush()
        return row.id or 0

    def say(
        self,
        figure: int,
        number: float,
        day: int | None,
        claimant: str = "Courier",
        relation: StatementRelation = StatementRelation.FIRST,
        *,
        held: bool = False,
        published: int = 28,
        revises: int | None = None,
    ) -> int:
        """A statement with its article, or with another text of the article of the statement `revises`."""
        count = self.session.exec(select(sa.func.count()).select_from(Revision)).one()
        if revises is None:
            document = Document(
                url=f"https://news.example/{count}",
                outlet=claimant,
                language=Language.EN,
                published_at=datetime(2026, 2, published, tzinfo=UTC),
                first_seen_at=NOW,
            )
            self.session.add(document)
            self.session.flush()
            document_id, text = document.id or 0, 1
        else:
            earlier = self.session.get_one(Revision, self.statement(revises).revision_id)
            document_id, text = earlier.document_id, earlier.number + 1
        revision = Revision(
            document_id=document_id,
            number=text,
            title="Troops",
            text="",
            content_hash=str(count),
            fingerprint=b"",
            retrieved_at=NOW,
        )
        self.session.add(revision)
        self.session.flush()
        statement = Statement(
            revision_id=revision.id or 0,
            figure_id=None if held else figure,
            held_figure_id=figure if held else None,
            measure=Measure.PERSONNEL,
            subject_id=self.subject,
            scope=ScopeKind.TOTAL,
            claimant_name=claimant,
            value=number,
            low=number,
            high=number,
            bound=Bound.EXACT,
            unit="people",
            said=f"{number:g}",
            as_of=date(2026, 2, day) if day is not None else None,
            relation=StatementRelation.UNRESOLVED if held else relation,
            surface=f"{number:g} soldiers",
            start=0,
            end=1,
            sentence=f"{claimant} counts {number:g} soldiers.",
            recorded_at=NOW,
        )
        self.session.add(statement)
        self.session.flush()
        return statement.id or 0

    def statement(self, number: int) -> Statement:
        return self.session.get_one(Statement, number)

    def relations(self, *numbers: int) -> list[str]:
        return [self.statement(number).relation.value for number in numbers]

    def view(self, figure: int) -> FigureView:
        self.session.flush()
        (view,) = list_figures(self.session, GLOSSARY, figure_id=figure)
        return view

    def last_change(self) -> str:
        return list_changes(self.session, limit=1)[0].id

    def undo(self, change: str | None = None) -> None:
        undo(self.session, change or self.last_change(), **BY)

    def contents(self) -> dict[str, list[tuple[str, ...]]]:
        """All that an edit may touch, every column of it, as the database has it."""
        self.session.flush()
        tables = (SQLModel.metadata.tables[name] for name in ("figure", "statement", "subscription", "entity"))
        return {
            table.name: [
                tuple(map(repr, row))
                for row in self.session.connection().execute(sa.select(table).order_by(table.c.id))
            ]
            for table in tables
        }


@pytest.fixture
def desk(any_database: Database) -> Iterator[Desk]:
    with any_database.write() as session:
        yield Desk(session).start()


def value(quantity: Quantity | None) -> float | None:
    return quantity.value if quantity is not None else None


# --- Judging again ---------------------------------------------------------------------------------------------------


def told(claimant: str, number: float, day: int | None, order: int, document: int | None = None) -> Recorded:
    as_of = date(2026, 2, day) if day is not None else None
    return Recorded(Told(claimant, exactly(number), as_of, order, document or order), order)


def test_what_came_in_the_order_of_its_days_is_judged_as_it_was_then() -> None:
    recorded = [told("nis", 300, 1, 1), told("kyiv", 310, 2, 2), told("nis", 500, 9, 3), told("moscow", 90, 10, 4)]
    known: list[Told] = []
    for one in recorded:
        assert judge_again(recorded)[one.told.order] == judge(one.told, known)
        known.append(one.told)


def test_a_late_account_is_judged_in_its_place() -> None:
    judged = judge_again([told("nis", 300, 10, 7), told("nis", 100, 4, 8)])
    assert (judged[8].relation, judged[7].relation) == (StatementRelation.FIRST, StatementRelation.REVISES_UP)
    assert judged[7].before is not None
    assert judged[7].before.order == 8


def test_a_text_revises_its_own_earlier_text_and_others_know_only_its_newest() -> None:
    first, other = told("mayor", 10, 3, 1, document=1), told("police", 10, 3, 2, document=2)
    second = replace(told("mayor", 14, 3, 3, document=1), revision=3)
    late = told("doctor", 14, 4, 4, document=3)
    judged = judge_again([first, other, second, late])
    assert [judged[order].relation.value for order in (1, 2, 3, 4)] == ["first", "repeats", "revises_up", "repeats"]


def test_a_number_that_an_editor_stands_behind_is_never_left_open() -> None:
    judged = judge_again([told("nis", 12, 1, 1), told("kyiv", 12_000, 2, 2)])
    assert judged[2].relation is StatementRelation.CONTRADICTS


# --- Merging and splitting -------------------------------------------------------------------------------------------


def test_a_merge_judges_all_statements_by_their_days_and_is_undone_exactly(desk: Desk) -> None:
    one, other = desk.figure("Troops"), desk.figure("Soldiers")
    early = desk.say(one, 300, 3, "NIS")
    late = desk.say(one, 500, 9, "NIS", StatementRelation.REVISES_UP)
    between = desk.say(other, 300, 5, "Kyiv")
    undated = desk.say(other, 700, None, "Kyiv", StatementRelation.REVISES_UP, published=20)
    before = desk.contents()
    editing.merge_figures(desk.session, other, one, **BY)
    assert [desk.statement(number).figure_id for number in (early, late, between, undated)] == [one] * 4
    assert desk.relations(early, between, late, undated) == ["first", "repeats", "revises_up", "revises_up"]
    assert desk.session.get(Figure, other) is None
    desk.undo()
    assert desk.contents() == before


def test_a_merge_passes_held_statements_subscriptions_and_a_pin_on(desk: Desk) -> None:
    one, other = desk.figure("Troops"), desk.figure("Soldiers")
    desk.say(one, 300, 3)
    pinned, held = desk.say(other, 310, 4), desk.say(other, 31_000, 5, held=True)
    desk.session.add(chat := Chat(channel=Channel.TELEGRAM, address=1, language=Language.EN, created_at=NOW))
    desk.session.flush()
    desk.session.add(Subscription(chat_id=chat.id or 0, figure_id=other, created_at=NOW))
    desk.session.flush()
    editing.pin_statement(desk.session, pinned, **BY)
    before = desk.contents()
    editing.merge_figures(desk.session, other, one, **BY)
    assert desk.statement(held).held_figure_id == one
    assert desk.session.exec(select(Subscription.figure_id)).one() == one
    assert desk.view(one).current_id == pinned
    desk.undo()
    assert desk.contents() == before


def test_a_split_judges_both_figures_again(desk: Desk) -> None:
    figure = desk.figure()
    all_, officers = desk.say(figure, 12_000, 3), desk.say(figure, 500, 4, "NIS", StatementRelation.CONTRADICTS)
    later = desk.say(figure, 11_000, 5, "Kyiv", StatementRelation.REVISES_UP)
    before = desk.contents()
    other = editing.split_figure(desk.session, figure, [officers], "Officers", **BY)
    assert desk.statement(officers).figure_id == other
    assert desk.relations(all_, officers, later) == ["first", "first", "contradicts"]
    assert desk.view(other).label == "Officers"
    desk.undo()
    assert desk.contents() == before


def test_a_split_is_not_undone_over_what_was_told_of_it_since(desk: Desk) -> None:
    figure = desk.figure()
    desk.say(figure, 12_000, 3)
    officers = desk.say(figure, 500, 4, "NIS")
    other = editing.split_figure(desk.session, figure, [officers], "Officers", **BY)
    change = desk.last_change()
    desk.say(other, 550, 8, "NIS", StatementRelation.REVISES_UP)
    before = desk.contents()
    with pytest.raises(UndoRefusedError, match=r"cannot be undone: what it added is in use by now \(statements: 1\)"):
        desk.undo(change)
    assert desk.contents() == before


# --- Pins ------------------------------------------------------------------------------------------------------------


def test_a_pinned_statement_stays_current_and_what_comes_after_is_kept_beside_it(desk: Desk) -> None:
    figure = desk.figure()
    pinned = desk.say(figure, 300, 3)
    editing.pin_statement(desk.session, pinned, **BY)
    desk.say(figure, 500, 9, relation=StatementRelation.REVISES_UP)
    view = desk.view(figure)
    assert (value(view.current), view.current_id, value(view.latest)) == (300, pinned, 500)
    assert len(view.statements) == 2
    editing.unpin_figure(desk.session, figure, **BY)
    assert value(desk.view(figure).current) == 500


def test_a_pin_follows_the_correction_of_its_statement_and_outlives_another_text(desk: Desk) -> None:
    figure = desk.figure()
    pinned = desk.say(figure, 300, 3)
    editing.pin_statement(desk.session, pinned, **BY)
    editing.correct_statement(desk.session, pinned, exactly(330), **BY)
    assert value(desk.view(figure).current) == 330
    desk.say(figure, 900, 5, relation=StatementRelation.REVISES_UP, revises=pinned)
    assert value(desk.view(figure).current) == 330


def test_a_value_that_nobody_stated_can_be_pinned(desk: Desk) -> None:
    figure = desk.figure()
    desk.say(figure, 300, 3)
    quantity = Quantity(None, 280, 320, Bound.BETWEEN, "people", "280 to 320")
    before = desk.contents()
    editing.pin_value(desk.session, figure, quantity, **BY)
    view = desk.view(figure)
    assert (view.current, view.current_id, value(view.latest)) == (quantity, None, 300)
    desk.undo()
    assert desk.contents() == before


def test_who_says_what_since_when(desk: Desk) -> None:
    figure = desk.figure()
    desk.say(figure, 300, 3, "NIS")
    desk.say(figure, 500, 9, "NIS", StatementRelation.REVISES_UP)
    desk.say(figure, 500, 12, "NIS", StatementRelation.REPEATS)
    desk.say(figure, 320, 5, "Kyiv", StatementRelation.RESTATES)
    view = desk.view(figure)
    assert (value(view.current), view.low, view.high, view.since) == (500, 320, 500, date(2026, 2, 9))
    assert [(one.claimant_name, value(one.quantity), one.since, one.statements) for one in claims_of(view)] == [
        ("NIS", 500, date(2026, 2, 9), 2),
        ("Kyiv", 320, date(2026, 2, 5), 1),
    ]


# --- Statements ------------------------------------------------------------------------------------------------------


def test_a_withdrawn_statement_leaves_its_place_to_the_next(desk: Desk) -> None:
    figure = desk.figure()
    first, second = desk.say(figure, 300, 3), desk.say(figure, 500, 9, relation=StatementRelation.REVISES_UP)
    before = desk.contents()
    editing.withdraw_statement(desk.session, first, **BY)
    assert desk.relations(second) == ["first"]
    assert value(desk.view(figure).current) == 500
    editing.withdraw_statement(desk.session, first, withdrawn=False, **BY)
    assert desk.contents() == before


def test_a_corrected_statement_and_what_came_after_it_are_judged_again(desk: Desk) -> None:
    figure = desk.figure()
    first, second = desk.say(figure, 300, 3), desk.say(figure, 500, 9, relation=StatementRelation.REVISES_UP)
    before = desk.contents()
    editing.correct_statement(desk.session, first, exactly(800), **BY)
    assert desk.relations(first, second) == ["first", "revises_down"]
    desk.undo()
    assert desk.contents() == before


def test_a_held_statement_is_released_rejected_and_held_again(desk: Desk) -> None:
    figure = desk.figure()
    desk.say(figure, 300, 3, "NIS")
    held = desk.say(figure, 30_000, 4, "Kyiv", held=True)
    assert [one.id for one in desk.view(figure).held] == [held]
    assert value(desk.view(figure).current) == 300
    start = desk.contents()
    editing.release_statement(desk.session, held, **BY)
    assert desk.relations(held) == ["contradicts"]
    assert (value(desk.view(figure).current), desk.view(figure).held) == (30_000, ())
    desk.undo()
    assert desk.contents() == start
    editing.withdraw_statement(desk.session, held, **BY)
    assert desk.view(figure).held == ()
    assert value(desk.view(figure).current) == 300
    desk.undo()
    assert desk.contents() == start
    editing.release_statement(desk.session, held, **BY)
    editing.hold_statement(desk.session, held, **BY)
    assert desk.contents() == start


REFUSALS: list[tuple[Callable[[Desk, int, list[int]], object], str]] = [
    (lambda desk, figure, ids: editing.split_figure(desk.session, figure, ids[:3], "All", **BY), "not all"),
    (lambda desk, figure, ids: editing.split_figure(desk.session, figure, [], "None", **BY), "not all"),
    (lambda desk, figure, ids: editing.split_figure(desk.session, figure, [999], "Strange", **BY), "not all"),
    (lambda desk, figure, ids: editing.split_figure(desk.session, figure, ids[:1], "Pinned", **BY), "is pinned"),
    (lambda desk, figure, ids: editing.merge_figures(desk.session, figure, figure, **BY), "with itself"),
    (lambda desk, figure, ids: editing.merge_figures(desk.session, figure, 999, **BY), "no figure 999"),
    (lambda desk, figure, ids: editing.merge_figures(desk.session, figure, figure + 1, **BY), "things: personnel"),
    (lambda desk, figure, ids: editing.rename_figure(desk.session, figure, " ", **BY), "is empty"),
    (lambda desk, figure, ids: editing.retire_figure(desk.session, figure, retired=False, **BY), "not retired"),
    (lambda desk, figure, ids: editing.unpin_figure(desk.session, figure + 1, **BY), "Nothing is pinned"),
    (lambda desk, figure, ids: editing.pin_statement(desk.session, ids[0], **BY), "pinned already"),
    (lambda desk, figure, ids: editing.pin_statement(desk.session, ids[2], **BY), "withdrawn; bring it back"),
    (lambda desk, figure, ids: editing.pin_statement(desk.session, ids[3], **BY), "held; release it first"),
    (lambda desk, figure, ids: editing.withdraw_statement(desk.session, 999, **BY), "no statement 999"),
    (lambda desk, figure, ids: editing.withdraw_statement(desk.session, ids[0], **BY), "unpin it first"),
    (lambda desk, figure, ids: editing.withdraw_statement(desk.session, ids[2], **BY), "withdrawn already"),
    (lambda desk, figure, ids: editing.withdraw_statement(desk.session, ids[1], withdrawn=False, **BY), "not with"),
    (lambda desk, figure, ids: editing.correct_statement(desk.session, ids[0], exactly(10), **BY), "states that"),
    (lambda desk, figure, ids: editing.hold_statement(desk.session, ids[3], **BY), "is held"),
    (lambda desk, figure, ids: editing.hold_statement(desk.session, ids[0], **BY), "unpin it first"),
    (lambda desk, figure, ids: editing.release_statement(desk.session, ids[1], **BY), "is not held"),
    (
        lambda desk, figure, ids: editing.correct_statement(
            desk.session, ids[0], Quantity(1, 1, 1, Bound.EXACT, "km2", "1"), **BY
        ),
        "another unit: people, not km2",
    ),
    (
        lambda desk, figure, ids: editing.pin_value(
            desk.session, figure, Quantity(None, 9, 3, Bound.BETWEEN, "people", "9 to 3"), **BY
        ),
        "9 is more than 3",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "said"), REFUSALS, ids=[said for _, said in REFUSALS])
def test_what_cannot_be_done_is_refused_in_one_sentence(
    database: Database, edit: Callable[[Desk, int, list[int]], object], said: str
) -> None:
    with database.write() as session:
        desk = Desk(session).start()
        figure, _ = desk.figure(), desk.figure("Shells", Measure.MUNITIONS)
        ids = [desk.say(figure, number, 3) for number in (10, 20, 30)] + [desk.say(figure, 9_000, 4, held=True)]
        editing.pin_statement(session, ids[0], **BY)
        editing.withdraw_statement(session, ids[2], **BY)
        before = desk.contents()
        with pytest.raises(EditRefusedError, match=said) as refused:
            edit(desk, figure, ids)
        assert str(refused.value).endswith(".")
        assert "\n" not in str(refused.value)
        assert desk.contents() == before


# --- Any edits, undone -----------------------------------------------------------------------------------------------

Edit = tuple[str, int, int, int]
EDITS: dict[str, Callable[[Session, int, int, int], object]] = {
    "rename": lambda session, figure, statement, n: editing.rename_figure(session, figure, f"Name {n % 3}", **BY),
    "retire": lambda session, figure, statement, n: editing.retire_figure(session, figure, retired=n % 3 > 0, **BY),
    "merge": lambda session, figure, statement, n: editing.merge_figures(session, figure, figure - 1 + n % 3, **BY),
    "split": lambda session, figure, statement, n: editing.split_figure(
        session, figure, _of(session, figure)[: 1 + n % 2], f"Part {n}", **BY
    ),
    "pin": lambda session, figure, statement, n: editing.pin_statement(session, statement, **BY),
    "pin a value": lambda session, figure, statement, n: editing.pin_value(session, figure, exactly(n), **BY),
    "unpin": lambda session, figure, statement, n: editing.unpin_figure(session, figure, **BY),
    "withdraw": lambda session, figure, statement, n: editing.withdraw_statement(
        session, statement, withdrawn=n % 3 > 0, **BY
    ),
    "correct": lambda session, figure, statement, n: editing.correct_statement(
        session, statement, exactly(n * 10), **BY
    ),
    "hold": lambda session, figure, statement, n: editing.hold_statement(session, statement, **BY),
    "release": lambda session, figure, statement, n: editing.release_statement(session, statement, **BY),
}
edits = st.lists(
    st.tuples(st.sampled_from(sorted(EDITS)), st.integers(1, 5), st.integers(1, 9), st.integers(1, 60)), max_size=12
)
# Each example starts anew by itself: a reader's changes are rolled back.
_ANEW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def _of(session: Session, figure: int) -> list[int]:
    query = select(Statement.id).where(Statement.figure_id == figure).order_by(col(Statement.id))
    return [one for one in session.exec(query) if one is not None]


def _stocked(session: Session) -> Desk:
    desk = Desk(session).start()
    figures = [desk.figure(f"Figure {number}") for number in range(3)]
    said = []
    for place, number in enumerate((30, 35, 31, 400, 40, 38, 2)):
        said.append(
            desk.say(figures[place % 3], number, 3 + place * 2 % 9 if place % 4 else None, ("NIS", "Kyiv")[place % 2])
        )
    desk.say(figures[0], 9_000, 9, held=True)
    desk.say(figures[1], 45, 20, "NIS", StatementRelation.REVISES_UP, revises=said[1])
    desk.session.add(chat := Chat(channel=Channel.TELEGRAM, address=1, language=Language.EN, created_at=NOW))
    desk.session.flush()
    desk.session.add(Subscription(chat_id=chat.id or 0, figure_id=figures[1], created_at=NOW))
    desk.session.flush()
    return desk


def _carry_out(desk: Desk, wanted: list[Edit]) -> tuple[list[str], list[object]]:
    """The changes that were made, and the contents before the first and after each."""
    changes: list[str] = []
    states: list[object] = [desk.contents()]
    figures = desk.session.exec(select(Figure.id).order_by(col(Figure.id))).all()
    first = (figures[0] or 1) - 1
    for name, figure, statement, number in wanted:
        before = desk.last_change()
        try:
            EDITS[name](desk.session, first + figure, _of_any(desk)[(statement - 1) % 9], number)
        except EditRefusedError:
            assert desk.contents() == states[-1]
            continue
        if desk.last_change() == before:
            assert desk.contents() == states[-1], "what is not recorded has not changed anything"
            continue
        changes.append(desk.last_change())
        states.append(desk.contents())
    return changes, states


def _of_any(desk: Desk) -> list[int]:
    return [one for one in desk.session.exec(select(Statement.id).order_by(col(Statement.id))) if one is not None]


@given(wanted=edits)
@settings(max_examples=12, deadline=None, suppress_health_check=_ANEW)
def test_any_edits_undone_in_reverse_give_back_every_column_and_redone_too(
    any_database: Database, wanted: list[Edit]
) -> None:
    with any_database.read() as session:
        desk = _stocked(session)
        changes, states = _carry_out(desk, wanted)
        undos = []
        for change, state in zip(reversed(changes), reversed(states[:-1]), strict=True):
            undos.append(undo(session, change, **BY))
            assert desk.contents() == state
        for change, state in zip(reversed(undos), states[1:], strict=True):
            undo(session, change, **BY)
            assert desk.contents() == state


@given(wanted=edits, chosen=st.integers(0, 11))
@settings(max_examples=12, deadline=None, suppress_health_check=_ANEW)
def test_an_edit_undone_out_of_order_is_refused_in_one_sentence_or_can_itself_be_undone(
    any_database: Database, wanted: list[Edit], chosen: int
) -> None:
    with any_database.read() as session:
        desk = _stocked(session)
        changes, states = _carry_out(desk, wanted)
        for change in changes[chosen : chosen + 1]:
            try:
                undone = undo(session, change, **BY)
            except UndoRefusedError as refused:
                said = str(refused)
                assert said.endswith(".")
                assert "\n" not in said
            else:
                undo(session, undone, **BY)
            assert desk.contents() == states[-1]


def test_an_undo_that_a_later_edit_depends_on_names_that_edit(desk: Desk) -> None:
    one, other = desk.figure("Troops"), desk.figure("Soldiers")
    desk.say(one, 300, 3)
    second = desk.say(other, 310, 4)
    editing.merge_figures(desk.session, other, one, **BY)
    merged = desk.last_change()
    editing.correct_statement(desk.session, second, exactly(320), **BY)
    with pytest.raises(
        UndoRefusedError, match=r"was changed later by “Correct “310 soldiers” to “320””.*undo that first"
    ):
        desk.undo(merged)
