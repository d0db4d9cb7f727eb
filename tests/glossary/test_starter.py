"""The starter glossary as it is shipped, and every way in which a wrong file is refused."""

from __future__ import annotations

import re
import time
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from glossary.entries import Entry
from glossary.errors import GlossaryError
from glossary.normalize import fold
from glossary.starter import STARTER, Starter, StarterError, load_starter
from glossary.words import EntityType, FormKind, FormStatus, Provenance, RelationKind
from translations.languages import Language

EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO


@pytest.fixture(scope="module")
def starter() -> Starter:
    return load_starter()


def texts(entry: Entry, language: Language, kind: FormKind) -> set[str]:
    return {form.text for form in entry.forms_in(language, kind)}


# The file as it is shipped


def test_the_starter_knows_the_beat(starter: Starter) -> None:
    count = Counter(entry.type for entry in starter.entries)
    assert len(starter.entries) >= 230
    assert count[EntityType.PERSON] >= 100
    assert count[EntityType.ORG] >= 80
    assert count[EntityType.PLACE] >= 150
    assert count[EntityType.EVENT] >= 5
    assert count[EntityType.OTHER] >= 5


def test_every_entity_has_one_preferred_form_in_each_language(starter: Starter) -> None:
    for entry in starter.entries:
        for language in Language:
            preferred = [form for form in entry.forms_in(language) if form.preferred]
            assert [form.kind for form in preferred] == [FormKind.FULL], (entry.slug, language)
        english = entry.preferred(EN)
        assert english is not None
        assert entry.name == english.text


def test_every_form_is_curated_and_approved(starter: Starter) -> None:
    for entry in starter.entries:
        for form in entry.forms:
            assert form.provenance is Provenance.CURATED
            assert form.status is FormStatus.APPROVED


def test_no_form_is_given_twice_to_an_entity(starter: Starter) -> None:
    for entry in starter.entries:
        for language in Language:
            surfaces = [fold(form.text) for form in entry.forms_in(language)]
            assert len(surfaces) == len(set(surfaces)), (entry.slug, language)


def test_no_latin_letter_hides_in_a_cyrillic_word(starter: Starter) -> None:
    for entry in starter.entries:
        for language in (UK, RU):
            for form in entry.forms_in(language):
                for word in re.findall(r"[^\W\d_]+", form.text):
                    scripts = {unicodedata.name(letter).split()[0] for letter in word}
                    assert len(scripts) == 1, (entry.slug, form.text)


def test_a_whole_latin_form_in_another_language_is_a_name_that_english_writes_so(starter: Starter) -> None:
    for entry in starter.entries:
        english = {form.text for form in entry.forms_in(EN)}
        for language in (UK, RU):
            for form in entry.forms_in(language):
                if re.fullmatch(r"[\x00-\x7f]+", form.text) and re.search("[A-Za-z]", form.text):
                    assert form.text in english, (entry.slug, form.text)


def test_a_weak_form_can_be_supported(starter: Starter) -> None:
    glossary = starter.glossary()
    for entry in starter.entries:
        for form in entry.forms:
            if form.weak:
                strong = any(not other.weak for other in entry.forms_in(form.language))
                assert strong or entry.context or glossary.related(entry.slug), (entry.slug, form.text)


def test_every_part_leads_up_to_something_that_is_part_of_nothing(starter: Starter) -> None:
    glossary = starter.glossary()
    assert glossary.wholes("sudzha") == {"kursk-oblast", "russia"}
    assert glossary.wholes("kramatorsk") == {"donetsk-oblast", "donbas", "ukraine"}
    assert {"sudzha", "kursk-city", "malaya-loknya"} <= glossary.parts("kursk-oblast")
    for entry in starter.entries:
        assert entry.slug not in glossary.wholes(entry.slug)


def test_every_region_of_ukraine_is_part_of_it(starter: Starter) -> None:
    oblasts = [entry for entry in starter.entries if entry.name.endswith(" Oblast")]
    ukrainian = [entry for entry in oblasts if "ukraine" in entry.targets(RelationKind.PART_OF)]
    assert len(ukrainian) == 24
    for entry in ukrainian:
        assert any(text.endswith(" область") for text in texts(entry, UK, FormKind.FULL)), entry.slug
        assert any(text.endswith("주") for text in texts(entry, KO, FormKind.FULL)), entry.slug


