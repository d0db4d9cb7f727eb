"""Numbers of the languages that write their words apart (English, Ukrainian, Russian), read token by token.

Owns one number: its digits, words, scales and halves. What it counts is `glossary.quantities.nouns`, whether it counts
anything `glossary.quantities.labels`, ranges and bounds `glossary.quantities.spaced`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from glossary.lexicon import NUMBER, WORD, Token
from glossary.quantities.digits import parse_digits
from glossary.quantities.values import neat
from glossary.quantities.words import SpacedWords, UnitWord

HYPHENS = frozenset("-‑–−")
RANGE_MARKS = frozenset("-–—‑−~")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with its tokens and the words of its language."""

    text: str
    tokens: Sequence[Token]
    words: SpacedWords

    def broken(self, at: int) -> bool:
        """Whether a line or a column of a table ends before a token."""
        between = self.text[self.tokens[at - 1].end : self.tokens[at].start]
        return "\n" in between or "\t" in between or len(between) > 2

    def hyphened(self, at: int) -> bool:
        """Whether a hyphen and a word are glued to the token before `at` (300-strong)."""
        tokens = self.tokens
        return (
            at + 1 < len(tokens)
            and tokens[at].text in HYPHENS
            and tokens[at].glued
            and tokens[at + 1].glued
            and tokens[at + 1].kind == WORD
        )


class Number(NamedTuple):
    """A number between two tokens; `plain` where it is digits alone, ungrouped and without a scale.

    `mantissa` and `scale` are the parts of 12 thousand. `about` is said by the order of words (тисяч п'ять), `people`
    by a collective (двоє); `ordinal` marks the first part of an ordinal, `cased` digits with a case's ending (25-ти).
    `unit` is what a word such as полгода measures by itself.
    """

    low: float
    high: float
    first: int
    last: int
    plain: bool = False
    pronoun: bool = False
    mantissa: float = 0.0
    scale: float = 1.0
    about: bool = False
    people: bool = False
    ordinal: bool = False
    cased: bool = False
    unit: UnitWord | None = None

    @property
    def is_range(self) -> bool:
        """Whether a vague word was said, and no one number."""
        return self.low != self.high


def number_at(passage: Passage, index: int) -> Number | None:
    """The number, exact or vague, that begins at a token."""
    tokens, words = passage.tokens, passage.words
    if index >= len(tokens):
        return None
    token = tokens[index]
    if token.kind == NUMBER:
        return _cardinal(passage, index)
    if token.kind != WORD or not words.may_begin(token.low):
        return None
    measured = words.measured.at(tokens, index)
    if measured is not None:
        value, unit = measured.value
        return Number(value, value, index, measured.last, unit=unit)
    governed = token.low in words.genitive_one and _is_governed(passage, index)
    if not governed:
        found = _inverted(passage, index) or _vague(passage, index)
        if found is not None:
            return found
    number = _cardinal(passage, index, governed=governed)
    if number is not None and token.low in words.loose_alone and index and tokens[index - 1].low in words.loose_before:
        number = number._replace(about=True)
    if number is not None and number.low < 1 and words.units.at(tokens, number.last) is None:
        # Half a regiment, пів полку: no number of anything.
        return None
    return number


def _is_governed(passage: Passage, index: int) -> bool:
    """Whether a genitive stands after a word that asks for one: близько тисячі, від тисячі."""
    words, tokens = passage.words, passage.tokens
    before = tokens[index - 1].low if index else ""
    return before in words.range_open or before in words.closers or words.before.before(tokens, index) is not None


def _inverted(passage: Passage, index: int) -> Number | None:
    """A scale before its number, which says that it is about so much: тысяч пять."""
    tokens, words = passage.tokens, passage.words
    if tokens[index].low not in words.inverted or index + 1 >= len(tokens) or tokens[index + 1].kind != WORD:
        return None
    scale = words.scales.at(tokens, index)
    value = words.cardinals.get(tokens[index + 1].low)
    if scale is None or value is None or not 2 <= value <= 40 or passage.broken(index + 1):
        return None
    return Number(value * scale.value, value * scale.value, index, index + 2, about=True)


def _vague(passage: Passage, index: int) -> Number | None:
    """Several, dozens, tens of thousands: from two of the unit to what has as many digits as it."""
    tokens, words = passage.tokens, passage.words
    few = words.few.at(tokens, index)
    at = few.last if few is not None else index
    unit, units = 1.0, 0
    while at < len(tokens):
        token = tokens[at]
        if at > index and passage.broken(at):
            break
        value = words.vague_units.get(token.low)
        last = at + 1
        if value is None and (few is not None or units) and token.low not in words.glued_scales:
            scale = words.scales.at(tokens, at)
            value, last = (scale.value, scale.last) if scale is not None else (None, at)
        if value is not None and (units == 0 or value > unit):
            unit, units, at = unit * value, units + 1, last
        elif token.low in words.vague_links and at + 1 < len(tokens) and _is_unit_of(passage, at + 1, units):
            at += 1
        else:
            break
    if units == 0:
        if few is None or tokens[index].low in words.few_with_units:
            return None
        return Number(*few.value, index, few.last)
    digits = 10.0 ** math.floor(math.log10(unit))
    most = 4 if few is not None and few.value[1] < 4 else 10
    return Number(2 * unit, most * digits - 1, index, at)


def _is_unit_of(passage: Passage, at: int, units: int) -> bool:
    low = passage.tokens[at].low
    return units > 0 and (
        low in passage.words.vague_units or (passage.words.scales.begins(low) and low not in passage.words.glued_scales)
    )


