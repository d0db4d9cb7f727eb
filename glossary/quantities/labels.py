"""Numbers that count nothing, in spaced languages: dates, times, telephones, scores, versions, articles, streets.

Owns the decision, on what stands around the number; the words are `labels` and their like in `numbers.yaml`.
"""

from __future__ import annotations

from glossary.lexicon import CODE, MARK, NUMBER, WORD, Hit, Token
from glossary.quantities.digits import parse_digits
from glossary.quantities.nouns import noun_after, numbered_adjective, unit_after_hyphen
from glossary.quantities.numbers import HYPHENS, RANGE_MARKS, Number, Passage, number_at
from glossary.quantities.words import noun_classes

#: A name's number is smaller: Hall 7, UNSCR 1718, Unit 29155.
_MOST_OF_LABEL = 100_000
#: A weapon's model has a small number: Leopard 2, Storm Shadow 3.
_MOST_OF_MODEL = 10
#: Shares are said of ten at most: one in five, nine in ten.
_MOST_PARTS = 10


def is_label(passage: Passage, number: Number, money: bool) -> bool:
    """Whether a number counts nothing; `money` says that a sign of a currency stands before it."""
    tokens, words = passage.tokens, passage.words
    first, last = number.first, number.last
    if number.ordinal:
        return True
    if number.unit is None and not money and words.unread_units.at(tokens, _after_hyphen(passage, last)) is not None:
        # Metric tons and not the metres that begin so; but 12 m of a wall.
        unit = words.units.at(tokens, last)
        unread = words.unread_units.at(tokens, _after_hyphen(passage, last))
        if unit is None or (unread is not None and unread.last >= unit.last):
            return True
    if tokens[first].kind != NUMBER:
        return not money and (_is_name(passage, number) or words.label_after.at(tokens, last) is not None)
    before = tokens[first - 1] if first else None
    after = tokens[last] if last < len(tokens) else None
    if _has_label_marks(passage, number, before, after) or _is_chain(passage, number) or _in_row(passage, number):
        return True
    if after is not None and after.glued and (after.low in words.label_glued) and last == first + 1:
        return True
    if number.cased:
        return _is_decade(passage, number) or (
            noun_after(passage, last) is None and words.units.at(tokens, last) is None
        )
    if not money and _has_label_hyphen(passage, number):
        return True
    if not number.plain and not (before is not None and before.low in words.months):
        return not money and not _is_whole(passage, number) and _counts_nothing(passage, number)
    return _is_plain_label(passage, number, before, after, money)


def _after_hyphen(passage: Passage, last: int) -> int:
    return last + 1 if passage.hyphened(last) else last


def _counts_nothing(passage: Passage, number: Number) -> bool:
    """Whether nothing that is counted follows a number, nor the other end of a range (8.9 to 9.5 percent)."""
    tokens, words, last = passage.tokens, passage.words, number.last
    if last + 1 < len(tokens) and (tokens[last].low in words.range_words or tokens[last].text in RANGE_MARKS):
        other = number_at(passage, last + 1)
        last = other.last if other is not None else last
    return (
        words.units.at(tokens, last) is None
        and unit_after_hyphen(passage, last) is None
        and noun_after(passage, last) is None
    )


def _is_whole(passage: Passage, number: Number) -> bool:
    """Whether a number is written without decimals (12,000, and not 2.0), or has a scale."""
    if number.scale > 1:
        return True
    written = passage.tokens[number.first].text
    return number.low.is_integer() and number.low == float("".join(one for one in written if one.isdigit()))


def _has_label_marks(passage: Passage, number: Number, before: Token | None, after: Token | None) -> bool:
    """Signs that touch a number make it something else: 007, 10^4, #7, +380, -5, .5, 10:30."""
    tokens, first, last = passage.tokens, number.first, number.last
    text = tokens[first].text
    if len(text) > 1 and text[0] == "0" and text[1] not in ".,":
        return True
    if before is not None and tokens[first].glued and before.kind == MARK:
        if before.text in "^/*=:_#№@\\&":
            return True
        if before.text == "+" and len(text) > 2 and number.plain:
            return True
        if before.text in "-−–" and _negative(passage, first):
            return True
        if before.text == "." and first > 1 and tokens[first - 1].glued:
            return True
    if _between_digits(passage, last) or (first > 1 and _between_digits(passage, first - 1)):
        return True
    if after is not None and after.kind == MARK and after.glued and after.text in "^/*=:_@\\":
        following = tokens[last + 1] if last + 1 < len(tokens) else None
        return following is not None and following.glued
    return False


def _between_digits(passage: Passage, at: int) -> bool:
    """Whether a token is a letter inside a code: 1e400, 51.3N37."""
    tokens = passage.tokens
    if at + 1 >= len(tokens) or tokens[at].kind != WORD:
        return False
    return tokens[at].glued and tokens[at + 1].glued and tokens[at - 1].kind == tokens[at + 1].kind == NUMBER


