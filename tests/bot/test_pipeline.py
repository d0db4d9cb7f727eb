"""One article's journey: each once, changes as revisions, near-copies, stories, and what becomes news."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import func, select

from bot import pipeline
from bot.articles import ArticleDraft
from bot.events import news_from_json
from bot.knowledge import KnowledgeKeeper
from bot.models import Event, Story
from bot.pipeline import ArticleResult, ArticleStatus, process_article
from glossary import proposing
from glossary.candidates import add_candidate, find_candidate, list_candidates
from glossary.database import Database
from glossary.models import Document, Entity, Mention, Revision, Statement
from glossary.words import StatementRelation

NOON = datetime(2025, 1, 12, 12, 0, tzinfo=UTC)

HEADLINE = "Interpreter from Seoul helps question two prisoners"
BODY = """Two North Korean soldiers taken prisoner in Kursk Oblast are being questioned in Kyiv, the SBU said on Sunday.

An interpreter sent by South Korea's National Intelligence Service sits at the table, because neither man speaks any
other language. One of them had papers from Tuva on him when he was found, and was first taken for a Russian.

The agency estimates that some 12,000 North Korean troops were sent to Kursk Oblast since the autumn. Their officers
keep apart from the Russian units beside them, a spokesman said, and meals are brought up after dark.

Doctors in Kyiv treat both men for wounds at the jaw and the leg, and expect that they will walk within a month."""

SECOND_HEADLINE = "Prisoners in Kyiv tell of a march without maps"
SECOND = """The two North Korean prisoners held in Kyiv have told the SBU how they came to Kursk Oblast.

They believed that they were on an exercise, they said through an interpreter of the National Intelligence Service, and
had walked for two nights when they met the first drones. One carried the papers of a man from Tuva.

The White House believes that more than 11,000 North Korean troops are in Kursk Oblast. President Volodymyr Zelensky
said journalists will be allowed to speak with the prisoners."""

OTHER_HEADLINE = "Ferry service across the Han River opens after years of delay"
OTHER = """Passengers boarded the first commuter ferry on the Han River in Seoul on Friday, after three delays.

The boats run every half hour between Magok and Jamsil. The city hopes that drivers leave their cars at home, though
the trip takes longer than the underground. Fishermen complain about the waves."""


def draft(headline: str = HEADLINE, body: str = BODY, url: str = "https://news.example/prisoners") -> ArticleDraft:
    return ArticleDraft(
        url=url, title=headline, text=f"{headline}\n\n{body}", published=NOON, retrieved=NOON, outlet="News"
    )


class Desk:
    """A database with the starter, and the pipeline over it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.keeper = KnowledgeKeeper(database)

    def read(self, article: ArticleDraft, *, alert: bool | None = None, now: datetime = NOON) -> ArticleResult:
        return process_article(article, self.keeper.current(), self.database, source="test", alert=alert, now=now)

    def count(self, table: type) -> int:
        with self.database.read() as session:
            return session.exec(select(func.count()).select_from(table)).one()

    def events(self) -> list[Event]:
        with self.database.read() as session:
            return list(session.exec(select(Event).order_by("id")))


@pytest.fixture
def desk(any_stocked_database: Database) -> Desk:
    return Desk(any_stocked_database)


@pytest.fixture
def quick(stocked_database: Database) -> Desk:
    return Desk(stocked_database)


def test_an_article_is_kept_with_its_mentions_statements_and_event(desk: Desk) -> None:
    result = desk.read(draft())
    assert (result.status, result.language, result.error) == (ArticleStatus.NEW, "en", None)
    with desk.database.read() as session:
        text = session.exec(select(Revision.text)).one()
        surfaces = session.exec(select(Mention)).all()
        assert all(text[one.start : one.end] == one.surface for one in surfaces)
        assert len(surfaces) == result.mentions
        statements = session.exec(select(Statement)).all()
        assert all(text[one.start : one.end] == one.surface for one in statements)
    (event,) = desk.events()
    news = news_from_json(event.news)
    assert {"sbu", "nis", "tuva", "kursk-oblast", "north-korea"} <= {one.slug for one in news.mentions}
    assert ("personnel", 12_000) in {(one.measure.value, one.after.value) for one in news.figures}


