"""The words of `measures.yaml`: what makes a number a measure, a part, a total, a place, somebody's.

Owns `MeasureWords`, the words of one language as they are looked up, and their checks on load. The nouns that are
counted are loaded by `glossary.quantities`, the words of saying by `glossary.attribution`; `glossary.sentences` and
`glossary.reading` read by what is here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from glossary.errors import GlossaryError
from glossary.lexicon import Lexicon, load_yaml
from glossary.quantities import noun_classes
from glossary.words import Measure
from translations.languages import Language


class Trigger(NamedTuple):
    """A kind of trigger: what it makes of a number in one of `units`; `agent` if the counted party is who acts."""

    name: str
    measure: Measure
    units: frozenset[str]
    agent: bool


class MeasureWords:
    """The words of one language; `measures.yaml` says of each group what it is for."""

    def __init__(self, language: Language) -> None:
        data: Mapping[str, Any] = load_yaml("measures.yaml")
        own: Mapping[str, Any] = data[language.value]
        self.language = language
        # What is measured.
        self.kinds = _kinds(data["triggers"])
        self.triggers = _triggers(own["triggers"], self.kinds, language)
        self.joins = _lexicon(own["trigger_joins"])
        self.tolls = _lexicon(own["tolls"])
        self.soldiers = _lexicon(
            [text for name, texts in own["nouns"].items() if noun_classes()[name].military for text in texts]
        )
        # Parts and wholes, numbers taken back, changes.
        self.predicates = frozenset(own["predicates"])
        self.fate_fillers = tuple(own.get("fate_fillers", ()))
        self.part = _lexicon(own["part"])
        self.part_after = _lexicon(own["part_after"])
        self.whole_opens = _lexicon(own["whole_opens"])
        self.of_whole = _lexicon(own["of_whole"])
        self.of_them = _lexicon(own["of_them"])
        self.superseded = _lexicon(own["superseded"])
        self.initially = _lexicon(own["initially"])
        self.corrections = _lexicon(own.get("corrections", ()))
        self.taken_back = tuple(own.get("taken_back", ()))
        self.of_party = frozenset(own.get("of_party", ()))
        self.negations = _lexicon(own["negations"])
        self.not_negations = _lexicon(own["not_negations"])
        self.count_again = _lexicon(own["count_again"])
        self.more = _lexicon(own["more"])
        self.change_after = _lexicon(own["change_after"])
        self.change = _lexicon(own["change"])
        self.modal = _lexicon(own["modal"])
        self.totals = _lexicon(own["totals"])
        self.occasion = _lexicon(own["occasion"])
        # Whose.
        self.possessives = frozenset(own["possessives"])
        self.attacks = _lexicon(own["attacks"])
        self.age_links = frozenset(own["age_links"])
        self.enemies = _lexicon(own["enemies"])
        self.adversaries: Mapping[str, str] = data["adversaries"]
        self.halves: Mapping[str, str] = own["halves"]
        self.party_words = _lexicon(_open_ended(own["party_words"], language))
        self.sources = frozenset(own["origin_words"])
        self.agents = frozenset(own["agent_words"])
        self.demonstratives = frozenset(own["demonstratives"])
        # Where.
        self.direction_words = frozenset(own["direction_words"])
        self.place_words = frozenset(own["place_words"])
        self.place_anaphora = _lexicon(own["place_anaphora"])
        self.place_fillers = frozenset(own["place_fillers"])
        # Who says so.
        self.pronouns = frozenset(own["speaker_pronouns"])
        self.person_pronouns = frozenset(own["person_pronouns"])
        self.thing_pronouns = frozenset(own["thing_pronouns"])
        self.about_this = _lexicon(own["about_this"])
        # Years of persons.
        self.born = _lexicon(own["born"])
        self.serves = _lexicon(own["serves"])
        self.served_from = frozenset(own["served_from"])
        self.year_links = frozenset(own["year_links"])
        # Where sentences, clauses and phrases end.
        self.abbreviations = frozenset(own["abbreviations"])
        self.breaks = _lexicon(own["clause_breaks"])
        self.asides = _lexicon([*own["part"], *own["according"]])
        self.phrase_ends = frozenset(load_yaml("numbers.yaml")[language.value].get("phrase_ends", ()))


@cache
def measure_words(language: Language) -> MeasureWords:
    """The words of a language, loaded once.

    Raises:
        GlossaryError: a trigger of the language is not defined.
    """
    return MeasureWords(language)


def _kinds(defined: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Trigger]:
    return {
        name: Trigger(name, Measure(entry["measure"]), frozenset(entry["of"]), entry.get("who") == "agent")
        for name, entry in defined.items()
    }


def _triggers(
    written: Mapping[str, Sequence[str]], kinds: Mapping[str, Trigger], language: Language
) -> Lexicon[Trigger]:
    unknown = set(written) - set(kinds)
    if unknown:
        message = f"measures.yaml has triggers in {language.english_name} that it does not define: {sorted(unknown)}"
        raise GlossaryError(message)
    by_text: dict[str, list[Trigger]] = {}
    for name, texts in written.items():
        for text in texts:
            by_text.setdefault(text, []).append(kinds[name])
    return Lexicon((text, kind) for text, all_ in by_text.items() for kind in all_)


def _open_ended(words: Sequence[str], language: Language) -> list[str]:
    """Outside English these words are inflected or take particles, so that each stands for all that begin so."""
    return [word if word.endswith("*") or language is Language.EN else f"{word}*" for word in words]


def _lexicon(texts: Sequence[str]) -> Lexicon[bool]:
    return Lexicon((text, True) for text in texts)
