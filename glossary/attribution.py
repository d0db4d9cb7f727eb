"""Who says so: the claims of a sentence, in four languages.

Owns `Claim` and its reading. English, Ukrainian and Russian name a claimant before the verb (the SBU said), after it
(заявив Зеленський) or after a preposition (за даними ГУР); Korean marks it with a particle before a verb at the end
(국정원은 ... 밝혔다) or with 에 따르면. `glossary.statements` decides which claim covers which quantity.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from glossary.entries import Glossary
from glossary.lexicon import MARK, NUMBER, WORD, Lexicon, Token, load_yaml
from glossary.words import EntityType, RelationKind
from translations.languages import Language

#: How far from its verb a claimant may stand, in words.
_REACH = 14
_QUOTES = '"“”«»„‘'


class Named(NamedTuple):
    """A mention within a sentence: token indices, and what follows it inside its last token (a particle)."""

    slug: str
    first: int
    last: int
    start: int
    end: int
    tail: str
    adjective: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimant and where its claim stands: tokens `first` to `last` hold claimant and verb.

    `slug` is null where the claimant is no entity; `name` is then what the text calls it. `anaphoric` marks a pronoun,
    whose claimant was named before. `denied` marks a claim that something is not so, `source` one that is cited only
    (according to). `mention` is the index of the claimant among the sentence's names.
    """

    slug: str | None
    name: str
    first: int
    last: int
    anaphoric: bool = False
    denied: bool = False
    mention: int | None = None
    source: bool = False


class _Words:
    def __init__(self, language: Language) -> None:
        data: Mapping[str, Any] = load_yaml("measures.yaml")[language.value]
        self.language = language
        self.according = Lexicon((text, True) for text in data["according"])
        self.verbs = Lexicon((text, True) for text in data["claim_verbs"])
        self.fillers = Lexicon((text, True) for text in data["claim_fillers"]) if data["claim_fillers"] else None
        self.speakers = Lexicon((text, True) for text in data["speakers"])
        self.pronouns = frozenset(data["speaker_pronouns"])
        self.metonyms = Lexicon(data["metonyms"].items())
        self.denials = Lexicon((text, True) for text in data["denials"])
        self.titles = frozenset(data["titles"])
        self.not_names = frozenset(data["not_names"])
        self.that = frozenset(data["that"])


@cache
def _words(language: Language) -> _Words:
    return _Words(language)


def is_claim_verb(tokens: Sequence[Token], index: int, language: Language) -> bool:
    """Whether a verb of saying begins at a token."""
    return _words(language).verbs.at(tokens, index) is not None


def government(slug: str, glossary: Glossary) -> str:
    """A capital named as a speaker or an actor stands for its country's government (Kyiv said)."""
    entry = glossary.get(slug)
    if entry is None or entry.type is not EntityType.PLACE:
        return slug
    capital_of = entry.targets(RelationKind.CAPITAL_OF)
    return capital_of[0] if capital_of else slug


def read_claims(tokens: Sequence[Token], named: Sequence[Named], language: Language, glossary: Glossary) -> list[Claim]:
    """The claims of one sentence, in order."""
    words = _words(language)
    reader = _Korean if language is Language.KO else _Spaced
    return sorted(reader(tokens, named, words, glossary).read(), key=lambda claim: claim.first)


class _Reader:
    def __init__(self, tokens: Sequence[Token], named: Sequence[Named], words: _Words, glossary: Glossary) -> None:
        self.tokens = tokens
        self.named = named
        self.words = words
        self.glossary = glossary

    def claim(self, index: int, first: int, last: int, *, denied: bool = False) -> Claim:
        one = self.named[index]
        name = re.sub(r"['’]s$", "", self.text(one.first, one.last))
        if self.words.language is Language.KO and one.tail:
            name = name.removesuffix(one.tail)
        return Claim(government(one.slug, self.glossary), name, first, last, denied=denied, mention=index)

    def text(self, first: int, last: int) -> str:
        """Tokens as they stand, spaced as they were."""
        out = ""
        for at in range(first, last):
            out += ("" if not out or self.tokens[at].glued else " ") + self.tokens[at].text
        return out