def test_the_same_article_again_is_a_duplicate_and_leaves_nothing(quick: Desk) -> None:
    quick.read(draft())
    tables = (Document, Revision, Mention, Statement, Event, Story)
    before = [quick.count(table) for table in tables]
    assert quick.read(draft()).status is ArticleStatus.DUPLICATE
    assert [quick.count(table) for table in tables] == before


def test_changed_text_is_a_revision_whose_figures_are_judged_and_mentions_are_not_told(quick: Desk) -> None:
    quick.read(draft())
    changed = draft(body=BODY.replace("some 12,000", "some 13,500").replace("a month", "a month, in Odesa"))
    result = quick.read(changed, now=NOON + timedelta(hours=1))
    assert result.status is ArticleStatus.CHANGED
    assert [one.relation for one in result.changes if one.measure.value == "personnel"] == [
        StatementRelation.REVISES_UP
    ]
    assert quick.count(Document) == 1
    with quick.database.read() as session:
        texts = session.exec(select(Revision.text).order_by("number")).all()
    assert ["12,000" in texts[0], "13,500" in texts[1]] == [True, True]
    news = news_from_json(quick.events()[-1].news)
    assert not any(one.news for one in news.mentions)


def test_a_change_of_nothing_that_counts_makes_no_event(quick: Desk) -> None:
    quick.read(draft())
    quick.read(draft(body=BODY.replace("a month", "some weeks")), now=NOON + timedelta(hours=1))
    assert len(quick.events()) == 1


def test_a_near_copy_adds_a_source_and_no_news(quick: Desk) -> None:
    first = quick.read(draft())
    copied = BODY.replace("sits at the table", "is at the table") + "\n\nWith reports from our own staff."
    copy = quick.read(draft("Two prisoners questioned with help from Seoul", copied, "https://other.example/7"))
    assert (copy.status, copy.story, copy.changes) == (ArticleStatus.NEAR_COPY, first.story, ())
    assert len(quick.events()) == 1
    with quick.database.read() as session:
        assert (
            session.exec(select(Document.copy_of_id).where(Document.url == "https://other.example/7")).one() is not None
        )


def test_a_near_copy_with_another_number_is_news(quick: Desk) -> None:
    """An agency's update under another address is nearly the same text."""
    quick.read(draft())
    updated = draft(HEADLINE, BODY.replace("some 12,000", "more than 14,000"), "https://other.example/update")
    result = quick.read(updated, now=NOON + timedelta(hours=3))
    assert result.status is ArticleStatus.NEW
    assert [one.after.value for one in result.changes if one.measure.value == "personnel"] == [14_000]


def test_two_accounts_of_one_event_are_one_story_and_another_event_is_not(quick: Desk) -> None:
    first = quick.read(draft())
    second = quick.read(draft(SECOND_HEADLINE, SECOND, "https://other.example/march"))
    third = quick.read(draft(OTHER_HEADLINE, OTHER, "https://other.example/ferry"))
    assert first.story == second.story
    assert third.story != first.story


def test_the_second_account_is_news_only_in_what_is_new_in_it(quick: Desk) -> None:
    quick.read(draft())
    quick.read(draft(SECOND_HEADLINE, SECOND, "https://other.example/march"))
    news = news_from_json(quick.events()[-1].news)
    told = {one.slug: one.news for one in news.mentions}
    assert told["sbu"] is False
    assert told["volodymyr-zelensky"] is True
    personnel = [one for one in news.figures if one.measure.value == "personnel"]
    assert [one.relation for one in personnel] == [StatementRelation.RESTATES]
    assert personnel[0].before is not None
    assert (personnel[0].before.value, personnel[0].after.value) == (12_000, 11_000)


def test_old_articles_and_first_polls_are_kept_without_events_unless_asked(quick: Desk) -> None:
    old = replace(draft(), published=NOON - timedelta(days=3))
    assert quick.read(old).status is ArticleStatus.NEW
    assert quick.events() == []
    first_poll = draft(OTHER_HEADLINE, OTHER, "https://other.example/ferry")
    quick.read(first_poll, alert=False)
    assert quick.events() == []
    asked = replace(draft(SECOND_HEADLINE, SECOND, "https://other.example/march"), published=NOON - timedelta(days=3))
    quick.read(asked, alert=True)
    assert len(quick.events()) == 1


