"""Statements as they are read, before they are judged.

Owns `Scope` and `StatementDraft`, which `glossary.statements` hands out, and `Telling`, a draft whose document is still
being read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from glossary.quantities import Quantity
from glossary.words import Measure, ScopeKind


@dataclass(frozen=True, slots=True)
class Scope:
    """What span a quantity covers; the days of a period or an event where the text lets them be known."""

    kind: ScopeKind
    period_from: date | None = None
    period_to: date | None = None


@dataclass(frozen=True, slots=True)
class StatementDraft:
    """One quantity as one document states it; entities are slugs, offsets are indices into the document's text.

    `scope` is null where it stays unresolved, `subject` where the party counted does. `claimant_name` is the claimant
    as written, or the outlet where the text names nobody. ``text[start:end] == surface``. `superseded` marks what the
    text itself replaces by another number, `earlier` what it tells as of before without one (initially 10,000).
    """

    measure: Measure
    subject: str | None
    place: str | None
    scope: Scope | None
    quantity: Quantity
    claimant: str | None
    claimant_name: str
    as_of: date | None
    superseded: bool
    part: bool
    surface: str
    start: int
    end: int
    sentence: str
    earlier: bool = False


@dataclass(slots=True)
class Telling:
    """A statement while its document is still being read.

    `trigger_found` and `claim_found` say whether the sentence itself has them. `definite` marks a number told as known
    (the two soldiers), `earlier` one told as of before (initially 10,000).
    """

    final: StatementDraft
    trigger_found: bool
    claim_found: bool
    definite: bool = False
    earlier: bool = False