class _Spaced(_Reader):
    def read(self) -> list[Claim]:
        claims = [
            claim
            for hit in self.words.according.all(self.tokens)
            if (claim := self._after_according(hit.first, hit.last))
        ]
        claims = [replace(claim, source=True) for claim in claims]
        for hit in self.words.verbs.all(self.tokens):
            if any(claim.first <= hit.first < claim.last for claim in claims):
                continue
            claim = self._before_verb(hit.first, hit.last) or self._after_verb(hit.first, hit.last)
            if claim is not None:
                claims.append(claim)
        for hit in self.words.denials.all(self.tokens):
            claim = self._before_verb(hit.first, hit.last)
            if claim is not None:
                claims.append(
                    Claim(claim.slug, claim.name, claim.first, claim.last, denied=True, mention=claim.mention)
                )
        return claims

    def _after_according(self, first: int, last: int) -> Claim | None:
        """The first name after the preposition, up to the end of its phrase; else what the phrase calls the source."""
        end = last
        while end < min(len(self.tokens), last + 9):
            token = self.tokens[end]
            if (
                token.kind == NUMBER
                or (token.kind == MARK and token.text not in "'’-\"“”«»(.")
                or token.low in self.words.that
            ):
                break
            if token.text == "." and not token.glued:
                break
            end += 1
        inside = [index for index, one in enumerate(self.named) if last <= one.first < end]
        if inside:
            chosen = self._head(inside, last)
            return self.claim(chosen, first, self.named[inside[-1]].last if inside[-1] == chosen else end)
        metonym = next((hit for hit in self.words.metonyms.all(self.tokens, last, end)), None)
        if metonym is not None:
            return self._metonym(metonym.value, metonym.first, metonym.last, first, end)
        if end == last:
            return None
        if self.tokens[last].low in self.words.pronouns:
            return Claim(None, self.tokens[last].text, first, last + 1, anaphoric=True)
        start = last + 1 if self.tokens[last].low in self.words.titles and end > last + 1 else last
        stop = next(
            (at for at in range(start, end) if self.tokens[at].kind == MARK and self.tokens[at].text in ".("), end
        )
        if stop <= start:
            return None
        name = self.text(start, min(stop, start + 5))
        return Claim(None, name, first, end)

    def _head(self, inside: Sequence[int], last: int) -> int:
        """Of several names the organisation or person that speaks, not the country it belongs to (Ukraine's SBU)."""
        first = self.named[inside[0]]
        for index in inside[1:]:
            between = self.tokens[self.named[index - 1].last : self.named[index].first]
            low = {token.low for token in between}
            if low & {"and", "та", "і", "и", "й"} or self.named[index].first - first.last > 4:
                break
            entry = self.glossary.get(self.named[index].slug)
            if entry is not None and entry.type in (EntityType.ORG, EntityType.PERSON):
                return index
        return inside[0]

    def _before_verb(self, verb: int, end: int) -> Claim | None:
        tokens, words = self.tokens, self.words
        at = verb - 1
        if at >= 0 and tokens[at].low in {"to", "be", "the", "a", "an", "of"} and words.language is Language.EN:
            return None
        limit = max(0, verb - _REACH)
        skipped = 0
        while at >= limit:
            index = self._named_ending(at + 1)
            if index is not None and not (
                skipped and self.named[index].adjective and not self._speaker_between(self.named[index].last, verb)
            ):
                return self._widened(index, end)
            token = tokens[at]
            metonym = words.metonyms.before(tokens, at + 1, 3)
            if metonym is not None:
                return self._metonym(metonym.value, metonym.first, metonym.last, metonym.first, end)
            if token.low in words.pronouns:
                return Claim(None, token.text, at, end, anaphoric=True)
            if token.text == "," and words.language is Language.EN:
                return self._apposition(at, end)
            if words.speakers.before(tokens, at + 1, 3) is not None and skipped <= 3:
                return self._speaker(at, end)
            filler = words.fillers is not None and words.fillers.before(tokens, at + 1, 3) is not None
            if not filler and token.text not in {"'", "’", "-", ")", "("} and not token.low.endswith("ly"):
                if words.language is Language.EN and skipped <= 2 and self._is_name(at):
                    return self._unknown(at, end)
                return None
            skipped += 1
            at -= 1
        return None

    def _speaker_between(self, first: int, last: int) -> bool:
        return any(self.words.speakers.at(self.tokens, at) is not None for at in range(first, last))

    def _apposition(self, comma: int, end: int) -> Claim | None:
        """John Kirby, a spokesman for the White House, said; Ukraine's security service, the SBU, said."""
        tokens = self.tokens
        opening = next((at for at in range(comma - 1, max(-1, comma - 16), -1) if tokens[at].text == ","), None)
        if opening is None:
            return None
        inner = [index for index, one in enumerate(self.named) if opening < one.first and one.last <= comma]
        alone = [index for index in inner if self.named[index].last == comma and self.named[index].first - opening <= 2]
        if alone:
            return self.claim(alone[0], self.named[alone[0]].first, end)
        index = self._named_ending(opening)
        if index is not None:
            return self.claim(index, self.named[index].first, end)
        if self._is_name(opening - 1):
            return self._unknown(opening - 1, end)
        return None

    def _is_name(self, at: int) -> bool:
        token = self.tokens[at]
        return token.kind == WORD and token.text[:1].isupper() and token.low not in self.words.not_names

    def _unknown(self, at: int, end: int) -> Claim:
        first = at
        while first > 0 and self._is_name(first - 1):
            first -= 1
        return Claim(None, self.text(first, at + 1), first, end)

    def _speaker(self, at: int, end: int) -> Claim:
        """A speaker in common words: a name or an adjective in the phrase says whose (Ukrainian officials)."""
        first = at
        while first > 0 and self.tokens[first - 1].kind == WORD and at - first < 5:
            index = self._named_ending(first)
            if index is not None:
                return self._widened(index, end)
            before = self.tokens[first - 1]
            if (
                before.low in self.words.not_names
                or before.low in self.words.that
                or self.words.verbs.at(self.tokens, first - 1)
            ):
                break
            first -= 1
        return Claim(None, self.text(first, at + 1), first, end)

    def _widened(self, index: int, end: int) -> Claim:
        return self.claim(index, self.named[index].first, end)

    def _after_verb(self, verb: int, end: int) -> Claim | None:
        """Said President Zelensky; повідомила СБУ; сообщили в Генштабе."""
        tokens, words = self.tokens, self.words
        english = words.language is Language.EN
        for at in range(end, min(len(tokens), end + (4 if english else 5))):
            token = tokens[at]
            if token.kind == NUMBER or token.low in words.that or (token.kind == MARK and token.text not in "-."):
                return None
            index = self._named_starting(at)
            if index is not None:
                follows = tokens[self.named[index].last].low if self.named[index].last < len(tokens) else "."
                if english and (
                    self.named[index].adjective
                    or follows not in {".", ",", "on", "in", "after", "as", "told", ";", "\n", ":", "”", '"', "–", "—"}
                ):
                    return None
                if not english:
                    index = self._person_behind(index)
                return self.claim(index, verb, self.named[index].last)
            metonym = words.metonyms.at(tokens, at)
            if metonym is not None:
                return self._metonym(metonym.value, metonym.first, metonym.last, verb, metonym.last)
            speaker = words.speakers.at(tokens, at)
            if speaker is not None and not english:
                stop = speaker.last
                inside = self._named_starting(stop)
                if inside is not None:
                    inside = self._person_behind(inside)
                    return self.claim(inside, verb, self.named[inside].last)
                return Claim(None, self.text(speaker.first, stop), verb, stop)
            if english and token.low not in words.titles:
                if self._is_name(at) and verb > 0 and tokens[verb - 1].text in {",", "”", '"'}:
                    stop = at
                    while stop < len(tokens) and self._is_name(stop):
                        stop += 1
                    return Claim(None, self.text(at, stop), verb, stop)
                return None
        return None

    def _person_behind(self, index: int) -> int:
        """Behind a country or an office its holder, where one is named: президент Украины Владимир Зеленский."""
        holder = self._named_starting(self.named[index].last)
        entry = self.glossary.get(self.named[holder].slug) if holder is not None else None
        return holder if holder is not None and entry is not None and entry.type is EntityType.PERSON else index

    def _metonym(self, slug: str, first: int, last: int, start: int, end: int) -> Claim:
        return Claim(slug if slug in self.glossary.entries else None, self.text(first, last), start, end)

    def _named_ending(self, last: int) -> int | None:
        return next((index for index, one in enumerate(self.named) if one.last == last), None)

    def _named_starting(self, first: int) -> int | None:
        return next((index for index, one in enumerate(self.named) if one.first == first), None)


