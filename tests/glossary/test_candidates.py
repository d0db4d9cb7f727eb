"""Candidates: kept over articles and spellings, never what the glossary knows, decided by editors, and bounded."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Barrier

import pytest
from sqlmodel import Session, func, select

from glossary import candidates as kept
from glossary.candidates import (
    CandidateDecidedError,
    CandidateView,
    UnknownCandidateError,
    add_candidate,
    drop_stale,
    find_candidate,
    ignore_candidate,
    list_candidates,
    record_names,
    restore_candidate,
    view_candidate,
)
from glossary.database import Database
from glossary.editing import EditRefusedError, add_entity
from glossary.entries import Glossary
from glossary.history import UndoRefusedError, get_change, list_changes, undo
from glossary.models import Candidate, CandidateSighting, CandidateSpelling, Document, Form, Revision
from glossary.proposing import ProposedName, Spelling
from glossary.store import load_glossary
from glossary.words import EntityType, FormKind, SpellingKind
from translations.languages import Language

NOON = datetime(2025, 1, 12, 12, 0, tzinfo=UTC)
EN, UK, KO = Language.EN, Language.UK, Language.KO
NAME, ACRONYM, PART = SpellingKind.NAME, SpellingKind.ACRONYM, SpellingKind.PART


def name(
    surface: str,
    *more: str,
    type_: EntityType = EntityType.PERSON,
    acronym: str | None = None,
    part: str | None = None,
) -> ProposedName:
    """What an article may propose."""
    spellings = [Spelling(one, NAME) for one in (surface, *more)]
    spellings += [Spelling(acronym, ACRONYM)] if acronym else []
    spellings += [Spelling(part, PART)] if part else []
    return ProposedName(surface, type_, 1, tuple(spellings), f"{surface} spoke at the port.")


class Desk:
    """A database in which articles propose names."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._numbers = count(1)

    def article(
        self,
        *names: ProposedName,
        language: Language = EN,
        outlet: str = "Courier",
        now: datetime = NOON,
        document: int | None = None,
    ) -> int:
        """An article with these names; its document."""
        with self.database.write() as session:
            document = document or self._document(session, language, outlet)
            record_names(session, document, language, names, load_glossary(session), now=now)
            return document

    def _document(self, session: Session, language: Language, outlet: str) -> int:
        number = next(self._numbers)
        row = Document(url=f"https://news.example/{number}", outlet=outlet, language=language, first_seen_at=NOON)
        session.add(row)
        session.flush()
        text = f"Article {number}"
        session.add(
            Revision(
                document_id=row.id or 0,
                number=1,
                title=text,
                text=text,
                content_hash=text,
                fingerprint=b"",
                retrieved_at=NOON,
            )
        )
        session.flush()
        return row.id or 0

    def glossary(self) -> Glossary:
        with self.database.read() as session:
            return load_glossary(session)

    def open(self, *, minimum: int = 1, ignored: bool = False) -> dict[str, CandidateView]:
        with self.database.read() as session:
            page = list_candidates(session, load_glossary(session), minimum=minimum, ignored=ignored)
        assert page.total == len(page.items)
        return {one.name: one for one in page.items}

    def only(self) -> CandidateView:
        (found,) = self.open().values()
        return found

    def number(self, text: str) -> int:
        with self.database.read() as session:
            return find_candidate(session, text)


@pytest.fixture
def desk(any_stocked_database: Database) -> Desk:
    return Desk(any_stocked_database)


@pytest.fixture
def quick(stocked_database: Database) -> Desk:
    return Desk(stocked_database)


# Counting and merging


def test_a_name_is_counted_over_articles_whatever_its_spelling_with_an_example(desk: Desk) -> None:
    desk.article(name("Lee Sung-ryong", part="Lee"))
    desk.article(name("Lee Sung Ryong"), outlet="Tribune")
    last = desk.article(name("Lee Seong-ryong"), outlet="Tribune")
    found = desk.only()
    assert (found.name, found.type, found.articles, found.outlets) == ("Lee Sung-ryong", EntityType.PERSON, 3, 2)
    assert set(found.spellings) == {"Lee", "Lee Sung Ryong", "Lee Seong-ryong"}
    assert found.example is not None
    assert (found.example.url, found.example.title) == (f"https://news.example/{last}", f"Article {last}")
    assert found.example.sentence == "Lee Seong-ryong spoke at the port."


def test_a_revision_of_an_article_counts_once_and_brings_its_new_names(desk: Desk) -> None:
    document = desk.article(name("Marta Halloran"))
    desk.article(name("Marta Halloran"), name("Anton Relin"), document=document)
    assert {one.name: one.articles for one in desk.open().values()} == {"Marta Halloran": 1, "Anton Relin": 1}