def _cardinal(passage: Passage, index: int, *, governed: bool = False) -> Number | None:
    tokens, words = passage.tokens, passage.words
    total, current, room = 0.0, None, math.inf
    mantissa: float = 0.0
    last_scale = math.inf
    at = index
    plain = pronoun = cased = False
    special = words.special.at(tokens, at)
    if special is not None:
        current, at, room = special.value, special.last, 0
    elif tokens[at].low in words.articles:
        scale = words.scales.at(tokens, at + 1)
        if scale is None or tokens[at + 1].low in words.glued_scales:
            return None
        current, at = 1.0, at + 1
    elif governed:
        current = 1.0
    people = tokens[index].low in words.collectives
    adjective_value = words.scale_adjective(tokens[index].low)
    if adjective_value is not None and words.groups.at(tokens, index + 1) is not None:
        return Number(adjective_value, adjective_value, index, index + 1, people=True)
    while at < len(tokens):
        token = tokens[at]
        if at > index and passage.broken(at):
            break
        if token.kind == NUMBER:
            value = parse_digits(token.text, words.group, words.decimal)
            follows_scale = total > 0 and current is None and math.isfinite(last_scale) and last_scale <= 1e6
            if at == index and value is not None:
                current, room, plain = value, 0, token.text.isdigit()
            elif (
                follows_scale
                and value is not None
                and value < last_scale
                and value.is_integer()
                and not words.label_after.at(tokens, at + 1)
            ):
                current, room = value, 0
            else:
                break
            at += 1
            if passage.hyphened(at):
                adjective = words.hyphen_scales.at(tokens, at + 1)
                if adjective is not None and current is not None:
                    mantissa, last_scale = current, adjective.value
                    total, current, at, plain = current * adjective.value, None, at + 2, False
                    people = words.groups.at(tokens, at) is not None
                    break
                if tokens[at + 1].low in words.case_endings:
                    at, cased = at + 2, True
            continue
        half = words.halves.at(tokens, at)
        if half is not None and (current is not None or total):
            if current is None:
                total += half.value * last_scale
            else:
                current, room = current + half.value, 0
            at = half.last
            continue
        scale = words.scales.at(tokens, at) if _scale_stands(passage, at, index) else None
        if scale is not None:
            if current is None:
                if total or token.low not in words.scales_alone:
                    break
                current = 1.0
            if scale.value < 1000:
                if current >= 100:
                    break
                current, room = current * scale.value, scale.value
            elif scale.value < last_scale:
                mantissa = current
                total, current, last_scale, room = total + current * scale.value, None, scale.value, math.inf
            else:
                break
            plain = False
            at = scale.last
            continue
        value = words.cardinals.get(token.low)
        if value is not None:
            if current is None:
                if value >= last_scale:
                    break
                current = value
            elif value and value < room:
                current += value
            else:
                break
            room = _room(value)
            pronoun = at == index and token.low in words.weak_one
            at += 1
            continue
        if _joins(passage, at, current, total, room):
            at += 1
            continue
        break
    if current is None and total == 0:
        return None
    value = neat(total + (current or 0.0))
    if tokens[index].kind == WORD and room >= 10 and at > index:
        ordinal = _ordinal_end(passage, at)
        if ordinal is not None:
            return Number(value, value, index, ordinal, ordinal=True)
    scale_of = last_scale if math.isfinite(last_scale) and current is None else 1.0
    return Number(
        value,
        value,
        index,
        at,
        plain=plain and at == index + 1,
        pronoun=pronoun and at == index + 1,
        mantissa=mantissa or value,
        scale=scale_of,
        people=people,
        cased=cased,
    )


def _ordinal_end(passage: Passage, at: int) -> int | None:
    """The end of an ordinal that a cardinal begins: twenty-first, двадцять перша, two hundred and first."""
    tokens, words = passage.tokens, passage.words
    if at < len(tokens) and (tokens[at].text in HYPHENS or tokens[at].low in words.joiners):
        at += 1
    elif words.joiners:
        return None
    if at < len(tokens) and tokens[at].low in words.ordinals and not passage.broken(at):
        return at + 1
    return None


def _scale_stands(passage: Passage, at: int, index: int) -> bool:
    """Whether a token that may be a scale is one: a single letter only where it touches the digits."""
    token = passage.tokens[at]
    if token.low not in passage.words.glued_scales or len(token.low) > 1:
        return True
    return at > index and token.glued and passage.tokens[at - 1].kind == NUMBER


def _joins(passage: Passage, at: int, current: float | None, total: float, room: float) -> bool:
    """Whether a hyphen or a joiner stands inside one number (twenty-two, two-million, two hundred and fifty)."""
    tokens, words = passage.tokens, passage.words
    if at + 1 >= len(tokens):
        return False
    following = tokens[at + 1]
    value = words.cardinals.get(following.low)
    if tokens[at].text in "-‑" and tokens[at].glued and following.glued:
        if current is None:
            return False
        if value is None:
            return len(following.low) > 2 and words.scales.at(tokens, at + 1) is not None
        return 0 < value < room <= 10
    if tokens[at].low in words.joiners and tokens[at - 1].kind == WORD:
        after_hundred = current is not None and room == 100
        after_scale = current is None and total > 0
        return value is not None and 0 < value < 100 and (after_hundred or after_scale)
    return False


def _room(value: float) -> float:
    """What may still be added to a cardinal: a hundred takes less than a hundred, a ten takes less than ten."""
    if value >= 100:
        return 100
    return 10 if value >= 20 else 0
