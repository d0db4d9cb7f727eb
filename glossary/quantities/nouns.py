"""What stands beside a number and says what it counts: units, currencies and counted nouns, in spaced languages."""

from __future__ import annotations

import re

from glossary.lexicon import CODE, MARK, NUMBER, WORD, Hit
from glossary.quantities.numbers import Number, Passage, number_at
from glossary.quantities.words import UnitWord, currency_codes, currency_signs, dollar_signs, unit_word
from translations.languages import Language

#: An aircraft, a tank, a missile by its model: F-16s, Су-34, Х-101; but neither COVID-19 nor G7.
_MODEL = re.compile(r"[^\W\d_]{1,4}[-‑]\d{1,4}[^\W\d_]{0,3}")
_EQUIPMENT = "equipment"
#: Missiles by their model: Х-101, KN-23; other models are of machines.
_MISSILE = re.compile(r"(?:х|x|kh|kn|кн|agm)[-‑]\d", re.IGNORECASE)
_MUNITION = "munition"
#: Units of one or two Cyrillic letters are written apart; after a hyphen they end an ordinal.
_CASE_ENDING = 2
#: How many words a counted noun may stand behind its number.
_NOUN_REACH = 7


def currency_at(passage: Passage, index: int) -> tuple[str | None, int]:
    """The ISO 4217 code of a currency before an amount, and where the amount begins."""
    tokens = passage.tokens
    hit = passage.words.money_before.at(tokens, index)
    if hit is not None:
        return hit.value, hit.last
    code = currency_signs().get(tokens[index].text)
    if code is None:
        amount_follows = index + 1 < len(tokens) and tokens[index + 1].kind == NUMBER
        return (tokens[index].text, index + 1) if amount_follows and _is_code(passage, index) else (None, index)
    prefixed = index and tokens[index].glued and tokens[index].text == "$"
    return (dollar_signs().get(tokens[index - 1].text, code) if prefixed else code), index + 1


def _is_code(passage: Passage, index: int) -> bool:
    """Whether a token is an ISO 4217 code in capitals: DKK 16.5 billion; 16,5 млрд DKK."""
    return passage.tokens[index].text in currency_codes()


def unit_after_hyphen(passage: Passage, last: int) -> Hit[UnitWord] | None:
    """A unit after a hyphen (a 500-kilometre line); a person's age is one with its hyphens."""
    tokens = passage.tokens
    if last + 1 < len(tokens) and tokens[last].text in "-‑" and tokens[last].glued:
        if passage.hyphened(last) and tokens[last + 1].low in passage.words.hyphen_people:
            return Hit(last + 1, last + 2, unit_word("people"))
        if passage.words.language is not Language.EN and len(tokens[last + 1].low) <= _CASE_ENDING:
            return None  # 82-га бригада, в 5-м корпусе: an ordinal's ending
        return passage.words.units.at(tokens, last + 1)
    return None


def unit_of(passage: Passage, number: Number, currency: str | None) -> tuple[UnitWord | None, int]:
    """The unit of a number and the token after it; `currency` is what stood before the number."""
    if currency is not None:
        return UnitWord(currency, 1.0), number.last
    if number.unit is not None:
        return number.unit, number.last
    unit, last = _written_unit(passage, number)
    if unit is None and number.people:
        return unit_word("people"), last
    if (unit is None or unit == unit_word("years")) and _is_age(passage, number.first):
        return unit_word("age"), last
    if unit == unit_word("years") and _was_of_age(passage, number, last):
        return unit_word("age"), last
    return unit, last


def _was_of_age(passage: Passage, number: Number, last: int) -> bool:
    """Whether years are someone's age: Їй було 25 років, погибшим было 19 и 24 года; чоловіки 18-60 років."""
    tokens, words = passage.tokens, passage.words
    if words.ago.at(tokens, last) is not None:
        return False
    at = number.first
    if number.is_range and words.nouns.before(tokens, at, 1) is not None:
        return True
    first = at
    while at > 1 and (tokens[at - 1].text == "," or tokens[at - 1].low in words.pairs) and at > number.first - 6:
        at -= 2  # another age before it
    if at < first and tokens[at].kind == NUMBER and words.nouns.before(tokens, at, 1) is not None:
        return True  # двоє хлопців 11 і 13 років
    return words.age_verbs.before(tokens, at) is not None