def test_the_name_and_type_of_most_articles_are_shown(desk: Desk) -> None:
    desk.article(name("Zelinskiy Group", type_=EntityType.PERSON))
    for _ in range(2):
        desk.article(name("Zelinsky Group", type_=EntityType.ORG))
    found = desk.only()
    assert (found.name, found.type, found.spellings) == ("Zelinsky Group", EntityType.ORG, ("Zelinskiy Group",))


def test_different_names_stay_apart(quick: Desk) -> None:
    quick.article(name("47th Artillery Brigade"), name("48th Artillery Brigade"))
    quick.article(name("Han Sung-il"), name("Han Sung-un"))
    quick.article(name("Marta Halloran", part="Halloran"))
    quick.article(name("Peter Halloran", part="Halloran"))
    assert len(quick.open()) == 6


def test_the_same_letters_in_another_language_are_another_candidate(quick: Desk) -> None:
    quick.article(name("Вільшани", type_=EntityType.PLACE), language=UK)
    quick.article(name("Вільшани", type_=EntityType.PLACE), language=Language.RU)
    assert len(quick.open(minimum=1)) == 1  # one name, in two languages
    with quick.database.read() as session:
        assert list_candidates(session, quick.glossary()).total == 2
        assert list_candidates(session, quick.glossary(), language=UK).total == 1


INSTITUTE = name("Institute for Maritime Studies", acronym="IMS", type_=EntityType.ORG)
ALONE = name("IMS", type_=EntityType.ORG)


@pytest.mark.parametrize(
    "articles",
    [
        [INSTITUTE, ALONE, ALONE],
        [ALONE, INSTITUTE, ALONE],
        [ALONE, name("Institute for Maritime Studies", type_=EntityType.ORG), INSTITUTE],
    ],
)
def test_an_acronym_joins_what_it_stands_for_in_whatever_order_they_come(
    desk: Desk, articles: Sequence[ProposedName]
) -> None:
    for one in articles:
        desk.article(one)
    found = desk.only()
    assert (found.name, found.articles, found.spellings) == ("Institute for Maritime Studies", 3, ("IMS",))


def test_an_acronym_of_two_bodies_is_neither(quick: Desk) -> None:
    quick.article(INSTITUTE)
    quick.article(name("Island Marine Survey", acronym="IMS", type_=EntityType.ORG))
    quick.article(ALONE)
    assert set(quick.open()) == {"Institute for Maritime Studies", "Island Marine Survey", "IMS"}


def test_those_of_most_articles_come_first_in_pages_and_few_are_left_out(desk: Desk) -> None:
    names = [name(f"Harbor {word} Group", type_=EntityType.ORG) for word in ("Amber", "Birch", "Cedar", "Dune")]
    for at in range(4):
        desk.article(*names[at:])
    with desk.database.read() as session:
        glossary = load_glossary(session)
        first = list_candidates(session, glossary, limit=3)
        second = list_candidates(session, glossary, offset=3, limit=3)
    assert [one.articles for one in (*first.items, *second.items)] == [4, 3, 2, 1]
    assert (first.total, second.total) == (4, 4)
    assert set(desk.open(minimum=3)) == {"Harbor Dune Group", "Harbor Cedar Group"}


# What the glossary knows


def test_what_the_glossary_knows_in_any_transliteration_is_no_candidate(desk: Desk) -> None:
    desk.article(name("Kyiv"), name("Volodymyr Zelenskyj"), name("SBU"), name("Служба безпеки України"))
    assert desk.open() == {}


def test_what_the_glossary_comes_to_know_is_no_candidate_any_more(desk: Desk) -> None:
    desk.article(name("Brzeg", type_=EntityType.PLACE), name("Marta Halloran"))
    with desk.database.write() as session:
        add_entity(session, name="Brzeg", type=EntityType.PLACE, actor="test", now=NOON)
    desk.article(name("Brzeg", type_=EntityType.PLACE))
    assert set(desk.open()) == {"Marta Halloran"}


# Deciding


def test_adding_makes_an_entity_with_every_spelling_and_undoing_brings_the_candidate_back(desk: Desk) -> None:
    desk.article(name("Institute for Defence Charts", "Institute for Defense Charts", acronym="IDCH"))
    number = desk.number("IDCH")
    with desk.database.write() as session:
        added = add_candidate(session, number, type=EntityType.ORG, actor="telegram:42", now=NOON)
    entry = desk.glossary()[added.slug]
    assert (entry.name, entry.type) == ("Institute for Defence Charts", EntityType.ORG)
    assert [(form.text, form.kind, form.preferred) for form in entry.forms] == [
        ("Institute for Defence Charts", FormKind.FULL, True),
        ("Institute for Defense Charts", FormKind.ALIAS, False),
        ("IDCH", FormKind.ACRONYM, False),
    ]
    assert desk.open() == {}
    with desk.database.read() as session:
        change = get_change(session, added.change)
        assert (change.actor, change.summary) == ("telegram:42", "Add Institute for Defence Charts, a candidate")
        assert len(list_changes(session, limit=2)) == 2  # the starter's, and this one
    with desk.database.write() as session:
        undo(session, added.change, actor="telegram:42", now=NOON)
    assert added.slug not in desk.glossary().entries
    assert set(desk.open()) == {"Institute for Defence Charts"}


