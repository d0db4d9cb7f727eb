"""Statements: what a document says is counted, of whom, where, over what span, and who says so.

Owns `StatementDraft` and its reading, one flow for the four languages:

    split sentences -> per sentence: quantities, names, days, claims, triggers (all words from measures.yaml)
    -> which trigger measures which quantity -> whose people or land -> where -> what span -> who says so, since when
    -> statements told twice become one

What carries over from a sentence to the next is small and explicit (`_Context`): the party whose troops were named, the
place, the last claimant. What cannot be resolved stays None, and `glossary.figures`, which judges the drafts, then
neither opens nor changes a figure by it.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from glossary.attribution import Claim, Named, government, is_claim_verb, read_claims
from glossary.dates import FoundSpan, SpanKind, read_spans
from glossary.entries import Glossary
from glossary.errors import GlossaryError
from glossary.lexicon import MARK, NUMBER, WORD, Lexicon, Token, load_yaml, tokenize
from glossary.matching import FoundMention
from glossary.quantities import FoundQuantity, Quantity, noun_classes, people, read_tokens
from glossary.words import Bound, EntityType, Measure, RelationKind, ScopeKind, Via
from translations.languages import Language

#: A trigger further from its quantity than this, in words and penalties, does not measure it.
_FARTHEST = 13.0
#: A bare number of troops from here on is a strength even where no verb says so.
_FORCE = 100
#: Flows below this are one event's unless said otherwise; from here on, a running total.
_TOTAL = 100
_STOCKS = frozenset({Measure.PERSONNEL})
_PEOPLE_FLOWS = frozenset(
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
#: Measures whose numbers cannot be compared from one sentence to another: kept, never a figure.
_UNSCOPED = frozenset({Measure.SHARE, Measure.MONEY, Measure.DURATION, Measure.AGE, Measure.DISTANCE, Measure.OTHER})


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
    as written, or the outlet where the text names nobody. ``text[start:end] == surface``.
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
    reader = _Reader(_words(language), glossary, published, outlet)
    drafts: list[_Draft] = []
    for start, end in _sentences(text, language):
        drafts.extend(reader.sentence(text, start, end, certain))
    return tuple(draft.final for draft in _once(_superseded(drafts)))


# ------------------------------------------------------------------------------------------------------- the words


class _Trigger(NamedTuple):
    """A kind of trigger as `measures.yaml` defines it."""

    name: str
    measure: Measure
    units: frozenset[str]
    agent: bool


class _Words:
    def __init__(self, language: Language) -> None:
        data: Mapping[str, Any] = load_yaml("measures.yaml")
        own: Mapping[str, Any] = data[language.value]
        self.language = language
        kinds = {
            name: _Trigger(name, Measure(entry["measure"]), frozenset(entry["of"]), entry.get("who") == "agent")
            for name, entry in data["triggers"].items()
        }
        unknown = set(own["triggers"]) - set(kinds)
        if unknown:
            message = (
                f"measures.yaml has triggers in {language.english_name} that it does not define: {sorted(unknown)}"
            )
            raise GlossaryError(message)
        by_text: dict[str, list[_Trigger]] = {}
        for name, texts in own["triggers"].items():
            for written in texts:
                by_text.setdefault(written, []).append(kinds[name])
        self.kinds = kinds
        self.triggers = Lexicon((written, kind) for written, all_ in by_text.items() for kind in all_)
        self.joins = _lexicon(own["trigger_joins"])
        self.part = _lexicon(own["part"])
        self.part_after = _lexicon(own["part_after"])
        self.asides = _lexicon([*own["part"], *own["according"]])
        self.whole_opens = _lexicon(own["whole_opens"])
        self.of_whole = _lexicon(own["of_whole"])
        self.superseded = _lexicon(own["superseded"])
        self.initially = _lexicon(own["initially"])
        self.change = _lexicon(own["change"])
        self.modal = _lexicon(own["modal"])
        self.totals = _lexicon(own["totals"])
        self.occasion = _lexicon(own["occasion"])
        self.possessives = frozenset(own["possessives"])
        self.party_words = _lexicon(
            [
                f"{word}*" if not word.endswith("*") and language is not Language.EN else word
                for word in own["party_words"]
            ]
        )
        self.metonyms = Lexicon(own["metonyms"].items())
        self.direction_words = frozenset(own["direction_words"])
        self.place_words = frozenset(own["place_words"])
        self.place_anaphora = _lexicon(own["place_anaphora"])
        self.place_fillers = frozenset(own["place_fillers"])
        self.abbreviations = frozenset(own["abbreviations"])
        self.phrase_ends = frozenset(load_yaml("numbers.yaml")[language.value].get("phrase_ends", ()))
        self.breaks = _lexicon(own["clause_breaks"])
        self.sources = frozenset(own["origin_words"])
        self.agents = frozenset(own["agent_words"])
        self.demonstratives = frozenset(own["demonstratives"])
        self.pronouns = frozenset(own["speaker_pronouns"])
        self.person_pronouns = frozenset(own["person_pronouns"])
        self.thing_pronouns = frozenset(own["thing_pronouns"])
        self.about_this = _lexicon(own["about_this"])
        self.born = _lexicon(own["born"])
        self.serves = _lexicon(own["serves"])
        self.served_from = frozenset(own["served_from"])
        self.year_links = frozenset(own["year_links"])
        self.soldiers = Lexicon(
            (text, True) for name, texts in own["nouns"].items() if noun_classes()[name].military for text in texts
        )


def _lexicon(texts: Sequence[str]) -> Lexicon[bool]:
    return Lexicon((text, True) for text in texts)


@cache
def _words(language: Language) -> _Words:
    return _Words(language)


# --------------------------------------------------------------------------------------------------------- sentences

_END = re.compile(r"[.!?…](?=[\"”’»)\]]*(?:\s|$))[\"”’»)\]]*|\n+|。")


def _sentences(text: str, language: Language) -> list[tuple[int, int]]:
    """The sentences of a text as spans; a line's end ends one, an abbreviation's or an initial's stop does not."""
    abbreviations = _words(language).abbreviations
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match.group().startswith(".") and match.end() < len(text):
            word = re.search(r"[^\s(\"“«]+$", text[max(start, match.start() - 20) : match.start()])
            before = word.group() if word else ""
            following = text[match.end() : match.end() + 3].lstrip(" \u00a0\"“«'(")[:1]
            initial = len(before) == 1 and before.isalpha() and before.isupper()
            if before.lower() in abbreviations or initial or following.islower():
                if not (
                    following.isupper() and before.lower() in {"u.s", "р", "г", "год", "p.m", "a.m", "рр", "гг", "км"}
                ):
                    continue
                if before.lower() == "u.s":
                    continue
        if text[start : match.end()].strip():
            spans.append((start, match.end()))
        start = match.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return [
        (begin + len(text[begin:end]) - len(text[begin:end].lstrip()), begin + len(text[begin:end].rstrip()))
        for begin, end in spans
    ]


# ---------------------------------------------------------------------------------------------------- one sentence


# After a name these make it a place: 쿠르스크 지역에서, 러시아 동부에, 하르키우 공습으로.
_KOREAN_AREA = re.compile(
    r"\s(?:대?공습|공격|폭격|포격|피격|폭발|전투|해방|탈환)"
    r"|\s?(?:지역|주|내|영토|전선|땅|방면|국경|동부|서부|남부|북부|중부|극동|본토|접경|일대|인근)(?:에|의|서|로|으로|\s|을|를)"
)


_KOREAN_BIRTH = re.compile(r"((?:19|20)\d\d)년\s?(?:생|\d{1,2}월(?:\s?\d{1,2}일)?\s?(?:생|출생|에\s태어))")
_KOREAN_SINCE = re.compile(r"((?:19|20)\d\d)년(?:\s?\d{1,2}월)?부터")


