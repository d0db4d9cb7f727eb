"""Which trigger measures which quantity: of *300 were killed and 2,700 wounded*, which is which.

Owns the triggers of a sentence and the price of each for a quantity: the words between them, and more for each thing
that keeps them apart. A quantity takes its cheapest. `glossary.reading.measuring` comes after.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from glossary.lexicon import MARK, NUMBER
from glossary.quantities import noun_classes
from glossary.reading.sentence import Counted, Sentence, TriggerHit, is_currency
from translations.languages import Language

# Prices, in words between a quantity and a trigger. They were weighed on sentences of our own in four languages; what
# counts is their order: a number or a clause between keeps more apart than a comma, a semicolon or a dash most.
#: A trigger further from its quantity than this does not measure it.
_FARTHEST = 13.0
#: So many tokens are beyond it, whatever marks and asides are among them.
_REACH = 80
#: A trigger inside the counted phrase (300 killed soldiers) is nearer than any beside it,
_INSIDE = -1.0
#: but one that says where (300 deployed soldiers) leaves way to a verb that says what became of them.
_WHERE_INSIDE = 2.5
_COMMA = 2.0
_STOP = 7.0
_CLAUSE = 5.0
_OTHER_NUMBER = 4.0
_OTHER_TRIGGER = 2.5
_JOINER = 2.5
_WHERE = 1.5
_WHERE_OF_PART = 8.0
#: Who lost something is named before the verb, and what was lost after it.
_LOST_AFTER = 3.0
#: A Korean word carries its particles, so that a word is further.
_KOREAN_WORD = 1.5
_ADNOMINAL_BEFORE = 2.0
_VERB_BEFORE = 9.0
#: 병력 is what is counted before it is what is said of it.
_KOREAN_STRENGTH = 3.0
#: The last syllables of Korean verbs before a noun: 생포된, 사망한, 숨진.
_ADNOMINAL = "된한진던낸긴인"
_KOREAN_TOPIC = ("은", "는", "이", "가", "도")
#: A negation stands at most so many words before what it denies: nobody was *seriously* hurt.
_NEGATION_REACH = 3
#: Words of an aside between commas at most.
_ASIDE = 10
#: Words between being somewhere and being in captivity there.
_CAPTIVITY_BESIDE = 3
_DASHES = frozenset("—–-")
#: Triggers of harm to people; two of them with a joiner between are one.
_HARM = frozenset({"killed", "wounded", "casualties"})
#: What may become of people.
_FATES = _HARM | {"missing", "captured", "evacuated", "displaced"}
#: After a joiner these begin a phrase of its own, with a number of its own: killed and *some* were wounded.
_NEW_PHRASE = frozenset({"a", "the", "at", "some", "as"})
_KOREAN_JOINED = re.compile(r"(?:거나|하고|되거나)$")


def find_triggers(sentence: Sentence) -> list[TriggerHit]:
    """The triggers of a sentence, in order, those that share a number joined into one."""
    tokens = sentence.tokens
    hits = [TriggerHit(hit.value, hit.first, hit.last) for hit in sentence.words.triggers.by_value(tokens)]
    hits.sort(key=lambda hit: (hit.first, -hit.last))
    return _joined(sentence, [hit for hit in hits if not _is_negated(sentence, hit)])


def _is_negated(sentence: Sentence, hit: TriggerHit) -> bool:
    """Whether a sentence says of a trigger that nobody was: no one was killed, but five were hurt; без загиблих."""
    tokens = sentence.tokens
    if sentence.language is Language.KO:
        return False  # its negation is glued to the verb or follows it
    numbers = {one.found.number for one in sentence.counted}
    for at in range(hit.first, max(0, hit.first - _NEGATION_REACH), -1):
        negation = sentence.words.negations.before(tokens, at)
        if negation is not None:
            return sentence.words.not_negations.at(tokens, negation.first) is None
        if tokens[at - 1].kind in (MARK, NUMBER) or at - 1 in numbers:
            return False
    return False


def _joined(sentence: Sentence, hits: list[TriggerHit]) -> list[TriggerHit]:
    """The triggers with killed or wounded as one, of casualties; what a longer one says otherwise is left out."""
    casualties = sentence.words.kinds["casualties"]
    joined: list[TriggerHit] = []
    for hit in hits:
        before = next((one for one in reversed(joined) if one.kind.name in _HARM), None)
        if before is not None and _makes_one(sentence, before, hit, hits):
            joined.remove(before)
            joined.append(TriggerHit(casualties, before.first, hit.last))
        else:
            joined.append(hit)
    joined = list(dict.fromkeys(joined))
    freed = [hit for hit in joined if hit.kind.name in ("released", "swapped")]
    wholes = [hit for hit in joined if hit.kind.name == "casualties"]
    homeless = [hit for hit in joined if hit.kind.name == "displaced"]
    return [
        hit
        for hit in joined
        # Freed from captivity is not captured, and inside a joined trigger its halves are no triggers.
        if not (hit.kind.name == "captured" and _is_inside(hit, freed))
        # Who suffers wounds or loses a home is wounded or displaced, and has lost no men.
        and not (hit.kind.name == "lost" and (_is_inside(hit, homeless) or _leads_to_wounds(sentence, hit, joined)))
        and not (hit.kind.name in _HARM - {"casualties"} and _is_inside(hit, wholes))
    ]


def _is_inside(hit: TriggerHit, others: Sequence[TriggerHit]) -> bool:
    return any(other.first <= hit.first and hit.last <= other.last for other in others)


def _leads_to_wounds(sentence: Sentence, hit: TriggerHit, others: Sequence[TriggerHit]) -> bool:
    """Whether what is suffered are wounds: suffered minor burns."""
    return any(
        other.kind.name == "wounded"
        and 0 <= other.first - hit.last <= 1
        and all(token.kind not in (MARK, NUMBER) for token in sentence.tokens[hit.last : other.first])
        for other in others
    )


def _makes_one(sentence: Sentence, before: TriggerHit, hit: TriggerHit, hits: Sequence[TriggerHit]) -> bool:
    """Whether two kinds of harm are counted by one number: killed or wounded, 사망하거나 부상."""
    tokens = sentence.tokens
    if hit.kind.name not in _HARM or hit.kind.name == before.kind.name or hit.first < before.last:
        return False
    if any(before.last <= one.found.number < hit.first for one in sentence.counted):
        return False
    between = tokens[before.last : hit.first]
    link = sentence.words.joins.at(tokens, before.last)
    if link is not None and link.last <= hit.first <= link.last + 1 and all(t.kind != NUMBER for t in between):
        # Six died, the number of wounded rose to 31: what has a head of its own is another number.
        headed = any(one.kind.name == "strength" and one.first == link.last for one in hits)
        if hit.first == link.last:
            return not headed
        filler = tokens[link.last]
        return filler.kind != MARK and filler.low not in _NEW_PHRASE and not headed
    if sentence.language is not Language.KO or between:
        return False
    # 3명이 사망하고 중상 11명: each has a number of its own.
    apart = any(one.found.number < before.first for one in sentence.counted) and any(
        one.found.number == hit.last for one in sentence.counted
    )
    return not apart and _KOREAN_JOINED.search(tokens[before.last - 1].low) is not None


def find_asides(sentence: Sentence) -> list[tuple[int, int]]:
    """Phrases between commas after which a sentence runs on: including three children, or according to the NIS.

    So do those that name a part or only ages: five villagers, *two of them teenagers*, were hurt; two men, *52 and 61*.
    """
    tokens, words = sentence.tokens, sentence.words
    commas = [index for index, token in enumerate(tokens) if token.text == ","]
    return [
        (opening, closing + 1)
        for opening, closing in itertools.pairwise(commas)
        if closing - opening <= _ASIDE
        and (
            words.asides.at(tokens, opening + 1) is not None
            or words.of_them.all(tokens, opening + 2, closing)
            or _has_ages_only(sentence, opening, closing)
        )
    ]


def _has_ages_only(sentence: Sentence, opening: int, closing: int) -> bool:
    units = [one.quantity.unit for one in sentence.counted if opening < one.found.number < closing]
    return bool(units) and set(units) == {"year"}


def assign_triggers(sentence: Sentence) -> None:
    """Give each quantity its cheapest trigger."""
    for index, one in enumerate(sentence.counted):
        if one.quantity.unit in ("percent", "days", "year") or is_currency(one.quantity.unit):
            continue
        one.trigger = _cheapest(sentence, index, sentence.hits)
    _prefer_captivity(sentence)
    _prefer_head(sentence)


def _cheapest(sentence: Sentence, index: int, hits: Sequence[TriggerHit]) -> TriggerHit | None:
    one, best, cost = sentence.counted[index], None, _FARTHEST
    for hit in hits:
        if one.quantity.unit not in hit.kind.units or max(hit.first - one.last, one.first - hit.last) > _REACH:
            continue
        price = price_of(sentence, index, hit)
        if price < cost:
            best, cost = hit, price
    return best


def trigger_of_fate(sentence: Sentence, one: Counted) -> TriggerHit | None:
    """The cheapest trigger that says what became of people, where one that says where they are measures nothing."""
    hits = [hit for hit in sentence.hits if hit.kind.name not in ("present", "strength")]
    return _cheapest(sentence, sentence.counted.index(one), hits)


def is_head(sentence: Sentence, trigger: TriggerHit) -> bool:
    """Whether a trigger says of what a number is, so that all that follows is about it: число погибших."""
    return any(hit.kind.name == "strength" and 0 <= trigger.first - hit.last <= 2 for hit in sentence.hits) or (
        trigger.kind.name in ("killed", "casualties")
        and sentence.words.tolls.at(sentence.tokens, trigger.first) is not None
    )


def _prefer_head(sentence: Sentence) -> None:
    """A number that only comes to so much is of what the sentence says it is: кількість загиблих становить 112."""
    for index, one in enumerate(sentence.counted):
        if one.trigger is None or one.trigger.kind.name not in ("present", "strength") or one.noun is not None:
            continue
        since = sentence.counted[index - 1].found.last if index else 0
        heads = [
            hit
            for hit in sentence.hits
            if since <= hit.first and hit.last <= one.found.first and hit.kind.name in _FATES and is_head(sentence, hit)
        ]
        if heads:
            one.trigger = heads[-1]


def _prefer_captivity(sentence: Sentence) -> None:
    """Who is in captivity is captured, wherever that is: у полоні перебувають 27 військових; are being held."""
    for one in sentence.counted:
        if one.trigger is None or one.trigger.kind.name != "present":
            continue
        for hit in sentence.hits:
            apart = max(hit.first - one.trigger.last, one.trigger.first - hit.last)
            if hit.kind.name == "captured" and apart <= _CAPTIVITY_BESIDE:
                one.trigger = hit
                break


def _is_enclosed(sentence: Sentence, one: Counted) -> bool:
    """Whether a number stands between dashes, where it keeps nothing apart: more people — 410,000 — were uprooted."""
    tokens, first = sentence.tokens, min(one.first, one.found.first)
    return (
        first > 0 and one.last < len(tokens) and tokens[first - 1].text in _DASHES and tokens[one.last].text in _DASHES
    )


def _begins_clause(sentence: Sentence, one: Counted, other: Counted) -> bool:
    """Whether a number without a noun tells by itself of some of those counted before: six people, four were dead."""
    return one.noun is not None and other.noun is None and sentence.tokens[other.first - 1].text == ","


def price_of(sentence: Sentence, index: int, hit: TriggerHit) -> float:
    """How far a trigger is from a quantity: words between, and more for each thing that keeps them apart."""
    one, tokens, korean = sentence.counted[index], sentence.tokens, sentence.language is Language.KO
    says_where = hit.kind.name in ("present", "strength")
    if hit.first < one.last and one.first < hit.last:
        measures = one.noun is not None and noun_classes()[one.noun].measure is not None
        return _WHERE_INSIDE if says_where and not measures else _INSIDE
    after = hit.first >= one.last
    low, high = (one.last, hit.first) if after else (hit.last, one.first)
    skipped = {at for first, last in sentence.asides if low <= first and last <= high for at in range(first, last)}
    between = [tokens[at] for at in range(low, high) if at not in skipped]
    price = float(sum(token.kind != MARK for token in between))
    if korean:
        # The verb stands at the end; before the noun only its adnominal form does (생포된 북한군 두 명).
        # A noun that the number is said of stands before it too (수비대는 900명).
        adnominal = tokens[hit.last - 1].low[-1] in _ADNOMINAL
        topic = hit.kind.name == "strength" and tokens[hit.last - 1].low.endswith(_KOREAN_TOPIC)
        price = price * _KOREAN_WORD if after else price + (_ADNOMINAL_BEFORE if adnominal or topic else _VERB_BEFORE)
    if price >= _FARTHEST:
        return price
    for other in sentence.counted:
        if not low <= other.found.number < high or other.found.number in skipped:
            continue
        if other.quantity.unit == "year":
            continue  # an age keeps nothing apart: a man, 45, and a woman, 30, were killed
        if other is not one and other is not one.whole:
            price += _OTHER_NUMBER
        if other.whole is one:
            price += _OTHER_NUMBER
        if after and not korean and _begins_clause(sentence, one, other):
            price += _STOP
    # A dash alone stands for a verb: 370 тисяч - пораненими. Two around a number keep it from nothing.
    elliptic = (len(between) == 1 and between[0].text in _DASHES) or _is_enclosed(sentence, one)
    if not elliptic:
        price += sum(_COMMA if token.text == "," else _STOP if token.text in ";:—–" else 0.0 for token in between)
    price += _CLAUSE * len(sentence.words.breaks.all(tokens, low, high))
    # A joiner leads to the next number's own trigger: 300 killed *and* 2,700 wounded.
    if sentence.words.joins.at(tokens, low) is not None and not after:
        price += _JOINER
    for other_hit in sentence.hits:
        if low <= other_hit.first and other_hit.last <= high and one.quantity.unit in other_hit.kind.units:
            price += _OTHER_TRIGGER
    if says_where:
        # Of a part the sentence says what became of it; where it was sent is said of the whole.
        price += _WHERE if one.whole is None else _WHERE_OF_PART
        if korean and hit.kind.name == "strength":
            price += _KOREAN_STRENGTH
    if hit.kind.name == "lost" and after and not korean:
        price += _LOST_AFTER
    return price
