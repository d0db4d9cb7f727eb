"""Files in and out: nothing is lost on the way, nothing dangerous gets in, and a person is asked in between."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import defusedxml.ElementTree
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from glossary import editing
from glossary.database import Database
from glossary.entries import Entry, EntryForm, Glossary, Relation
from glossary.exchange import ExchangeError, apply_import, export_glossary, plan_import, read_glossary
from glossary.exchange.csv_format import COLUMNS, MAX_ROWS, escape, join, split, unescape
from glossary.history import list_changes, undo
from glossary.starter import Starter
from glossary.store import install_starter, load_glossary
from glossary.words import EntityType, FormKind, FormStatus, Provenance, RelationKind
from translations.languages import Language

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO
BY: dict[str, Any] = {"actor": "editor", "now": NOW}


def full(language: Language, text: str, **more: Any) -> EntryForm:
    return EntryForm(language, text, FormKind.FULL, preferred=True, **more)


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
        EntryForm(EN, "Tuvan", FormKind.ADJECTIVE),
        EntryForm(EN, "Tannu-Tuva", FormKind.FORBIDDEN),
        full(UK, "Тува"),
        full(
            KO,
            "투바",
            provenance=Provenance.ARGOS,
            status=FormStatus.DRAFT,
            model="exonym-en_ko 1.0",
            confidence=0.75,
            problems=("short",),
        ),
        EntryForm(KO, "뚜바", FormKind.ALIAS, provenance=Provenance.EDITOR, status=FormStatus.REJECTED),
    ),
    (Relation(RelationKind.PART_OF, "russia"),),
    wikidata="Q960",
    note='A republic; "Tuva" in the news.',
    context=("kyzyl", "кизил"),
)
NIS = Entry(
    "nis",
    EntityType.ORG,
    "National Intelligence Service",
    (
        full(EN, "National Intelligence Service"),
        EntryForm(EN, "NIS", FormKind.ACRONYM, weak=True),
        full(KO, "국가정보원"),
        EntryForm(KO, "국정원", FormKind.SHORT),
    ),
)
GLOSSARY = Glossary.of((RUSSIA, TUVA, NIS), 7)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def table(*rows_: dict[str, str], delimiter: str = ",") -> bytes:
    buffer = io.StringIO(newline="")
    columns = list(dict.fromkeys(column for row in rows_ for column in row))
    writer = csv.DictWriter(buffer, columns, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows_)
    return buffer.getvalue().encode()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        install_starter(session, Starter((RUSSIA, TUVA, NIS), "1"), now=NOW)
        yield session


def imported(session: Session, content: bytes, name: str = "glossary.csv") -> Glossary:
    plan = plan_import(load_glossary(session), read_glossary(content, name))
    assert [str(one) for one in plan.conflicts] == []
    apply_import(session, plan, **BY)
    return load_glossary(session)


# --- CSV -------------------------------------------------------------------------------------------------------------


def test_the_table_has_the_columns_of_the_interface() -> None:
    assert ",".join(COLUMNS) == (
        "slug,type,en,uk,ru,ko,en_short,uk_short,ru_short,ko_short,en_acronym,uk_acronym,ru_acronym,ko_acronym,"
        "en_also,uk_also,ru_also,ko_also,uk_status,ru_status,ko_status,uk_source,ru_source,ko_source,wikidata,note"
    )


def test_a_row_holds_what_a_translator_needs() -> None:
    content = export_glossary(GLOSSARY, "csv")
    assert not content.startswith(b"\xef\xbb\xbf")
    tuva, nis = rows(content)[1:]
    assert {column: cell for column, cell in tuva.items() if cell} == {
        "slug": "tuva",
        "type": "PLACE",
        "en": "Tuva",
        "uk": "Тува",
        "ko": "투바",
        "en_also": "Tyva | Tuvan",
        "uk_status": "approved",
        "ko_status": "draft",
        "uk_source": "curated",
        "ko_source": "argos",
        "wikidata": "Q960",
        "note": 'A republic; "Tuva" in the news.',
    }
    assert (nis["en_acronym"], nis["ko_short"], nis["ko_also"]) == ("NIS", "국정원", "")


def test_only_what_is_selected_is_exported() -> None:
    content = export_glossary(GLOSSARY, "csv", lambda entry: entry.type is EntityType.ORG)
    assert [row["slug"] for row in rows(content)] == ["nis"]


@pytest.mark.parametrize("cell", ["=1+1", "+7", "-3", "@x", "\tx", "\rx", "＝1", "'=1", "''@x"])
def test_a_cell_that_would_be_a_formula_is_escaped_and_comes_back(cell: str) -> None:
    assert escape(cell).startswith("'")
    assert escape(cell)[1:] == cell
    assert unescape(escape(cell)) == cell


@pytest.mark.parametrize("cell", ["'Ndrangheta", "Tuva", "", "'", "a=b"])
def test_a_harmless_cell_stays_as_it_is(cell: str) -> None:
    assert escape(cell) == unescape(cell) == cell


@settings(deadline=None)
@given(st.text(alphabet="'=+-@\t\r\n＝ax|\\ ", max_size=8))
def test_every_cell_comes_back_from_its_escape_and_is_no_formula(cell: str) -> None:
    assert unescape(escape(cell)) == cell
    assert not escape(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))


@settings(deadline=None)
@given(st.lists(st.text(alphabet="ab |\\Ї", min_size=1, max_size=6), max_size=5))
@example(["a |", "| b", "\\", "\\|", " "])
def test_lists_of_forms_come_back_whatever_is_in_them(values: list[str]) -> None:
    assert split(join(values)) == values


def test_a_list_typed_by_hand_is_read_too() -> None:
    assert split("a|b |c") == ["a", "b", "c"]
    assert len(split("|" * 50_000)) == 50_001


def test_exporting_and_importing_a_table_changes_nothing(session: Session) -> None:
    glossary = load_glossary(session)
    plan = plan_import(glossary, read_glossary(export_glossary(glossary, "csv"), "glossary.csv"))
    assert (plan.new, plan.changed, plan.unchanged, plan.conflicts) == ((), (), 3, ())


def test_an_empty_cell_means_unchanged_and_a_filled_one_is_taken(session: Session) -> None:
    before = load_glossary(session)["tuva"]
    glossary = imported(session, table({"slug": "tuva", "en": "", "ru": "Тува", "note": "", "ko_also": "투와"}))
    after = glossary["tuva"]
    assert after.preferred(RU) == full(RU, "Тува", provenance=Provenance.IMPORT)
    assert EntryForm(KO, "투와", FormKind.ALIAS, provenance=Provenance.IMPORT) in after.forms
    assert set(before.forms) < set(after.forms)
    assert (after.name, after.note, after.wikidata) == (before.name, before.note, before.wikidata)
    undo(session, list_changes(session, limit=1)[0].id, **BY)
    assert load_glossary(session)["tuva"] == before


def test_a_status_changed_in_the_table_approves_or_rejects(session: Session) -> None:
    editing.add_form(session, "nis", UK, "Національна розвідка", FormKind.FULL, **BY)
    row = {"slug": "nis", "uk": "Національна розвідка", "uk_status": "rejected"}
    plan = plan_import(load_glossary(session), read_glossary(table(row), "x.csv"))
    assert [str(one.reason) for one in plan.conflicts] == [
        "“Національна розвідка” (uk) would be preferred and yet is not to be used."
    ]
    draft = Entry("seoul", EntityType.PLACE, "Seoul", (full(EN, "Seoul"), full(KO, "서울", status=FormStatus.DRAFT)))
    imported(session, export_glossary(Glossary.of([draft]), "json"), "x.json")
    glossary = imported(session, table({"slug": "seoul", "ko": "서울", "ko_status": "approved"}))
    assert [form.status for form in glossary["seoul"].forms_in(KO)] == [FormStatus.APPROVED]


def test_a_new_name_becomes_preferred_and_the_old_one_stays(session: Session) -> None:
    after = imported(session, table({"slug": "tuva", "en": "Republic of Tuva", "uk": "Республіка Тива"}))["tuva"]
    assert (after.name, after.slug) == ("Republic of Tuva", "tuva")
    for language, text in ((EN, "Republic of Tuva"), (UK, "Республіка Тива")):
        preferred = after.preferred(language)
        assert preferred is not None
        assert preferred.text == text
    assert {"Tuva", "Тува"} <= {form.text for form in after.forms}


def test_an_entity_without_a_slug_is_found_by_its_name_or_made(session: Session) -> None:
    glossary = imported(
        session,
        table(
            {"type": "", "en": "tuva", "ru": "Тыва"},
            {"type": "place", "en": "Kyzyl", "ru": "Кызыл"},
            {"type": "", "en": "", "ru": ""},
        ),
    )
    assert [form.text for form in glossary["tuva"].forms_in(RU)] == ["Тыва"]
    assert glossary["kyzyl"].type is EntityType.PLACE


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_tables_are_read_as_spreadsheets_of_different_countries_save_them(delimiter: str, mark: bytes) -> None:
    content = mark + table({"slug": "tuva", "en": "Tuva", "uk": "Тува"}, delimiter=delimiter)
    (parsed,) = read_glossary(content, "table.csv")
    assert (parsed.slug, parsed.name, [one.form.text for one in parsed.forms]) == ("tuva", "Tuva", ["Tuva", "Тува"])


HEADER = b"slug,type,en\r\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf \n", "The file is empty"),
        ("slug,en\nтува,Тува\n".encode("cp1251"), "not UTF-8"),
        ("slug,en\n".encode("utf-16"), "not UTF-8"),
        (b"slug,en\ntu\0va,Tuva\n", "not UTF-8"),
        (b"name,price\nTuva,3\n", "must name columns"),
        (b"type,note\nPLACE,x\n", "must name columns"),
        (b"slug,slug\nx,y\n", "names a column twice"),
        (b"\x89PNG\r\n\x1a\n", "not UTF-8"),
        (HEADER + b'tuva,PLACE,"Tuva\n', "not a CSV table"),
        (HEADER + b"tuva,PLACE,Tuva,more\n", "more cells than columns"),
        (HEADER + b"tuva,PLANET,Tuva\n", "“PLANET” is none of PERSON, ORG"),
        (HEADER + b"tuva,PLACE," + b"x" * 10_001 + b"\n", "10,001 characters"),
        (HEADER + b"tuva,PLACE," + b"x" * 50_000 + b"\n", "not a CSV table: line 2 cannot be read"),
        (HEADER + b"tuva,PLACE,Tuva\n" * 100_000, f"more than {MAX_ROWS:,} rows"),
        (b"slug,en,uk_status\ntuva,Tuva,great\n", "“great” is none of draft"),
    ],
)
def test_a_bad_table_is_one_clear_sentence(content: bytes, said: str) -> None:
    with pytest.raises(ExchangeError) as told:
        read_glossary(content, "table.csv")
    assert said in str(told.value)
    assert len(str(told.value)) < 300
    assert "\n" not in str(told.value)


# --- The formats without loss ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["json", "tbx"])
def test_a_glossary_comes_back_without_loss(any_database: Database, format_: str) -> None:
    content = export_glossary(GLOSSARY, format_)
    with any_database.write() as session:
        glossary = imported(session, content, f"glossary.{format_}")
        assert dict(glossary.entries) == dict(GLOSSARY.entries)
        again = plan_import(glossary, read_glossary(content, "x"))
        assert (again.new, again.changed, again.unchanged, again.conflicts) == ((), (), 3, ())


_WORDS = {EN: "abcdefgh -'", UK: "абвгґіїє’ -", RU: "абвгдеёыэ -", KO: "가나다라마바 "}
_LETTERS = {EN: "Zz", UK: "Жж", RU: "Щщ", KO: "힣하"}


# A busy machine is no fault of the tests; each example of the database starts anew by itself.
_SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@st.composite
def _forms(draw: st.DrawFn, number: int) -> tuple[EntryForm, ...]:
    forms: dict[Any, EntryForm] = {}
    for language in Language:
        preferred = False
        for place in range(draw(st.integers(1 if language is EN else 0, 3))):
            text = draw(st.text(alphabet=_WORDS[language], max_size=6))
            # Unlike in any other entity, so that no strong form stands for two.
            text = " ".join((_LETTERS[language] + text).split()) + f"{number}-{place}"
            prefers = not preferred and (language is EN or draw(st.booleans()))
            form = EntryForm(
                language=language,
                text=text,
                kind=FormKind.FULL if prefers else draw(st.sampled_from(FormKind)),
                preferred=prefers,
                weak=draw(st.booleans()),
                provenance=draw(st.sampled_from(Provenance)),
                status=draw(st.sampled_from((FormStatus.APPROVED, FormStatus.DRAFT) if prefers else FormStatus)),
                model=draw(st.sampled_from((None, "exonym-en_uk 1.0"))),
                confidence=draw(st.none() | st.floats(0, 1)),
                problems=tuple(draw(st.lists(st.text(alphabet="ab<&\"'", max_size=4), max_size=2))),
            )
            preferred = preferred or prefers
            forms[language, form.kind, text] = form
    return tuple(forms.values())


@st.composite
def glossaries(draw: st.DrawFn) -> Glossary:
    count = draw(st.integers(0, 4))
    entries = []
    for number in range(count):
        forms = draw(_forms(number))
        # Only to earlier entities, so that part_of makes no ring.
        targets = st.builds(Relation, st.sampled_from(RelationKind), st.sampled_from([f"{n}-e" for n in range(number)]))
        note = draw(st.none() | st.text(alphabet="ab=<&>]\"'|\\ ї한", min_size=1, max_size=12))
        entries.append(
            Entry(
                slug=f"{number}-e",
                type=draw(st.sampled_from(EntityType)),
                name=next(form.text for form in forms if form.language is EN and form.preferred),
                forms=forms,
                relations=tuple(dict.fromkeys(draw(st.lists(targets, max_size=3)))) if number else (),
                wikidata=draw(st.sampled_from((None, "Q1", "Q212"))),
                note=" ".join(note.split()) or None if note else None,
                context=tuple(dict.fromkeys(draw(st.lists(st.text(alphabet="abї<&", min_size=1, max_size=3))))),
            )
        )
    return Glossary.of(entries, draw(st.integers(0, 99)))


@given(glossary=glossaries(), format_=st.sampled_from(("json", "tbx")))
@settings(max_examples=150, deadline=None, suppress_health_check=_SLOW)
def test_any_glossary_comes_back_without_loss(glossary: Glossary, format_: str) -> None:
    plan = plan_import(Glossary.of(()), read_glossary(export_glossary(glossary, format_), f"x.{format_}"))
    assert [str(one) for one in plan.conflicts] == []
    assert {one.entry.slug: one.entry for one in plan.new} == dict(glossary.entries)


@given(glossary=glossaries())
@settings(max_examples=100, deadline=None, suppress_health_check=_SLOW)
def test_any_glossary_is_unchanged_by_its_own_table(glossary: Glossary) -> None:
    plan = plan_import(glossary, read_glossary(export_glossary(glossary, "csv"), "x.csv"))
    assert (plan.new, [str(one) for one in plan.changed], plan.conflicts) == ((), [], ())
    assert plan.unchanged == len(glossary.entries)


@given(before=glossaries(), after=glossaries())
@settings(max_examples=25, deadline=None, suppress_health_check=_SLOW)
def test_what_was_planned_is_what_is_in_the_database_afterwards(
    database: Database, before: Glossary, after: Glossary
) -> None:
    with database.read() as session:  # every example starts anew: a reader's changes are rolled back
        first = plan_import(Glossary.of(()), read_glossary(export_glossary(before, "json"), "x"))
        apply_import(session, first, **BY)
        base = load_glossary(session)
        assert dict(base.entries) == dict(before.entries)
        plan = plan_import(base, read_glossary(export_glossary(after, "json"), "x"))
        apply_import(session, plan, **BY)
        expected = dict(base.entries) | {one.entry.slug: one.entry for one in (*plan.new, *plan.changed)}
        assert {slug: _unordered(entry) for slug, entry in load_glossary(session).entries.items()} == {
            slug: _unordered(entry) for slug, entry in expected.items()
        }
        if plan.new or plan.changed:
            undo(session, list_changes(session, limit=1)[0].id, **BY)
            assert dict(load_glossary(session).entries) == dict(base.entries)


def _unordered(entry: Entry) -> tuple[Any, ...]:
    return replace(entry, forms=(), relations=()), frozenset(entry.forms), frozenset(entry.relations)


def test_tbx_is_of_the_dialect_that_it_names() -> None:
    root = defusedxml.ElementTree.fromstring(export_glossary(GLOSSARY, "tbx"))
    names = {"t": "urn:iso:std:iso:30042:ed-2", "min": "http://www.tbxinfo.net/ns/min",
             "basic": "http://www.tbxinfo.net/ns/basic"}  # fmt: skip
    assert (root.tag, root.get("type"), root.get("style")) == (f"{{{names['t']}}}tbx", "TBX-Basic", "dct")
    assert root.find("t:tbxHeader/t:fileDesc/t:sourceDesc/t:p", names) is not None
    tuva = root.find("t:text/t:body/t:conceptEntry[@id='c-tuva']", names)
    assert tuva is not None
    reference = tuva.find("basic:crossReference", names)
    assert reference is not None
    assert (reference.get("target"), reference.text) == ("c-russia", "part_of")
    terms = {
        (section.get("{http://www.w3.org/XML/1998/namespace}lang"), term.findtext("t:term", namespaces=names)): (
            term.findtext("min:administrativeStatus", namespaces=names),
            term.findtext("basic:termType", namespaces=names),
        )
        for section in tuva.findall("t:langSec", names)
        for term in section.findall("t:termSec", names)
    }
    assert terms["en", "Tuva"] == ("preferredTerm-admn-sts", "fullForm")
    assert terms["en", "Tannu-Tuva"] == ("deprecatedTerm-admn-sts", "variant")
    assert terms["ko", "뚜바"][0] == "deprecatedTerm-admn-sts"


FOREIGN = """<?xml version="1.0"?>
<tbx type="TBX-Basic" style="{style}" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"
     xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic">
 <tbxHeader><fileDesc><sourceDesc><p>Elsewhere</p></sourceDesc></fileDesc></tbxHeader>
 <text><body><conceptEntry id="77"><note>A river.</note>
  <langSec xml:lang="en-GB">
   <termSec><term>Oskol</term></termSec>
   <termSec><term>Oskil</term>{preferred}</termSec>
   <termSec><term>Oskoll</term>{deprecated}</termSec></langSec>
  <langSec xml:lang="uk"><termSec><term>Оскіл</term></termSec></langSec>
  <langSec xml:lang="fr"><termSec><term>Oskil</term></termSec></langSec>
 </conceptEntry></body></text></tbx>"""
DCT = {
    "style": "dct",
    "preferred": "<min:administrativeStatus>preferredTerm-admn-sts</min:administrativeStatus>",
    "deprecated": "<min:administrativeStatus>deprecatedTerm-admn-sts</min:administrativeStatus>",
}
DCA = {
    "style": "dca",
    "preferred": '<termNote type="administrativeStatus">preferredTerm-admn-sts</termNote>',
    "deprecated": '<termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote>',
}


@pytest.mark.parametrize("style", [DCT, DCA], ids=["dct", "dca"])
def test_tbx_of_other_programs_is_read_in_both_styles(session: Session, style: dict[str, str]) -> None:
    entry = imported(session, FOREIGN.format(**style).encode(), "terms.tbx")["oskil"]
    assert (entry.name, entry.type, entry.note) == ("Oskil", EntityType.OTHER, "A river.")
    assert {(form.language, form.text, form.kind, form.preferred) for form in entry.forms} == {
        (EN, "Oskil", FormKind.FULL, True),
        (EN, "Oskol", FormKind.FULL, False),
        (EN, "Oskoll", FormKind.FORBIDDEN, False),
        (UK, "Оскіл", FormKind.FULL, True),
    }
    assert {form.provenance for form in entry.forms} == {Provenance.IMPORT}


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]><tbx>&y;</tbx>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><tbx>&x;</tbx>'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BOMB, "not accepted"),
        (OUTSIDE, "not accepted"),
        (b"<tbx><text>", "not XML"),
        (b"<martif/>", "not TBX of 2019"),
        (b'<?xml version="1.0" encoding="klingon"?><tbx/>', "not XML"),
        (FOREIGN.format(**DCT).replace('"en-GB"', '"de"').encode(), "no English term"),
        (FOREIGN.format(**DCT).replace(">Oskol<", "> <").encode(), "an empty term"),
        (FOREIGN.format(**DCT).replace("A river.", "exonym {").encode(), "is damaged"),
        (b"{", "not JSON"),
        (b"[" * 100_000, "not a CSV table"),
        (b"{" * 100_000, "not JSON"),
        (b'{"a": 1}', "not a glossary"),
        (b'{"format": "exonym-glossary", "version": 9, "entities": []}', "of version 9"),
        (b'{"format": "exonym-glossary", "version": 1, "entities": [3]}', "In entity 1"),
        (
            b'{"format": "exonym-glossary", "version": 1, "entities": [{"slug": "a", "type": "PLANET", "name": "A"}]}',
            "“PLANET” is none of",
        ),
    ],
)
def test_a_bad_document_is_one_clear_sentence(content: bytes, said: str) -> None:
    with pytest.raises(ExchangeError) as told:
        read_glossary(content, "file")
    assert said in str(told.value)
    assert len(str(told.value)) < 300


def test_a_file_too_large_and_a_format_unknown_are_refused() -> None:
    with pytest.raises(ExchangeError, match="129 MiB; 128 are the most"):
        read_glossary(b" " * (129 * 1024 * 1024), "big.csv")
    with pytest.raises(ExchangeError, match="“xlsx” is none of csv, tbx, json"):
        export_glossary(GLOSSARY, "xlsx")


# --- Conflicts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"slug": "tyva", "type": "PLACE", "en": "TUVA"}, "“TUVA” (en) already stands for tuva."),
        ({"slug": "kyzyl", "type": "", "en": "Kyzyl"}, "A new entry needs a type and an English name."),
        ({"slug": "kyzyl", "type": "PLACE", "en": ""}, "A new entry needs a type and an English name."),
        ({"slug": "Ky zyl", "type": "PLACE", "en": "Kyzyl"}, "“ky zyl” is no slug"),
        ({"slug": "", "type": "PLACE", "en": "Кызыл"}, "neither a slug nor an English name"),
        ({"slug": "tuva", "en": "", "uk": "Tuva"}, "not written in Ukrainian letters"),
        ({"slug": "tuva", "en": "", "en_also": "the"}, "common word"),
        ({"slug": "tuva", "en": "", "ko": "뚜바"}, "“뚜바” (ko) was rejected by an editor."),
        ({"slug": "tuva", "en": "Tannu-Tuva"}, "“Tannu-Tuva” (en) is a form not to use."),
        ({"slug": "tuva", "en": "", "wikidata": "960"}, "no Wikidata id"),
        ({"slug": "tuva", "en": "x" * 201}, "201 characters"),
    ],
)
def test_what_would_harm_or_contradict_an_editor_is_a_conflict(row: dict[str, str], reason: str) -> None:
    plan = plan_import(GLOSSARY, read_glossary(table(row), "x.csv"))
    assert (plan.new, plan.changed) == ((), ())
    assert len(plan.conflicts) == 1
    assert reason in str(plan.conflicts[0].reason)


def test_one_conflict_does_not_keep_the_others_out(session: Session) -> None:
    rows_ = ({"slug": "tyva", "type": "PLACE", "en": "Tuva"}, {"slug": "kyzyl", "type": "PLACE", "en": "Kyzyl"})
    plan = plan_import(load_glossary(session), read_glossary(table(*rows_, rows_[1]), "x.csv"))
    assert [str(one) for one in plan.new] == ["Kyzyl (kyzyl): new"]
    assert [str(one.where) for one in plan.conflicts] == ["row 2", "row 4"]
    apply_import(session, plan, **BY)
    assert set(load_glossary(session).entries) == {"russia", "tuva", "nis", "kyzyl"}


def test_a_name_that_a_table_cannot_call_weak_becomes_weak_where_it_would_clash() -> None:
    row = {"slug": "nis-serbia", "type": "ORG", "en": "Oil Industry of Serbia", "en_also": "Tyva"}
    plan = plan_import(GLOSSARY, read_glossary(table(row), "x.csv"))
    assert [form.weak for form in plan.new[0].entry.forms] == [False, True]
    (shared,) = plan.shared
    assert str(shared) == (
        "“Tyva” (en) stands for Oil Industry of Serbia (nis-serbia), Tuva (tuva);"
        " it is always taken for Tuva (tuva), where the form is not weak."
    )


def test_an_import_tells_only_of_the_shared_forms_that_it_brings() -> None:
    row = {"slug": "kyzyl", "type": "PLACE", "en": "Kyzyl"}
    assert plan_import(GLOSSARY, read_glossary(table(row), "x.csv")).shared == ()


def as_json(*entries: Entry) -> bytes:
    return export_glossary(Glossary.of(entries), "json")


def test_relations_point_forward_but_neither_nowhere_nor_in_a_ring() -> None:
    def entry(slug: str, *targets: str) -> Entry:
        relations = tuple(Relation(RelationKind.PART_OF, target) for target in targets)
        return Entry(slug, EntityType.PLACE, slug, (full(EN, slug),), relations)

    plan = plan_import(GLOSSARY, read_glossary(as_json(entry("kyzyl", "tannu"), entry("tannu", "tuva")), "x"))
    assert [one.entry.slug for one in plan.new] == ["kyzyl", "tannu"]
    for entries, reason in (
        ((entry("kyzyl", "atlantis"),), "no entry of the glossary: part_of: “atlantis”"),
        ((entry("kyzyl", "kyzyl"),), "related to itself"),
        ((replace(RUSSIA, relations=(Relation(RelationKind.PART_OF, "tuva"),)),), "is itself part of it"),
    ):
        plan = plan_import(GLOSSARY, read_glossary(as_json(*entries), "x"))
        assert [reason in str(one.reason) for one in plan.conflicts] == [True]
    bad = replace(entry("tannu"), wikidata="x")
    plan = plan_import(GLOSSARY, read_glossary(as_json(entry("kyzyl", "tannu"), bad), "x"))
    assert (plan.new, len(plan.conflicts)) == ((), 2)


def test_a_draft_in_an_older_export_takes_no_approval_back() -> None:
    draft = replace(TUVA, forms=tuple(replace(form, status=FormStatus.DRAFT) for form in TUVA.forms[:1]))
    plan = plan_import(GLOSSARY, read_glossary(as_json(draft), "x"))
    assert (plan.unchanged, plan.changed) == (1, ())


def test_an_edit_between_looking_and_applying_is_told_and_nothing_is_imported(session: Session) -> None:
    row = {"slug": "tuva", "type": "", "en": "", "ru": "Тува"}
    plan = plan_import(
        load_glossary(session),
        read_glossary(table({"slug": "kyzyl", "type": "PLACE", "en": "Kyzyl", "ru": ""}, row), "x.csv"),
    )
    editing.edit_entity(session, "tuva", note="Meanwhile.", **BY)
    with pytest.raises(ExchangeError, match="Tuva has changed since"):
        apply_import(session, plan, **BY)
    assert "kyzyl" not in load_glossary(session).entries


def test_an_import_is_one_change_that_can_be_undone(session: Session) -> None:
    before = load_glossary(session).entries
    kyzyl = Entry(
        "kyzyl", EntityType.PLACE, "Kyzyl", (full(EN, "Kyzyl"),), (Relation(RelationKind.CAPITAL_OF, "tuva"),)
    )
    plan = plan_import(load_glossary(session), read_glossary(as_json(kyzyl, replace(before["tuva"], note="New.")), "x"))
    assert [str(one) for one in plan.changed] == ["Tuva (tuva): note"]
    change = apply_import(session, plan, **BY)
    assert list_changes(session, limit=1)[0].summary == "Import 1 new and 1 changed entities"
    undo(session, change, **BY)
    assert load_glossary(session).entries == before


def test_exported_json_can_be_read_by_anyone() -> None:
    value = json.loads(export_glossary(GLOSSARY, "json"))
    assert value["revision"] == 7
    assert value["entities"][1]["forms"][0]["text"] == "Tuva"
    assert "Тува" in export_glossary(GLOSSARY, "json").decode()
