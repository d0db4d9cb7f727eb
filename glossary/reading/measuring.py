"""What a quantity measures: killed, captured, present; or nothing that we keep.

Owns the judgement by unit, noun and trigger, for which parts and superseded numbers lean on the number they belong to.
`glossary.reading.triggers` comes before; whose the number is decides `glossary.reading.subjects`.
"""

from __future__ import annotations

from collections.abc import Sequence

from glossary.lexicon import WORD
from glossary.quantities import NounClass, noun_classes
from glossary.quantities.words import spaced_words
from glossary.reading.counted import is_definite
from glossary.reading.parties import is_people
from glossary.reading.sentence import Counted, Sentence, TriggerHit, is_currency
from glossary.reading.subjects import parties_in_phrase
from glossary.reading.triggers import is_head, price_of, trigger_of_fate
from glossary.words import Measure
from translations.languages import Language

#: From here on troops are a force, of which a strength is told; of fewer it is told what they did.
_FORCE = 100
#: From here on a number of soldiers is a strength even where no verb says so.
_LARGE_FORCE = 1_000
#: So few somewhere are men met there, no strength.
_FEW = 3
# How far a trigger reaches to a number without a noun, by its price. A noun may stand apart from its number (casualties
# among their troops now exceed 4,000), a verb not; words of strength lie between.
_NOUN_REACHES = 8
_STRENGTH_REACHES = 6
#: What a sentence is about reaches through all of its clause.
_HEAD_REACHES = 13
_VERB_REACHES = 4
#: One counts only right beside its trigger; further off it is a pronoun. A Korean verb stands at the end, so that one
#: weapon, of which nothing is told but its fate, may stand far before it.
_ONE_REACHES = 2
_ONE_WEAPON_REACHES = 12
#: Words between a total and its number: а загалом *на Курщині* - 49 700.
_TOTAL_REACHES = 4
#: After killed one, so much shows that the one is not the beginning of another phrase.
_ENDS_ONE = frozenset({"", "and", ",", ".", "in", "та", "і", "и", "у", "в"})
#: After one, so much makes it one out of some: one of them.
_OUT_OF = frozenset({"of", "із", "з", "из"})


_OF_ANYBODY = ("person", "civilian")

#: A measure and the trigger that says so.
Judged = tuple[Measure | None, TriggerHit | None]
_NOTHING: Judged = (None, None)


def measure_of(sentence: Sentence, one: Counted) -> Judged:
    """What a quantity measures and the trigger that says so; no measure where it is none of ours."""
    unit, trigger, noun = one.quantity.unit, one.trigger, noun_classes().get(one.noun or "")
    if unit == "km2":
        return Measure.AREA, trigger
    if unit not in ("people", "items", "none"):
        return _by_unit(unit), None
    if one.found.pronoun and not _is_number_one(sentence, one):
        return _NOTHING
    leaning = _as_another(sentence, one) or _as_of_another_party(sentence, one)
    if leaning is not None:
        return leaning
    if trigger is not None and trigger.kind.measure is Measure.OTHER:
        return _of_saved(noun, trigger)
    inherited = one.found.noun is None and trigger is not None and unit == "people"
    if noun is not None and noun.measure is not None and not inherited:
        return _by_noun(sentence, one, noun.name, noun.measure)
    if unit == "items":
        return _NOTHING
    if trigger is None:
        return (Measure.PERSONNEL, None) if noun is not None and _is_force(sentence, one, noun) else _NOTHING
    if trigger.kind.measure is Measure.PERSONNEL:
        if _is_strength(sentence, one, noun, trigger):
            return Measure.PERSONNEL, trigger
        fate = trigger_of_fate(sentence, one)
        if fate is None or is_definite(sentence, one):
            return _NOTHING
        # 12 people are in critical condition: no force, and so whatever else is said of them.
        one.trigger = trigger = fate
        if trigger.kind.measure is Measure.OTHER:
            return _of_saved(noun, trigger)
    if trigger.kind.measure is Measure.DISPLACED and noun is not None and noun.military:
        return _NOTHING  # who leaves under arms has lost no home
    stated = noun is not None or unit != "none" or _counts_bare(sentence, one, trigger)
    return (trigger.kind.measure, trigger) if stated else _NOTHING


def _by_unit(unit: str) -> Measure | None:
    if unit == "percent":
        return Measure.SHARE
    if unit == "km":
        return Measure.DISTANCE
    if unit == "year":
        return Measure.AGE
    return Measure.MONEY if is_currency(unit) else None


def _of_saved(noun: NounClass | None, trigger: TriggerHit) -> Judged:
    """What is told of those who were freed or found: captives still, as are soldiers exchanged, and dead."""
    if noun is None:
        return _NOTHING
    freed = trigger.kind.name in ("released", "swapped") and noun.measure is Measure.CAPTURED
    if freed or (trigger.kind.name == "swapped" and noun.military):
        return Measure.CAPTURED, trigger
    if noun.name == "dead" and trigger.kind.name == "saved":
        return Measure.KILLED, None
    return (noun.measure, None) if noun.measure in (Measure.WOUNDED, Measure.DISPLACED) else _NOTHING


