"""Quantities of the languages that write their words apart: numbers with their ranges, changes, bounds and units.

Owns the way through a text; numbers, nouns and labels are modules of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from glossary.lexicon import CODE, MARK, NUMBER, WORD, Hit, Token
from glossary.quantities.labels import chain_end, is_dated, is_fraction, is_label
from glossary.quantities.nouns import currency_at, noun_after, unit_of
from glossary.quantities.numbers import Number, Passage, number_at
from glossary.quantities.values import FoundQuantity, interval, plausible
from glossary.quantities.words import NO_BOUND, BoundWord, UnitWord, noun_classes, spaced_words
from glossary.words import Bound
from translations.languages import Language


def read_spaced(text: str, tokens: Sequence[Token], language: Language) -> list[FoundQuantity]:
    """All quantities of a text, in order."""
    passage = Passage(text, tokens, spaced_words(language))
    found: list[FoundQuantity] = []
    index = 0
    while index < len(passage.tokens):
        quantities, index = _at(passage, index)
        found.extend(one for one in quantities if plausible(one))
    return found


def _at(passage: Passage, index: int) -> tuple[list[FoundQuantity], int]:
    """What begins at a token, and where to read on."""
    token, words = passage.tokens[index], passage.words
    if token.kind == CODE or (token.kind == WORD and not words.may_begin(token.low)):
        return [], index + 1
    fraction = words.fractions.at(passage.tokens, index)
    if fraction is not None and is_fraction(passage, fraction):
        return [
            _found(
                passage,
                Number(fraction.value, fraction.value, index, fraction.last),
                UnitWord("percent", 1),
                fraction.last,
                index,
            )
        ], fraction.last
    currency, amount_at = currency_at(passage, index)
    number = number_at(passage, amount_at)
    if number is None:
        if currency is None and token.kind == NUMBER:
            return [], chain_end(passage, index)
        return [], index + 1
    if is_label(passage, number, currency is not None):
        return [], max(
            number.last, chain_end(passage, amount_at) if passage.tokens[amount_at].kind == NUMBER else number.last
        )
    return _measured(passage, number, index, currency)


def _measured(passage: Passage, number: Number, first: int, currency: str | None) -> tuple[list[FoundQuantity], int]:
    second, _closed = _range(passage, number, currency)
    opener = _opener(passage, first)
    if second is not None:
        if opener is not None and _changes(passage, opener, first):
            return _change(passage, number, second, first, currency, opener)
        number = _merged(number, second)
    elif opener is not None and first - 1 == opener:
        opener = None
    start = first
    if second is not None and opener is not None:
        start = opener
    unit, last = unit_of(passage, number, currency)
    return [_found(passage, number, unit, last, start)], max(last, number.last)


def _change(
    passage: Passage, number: Number, second: Number, first: int, currency: str | None, opener: int
) -> tuple[list[FoundQuantity], int]:
    unit, last = unit_of(passage, second, currency)
    was = replace(_found(passage, number, unit, number.last, first), past=True)
    return [was, _found(passage, second, unit, last, second.first, after=number.last + 1)], last


def _opener(passage: Passage, first: int) -> int | None:
    """The word that opens a range before a number (between, from), with a bound allowed in between."""
    at = first - 1
    if at >= 0 and passage.tokens[at].low in passage.words.range_open:
        return at
    return None


def _changes(passage: Passage, opener: int, first: int) -> bool:
    tokens, verbs = passage.tokens, passage.words.change_verbs
    return any(tokens[at].low in verbs for at in range(max(0, opener - 4), opener)) and first > opener


def _range(passage: Passage, number: Number, currency: str | None) -> tuple[Number | None, bool]:
    """The second number of a range that begins with this one."""
    tokens, words = passage.tokens, passage.words
    if number.is_range:
        return None, False
    opener = _opener(passage, number.first - (1 if currency else 0))
    at = number.last
    unit = words.units.at(tokens, at)
    if unit is not None and opener is not None:
        at = unit.last
    if at >= len(tokens) or passage.broken(at):
        return None, False
    mark = tokens[at]
    joined = mark.text in {"-", "–", "—", "‑", "−", "~"} and mark.kind == MARK
    if mark.text == "—" and not mark.glued:
        joined = False
    if not joined:
        closers = words.range_open[tokens[opener].low] if opener is not None else words.range_words
        if mark.low not in closers:
            return None, False
    _, amount_at = currency_at(passage, at + 1) if at + 1 < len(tokens) else (None, at + 1)
    if amount_at >= len(tokens):
        return None, False
    # A bound may stand before the second number too (from 10 to about 12); it is folded into the range.
    inner = words.before.at(tokens, amount_at)
    if inner is not None and opener is not None:
        amount_at = inner.last
    second = number_at(passage, amount_at)
    if (
        second is None
        or second.is_range
        or (second.plain and second.first + 1 == second.last and is_dated(passage, second))
    ):
        return None, False
    low = number.low
    if number.scale == 1 and second.scale > 1 and number.low < second.mantissa:
        low = number.low * second.scale
    if low >= second.low:
        changing = opener is not None and _changes(passage, opener, number.first)
        return (second, True) if changing and second.low > 0 else (None, False)
    loose = not joined and opener is None and mark.low in words.range_words
    if loose and (second.low > 4 * low or (number.pronoun and second.low > 2)):
        return None, False
    return second, True


def _leads_change(passage: Passage, before: Hit[BoundWord]) -> bool:
    """Whether a word that bounds elsewhere here says what a change came to: зросла до 600."""
    tokens, words = passage.tokens, passage.words
    if tokens[before.first].low not in words.closers or before.last != before.first + 1:
        return False
    return any(tokens[at].low in words.change_verbs for at in range(max(0, before.first - 3), before.first))


def _found(
    passage: Passage, number: Number, unit: UnitWord | None, last: int, first: int, *, after: int = 0
) -> FoundQuantity:
    """The quantity with its noun and its bounds, which are looked for from the token `after` on."""
    tokens, words = passage.tokens, passage.words
    noun = noun_after(passage, last) if unit is None or unit.base == "year" else None
    if noun is None and unit is None and last < len(tokens) and tokens[last].low == "of":
        noun = noun_after(passage, last)
    bound, start, end = NO_BOUND, first, last
    after_at = last
    suffix = words.after.at(tokens, after_at) if after_at < len(tokens) and not passage.broken(after_at) else None
    if suffix is None and noun is not None and noun.last < len(tokens):
        beyond = words.after.at(tokens, noun.last)
        if beyond is not None:
            bound = beyond.value
    if suffix is not None:
        bound, end = suffix.value, suffix.last
        if noun is None and unit is None:
            noun = noun_after(passage, end)
    before = words.before.before(tokens, first)
    if before is not None and _leads_change(passage, before):
        before = None
    if before is not None and before.first >= after and not passage.broken(first):
        if before.value.bound is not Bound.EXACT:
            bound, start = before.value, before.first
        outer = words.before.before(tokens, start)
        if outer is not None and bound.bound is Bound.ABOUT and outer.value.bound is not Bound.ABOUT:
            bound, start = outer.value, outer.first
    said = passage.text[tokens[number.first].start : tokens[number.last - 1].end]
    if unit is not None:
        base, factor = unit
        unit_at = number.last
        said_unit = None
        if last > unit_at:
            said_unit = passage.text[tokens[unit_at].start : tokens[last - 1].end].lstrip("-‑")
        if said_unit is None and base != "percent":
            said_unit = base
    else:
        base, factor, said_unit = noun_classes()[noun.value].unit if noun else "none", 1.0, None
    quantity = interval(
        number.low, number.high, bound.bound, base, said=said, said_unit=said_unit, factor=factor, side=bound.side
    )
    return FoundQuantity(
        quantity,
        tokens[start].start,
        tokens[end - 1].end,
        passage.text[tokens[start].start : tokens[end - 1].end],
        noun.value if noun else None,
        tokens[noun.first].start if noun else None,
        tokens[noun.last - 1].end if noun else None,
        start,
        end,
        number.first,
        number.pronoun,
    )


def _merged(low: Number, high: Number) -> Number:
    bottom = low.low * high.scale if low.scale == 1 and high.scale > 1 and low.low < high.mantissa else low.low
    return Number(bottom, high.high, low.first, high.last)
