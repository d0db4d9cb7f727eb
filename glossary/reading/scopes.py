"""What span a number covers: one event, a period, or all of it so far.

Owns the judgement by the days and the words of total of the quantity's own clause, and by its size where nothing is
said. `glossary.dates` reads the days; `glossary.figures` compares numbers of one scope only.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from glossary.dates import FoundSpan, SpanKind
from glossary.reading.claimants import is_claims_time
from glossary.reading.drafts import Scope
from glossary.reading.sentence import STOCKS, Counted, Sentence, TriggerHit
from glossary.words import Measure, ScopeKind
from translations.languages import Language

#: Flows below this are one event's unless said otherwise; from here on, a running total.
_TOTAL = 100
#: From here on even weapons, and the dead of a named occasion, are a running total.
_LARGE_TOTAL = 1_000
#: In Korean the day stands before what happened on it; one after the number is this many characters further.
_KOREAN_DAY_AFTER = 30
#: A trigger nearer than this, in words, stretches its quantity's clause.
_CLAUSE_REACHES = 6
#: A word of possibility makes hypothetical what follows within so many words: could have been killed.
_MODAL_REACHES = 4
#: Measures whose numbers cannot be compared from one sentence to another: kept, never a figure.
_UNSCOPED = frozenset({Measure.SHARE, Measure.MONEY, Measure.DURATION, Measure.AGE, Measure.DISTANCE, Measure.OTHER})


def scope_of(
    sentence: Sentence, one: Counted, measure: Measure, trigger: TriggerHit | None, subject: str | None
) -> Scope | None:
    """The span of a quantity; None where it changes another, is only possible, or cannot be told."""
    if trigger is not None and trigger.kind.measure is Measure.OTHER:
        return None  # captives who were freed
    if measure is Measure.AREA and trigger is None:
        return None  # land that nobody is said to hold or to take
    if measure in _UNSCOPED or _is_change(sentence, one, measure) or _is_hypothetical(sentence, one):
        return None
    spans = [
        span
        for span in sentence.spans
        if not is_claims_time(sentence, span) and _same_clause(sentence, one, trigger, span.start, span.end)
    ]
    near = _nearest_span(sentence, one, spans)
    held = measure is Measure.AREA and trigger is not None and trigger.kind.name == "held"
    if measure in STOCKS or held:
        return Scope(ScopeKind.TOTAL)
    if any(
        span.kind is SpanKind.SINCE and _same_clause(sentence, one, trigger, span.start, span.end, strict=True)
        for span in spans
    ):
        return Scope(ScopeKind.TOTAL)
    if near is not None and near.kind is SpanKind.PERIOD:
        return Scope(ScopeKind.PERIOD, near.first, near.last)
    if near is not None and near.kind is SpanKind.DAY:
        return Scope(ScopeKind.EVENT, near.first, near.last)
    if _says_total(sentence, one):
        return Scope(ScopeKind.TOTAL)
    if measure is Measure.AREA:
        return Scope(ScopeKind.EVENT)
    if measure in (Measure.EQUIPMENT, Measure.MUNITIONS):
        return Scope(ScopeKind.TOTAL) if one.size >= _LARGE_TOTAL and subject is not None else None
    if measure is Measure.CAPTURED:
        return Scope(ScopeKind.EVENT if one.size < _TOTAL else ScopeKind.TOTAL)
    if sentence.words.occasion.all(sentence.tokens) and one.noun != "soldier" and one.size < _LARGE_TOTAL:
        return Scope(ScopeKind.EVENT)
    return Scope(ScopeKind.TOTAL if one.size >= _TOTAL else ScopeKind.EVENT)


def _nearest_span(sentence: Sentence, one: Counted, spans: Sequence[FoundSpan]) -> FoundSpan | None:
    """The day or period nearest to a quantity, in characters."""
    placed = [
        span
        for span in spans
        if span.kind in (SpanKind.DAY, SpanKind.PERIOD) and not _belongs_to_later(sentence, one, span)
    ]
    if not placed:
        return None
    behind = _KOREAN_DAY_AFTER if sentence.language is Language.KO else 0
    return min(
        placed,
        key=lambda span: (
            span.start - one.found.end + behind if span.start >= one.found.end else one.found.start - span.end
        ),
    )


def _belongs_to_later(sentence: Sentence, one: Counted, span: FoundSpan) -> bool:
    """Whether a superseded number stands between: risen to 600, up from 300 in January."""
    return any(
        other.superseded and one.found.end <= other.found.start < span.start
        for other in sentence.counted
        if other is not one
    )


def _says_total(sentence: Sentence, one: Counted) -> bool:
    """Whether the clause has a word of total: so far, in all, загалом."""
    tokens = sentence.tokens
    return any(
        _same_clause(sentence, one, one.trigger, tokens[hit.first].start, tokens[hit.last - 1].end, strict=True)
        for hit in sentence.words.totals.all(tokens)
    )


def _same_clause(
    sentence: Sentence, one: Counted, trigger: TriggerHit | None, start: int, end: int, *, strict: bool = False
) -> bool:
    """Whether what stands at a place belongs to a quantity's clause: no other clause begins between them.

    A phrase that opens the sentence (Last month, ...) belongs to all of it, and a Korean sentence is taken as one
    clause. `strict` allows no comma either.
    """
    if sentence.language is Language.KO:
        return True
    tokens = sentence.tokens
    first, last = min(one.first, one.found.first), max(one.last, one.found.last)
    if trigger is not None and max(trigger.first - last, first - trigger.last) < _CLAUSE_REACHES:
        first, last = min(first, trigger.first), max(last, trigger.last)
    starts = [token.start for token in tokens]
    begin, stop = bisect_left(starts, start), bisect_left(starts, end)
    if begin < first:
        low, high = stop, first
        if begin <= 1:
            return True
    else:
        low, high = last, begin
    breaks = sentence.words.breaks.all(tokens, low, high)
    commas = sum(token.text in {",", ";"} for token in tokens[low:high])
    if strict and commas:
        return False
    return (not breaks and commas <= 1) or (commas == 0 and len(breaks) <= 1 and begin < first)


def _is_change(sentence: Sentence, one: Counted, measure: Measure) -> bool:
    """Another 300: an increase, unless what came before counts something else (3 killed, another 10 wounded)."""
    tokens = sentence.tokens
    if sentence.words.change_after.at(tokens, one.found.last) is not None and one.noun not in ("dead", "wounded"):
        reached = sentence.language is Language.KO and tokens[one.found.last - 1].low.endswith("로")
        if not reached:  # 17명으로 늘었다 is a level
            return True
    hit = sentence.words.change.before(tokens, one.found.first, 3)
    if hit is None:
        return False
    return not any(
        other.measure is not None and other.measure is not measure and other.found.start < one.found.start
        for other in sentence.counted
    )


def _is_hypothetical(sentence: Sentence, one: Counted) -> bool:
    """Could lose 1,000 men; but not could have lost, which is told as done."""
    trigger = one.trigger
    if trigger is None:
        return False
    tokens = sentence.tokens
    first = max(0, trigger.first - _MODAL_REACHES)
    return any(
        hit.last <= trigger.first
        and not any(t.low in {"have", "been"} or t.text in ",;" for t in tokens[hit.last : trigger.first])
        for hit in sentence.words.modal.all(tokens, first, trigger.first)
    )
