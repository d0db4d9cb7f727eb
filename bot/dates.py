"""Dates as articles write them, in the four languages.

Owns `dateline` (the date that a text itself gives as its own) and `days_named` (the days that its opening speaks of,
by which `bot.stories` tells Monday's strike from Thursday's). The words are data, `dates.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import yaml

from translations.languages import Language

#: A dateline stands near the top: within so many characters, and so many lines.
TOP_CHARACTERS = 1_500
TOP_LINES = 15

# Years of news; other numbers of four digits beside a month are prices, flights and regiments.
_FIRST_YEAR, _LAST_YEAR = 1990, 2099


@dataclass(frozen=True, slots=True)
class SaidDate:
    """A date in a text, from `start` to `end`; `year` is null where none is said."""

    year: int | None
    month: int
    day: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Words:
    """One language's part of `dates.yaml`, compiled."""

    dates: tuple[re.Pattern[str], ...]
    months: dict[str, int]
    weekday: re.Pattern[str]
    weekdays: dict[str, int]
    beside: frozenset[str]
    changed: frozenset[str]


# Year first is unambiguous everywhere; a day before dots is the custom of all who use dots.
_NUMERIC = (
    re.compile(r"(?<![\d.])(?P<year>\d{4})\s?[-./]\s?(?P<number>\d{1,2})\s?[-./]\s?(?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?<![\d.])(?P<day>\d{1,2})\.(?P<number>\d{1,2})\.(?P<year>\d{4})(?!\d)"),
)
_KOREAN = re.compile(r"(?<!\d)(?:(?P<year>\d{4})\s*년\s*)?(?P<number>\d{1,2})\s*월\s*(?P<day>\d{1,2})\s*일")
_TIME = re.compile(r"\d{1,2}[:.]\d{2}(?::\d{2})?|\d{1,2}\s?시(?:\s?\d{1,2}\s?분)?|[+-]\d{2}:?\d{2}", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# "KYIV, Jan. 12, 2025 (Agency) - ", "МОСКВА, 12 января 2025 года. /Агентство/. ": a place before, a dash or sign after.
_BEFORE = re.compile(r"[\s\[(]*(?:[A-ZА-ЯІЇЄҐЁ가-힣][\w.'’-]*[\s,.=/()\[\]|-]*){0,6}")
_AFTER = re.compile(
    r"(?:\s*(?:року|р\.|года|г\.))?[\s,.\])]*(?:[(/][^)/]{1,40}[)/][\s.]*)?(?:[-–—―:=]|(?<=[)/])|(?<=[)/]\.\s))"
)


@cache
def _words(language: Language) -> _Words:
    """Load the words; a language with the wrong number of months or weekdays fails."""
    data = yaml.safe_load((files("bot") / "dates.yaml").read_text("utf-8"))
    months: Sequence[Sequence[str]] = data["months"][language.value]
    weekdays: Sequence[Sequence[str]] = data["weekdays"][language.value]
    if len(months) not in {0, 12} or len(weekdays) != 7:
        message = f"dates.yaml needs twelve months and seven weekdays for {language.english_name}"
        raise ValueError(message)
    month = (
        "(?P<month>" + "|".join(sorted((word for words in months for word in words), key=len, reverse=True)) + r")\b\.?"
    )
    day, year = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>\d{4})(?!\d)"
    dates = (
        re.compile(rf"(?<![\d.,:]){day}(?:\s+of)?[\s-]+{month}(?:,?[\s-]*{year})?", re.IGNORECASE),
        re.compile(rf"\b{month}\s+{day}\b(?:,?\s+{year})?", re.IGNORECASE),
    )
    return _Words(
        dates=dates if months else (_KOREAN,),
        months={word: number for number, words in enumerate(months, start=1) for word in words},
        # A particle follows a Korean weekday at once.
        weekday=re.compile(
            rf"(?<!\w)(?:{_longest_first(weekdays)})" + ("" if language is Language.KO else r"(?!\w)"), re.IGNORECASE
        ),
        weekdays={word: number for number, words in enumerate(weekdays) for word in words},
        beside=frozenset(data["beside"][language.value]),
        changed=frozenset(data["changed"][language.value]),
    )


