"""Where: the place that a sentence puts a quantity in, and which names say where at all.

Owns the signs of place, which in English, Ukrainian and Russian stand before a name and in Korean after it. The
subjects use them after.
"""

from __future__ import annotations

import re

from glossary.attribution import Named, claim_words
from glossary.reading.parties import is_claimant, is_people
from glossary.reading.sentence import Counted, Sentence
from glossary.words import EntityType, Measure, RelationKind
from translations.languages import Language

#: Of a quantity of land, the place within so many words after it: 800 square kilometres *of the Kursk region*.
_OF_LAND = 4
#: What happened is told before its place, so that one named before is further by so many words.
_BEFORE = 2
#: A place beyond another number is taken only where no other is named.
_ACROSS = 100
#: So many fillers and owners may stand between a word of place and its name.
_STEPS = 7
# After a name these make it a place: 쿠르스크 지역에서, 러시아 동부에, 하르키우 공습으로.
_KOREAN_AREA = re.compile(
    r"\s(?:대?공습|공격|폭격|포격|피격|폭발|지진|산사태|홍수|참사|화재|산불|전투|해방|탈환)"
    r"|\s?(?:지역|주|내|영토|전선|땅|방면|국경|동부|서부|남부|북부|중부|극동|본토|접경|일대|인근)(?:에|의|서|로|으로|\s|을|를)"
)


def place_of(sentence: Sentence, one: Counted, measure: Measure) -> str | None:
    """Where: the nearest place that its own clause puts the quantity in, and of those around it the smallest."""
    moved = measure in (Measure.PERSONNEL, Measure.MUNITIONS, Measure.EQUIPMENT, Measure.EVACUATED)
    found: list[tuple[int, str]] = []
    for named in sentence.named:
        entry = sentence.glossary.get(named.slug)
        if entry is None or entry.type is not EntityType.PLACE:
            continue
        is_land = measure is Measure.AREA and 0 <= named.first - one.last <= _OF_LAND
        is_land = is_land or _is_left(sentence, one, named, measure)
        if not is_land and not _is_home(sentence, one, named) and not is_locative(sentence, named):
            continue
        cited = any(claim.source and claim.first <= named.first < claim.last for claim in sentence.claims)
        told_there = _is_where_it_is_told(sentence, one, named)
        if (is_claimant(sentence, named) or cited or told_there) and sentence.language is not Language.KO:
            continue
        if not moved and _is_direction(sentence, named):
            continue
        if not is_land and not _is_home(sentence, one, named) and _is_origin(sentence, one, named):
            continue
        low, high = (one.last, named.first) if named.first >= one.last else (named.last, one.first)
        crossing = any(other is not one and low <= other.found.number < high for other in sentence.counted)
        # What another verb does there is not said of this number: the capture of two men fighting in Ukraine.
        foreign = any(
            low <= hit.first
            and hit.last <= high
            and hit.kind.measure is Measure.PERSONNEL
            and (one.trigger is None or hit.first != one.trigger.first)
            for hit in sentence.hits
        )
        foreign = foreign and measure is not Measure.PERSONNEL
        if foreign and sentence.language is not Language.KO:
            continue
        distance = max(0, high - low)
        distance += _BEFORE if named.last <= one.first else 0
        # Korean says where they were sent before it counts them (쿠르스크에 파병된 북한군 300명이 사망).
        distance += _ACROSS if crossing or foreign else 0
        found.append((distance, named.slug))
    if not found:
        return sentence.context.place if is_place_anaphoric(sentence) else None
    found.sort()
    best = found[0][1]
    for distance, slug in found:
        if distance < _ACROSS and best in sentence.glossary.wholes(slug):
            best = slug
    return best


def _is_where_it_is_told(sentence: Sentence, one: Counted, named: Named) -> bool:
    """Whether a place is that of the saying: two were hurt, she told reporters in London; he said in Kyiv that he was.

    A comma behind the verb goes back to what happened (twelve died, the mayor said, in Odesa), and another number is of
    what is said (revising a toll of 10, the mayor said 14 had died in Odesa).
    """
    tokens, that = sentence.tokens, claim_words(sentence.language).that
    for claim in sentence.claims:
        if claim.source or named.first < claim.last:
            continue
        goes_on = any(claim.last <= other.found.number < named.first for other in sentence.counted)
        if one.last <= claim.first and not goes_on and tokens[claim.last].text != ",":
            return True
        opening = next((at for at in range(claim.last, one.first) if tokens[at].low in that), 0)
        if named.last <= opening:
            return True
    return False