def test_who_adds_second_is_told_what_is_there(desk: Desk) -> None:
    desk.article(name("Marta Halloran"))
    number = desk.number("marta halloran")
    with desk.database.write() as session:
        added = add_candidate(session, number, actor="telegram:42", now=NOON)
    with (
        pytest.raises(CandidateDecidedError, match="has “Marta Halloran” already") as refusal,
        desk.database.write() as session,
    ):
        add_candidate(session, number, actor="telegram:43", now=NOON)
    assert refusal.value.known == added.slug == "marta-halloran"
    with desk.database.read() as session:
        assert session.exec(select(func.count()).where(Form.text == "Marta Halloran")).one() == 1


def test_of_two_editors_at_once_one_adds_and_the_other_is_told(desk: Desk) -> None:
    desk.article(name("Marta Halloran"))
    number = desk.number("Marta Halloran")
    both_are_here = Barrier(2)

    def add(editor: str) -> str | None:
        both_are_here.wait()
        try:
            with desk.database.write() as session:
                return add_candidate(session, number, actor=editor, now=NOON).slug
        except CandidateDecidedError:
            return None

    with ThreadPoolExecutor(2) as threads:
        slugs = list(threads.map(add, ("telegram:42", "telegram:43")))
    assert sorted(slugs, key=str) == [None, "marta-halloran"]


def test_a_spelling_that_is_another_entitys_becomes_a_weak_form(quick: Desk) -> None:
    quick.article(INSTITUTE)
    with quick.database.write() as session:
        add_entity(session, name="IMS", type=EntityType.ORG, actor="test", now=NOON)
    with quick.database.write() as session:
        number = find_candidate(session, "Institute for Maritime Studies")
        slug = add_candidate(session, number, actor="test", now=NOON).slug
    assert [(form.text, form.weak) for form in quick.glossary()[slug].forms] == [
        ("Institute for Maritime Studies", False),
        ("IMS", True),
    ]


def test_a_name_in_another_language_needs_an_english_one(quick: Desk) -> None:
    quick.article(name("Остап Вільшанський", "Остапа Вільшанського"), language=UK)
    number = quick.number("Остап Вільшанський")
    with pytest.raises(EditRefusedError, match="needs an English name"), quick.database.write() as session:
        add_candidate(session, number, actor="test", now=NOON)
    with quick.database.write() as session:
        slug = add_candidate(session, number, name="Ostap Vilshanskyi", actor="test", now=NOON).slug
    forms = quick.glossary()[slug].forms
    assert [(form.language, form.text, form.preferred) for form in forms] == [
        (EN, "Ostap Vilshanskyi", True),
        (UK, "Остап Вільшанський", True),
    ]
    assert quick.open() == {}


def test_a_nominative_names_a_candidate_however_often_its_cases_were_met(quick: Desk) -> None:
    quick.article(name("Остапа Вільшанського"), language=UK)
    quick.article(name("Остапа Вільшанського"), language=UK)
    quick.article(name("Остап Вільшанський"), language=UK)
    found = quick.only()
    assert (found.name, found.articles, found.has_english_name) == ("Остап Вільшанський", 3, False)


def test_a_name_in_latin_letters_in_another_language_is_an_english_name(quick: Desk) -> None:
    quick.article(name("Harbor Dynamics", type_=EntityType.ORG), language=UK)
    assert quick.only().has_english_name
    with quick.database.write() as session:
        slug = add_candidate(session, find_candidate(session, "Harbor Dynamics"), actor="test", now=NOON).slug
    assert [(form.language, form.text) for form in quick.glossary()[slug].forms] == [(EN, "Harbor Dynamics")]


def test_ignoring_is_remembered_across_spellings_recorded_and_undone(desk: Desk) -> None:
    desk.article(name("Lee Sung-ryong"))
    number = desk.number("Lee Sung-ryong")
    with desk.database.write() as session:
        change = ignore_candidate(session, number, actor="telegram:42", now=NOON)
    desk.article(name("Lee Seong Ryong"))
    assert desk.open() == {}
    assert set(desk.open(ignored=True)) == {"Lee Sung-ryong"}
    with desk.database.read() as session:
        assert list_changes(session, table="candidate", row_id=number)[0].id == change
    with desk.database.write() as session:
        undo(session, change, actor="telegram:42", now=NOON)
    assert desk.only().articles == 2


