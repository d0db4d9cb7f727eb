"""What an editor of figures is told and shown: who was first, what waits, and the names that editors gave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from glossary import figure_editing as editing
from glossary.database import Database
from glossary.figure_history import edited_since, history_revision
from glossary.figure_views import held_count, list_figures, next_held
from tests.glossary.test_figure_editing import BY, GLOSSARY, NOW, Desk, exactly

OTHER: dict[str, Any] = {"actor": "telegram:8", "now": NOW}


@pytest.fixture
def desk(any_database: Database) -> Iterator[Desk]:
    with any_database.write() as session:
        yield Desk(session).start()


def test_the_later_of_two_editors_learns_of_any_edit_of_the_figure_and_its_statements(desk: Desk) -> None:
    figure, apart = desk.figure(), desk.figure("Tanks")
    first, held = desk.say(figure, 12_000, 1), desk.say(figure, 1_200_000, 2, held=True)
    other = desk.say(apart, 40, 1)

    def seen_after(seen: int, but: str = "telegram:7") -> str | None:
        later = edited_since(desk.session, figure, seen, but=but)
        return later.summary if later is not None else None

    assert seen_after(history_revision(desk.session)) is None
    for edit in (
        lambda: editing.rename_figure(desk.session, figure, "Troops in Tuva", **OTHER),
        lambda: editing.correct_statement(desk.session, first, exactly(11_000), **OTHER),
        lambda: editing.reject_statement(desk.session, held, **OTHER),
        lambda: editing.hold_statement(desk.session, first, **OTHER),
    ):
        seen = history_revision(desk.session)
        edit()
        assert seen_after(seen) is not None
        assert seen_after(seen, but="telegram:8") is None
        assert seen_after(history_revision(desk.session)) is None
    seen = history_revision(desk.session)
    editing.withdraw_statement(desk.session, other, **OTHER)
    assert seen_after(seen) is None


def test_a_figure_has_a_name_once_an_editor_gave_it_one(desk: Desk) -> None:
    figure = desk.figure()
    desk.say(figure, 12_000, 1)
    second = desk.say(figure, 11_000, 2)

    def names() -> list[str | None]:
        return [one.name for one in list_figures(desk.session, GLOSSARY)]

    assert names() == [None]
    editing.split_figure(desk.session, figure, [second], "Those who fight", **BY)
    assert names() == [None, "Those who fight"]
    editing.rename_figure(desk.session, figure, "All troops", **BY)
    assert names() == ["All troops", "Those who fight"]
    editing.rename_figure(desk.session, figure, "Troops", **BY)
    assert names() == [None, "Those who fight"]


def test_what_waits_is_walked_through_in_order_without_what_is_decided_or_replaced(desk: Desk) -> None:
    figure = desk.figure()
    desk.say(figure, 12_000, 1)
    assert (held_count(desk.session), next_held(desk.session)) == (0, None)
    held = [desk.say(figure, number, 2, held=True) for number in (1_200_000, 1_300_000, 1_400_000, 1_500_000)]
    desk.say(figure, 13_000, 3, revises=held[3])  # its article has another text by now
    assert held_count(desk.session) == 3
    assert [next_held(desk.session, after) for after in (0, *held[:3])] == [*held[:3], None]
    editing.reject_statement(desk.session, held[0], **BY)
    editing.release_statement(desk.session, held[1], **BY)
    assert (held_count(desk.session), next_held(desk.session)) == (1, held[2])
    (view,) = list_figures(desk.session, GLOSSARY)
    assert ([one.id for one in view.held], [one.id for one in view.rejected]) == ([held[2]], [held[0]])
