"""Who says so, and since when it is so.

Owns which claim covers which quantity, whom a pronoun means, and the day that a statement is of. `glossary.attribution`
reads the claims before.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date

from glossary.attribution import Claim, is_claim_verb
from glossary.dates import FoundSpan, SpanKind
from glossary.entries import Glossary
from glossary.lexicon import MARK
from glossary.reading.sentence import Counted, Sentence
from glossary.words import EntityType
from translations.languages import Language

#: A dateline begins so many tokens into its sentence at most: KYIV, Ukraine, Jan 13 -
_DATELINE = 5
_DASHES = frozenset({"-", "–", "—"})
#: So many tokens may stand between a day and its verb of saying, of these words: said late on Saturday; on Saturday,
#: the president said.
_BESIDE = 2
_VERB_TO_DAY = frozenset({"on", "in", "a", "statement", "у", "в", "во", "late", "early"})
_DAY_TO_CLAIMANT = frozenset({"the", "president"})


def claim_of(sentence: Sentence, one: Counted) -> Claim | None:
    """The claim that covers a quantity: the last before it in its clause, else the first after it."""
    if not sentence.claims:
        return None
    if sentence.language is Language.KO:
        before = [claim for claim in sentence.claims if claim.first < one.found.last]
        return before[-1] if before else sentence.claims[0]
    before = [claim for claim in sentence.claims if claim.last <= one.found.first]
    after = [claim for claim in sentence.claims if claim.first >= one.found.last]
    if before:
        chosen = before[-1]
        clauses = sentence.words.breaks.all(sentence.tokens, chosen.last, one.found.first)
        if not (clauses and after):
            return chosen
    return after[0] if after else (before[-1] if before else None)


def claimant_of(sentence: Sentence, claim: Claim | None) -> tuple[str | None, str]:
    """The slug and the name of who makes a claim; the outlet where the text names nobody, or a pronoun nobody known."""
    if claim is None:
        return None, sentence.outlet
    if claim.anaphoric:
        low = claim.name.lower()
        meant: tuple[str | None, str] | None = sentence.context.claimant
        if low in sentence.words.person_pronouns and (meant is None or _is_thing(meant[0], sentence.glossary)):
            meant = sentence.context.person or meant
        if low in sentence.words.thing_pronouns:
            meant = sentence.context.thing or meant
        return meant or (None, sentence.outlet)
    return claim.slug, claim.name


def _is_thing(slug: str | None, glossary: Glossary) -> bool:
    entry = glossary.get(slug)
    return entry is not None and entry.type is not EntityType.PERSON


def as_of(sentence: Sentence, claim: Claim | None) -> date | None:
    """The day a statement is of: as the text says, else that of the saying, else of publication."""
    for span in sentence.spans:
        if span.kind is SpanKind.AS_OF and span.last is not None:
            return span.last
    if claim is not None:
        for span in sentence.spans:
            if span.last is not None and is_claims_time(sentence, span):
                return min(span.last, sentence.published) if sentence.published is not None else span.last
    return sentence.published


def is_claims_time(sentence: Sentence, span: FoundSpan) -> bool:
    """Whether a day is that of the saying: Zelensky said on Saturday; last month, the White House said."""
    tokens = sentence.tokens
    starts = [token.start for token in tokens]
    first = bisect_left(starts, span.start)
    last = bisect_left(starts, span.end)
    if span.kind is SpanKind.DAY and first <= _DATELINE and last < len(tokens) and tokens[last].text in _DASHES:
        return True  # a dateline: KYIV, Jan 13 -
    for claim in sentence.claims:
        korean = sentence.language is Language.KO
        if korean and span.kind is not SpanKind.DAY:
            continue
        if 0 <= first - claim.last <= _BESIDE and all(
            token.low in _VERB_TO_DAY or (token.kind == MARK and token.text != ",")
            for token in tokens[claim.last : first]
        ):
            return True
        if claim.first <= first < claim.last:
            return True
        if (
            last <= claim.first <= last + _BESIDE
            and (first <= 1 or sentence.language is not Language.EN)
            and span.days is None
        ):
            between = tokens[last : claim.first]
            if any(token.text == "," for token in between) and first > 1:
                continue
            if all(token.kind == MARK or token.low in _DAY_TO_CLAIMANT for token in between):
                return True
        if korean and is_claim_verb(tokens, last, sentence.language):
            return True
        if korean and 0 <= first - claim.last <= 1:
            return True
    return False
