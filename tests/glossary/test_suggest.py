"""Searching by what somebody typed, and proposing names that the glossary lacks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary.entries import Entry, EntryForm, Glossary
from glossary.matching import Matcher
from glossary.suggest import Candidate, candidates, recogniser, search
from glossary.words import EntityType, FormKind, FormStatus
from tests.glossary.labelled import small_glossary
from translations.languages import Language


def first(query: str) -> str | None:
    hits = search(small_glossary(), query)
    return hits[0].slug if hits else None


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("sbu", "sbu"),
        ("СБУ", "sbu"),
        ("Security Service of Ukraine", "sbu"),
        ("служба безпеки", "sbu"),
        ("국정원", "nis"),
        ("kursk", "kursk-oblast"),
        ("Курську", "kursk-oblast"),
        ("Zelenski", "volodymyr-zelensky"),
        ("Zelinsky", "volodymyr-zelensky"),
        ("зеленский", "volodymyr-zelensky"),
        ("Putn", "vladimir-putin"),
        ("erdogan", "recep-tayyip-erdogan"),
        ("Пхенян", "pyongyang"),
        ("Мар’їнка", "maryinka"),
    ],
)
def test_a_name_is_found_by_any_form_in_any_language_even_misspelt(query: str, slug: str) -> None:
    assert first(query) == slug


def test_the_same_name_comes_first_and_scores_100() -> None:
    hits = search(small_glossary(), "kyiv")
    assert (hits[0].slug, hits[0].form.text, hits[0].score) == ("kyiv", "Kyiv", 100.0)
    assert all(hit.score <= 100 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_each_entity_comes_once_and_the_limit_holds() -> None:
    hits = search(small_glossary(), "kor", limit=3)
    assert len(hits) <= 3
    assert len({hit.slug for hit in hits}) == len(hits)


@pytest.mark.parametrize("query", ["", "  ", "!!", "\ud800", "qqqqqqqqqq"])
def test_a_query_that_means_nothing_finds_nothing(query: str) -> None:
    assert search(small_glossary(), query) == []


def test_a_new_snapshot_is_searched_anew() -> None:
    one = Entry("one", EntityType.PLACE, "Harrow", (EntryForm(Language.EN, "Harrow", FormKind.FULL),))
    assert [hit.slug for hit in search(Glossary.of([one]), "harrow")] == ["one"]
    assert [hit.slug for hit in search(Glossary.of([replace(one, slug="two")]), "harrow")] == ["two"]


def test_rejected_forms_are_not_searched() -> None:
    form = EntryForm(Language.EN, "Harrow", FormKind.FULL, status=FormStatus.REJECTED)
    assert search(Glossary.of([Entry("one", EntityType.PLACE, "Harrow", (form,))]), "harrow") == []


@settings(deadline=None)  # the first example loads dictionaries and builds an index
@given(st.text(max_size=30))
def test_any_query_is_answered(query: str) -> None:
    assert len(search(small_glossary(), query)) <= 8


def proposed(text: str) -> tuple[Candidate, ...]:
    mentions = Matcher(small_glossary()).find(text, Language.EN)
    return candidates(text, Language.EN, mentions)


def test_a_person_whom_the_glossary_lacks_is_proposed_once_with_a_count() -> None:
    text = (
        "Lawmaker Lee Seong-kweun told reporters in Seoul that the prisoners were questioned. "
        "According to Lee Seong-kweun, both wanted to go home. Lee Seong-kwon's office confirmed it."
    )
    people = [one for one in proposed(text) if one.type is EntityType.PERSON]
    assert people == [Candidate("Lee Seong-kweun", EntityType.PERSON, 3)]


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
    assert candidates("국정원은 보고했다.", Language.KO, ()) == ()


def test_lone_surrogates_do_not_stop_the_recogniser() -> None:
    assert isinstance(proposed("\ud800 John Kirby spoke in Washington. \udfff"), tuple)
