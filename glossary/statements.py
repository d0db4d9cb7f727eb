"""Statements: what a document says is counted, of whom, where, over what span, and who says so.

Owns the flow from a text to its `StatementDraft`s, one for the four languages:

    split sentences -> per sentence: quantities, names, days, claims, triggers (all words from measures.yaml)
    -> which trigger measures which quantity -> whose people or land -> where -> what span -> who says so, since when
    -> statements told twice become one

Each step is a module of `glossary.reading`. What carries over from a sentence to the next is small and explicit
(`Context`): the party whose troops were named, the place, the last claimant. What cannot be resolved stays None, and
`glossary.figures`, which judges the drafts, then neither opens nor changes a figure by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from glossary.dates import read_spans
from glossary.entries import Glossary
from glossary.matching import FoundMention
from glossary.measures import measure_words
from glossary.quantities import people, read_tokens
from glossary.reading.claimants import as_of, claim_of, claimant_of
from glossary.reading.context import Context
from glossary.reading.counted import find_counted, is_definite
from glossary.reading.drafts import Scope, StatementDraft, Telling
from glossary.reading.measuring import measure_of
from glossary.reading.parts import is_part, mark_parts
from glossary.reading.places import place_of
from glossary.reading.remembering import remember
from glossary.reading.repeats import mark_superseded, told_once
from glossary.reading.scopes import scope_of
from glossary.reading.sentence import PEOPLE_FLOWS, STOCKS, WEAPONS, Counted, Sentence, TriggerHit, begin_sentence
from glossary.reading.subjects import subject_of
from glossary.reading.triggers import assign_triggers, find_asides, find_triggers
from glossary.reading.years import read_years
from glossary.sentences import sentence_spans, unwrapped
from translations.languages import Language

__all__ = ["Scope", "StatementDraft", "read_statements"]

#: A trigger at most this many words from its noun phrase is quoted with it.
_QUOTED_WITH = 6
#: Initially and its like reach this many words: initially estimated at some 10,000.
_INITIALLY_REACHES = 8


def read_statements(
    text: str,
    language: Language,
    mentions: Sequence[FoundMention],
    glossary: Glossary,
    *,
    published: date | None,
    outlet: str,
) -> tuple[StatementDraft, ...]:
    """The statements of a text, in order of their place, each told once.

    `mentions` are those that `glossary.matching` found in the same text; uncertain ones are not used. `published` is
    the day that relative dates are read against.
    """
    certain = sorted((one for one in mentions if one.certain), key=lambda one: one.start)
    text, words, context = unwrapped(text), measure_words(language), Context()
    tellings: list[Telling] = []
    for start, end in sentence_spans(text, language):
        sentence = begin_sentence(
            text,
            start,
            end,
            certain,
            words=words,
            glossary=glossary,
            context=context,
            published=published,
            outlet=outlet,
        )
        tellings.extend(_read_sentence(sentence))
    told = told_once(mark_superseded(tellings))
    return tuple(replace(one.final, earlier=True) if one.earlier else one.final for one in told)


def _read_sentence(sentence: Sentence) -> list[Telling]:
    """The statements of one sentence; updates what later sentences may refer to."""
    tellings: list[Telling] = []
    sentence.context.grow_older()
    quantities = read_tokens(sentence.text, sentence.tokens, sentence.language)
    if quantities:
        sentence.counted = find_counted(sentence, quantities)
        sentence.spans = read_spans(sentence.text, sentence.tokens, sentence.language, sentence.published)
        sentence.hits = find_triggers(sentence)
        sentence.asides = find_asides(sentence)
        assign_triggers(sentence)
        mark_parts(sentence)
        tellings = [telling for one in sentence.counted if (telling := _statement(sentence, one)) is not None]
    tellings.extend(read_years(sentence))
    if not quantities:
        _attribute_told(sentence)
    remember(sentence, tellings)
    return tellings


def _statement(sentence: Sentence, one: Counted) -> Telling | None:
    """What a quantity states, if anything: each question is asked of what the ones before it found out."""
    measure, trigger = measure_of(sentence, one)
    if measure is None:
        return None
    claim = claim_of(sentence, one)
    if claim is not None and claim.denied:
        return None
    one.measure = measure
    one.part = is_part(sentence, one, measure)
    place = place_of(sentence, one, measure)
    one.subject = subject_of(sentence, one, measure, trigger, place)
    scope = scope_of(sentence, one, measure, trigger, one.subject)
    quantity = one.quantity
    if quantity.unit == "none" and measure in PEOPLE_FLOWS | STOCKS:
        quantity = people(quantity)
    elif quantity.unit == "none" and measure in WEAPONS:
        quantity = replace(quantity, unit="items")
    claimant, claimant_name = claimant_of(sentence, claim)
    start, end = _extent(sentence, one, trigger)
    draft = StatementDraft(
        measure=measure,
        subject=one.subject,
        place=place,
        scope=scope,
        quantity=quantity,
        claimant=claimant,
        claimant_name=claimant_name,
        as_of=as_of(sentence, claim),
        superseded=one.superseded,
        part=one.part,
        surface=sentence.text[start:end],
        start=sentence.base + start,
        end=sentence.base + end,
        sentence=sentence.text,
    )
    return Telling(
        draft,
        trigger_found=trigger is not None,
        claim_found=claim is not None,
        definite=is_definite(sentence, one),
        earlier=_is_earlier(sentence, one),
    )


def _is_earlier(sentence: Sentence, one: Counted) -> bool:
    """Whether a number is told as one of before: initially estimated at 10,000; had earlier said that six died."""
    for hit in sentence.words.initially.all(sentence.tokens, 0, one.found.first):
        between = any(hit.last <= other.found.number < one.found.number for other in sentence.counted)
        if one.found.first - hit.last <= _INITIALLY_REACHES and not between:
            return True
    return False


def _extent(sentence: Sentence, one: Counted, trigger: TriggerHit | None) -> tuple[int, int]:
    """The surface: the quantity with its noun and, where it is near, its trigger."""
    first, last = min(one.first, one.found.first), max(one.last, one.found.last)
    if trigger is not None and trigger.first - last <= _QUOTED_WITH and first - trigger.last <= _QUOTED_WITH:
        others = [other.found.number for other in sentence.counted if other is not one]
        low, high = min(first, trigger.first), max(last, trigger.last)
        if not any(low <= other < high for other in others if not first <= other < last):
            first, last = low, high
    return sentence.tokens[first].start, sentence.tokens[last - 1].end


def _attribute_told(sentence: Sentence) -> None:
    """Про це повідомив мер: a sentence that says who said the one before."""
    if sentence.claims and sentence.words.about_this.at(sentence.tokens, 0) is not None:
        claimant, name = claimant_of(sentence, sentence.claims[0])
        for telling in sentence.context.told:
            if not telling.claim_found:
                telling.final = replace(telling.final, claimant=claimant, claimant_name=name)
