"""Words as data: tokens with their offsets, and phrases of the YAML files found among them.

Owns `Token`, `tokenize` and `Lexicon`, by which `glossary.quantities`, `glossary.dates` and what follows them read.
A phrase is written in YAML as it stands in a sentence, lower case; a word that ends in ``*`` stands for every word that
begins so (``поранен*``), which is how inflected languages are covered without listing each case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Generic, NamedTuple, TypeVar

import yaml

from glossary.errors import GlossaryError

T = TypeVar("T")

WORD = "word"
NUMBER = "number"
CODE = "code"
MARK = "mark"


class Token(NamedTuple):
    """A word, a number as written, a code such as F-16, or a mark. `low` is what phrases are compared with.

    `glued` says that no white space stands before it.
    """

    text: str
    low: str
    start: int
    end: int
    kind: str
    glued: bool


# A code is letters of one of the alphabets followed by digits (F-16, Су-34, COVID-19); Hangul before digits is none
# (약300명). Digits may be grouped by commas, full stops or (three by three) by spaces and apostrophes; a calibre after
# a number is none of its groups (200 155-mm shells). An apostrophe inside a word is part of it (п'ять, Russia's).
_TOKEN = re.compile(
    r"""(?P<code>(?<!\w)[A-Za-zА-Яа-яІіЇїЄєҐґЁё]{1,10}[-‑–]?\d[\w/-]*)
      | (?P<number>(?<![\d.,])\d{1,3}(?:[\x20\xa0\u202f\u2009\u2007]\d{3}(?![-‑\x20]?(?:mm|мм)\b))+(?!\d)(?:[.,]\d+)*
                 |(?<![\d.,])\d{1,3}(?:['’]\d{3})+(?!\d)(?:[.,]\d+)?
                 |\d+(?:[.,]\d+)*)
      | (?P<word>[^\W\d_]+(?:['’ʼ`´][^\W\d_]+)*)
      | (?P<mark>[^\w\s]|_)""",
    re.VERBOSE,
)
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "`": "'", "´": "'", "ё": "е"})


def fold(text: str) -> str:
    """The form in which words are compared: lower case, one apostrophe, ё as е. Keeps the length."""
    low = text.lower()
    return (low if len(low) == len(text) else text).translate(_APOSTROPHES)


def tokenize(text: str) -> list[Token]:
    """All tokens of a text, in order; offsets are string indices."""
    tokens: list[Token] = []
    last = 0
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        found = match.group()
        tokens.append(Token(found, fold(found), start, end, match.lastgroup or MARK, start == last and start > 0))
        last = end
    return tokens


class Hit(NamedTuple, Generic[T]):
    """A phrase found: the tokens ``first`` to ``last`` (exclusive), and what the lexicon says of it."""

    first: int
    last: int
    value: T


class _Phrase(NamedTuple, Generic[T]):
    words: tuple[tuple[str, bool], ...]
    value: T


class _Candidates(dict[str, tuple[_Phrase[T], ...]]):
    """The phrases that begin with a word, the longest first, by the word; worked out when a word is met first.

    A mapping, since it is asked for each word of a text by each lexicon, and finds nothing for nearly all.
    """

    def __init__(self, phrases: Iterable[_Phrase[T]]) -> None:
        super().__init__()
        self._exact: dict[str, list[_Phrase[T]]] = {}
        self._stems: dict[str, list[_Phrase[T]]] = {}
        for phrase in phrases:
            word, is_stem = phrase.words[0]
            (self._stems if is_stem else self._exact).setdefault(word, []).append(phrase)
        self._shortest = min((len(stem) for stem in self._stems), default=0)
        self._longest = max((len(stem) for stem in self._stems), default=0)

    def __missing__(self, low: str) -> tuple[_Phrase[T], ...]:
        found = list(self._exact.get(low, ()))
        for length in range(self._shortest, min(self._longest, len(low)) + 1):
            found.extend(self._stems.get(low[:length], ()))
        found.sort(key=lambda phrase: (len(phrase.words), sum(len(word) for word, _ in phrase.words)), reverse=True)
        if len(self) < 50_000:  # a bound on memory; the words of news repeat
            self[low] = tuple(found)
        return tuple(found)


class Lexicon(Generic[T]):
    """Phrases with a value each. The longest phrase wins where several begin at one token."""

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        self._candidates = _Candidates(_Phrase(_words(text), value) for text, value in phrases)

    def begins(self, low: str) -> bool:
        """Whether a phrase begins with a word."""
        return bool(self._candidates[low])

    def at(self, tokens: Sequence[Token], index: int) -> Hit[T] | None:
        """The longest phrase that begins at a token."""
        if index >= len(tokens):
            return None
        best: Hit[T] | None = None
        for phrase in self._candidates[tokens[index].low]:
            last = index + len(phrase.words)
            if (best is None or last > best.last) and _matches(phrase.words, tokens, index):
                best = Hit(index, last, phrase.value)
        return best

    def before(self, tokens: Sequence[Token], end: int, longest: int = 5) -> Hit[T] | None:
        """The longest phrase that ends right before a token."""
        for first in range(max(0, end - longest), end):
            for phrase in self._candidates[tokens[first].low]:
                if first + len(phrase.words) == end and _matches(phrase.words, tokens, first):
                    return Hit(first, end, phrase.value)
        return None

    def all(self, tokens: Sequence[Token], first: int = 0, last: int | None = None) -> list[Hit[T]]:
        """All phrases between two tokens, from left to right, none overlapping another."""
        found: list[Hit[T]] = []
        index = first
        end = len(tokens) if last is None else last
        while index < end:
            if not self._candidates[tokens[index].low]:
                index += 1
                continue
            hit = self.at(tokens, index)
            if hit is None or hit.last > end:
                index += 1
            else:
                found.append(hit)
                index = hit.last
        return found

    def by_value(self, tokens: Sequence[Token]) -> list[Hit[T]]:
        """As `all` for each value apart: a long phrase of one value does not hide a short one of another.

        Values are compared by identity.
        """
        found: list[Hit[T]] = []
        ends: dict[int, int] = {}
        for index, token in enumerate(tokens):
            here: set[int] = set()
            # Candidates come with the longest first.
            for phrase in self._candidates[token.low]:
                key = id(phrase.value)
                if key in here or ends.get(key, 0) > index or not _matches(phrase.words, tokens, index):
                    continue
                here.add(key)
                ends[key] = index + len(phrase.words)
                found.append(Hit(index, ends[key], phrase.value))
        return found


def _words(text: str) -> tuple[tuple[str, bool], ...]:
    words: list[tuple[str, bool]] = []
    for token in tokenize(text):
        if token.text == "*" and token.glued and words:
            words[-1] = (words[-1][0], True)
        else:
            words.append((token.low, False))
    if not words:
        message = f"A phrase of the lexicon has no words: {text!r}"
        raise GlossaryError(message)
    return tuple(words)


def _matches(words: tuple[tuple[str, bool], ...], tokens: Sequence[Token], index: int) -> bool:
    if index + len(words) > len(tokens):
        return False
    for offset, (word, is_stem) in enumerate(words):
        low = tokens[index + offset].low
        if not (low.startswith(word) if is_stem else low == word):
            return False
    return True


@cache
def load_yaml(name: str) -> Mapping[str, Any]:
    """One of the package's YAML files as a mapping; raises `GlossaryError` where it is none."""
    text = resources.files("glossary").joinpath(name).read_text(encoding="utf-8")
    # The safe loader in C, as for the starter: the one in Python takes seconds for the words of the measures.
    loaded = yaml.load(unicodedata.normalize("NFC", text), Loader=yaml.CSafeLoader)
    if not isinstance(loaded, dict):
        message = f"{name} is not a mapping"
        raise GlossaryError(message)
    return loaded
