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
    print(
        f"{language}: F1 {reading.f1:.3f}, measure {reading.measures:.3f}, subject {reading.subjects:.3f}, "
        f"claimant {reading.claimants:.3f}"
    )
    assert reading.f1 >= 0.95, f"F1 {reading.f1:.3f}\n{report}"
    assert reading.measures >= 0.92, f"measures {reading.measures:.3f}\n{report}"
    assert reading.subjects >= 0.9, f"subjects {reading.subjects:.3f}\n{report}"
    assert reading.claimants >= 0.9, f"claimants {reading.claimants:.3f}\n{report}"


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


@pytest.mark.parametrize(
    ("language", "text", "claimant"),
    [
        (EN, "Umerov: Russia lost 427,000 troops in 2024", "rustem-umerov"),
        (EN, "North Korea has lost 1,500 soldiers near Sudzha — HUR", "hur"),
        (UK, "Зеленський: на Курщині вбито або поранено 3800 військових КНДР", "volodymyr-zelensky"),
        (UK, "У боях загинуло близько 300 солдатів КНДР — розвідка Південної Кореї", "nis"),
        (RU, "Зеленский: в Курской области убиты или ранены 3800 солдат КНДР", "volodymyr-zelensky"),
        (RU, "ВСУ за сутки потеряли 340 военных — МО РФ", "russia-defence-ministry"),
        (KO, '젤렌스키 "북한군 3800명 사상…쿠르스크에서 전투 계속"', "volodymyr-zelensky"),
        (KO, '"북한, 8000명 추가 파병 준비" 부다노우', "kyrylo-budanov"),
    ],
)
def test_a_headline_says_who_speaks_without_a_verb(language: Language, text: str, claimant: str) -> None:
    assert {one.claimant for one in read(text, language)} == {claimant}


@pytest.mark.parametrize(
    ("language", "text", "claimant", "name"),
    [
        (
            UK,
            "КНДР втратила 4000 військових, заявив міністр оборони України Рустем Умєров.",
            "rustem-umerov",
            "Рустем Умєров",
        ),
        (UK, "Поранено 30 людей, повідомив мер Харкова Ігор Терехов.", None, "Ігор Терехов"),
        (UK, "Про загибель 300 бійців КНДР повідомила Національна розвідувальна служба.", "nis", None),
        (RU, "КНДР потеряла 4000 военных, сообщил министр обороны Андрей Белоусов.", "andrei-belousov", None),
        (RU, "О гибели 300 бойцов КНДР сообщила Национальная разведывательная служба.", "nis", None),
        (KO, "북한군 300명이 숨졌다고 북한 조선중앙통신이 보도했다.", "kcna", None),
        (KO, "존 커비 백악관 보좌관은 북한군 1000명이 죽거나 다쳤다고 말했다.", "john-kirby", None),
        (KO, "자포리자에서 13명이 사망했다고 이반 페도로우 주지사가 밝혔다.", None, "이반 페도로우 주지사"),
    ],
)
def test_behind_an_office_stands_who_holds_it(
    language: Language, text: str, claimant: str | None, name: str | None
) -> None:
    said = only(text, language)
    assert said.claimant == claimant
    assert name in (None, said.claimant_name)


@pytest.mark.parametrize(
    ("language", "text", "subject"),
    [
        (EN, "The NIS estimated the number of North Korean troops in Russia at 10,000.", "north-korea"),
        (EN, "The Russian defence ministry said the enemy lost 340 troops.", "ukraine"),
        (EN, "The enemy lost 450 soldiers near the village.", None),
        (EN, "Russian forces shelled Kherson on Monday, killing two.", "ukraine"),
        (UK, "За добу ворог втратив 1500 осіб, повідомляє Генштаб ЗСУ.", "russia"),
        (UK, "Втрати противника за тиждень склали 450 осіб.", None),
        (UK, "Російські війська обстріляли Херсон, загинули двоє.", "ukraine"),
        (RU, "Противник потерял 1500 человек, сообщает Генштаб ВСУ.", "russia"),
        (RU, "За полгода в Курской области россияне потеряли почти 40 тысяч военных.", "russia"),
        (RU, "Ежедневно Россия теряет убитыми и ранеными не менее тысячи солдат.", "russia"),
        (KO, "적군은 지난 하루 450명의 병력을 잃었다.", None),
        (KO, "자포리자에서 러시아군의 공습으로 최소 13명이 사망했다.", "ukraine"),
        (KO, "북한에서 온 병사 50여 명이 쿠르스크에서 실종됐다.", "north-korea"),
    ],
)
def test_neither_the_speaker_nor_the_striker_is_counted(language: Language, text: str, subject: str | None) -> None:
    counted = [one.subject for one in read(text, language) if one.quantity.unit == "people"]
    assert counted == [subject]


