"""The glossary in the running program: never stale, never waited for without need, one index in memory."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from bot.knowledge import KnowledgeKeeper
from glossary.database import Database
from glossary.editing import add_entity
from glossary.entries import Glossary
from glossary.matching import Matcher, matcher
from glossary.matching.index import Index
from glossary.words import EntityType
from translations.languages import Language

NOW = datetime(2025, 1, 13, 12, tzinfo=UTC)


def add(database: Database, name: str) -> None:
    with database.write() as session:
        add_entity(session, name=name, type=EntityType.PLACE, actor="test", now=NOW)


def found(keeper: KnowledgeKeeper, text: str) -> list[str]:
    return [mention.slug for mention in keeper.current().matcher.find(text, Language.EN)]


class Held:
    """Background work that waits until the test runs it."""

    def __init__(self) -> None:
        self.work: list[Callable[[], None]] = []

    def __call__(self, work: Callable[[], None]) -> None:
        self.work.append(work)


def test_whoever_asks_after_a_commit_sees_it(database: Database) -> None:
    keeper = KnowledgeKeeper(database)
    add(database, "Harrowgate")
    assert found(keeper, "In Harrowgate and Nethervale") == ["harrowgate"]
    add(database, "Nethervale")
    assert found(keeper, "In Harrowgate and Nethervale") == ["harrowgate", "nethervale"]
    assert keeper.current().matcher.revision == keeper.glossary().revision


def test_an_unchanged_glossary_is_read_and_built_once(database: Database) -> None:
    keeper = KnowledgeKeeper(database)
    assert keeper.current() is keeper.current()


def test_an_article_in_work_keeps_the_glossary_that_it_began_with(database: Database) -> None:
    keeper = KnowledgeKeeper(database)
    add(database, "Harrowgate")
    begun = keeper.current()
    add(database, "Nethervale")
    keeper.current()
    assert "nethervale" not in begun.glossary.entries
    assert begun.matcher.find("Nethervale", Language.EN) == ()


def test_languages_that_articles_came_in_are_built_in_the_background(database: Database) -> None:
    background = Held()
    keeper = KnowledgeKeeper(database, background)
    add(database, "Harrowgate")
    found(keeper, "In Harrowgate")
    assert background.work == [], "a first use builds only what it needs"
    add(database, "Nethervale")
    keeper.glossary()
    assert keeper.current().matcher.languages == frozenset()
    for work in background.work:
        work()
    assert keeper.current().matcher.languages == {Language.EN}


def test_a_build_that_is_superseded_is_given_up(database: Database) -> None:
    background = Held()
    keeper = KnowledgeKeeper(database, background)
    found(keeper, "nothing")
    add(database, "Harrowgate")
    superseded = keeper.current().matcher
    add(database, "Nethervale")
    keeper.current()
    background.work[0]()
    assert superseded.languages == frozenset()
    background.work[1]()
    assert keeper.current().matcher.languages == {Language.EN}


class SlowBuild:
    """Lets no index be built before `go`, and tells when a building has begun."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        self.at_once = self.most_at_once = 0
        build = Index.of
        counting = threading.Lock()

        def of(glossary: Glossary, language: Language) -> Index:
            with counting:
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
            self.begun.set()
            assert self.go.wait(60)
            try:
                return build(glossary, language)
            finally:
                with counting:
                    self.at_once -= 1

        monkeypatch.setattr(matcher.Index, "of", of)


def test_the_glossary_answers_while_an_index_is_built_and_an_article_waits_for_the_new_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = KnowledgeKeeper(database)
    found(keeper, "nothing")
    slow = SlowBuild(monkeypatch)
    add(database, "Harrowgate")
    assert "harrowgate" in keeper.glossary().entries
    assert slow.begun.wait(60)
    with ThreadPoolExecutor(1) as pool:
        article = pool.submit(found, keeper, "In Harrowgate")
        assert "harrowgate" in keeper.glossary().entries
        assert not article.done()
        slow.go.set()
        assert article.result(60) == ["harrowgate"]


def test_no_two_indexes_are_built_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = SlowBuild(monkeypatch)
    matchers = [Matcher(Glossary.of([], revision=number)) for number in range(3)]
    with ThreadPoolExecutor(6) as pool:
        building = [pool.submit(one.prepare, language) for one in matchers for language in (Language.EN, Language.KO)]
        assert slow.begun.wait(60)
        slow.go.set()
        for one in building:
            one.result(60)
    assert slow.most_at_once == 1


def test_the_old_matcher_is_let_go_before_the_new_one_builds(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    background = Held()
    keeper = KnowledgeKeeper(database, background)
    found(keeper, "nothing")
    old = weakref.ref(keeper.current().matcher)
    build = Index.of
    alive = []

    def of(glossary: Glossary, language: Language) -> Index:
        gc.collect()
        alive.append(old() is not None)
        return build(glossary, language)

    monkeypatch.setattr(matcher.Index, "of", of)
    add(database, "Harrowgate")
    assert found(keeper, "In Harrowgate") == ["harrowgate"]
    assert alive == [False]


def test_editors_and_articles_at_once_never_meet_a_stale_answer(any_database: Database) -> None:
    keeper = KnowledgeKeeper(any_database)
    names = [f"Harrow{letter}gate" for letter in "abcdefgh"]
    committed: list[str] = []

    def edit() -> None:
        for name in names:
            add(any_database, name)
            committed.append(name)

    def read(_: int) -> tuple[int, int]:
        before = len(committed)
        return before, len(found(keeper, ", ".join(names)))

    with ThreadPoolExecutor(5) as pool:
        editor = pool.submit(edit)
        answers = list(pool.map(read, range(40)))
        editor.result(60)
    assert all(seen >= before for before, seen in answers)
    assert len(found(keeper, ", ".join(names))) == len(names)
