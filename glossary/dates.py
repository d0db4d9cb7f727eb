"""Days and spans of time as they are said, read against the day of publication.

Owns `FoundSpan` and its reading (`spans.yaml`, months of `numbers.yaml`). `glossary.statements` makes a statement's
scope and its as-of date of them. A day without a year is the latest such day up to publication; without publication's
day a relative span is known to be one, but has no dates.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from glossary.errors import GlossaryError
from glossary.lexicon import NUMBER, Lexicon, Token, load_yaml
from translations.languages import Language


class SpanKind(StrEnum):
    """What a phrase of time says."""

    DAY = "day"
    PERIOD = "period"
    SINCE = "since"
    AS_OF = "as_of"


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """A day (``first == last``), a period or a beginning. `first` and `last` are null where they cannot be known.

    `days` is the length of a period that is not placed in time (over a week); `start` and `end` are string indices.
    """

    kind: SpanKind
    start: int
    end: int
    first: date | None = None
    last: date | None = None
    days: int | None = None


class _Words:
    def __init__(self, language: Language) -> None:
        data: Mapping[str, Any] = load_yaml("spans.yaml")[language.value]
        numbers: Mapping[str, Any] = load_yaml("numbers.yaml")[language.value]
        self.phrases = Lexicon((text, _code(code)) for text, code in data["phrases"].items())
        self.weekdays = Lexicon((word, day) for day, words in enumerate(data["weekdays"]) for word in words)
        self.since = Lexicon((text, True) for text in data["since"])
        self.as_of = Lexicon((text, True) for text in data["as_of"])
        self.in_month = frozenset(data["in_month"])
        self.months = {word: month for month, words in numbers.get("months", {}).items() for word in words}
        self.year_after = frozenset(numbers.get("year_after", ()))
        self.year_before = frozenset(numbers.get("year_before", ()))


def _code(written: str) -> tuple[str, int]:
    unit, _, number = written.partition(" ")
    if unit not in {"day", "week", "month", "year", "past", "length"} or not re.fullmatch(r"-?\d+", number):
        message = f"spans.yaml has a span that cannot be read: {written!r}"
        raise GlossaryError(message)
    return unit, int(number)


@cache
def _words(language: Language) -> _Words:
    return _Words(language)


def read_spans(text: str, tokens: Sequence[Token], language: Language, published: date | None) -> list[FoundSpan]:
    """All days and spans of a text, in order, none overlapping another."""
    words = _words(language)
    found = _korean_dates(text, published) if language is Language.KO else []
    taken = iter([(one.start, one.end) for one in found])
    start, end = next(taken, (len(text), len(text)))
    index = 0
    while index < len(tokens):
        while tokens[index].start >= end and end < len(text):
            start, end = next(taken, (len(text), len(text)))
        if start <= tokens[index].start < end:
            index += 1
            continue
        span, index = _span_at(tokens, index, words, published)
        if span is not None:
            found.append(span)
    found.sort(key=lambda one: one.start)
    return found


def _span_at(
    tokens: Sequence[Token], index: int, words: _Words, published: date | None
) -> tuple[FoundSpan | None, int]:
    token = tokens[index]
    phrase = words.phrases.at(tokens, index)
    if phrase is not None:
        unit, number = phrase.value
        return _relative(unit, number, token.start, tokens[phrase.last - 1].end, published), phrase.last
    weekday = words.weekdays.at(tokens, index)
    if weekday is not None:
        day = None
        if published is not None:
            day = published - timedelta(days=(published.weekday() - weekday.value) % 7)
        return _placed(tokens, index, weekday.last, words, day, day), weekday.last
    explicit = _explicit(tokens, index, words, published)
    if explicit is not None:
        return explicit
    return None, index + 1


def _explicit(
    tokens: Sequence[Token], index: int, words: _Words, published: date | None
) -> tuple[FoundSpan, int] | None:
    """January 9, 2025; 9 січня; 09.01.2025; 2025-01-09; in December 2024; in 2024."""
    token = tokens[index]
    if token.kind == NUMBER and re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{4}", token.text):
        numbers = [int(part) for part in token.text.split(".")]
        return _day_or_none(tokens, index, index + 1, words, numbers[2], numbers[1], numbers[0])
    if _small(token, 4) and 1900 <= int(token.text) <= 2100 and index + 4 < len(tokens):
        iso = tokens[index : index + 5]
        if iso[1].text == iso[3].text == "-" and _small(iso[2], 2) and _small(iso[4], 2):
            return _day_or_none(tokens, index, index + 5, words, int(token.text), int(iso[2].text), int(iso[4].text))
    month_at: int | None = None
    day_at: int | None = None
    if (
        token.low in words.months
        and (token.low != "may" or token.text == "May")
        and (token.low != "march" or token.text == "March")
    ):
        month_at = index
        day_index = index + 2 if index + 1 < len(tokens) and tokens[index + 1].text == "." else index + 1
        if day_index < len(tokens) and _small(tokens[day_index], 2) and 1 <= int(tokens[day_index].text) <= 31:
            day_at = day_index
    elif (
        _small(token, 2)
        and index + 1 < len(tokens)
        and tokens[index + 1].low in words.months
        and 1 <= int(token.text) <= 31
    ):
        day_at, month_at = index, index + 1
    if month_at is None:
        if _small(token, 4) and 1990 <= int(token.text) <= 2100 and index > 0:
            after = tokens[index + 1].low if index + 1 < len(tokens) else ""
            if after in words.year_after or tokens[index - 1].low in words.year_before:
                alone = int(token.text)
                return _placed(
                    tokens, index, index + 1, words, date(alone, 1, 1), date(alone, 12, 31), SpanKind.PERIOD
                ), index + 1
        return None
    month = words.months[tokens[month_at].low]
    last = max(month_at, day_at if day_at is not None else month_at) + 1
    year_at = last + 1 if last < len(tokens) and tokens[last].text == "," else last
    year: int | None = None
    if year_at < len(tokens) and _small(tokens[year_at], 4) and 1900 <= int(tokens[year_at].text) <= 2100:
        year, last = int(tokens[year_at].text), year_at + 1
    if day_at is not None:
        known = year if year is not None else _year_of(published, month, int(tokens[day_at].text))
        if known is None:
            return _placed(tokens, index, last, words, None, None), last
        return _day_or_none(tokens, index, last, words, known, month, int(tokens[day_at].text))
    if (
        year is None
        and (index == 0 or tokens[index - 1].low not in words.in_month)
        and not words.since.before(tokens, index)
    ):
        return None
    known = year if year is not None else _year_of(published, month, 1)
    if known is None:
        return _placed(tokens, index, last, words, None, None, SpanKind.PERIOD), last
    first = date(known, month, 1)
    return _placed(tokens, index, last, words, first, _month_end(first), SpanKind.PERIOD), last


def _small(token: Token, digits: int) -> bool:
    return (
        token.kind == NUMBER
        and token.text.isascii()
        and token.text.isdigit()
        and len(token.text) <= digits
        and (digits < 4 or len(token.text) == digits)
    )


def _day_or_none(
    tokens: Sequence[Token], index: int, last: int, words: _Words, year: int, month: int, day_of: int
) -> tuple[FoundSpan, int] | None:
    try:
        day = date(year, month, day_of)
    except ValueError:
        return None
    return _placed(tokens, index, last, words, day, day), last


def _placed(
    tokens: Sequence[Token],
    index: int,
    last: int,
    words: _Words,
    first: date | None,
    end: date | None,
    kind: SpanKind = SpanKind.DAY,
) -> FoundSpan:
    if words.as_of.before(tokens, index):
        kind = SpanKind.AS_OF
    elif words.since.before(tokens, index):
        kind = SpanKind.SINCE
    return FoundSpan(kind, tokens[index].start, tokens[last - 1].end, first, end)


def _relative(unit: str, number: int, start: int, end: int, published: date | None) -> FoundSpan:
    if unit == "length":
        return FoundSpan(SpanKind.PERIOD, start, end, days=number)
    kind = SpanKind.DAY if unit == "day" else SpanKind.PERIOD
    if published is None:
        return FoundSpan(kind, start, end)
    if unit == "day":
        day = published + timedelta(days=number)
        return FoundSpan(kind, start, end, day, day)
    if unit == "past":
        return FoundSpan(kind, start, end, published - timedelta(days=number), published)
    if unit == "week":
        monday = published - timedelta(days=published.weekday()) + timedelta(weeks=number)
        return FoundSpan(kind, start, end, monday, monday + timedelta(days=6))
    if unit == "month":
        months = published.year * 12 + published.month - 1 + number
        first = date(months // 12, months % 12 + 1, 1)
        return FoundSpan(kind, start, end, first, _month_end(first))
    return FoundSpan(kind, start, end, date(published.year + number, 1, 1), date(published.year + number, 12, 31))


def _month_end(first: date) -> date:
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _year_of(published: date | None, month: int, day_of: int) -> int | None:
    """The year in which a day without one was last met; a week ahead is still this year's announcement."""
    if published is None:
        return None
    try:
        this = date(published.year, month, day_of)
    except ValueError:
        return published.year
    return published.year if this <= published + timedelta(days=7) else published.year - 1


