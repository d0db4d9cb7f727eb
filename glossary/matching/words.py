"""The words around names that say how a match is to be read, from `matching.yaml`: particles, titles, common words.

Owns `Words` and `words_of`. Everything in this package asks these; nothing else reads the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

from glossary.errors import GlossaryError
from glossary.words import EntityType
from translations.languages import Language

#: Korean writes no more than this on to a name.
LONGEST_TAIL = 14


class Words:
    """The words of one language around names."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.common = frozenset(_checked(raw["common"]))
        self.before_surname = frozenset(_checked(raw["before_surname"]))
        self.generic = frozenset(_checked(raw.get("generic", ())))
        phrases = (phrase.partition(" ") for phrase in _checked(raw.get("phrases", ())))
        self.phrases: dict[str, list[str]] = {}
        for head, _, following in phrases:
            self.phrases.setdefault(head, []).append(following)
        self.phrase_heads = tuple(self.phrases)
        self.other_names = tuple(_checked(raw.get("other_names", ())))
        self.also_family = frozenset(_checked(raw.get("also_family", ())))
        self.street_stems = tuple(_checked(raw.get("streets", ())))
        self.compound_stems = tuple(_checked(raw.get("compounds", ())))
        self.particles_after = frozenset(_checked(raw.get("particles_after", ())))
        self.ship_verbs = frozenset(_checked(raw.get("ship_verbs", ())))
        self.states = frozenset(_checked(raw.get("states", ())))
        self.after_place = frozenset(_checked(raw.get("after_place", ())))
        self.before_of = frozenset(_checked(raw.get("before_of", ())))
        self.after_person = frozenset(_checked(raw.get("after_person", ())))
        self.also_given = frozenset(_checked(raw.get("also_given", ())))
        self.after_also_given = frozenset(_checked(raw.get("after_also_given", ())))
        self.not_given = frozenset(_checked(raw.get("not_given", ())))
        self.things = frozenset(_checked(raw.get("things", ())))
        backing = raw.get("backing", {})
        self.backing = {EntityType(type_): _any_of(_checked(stems)) for type_, stems in backing.items()}
        joiners = "|".join(re.escape(word) for word in _checked(raw.get("joiners", ())))
        joined = rf"(?:,? (?:{joiners}) (?:the )?|, |/|[-‐‑–—]| [–—] )" if joiners else "(?:, |/|[-‐‑–—]| [–—] )"
        self.joined_before, self.joined_after = re.compile(f"{joined}$"), re.compile(joined)
        self.place_before = _any_of(_checked(raw.get("place_before", ())), whole=True)
        self.vessels = frozenset(_checked(raw.get("vessels", ())))
        self.vessel_stems = tuple(self.vessels)
        self.named_stems = tuple(_checked(raw.get("named", ())))
        self.new = re.compile(raw["new"]) if "new" in raw else None
        self.compass = re.compile(raw["compass"]) if "compass" in raw else None
        attributive = raw.get("attributive", {})
        self.attributive = {word: frozenset(_checked(attributive[word])) for word in attributive}
        goods = raw.get("goods", {})
        self._goods = {word: tuple(_checked(goods[word])) for word in goods}
        self._exceptions = tuple(_checked(raw.get("exceptions", ())))
        self.syllables: dict[str, str] = dict(raw.get("syllables", {}))
        self.abbreviated = _abbreviated(raw) if self.syllables else None
        self._affairs = tuple(_checked(raw.get("affairs", ())))
        shown_by = raw.get("shown_by", {})
        self.shown_by = {whom: tuple(_checked(shown_by[whom])) for whom in shown_by}
        self.strangers = frozenset(_checked(raw.get("strangers", ())))
        particles = raw.get("particles", {})
        self._particles: dict[str, list[str]] = {}
        for condition in particles:
            for particle in _checked(particles[condition]):
                self._particles.setdefault(particle, []).append(condition)
        suffixes = raw.get("suffixes", {})
        self._suffixes = {EntityType(type_): frozenset(_checked(words)) for type_, words in suffixes.items()}
        self.may_follow = lru_cache(maxsize=100_000)(self._may_follow)

    def _may_follow(self, last: str, tail: str, type_: EntityType, word: str) -> bool:
        """Whether Korean may write this on to a name that ends so: nouns of its type, then a plural, then particles."""
        if not tail:
            return True
        if len(tail) > LONGEST_TAIL or (word and word.startswith(self._exceptions)):
            return False
        return self._parse(last, tail, type_, nouns=2, particles=3)

    def may_follow_countries(self, last: str, tail: str) -> bool:
        """Whether Korean may write this on to countries of one syllable: affairs of both, or what any country takes."""
        return tail.startswith(self._affairs) or self.may_follow_country(last, tail)

    def may_follow_country(self, last: str, tail: str) -> bool:
        """Whether Korean may write this on to a country of one syllable."""
        return self.may_follow(last, tail, EntityType.PLACE, "")

    def names_goods(self, word: str, following: str) -> bool:
        """Whether a word that may mean something else says where goods are from (북한산 포탄, but 북한산 등산로)."""
        return any(word.startswith(start) and following.startswith(goods) for start, goods in self._goods.items())

    def _parse(self, last: str, tail: str, type_: EntityType, *, nouns: int, particles: int) -> bool:
        if not tail:
            return True
        for length in range(1, len(tail) + 1):
            head, rest = tail[:length], tail[length:]
            if (
                nouns
                and head in self._suffixes.get(type_, ())
                and self._parse(head[-1], rest, type_, nouns=nouns - 1, particles=particles)
            ):
                return True
            if nouns and head == "들" and self._parse("들", rest, type_, nouns=0, particles=particles):
                return True
            if (
                particles
                and any(_fits(last, condition) for condition in self._particles.get(head, ()))
                and self._parse(head[-1], rest, type_, nouns=0, particles=particles - 1)
            ):
                return True
        return False