def _longest_first(groups: Sequence[Sequence[str]]) -> str:
    """Words as alternatives of a pattern; a word stands before those that it begins with."""
    return "|".join(sorted((re.escape(word) for words in groups for word in words), key=len, reverse=True))


def find_dates(text: str, language: Language) -> Iterator[SaidDate]:
    """The dates in a text, in no particular order; impossible ones (31 February) are left out."""
    words = _words(language)
    for pattern in (*words.dates, *_NUMERIC):
        for match in pattern.finditer(text):
            said = match.groupdict()
            month = words.months[said["month"].lower()] if said.get("month") else int(said["number"])
            year = int(said["year"]) if said["year"] else None
            if year is not None and not _FIRST_YEAR <= year <= _LAST_YEAR:
                year = None
            try:
                date(year or 2024, month, int(said["day"]))  # 2024 has a 29 February
            except ValueError:
                continue
            yield SaidDate(year, month, int(said["day"]), match.start(), match.end())


def dateline(text: str, language: Language) -> date | None:
    """The date that a text gives as its own, near its top; None where it gives none, or no year.

    It is a line that holds little but a date ("Wednesday 15 January 2025 05:07 GMT", "입력 2025.01.15. 09:30"), or the
    opening of a paragraph ("KYIV, Jan. 12, 2025 - "). A date within a sentence is never taken.
    """
    changed: date | None = None
    for line in text[:TOP_CHARACTERS].splitlines()[:TOP_LINES]:
        for said in sorted(find_dates(line, language), key=lambda found: (found.start, -found.end)):
            if said.year is None:
                continue
            moment = date(said.year, said.month, said.day)
            if _opens(line, said):
                return moment
            kind = _stamp(line, said, language)
            if kind == "published":
                return moment
            if kind == "changed":
                changed = changed or moment
    return changed


def _opens(line: str, said: SaidDate) -> bool:
    """Whether a date stands between a place and a dash, at the beginning of a paragraph."""
    before, after = line[: said.start], line[said.end :]
    return bool(after) and len(before) <= 60 and bool(_BEFORE.fullmatch(before) and _AFTER.match(after))


def _stamp(line: str, said: SaidDate, language: Language) -> str | None:
    """Whether a line is a stamp: ``published`` or ``changed``; None where it says more than a date and a byline."""
    if len(line) > 120:
        return None
    words = _words(language)
    # Only what belongs to this date: another date on the line has its own words before it.
    rest = line[: said.start] + " " + line[said.end :]
    for other in sorted(find_dates(rest, language), key=lambda found: found.start, reverse=True):
        rest = rest[: other.start] + " " + rest[other.end :]
    rest = words.weekday.sub(" ", _TIME.sub(" ", rest))
    left = [word.lower() for word in _WORD.findall(rest)]
    known = words.beside | words.changed
    if sum(1 for word in left if word not in known) > 4:
        return None
    labels = [word.lower() for word in _WORD.findall(line[: said.start])]
    last = next((word for word in reversed(labels) if word in known), None)
    return "changed" if last in words.changed else "published"


def days_named(text: str, language: Language, when: date | None) -> frozenset[str]:
    """The days that a text speaks of: ``01-11`` for a date, ``w5`` for a weekday (Monday is ``w0``).

    Where the day of publication is known, a weekday is the last such day up to it, and both are given.
    """
    words = _words(language)
    days: set[str] = set()
    for line in text.splitlines():
        found = list(find_dates(line, language))
        # The day of publication is not a day that the article speaks of.
        if any(said.year is not None and _stamp(line, said, language) for said in found):
            continue
        for said in found:
            if said.year is not None and _opens(line, said):
                continue
            days.add(f"{said.month:02}-{said.day:02}")
            year = said.year or (when.year if when else None)
            if year is not None and (said.month, said.day) != (2, 29):
                days.add(f"w{date(year, said.month, said.day).weekday()}")
        for match in words.weekday.finditer(line):
            number = words.weekdays[match.group().lower()]
            days.add(f"w{number}")
            if when is not None:
                day = when - timedelta(days=(when.weekday() - number) % 7)
                days.add(f"{day.month:02}-{day.day:02}")
    return frozenset(days)
