"""The counted noun phrases of a sentence: its quantities with what they count, and which is a part of which.

Owns the bounds of each phrase and its unit where a name rather than a noun says it. `glossary.reading.triggers` comes
after.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from glossary.lexicon import MARK
from glossary.quantities import FoundQuantity, crowns, noun_classes, people
from glossary.reading.parties import has_troops, is_attacker, is_people, party_of
from glossary.reading.sentence import WEAPONS, Counted, Sentence, is_currency
from glossary.words import Bound
from translations.languages import Language

#: Words that may stand between a whole and its part: of the 12,000 soldiers *in Russia, some* 4,000.
_APART = 4
#: Nouns of people whose ages are told, and of so many of them at most.
_AGED = frozenset({"person", "civilian", "soldier", "dead", "wounded"})
_FEW_AGED = 6
#: Nobody is older.
_OLDEST = 120


def find_counted(sentence: Sentence, quantities: Sequence[FoundQuantity]) -> list[Counted]:
    """The quantities of a sentence with their noun phrases, in order, each linked to the whole it is a part of."""
    starts = [token.start for token in sentence.tokens]
    counted = []
    for found in quantities:
        first, last = found.first, found.last
        if found.noun_start is not None and found.noun_end is not None:
            first = min(first, bisect_right(starts, found.noun_start) - 1)
            last = max(last, bisect_left(starts, found.noun_end))
        noun = found.noun
        between = sentence.words.of_them.all(sentence.tokens, first, found.number)
        if sentence.language is Language.KO and between:
            noun, first = None, between[-1].last  # 특수부대는 이 중 21명을: who acts is not who is counted
        elif any(one.first <= first < one.last and is_attacker(sentence, one) for one in sentence.named):
            noun, first = None, min(found.first, found.number)  # 러시아군이 헤르손을 포격해 2명이: nor is who strikes
        counted.append(_of_people(sentence, Counted(found, first, last, found.quantity, noun)))
        _of_crowns(sentence, counted[-1])
    pairs = list(itertools.pairwise(counted))
    _of_ages_in_row(sentence, counted)
    for before, after in (*pairs, *reversed(pairs)):
        _of_age(sentence, before, after)
    for before, after in pairs:
        _of_same(sentence, before, after)
    _link(sentence, counted)
    return counted


def _link(sentence: Sentence, counted: Sequence[Counted]) -> None:
    """Link each quantity to the whole it is a part of, and give it what it leaves unsaid."""
    for index, one in enumerate(counted):
        _of_them(sentence, counted[:index], one)
    for before, after in itertools.pairwise(counted):
        # 4,000 of the 12,000: the noun phrase of the first runs through the second.
        link = sentence.words.of_whole.at(sentence.tokens, before.found.last)
        if link is not None and link.last == after.found.first and sentence.language is Language.KO:
            # 북한군 1만2천 명 가운데 4천 명: the whole comes first.
            _set_whole(after, before)
        elif link is not None and link.last == after.found.first and not before.size > after.size > 0:
            before.last = max(before.last, after.last)
            _set_whole(before, after)
        elif _opens_whole(sentence, before, after):
            _set_whole(after, before)


def _set_whole(part: Counted, whole: Counted) -> None:
    part.whole = whole
    part.noun = part.noun or whole.noun
    if part.quantity.unit == "none":
        part.quantity = replace(part.quantity, unit=whole.quantity.unit)


def _of_them(sentence: Sentence, before: Sequence[Counted], one: Counted) -> None:
    """300 of them, 76 of the drones, з них 37: what they are is counted before, in this sentence or the last."""
    tokens, words = sentence.tokens, sentence.words
    behind = words.of_them.at(tokens, one.found.last)
    first = min(one.first, one.found.first)
    pointed = behind is not None or words.of_them.before(tokens, first, 3) is not None
    pointed = pointed or (one.noun is None and words.part.before(tokens, first, 3) is not None)
    repeated = words.of_whole.at(tokens, one.found.last) is not None or sentence.language is Language.KO
    if not (pointed or (repeated and one.found.noun is not None and sentence.language is not Language.KO)):
        return
    for other in reversed(before):
        # Of two kinds counted before, what is named again: 188 drones and 4 missiles, of these 76 drones.
        again = one.found.noun is not None and any(other.noun == one.found.noun for other in before)
        fits = other.noun == one.noun if again and repeated else pointed and _is_alike(one, other.quantity.unit)
        if fits and (other.size > one.size or one.size == 0):
            _set_whole(one, other)
            if behind is not None:
                one.last = max(one.last, behind.last)
            return
    told = sentence.context.recently_counted
    if pointed and told is not None and _is_alike(one, told.final.quantity.unit):
        one.of_told = told.final
        if one.quantity.unit == "none":
            one.quantity = replace(one.quantity, unit=told.final.quantity.unit)
        if one.noun is None:
            one.noun = next(
                (name for name, noun in noun_classes().items() if noun.measure is told.final.measure in WEAPONS), None
            )


def _of_same(sentence: Sentence, before: Counted, one: Counted) -> None:
    """A further number of the weapons counted before: 63 drones were downed, another 18 were lost; ще 18 втрачено."""
    tokens, words = sentence.tokens, sentence.words
    bare = one.quantity.unit == "none" and one.noun is None and not one.found.pronoun
    if not bare or before.noun is None or before.quantity.unit != "items":
        return
    if words.more.before(tokens, one.found.first) is None:
        return
    at = one.found.last
    while at < len(tokens) and (tokens[at].low.endswith(words.fate_fillers) or tokens[at].low in words.predicates):
        at += 1
    if at < len(tokens) and (tokens[at].kind == MARK or words.triggers.at(tokens, at) is not None):
        one.noun, one.quantity = before.noun, replace(one.quantity, unit="items")


def _is_alike(one: Counted, unit: str) -> bool:
    """Whether a quantity may be a part of one in a unit."""
    return (unit in ("people", "items", "km2", "none") or is_currency(unit)) and one.quantity.unit in ("none", unit)


def _of_crowns(sentence: Sentence, one: Counted) -> None:
    """Crowns that the text calls no more than that are those of the country that it names."""
    if one.quantity.unit not in crowns().values() or " " in (one.quantity.said_unit or " "):
        return
    for named in sentence.named:
        code = crowns().get(party_of(named.slug, sentence.glossary) or "")
        if code is not None:
            one.quantity = replace(one.quantity, unit=code)
            return


def _of_age(sentence: Sentence, before: Counted, one: Counted) -> None:
    """Ages in a row, of which one only has a word of age: aged 19, 24 and 61."""
    between = {token.low for token in sentence.tokens[before.found.last : one.found.first]}
    if not between or not between <= sentence.words.age_links:
        return
    for known, bare in ((before, one), (one, before)):
        if known.quantity.unit == "year" and bare.quantity.unit in ("none", "people") and bare.found.noun is None:
            bare.quantity = replace(bare.quantity, unit="year")


def _of_ages_in_row(sentence: Sentence, counted: Sequence[Counted]) -> None:
    """Bare numbers between commas after as many people are their ages: Two boys, 11 and 13, died."""
    tokens = sentence.tokens
    for index, people_ in enumerate(counted):
        many = people_.quantity.value
        if people_.noun not in _AGED or many is None or not 1 < many <= _FEW_AGED or people_.last >= len(tokens):
            continue
        row = counted[index + 1 : index + 1 + int(many)]
        if len(row) < many or tokens[people_.last].text not in ",(" or row[0].found.first != people_.last + 1:
            continue
        closed = row[-1].found.last < len(tokens) and tokens[row[-1].found.last].text in ",)."
        linked = all(
            {token.low for token in tokens[one.found.last : other.found.first]} <= sentence.words.age_links
            for one, other in itertools.pairwise(row)
        )
        if closed and linked and all(_may_be_age(one) for one in row):
            for one in row:
                one.quantity = replace(one.quantity, unit="year")


def _may_be_age(one: Counted) -> bool:
    bare = one.quantity.unit in ("none", "people") and one.found.noun is None and one.quantity.bound is Bound.EXACT
    return bare and 0 < (one.quantity.value or 0) < _OLDEST


def _of_people(sentence: Sentence, one: Counted) -> Counted:
    """A people's name counts people by itself: 2 million Ukrainians, 300 північнокорейців.

    A bare number between commas is an age: One woman, 31, said.
    """
    if one.quantity.unit != "none":
        return one
    before = sentence.tokens[one.found.first - 1].text if one.found.first else ""
    behind = sentence.tokens[one.found.last].text if one.found.last < len(sentence.tokens) else ""
    if before == behind == "," and _may_be_age(one):
        one.quantity = replace(one.quantity, unit="year")
        return one
    for named in sentence.named:
        if named.first == one.last and not has_troops(sentence, named) and is_people(sentence, named):
            one.last = named.last
            one.quantity = people(one.quantity)
            one.nation = True
    return one


def _opens_whole(sentence: Sentence, whole: Counted, part: Counted) -> bool:
    """Of the 12,000 soldiers, 4,000 were killed."""
    tokens = sentence.tokens
    if sentence.words.whole_opens.before(tokens, whole.found.first, 3) is None:
        return False
    apart = [token for token in tokens[whole.last : part.first] if token.kind != MARK]
    return (
        whole.quantity.unit == "people"
        and part.quantity.unit in ("people", "none")
        and whole.size > part.size
        and len(apart) <= _APART
    )


def is_definite(sentence: Sentence, one: Counted) -> bool:
    """Whether a number is told as one known already: these three, the two soldiers."""
    tokens = sentence.tokens
    before = tokens[one.found.first - 1].low if one.found.first else ""
    if before in sentence.words.demonstratives:
        return True
    return (
        sentence.language is Language.KO
        and one.found.first > 1
        and tokens[one.found.first - 2].low in sentence.words.demonstratives
    )
