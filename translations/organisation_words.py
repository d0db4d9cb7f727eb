"""The words that organisations are composed of: heads, fields of work, adjectives, places and ordinals, by English.

The words are `organisations.yaml`; places come from memory and the rules of `places` too, with their cases from
`declension`. `organisation_reading` puts words into phrases, `organisation_writing` writes those.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from translations import memory
from translations.cyrillic import hangul_from, russian_from_english, ukrainian_from_english, ukrainian_from_russian
from translations.declension import decline_place
from translations.knowledge import load, rows
from translations.languages import Language
from translations.places import PlaceForms, adjective, has_place_ending, has_place_word, place_forms

WRITTEN = (Language.UK, Language.RU, Language.KO)


@dataclass(frozen=True, slots=True)
class Noun:
    """A head: what kind of organisation it is."""

    english: str
    uk: tuple[str, str, str]  # nominative, genitive, gender
    ru: tuple[str, str, str]
    ko: str  # written together with what stands before it when it begins with "-"


@dataclass(frozen=True, slots=True)
class Topic:
    """A field of work, in the genitive."""

    english: str
    uk: str
    ru: str
    gender: str
    ko: str


@dataclass(frozen=True, slots=True)
class Adjective:
    """A masculine adjective, or with `phrase` words that follow the head unchanged."""

    uk: str
    ru: str
    ko: str
    belongs: str  # head, noun or phrase


@dataclass(frozen=True, slots=True)
class Place:
    """A country, region or city: genitive, locative and adjective (empty where unknown) in uk and ru, name in ko."""

    english: str
    uk: tuple[str, str, str]
    ru: tuple[str, str, str]
    ko: str
    country: bool
    name: tuple[str, str] = ("", "")  # nominative in uk and ru


@dataclass(frozen=True, slots=True)
class Ordinal:
    """A number before a unit; `words` are its masculine forms in uk and ru when it was written as a word."""

    number: int
    words: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Nickname:
    """A unit's own name, in quotation marks where the language puts them."""

    uk: str
    ru: str
    ko: str


Item = Noun | Topic | Adjective | Place | Ordinal | Nickname | str

CONNECTORS = frozenset({"of", "for", "on", "in", "to", "and", "the", "&", ",", "with", "at"})
PREPOSITIONS = frozenset({"of", "for", "on", "in", "to", "with", "at"})


@cache
def known() -> dict[Language, dict[str, Mapping[Language, str]]]:
    """The organisations that are known whole, by each language's form."""
    index: dict[Language, dict[str, Mapping[Language, str]]] = {language: {} for language in Language}
    for english, uk, ru, ko in rows("organisations", "known", widths=(4,)):
        spellings = english.split(" / ")
        forms = {Language.EN: spellings[0], Language.UK: uk, Language.RU: ru, Language.KO: ko}
        for spelling in spellings:
            index[Language.EN].setdefault(memory.key(spelling), forms)
        for language in WRITTEN:
            index[language].setdefault(memory.key(forms[language]), forms)
    return index


@cache
def lexicon() -> dict[str, list[Item]]:
    """Every known phrase in lower case with what it can be."""
    words: dict[str, list[Item]] = {}

    def add(english: str, item: Item) -> None:
        for spelling in english.split(" / "):
            if spelling:
                words.setdefault(spelling.lower(), []).append(item)

    for english, *forms, ko in rows("organisations", "nouns", widths=(8,)):
        add(english, Noun(english.split(" / ")[0], (forms[0], forms[1], forms[2]), (forms[3], forms[4], forms[5]), ko))
    for english, uk, ru, gender, ko in rows("organisations", "topics", widths=(5,)):
        add(english, Topic(english.split(" / ")[0], uk, ru, gender, ko))
    for english, uk, ru, ko, belongs in rows("organisations", "adjectives", widths=(5,)):
        add(english, Adjective(uk, ru, ko, belongs))
    for english, demonym, *forms in rows("organisations", "countries", widths=(8,)):
        names = english.split(" / ")
        place = _listed_place(names[0], forms)
        add(english, place)
        add(demonym, place)
    for english, demonym, uk, ru in rows("organisations", "demonyms", widths=(4,)):
        country = _place_of(english, uk, ru)
        if country is not None:
            add(english, country)
            add(demonym, country)
    for english, uk, ru, ko in rows("organisations", "nicknames", widths=(4,)):
        add(english, Nickname(uk, ru, ko))
    for english, uk, ru, number in rows("organisations", "ordinals", widths=(4,)):
        add(english, Ordinal(int(number), (uk, ru)))
    return words


def _listed_place(english: str, forms: list[str]) -> Place:
    """A place whose cases and adjectives the file gives; its names are memory's."""
    whole = known()[Language.EN].get(memory.key(english))
    remembered = memory.place(english, Language.EN)
    names = whole or (remembered.forms if remembered else {})
    return Place(
        english,
        (forms[0], forms[1], forms[2]),
        (forms[3], forms[4], forms[5]),
        load("organisations")["korean_names"].get(english) or names.get(Language.KO, english),
        memory.is_territory(english) or english in load("organisations")["as_countries"],
        (names.get(Language.UK, ""), names.get(Language.RU, "")),
    )


