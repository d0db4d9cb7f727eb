"""The sentence around a place in a text, as it is quoted to a reader."""

from __future__ import annotations

from glossary.statements import _sentences
from translations.languages import Language


def sentence_around(text: str, start: int, end: int, language: Language) -> tuple[str, int]:
    """The sentence that holds ``text[start:end]``, and where it begins in the text."""
    for first, last in _sentences(text, language):
        if first <= start and end <= last:
            return text[first:last], first
    return text[start:end], start