@dataclass(slots=True)
class _Context:
    """What a sentence may leave unsaid because those before it said it."""

    party: str | None = None
    party_age: int = 99
    actor: str | None = None
    actor_age: int = 99
    place: str | None = None
    claimant: tuple[str | None, str] | None = None
    person: tuple[str, str] | None = None
    thing: tuple[str, str] | None = None
    told: tuple[_Draft, ...] = ()
    counted: _Draft | None = None
    counted_age: int = 99


@dataclass(slots=True)
class _Draft:
    """A statement while its document is still being read."""

    final: StatementDraft
    trigger_found: bool
    claim_found: bool
    definite: bool = False
    earlier: bool = False


class _Hit(NamedTuple):
    """A trigger where it stands."""

    kind: _Trigger
    first: int
    last: int


@dataclass(slots=True)
class _Counted:
    """A quantity with its noun phrase, in tokens of the sentence, and what is known of it."""

    found: FoundQuantity
    first: int
    last: int
    quantity: Quantity
    trigger: _Hit | None = None
    measure: Measure | None = None
    whole: _Counted | None = None
    part: bool = False
    superseded: bool = False
    subject: str | None = None
    nation: bool = False


@dataclass(slots=True)
class _Sentence:
    text: str
    base: int
    tokens: list[Token]
    named: list[Named]
    counted: list[_Counted]
    claims: list[Claim]
    spans: list[FoundSpan]
    hits: list[_Hit] = field(default_factory=list)
    asides: list[tuple[int, int]] = field(default_factory=list)

    def char(self, token: int) -> int:
        return self.tokens[token].start


