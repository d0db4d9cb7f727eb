"""Numbers as they are said, in four languages: values, bounds, ranges, units, and what is no number."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary.quantities import FoundQuantity, parse_digits, read_quantities, read_quantity
from glossary.words import Bound
from tests.glossary.quantity_reading import measured, sentences
from translations.languages import Language

EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO


def only(text: str, language: Language) -> FoundQuantity:
    found = read_quantities(text, language)
    assert len(found) == 1, [one.surface for one in found]
    return found[0]


@pytest.mark.parametrize(
    ("language", "text", "value", "unit"),
    [
        (EN, "12,000 soldiers", 12_000, "people"),
        (EN, "12 000 soldiers", 12_000, "people"),
        (EN, "2.7k troops", 2_700, "people"),
        (EN, "two thousand seven hundred men", 2_700, "people"),
        (EN, "twenty-two officers", 22, "people"),
        (EN, "half a million people", 500_000, "people"),
        (EN, "two and a half million people", 2_500_000, "people"),
        (EN, "a hundred and fifty tanks", 150, "items"),
        (EN, "$2bn", 2e9, "USD"),
        (EN, "US$5m", 5e6, "USD"),
        (EN, "3.2 million euros", 3.2e6, "EUR"),
        (EN, "150 square miles", 388.5, "km2"),
        (EN, "40 per cent", 40, "percent"),
        (EN, "a third of the army", 33.33, "percent"),
        (EN, "a 25-year-old conscript", 25, "year"),
        (EN, "three weeks", 21, "days"),
        (UK, "12 тисяч військових", 12_000, "people"),
        (UK, "2,7 тис. військових", 2_700, "people"),
        (UK, "двоє полонених", 2, "people"),
        (UK, "півтора мільйона снарядів", 1_500_000, "items"),
        (UK, "тисяча двісті солдатів", 1_200, "people"),
        (UK, "дев'яносто п'ять осіб", 95, "people"),
        (UK, "1,5 млрд доларів", 1.5e9, "USD"),
        (UK, "40 відсотків", 40, "percent"),
        (UK, "12.000 військових", 12_000, "people"),
        (UK, "200 гектарів", 2, "km2"),
        (RU, "полторы тысячи солдат", 1_500, "people"),
        (RU, "две тысячи семьсот человек", 2_700, "people"),
        (RU, "2,7 тыс. военных", 2_700, "people"),
        (RU, "2 тысячи 700 военных", 2_700, "people"),
        (RU, "трое пленных", 3, "people"),
        (RU, "300 млн рублей", 3e8, "RUB"),
        (RU, "500 кв. км", 500, "km2"),
        (KO, "병력 1만 2천 명", 12_000, "people"),
        (KO, "북한군 1만2000명", 12_000, "people"),
        (KO, "삼백 명", 300, "people"),
        (KO, "스물두 명", 22, "people"),
        (KO, "두 병사", 2, "people"),
        (KO, "3억 달러", 3e8, "USD"),
        (KO, "2조 5천억 원", 2.5e12, "KRW"),
        (KO, "500제곱킬로미터", 500, "km2"),
        (KO, "40퍼센트", 40, "percent"),
        (KO, "전차 10대", 10, "items"),
    ],
)
def test_a_number_is_read_with_its_unit(language: Language, text: str, value: float, unit: str) -> None:
    quantity = only(text, language).quantity
    assert (quantity.value, quantity.bound, quantity.unit) == (value, Bound.EXACT, unit)


@pytest.mark.parametrize(
    ("language", "text", "bound", "low", "high"),
    [
        (EN, "some 12,000 troops", Bound.ABOUT, 10_800, 13_200),
        (EN, "nearly 500 men", Bound.ABOUT, 450, 500),
        (EN, "just over 500 men", Bound.ABOUT, 500, 550),
        (EN, "more than 11,000 troops", Bound.MORE_THAN, 11_000, None),
        (EN, "at least 1,000 troops", Bound.AT_LEAST, 1_000, None),
        (EN, "10,000 or more troops", Bound.AT_LEAST, 10_000, None),
        (EN, "as many as 12,000 troops", Bound.AT_MOST, None, 12_000),
        (EN, "up to 12,000 troops", Bound.AT_MOST, None, 12_000),
        (EN, "fewer than 100 troops", Bound.LESS_THAN, None, 100),
        (EN, "no more than 100 troops", Bound.AT_MOST, None, 100),
        (UK, "близько 300 військових", Bound.ABOUT, 270, 330),
        (UK, "близько тисячі військових", Bound.ABOUT, 900, 1_100),
        (UK, "майже 500 осіб", Bound.ABOUT, 450, 500),
        (UK, "понад 11 тис. військових", Bound.MORE_THAN, 11_000, None),
        (UK, "щонайменше 14 людей", Bound.AT_LEAST, 14, None),
        (UK, "не менше ніж 14 людей", Bound.AT_LEAST, 14, None),
        (UK, "до 12 тисяч солдатів", Bound.AT_MOST, None, 12_000),
        (UK, "менш як 50 людей", Bound.LESS_THAN, None, 50),
        (RU, "около 300 военных", Bound.ABOUT, 270, 330),
        (RU, "почти 500 человек", Bound.ABOUT, 450, 500),
        (RU, "более 11 тысяч военных", Bound.MORE_THAN, 11_000, None),
        (RU, "не менее 14 человек", Bound.AT_LEAST, 14, None),
        (RU, "до 12 тысяч солдат", Bound.AT_MOST, None, 12_000),
        (RU, "не более 50 человек", Bound.AT_MOST, None, 50),
        (RU, "300 с лишним солдат", Bound.MORE_THAN, 300, None),
        (KO, "약 300명", Bound.ABOUT, 270, 330),
        (KO, "300명가량", Bound.ABOUT, 270, 330),
        (KO, "300여 명", Bound.ABOUT, 300, 330),
        (KO, "500명 가까이", Bound.ABOUT, 450, 500),
        (KO, "1만 명 이상", Bound.AT_LEAST, 10_000, None),
        (KO, "최소 14명", Bound.AT_LEAST, 14, None),
        (KO, "1만 명이 넘는 병력", Bound.MORE_THAN, 10_000, None),
        (KO, "최대 300명", Bound.AT_MOST, None, 300),
        (KO, "50명 미만", Bound.LESS_THAN, None, 50),
        (KO, "50명 이하", Bound.AT_MOST, None, 50),
    ],
)
def test_a_bound_opens_or_widens_the_interval(
    language: Language, text: str, bound: Bound, low: float | None, high: float | None
) -> None:
    quantity = only(text, language).quantity
    assert (quantity.bound, quantity.low, quantity.high) == (bound, low, high)
    assert quantity.value is not None


@pytest.mark.parametrize(
    ("language", "text", "low", "high"),
    [
        (EN, "10,000-12,000 troops", 10_000, 12_000),
        (EN, "from 10 to 12 thousand troops", 10_000, 12_000),
        (EN, "between $2bn and $3bn", 2e9, 3e9),
        (EN, "two or three soldiers", 2, 3),
        (EN, "dozens of soldiers", 24, 99),
        (EN, "several hundred square kilometers", 200, 999),
        (EN, "several thousand troops", 2_000, 9_999),
        (EN, "tens of thousands of people", 20_000, 99_999),
        (UK, "від 10 до 12 тисяч військових", 10_000, 12_000),
        (UK, "10–12 тисяч військових", 10_000, 12_000),
        (UK, "кілька сотень солдатів", 200, 999),
        (UK, "тисячі солдатів", 2_000, 9_999),
        (UK, "десятки тисяч людей", 20_000, 99_999),
        (RU, "от 10 до 12 тысяч военных", 10_000, 12_000),
        (RU, "несколько сотен солдат", 200, 999),
        (RU, "десятки тысяч человек", 20_000, 99_999),
        (KO, "10~12명", 10, 12),
        (KO, "1만~1만2천 명", 10_000, 12_000),
        (KO, "수백 명", 200, 999),
        (KO, "수천 명", 2_000, 9_999),
        (KO, "서너 명", 3, 4),
    ],
)
def test_a_range_or_a_vague_word_is_an_interval_without_a_value(
    language: Language, text: str, low: float, high: float
) -> None:
    quantity = only(text, language).quantity
    assert (quantity.value, quantity.bound, quantity.low, quantity.high) == (None, Bound.BETWEEN, low, high)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (EN, "On January 9, 2025 at 10:30 a.m."),
        (EN, "in the spring of 2022"),
        (EN, "an F-16, a Boeing 747 and a Su-34"),
        (EN, "COVID-19"),
        (EN, "Article 5, page 14, No. 7"),
        (EN, "the 47th Brigade"),
        (EN, "10 Downing Street"),
        (EN, "call +380 44 255 76 40 or 555-1234"),
        (EN, "a 3-1 win"),
        (EN, "version 2.3.1"),
        (EN, "1,2,3,4"),
        (EN, "12,000,00 soldiers"),
        (EN, "10^400 soldiers"),
        (EN, "-5 soldiers"),
        (EN, "the 1990s"),
        (UK, "9 січня 2025 року о 10:30"),
        (UK, "47-ма бригада, стаття 5"),
        (UK, "вул. Хрещатик, 12"),
        (UK, "рахунок 3:1"),
        (RU, "9 января 2025 года в 10:30"),
        (RU, "47-я бригада, статья 5"),
        (RU, "ул. Крещатик, 12"),
        (KO, "2025년 1월 9일 오전 10시 30분"),
        (KO, "제3조 5항, 14쪽"),
        (KO, "제47여단"),
        (KO, "30대 남성"),
        (KO, "010-1234-5678"),
        (KO, "두 번째 단계"),
    ],
)
def test_what_counts_nothing_is_no_quantity(language: Language, text: str) -> None:
    assert [one.surface for one in read_quantities(text, language)] == []


@pytest.mark.parametrize("language", list(Language))
def test_labelled_sentences_are_read_as_a_person_reads_them(language: Language) -> None:
    assert sum(sentence.language is language for sentence in sentences()) >= 60
    reading = measured(language)
    assert reading.mistakes == ()
    assert reading.f1 == 1


@pytest.mark.parametrize(
    ("language", "text", "bound", "low", "high", "unit"),
    [
        # Numbers said in words, in any case.
        (UK, "між двомастами п'ятьма бійцями", Bound.EXACT, 205, 205, "people"),
        (UK, "вісімнадцятьом тисячам солдатів", Bound.EXACT, 18_000, 18_000, "people"),
        (RU, "пятьюстами шестьюдесятью солдатами", Bound.EXACT, 560, 560, "people"),
        (RU, "более тысячи двухсот человек", Bound.MORE_THAN, 1_200, None, "people"),
        (RU, "пятеро погибли", Bound.EXACT, 5, 5, "people"),
        (UK, "дев'ятеро загинули", Bound.EXACT, 9, 9, "people"),
        (EN, "half-million people", Bound.EXACT, 500_000, 500_000, "people"),
        (EN, "a million and a half people", Bound.EXACT, 1_500_000, 1_500_000, "people"),
        (EN, "a 2-million-strong army", Bound.EXACT, 2_000_000, 2_000_000, "people"),
        (KO, "5천여만 원", Bound.ABOUT, 50_000_000, 55_000_000, "KRW"),
        (KO, "1,234만5천 명", Bound.EXACT, 12_345_000, 12_345_000, "people"),
        # Digits.
        (EN, "12'000 soldiers", Bound.EXACT, 12_000, 12_000, "people"),
        (EN, "12.000 soldiers", Bound.EXACT, 12_000, 12_000, "people"),
        (EN, "12\u2009000 soldiers", Bound.EXACT, 12_000, 12_000, "people"),
        (UK, "25-ти солдатів", Bound.EXACT, 25, 25, "people"),
        (RU, "12-тысячный контингент", Bound.EXACT, 12_000, 12_000, "people"),
        # Vague numbers, composed.
        (UK, "кількома сотнями тисяч людей", Bound.BETWEEN, 200_000, 999_999, "people"),
        (RU, "пара тысяч солдат", Bound.BETWEEN, 2_000, 3_999, "people"),
        (RU, "от нескольких сотен до тысячи человек", Bound.BETWEEN, 200, 1_000, "people"),
        (EN, "a few dozen men", Bound.BETWEEN, 24, 99, "people"),
        (KO, "수십만 명", Bound.BETWEEN, 200_000, 999_999, "people"),
        # Bounds away from their number, and numbers before their noun.
        (EN, "at least a further 20 soldiers", Bound.AT_LEAST, 20, None, "people"),
        (UK, "більш ніж на 300 км", Bound.MORE_THAN, 300, None, "km"),
        (RU, "менее чем в трёх километрах", Bound.LESS_THAN, None, 3, "km"),
        (RU, "человек десять-пятнадцать", Bound.BETWEEN, 10, 15, "people"),
        (UK, "тисяч п'ять солдатів", Bound.ABOUT, 4_500, 5_500, "people"),
        (UK, "кілометрів зо два", Bound.ABOUT, 1.8, 2.2, "km"),
        (KO, "3㎞도 안 되는", Bound.LESS_THAN, None, 3, "km"),
        (KO, "900명을 넘지 않았다", Bound.AT_MOST, None, 900, "people"),
        (KO, "한 100명", Bound.ABOUT, 90, 110, "people"),
        # Shares, money, ages and times.
        (EN, "one in five of the soldiers", Bound.EXACT, 20, 20, "percent"),
        (RU, "каждый третий солдат", Bound.EXACT, 33.33, 33.33, "percent"),
        (KO, "5분의 2 이상", Bound.AT_LEAST, 40, None, "percent"),
        (EN, "85 million Norwegian kroner", Bound.EXACT, 85e6, 85e6, "NOK"),
        (RU, "10 млн швейцарских франков", Bound.EXACT, 1e7, 1e7, "CHF"),
        (KO, "100만 캐나다 달러", Bound.EXACT, 1e6, 1e6, "CAD"),
        (UK, "віком від 18 до 60 років", Bound.BETWEEN, 18, 60, "year"),
        (KO, "사흘 동안", Bound.EXACT, 3, 3, "days"),
        (RU, "полтора часа", Bound.EXACT, 0.0625, 0.0625, "days"),
        # What a number counts is a model, or stands behind another number.
        (RU, "два украинских МиГ-29", Bound.EXACT, 2, 2, "items"),
        (EN, "30 152 mm shells", Bound.EXACT, 30, 30, "items"),
    ],
)
def test_numbers_are_put_together_by_rule(
    language: Language, text: str, bound: Bound, low: float | None, high: float | None, unit: str
) -> None:
    quantity = only(text, language).quantity
    ends = [None if end is None else pytest.approx(end) for end in (low, high)]
    assert [quantity.bound, quantity.low, quantity.high, quantity.unit] == [bound, *ends, unit]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (EN, "the twenty-first century and the two hundred and first brigade"),
        (EN, "in the second half of the match"),
        (EN, "a 10-point plan and a 3-storey house"),
        (EN, "300 tonnes of shells at 900 km/h"),
        (EN, "The Group of Seven and the Five Eyes agreed"),
        (EN, "UNSCR 1718, Unit 29155."),
        (EN, "call 0 800 500 335"),
        (UK, "сорок сьома бригада дві тисячі двадцять п'ятого року"),
        (UK, "у 90-х роках, 9-поверховий будинок, чверть століття"),
        (UK, "500 тис. тонн зерна, мороз 20 градусів"),
        (RU, "двадцать пятая бригада, в половине восьмого, 2024-й год"),
        (RU, "каждый второй день"),
        (KO, "4대 2로 이겼다"),
        (KO, "포탄 100톤, 2030년, 30분에"),
    ],
)
def test_ordinals_weights_and_names_are_no_quantities(language: Language, text: str) -> None:
    assert [one.surface for one in read_quantities(text, language)] == []


@pytest.mark.parametrize(
    ("language", "text", "units"),
    [
        (EN, "Two soldiers died on Monday and five on Tuesday.", ["people", "people"]),
        (EN, "He fired 40 missiles, of which 30 were intercepted.", ["items", "items"]),
        (UK, "Збито 12 із 20 дронів.", ["items", "items"]),
        (RU, "Уничтожены 121 беспилотник, из них 37 - над Брянской областью.", ["items", "items"]),
        (EN, "Two soldiers died. 5 on Tuesday.", ["people", "none"]),
    ],
)
def test_a_part_and_a_second_number_share_the_noun(language: Language, text: str, units: list[str]) -> None:
    assert [one.quantity.unit for one in read_quantities(text, language)] == units


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        (EN, "The toll was revised to 4,700 from 3,000.", [(4_700, False), (3_000, True)]),
        (UK, "Кількість загиблих зросла до 14 з 10.", [(14, False), (10, True)]),
        (RU, "Ставку повысили с 19% до 21%.", [(19, True), (21, False)]),
    ],
)
def test_a_change_yields_both_its_ends(language: Language, text: str, values: list[tuple[float, bool]]) -> None:
    found = read_quantities(text, language)
    assert [(one.quantity.value, one.past) for one in found] == values
    assert {one.quantity.bound for one in found} == {Bound.EXACT}


BAD = [
    "1,2,3,4 soldiers",
    "12,000,00 soldiers",
    "10^400 soldiers",
    "-12--10 soldiers",
    "1.2.3.4",
    "9" * 5_000,
    "1e400 men",
]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("text", BAD)
def test_bad_input_gives_no_absurd_quantity(language: Language, text: str) -> None:
    assert all(abs(one.quantity.value or 0) <= 1e15 for one in read_quantities(text, language))
    if language is EN:
        assert read_quantities(text, language) == []


def test_the_said_unit_is_kept_beside_the_base_unit() -> None:
    quantity = only("more than 150 sq. miles of land", EN).quantity
    assert (quantity.low, quantity.unit, quantity.said, quantity.said_unit) == (388.5, "km2", "150", "sq. miles")


def test_control_over_an_area_is_no_bound() -> None:
    assert only("control over several hundred square kilometers", EN).quantity.bound is Bound.BETWEEN


def test_what_a_change_started_from_is_marked() -> None:
    found = read_quantities("The toll rose from 10 to 14 people.", EN)
    assert [(one.quantity.value, one.past) for one in found] == [(10, True), (14, False)]


@pytest.mark.parametrize("rows", ["Kursk\t12,000\t300\nSudzha\t11\t7", "12,000\n300\n1 2 3 4 5 6 7"])
def test_a_pasted_table_counts_nothing_but_does_no_harm(rows: str) -> None:
    assert all(one.quantity.unit == "none" for one in read_quantities(rows, EN))


@pytest.mark.parametrize("language", list(Language))
def test_many_nested_numbers_are_read_in_their_order(language: Language) -> None:
    found = read_quantities(" (".join(str(number) for number in range(99)), language)
    assert [one.start for one in found] == sorted(one.start for one in found)


ALPHABET = "0123456789,.-–~/:^+ \n%$€abtwo thousandtens тисячдоз삼백만천명여이상年é"


@given(st.text(ALPHABET, max_size=60), st.sampled_from(Language))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_without_error_and_without_absurdity(text: str, language: Language) -> None:
    for one in read_quantities(text, language):
        quantity = one.quantity
        assert text[one.start : one.end] == one.surface
        ends = [end for end in (quantity.low, quantity.high) if end is not None]
        assert ends
        assert all(0 <= end <= 1e15 and math.isfinite(end) for end in ends)
        assert quantity.low is None or quantity.high is None or quantity.low <= quantity.high


@pytest.mark.parametrize(
    ("written", "group", "decimal", "value"),
    [
        ("12,000", ",", ".", 12_000.0),
        ("12,00", ",", ".", None),
        ("1,234,567.5", ",", ".", 1_234_567.5),
        ("12,000", ".", ",", 12_000.0),
        ("2,75", ".", ",", 2.75),
        ("12.000", ".", ",", 12_000.0),
        ("1.2.3", ",", ".", None),
        ("9" * 30, ",", ".", None),
    ],
)
def test_grouping_is_read_or_refused(written: str, group: str, decimal: str, value: float | None) -> None:
    assert parse_digits(written, group, decimal) == value


@pytest.mark.parametrize(
    ("language", "typed", "value", "low", "high"),
    [
        (Language.EN, "350", 350, 350, 350),
        (Language.UK, "близько 350", 350, 315, 385),
        (Language.RU, "более 12 тысяч", 12_000, 12_000, None),
        # A Korean number in an article has a counter; one that is asked for need not.
        (Language.KO, "350", 350, 350, 350),
        (Language.KO, "약 350", 350, 315, 385),
        (Language.KO, "1만 2천 이상", 12_000, 12_000, None),
        (Language.KO, "300~350", None, 300, 350),
        (Language.KO, "350명", 350, 350, 350),
    ],
)
def test_a_number_that_was_asked_for_is_read_with_or_without_its_unit(
    language: Language, typed: str, value: float | None, low: float | None, high: float | None
) -> None:
    quantity = read_quantity(typed, language, "people")
    assert quantity is not None
    assert (quantity.value, quantity.low, quantity.high, quantity.unit) == (value, low, high, "people")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("typed", ["", "<b>", "5 6", "много, 많이, many"])
def test_what_is_not_one_number_is_none(language: Language, typed: str) -> None:
    assert read_quantity(typed, language, "people") is None
