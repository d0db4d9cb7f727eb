"""Reading takes time that grows with the length of a text, whatever it holds. Counted in steps, not by a clock."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from functools import cache

import pytest

from glossary.dates import read_spans
from glossary.lexicon import tokenize
from glossary.matching import Matcher
from glossary.quantities import read_quantities
from glossary.starter import load_starter
from glossary.statements import read_statements
from tests.glossary.figure_reading import glossary, matcher
from translations.languages import Language

EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO
#: Three times the text takes at most so many times the steps; linear is 3, quadratic 9.
GROWTH = 4.5


@cache
def starter_matcher() -> Matcher:
    return Matcher(load_starter().glossary())


def steps(work: Callable[[], object]) -> int:
    """How many functions are called, Python's own and those in C."""
    count = 0

    def called(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def growth(work: Callable[[int], Callable[[], object]], size: int) -> float:
    work(size)()  # what is loaded once is loaded now
    return steps(work(3 * size)) / steps(work(size))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    "unit",
    [
        *("12,000 soldiers, ", "10-12 ", "1-", "1,", "1.2.", "12\t7\n", "155-mm ", "F-16 ", "(99 ", "5 of ", "twenty "),
        *("кілька сотень ", "тысяч пять ", "1만 2천 명 ", "3분의 1, ", "2025년 1월 9일 "),
    ],
)
def test_quantities_take_time_that_grows_with_the_text(language: Language, unit: str) -> None:
    assert growth(lambda times: lambda: read_quantities(unit * times, language), 60) < GROWTH


@pytest.mark.parametrize(("language", "unit"), [(KO, "2025년 1월 9일 "), (EN, "on January 9, 2025 "), (UK, "9 січня ")])
def test_days_take_time_that_grows_with_the_text(language: Language, unit: str) -> None:
    def work(times: int) -> Callable[[], object]:
        text = unit * times
        return lambda: read_spans(text, tokenize(text), language, date(2025, 1, 15))

    assert growth(work, 60) < GROWTH


@pytest.mark.parametrize(
    ("language", "unit"),
    [
        (EN, "300 North Korean soldiers were killed and "),
        (RU, "Погибли 300 солдат. "),
        (KO, "북한군 300명이 숨졌고 "),
    ],
)
def test_statements_take_time_that_grows_with_the_text(language: Language, unit: str) -> None:
    def work(times: int) -> Callable[[], object]:
        # No two numbers alike, for what is told twice is one statement.
        text = "".join(unit.replace("300", f"{number}3") for number in range(1, times))
        mentions = matcher().find(text, language)
        return lambda: read_statements(
            text, language, mentions, glossary(), published=date(2025, 1, 15), outlet="Outlet"
        )

    assert growth(work, 50) < GROWTH


@pytest.mark.parametrize(
    ("language", "unit"),
    [
        *(
            (EN, unit)
            for unit in ("Kim ", "Lee. Kim ", "Olena Kim ", "Kursk\tKyiv\n", "Georgia ", "SBU ", "U.S.", "a", " ")
        ),
        *((UK, unit) for unit in ("Кім ", "Дуда. ", "Енгельс ", "Суми ", "Білий дім ", "Кім Чен ", "Олена Буданова ")),
        *((RU, unit) for unit in ("Ким ", "в Изюме и ", "Сумы. ", "турка ")),
        *((KO, unit) for unit in ("김 ", "북한", "북한군은 ", "김정은 김 위원장 ", "수미 ")),
    ],
)
def test_names_take_time_that_grows_with_the_text(language: Language, unit: str) -> None:
    assert growth(lambda times: lambda: starter_matcher().find(unit * times, language), 100) < GROWTH


@pytest.mark.parametrize(
    ("language", "many", "one"), [(EN, "Kim ", "Putin "), (UK, "Кім ", "Путін "), (RU, "Ким ", "Путин ")]
)
def test_a_repeated_name_of_many_people_costs_little_more_than_one_persons(
    language: Language, many: str, one: str
) -> None:
    def work(name: str) -> Callable[[], object]:
        return lambda: starter_matcher().find(name * 1_000, language)

    work(many)()
    assert steps(work(many)) < 3 * steps(work(one))


def test_a_name_of_many_people_after_names_that_differ_is_weighed_once() -> None:
    def text(times: int) -> str:
        return " ".join(f"Kim {number}." for number in range(times))

    starter_matcher().find(text(10), EN)
    alike = steps(lambda: starter_matcher().find("Kim 7. " * 500, EN))
    assert steps(lambda: starter_matcher().find(text(500), EN)) < 1.5 * alike


def test_ten_megabytes_of_digits_are_read_as_nothing() -> None:
    text = "9" * 10_000_000
    for language in Language:
        assert read_quantities(text, language) == []
