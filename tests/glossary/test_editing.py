"""What editors do: each edit is one change that can be undone, and what would harm is refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.models import Channel, Chat, Subscription
from glossary import editing
from glossary.database import Database
from glossary.editing import EditConflictError, EditRefusedError, NameTakenError
from glossary.entries import Entry, Relation
from glossary.history import glossary_revision, list_changes, recorded_change, undo
from glossary.models import Document, Entity, EntityRelation, Figure, Form, Mention, Revision, Statement
from glossary.store import UnknownEntityError, load_glossary
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
EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO
BY: dict[str, Any] = {"actor": "telegram:7", "now": NOW}


@dataclass
class Desk:
    """An editor's desk: a session with a small glossary in it."""

    session: Session

    def entry(self, slug: str) -> Entry:
        return load_glossary(self.session)[slug]

    def form(self, slug: str, language: Language, text: str) -> Form:
        query = select(Form).join(Entity, col(Entity.id) == Form.entity_id)
        return self.session.exec(query.where(Entity.slug == slug, Form.language == language, Form.text == text)).one()

    def form_id(self, slug: str, language: Language, text: str) -> int:
        found = self.form(slug, language, text).id
        assert found is not None
        return found

    def id(self, slug: str) -> int:
        found = self.session.exec(select(Entity.id).where(Entity.slug == slug)).one()
        assert found is not None
        return found

    def draft(self, slug: str, language: Language, text: str, *, preferred: bool = True) -> int:
        with recorded_change(self.session, actor="filler", summary="drafts", now=NOW):
            self.session.add(
                row := Form(
                    entity_id=self.id(slug),
                    language=language,
                    text=text,
                    kind=FormKind.FULL,
                    preferred=preferred,
                    provenance=Provenance.ARGOS,
                    status=FormStatus.DRAFT,
                    created_at=NOW,
                )
            )
        assert row.id is not None
        return row.id

    def undo_last(self) -> None:
        undo(self.session, list_changes(self.session, limit=1)[0].id, **BY)


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    with database.write() as session:
        place, org = EntityType.PLACE, EntityType.ORG
        editing.add_entity(session, name="Russia", type=place, forms={UK: "Росія", RU: "Россия", KO: "러시아"}, **BY)
        editing.add_entity(session, name="Tuva", type=place, forms={UK: "Тува", KO: "투바"}, **BY)
        editing.add_entity(session, name="National Intelligence Service", type=org, **BY)
        yield Desk(session)


def test_an_added_entity_has_a_slug_and_preferred_approved_forms(desk: Desk) -> None:
    slug = editing.add_entity(
        desk.session,
        name="  Pyongyang \n Zoo ",
        type=EntityType.ORG,
        forms={KO: "평양동물원"},
        note="A zoo.",
        wikidata="Q1",
        context=["Animals", "animals"],
        **BY,
    )
    entry = desk.entry(slug)
    assert (slug, entry.name, entry.note, entry.context) == ("pyongyang-zoo", "Pyongyang Zoo", "A zoo.", ("animals",))
    assert {(form.language, form.text) for form in entry.forms if form.preferred} == {
        (EN, "Pyongyang Zoo"),
        (KO, "평양동물원"),
    }
    assert {(form.provenance, form.status) for form in entry.forms} == {(Provenance.EDITOR, FormStatus.APPROVED)}
    desk.undo_last()
    assert slug not in load_glossary(desk.session).entries


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Łódź", "lodz"),
        ("Xi’an — Old Town", "xian-old-town"),
        ("Xi'an", "xian"),
        ("Kim Jong Un", "kim-jong-un"),
        ("Erdoğan", "erdogan"),
        ("F-16", "f-16"),
        ("x" * 300, "x" * 120),
    ],
)
def test_slugs_are_plain_words(name: str, slug: str) -> None:
    assert editing.slug_of(name) == slug


def test_a_name_without_latin_letters_makes_no_slug() -> None:
    with pytest.raises(EditRefusedError, match="no Latin letters"):
        editing.slug_of("Тува")


def test_a_slug_that_is_taken_is_numbered(desk: Desk) -> None:
    slugs = [editing.add_entity(desk.session, name="Tuva", type=EntityType.ORG, weak=True, **BY) for _ in range(2)]
    assert slugs == ["tuva-2", "tuva-3"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("   ", "is empty"),
        ("K", "single letter"),
        ("the", "common word"),
        ("x\x00y", "cannot be printed"),
        ("y" * 201, "201 characters"),
        ("Тува", "no Latin letters"),
    ],
)
def test_names_that_would_harm_are_refused_and_nothing_is_added(desk: Desk, name: str, said: str) -> None:
    before = load_glossary(desk.session)
    with pytest.raises(EditRefusedError, match=said):
        editing.add_entity(desk.session, name=name, type=EntityType.ORG, **BY)
    assert load_glossary(desk.session) == before


