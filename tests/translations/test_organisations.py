"""Organisations are composed from known words, or missing with the reason."""

from __future__ import annotations

import pytest

from translations.knowledge import rows
from translations.languages import Language
from translations.names import NameQuery, NameTranslator
from translations.organisations import is_acronym, organisation_forms

EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO


def composed(name: str) -> list[str | None]:
    forms = NameTranslator(None).translate([NameQuery(name, "ORG")], EN, (UK, RU, KO))[0]
    return [form.text for form in forms]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "Ministry of Emergency Situations of Belarus",
            [
                "Міністерство надзвичайних ситуацій Білорусі",
                "Министерство по чрезвычайным ситуациям Беларуси",
                "벨라루스 비상사태부",
            ],
        ),
        (
            "Korean People's Army 11th Corps",
            ["11-й корпус Корейської народної армії", "11-й корпус Корейской народной армии", "조선인민군 제11군단"],
        ),
        (
            "Lithuanian Ministry of Foreign Affairs",
            ["Міністерство закордонних справ Литви", "Министерство иностранных дел Литвы", "리투아니아 외무부"],
        ),
        (
            "Embassy of Canada in Poland",
            ["Посольство Канади у Польщі", "Посольство Канады в Польше", "폴란드 주재 캐나다 대사관"],
        ),
        (
            "National Bank of Kazakhstan",
            ["Національний банк Казахстану", "Национальный банк Казахстана", "카자흐스탄 국립은행"],
        ),
        (
            "State Tax Service of Ukraine",
            ["Державна податкова служба України", "Государственная налоговая служба Украины", "우크라이나 국세청"],
        ),
        (
            "General Staff of the Armed Forces of Russia",
            ["Генеральний штаб Збройних сил Росії", "Генеральный штаб Вооружённых сил России", "러시아군 총참모부"],
        ),
        (
            "93rd Mechanized Brigade",
            ["93-тя механізована бригада", "93-я механизированная бригада", "제93기계화여단"],
        ),
        (
            "40th Naval Infantry Brigade of the Pacific Fleet",
            [
                "40-ва бригада морської піхоти Тихоокеанського флоту",
                "40-я бригада морской пехоты Тихоокеанского флота",
                "태평양함대 제40해군보병여단",
            ],
        ),
        (
            "Sumy State University",
            ["Сумський державний університет", "Сумский государственный университет", "수미 국립대학교"],
        ),
        (
            "Odesa Regional Prosecutor's Office",
            ["Одеська обласна прокуратура", "Одесская областная прокуратура", "오데사 주 검찰청"],
        ),
        (
            "Committee on National Security",
            [
                "Комітет з питань національної безпеки",
                "Комитет по вопросам национальной безопасности",
                "국가안보위원회",
            ],
        ),
        (
            "North Korean Ministry of Defence",
            ["Міністерство оборони Північної Кореї", "Министерство обороны Северной Кореи", "북한 국방성"],
        ),
        (
            "Ukraine's Supreme Court",
            ["Верховний суд України", "Верховный суд Украины", "우크라이나 대법원"],
        ),
        (
            "Third Army Corps",
            ["Третій армійський корпус", "Третий армейский корпус", "제3군단"],
        ),
        (
            "Ministry of Culture and Tourism of Georgia",
            ["Міністерство культури та туризму Грузії", "Министерство культуры и туризма Грузии", "조지아 문화관광부"],
        ),
        (
            "Ministry of Health of North Macedonia",
            [
                "Міністерство охорони здоров'я Північної Македонії",
                "Министерство здравоохранения Северной Македонии",
                "북마케도니아 보건부",
            ],
        ),
        (
            "Consulate General of Poland in Lviv",
            [
                "Генеральне консульство Польщі у Львові",
                "Генеральное консульство Польши во Львове",
                "르비우 주재 폴란드 총영사관",
            ],
        ),
        (
            "Pecherskyi District Court of Kyiv",
            ["Печерський районний суд Києва", "Печерский районный суд Киева", "키이우 페체르스키 지방법원"],
        ),
        (
            "University of Warsaw",
            ["Варшавський університет", "Варшавский университет", "바르샤바 대학교"],
        ),
        (
            "Ghanaian Food and Drugs Agency",
            [
                "Агентство продовольства та наркотиків Гани",
                "Агентство продовольствия и наркотиков Ганы",
                "가나 식품마약청",
            ],
        ),
        (
            "Federal Agency for Fisheries of Russia",
            [
                "Федеральне агентство з рибальства Росії",
                "Федеральное агентство по рыболовству России",
                "러시아 연방수산청",
            ],
        ),
        (
            "NATO-Ukraine Council",
            ["Рада НАТО — Україна", "Совет НАТО — Украина", "나토-우크라이나 회의"],
        ),
        (
            "93rd Mechanized Brigade Kholodnyi Yar",
            [
                "93-тя механізована бригада «Холодний Яр»",
                "93-я механизированная бригада «Холодный Яр»",
                "홀로드니 야르 제93기계화여단",
            ],
        ),
        (
            "Foreign Affairs Committee of the Polish Senate",
            [
                "Комітет у закордонних справах Сенату Польщі",
                "Комитет по иностранным делам Сената Польши",
                "폴란드 상원 외무위원회",
            ],
        ),
        (
            "Ministry of Labour, Health and Social Affairs of the Republic of Cyprus",
            [
                "Міністерство праці, охорони здоров'я та соціальних справ Республіки Кіпр",
                "Министерство труда, здравоохранения и социальных дел Республики Кипр",
                "키프로스 공화국 노동보건사회부",
            ],
        ),
        (
            "US House Committee on Armed Services",
            [
                "Комітет Палати представників США з питань збройних сил",
                "Комитет Палаты представителей США по вопросам вооружённых сил",
                "미국 하원 군사위원회",
            ],
        ),
        (
            "General Staff of the Korean People's Army",
            [
                "Генеральний штаб Корейської народної армії",
                "Генеральный штаб Корейской народной армии",
                "조선인민군 총참모부",
            ],
        ),
    ],
)
def test_an_organisation_is_composed_with_the_right_cases_and_order(name: str, expected: list[str]) -> None:
    assert composed(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "Ministry of Magic",
        "Blue Heron Foundation",
        "Ministry",
        "Ministry of",
        "of Ukraine",
        "Committee of Nobody in Particular",
        "Acme Widgets Inc.",
        "Bank of Bank of Bank against War",
        "Association with Poland",
    ],
)
def test_what_cannot_be_composed_is_missing_with_the_reason(name: str) -> None:
    organisation = organisation_forms(name, EN)
    if not organisation.forms:
        assert organisation.problem
    else:
        # A bare head is a composition too; it must then be whole in all three languages.
        assert all(organisation.forms[language] for language in (UK, RU, KO))