_TOPIC = re.compile(r"^(?:은|는|측은|측이|이|가|의)?$|^(?:은|는)")
_SPEAKER_TOPIC = re.compile(r"(?:은|는|이|가)$")


_PASSIVE = re.compile(r"(?:졌다|된다|됐다|되고|진다|되며|졌으며|됐으며)")


class _Korean(_Reader):
    def read(self) -> list[Claim]:
        claims = []
        for hit in self.words.according.all(self.tokens):
            claim = self._source(hit.first, hit.last)
            if claim is not None:
                claims.append(replace(claim, source=True))
        for hit in self.words.verbs.all(self.tokens):
            claim = self._topic(hit.first, hit.last)
            if claim is not None and not any(
                claim.mention is not None and claim.mention == other.mention for other in claims
            ):
                claims.append(claim)
        if not claims:
            claims.extend(self._unsaid())
        denials = self.words.denials.all(self.tokens)
        return [
            Claim(c.slug, c.name, c.first, c.last, denied=any(d.first >= c.last - 1 for d in denials)) if denials else c
            for c in claims
        ]

    def _unsaid(self) -> list[Claim]:
        """A claim whose claimant is left unsaid, being that of the sentence before: ...이라고 설명했다."""
        for hit in self.words.verbs.all(self.tokens):
            quoted = hit.first > 0 and self.tokens[hit.first - 1].low.endswith(("라고", "다고", "며", "고도"))
            if quoted and not _PASSIVE.search(self.tokens[hit.first].low):
                return [Claim(None, "", hit.first, hit.last, anaphoric=True)]
        return []

    def _source(self, first: int, last: int) -> Claim | None:
        """국정원에 따르면; 우크라이나 국방부 관계자에 따르면."""
        near = [index for index, one in enumerate(self.named) if one.last <= first and first - one.last <= 3]
        if near:
            return self.claim(self._speaking(near), self.named[near[0]].first, last)
        start = first - 1
        if start < 0:
            return None
        name = re.sub(r"(?:에|을|를)$", "", self.tokens[start].text)
        return Claim(None, name, start, last)

    def _speaking(self, near: Sequence[int]) -> int:
        """The last of names side by side, an organisation before the country it belongs to."""
        chosen = near[-1]
        for index in reversed(near):
            entry = self.glossary.get(self.named[index].slug)
            if entry is not None and entry.type in (EntityType.ORG, EntityType.PERSON):
                return index
        return chosen

    def _topic(self, verb: int, end: int) -> Claim | None:
        tokens = self.tokens
        if _PASSIVE.search(tokens[verb].low):
            return None  # passives name nobody: 전해졌다, 추정된다
        best = self._quoted_by(verb)
        for index, one in enumerate(self.named):
            if best is not None or one.last > verb:
                continue
            if one.last == verb or self._topic_after(one, verb):
                best = index
                if self._is_topic(one, verb):
                    break
        if best is not None:
            best = self._officeholder(best)
            return self.claim(best, self.named[best].first, self.named[best].last)
        for at in range(verb):
            if tokens[at].low in self.words.pronouns:
                return Claim(None, tokens[at].text, at, at + 1, anaphoric=True)
            if (
                self.words.speakers.at(tokens, at) is not None
                and _SPEAKER_TOPIC.search(tokens[at].text)
                and tokens[at].low[-1] in "은는"
            ):
                name = re.sub(r"(?:은|는)$", "", tokens[at].text)
                return Claim(None, name, at, at + 1)
        metonym = next(iter(self.words.metonyms.all(tokens, 0, verb)), None)
        if metonym is not None and tokens[metonym.first].low[-1] in "은는이가":
            return Claim(
                metonym.value if metonym.value in self.glossary.entries else None,
                re.sub("[은는이가]$", "", tokens[metonym.first].text),
                metonym.first,
                metonym.last,
            )
        return None

    def _quoted_by(self, verb: int) -> int | None:
        """Who stands between what was said and the verb: ...고 젤렌스키가 말했다."""
        for index, one in enumerate(self.named):
            near = one.last <= verb and verb - one.last <= 2 and one.first > 0
            if not near or not self.tokens[one.first - 1].low.endswith(("고", "며", "면서")):
                continue
            if one.tail[:1] in {"이", "가", "은", "는"} or self.tokens[verb - 1].low[-1] in "이가은는":
                return index
        return None

    def _officeholder(self, index: int) -> int:
        """The person before the country of an office: 젤렌스키 우크라이나 대통령은."""
        if index == 0 or self.named[index - 1].last != self.named[index].first:
            return index
        entry = self.glossary.get(self.named[index - 1].slug)
        return index - 1 if entry is not None and entry.type is EntityType.PERSON else index

    def _topic_after(self, one: Named, verb: int) -> bool:
        if one.tail[:1] in {"은", "는", "측"}:
            return True
        if one.tail[:1] in {"이", "가"} and verb - one.last <= 2:
            return True
        return self._is_topic(one, verb)

    def _is_topic(self, one: Named, verb: int) -> bool:
        """은 or 는 after the name, or after the office that follows it (젤렌스키 대통령은; 보안국(SBU)은)."""
        if one.tail[:1] in {"은", "는"} or one.tail.startswith("측은"):
            return True
        if one.tail and one.tail not in {"의", "군"}:
            return False
        at = one.last
        while at < min(verb, one.last + 4):
            token = self.tokens[at]
            if token.kind == MARK and token.text in "()":
                at += 1
                continue
            if self.words.speakers.at(self.tokens, at) is not None or token.glued:
                if token.text[-1] in "은는":
                    return True
                at += 1
                continue
            return False
        return False