def test_a_strong_name_of_another_entity_is_refused_but_a_weak_one_is_not(desk: Desk) -> None:
    with pytest.raises(NameTakenError, match=r"“TUVA” \(en\) already stands for Tuva \(tuva\)") as told:
        editing.add_form(desk.session, "russia", EN, "TUVA", FormKind.ALIAS, **BY)
    assert told.value.slug == "tuva"
    editing.add_form(desk.session, "russia", EN, "TUVA", FormKind.ALIAS, weak=True, **BY)
    assert [form.weak for form in desk.entry("russia").forms if form.text == "TUVA"] == [True]


def test_an_edit_changes_what_is_given_and_leaves_the_rest(desk: Desk) -> None:
    editing.edit_entity(desk.session, "tuva", name="Tyva Republic", note="New.", context=["Кизил"], **BY)
    editing.edit_entity(desk.session, "tuva", wikidata="Q960", type=EntityType.OTHER, **BY)
    entry = desk.entry("tuva")
    assert (entry.name, entry.note, entry.wikidata, entry.type) == ("Tyva Republic", "New.", "Q960", EntityType.OTHER)
    assert entry.context == ("кизил",)
    preferred = entry.preferred(EN)
    assert preferred is not None
    assert preferred.text == "Tyva Republic"
    assert "Tuva" in [form.text for form in entry.forms_in(EN)]
    editing.edit_entity(desk.session, "tuva", note="", wikidata="", **BY)
    assert (desk.entry("tuva").note, desk.entry("tuva").wikidata) == (None, None)


def test_an_edit_that_is_refused_half_way_changes_nothing(desk: Desk) -> None:
    before = load_glossary(desk.session)
    with pytest.raises(EditRefusedError, match="no Wikidata id"):
        editing.edit_entity(desk.session, "tuva", name="Tyva", wikidata="212", **BY)
    assert load_glossary(desk.session) == before


def test_the_later_of_two_editors_is_told(desk: Desk) -> None:
    seen = glossary_revision(desk.session)
    editing.edit_entity(desk.session, "russia", note="Elsewhere.", actor="telegram:1", now=NOW)
    editing.edit_entity(desk.session, "tuva", note="First.", actor="telegram:1", now=NOW, seen=seen)
    with pytest.raises(EditConflictError, match=r"telegram:1 has changed Tuva meanwhile \(“Edit Tuva”\)"):
        editing.edit_entity(desk.session, "tuva", note="Second.", **BY, seen=seen)
    with pytest.raises(EditConflictError):
        editing.add_form(desk.session, "tuva", EN, "Tyva", FormKind.ALIAS, **BY, seen=seen)
    assert desk.entry("tuva").note == "First."


def test_the_first_full_form_of_a_language_is_preferred_and_later_ones_are_not(desk: Desk) -> None:
    editing.add_form(desk.session, "tuva", RU, "Тува", FormKind.FULL, **BY)
    editing.add_form(desk.session, "tuva", RU, "Тыва", FormKind.FULL, **BY)
    assert [(form.text, form.preferred) for form in desk.entry("tuva").forms_in(RU)] == [
        ("Тува", True),
        ("Тыва", False),
    ]


def test_a_form_that_is_there_is_not_added_twice(desk: Desk) -> None:
    with pytest.raises(EditRefusedError, match=r"Tuva has “Тува” \(uk\) already"):
        editing.add_form(desk.session, "tuva", UK, "Тува", FormKind.FULL, **BY)


def test_a_draft_that_an_editor_enters_becomes_the_editors(desk: Desk) -> None:
    form_id = desk.draft("tuva", RU, "Тува")
    assert editing.add_form(desk.session, "tuva", RU, "Тува", FormKind.FULL, **BY) == form_id
    form = desk.form("tuva", RU, "Тува")
    assert (form.provenance, form.status, form.preferred) == (Provenance.EDITOR, FormStatus.APPROVED, True)


def test_a_full_form_is_written_in_its_languages_letters(desk: Desk) -> None:
    with pytest.raises(EditRefusedError, match="“Tuva” is not written in Korean letters"):
        editing.add_form(desk.session, "tuva", KO, "Tuva", FormKind.FULL, **BY)