def test_what_a_silent_first_poll_held_is_still_news_for_the_story(quick: Desk) -> None:
    """Nobody was told of the first article, so the second one's mentions are all new."""
    quick.read(draft(), alert=False)
    quick.read(draft(SECOND_HEADLINE, SECOND, "https://other.example/march"))
    news = news_from_json(quick.events()[-1].news)
    assert {one.slug: one.news for one in news.mentions}["sbu"] is True


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Premier zapowiedział w środę, że rząd przyjmie nową ustawę o finansowaniu szpitali w małych miastach.", "pl"),
        ("   \n ", "empty"),
    ],
)
def test_an_article_that_cannot_be_used_fails_in_one_sentence(quick: Desk, text: str, said: str) -> None:
    article = replace(draft(), title="", text=text)
    result = quick.read(article)
    assert result.status is ArticleStatus.FAILED
    assert result.error is not None
    assert "\n" not in result.error
    assert quick.count(Document) == 0


def test_an_article_that_breaks_half_way_leaves_nothing(quick: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("the power went out")

    monkeypatch.setattr("bot.pipeline.judge_statements", break_down)
    with pytest.raises(RuntimeError):
        quick.read(draft())
    assert [quick.count(table) for table in (Document, Revision, Mention, Story, Event)] == [0, 0, 0, 0, 0]
    monkeypatch.undo()
    assert quick.read(draft()).status is ArticleStatus.NEW


# Names that the glossary lacks

DIVERS = """Divers led by Marta Halloran reached the frigate near Hel on Tuesday. It had lain there since the war.

President Anton Relin was told at noon, and Marta Halloran will speak in Kyiv on Friday. The frigate carried grain."""


def candidates(desk: Desk) -> dict[str, int]:
    with desk.database.read() as session:
        return {one.name: one.articles for one in list_candidates(session, desk.keeper.glossary()).items}


def test_names_that_the_glossary_lacks_are_counted_over_articles(desk: Desk) -> None:
    desk.read(draft("Divers reach a frigate", DIVERS))
    desk.read(
        draft("Anton Relin visits the coast of Poland", OTHER + "\n\nAnton Relin was there.", "https://b.example/1")
    )
    found = candidates(desk)
    assert (found["Marta Halloran"], found["Anton Relin"]) == (1, 2)
    assert "Kyiv" not in found


def test_a_near_copy_and_a_revision_count_once(quick: Desk) -> None:
    quick.read(draft("Divers reach a frigate", DIVERS))
    copy = quick.read(draft("Divers have reached a frigate", DIVERS, "https://copy.example/1"))
    assert copy.status is ArticleStatus.NEAR_COPY
    revised = quick.read(
        draft("Divers reach a frigate", f"{DIVERS}\n\nTomasz Wilk of the navy agreed with Anton Relin.")
    )
    assert revised.status is ArticleStatus.CHANGED
    found = candidates(quick)
    assert (found["Marta Halloran"], found["Anton Relin"], found["Tomasz Wilk"]) == (1, 1, 1)


def test_a_candidate_that_was_added_is_found_in_the_next_article(quick: Desk) -> None:
    quick.read(draft("Divers reach a frigate", DIVERS))
    with quick.database.write() as session:
        added = add_candidate(session, find_candidate(session, "Marta Halloran"), actor="test", now=NOON)
    again = f"Halloran speaks of the frigate\n\n{OTHER}\n\nMarta Halloran said so herself."
    quick.read(draft("Halloran speaks of the frigate", again, "https://b.example/2"))
    with quick.database.read() as session:
        found = session.exec(select(Mention.surface).join(Entity).where(Entity.slug == added.slug)).all()
    assert "Marta Halloran" in found
    assert "Marta Halloran" not in candidates(quick)


def test_names_are_recognised_before_the_transaction_begins(quick: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    open_transactions: list[int] = []

    def propose(*_: object) -> tuple[()]:
        open_transactions.append(quick.database.engine.pool.checkedout())  # type: ignore[attr-defined]  # a QueuePool
        return ()

    monkeypatch.setattr(pipeline, "propose_names", propose)
    quick.read(draft())
    assert open_transactions == [0]


def test_without_a_recogniser_all_else_goes_on(quick: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposing, "recogniser", lambda _language: None)
    result = quick.read(draft("Divers reach a frigate", DIVERS))
    assert (result.status, result.error) == (ArticleStatus.NEW, None)
    assert candidates(quick) == {}
