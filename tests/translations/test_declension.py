"""The cases of places, adjectives, ordinals and fields of work."""

from __future__ import annotations

import pytest

from translations.declension import agree, decline_place, ordinal, russian_dative
from translations.knowledge import rows
from translations.languages import Language

UK, RU = Language.UK, Language.RU


@pytest.mark.parametrize(
    ("name", "genitive", "locative"),
    [
        ("Прага", "Праги", "Празі"),
        ("Ужгород", "Ужгорода", "Ужгороді"),
        ("Бердичів", "Бердичева", "Бердичеві"),
        ("Вишгород", "Вишгорода", "Вишгороді"),
        ("Чернівці", "Чернівців", "Чернівцях"),
        ("Покровськ", "Покровська", "Покровську"),
        ("Рівне", "Рівного", "Рівному"),
        ("Велика Новосілка", "Великої Новосілки", "Великій Новосілці"),
        ("Ростов-на-Дону", "Ростова-на-Дону", "Ростові-на-Дону"),
        ("Тбілісі", "Тбілісі", "Тбілісі"),
        ("Харківська область", "Харківської області", "Харківській області"),
    ],
)
def test_a_ukrainian_place_declines(name: str, genitive: str, locative: str) -> None:
    assert decline_place(name, UK, "genitive") == genitive
    assert decline_place(name, UK, "locative") == locative


@pytest.mark.parametrize(
    ("name", "genitive", "locative"),
    [
        ("Вена", "Вены", "Вене"),
        ("Казань", "Казани", "Казани"),
        ("Ярославль", "Ярославля", "Ярославле"),
        ("Нижний Новгород", "Нижнего Новгорода", "Нижнем Новгороде"),
        ("Северная Македония", "Северной Македонии", "Северной Македонии"),
        ("Череповец", "Череповца", "Череповце"),
        ("Приморский край", "Приморского края", "Приморском крае"),
        ("Осло", "Осло", "Осло"),
    ],
)
def test_a_russian_place_declines(name: str, genitive: str, locative: str) -> None:
    assert decline_place(name, RU, "genitive") == genitive
    assert decline_place(name, RU, "locative") == locative


def test_a_country_takes_another_ending_than_a_city() -> None:
    assert decline_place("Бутан", UK, "genitive", country=True) == "Бутану"
    assert decline_place("Донецьк", UK, "genitive") == "Донецька"


def test_a_case_that_no_ending_settles_is_empty() -> None:
    assert decline_place("Острів Святої Єлени", UK, "genitive") == ""
    assert decline_place("Кремль", RU, "genitive") == ""


@pytest.mark.parametrize(
    ("genitive", "dative"),
    [
        ("прав человека", "правам человека"),
        ("чрезвычайных ситуаций", "чрезвычайным ситуациям"),
        ("временно перемещённых лиц", "временно перемещённым лицам"),
        ("рыболовства", "рыболовству"),
        ("атомной энергии", "атомной энергии"),
        ("дел ветеранов", "делам ветеранов"),
    ],
)
def test_a_field_of_work_goes_into_the_russian_dative(genitive: str, dative: str) -> None:
    assert russian_dative(genitive) == dative


def test_every_field_of_work_of_the_file_has_a_dative() -> None:
    without = [row[2] for row in rows("organisations", "topics", widths=(5,)) if not russian_dative(row[2])]
    assert without == []


def test_adjectives_agree_in_gender_and_case() -> None:
    assert agree("внутрішній", "f", UK, "genitive") == "внутрішньої"
    assert agree("третий", "f", RU, "genitive") == "третьей"
    assert agree("воздушно-десантный", "p", RU, "genitive") == "воздушно-десантных"


def test_an_ordinal_ends_as_it_is_spoken() -> None:
    assert [ordinal(number, "f", UK) for number in (1, 2, 3, 8, 12, 40)] == [
        "1-ша",
        "2-га",
        "3-тя",
        "8-ма",
        "12-та",
        "40-ва",
    ]
    assert ordinal(5, "f", RU, "genitive") == "5-й"