def test_approving_rejecting_and_approving_again(desk: Desk) -> None:
    form_id = desk.draft("tuva", RU, "Тува", preferred=False)
    editing.approve_form(desk.session, form_id, **BY)
    assert (desk.form("tuva", RU, "Тува").status, desk.form("tuva", RU, "Тува").preferred) == (
        FormStatus.APPROVED,
        True,
    )
    editing.reject_form(desk.session, form_id, **BY)
    assert desk.entry("tuva").forms_in(RU) == ()
    assert desk.entry("tuva").preferred(RU) is None
    editing.approve_form(desk.session, form_id, **BY)
    assert desk.entry("tuva").preferred(RU) is not None


def test_the_english_name_is_neither_rejected_nor_removed_nor_forbidden(desk: Desk) -> None:
    form_id = desk.form_id("tuva", EN, "Tuva")
    for edit in (editing.reject_form, editing.remove_form):
        with pytest.raises(EditRefusedError, match="“Tuva” is the English name"):
            edit(desk.session, form_id, **BY)
    with pytest.raises(EditRefusedError, match="“Tuva” is the form to use"):
        editing.forbid_form(desk.session, "tuva", EN, "Tuva", **BY)


def test_preferring_another_form_renames_in_english(desk: Desk) -> None:
    form_id = editing.add_form(desk.session, "tuva", EN, "Tyva", FormKind.ALIAS, **BY)
    editing.set_preferred(desk.session, form_id, **BY)
    assert desk.entry("tuva").name == "Tyva"
    desk.undo_last()
    assert desk.entry("tuva").name == "Tuva"


def test_a_forbidden_form_is_kept_as_such_and_never_preferred(desk: Desk) -> None:
    editing.add_form(desk.session, "tuva", KO, "투와", FormKind.ALIAS, **BY)
    first = editing.forbid_form(desk.session, "tuva", KO, "투와", **BY)
    second = editing.forbid_form(desk.session, "tuva", KO, "뚜바", **BY)
    assert [form.text for form in desk.entry("tuva").forms_in(KO, FormKind.FORBIDDEN)] == ["투와", "뚜바"]
    for form_id in (first, second):
        with pytest.raises(EditRefusedError, match="a form not to use"):
            editing.set_preferred(desk.session, form_id, **BY)


def test_a_removed_form_is_gone_and_can_be_brought_back(desk: Desk) -> None:
    editing.remove_form(desk.session, desk.form_id("tuva", KO, "투바"), **BY)
    assert desk.entry("tuva").forms_in(KO) == ()
    with pytest.raises(EditRefusedError, match="no longer in the glossary"):
        editing.approve_form(desk.session, 999, **BY)
    desk.undo_last()
    assert [form.text for form in desk.entry("tuva").forms_in(KO)] == ["투바"]


def test_relations_are_recorded_once_and_never_in_a_ring(desk: Desk) -> None:
    part = RelationKind.PART_OF
    editing.relate(desk.session, "tuva", part, "russia", **BY)
    assert desk.entry("tuva").relations == (Relation(part, "russia"),)
    for slug, target, said in (
        ("tuva", "russia", "recorded already"),
        ("tuva", "tuva", "related to itself"),
        ("russia", "tuva", "Tuva is itself part of Russia"),
    ):
        with pytest.raises(EditRefusedError, match=said):
            editing.relate(desk.session, slug, part, target, **BY)
    editing.unrelate(desk.session, "tuva", part, "russia", **BY)
    with pytest.raises(EditRefusedError, match="is not recorded"):
        editing.unrelate(desk.session, "tuva", part, "russia", **BY)
    with pytest.raises(UnknownEntityError, match="no “atlantis”"):
        editing.relate(desk.session, "atlantis", part, "russia", **BY)


# --- Merging ------------------------------------------------------------------------------------------------------


@dataclass
class Evidence:
    """An article with mentions, a figure, statements and followers of two entities that are really one."""

    figure: Figure
    statements: list[Statement]
    chats: list[Chat]


