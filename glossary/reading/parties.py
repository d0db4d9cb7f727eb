"""The party that a name stands for, and what the sentence shows of the name.

Owns what a name says by itself and by the words right beside it: an agency or a capital stands for its country, some
names are of troops, some only own what follows, some claim. `glossary.reading.subjects` decides by it who is counted.
"""

from __future__ import annotations

import re

from glossary.attribution import Named, government
from glossary.entries import Glossary
from glossary.lexicon import MARK
from glossary.reading.sentence import Sentence
from glossary.words import EntityType, RelationKind
from translations.languages import Language

#: Ukrainian and Russian names of peoples, in their cases.
_PEOPLE = re.compile(r"(?:ян|яни|яне|янам|янами|янах|янин|янина|ці|ців|цям|цями|цях|цы|цев|цам|цами|цах|ець|єць|ец)$")

#: Words between who strikes and the strike.
_STRIKE_WITHIN = 3
_KOREAN_STRIKE_WITHIN = 6
_KOREAN_VERB = re.compile(r"(?:해|하여|하고|한|했.*|해서)$")


def party_of(slug: str, glossary: Glossary) -> str | None:
    """The party that a name stands for: an agency's, a unit's or a capital's country, a country."""
    entry = glossary.get(slug)
    if entry is None:
        return None
    if entry.type is EntityType.ORG:
        of = entry.targets(RelationKind.AGENCY_OF) or entry.targets(RelationKind.PART_OF)
        return party_of(of[0], glossary) if of and of[0] != slug else slug
    if entry.type is EntityType.PLACE:
        seat = government(slug, glossary)
        if seat != slug:
            return seat
        return slug if not entry.targets(RelationKind.PART_OF) else None
    return None


def led_by(slug: str, glossary: Glossary) -> str | None:
    """The country that a person leads: Kim Jong Un sent 15,000 soldiers."""
    entry = glossary.get(slug)
    if entry is None or entry.type is not EntityType.PERSON:
        return None
    led = [
        other
        for other in sorted(glossary.related(slug))
        if glossary[other].type is EntityType.PLACE and slug in glossary[other].targets(RelationKind.LED_BY)
    ]
    return led[0] if len(led) == 1 else None


def side_of(slug: str | None, glossary: Glossary) -> str | None:
    """The country that a speaker speaks for: an agency's, a leader's, that of the agency a person leads."""
    entry = glossary.get(slug)
    if entry is None:
        return None
    if entry.type is not EntityType.PERSON:
        return party_of(entry.slug, glossary)
    led = [
        other
        for other in sorted(glossary.related(entry.slug))
        if entry.slug in glossary[other].targets(RelationKind.LED_BY)
    ]
    sides = {party for other in led if (party := party_of(other, glossary)) is not None}
    return sides.pop() if len(sides) == 1 else None


def country_of(slug: str, glossary: Glossary) -> str | None:
    """The country that a place is in, or is."""
    entry = glossary.get(slug)
    if entry is None or entry.type is not EntityType.PLACE:
        return None
    wholes = [one for one in glossary.wholes(slug) if not glossary[one].targets(RelationKind.PART_OF)]
    if wholes:
        return wholes[0]
    return government(slug, glossary)


def is_people(sentence: Sentence, named: Named) -> bool:
    """Whether a name is that of a people, not an adjective: росіяни, северокорейцев; Ukrainians."""
    last = sentence.tokens[named.last - 1].low
    if not named.adjective:
        return False
    return last.endswith("s") if sentence.language is Language.EN else _PEOPLE.search(last) is not None


def has_troops(sentence: Sentence, named: Named) -> bool:
    """Whether a name is that of troops: North Korean soldiers, 북한군, Russian forces."""
    tokens = sentence.tokens
    return (
        sentence.words.soldiers.at(tokens, named.last) is not None
        or sentence.words.party_words.at(tokens, named.last) is not None
        or named.tail.startswith("군")
        or (
            sentence.language is Language.KO
            and tokens[named.last - 1].text[: named.end - tokens[named.last - 1].start].endswith("군")
        )
    )


def is_attacker(sentence: Sentence, named: Named) -> bool:
    """Whether a name is of who strikes, who is then not counted: a Russian strike; 러시아군의 공습으로 13명이."""
    tokens, words = sentence.tokens, sentence.words
    if sentence.language is Language.KO:
        return _attacks_in_korean(sentence, named)
    for at in range(named.last, min(named.last + _STRIKE_WITHIN, len(tokens))):
        if tokens[at].kind == MARK:
            break
        if words.occasion.at(tokens, at) is not None or words.attacks.at(tokens, at) is not None:
            return True
    before = words.occasion.before(tokens, named.first, 1) or words.occasion.before(tokens, named.first - 1, 1)
    beside = before is not None and (before.last == named.first or tokens[named.first - 1].low in words.agents)
    return beside and not (before is not None and tokens[before.first].low.endswith(("ли", "в", "ла")))


def _attacks_in_korean(sentence: Sentence, named: Named) -> bool:
    """A strike's owner stands right before it; of the verb to strike it is who has a subject's particle."""
    tokens = sentence.tokens
    for at in range(named.last, min(named.last + _KOREAN_STRIKE_WITHIN, len(tokens))):
        strike = sentence.words.occasion.at(tokens, at) or sentence.words.attacks.at(tokens, at)
        if strike is not None:
            verb = _KOREAN_VERB.search(tokens[at].low) is not None
            acts = named.tail.endswith(("이", "가", "은", "는"))
            return acts if verb else named.tail in ("", "의", "군의") and at - named.last < _STRIKE_WITHIN
        if any(other.first == at for other in sentence.named) and not named.tail.endswith(("이", "가", "은", "는")):
            return False
    return False


def is_owner(sentence: Sentence, named: Named) -> bool:
    """Whether a name only owns what follows (Russia's war)."""
    return sentence.text[named.end : named.end + 2] in {"'s", "’s"} or named.tail in {"'s", "'"}


def is_claimant(sentence: Sentence, named: Named) -> bool:
    """Whether a name is that of who makes a claim of the sentence."""
    for claim in sentence.claims:
        if claim.mention is None:
            continue
        claimant = sentence.named[claim.mention]
        # A Korean body may be named by its parts and, in parentheses, once more: 유엔 인권최고대표사무소(OHCHR).
        asides = sentence.language is Language.KO and 0 <= claimant.start - named.end <= 1
        if named == claimant or (asides and sentence.text[named.end] == "("):
            return True
    return False
