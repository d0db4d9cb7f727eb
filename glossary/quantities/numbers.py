"""Numbers of the languages that write their words apart (English, Ukrainian, Russian), read token by token.

Owns one number: its digits, words, scales and halves. What it counts is `glossary.quantities.nouns`, whether it counts
anything `glossary.quantities.labels`, ranges and bounds `glossary.quantities.spaced`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from glossary.lexicon import NUMBER, WORD, Hit, Token
from glossary.quantities.digits import parse_digits
from glossary.quantities.values import neat
from glossary.quantities.words import SpacedWords


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


class Number(NamedTuple):
    """A number between two tokens; `plain` where it is digits alone, ungrouped and without a scale."""

    low: float
    high: float
    first: int
    last: int
    plain: bool = False
    pronoun: bool = False
    mantissa: float = 0.0
    scale: float = 1.0

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
    if token.kind == WORD:
        genitive = words.genitive_one.get(token.low)
        if genitive is not None and words.before.before(tokens, index) is not None:
            return Number(genitive, genitive, index, index + 1)
        vague = words.vague.at(tokens, index)
        if vague is not None:
            return _scaled_vague(passage, vague)
    elif token.kind != NUMBER:
        return None
    return _cardinal(passage, index)


def _scaled_vague(passage: Passage, hit: Hit[tuple[float, float]]) -> Number:
    low, high = hit.value
    last = hit.last
    scale = passage.words.scales.at(passage.tokens, last)
    if scale is not None and high < 1000 <= scale.value and passage.tokens[last].low not in passage.words.glued_scales:
        # Several dozen thousand: the interval's ends are scaled, the upper one up to the next.
        low, high, last = low * scale.value, (high + 1) * scale.value - 1, scale.last
    return Number(low, high, hit.first, last)


def _cardinal(passage: Passage, index: int) -> Number | None:
    tokens, words = passage.tokens, passage.words
    total, current, room = 0.0, None, math.inf
    mantissa: float = 0.0
    last_scale = math.inf
    at = index
    plain = pronoun = False
    special = words.special.at(tokens, at)
    if special is not None:
        current, at, room = special.value, special.last, 0
    elif tokens[at].low in words.articles:
        scale = words.scales.at(tokens, at + 1)
        if scale is None or tokens[at + 1].low in words.glued_scales:
            return None
        current, at = 1.0, at + 1
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
            continue
        half = words.halves.at(tokens, at)
        if half is not None and current is not None:
            current, at, room = current + half.value, half.last, 0
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
    scale_of = last_scale if math.isfinite(last_scale) and current is None else 1.0
    if at != index + 1:
        pronoun = False
    return Number(value, value, index, at, plain and at == index + 1, pronoun, mantissa or value, scale_of)


def _scale_stands(passage: Passage, at: int, index: int) -> bool:
    """Whether a token that may be a scale is one: a single letter only where it touches the digits."""
    token = passage.tokens[at]
    if token.low not in passage.words.glued_scales or len(token.low) > 1:
        return True
    return at > index and token.glued and passage.tokens[at - 1].kind == NUMBER


def _joins(passage: Passage, at: int, current: float | None, total: float, room: float) -> bool:
    """Whether a hyphen or a joiner stands inside one number (twenty-two, two hundred and fifty)."""
    tokens, words = passage.tokens, passage.words
    if at + 1 >= len(tokens):
        return False
    value = words.cardinals.get(tokens[at + 1].low)
    if tokens[at].text in "-‑" and tokens[at].glued and tokens[at + 1].glued:
        return current is not None and value is not None and 0 < value < room <= 10
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
