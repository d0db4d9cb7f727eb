"""The words of quantities, loaded from `numbers.yaml` and `measures.yaml` and checked: numbers, units, bounds, nouns.

Owns what the words mean, not how they are put together: that is `glossary.quantities.numbers` and what follows it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from glossary.errors import GlossaryError
from glossary.lexicon import Lexicon, load_yaml
from glossary.quantities.currencies import currency_names
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


def unit_word(key: str) -> UnitWord:
    """A unit of `numbers.yaml`, or the unit of an ISO 4217 code."""
    entry = load_yaml("numbers.yaml")["units"].get(key)
    if entry is not None:
        return UnitWord(entry["base"], float(entry["factor"]))
    if len(key) == 3 and key.isupper():
        return UnitWord(key, 1.0)
    message = f"numbers.yaml has words for {key!r}, which is neither a unit nor a code of a currency"
    raise GlossaryError(message)


def unit_words(written: Mapping[str, Sequence[str]]) -> list[tuple[str, UnitWord]]:
    """The unit words of a language; a key is a unit of `numbers.yaml` or an ISO 4217 code."""
    return [(text, unit_word(key)) for key, texts in written.items() for text in texts]


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


@cache
def currency_codes() -> frozenset[str]:
    """The ISO 4217 codes that an amount may have beside it, in capitals."""
    return frozenset(load_yaml("numbers.yaml")["currencies"])


@cache
def dollar_signs() -> Mapping[str, str]:
    """ISO 4217 codes of the dollars that letters glued to the sign tell apart."""
    signs: dict[str, str] = load_yaml("numbers.yaml")["dollar_signs"]
    return signs


@cache
def crowns() -> Mapping[str, str]:
    """ISO 4217 codes of the crowns by the country whose they are, where a text says crowns only."""
    codes: dict[str, str] = load_yaml("numbers.yaml")["crowns"]
    return codes


class SpacedWords:
    """The number words of one language that writes its words apart. What each is, `numbers.yaml` says."""

    def __init__(self, language: Language) -> None:
        data: Mapping[str, Any] = load_yaml("numbers.yaml")[language.value]
        self.language = language
        self.group: str = data["digits"]["group"]
        self.decimal: str = data["digits"]["decimal"]
        # Numbers.
        self.collectives = {word: float(value) for value, words in data["collectives"].items() for word in words}
        self.cardinals = {word: float(value) for value, words in data["cardinals"].items() for word in words}
        self.cardinals |= self.collectives
        self.ordinals = {
            stem + ending: value
            for stem, value in data["ordinals"]["stems"].items()
            for ending in data["ordinals"]["endings"]
            if stem + ending not in data["ordinals_not"]
        }
        self.scales = Lexicon((word, float(value)) for value, words in data["scales"].items() for word in words)
        self.glued_scales = frozenset(data["glued_scales"])
        self.scales_alone = frozenset(data["scales_alone"])
        self.genitive_one = frozenset(data["genitive_one"])
        self.inverted = frozenset(data["inverted"])
        self.articles = frozenset(data["articles"])
        self.joiners = frozenset(data["joiners"])
        self.halves = Lexicon((text, float(value)) for text, value in data["halves"].items())
        self.special = Lexicon((text, float(value)) for text, value in data["special"].items())
        self.few = Lexicon((text, (float(low), float(high))) for text, (low, high) in data["few"].items())
        self.few_with_units = frozenset(data["few_with_units"])
        self.vague_units = {word: float(value) for value, words in data["vague_units"].items() for word in words}
        self.vague_links = frozenset(data["vague_links"])
        self.weak_one = frozenset(data["weak_one"])
        self.hyphen_scales = Lexicon((text, float(value)) for text, value in data["hyphen_scales"].items())
        self._adjective_scales = [
            (text.removesuffix("*"), float(value)) for text, value in data["hyphen_scales"].items()
        ]
        stems = "|".join(re.escape(stem) for stem, _ in self._adjective_scales)
        self._scale_adjective = re.compile(rf"([^\W\d_']+(?:'[^\W\d_]+)?)({stems})[^\W\d_]{{1,3}}") if stems else None
        self.adjective_counts = {word: float(value) for word, value in data["adjective_counts"].items()}
        self.groups = Lexicon((text, name) for name, texts in data["groups"].items() for text in texts)
        self.case_endings = frozenset(data["case_endings"])
        self.loose_alone = frozenset(data["loose_alone"])
        self.loose_before = frozenset(data["loose_before"])
        # Bounds, ranges and changes.
        self.before = Lexicon(bound_words(data["bounds_before"]))
        self.after = Lexicon(bound_words(data["bounds_after"]))
        self.bound_links = frozenset(data["bound_links"])
        self.bare_comparatives = frozenset(data["bare_comparatives"])
        self.range_open = {word: frozenset(closers) for word, closers in data["range_open"].items()}
        self.closers = frozenset().union(*self.range_open.values())
        self.range_words = frozenset(data["range_words"])
        self.change_verbs = Lexicon((text, True) for text in data["change_verbs"])
        self.change_from = frozenset(data["change_from"])
        self.compared = Lexicon((text, True) for text in data["compared"])
        # Units, currencies and nouns.
        named = ((text, unit_word(code)) for text, code in currency_names(language))
        self.units = Lexicon([*unit_words(data["unit_words"]), *named])
        self.measured = Lexicon(
            (text, (float(number), unit_word(unit))) for text, (number, unit) in data["measured"].items()
        )
        self.codes = frozenset(code.lower() for code in currency_codes())
        self.money_before = Lexicon(data["money_before"].items())
        self.unread_units = Lexicon((text, True) for text in data["unread_units"])
        self.calibres = Lexicon((text, True) for text in data["calibres"])
        self.hyphen_people = frozenset(data["hyphen_people"])
        self.age_before = Lexicon((text, True) for text in data["age_before"])
        self.age_verbs = Lexicon((text, True) for text in data["age_verbs"])
        self.ago = Lexicon((text, True) for text in data["ago"])
        self.inverted_nouns = frozenset(data["inverted_nouns"])
        self.nouns = nouns(language)
        self.ends = frozenset(data["phrase_ends"])
        self.links = frozenset(data["phrase_links"])
        self.whole_links = Lexicon((text, True) for text in data["whole_links"])
        self.number_joiners = Lexicon((text, True) for text in data["number_joiners"])
        self.part_before = Lexicon((text, True) for text in data["part_before"])
        self.part_after = Lexicon((text, True) for text in data["part_after"])
        self.pairs = frozenset(data["pairs"])
        # Shares.
        self.fractions = Lexicon((text, float(value)) for value, texts in data["fractions"].items() for text in texts)
        self.fraction_links = frozenset(data["fraction_links"])
        self.fraction_not_after = Lexicon((text, True) for text in data["fraction_not_after"])
        self.fraction_not_before = frozenset(data["fraction_not_before"])
        self.one_in = frozenset(data["one_in"])
        self.each = frozenset(data["each"])
        # What counts nothing.
        self.labels = Lexicon((text, True) for text in data["labels"])
        self.label_after = Lexicon((text, True) for text in data["label_after"])
        self.label_glued = frozenset(data.get("label_glued", ()))
        self.streets = frozenset(data["streets"])
        self.streets_before = frozenset(data["streets_before"])
        self.months = frozenset(word for words in data["months"].values() for word in words)
        self.year_before = frozenset(data["year_before"])
        self.year_after = frozenset(data["year_after"])
        self._beginnings: dict[str, bool] = {}

    def scale_adjective(self, low: str) -> float | None:
        """What an adjective of a number and a scale in one word says: пятитысячный is 5,000."""
        match = self._scale_adjective.fullmatch(low) if self._scale_adjective is not None else None
        if match is None:
            return None
        count = self.adjective_counts.get(match[1], self.cardinals.get(match[1]))
        scale = next((value for stem, value in self._adjective_scales if match[2] == stem), None)
        return count * scale if count is not None and scale is not None else None

    def may_begin(self, low: str) -> bool:
        """Whether a quantity can begin with this word; most words of a text end here."""
        known = self._beginnings.get(low)
        if known is None:
            lexicons = (self.special, self.few, self.fractions, self.measured, self.money_before)
            known = (
                low in self.cardinals
                or low in self.articles
                or low in self.scales_alone
                or low in self.genitive_one
                or low in self.inverted
                or low in self.vague_units
                or low in self.each
                or low in self.codes
                or self.scale_adjective(low) is not None
                or any(lexicon.begins(low) for lexicon in lexicons)
            )
            if len(self._beginnings) < 50_000:  # a bound on memory; the words of news repeat
                self._beginnings[low] = known
        return known


@cache
def spaced_words(language: Language) -> SpacedWords:
    """The number words of English, Ukrainian or Russian."""
    return SpacedWords(language)
