"""Drafts of missing forms: what is missing, what is proposed, saved once, reviewed, and not tried for ever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from glossary import editing
from glossary.database import Database
from glossary.entries import Entry, EntryForm, Glossary
from glossary.forms import (
    FillReport,
    MissingForm,
    fill_missing,
    missing_forms,
    propose_forms,
    review_count,
    review_queue,
    save_forms,
)
from glossary.history import glossary_revision, list_changes, undo
from glossary.models import FormAttempt
from glossary.store import load_glossary
from glossary.words import EntityType, FormKind, FormStatus, Provenance
from translations.languages import Language
from translations.names import NameForm, NameQuery, NameTranslator

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO
BY: dict[str, Any] = {"actor": "editor", "now": NOW}

ANSWERS = {
    ("Oskil", UK): "Оскіл",
    ("Oskil", RU): "Оскол",
    ("Oskil", KO): "오스킬",
    ("Kursk", UK): "Курськ",
    ("Kursk", RU): "Курск",
    ("Kim", KO): "김",
    ("Kim Song", KO): "김송",
    ("Kim Sung", KO): "김송",
}


class Dictionary(NameTranslator):
    """A translator that knows a few names by heart, so that a test sees what is made of its answers."""

    def __init__(self, version: str = "dictionary 1") -> None:
        super().__init__(None)
        self._version = version
        self.asked: list[tuple[str, str | None, tuple[Language, ...]]] = []

    @property
    def version(self) -> str:
        return self._version

    def translate(
        self,
        names: Sequence[NameQuery],
        source: Language,
        targets: Sequence[Language],
        *,
        engine_only: bool = False,
    ) -> list[tuple[NameForm, ...]]:
        assert source is EN
        self.asked += [(query.text, query.type, tuple(targets)) for query in names]
        return [tuple(_answer(query.text, target) for target in targets) for query in names]


def _answer(name: str, target: Language) -> NameForm:
    text = ANSWERS.get((name, target))
    if text is None:
        return NameForm(target, None, None, None, None, "missing", ("Nobody knows.",))
    return NameForm(target, text, "argos", "dictionary-en 1", 0.5, "draft", ("Not reviewed.",))


def entry(name: str, *forms: EntryForm, type_: EntityType = EntityType.PLACE) -> Entry:
    english = EntryForm(EN, name, FormKind.FULL, preferred=True)
    return Entry(editing.slug_of(name), type_, name, (english, *forms))


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        editing.add_entity(session, name="Oskil", type=EntityType.PLACE, forms={UK: "Оскіл"}, **BY)
        yield session


def draft(language: Language, text: str) -> EntryForm:
    return EntryForm(
        language,
        text,
        FormKind.FULL,
        provenance=Provenance.ARGOS,
        status=FormStatus.DRAFT,
        model="dictionary-en 1",
        confidence=0.5,
        problems=("Not reviewed.",),
    )


def test_a_language_without_a_full_form_is_missing_and_a_rejected_form_is_none() -> None:
    glossary = Glossary.of(
        [
            entry("Oskil", EntryForm(UK, "Оскіл", FormKind.FULL), EntryForm(RU, "Оскол", FormKind.SHORT)),
            entry("Kursk", EntryForm(KO, "쿠르스크", FormKind.FULL, status=FormStatus.REJECTED)),
        ]
    )
    assert missing_forms(glossary, ["oskil"]) == (MissingForm("oskil", RU), MissingForm("oskil", KO))
    assert [one.language for one in missing_forms(glossary) if one.slug == "kursk"] == [UK, RU, KO]


def test_proposals_are_drafts_with_provenance_and_only_of_what_is_missing() -> None:
    glossary = Glossary.of([entry("Oskil", EntryForm(UK, "Оскіл", FormKind.FULL)), entry("Kursk")])
    translator = Dictionary()
    proposals = propose_forms(glossary, translator, missing_forms(glossary))
    assert set(proposals) == {
        ("oskil", draft(RU, "Оскол")),
        ("oskil", draft(KO, "오스킬")),
        ("kursk", draft(UK, "Курськ")),
        ("kursk", draft(RU, "Курск")),
    }
    assert translator.asked == [("Oskil", "PLACE", (RU, KO)), ("Kursk", "PLACE", (UK, RU, KO))]


def test_an_answer_that_was_rejected_or_would_be_found_everywhere_is_none() -> None:
    rejected = EntryForm(RU, "Курск", FormKind.FULL, status=FormStatus.REJECTED)
    glossary = Glossary.of([entry("Kursk", rejected), entry("Kim", type_=EntityType.PERSON)])
    assert propose_forms(glossary, Dictionary(), missing_forms(glossary)) == (("kursk", draft(UK, "Курськ")),)


def test_an_answer_that_is_another_entitys_strong_form_is_weak() -> None:
    glossary = Glossary.of([entry("Kim Song", type_=EntityType.PERSON), entry("Kim Sung", type_=EntityType.PERSON)])
    proposals = propose_forms(glossary, Dictionary(), missing_forms(glossary))
    assert {slug: form.weak for slug, form in proposals} == {"kim-song": False, "kim-sung": True}


def test_saved_drafts_are_preferred_and_are_saved_once(session: Session) -> None:
    proposals = [("oskil", draft(RU, "Оскол")), ("oskil", draft(KO, "오스킬")), ("gone", draft(UK, "Немає"))]
    assert save_forms(session, proposals, NOW) == 2
    revision = glossary_revision(session)
    assert save_forms(session, proposals, NOW) == 0
    assert glossary_revision(session) == revision
    saved = load_glossary(session)["oskil"].preferred(RU)
    assert saved is not None
    assert (saved.text, saved.status, saved.model, saved.confidence) == (
        "Оскол",
        FormStatus.DRAFT,
        "dictionary-en 1",
        0.5,
    )
    assert list_changes(session, limit=1)[0].actor == "filler"
    undo(session, list_changes(session, limit=1)[0].id, **BY)
    assert load_glossary(session)["oskil"].preferred(RU) is None


def test_what_an_editor_has_done_meanwhile_goes_before_a_draft(session: Session) -> None:
    editing.add_form(session, "oskil", RU, "Оскіл", FormKind.FULL, **BY)
    form_id = editing.add_form(session, "oskil", KO, "오스킬", FormKind.FULL, **BY)
    editing.reject_form(session, form_id, **BY)
    assert save_forms(session, [("oskil", draft(RU, "Оскол")), ("oskil", draft(KO, "오스킬"))], NOW) == 0


def test_filling_makes_what_can_be_made_and_says_what_is_missing(any_database: Database) -> None:
    with any_database.write() as session:
        for name in ("Oskil", "Kursk"):
            editing.add_entity(session, name=name, type=EntityType.PLACE, **BY)
    assert fill_missing(any_database, Dictionary(), now=NOW, slugs=["oskil"]) == FillReport(made=3, missing=0)
    assert fill_missing(any_database, Dictionary(), now=NOW) == FillReport(made=2, missing=1)
    assert fill_missing(any_database, Dictionary(), now=NOW) == FillReport(made=0, missing=1)


def test_the_job_does_not_try_the_impossible_again_before_another_package_comes(database: Database) -> None:
    with database.write() as session:
        for name in ("Atlantis", "Kursk"):
            editing.add_entity(session, name=name, type=EntityType.PLACE, **BY)
    translator = Dictionary()
    assert fill_missing(database, translator, now=NOW, limit=4) == FillReport(made=1, missing=5)
    assert fill_missing(database, translator, now=NOW, limit=4) == FillReport(made=1, missing=4)
    assert len(translator.asked) == 3
    assert fill_missing(database, translator, now=NOW, limit=4) == FillReport(made=0, missing=4)
    assert len(translator.asked) == 3
    newer = Dictionary("dictionary 2")
    later = NOW + timedelta(days=1)
    assert fill_missing(database, newer, now=later, limit=4) == FillReport(made=0, missing=4)
    assert len(newer.asked) == 2
    with database.read() as session:
        attempts = session.exec(select(FormAttempt)).all()
        assert {(one.version, one.tried_at) for one in attempts} == {("dictionary 2", later)}
    asked_by_hand = Dictionary("dictionary 2")
    fill_missing(database, asked_by_hand, now=later)
    assert len(asked_by_hand.asked) == 2


def test_an_added_entity_that_no_machine_could_name_can_still_be_undone(database: Database) -> None:
    with database.write() as session:
        editing.add_entity(session, name="Atlantis", type=EntityType.PLACE, **BY)
        change = list_changes(session, limit=1)[0].id
    fill_missing(database, Dictionary(), now=NOW, limit=10)
    with database.write() as session:
        undo(session, change, **BY)
        assert load_glossary(session).entries == {}


def test_drafts_wait_for_review_oldest_first_and_page_by_page(session: Session) -> None:
    save_forms(session, [("oskil", draft(RU, "Оскол")), ("oskil", draft(KO, "오스킬"))], NOW)
    first, second = review_queue(session)
    assert (first.slug, first.name, first.language, first.text, first.preferred) == (
        "oskil",
        "Oskil",
        RU,
        "Оскол",
        True,
    )
    assert (first.provenance, first.model, first.confidence) == (Provenance.ARGOS, "dictionary-en 1", 0.5)
    assert first.problems == ("Not reviewed.",)
    assert review_queue(session, language=KO) == review_queue(session, after=first.form_id) == (second,)
    assert review_count(session) == 2
    editing.approve_form(session, first.form_id, **BY)
    editing.reject_form(session, second.form_id, **BY)
    assert review_count(session) == 0
    assert missing_forms(load_glossary(session)) == (MissingForm("oskil", KO),)


def test_the_real_translator_fills_a_name_without_any_package(session: Session, database: Database) -> None:
    editing.add_entity(session, name="Kyzyl-Arat", type=EntityType.PLACE, **BY)
    session.commit()
    fill_missing(database, NameTranslator(None), now=NOW, slugs=["kyzyl-arat"])
    with database.read() as reader:
        forms = load_glossary(reader)["kyzyl-arat"].forms
    made = [form for form in forms if form.language is not EN]
    assert made
    assert all(form.status is FormStatus.DRAFT and form.provenance is not Provenance.ARGOS for form in made)
