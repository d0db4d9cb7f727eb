"""What a quantity is: an interval with a unit, and how a number said becomes one.

Owns `Quantity`, `FoundQuantity` and the arithmetic between them; reads no text. The readers of this package end here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from glossary.words import Bound

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
        below = value if side > 0 else neat(value * (1 - ABOUT))
        above = value if side < 0 else neat(value * (1 + ABOUT))
        return Quantity(value, below, above, bound, unit, said, said_unit)
    if bound in (Bound.AT_LEAST, Bound.MORE_THAN):
        return Quantity(value, value, None, bound, unit, said, said_unit)
    if bound in (Bound.AT_MOST, Bound.LESS_THAN):
        return Quantity(value, None, value, bound, unit, said, said_unit)
    return Quantity(value, value, value, Bound.EXACT, unit, said, said_unit)


def _vague(low: float, high: float, bound: Bound, unit: str, said: str, said_unit: str | None) -> Quantity:
    low, high = neat(low), neat(high)
    if bound in (Bound.AT_LEAST, Bound.MORE_THAN):
        return Quantity(None, low, None, bound, unit, said, said_unit)
    if bound in (Bound.AT_MOST, Bound.LESS_THAN):
        return Quantity(None, None, high, bound, unit, said, said_unit)
    return Quantity(None, low, high, Bound.BETWEEN, unit, said, said_unit)


def converted(value: float, factor: float) -> float:
    """A number in the base unit: four significant digits where the factor is no power of ten, for more was not said."""
    if factor == 1:
        return neat(value)
    if math.log10(factor).is_integer():
        return neat(value * factor)
    return float(f"{value * factor:.4g}")


def in_unit(quantity: Quantity, base: str, factor: float, said_unit: str | None) -> Quantity:
    """A quantity without a unit as one in the unit that another number beside it has: 4 square miles, down from 500."""

    def scaled(value: float | None) -> float | None:
        return None if value is None else converted(value, factor)

    value, low, high = scaled(quantity.value), scaled(quantity.low), scaled(quantity.high)
    return replace(quantity, value=value, low=low, high=high, unit=base, said_unit=said_unit)


def neat(value: float) -> float:
    """Twelve digits: more than any number said has, and fewer than binary fractions spoil."""
    return float(f"{value:.12g}")


def people(quantity: Quantity) -> Quantity:
    """The same quantity said of people, where the sentence rather than a noun says who is counted."""
    return replace(quantity, unit="people")


def plausible(found: FoundQuantity) -> bool:
    """Whether a quantity can be true of the world at all."""
    most = max(found.quantity.low or 0, found.quantity.high or 0)
    return math.isfinite(most) and most <= (MOST_PEOPLE if found.quantity.unit == "people" else MOST)
