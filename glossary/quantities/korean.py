"""Quantities in Korean, read letter by letter: numbers are glued to counters, counters to particles (2,700여 명이).

Owns only the reading; the words are data (`numbers.yaml`), the value is `glossary.quantities.values.FoundQuantity`.
A number counts when a counter follows it (명, 대, ㎢, 달러) or a counted noun stands beside it; all else is a date
or a label (월, 일, 조, 호).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from glossary.lexicon import Token, load_yaml
from glossary.quantities.currencies import currency_names
from glossary.quantities.digits import parse_digits
from glossary.quantities.values import FoundQuantity, interval, plausible
from glossary.quantities.words import (
    NO_BOUND,
    BoundWord,
    UnitWord,
    bound_words,
    currency_signs,
    noun_classes,
    unit_word,
    unit_words,
)
from translations.languages import Language

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_HANGUL = re.compile("[가-힣]")
_GAP = re.compile(r"[ \u00a0]?")
#: A weapon by its model, before a number and a bound: F-35A 20대, Su-34 최소 2대.
_MODEL_BEFORE = re.compile(r"(?<![A-Za-z0-9])(?P<model>[A-Z][A-Za-z]{0,4}-?\d{1,4}[A-Z]{0,3}\d?) (?:[가-힣]{1,3} )?$")
#: How far before a number its noun may stand (북한군 병사 약 300명), in letters.
_NOUN_REACH = 24


class _Number(NamedTuple):
    low: float
    high: float
    start: int
    end: int
    plain: bool
    native: bool = False
    pronoun: bool = False
    scale: float = 1.0
    just_over: bool = False


class _Counter(NamedTuple):
    unit: UnitWord | None
    start: int
    end: int
    just_over: bool


class _Words:
    def __init__(self) -> None:
        data: Mapping[str, Any] = load_yaml("numbers.yaml")["ko"]
        self.sino: dict[str, int] = data["sino"]
        self.small: dict[str, int] = data["small"]
        self.large: dict[str, int] = data["large"]
        self.native = _native_numbers(data["native"])
        self.native_ranges: dict[str, list[int]] = data["native_ranges"]
        self.several = "".join(data["several"])
        self.several_alone: list[str] = data["several_alone"]
        self.weak_one = frozenset(data["weak_one"])
        counters = dict(unit_words(data["counters"]))
        for name, code in currency_names(Language.KO):
            counters.setdefault(name, unit_word(code))
        self.counters = counters
        self.counter = _longest_first(counters)
        self.not_counter = _longest_first(data["not_counters"])
        self.counted_by = {counter: name for name, texts in data["counted_by"].items() for counter in texts}
        self.counted_models = {counter: name for name, texts in data["counted_models"].items() for counter in texts}
        self.particle = _longest_first(data["particles"])
        self.before = dict(bound_words(data["bounds_before"]))
        self.before_pattern = re.compile(rf"(?:^|(?<![가-힣]))(?P<word>{_alternation(self.before)})[ \u00a0]*$")
        self.after = dict(bound_words(data["bounds_after"]))
        # A particle may stand between (300명이 넘는), and the bound be glued on (300명가량).
        self.after_pattern = re.compile(
            rf"(?:이|가|을|를|은|는|에|에도|의|도|에는|조차)?(?:[ \u00a0]*채)?[ \u00a0]*"
            rf"(?P<word>{_alternation(self.after)})"
        )
        # 전차 40대를 넘겼다 hands them over; 40명을 넘겼다 exceeds them.
        self.handing_over = re.compile(r"을?를?[ \u00a0]+(?:넘긴|넘겼|넘겨)")
        self.just_over: list[str] = data["bounds_inside"]["just_over"]
        self.range_mark = re.compile(rf"[ \u00a0]?(?:{_alternation(data['range_marks'])})[ \u00a0]?")
        self.label_after = _longest_first(data["label_after"])
        self.labels = re.compile(rf"(?:{_alternation(data['labels'])})[ \u00a0]?$")
        self.weak_counters = {text: unit_word(unit) for text, unit in data["weak_counters"].items()}
        percent = unit_word("percent")
        # Words that are a number with its unit: 절반, 사흘.
        self.fixed = {text: (float(value), percent) for value, texts in data["fractions"].items() for text in texts}
        self.fixed |= {text: (float(number), unit_word(unit)) for text, (number, unit) in data["measured"].items()}
        digit = rf"(?:\d{{1,3}}|[{''.join(self.sino)}십])"
        self.fixed_pattern = re.compile(
            rf"(?<![가-힣\d.,])(?:(?P<word>{_alternation(self.fixed)})|"
            rf"(?P<parts>{digit})분의 ?(?P<share>{digit})(?![\d.]))"
        )
        several = "".join(re.escape(one) for one in self.several)
        native = _alternation(list(self.native) + list(self.native_ranges))
        self.start = re.compile(
            rf"(?P<digit>\d)|(?<![가-힣\d])(?:"
            rf"(?P<several>[{several}][십백천]?[만억조]?|{_alternation(self.several_alone)})(?=여?[ \u00a0]?[가-힣㎢])"
            rf"|(?P<native>{native})(?=[ \u00a0]?[가-힣])|(?P<sino>[일이삼사오육칠팔구십백천만억]))"
        )
        classes = load_yaml("measures.yaml")["ko"]["nouns"]
        self.noun_class = {text.rstrip("*"): name for name, texts in classes.items() for text in texts}
        # A noun of one syllable ends its word but for a particle (북한군이); inside others it is chance (공군기지).
        # A noun with a verb's ending is a verb (사망하고).
        words = sorted(self.noun_class, key=len, reverse=True)
        single, verbal = r"(?=$|[^가-힣]|[이은을의과에도만인]|들)", r"(?![하했한할해됐된되시])"
        self.noun = re.compile("|".join(re.escape(word) + (single if len(word) == 1 else verbal) for word in words))


def _native_numbers(written: Mapping[int, Sequence[str]]) -> dict[str, int]:
    ones = {word: value for value, words in written.items() if value < 10 for word in words}
    tens = {word: value for value, words in written.items() if value >= 10 for word in words}
    return ones | tens | {ten + one: tens[ten] + ones[one] for ten in tens for one in ones}


def _alternation(words: Any) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _longest_first(words: Any) -> re.Pattern[str]:
    return re.compile(_alternation(words))


@cache
def _words() -> _Words:
    return _Words()


def read_korean(text: str, tokens: Sequence[Token]) -> list[FoundQuantity]:
    """All quantities of a Korean text, in order."""
    return _Reader(text, tokens).read()


class _Reader:
    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text = text
        self.starts = [token.start for token in tokens]
        self.words = _words()
        # A noun before the last quantity is that quantity's.
        self.floor = 0

    def read(self) -> list[FoundQuantity]:
        found: list[FoundQuantity] = []
        at = 0
        fixed = self.words.fixed_pattern.finditer(self.text)
        coming = next(fixed, None)
        while True:
            match = self.words.start.search(self.text, at)
            while coming is not None and (match is None or coming.start() <= match.start()):
                one = self._fixed(coming)
                if one is not None and coming.start() >= at:
                    found.append(one)
                    at = self.floor = max(one.end, coming.end())
                    match = self.words.start.search(self.text, at)
                coming = next(fixed, None)
            if match is None:
                return found
            quantity, at = self._at(match)
            if quantity is not None and plausible(quantity):
                found.append(quantity)
                if quantity.quantity.unit != "days":  # 사망자가 두 달 만에 1천 명
                    self.floor = max(quantity.end, quantity.noun_end or 0)
            at = max(at, match.start() + 1)

    def _fixed(self, match: re.Match[str]) -> FoundQuantity | None:
        """절반, 사흘, 3분의 1: a number that needs no counter."""
        words = self.words
        if match.group("word"):
            value, unit = words.fixed[match.group("word")]
        else:
            parts, share = (self._digit(match.group(name)) for name in ("parts", "share"))
            if not 0 < share < parts:
                return None
            value, unit = round(100 * share / parts, 2), unit_word("percent")
        end, bound = self._bound_after(match.end())
        number = _Number(value, value, match.start(), match.end(), plain=False)
        return self._found(number, unit, match.end(), end, bound or NO_BOUND)

    def _digit(self, written: str) -> int:
        return int(written) if written.isdigit() else self.words.sino.get(written, 10)

    def _at(self, match: re.Match[str]) -> tuple[FoundQuantity | None, int]:
        number = self._number(match.start(), match)
        if number is None:
            if match.group("digit"):
                return None, self._skip_chain(match.start())
            return None, match.end()
        if self._is_chain(number):
            return None, self._skip_chain(match.start())
        money = self._money_sign(number.start)
        if money is None and self.words.labels.search(self.text, max(0, number.start - 8), number.start):
            return None, number.end
        counter = self._counter(number)
        second = self._range(number, counter)
        past = False
        if second is not None and self._is_change(counter, second):
            second, past = None, True
        if second is not None:
            low = number.low
            if number.scale == 1 and second.scale > 1 and number.low < second.high / second.scale and number.plain:
                low = number.low * second.scale
            if low < second.high:
                number = _Number(low, second.high, number.start, second.end, plain=False, native=second.native)
                counter = self._counter(number)
        if money is not None:
            return self._found(number, UnitWord(money, 1.0), number.end, number.end, NO_BOUND), number.end
        if counter is None:
            return self._bare(number)
        if self._is_decade(number, counter):
            return None, counter.end
        score = self._score_end(number, counter)
        if score is not None:
            return None, score
        inside = BoundWord(NO_BOUND.bound, 0)
        if counter.just_over or number.just_over:
            inside = self.words.after["여"]
        end, bound = self._bound_after(counter.end)
        of_items = counter.unit is not None and counter.unit.base == "items"
        if bound is not None and of_items and self.words.handing_over.match(self.text, counter.end):
            end, bound = counter.end, None
        if bound is None:
            bound = inside
        found = self._found(number, counter.unit, counter.end, end, bound)
        return (replace(found, past=True) if past else found), max(end, counter.end)

    # -- numbers

    def _number(self, at: int, match: re.Match[str] | None) -> _Number | None:
        words, text = self.words, self.text
        if match is None:
            match = words.start.match(text, at)
            if match is None:
                return None
        if match.group("several"):
            return self._several(match)
        if match.group("native"):
            return self._native(match)
        return self._sino(at)

    def _several(self, match: re.Match[str]) -> _Number:
        word = match.group("several")
        unit = 1.0
        for letter in word:
            unit *= self.words.small.get(letter, 1) * self.words.large.get(letter, 1)
        low, high = (3.0, 9.0) if unit == 1 else (2 * unit, 10 * unit - 1)
        return _Number(low, high, match.start(), match.end(), plain=False)

    def _native(self, match: re.Match[str]) -> _Number | None:
        word = match.group("native")
        if self.words.not_counter.match(self.text, match.start()):
            return None  # 세대 is a household or a generation
        values = self.words.native_ranges.get(word)
        low, high = values or (self.words.native[word], self.words.native[word])
        number = _Number(
            low, high, match.start(), match.end(), plain=False, native=True, pronoun=word in self.words.weak_one
        )
        # 두 and the like begin many words; only a counter or a counted noun after them makes them numbers.
        if self._counter(number) is not None or self._noun_follows(match.end()):
            return number
        # 만 and 천 are both native-looking and Sino-Korean nowhere, so nothing else is lost here.
        return None

    def _sino(self, start: int) -> _Number | None:
        """Digits, Hangul digits and their units in any mixture: 1만 2천, 삼백, 3억 5천만, 2천700."""
        words, text = self.words, self.text
        total = section = 0.0
        pending: float | None = None
        at, scale = start, 1.0
        digits = units = 0
        just_over = False
        while at < len(text):
            letter = text[at]
            if letter.isdigit() and letter.isascii():
                if pending is not None:
                    break
                matched = _DIGITS.match(text, at)
                if matched is None:
                    break
                value = parse_digits(matched.group(), ",", ".")
                if value is None:
                    return None
                pending, at, digits = value, matched.end(), digits + 1
            elif letter in words.sino and pending is None and (digits == 0 or units):
                pending, at = float(words.sino[letter]), at + 1
            elif letter in words.small and (pending is not None or digits == 0 or units):
                if pending is not None and pending >= 1000:
                    break
                section, pending, at, units = (
                    section + (1.0 if pending is None else pending) * words.small[letter],
                    None,
                    at + 1,
                    units + 1,
                )
            elif letter in words.large and self._is_scale(at):
                scale = float(words.large[letter])
                total, section, pending, at, units = (
                    total + ((section + (pending or 0.0)) or 1.0) * scale,
                    0.0,
                    None,
                    at + 1,
                    units + 1,
                )
            elif letter == "여" and units and text[at + 1 : at + 2] in words.large:
                # 5천여만 원.
                just_over, at = True, at + 1
            elif letter in " \u00a0" and pending is None and units and self._continues(at + 1):
                at += 1
            else:
                break
        if at == start or (digits == 0 and units == 0):
            return None
        if text[at - 1] in " \u00a0":
            at -= 1
        value = total + section + (pending or 0.0)
        if digits == 0 and self._counter(_Number(value, value, start, at, plain=False)) is None:
            return None
        plain = units == 0 and text[start:at].isdigit()
        exact_scale = scale if section == 0 and pending is None else 1.0
        return _Number(value, value, start, at, plain, scale=exact_scale, just_over=just_over)

    def _is_scale(self, at: int) -> bool:
        """만, 억 and 조 multiply unless they begin a word of their own; 조 is also an article's number."""
        return not (
            self.text[at] == "조"
            and not re.match(r"조(?:\s?\d|\s?[천백십]|여?\s?(?:원|달러|유로|엔|위안))", self.text[at : at + 8])
        )

    def _continues(self, at: int) -> bool:
        """Whether the number goes on after a space: 1만 2천 명, 1만 2,000명."""
        rest = self.text[at : at + 12]
        if re.match(
            r"[일이삼사오육칠팔구]?[십백천][일이삼사오육칠팔구십백천]*여?\s?(?:명|대|발|㎢|원|달러|개|제곱)", rest
        ):
            return True
        matched = re.match(r"(\d[\d,]*)(?!\s?(?:월|일|년|시|분|조|호|%|[.]\d))", rest)
        return matched is not None

    # -- what is no quantity

    def _skip_chain(self, start: int) -> int:
        matched = re.compile(r"[\d.,:/\-–^]+").match(self.text, start)
        return matched.end() if matched else start + 1

    def _is_chain(self, number: _Number) -> bool:
        text = self.text
        if not text[number.start].isdigit():
            return False
        before = text[number.start - 1] if number.start else " "
        before2 = text[number.start - 2] if number.start > 1 else " "
        after = text[number.end : number.end + 2]
        if before in "^/*=:_#№@&" or (
            before in ".,-–−" and (before2.isdigit() or before2.isalpha() or (before in "-−" and not before2.isdigit()))
        ):
            return True
        if before.isascii() and before.isalpha():
            return True
        if before == "+" or (
            text[number.start] == "0" and text[number.start : number.end].isdigit() and number.end - number.start > 1
        ):
            return True
        if len(after) == 2 and after[0] in ":/^*=.,_" and after[1].isdigit():
            return True
        chain = re.compile(r"\d+(?:[-–]\d+)+").match(text, number.start)
        return chain is not None and (chain.group().count("-") + chain.group().count("–")) > 1

    def _is_decade(self, number: _Number, counter: _Counter) -> bool:
        """30대 is a person in the thirties, unless vehicles are counted."""
        if self.text[counter.start : counter.end] != "대" or not number.plain:
            return False
        if counter.just_over or number.low not in range(10, 100, 10):
            return False
        noun = self._counted_by(number, "대", counter.end) or self._noun(number.start, counter.end)
        return noun is None or noun_classes()[noun[2]].unit != "items"

    def _score_end(self, number: _Number, counter: _Counter) -> int | None:
        """4대 2로: a score, where no counter follows the second number."""
        if self.text[counter.start : counter.end] != "대" or not number.plain:
            return None
        second = re.compile(r" ?(\d+)(?=으?로|의|[ .,)]|$)").match(self.text, counter.end)
        if second is None or self._counter(_Number(0, 0, second.start(1), second.end(), plain=True)) is not None:
            return None
        return second.end()

    # -- counters, ranges, bounds, nouns

    def _counter(self, number: _Number) -> _Counter | None:
        words, text = self.words, self.text
        at = number.end
        just_over = False
        for word in words.just_over:
            if text.startswith(word, at) and not number.native:
                rest = _GAP.match(text, at + len(word))
                after = rest.end() if rest else at + len(word)
                if words.counter.match(text, after) or self._weak_counter(after, just_over=True):
                    just_over, at = True, after
                    break
        else:
            gap = _GAP.match(text, at)
            at = gap.end() if gap else at
        if words.not_counter.match(text, at):
            return None
        matched = words.counter.match(text, at)
        while matched is not None and not self._ends_word(matched.end()):
            shorter = [
                word for word in words.counters if matched.group().startswith(word) and len(word) < len(matched.group())
            ]
            shorter = [word for word in shorter if self._ends_word(at + len(word))]
            if not shorter:
                return None
            best = max(shorter, key=len)
            return _Counter(words.counters[best], at, at + len(best), just_over)
        if matched is None:
            return self._weak_counter(at, just_over)
        # 시간 and the like before a longer word are dates' business (3일간 is a span, 3일 a day).
        return _Counter(words.counters[matched.group()], at, matched.end(), just_over)

    def _weak_counter(self, at: int, just_over: bool) -> _Counter | None:
        """A year, day or minute is counted only where a bound says so: 30년 이상, 30여 년."""
        for word, unit in self.words.weak_counters.items():
            if self.text.startswith(word, at):
                end = at + len(word)
                if just_over or self.words.after_pattern.match(self.text, end):
                    return _Counter(unit, at, end, just_over)
        return None

    def _ends_word(self, at: int) -> bool:
        text = self.text
        if at >= len(text) or not _HANGUL.match(text[at]):
            return True
        return self.words.particle.match(text, at) is not None or self.words.after_pattern.match(text, at) is not None

    def _range(self, number: _Number, counter: _Counter | None) -> _Number | None:
        if number.low != number.high:
            return None
        at = counter.end if counter is not None else number.end
        matched = self.words.range_mark.match(self.text, at)
        if matched is None:
            return None
        second = self._number_after(matched.end())
        if second is None or second.low != second.high or self._counter(second) is None:
            return None
        return second

    def _is_change(self, counter: _Counter | None, second: _Number) -> bool:
        """From A to B is a change where B has the particle of a direction: 3천 명에서 4천 명으로 늘었다."""
        then = self._counter(second)
        if counter is None or then is None or not self.text.startswith("에서", counter.end):
            return False
        return self.text.startswith(("으로", "로"), then.end)

    def _number_after(self, at: int) -> _Number | None:
        match = self.words.start.match(self.text, at)
        return self._number(at, match) if match is not None else None

    def _money_sign(self, start: int) -> str | None:
        return currency_signs().get(self.text[start - 1]) if start else None

    def _bare(self, number: _Number) -> tuple[FoundQuantity | None, int]:
        """A number without a counter: only beside a counted noun (1만2000 병력, 두 병사), and never digits alone."""
        label = self.words.label_after.match(self.text, number.end)
        if label is not None and not number.native:
            return None, label.end()
        gap = _GAP.match(self.text, number.end)
        if self.words.not_counter.match(self.text, gap.end() if gap else number.end):
            return None, number.end  # 5천 세대
        if number.plain or self.text[number.start : number.end] in self.words.several:
            return None, number.end  # 사망자 수는: a word of number, and no number
        noun = self._noun(number.start, number.end)
        follows = self._noun_follows(number.end)
        if not follows and (noun is None or number.native):
            return None, number.end
        end, bound = self._bound_after(number.end)
        return self._found(number, None, number.end, end, bound or NO_BOUND), max(end, number.end)

    def _noun_follows(self, at: int) -> bool:
        """Whether a counted noun of people is among the two words after a number."""
        matched = re.compile(r"의?[ \u00a0]((?:[가-힣]+[ \u00a0]?){1,2})").match(self.text, at)
        if matched is None:
            return False
        found = self.words.noun.search(matched.group(1))
        return (
            found is not None
            and noun_classes()[self.words.noun_class[found.group()]].unit == "people"
            and found.group() != "군"
        )

    def _bound_after(self, at: int) -> tuple[int, BoundWord | None]:
        matched = self.words.after_pattern.match(self.text, at)
        if matched is None:
            return at, None
        return matched.end(), self.words.after[matched.group("word")]

    def _noun(self, start: int, end: int, unit: str = "") -> tuple[int, int, str] | None:
        """The counted noun: the last before the number in its clause, else the first after it (300명의 병사).

        Of weapons it is the last noun of weapons: 탱크는 러시아군이 300대.
        """
        text, words = self.text, self.words
        window = text[max(0, start - _NOUN_REACH) : start]
        cut = max(window.rfind(mark) for mark in ".,\n\t·;!?…")
        base = max(self.floor, max(0, start - _NOUN_REACH) + cut + 1)
        last = None
        for matched in words.noun.finditer(text, base, start):
            # Lives are counted behind their number: 61명의 목숨; but 목숨을 잃고 일곱 명.
            name = words.noun_class[matched.group()]
            if name != "life" and (unit != "items" or noun_classes()[name].unit == unit):
                last = matched
        after = re.compile(r"(?:의|에 달하는|이 넘는|가량의|여)?[ \u00a0]?").match(text, end)
        following = (
            words.noun.search(text, end, min(len(text), end + 14)) if after and text[end : end + 1] == "의" else None
        )
        chosen = following or last
        if chosen is None and following is None:
            near = re.compile(r"[ \u00a0]((?:[가-힣]+[ \u00a0]?){1,2})").match(text, end)
            if near is not None:
                chosen = words.noun.search(text, near.start(1), near.end(1))
        if chosen is None:
            return None
        return chosen.start(), chosen.end(), words.noun_class[chosen.group()]

    def _counted_by(self, number: _Number, counter: str, counter_end: int) -> tuple[int, int, str] | None:
        """What a counter alone says is counted, or beside a model before the number: 8발, F-35A 20대."""
        model = _MODEL_BEFORE.search(self.text, max(self.floor, number.start - _NOUN_REACH), number.start)
        if model is not None and counter in self.words.counted_models:
            return model.start(), model.end("model"), self.words.counted_models[counter]
        if counter in self.words.counted_by and not number.native:
            return number.start, counter_end, self.words.counted_by[counter]
        return None

    def _found(
        self, number: _Number, unit: UnitWord | None, counter_end: int, end: int, bound: BoundWord
    ) -> FoundQuantity:
        text, words = self.text, self.words
        start = number.start
        if self._money_sign(start):
            start -= 1
        before = words.before_pattern.search(text, max(0, start - 8), start)
        if before is not None and (before.group("word") != "한" or text[start].isdigit()):
            start = before.start("word")
            said_bound = words.before[before.group("word")]
            if bound == NO_BOUND or said_bound.bound not in (NO_BOUND.bound, words.before["약"].bound):
                bound = said_bound if said_bound.bound is not NO_BOUND.bound else bound
        noun = None
        if unit is None or unit.base in ("people", "items"):
            of = unit.base if unit is not None else ""
            noun = self._noun(number.start, counter_end, of) or self._noun(number.start, max(end, counter_end), of)
        classes = noun_classes()
        if noun is not None and unit is not None and classes[noun[2]].unit != unit.base:
            noun = None
        if noun is None and unit is not None and unit.base == "items":
            noun = self._counted_by(number, text[number.end : counter_end].strip(" \u00a0여"), counter_end)
        said_unit = None
        if unit is None:
            base, factor = (classes[noun[2]].unit if noun else "none"), 1.0
        else:
            base, factor = unit.base, unit.factor
            if base not in ("people", "items"):
                said_unit = text[number.end : counter_end].strip().removeprefix("여").strip() or base
        quantity = interval(
            number.low,
            number.high,
            bound.bound,
            base,
            said=text[number.start : number.end],
            said_unit=said_unit,
            factor=factor,
            side=bound.side,
        )
        first = max(0, bisect_right(self.starts, start) - 1)
        return FoundQuantity(
            quantity,
            start,
            end,
            text[start:end],
            noun[2] if noun else None,
            noun[0] if noun else None,
            noun[1] if noun else None,
            first,
            bisect_right(self.starts, end - 1),
            max(0, bisect_right(self.starts, number.start) - 1),
            number.pronoun,
        )