def test_what_is_decided_already_is_said_to_be(desk: Desk) -> None:
    desk.article(name("Marta Halloran"))
    number = desk.number("Marta Halloran")
    with pytest.raises(CandidateDecidedError, match="is not ignored"), desk.database.write() as session:
        restore_candidate(session, number, actor="test", now=NOON)
    with desk.database.write() as session:
        change = ignore_candidate(session, number, actor="test", now=NOON)
    with pytest.raises(CandidateDecidedError, match="is ignored already"), desk.database.write() as session:
        ignore_candidate(session, number, actor="test", now=NOON)
    with desk.database.write() as session:
        restore_candidate(session, number, actor="test", now=NOON)
    assert set(desk.open()) == {"Marta Halloran"}
    with pytest.raises(UndoRefusedError, match="was changed later"), desk.database.write() as session:
        undo(session, change, actor="test", now=NOON)


def test_adding_what_was_ignored_takes_it_up_and_undoing_ignores_it_again(desk: Desk) -> None:
    desk.article(name("Marta Halloran"))
    number = desk.number("Marta Halloran")
    with desk.database.write() as session:
        ignore_candidate(session, number, actor="test", now=NOON)
    with desk.database.write() as session:
        change = add_candidate(session, number, actor="test", now=NOON).change
    assert desk.open(ignored=True) == {}
    with desk.database.write() as session:
        undo(session, change, actor="test", now=NOON)
    assert set(desk.open(ignored=True)) == {"Marta Halloran"}


@pytest.mark.parametrize("wanted", ["0", "999", "99999999999999", "", "Nobody at all", "\ud800"])
def test_an_unknown_candidate_is_said_to_be_unknown(quick: Desk, wanted: str) -> None:
    with pytest.raises(UnknownCandidateError), quick.database.read() as session:
        find_candidate(session, wanted)


def test_a_name_of_two_candidates_asks_for_a_number(quick: Desk) -> None:
    quick.article(INSTITUTE)
    quick.article(name("Island Marine Survey", acronym="IMS", type_=EntityType.ORG))
    with pytest.raises(UnknownCandidateError, match="say which by its number"), quick.database.read() as session:
        find_candidate(session, "IMS")


# Bounds


def test_an_article_of_invented_names_brings_few_of_them(quick: Desk) -> None:
    quick.article(*(name(f"Group of {chr(65 + at // 26)}{chr(65 + at % 26)}x Harbor") for at in range(200)))
    assert len(quick.open()) == 15


def test_spellings_without_end_are_not_kept_without_end(quick: Desk) -> None:
    for at in range(20):
        quick.article(name(f"Harbor{' -'[at % 2]}Dynamics{'-' * at} Group", type_=EntityType.ORG))
    assert quick.only().articles == 20
    with quick.database.read() as session:
        assert session.exec(select(func.count()).select_from(CandidateSpelling)).one() == 12


def test_names_seen_once_are_dropped_after_a_month_and_ignored_ones_never(desk: Desk) -> None:
    desk.article(name("Anton Relin"), name("Marta Halloran"), name("Harbor Star"))
    desk.article(name("Marta Halloran"))
    with desk.database.write() as session:
        ignore_candidate(session, find_candidate(session, "Harbor Star"), actor="test", now=NOON)
    with desk.database.write() as session:
        assert drop_stale(session, now=NOON + timedelta(days=29)) == 0
        assert drop_stale(session, now=NOON + timedelta(days=31)) == 1
    assert set(desk.open()) == {"Marta Halloran"}
    with desk.database.write() as session:
        assert drop_stale(session, now=NOON + timedelta(days=366)) == 1
        left = session.exec(select(Candidate)).one()
        assert (left.name, left.ignored) == ("Harbor Star", True)
        assert session.exec(select(func.count()).select_from(CandidateSighting)).one() == 1
    with pytest.raises(UnknownCandidateError), desk.database.read() as session:
        view_candidate(session, 999)


def test_more_than_the_most_are_dropped_rarest_and_oldest_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_OPEN", 2)
    desk.article(name("Anton Relin"), name("Marta Halloran"))
    desk.article(name("Marta Halloran"))
    desk.article(name("Brzeg"), now=NOON + timedelta(hours=1))
    with desk.database.write() as session:
        assert drop_stale(session, now=NOON) == 1
    assert set(desk.open()) == {"Marta Halloran", "Brzeg"}
