"""What a quantity measures: killed, captured, present; or nothing that we keep.

Owns the judgement by unit, noun and trigger, for which parts and superseded numbers lean on the number they belong to.
`glossary.reading.triggers` comes before; whose the number is decides `glossary.reading.subjects`.
"""

from __future__ import annotations

from glossary.lexicon import WORD
from glossary.quantities import noun_classes
from glossary.reading.counted import is_definite
from glossary.reading.sentence import Counted, Sentence, TriggerHit
from glossary.reading.subjects import parties_in_phrase
from glossary.reading.triggers import price_of
from glossary.words import Measure
from translations.languages import Language

#: A bare number of troops from here on is a strength even where no verb says so.
_FORCE = 100


def measure_of(sentence: Sentence, one: Counted) -> tuple[Measure | None, TriggerHit | None]:
    """What a quantity measures and the trigger that says so; no measure where it is none of ours."""
    unit, noun = one.quantity.unit, noun_classes().get(one.found.noun or "")
    size = one.quantity.low or one.quantity.high or 0
    if unit == "percent":
        return Measure.SHARE, None
    if unit == "year":
        return Measure.AGE, None
    if unit == "days":
        return None, None
    if len(unit) == 3 and unit.isupper():
        return Measure.MONEY, None
    if unit == "km2":
        return (Measure.AREA, one.trigger) if one.trigger is not None else (None, None)
    if unit not in ("people", "items", "none"):
        return None, None
    if one.found.pronoun and not _is_number_one(sentence, one):
        return None, None
    trigger = one.trigger
    index = sentence.counted.index(one)
    if (
        index
        and sentence.counted[index - 1].found.past
        and unit in (sentence.counted[index - 1].quantity.unit, "people")
    ):
        # Rose from 10 to 14: both are of what the verb's subject says.
        started = sentence.counted[index - 1]
        if started.measure is not None:
            return started.measure, started.trigger
    if one.superseded and (unit == "none" or trigger is None):
        earlier = next(
            (other for other in reversed(sentence.counted) if other.found.start < one.found.start and other.measure),
            None,
        )
        if earlier is not None:
            return earlier.measure, earlier.trigger
        later = next(
            (other for other in sentence.counted if other.found.start > one.found.start and other.trigger), None
        )
        if later is not None and later.trigger is not None:
            return later.trigger.kind.measure, later.trigger
        if sentence.context.counted is not None and sentence.context.counted_age <= 1 and trigger is None:
            return sentence.context.counted.final.measure, None
    if one.part and trigger is None:
        earlier = next(
            (
                other
                for other in reversed(sentence.counted)
                if other.found.start < one.found.start
                and other.measure
                and (other.quantity.unit == unit or "none" in (other.quantity.unit, unit))
            ),
            None,
        )
        if earlier is not None:
            return earlier.measure, earlier.trigger
        if (
            index + 1 < len(sentence.counted)
            and sentence.words.part_after.at(sentence.tokens, one.found.last) is not None
        ):
            later = sentence.counted[index + 1]
            return (later.trigger.kind.measure, later.trigger) if later.trigger is not None else (None, None)
        if sentence.context.counted is not None and sentence.context.counted_age <= 1:
            return sentence.context.counted.final.measure, None
    if trigger is not None and trigger.kind.measure is Measure.OTHER:
        return None, None
    if noun is not None and noun.measure is not None:
        if (
            trigger is not None
            and trigger.kind.measure is Measure.CASUALTIES
            and price_of(sentence, sentence.counted.index(one), trigger) <= 0
        ):
            return Measure.CASUALTIES, trigger
        if noun.measure in (Measure.EQUIPMENT, Measure.MUNITIONS):
            return (noun.measure, trigger) if trigger is not None else (None, None)
        if noun.name == "prisoner" and trigger is not None and trigger.kind.name in ("killed", "wounded"):
            return trigger.kind.measure, trigger
        if noun.name == "casualty" and trigger is not None and trigger.kind.name in ("killed", "wounded", "captured"):
            return noun.measure, trigger
        return noun.measure, trigger
    if unit == "items":
        return None, None
    if trigger is not None:
        if trigger.kind.measure is Measure.PERSONNEL:
            military = (noun is not None and noun.military) or one.nation
            if sentence.language is Language.KO and noun is None and size >= _FORCE:
                # 파병하다 and the like say by themselves that troops are meant.
                return Measure.PERSONNEL, trigger
            if not military and not _party_near(sentence, one):
                return None, None
            small = size < 10 or (size < _FORCE and is_definite(sentence, one))
            if (
                small
                and trigger.kind.name == "present"
                and (one.found.pronoun or is_definite(sentence, one) or size <= 3)
            ):
                return None, None
            if noun is None and not one.nation and price_of(sentence, index, trigger) > 6:
                return None, None
            if trigger.kind.name == "present" and noun is None and not one.nation:
                return None, None
        elif noun is None and unit == "none":
            # A noun may stand apart from its number (casualties among their troops now exceed 4,000), a verb not.
            reach = 8 if trigger.kind.name == "casualties" else 4
            if price_of(sentence, index, trigger) > reach or _ends_name(sentence, one):
                return None, None
            if trigger.kind.name not in ("killed", "wounded", "casualties") and _counts_unknown(sentence, one):
                return None, None
        return trigger.kind.measure, trigger
    is_whole = any(other.whole is one for other in sentence.counted)
    if noun is not None and noun.military and (size >= _FORCE if is_whole else size >= 10 * _FORCE):
        return Measure.PERSONNEL, None
    return None, None


def _ends_name(sentence: Sentence, one: Counted) -> bool:
    """Whether a number ends a name with an article (the hill 223)."""
    tokens, first = sentence.tokens, one.found.first
    return first > 1 and tokens[first - 2].low in {"the", "a"} and not any(hit.last == first for hit in sentence.hits)


def _counts_unknown(sentence: Sentence, one: Counted) -> bool:
    """Whether a noun that is none of ours follows the number (captured 28 settlements)."""
    tokens = sentence.tokens
    at = one.found.last
    if at >= len(tokens) or tokens[at].kind != WORD or sentence.language is Language.KO:
        return False
    if tokens[at].low in sentence.words.phrase_ends or any(hit.first == at for hit in sentence.hits):
        return False
    return not any(named.first == at for named in sentence.named)


def _is_number_one(sentence: Sentence, one: Counted) -> bool:
    """One is a number where what it counts follows, with its trigger beside it: one soldier was killed."""
    tokens = sentence.tokens
    after = tokens[one.found.last].low if one.found.last < len(tokens) else ""
    if sentence.words.of_whole.before(tokens, one.found.first, 2) is not None:
        return False
    if one.found.noun is None and one.trigger is not None and one.trigger.last == one.found.first:
        return after in {"", "and", ",", ".", "in", "та", "і", "и", "у", "в"}  # killed one and injured four
    if after in {"of", "із", "з", "из"} or one.found.noun is None:
        return False
    return one.trigger is not None and price_of(sentence, sentence.counted.index(one), one.trigger) <= 2


def _party_near(sentence: Sentence, one: Counted) -> bool:
    return bool(parties_in_phrase(sentence, one)) or one.quantity.unit == "none"
