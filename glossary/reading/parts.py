"""Which number is a part of another, and which the text takes back.

Owns the marks by words (including, з них, 이 가운데; up from, раніше повідомлялося про, 당초) and by place (to 14 from
9; 500 officers *and three generals*), and the judgement that a marked number is a part. `glossary.reading.triggers`
comes before; `glossary.reading.measuring` lets a marked number lean on the one it belongs to.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from glossary.lexicon import MARK
from glossary.quantities import noun_classes
from glossary.quantities.words import nouns
from glossary.reading.sentence import Counted, Sentence, TriggerHit
from glossary.words import Measure
from translations.languages import Language

# The longest phrases of measures.yaml that make a number a part or take it back, in words, and how many other words may
# stand after the latter: up from an earlier estimate of 300.
_LONGEST_PART = 4
_LONGEST_SUPERSEDED = 6
_WORDS_BETWEEN = 3
#: Between what a number came to and what it came from, in words: to 700 [soldiers] from 594; до 30 осіб проти 22.
_TO_FROM = 2
#: Korean joins two nouns by what it glues to the first.
_KOREAN_AND = ("과", "와", "하고")
#: Words between those among whom and the number: 부상자 *가운데* 어린이는 3명.
_AMONG = 3
_KOREAN_AMONG = ("중", "가운데")
#: Around a part that is named in passing.
_ASIDE_MARKS = frozenset(",()—–")
#: The verb of a number that another takes back stands so near behind it.
_VERB_OF_FIRST = 2
#: Words between the new number and the verb that says it is one.
_UNTIL_CORRECTED = 2
#: Before what a number came to.
_TO = frozenset({"to", "at", "до", "в", "у"})


def mark_parts(sentence: Sentence) -> None:
    """Mark the numbers that the text makes parts of others or takes back."""
    for index, one in enumerate(sentence.counted):
        if one.whole is not None and _is_of_part_only(sentence, one, one.whole):
            one.whole.trigger = None
        _mark(sentence, index, one)
    for before, after in itertools.pairwise(sentence.counted):
        if _are_joined(sentence, before, after):
            if before.part and not after.part:
                after.part, after.beside = True, before
            elif after.part and not before.part and sentence.language is Language.KO:
                before.part, before.beside = True, after
        if _came_from(sentence, before, after):
            after.superseded = True
            after.trigger = before.trigger or after.trigger
        if _is_corrected(sentence, before, after):
            before.superseded = True
            after.trigger = after.trigger or before.trigger


def _is_aside(sentence: Sentence, part: Counted, trigger: TriggerHit) -> bool:
    """Whether a part is named between commas, after which its whole's verb follows: ten, three of them boys, died."""
    tokens, first = sentence.tokens, min(part.first, part.found.first)
    opened = first > 0 and tokens[first - 1].text in _ASIDE_MARKS
    return opened and any(token.text in _ASIDE_MARKS for token in tokens[part.last : trigger.first])


def _is_of_part_only(sentence: Sentence, part: Counted, whole: Counted) -> bool:
    """What became of the part (4,000 or a third of them) is not said of the whole; land is held in both."""
    if whole.trigger is None or whole.quantity.unit == "km2":
        return False
    if whole.trigger == part.trigger:
        if _is_aside(sentence, part, whole.trigger):
            return False
        # 22 were injured, four of them children: what stands before the part is said of the whole.
        return whole.found.start > part.found.start or whole.trigger.first >= part.first
    return part.quantity.unit == "percent" and whole.trigger.kind.measure is not Measure.PERSONNEL


def _mark(sentence: Sentence, index: int, one: Counted) -> None:
    """Whether words beside a number make it a part of another, or take it back."""
    tokens, words = sentence.tokens, sentence.words
    before = one.found.first
    one.part = (
        words.part.before(tokens, before, _LONGEST_PART) is not None
        or words.part.before(tokens, min(one.first, before), _LONGEST_PART) is not None
        or words.part.before(tokens, before - 1, _LONGEST_PART) is not None
        or words.part_after.at(tokens, one.last) is not None
        or words.of_them.at(tokens, one.found.last) is not None
    )
    limit = sentence.counted[index - 1].found.last if index else 0
    one.superseded = one.found.past or any(
        words.superseded.before(tokens, before - gap, _LONGEST_SUPERSEDED) is not None
        for gap in range(_WORDS_BETWEEN + 1)
        if before - gap >= max(limit, 1) and not any(t.text in ",;" for t in tokens[before - gap : before])
    )
    if one.superseded and one.trigger is not None and index:
        # What it supersedes stands before it, and has the trigger.
        current = sentence.counted[index - 1]
        if one.quantity.unit == "none" and current.quantity.unit in ("people", "none"):
            one.trigger = current.trigger or one.trigger