class _Reader:
    """Reads the sentences of one document in order."""

    def __init__(self, words: _Words, glossary: Glossary, published: date | None, outlet: str) -> None:
        self.words = words
        self.glossary = glossary
        self.published = published
        self.outlet = outlet
        self.context = _Context()

    def sentence(self, text: str, start: int, end: int, mentions: Sequence[FoundMention]) -> list[_Draft]:
        """The statements of one sentence; updates what later sentences may refer to."""
        written = text[start:end]
        tokens = tokenize(written)
        named = self._named(tokens, mentions, start, end)
        quantities = list(read_tokens(written, tokens, self.words.language))
        claims = read_claims(tokens, named, self.words.language, self.glossary)
        sentence = _Sentence(written, start, tokens, named, [], claims, [])
        drafts: list[_Draft] = []
        self.context.party_age += 1
        self.context.counted_age += 1
        self.context.actor_age += 1
        if quantities:
            sentence.counted = self._counted(sentence, quantities)
            sentence.spans = read_spans(written, tokens, self.words.language, self.published)
            sentence.hits = self._hits(sentence)
            sentence.asides = self._asides(tokens)
            self._assign(sentence)
            drafts = [draft for one in sentence.counted if (draft := self._draft(sentence, one)) is not None]
        drafts.extend(self._years(sentence))
        if not quantities and claims and self.words.about_this.at(tokens, 0) is not None:
            # Про це повідомив мер: who said the sentence before.
            slug, name = self._claimant(claims[0])
            for draft in self.context.told:
                if not draft.claim_found:
                    draft.final = replace(draft.final, claimant=slug, claimant_name=name)
        self._remember(sentence, drafts)
        return drafts

    def _named(self, tokens: Sequence[Token], mentions: Sequence[FoundMention], start: int, end: int) -> list[Named]:
        starts = [token.start for token in tokens]
        low = bisect_left(mentions, start, key=lambda one: one.start)
        named = []
        for mention in mentions[low:]:
            if mention.start >= end:
                break
            first = bisect_right(starts, mention.start - start) - 1
            last = bisect_left(starts, mention.end - start)
            if first < 0 or last <= first:
                continue
            tail = tokens[last - 1].low[mention.end - start - tokens[last - 1].start :]
            named.append(
                Named(
                    mention.slug,
                    first,
                    last,
                    mention.start - start,
                    mention.end - start,
                    tail,
                    mention.via is Via.ADJECTIVE,
                )
            )
        return named

    def _counted(self, sentence: _Sentence, quantities: Sequence[FoundQuantity]) -> list[_Counted]:
        starts = [token.start for token in sentence.tokens]
        counted = []
        for found in quantities:
            first, last = found.first, found.last
            if found.noun_start is not None and found.noun_end is not None:
                first = min(first, bisect_right(starts, found.noun_start) - 1)
                last = max(last, bisect_left(starts, found.noun_end))
            counted.append(self._of_people(_Counted(found, first, last, found.quantity), sentence))
        for before, after in itertools.pairwise(counted):
            # 4,000 of the 12,000: the noun phrase of the first runs through the second.
            link = self.words.of_whole.at(sentence.tokens, before.found.last)
            if link is not None and link.last == after.found.first and self.words.language is Language.KO:
                # 북한군 1만2천 명 가운데 4천 명: the whole comes first.
                after.whole = before
            elif link is not None and link.last == after.found.first:
                before.whole = after
                before.last = max(before.last, after.last)
                if before.quantity.unit == "none" and after.quantity.unit != "none":
                    before.quantity = replace(before.quantity, unit=after.quantity.unit)
            elif self._opens_whole(sentence.tokens, before, after):
                after.whole = before
        return counted

    def _of_people(self, one: _Counted, sentence: _Sentence) -> _Counted:
        """A people's name counts people by itself: 2 million Ukrainians, 300 північнокорейців.

        A bare number between commas is an age: One woman, 31, said.
        """
        if one.quantity.unit != "none":
            return one
        before = sentence.tokens[one.found.first - 1].text if one.found.first else ""
        behind = sentence.tokens[one.found.last].text if one.found.last < len(sentence.tokens) else ""
        if before == behind == "," and one.quantity.bound is Bound.EXACT and 0 < (one.quantity.value or 0) < 120:
            one.quantity = replace(one.quantity, unit="year")
            return one
        for named in sentence.named:
            if named.first == one.last and named.adjective and not self._has_troops(sentence, named):
                after = sentence.tokens[named.last] if named.last < len(sentence.tokens) else None
                plural = sentence.tokens[named.last - 1].low.endswith("s") or self.words.language is not Language.EN
                if plural and (after is None or after.kind == MARK or after.low in self.words.phrase_ends):
                    one.last = named.last
                    one.quantity = people(one.quantity)
                    one.nation = True
        return one

    def _opens_whole(self, tokens: Sequence[Token], whole: _Counted, part: _Counted) -> bool:
        """Of the 12,000 soldiers, 4,000 were killed."""
        if self.words.whole_opens.before(tokens, whole.found.first, 3) is None:
            return False
        big, small = whole.quantity.low or whole.quantity.high or 0, part.quantity.low or part.quantity.high or 0
        apart = [token for token in tokens[whole.last : part.first] if token.kind != MARK]
        return (
            whole.quantity.unit == "people"
            and part.quantity.unit in ("people", "none")
            and big > small
            and len(apart) <= 4
        )

    # -- years of persons

    def _years(self, sentence: _Sentence) -> list[_Draft]:
        """Years of birth and of service: born in 1999 and 2005; serving since 2016; 2005년생, 2021년부터 복무."""
        tokens, words = sentence.tokens, self.words
        serves = bool(words.serves.all(tokens))
        found: list[tuple[Measure, int, int]] = []
        if words.language is Language.KO:
            found += [(Measure.BIRTH_YEAR, *match.span(1)) for match in _KOREAN_BIRTH.finditer(sentence.text)]
            if serves:
                found += [(Measure.SINCE_YEAR, *match.span(1)) for match in _KOREAN_SINCE.finditer(sentence.text)]
        else:
            for hit in words.born.all(tokens):
                found += [(Measure.BIRTH_YEAR, *span) for span in self._years_after(tokens, hit.last)]
            for index, token in enumerate(tokens):
                if serves and token.low in words.served_from:
                    found += [(Measure.SINCE_YEAR, *span) for span in self._years_after(tokens, index + 1)]
        drafts = []
        for measure, start, end in found:
            value = float(sentence.text[start:end])
            quantity = Quantity(value, value, value, Bound.EXACT, "year", sentence.text[start:end])
            claim = sentence.claims[0] if sentence.claims else None
            slug, name = self._claimant(claim)
            draft = StatementDraft(
                measure,
                None,
                None,
                None,
                quantity,
                slug,
                name,
                self.published,
                superseded=False,
                part=False,
                surface=sentence.text[start:end],
                start=sentence.base + start,
                end=sentence.base + end,
                sentence=sentence.text,
            )
            drafts.append(_Draft(draft, trigger_found=True, claim_found=claim is not None))
        return drafts

    def _years_after(self, tokens: Sequence[Token], index: int) -> list[tuple[int, int]]:
        """The years that follow, through `in`, commas and `and`; a day and a month before the year are passed over."""
        years: list[tuple[int, int]] = []
        for token in tokens[index : index + 8]:
            if token.kind == NUMBER and re.fullmatch(r"(?:19|20)\d\d", token.text):
                years.append((token.start, token.end))
            elif token.low not in self.words.year_links and (years or (token.kind == MARK)):
                break
        return years

    # -- what is measured

    def _hits(self, sentence: _Sentence) -> list[_Hit]:
        tokens = sentence.tokens
        hits = [_Hit(hit.value, hit.first, hit.last) for hit in self.words.triggers.by_value(tokens)]
        hits.sort(key=lambda hit: (hit.first, -hit.last))
        return self._joined(tokens, hits, [one.found.number for one in sentence.counted])

    def _joined(self, tokens: Sequence[Token], hits: list[_Hit], numbers: Sequence[int]) -> list[_Hit]:
        """Killed or wounded is one trigger, of casualties."""
        casualties = self.words.kinds["casualties"]
        harm = {"killed", "wounded", "casualties"}
        joined: list[_Hit] = []
        for hit in hits:
            before = next((one for one in reversed(joined) if one.kind.name in harm), None)
            if (
                before is not None
                and hit.kind.name in harm
                and hit.kind.name != before.kind.name
                and hit.first >= before.last
                and not any(before.last <= number < hit.first for number in numbers)
            ):
                between = tokens[before.last : hit.first]
                link = self.words.joins.at(tokens, before.last)
                if (
                    link is not None
                    and link.last <= hit.first <= link.last + 1
                    and all(t.kind != NUMBER for t in between)
                ):
                    filler = hit.first == link.last or (
                        tokens[link.last].low not in {"a", "the", "at", "some", "as"} and tokens[link.last].kind != MARK
                    )
                    if filler:
                        joined.remove(before)
                        joined.append(_Hit(casualties, before.first, hit.last))
                        continue
                elif (
                    self.words.language is Language.KO
                    and not between
                    and re.search(r"(?:거나|하고|되거나)$", tokens[before.last - 1].low)
                ):
                    joined.remove(before)
                    joined.append(_Hit(casualties, before.first, hit.last))
                    continue
            joined.append(hit)
        freed = [hit for hit in joined if hit.kind.name == "released"]
        joined = [
            hit
            for hit in joined
            if hit.kind.name != "captured" or not any(one.first <= hit.first and hit.last <= one.last for one in freed)
        ]
        # Inside a joined trigger its halves are no triggers.
        wholes = [hit for hit in joined if hit.kind.name == "casualties"]
        return [
            hit
            for hit in joined
            if hit.kind.name == "casualties"
            or hit.kind.name not in harm
            or not any(whole.first <= hit.first and hit.last <= whole.last for whole in wholes)
        ]

    def _asides(self, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        """Phrases between commas after which a sentence runs on: including three children, or according to the NIS."""
        commas = [index for index, token in enumerate(tokens) if token.text == ","]
        return [
            (opening, closing + 1)
            for opening, closing in itertools.pairwise(commas)
            if closing - opening <= 10 and self.words.asides.at(tokens, opening + 1) is not None
        ]

    def _assign(self, sentence: _Sentence) -> None:
        for index, one in enumerate(sentence.counted):
            if one.quantity.unit in ("percent", "days", "year") or (
                len(one.quantity.unit) == 3 and one.quantity.unit.isupper()
            ):
                continue
            best, cost = None, _FARTHEST
            for hit in sentence.hits:
                if one.quantity.unit not in hit.kind.units:
                    continue
                price = self._price(sentence, index, hit)
                if price < cost:
                    best, cost = hit, price
            one.trigger = best
        for index, one in enumerate(sentence.counted):
            if one.whole is not None and one.whole.trigger is not None:
                # What became of the part (4,000 or a third of them) is not said of the whole.
                same = one.whole.trigger == one.trigger
                land = one.whole.quantity.unit == "km2"
                if (same and not land) or (
                    one.quantity.unit == "percent"
                    and not land
                    and one.whole.trigger.kind.measure is not Measure.PERSONNEL
                ):
                    one.whole.trigger = None
            self._mark(sentence, index, one)

    def _price(self, sentence: _Sentence, index: int, hit: _Hit) -> float:
        """How far a trigger is from a quantity: words between, and more for each thing that keeps them apart."""
        one, tokens = sentence.counted[index], sentence.tokens
        if hit.first < one.last and one.first < hit.last:
            inside = one.found.noun is not None and noun_classes()[one.found.noun].measure is not None
            return -1.0 if inside or hit.kind.name not in ("present", "strength") else 2.5
        after = hit.first >= one.last
        low, high = (one.last, hit.first) if after else (hit.last, one.first)
        skipped = [(a, b) for a, b in sentence.asides if low <= a and b <= high]
        between_tokens = [
            token for at, token in enumerate(tokens[low:high], low) if not any(a <= at < b for a, b in skipped)
        ]
        price = float(sum(token.kind != MARK for token in between_tokens))
        if self.words.language is Language.KO:
            # The verb stands at the end; before the noun only its adnominal form does (생포된 북한군 두 명).
            adnominal = tokens[hit.last - 1].low[-1] in "된한진던낸긴인"
            price = price * 1.5 if after else price + (2 if adnominal else 9)
        for other in sentence.counted:
            if any(a <= other.found.number < b for a, b in skipped):
                continue
            if other is not one and other is not one.whole and low <= other.found.number < high:
                price += 4
            if other.whole is one and low <= other.found.number < high:
                price += 4
        price += sum(2.0 if token.text == "," else 7.0 if token.text in ";:—–" else 0.0 for token in between_tokens)
        price += 5.0 * len(self.words.breaks.all(tokens, low, high))
        # A joiner leads to the next number's own trigger: 300 killed *and* 2,700 wounded.
        if self.words.joins.at(tokens, low) is not None and not after:
            price += 2.5
        for between in sentence.hits:
            if low <= between.first and between.last <= high and one.quantity.unit in between.kind.units:
                price += 2.5
        if hit.kind.name in ("present", "strength"):
            # Of a part the sentence says what became of it; where it was sent is said of the whole.
            price += 1.5 if one.whole is None else 8.0
            if self.words.language is Language.KO and hit.kind.name == "strength":
                price += 3  # 병력 is what is counted before it is what is said of it
        if hit.kind.name == "lost" and after and self.words.language is not Language.KO:
            price += 3
        return price

    def _mark(self, sentence: _Sentence, index: int, one: _Counted) -> None:
        """Whether the text makes a number a part of another, or takes it back."""
        tokens, words = sentence.tokens, self.words
        before = one.found.first
        one.part = (
            words.part.before(tokens, before, 4) is not None
            or words.part.before(tokens, before - 1, 4) is not None
            or words.part_after.at(tokens, one.found.last) is not None
        )
        one.superseded = one.found.past or any(
            words.superseded.before(tokens, before - gap, 6) is not None
            for gap in range(4)
            if before - gap > 0 and not any(t.text in ",;" or t.kind == NUMBER for t in tokens[before - gap : before])
        )
        if one.superseded and one.trigger is not None and index:
            # What it supersedes stands before it, and has the trigger.
            current = sentence.counted[index - 1]
            if one.quantity.unit == "none" and current.quantity.unit in ("people", "none"):
                one.trigger = current.trigger or one.trigger

    # -- one statement

    def _draft(self, sentence: _Sentence, one: _Counted) -> _Draft | None:
        measure, trigger = self._measure(sentence, one)
        if measure is None:
            return None
        claim = self._claim(sentence, one)
        if claim is not None and claim.denied:
            return None
        one.measure = measure
        quantity = one.quantity
        if quantity.unit == "none" and measure in _PEOPLE_FLOWS | {Measure.PERSONNEL}:
            quantity = people(quantity)
        if one.part:
            earlier = [
                other for other in sentence.counted if other.found.start < one.found.start and other.measure is not None
            ]
            if self.words.part_after.at(sentence.tokens, one.found.last) is not None:
                earlier = [other for other in sentence.counted if other is not one]
                for other in earlier:
                    other.measure = other.measure or (other.trigger.kind.measure if other.trigger else None)
            one.part = any(other.measure is measure for other in earlier) or (
                not earlier and self._is_part_of_last(measure)
            )
        noun = noun_classes().get(one.found.noun or "")
        korean = self.words.language is Language.KO
        of_those = (
            not korean and self.words.of_whole.at(sentence.tokens, one.found.last) is not None and one.whole is None
        )
        if of_those and noun is not None and noun.measure is measure:
            one.part = True  # four of the injured
        place = self._place(sentence, one, measure)
        subject = one.subject = self._subject(sentence, one, measure, trigger, place)
        scope = self._scope(sentence, one, measure, trigger, subject)
        slug, name = self._claimant(claim)
        start, end = self._extent(sentence, one, trigger)
        draft = StatementDraft(
            measure,
            subject,
            place,
            scope,
            quantity,
            slug,
            name,
            self._as_of(sentence, claim),
            one.superseded,
            one.part,
            sentence.text[start:end],
            sentence.base + start,
            sentence.base + end,
            sentence.text,
        )
        definite = self._is_definite(sentence, one)
        return _Draft(draft, trigger is not None, claim is not None, definite, self._is_earlier(sentence, one))

    def _measure(self, sentence: _Sentence, one: _Counted) -> tuple[Measure | None, _Hit | None]:
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
        if one.found.pronoun and not self._is_number_one(sentence, one):
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
                (
                    other
                    for other in reversed(sentence.counted)
                    if other.found.start < one.found.start and other.measure
                ),
                None,
            )
            if earlier is not None:
                return earlier.measure, earlier.trigger
            later = next(
                (other for other in sentence.counted if other.found.start > one.found.start and other.trigger), None
            )
            if later is not None and later.trigger is not None:
                return later.trigger.kind.measure, later.trigger
            if self.context.counted is not None and self.context.counted_age <= 1 and trigger is None:
                return self.context.counted.final.measure, None
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
                and self.words.part_after.at(sentence.tokens, one.found.last) is not None
            ):
                later = sentence.counted[index + 1]
                return (later.trigger.kind.measure, later.trigger) if later.trigger is not None else (None, None)
            if self.context.counted is not None and self.context.counted_age <= 1:
                return self.context.counted.final.measure, None
        if trigger is not None and trigger.kind.measure is Measure.OTHER:
            return None, None
        if noun is not None and noun.measure is not None:
            if (
                trigger is not None
                and trigger.kind.measure is Measure.CASUALTIES
                and self._price(sentence, sentence.counted.index(one), trigger) <= 0
            ):
                return Measure.CASUALTIES, trigger
            if noun.measure in (Measure.EQUIPMENT, Measure.MUNITIONS):
                return (noun.measure, trigger) if trigger is not None else (None, None)
            if noun.name == "prisoner" and trigger is not None and trigger.kind.name in ("killed", "wounded"):
                return trigger.kind.measure, trigger
            if (
                noun.name == "casualty"
                and trigger is not None
                and trigger.kind.name in ("killed", "wounded", "captured")
            ):
                return noun.measure, trigger
            return noun.measure, trigger
        if unit == "items":
            return None, None
        if trigger is not None:
            if trigger.kind.measure is Measure.PERSONNEL:
                military = (noun is not None and noun.military) or one.nation
                if self.words.language is Language.KO and noun is None and size >= _FORCE:
                    # 파병하다 and the like say by themselves that troops are meant.
                    return Measure.PERSONNEL, trigger
                if not military and not self._party_near(sentence, one):
                    return None, None
                small = size < 10 or (size < _FORCE and self._is_definite(sentence, one))
                if (
                    small
                    and trigger.kind.name == "present"
                    and (one.found.pronoun or self._is_definite(sentence, one) or size <= 3)
                ):
                    return None, None
                if noun is None and not one.nation and self._price(sentence, index, trigger) > 6:
                    return None, None
                if trigger.kind.name == "present" and noun is None and not one.nation:
                    return None, None
            elif noun is None and unit == "none":
                # A noun may stand apart from its number (casualties among their troops now exceed 4,000), a verb not.
                reach = 8 if trigger.kind.name == "casualties" else 4
                if self._price(sentence, index, trigger) > reach or self._is_name(sentence, one):
                    return None, None
                if trigger.kind.name not in ("killed", "wounded", "casualties") and self._counts_unknown(sentence, one):
                    return None, None
            return trigger.kind.measure, trigger
        is_whole = any(other.whole is one for other in sentence.counted)
        if noun is not None and noun.military and (size >= _FORCE if is_whole else size >= 10 * _FORCE):
            return Measure.PERSONNEL, None
        return None, None

    def _is_name(self, sentence: _Sentence, one: _Counted) -> bool:
        """Whether a number ends a name with an article (the hill 223)."""
        tokens, first = sentence.tokens, one.found.first
        return (
            first > 1 and tokens[first - 2].low in {"the", "a"} and not any(hit.last == first for hit in sentence.hits)
        )

    def _counts_unknown(self, sentence: _Sentence, one: _Counted) -> bool:
        """Whether a noun that is none of ours follows the number (captured 28 settlements)."""
        tokens = sentence.tokens
        at = one.found.last
        if at >= len(tokens) or tokens[at].kind != WORD or self.words.language is Language.KO:
            return False
        if tokens[at].low in self.words.phrase_ends or any(hit.first == at for hit in sentence.hits):
            return False
        return not any(named.first == at for named in sentence.named)

    def _is_number_one(self, sentence: _Sentence, one: _Counted) -> bool:
        """One is a number where what it counts follows, with its trigger beside it: one soldier was killed."""
        tokens = sentence.tokens
        after = tokens[one.found.last].low if one.found.last < len(tokens) else ""
        if self.words.of_whole.before(tokens, one.found.first, 2) is not None:
            return False
        if one.found.noun is None and one.trigger is not None and one.trigger.last == one.found.first:
            return after in {"", "and", ",", ".", "in", "та", "і", "и", "у", "в"}  # killed one and injured four
        if after in {"of", "із", "з", "из"} or one.found.noun is None:
            return False
        return one.trigger is not None and self._price(sentence, sentence.counted.index(one), one.trigger) <= 2

    def _is_definite(self, sentence: _Sentence, one: _Counted) -> bool:
        tokens = sentence.tokens
        before = tokens[one.found.first - 1].low if one.found.first else ""
        if before in self.words.demonstratives:
            return True
        return (
            self.words.language is Language.KO
            and one.found.first > 1
            and tokens[one.found.first - 2].low in self.words.demonstratives
        )

    def _party_near(self, sentence: _Sentence, one: _Counted) -> bool:
        return bool(self._parties_in_phrase(sentence, one)) or one.quantity.unit == "none"

    # -- whose

    def _party(self, slug: str) -> str | None:
        """The party that a name stands for: an agency's or a capital's country, a country, a person's none."""
        entry = self.glossary.get(slug)
        if entry is None:
            return None
        if entry.type is EntityType.ORG:
            of = entry.targets(RelationKind.AGENCY_OF)
            return self._party(of[0]) if of and of[0] != slug else slug
        if entry.type is EntityType.PLACE:
            seat = government(slug, self.glossary)
            if seat != slug:
                return seat
            return slug if not entry.targets(RelationKind.PART_OF) else None
        return None

    def _led(self, slug: str) -> str | None:
        """The country that a person leads: Kim Jong Un sent 15,000 soldiers."""
        entry = self.glossary.get(slug)
        if entry is None or entry.type is not EntityType.PERSON:
            return None
        led = [
            other
            for other in sorted(self.glossary.related(slug))
            if self.glossary[other].type is EntityType.PLACE
            and slug in self.glossary[other].targets(RelationKind.LED_BY)
        ]
        return led[0] if len(led) == 1 else None

    def _country(self, slug: str) -> str | None:
        """The country that a place is in, or is."""
        entry = self.glossary.get(slug)
        if entry is None or entry.type is not EntityType.PLACE:
            return None
        wholes = [one for one in self.glossary.wholes(slug) if not self.glossary[one].targets(RelationKind.PART_OF)]
        if wholes:
            return wholes[0]
        return government(slug, self.glossary)

    def _parties_in_phrase(self, sentence: _Sentence, one: _Counted) -> list[str]:
        """The parties named inside the counted noun phrase, or right after it (soldiers from North Korea)."""
        tokens = sentence.tokens
        first = one.first if self.words.language is Language.KO else one.found.number
        inside = [named for named in sentence.named if named.first >= first and named.last <= one.last]
        parties = list(dict.fromkeys(party for named in inside if (party := self._party(named.slug)) is not None))
        if parties:
            paired = self.words.language is Language.KO or len(inside) < 2
            return parties[-1:] if paired else parties
        if self.words.language is Language.KO:
            found = self._before_korean(sentence, one)
            return [found] if found is not None else []
        owned = one.found.noun in ("soldier", "casualty", "dead", "wounded", "prisoner", "equipment")
        for named in sentence.named:
            gap = named.first - one.last
            if gap < 0 or (party := self._party(named.slug)) is None:
                continue
            between = [token.low for token in tokens[one.last : named.first]]
            if gap == 0 and (self.words.language is not Language.EN):
                return [party]
            if between and len(between) <= 2 and between[0] in self.words.sources and owned:
                return [party]
            if not named.adjective or any(tokens[at].kind == NUMBER for at in range(one.last, named.first)):
                continue
            if self._has_troops(sentence, named) and (
                (gap <= 6 and one.found.noun == "person")
                or (gap <= 2 and one.found.noun is None and tokens[one.last].low not in self.words.phrase_ends)
            ):
                return [party]
        return []

    def _before_korean(self, sentence: _Sentence, one: _Counted) -> str | None:
        """In Korean the party stands before the number: 북한군 병사 2명, 러시아군 사망자는 300명."""
        limit = one.found.start
        for named in reversed(sentence.named):
            if named.end > limit or limit - named.end > 30:
                continue
            if named.tail.startswith(("에서", "에", "으로", "로", "와", "과")) or self._locative_korean(
                named, sentence
            ):
                if one.found.noun in ("civilian", "person"):
                    return None  # people there are the place's own
                continue
            if sentence.claims and any(
                claim.mention is not None and sentence.named[claim.mention] == named for claim in sentence.claims
            ):
                continue
            if any(other is not one and named.end <= other.found.start < limit for other in sentence.counted):
                continue
            between = sentence.text[named.end : limit]
            if re.search(r"[.;]", between) or self.words.occasion.at(sentence.tokens, named.last) is not None:
                continue
            party = self._party(named.slug)
            if party is not None:
                return party
        return None

    def _locative_korean(self, named: Named, sentence: _Sentence) -> bool:
        return _KOREAN_AREA.match(sentence.text, named.end) is not None

    def _subject(
        self, sentence: _Sentence, one: _Counted, measure: Measure, trigger: _Hit | None, place: str | None
    ) -> str | None:
        """The party counted, from the nearest evidence to the farthest; None where none is left or two are named."""
        noun = one.found.noun
        parties = self._parties_in_phrase(sentence, one)
        if len(parties) > 1:
            return None
        if parties and measure is not Measure.AREA:
            return parties[0]
        own = self._possessor(sentence, one)
        if own is not None:
            return own
        if one.part or one.superseded or one.whole is not None:
            linked = self._linked(sentence, one)
            if linked is not None:
                return linked
        if (trigger is not None and trigger.kind.agent) or measure in (Measure.AREA, Measure.PERSONNEL):
            agent = self._agent(sentence, one, trigger)
            if agent is not None or measure is not Measure.AREA:
                return agent
            return parties[0] if parties and not self._places_follow(sentence, one) else None
        if measure in _PEOPLE_FLOWS and (party := self._described(sentence, one, trigger)) is not None:
            return party
        harmed = noun in (None, "dead", "wounded", "casualty", "prisoner", "missing")
        sibling = next((other for other in sentence.counted if other.found.noun in ("civilian", "person")), None)
        if harmed and sibling is not None and sibling is not one and sibling.measure in _PEOPLE_FLOWS:
            # The wounded beside killed civilians are civilians too.
            return sibling.subject or (self._country(place) if place is not None else None)
        if harmed:
            party = self._sufferer(sentence, one) or self._linked(sentence, one)
            if party is not None:
                return party
        elif noun == "soldier" and (party := self._sufferer(sentence, one)) is not None:
            return party
        if noun in ("soldier", "prisoner", "casualty") or noun is None or self._is_definite(sentence, one):
            spoken = self._spoken_of(sentence, one, here_only=place is not None and noun is None)
            if spoken is not None:
                return spoken
        if noun not in ("soldier", "prisoner") and measure in _PEOPLE_FLOWS:
            where = place or (self.context.place if self._anaphoric_place(sentence) else None)
            if where is not None:
                return self._country(where)
            if noun in ("dead", "wounded", "casualty", "missing"):
                return self._spoken_of(sentence, one)
        return None

    def _described(self, sentence: _Sentence, one: _Counted, trigger: _Hit | None) -> str | None:
        """Whose dead: an adjective or an owner right before the noun (the number of North Korean dead at 300)."""
        starts = [hit.first for hit in sentence.hits if hit.last <= one.found.first and one.found.first - hit.last <= 3]
        for named in sentence.named:
            entry = self.glossary.get(named.slug)
            owner = (
                named.adjective
                or self._is_owner(sentence, named)
                or (entry is not None and entry.type is EntityType.ORG)
            )
            fits = named.last in starts or (
                named.last + 1 in starts and self.words.party_words.at(sentence.tokens, named.last) is not None
            )
            among = [hit.last + 1 for hit in sentence.hits if hit.last <= one.found.first]
            if named.first in among and sentence.tokens[named.first - 1].low in self.words.sources:
                return self._party(named.slug)  # casualties among North Korean troops
            if owner and fits and (party := self._party(named.slug)) is not None:
                return party
            if self.words.language in (Language.UK, Language.RU) and any(
                hit.last == named.first and hit.last <= one.found.first
                for hit in sentence.hits
                if hit.kind.name in ("casualties", "lost")
            ):
                return self._party(named.slug)
        return None

    def _sufferer(self, sentence: _Sentence, one: _Counted) -> str | None:
        """Who lost them: North Korea has suffered some 4,000 casualties."""
        index = sentence.counted.index(one)
        for hit in reversed(sentence.hits):
            if hit.kind.name == "lost" and hit.first < one.last and self._price(sentence, index, hit) < 8:
                return self._agent(sentence, one, hit)
        return None

    def _places_follow(self, sentence: _Sentence, one: _Counted) -> bool:
        return any(0 <= named.first - one.last <= 3 for named in sentence.named)

    def _possessor(self, sentence: _Sentence, one: _Counted) -> str | None:
        """Russia's 12,000 troops; its 300 dead."""
        tokens = sentence.tokens
        at = one.found.first - 1
        if at < 0:
            return None
        for named in sentence.named:
            gap = one.found.first - named.last
            if 0 <= gap <= 2 and self.words.language is Language.EN:
                text = sentence.text[named.start : one.found.start]
                if re.search(r"(?:'s|’s|s'|s’)(?:\s+(?:total|own|estimated))?\s*$", text):
                    return self._party(named.slug)
        if tokens[at].low in self.words.possessives:
            return self._nearest_party(sentence, at)
        return None

    def _agent(self, sentence: _Sentence, one: _Counted, trigger: _Hit | None) -> str | None:
        """The party that acts: before its verb (Russia lost 1,000 men), or after the word of a passive's agent."""
        tokens = sentence.tokens
        verb = trigger.first if trigger is not None else one.found.first
        if trigger is not None:
            for named in sentence.named:
                between = tokens[trigger.last : named.first]
                if (
                    named.first >= trigger.last
                    and len(between) <= 2
                    and any(token.low in self.words.agents for token in between)
                    and (party := self._party(named.slug))
                ):
                    return party
        if self.words.language is Language.KO:
            marked = [
                named
                for named in sentence.named
                if named.tail[:1] in {"이", "가", "은", "는"} or named.tail.startswith(("군이", "군은", "측이", "측은"))
            ]
            for named in reversed([one_ for one_ in marked if one_.last <= (trigger.last if trigger else len(tokens))]):
                if self._is_claimant(sentence, named) and len(marked) > 1:
                    continue
                if (party := self._party(named.slug)) is not None:
                    return party
            return self._spoken_of(sentence, one)
        claim = self._claim(sentence, one)
        for at in range(verb - 1, -1, -1):
            if tokens[at].low in self.words.possessives or tokens[at].low in self.words.pronouns:
                party = self._nearest_party(sentence, at)
                if party is not None:
                    return party
            for named in sentence.named:
                if named.last - 1 != at or self._is_locative(sentence, named) or self._is_counted(sentence, one, named):
                    continue
                if (
                    claim is not None
                    and claim.mention is not None
                    and sentence.named[claim.mention] == named
                    and (
                        claim.source
                        or (trigger is not None and trigger.kind.name == "strength")
                        or self._more_parties(sentence, named, verb)
                    )
                ):
                    continue
                party = self._party(named.slug) or self._led(named.slug)
                if party is not None:
                    return party
        follower = self._subject_after(sentence, trigger) if trigger is not None else None
        if trigger is not None and trigger.kind.name == "supplied":
            return follower
        return follower or self._spoken_of(sentence, one)

    def _subject_after(self, sentence: _Sentence, trigger: _Hit) -> str | None:
        """Under Ukrainian control; под контролем Украины."""
        for named in sentence.named:
            if (
                0 <= named.first - trigger.last <= 1
                and (party := self._party(named.slug))
                and self.words.language is not Language.EN
            ):
                return party
        return None

    def _is_counted(self, sentence: _Sentence, one: _Counted, named: Named) -> bool:
        """Whether a name belongs to another number's noun phrase."""
        return any(
            other is not one and other.found.number <= named.first and named.last <= other.last
            for other in sentence.counted
        )

    def _more_parties(self, sentence: _Sentence, claimant: Named, verb: int) -> bool:
        return any(
            named.first >= claimant.last
            and named.last <= verb
            and self._party(named.slug)
            and not self._is_locative(sentence, named)
            for named in sentence.named
        )

    def _is_claimant(self, sentence: _Sentence, named: Named) -> bool:
        return any(claim.mention is not None and sentence.named[claim.mention] == named for claim in sentence.claims)

    def _nearest_party(self, sentence: _Sentence, at: int) -> str | None:
        """Whom a possessive means: the last party named before it in the sentence, else the one spoken of."""
        before = [one for one in sentence.named if one.last <= at and not self._is_locative(sentence, one)]
        troops = [one for one in before if self._has_troops(sentence, one)]
        for named in reversed(troops or before):
            party = self._party(named.slug)
            if party is not None and (troops or not self._is_owner(sentence, named)):
                return party
        if self.context.party is not None and self.context.party_age <= 3:
            return self.context.party
        if self.context.actor is not None and self.context.actor_age <= 1:
            return self.context.actor
        # Named only after: its troops hold 800 square kilometres, Ukraine says.
        later = [claim.slug for claim in sentence.claims if claim.slug is not None and claim.first >= at]
        return self._party(later[0]) if later else None

    def _has_troops(self, sentence: _Sentence, named: Named) -> bool:
        """Whether a name is that of troops: North Korean soldiers, 북한군, Russian forces."""
        tokens = sentence.tokens
        return (
            self.words.soldiers.at(tokens, named.last) is not None
            or self.words.party_words.at(tokens, named.last) is not None
            or named.tail.startswith("군")
            or (
                self.words.language is Language.KO
                and tokens[named.last - 1].text[: named.end - tokens[named.last - 1].start].endswith("군")
            )
        )

    def _is_owner(self, sentence: _Sentence, named: Named) -> bool:
        """Whether a name only owns what follows (Russia's war)."""
        return sentence.text[named.end : named.end + 2] in {"'s", "’s"} or named.tail in {"'s", "'"}

    def _linked(self, sentence: _Sentence, one: _Counted) -> str | None:
        """A part's party is its whole's, a superseded number's that of what supersedes it."""
        others = [other for other in sentence.counted if other is not one]
        for other in ([one.whole] if one.whole else []) + sorted(
            others, key=lambda o: abs(o.found.start - one.found.start)
        ):
            if other.quantity.unit not in ("people", "none"):
                continue
            if other.subject is not None:
                return other.subject
            parties = self._parties_in_phrase(sentence, other)
            if len(parties) == 1:
                return parties[0]
        if self.context.counted is not None and self.context.counted_age <= 1 and not others:
            return self.context.counted.final.subject
        return None

    def _spoken_of(self, sentence: _Sentence, one: _Counted, *, here_only: bool = False) -> str | None:
        """Troops without a name are those last named: in this sentence, else in those before (not if `here_only`)."""
        for named in reversed([named for named in sentence.named if named.last <= one.found.first]):
            if (
                self._has_troops(sentence, named)
                and not self._is_claimant(sentence, named)
                and (party := self._party(named.slug)) is not None
            ):
                return party
        if here_only or self.context.party_age > 3:
            return None
        return self.context.party

    # -- where

    def _place(self, sentence: _Sentence, one: _Counted, measure: Measure) -> str | None:
        """Where: the nearest place that its own clause puts the quantity in, and of those around it the smallest."""
        first, last = one.first, one.last
        if one.trigger is not None:
            first, last = min(first, one.trigger.first), max(last, one.trigger.last)
        moved = measure in (Measure.PERSONNEL, Measure.MUNITIONS, Measure.EQUIPMENT, Measure.EVACUATED)
        found: list[tuple[float, str]] = []
        for named in sentence.named:
            entry = self.glossary.get(named.slug)
            if entry is None or entry.type is not EntityType.PLACE:
                continue
            gap = named.first - one.last
            of_area = measure is Measure.AREA and 0 <= gap <= 4
            # Residents of Kharkiv; мешканців Харкова.
            of_area = of_area or (
                one.found.noun == "civilian"
                and not named.adjective
                and bool(entry.targets(RelationKind.PART_OF))
                and self._is_owned(sentence, one, gap)
            )
            if not of_area and not self._is_locative(sentence, named):
                continue
            if self._is_claimant(sentence, named) and self.words.language is not Language.KO:
                continue
            if not moved and self._is_direction(sentence, named):
                continue
            low, high = (one.last, named.first) if named.first >= one.last else (named.last, one.first)
            crossing = sum(other is not one and low <= other.found.number < high for other in sentence.counted)
            # What another verb does there is not said of this number: the capture of two men fighting in Ukraine.
            foreign = any(
                low <= hit.first
                and hit.last <= high
                and hit.kind.measure is Measure.PERSONNEL
                and (one.trigger is None or hit.first != one.trigger.first)
                for hit in sentence.hits
            )
            if foreign and measure is not Measure.PERSONNEL:
                continue
            before = 2.0 if named.last <= one.first else 0.0
            found.append((max(0, high - low) + before + (100.0 if crossing else 0.0), named.slug))
        if not found:
            return self.context.place if self._anaphoric_place(sentence) else None
        found.sort()
        best = found[0][1]
        for distance, slug in found:
            if distance < 100 and best in self.glossary.wholes(slug):
                best = slug
        return best

    def _is_owned(self, sentence: _Sentence, one: _Counted, gap: int) -> bool:
        if self.words.language in (Language.UK, Language.RU):
            return gap == 0
        return gap == 1 and sentence.tokens[one.last].low in self.words.sources

    def _is_direction(self, sentence: _Sentence, named: Named) -> bool:
        """Whether a place is where something is brought to; of the captured it says nothing (taken to Kyiv)."""
        if self.words.language is Language.KO:
            return named.tail.startswith(("으로", "로"))
        return named.first > 0 and sentence.tokens[named.first - 1].low in self.words.direction_words

    def _anaphoric_place(self, sentence: _Sentence) -> bool:
        return bool(self.words.place_anaphora.all(sentence.tokens))

    def _is_locative(self, sentence: _Sentence, named: Named) -> bool:
        """Whether a name says where: after a word of place, with an owner or an article between (in Russia's Kursk)."""
        tokens, words = sentence.tokens, self.words
        if words.language is Language.KO:
            entry = self.glossary.get(named.slug)
            if named.tail.startswith("의") and entry is not None and entry.targets(RelationKind.PART_OF):
                return True  # a city's or a region's; a country's is a party's
            if named.tail.startswith(("에서", "에 ", "에", "으로", "로")) and not named.tail.startswith(
                ("에게", "에 따르면")
            ):
                following = tokens[named.last].low if named.last < len(tokens) else ""
                return not following.startswith(("따르면", "의하면"))
            return self._locative_korean(named, sentence)
        if named.adjective and self.words.language is Language.EN:
            return False
        at = named.first - 1
        steps = 0
        while at >= 0 and steps < 7:
            if tokens[at].low in words.place_words:
                return True
            owner = next((other for other in sentence.named if other.last == at + 1 and other is not named), None)
            if owner is not None:
                at, steps = owner.first - 1, steps + 1
                continue
            if tokens[at].low in words.place_fillers or tokens[at].text in {"'", "’"} or tokens[at].low == "s":
                at, steps = at - 1, steps + 1
                continue
            return bool(
                tokens[at].text == ","
                and steps == 0
                and any(other.last == at and self._is_locative(sentence, other) for other in sentence.named)
            )
        return False

    # -- what span

    def _scope(
        self, sentence: _Sentence, one: _Counted, measure: Measure, trigger: _Hit | None, subject: str | None
    ) -> Scope | None:
        if measure in _UNSCOPED or self._is_change(sentence, one, measure) or self._is_hypothetical(sentence, one):
            return None
        spans = [
            span
            for span in sentence.spans
            if not self._is_claims_time(sentence, span)
            and self._same_clause(sentence, one, trigger, span.start, span.end)
        ]
        near = self._nearest_span(sentence, one, spans)
        held = measure is Measure.AREA and trigger is not None and trigger.kind.name == "held"
        if measure in _STOCKS or held:
            return Scope(ScopeKind.TOTAL)
        if any(
            span.kind is SpanKind.SINCE and self._same_clause(sentence, one, trigger, span.start, span.end, strict=True)
            for span in spans
        ):
            return Scope(ScopeKind.TOTAL)
        if near is not None and near.kind is SpanKind.PERIOD:
            return Scope(ScopeKind.PERIOD, near.first, near.last)
        if near is not None and near.kind is SpanKind.DAY:
            return Scope(ScopeKind.EVENT, near.first, near.last)
        if self._says_total(sentence, one):
            return Scope(ScopeKind.TOTAL)
        size = one.quantity.low or one.quantity.high or 0
        if measure is Measure.AREA:
            return Scope(ScopeKind.EVENT)
        if measure in (Measure.EQUIPMENT, Measure.MUNITIONS):
            return Scope(ScopeKind.TOTAL) if size >= 10 * _TOTAL and subject is not None else None
        if measure is Measure.CAPTURED:
            return Scope(ScopeKind.EVENT if size < _TOTAL else ScopeKind.TOTAL)
        if self.words.occasion.all(sentence.tokens) and one.found.noun != "soldier" and size < _TOTAL * 10:
            return Scope(ScopeKind.EVENT)
        return Scope(ScopeKind.TOTAL if size >= _TOTAL else ScopeKind.EVENT)

    def _nearest_span(self, sentence: _Sentence, one: _Counted, spans: Sequence[FoundSpan]) -> FoundSpan | None:
        placed = [
            span
            for span in spans
            if span.kind in (SpanKind.DAY, SpanKind.PERIOD) and not self._belongs_to_later(sentence, one, span)
        ]
        if not placed:
            return None
        # In Korean the day stands before what happened on it.
        behind = 30 if self.words.language is Language.KO else 0
        return min(
            placed,
            key=lambda span: (
                span.start - one.found.end + behind if span.start >= one.found.end else one.found.start - span.end
            ),
        )

    def _belongs_to_later(self, sentence: _Sentence, one: _Counted, span: FoundSpan) -> bool:
        """Whether a superseded number stands between: risen to 600, up from 300 in January."""
        return any(
            other.superseded and one.found.end <= other.found.start < span.start
            for other in sentence.counted
            if other is not one
        )

    def _says_total(self, sentence: _Sentence, one: _Counted) -> bool:
        tokens = sentence.tokens
        return any(
            self._same_clause(
                sentence, one, one.trigger, tokens[hit.first].start, tokens[hit.last - 1].end, strict=True
            )
            for hit in self.words.totals.all(tokens)
        )

    def _same_clause(
        self, sentence: _Sentence, one: _Counted, trigger: _Hit | None, start: int, end: int, *, strict: bool = False
    ) -> bool:
        """Whether what stands at a place belongs to a quantity's clause: no other clause begins between them.

        A phrase that opens the sentence (Last month, ...) belongs to all of it. `strict` allows no comma either.
        """
        tokens = sentence.tokens
        first, last = min(one.first, one.found.first), max(one.last, one.found.last)
        if trigger is not None and trigger.first - last < 6 and first - trigger.last < 6:
            first, last = min(first, trigger.first), max(last, trigger.last)
        starts = [token.start for token in tokens]
        begin, stop = bisect_left(starts, start), bisect_left(starts, end)
        if begin < first:
            low, high = stop, first
            if begin <= 1:
                return True
        else:
            low, high = last, begin
        breaks = self.words.breaks.all(tokens, low, high)
        commas = sum(token.text in {",", ";"} for token in tokens[low:high])
        if self.words.language is Language.KO:
            return True
        if strict and commas:
            return False
        return (not breaks and commas <= 1) or (commas == 0 and len(breaks) <= 1 and begin < first)

    def _is_change(self, sentence: _Sentence, one: _Counted, measure: Measure) -> bool:
        """Another 300: an increase, unless what came before counts something else (3 killed, another 10 wounded)."""
        hit = self.words.change.before(sentence.tokens, one.found.first, 3)
        if hit is None:
            return False
        return not any(
            other.measure is not None and other.measure is not measure and other.found.start < one.found.start
            for other in sentence.counted
        )

    def _is_hypothetical(self, sentence: _Sentence, one: _Counted) -> bool:
        trigger = one.trigger
        if trigger is None:
            return False
        tokens = sentence.tokens
        first = max(0, trigger.first - 4)
        return any(
            hit.last <= trigger.first
            and not any(t.low in {"have", "been"} or t.text in ",;" for t in tokens[hit.last : trigger.first])
            for hit in self.words.modal.all(tokens, first, trigger.first)
        )

    def _is_claims_time(self, sentence: _Sentence, span: FoundSpan) -> bool:
        """Whether a day is that of the saying: Zelensky said on Saturday; last month, the White House said."""
        tokens = sentence.tokens
        starts = [token.start for token in tokens]
        first = bisect_left(starts, span.start)
        last = bisect_left(starts, span.end)
        if span.kind is SpanKind.DAY and first <= 5 and last < len(tokens) and tokens[last].text in {"-", "–", "—"}:
            return True  # a dateline: KYIV, Jan 13 -
        for claim in sentence.claims:
            korean = self.words.language is Language.KO
            if korean and span.kind is not SpanKind.DAY:
                continue
            if 0 <= first - claim.last <= 2 and all(
                token.low in {"on", "in", "a", "statement", "у", "в", "во", "late", "early"}
                or (token.kind == MARK and token.text != ",")
                for token in tokens[claim.last : first]
            ):
                return True
            if claim.first <= first < claim.last:
                return True
            if (
                last <= claim.first <= last + 2
                and (first <= 1 or self.words.language is not Language.EN)
                and span.days is None
            ):
                between = tokens[last : claim.first]
                if any(token.text == "," for token in between) and first > 1:
                    continue
                if all(token.kind == MARK or token.low in {"the", "president"} for token in between):
                    return True
            if korean and is_claim_verb(tokens, last, self.words.language):
                return True
            if korean and 0 <= first - claim.last <= 1:
                return True
        return False

    # -- who says so, since when

    def _claim(self, sentence: _Sentence, one: _Counted) -> Claim | None:
        """The claim that covers a quantity: the last before it in its clause, else the first after it."""
        if not sentence.claims:
            return None
        if self.words.language is Language.KO:
            before = [claim for claim in sentence.claims if claim.first < one.found.last]
            return before[-1] if before else sentence.claims[0]
        before = [claim for claim in sentence.claims if claim.last <= one.found.first]
        after = [claim for claim in sentence.claims if claim.first >= one.found.last]
        if before:
            chosen = before[-1]
            clauses = self.words.breaks.all(sentence.tokens, chosen.last, one.found.first)
            if not (clauses and after):
                return chosen
        return after[0] if after else (before[-1] if before else None)

    def _claimant(self, claim: Claim | None) -> tuple[str | None, str]:
        if claim is None:
            return None, self.outlet
        if claim.anaphoric:
            low = claim.name.lower()
            meant: tuple[str | None, str] | None = self.context.claimant
            if low in self.words.person_pronouns and (meant is None or self._is_thing(meant[0])):
                meant = self.context.person or meant
            if low in self.words.thing_pronouns:
                meant = self.context.thing or meant
            return meant or (None, self.outlet)
        return claim.slug, claim.name

    def _is_thing(self, slug: str | None) -> bool:
        entry = self.glossary.get(slug)
        return entry is not None and entry.type is not EntityType.PERSON

    def _as_of(self, sentence: _Sentence, claim: Claim | None) -> date | None:
        for span in sentence.spans:
            if span.kind is SpanKind.AS_OF and span.last is not None:
                return span.last
        if claim is not None:
            for span in sentence.spans:
                if span.last is not None and self._is_claims_time(sentence, span):
                    return min(span.last, self.published) if self.published is not None else span.last
        return self.published

    # -- the rest

    def _extent(self, sentence: _Sentence, one: _Counted, trigger: _Hit | None) -> tuple[int, int]:
        """The surface: the quantity with its noun and, where it is near, its trigger."""
        first, last = min(one.first, one.found.first), max(one.last, one.found.last)
        if trigger is not None and trigger.first - last <= 6 and first - trigger.last <= 6:
            others = [other.found.number for other in sentence.counted if other is not one]
            low, high = min(first, trigger.first), max(last, trigger.last)
            if not any(low <= other < high for other in others if not first <= other < last):
                first, last = low, high
        return sentence.tokens[first].start, sentence.tokens[last - 1].end

    def _is_earlier(self, sentence: _Sentence, one: _Counted) -> bool:
        """Whether a number is told as one of before: initially estimated at 10,000; had earlier said that six died."""
        for hit in self.words.initially.all(sentence.tokens, 0, one.found.first):
            between = any(hit.last <= other.found.number < one.found.number for other in sentence.counted)
            if one.found.first - hit.last <= 8 and not between:
                return True
        return False

    def _is_part_of_last(self, measure: Measure) -> bool:
        """Whether the last sentence counted the same, so that this is a part of it."""
        last = self.context.counted
        return last is not None and self.context.counted_age <= 1 and last.final.measure is measure

    def _remember(self, sentence: _Sentence, drafts: Sequence[_Draft]) -> None:
        context, tokens = self.context, sentence.tokens
        for named in sentence.named:
            party = self._party(named.slug)
            near = any(
                self.words.soldiers.at(tokens, at) is not None
                for at in range(named.last, min(named.last + 3, len(tokens)))
            )
            if party is not None and (near or self._has_troops(sentence, named)):
                context.party, context.party_age = party, 0
        actors = [
            party
            for named in sentence.named
            if not named.adjective
            and not self._is_locative(sentence, named)
            and (party := self._party(named.slug)) is not None
        ]
        if actors:
            context.actor, context.actor_age = actors[0], 0
        for draft in drafts:
            if draft.final.subject is not None and draft.final.measure in _PEOPLE_FLOWS | _STOCKS:
                context.party, context.party_age = draft.final.subject, 0
        places = [named.slug for named in sentence.named if self._is_locative(sentence, named)]
        if places:
            best = places[0]
            for slug in places:
                if best in self.glossary.wholes(slug):
                    best = slug
            context.place = best
        context.told = tuple(drafts)
        for index, named in enumerate(sentence.named):
            entry = self.glossary.get(named.slug)
            if entry is None or self._is_locative(sentence, named):
                continue
            if entry.type is EntityType.PERSON:
                context.person = (named.slug, entry.name)
            elif entry.type is EntityType.ORG and (index == 0 or named.first < 8):
                context.thing = (named.slug, entry.name)
        spoken = [claim for claim in sentence.claims if not claim.anaphoric and (claim.slug or claim.name)]
        if spoken:
            context.claimant = (spoken[-1].slug, spoken[-1].name)
        counted = [draft for draft in drafts if draft.final.measure in _PEOPLE_FLOWS | _STOCKS | {Measure.AREA}]
        if counted:
            context.counted, context.counted_age = counted[-1], 0