def test_the_services_are_named_as_agreed(starter: Starter) -> None:
    glossary = starter.glossary()
    sbu, nis = glossary["sbu"], glossary["nis"]
    assert texts(sbu, UK, FormKind.ACRONYM) == texts(sbu, RU, FormKind.ACRONYM) == {"СБУ"}
    assert texts(sbu, KO, FormKind.FULL) == {"우크라이나 보안국"}
    assert texts(nis, UK, FormKind.FULL) == {"Національна розвідувальна служба"}
    assert texts(nis, RU, FormKind.FULL) == {"Национальная разведывательная служба"}
    assert texts(nis, UK, FormKind.ACRONYM) == texts(nis, RU, FormKind.ACRONYM) == {"НРС"}
    assert texts(nis, KO, FormKind.FULL) == {"국가정보원"}
    assert texts(nis, KO, FormKind.SHORT) == {"국정원"}


def test_nis_needs_support_and_sbu_does_not(starter: Starter) -> None:
    glossary = starter.glossary()
    weak = {(slug, form.text) for slug in ("nis", "sbu") for form in glossary[slug].forms if form.weak}
    assert ("nis", "NIS") in weak
    assert ("nis", "НРС") in weak
    assert not {text for slug, text in weak if slug == "sbu"} & {"SBU", "СБУ"}


def test_bare_kursk_is_the_region_and_bare_kharkiv_is_the_city(starter: Starter) -> None:
    def owners(language: Language, text: str) -> set[str]:
        return {
            entry.slug
            for entry in starter.entries
            for form in entry.forms_in(language)
            if fold(form.text) == fold(text)
        }

    assert (
        owners(EN, "Kursk") == owners(UK, "Курськ") == owners(RU, "Курск") == owners(KO, "쿠르스크") == {"kursk-oblast"}
    )
    assert (
        owners(EN, "Kharkiv") == owners(UK, "Харків") == owners(RU, "Харьков") == owners(KO, "하르키우") == {"kharkiv"}
    )


def test_old_russian_names_of_ukrainian_cities_are_not_to_be_used_in_english_and_korean(starter: Starter) -> None:
    glossary = starter.glossary()
    for slug, english, korean in (
        ("kyiv", "Kiev", "키예프"),
        ("kharkiv", "Kharkov", "하리코프"),
        ("mykolaiv", "Nikolaev", "니콜라예프"),
        ("zaporizhzhia", "Zaporozhye", "자포로제"),
    ):
        assert english in texts(glossary[slug], EN, FormKind.FORBIDDEN)
        assert korean in texts(glossary[slug], KO, FormKind.FORBIDDEN)
        assert not texts(glossary[slug], RU, FormKind.FORBIDDEN)


def test_spellings_of_one_surname_are_all_known(starter: Starter) -> None:
    zelensky = starter.glossary()["volodymyr-zelensky"]
    written = {form.text for form in zelensky.forms_in(EN)}
    assert {"Zelensky", "Zelenskyy", "Zelenskiy", "Zelenskyi"} <= written


def test_offices_name_who_leads_them(starter: Starter) -> None:
    glossary = starter.glossary()
    assert glossary["sbu"].targets(RelationKind.AGENCY_OF) == ("ukraine",)
    assert glossary["sbu"].targets(RelationKind.LED_BY) == ("vasyl-maliuk",)
    assert set(glossary["nis"].targets(RelationKind.LED_BY)) == {"cho-tae-yong", "lee-jong-seok"}
    assert glossary["pyongyang"].targets(RelationKind.CAPITAL_OF) == ("north-korea",)


def test_the_starter_loads_well_under_a_second() -> None:
    # The time of this process alone, so that other work on the machine does not count.
    started = time.process_time()
    load_starter()
    assert time.process_time() - started < 1.0


