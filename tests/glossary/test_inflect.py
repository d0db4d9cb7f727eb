"""The ways a name is written: cases by dictionary and by rule, spacing, plurals, family names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary.inflect import MOST_SURFACES, is_capitals, is_given_name, surfaces, surnames
from glossary.normalize import fold
from glossary.words import EntityType, FormKind, Via
from translations.languages import Language

PERSON, PLACE, ORG = EntityType.PERSON, EntityType.PLACE, EntityType.ORG
UK, RU, KO, EN = Language.UK, Language.RU, Language.KO, Language.EN


def written(text: str, type_: EntityType, language: Language, kind: FormKind = FormKind.FULL) -> set[str]:
    return {surface for surface, _ in surfaces(text, kind, type_, language)}


@pytest.mark.parametrize(
    ("name", "type_", "cases"),
    [
        ("Курськ", PLACE, "Курська Курську Курськом"),
        ("Курщина", PLACE, "Курщини Курщині Курщину Курщиною"),
        ("Тува", PLACE, "Туви Туві Туву Тувою"),
        ("Суджа", PLACE, "Суджі Суджу Суджею"),
        ("Київ", PLACE, "Києва Києву Києвом Києві"),
        ("Харків", PLACE, "Харкова Харкову Харковом Харкові"),
        ("Рівне", PLACE, "Рівного Рівному Рівним"),
        ("Суми", PLACE, "Сум Сумам Сумами Сумах"),
        ("Угорщина", PLACE, "Угорщини Угорщині"),
        ("Росія", PLACE, "Росії Росію Росією"),
        ("Китай", PLACE, "Китаю Китаєм Китаї"),
        ("Мар'їнка", PLACE, "Мар'їнки Мар'їнці Мар'їнку Мар'їнкою"),
        ("Ростов-на-Дону", PLACE, "Ростова-на-Дону Ростові-на-Дону"),
        ("Нью-Йорк", PLACE, "Нью-Йорка Нью-Йорку Нью-Йорком"),
        ("Кэмп-Девід", PLACE, "Кэмп-Девіда"),
        ("Вагнер", ORG, "Вагнера Вагнеру Вагнером"),
        ("Хамас", ORG, "Хамасу Хамасом"),
    ],
)
def test_ukrainian_names_of_one_word_take_every_case(name: str, type_: EntityType, cases: str) -> None:
    assert {fold(case) for case in cases.split()} <= written(name, type_, UK)


@pytest.mark.parametrize(
    ("name", "type_", "cases"),
    [
        ("Служба безпеки України", ORG, ["Служби безпеки України", "Службою безпеки України"]),
        ("Курська область", PLACE, ["Курської області", "Курську область", "Курською областю"]),
        ("Збройні сили України", ORG, ["Збройних сил України", "Збройним силам України", "Збройними силами України"]),
        ("Республіка Корея", PLACE, ["Республіки Корея", "Республіки Кореї", "Республіці Корея"]),
        ("Міністерство оборони", ORG, ["Міністерства оборони", "Міністерству оборони", "Міністерстві оборони"]),
        ("Білий дім", ORG, ["Білого дому", "Білому домі", "Білим домом"]),
        ("острів Зміїний", PLACE, ["острова Зміїного", "острові Зміїному"]),
        ("155-та бригада", ORG, ["155-ї бригади", "155-й бригаді", "155-ту бригаду"]),
        ("Російське вторгнення", EntityType.EVENT, ["Російського вторгнення", "Російським вторгненням"]),
        ("Володимир Зеленський", PERSON, ["Володимира Зеленського", "Володимиру Зеленському"]),
        ("Кирило Буданов", PERSON, ["Кирила Буданова", "Кирилові Буданову", "Кирилом Будановим"]),
        ("Кім Чен Ин", PERSON, ["Кім Чен Ина", "Кім Чен Ину", "Кім Чен Ином"]),
        ("Марія Захарова", PERSON, ["Марії Захарової", "Марію Захарову", "Марією Захаровою"]),
        ("Камала Гарріс", PERSON, ["Камали Гарріс", "Камалу Гарріс"]),
        ("Урсула фон дер Ляєн", PERSON, ["Урсули фон дер Ляєн", "Урсулою фон дер Ляєн"]),
        ("Реджеп Таїп Ердоган", PERSON, ["Реджепа Таїпа Ердогана", "Реджепом Таїпом Ердоганом"]),
    ],
)
def test_ukrainian_names_of_many_words_take_every_case(name: str, type_: EntityType, cases: list[str]) -> None:
    assert {fold(case) for case in cases} <= written(name, type_, UK)


@pytest.mark.parametrize(
    ("name", "type_", "cases"),
    [
        ("Тува", PLACE, ["Тувы", "Туве", "Туву", "Тувой"]),
        ("Республика Тыва", PLACE, ["Республики Тыва", "Республики Тывы", "Республике Тыва"]),
        ("Угледар", PLACE, ["Угледара", "Угледаре", "Угледаром"]),
        ("Ростов-на-Дону", PLACE, ["Ростова-на-Дону", "Ростове-на-Дону"]),
        ("Сумы", PLACE, ["Сум", "Сумам", "Сумах"]),
        ("Чёрное море", PLACE, ["Черного моря", "Черном море", "Чёрным морем"]),
        ("Корейская Народно-Демократическая Республика", PLACE, ["Корейской Народно-Демократической Республики"]),
        ("Соединённые Штаты", PLACE, ["Соединённых Штатов", "Соединенным Штатам"]),
        ("Национальная разведывательная служба", ORG, ["Национальной разведывательной службы"]),
        ("Минск-2", EntityType.OTHER, ["Минска-2"]),
        ("МИД России", ORG, ["МИДа России", "МИДом России"]),
        ("ЧВК «Вагнер»", ORG, ["ЧВК Вагнера", "ЧВК «Вагнера", "ЧВК Вагнером"]),
        ("Владимир Путин", PERSON, ["Владимира Путина", "Владимиром Путиным", "Владимире Путине"]),
        ("Ким Чен Ын", PERSON, ["Ким Чен Ына", "Ким Чен Ыну", "Ким Чен Ыном"]),
        ("Ким Чен-Ын", PERSON, ["Ким Чен-Ына", "Ким Чен-Ыном"]),
        ("Сергей Шойгу", PERSON, ["Сергея Шойгу", "Сергеем Шойгу"]),
        ("Мария Захарова", PERSON, ["Марии Захаровой", "Марию Захарову"]),
        ("Лев Толстой", PERSON, ["Льва Толстого"]),
    ],
)
def test_russian_names_take_every_case(name: str, type_: EntityType, cases: list[str]) -> None:
    assert {fold(case) for case in cases} <= written(name, type_, RU)


def test_an_adjective_takes_every_gender_number_and_case() -> None:
    found = dict(surfaces("північнокорейський", FormKind.ADJECTIVE, PLACE, UK))
    assert {"північнокорейська", "північнокорейських", "північнокорейському"} <= found.keys()
    assert set(found.values()) == {Via.ADJECTIVE}
    assert "північнокорейсько" in found
    assert "північних корейців" in written("північні корейці", PLACE, UK, FormKind.ADJECTIVE)
    assert "американо" in written("американский", PLACE, RU, FormKind.ADJECTIVE)
    assert "курскими" in written("курский", PLACE, RU, FormKind.ADJECTIVE)
    assert "українцям" in written("українець", PLACE, UK, FormKind.ADJECTIVE)


def test_acronyms_and_latin_names_do_not_change() -> None:
    assert written("СБУ", ORG, UK, FormKind.ACRONYM) == {"сбу"}
    assert written("США", PLACE, RU, FormKind.ACRONYM) == {"сша"}
    assert written("Starlink", EntityType.OTHER, UK) == {"starlink"}


def test_a_thing_has_a_plural() -> None:
    assert {"шахедів", "шахедами"} <= written("Шахед", EntityType.OTHER, UK)
    assert "искандерами" in written("Искандер", EntityType.OTHER, RU)
    assert "шахедами" not in written("Шахед", PLACE, UK)


def test_english_peoples_have_a_plural_and_korean_names_a_joined_spelling() -> None:
    assert written("North Korean", PLACE, EN, FormKind.ADJECTIVE) == {"north korean", "north koreans"}
    assert "chineses" not in written("Chinese", PLACE, EN, FormKind.ADJECTIVE)
    assert "kim jongun" in written("Kim Jong Un", PERSON, EN)
    assert "hague" in written("The Hague", PLACE, EN)
    assert "f-16s" in written("F-16", EntityType.OTHER, EN)
    assert "shaheds" in written("Shahed", EntityType.OTHER, EN)


def test_korean_names_are_joined_and_set_apart() -> None:
    assert "우크라이나보안국" in written("우크라이나 보안국", ORG, KO)
    assert "국가 정보원" in written("국가정보원", ORG, KO)
    assert written("정보원", ORG, KO) == {"정보원"}
    assert "친러시아" in written("러시아", PLACE, KO)


@pytest.mark.parametrize(
    ("name", "language", "family"),
    [
        ("Volodymyr Zelensky", EN, {"zelensky"}),
        ("Kim Jong Un", EN, {"kim"}),
        ("Kim Jong-un", EN, {"kim"}),
        ("Ursula von der Leyen", EN, {"leyen", "von der leyen"}),
        ("Robert F. Kennedy Jr.", EN, {"kennedy"}),
        ("Сергей Шойгу", RU, {"шойгу"}),
        ("볼로디미르 젤렌스키", KO, {"젤렌스키"}),
        ("Zelensky", EN, set()),
    ],
)
def test_a_person_is_named_again_by_the_family_name(name: str, language: Language, family: set[str]) -> None:
    assert set(surnames(name, language)) == family


def test_family_names_decline_and_korean_ones_of_one_syllable_need_a_title() -> None:
    assert {"зеленського", "зеленським"} <= set(surnames("Володимир Зеленський", UK))
    assert {"кіма", "кіму"} <= set(surnames("Кім Чен Ин", UK))
    assert "김 위원장" in surnames("김정은", KO)
    assert "김" not in surnames("김정은", KO)
    assert "국정원장" not in surnames("이종석 국정원장", KO)


def test_given_names_are_known_in_any_case() -> None:
    assert is_given_name("Olena", EN)
    assert is_given_name("Ольги", RU)
    assert is_given_name("Хантера", RU)
    assert is_given_name("Меланією", UK)
    assert not is_given_name("Kremlin", EN)


def test_capitals_are_one_word_without_small_letters() -> None:
    assert is_capitals("SBU")
    assert is_capitals("СБУ")
    assert not is_capitals("PoW")
    assert not is_capitals("S")
    assert not is_capitals("US Army")


_WORDS = st.lists(st.text(st.sampled_from("абвгдеіїкмнорстуьяйщАБКСТIкmXé-'«» .0"), max_size=9), max_size=5)


@settings(deadline=None)  # the first example loads dictionaries and builds an index
@given(_WORDS.map(" ".join), st.sampled_from(FormKind), st.sampled_from(EntityType), st.sampled_from(Language))
def test_any_text_has_itself_first_and_a_bounded_number_of_surfaces(
    text: str, kind: FormKind, type_: EntityType, language: Language
) -> None:
    found = surfaces(text, kind, type_, language)
    assert len(found) <= MOST_SURFACES
    assert not fold(text).strip() or found[0][0] == fold(text).strip()
    assert all(fold(surface) == surface for surface, _ in found)
    surnames(text, language)
