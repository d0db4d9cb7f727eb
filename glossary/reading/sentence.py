"""A sentence while it is read: its tokens, names and claims, and the quantities with what is found out about each.

Owns the values that the modules of this package pass on, and how a sentence begins.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from glossary.attribution import Claim, Named, government, read_claims
from glossary.dates import FoundSpan
from glossary.entries import Glossary
from glossary.lexicon import Token, tokenize
from glossary.matching import FoundMention
from glossary.measures import MeasureWords, Trigger
from glossary.quantities import FoundQuantity, Quantity
from glossary.reading.context import Context
from glossary.reading.drafts import StatementDraft
from glossary.words import Measure, RelationKind, Via
from translations.languages import Language

#: Measures that are of one moment: a later number replaces an earlier one, and none adds to another.
STOCKS = frozenset({Measure.PERSONNEL})
#: Measures of what happened to people; their numbers grow from event to event.
PEOPLE_FLOWS = frozenset(
    {
        Measure.KILLED,
        Measure.WOUNDED,
        Measure.CASUALTIES,
        Measure.CAPTURED,
        Measure.MISSING,
        Measure.EVACUATED,
        Measure.DISPLACED,
    }
)
WEAPONS = frozenset({Measure.EQUIPMENT, Measure.MUNITIONS})


class TriggerHit(NamedTuple):
    """A trigger where it stands, from token `first` to `last` (exclusive)."""

    kind: Trigger
    first: int
    last: int


@dataclass(slots=True)
class Counted:
    """A quantity with its noun phrase, in tokens of the sentence, and what is known of it so far.

    `noun` is the class of what it counts, which a part has from its whole (300 of them). `whole` is the quantity that
    this one is a part of, `of_told` the statement of a sentence before that has it, `beside` the part
    that it is named with. `part`, `superseded` and `subject`
    are as in a statement; `nation` marks people counted by the name of their nation.
    """

    found: FoundQuantity
    first: int
    last: int
    quantity: Quantity
    noun: str | None = None
    trigger: TriggerHit | None = None
    measure: Measure | None = None
    whole: Counted | None = None
    of_told: StatementDraft | None = None
    beside: Counted | None = None
    part: bool = False
    superseded: bool = False
    subject: str | None = None
    nation: bool = False

    @property
    def size(self) -> float:
        """How much it is at least, or at most where no least is said."""
        return self.quantity.low or self.quantity.high or 0


@dataclass(slots=True)
class Sentence:
    """A sentence, with what its document gives to all of them: words, glossary, context, day and outlet.

    `base` is where it begins in the text. `asides` are token spans between commas after which the sentence runs on.
    """

    text: str
    base: int
    tokens: list[Token]
    named: list[Named]
    claims: list[Claim]
    words: MeasureWords
    glossary: Glossary
    context: Context
    published: date | None
    outlet: str
    counted: list[Counted] = field(default_factory=list)
    spans: list[FoundSpan] = field(default_factory=list)
    hits: list[TriggerHit] = field(default_factory=list)
    asides: list[tuple[int, int]] = field(default_factory=list)

    @property
    def language(self) -> Language:
        """The language of its document."""
        return self.words.language


def is_currency(unit: str) -> bool:
    """Whether a quantity's unit is an ISO 4217 code."""
    return len(unit) == 3 and unit.isupper()


def begin_sentence(
    text: str,
    start: int,
    end: int,
    mentions: Sequence[FoundMention],
    *,
    words: MeasureWords,
    glossary: Glossary,
    context: Context,
    published: date | None,
    outlet: str,
) -> Sentence:
    """The sentence ``text[start:end]`` with its names and claims; `mentions` are those of the whole text, in order."""
    written = text[start:end]
    tokens = tokenize(written)
    named = _with_halves(tokens, _named_in(tokens, mentions, start, end), words, mentions, glossary)
    if words.language is Language.KO:
        # In 한미 and 대북 a country describes what is not its own; 미군 are troops.
        named = [one for one in named if not one.adjective or written[: one.end].endswith("군")]
    claims = read_claims(tokens, named, words.language, glossary)
    return Sentence(written, start, tokens, named, claims, words, glossary, context, published, outlet)


def _with_halves(
    tokens: Sequence[Token],
    named: list[Named],
    words: MeasureWords,
    mentions: Sequence[FoundMention],
    glossary: Glossary,
) -> list[Named]:
    """The names with those of the two Koreas as one speaks of them between each other: the North, Север.

    They stand for a country only in a text that names one of the two, with a capital, and not before a name.
    """
    countries = set(words.halves.values())
    if not countries or not any(_country(one.slug, glossary) in countries for one in mentions):
        return named
    taken = {at for one in named for at in range(one.first, one.last)}
    found = list(named)
    for at, token in enumerate(tokens):
        slug = words.halves.get(token.low)
        if slug is None or at in taken or not token.text[:1].isupper():
            continue
        following = tokens[at + 1].text[:1] if at + 1 < len(tokens) else ""
        article = words.language is Language.EN and (at == 0 or tokens[at - 1].low != "the")
        if not (article or following.isupper() or (at + 1 in taken)):
            found.append(Named(slug, at, at + 1, token.start, token.end, "", False))
    return sorted(found, key=lambda one: one.first)


def _country(slug: str, glossary: Glossary) -> str:
    """The country of a capital or of an agency, else what the name itself is of."""
    entry = glossary.get(slug)
    agency_of = entry.targets(RelationKind.AGENCY_OF) if entry is not None else ()
    return agency_of[0] if agency_of else government(slug, glossary)


def _named_in(tokens: Sequence[Token], mentions: Sequence[FoundMention], start: int, end: int) -> list[Named]:
    starts = [token.start for token in tokens]
    named = []
    # The names of this sentence alone: a copy of all that follow would make the reading of a text quadratic.
    since = bisect_left(mentions, start, key=lambda one: one.start)
    until = bisect_left(mentions, end, since, key=lambda one: one.start)
    for mention in mentions[since:until]:
        opening, closing = mention.start - start, mention.end - start
        first, last = bisect_right(starts, opening) - 1, bisect_left(starts, closing)
        if first < 0 or last <= first:
            continue
        tail = tokens[last - 1].low[closing - tokens[last - 1].start :]
        named.append(Named(mention.slug, first, last, opening, closing, tail, mention.via is Via.ADJECTIVE))
    return named
