"""Known figures: how a statement stands to what was known, which figure it is of, and what is kept of it."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlmodel import Session, col, select

from glossary.database import Database
from glossary.figure_editing import retire_figure
from glossary.figure_views import FigureView, list_figures
from glossary.figures import (
    FigureChange,
    KnownFigure,
    Told,
    bounds_fit,
    choose_figure,
    judge,
    judge_statements,
    overlap,
)
from glossary.history import list_changes
from glossary.models import Document, Figure, Revision, Statement
from glossary.quantities import Quantity
from glossary.statements import Scope, StatementDraft
from glossary.words import NEWS, Bound, Measure, ScopeKind, StatementRelation
from tests.glossary.figure_reading import glossary, read
from translations.languages import Language

EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO
NOW = datetime(2025, 1, 20, 12, tzinfo=UTC)
PUBLISHED = date(2025, 1, 15)
ARTICLES = yaml.safe_load(Path(__file__).with_name("figure_articles.yaml").read_text(encoding="utf-8"))
TIMELINES = yaml.safe_load(Path(__file__).with_name("figure_timelines.yaml").read_text(encoding="utf-8"))


def people(bound: str, number: float | str) -> Quantity:
    """A quantity of people as the timelines write it."""
    if isinstance(number, str):
        low, high = (float(part) for part in number.split(".."))
        return Quantity(None, low, high, Bound.BETWEEN, "people", number)
    value = float(number)
    low_end, high_end = {
        "exact": (value, value),
        "about": (value * 0.9, value * 1.1),
        "at_least": (value, None),
        "more_than": (value, None),
        "at_most": (None, value),
        "less_than": (None, value),
    }[bound]
    return Quantity(value, low_end, high_end, Bound(bound), "people", str(number))


@pytest.mark.parametrize("timeline", TIMELINES, ids=lambda timeline: timeline["name"])
def test_a_timeline_is_judged_step_by_step(timeline: dict[str, Any]) -> None:
    known: list[Told] = []
    for order, (claimant, bound, number, day, relation) in enumerate(timeline["steps"], start=1):
        taken_back = claimant.startswith("~")
        new = Told(claimant.lstrip("~"), people(bound, number), date(2025, 1, day), order, order, superseded=taken_back)
        judgement = judge(new, known)
        assert judgement.relation is StatementRelation(relation), f"step {order}: {judgement}"
        assert (judgement.before is None) == (judgement.relation is StatementRelation.FIRST)
        if judgement.relation is not StatementRelation.UNRESOLVED:
            known.append(new)


def test_the_timelines_cover_the_table_of_relations() -> None:
    covered = {step[-1] for timeline in TIMELINES for step in timeline["steps"]}
    assert len(TIMELINES) >= 20
    assert covered == {str(relation) for relation in StatementRelation}


def test_an_open_interval_overlaps_what_lies_above_it() -> None:
    assert overlap(people("more_than", 11_000), people("about", 12_000))
    assert not overlap(people("more_than", 300), people("exact", 300))
    assert not overlap(people("less_than", 300), people("at_least", 300))
    assert overlap(people("at_most", 300), people("at_least", 300))


def test_bounds_fit_where_a_reader_would_not_tell_them_apart() -> None:
    assert bounds_fit(Bound.AT_LEAST, Bound.MORE_THAN)
    assert bounds_fit(Bound.EXACT, Bound.AT_LEAST)
    assert not bounds_fit(Bound.ABOUT, Bound.MORE_THAN)
    assert not bounds_fit(Bound.AT_LEAST, Bound.AT_MOST)


# ----------------------------------------------------------------------------------------------- choosing a figure

TOTAL = Scope(ScopeKind.TOTAL)


def draft(
    *, place: str | None = None, scope: Scope | None = TOTAL, number: float = 2, measure: Measure = Measure.CAPTURED
) -> StatementDraft:
    return StatementDraft(
        measure,
        "north-korea",
        place,
        scope,
        people("exact", number),
        "sbu",
        "SBU",
        PUBLISHED,
        superseded=False,
        part=False,
        surface="",
        start=0,
        end=0,
        sentence="",
    )


def figure(*, place: str | None = None, scope: Scope = TOTAL, number: float = 2, story: bool = False) -> KnownFigure:
    told = Told("ukraine", people("exact", number), PUBLISHED, 1, 1)
    return KnownFigure(7, Measure.CAPTURED, "north-korea", place, scope, "people", (told,), story)


@pytest.mark.parametrize(
    ("told_at", "known_at", "same"),
    [
        ("kursk-oblast", "kursk-oblast", True),
        ("kursk-oblast", None, True),
        (None, "kursk-oblast", True),
        ("kursk-oblast", "russia", True),
        ("russia", "kursk-oblast", True),
        ("kharkiv", "kursk-oblast", False),
    ],
)
def test_places_are_compatible_where_one_holds_the_other(told_at: str | None, known_at: str | None, same: bool) -> None:
    found = choose_figure(draft(place=told_at), [figure(place=known_at)], glossary())
    assert (found is not None) == same


def test_within_a_story_the_same_number_joins_places_told_differently() -> None:
    there = figure(place="kharkiv", story=True)
    assert choose_figure(draft(place="kursk-oblast"), [there], glossary()) is there
    assert choose_figure(draft(place="kursk-oblast", number=3), [there], glossary()) is None


def test_monday_and_tuesday_are_two_events() -> None:
    monday = figure(scope=Scope(ScopeKind.EVENT, date(2025, 1, 13), date(2025, 1, 13)))
    tuesday = Scope(ScopeKind.EVENT, date(2025, 1, 14), date(2025, 1, 14))
    assert choose_figure(draft(scope=tuesday, number=5), [monday], glossary()) is None


def test_a_week_and_a_total_are_two_figures() -> None:
    total = figure(number=3000)
    week = Scope(ScopeKind.PERIOD, date(2025, 1, 6), date(2025, 1, 12))
    assert choose_figure(draft(scope=week, number=1000), [total], glossary()) is None


def test_an_open_scope_is_of_no_figure() -> None:
    assert choose_figure(draft(scope=None), [figure(story=True)], glossary()) is None


def test_another_measure_party_or_unit_is_another_figure() -> None:
    assert choose_figure(draft(measure=Measure.KILLED), [figure(story=True)], glossary()) is None


def test_the_figure_of_the_very_place_is_chosen_before_a_wider_one() -> None:
    wide, exact = replace(figure(place="russia"), id=1), replace(figure(place="kursk-oblast"), id=2)
    assert choose_figure(draft(place="kursk-oblast"), [wide, exact], glossary()) is exact


# ---------------------------------------------------------------------------------------------------- with a database


def store(session: Session, url: str, text: str, language: Language, *, number: int = 1) -> tuple[int, int]:
    """A document with one more revision; its id and the revision's."""
    document = session.exec(select(Document).where(Document.url == url)).one_or_none()
    if document is None:
        document = Document(url=url, outlet=url.split("/")[2], language=language, first_seen_at=NOW)
        session.add(document)
        session.flush()
    revision = Revision(
        document_id=document.id or 0,
        number=number,
        title="A title",
        text=text,
        content_hash=f"{url}{number}",
        fingerprint=b"",
        retrieved_at=NOW,
    )
    session.add(revision)
    session.flush()
    return document.id or 0, revision.id or 0


