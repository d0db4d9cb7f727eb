"""The claims of Korean sentences.

Owns the speaker's phrase, which is names and titles with one particle at its end (젤렌스키 우크라이나 대통령은), and
its verb, which stands far behind it (국정원은 ... 밝혔다), right behind it (...고 국정원이 밝혔다), or is 에 따르면.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from glossary.attribution.reader import Claim, ClaimReader, claim_words
from glossary.lexicon import MARK, NUMBER, WORD
from glossary.words import EntityType
from translations.languages import Language

_TOPIC = ("은", "는")
_SUBJECT = ("이", "가")
#: After a name or a title that more of the same phrase may follow: 우크라이나의 젤렌스키 대통령은.
_OPEN = frozenset({"", "의", "군", "측"})
#: Words between a name and the title that closes its phrase: 커비 백악관 국가안보소통보좌관은.
_MODIFIERS = 2
#: Who is cited stands so many words before the word of citing: 국정원 보고 자료에 따르면.
_CITED_WITHIN = 3
#: Words of a name before its title.
_FULL_NAME = 2
#: Ranks of speakers: troops are spoken of more often than they speak.
_GOVERNMENT, _TROOPS = 2, 3
_OBJECT = ("을", "를")
#: Passives name nobody: 전해졌다, 추정된다, 파악됐다.
_PASSIVE = re.compile(r"(?:졌다|된다|됐다|되고|진다|되며|졌으며|됐으며|됐고|되는|된\b)")
#: The word before a verb of saying ends so where what was said ends there: ...고 밝혔다; ...것으로 보고 있다.
_SAID = ("라고", "다고", "자고", "냐고", "며", "면서", "고도", "으로", "을", "를")
#: What was said ends so before who said it: ...했다고 젤렌스키 대통령이 말했다.
_QUOTED = ("고", "며", "면서", "다는", "것으로")
#: Particles that a name or a title may end in.
_PARTICLES = (
    *("은", "는", "이", "가", "도", "의", "에", "에게", "을", "를", "과", "와", "로", "으로", "에서", "에선", "에서는"),
    *("에게서", "이나", "나", "만", "까지", "인", "이자"),
)
_ENDING = rf"(?:들)?(?:측)?(?P<ending>|{'|'.join(_PARTICLES)})"
#: Quotation marks around what a headline quotes.
_OPENING = frozenset("\"“«„‘'")
_CLOSING = frozenset("\"”»’'")


class Phrase(NamedTuple):
    """Names (indices), titles and what a phrase ends in; tokens `first` to `last`."""

    names: tuple[int, ...]
    first: int
    last: int
    ending: str

    @property
    def is_topic(self) -> bool:
        """Whether it is what the sentence is about."""
        return self.ending.endswith(_TOPIC)

    @property
    def is_subject(self) -> bool:
        """Whether it is who acts."""
        return self.ending.endswith(_SUBJECT)


@cache
def _title() -> re.Pattern[str]:
    """A title by itself or at the end of a word (국방장관, 부대변인), with its particle."""
    stems = sorted(claim_words(Language.KO).speaker_stems, key=len, reverse=True)
    long = "|".join(re.escape(stem) for stem in stems if len(stem) > 1)
    short = "|".join(re.escape(stem) for stem in stems if len(stem) == 1)
    return re.compile(rf"(?:[가-힣]*(?:{long})|(?:{short or long})){_ENDING}$")


class KoreanReader(ClaimReader):
    """Claims by particles and by the verb at the end."""

    def read(self) -> list[Claim]:
        """Claims by 에 따르면 and by verbs, else one whose claimant is left unsaid."""
        phrases = self.phrases()
        claims = []
        for hit in self.words.according.all(self.tokens):
            claim = self._source(phrases, hit.first, hit.last)
            if claim is not None:
                claims.append(replace(claim, source=True))
        for hit in self.words.verbs.all(self.tokens):
            claim = self._of_verb(phrases, hit.first)
            if claim is not None and not any((claim.mention, claim.name) == (o.mention, o.name) for o in claims):
                claims.append(claim)
        if not claims:
            claims.extend(self._unsaid())
        denials = self.words.denials.all(self.tokens)
        return [replace(c, denied=any(d.first >= c.last - 1 for d in denials)) for c in claims] if denials else claims

    def phrases(self) -> list[Phrase]:
        """The phrases of names and titles, in order; titles alone too (정보당국은)."""
        found: list[Phrase] = []
        at = 0
        while at < len(self.tokens):
            phrase = self._phrase(at)
            if phrase is None:
                at += 1
            else:
                found.append(phrase)
                at = phrase.last
        return found

    def _phrase(self, first: int) -> Phrase | None:
        names: list[int] = []
        at, ending = first, ""
        while at < len(self.tokens):
            index = self.starting(at)
            if index is not None:
                names.append(index)
                at, ending = self.named[index].last, self.named[index].tail
            elif (title := self._title_at(at)) is not None:
                at, ending = at + 1, title
            elif at > first and (closing := self._aside(at)) is not None:
                names.extend(inner for inner in range(len(self.named)) if at < self.named[inner].first < closing)
                at, ending = self._after_aside(closing)
            elif names and (stop := self._before_title(at)) is not None:
                at = stop
                continue
            else:
                break
            if ending not in _OPEN:
                break
        return Phrase(tuple(names), first, at, ending) if at > first else None

    def _title_at(self, at: int) -> str | None:
        token = self.tokens[at]
        matched = _title().match(token.low) if token.kind == WORD else None
        return matched.group("ending") if matched else None

    def _before_title(self, at: int) -> int | None:
        """Where a title stands after words that only say of what."""
        for stop in range(at, min(at + _MODIFIERS, len(self.tokens) - 1)):
            if self.tokens[stop].kind != WORD or self.tokens[stop].low.endswith((*_TOPIC, *_SUBJECT, "에", "를", "을")):
                return None
            if self.starting(stop + 1) is None and self._title_at(stop + 1) is not None:
                return stop + 1
        return None

    def _aside(self, at: int) -> int | None:
        """Where the parenthesis that opens at a token closes: 보안국(SBU)은."""
        if self.tokens[at].text != "(":
            return None
        return next((stop for stop in range(at, min(at + 6, len(self.tokens))) if self.tokens[stop].text == ")"), None)

    def _after_aside(self, closing: int) -> tuple[int, str]:
        following = closing + 1
        if following < len(self.tokens) and self.tokens[following].glued and self.tokens[following].kind == WORD:
            matched = re.fullmatch(_ENDING, self.tokens[following].low)
            if matched is not None:
                return following + 1, matched.group("ending")
        return following, ""

    # -- who speaks

    def _head(self, phrase: Phrase) -> int | None:
        """Of the names of a phrase the person, else the last organisation, else the last: 북한 조선중앙통신."""
        for type_ in (EntityType.PERSON, EntityType.ORG):
            of_type = [index for index in phrase.names if self.type_of(index) is type_]
            if of_type:
                return of_type[-1]
        return phrase.names[-1] if phrase.names else None

    def said_by(self, phrase: Phrase, last: int | None = None) -> Claim | None:
        """The claim of who a phrase names; one of a town's office, or without a name, keeps its words."""
        head = self._head(phrase)
        if head is not None and self.is_office(head):
            return self.claim(head, phrase.first, last or phrase.last)
        name = self.text(phrase.first, phrase.last).removesuffix(phrase.ending)
        metonym = self.words.metonyms.at(self.tokens, phrase.first)
        if metonym is not None and metonym.value in self.glossary.entries:
            return Claim(metonym.value, name, phrase.first, last or phrase.last)
        titled = head is None or phrase.last > self.named[head].last
        return Claim(None, name, phrase.first, last or phrase.last) if name and titled else None

    def _rank(self, phrase: Phrase) -> int:
        """Who rather speaks: a person or an agency, then a title alone, a government, and least troops."""
        head = self._head(phrase)
        if head is None:
            return 1
        if self.type_of(head) is EntityType.PERSON:
            return 0
        last = self.tokens[phrase.last - 1].low.removesuffix(phrase.ending)
        if last.endswith("군") and not last.endswith(("공군", "해군", "육군")):
            return _TROOPS
        return 0 if self.type_of(head) is EntityType.ORG else _GOVERNMENT

    # -- what stands where

    def _source(self, phrases: list[Phrase], first: int, last: int) -> Claim | None:
        """국정원에 따르면; 안드리 유소우 우크라이나 국방부 대변인에 따르면."""
        near = [
            one
            for one in phrases
            if one.last <= first and first - one.last <= _CITED_WITHIN and not one.is_topic and not one.is_subject
        ]
        for phrase in reversed(near):
            claim = self.said_by(phrase, last)
            if claim is not None:
                return claim
        start = first - 1
        if start < 0 or self.tokens[start].kind != WORD:
            return None
        return Claim(None, re.sub(r"(?:에|을|를)$", "", self.tokens[start].text), start, last)

    def _of_verb(self, phrases: list[Phrase], verb: int) -> Claim | None:
        if _PASSIVE.search(self.tokens[verb].low):
            return None
        if self.tokens[verb].low.startswith("했") and verb and self.tokens[verb - 1].low.endswith(_OBJECT):
            return None  # 훈련을 했다 is done, not said
        before = [one for one in phrases if one.last <= verb]
        quoting = self._quoted_by(before, verb)
        if quoting is not None:
            return self._with_name(self.said_by(quoting), quoting)
        if before and before[-1].last == verb and not before[-1].ending and self._ends(verb):
            return self.said_by(before[-1])  # a headline: ...러 국방부 주장
        said = verb > 0 and (self.tokens[verb - 1].low.endswith(_SAID) or self.tokens[verb - 1].kind == MARK)
        speakers = [
            one
            for one in before
            if one.is_topic or (one.is_subject and (verb - one.last <= 1 or (said and self._rank(one) < _GOVERNMENT)))
        ]
        # A government and troops speak only where nobody else does.
        for phrase in sorted(speakers, key=lambda one: (self._rank(one), not one.is_topic)):
            claim = self.said_by(phrase)
            if claim is not None:
                return claim
        for at in range(verb):
            if self.tokens[at].low in self.words.pronouns:
                return Claim(None, self.tokens[at].text, at, at + 1, anaphoric=True)
        return None

    def _with_name(self, claim: Claim | None, phrase: Phrase) -> Claim | None:
        """A title's claim with the words before it, which name who holds it: ...고 이반 페도로우 주지사가 밝혔다."""
        first = phrase.first
        while first > 0 and phrase.first - first < _FULL_NAME and self.tokens[first - 1].kind == WORD:
            if self.tokens[first - 1].low.endswith(_QUOTED):
                break
            first -= 1
        if claim is None or claim.slug is not None or first == phrase.first or not first:
            return claim
        return replace(claim, name=f"{self.text(first, phrase.first)} {claim.name}", first=first)

    def _ends(self, verb: int) -> bool:
        return all(token.kind == MARK for token in self.tokens[verb + 1 :])

    def _quoted_by(self, phrases: list[Phrase], verb: int) -> Phrase | None:
        """Who stands between what was said and the verb: ...고 젤렌스키 대통령이 15일 말했다."""
        for phrase in reversed(phrases):
            if phrase.first == 0 or not (phrase.is_topic or phrase.is_subject):
                continue
            between = self.tokens[phrase.last : verb]
            if len(between) > 2 or any(token.kind not in (NUMBER, WORD) for token in between):
                return None
            named = 0 if phrase.names else _FULL_NAME
            start = range(phrase.first - 1, max(-1, phrase.first - 2 - named), -1)
            if any(self.tokens[at].low.endswith(_QUOTED) for at in start):
                return phrase
        return None

    def _unsaid(self) -> list[Claim]:
        """A claim whose claimant is left unsaid, being that of the sentence before: ...이라고 설명했다."""
        for hit in self.words.verbs.all(self.tokens):
            quoted = hit.first > 0 and self.tokens[hit.first - 1].low.endswith(("라고", "다고", "며", "고도"))
            if quoted and not _PASSIVE.search(self.tokens[hit.first].low):
                return [Claim(None, "", hit.first, hit.last, anaphoric=True)]
        return []

    def alone(self, first: int, last: int) -> Claim | None:
        """The claim of names and titles that are all of a phrase."""
        phrase = next((one for one in self.phrases() if (one.first, one.last) == (first, last)), None)
        return self.said_by(phrase) if phrase is not None and not phrase.ending else None

    def beside_quotation(self, first: int) -> Claim | None:
        """국정원 "..."; 젤렌스키 대통령, "..."; "..." 부다노우. `first` is where the headline begins."""
        tokens = self.tokens
        for phrase in self.phrases():
            if phrase.ending:
                continue
            opening = phrase.last + (phrase.last < len(tokens) and tokens[phrase.last].text == ",")
            if phrase.first == first and opening < len(tokens) and tokens[opening].text in _OPENING:
                return self.said_by(phrase)
            behind = phrase.first > 1 and tokens[phrase.first - 1].text in _CLOSING
            if behind and all(token.kind == MARK for token in tokens[phrase.last :]):
                return self.said_by(phrase)
        return None
