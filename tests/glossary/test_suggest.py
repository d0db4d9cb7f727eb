"""Searching by what somebody typed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary.entries import Entry, EntryForm, Glossary
from glossary.suggest import search
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