def _as_another(sentence: Sentence, one: Counted) -> Judged | None:
    """The measure of the number that this one changes, takes back or is a part of; None where it stands by itself."""
    unit, index = one.quantity.unit, sentence.counted.index(one)
    earlier = [other for other in reversed(sentence.counted) if other.found.start < one.found.start and other.measure]
    last = sentence.context.recently_counted
    if index:
        # Rose from 10 to 14: both are of what the verb's subject says.
        started = sentence.counted[index - 1]
        if started.found.past and unit in (started.quantity.unit, "people") and started.measure is not None:
            return started.measure, started.trigger
    if index and unit == "none" and one.noun is None:
        # Earlier 10 dead were told of, now 14 are confirmed.
        taken_back = sentence.counted[index - 1]
        own = one.trigger is not None and one.trigger != taken_back.trigger
        if taken_back.superseded and taken_back.measure is not None and not own:
            return taken_back.measure, taken_back.trigger
    again = _as_counted_before(sentence, one, earlier)
    if again is not None:
        return again
    if one.superseded and (unit == "none" or one.trigger is None):
        if earlier:
            return earlier[0].measure, earlier[0].trigger
        for other in sentence.counted:
            if other.found.start > one.found.start and other.trigger is not None:
                return other.trigger.kind.measure, other.trigger
        if last is not None and one.trigger is None:
            return last.final.measure, None
    if one.beside is not None and one.beside.measure is not None and one.beside.part:
        same = one.trigger is None or one.trigger.kind.measure is one.beside.measure
        if same:
            return one.beside.measure, one.trigger
    if one.part and one.trigger is None:
        if one.whole is not None and one.whole.measure is not None and one.whole.quantity.unit == unit:
            return one.whole.measure, one.whole.trigger
        if one.of_told is not None:
            return one.of_told.measure, None
        for other in earlier:
            if other.quantity.unit == unit or "none" in (other.quantity.unit, unit):
                return other.measure, other.trigger
        follows = index + 1 < len(sentence.counted)
        if follows and sentence.words.part_after.at(sentence.tokens, one.found.last) is not None:
            whole = sentence.counted[index + 1]
            return (whole.trigger.kind.measure, whole.trigger) if whole.trigger is not None else _NOTHING
        if last is not None:
            return last.final.measure, None
    return None


def _as_counted_before(sentence: Sentence, one: Counted, earlier: Sequence[Counted]) -> Judged | None:
    """The measure of the number that a bare one goes on from: by evening it had climbed to 51; а загалом - 49 700."""
    if sentence.language is Language.KO or one.quantity.unit != "none" or one.noun is not None or one.superseded:
        return None
    tokens, words, first = sentence.tokens, sentence.words, one.found.first
    since = earlier[0].last if earlier else 0
    own = one.trigger is not None and one.trigger.kind.name != "strength"
    if own and not (earlier and one.trigger == earlier[0].trigger):
        return None
    changes = spaced_words(sentence.language).change_verbs
    again = words.count_again.all(tokens, since, first)
    totals = [hit for hit in words.totals.all(tokens, since, first) if first - hit.last <= _TOTAL_REACHES]
    changed = changes.all(tokens, again[-1].last if again else since, first)
    if earlier and (totals or (changed and tokens[first - 1].low in spaced_words(sentence.language).closers)):
        return earlier[0].measure, earlier[0].trigger
    if not again or not (changed or tokens[again[-1].first].low not in words.thing_pronouns):
        return None
    if earlier:
        return earlier[0].measure, earlier[0].trigger
    told = sentence.context.recently_counted
    return (told.final.measure, None) if told is not None else None


def _as_of_another_party(sentence: Sentence, one: Counted) -> Judged | None:
    """러시아 측 사상자는 75만 명, 우크라이나 측은 40만 명: said of one party's number, left unsaid of the next."""
    index = sentence.counted.index(one)
    if sentence.language is not Language.KO or not index or one.found.noun not in (None, *_OF_ANYBODY):
        return None
    before = sentence.counted[index - 1]
    if before.measure is None or before.quantity.unit != one.quantity.unit:
        return None
    if one.trigger is not None and one.trigger != before.trigger:
        return None
    tokens = sentence.tokens
    if one.found.noun is not None:  # 사망자는 남성이 12명, 여성이 8명
        listed = [token.text for token in tokens[before.last : one.first]] == [","]
        return (before.measure, before.trigger) if listed and before.found.noun in _OF_ANYBODY else None
    for named in sentence.named:
        between = tokens[named.last : one.found.first]
        led = 0 <= named.first - before.found.last <= 1 and len(between) <= 1
        of_party = sentence.words.of_party
        party = named.tail in of_party or (between and between[0].low in of_party)
        if led and party and all(token.text == "," for token in tokens[before.found.last : named.first]):
            return before.measure, before.trigger
    return None


