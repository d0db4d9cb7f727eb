"""Drafts of missing forms: what is missing, what is proposed, saved once, reviewed, and not tried for ever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
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
    is_better,
    missing_forms,
    propose_forms,
    renew_drafts,
    renewable_drafts,
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

    def __init__(self, version: str = "dictionary 1", *made: NameForm) -> None:
        super().__init__(None)
        self._version = version
        self._answers = {one.language: one for one in made}
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
        return [
            tuple(self._answers.get(target) or _answer(query.text, target) for target in targets) for query in names
        ]


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
        assert sorted((one.version, one.tried_at) for one in attempts) == [
            *[("dictionary 1", NOW)] * 2,  # of these there are drafts
            *[("dictionary 2", later)] * 4,
        ]
    asked_by_hand = Dictionary("dictionary 2")
    fill_missing(database, asked_by_hand, now=later)
    assert len(asked_by_hand.asked) == 2


def test_an_undone_draft_is_not_made_again_by_the_same_version(database: Database) -> None:
    with database.write() as session:
        editing.add_entity(session, name="Kursk", type=EntityType.PLACE, **BY)
    fill_missing(database, Dictionary(), now=NOW, limit=10)
    with database.write() as session:
        undo(session, list_changes(session, limit=1)[0].id, **BY)
    assert fill_missing(database, Dictionary(), now=NOW, limit=10) == FillReport(made=0, missing=3)
    assert fill_missing(database, Dictionary("dictionary 2"), now=NOW, limit=10) == FillReport(made=2, missing=1)


def test_long_work_is_saved_as_it_goes_and_tells_how_far_it_is(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glossary.forms._SAVED_TOGETHER", 2)
    with database.write() as session:
        for name in ("Kim Song", "Kim Sung"):
            editing.add_entity(session, name=name, type=EntityType.PERSON, **BY)
    seen: list[tuple[int, int, int]] = []

    def progress(done: int, of: int) -> None:
        with database.read() as session:
            seen.append((done, of, review_count(session)))

    fill_missing(database, Dictionary(), now=NOW, progress=progress)
    assert seen == [(2, 6, 0), (4, 6, 1), (6, 6, 2)]
    with database.read() as session:
        drafts = {slug: entry.forms_in(KO)[0] for slug, entry in load_glossary(session).entries.items()}
    # The second is another entity's strong form by now, though that was saved in another batch.
    assert {slug: (form.text, form.weak) for slug, form in drafts.items()} == {
        "kim-song": ("김송", False),
        "kim-sung": ("김송", True),
    }


# --- a better package


def made(
    text: str, source: str = "argos", model: str | None = "exonym-en_ru 2.0", *problems: str, language: Language = RU
) -> NameForm:
    return NameForm(language, text, source, model, 0.9, "draft", problems)


OLD = EntryForm(
    RU, "Оскал", FormKind.FULL, provenance=Provenance.ARGOS, status=FormStatus.DRAFT, model="exonym-en_ru 1.9"
)
DOUBTED = replace(OLD, problems=("The model is not sure.",))
SPELT = replace(OLD, provenance=Provenance.TRANSLITERATION, model=None, problems=("Written letter by letter.",))


@pytest.mark.parametrize(
    ("old", "new", "better"),
    [
        (OLD, replace(OLD, text="Оскол", model="exonym-en_ru 1.10"), True),
        (OLD, replace(OLD, text="Оскол", model="exonym-en_ru 1.8"), False),
        (OLD, replace(OLD, text="Оскол"), False),
        (OLD, replace(OLD, model="exonym-en_ru 2.0"), False),  # the same text is no news
        (OLD, replace(OLD, text="Оскол", model="another-en_ru 9.0"), False),
        (OLD, replace(OLD, text="Оскол", model="exonym-en_ru 2.0", problems=("Doubtful.",)), False),
        (
            replace(OLD, problems=("Low.",)),
            replace(OLD, text="Оскол", model="exonym-en_ru 2", problems=("Low.",)),
            True,
        ),
        (OLD, replace(SPELT, text="Оскил"), False),
        (SPELT, replace(OLD, text="Оскол", model="exonym-en_ru 1.0"), True),
        (SPELT, replace(SPELT, text="Оскиль"), False),
        (OLD, replace(OLD, text="Оскол", provenance=Provenance.MEMORY, model=None), True),
    ],
)
def test_what_is_better_comes_from_something_surer(old: EntryForm, new: EntryForm, better: bool) -> None:
    assert is_better(new, old) is better


def test_only_what_a_machine_guessed_and_nobody_decided_on_is_asked_for_anew() -> None:
    def kept(**more: Any) -> Glossary:
        return Glossary.of([entry("Oskil", replace(OLD, **more))])

    assert renewable_drafts(kept()) == (MissingForm("oskil", RU),)
    assert renewable_drafts(kept(status=FormStatus.APPROVED)) == ()
    assert renewable_drafts(kept(status=FormStatus.REJECTED)) == ()
    for provenance in (Provenance.EDITOR, Provenance.IMPORT, Provenance.MEMORY, Provenance.CURATED):
        assert renewable_drafts(kept(provenance=provenance)) == ()
    beside = EntryForm(RU, "Оскол", FormKind.FULL, provenance=Provenance.EDITOR)
    assert renewable_drafts(Glossary.of([entry("Oskil", OLD, beside)])) == ()


def oskil(database: Database) -> tuple[EntryForm, ...]:
    with database.read() as session:
        return tuple(form for form in load_glossary(session)["oskil"].forms if form.language is RU)


FIRST = Dictionary("exonym-en_ru 1.0", made("Оскал", "argos", "exonym-en_ru 1.0"))
SECOND = "exonym-en_ru 2.0"


@pytest.fixture
def drafted(any_database: Database) -> Database:
    """A database with a draft that the first version of a package made."""
    with any_database.write() as session:
        editing.add_entity(session, name="Oskil", type=EntityType.PLACE, **BY)
    fill_missing(any_database, FIRST, now=NOW, limit=10)
    return any_database


def test_a_newer_package_renews_its_drafts_once_and_the_history_takes_it_back(drafted: Database) -> None:
    (before,) = oskil(drafted)
    assert (before.text, before.model, before.preferred) == ("Оскал", "exonym-en_ru 1.0", True)
    assert renew_drafts(drafted, FIRST, now=NOW) == 0  # the same version is not asked twice

    newer = Dictionary(SECOND, made("Оскол"))
    assert renew_drafts(drafted, newer, now=NOW) == 1
    (after,) = oskil(drafted)
    assert (after.text, after.model, after.confidence) == ("Оскол", "exonym-en_ru 2.0", 0.9)
    assert (after.status, after.preferred) == (FormStatus.DRAFT, True)
    asked = len(newer.asked)
    assert renew_drafts(drafted, newer, now=NOW) == 0
    assert len(newer.asked) == asked

    with drafted.write() as session:
        change = list_changes(session, limit=1)[0]
        assert (change.actor, change.summary) == ("filler", "Renew drafts by a better package")
        undo(session, change.id, **BY)
    assert oskil(drafted) == (before,)
    assert renew_drafts(drafted, newer, now=NOW) == 0  # what an editor took back stays so
    assert renew_drafts(drafted, Dictionary("exonym-en_ru 3.0", made("Оскол", "argos", "exonym-en_ru 3.0")), now=NOW)


def test_what_an_editor_decided_stays(drafted: Database) -> None:
    with drafted.write() as session:
        (item,) = review_queue(session, language=RU)
        editing.approve_form(session, item.form_id, **BY)
    approved = oskil(drafted)
    assert renew_drafts(drafted, Dictionary(SECOND, made("Оскол")), now=NOW) == 0
    assert oskil(drafted) == approved


def test_what_an_editor_decides_while_the_translator_works_stays(drafted: Database) -> None:
    class Slow(Dictionary):
        def translate(
            self,
            names: Sequence[NameQuery],
            source: Language,
            targets: Sequence[Language],
            *,
            engine_only: bool = False,
        ) -> list[tuple[NameForm, ...]]:
            with drafted.write() as session:
                for item in review_queue(session, language=RU):
                    editing.approve_form(session, item.form_id, **BY)
            return super().translate(names, source, targets, engine_only=engine_only)

    assert renew_drafts(drafted, Slow(SECOND, made("Оскол")), now=NOW) == 0
    assert [(form.text, form.status) for form in oskil(drafted)] == [("Оскал", FormStatus.APPROVED)]


def test_a_rejected_form_is_not_proposed_again_by_a_newer_package(drafted: Database) -> None:
    with drafted.write() as session:
        (item,) = review_queue(session, language=RU)
        editing.reject_form(session, item.form_id, **BY)
    stubborn = Dictionary(SECOND, made("Оскал"))
    assert fill_missing(drafted, stubborn, now=NOW, limit=10).made == 0
    assert renew_drafts(drafted, stubborn, now=NOW) == 0
    third = Dictionary("exonym-en_ru 3.0", made("Оскол", "argos", "exonym-en_ru 3.0"))
    assert fill_missing(drafted, third, now=NOW, limit=10).made > 0
    assert [(form.text, form.status) for form in oskil(drafted)] == [
        ("Оскал", FormStatus.REJECTED),
        ("Оскол", FormStatus.DRAFT),
    ]


def test_what_was_written_letter_by_letter_is_asked_for_when_a_package_comes(any_database: Database) -> None:
    with any_database.write() as session:
        editing.add_entity(session, name="Oskil", type=EntityType.PLACE, **BY)
    fill_missing(any_database, Dictionary("", made("Оскил", "transliteration", None)), now=NOW, limit=10)
    worse = Dictionary("other 1", made("Оскль", "argos", "exonym-en_ru 1.0", "The form is too short."))
    assert renew_drafts(any_database, worse, now=NOW, limit=10) == 0
    assert renew_drafts(any_database, Dictionary(SECOND, made("Оскол")), now=NOW, limit=10) == 1
    assert [form.text for form in oskil(any_database)] == ["Оскол"]


def test_a_limit_renews_some_now_and_the_others_in_the_next_run(database: Database) -> None:
    with database.write() as session:
        for name in ("Oskil", "Kursk", "Kim Song"):
            editing.add_entity(session, name=name, type=EntityType.PLACE, **BY)
    fill_missing(database, FIRST, now=NOW)
    newer = Dictionary(SECOND, made("Оскол"))
    with database.read() as session:
        total = len(renewable_drafts(load_glossary(session)))
    runs = [renew_drafts(database, newer, now=NOW, limit=2) for _ in range(total // 2 + 1)]
    assert sum(runs) == 3
    assert len({name for name, _, _ in newer.asked}) == 3
    assert renew_drafts(database, newer, now=NOW, limit=2) == 0


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