@pytest.mark.parametrize(
    ("language", "text", "subject"),
    [
        (EN, "Air defences shot down 12 drones overnight, the Russian Defence Ministry said.", None),
        (EN, "Moscow hit Ukraine with 188 drones overnight; 76 of the drones were downed.", "russia"),
        (UK, "Збито 61 із 93 «шахедів», які запустила Росія.", "russia"),
        (RU, "Российская ПВО перехватила 44 украинских беспилотника, в том числе 20 над Курской областью.", "ukraine"),
        (KO, "우크라이나 공군은 러시아가 발사한 샤헤드 93대 중 61대를 격추했다고 밝혔다.", "russia"),
    ],
)
def test_weapons_belong_to_who_fired_them_and_not_to_who_shot_them_down(
    language: Language, text: str, subject: str | None
) -> None:
    assert {one.subject for one in read(text, language)} == {subject}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (EN, "Pyongyang has sent 12,000 troops to Russia. Ukraine said it had killed 300 of them."),
        (UK, "КНДР відправила до Росії 12 тисяч військових. Україна заявляє, що знищила 300 із них."),
        (RU, "КНДР отправила в Россию 12 тысяч военных. Украина утверждает, что уничтожила 300 из них."),
        (KO, "북한은 러시아에 병력 1만2000명을 보냈다. 우크라이나는 이 가운데 300명을 사살했다고 주장했다."),
    ],
)
def test_of_them_is_of_whom_the_sentence_before_counted(language: Language, text: str) -> None:
    found = read(text, language)
    assert [(one.measure, one.quantity.value, one.subject, one.part) for one in found] == [
        (Measure.PERSONNEL, 12_000, "north-korea", False),
        (Measure.KILLED, 300, "north-korea", False),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (EN, "Twenty-two people were injured in Odesa, four of them children."),
        (UK, "В Одесі поранено двадцять двоє людей, серед них четверо дітей."),
        (RU, "В Одессе ранены двадцать два человека, из них четверо детей."),
        (KO, "오데사에서 어린이 4명을 포함해 22명이 다쳤다."),
    ],
)
def test_a_part_is_of_its_wholes_measure(language: Language, text: str) -> None:
    found = {one.quantity.value: (one.measure, one.part) for one in read(text, language)}
    assert found == {22: (Measure.WOUNDED, False), 4: (Measure.WOUNDED, True)}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (EN, "The number of captured Russians was revised to 700 from 594."),
        (UK, "Кількість полонених росіян переглянули до 700 із 594."),
        (RU, "Число пленных россиян пересмотрели до 700 с 594."),
    ],
)
def test_what_a_number_came_from_is_superseded(language: Language, text: str) -> None:
    found = [(one.measure, one.quantity.value, one.subject, one.superseded) for one in read(text, language)]
    assert found == [(Measure.CAPTURED, 700, "russia", False), (Measure.CAPTURED, 594, "russia", True)]


def test_captives_who_were_freed_are_of_no_figure() -> None:
    said = only("In all, 1,358 Ukrainian prisoners were returned last year.")
    assert (said.measure, said.subject, said.scope) == (Measure.CAPTURED, "ukraine", None)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (UK, "Станом на 10 січня в українському полоні перебували 27 військових КНДР."),
        (RU, "По состоянию на 10 января в украинском плену находились 27 военных КНДР."),
        (KO, "1월 10일 기준 우크라이나에 억류된 북한군 포로는 27명이다."),
    ],
)
def test_who_is_in_captivity_is_captured_as_of_its_day(language: Language, text: str) -> None:
    said = only(text, language)
    assert (said.measure, said.subject, said.as_of) == (Measure.CAPTURED, "north-korea", date(2025, 1, 10))


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