def test_an_unknown_word_is_named_in_the_reason() -> None:
    assert "Magic" in (organisation_forms("Ministry of Magic", EN).problem or "")


@pytest.mark.parametrize("text", ["SBU", "U.N.", "KNDR", "ГРУ", "G7", "DIA", "CNBC"])
def test_acronyms_are_told(text: str) -> None:
    assert is_acronym(text)


@pytest.mark.parametrize("text", ["Kyiv", "Oh", "I", "Ri Il", "Umerov", "Ким"])
def test_names_are_no_acronyms(text: str) -> None:
    assert not is_acronym(text)


def test_a_known_acronym_has_its_own_form_and_an_unknown_one_is_missing() -> None:
    assert composed("NATO") == ["НАТО", "НАТО", "나토"]
    assert composed("IAEA") == ["МАГАТЕ", "МАГАТЭ", "IAEA"]
    assert composed("QXZT") == [None, None, None]


def test_a_phrase_that_is_no_name_is_missing_and_not_spelt_out() -> None:
    for kind in (None, "EVENT", "OTHER"):
        form = NameTranslator(None).translate([NameQuery("Battle of Bakhmut", kind)], EN, (UK,))[0][0]
        assert form.status == "missing"


def test_an_organisation_in_ukrainian_is_never_respelt() -> None:
    form = NameTranslator(None).translate([NameQuery("Міністерство оборони України")], UK, (RU,))[0][0]
    assert form.status == "missing"
    assert form.problems


@pytest.mark.parametrize(
    "name",
    ["Tula Arms Works Ltd", "Hanjin Heavy Industries", "Baykar Technologies", "Harlow & Pryce", "Odesa Heavy Metals"],
)
def test_what_shows_an_organisation_is_missing_and_not_spelt_out_when_no_type_was_given(name: str) -> None:
    for form in NameTranslator(None).translate([NameQuery(name)], EN, (UK, RU, KO))[0]:
        assert form.text is None
        assert form.problems


@pytest.mark.parametrize("name", ["Joe Post", "Maria Press", "Thomas Gas"])
def test_a_person_whose_surname_is_such_a_word_stays_a_person(name: str) -> None:
    assert NameTranslator(None).translate([NameQuery(name)], EN, (UK,))[0][0].text


def test_an_acronym_with_full_stops_is_the_known_one() -> None:
    assert composed("S.B.U.") == composed("SBU")


def test_a_service_goes_before_a_town_of_the_same_letters() -> None:
    forms = NameTranslator(None).translate([NameQuery("NIS"), NameQuery("Nis")], EN, (UK,))
    assert [row[0].text for row in forms] == ["Національна розвідувальна служба", "Ніш"]


def test_a_full_name_with_its_acronym_in_brackets_is_the_full_name() -> None:
    assert composed("Accounting Chamber of Ukraine (ACU)") == composed("Accounting Chamber of Ukraine")


def test_every_word_of_the_lexicon_composes_with_a_state() -> None:
    """A row with a wrong gender or an unknown ending fails here, not in an alert."""
    for english, *_ in rows("organisations", "nouns", widths=(8,)):
        for spelling in english.split(" / "):
            organisation = organisation_forms(f"{spelling} of Latvia", EN)
            assert all(organisation.forms.get(language) for language in (UK, RU, KO)), spelling
