"""Quantities as they are said: an interval with a unit, read from text in four languages."""

from __future__ import annotations

from dataclasses import dataclass

from glossary.words import Bound


@dataclass(frozen=True, slots=True)
class Quantity:
    """An interval with a unit, converted to the base unit; `said` and `said_unit` keep what the text had.

    `value` is the number said, null if none was (a range, a vague word). `low` and `high` are inclusive unless the bound
    is `more_than` or `less_than`; null where the interval is open. `unit` is `people`, `items`, `km2`, `km`, `percent`,
    `year`, `days`, an ISO 4217 code, or `none`.
    """

    value: float | None
    low: float | None
    high: float | None
    bound: Bound
    unit: str
    said: str
    said_unit: str | None = None