def look_up(phrase: str) -> list[Item]:
    """What a phrase of an English name can be; empty when nothing is known of it."""
    lower = phrase.lower()
    if lower in CONNECTORS:
        return [lower]
    if lower in lexicon():
        return lexicon()[lower]
    ordinal = re.fullmatch(r"(\d{1,4})(?:st|nd|rd|th)", lower)
    if ordinal:
        return [Ordinal(int(ordinal[1]), None)]
    if not phrase[:1].isupper():
        return []
    republic = re.fullmatch(r"Republic of (\w+(?: \w+)?)", phrase)
    if republic:
        place = _republic(republic[1])
        return [place] if place is not None else []
    pair = re.fullmatch(r"([A-Z][a-zA-Z]+)-([A-Z][a-zA-Z]+)", phrase)
    if pair and (both := _pair(pair[1], pair[2])) is not None:
        return [both]
    if " of" not in lower and " the" not in lower:
        place = _place_of(phrase, "", "")
        return [place] if place is not None else []
    return []


def _republic(name: str) -> Place | None:
    """The long name of a state: the noun is declined, the name stays (Республіки Польща)."""
    item = _listed(name)
    if item is None or not item.country or not all(item.name):
        return None
    uk, ru = item.name
    return Place(
        f"Republic of {item.english}",
        (f"Республіки {uk}", f"Республіці {uk}", ""),
        (f"Республики {ru}", f"Республике {ru}", ""),
        f"{item.ko} 공화국",
        country=True,
        name=(f"Республіка {uk}", f"Республика {ru}"),
    )


def _listed(name: str) -> Place | None:
    return next((item for item in lexicon().get(name.lower(), []) if isinstance(item, Place)), None)


def _pair(first: str, second: str) -> Place | None:
    """Two parties of a council or summit, not declined: Рада НАТО — Україна."""
    one, other = _listed(first), _listed(second)
    if one is None or other is None or not (all(one.name) and all(other.name)):
        return None
    uk, ru = (f"{one.name[column]} — {other.name[column]}" for column in (0, 1))
    return Place(f"{one.english}-{other.english}", (uk, uk, ""), (ru, ru, ""), f"{one.ko}-{other.ko}", country=True)


def _place_of(phrase: str, uk_adjective: str, ru_adjective: str) -> Place | None:
    """A place of memory or of the rules that name places for certain; None when a case of it is missing."""
    if memory.place(phrase, Language.EN) is None and not has_place_word(phrase) and not _surely_a_place(phrase):
        return None
    forms = place_forms(phrase, Language.EN)
    if forms is None or not set(WRITTEN) <= set(forms.forms):
        return None
    english = forms.forms.get(Language.EN, phrase)
    country = memory.is_territory(english)
    uk = _cases(forms, Language.UK, uk_adjective, country=country)
    ru = _cases(forms, Language.RU, ru_adjective, country=country)
    # What is no country stands before a head as an adjective; one without it must at least have its genitive.
    if not (uk[0] and ru[0]) and not (uk[2] and ru[2]):
        return None
    return Place(
        english, uk, ru, forms.forms[Language.KO], country, (forms.forms[Language.UK], forms.forms[Language.RU])
    )


def _cases(forms: PlaceForms, language: Language, own_adjective: str, *, country: bool) -> tuple[str, str, str]:
    name = forms.forms[language]
    described = own_adjective or (adjective(forms.forms.get(Language.EN, ""), forms, language) or "").lower()
    return (
        decline_place(name, language, "genitive", country=country),
        decline_place(name, language, "locative", country=country),
        described,
    )


def _surely_a_place(phrase: str) -> bool:
    """Whether a single unknown word has a Slavic place's ending: Synelnykove and Kupiansk, not Desk."""
    return bool(re.fullmatch(r"[A-Z][a-z']{5,}", phrase)) and has_place_ending(phrase)


def court_adjective(word: str) -> Adjective | None:
    """The adjective of a district that opens a court's or council's name: Pecherskyi, Basmanny, Shevchenkivskyi."""
    match = re.fullmatch(r"([A-Z][a-z']+?)(s?kyi|s?kiy|s?ky|nny|nnyi|vny|vnyi|rnyi|lnyi)", word)
    if match is None:
        return None
    if re.search(r"yi$|iv", word):
        uk = ukrainian_from_english(word)
        ru = russian_from_english(re.sub(r"yi$", "iy", word)).replace("h", "г")
    else:
        ru = russian_from_english(word)
        uk = ukrainian_from_russian(ru)
    if not (uk.endswith("ий") and ru.endswith(("ий", "ый"))):
        return None
    return Adjective(uk, ru, hangul_from(ru if ru.endswith("ный") else uk, Language.RU) + " ", "head")
