"""Where: the place that a sentence puts a quantity in, and which names say where at all.

Owns the signs of place, which in English, Ukrainian and Russian stand before a name and in Korean after it. The
subjects and the scopes use it after.
"""

from __future__ import annotations

import re

from glossary.attribution import Named
from glossary.reading.parties import is_claimant
from glossary.reading.sentence import Counted, Sentence
from glossary.words import EntityType, Measure, RelationKind
from translations.languages import Language

# After a name these make it a place: 쿠르스크 지역에서, 러시아 동부에, 하르키우 공습으로.
_KOREAN_AREA = re.compile(
    r"\s(?:대?공습|공격|폭격|포격|피격|폭발|전투|해방|탈환)"
    r"|\s?(?:지역|주|내|영토|전선|땅|방면|국경|동부|서부|남부|북부|중부|극동|본토|접경|일대|인근)(?:에|의|서|로|으로|\s|을|를)"
)


def place_of(sentence: Sentence, one: Counted, measure: Measure) -> str | None:
    """Where: the nearest place that its own clause puts the quantity in, and of those around it the smallest."""
    first, last = one.first, one.last
    if one.trigger is not None:
        first, last = min(first, one.trigger.first), max(last, one.trigger.last)
    moved = measure in (Measure.PERSONNEL, Measure.MUNITIONS, Measure.EQUIPMENT, Measure.EVACUATED)
    found: list[tuple[float, str]] = []
    for named in sentence.named:
        entry = sentence.glossary.get(named.slug)
        if entry is None or entry.type is not EntityType.PLACE:
            continue
        gap = named.first - one.last
        of_area = measure is Measure.AREA and 0 <= gap <= 4
        # Residents of Kharkiv; мешканців Харкова.
        of_area = of_area or (
            one.found.noun == "civilian"
            and not named.adjective
            and bool(entry.targets(RelationKind.PART_OF))
            and _is_owned(sentence, one, gap)
        )
        if not of_area and not is_locative(sentence, named):
            continue
        if is_claimant(sentence, named) and sentence.language is not Language.KO:
            continue
        if not moved and _is_direction(sentence, named):
            continue
        low, high = (one.last, named.first) if named.first >= one.last else (named.last, one.first)
        crossing = sum(other is not one and low <= other.found.number < high for other in sentence.counted)
        # What another verb does there is not said of this number: the capture of two men fighting in Ukraine.
        foreign = any(
            low <= hit.first
            and hit.last <= high
            and hit.kind.measure is Measure.PERSONNEL
            and (one.trigger is None or hit.first != one.trigger.first)
            for hit in sentence.hits
        )
        if foreign and measure is not Measure.PERSONNEL:
            continue
        before = 2.0 if named.last <= one.first else 0.0
        found.append((max(0, high - low) + before + (100.0 if crossing else 0.0), named.slug))
    if not found:
        return sentence.context.place if is_place_anaphoric(sentence) else None
    found.sort()
    best = found[0][1]
    for distance, slug in found:
        if distance < 100 and best in sentence.glossary.wholes(slug):
            best = slug
    return best


def _is_owned(sentence: Sentence, one: Counted, gap: int) -> bool:
    if sentence.language in (Language.UK, Language.RU):
        return gap == 0
    return gap == 1 and sentence.tokens[one.last].low in sentence.words.sources


def _is_direction(sentence: Sentence, named: Named) -> bool:
    """Whether a place is where something is brought to; of the captured it says nothing (taken to Kyiv)."""
    if sentence.language is Language.KO:
        return named.tail.startswith(("으로", "로"))
    return named.first > 0 and sentence.tokens[named.first - 1].low in sentence.words.direction_words


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
        if named.tail.startswith(("에서", "에 ", "에", "으로", "로")) and not named.tail.startswith(
            ("에게", "에 따르면")
        ):
            following = tokens[named.last].low if named.last < len(tokens) else ""
            return not following.startswith(("따르면", "의하면"))
        return is_locative_korean(sentence, named)
    if named.adjective and sentence.language is Language.EN:
        return False
    at = named.first - 1
    steps = 0
    while at >= 0 and steps < 7:
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