# ------------------------------------------------------------------------------------------------------- told once


def _once(drafts: Sequence[_Draft]) -> list[_Draft]:
    """The same quantity of one measure and party, told again, is one statement, completed from the later tellings."""
    kept: list[_Draft] = []
    for draft in drafts:
        same = next(
            (
                one
                for one in kept
                if _same(one.final, draft.final) or (draft.definite and _told_before(one.final, draft.final))
            ),
            None,
        )
        if same is None:
            kept.append(draft)
            continue
        same.final = _completed(same, draft)
        same.claim_found = same.claim_found or draft.claim_found
    return kept


def _superseded(drafts: list[_Draft]) -> list[_Draft]:
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


def _told_before(one: StatementDraft, again: StatementDraft) -> bool:
    """Whether a definite number (the two soldiers) is one told before, whatever else its sentence says of it."""
    return (
        one.measure is again.measure and one.quantity.value is not None and one.quantity.value == again.quantity.value
    )


def _same(one: StatementDraft, other: StatementDraft) -> bool:
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


def _scopes_fit(one: Scope | None, other: Scope | None) -> bool:
    """Whether two tellings may be of one thing: days that differ by more than a few are two events."""
    if one is None or other is None:
        return one is other
    if one.kind is ScopeKind.EVENT and other.kind is ScopeKind.EVENT:
        if one.period_from is None or other.period_from is None:
            return True
        return abs((one.period_from - other.period_from).days) <= 3
    if one.kind is ScopeKind.PERIOD and other.kind is ScopeKind.PERIOD:
        return one == other or one.period_from is None or other.period_from is None
    return one.kind is other.kind


def _completed(kept: _Draft, again: _Draft) -> StatementDraft:
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
