"""Quantities of the languages that write their words apart: numbers with their ranges, changes, bounds and units.

Owns the way through a text; numbers, nouns and labels are modules of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from glossary.lexicon import CODE, MARK, NUMBER, WORD, Hit, Token
from glossary.quantities.labels import chain_end, is_dated, is_label, share_at
from glossary.quantities.nouns import currency_at, noun_after, unit_of
from glossary.quantities.numbers import RANGE_MARKS, Number, Passage, number_at
from glossary.quantities.values import FoundQuantity, in_unit, interval, plausible
from glossary.quantities.words import NO_BOUND, BoundWord, UnitWord, noun_classes, spaced_words
from glossary.words import Bound
from translations.languages import Language

#: A word of change stands at most this many tokens before the number it came to (повысил ключевую ставку до 21%).
_CHANGE_REACH = 6
#: Words between a bound and its number: at least a further 20.
_MOST_LINKS = 2


def read_spaced(text: str, tokens: Sequence[Token], language: Language) -> list[FoundQuantity]:
    """All quantities of a text, in order."""
    passage = Passage(text, tokens, spaced_words(language))
    found: list[FoundQuantity] = []
    index = 0
    while index < len(tokens):
        quantities, index = _at(passage, index)
        for one in quantities:
            if plausible(one):
                before = found[-1] if found else None
                found.append(_with_shared_unit(passage, _with_shared_noun(passage, one, before), before))
    return found


def _at(passage: Passage, index: int) -> tuple[list[FoundQuantity], int]:
    """What begins at a token, and where to read on."""
    token, words = passage.tokens[index], passage.words
    if token.kind == CODE or (token.kind == WORD and not words.may_begin(token.low)):
        return [], index + 1
    share = share_at(passage, index)
    if share is not None:
        number = Number(share.value, share.value, index, share.last)
        return [_found(passage, number, UnitWord("percent", 1), share.last, index)], share.last
    currency, amount_at = currency_at(passage, index)
    number_here = number_at(passage, amount_at)
    if number_here is None:
        if currency is None and token.kind == NUMBER:
            return [], chain_end(passage, index)
        return [], index + 1
    if is_label(passage, number_here, currency is not None):
        at_digits = passage.tokens[amount_at].kind == NUMBER
        return [], max(number_here.last, chain_end(passage, amount_at) if at_digits else number_here.last)
    return _measured(passage, number_here, index, currency)


def _measured(passage: Passage, number: Number, first: int, currency: str | None) -> tuple[list[FoundQuantity], int]:
    second = _range(passage, number, currency)
    opener = _opener(passage, first)
    start = first
    if second is not None:
        if opener is not None and _opens_change(passage, opener):
            return _change(passage, number, second, first, currency)
        number = _merged(number, second)
        start = opener if opener is not None else first
    unit, last = unit_of(passage, number, currency)
    if second is None and _began_at(passage, number, first):
        return [replace(_found(passage, number, unit, last, start), past=True)], max(last, number.last)
    return [_found(passage, number, unit, last, start)], max(last, number.last)


def _change(
    passage: Passage, number: Number, second: Number, first: int, currency: str | None
) -> tuple[list[FoundQuantity], int]:
    unit, last = unit_of(passage, second, currency)
    was = replace(_found(passage, number, unit, number.last, first), past=True)
    return [was, _found(passage, second, unit, last, second.first, after=number.last + 1)], last


def _began_at(passage: Passage, number: Number, first: int) -> bool:
    """Whether a number is what a change began at: raised to 4,700 *from 3,000*."""
    tokens, words = passage.tokens, passage.words
    bound = words.before.before(tokens, first)
    at = (bound.first if bound is not None else first) - 1
    if at < 1 or tokens[at].low not in words.change_from:
        return False
    # What it came to stands right before, with its unit or noun; the verb before that.
    return any(
        tokens[back].kind == NUMBER or tokens[back].low in words.cardinals for back in range(max(0, at - 4), at)
    ) and _changes(passage, at, reach=_CHANGE_REACH + 4)


def _opener(passage: Passage, first: int) -> int | None:
    """The word that opens a range before a number (between, from), with a bound allowed in between."""
    at = first - 1
    if at >= 0 and passage.tokens[at].low in passage.words.range_open:
        return at
    return None


def _opens_change(passage: Passage, opener: int) -> bool:
    """Whether from A to B tells of a change; between A and B never does: fell to between 5,000 and 6,000."""
    words = passage.words
    return bool(words.range_open[passage.tokens[opener].low] & words.range_words) and _changes(passage, opener)


def _changes(passage: Passage, end: int, reach: int = _CHANGE_REACH) -> bool:
    """Whether a word of change stands before a token, in its clause."""
    tokens = passage.tokens
    for at in range(end - 1, max(-1, end - 1 - reach), -1):
        if tokens[at].kind == MARK and tokens[at].text in ".;:!?—–":
            return False
        if passage.words.change_verbs.at(tokens, at) is not None:
            return True
    return False


def _range(passage: Passage, number: Number, currency: str | None) -> Number | None:
    """The second number of a range that begins with this one."""
    tokens, words = passage.tokens, passage.words
    opener = _opener(passage, number.first - (1 if currency else 0))
    if number.is_range and opener is None:
        return None
    at = number.last
    unit = words.units.at(tokens, at)
    if unit is not None:
        at = unit.last
    if at >= len(tokens) or passage.broken(at):
        return None
    mark = tokens[at]
    joined = mark.text in RANGE_MARKS and mark.kind == MARK and not (mark.text == "—" and not mark.glued)
    if not joined:
        closers = words.range_open[tokens[opener].low] if opener is not None else words.range_words
        if mark.low not in closers:
            return None
    _, amount_at = currency_at(passage, at + 1) if at + 1 < len(tokens) else (None, at + 1)
    if amount_at >= len(tokens):
        return None
    # A bound may stand before the second number too (from 10 to about 12); it is folded into the range.
    inner = words.before.at(tokens, amount_at)
    if inner is not None and opener is not None:
        amount_at = inner.last
    second = number_at(passage, amount_at)
    if second is None or second.ordinal or (second.is_range and opener is None):
        return None
    if second.plain and second.first + 1 == second.last and is_dated(passage, second):
        return None
    if unit is not None and opener is None:
        # Without a word that opens the range both ends have the unit, and the same: 5% to 10%.
        again = words.units.at(tokens, second.last)
        if again is None or again.value != unit.value:
            return None
    low = _lower_end(number, second)
    if low >= second.high:
        return second if opener is not None and _opens_change(passage, opener) and second.low > 0 else None
    loose = not joined and opener is None and mark.low in words.range_words
    if loose and (second.low > 4 * low or (number.pronoun and second.low > 2)):
        return None
    return second


def _leads_change(passage: Passage, before: Hit[BoundWord]) -> bool:
    """Whether a word that bounds elsewhere here says what a change came to: зросла до 600."""
    tokens, words = passage.tokens, passage.words
    if tokens[before.first].low not in words.closers or before.last != before.first + 1:
        return False
    return _changes(passage, before.first)


def _bound_before(passage: Passage, first: int) -> Hit[BoundWord] | None:
    """The bound before a number, with what may stand between: at least another 20, майже на 20 км."""
    tokens, words = passage.tokens, passage.words
    at = first
    while True:
        hit = words.before.before(tokens, at)
        if hit is not None:
            linked = at < first
            bare = hit.last == hit.first + 1 and tokens[hit.first].low in words.bare_comparatives
            return None if linked and bare else hit
        if at == 0 or first - at == _MOST_LINKS or tokens[at - 1].low not in words.bound_links or passage.broken(at):
            return None
        at -= 1


def _bound_after(passage: Passage, at: int) -> Hit[BoundWord] | None:
    """The bound behind a number or its noun: 200 or more; but not in 31 tanks and more than 300 vehicles."""
    tokens, words = passage.tokens, passage.words
    hit = words.after.at(tokens, at) if at < len(tokens) and not passage.broken(at) else None
    if hit is None or number_at(passage, hit.last) is not None:
        return None
    leads_on = (words.before.at(tokens, inner) for inner in range(hit.first, hit.last))
    return None if any(other is not None and other.last > hit.last for other in leads_on) else hit


def _bound(
    passage: Passage, first: int, last: int, noun: Hit[str] | None, after: int
) -> tuple[BoundWord, int, int, bool]:
    """The bound of a number, where the phrase with it begins and ends, and whether it stands right behind."""
    tokens, words = passage.tokens, passage.words
    bound, start, end = NO_BOUND, first, last
    suffix = _bound_after(passage, last)
    if suffix is not None:
        bound, end = suffix.value, suffix.last
    elif noun is not None and (beyond := _bound_after(passage, noun.last)) is not None:
        bound = beyond.value
    before = _bound_before(passage, first)
    if before is None or before.first < after or passage.broken(first) or _leads_change(passage, before):
        return bound, start, end, suffix is not None
    if before.value.bound is not Bound.EXACT:
        bound, start = before.value, before.first
    outer = words.before.before(tokens, start)
    if outer is not None and bound.bound is Bound.ABOUT and outer.value.bound is not Bound.ABOUT:
        bound, start = outer.value, outer.first
    return bound, start, end, suffix is not None


def _inverted_noun(passage: Passage, number: Number) -> Hit[str] | Hit[UnitWord] | None:
    """What stands before a number in words and is counted by it: людей двісті, километров двадцать."""
    tokens, words = passage.tokens, passage.words
    at = number.first - 1
    if at > 0 and tokens[at].low in words.loose_before:
        # Кілометрів зо два.
        at -= 1
    if at < 0 or tokens[at].low not in words.inverted_nouns or passage.broken(number.first):
        return None
    if tokens[number.first].kind != WORD or (at and tokens[at - 1].kind == NUMBER) or number.pronoun:
        return None
    if at and (tokens[at - 1].low in words.cardinals or words.scales.begins(tokens[at - 1].low)):
        return None
    return words.units.at(tokens, at) or words.nouns.at(tokens, at)


def _found(
    passage: Passage, number: Number, unit: UnitWord | None, last: int, first: int, *, after: int = 0
) -> FoundQuantity:
    """The quantity with its noun and its bounds, which are looked for from the token `after` on."""
    tokens = passage.tokens
    counts = unit is None or unit.base in ("year", "people")
    noun = noun_after(passage, last) if counts else None
    if noun is None and unit is None and last < len(tokens) and tokens[last].low == "of":
        noun = noun_after(passage, last)
    if unit is not None and unit.base == "people" and noun is None:
        # A 12,000-strong group counts its people: 12-тысячный контингент, пятитысячный гарнизон.
        noun = passage.words.groups.at(tokens, last)
    if noun is not None and unit is not None and unit.base == "people" and _noun_unit(noun) != "people":
        noun = None
    bound, start, end, suffixed = _bound(passage, first, last, noun, after)
    if suffixed and noun is None and unit is None:
        noun = noun_after(passage, end)
    said_unit = None
    if unit is not None and last > number.last:
        said_unit = passage.text[tokens[number.last].start : tokens[last - 1].end].lstrip("-‑")
    about = number.about
    if noun is None and unit is None:
        inverted = _inverted_noun(passage, number)
        if inverted is not None:
            about = True
            start = min(start, inverted.first)
            if isinstance(inverted.value, UnitWord):
                unit, said_unit = inverted.value, tokens[inverted.first].text
            else:
                noun = Hit(inverted.first, inverted.last, inverted.value)
            outer = passage.words.before.before(tokens, inverted.first)
            if bound == NO_BOUND and outer is not None and not _leads_change(passage, outer):
                bound, start = outer.value, outer.first
    if about and bound == NO_BOUND:
        bound = BoundWord(Bound.ABOUT, 0)
    if unit is not None:
        base, factor = unit
        if said_unit is None and base != "percent":
            said_unit = base
    else:
        base, factor = _noun_unit(noun) if noun else "none", 1.0
    said = passage.text[tokens[number.first].start : tokens[number.last - 1].end]
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


def _noun_unit(noun: Hit[str]) -> str:
    return noun_classes()[noun.value].unit


def _with_shared_noun(passage: Passage, one: FoundQuantity, before: FoundQuantity | None) -> FoundQuantity:
    """A bare number that a joiner adds to one with a noun counts the same: two men on Monday and five on Tuesday."""
    if before is None or before.noun is None or one.quantity.unit != "none" or one.pronoun:
        return one
    tokens, words = passage.tokens, passage.words
    if any(token.text in ".!?" for token in tokens[before.last : one.first] if token.kind == MARK):
        return one
    joined = words.number_joiners.before(tokens, one.first) is not None
    part = words.part_before.before(tokens, one.first) is not None or words.part_after.at(tokens, one.last) is not None
    following = tokens[one.last] if one.last < len(tokens) else None
    alone = following is None or following.kind == MARK or following.low in words.ends
    if not part and not (joined and alone):
        return one
    unit = noun_classes()[before.noun].unit
    return replace(one, quantity=replace(one.quantity, unit=unit))


def _with_shared_unit(passage: Passage, one: FoundQuantity, before: FoundQuantity | None) -> FoundQuantity:
    """A bare number that another is compared with has its unit: 4 square miles, down from 500; 36 км против 54."""
    if before is None or before.noun is not None or one.quantity.unit != "none" or one.noun is not None:
        return one
    tokens, words = passage.tokens, passage.words
    shared = before.quantity.unit
    if shared in ("none", "people", "items", "year") or any(
        token.text in ".!?;" for token in tokens[before.last : one.first]
    ):
        return one
    if not (one.past or words.compared.before(tokens, one.first) is not None):
        return one
    number = number_at(passage, before.number)
    unit = unit_of(passage, number, None)[0] if number is not None else None
    factor = unit.factor if unit is not None and unit.base == shared else 1.0
    return replace(one, quantity=in_unit(one.quantity, shared, factor, before.quantity.said_unit))


def _lower_end(low: Number, high: Number) -> float:
    """The lower end of a range; 10 to 12 thousand begins at 10 thousand."""
    return low.low * high.scale if low.scale == 1 and high.scale > 1 and low.low < high.mantissa else low.low


def _merged(low: Number, high: Number) -> Number:
    return Number(_lower_end(low, high), high.high, low.first, high.last)
