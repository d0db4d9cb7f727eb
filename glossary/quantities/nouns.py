"""What stands beside a number and says what it counts: units, currencies and counted nouns, in spaced languages."""

from __future__ import annotations

from glossary.lexicon import MARK, NUMBER, Hit
from glossary.quantities.numbers import Number, Passage
from glossary.quantities.words import UnitWord, currency_signs
from translations.languages import Language


def currency_at(passage: Passage, index: int) -> tuple[str | None, int]:
    """The ISO 4217 code of a currency before an amount, and where the amount begins."""
    tokens = passage.tokens
    hit = passage.words.money_before.at(tokens, index)
    if hit is not None:
        return hit.value, hit.last
    code = currency_signs().get(tokens[index].text)
    return (code, index + 1) if code is not None else (None, index)


def unit_after_hyphen(passage: Passage, last: int) -> Hit[UnitWord] | None:
    """A unit after a hyphen (a 500-kilometre line); a person's age is one with its hyphens."""
    tokens = passage.tokens
    if last < len(tokens) and tokens[last].text in "-‑" and tokens[last].glued:
        return passage.words.units.at(tokens, last + 1)
    return None


def unit_of(passage: Passage, number: Number, currency: str | None) -> tuple[UnitWord | None, int]:
    """The unit of a number and the token after it; `currency` is what stood before the number."""
    if currency is not None:
        return UnitWord(currency, 1.0), number.last
    tokens, words = passage.tokens, passage.words
    if number.last < len(tokens) and not passage.broken(number.last):
        hyphened = unit_after_hyphen(passage, number.last)
        hit = words.units.at(tokens, number.last)
        if hit is not None and (hyphened is None or hit.last >= hyphened.last):
            return hit.value, hit.last
        if hyphened is not None:
            return hyphened.value, hyphened.last
        sign = currency_signs().get(tokens[number.last].text)
        if sign is not None:
            return UnitWord(sign, 1.0), number.last + 1
        # Of these the link belongs to the number: hundreds of square kilometres.
        if tokens[number.last].low in words.vague_links:
            hit = words.units.at(tokens, number.last + 1)
            if hit is not None:
                return hit.value, hit.last
    return None, number.last


def noun_after(passage: Passage, last: int) -> Hit[str] | None:
    """The counted noun after a number: at most six words on, through adjectives, names and `of the`."""
    tokens, words = passage.tokens, passage.words
    found: Hit[str] | None = None
    for at in range(last, min(last + 7, len(tokens))):
        token = tokens[at]
        if at > 0 and passage.broken(at):
            break
        if token.kind == MARK and token.text not in "-‑'’\"“”«»":
            break
        hit = words.nouns.at(tokens, at)
        if hit is not None:
            found = hit
            # The last of several nouns is the head in English (military personnel); elsewhere the first says
            # what is counted, and the phrase runs on (двох поранених солдатів).
            following = words.nouns.at(tokens, hit.last)
            if following is not None and words.language is Language.EN:
                continue
            if following is not None and not passage.broken(hit.last):
                found = Hit(hit.first, following.last, hit.value)
            break
        if found is not None:
            break
        if token.low in words.ends and token.low not in words.links and not _pairs(passage, at):
            break
        if token.kind == NUMBER and (at == last or tokens[at - 1].low not in words.links):
            break
    return found


def _pairs(passage: Passage, at: int) -> bool:
    """Whether a word joins two adjectives before one noun (Russian and North Korean troops)."""
    tokens, words = passage.tokens, passage.words
    if tokens[at].low not in words.pairs or at + 2 >= len(tokens):
        return False
    if words.language is Language.EN:
        return tokens[at - 1].text[:1].isupper() and tokens[at + 1].text[:1].isupper()
    return words.nouns.at(tokens, at + 2) is not None and tokens[at + 1].low not in words.cardinals