def test_the_version_follows_the_content(tmp_path: Path, starter: Starter) -> None:
    copy = tmp_path / "copy.yaml"
    copy.write_bytes(STARTER.read_bytes())
    assert load_starter(copy).version == starter.version
    copy.write_bytes(STARTER.read_bytes() + b"# one more line\n")
    assert load_starter(copy).version != starter.version


# Files that are refused


def entity(slug: str = "sudzha", **changes: Any) -> dict[str, Any]:
    """A valid entity, with changes; a change of None leaves the key out."""
    # Names of its own in letters that Ukrainian and Russian share, and in Hangul.
    places = [ord(letter) - ord("a") for letter in slug.lower() if letter.isalpha()]
    cyrillic = "".join("абвгдежзийклмнопрстуфхцчшщ"[place] for place in places)
    hangul = "".join(chr(0xAC00 + 28 * place) for place in places)
    item: dict[str, Any] = {
        "slug": slug,
        "type": "PLACE",
        "forms": {
            "en": {"full": f"Sudzha {slug}"},
            "uk": {"full": cyrillic},
            "ru": {"full": cyrillic},
            "ko": {"full": hangul},
        },
    }
    item |= changes
    return {key: value for key, value in item.items() if value is not None}


def with_forms(language: str, slug: str = "sudzha", **kinds: Any) -> dict[str, Any]:
    """A valid entity with more forms in one language; a kind of None is left out."""
    item = entity(slug)
    forms = item["forms"][language] | kinds
    item["forms"][language] = {kind: value for kind, value in forms.items() if value is not None}
    return item


def refusal(tmp_path: Path, *items: Any) -> str:
    """What the loader says of a file of these items."""
    path = tmp_path / "starter.yaml"
    path.write_text(yaml.safe_dump(list(items), allow_unicode=True), encoding="utf-8")
    with pytest.raises(StarterError) as refused:
        load_starter(path)
    assert isinstance(refused.value, GlossaryError)
    return str(refused.value)


def test_a_valid_file_gives_entries_with_all_that_it_says(tmp_path: Path) -> None:
    item = with_forms("en", short={"text": "Sudzha", "weak": True}, alias=["Sudja", "Suja"])
    item |= {"relations": {"part_of": ["kursk"]}, "context": ["kursk", "курськ"], "note": "A town.", "wikidata": "Q1"}
    path = tmp_path / "starter.yaml"
    path.write_text(yaml.safe_dump([item, entity("kursk")], allow_unicode=True), encoding="utf-8")
    entry = load_starter(path).entries[0]
    assert entry.name == "Sudzha sudzha"
    assert entry.context == ("kursk", "курськ")
    assert (entry.note, entry.wikidata) == ("A town.", "Q1")
    assert entry.targets(RelationKind.PART_OF) == ("kursk",)
    assert [(form.text, form.kind, form.weak) for form in entry.forms_in(EN)] == [
        ("Sudzha sudzha", FormKind.FULL, False),
        ("Sudzha", FormKind.SHORT, True),
        ("Sudja", FormKind.ALIAS, False),
        ("Suja", FormKind.ALIAS, False),
    ]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (entity(population=5000), "unknown key population"),
        (entity("Sudzha Town"), "lower-case ASCII words"),
        (entity(type="TOWN"), "the type must be one of"),
        (entity(type=["PLACE"]), "the type must be one of"),
        (entity(wikidata="sudzha"), "no Wikidata id"),
        (entity(wikidata=12), "wikidata must be a text"),
        (entity(note="  A town."), "without spare spaces"),
        (entity(context=["Kursk"]), "context words are lower-case"),
        (entity(context=["kursk", "kursk"]), "a context word is given twice"),
        (entity(forms=None), "forms are given in en, uk, ru and ko"),
        (entity(forms={"en": {"full": "Sudzha"}}), "forms are given in en, uk, ru and ko"),
        (entity(relations=["kursk"]), "relations must be a mapping"),
        (entity(relations={"near": "kursk"}), "a relation is one of"),
        (entity(relations={"part_of": "kursk"}), "part_of kursk, which is no entity"),
        (with_forms("ko", full=None, short="수자"), "a full form is missing in ko"),
        (with_forms("uk", nickname="Суджа"), "unknown kind of form nickname in uk"),
        (with_forms("en", alias=[False]), "alias form in en must be a text"),
        (with_forms("en", alias={"text": "Sudja", "strong": True}), "text and weak"),
        (with_forms("en", alias={"text": "Sudja", "weak": "yes"}), "text and weak"),
        (with_forms("en", alias="S"), "too short"),
        (with_forms("en", alias=["Sudja", "SUDJA"]), "'SUDJA' is given twice in en"),
        (with_forms("en", alias="Суджа"), "another script"),
        (with_forms("ko", alias="Суджа"), "another script"),
        (with_forms("uk", alias="Судзhа"), "another script"),
        (with_forms("ru", alias="CBУ"), "another script"),
        (with_forms("uk", alias="Рыльськ"), "letter of another alphabet in 'Рыльськ'"),
        (with_forms("ru", alias="Рильськ і Київ"), "letter of another alphabet in 'і'"),
        (with_forms("ko", full="Sudzha"), "not written in the script of ko"),
        (with_forms("uk", alias=unicodedata.normalize("NFD", "Кий")), "composed Unicode"),
    ],
)
def test_a_wrong_entity_is_refused_by_name(tmp_path: Path, item: dict[str, Any], reason: str) -> None:
    message = refusal(tmp_path, item)
    assert reason in message
    assert str(item["slug"]) in message