def _written_unit(passage: Passage, number: Number) -> tuple[UnitWord | None, int]:
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
        if _is_code(passage, number.last):
            return UnitWord(tokens[number.last].text, 1.0), number.last + 1
        # Of these the link belongs to the number: hundreds of square kilometres.
        if tokens[number.last].low in words.vague_links:
            hit = words.units.at(tokens, number.last + 1)
            if hit is not None:
                return hit.value, hit.last
    return None, number.last


def _is_age(passage: Passage, first: int) -> bool:
    """Whether a number is an age by what stands before it: aged 45, віком від 18 років, at the age of about 40."""
    tokens, words = passage.tokens, passage.words
    if first and tokens[first].kind == WORD and tokens[first - 1].low in words.inverted_nouns:
        return False  # чоловік тридцять: some thirty of them
    bound = words.before.before(tokens, first)
    at = bound.first if bound is not None else first
    return any(words.age_before.before(tokens, end) is not None for end in (first, at))


def noun_after(passage: Passage, last: int) -> Hit[str] | None:
    """The counted noun after a number: at most six words on, through adjectives, names and `of the`."""
    tokens, words = passage.tokens, passage.words
    found: Hit[str] | None = None
    at = last
    whole = words.whole_links.at(tokens, last)
    if whole is not None and whole.last < len(tokens) and _is_number_word(passage, whole.last):
        # 17 із 40 поранених: the whole's noun is the part's too.
        at = whole.last + 1
    end = min(at + _NOUN_REACH, len(tokens))
    while at < end:
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
                at += 1
                continue
            if following is not None and not passage.broken(hit.last):
                found = Hit(hit.first, following.last, hit.value)
            break
        if found is not None:
            break
        if token.kind == CODE and _MODEL.fullmatch(token.text):
            # Two MiG-29 jets, два МиГ-29: the noun behind it, else the model itself.
            following = words.nouns.at(tokens, at + 1)
            return following or Hit(at, at + 1, _MUNITION if _MISSILE.match(token.text) else _EQUIPMENT)
        adjective = numbered_adjective(passage, at)
        if adjective is not None:
            end = min(end + adjective - at, len(tokens))
            at = adjective
            continue
        if token.low in words.ends and token.low not in words.links and not _pairs(passage, at):
            break
        if at > last and tokens[at - 1].low not in words.links and _bounds_another(passage, at):
            break
        if token.kind == NUMBER and (at == last or tokens[at - 1].low not in words.links):
            break
        at += 1
    return found


def _bounds_another(passage: Passage, at: int) -> bool:
    """Whether another number begins with its bound, so that the noun behind is its own: 240 коек свыше 60 раненых."""
    bound = passage.words.before.at(passage.tokens, at)
    return bound is not None and number_at(passage, bound.last) is not None


def numbered_adjective(passage: Passage, at: int) -> int | None:
    """The end of an adjective made of a number, if one begins here: 155-mm shells, 25-year-old men, 152 мм снарядів."""
    tokens = passage.tokens
    if tokens[at].kind != NUMBER:
        return None
    end = at + 1
    while passage.hyphened(end):
        end += 2
    if end > at + 1:
        return end
    calibre = passage.words.calibres.at(tokens, end)
    return calibre.last if calibre is not None else None


def _is_number_word(passage: Passage, at: int) -> bool:
    token = passage.tokens[at]
    return token.kind == NUMBER or (token.kind == WORD and token.low in passage.words.cardinals)


def _pairs(passage: Passage, at: int) -> bool:
    """Whether a word joins two adjectives before one noun (Russian and North Korean troops)."""
    tokens, words = passage.tokens, passage.words
    if tokens[at].low not in words.pairs or at + 2 >= len(tokens):
        return False
    if words.language is Language.EN:
        return tokens[at - 1].text[:1].isupper() and tokens[at + 1].text[:1].isupper()
    return words.nouns.at(tokens, at + 2) is not None and tokens[at + 1].low not in words.cardinals
