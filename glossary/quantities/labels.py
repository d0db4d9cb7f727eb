"""Numbers that count nothing, in spaced languages: dates, times, telephones, scores, versions, articles, streets.

Owns the decision, on what stands around the number; the words are `labels` and their like in `numbers.yaml`.
"""

from __future__ import annotations

from glossary.lexicon import CODE, MARK, NUMBER, WORD, Hit, Token
from glossary.quantities.digits import parse_digits
from glossary.quantities.nouns import noun_after, unit_after_hyphen
from glossary.quantities.numbers import Number, Passage, number_at


def is_label(passage: Passage, number: Number, money: bool) -> bool:
    """Whether a number counts nothing; `money` says that a sign of a currency stands before it."""
    tokens, words = passage.tokens, passage.words
    first, last = number.first, number.last
    if tokens[first].kind != NUMBER:
        return False
    before = tokens[first - 1] if first else None
    after = tokens[last] if last < len(tokens) else None
    text = tokens[first].text
    if len(text) > 1 and text[0] == "0" and text[1:2].isdigit():
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
    if after is not None and after.kind == MARK and after.glued and after.text in "^/*=:_@\\":
        following = tokens[last + 1] if last + 1 < len(tokens) else None
        if following is not None and following.glued:
            return True
    if _is_chain(passage, number):
        return True
    if _in_row(passage, number):
        return True
    if after is not None and after.glued and (after.low in words.label_glued) and number.last == first + 1:
        return True
    if not number.plain and not (before is not None and before.low in words.months):
        unit = words.units.at(tokens, last)
        whole = number.low.is_integer() or number.scale > 1
        return (
            not whole
            and unit is None
            and not money
            and unit_after_hyphen(passage, last) is None
            and noun_after(passage, last) is None
        )
    return _is_plain_label(passage, number, before, after, money)


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
    if hit is not None and number.low < 100_000 and words.units.at(tokens, last) is None:
        noun = noun_after(passage, last)
        if noun is None or (not money and noun.first > last):
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
        return True
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
    """Whether a fraction's word is one here: half of, and not half a million."""
    links = passage.words.fraction_links
    if passage.words.scales.at(passage.tokens, hit.last) is not None:
        return False
    return not links or (hit.last < len(passage.tokens) and passage.tokens[hit.last].low in links)


def is_dated(passage: Passage, number: Number) -> bool:
    """Whether what follows a number makes it a day, a year or an ordinal."""
    after = passage.tokens[number.last] if number.last < len(passage.tokens) else None
    if after is not None and (after.low in passage.words.months or after.low in passage.words.year_after):
        return True
    return passage.words.label_after.at(passage.tokens, number.last) is not None
