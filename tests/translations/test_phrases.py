"""Sentences apart from their values: printed in English, and told again by the sentence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from translations.phrases import Phrase


class Note(Phrase):
    """A family for these tests."""

    ADD = "Add {name}"
    ADD_TWICE = "Add {name} a second time"
    MERGE = "Merge “{name}” into “{other}”"
    COUNT = "{name} has {n} letters. (It may have {limit}.)"
    PLAIN = "Nothing (at all) happened."


def test_a_saying_is_printed_as_its_english_sentence() -> None:
    assert str(Note.MERGE.of(name="Tuva", other="Тува")) == "Merge “Tuva” into “Тува”"
    assert str(Note.ADD.of(name=Note.PLAIN.of())) == "Add Nothing (at all) happened."
    assert str(Note.ADD.of(name="{curly} 100%")) == "Add {curly} 100%"


def test_what_is_counted_is_printed_as_a_number_and_a_text_as_it_is() -> None:
    assert (
        str(Note.COUNT.of(name="1234567", n=1_234_567, limit=2.5))
        == "1234567 has 1,234,567 letters. (It may have 2.5.)"
    )
    assert str(Note.ADD.of(name=9_000_000.0)) == "Add 9,000,000"


def test_a_sentence_is_told_by_the_phrase_with_the_most_words_of_its_own() -> None:
    found = Note.read("Add Tuva a second time")
    assert found is not None
    assert (found.phrase, found.values) == (Note.ADD_TWICE, {"name": "Tuva"})
    found = Note.read("Add a second name\nof two lines")
    assert found is not None
    assert (found.phrase, found.values) == (Note.ADD, {"name": "a second name\nof two lines"})
    assert Note.read("Nothing (at all) happened!") is None
    assert Note.read("Please add Tuva") is None


@given(st.text(min_size=1, max_size=30).filter(lambda text: "“" not in text and "”" not in text))
def test_whatever_a_name_has_it_comes_back(name: str) -> None:
    assert Note.read(str(Note.MERGE.of(name=name, other="x"))) == Note.MERGE.of(name=name, other="x")


def test_a_phrase_names_its_placeholders() -> None:
    assert Note.COUNT.placeholders == {"name", "n", "limit"}
    assert Note.PLAIN.placeholders == set()