def _abbreviated(raw: Mapping[str, Any]) -> re.Pattern[str]:
    """Where countries of one syllable may stand: together, in a compound of one (`towards`), or `alone`."""
    one = f"[{''.join(raw['syllables'])}]"
    affairs = "|".join(map(re.escape, sorted(_checked(raw["affairs"]), key=len, reverse=True)))
    joined, guarded, towards = (
        "|".join(map(re.escape, sorted(_checked(raw[name]), key=len, reverse=True)))
        for name in ("joined", "guarded", "towards")
    )
    alone = []
    for syllable, words in raw["alone"].items():
        following = "|".join(rf" ?{re.escape(word)}" if word == "," else rf" {re.escape(word)}" for word in words)
        alone.append(rf"{re.escape(syllable)}(?!\w)" + (f"(?={following})" if following else ""))
    characters = "".join(one for one in raw["syllables"] if not "가" <= one <= "힣")
    return re.compile(
        rf"(?<![\w·ㆍ‧∙])(?:(?P<dotted>{one}(?:[·ㆍ‧∙・-]{one})+)(?![·ㆍ‧∙])|(?P<joined>{joined})"
        rf"|(?P<guarded>{guarded})(?= ?(?:{affairs}))|(?P<towards>{towards})|(?P<alone>{'|'.join(alone)})"
        rf"|(?P<character>[{characters}]))"
    )


def _any_of(words: Iterable[str], *, whole: bool = False) -> re.Pattern[str]:
    """A pattern for any of these beginnings of words, or of these words where a name follows."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words)) or '(?!)'}){' $' if whole else ''}")


def _fits(last: str, condition: str) -> bool:
    """Whether a particle of this condition may stand after a letter; after what is not Hangul, any may."""
    if condition == "any" or not ("가" <= last <= "힣"):
        return True
    final = (ord(last) - ord("가")) % 28
    if condition == "consonant":
        return final != 0
    return final == 0 or (condition == "vowel_or_r" and final == 8)  # 8 is ㄹ


@cache
def words_of(language: Language) -> Words:
    """The words of a language; raises `GlossaryError` if the file is not as it should be."""
    return _all_data()[language]


def small_words() -> frozenset[str]:
    """English words of names that are written small as often as not (region, forces), lower case."""
    return words_of(Language.EN).generic


@cache
def _all_data() -> Mapping[Language, Words]:
    raw = yaml.safe_load(resources.files("glossary").joinpath("matching.yaml").read_text(encoding="utf-8"))
    try:
        return {language: Words(raw[language.value]) for language in Language}
    except (KeyError, ValueError, TypeError, re.error) as error:
        message = f"The file matching.yaml is not as it should be: {error!r}."
        raise GlossaryError(message) from error


def _checked(words: Iterable[object]) -> list[str]:
    checked = [word for word in words if isinstance(word, str) and word]
    if len(checked) != len(list(words)):
        message = "a list has something that is not a word (quote yes, no, on)"
        raise ValueError(message)
    return checked
