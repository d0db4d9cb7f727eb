"""The sentences of a text, in four languages.

Owns where a sentence ends: `glossary.statements` reads sentence by sentence, and a sentence is quoted to a reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from glossary.measures import measure_words
from translations.languages import Language

_END = re.compile(r"[.!?…](?=[\"”’»)\]]*(?:\s|$))[\"”’»)\]]*|\n+|。")
_LAST_WORD = re.compile(r"[^\s(\"“«]+$")
_SPACE = re.compile(r"\s+")
#: No sentence of news is longer. What is read of a sentence grows faster than its length, so that longer text is cut.
_LONGEST = 1000
#: No abbreviation is longer.
_LONGEST_ABBREVIATION = 20
#: Abbreviations that often end a sentence; a capital letter after them begins the next (in 2024 р. Київ ...).
_MAY_END = frozenset({"р", "г", "год", "p.m", "a.m", "рр", "гг", "км"})


def sentence_spans(text: str, language: Language) -> list[tuple[int, int]]:
    """The sentences as ``text[start:end]``, without white space around; a line's end ends one."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if _ends_nothing(text, start, match, language):
            continue
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    found: list[tuple[int, int]] = []
    for begin, end in spans:
        written = text[begin:end]
        if written.strip():
            found.extend(_pieces(text, begin + len(written) - len(written.lstrip()), begin + len(written.rstrip())))
    return found


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence whole, or what is too long for one (a table, a list of names) in pieces, cut at white space."""
    while end - start > _LONGEST:
        space = _SPACE.search(text, start + _LONGEST, end)
        if space is None:
            break
        yield start, space.start()
        start = space.end()
    yield start, end


def sentence_around(text: str, start: int, end: int, language: Language) -> tuple[str, int]:
    """The sentence that holds ``text[start:end]``, and where it begins in the text."""
    for first, last in sentence_spans(text, language):
        if first <= start and end <= last:
            return text[first:last], first
    return text[start:end], start


def _ends_nothing(text: str, start: int, mark: re.Match[str], language: Language) -> bool:
    """Whether a full stop is that of an abbreviation or an initial, or stands before a small letter."""
    if not mark.group().startswith(".") or mark.end() == len(text):
        return False
    word = _LAST_WORD.search(text[max(start, mark.start() - _LONGEST_ABBREVIATION) : mark.start()])
    before = word.group() if word else ""
    following = text[mark.end() : mark.end() + 3].lstrip(" \u00a0\"“«'(")[:1]
    if before.lower() in _MAY_END and following.isupper():
        return False
    initial = len(before) == 1 and before.isalpha() and before.isupper()
    return before.lower() in measure_words(language).abbreviations or initial or following.islower()
