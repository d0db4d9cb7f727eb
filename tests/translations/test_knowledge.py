"""The YAML files: right shapes, right scripts, no spelling with two meanings in one section."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from translations import knowledge
from translations.errors import TranslationError
from translations.hangul import is_hangul, read_person
from translations.knowledge import load
from translations.languages import Language
from translations.memory import given_names, language_name, patronymic, place, surnames

EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO

_UKRAINIAN = re.compile(r"[А-ЩЬЮЯЄІЇҐа-щьюяєіїґ'ʼ \-«»]+")
_RUSSIAN = re.compile(r"[А-яЁё \-«»]+")
_HANGUL = re.compile(r"[가-힣 ]*")


def part_rows() -> list[tuple[str, list[str]]]:
    data = load("name_parts")
    given = [(section, row[1:]) for section, rows in data["given"].items() for row in rows]
    return given + [(section, row) for section, rows in data["surnames"].items() for row in rows]


def test_there_are_more_than_six_hundred_name_parts() -> None:
    assert len(part_rows()) > 600


def test_each_form_is_written_with_the_letters_of_its_language() -> None:
    for _, row in part_rows():
        spellings, uk, ru, *ko = row
        assert re.fullmatch(r"[A-Za-zÀ-ɏḀ-ỿ'’.\- ]+", spellings), row
        assert _UKRAINIAN.fullmatch(uk), row
        assert _RUSSIAN.fullmatch(ru), row
        assert _HANGUL.fullmatch(ko[0] if ko else ""), row


def test_places_are_written_with_the_letters_of_their_language() -> None:
    data = load("places")
    for _, uk, ru, ko in [*data["places"], *data["regions"], *data["korean_provinces"]]:
        assert _UKRAINIAN.fullmatch(uk), uk
        assert _RUSSIAN.fullmatch(ru), ru
        assert _HANGUL.fullmatch(ko), ko


def test_no_place_stands_twice_in_the_list() -> None:
    spellings = Counter(name for row in load("places")["places"] for name in row[0].split(" / "))
    assert [name for name, count in spellings.items() if count > 1] == []


def test_korean_syllables_are_single_and_surnames_spelt_once() -> None:
    korean = load("korean")
    assert all(is_hangul(hangul) and len(hangul) == 1 for hangul in korean["given"]["both"].values())
    spelt = Counter(spelling for row in korean["surnames"]["both"].values() for spelling in row.split())
    assert [spelling for spelling, count in spelt.items() if count > 1] == []


def test_settled_korean_persons_are_read_from_each_of_their_spellings() -> None:
    for hangul, row in load("korean")["persons"].items():
        for spelling in row[0].split(" / "):
            assert str(read_person(spelling)) == hangul


def test_organisations_have_known_genders() -> None:
    data = load("organisations")
    assert {row[3] for row in data["nouns"]} | {row[6] for row in data["nouns"]} == {"m", "f", "n", "p"}
    assert {row[3] for row in data["topics"]} == {"m", "f", "n", "p"}
    assert {row[4] for row in data["adjectives"]} == {"head", "noun", "phrase"}


def test_every_rule_of_spelling_is_a_pattern_that_compiles() -> None:
    for name, rules in load("cyrillic").items():
        if name != "hangul":
            for pattern, replacement in rules:
                re.compile(pattern).sub(replacement, "проба")


def test_a_row_of_the_wrong_shape_is_refused_with_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge, "load", lambda name: {"places": [["Kyiv", "Київ", "Киев"]]})
    with pytest.raises(TranslationError, match=r"places\.yaml .*Kyiv"):
        knowledge.rows("places", "places", widths=(4,))


def test_a_missing_file_is_a_translation_error() -> None:
    with pytest.raises(TranslationError, match=r"nothing\.yaml"):
        load("nothing")


def test_memory_finds_by_each_language() -> None:
    for text, language in (("Kyiv", EN), ("Київ", UK), ("Киев", RU), ("키이우", KO)):
        known = place(text, language)
        assert known is not None
        assert known.forms[EN] == "Kyiv"


def test_cldr_gives_territories_cities_and_languages() -> None:
    toronto, norway = place("Toronto", EN), place("Norway", EN)
    assert toronto is not None
    assert norway is not None
    assert (toronto.source, toronto.forms[UK]) == ("cldr", "Торонто")
    assert norway.forms[KO] == "노르웨이"
    crimean = language_name("Crimean Tatar", EN)
    assert crimean is not None
    assert crimean.forms[RU] == "крымско-татарский"


def test_the_same_cyrillic_name_keeps_its_tradition() -> None:
    assert given_names("Volodymyr", EN)[0].form(KO) == "볼로디미르"
    assert given_names("Vladimir", EN)[0].form(KO) == "블라디미르"
    assert given_names("Vladimir", EN)[0].form(UK) == "Володимир"


def test_women_have_their_form_of_a_slavic_surname() -> None:
    assert surnames("Zakharova", EN)[0].form(KO) == "자하로바"
    assert surnames("Zelenska", EN)[0].form(RU) == "Зеленская"


@pytest.mark.parametrize(
    ("spelling", "uk", "ru"),
    [
        ("Oleksandrovych", "Олександрович", "Александрович"),
        ("Serhiyovych", "Сергійович", "Сергеевич"),
        ("Sergeyevich", "Сергійович", "Сергеевич"),
        ("Mykolaivna", "Миколаївна", "Николаевна"),
        ("Ilyinichna", "Іллівна", "Ильинична"),
        ("Vladimirovna", "Володимирівна", "Владимировна"),
    ],
)
def test_patronymics_are_made_from_given_names(spelling: str, uk: str, ru: str) -> None:
    part = patronymic(spelling, EN)
    assert part is not None
    assert (part.uk, part.ru) == (uk, ru)
