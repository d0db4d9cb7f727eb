"""What the program says of things, kept apart from its values, so that it can be said in another language too.

A family of sentences is an enum of `Phrase`s: a member's value is the English sentence with placeholders, which has its
only home there. A `Saying` is a phrase with its values; printed, it is the English sentence, for the command line and
logs. Whoever speaks other languages (`bot.messages.sayings`) finds the sentence by the phrase and puts the same values
in. Some sayings are kept as their English sentences (the problems of a form, the summary of a change); `Phrase.read`
tells which phrase such a sentence is of.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

_Family = TypeVar("_Family", bound="Phrase")


class Phrase(StrEnum):
    """An English sentence with placeholders. The base of the families; it has no members itself."""

    def of(self, **values: object) -> Saying:
        """The phrase with its values: an int or float where something is counted, a saying, or else a text."""
        return Saying(self, values)

    @property
    def placeholders(self) -> frozenset[str]:
        """The names of its values."""
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self.value) if name is not None)

    @classmethod
    def read(cls, sentence: str) -> Saying | None:
        """The saying of this family whose sentence this is, its values as texts; None where it is none of them."""
        for phrase, pattern in _patterns(cls):
            found = pattern.fullmatch(sentence)
            if found is not None:
                return Saying(phrase, found.groupdict())
        return None


@dataclass(frozen=True, slots=True)
class Saying:
    """A phrase with its values; printed, the English sentence."""

    phrase: Phrase
    values: Mapping[str, object]

    def __str__(self) -> str:
        return self.phrase.value.format_map({name: _english(value) for name, value in self.values.items()})


def _english(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{value:,}" if isinstance(value, int | float) else str(value)


@lru_cache
def _patterns(family: type[_Family]) -> tuple[tuple[_Family, re.Pattern[str]], ...]:
    """What the sentences of each phrase look like, the phrase with the most words of its own first."""
    found = []
    for phrase in family:
        pattern, own = "", 0
        for words, name, _, _ in string.Formatter().parse(phrase.value):
            pattern += re.escape(words) + (f"(?P<{name}>.+?)" if name is not None else "")
            own += len(words)
        found.append((own, phrase, re.compile(pattern, re.DOTALL)))
    return tuple((phrase, pattern) for _, phrase, pattern in sorted(found, key=lambda one: -one[0]))
