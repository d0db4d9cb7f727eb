"""The glossary in the database: loading, finding, and installing the starter without overruling an editor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlmodel import Session, col, select

from glossary.database import Database
from glossary.entries import Entry, EntryForm, Glossary, Relation
from glossary.history import get_change, list_changes, recorded_change, undo
from glossary.models import Entity, EntityRelation, Form
from glossary.starter import Starter
from glossary.store import (
    AmbiguousNameError,
    UnknownEntityError,
    find_entity,
    glossary_revision,
    install_starter,
    installed_starter,
    load_glossary,
    require_entity,
)
from glossary.words import EntityType, FormKind, FormStatus, Provenance, RelationKind
from translations.languages import Language

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO


def full(language: Language, text: str) -> EntryForm:
    return EntryForm(language, text, FormKind.FULL, preferred=True)


RUSSIA = Entry(
    "russia",
    EntityType.PLACE,
    "Russia",
    (full(EN, "Russia"), full(UK, "Росія"), full(RU, "Россия"), full(KO, "러시아")),
)
TUVA = Entry(
    "tuva",
    EntityType.PLACE,
    "Tuva",
    (
        full(EN, "Tuva"),
        EntryForm(EN, "Tyva", FormKind.ALIAS),
        full(UK, "Тува"),
        full(RU, "Тува"),
        full(KO, "투바"),
        EntryForm(KO, "투와", FormKind.FORBIDDEN),
    ),
    (Relation(RelationKind.PART_OF, "russia"),),
    wikidata="Q960",
    note="A republic of the Russian Federation.",
    context=("kyzyl", "кизил"),
)
NIS = Entry(
    "nis",
    EntityType.ORG,
    "National Intelligence Service",
    (full(EN, "National Intelligence Service"), EntryForm(EN, "NIS", FormKind.ACRONYM, weak=True)),
)
STARTER = Starter((RUSSIA, TUVA, NIS), "1")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        install_starter(session, STARTER, now=NOW)
        yield session


def edit(session: Session) -> object:
    return recorded_change(session, actor="editor", summary="an edit", now=NOW)


def row(session: Session, text: str, language: Language = EN) -> Form:
    return session.exec(select(Form).where(Form.text == text, Form.language == language)).one()


def upgraded(session: Session, *entries: Entry, version: str = "2") -> Glossary:
    install_starter(session, Starter(entries, version), now=NOW)
    return load_glossary(session)


def without(entry: Entry, text: str, *more: EntryForm) -> Entry:
    return replace(entry, forms=(*(form for form in entry.forms if form.text != text), *more))


def test_what_was_installed_loads_back_as_it_was(any_database: Database) -> None:
    with any_database.write() as session:
        change = install_starter(session, STARTER, now=NOW)
        assert change is not None
    with any_database.read() as session:
        assert dict(load_glossary(session).entries) == {entry.slug: entry for entry in STARTER.entries}
        assert load_glossary(session).revision == glossary_revision(session) > 0
        assert get_change(session, change).actor == "starter"


def test_installing_the_same_version_again_does_nothing(session: Session) -> None:
    before = load_glossary(session)
    assert install_starter(session, STARTER, now=NOW) is None
    assert installed_starter(session) == "1"
    assert load_glossary(session) == before
    assert len(list_changes(session)) == 1


def test_an_upgrade_without_differences_is_remembered_too(session: Session) -> None:
    revision = glossary_revision(session)
    assert install_starter(session, Starter(STARTER.entries, "2"), now=NOW) is not None
    assert installed_starter(session) == "2"
    assert glossary_revision(session) == revision
    assert install_starter(session, Starter(STARTER.entries, "2"), now=NOW) is None


def test_an_upgrade_adds_updates_and_removes_what_nobody_has_touched(session: Session) -> None:
    kyzyl = Entry(
        "kyzyl", EntityType.PLACE, "Kyzyl", (full(EN, "Kyzyl"),), (Relation(RelationKind.CAPITAL_OF, "tuva"),)
    )
    tuva = replace(
        without(TUVA, "Tuva", full(EN, "Republic of Tuva"), EntryForm(EN, "Tuva", FormKind.SHORT, weak=True)),
        name="Republic of Tuva",
        note=None,
        context=("kyzyl",),
        relations=(Relation(RelationKind.MEMBER_OF, "russia"),),
    )
    glossary = upgraded(session, RUSSIA, tuva, NIS, kyzyl)
    assert glossary["kyzyl"] == kyzyl
    assert set(glossary["tuva"].forms) == set(tuva.forms)
    assert replace(glossary["tuva"], forms=()) == replace(tuva, forms=())


def test_an_upgrade_can_move_the_preference_between_its_own_forms(session: Session) -> None:
    forms = tuple(
        replace(form, kind=FormKind.FULL, preferred=form.text == "Tyva") if form.language is EN else form
        for form in TUVA.forms
    )
    glossary = upgraded(session, RUSSIA, replace(TUVA, forms=forms), NIS)
    assert set(glossary["tuva"].forms) == set(forms)


def test_a_name_that_an_editor_changed_stays_and_the_rest_is_upgraded(session: Session) -> None:
    with edit(session):
        require_entity(session, "tuva").name = "Tyva Republic"
    glossary = upgraded(session, RUSSIA, replace(TUVA, name="Republic of Tuva", note="New."), NIS)
    assert (glossary["tuva"].name, glossary["tuva"].note) == ("Tyva Republic", "New.")


def test_a_form_that_an_editor_rejected_or_removed_does_not_come_back(session: Session) -> None:
    with edit(session):
        row(session, "Tyva").status = FormStatus.REJECTED
        session.delete(row(session, "투와", KO))
    glossary = upgraded(session, RUSSIA, replace(TUVA, note="New."), NIS)
    assert [form.status for form in glossary["tuva"].forms if form.text == "Tyva"] == [FormStatus.REJECTED]
    assert not [form for form in glossary["tuva"].forms if form.text == "투와"]


def test_an_editors_preferred_form_stays_preferred(session: Session) -> None:
    with edit(session):
        row(session, "투바", KO).preferred = False
        session.flush()
        tuva = require_entity(session, "tuva")
        assert tuva.id is not None
        session.add(
            Form(
                entity_id=tuva.id,
                language=KO,
                text="투바 공화국",
                kind=FormKind.FULL,
                preferred=True,
                provenance=Provenance.EDITOR,
                status=FormStatus.APPROVED,
                created_at=NOW,
            )
        )
    preferred = upgraded(session, RUSSIA, replace(TUVA, note="New."), NIS)["tuva"].preferred(KO)
    assert preferred is not None
    assert preferred.text == "투바 공화국"


def test_a_form_that_an_editor_made_strong_stays_strong(session: Session) -> None:
    with edit(session):
        row(session, "NIS").weak = False
    nis = without(NIS, "NIS", EntryForm(EN, "NIS", FormKind.ACRONYM, weak=True))
    assert not [form for form in upgraded(session, RUSSIA, TUVA, nis)["nis"].forms if form.weak]


def test_a_dropped_form_that_an_editor_touched_stays(session: Session) -> None:
    with edit(session):
        row(session, "Tyva").weak = True
    assert "Tyva" in [form.text for form in upgraded(session, RUSSIA, without(TUVA, "Tyva"), NIS)["tuva"].forms]


def test_a_merged_or_deleted_entity_is_not_added_again(session: Session) -> None:
    with edit(session):
        session.delete(require_entity(session, "tuva"))
    assert set(upgraded(session, RUSSIA, TUVA, NIS).entries) == {"russia", "nis"}


def test_a_relation_that_an_editor_removed_does_not_come_back(session: Session) -> None:
    with edit(session):
        session.delete(session.exec(select(EntityRelation)).one())
    assert upgraded(session, RUSSIA, replace(TUVA, note="New."), NIS)["tuva"].relations == ()


def test_a_reviewed_form_takes_over_a_machine_draft_and_its_preference(session: Session) -> None:
    with recorded_change(session, actor="filler", summary="drafts", now=NOW):
        nis = require_entity(session, "nis")
        assert nis.id is not None
        for text, preferred in (("Національна розвідка", True), ("Національна розвідувальна служба", False)):
            session.add(
                Form(
                    entity_id=nis.id,
                    language=UK,
                    text=text,
                    kind=FormKind.FULL,
                    preferred=preferred,
                    provenance=Provenance.ARGOS,
                    status=FormStatus.DRAFT,
                    model="translate-en_uk 1.9",
                    confidence=0.5,
                    created_at=NOW,
                )
            )
    reviewed = full(UK, "Національна розвідувальна служба")
    glossary = upgraded(session, RUSSIA, TUVA, replace(NIS, forms=(*NIS.forms, reviewed)))
    assert glossary["nis"].preferred(UK) == reviewed


def test_an_editors_own_entity_of_the_same_slug_is_completed_and_not_overwritten(session: Session) -> None:
    with edit(session):
        session.add(Entity(slug="kyzyl", type=EntityType.ORG, name="Kyzyl Museum", created_at=NOW))
    kyzyl = Entry("kyzyl", EntityType.PLACE, "Kyzyl", (full(EN, "Kyzyl"), full(UK, "Кизил")))
    found = upgraded(session, RUSSIA, TUVA, NIS, kyzyl)["kyzyl"]
    assert (found.type, found.name, set(found.forms)) == (EntityType.ORG, "Kyzyl Museum", set(kyzyl.forms))


def test_an_upgrade_can_be_undone_and_is_not_installed_behind_the_editors_back(session: Session) -> None:
    before = load_glossary(session).entries
    change = install_starter(session, Starter((RUSSIA, replace(TUVA, note="New."), NIS), "2"), now=NOW)
    assert change is not None
    undo(session, change, actor="editor", now=NOW)
    assert load_glossary(session).entries == before
    assert installed_starter(session) == "2"


@pytest.mark.parametrize("name", ["tuva", "TUVA", "Tuva", "Тува", "투바", "투와", " tyva "])
def test_an_entity_is_found_by_slug_name_or_any_form_in_any_case(session: Session, name: str) -> None:
    assert require_entity(session, name).slug == "tuva"


def test_what_is_not_there_is_none_or_one_sentence(session: Session) -> None:
    assert find_entity(session, "Atlantis") is None
    assert find_entity(session, "  ") is None
    with pytest.raises(UnknownEntityError, match="The glossary has no “Atlantis”"):
        require_entity(session, " Atlantis")


def test_a_strong_form_goes_before_a_weak_one_and_equals_are_told(session: Session) -> None:
    with edit(session):
        for slug in ("oil-company", "river", "service"):
            session.add(oil := Entity(slug=slug, type=EntityType.ORG, name=slug, created_at=NOW))
            session.flush()
            assert oil.id is not None
            session.add(
                Form(
                    entity_id=oil.id,
                    language=EN,
                    text="НІС",
                    kind=FormKind.ACRONYM,
                    weak=slug != "oil-company",
                    provenance=Provenance.EDITOR,
                    status=FormStatus.APPROVED,
                    created_at=NOW,
                )
            )
    assert require_entity(session, "НІС").slug == "oil-company"
    with edit(session):
        for form in session.exec(select(Form).where(col(Form.text) == "НІС")):
            form.weak = False
    with pytest.raises(AmbiguousNameError, match="“НІС” may be oil-company, river or service") as told:
        find_entity(session, "НІС")
    assert told.value.slugs == ("oil-company", "river", "service")
