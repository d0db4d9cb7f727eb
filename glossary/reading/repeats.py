"""What a document tells twice is one statement, and what it told of before is superseded.

Owns the comparison of one document's statements with each other; `glossary.figures` compares those of many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from glossary.reading.drafts import Scope, StatementDraft, Telling
from glossary.words import Bound, ScopeKind

#: One document tells of one event with days this far apart at most: the day it happened, and that it was told of.
_SAME_EVENT_DAYS = 3


def mark_superseded(drafts: list[Telling]) -> list[Telling]:
    """What was said before is superseded where the text gives another number of the same kind."""
    for draft in drafts:
        one = draft.final
        if draft.earlier and any(
            not other.earlier
            and other.final.measure is one.measure
            and other.final.quantity.unit == one.quantity.unit
            and other.final.quantity.value != one.quantity.value
            and (one.subject is None or other.final.subject in (one.subject, None))
            and not other.final.part
            and not other.final.superseded
            and _scopes_fit(one.scope, other.final.scope)
            for other in drafts
        ):
            draft.final = replace(one, superseded=True)
    return drafts


def told_once(drafts: Sequence[Telling]) -> list[Telling]:
    """The same quantity of one measure and party, told again, is one statement, completed from the later tellings."""
    kept: list[Telling] = []
    # Tellings of one number stand together, so that a long text is read in linear time.
    alike: defaultdict[tuple[Any, ...], list[Telling]] = defaultdict(list)
    for draft in drafts:
        quantity = draft.final.quantity
        ends = (quantity.low, quantity.high) if quantity.value is None else ()
        told = alike[draft.final.measure, quantity.value, ends]
        same = next(
            (
                one
                for one in told
                if _same(one.final, draft.final) or (draft.definite and _told_before(one.final, draft.final))
            ),
            None,
        )
        if same is None:
            kept.append(draft)
            told.append(draft)
            continue
        same.final = _completed(same, draft)
        same.claim_found = same.claim_found or draft.claim_found
    return kept


def _same(one: StatementDraft, other: StatementDraft) -> bool:
    """Whether two tellings are one: nothing that both say differs, and two claimants bound the number alike."""
    if one.measure is not other.measure or one.part is not other.part or one.superseded is not other.superseded:
        return False
    if one.subject != other.subject and None not in (one.subject, other.subject):
        return False
    a, b = one.quantity, other.quantity
    if (a.unit, a.value) != (b.unit, b.value) or (a.value is None and (a.low, a.high) != (b.low, b.high)):
        return False
    if (
        one.claimant is not None
        and other.claimant is not None
        and one.claimant != other.claimant
        and a.bound is not b.bound
    ):
        return False
    return _scopes_fit(one.scope, other.scope)


def _told_before(one: StatementDraft, again: StatementDraft) -> bool:
    """Whether a definite number (the two soldiers) is one told before, whatever else its sentence says of it."""
    return (
        one.measure is again.measure and one.quantity.value is not None and one.quantity.value == again.quantity.value
    )


def _scopes_fit(one: Scope | None, other: Scope | None) -> bool:
    """Whether two tellings may be of one thing: days that differ by more than a few are two events."""
    if one is None or other is None:
        return one is other
    if one.kind is ScopeKind.EVENT and other.kind is ScopeKind.EVENT:
        if one.period_from is None or other.period_from is None:
            return True
        return abs((one.period_from - other.period_from).days) <= _SAME_EVENT_DAYS
    if one.kind is ScopeKind.PERIOD and other.kind is ScopeKind.PERIOD:
        return one == other or one.period_from is None or other.period_from is None
    return one.kind is other.kind


def _completed(kept: Telling, again: Telling) -> StatementDraft:
    """The first telling with what only the later one says."""
    one, other = kept.final, again.final
    changes: dict[str, Any] = {}
    if one.subject is None and other.subject is not None and not again.definite:
        changes["subject"] = other.subject
    if one.place is None and other.place is not None:
        changes["place"] = other.place
    if again.claim_found and (not kept.claim_found or (one.claimant is None and other.claimant is not None)):
        changes |= {"claimant": other.claimant, "claimant_name": other.claimant_name}
    if (
        one.scope is not None
        and other.scope is not None
        and one.scope.period_from is None
        and other.scope.period_from is not None
    ):
        changes["scope"] = other.scope
    if (
        one.quantity.bound is Bound.EXACT
        and other.quantity.bound is not Bound.EXACT
        and not kept.claim_found
        and again.claim_found
    ):
        changes["quantity"] = other.quantity
    return replace(one, **changes)
