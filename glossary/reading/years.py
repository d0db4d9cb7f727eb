"""Years of persons: when they were born, since when they serve.

Owns statements that no counted noun phrase makes; they belong to no party and open no figure.
"""

from __future__ import annotations

import re

from glossary.lexicon import MARK, NUMBER
from glossary.quantities import Quantity
from glossary.reading.claimants import claimant_of
from glossary.reading.drafts import StatementDraft, Telling
from glossary.reading.sentence import Sentence
from glossary.words import Bound, Measure
from translations.languages import Language

_KOREAN_BIRTH = re.compile(r"((?:19|20)\d\d)년\s?(?:생|\d{1,2}월(?:\s?\d{1,2}일)?\s?(?:생|출생|에\s태어))")
_KOREAN_SINCE = re.compile(r"((?:19|20)\d\d)년(?:\s?\d{1,2}월)?부터")


def read_years(sentence: Sentence) -> list[Telling]:
    """Years of birth and of service: born in 1999 and 2005; serving since 2016; 2005년생, 2021년부터 복무."""
    tokens, words = sentence.tokens, sentence.words
    serves = bool(words.serves.all(tokens))
    found: list[tuple[Measure, int, int]] = []
    if sentence.language is Language.KO:
        found += [(Measure.BIRTH_YEAR, *match.span(1)) for match in _KOREAN_BIRTH.finditer(sentence.text)]
        if serves:
            found += [(Measure.SINCE_YEAR, *match.span(1)) for match in _KOREAN_SINCE.finditer(sentence.text)]
    else:
        for hit in words.born.all(tokens):
            found += [(Measure.BIRTH_YEAR, *span) for span in _years_after(sentence, hit.last)]
        for index, token in enumerate(tokens):
            if serves and token.low in words.served_from:
                found += [(Measure.SINCE_YEAR, *span) for span in _years_after(sentence, index + 1)]
    drafts = []
    for measure, start, end in found:
        value = float(sentence.text[start:end])
        quantity = Quantity(value, value, value, Bound.EXACT, "year", sentence.text[start:end])
        claim = sentence.claims[0] if sentence.claims else None
        slug, name = claimant_of(sentence, claim)
        draft = StatementDraft(
            measure=measure,
            subject=None,
            place=None,
            scope=None,
            quantity=quantity,
            claimant=slug,
            claimant_name=name,
            as_of=sentence.published,
            superseded=False,
            part=False,
            surface=sentence.text[start:end],
            start=sentence.base + start,
            end=sentence.base + end,
            sentence=sentence.text,
        )
        drafts.append(Telling(draft, trigger_found=True, claim_found=claim is not None))
    return drafts


def _years_after(sentence: Sentence, index: int) -> list[tuple[int, int]]:
    """The years that follow, through `in`, commas and `and`; a day and a month before the year are passed over."""
    tokens = sentence.tokens
    years: list[tuple[int, int]] = []
    for token in tokens[index : index + 8]:
        if token.kind == NUMBER and re.fullmatch(r"(?:19|20)\d\d", token.text):
            years.append((token.start, token.end))
        elif token.low not in sentence.words.year_links and (years or (token.kind == MARK)):
            break
    return years
