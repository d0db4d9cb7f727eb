"""The words of quantities, loaded from `numbers.yaml` and `measures.yaml` and checked: numbers, units, bounds, nouns.

Owns what the words mean, not how they are put together: that is `glossary.quantities.numbers` and what follows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from glossary.errors import GlossaryError
from glossary.lexicon import Lexicon, load_yaml
from glossary.words import Bound, Measure
from translations.languages import Language


@dataclass(frozen=True, slots=True)
class NounClass:
    """What the nouns of a class are: their unit, the measure they are by themselves, whether they belong to a party."""

    name: str
    unit: str
    measure: Measure | None
    military: bool


class UnitWord(NamedTuple):
    """A unit as written: its base unit and the factor to it."""

    base: str
    factor: float


class BoundWord(NamedTuple):
    """A bound as said; `side` as in `interval`."""

    bound: Bound
    side: int


_BOUNDS = {
    "about": BoundWord(Bound.ABOUT, 0),
    "nearly": BoundWord(Bound.ABOUT, -1),
    "just_over": BoundWord(Bound.ABOUT, 1),
    "at_least": BoundWord(Bound.AT_LEAST, 0),
    "more_than": BoundWord(Bound.MORE_THAN, 0),
    "at_most": BoundWord(Bound.AT_MOST, 0),
    "less_than": BoundWord(Bound.LESS_THAN, 0),
    "exact": BoundWord(Bound.EXACT, 0),
}
NO_BOUND = BoundWord(Bound.EXACT, 0)


@cache
def noun_classes() -> Mapping[str, NounClass]:
    """The classes of counted nouns, by name."""
    return {
        name: NounClass(
            name, entry["unit"], Measure(entry["measure"]) if "measure" in entry else None, entry.get("military", False)
        )
        for name, entry in load_yaml("measures.yaml")["nouns"].items()
    }


@cache
def nouns(language: Language) -> Lexicon[str]:
    """The counted nouns of a language, each with the name of its class."""
    classes = noun_classes()
    written = load_yaml("measures.yaml")[language.value]["nouns"]
    unknown = set(written) - set(classes)
    if unknown:
        message = f"measures.yaml names classes of nouns in {language.english_name} that it does not define: {unknown}"
        raise GlossaryError(message)
    return Lexicon((text, name) for name, texts in written.items() for text in texts)


def unit_words(written: Mapping[str, Sequence[str]]) -> list[tuple[str, UnitWord]]:
    """The unit words of a language; a key is a unit of `numbers.yaml` or an ISO 4217 code."""
    units = load_yaml("numbers.yaml")["units"]
    found: list[tuple[str, UnitWord]] = []
    for key, texts in written.items():
        entry = units.get(key)
        if entry is None and not (len(key) == 3 and key.isupper()):
            message = f"numbers.yaml has words for {key!r}, which is neither a unit nor a code of a currency"
            raise GlossaryError(message)
        word = UnitWord(entry["base"], float(entry["factor"])) if entry else UnitWord(key, 1.0)
        found.extend((text, word) for text in texts)
    return found


def bound_words(written: Mapping[str, Sequence[str]]) -> list[tuple[str, BoundWord]]:
    """The bounds of a language, each with what it means."""
    unknown = set(written) - set(_BOUNDS)
    if unknown:
        message = f"numbers.yaml names bounds that do not exist: {sorted(unknown)}"
        raise GlossaryError(message)
    return [(text, _BOUNDS[key]) for key, texts in written.items() for text in texts]


@cache
def currency_signs() -> Mapping[str, str]:
    """ISO 4217 codes of the signs that stand before an amount."""
    signs: dict[str, str] = load_yaml("numbers.yaml")["currency_signs"]
    return signs


class SpacedWords:
    """The number words of one language that writes its words apart."""

    def __init__(self, language: Language) -> None:
        data: Mapping[str, Any] = load_yaml("numbers.yaml")[language.value]
        self.language = language
        self.group: str = data["digits"]["group"]
        self.decimal: str = data["digits"]["decimal"]
        self.cardinals = {word: float(value) for value, words in data["cardinals"].items() for word in words}
        self.scales = Lexicon((word, float(value)) for value, words in data["scales"].items() for word in words)
        self.glued_scales = frozenset(data["glued_scales"])
        self.scales_alone = frozenset(data["scales_alone"])
        self.articles = frozenset(data["articles"])
        self.joiners = frozenset(data["joiners"])
        self.halves = Lexicon((text, float(value)) for text, value in data["halves"].items())
        self.special = Lexicon((text, float(value)) for text, value in data["special"].items())
        self.genitive_one = {text: float(value) for text, value in data.get("genitive_one", {}).items()}
        self.vague = Lexicon((text, (float(low), float(high))) for text, (low, high) in data["vague"].items())
        self.vague_links = frozenset(data["vague_links"])
        self.weak_one = frozenset(data["weak_one"])
        self.before = Lexicon(bound_words(data["bounds_before"]))
        self.after = Lexicon(bound_words(data["bounds_after"]))
        self.range_open = {word: frozenset(closers) for word, closers in data["range_open"].items()}
        self.closers = frozenset().union(*self.range_open.values())
        self.range_words = frozenset(data["range_words"])
        self.units = Lexicon(unit_words(data["unit_words"]))
        self.money_before = Lexicon(data["money_before"].items())
        self.fractions = Lexicon((text, float(value)) for value, texts in data["fractions"].items() for text in texts)
        self.fraction_links = frozenset(data["fraction_links"])
        self.labels = Lexicon((text, True) for text in data["labels"])
        self.label_after = Lexicon((text, True) for text in data["label_after"])
        self.label_glued = frozenset(data.get("label_glued", ()))
        self.streets = frozenset(data["streets"])
        self.streets_before = frozenset(data["streets_before"])
        self.ends = frozenset(data["phrase_ends"])
        self.links = frozenset(data["phrase_links"])
        self.months = frozenset(word for words in data["months"].values() for word in words)
        self.year_before = frozenset(data["year_before"])
        self.year_after = frozenset(data["year_after"])
        self.change_verbs = frozenset(data["change_verbs"])
        self.pairs = frozenset(data["pairs"])
        self.nouns = nouns(language)
        self._beginnings: dict[str, bool] = {}

    def may_begin(self, low: str) -> bool:
        """Whether a quantity can begin with this word; most words of a text end here."""
        known = self._beginnings.get(low)
        if known is None:
            known = (
                low in self.cardinals
                or low in self.articles
                or low in self.scales_alone
                or low in self.genitive_one
                or any(lexicon.begins(low) for lexicon in (self.special, self.vague, self.fractions, self.money_before))
            )
            if len(self._beginnings) < 50_000:  # a bound on memory; the words of news repeat
                self._beginnings[low] = known
        return known


@cache
def spaced_words(language: Language) -> SpacedWords:
    """The number words of English, Ukrainian or Russian."""
    return SpacedWords(language)
