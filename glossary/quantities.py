"""Quantities as they are said: an interval with a unit, read from text in four languages.

Owns `Quantity`, its reading from text, and nothing of what is counted by whom: that is `glossary.statements`, which
reads these first. All words are data (`numbers.yaml`, and the counted nouns of `measures.yaml`); this module knows only
how numbers are put together. English, Ukrainian and Russian are read token by token, Korean, whose numbers are glued to
counters and particles, letter by letter; both end in the same `FoundQuantity`.

What looks like a number and counts nothing (dates, clock times, telephone numbers, scores, versions, articles, pages,
models such as F-16) is left out, and so is what cannot be read with certainty (12,000,00).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from glossary.errors import GlossaryError
from glossary.lexicon import CODE, MARK, NUMBER, WORD, Hit, Lexicon, Token, load_yaml, tokenize
from glossary.words import Bound, Measure
from translations.languages import Language

#: How far `about` reaches on both sides, as a share of the number said.
ABOUT = 0.1
#: More people than this do not exist; greater numbers of anything are slips.
MOST_PEOPLE = 9e9
MOST = 1e15


@dataclass(frozen=True, slots=True)
class Quantity:
    """An interval with a unit, converted to the base unit; `said` and `said_unit` keep what the text had.

    `value` is the number said, null if none was (a range, a vague word). `low` and `high` are inclusive unless the
    bound is `more_than` or `less_than`; null where the interval is open. `unit` is `people`, `items`, `km2`, `km`,
    `percent`, `year`, `days`, an ISO 4217 code, or `none`.
    """

    value: float | None
    low: float | None
    high: float | None
    bound: Bound
    unit: str
    said: str
    said_unit: str | None = None


@dataclass(frozen=True, slots=True)
class FoundQuantity:
    """A quantity where it stands: `surface` is ``text[start:end]``, from the word of its bound to its unit.

    `noun` is the class of the counted noun (`measures.yaml`), found near the number at `noun_start` and `noun_end`.
    `first` and `last` are the token indices of the surface, `number` that of the number itself. `pronoun` marks a 1
    that may be no number at all (one of them). `past` marks what a change started from (rose *from 10* to 14).
    """

    quantity: Quantity
    start: int
    end: int
    surface: str
    noun: str | None = None
    noun_start: int | None = None
    noun_end: int | None = None
    first: int = 0
    last: int = 0
    number: int = 0
    pronoun: bool = False
    past: bool = False


@dataclass(frozen=True, slots=True)
class NounClass:
    """What the nouns of a class are: their unit, the measure they are by themselves, whether they belong to a party."""

    name: str
    unit: str
    measure: Measure | None
    military: bool


def read_quantities(text: str, language: Language) -> list[FoundQuantity]:
    """All quantities of a text, in order of their place; offsets are string indices. Never raises on odd input."""
    return read_tokens(text, tokenize(text), language)


def read_tokens(text: str, tokens: Sequence[Token], language: Language) -> list[FoundQuantity]:
    """`read_quantities` for a text that is tokenised already."""
    if language is Language.KO:
        from glossary.quantities_ko import read_korean

        return read_korean(text, tokens)
    return _SpacedReader(text, tokens, _words(language)).read()


# ------------------------------------------------------------------------------------------------------ the interval


def interval(
    low: float, high: float, bound: Bound, unit: str, *, said: str, said_unit: str | None, factor: float, side: int = 0
) -> Quantity:
    """A quantity from the number said (``low == high``) or the range said, its bound and the unit's factor.

    `side` is -1 for words such as nearly and +1 for words such as just over, which reach to one side only.
    """
    if low != high:
        return _vague(low * factor, high * factor, bound, unit, said, said_unit)
    value = converted(low, factor)
    if bound is Bound.ABOUT:
        below = value if side > 0 else _neat(value * (1 - ABOUT))
        above = value if side < 0 else _neat(value * (1 + ABOUT))
        return Quantity(value, below, above, bound, unit, said, said_unit)
    if bound in (Bound.AT_LEAST, Bound.MORE_THAN):
        return Quantity(value, value, None, bound, unit, said, said_unit)
    if bound in (Bound.AT_MOST, Bound.LESS_THAN):
        return Quantity(value, None, value, bound, unit, said, said_unit)
    return Quantity(value, value, value, Bound.EXACT, unit, said, said_unit)


def _vague(low: float, high: float, bound: Bound, unit: str, said: str, said_unit: str | None) -> Quantity:
    low, high = _neat(low), _neat(high)
    if bound in (Bound.AT_LEAST, Bound.MORE_THAN):
        return Quantity(None, low, None, bound, unit, said, said_unit)
    if bound in (Bound.AT_MOST, Bound.LESS_THAN):
        return Quantity(None, None, high, bound, unit, said, said_unit)
    return Quantity(None, low, high, Bound.BETWEEN, unit, said, said_unit)


def converted(value: float, factor: float) -> float:
    """A number in the base unit: four significant digits where the factor is no power of ten, for more was not said."""
    if factor == 1:
        return _neat(value)
    if math.log10(factor).is_integer():
        return _neat(value * factor)
    return float(f"{value * factor:.4g}")


def _neat(value: float) -> float:
    # Twelve digits are more than any number said has, and fewer than binary fractions spoil.
    return float(f"{value:.12g}")


def people(quantity: Quantity) -> Quantity:
    """The same quantity said of people, where the sentence rather than a noun says who is counted."""
    return replace(quantity, unit="people")


# --------------------------------------------------------------------------------------------------- words as loaded


class UnitWord(NamedTuple):
    """A unit as written: its base unit and the factor to it."""

    base: str
    factor: float


class BoundWord(NamedTuple):
    """A bound as said; `side` as in `interval`."""

    bound: Bound
    side: int


_BOUNDS = {
    "about": BoundWord(Bound.ABOUT, 0),
    "nearly": BoundWord(Bound.ABOUT, -1),
    "just_over": BoundWord(Bound.ABOUT, 1),
    "at_least": BoundWord(Bound.AT_LEAST, 0),
    "more_than": BoundWord(Bound.MORE_THAN, 0),
    "at_most": BoundWord(Bound.AT_MOST, 0),
    "less_than": BoundWord(Bound.LESS_THAN, 0),
    "exact": BoundWord(Bound.EXACT, 0),
}
NO_BOUND = BoundWord(Bound.EXACT, 0)


@cache
def noun_classes() -> Mapping[str, NounClass]:
    """The classes of counted nouns, by name."""
    return {
        name: NounClass(
            name, entry["unit"], Measure(entry["measure"]) if "measure" in entry else None, entry.get("military", False)
        )
        for name, entry in load_yaml("measures.yaml")["nouns"].items()
    }


@cache
def nouns(language: Language) -> Lexicon[str]:
    """The counted nouns of a language, each with the name of its class."""
    classes = noun_classes()
    written = load_yaml("measures.yaml")[language.value]["nouns"]
    unknown = set(written) - set(classes)
    if unknown:
        message = f"measures.yaml names classes of nouns in {language.english_name} that it does not define: {unknown}"
        raise GlossaryError(message)
    return Lexicon((text, name) for name, texts in written.items() for text in texts)


def unit_words(written: Mapping[str, Sequence[str]]) -> list[tuple[str, UnitWord]]:
    """The unit words of a language; a key is a unit of `numbers.yaml` or an ISO 4217 code."""
    units = load_yaml("numbers.yaml")["units"]
    found: list[tuple[str, UnitWord]] = []
    for key, texts in written.items():
        entry = units.get(key)
        if entry is None and not (len(key) == 3 and key.isupper()):
            message = f"numbers.yaml has words for {key!r}, which is neither a unit nor a code of a currency"
            raise GlossaryError(message)
        word = UnitWord(entry["base"], float(entry["factor"])) if entry else UnitWord(key, 1.0)
        found.extend((text, word) for text in texts)
    return found


def bound_words(written: Mapping[str, Sequence[str]]) -> list[tuple[str, BoundWord]]:
    """The bounds of a language, each with what it means."""
    unknown = set(written) - set(_BOUNDS)
    if unknown:
        message = f"numbers.yaml names bounds that do not exist: {sorted(unknown)}"
        raise GlossaryError(message)
    return [(text, _BOUNDS[key]) for key, texts in written.items() for text in texts]


class _Words:
    """The number words of one language that writes its words apart."""

    def __init__(self, language: Language) -> None:
        data: Mapping[str, Any] = load_yaml("numbers.yaml")[language.value]
        self.language = language
        self.group: str = data["digits"]["group"]
        self.decimal: str = data["digits"]["decimal"]
        self.cardinals = {word: float(value) for value, words in data["cardinals"].items() for word in words}
        self.scales = Lexicon((word, float(value)) for value, words in data["scales"].items() for word in words)
        self.glued_scales = frozenset(data["glued_scales"])
        self.scales_alone = frozenset(data["scales_alone"])
        self.articles = frozenset(data["articles"])
        self.joiners = frozenset(data["joiners"])
        self.halves = Lexicon((text, float(value)) for text, value in data["halves"].items())
        self.special = Lexicon((text, float(value)) for text, value in data["special"].items())
        self.genitive_one = {text: float(value) for text, value in data.get("genitive_one", {}).items()}
        self.vague = Lexicon((text, (float(low), float(high))) for text, (low, high) in data["vague"].items())
        self.vague_links = frozenset(data["vague_links"])
        self.weak_one = frozenset(data["weak_one"])
        self.before = Lexicon(bound_words(data["bounds_before"]))
        self.after = Lexicon(bound_words(data["bounds_after"]))
        self.range_open = {word: frozenset(closers) for word, closers in data["range_open"].items()}
        self.closers = frozenset().union(*self.range_open.values())
        self.range_words = frozenset(data["range_words"])
        self.units = Lexicon(unit_words(data["unit_words"]))
        self.money_before = Lexicon(data["money_before"].items())
        self.fractions = Lexicon((text, float(value)) for value, texts in data["fractions"].items() for text in texts)
        self.fraction_links = frozenset(data["fraction_links"])
        self.labels = Lexicon((text, True) for text in data["labels"])
        self.label_after = Lexicon((text, True) for text in data["label_after"])
        self.label_glued = frozenset(data.get("label_glued", ()))
        self.streets = frozenset(data["streets"])
        self.streets_before = frozenset(data["streets_before"])
        self.ends = frozenset(data["phrase_ends"])
        self.links = frozenset(data["phrase_links"])
        self.months = frozenset(word for words in data["months"].values() for word in words)
        self.year_before = frozenset(data["year_before"])
        self.year_after = frozenset(data["year_after"])
        self.change_verbs = frozenset(data["change_verbs"])
        self.pairs = frozenset(data["pairs"])
        self.nouns = nouns(language)
        self._beginnings: dict[str, bool] = {}

    def may_begin(self, low: str) -> bool:
        """Whether a quantity can begin with this word; most words of a text end here."""
        known = self._beginnings.get(low)
        if known is None:
            known = (
                low in self.cardinals
                or low in self.articles
                or low in self.scales_alone
                or low in self.genitive_one
                or any(lexicon.begins(low) for lexicon in (self.special, self.vague, self.fractions, self.money_before))
            )
            if len(self._beginnings) < 50_000:  # a bound on memory; the words of news repeat
                self._beginnings[low] = known
        return known


@cache
def _words(language: Language) -> _Words:
    return _Words(language)


@cache
def currency_signs() -> Mapping[str, str]:
    """ISO 4217 codes of the signs that stand before an amount."""
    signs: dict[str, str] = load_yaml("numbers.yaml")["currency_signs"]
    return signs


def parse_digits(written: str, group: str, decimal: str) -> float | None:
    """A number in digits, or None where its grouping is none (12,000,00; 1,2,3,4).

    A comma before exactly three digits groups in every language: news in Ukrainian and Russian writes 12,000 after its
    English source, and a count with three decimals is not written.
    """
    text = written.translate({0x20: None, 0xA0: None, 0x202F: None, 0x2009: None})
    if len(text) > 24:
        return None
    marks = [mark for mark in text if mark in ".,"]
    if not marks:
        return float(text)
    parts = text.replace(",", ".").split(".")
    if len(set(marks)) == 1:
        mark = marks[0]
        grouped = 1 <= len(parts[0]) <= 3 and parts[0] != "0" and all(len(part) == 3 for part in parts[1:])
        if grouped and (mark in (group, ",")):
            return float("".join(parts))
        if len(marks) == 1 and (decimal in (mark, ",")):
            return float(".".join(parts))
        return None
    # Both marks: the last is the decimal one, the others group.
    whole, fraction = parts[:-1], parts[-1]
    if (
        marks[-1] == decimal
        and marks.count(decimal) == 1
        and len(whole[0]) <= 3
        and all(len(p) == 3 for p in whole[1:])
    ):
        return float("".join(whole) + "." + fraction)
    return None


# ------------------------------------------------------------------------- English, Ukrainian, Russian: word by word


class _Number(NamedTuple):
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
        return self.low != self.high


class _SpacedReader:
    def __init__(self, text: str, tokens: Sequence[Token], words: _Words) -> None:
        self.text = text
        self.tokens = tokens
        self.words = words

    def read(self) -> list[FoundQuantity]:
        found: list[FoundQuantity] = []
        index = 0
        while index < len(self.tokens):
            quantities, index = self._at(index)
            found.extend(one for one in quantities if plausible(one))
        return found

    def _at(self, index: int) -> tuple[list[FoundQuantity], int]:
        """What begins at a token, and where to read on."""
        token, words = self.tokens[index], self.words
        if token.kind == CODE or (token.kind == WORD and not words.may_begin(token.low)):
            return [], index + 1
        fraction = words.fractions.at(self.tokens, index)
        if fraction is not None and self._is_fraction(fraction):
            return [
                self._found(
                    _Number(fraction.value, fraction.value, index, fraction.last),
                    UnitWord("percent", 1),
                    fraction.last,
                    index,
                )
            ], fraction.last
        currency, amount_at = self._currency(index)
        number = self._number(amount_at)
        if number is None:
            if currency is None and token.kind == NUMBER:
                return [], self._chain(index)
            return [], index + 1
        if self._is_label(number, currency is not None):
            return [], max(
                number.last, self._chain(amount_at) if self.tokens[amount_at].kind == NUMBER else number.last
            )
        return self._measured(number, index, currency)

    # -- numbers

    def _number(self, index: int) -> _Number | None:
        tokens, words = self.tokens, self.words
        if index >= len(tokens):
            return None
        token = tokens[index]
        if token.kind == WORD:
            genitive = words.genitive_one.get(token.low)
            if genitive is not None and words.before.before(tokens, index) is not None:
                return _Number(genitive, genitive, index, index + 1)
            vague = words.vague.at(tokens, index)
            if vague is not None:
                return self._scaled_vague(vague)
        elif token.kind != NUMBER:
            return None
        return self._cardinal(index)

    def _scaled_vague(self, hit: Hit[tuple[float, float]]) -> _Number:
        low, high = hit.value
        last = hit.last
        scale = self.words.scales.at(self.tokens, last)
        if scale is not None and high < 1000 <= scale.value and self.tokens[last].low not in self.words.glued_scales:
            # Several dozen thousand: the interval's ends are scaled, the upper one up to the next.
            low, high, last = low * scale.value, (high + 1) * scale.value - 1, scale.last
        return _Number(low, high, hit.first, last)

    def _cardinal(self, index: int) -> _Number | None:
        tokens, words = self.tokens, self.words
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
            if at > index and self._broken(at):
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
            scale = words.scales.at(tokens, at) if self._scale_stands(at, index) else None
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
            if self._joins(at, current, total, room):
                at += 1
                continue
            break
        if current is None and total == 0:
            return None
        value = _neat(total + (current or 0.0))
        scale_of = last_scale if math.isfinite(last_scale) and current is None else 1.0
        if at != index + 1:
            pronoun = False
        return _Number(value, value, index, at, plain and at == index + 1, pronoun, mantissa or value, scale_of)

    def _scale_stands(self, at: int, index: int) -> bool:
        """Whether a token that may be a scale is one: a single letter only where it touches the digits."""
        token = self.tokens[at]
        if token.low not in self.words.glued_scales or len(token.low) > 1:
            return True
        return at > index and token.glued and self.tokens[at - 1].kind == NUMBER

    def _joins(self, at: int, current: float | None, total: float, room: float) -> bool:
        """Whether a hyphen or a joiner stands inside one number (twenty-two, two hundred and fifty)."""
        tokens, words = self.tokens, self.words
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

    def _broken(self, at: int) -> bool:
        """Whether a line or a column of a table ends before a token."""
        between = self.text[self.tokens[at - 1].end : self.tokens[at].start]
        return "\n" in between or "\t" in between or len(between) > 2

    # -- what is no quantity

    def _chain(self, index: int) -> int:
        """The end of digits joined by marks (555-1234, 1.2.3, 10:30, 10^400), all of which are left out."""
        at = index + 1
        while at + 1 < len(self.tokens):
            mark, following = self.tokens[at], self.tokens[at + 1]
            if mark.kind == MARK and mark.glued and following.glued and following.kind in (NUMBER, CODE):
                at += 2
            else:
                break
        return at

    def _is_label(self, number: _Number, money: bool) -> bool:
        tokens, words = self.tokens, self.words
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
            if before.text in "-−–" and self._negative(first):
                return True
            if before.text == "." and first > 1 and tokens[first - 1].glued:
                return True
        if after is not None and after.kind == MARK and after.glued and after.text in "^/*=:_@\\":
            following = tokens[last + 1] if last + 1 < len(tokens) else None
            if following is not None and following.glued:
                return True
        if self._is_chain(number):
            return True
        if self._in_row(number):
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
                and self._after_hyphen_unit(last) is None
                and self._noun(last) is None
            )
        return self._is_plain_label(number, before, after, money)

    def _is_plain_label(self, number: _Number, before: Token | None, after: Token | None, money: bool) -> bool:
        """Dates, years, labels and streets, which are all digits alone."""
        tokens, words = self.tokens, self.words
        first, last = number.first, number.last
        if (
            before is not None
            and (
                before.low in words.months
                or (before.text == "." and first > 1 and tokens[first - 2].low in words.months)
            )
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
            if governed or (self._noun(last) is None and words.units.at(tokens, last) is None):
                return True
            if before is not None and before.text == "," and first > 1 and tokens[first - 2].kind == NUMBER:
                return True
        if words.label_after.at(tokens, last) is not None and not money:
            return True
        hit = words.labels.before(tokens, first)
        if hit is not None and number.low < 100_000 and words.units.at(tokens, last) is None:
            noun = self._noun(last)
            if noun is None or (not money and noun.first > last):
                return True
        return self._in_street(number)

    def _negative(self, first: int) -> bool:
        dash = first - 1
        if dash == 0 or not self.tokens[dash].glued:
            return True
        return self.tokens[dash - 1].kind == MARK

    def _is_chain(self, number: _Number) -> bool:
        """Three or more numbers joined by hyphens, points or colons, or two that are no rising range."""
        tokens = self.tokens
        end = self._chain(number.first)
        count = (end - number.first + 1) // 2
        if count < 2 or number.last != number.first + 1:
            return False
        joints = {tokens[number.first + 1 + 2 * step].text for step in range(count - 1)}
        if count > 2 or not joints <= {"-", "–", "—", "‑", "−"} or tokens[end - 1].kind == CODE:
            return True
        low = parse_digits(tokens[number.first].text, self.words.group, self.words.decimal)
        high = parse_digits(tokens[end - 1].text, self.words.group, self.words.decimal)
        if low is None or high is None or low >= high:
            return True
        second = self._number(end - 1)
        return (
            second is None
            or (
                self.words.units.at(tokens, second.last) is None
                and self._noun(second.last) is None
                and second.scale == 1
                and self.words.before.before(tokens, number.first) is None
            )
            or (1900 <= low <= 2099 and 1900 <= high <= 2099)
        )

    def _in_row(self, number: _Number) -> bool:
        """Numbers side by side are a telephone's or a table's, unless the last of them counts something."""
        tokens, (first, last) = self.tokens, (number.first, number.last)
        if last != first + 1 or tokens[first].kind != NUMBER:
            return False
        if last < len(tokens) and tokens[last].kind == NUMBER:
            return True
        beside = first > 0 and tokens[first - 1].kind == NUMBER
        return beside and self.words.units.at(tokens, last) is None and self._noun(last) is None

    def _in_street(self, number: _Number) -> bool:
        tokens, words = self.tokens, self.words
        for at in range(number.last, min(number.last + 4, len(tokens))):
            if tokens[at].kind != WORD or not tokens[at].text[0].isupper():
                break
            if tokens[at].low in words.streets and at > number.last:
                return True
        return any(tokens[at].low in words.streets_before for at in range(max(0, number.first - 5), number.first))

    def _is_fraction(self, hit: Hit[float]) -> bool:
        links = self.words.fraction_links
        if self.words.scales.at(self.tokens, hit.last) is not None:
            return False
        return not links or (hit.last < len(self.tokens) and self.tokens[hit.last].low in links)

    # -- units, nouns, bounds

    def _currency(self, index: int) -> tuple[str | None, int]:
        tokens = self.tokens
        hit = self.words.money_before.at(tokens, index)
        if hit is not None:
            return hit.value, hit.last
        code = currency_signs().get(tokens[index].text)
        return (code, index + 1) if code is not None else (None, index)

    def _after_hyphen_unit(self, last: int) -> Hit[UnitWord] | None:
        """A unit after a hyphen (a 500-kilometre line); a person's age is one with its hyphens."""
        tokens = self.tokens
        if last < len(tokens) and tokens[last].text in "-‑" and tokens[last].glued:
            return self.words.units.at(tokens, last + 1)
        return None

    def _measured(self, number: _Number, first: int, currency: str | None) -> tuple[list[FoundQuantity], int]:
        second, _closed = self._range(number, currency)
        opener = self._opener(first)
        if second is not None:
            if opener is not None and self._changes(opener, first):
                return self._change(number, second, first, currency, opener)
            number = _merged(number, second)
        elif opener is not None and first - 1 == opener:
            opener = None
        start = first
        if second is not None and opener is not None:
            start = opener
        unit, last = self._unit(number, currency)
        return [self._found(number, unit, last, start)], max(last, number.last)

    def _change(
        self, number: _Number, second: _Number, first: int, currency: str | None, opener: int
    ) -> tuple[list[FoundQuantity], int]:
        unit, last = self._unit(second, currency)
        was = replace(self._found(number, unit, number.last, first), past=True)
        return [was, self._found(second, unit, last, second.first, after=number.last + 1)], last

    def _opener(self, first: int) -> int | None:
        """The word that opens a range before a number (between, from), with a bound allowed in between."""
        at = first - 1
        if at >= 0 and self.tokens[at].low in self.words.range_open:
            return at
        return None

    def _changes(self, opener: int, first: int) -> bool:
        tokens, verbs = self.tokens, self.words.change_verbs
        return any(tokens[at].low in verbs for at in range(max(0, opener - 4), opener)) and first > opener

    def _range(self, number: _Number, currency: str | None) -> tuple[_Number | None, bool]:
        """The second number of a range that begins with this one."""
        tokens, words = self.tokens, self.words
        if number.is_range:
            return None, False
        opener = self._opener(number.first - (1 if currency else 0))
        at = number.last
        unit = words.units.at(tokens, at)
        if unit is not None and opener is not None:
            at = unit.last
        if at >= len(tokens) or self._broken(at):
            return None, False
        mark = tokens[at]
        joined = mark.text in {"-", "–", "—", "‑", "−", "~"} and mark.kind == MARK
        if mark.text == "—" and not mark.glued:
            joined = False
        if not joined:
            closers = words.range_open[tokens[opener].low] if opener is not None else words.range_words
            if mark.low not in closers:
                return None, False
        _, amount_at = self._currency(at + 1) if at + 1 < len(tokens) else (None, at + 1)
        if amount_at >= len(tokens):
            return None, False
        # A bound may stand before the second number too (from 10 to about 12); it is folded into the range.
        inner = words.before.at(tokens, amount_at)
        if inner is not None and opener is not None:
            amount_at = inner.last
        second = self._number(amount_at)
        if (
            second is None
            or second.is_range
            or (second.plain and second.first + 1 == second.last and self._dated(second))
        ):
            return None, False
        low = number.low
        if number.scale == 1 and second.scale > 1 and number.low < second.mantissa:
            low = number.low * second.scale
        if low >= second.low:
            changing = opener is not None and self._changes(opener, number.first)
            return (second, True) if changing and second.low > 0 else (None, False)
        loose = not joined and opener is None and mark.low in words.range_words
        if loose and (second.low > 4 * low or (number.pronoun and second.low > 2)):
            return None, False
        return second, True

    def _dated(self, number: _Number) -> bool:
        after = self.tokens[number.last] if number.last < len(self.tokens) else None
        if after is not None and (after.low in self.words.months or after.low in self.words.year_after):
            return True
        return self.words.label_after.at(self.tokens, number.last) is not None

    def _unit(self, number: _Number, currency: str | None) -> tuple[UnitWord | None, int]:
        if currency is not None:
            return UnitWord(currency, 1.0), number.last
        tokens, words = self.tokens, self.words
        if number.last < len(tokens) and not self._broken(number.last):
            hyphened = self._after_hyphen_unit(number.last)
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

    def _noun(self, last: int) -> Hit[str] | None:
        """The counted noun after a number: at most six words on, through adjectives, names and `of the`."""
        tokens, words = self.tokens, self.words
        found: Hit[str] | None = None
        for at in range(last, min(last + 7, len(tokens))):
            token = tokens[at]
            if at > 0 and self._broken(at):
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
                if following is not None and not self._broken(hit.last):
                    found = Hit(hit.first, following.last, hit.value)
                break
            if found is not None:
                break
            if token.low in words.ends and token.low not in words.links and not self._pairs(at):
                break
            if token.kind == NUMBER and (at == last or tokens[at - 1].low not in words.links):
                break
        return found

    def _leads_change(self, before: Hit[BoundWord]) -> bool:
        """Whether a word that bounds elsewhere here says what a change came to: зросла до 600."""
        tokens, words = self.tokens, self.words
        if tokens[before.first].low not in words.closers or before.last != before.first + 1:
            return False
        return any(tokens[at].low in words.change_verbs for at in range(max(0, before.first - 3), before.first))

    def _pairs(self, at: int) -> bool:
        """Whether a word joins two adjectives before one noun (Russian and North Korean troops)."""
        tokens, words = self.tokens, self.words
        if tokens[at].low not in words.pairs or at + 2 >= len(tokens):
            return False
        if words.language is Language.EN:
            return tokens[at - 1].text[:1].isupper() and tokens[at + 1].text[:1].isupper()
        return words.nouns.at(tokens, at + 2) is not None and tokens[at + 1].low not in words.cardinals

    def _found(self, number: _Number, unit: UnitWord | None, last: int, first: int, *, after: int = 0) -> FoundQuantity:
        """The quantity with its noun and its bounds, which are looked for from the token `after` on."""
        tokens, words = self.tokens, self.words
        noun = self._noun(last) if unit is None or unit.base == "year" else None
        if noun is None and unit is None and last < len(tokens) and tokens[last].low == "of":
            noun = self._noun(last)
        bound, start, end = NO_BOUND, first, last
        after_at = last
        suffix = words.after.at(tokens, after_at) if after_at < len(tokens) and not self._broken(after_at) else None
        if suffix is None and noun is not None and noun.last < len(tokens):
            beyond = words.after.at(tokens, noun.last)
            if beyond is not None:
                bound = beyond.value
        if suffix is not None:
            bound, end = suffix.value, suffix.last
            if noun is None and unit is None:
                noun = self._noun(end)
        before = words.before.before(tokens, first)
        if before is not None and self._leads_change(before):
            before = None
        if before is not None and before.first >= after and not self._broken(first):
            if before.value.bound is not Bound.EXACT:
                bound, start = before.value, before.first
            outer = words.before.before(tokens, start)
            if outer is not None and bound.bound is Bound.ABOUT and outer.value.bound is not Bound.ABOUT:
                bound, start = outer.value, outer.first
        said = self.text[tokens[number.first].start : tokens[number.last - 1].end]
        if unit is not None:
            base, factor = unit
            unit_at = number.last
            said_unit = None
            if last > unit_at:
                said_unit = self.text[tokens[unit_at].start : tokens[last - 1].end].lstrip("-‑")
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
            self.text[tokens[start].start : tokens[end - 1].end],
            noun.value if noun else None,
            tokens[noun.first].start if noun else None,
            tokens[noun.last - 1].end if noun else None,
            start,
            end,
            number.first,
            number.pronoun,
        )


def _room(value: float) -> float:
    """What may still be added to a cardinal: a hundred takes less than a hundred, a ten takes less than ten."""
    if value >= 100:
        return 100
    return 10 if value >= 20 else 0


def _merged(low: _Number, high: _Number) -> _Number:
    bottom = low.low * high.scale if low.scale == 1 and high.scale > 1 and low.low < high.mantissa else low.low
    return _Number(bottom, high.high, low.first, high.last)


def plausible(found: FoundQuantity) -> bool:
    """Whether a quantity can be true of the world at all."""
    most = max(found.quantity.low or 0, found.quantity.high or 0)
    return math.isfinite(most) and most <= (MOST_PEOPLE if found.quantity.unit == "people" else MOST)
