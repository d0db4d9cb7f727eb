"""The sentences of a text, in four languages.

Owns where a sentence ends, and where a line's end is only that of a page's width: `glossary.statements` reads sentence
by sentence, and a sentence is quoted to a reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

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

#: Widths that plain text is broken to; narrower is a list or a poem, wider is a paragraph in one line.
_WIDTHS = range(24, 121)
#: Lines that a block needs to tell by itself that it is broken to a width.
_TELLING = 3
_ITEM = re.compile(r"\s*(?:[-–—*•·]\s|\d{1,3}[.)]\s|[^\W\d]\)\s)")
_WIDE = re.compile(r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]")


def unwrapped(text: str) -> str:
    """The text with a space in the place of each line's end that is only that of a page's width; offsets stay.

    Lines are broken to a width where the next line's first word would not have fitted on the one before, all through
    a block. Two lines may be so by chance; they follow the width of the blocks that tell.
    """
    if "\n" not in text:
        return text
    blocks = _blocks(text)
    for measure in (len, _columns):
        telling = [width for block in blocks if (width := _width(text, block, measure)) and len(block) >= _TELLING]
        if not telling:
            continue
        page, letters = max(telling), list(text)
        for block in blocks:
            of_itself = len(block) >= _TELLING and _width(text, block, measure)
            if of_itself or _width(text, block, measure, at_least=page):
                for _, end in block[:-1]:
                    letters[end] = " "
                    if text[end - 1] == "\r":
                        letters[end - 1] = " "
        return "".join(letters)
    return text


def _blocks(text: str) -> list[list[tuple[int, int]]]:
    """The lines between empty ones as ``text[start:end]``, by block; ``text[end]`` is the line's end."""
    blocks: list[list[tuple[int, int]]] = [[]]
    start = 0
    for line in text.split("\n"):
        if line.strip():
            blocks[-1].append((start, start + len(line)))
        elif blocks[-1]:
            blocks.append([])
        start += len(line) + 1
    return [block for block in blocks if block]


def _width(text: str, block: list[tuple[int, int]], measure: Callable[[str], int], at_least: int = 0) -> int:
    """The width that a block's lines are broken to; 0 where they are not."""
    lines = [text[start:end].rstrip() for start, end in block]
    width = max(at_least, *(measure(line) for line in lines)) if len(lines) > 1 else 0
    if width not in _WIDTHS:
        return 0
    for line, following in pairwise(lines):
        if _ITEM.match(following) or measure(line) + 1 + measure(following.split(maxsplit=1)[0]) <= width:
            return 0
    return width


def _columns(line: str) -> int:
    """How wide a line is where a syllable of Hangul takes two columns."""
    return len(line) + len(_WIDE.findall(line))


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
    text = unwrapped(text)
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
