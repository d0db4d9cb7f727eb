"""One normalisation for the index and the text, and the way back to the original."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary.normalize import fold, fold_with_offsets

# Everything that the normalisation touches, so that hypothesis meets it often.
_TRICKY = st.sampled_from(
    "aZéİıßﬁ’ʼ–‑-'` \t\r\n\xa0\xad\u200b\u2060\ufeff\u0301\u0308\u0306їйиеЁёі가각ᄀ\u1161\u11a8\ud800Å.,("
)
_TEXTS = st.text(alphabet=_TRICKY, max_size=40) | st.text(max_size=40)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("Мар'їнка", "Мар’їнка"),
        ("Мар'їнка", "Марʼїнка"),
        ("Kim Jong‑un", "kim jong-un"),
        ("Орёл", "ОРЕЛ"),
        ("Ки́їв", "Київ"),
        ("Security\xa0Service", "security service"),
        ("Security\nService", "security service"),
        ("Security \r\n  Service", "security service"),
        ("Пхень\xadян", "пхеньян"),
        ("Пхень\xad\n  ян", "пхеньян"),
        ("Py\u200bongyang", "pyongyang"),
        ("Erdoğan", "erdogan"),
        ("Yoon Suk‐yeol", "yoon suk-yeol"),
        ("ＮＡＴＯ", "nato"),
        (unicodedata.normalize("NFD", "국가정보원"), "국가정보원"),
        (unicodedata.normalize("NFD", "Київ"), "київ"),
        ("Großbritannien", "grossbritannien"),
    ],
)
def test_spellings_of_one_name_fold_to_the_same(written: str, same: str) -> None:
    assert fold(written) == fold(same)


@pytest.mark.parametrize(("one", "other"), [("Йосип", "Иосип"), ("Київ", "Киів"), ("a\n\nb", "a b")])
def test_letters_that_differ_and_paragraphs_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_span_of_the_folded_text_is_the_stretch_as_it_was_written() -> None:
    written = "Soft: Пхень\xad\nян;  then\n\n\nMarʼїнка, Kim\r\nJong‑un and " + unicodedata.normalize(
        "NFD", "쿠르스크."
    )
    folded = fold_with_offsets(written)
    for name in ("пхеньян", "then", "marʼїнка", "kim jong-un", "쿠르스크"):
        at = folded.text.index(fold(name))
        start, end = folded.span(at, at + len(fold(name)))
        assert fold(written[start:end]) == fold(name)


@settings(deadline=None)  # a busy machine is no failure
@given(_TEXTS)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    once.encode()


@settings(deadline=None)  # a busy machine is no failure
@given(_TEXTS, st.data())
def test_every_span_maps_to_a_stretch_that_folds_to_it(text: str, data: st.DataObject) -> None:
    folded = fold_with_offsets(text)
    assert folded.text == fold(text)
    if not folded.text:
        return
    spans = []
    for position in range(len(folded.text)):
        start, end = folded.span(position, position + 1)
        assert 0 <= start < end <= len(text)
        spans.append((start, end))
    assert spans == sorted(spans)
    first = data.draw(st.integers(0, len(spans) - 1))
    last = data.draw(st.integers(first, len(spans) - 1))
    assert folded.span(first, last + 1) == (spans[first][0], spans[last][1])


def test_a_text_of_ten_megabytes_of_one_character_is_folded() -> None:
    for character in ("a", " ", "\n", "\u0301", "ё", "\xad", "\ud800"):
        assert len(fold(character * 200_000)) <= 200_000
