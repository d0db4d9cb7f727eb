"""Which spellings are one name, and which names are not."""

from __future__ import annotations

from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from glossary.variants import abbreviates, is_acronym, same_name, variant_key
from translations.languages import Language

LABELLED: Any = yaml.safe_load(Path(__file__).with_name("variants.yaml").read_text(encoding="utf-8"))
SAME = [(Language(group["language"]), group["names"]) for group in LABELLED["same"]]
APART = [(Language(group["language"]), group["names"]) for group in LABELLED["apart"]]


def test_there_are_enough_groups() -> None:
    assert len(SAME) >= 30
    assert len(APART) >= 30


@pytest.mark.parametrize(("language", "names"), SAME, ids=lambda value: value[0] if isinstance(value, list) else value)
def test_spellings_of_one_name_are_the_same_and_found_by_one_key(language: Language, names: list[str]) -> None:
    assert [pair for pair in permutations(names, 2) if not same_name(*pair, language)] == []
    assert len({variant_key(name, language) for name in names}) == 1


@pytest.mark.parametrize(("language", "names"), APART, ids=lambda value: value[0] if isinstance(value, list) else value)
def test_names_of_different_bearers_are_not_the_same(language: Language, names: list[str]) -> None:
    assert [pair for pair in combinations(names, 2) if same_name(*pair, language)] == []


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(Language))
def test_any_two_texts_are_compared_and_the_order_does_not_matter(one: str, other: str, language: Language) -> None:
    assert same_name(one, other, language) == same_name(other, one, language)
    assert same_name(one, one, language)


@pytest.mark.parametrize(
    ("acronym", "name", "expected"),
    [
        ("ISW", "Institute for the Study of War", True),
        ("IFTSOW", "Institute for the Study of War", True),
        ("NIS", "National Intelligence Service", True),
        ("СБУ", "Служба безпеки України", True),
        ("NIS", "National Statistics Institute", False),
        ("NIS", "Nis", False),
    ],
)
def test_an_acronym_is_made_of_initials(acronym: str, name: str, *, expected: bool) -> None:
    assert abbreviates(acronym, name) is expected
    assert is_acronym(acronym)