def _has_label_hyphen(passage: Passage, number: Number) -> bool:
    """A word hyphened to digits makes them an adjective or an ordinal (a 10-point plan, 36-та), but for units."""
    if not passage.hyphened(number.last):
        return False
    tokens, words = passage.tokens, passage.words
    at = number.last
    if any(one.at(tokens, at) is not None for one in (words.units, words.after)):
        return False
    return tokens[at].text in "-‑" and unit_after_hyphen(passage, at) is None


def _is_decade(passage: Passage, number: Number) -> bool:
    """У 90-х роках."""
    after = passage.tokens[number.last] if number.last < len(passage.tokens) else None
    return number.low % 10 == 0 and after is not None and after.low in passage.words.year_after


def _is_name(passage: Passage, number: Number) -> bool:
    """A number word with a capital inside a sentence is a name's (the Group of Seven), but for headlines."""
    tokens = passage.tokens
    if number.first == 0 or not tokens[number.first].text[0].isupper() or tokens[number.first].text.isupper():
        return False
    if tokens[number.first - 1].kind == MARK or not _counts_nothing(passage, number):
        return False
    around = tokens[max(0, number.first - 8) : number.last + 8]
    return any(token.kind == WORD and len(token.text) > 3 and token.text[0].islower() for token in around)


def _is_after_name(passage: Passage, number: Number, before: Token | None, after: Token | None) -> bool:
    """Digits alone after a capital are a name's: Hall 7, UNSCR 1718, Android 14; but in Kyiv 12 were hurt."""
    if before is None or before.kind != WORD or number.low >= _MOST_OF_LABEL or passage.broken(number.first):
        return False
    tokens, words = passage.tokens, passage.words
    if not before.text[0].isupper() or before.low in words.ends or words.before.before(tokens, number.first):
        return False
    if after is not None and not passage.broken(number.last):
        if after.kind != MARK and not (after.kind == WORD and after.low in words.pairs):
            return False
        if after.text in HYPHENS or after.text in "%°":
            return False
    return _counts_nothing(passage, number)


def _is_model(passage: Passage, number: Number, before: Token | None) -> bool:
    """Whether a number belongs to the name of a weapon before it: 18 Leopard 2 tanks."""
    if before is None or number.first == 0 or not before.text[:1].isupper() or number.low >= _MOST_OF_MODEL:
        return False
    weapon = passage.words.nouns.before(passage.tokens, number.first, 1)
    begins = number.first == 1 or passage.tokens[number.first - 2].kind == MARK
    return weapon is not None and noun_classes()[weapon.value].unit == "items" and not begins


def _is_plain_label(passage: Passage, number: Number, before: Token | None, after: Token | None, money: bool) -> bool:
    """Dates, years, labels and streets, which are all digits alone."""
    tokens, words = passage.tokens, passage.words
    first, last = number.first, number.last
    if (
        before is not None
        and (before.low in words.months or (before.text == "." and first > 1 and tokens[first - 2].low in words.months))
        and number.low <= 31
    ):
        return True
    if before is not None and (before.low in words.months) and 1900 <= number.low <= 2099:
        return True
    if (
        after is not None
        and after.low in words.months
        and number.low <= 31
        and not (after.low == "may" and after.text == "may")
        and not (after.low == "march" and after.text == "march")
    ):
        return True
    if 1900 <= number.low <= 2099 and len(tokens[first].text) == 4 and not money:
        if after is not None and after.low in words.year_after:
            return True
        governed = before is not None and before.low in words.year_before
        if governed or (noun_after(passage, last) is None and words.units.at(tokens, last) is None):
            return True
        if before is not None and before.text == "," and first > 1 and tokens[first - 2].kind == NUMBER:
            return True
    if words.label_after.at(tokens, last) is not None and not money:
        return True
    hit = words.labels.before(tokens, first)
    if hit is not None and number.low < _MOST_OF_LABEL and words.units.at(tokens, last) is None:
        noun = noun_after(passage, last)
        if noun is None or (not money and noun.first > last):
            return True
    if not money and (_is_after_name(passage, number, before, after) or _is_model(passage, number, before)):
        return True
    return _in_street(passage, number)


def _negative(passage: Passage, first: int) -> bool:
    dash = first - 1
    if dash == 0 or not passage.tokens[dash].glued:
        return True
    return passage.tokens[dash - 1].kind == MARK


def chain_end(passage: Passage, index: int) -> int:
    """The end of digits joined by marks (555-1234, 1.2.3, 10:30, 10^400), all of which are left out."""
    at = index + 1
    while at + 1 < len(passage.tokens):
        mark, following = passage.tokens[at], passage.tokens[at + 1]
        if mark.kind == MARK and mark.glued and following.glued and following.kind in (NUMBER, CODE):
            at += 2
        else:
            break
    return at


