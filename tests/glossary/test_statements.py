"""Statements read from sentences: what is counted, of whom, where, for how long, and who says so."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary.statements import Scope, StatementDraft
from glossary.words import Bound, Measure, ScopeKind
from tests.glossary.figure_reading import PUBLISHED, measured, read, sentences
from translations.languages import Language

EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO


def only(text: str, language: Language = EN, published: date | None = PUBLISHED) -> StatementDraft:
    found = read(text, language, published)
    assert len(found) == 1, [one.surface for one in found]
    return found[0]


@pytest.mark.parametrize("language", list(Language))
def test_the_labelled_sentences_are_read(language: Language) -> None:
    labelled = [one for one in sentences() if one.language is language]
    assert len(labelled) >= 40
    assert sum(not one.labels for one in labelled) >= 10
    reading = measured(language)
    report = "\n".join(reading.mistakes)
    print(f"{language}: F1 {reading.f1:.3f}, measure {reading.measures:.3f}, subject {reading.subjects:.3f}")
    assert reading.f1 >= 0.95, f"F1 {reading.f1:.3f}\n{report}"
    assert reading.measures >= 0.92, f"measures {reading.measures:.3f}\n{report}"
    assert reading.subjects >= 0.9, f"subjects {reading.subjects:.3f}\n{report}"


@pytest.mark.parametrize(
    ("language", "text", "claimant"),
    [
        (EN, "Two North Korean soldiers were captured in Kursk, the SBU said.", "sbu"),
        (EN, "According to the NIS, 300 North Korean soldiers were killed.", "nis"),
        (EN, "Kyiv claims to have captured two North Korean soldiers.", "ukraine"),
        (EN, "Seoul estimates that 300 North Korean soldiers were killed.", "south-korea"),
        (EN, "“We captured 700 Russian soldiers,” President Volodymyr Zelensky said.", "volodymyr-zelensky"),
        (EN, "Ukraine's domestic agency, the SBU, said it had captured two Russian soldiers.", "sbu"),
        (UK, "СБУ повідомила, що взяли в полон двох північнокорейських солдатів.", "sbu"),
        (UK, "За даними ГУР, загинули 300 північнокорейських солдатів.", "hur"),
        (UK, "Загинули 300 північнокорейських солдатів, заявив Зеленський.", "volodymyr-zelensky"),
        (UK, "У Києві стверджують, що загинули 300 північнокорейських солдатів.", "ukraine"),
        (RU, "СБУ сообщила о захвате в плен двух северокорейских солдат.", "sbu"),
        (RU, "По данным ГУР, погибли 300 северокорейских солдат.", "hur"),
        (RU, "Погибли 300 северокорейских солдат, заявил Зеленский.", "volodymyr-zelensky"),
        (KO, "국정원에 따르면 북한군 300명이 사망했다.", "nis"),
        (KO, "국정원은 북한군 300명이 사망했다고 밝혔다.", "nis"),
        (KO, "북한군 300명이 사망했다고 젤렌스키 대통령이 말했다.", "volodymyr-zelensky"),
    ],
)
def test_who_says_so(language: Language, text: str, claimant: str) -> None:
    assert only(text, language).claimant == claimant


def test_a_claimant_that_is_no_entity_keeps_its_name() -> None:
    said = only("Seven Russian soldiers were killed, regional officials said.")
    assert (said.claimant, said.claimant_name) == (None, "regional officials")


def test_where_nobody_is_named_the_outlet_says_so() -> None:
    said = only("Seven Russian soldiers were killed in Kursk.")
    assert (said.claimant, said.claimant_name) == (None, "Outlet")


def test_a_pronoun_says_what_the_last_claimant_said() -> None:
    found = read("The SBU reported a raid in Kursk. It said 12 Russian soldiers had been captured.", EN)
    assert [one.claimant for one in found] == ["sbu"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (EN, "Moscow denied that 300 of its soldiers had been killed."),
        (UK, "Росія заперечує, що загинули 300 її солдатів."),
        (RU, "Россия отрицает, что погибли 300 ее солдат."),
    ],
)
def test_what_is_denied_is_not_stated(language: Language, text: str) -> None:
    assert read(text, language) == ()


@pytest.mark.parametrize(
    ("language", "text", "subject"),
    [
        (EN, "Russia lost 1,000 men in Kursk.", "russia"),
        (EN, "Ukraine killed 300 North Korean soldiers.", "north-korea"),
        (EN, "Two individuals believed to be North Korean soldiers were captured.", "north-korea"),
        (EN, "Hundreds of soldiers from North Korea were wounded.", "north-korea"),
        (EN, "North Korean troops arrived in October. More than 11,000 soldiers have been deployed.", "north-korea"),
        (EN, "North Korean forces attacked, and their losses reached 300 killed.", "north-korea"),
        (EN, "A Russian drone killed three people in Kharkiv.", "ukraine"),
        (UK, "Росія втратила 1000 солдатів.", "russia"),
        (UK, "Україна знищила 300 північнокорейських солдатів.", "north-korea"),
        (UK, "Російський дрон убив трьох людей у Харкові.", "ukraine"),
        (RU, "Россия потеряла 1000 солдат.", "russia"),
        (RU, "Российский дрон убил троих человек в Харькове.", "ukraine"),
        (KO, "러시아는 병력 1000명을 잃었다.", "russia"),
        (KO, "우크라이나군이 북한군 300명을 사살했다.", "north-korea"),
    ],
)
def test_whose_people_are_counted(language: Language, text: str, subject: str) -> None:
    assert [one.subject for one in read(text, language)] == [subject]


def test_two_parties_counted_together_leave_the_subject_open() -> None:
    assert only("About 50,000 Russian and North Korean troops are fighting in Kursk.").subject is None


def test_captured_people_are_prisoners_and_captured_land_is_area() -> None:
    found = read("Ukraine captured 594 Russian soldiers and captured 1,250 square kilometers of land.", EN)
    assert [(one.measure, one.subject) for one in found] == [(Measure.CAPTURED, "russia"), (Measure.AREA, "ukraine")]


def test_captured_villages_are_neither() -> None:
    assert read("Ukraine captured 28 settlements in Kursk.", EN) == ()


def test_killed_and_wounded_apart_are_two_statements_and_together_casualties() -> None:
    apart = read("The NIS said 300 North Korean soldiers were killed and 2,700 wounded.", EN)
    together = read("The NIS said 3,000 North Korean soldiers were killed or wounded.", EN)
    assert [one.measure for one in apart] == [Measure.KILLED, Measure.WOUNDED]
    assert [one.measure for one in together] == [Measure.CASUALTIES]


def test_a_part_of_another_number_is_marked() -> None:
    found = read("Some 12,000 North Korean soldiers, including 500 officers, are in Kursk.", EN)
    assert [(one.quantity.value, one.part) for one in found] == [(12_000, False), (500, True)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (EN, "At least 14 people were killed in Kharkiv, up from an earlier toll of 10."),
        (EN, "Revising an earlier toll of 10, officials said at least 14 people were killed in Kharkiv."),
        (UK, "Щонайменше 14 людей загинули в Харкові, раніше повідомлялося про 10."),
        (RU, "Не менее 14 человек погибли в Харькове, ранее сообщалось о 10."),
    ],
)
def test_what_the_text_takes_back_is_superseded(language: Language, text: str) -> None:
    found = {one.quantity.value: one for one in read(text, language)}
    assert {value: one.superseded for value, one in found.items()} == {14: False, 10: True}
    assert found[10].measure is found[14].measure is Measure.KILLED


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("Some 12,000 North Korean troops are deployed in Kursk.", Scope(ScopeKind.TOTAL)),
        (
            "Russia lost 1,500 soldiers over the past week.",
            Scope(ScopeKind.PERIOD, date(2025, 1, 8), date(2025, 1, 15)),
        ),
        ("Russia lost 40,000 soldiers in December.", Scope(ScopeKind.PERIOD, date(2024, 12, 1), date(2024, 12, 31))),
        ("Russia has lost 700,000 soldiers since February 2022.", Scope(ScopeKind.TOTAL)),
        ("Two people were killed in Kharkiv on Monday.", Scope(ScopeKind.EVENT, date(2025, 1, 13), date(2025, 1, 13))),
        ("Two people were killed in an attack on Kharkiv.", Scope(ScopeKind.EVENT)),
        ("Up to 30,000 more North Korean soldiers could be sent to Russia.", None),
    ],
)
def test_what_span_is_covered(text: str, scope: Scope | None) -> None:
    assert only(text).scope == scope


def test_the_day_of_saying_is_not_the_day_of_the_event() -> None:
    said = only("Zelensky said on Monday that 300 North Korean soldiers had been killed.")
    assert (said.scope, said.as_of) == (Scope(ScopeKind.TOTAL), date(2025, 1, 13))


def test_without_a_day_of_publication_relative_days_stay_unknown() -> None:
    said = only("Two people were killed in Kharkiv on Monday.", published=None)
    assert (said.scope, said.as_of) == (Scope(ScopeKind.EVENT), None)


def test_the_same_statement_told_again_is_one_and_completed() -> None:
    found = read(
        "Ukraine has captured two North Korean soldiers, the SBU said.\n"
        "The two soldiers, captured in Kursk, were brought to Kyiv.\n"
        "As prisoners of war, the two captured North Koreans get medical care.",
        EN,
    )
    assert [(one.quantity.value, one.subject, one.place, one.claimant) for one in found] == [
        (2, "north-korea", "kursk-oblast", "sbu")
    ]


def test_the_smallest_place_named_is_the_place() -> None:
    assert only("Two North Korean soldiers were captured in Russia's Kursk region.").place == "kursk-oblast"


def test_a_place_may_be_named_a_sentence_before() -> None:
    text = "Ukraine launched an incursion into the Kursk region. Its forces control 500 square kilometers in the area."
    assert [(one.place, one.subject) for one in read(text, EN)] == [("kursk-oblast", "ukraine")]


def test_a_denominator_of_its_own_keeps_a_share_from_being_a_figure() -> None:
    said = only("Russian troops have regained roughly half of the territory.")
    assert (said.measure, said.scope, said.quantity.bound) == (Measure.SHARE, None, Bound.ABOUT)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (EN, "One was born in 2005 and has been serving since 2021."),
        (UK, "Перший народився у 2005 році, служить із 2021 року."),
        (RU, "Первый родился в 2005 году и служит с 2021 года."),
        (KO, "2005년생 소총수로 2021년부터 복무했다."),
    ],
)
def test_years_of_birth_and_service_are_read_and_are_no_figure(language: Language, text: str) -> None:
    found = read(text, language)
    assert [(one.measure, one.quantity.value, one.quantity.unit, one.scope) for one in found] == [
        (Measure.BIRTH_YEAR, 2005, "year", None),
        (Measure.SINCE_YEAR, 2021, "year", None),
    ]


def test_what_was_said_earlier_is_superseded_only_where_something_newer_is_told() -> None:
    alone = read("Zelensky earlier said 3,000 North Korean soldiers had been killed.", EN)
    beside = read(
        "Zelensky said 4,000 North Korean soldiers had been killed. He earlier said that 3,000 had been killed.", EN
    )
    assert [one.superseded for one in alone] == [False]
    assert [(one.quantity.value, one.superseded) for one in beside] == [(4000, False), (3000, True)]


@pytest.mark.parametrize("language", list(Language))
def test_a_statement_stands_where_its_offsets_say(language: Language) -> None:
    text = "\n\n".join(one.text for one in sentences() if one.language is language)
    found = read(text, language)
    assert found
    for one in found:
        assert text[one.start : one.end] == one.surface
        assert one.sentence in text
        assert one.surface in one.sentence


WORDS = [
    *("300", "killed", "wounded", "North", "Korean", "soldiers", "Russia", "lost", "said", "SBU", "of", "the", "two"),
    *("12,000", "including", "за", "даними", "загинули", "солдатів", "погибли", "военных", "40", "%", "$5m", "km2"),
    *(
        "북한군",
        "300명이",
        "사망하고",
        "밝혔다",
        "국정원은",
        "last",
        "week",
        "Kursk",
        "in",
        ".",
        ",",
        "\n",
        "(",
        ")",
        "–",
    ),
]


@given(st.lists(st.sampled_from(WORDS), max_size=40), st.sampled_from(Language))
@settings(max_examples=100, deadline=None)
def test_any_order_of_words_is_read_without_error(words: list[str], language: Language) -> None:
    text = " ".join(words)
    for one in read(text, language):
        assert text[one.start : one.end] == one.surface
