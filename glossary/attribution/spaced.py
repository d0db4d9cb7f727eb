"""The claims of English, Ukrainian and Russian sentences.

Owns where a claimant stands: before its verb (the SBU said), after it (заявив Зеленський) or after a preposition
(за даними ГУР); and that behind an office stands who holds it (заявив міністр оборони України Рустем Умєров).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from glossary.attribution.reader import Claim, ClaimReader
from glossary.lexicon import MARK, NUMBER, WORD
from glossary.quantities.words import currency_signs, nouns, spaced_words
from glossary.words import EntityType
from translations.languages import Language

#: How far from its verb a claimant may stand, in words.
_REACH = 14
#: Words of an office before the name of its holder: голова Харківської обласної адміністрації Олег Синєгубов.
_OFFICE = 8
#: A full name is of two words at least, and of as many at most.
_FULL_NAME = range(2, 4)

#: What English glues to an owner.
_GENITIVE = frozenset({"'", "’", "s", "'s", "’s"})
#: Words that may stand before the word of an office: the acting regional governor.
_BEFORE_TITLE = 3
#: What was said ends so before the verb of who said it: ..., заявив Мельник.
_BEFORE_SAYING = frozenset({",", "»", "”", '"', "-", "–", "—"})
#: Ukrainian and Russian adjectives in the nominative.
_ADJECTIVE = re.compile(r"(?:ий|ій|а|е|і|ый|ой|ая|яя|ое|ее|ые|ие)$")


def _is_outlet(text: str, language: Language) -> bool:
    """Whether a word alone is a name of the press: an acronym, or Latin in Cyrillic (CNN, Reuters)."""
    acronym = len(text) > 2 and text.isalpha() and text.isupper()
    return acronym or (language is not Language.EN and text[:1].isupper() and text.isascii() and text.isalpha())


class SpacedReader(ClaimReader):
    """Claims of a language that writes its words apart."""

    def read(self) -> list[Claim]:
        """Claims by words such as according to, by verbs of saying, and by denials."""
        claims = [
            claim
            for hit in self.words.according.all(self.tokens)
            if (claim := self._after_according(hit.first, hit.last))
        ]
        claims = [replace(claim, source=True) for claim in claims]
        taken = {at for claim in claims for at in range(claim.first, claim.last)}
        # A verb of saying inside a name is none: the United States.
        taken |= {at for one in self.named for at in range(one.first, one.last)}
        for hit in self.words.verbs.all(self.tokens):
            if hit.first in taken or self._sets_number(hit.first, hit.last):
                continue
            claim = self._of_verb(hit.first, hit.last)
            if claim is not None:
                claims.append(claim)
                taken.update(range(claim.first, claim.last))
        for hit in self.words.denials.all(self.tokens):
            claim = self._before_verb(hit.first, hit.last)
            if claim is not None:
                claims.append(
                    Claim(claim.slug, claim.name, claim.first, claim.last, denied=True, mention=claim.mention)
                )
        return [self._by_office(claim) for claim in claims]

    def _sets_number(self, first: int, last: int) -> bool:
        """Whether a verb such as put acts on a number and says none: put 7,000 troops there, not put the toll at 14."""
        if self.tokens[first].low not in self.words.setting_verbs or last >= len(self.tokens):
            return False
        words, following = spaced_words(self.words.language), self.tokens[last]
        bound = words.before.at(self.tokens, last)
        at = bound.last if bound is not None else last
        counts = at < len(self.tokens) and (self.tokens[at].kind == NUMBER or self.tokens[at].low in words.cardinals)
        return counts or following.text in currency_signs()

    def _by_office(self, claim: Claim) -> Claim:
        """A country's claim as its office's, where one is named with it: Ukraine's air force."""
        if claim.mention is None or claim.slug is None or self.type_of(claim.mention) is not EntityType.PLACE:
            return claim
        one = self.named[claim.mention]
        behind = one.last
        while behind < len(self.tokens) and self.tokens[behind].low in _GENITIVE:
            behind += 1
        hit = self.words.offices.at(self.tokens, behind)
        if hit is None and one.first > 1 and self.tokens[one.first - 1].low in self.words.prepositions | {"of"}:
            hit = self.words.offices.before(self.tokens, one.first - 1)
        if hit is None:
            return claim
        slugs = (f"{claim.slug}-{hit.value}", f"{hit.value}-{claim.slug}")
        slug = next((slug for slug in slugs if slug in self.glossary.entries), claim.slug)
        first, last = min(one.first, hit.first), max(one.last, hit.last)
        return replace(claim, slug=slug, name=self.text(first, last), first=min(first, claim.first))

    def _of_verb(self, verb: int, end: int) -> Claim | None:
        """Who says it: named before the verb, else after it; but what is said comes first in О гибели 300 ... КНДР."""
        before = self._before_verb(verb, end)
        if before is not None and self.words.language is not Language.EN and self._is_told(before, verb):
            return self._after_verb(verb, end) or before
        return before or self._after_verb(verb, end)

    def _is_told(self, before: Claim, verb: int) -> bool:
        """Whether a name before the verb belongs to what is told: про загибель 300 бійців КНДР повідомила НРС."""
        if before.mention is None or self.type_of(before.mention) is EntityType.PERSON:
            return False
        one = self.named[before.mention]
        counted = nouns(self.words.language).before(self.tokens, one.first, 2)
        return one.last == verb and (self.tokens[0].low in self.words.that or counted is not None)

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
            if not self.is_office(chosen) and self.named[chosen].first > last:
                return self._named_by_office(last, first, end)  # the mayor of Kharkiv, whoever that is
            return self.claim(chosen, first, self.named[inside[-1]].last if inside[-1] == chosen else end)
        metonym = next((hit for hit in self.words.metonyms.all(self.tokens, last, end)), None)
        if metonym is not None:
            return self._metonym(metonym.value, metonym.first, metonym.last, first, end)
        if end == last:
            return None
        if self.tokens[last].low in self.words.pronouns:
            return Claim(None, self.tokens[last].text, first, last + 1, anaphoric=True)
        if self.words.language is not Language.EN:
            return self._named_by_office(last, first, end)
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
            index = self.ending(at + 1)
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
                if skipped <= 2 and self._is_name(at):
                    unknown = self._unknown(at, end)
                    # Elsewhere a capital alone may begin a sentence.
                    return unknown if words.language is Language.EN or unknown.name.count(" ") else None
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
        index = self.ending(opening)
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
            index = self.ending(first)
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
            index = self.starting(at)
            if index is not None:
                follows = tokens[self.named[index].last].low if self.named[index].last < len(tokens) else "."
                if english and (
                    self.named[index].adjective
                    or follows not in {".", ",", "on", "in", "after", "as", "told", ";", "\n", ":", "”", '"', "–", "—"}
                ):
                    return None
                if not english and self.type_of(index) is not EntityType.PERSON:
                    return self._named_by_office(at, verb)
                return self.claim(index, verb, self.named[index].last)
            metonym = words.metonyms.at(tokens, at)
            if metonym is not None:
                return self._metonym(metonym.value, metonym.first, metonym.last, verb, metonym.last)
            if not english and words.speakers.at(tokens, at) is not None:
                return self._named_by_office(at, verb)
            if not english and at == end and self._is_name(at) and tokens[verb - 1].text in _BEFORE_SAYING:
                return Claim(None, self.text(at, self._full_name(at) or at + 1), verb, self._full_name(at) or at + 1)
            if english and token.low not in words.titles:
                if self._is_name(at) and verb > 0 and tokens[verb - 1].text in {",", "”", '"'}:
                    stop = at
                    while stop < len(tokens) and self._is_name(stop):
                        stop += 1
                    return Claim(None, self.text(at, stop), verb, stop)
                return None
        return None

    def _named_by_office(self, at: int, first: int, last: int | None = None) -> Claim:
        """The claim of an office that begins at a token: of its holder where one is named, else of its organisation.

        An office in a town of which no holder is known keeps its words: мер Харкова.
        """
        stop, offices = at, []
        end = min(len(self.tokens), at + _OFFICE + len(_FULL_NAME))
        while stop < end:
            index = self.starting(stop)
            if index is not None:
                if self.type_of(index) is EntityType.PERSON:
                    return self.claim(index, first, last or self.named[index].last)
                offices.append(index)
                stop = self.named[index].last
                continue
            if stop > at and (holder := self._full_name(stop)) is not None:
                return Claim(None, self.text(stop, holder), first, last or holder)
            token = self.tokens[stop]
            quoted = token.kind == MARK and token.text in '«»"“”-‑'
            told = token.low in self.words.prepositions or token.low in self.words.that
            if (token.kind != WORD and not quoted) or told or self.words.verbs.at(self.tokens, stop):
                break
            stop += 1
        speaking = [index for index in offices if self.is_office(index)]
        if speaking:
            of = next((one for one in speaking if self.type_of(one) is EntityType.ORG), speaking[0])
            return self.claim(of, first, last or self.named[speaking[-1]].last)
        return Claim(None, self.text(at, max(stop, at + 1)), first, last or max(stop, at + 1))

    def alone(self, first: int, last: int) -> Claim | None:
        """ГУР; речник Сил оборони півдня Владислав Волошин; the mayor of Odesa."""
        inside = [index for index, one in enumerate(self.named) if first <= one.first and one.last <= last]
        titled = self._begins_titled(first, last)
        begins = self.starting(first)
        if begins is not None and self.named[begins].last == last and not self.named[begins].adjective:
            return self.claim(begins, first, last) if self.is_office(begins) else None
        person = next((index for index in inside if self.type_of(index) is EntityType.PERSON), None)
        if person is not None and (titled or self.named[person].last == last):
            return self.claim(person, first, last)
        if all(_is_outlet(self.tokens[at].text, self.words.language) for at in range(first, last)):
            return Claim(None, self.text(first, last), first, last)
        agency = begins is not None and self.type_of(begins) is EntityType.ORG
        if titled or agency or self._full_name(first) == last:
            claim = self._named_by_office(first, first, last)
            return claim if claim.slug is not None or titled else Claim(None, self.text(first, last), first, last)
        return None

    def _begins_titled(self, first: int, last: int) -> bool:
        """Whether a phrase begins with an office, or with whose or what office it is: regional officials."""
        for at in range(first, min(last, first + _BEFORE_TITLE + 1)):
            if self.words.speakers.at(self.tokens, at) is not None:
                return True
            english = self.words.language is Language.EN and self.tokens[at].low not in self.words.prepositions
            if not (english or self.starting(at) is not None or _ADJECTIVE.search(self.tokens[at].low)):
                return False
        return False

    def _full_name(self, at: int) -> int | None:
        """Where a full name that begins at a token ends: Олександр Прокудін; capitals as in ОВА are no name's."""
        stop = at
        while stop < len(self.tokens) and stop - at < _FULL_NAME.stop and self.starting(stop) is None:
            text = self.tokens[stop].text
            if self.tokens[stop].kind != WORD or not text[:1].isupper() or text.isupper():
                break
            stop += 1
        return stop if stop - at in _FULL_NAME else None

    def _metonym(self, slug: str, first: int, last: int, start: int, end: int) -> Claim:
        return Claim(slug if slug in self.glossary.entries else None, self.text(first, last), start, end)