def _is_chain(passage: Passage, number: Number) -> bool:
    """Three or more numbers joined by hyphens, points or colons, or two that are no rising range."""
    tokens = passage.tokens
    end = chain_end(passage, number.first)
    count = (end - number.first + 1) // 2
    if count < 2 or number.last != number.first + 1:
        return False
    joints = {tokens[number.first + 1 + 2 * step].text for step in range(count - 1)}
    if count > 2 or not joints <= {"-", "–", "—", "‑", "−"} or tokens[end - 1].kind == CODE:
        return True
    low = parse_digits(tokens[number.first].text, passage.words.group, passage.words.decimal)
    high = parse_digits(tokens[end - 1].text, passage.words.group, passage.words.decimal)
    if low is None or high is None or low >= high:
        return True
    second = number_at(passage, end - 1)
    return (
        second is None
        or (
            passage.words.units.at(tokens, second.last) is None
            and noun_after(passage, second.last) is None
            and second.scale == 1
            and passage.words.before.before(tokens, number.first) is None
        )
        or (1900 <= low <= 2099 and 1900 <= high <= 2099)
    )


def _in_row(passage: Passage, number: Number) -> bool:
    """Numbers side by side are a telephone's or a table's, unless the last of them counts something."""
    tokens, (first, last) = passage.tokens, (number.first, number.last)
    if last != first + 1 or tokens[first].kind != NUMBER:
        return False
    if last < len(tokens) and tokens[last].kind == NUMBER:
        return numbered_adjective(passage, last) is None
    beside = first > 0 and tokens[first - 1].kind == NUMBER
    return beside and passage.words.units.at(tokens, last) is None and noun_after(passage, last) is None


def _in_street(passage: Passage, number: Number) -> bool:
    tokens, words = passage.tokens, passage.words
    for at in range(number.last, min(number.last + 4, len(tokens))):
        if tokens[at].kind != WORD or not tokens[at].text[0].isupper():
            break
        if tokens[at].low in words.streets and at > number.last:
            return True
    return any(tokens[at].low in words.streets_before for at in range(max(0, number.first - 5), number.first))


def is_fraction(passage: Passage, hit: Hit[float]) -> bool:
    """Whether a fraction's word is a share here: half of, and not half a million or the second half."""
    tokens, words = passage.tokens, passage.words
    if words.scales.at(tokens, hit.last) is not None:
        return False
    if hit.first and words.fraction_not_after.at(tokens, hit.first - 1) is not None:
        return False
    after = tokens[hit.last].low if hit.last < len(tokens) else ""
    if after in words.fraction_not_before:
        return False
    return not words.fraction_links or after in words.fraction_links


def share_at(passage: Passage, index: int) -> Hit[float] | None:
    """A share per cent that begins at a token: a third of, one in five, кожен п'ятий."""
    tokens, words = passage.tokens, passage.words
    fraction = words.fractions.at(tokens, index)
    if fraction is not None and is_fraction(passage, fraction):
        return None if _is_of_scale(passage, fraction) else fraction
    if tokens[index].low in words.each and index + 1 < len(tokens):
        whole = words.ordinals.get(tokens[index + 1].low, 1)
        return _share(passage, 1, whole, index, index + 2)
    if index + 2 < len(tokens) and tokens[index + 1].low in words.one_in:
        part, total = number_at(passage, index), number_at(passage, index + 2)
        if part is None or total is None or part.last != index + 1 or part.is_range or total.is_range:
            return None
        if total.low > _MOST_PARTS or (part.low != 1 and total.low != _MOST_PARTS):
            return None
        return _share(passage, part.low, total.low, index, total.last)
    return None


def _is_of_scale(passage: Passage, fraction: Hit[float]) -> bool:
    """Whether a fraction is one of a scale and so a number: a quarter of a million, чверть мільйона."""
    special = passage.words.special.at(passage.tokens, fraction.first)
    if special is None or special.last <= fraction.last:
        return False
    number = number_at(passage, fraction.first)
    return number is not None and number.low > 1


def _share(passage: Passage, part: float, whole: float, first: int, last: int) -> Hit[float] | None:
    if part >= whole or passage.words.units.at(passage.tokens, last) is not None:
        # Every second day, two in ten days.
        return None
    return Hit(first, last, round(100 * part / whole, 2))


def is_dated(passage: Passage, number: Number) -> bool:
    """Whether what follows a number makes it a day, a year or an ordinal."""
    after = passage.tokens[number.last] if number.last < len(passage.tokens) else None
    if after is not None and after.low in passage.words.months:
        return True
    if after is not None and after.low in passage.words.year_after and 1900 <= number.low <= 2099:
        return True
    return passage.words.label_after.at(passage.tokens, number.last) is not None