def tell(
    database: Database,
    url: str,
    text: str,
    language: Language = EN,
    *,
    published: date = PUBLISHED,
    number: int = 1,
    story: Collection[int] = (),
) -> tuple[int, tuple[FigureChange, ...]]:
    """Read a text and judge its statements, as the pipeline does."""
    outlet = url.split("/")[2]
    drafts = [
        replace(one, claimant_name=outlet) if one.claimant_name == "Outlet" else one
        for one in read(text, language, published)
    ]
    with database.write() as session:
        document, revision = store(session, url, text, language, number=number)
        changes = judge_statements(
            session,
            revision_id=revision,
            drafts=drafts,
            story_documents={*story, document},
            glossary=glossary(),
            now=NOW,
        )
    return document, changes


def figures(database: Database, **options: Any) -> tuple[FigureView, ...]:
    with database.read() as session:
        return list_figures(session, glossary(), **options)


def relations(changes: Sequence[FigureChange]) -> list[str]:
    return [str(change.relation) for change in changes]


def test_the_first_statement_opens_a_figure_and_the_same_again_repeats_it(any_stocked_database: Database) -> None:
    text = "North Korea has sent some 12,000 troops to Russia, Kyiv says."
    _, first = tell(any_stocked_database, "https://one.example/a", text)
    _, again = tell(any_stocked_database, "https://two.example/b", "Some 12,000 North Korean troops are in Russia.")
    assert (relations(first), relations(again)) == (["first"], ["repeats"])
    (known,) = figures(any_stocked_database)
    assert (known.measure, known.subject, known.place) == (Measure.PERSONNEL, "north-korea", "russia")
    assert known.label == "North Korea: personnel, Russia"
    assert [one.outlet for one in known.statements] == ["one.example", "two.example"]