def evidence(desk: Desk, slug: str, followed: list[list[str]]) -> Evidence:
    session = desk.session
    session.add(document := Document(url="https://news.example/1", outlet="Example", language=EN, first_seen_at=NOW))
    session.flush()
    assert document.id is not None
    text = Revision(
        document_id=document.id, number=1, title="x", text="x", content_hash="0", fingerprint=b"0", retrieved_at=NOW
    )
    session.add(text)
    session.flush()
    assert text.id is not None
    about = desk.id(slug)
    session.add(
        Mention(
            revision_id=text.id,
            entity_id=about,
            surface="x",
            form_text="x",
            start=0,
            end=1,
            via=Via.EXACT,
            certain=True,
        )
    )
    figure = Figure(
        label="Troops",
        measure=Measure.PERSONNEL,
        subject_id=about,
        scope=ScopeKind.TOTAL,
        unit="people",
        opened_at=NOW,
        judged_at=NOW,
    )
    with recorded_change(session, actor="pipeline", summary="figure", now=NOW):
        session.add(figure)
    statements = [
        Statement(
            revision_id=text.id,
            figure_id=figure.id,
            measure=figure.measure,
            subject_id=about,
            place_id=about,
            claimant_id=about,
            scope=figure.scope,
            claimant_name="x",
            value=value,
            low=value,
            high=value,
            bound=Bound.EXACT,
            unit="people",
            said=str(value),
            relation=StatementRelation.FIRST,
            surface=str(value),
            start=0,
            end=1,
            sentence="x",
            recorded_at=NOW,
        )
        for value in (10.0, 20.0, 30.0)
    ]
    session.add_all(statements)
    chats = []
    for number, slugs in enumerate(followed):
        session.add(chat := Chat(channel=Channel.TELEGRAM, address=number, language=EN, created_at=NOW))
        session.flush()
        assert chat.id is not None
        session.add_all(Subscription(chat_id=chat.id, entity_id=desk.id(one), created_at=NOW) for one in slugs)
        chats.append(chat)
    session.flush()
    return Evidence(figure, statements, chats)


def contents(session: Session) -> list[str]:
    models = (Entity, Form, EntityRelation, Mention, Statement, Figure, Subscription)
    return sorted(repr(sorted(row.model_dump().items())) for model in models for row in session.exec(select(model)))


def test_a_merge_brings_everything_to_the_winner_and_is_undone_exactly(desk: Desk) -> None:
    session = desk.session
    slug = editing.add_entity(session, name="Tyva", type=EntityType.PLACE, forms={RU: "Тыва", KO: "투바 공화국"},
                              note="A republic.", wikidata="Q960", context=["kyzyl"], **BY)  # fmt: skip
    editing.relate(session, slug, RelationKind.PART_OF, "russia", **BY)
    editing.relate(session, slug, RelationKind.PART_OF, "tuva", **BY)
    seen = evidence(desk, slug, [["tuva", slug], [slug], ["tuva"]])
    before = contents(session)
    editing.merge_entities(session, slug, "tuva", **BY)
    entry = desk.entry("tuva")
    assert slug not in load_glossary(session).entries
    assert {(form.language, form.text): form.preferred for form in entry.forms} == {
        (EN, "Tuva"): True,
        (UK, "Тува"): True,
        (KO, "투바"): True,
        (EN, "Tyva"): False,
        (RU, "Тыва"): True,
        (KO, "투바 공화국"): False,
    }
    assert (entry.note, entry.wikidata, entry.context) == ("A republic.", "Q960", ("kyzyl",))
    assert entry.relations == (Relation(RelationKind.PART_OF, "russia"),)
    tuva = desk.id("tuva")
    assert session.exec(select(Mention.entity_id)).all() == [tuva]
    assert seen.figure.subject_id == tuva
    assert {(one.subject_id, one.place_id, one.claimant_id) for one in seen.statements} == {(tuva, tuva, tuva)}
    follows = session.exec(select(Subscription.chat_id, Subscription.entity_id)).all()
    assert sorted(follows) == sorted((chat.id, tuva) for chat in seen.chats)
    desk.undo_last()
    assert contents(session) == before


def test_an_entity_is_not_merged_with_itself_or_with_nothing(desk: Desk) -> None:
    with pytest.raises(EditRefusedError, match="merged with itself"):
        editing.merge_entities(desk.session, "tuva", "tuva", **BY)
    with pytest.raises(UnknownEntityError):
        editing.merge_entities(desk.session, "tuva", "atlantis", **BY)


def test_a_merge_closes_no_ring(desk: Desk) -> None:
    part, session = RelationKind.PART_OF, desk.session
    editing.add_entity(session, name="Siberia", type=EntityType.PLACE, **BY)
    editing.add_entity(session, name="Sibir", type=EntityType.PLACE, **BY)
    for slug, target in (("siberia", "russia"), ("tuva", "siberia"), ("sibir", "tuva")):
        editing.relate(session, slug, part, target, **BY)
    editing.merge_entities(session, "sibir", "siberia", **BY)
    glossary = load_glossary(session)
    assert glossary.wholes("siberia") == {"russia"}
    assert glossary.wholes("tuva") == {"siberia", "russia"}