def _by_noun(sentence: Sentence, one: Counted, noun: str, measure: Measure) -> Judged:
    """What a noun measures by itself (300 dead), unless its trigger says more."""
    trigger = one.trigger
    if trigger is None:
        return measure, None
    if (
        trigger.kind.measure is Measure.CASUALTIES
        and price_of(sentence, sentence.counted.index(one), trigger) <= 0  # in the phrase itself: 300 dead and wounded
    ):
        return Measure.CASUALTIES, trigger
    if noun == "prisoner" and trigger.kind.name in ("killed", "wounded"):
        return trigger.kind.measure, trigger
    return measure, trigger


def _is_force(sentence: Sentence, one: Counted, noun: NounClass) -> bool:
    """Whether soldiers are so many that they are a strength without a verb that says so."""
    is_whole = any(other.whole is one for other in sentence.counted)
    return noun.military and one.size >= (_FORCE if is_whole else _LARGE_FORCE)


def _is_strength(sentence: Sentence, one: Counted, noun: NounClass | None, trigger: TriggerHit) -> bool:
    """Whether a number said to be somewhere is one of troops, and of them all rather than of some men."""
    bare = noun is None and not one.nation
    if sentence.language is Language.KO and noun is None and one.size >= _FORCE:
        return True  # 파병하다 and the like say by themselves that troops are meant
    military = (noun is not None and noun.military) or one.nation or one.quantity.unit == "none"
    if trigger.kind.name in ("strength", "enlisted") and noun is not None and noun.name == "person":
        military = True  # a garrison of 900 men; 300,000 men signed contracts
    if not military and not parties_in_phrase(sentence, one):
        return False
    reach = _HEAD_REACHES if _counts_soldiers(sentence, one, trigger) else _STRENGTH_REACHES
    if bare and price_of(sentence, sentence.counted.index(one), trigger) > reach:
        return False
    if trigger.kind.name != "present":
        return True
    few = one.size <= _FEW or (one.found.pronoun and one.size < 10)
    return not (bare or few or (is_definite(sentence, one) and one.size < _FORCE))


def _counts_bare(sentence: Sentence, one: Counted, trigger: TriggerHit) -> bool:
    """Whether a trigger measures a number without a noun (300 were killed)."""
    reach = _HEAD_REACHES if is_head(sentence, trigger) else _VERB_REACHES
    if trigger.kind.name == "casualties":
        reach = max(reach, _NOUN_REACHES)
    if price_of(sentence, sentence.counted.index(one), trigger) > reach or _ends_name(sentence, one):
        return False
    placed = one.found.first > 0 and sentence.tokens[one.found.first - 1].low in sentence.words.place_words
    if placed and trigger.last < one.found.first and _counts_unknown(sentence, one):
        return False  # wounded soldiers in three hospitals
    joined = sentence.words.joins.all(sentence.tokens, one.found.last, trigger.first)
    if joined and sentence.language is not Language.KO and _counts_unknown(sentence, one):
        return False  # damaged 14 apartment blocks and injured 31 people
    return trigger.kind.name in ("killed", "wounded", "casualties") or not _counts_unknown(sentence, one)


def _counts_soldiers(sentence: Sentence, one: Counted, trigger: TriggerHit) -> bool:
    """Whether soldiers stand between the words of a number and the number: the number of troops in Kursk at 10,000."""
    if trigger.kind.name != "strength" or trigger.last > one.found.first:
        return False
    soldiers = any(
        sentence.words.soldiers.at(sentence.tokens, at) is not None for at in range(trigger.last, one.found.first)
    )
    return soldiers or any(
        trigger.last <= named.first < one.found.first and is_people(sentence, named) for named in sentence.named
    )


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
    low, words = tokens[at].low, sentence.words
    if low in words.phrase_ends or low in words.predicates or any(hit.first == at for hit in sentence.hits):
        return False
    return not any(named.first == at for named in sentence.named)


def _is_number_one(sentence: Sentence, one: Counted) -> bool:
    """One is a number where what it counts follows, with its trigger beside it: one soldier was killed."""
    tokens = sentence.tokens
    after = tokens[one.found.last].low if one.found.last < len(tokens) else ""
    if sentence.words.of_whole.before(tokens, one.found.first, 2) is not None:
        return False
    if sentence.words.negations.before(tokens, one.found.first) is not None and sentence.language is not Language.KO:
        return False  # ни один боец
    if one.noun is None and one.trigger is not None and one.trigger.last == one.found.first:
        return after in _ENDS_ONE  # killed one and injured four
    if after in _OUT_OF or one.noun is None:
        return False
    weapon = sentence.language is Language.KO and one.quantity.unit == "items"
    reach = _ONE_WEAPON_REACHES if weapon else _ONE_REACHES
    return one.trigger is not None and price_of(sentence, sentence.counted.index(one), one.trigger) <= reach
