"""The days that an article speaks of, by which two events of one week are told apart."""

from __future__ import annotations

from datetime import date

import pytest

from bot.dates import days_named, find_dates
from translations.languages import Language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The two were captured on Saturday, the president said."),
        ("uk", "Двох узяли в полон у суботу, повідомив президент."),
        ("ru", "Двоих взяли в плен в субботу, сообщил президент."),
        ("ko", "대통령은 두 명이 토요일에 생포됐다고 밝혔다."),
    ],
)
def test_a_weekday_is_the_last_one_before_publication(language: str, text: str) -> None:
    assert days_named(text, Language(language), date(2025, 1, 13)) == {"w5", "01-11"}
    assert days_named(text, Language(language), None) == {"w5"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The two were captured on January 11."),
        ("uk", "Двох узяли в полон 11 січня."),
        ("ru", "Двоих взяли в плен 11 января."),
        ("ko", "두 명은 1월 11일 생포됐다."),
    ],
)
def test_a_date_without_a_year_is_a_day_of_the_year(language: str, text: str) -> None:
    assert days_named(text, Language(language), None) == {"01-11"}
    assert days_named(text, Language(language), date(2025, 1, 13)) == {"01-11", "w5"}


def test_the_dateline_is_not_a_day_that_the_article_speaks_of() -> None:
    text = "Monday, January 13, 2025\nKYIV, January 13, 2025 - Two were captured on January 11."
    assert days_named(text, Language.EN, None) == {"01-11"}


def test_an_impossible_date_is_left_out() -> None:
    assert list(find_dates("31 февраля 2025 года, 29 февраля 2024 года", Language.RU)) != []
    assert [said.day for said in find_dates("31 февраля 2025 года, 29 февраля 2024 года", Language.RU)] == [29]


def test_a_number_that_is_no_year_is_left_out() -> None:
    assert [said.year for said in find_dates("On 11 January 1200 soldiers marched", Language.EN)] == [None]