def _is_home(sentence: Sentence, one: Counted, named: Named) -> bool:
    """Residents of Kharkiv; мешканців Харкова."""
    entry = sentence.glossary.get(named.slug)
    if one.noun != "civilian" or named.adjective or entry is None or not entry.targets(RelationKind.PART_OF):
        return False
    if sentence.language is Language.KO:
        return not named.tail and 0 <= one.first - named.last <= 1  # 쿠르스크주 주민 7만 명
    gap = named.first - one.last
    if sentence.language in (Language.UK, Language.RU):
        return gap == 0
    return gap == 1 and sentence.tokens[one.last].low in sentence.words.sources


def _is_left(sentence: Sentence, one: Counted, named: Named, measure: Measure) -> bool:
    """Whether a region or a town is what people leave: 76,000 left the districts of Kursk region."""
    entry = sentence.glossary.get(named.slug)
    return (
        measure in (Measure.DISPLACED, Measure.EVACUATED)
        and sentence.language is not Language.KO
        and one.trigger is not None
        and named.first >= one.trigger.first
        and entry is not None
        and bool(entry.targets(RelationKind.PART_OF))
        and not _is_direction(sentence, named)
    )


def _is_struck(sentence: Sentence, named: Named) -> bool:
    """Whether a town or a region is what was struck: shelled Kherson; після обстрілу Херсона."""
    entry = sentence.glossary.get(named.slug)
    if entry is None or not entry.targets(RelationKind.PART_OF) or named.adjective:
        return False
    words, at = sentence.words, named.first
    while at and (sentence.tokens[at - 1].low in words.place_fillers or sentence.tokens[at - 1].low in words.sources):
        at -= 1
    return words.attacks.before(sentence.tokens, at, 2) is not None or (
        words.occasion.before(sentence.tokens, at, 2) is not None
    )


def _is_direction(sentence: Sentence, named: Named) -> bool:
    """Whether a place is where something is brought to; of the captured it says nothing (taken to Kyiv)."""
    if sentence.language is Language.KO:
        return named.tail.startswith(("으로", "로"))
    return named.first > 0 and sentence.tokens[named.first - 1].low in sentence.words.direction_words


def _is_origin(sentence: Sentence, one: Counted, named: Named) -> bool:
    """Whether a place is where the counted are from: військових з КНДР, soldiers from North Korea."""
    words, at = sentence.words, named.first - 1
    while at > one.last and sentence.tokens[at].low in words.demonstratives:
        at -= 1
    return one.last - 1 <= at <= one.last and at >= 0 and sentence.tokens[at].low in words.sources


def is_place_anaphoric(sentence: Sentence) -> bool:
    """Whether a sentence says there, of the place spoken of before."""
    return bool(sentence.words.place_anaphora.all(sentence.tokens))


def is_locative(sentence: Sentence, named: Named) -> bool:
    """Whether a name says where: after a word of place, with an owner or an article between (in Russia's Kursk)."""
    tokens, words = sentence.tokens, sentence.words
    if sentence.language is Language.KO:
        entry = sentence.glossary.get(named.slug)
        if named.tail.startswith("의") and entry is not None and entry.targets(RelationKind.PART_OF):
            return True  # a city's or a region's; a country's is a party's
        if named.tail.startswith(("에", "으로", "로")) and not named.tail.startswith(("에게", "에 따르면")):
            following = tokens[named.last].low if named.last < len(tokens) else ""
            return not following.startswith(("따르면", "의하면"))
        return is_locative_korean(sentence, named)
    if (named.adjective and sentence.language is Language.EN) or is_people(sentence, named):
        return False
    if _is_struck(sentence, named):
        return True
    at = named.first - 1
    steps = 0
    while at >= 0 and steps < _STEPS:
        if tokens[at].low in words.place_words:
            return True
        owner = next((other for other in sentence.named if other.last == at + 1 and other is not named), None)
        if owner is not None:
            at, steps = owner.first - 1, steps + 1
            continue
        if tokens[at].low in words.place_fillers or tokens[at].text in {"'", "’"} or tokens[at].low == "s":
            at, steps = at - 1, steps + 1
            continue
        return bool(
            tokens[at].text == ","
            and steps == 0
            and any(other.last == at and is_locative(sentence, other) for other in sentence.named)
        )
    return False


def is_locative_korean(sentence: Sentence, named: Named) -> bool:
    """Whether a word of place or of an attack follows a Korean name: 쿠르스크 지역에서, 하르키우 공습."""
    return _KOREAN_AREA.match(sentence.text, named.end) is not None