_KOREAN = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)년\s?)?(?:(?P<month>\d{1,2})월(?:\s?(?P<day>\d{1,2})일(?![간째]))?)"
    r"|(?P<only_year>(?:19|20)\d\d)년(?!간)"
    r"|(?<![\d월.,])(?:지난\s)?(?P<only_day>\d{1,2})일(?=\(|,|\s?(?:오전|오후|밤|새벽|현지|에|부터|기준|[가-힣]))(?![간째]|\s?동안)"
)


def _korean_dates(text: str, published: date | None) -> list[FoundSpan]:
    found = []
    for match in _KOREAN.finditer(text):
        start, end = match.span()
        first = last = None
        kind = SpanKind.DAY
        try:
            if match.group("only_year"):
                year = int(match.group("only_year"))
                first, last, kind = date(year, 1, 1), date(year, 12, 31), SpanKind.PERIOD
            elif match.group("only_day"):
                first = last = _last_day(int(match.group("only_day")), published)
            else:
                month = int(match.group("month"))
                day_of = int(match.group("day") or 1)
                known = int(match.group("year")) if match.group("year") else _year_of(published, month, day_of)
                if not match.group("day"):
                    kind = SpanKind.PERIOD
                if known is not None:
                    first = date(known, month, day_of)
                    last = first if match.group("day") else _month_end(first)
        except ValueError:
            continue
        following = text[end : end + 8]
        if re.match(r"\s?(?:이후|부터|이래)", following):
            kind = SpanKind.SINCE
        elif re.match(r"\s?(?:기준|현재)", following):
            kind = SpanKind.AS_OF
        found.append(FoundSpan(kind, start, end, first, last))
    return found


def _last_day(day_of: int, published: date | None) -> date | None:
    if published is None:
        return None
    if day_of <= published.day:
        return published.replace(day=day_of)
    before = published.replace(day=1) - timedelta(days=1)
    return before.replace(day=day_of)
