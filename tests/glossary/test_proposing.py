"""The names in an article that the glossary lacks: recognised, cleaned, and merged over their spellings."""

from __future__ import annotations

import logging

import pytest
import spacy

from glossary import proposing
from glossary.matching import Matcher
from glossary.proposing import ProposedName, propose_names, recogniser
from glossary.words import EntityType, SpellingKind
from tests.glossary.labelled import small_glossary
from translations.languages import Language


def proposed(text: str, outlet: str = "") -> tuple[ProposedName, ...]:
    mentions = Matcher(small_glossary()).find(text, Language.EN)
    return propose_names(text, Language.EN, mentions, outlet)


def test_a_person_whom_the_glossary_lacks_is_proposed_once_with_a_count() -> None:
    text = (
        "Lawmaker Lee Seong-kweun told reporters in Seoul that the prisoners were questioned. "
        "According to Lee Seong-kweun, both wanted to go home. Lee Seong-kwon's office confirmed it."
    )
    people = [one for one in proposed(text) if one.type is EntityType.PERSON]
    assert [(one.surface, one.count) for one in people] == [("Lee Seong-kweun", 3)]
    assert [one.text for one in people[0].spellings] == ["Lee Seong-kweun", "Lee Seong-kwon"]
    assert people[0].sentence.startswith("Lawmaker Lee Seong-kweun told")


def test_what_the_glossary_has_is_not_proposed_whatever_the_recogniser_calls_it() -> None:
    text = "Kyiv and Tuva were named by Zelensky. Officials in Kyiv said that the Security Service of Ukraine agreed."
    assert {one.surface for one in proposed(text)} & {
        "Kyiv",
        "Tuva",
        "Zelensky",
        "Security Service of Ukraine",
    } == set()


def test_an_acronym_joins_the_name_it_stands_for() -> None:
    text = (
        "The Institute for the Study of War (ISW) published a map on Friday. "
        "The ISW said that the front had not moved, and the Institute for the Study of War will publish another."
    )
    surfaces = [one.surface for one in proposed(text)]
    assert "ISW" not in surfaces
    assert "Institute for the Study of War" in surfaces


def test_names_are_clean_of_articles_titles_and_possessives() -> None:
    text = "President Alexander Stubb's visit to the Saimaa Canal was short. President Alexander Stubb left at noon."
    for one in proposed(text):
        assert not one.surface.lower().startswith(("the ", "president "))
        assert not one.surface.endswith(("'s", "’s"))


def test_a_capital_from_the_start_of_a_sentence_or_a_headline_makes_no_name() -> None:
    text = "READ MORE STORIES\n\nFierce fighting went on near the river. John Kirby said so."
    assert {one.surface for one in proposed(text)} <= {"John Kirby"}


def test_an_empty_text_and_a_language_without_a_model_propose_nothing() -> None:
    assert proposed("") == ()
    assert recogniser(Language.KO) is None
    assert propose_names("국정원은 보고했다.", Language.KO, ()) == ()


def test_lone_surrogates_do_not_stop_the_recogniser() -> None:
    assert isinstance(proposed("\ud800 John Kirby spoke in Washington. \udfff"), tuple)


# What stands around names


def surfaces(text: str, outlet: str = "") -> set[str]:
    return {one.surface for one in proposed(text, outlet)}


def test_authors_agencies_and_photographers_are_no_news() -> None:
    text = (
        "Divers reach the wreck\n"
        "By Hanna Bondar and Tomasz Wilk\n\n"
        "GDANSK, Jan. 13 (Harbor News) -- Divers led by Marta Halloran reached the wreck near Hel on Sunday. "
        "Marta Halloran said that nobody was hurt.\n\n"
        "Photo: Jane Fellowes / Getty Images\n"
        "(Reporting by Oleksa Tymchuk; Editing by Rebecca Stone)\n"
        "Ingrid Solberg contributed reporting."
    )
    assert "Marta Halloran" in surfaces(text)
    nobody = {"Hanna Bondar", "Tomasz Wilk", "Harbor News", "Jane Fellowes", "Oleksa Tymchuk", "Rebecca Stone"}
    assert surfaces(text) & (nobody | {"Ingrid Solberg", "Getty Images"}) == set()


def test_the_outlet_is_not_news_in_its_own_article() -> None:
    text = "An officer told the Harbor Tribune that Marta Halloran had left. The Harbor Tribune asked Marta Halloran."
    assert "Harbor Tribune" in surfaces(text)
    assert "Harbor Tribune" not in surfaces(text, "The Harbor Tribune")


@pytest.mark.parametrize(
    "text",
    [
        "The talks begin on Monday, and on Tuesday in January or February they end.",
        "There were 24 of them, 1,200 in all, in 2024, or the 21st, a third of it.",
        "HEAVY FIGHTING NEAR THE RIVER GOES ON AS WINTER COMES\n\nNobody was there.",
        "The Foreign Ministry and the Prime Minister agreed with the Supreme Leader and the North.",
        "Mr. X met Y. K. said so, and J. was there.",
        "Lee and Kim talked, and John came later with Maria.",
    ],
)
def test_days_numbers_capitals_offices_and_single_letters_are_no_names(text: str) -> None:
    assert surfaces(text) == set()


def test_a_headline_in_title_case_proposes_nothing_that_its_article_does_not_say() -> None:
    text = (
        "Harbor Divers Reach Sunken Frigate Off Coast\n\n"
        "Divers have reached the frigate, and Marta Halloran of the navy spoke of it on the radio. It sank in a storm."
    )
    assert surfaces(text) <= {"Marta Halloran"}


