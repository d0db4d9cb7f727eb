"""Names of Latin orthographies are spelt by their letters, and doubtful ones are left open."""

from __future__ import annotations

import pytest

from translations.languages import Language
from translations.names import NameQuery, NameTranslator
from translations.orthographies import ORTHOGRAPHIES, orthography_of, spell

EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO


@pytest.mark.parametrize(
    ("name", "orthography"),
    [
        ("Ömer Çiğdem Yıldırım", "turkish"),
        ("Dražen Đurić", "south_slavic"),
        ("Jiří Novotný", "czech"),
        ("Gergő Szűcs", "hungarian"),
        ("Răzvan Țuțu", "romanian"),
        ("Ąžuolas Žemaitėlis", "lithuanian"),
        ("Jānis Krūmiņš", "latvian"),
        ("Zoltan Farkas", "hungarian"),  # by the given name
        ("Wojciech Brzoza", "polish"),
        ("François Dupré", None),
        ("John Smith", None),
    ],
)
def test_letters_endings_or_a_given_name_tell_the_orthography(name: str, orthography: str | None) -> None:
    assert orthography_of(name.split()) == orthography


@pytest.mark.parametrize(
    ("word", "orthography", "expected"),
    [
        ("Yıldırım", "turkish", ["Йилдирим", "Йылдырым", "일드름"]),
        ("Hacıoğlu", "turkish", ["Хаджиоглу", "Хаджыоглу", "하즈오을루"]),
        ("Đurić", "south_slavic", ["Джурич", "Джурич", "주리치"]),
        ("Ljubičić", "south_slavic", ["Любичич", "Любичич", "류비치치"]),
        ("Dvořák", "czech", ["Дворжак", "Дворжак", "드보르자크"]),
        ("Novotný", "czech", ["Новотний", "Новотный", "노보트니"]),
        ("Nagy", "hungarian", ["Надь", "Надь", "너지"]),
        ("Szegedi", "hungarian", ["Сегеді", "Сегеди", "세게디"]),
        ("Dragomirescu", "romanian", ["Драгоміреску", "Драгомиреску", "드라고미레스쿠"]),
        ("Kazlauskienė", "lithuanian", ["Казлаускене", "Казлаускене", "카즐라우스키에네"]),
        ("Ozoliņa", "latvian", ["Озоліня", "Озолиня", "오졸리냐"]),
    ],
)
def test_a_word_is_spelt_letter_for_sound(word: str, orthography: str, expected: list[str]) -> None:
    assert [spell(word, orthography, language) for language in (UK, RU, KO)] == expected


@pytest.mark.parametrize("word", ["Błaszczyk", "Wałęsa", "Trzciński"])
def test_polish_is_spelt_for_hangul_only(word: str) -> None:
    assert spell(word, "polish", KO)
    assert spell(word, "polish", UK) is None


@pytest.mark.parametrize(
    ("word", "orthography"), [("Celik", "turkish"), ("Kostunica", "south_slavic"), ("Sakic", "czech")]
)
def test_a_word_without_diacritics_whose_letters_may_be_two_is_left_open(word: str, orthography: str) -> None:
    assert spell(word, orthography, UK) is None


def test_vowel_harmony_gives_a_turkish_word_its_dotless_letters_back() -> None:
    assert spell("Altin", "turkish", RU) == "Алтын"
    assert spell("Demir", "turkish", RU) == "Демир"


@pytest.mark.parametrize("orthography", ORTHOGRAPHIES)
def test_every_letter_of_the_alphabet_is_read_or_the_word_is_open(orthography: str) -> None:
    for letter in "abdefghijklmnoprtuvz":
        form = spell(letter.upper() + "ara", orthography, KO)
        assert form is None or all("가" <= syllable <= "힣" for syllable in form)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("Salih al-Shami", "PERSON", "аш-Шамі"),
        ("Yusuf al-Masri", "PERSON", "аль-"),
    ],
)
def test_the_arabic_article_takes_the_sound_of_the_letter_after_it(name: str, kind: str, expected: str) -> None:
    form = NameTranslator(None).translate([NameQuery(name, kind)], EN, (UK,))[0][0]
    assert expected in (form.text or "")


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("Hódmezővásárhely", ["Годмезевашаргей", "Ходмезёвашархей"]),
        ("Frankfurt-on-Oder", ["Франкфурт-на-Одері", "Франкфурт-на-Одере"]),
        ("Tel Aviv", ["Тель-Авів", "Тель-Авив"]),
    ],
)
def test_a_foreign_place_is_spelt_or_joined(place: str, expected: list[str]) -> None:
    forms = NameTranslator(None).translate([NameQuery(place, "PLACE")], EN, (UK, RU))[0]
    assert [form.text for form in forms] == expected
