"""What a translated sentence must keep, by genuine packages, and what happens without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.translations.general_package import write_general_package
from translations.engine import Engine
from translations.languages import Language
from translations.packages import ensure_bundled
from translations.sentences import NameInSentence, Sentence, numbers, problems, route, translate_checked

EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO

KURSK = NameInSentence("Kursk Oblast", ("Курська область", "Курщина"))
ORIGINAL = Sentence("Some 12,500 people left Kursk Oblast within 3.5 days.", (KURSK,))


@pytest.mark.parametrize(
    "translated",
    [
        "Близько 12 500 людей виїхали з Курської області за 3,5 дня.",
        "За 3,5 дня з Курщини виїхали близько 12 500 осіб.",
    ],
)
def test_keeps_a_translation_with_the_same_numbers_and_a_known_form(translated: str) -> None:
    assert problems(ORIGINAL, translated, Language.UK) == ()


def test_a_changed_number_is_a_problem() -> None:
    (problem,) = problems(ORIGINAL, "Близько 12 000 людей виїхали з Курщини за 3,5 дня.", Language.UK)
    assert problem == "the numbers 3.5, 12500 became 3.5, 12000"


def test_a_lost_number_is_a_problem() -> None:
    assert problems(ORIGINAL, "Тисячі людей виїхали з Курщини.", Language.UK)


def test_a_name_in_an_unknown_form_is_a_problem() -> None:
    (problem,) = problems(ORIGINAL, "Близько 12 500 людей покинули Кирщину за 3,5 дня.", Language.UK)
    assert problem == "Kursk Oblast is in no form that the glossary has"


def test_a_copied_original_is_a_problem() -> None:
    assert problems(Sentence("The council met."), "The council met.", Language.KO)


def test_korean_forms_are_found_before_their_particles() -> None:
    sentence = Sentence("Two ships left Incheon.", (NameInSentence("Incheon", ("인천",)),))
    assert problems(sentence, "두 척의 배가 인천을 떠났다.", Language.KO) == ()


def test_a_name_without_a_form_in_the_language_is_no_problem() -> None:
    sentence = Sentence("The mayor of Yalova spoke.", (NameInSentence("Yalova", ()),))
    assert problems(sentence, "Выступил мэр Яловы.", Language.RU) == ()


@pytest.mark.parametrize("written", ["1,234,567", "1 234 567", "1.234.567", "1\u00a0234\u202f567", "1'234'567"])
def test_reads_thousands_however_they_are_separated(written: str) -> None:
    assert numbers(f"about {written} won", EN) == [1_234_567]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("In 2024 300 trucks crossed.", EN, [300, 2024]),
        ("It cost $5m, not 5 m of cable or 2.5 billion.", EN, [5, 5_000_000, 2_500_000_000]),
        ("Зібрали 12 тис. тонн і 3,5 мільйона гривень.", UK, [12_000, 3_500_000]),
        ("Погибли 12 тысяч человек, ущерб — 1,2 млрд.", RU, [12_000, 1_200_000_000]),
        ("병력 1만 2천명과 3억 5천만 원, 2025년 1월 13일", KO, [1, 13, 2025, 12_000, 350_000_000]),
        ("1만2000명 가운데 1만 500명", KO, [10_500, 12_000]),
        ("5천만 달러, 5,000명, 30만", KO, [5_000, 300_000, 50_000_000]),
    ],
)
def test_a_number_has_the_scale_that_is_said_behind_it(text: str, language: Language, expected: list[float]) -> None:
    assert [float(number) for number in numbers(text, language)] == expected


@pytest.mark.parametrize(
    ("original", "translated", "target"),
    [
        ("Repairs cost 2.5 million hryvnias.", "Ремонт коштував 2,5 мільярда гривень.", UK),
        ("Some 12,000 people left.", "1만 2천만 명이 떠났다.", KO),
        ("Two of the 1,500 boats sank.", "Две из 15 000 лодок затонули.", RU),
    ],
)
def test_another_scale_is_another_number(original: str, translated: str, target: Language) -> None:
    assert any("numbers" in problem for problem in problems(Sentence(original), translated, target))


def test_a_scale_may_be_said_otherwise() -> None:
    assert problems(Sentence("Some 12,000 people left the coast."), "약 1만 2천 명이 해안을 떠났다.", KO) == ()
    assert problems(Sentence("Some 12 thousand people left."), "Уехали около 12 000 человек.", RU) == ()


@pytest.mark.parametrize(
    ("translated", "target", "there"),
    [
        ("Denis spoke in Seoul.", EN, False),
        ("The NIS's report was read in Seoul.", EN, True),
        ("NISS 발표", KO, False),
        ("NIS는 발표했다", KO, True),
    ],
)
def test_a_form_is_looked_for_as_a_word(translated: str, target: Language, there: bool) -> None:
    sentence = Sentence("국정원이 발표했다.", (NameInSentence("NIS", ("NIS",), ("NIS",)),))
    found = problems(sentence, translated, target, source=KO if target is EN else RU)
    assert ("NIS is in no form that the glossary has" not in found) is there


@pytest.mark.parametrize(
    ("translated", "expected"),
    [
        ("Рада зібралася, Рада зібралася, Рада зібралася.", "repeats itself"),
        ("Так.", "too short"),
        ("Рада зібралася у вівторок. " * 2 + "Окрім того, " + "б" * 60, "too long"),
    ],
)
def test_a_model_that_lost_its_way_is_found_out(translated: str, expected: str) -> None:
    found = problems(Sentence("The council met on Tuesday."), translated, UK)
    assert any(expected in problem for problem in found)


def test_apostrophes_and_the_dots_of_yo_tell_no_names_apart() -> None:
    town = NameInSentence("Kamianske", ("Кам'янське",))
    assert problems(Sentence("It rained in Kamianske.", (town,)), "У Кам’янському йшов дощ.", UK) == ()
    man = NameInSentence("Semyonov", ("Семёнов",))
    assert problems(Sentence("Semyonov came back.", (man,)), "Семенов вернулся.", RU) == ()


def test_without_a_package_there_is_nothing_to_show(tmp_path: Path) -> None:
    ensure_bundled(tmp_path)  # name packages are no packages for sentences
    assert translate_checked(Engine(tmp_path), [ORIGINAL, ORIGINAL], EN, UK) == [None, None]


LEXICON = {
    "The": "",
    "governor": "губернатор",
    "of": "",
    "Tuva": "Туви",
    "signed": "підписав",
    "an": "",
    "order": "указ",
    "on": "від",
    "conscription.": "призов.",
    "12,500": "12 500",
    "15,000": "1500",
    "recruits": "новобранців",
    "left": "покинули",
    "Kursk": "Кирськ",
}
TUVA = NameInSentence("Tuva", ("Тува", "Тива"), ("Tuva", "Tyva"))


def test_shows_only_what_holds(tmp_path: Path) -> None:
    write_general_package(tmp_path, EN, UK, LEXICON)
    asked = [
        Sentence("The governor of Tuva signed an order on conscription.", (TUVA,)),
        Sentence("12,500 recruits left Tuva", (TUVA,)),
        Sentence("15,000 recruits left Tuva", (TUVA,)),
        Sentence("recruits left Kursk", (NameInSentence("Kursk", ("Курськ",)),)),
        Sentence("Unfamiliar wording throughout"),
    ]
    assert translate_checked(Engine(tmp_path), asked, EN, UK) == [
        "губернатор Туви підписав указ від призов.",
        "12 500 новобранців покинули Туви",
        None,
        None,
        None,
    ]


def test_what_is_too_long_for_the_model_gets_no_half_of_an_answer(tmp_path: Path) -> None:
    write_general_package(tmp_path, EN, UK, LEXICON)
    long = "recruits " * 201
    assert Engine(tmp_path).translate_sentences([long, "recruits"], EN, UK) == ["", "новобранців"]


def test_a_sentence_that_a_model_fails_on_spoils_no_other(tmp_path: Path) -> None:
    write_general_package(tmp_path, EN, UK, LEXICON, positions=8)
    asked = ["12,500 recruits left Tuva", "recruits " * 20, "recruits left"]
    assert Engine(tmp_path).translate_sentences(asked, EN, UK) == [
        "12 500 новобранців покинули Туви",
        "",
        "новобранців покинули",
    ]


def test_goes_by_english_where_only_that_way_is_open(tmp_path: Path) -> None:
    write_general_package(tmp_path, UK, EN, {"У": "In", "Туві": "Tuva", "призвали": "drafted", "осіб": "people"})
    assert translate_checked(Engine(tmp_path), [Sentence("У Туві призвали 40 осіб", (KOREAN_TUVA,))], UK, KO) == [None]
    write_general_package(tmp_path, EN, KO, {"In": "", "Tuva": "투바에서", "drafted": "징집된", "people": "명"})
    engine = Engine(tmp_path)
    assert [(one.source, one.target) for one in route(engine, UK, KO)] == [(UK, EN), (EN, KO)]
    assert translate_checked(engine, [Sentence("У Туві призвали 40 осіб", (KOREAN_TUVA,))], UK, KO) == [
        "투바에서 징집된 40 명"
    ]


KOREAN_TUVA = NameInSentence("Tuva", ("투바",), ("Tuva",))


def test_a_direct_package_goes_before_the_way_by_english(tmp_path: Path) -> None:
    write_general_package(tmp_path, UK, EN, {"Туві": "Tuva"})
    write_general_package(tmp_path, EN, RU, {"Tuva": "Туве"})
    assert len(route(Engine(tmp_path), UK, RU)) == 2
    write_general_package(tmp_path, UK, RU, {"Туві": "Тыве"})
    assert [one.label for one in route(Engine(tmp_path), UK, RU)] == ["argos-uk_ru 1.9"]
    assert route(Engine(tmp_path), RU, RU) == ()


def test_a_name_that_the_first_leg_lost_is_not_mended_by_the_second(tmp_path: Path) -> None:
    write_general_package(tmp_path, UK, EN, {"У": "In", "Туві": "Tula", "сніг": "snow"})
    write_general_package(tmp_path, EN, KO, {"In": "", "Tula": "투바에", "snow": "눈이 내렸다"})
    assert translate_checked(Engine(tmp_path), [Sentence("У Туві сніг", (KOREAN_TUVA,))], UK, KO) == [None]


def test_a_number_that_came_back_the_same_by_two_errors_is_not_shown(tmp_path: Path) -> None:
    write_general_package(tmp_path, UK, EN, {"Загинули": "Killed", "300": "30"})
    write_general_package(tmp_path, EN, KO, {"Killed": "사망", "30": "300"})
    assert translate_checked(Engine(tmp_path), [Sentence("Загинули 300")], UK, KO) == [None]