def test_a_family_name_joins_its_bearer_and_of_two_bearers_none() -> None:
    one = "Marta Halloran spoke in Hel. Later Halloran flew home, and Halloran's office said nothing."
    (found,) = [name for name in proposed(one) if name.type is EntityType.PERSON]
    assert (found.surface, found.count) == ("Marta Halloran", 3)
    assert [(spelling.text, spelling.kind) for spelling in found.spellings] == [
        ("Marta Halloran", SpellingKind.NAME),
        ("Halloran", SpellingKind.PART),
    ]
    two = "Marta Halloran met Peter Halloran in Hel. Later the younger Halloran flew home and Halloran rested."
    assert {name.surface: name.count for name in proposed(two) if name.type is EntityType.PERSON} == {
        "Marta Halloran": 1,
        "Peter Halloran": 1,
    }


def test_an_acronym_behind_a_name_is_kept_with_it() -> None:
    text = "The Institute for Maritime Studies (IMS) drew a map. The IMS will draw another of the coast."
    (found,) = [one for one in proposed(text) if one.surface == "Institute for Maritime Studies"]
    assert found.count == 2
    assert ("IMS", SpellingKind.ACRONYM) in [(one.text, one.kind) for one in found.spellings]


def test_an_acronym_of_another_language_is_kept_where_the_article_goes_on_with_it() -> None:
    text = (
        "The State Harbor Department (VUD) arrested two men in Hel. The VUD said that it had watched them for a year."
    )
    (found,) = [one for one in proposed(text) if one.surface == "State Harbor Department"]
    assert ("VUD", SpellingKind.ACRONYM) in [(one.text, one.kind) for one in found.spellings]


def test_what_invites_to_read_on_is_no_news() -> None:
    text = (
        "Divers reached the wreck on Sunday, and Marta Halloran spoke of it. It sank in a storm long ago.\n\n"
        "READ MORE: Anton Relin Visits Hel\n"
        "Follow us on Facebook, Instagram and WhatsApp.\n"
        "Copyright 2025 The Harbor Planet LLC."
    )
    assert surfaces(text) == {"Marta Halloran"}


def test_another_name_of_what_the_glossary_knows_by_its_acronym_is_not_proposed() -> None:
    assert "State Guard Service" not in surfaces("Officers of the State Guard Service (SBU) searched the port of Hel.")


def test_a_person_or_body_with_a_known_place_in_its_name_is_not_that_place() -> None:
    text = (
        "Kyiv Mayor Oleh Dovzhenko opened the Kyiv School of Arts on Friday. "
        "Oleh Dovzhenko thanked the Kyiv School of Arts."
    )
    assert {"Oleh Dovzhenko", "Kyiv School of Arts"} <= surfaces(text)
    assert "Ukraine's Defence Ministry" not in surfaces("Officials of Ukraine's Defence Ministry agreed on Friday.")


# Other languages, with a recogniser as a user may have installed it


@pytest.fixture
def own_model(monkeypatch: pytest.MonkeyPatch) -> object:
    """Install a pipeline that recognises what it is told to: models of these languages do not come with the project."""

    def install(language: Language, label: str, *patterns: str) -> None:
        pipeline = spacy.blank("xx")  # no tokeniser of a language, so that no dictionary is needed
        pipeline.add_pipe("entity_ruler").add_patterns([{"label": label, "pattern": one} for one in patterns])
        monkeypatch.setattr(proposing, "recogniser", {language: pipeline}.get)

    return install


@pytest.mark.parametrize(
    ("language", "text", "patterns", "name"),
    [
        (
            Language.UK,
            "Речник Остап Вільшанський приїхав. Журналісти бачили Остапа Вільшанського на порту.",
            ("Остап Вільшанський", "Остапа Вільшанського"),
            "Остап Вільшанський",
        ),
        (
            Language.RU,
            "Капитан Савелий Бортников вышел в море. На берегу ждали Савелия Бортникова.",
            ("Капитан Савелий Бортников", "Савелия Бортникова"),
            "Савелий Бортников",
        ),
        (
            Language.KO,
            "류한별 의원은 서울에 있다. 기자들은 류한별을 기다렸다.",
            ("류한별 의원은", "류한별을"),
            "류한별",
        ),
    ],
)
def test_cases_and_particles_are_spellings_of_one_name(
    own_model: object, language: Language, text: str, patterns: tuple[str, ...], name: str
) -> None:
    assert callable(own_model)
    own_model(language, "PER", *patterns)
    assert [(one.surface, one.count) for one in propose_names(text, language, ())] == [(name, 2)]


def test_a_korean_reporter_is_no_news(own_model: object) -> None:
    assert callable(own_model)
    own_model(Language.KO, "PS", "윤가람", "박새롬")
    text = "(서울=항구뉴스) 윤가람 기자 = 어제 박새롬 대변인이 밝혔다."
    assert [one.surface for one in propose_names(text, Language.KO, ())] == ["박새롬"]


def test_a_model_that_cannot_be_loaded_is_told_and_done_without(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("made by another version")

    monkeypatch.setattr(spacy, "load", refuse)
    caplog.set_level(logging.WARNING)  # another test may have run a command, which sets its own
    assert recogniser.__wrapped__(Language.EN) is None
    assert "cannot be loaded" in caplog.text
