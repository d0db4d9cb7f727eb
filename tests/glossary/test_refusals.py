"""What is refused carries a reason that can be said in any language: the phrase, and the values that it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import Session, select

from glossary import candidates, editing
from glossary.database import Database
from glossary.deeds import Deed
from glossary.errors import RefusedError
from glossary.exchange import plan_import, read_glossary
from glossary.history import get_change, list_changes, undo
from glossary.models import Form
from glossary.refusals import Difference, Field, Place, Refusal, Row, Rows, Sharing
from glossary.store import load_glossary
from glossary.words import EntityType, FormKind, RelationKind
from translations.languages import Language
from translations.phrases import Phrase, Saying

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO
BY: dict[str, Any] = {"actor": "telegram:7", "now": NOW}


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session with two places in it, one part of the other."""
    with database.write() as session:
        editing.add_entity(session, name="Russia", type=EntityType.PLACE, forms={UK: "Росія"}, **BY)
        editing.add_entity(session, name="Tuva", type=EntityType.PLACE, forms={UK: "Тува"}, **BY)
        editing.relate(session, "tuva", RelationKind.PART_OF, "russia", **BY)
        yield session


def form_id(session: Session, text: str) -> int:
    return session.exec(select(Form.id).where(Form.text == text)).one() or 0


Edit = Callable[[Session], object]
TAKEN = {"form": "Росія", "language": UK, "name": "Russia", "slug": "russia"}
RELATION = {"name": "Tuva", "relation": RelationKind.PART_OF, "other": "Russia"}
REFUSED: list[tuple[Edit, Phrase, dict[str, object]]] = [
    (lambda s: editing.add_entity(s, name=" ", type=EntityType.ORG, **BY), Refusal.EMPTY, {"field": Field.NAME}),
    (lambda s: editing.edit_entity(s, "tuva", note="y" * 1001, **BY), Refusal.LONG,
     {"field": Field.NOTE, "n": 1001, "limit": 1000}),
    (lambda s: editing.edit_entity(s, "tuva", context=["a\x00b"], **BY), Refusal.UNPRINTABLE,
     {"field": Field.CONTEXT}),
    (lambda s: editing.edit_entity(s, "tuva", wikidata="960", **BY), Refusal.NO_WIKIDATA_ID, {"text": "960"}),
    (lambda s: editing.slug_of("Тува"), Refusal.NO_LATIN_LETTERS, {"name": "Тува"}),
    (lambda s: editing.add_form(s, "tuva", UK, "Росія", FormKind.ALIAS, **BY), Refusal.NAME_TAKEN, TAKEN),
    (lambda s: editing.add_form(s, "tuva", KO, "Tuva", FormKind.FULL, **BY), Refusal.OTHER_LETTERS,
     {"form": "Tuva", "language": "Korean"}),
    (lambda s: editing.add_form(s, "tuva", KO, "정부", FormKind.ALIAS, **BY), Refusal.COMMON_WORD, {"form": "정부"}),
    (lambda s: editing.add_form(s, "tuva", UK, "Тува", FormKind.FULL, **BY), Refusal.FORM_KNOWN,
     {"name": "Tuva", "form": "Тува", "language": UK}),
    (lambda s: editing.forbid_form(s, "tuva", UK, "Тува", **BY), Refusal.FORM_IN_USE, {"form": "Тува", "name": "Tuva"}),
    (lambda s: editing.reject_form(s, form_id(s, "Tuva"), **BY), Refusal.FORM_IS_NAME, {"form": "Tuva"}),
    (lambda s: editing.approve_form(s, 999, **BY), Refusal.FORM_GONE, {}),
    (lambda s: editing.merge_entities(s, "tuva", "tuva", **BY), Refusal.MERGED_WITH_ITSELF, {"name": "Tuva"}),
    (lambda s: editing.merge_entities(s, "tyva", "tuva", **BY), Refusal.UNKNOWN_ENTITY, {"name": "tyva"}),
    (lambda s: editing.relate(s, "tuva", RelationKind.PART_OF, "russia", **BY), Refusal.RELATION_KNOWN, RELATION),
    (lambda s: editing.relate(s, "russia", RelationKind.PART_OF, "tuva", **BY), Refusal.RING,
     {"other": "Tuva", "name": "Russia"}),
    (lambda s: editing.edit_entity(s, "tuva", note="x", seen=0, **BY), Refusal.CHANGED_MEANWHILE,
     {"actor": "telegram:7", "name": "Tuva", "summary": "Add Tuva"}),
    (lambda s: candidates.find_candidate(s, "Anton Relin"), Refusal.NO_CANDIDATE, {"name": "Anton Relin"}),
    (lambda s: candidates.find_candidate(s, "77"), Refusal.CANDIDATE_GONE, {"number": "77"}),
    (lambda s: get_change(s, "nothing"), Refusal.UNKNOWN_CHANGE, {"change": "nothing"}),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "phrase", "values"), REFUSED, ids=[phrase.name for _, phrase, _ in REFUSED])
def test_a_refusal_names_its_reason_and_its_values(
    session: Session, edit: Edit, phrase: Phrase, values: dict[str, object]
) -> None:
    with pytest.raises(RefusedError) as refused:
        edit(session)
    assert refused.value.reason == Saying(phrase, values)
    assert str(refused.value) == str(phrase.of(**values))
    assert phrase.placeholders == values.keys()


def test_an_undo_names_what_stands_in_its_way(session: Session) -> None:
    editing.add_entity(session, name="Kyzyl", type=EntityType.PLACE, **BY)
    added = list_changes(session, limit=1)[0].id
    editing.add_form(session, "kyzyl", RU, "Кызыл", FormKind.FULL, **BY)
    summary = str(Deed.ADD.of(name="Kyzyl"))
    with pytest.raises(RefusedError) as refused:
        undo(session, added, **BY)
    assert refused.value.reason == Refusal.REFERRED_TO.of(summary=summary, rows=Rows.FORM.of(number=1))
    editing.edit_entity(session, "kyzyl", note="A capital.", **BY)
    later = list_changes(session, limit=1)[0]
    with pytest.raises(RefusedError) as refused:
        undo(session, added, **BY)
    assert refused.value.reason == Refusal.CHANGED_LATER.of(
        summary=summary, row=Row.ENTITY.of(name="Kyzyl"), later=str(Deed.EDIT.of(name="Kyzyl")), actor="telegram:7",
        time="2026-03-01 12:00", change=later.id,
    )  # fmt: skip
    undo(session, later.id, **BY)
    with pytest.raises(RefusedError) as refused:
        undo(session, later.id, **BY)
    assert refused.value.reason == Refusal.UNDONE_ALREADY.of(summary=later.summary)


def test_an_import_says_what_it_changes_leaves_out_and_shares_in_sayings(session: Session) -> None:
    table = "slug,type,en,uk,en_also\ntuva,PLACE,,Тива,\nkyzyl,PLACE,Kyzyl,,Russia\ntyva,ORG,Tuva,,\n"
    plan = plan_import(load_glossary(session), read_glossary(table.encode(), "x.csv"))
    (changed,), (new,), (conflict,), (shared,) = plan.changed, plan.new, plan.conflicts, plan.shared
    what = {"form": "Тива", "language": UK}
    assert changed.differences == (Difference.ADDS.of(**what),)
    assert new.differences == (Difference.NEW.of(),)
    assert conflict.where == Place.ROW.of(number=4)
    assert conflict.reason == Refusal.FORM_TAKEN.of(form="Tuva", language=EN, slug="tuva")
    assert shared.phrase is Sharing.ONE_STRONG
    assert shared.values["owner"] == "Russia (russia)"