def test_a_korean_article_revises_a_figure_first_read_in_english(any_stocked_database: Database) -> None:
    tell(any_stocked_database, "https://one.example/a", "The NIS said about 300 North Korean soldiers had been killed.")
    _, changes = tell(
        any_stocked_database,
        "https://two.example/b",
        "국정원은 북한군 4,000명이 사망했다고 밝혔다.",
        KO,
        published=date(2025, 1, 18),
    )
    (change,) = changes
    assert change.relation is StatementRelation.REVISES_UP
    assert change.before is not None
    assert (change.before.value, change.after.value) == (300, 4000)
    assert change.before_claimant_name == "National Intelligence Service"


def test_what_a_claimant_said_at_first_revises_nothing_it_said_since(stocked_database: Database) -> None:
    tell(stocked_database, "https://one.example/a", "North Korea has deployed some 12,000 troops, Ukraine said.")
    _, (change,) = tell(
        stocked_database,
        "https://two.example/b",
        "Ukraine initially estimated that 10,000 North Korean troops had been deployed.",
    )
    assert change.relation is StatementRelation.OLDER
    with stocked_database.read() as session:
        (figure,) = list_figures(session, glossary())
    assert figure.current is not None
    assert figure.current.value == 12_000


def test_a_retired_figure_collects_what_is_said_and_is_nobodys_news(stocked_database: Database) -> None:
    tell(stocked_database, "https://one.example/a", "North Korea has deployed some 12,000 troops, Ukraine said.")
    with stocked_database.write() as session:
        (figure,) = list_figures(session, glossary())
        retire_figure(session, figure.id, actor="test", now=NOW)
    _, changes = tell(
        stocked_database, "https://two.example/b", "North Korea has deployed 14,000 troops, the NIS said."
    )
    assert changes == ()
    with stocked_database.read() as session:
        (figure,) = list_figures(session, glossary())
    assert figure.retired
    assert len(figure.statements) == 2


def test_some_12000_then_more_than_11000_is_compatible_and_shown_as_a_range(stocked_database: Database) -> None:
    tell(stocked_database, "https://one.example/a", "North Korea has deployed some 12,000 troops, Ukraine said.")
    _, changes = tell(
        stocked_database, "https://two.example/b", "More than 11,000 North Korean troops are fighting, the NIS said."
    )
    assert relations(changes) == ["restates"]
    (known,) = figures(stocked_database)
    assert known.current is not None
    assert (known.current.bound, known.current.low) == (Bound.MORE_THAN, 11_000)
    assert (known.low, known.high) == (10_800, None)


def test_five_accounts_of_one_capture_are_one_figure(stocked_database: Database) -> None:
    texts = [
        (EN, "Ukraine announced the capture of two North Korean soldiers in Kursk on January 9."),
        (EN, "Two North Korean soldiers captured on Saturday were brought to Kyiv, the SBU said."),
        (UK, "СБУ повідомила про взяття в полон двох північнокорейських солдатів на Курщині."),
        (RU, "В Курской области взяли в плен двух северокорейских военных, заявил Зеленский."),
        (KO, "우크라이나 보안국은 쿠르스크에서 북한군 2명을 생포했다고 밝혔다."),
    ]
    story: set[int] = set()
    news = []
    for index, (language, text) in enumerate(texts):
        document, changes = tell(stocked_database, f"https://outlet{index}.example/a", text, language, story=story)
        story.add(document)
        news += [change.relation for change in changes if change.relation in NEWS]
    (known,) = figures(stocked_database)
    assert (known.measure, known.subject, len(known.statements)) == (Measure.CAPTURED, "north-korea", 5)
    assert news == [StatementRelation.FIRST]


def test_two_killed_on_monday_and_five_on_tuesday_are_two_figures(stocked_database: Database) -> None:
    tell(stocked_database, "https://one.example/a", "Two people were killed in Kharkiv on Monday.")
    _, changes = tell(stocked_database, "https://one.example/b", "Five people were killed in Kharkiv on Tuesday.")
    assert relations(changes) == ["first"]
    assert len(figures(stocked_database)) == 2


def test_a_changed_text_is_judged_again_and_takes_the_place_of_the_old(any_stocked_database: Database) -> None:
    url = "https://one.example/a"
    text = "At least {} people were killed in Kharkiv on Monday, the mayor said. Police found 300 shells."
    tell(any_stocked_database, url, text.format(10))
    _, same = tell(any_stocked_database, url, text.format(10) + " More soon.", number=2)
    _, changed = tell(any_stocked_database, url, text.format(14), number=3)
    assert (relations(same), relations(changed)) == (["repeats"], ["revises_up"])
    (known,) = figures(any_stocked_database)
    assert [one.quantity.value for one in known.statements] == [14]
    assert known.current is not None
    assert known.current.value == 14


