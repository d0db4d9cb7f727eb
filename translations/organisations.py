"""Organisations: known whole, or composed of known words, or missing with the reason. None ever reaches the model.

The order: a name that is known; an acronym, which only its full name's entry can translate; a name that
`organisation_reading` reads into a phrase, which `organisation_writing` writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from translations import memory
from translations.knowledge import load
from translations.languages import Language
from translations.organisation_reading import UnreadableError, read, words_of
from translations.organisation_words import WRITTEN, Adjective, Noun, Topic, known, lexicon
from translations.organisation_writing import write


@dataclass(frozen=True, slots=True)
class Organisation:
    """What became of an organisation's name: forms by language and their source, or the reason there are none."""

    forms: Mapping[Language, str]
    source: str
    problem: str | None = None


def organisation_forms(text: str, source: Language) -> Organisation:
    """An organisation's forms: known, composed, or none with the reason."""
    whole = _known_whole(text, source)
    if whole is not None:
        return Organisation(whole, "memory")
    if is_acronym(text):
        return Organisation({}, "", f"{text} is an acronym that is not known; it is never spelt out letter by letter.")
    if source is not Language.EN:
        return Organisation({}, "", "An organisation is composed from its English name only; this one is not known.")
    try:
        phrase = read(_without_acronym(text))
        return Organisation({language: write(phrase, language) for language in WRITTEN}, "rule")
    except UnreadableError as error:
        return Organisation({}, "", str(error))


def is_known_organisation(text: str, source: Language) -> bool:
    """Whether a name or acronym is an organisation's known whole."""
    return _known_whole(text, source) is not None


def _known_whole(text: str, source: Language) -> Mapping[Language, str] | None:
    name = re.sub(r"^[Tt]he\s+", "", text.strip())
    if is_acronym(name):
        name = name.replace(".", "")  # S.B.U. is the SBU
    return known()[source].get(memory.key(name))


def _without_acronym(text: str) -> str:
    """A full name without the acronym that follows it in brackets: Security Service of Ukraine (SBU)."""
    return re.sub(r"\s*\((?:[A-Z]\.?){2,7}\)\s*$", "", text)


def looks_like_organisation(text: str, source: Language) -> bool:
    """Whether a name carries a head of organisations (in English, Ukrainian or Russian), or is an acronym."""
    if is_known_organisation(text, source) or is_acronym(text) or " & " in text:
        return True
    if source is not Language.EN:
        return any(word in _cyrillic_heads() for word in text.lower().split())
    words = words_of(text)
    signs = _signs()
    like_a_person = len(words) == 2 and bool(memory.given_names(words[0], source))
    if not like_a_person and any(word.lower() in signs for word in words[1:]):
        return True
    items = [
        item
        for start in range(len(words))
        for size in (1, 2, 3)
        for item in lexicon().get(" ".join(words[start : start + size]).lower(), [])
    ]
    return any(isinstance(item, Noun) for item in items) or (
        len(words) > 1 and all(_is_common_word(word) for word in words)
    )


def _is_common_word(word: str) -> bool:
    return any(isinstance(item, (Topic, Adjective)) for item in lexicon().get(word.lower(), []))


@cache
def _signs() -> frozenset[str]:
    """Words that only organisations are called by, though none is composed with them."""
    return frozenset(word.lower() for word in load("organisations")["signs"])


@cache
def _cyrillic_heads() -> frozenset[str]:
    """The heads of one word in Ukrainian and Russian: міністерство, бригада."""
    nouns = [row for row in load("organisations")["nouns"] if " " not in row[1] and " " not in row[4]]
    return frozenset(form.lower() for row in nouns for form in (row[1], row[4]))


def is_acronym(text: str) -> bool:
    """Whether a name is letters to be read one by one: SBU, U.N., KNDR; a lone capital is none."""
    return bool(re.fullmatch(r"(?:[A-ZА-ЯЄІЇҐ]\.?){2,7}\d?|[A-Z][a-z]?[A-Z]{2,5}|[A-Z]\d{1,2}", text.strip()))