def _are_joined(sentence: Sentence, before: Counted, after: Counted) -> bool:
    """Whether two numbers are named in one breath: 500 officers and three generals; 장교 500명과 장성 3명."""
    if before.quantity.unit != after.quantity.unit and "none" not in (before.quantity.unit, after.quantity.unit):
        return False
    between = sentence.tokens[before.last : after.first]
    if sentence.language is Language.KO:
        glued = sentence.tokens[before.last - 1].low.endswith(_KOREAN_AND)
        return (glued and len(between) <= 1) or (len(between) == 1 and between[0].text in ",·및")
    link = sentence.words.joins.at(sentence.tokens, before.last)
    return link is not None and link.last == after.first and link.last - link.first == 1


def _came_from(sentence: Sentence, before: Counted, after: Counted) -> bool:
    """Whether a number is what another came from: revised to 700 from 594; до 700 із 594."""
    tokens = sentence.tokens
    if sentence.language is Language.KO or not before.found.number:
        return False
    first = before.found.first
    opened = tokens[first].low in _TO or tokens[first - 1].low in _TO
    origin = after.found.first - 1
    bare = after.quantity.unit in ("none", before.quantity.unit) and after.noun in (None, before.noun)
    between = tokens[before.found.last : origin]
    return (
        opened
        and bare
        and tokens[origin].low in sentence.words.sources
        and len(between) <= _TO_FROM
        and all(token.kind != MARK for token in between)
    )


def _is_corrected(sentence: Sentence, before: Counted, after: Counted) -> bool:
    """15명으로 발표됐으나 13명으로 정정됐다; 60명이라고 했다가 41명으로 고쳤다."""
    if sentence.language is not Language.KO or before.quantity.unit != after.quantity.unit or before.superseded:
        return False
    between = sentence.tokens[before.last : after.first]
    turns = any(token.low.endswith(sentence.words.taken_back) for token in between[:_VERB_OF_FIRST])
    corrected = sentence.words.corrections.all(sentence.tokens, after.last, len(sentence.tokens))
    return turns and any(hit.first - after.last <= _UNTIL_CORRECTED for hit in corrected)


def is_part(sentence: Sentence, one: Counted, measure: Measure) -> bool:
    """Whether a number is a part of another of its measure: marked so (including 30), or of its own noun."""
    if one.whole is not None and _measure(one.whole) is measure:
        return True
    if one.of_told is not None:
        return one.of_told.measure is measure
    if one.part and _has_whole(sentence, one, measure):
        return True
    if sentence.language is Language.KO:
        return _is_among(sentence, one, measure)
    # Four of the injured; but not up to 700 from 594.
    noun = noun_classes().get(one.noun or "")
    link = sentence.words.of_whole.at(sentence.tokens, one.found.last)
    if link is None or one.whole is not None or noun is None or noun.measure is not measure:
        return False
    return not any(other.found.first == link.last for other in sentence.counted)


def _is_among(sentence: Sentence, one: Counted, measure: Measure) -> bool:
    """부상자 중에는 어린이 3명이 포함됐다: of those who are named by a noun of the measure."""
    tokens = sentence.tokens
    for at in range(max(1, one.first - _AMONG), one.first):
        if tokens[at].low.startswith(_KOREAN_AMONG):
            noun = nouns(Language.KO).at(tokens, at - 1)
            return noun is not None and noun_classes()[noun.value].measure is measure
    return False


def _has_whole(sentence: Sentence, one: Counted, measure: Measure) -> bool:
    """Whether another number counts the same, of which a marked one is then a part."""
    others: Sequence[Counted]
    behind = one.beside if one.beside is not None and one.beside.found.start > one.found.start else one
    if sentence.words.part_after.at(sentence.tokens, behind.last) is not None:
        # Its whole may follow; what that measures is its trigger's until it is read itself.
        others = [other for other in sentence.counted if other not in (one, one.beside)]
        if not others and sentence.language is Language.KO:
            return True  # 부상자 중에는 어린이 3명이 포함됐다
    else:
        others = [other for other in sentence.counted if other.found.start < one.found.start]
    if any(_measure(other) is measure for other in others):
        return True
    last = sentence.context.recently_counted
    return not others and last is not None and last.final.measure is measure


def _measure(one: Counted) -> Measure | None:
    """What a number measures, or will by its noun or its trigger once it is read itself."""
    if one.measure is not None:
        return one.measure
    noun = noun_classes().get(one.noun or "")
    if noun is not None and noun.measure is not None:
        return noun.measure
    return one.trigger.kind.measure if one.trigger is not None else None