def test_a_strong_surface_of_two_entities_is_refused_with_both_named(tmp_path: Path) -> None:
    message = refusal(tmp_path, with_forms("ru", "sudzha", alias="Слобода"), with_forms("ru", "rylsk", alias="слобода"))
    assert "'слобода' is a strong form in ru" in message
    assert "'sudzha'" in message
    assert "'rylsk'" in message


def test_spellings_that_readers_take_for_one_are_one_surface(tmp_path: Path) -> None:
    message = refusal(tmp_path, with_forms("ru", "sudzha", alias="Орёл"), with_forms("ru", "rylsk", alias="Орел"))
    assert "'Орел' is a strong form in ru of 'sudzha' too" in message


def test_a_surface_may_be_shared_where_one_is_weak_or_the_language_another(tmp_path: Path) -> None:
    river = with_forms("ru", "river", alias={"text": "Днепр", "weak": True})
    city = with_forms("ru", "city", alias="Днепр")
    town = with_forms("uk", "town", alias="Днепр")
    path = tmp_path / "starter.yaml"
    path.write_text(yaml.safe_dump([river, city, town], allow_unicode=True), encoding="utf-8")
    assert len(load_starter(path).entries) == 3


def test_a_slug_given_twice_is_refused(tmp_path: Path) -> None:
    assert "the slug is given to two entities" in refusal(tmp_path, entity(), entity())


def test_a_ring_of_parts_is_refused(tmp_path: Path) -> None:
    ring = [
        entity("sudzha", relations={"part_of": "kursk"}),
        entity("kursk", relations={"part_of": "russia"}),
        entity("russia", relations={"part_of": "sudzha"}),
    ]
    assert "part of itself" in refusal(tmp_path, *ring)


def test_a_relation_given_twice_is_refused(tmp_path: Path) -> None:
    items = [entity("sudzha", relations={"part_of": ["kursk", "kursk"]}), entity("kursk")]
    assert "a relation is given twice" in refusal(tmp_path, *items)


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "starter.yaml"
    path.write_text("- slug: sudzha\n  type: PLACE\n  type: ORG\n", encoding="utf-8")
    with pytest.raises(StarterError, match="the key 'type' is given twice"):
        load_starter(path)


@pytest.mark.parametrize("content", [b"slug: sudzha", b"- just a text", b"- {slug: [", b"\xff\xfe- slug", b""])
def test_a_file_of_another_shape_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "starter.yaml"
    path.write_bytes(content)
    with pytest.raises(StarterError):
        load_starter(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StarterError, match=r"nowhere\.yaml cannot be read"):
        load_starter(tmp_path / "nowhere.yaml")