def test_an_unresolved_statement_is_kept_and_opens_nothing(stocked_database: Database) -> None:
    _, changes = tell(
        stocked_database, "https://one.example/a", "About 50,000 Russian and North Korean troops are in Kursk."
    )
    assert (changes, figures(stocked_database)) == ((), ())
    with stocked_database.read() as session:
        (kept,) = session.exec(select(Statement)).all()
    assert (kept.relation, kept.figure_id) == (StatementRelation.UNRESOLVED, None)


def test_a_part_is_kept_beside_its_whole_and_revises_nothing(stocked_database: Database) -> None:
    _, changes = tell(
        stocked_database,
        "https://one.example/a",
        "Some 12,000 North Korean soldiers, including 500 officers, are in Kursk, Kyiv says.",
    )
    assert [(change.relation, change.after.value) for change in changes] == [(StatementRelation.FIRST, 12_000)]
    (known,) = figures(stocked_database)
    assert known.current is not None
    assert known.current.value == 12_000


def test_what_a_text_takes_back_never_opens_a_figure_but_joins_it(stocked_database: Database) -> None:
    text = "Revising an earlier toll of 10, the mayor said 14 people were killed in Kharkiv on Monday."
    _, changes = tell(stocked_database, "https://one.example/a", text)
    assert [(change.relation, change.after.value) for change in changes] == [
        (StatementRelation.FIRST, 14),
        (StatementRelation.OLDER, 10),
    ]
    (known,) = figures(stocked_database)
    assert known.current is not None
    assert known.current.value == 14


def test_a_hundredfold_jump_is_held_for_an_editor(stocked_database: Database) -> None:
    tell(stocked_database, "https://one.example/a", "Some 120 North Korean troops are in Kursk, Kyiv says.")
    _, changes = tell(stocked_database, "https://two.example/b", "Some 12,000 North Korean troops are in Kursk.")
    assert changes == ()
    (known,) = figures(stocked_database)
    assert len(known.statements) == 1


def test_a_withdrawn_statement_no_longer_counts(stocked_database: Database) -> None:
    tell(stocked_database, "https://one.example/a", "Some 12,000 North Korean troops are in Kursk, Kyiv says.")
    with stocked_database.write() as session:
        from glossary.history import recorded_change

        with recorded_change(session, actor="test", summary="Withdraw", now=NOW):
            for row in session.exec(select(Statement)):
                row.withdrawn = True
            session.flush()
    (known,) = figures(stocked_database)
    assert known.current is None
    _, changes = tell(stocked_database, "https://two.example/b", "Some 11,000 North Korean troops are in Kursk.")
    assert relations(changes) == ["first"]


def test_opening_a_figure_is_in_the_history(stocked_database: Database) -> None:
    tell(stocked_database, "https://one.example/a", "Some 12,000 North Korean troops are in Kursk, Kyiv says.")
    with stocked_database.read() as session:
        newest = list_changes(session, limit=1)[0]
    assert (newest.actor, newest.summary) == ("pipeline", "Figure opened: North Korea: personnel, Kursk Oblast")


def test_figures_are_listed_by_their_entity(stocked_database: Database) -> None:
    tell(stocked_database, "https://one.example/a", "Some 12,000 North Korean troops are in Kursk, Kyiv says.")
    assert len(figures(stocked_database, about=("north-korea",))) == 1
    assert len(figures(stocked_database, about=("kursk-oblast",))) == 1
    assert figures(stocked_database, about=("ukraine",)) == ()


def test_two_workers_cannot_both_be_first(any_stocked_database: Database) -> None:
    barrier = threading.Barrier(2)
    seen: list[list[str]] = []

    def work(number: int) -> None:
        barrier.wait(timeout=10)
        text = "Some 12,000 North Korean troops are in Kursk, Kyiv says."
        seen.append(relations(tell(any_stocked_database, f"https://outlet{number}.example/a", text)[1]))

    workers = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=30)
    assert sorted(seen) == [["first"], ["repeats"]]
    with any_stocked_database.read() as session:
        assert len(session.exec(select(Figure).order_by(col(Figure.id))).all()) == 1


@pytest.mark.parametrize("series", ARTICLES, ids=lambda series: series["name"])
def test_articles_in_four_languages_are_judged_one_after_another(
    stocked_database: Database, series: dict[str, Any]
) -> None:
    story: set[int] = set()
    got = []
    for number, (language, day, outlet, text, _) in enumerate(series["articles"]):
        document, changes = tell(
            stocked_database,
            f"https://{outlet}/{number}",
            text,
            Language(language),
            published=date(2025, 1, day),
            story=story,
        )
        if series.get("story"):
            story.add(document)
        got.append(relations(changes))
    assert got == [expected for *_, expected in series["articles"]]
    assert len(figures(stocked_database)) == series["figures"]
