"""What each hit is, decided from all of the article: support for weak forms, family names, people of the same name.

Owns `FoundMention` and `Article`. Nothing comes after it in this package; what mentions mean for an article is for the
pipeline to decide.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from glossary.entries import Glossary
from glossary.inflect import family_names_first, is_given_name
from glossary.matching.index import MARKS, Form, Index
from glossary.matching.neighbours import (
    NAME_BEFORE,
    begins_sentence,
    is_a_younger_person,
    is_part_of_another,
    is_part_of_another_person,
)
from glossary.matching.scanning import Hit
from glossary.matching.words import words_of
from glossary.normalize import fold
from glossary.words import EntityType, RelationKind, Via
from translations.languages import Language


@dataclass(frozen=True, slots=True)
class FoundMention:
    """An entity found in a text: ``text[start:end] == surface``; `form` is the text of the glossary's form.

    The surface is the name alone, without a particle, a glued noun or a possessive ending.
    """

    slug: str
    start: int
    end: int
    surface: str
    form: str
    via: Via
    certain: bool


_Options = tuple[tuple[int, Via], ...]
#: An option of a hit, and whether it is certain.
_Decision = tuple[Form, Via, bool]


class _Situation(NamedTuple):
    """All that a decision about a hit depends on but what the whole article says.

    `may_be_a_thing` says that its capital tells nothing, `given` is the given name before it (`_given_before`),
    `goes_on` and `is_anothers` say that it is part of a full name that the glossary lacks, `introduced` is how many
    people are introduced by then, `backed` says that its sentence speaks of what such a name stands for, and `joined`
    that it is named along with one that is certain.
    """

    options: _Options
    may_be_a_thing: bool
    given: str
    goes_on: bool
    is_anothers: bool
    introduced: int
    backed: bool
    joined: bool


@dataclass
class Article:
    """The hits of one text, and what they say about each other."""

    glossary: Glossary
    index: Index
    text: str
    hits: Sequence[Hit]
    # Where each person's full name first stands; which entities have a strong form, and which forms those are.
    introduced: dict[str, int] = field(default_factory=dict)
    strong: dict[str, set[str]] = field(default_factory=dict)
    _folded: str | None = None
    _starts_and_ends: tuple[frozenset[int], frozenset[int]] | None = None
    _last_before: tuple[int, re.Match[str] | None] | None = None
    _scores: dict[tuple[str, str], int] = field(default_factory=dict)
    # What repeats is decided once: what is left of options, the plain one of them, and what they are in a situation.
    _left: dict[tuple[_Options, bool], _Options] = field(default_factory=dict)
    _chosen: dict[_Options, tuple[Form, Via] | None] = field(default_factory=dict)
    _decided: dict[_Situation, _Decision | None] = field(default_factory=dict)
    _has: dict[str, bool] = field(default_factory=dict)
    _doubts: dict[_Options, tuple[tuple[Form, ...], ...]] = field(default_factory=dict)
    _sentences: dict[tuple[_Options, str, int], tuple[bool, bool, int]] = field(default_factory=dict)
    _introductions: list[int] = field(default_factory=list)
    _other_people: frozenset[str] | None = None

    def mentions(self) -> Iterator[FoundMention]:
        """The mentions, in order. Hits that turn out to be nobody's are left out."""
        forms, language, text = self.index.forms, self.index.language, self.text
        kept: list[Hit] = []
        for hit in self.hits:
            start, end, options = hit
            if len(options) == 1:  # nearly all, and most of those are decided by what they are alone
                form = forms[options[0][0]]
                if not form.guarded or (
                    form.type is EntityType.PERSON
                    and not form.in_phrase
                    and not is_part_of_another_person(text, start, end, language)
                ):
                    kept.append(hit)
                    continue
            if (left := self._without_parts(hit)) is not None:
                kept.append(left)
        self.hits = kept
        self._starts_and_ends = None
        plain = [self._plain(hit) for hit in kept]
        for hit, option in zip(kept, plain, strict=True):
            if option is None:
                continue
            form = option[0]
            if form.slug in self.strong:
                self.strong[form.slug].add(form.text)
            else:
                self.strong[form.slug] = {form.text}
            if form.introduces and form.slug not in self.introduced:
                self.introduced[form.slug] = hit.start
        self._introductions = sorted(self.introduced.values())
        for hit, option in zip(kept, plain, strict=True):
            start, end, _ = hit
            if option is not None:
                form, via = option
                yield FoundMention(form.slug, start, end, text[start:end], form.text, via, True)
            elif (decided := self._decision(hit)) is not None:
                form, via, certain = decided
                yield FoundMention(form.slug, start, end, text[start:end], form.text, via, certain)

    def _plain(self, hit: Hit) -> tuple[Form, Via] | None:
        """The option of a hit whose only entity with a form that needs no support it is; None for all other hits."""
        forms = self.index.forms
        options = hit.options
        if len(options) == 1 and (form := forms[options[0][0]]).sure and options[0][1] is not Via.SURNAME:
            return form, options[0][1]
        if options in self._chosen:
            chosen = self._chosen[options]
        else:
            chosen = self._chosen[options] = self._strong_option(options)
        if chosen and (chosen[0].is_family_name or chosen[0].is_noun):
            form = chosen[0]
            if self._is_namesake(hit, form) or self._may_be_a_thing(hit, form):
                return None
        return chosen

    def _may_be_a_thing(self, hit: Hit, form: Form) -> bool:
        """Whether a name that is a thing's too has a capital only since a sentence begins, or none (Суми, в турке)."""
        if not form.is_noun:
            return False
        if form.is_family_name:
            return begins_sentence(self.text, hit.start)
        surface = self.text[hit.start : hit.end]
        return (surface.islower() or begins_sentence(self.text, hit.start)) and (
            _folded(surface) in words_of(self.index.language).things
        )

    def _strong_option(self, options: _Options) -> tuple[Form, Via] | None:
        """The option of the only entity of those with a form that needs no support."""
        forms = self.index.forms
        chosen: tuple[Form, Via] | None = None
        for number, via in options:
            form = forms[number]
            if form.weak or via is Via.SURNAME:
                continue
            if chosen is None:
                chosen = (form, via)
            elif chosen[0].slug != form.slug:
                return None
            elif via is Via.EXACT and chosen[1] is not Via.EXACT:
                chosen = (form, via)
        return chosen

    def _without_parts(self, hit: Hit) -> Hit | None:
        """A hit without the options that the words beside it make part of another name; None if none is left."""
        forms = self.index.forms
        start, end, options = hit
        language, (starts, ends) = self.index.language, self._edges()
        is_anothers = is_part_of_another_person(self.text, start, end, language)
        known = self._left.get((options, is_anothers))
        if known is not None:
            return hit if known is options else Hit(start, end, known) if known else None
        alone = True  # whether the words beside the hit were not asked for

        def stays(form: Form) -> bool:
            nonlocal alone
            if not form.guarded:
                return True
            if not form.slug:  # another thing's name, in which one of the glossary's stands
                return False
            if is_anothers and form.type is EntityType.PERSON and not is_a_younger_person(form, language):
                return False
            if form.type is EntityType.PERSON and not form.in_phrase:
                return True
            alone = False
            if form.type is EntityType.ORG and self._is_anothers_body(hit, form):
                return False
            return not is_part_of_another(self.text, start, end, form, language, ends, starts)

        left = tuple(option for option in options if stays(forms[option[0]]))
        # A family name is found by its own form and by the full name's: what rules one out rules out both.
        if len(left) == len(options):
            left = options
        else:
            gone = {forms[number].slug for number, _ in set(options) - set(left)}
            left = tuple(one for one in left if one[1] is not Via.SURNAME or forms[one[0]].slug not in gone)
        if alone:
            self._left[options, is_anothers] = left
        return hit if left is options else Hit(start, end, left) if left else None

    def _is_anothers_body(self, hit: Hit, form: Form) -> bool:
        """Whether another country right before a Korean name makes it that country's: 미 합참의장, 독일 국회."""
        if self.index.language is not Language.KO or hit.start - 1 not in self._edges()[1]:
            return False
        before = self.hits[bisect_left(self.hits, hit.start, key=lambda one: one.start) - 1]
        number, via = before.options[0]
        country = self.index.forms[number]
        own = self.glossary[form.slug].targets(RelationKind.AGENCY_OF)
        is_country = country.type is EntityType.PLACE and not country.is_part and via is not Via.ADJECTIVE
        return is_country and country.slug not in own and self.text[hit.start - 1] == " "

    def _is_namesake(self, hit: Hit, form: Form) -> bool:
        """Whether a family name alone stands after a given name that is not the person's own (Olena Budanov)."""
        given = self._given_before(hit)
        if not given:
            return False
        own = {
            _folded(part)
            for other in self.glossary[form.slug].forms
            if " " in other.text
            for part in other.text.split()
            if part != form.text
        }
        return not any(fuzz.ratio(_folded(given), name) >= _SAME_GIVEN_NAME for name in own)

    def _given_before(self, hit: Hit) -> str:
        """The given name before a hit, empty where there is none, or where it belongs to another name."""
        before = self._name_before(hit.start)
        if before is None or before.end(1) in self._edges()[1] or not is_given_name(before[1], self.index.language):
            return ""
        return before[1]

    def _decision(self, hit: Hit) -> _Decision | None:
        """What a hit is that no option alone decides; a hit in the situation of an earlier one is the same."""
        if (doubts := self._doubts.get(hit.options)) is None:
            forms = [self.index.forms[number] for number, _ in hit.options]
            doubts = self._doubts[hit.options] = (
                tuple(form for form in forms if form.is_noun),
                tuple(filter(self._can_be_backed, forms)),
                tuple(filter(_can_be_joined, forms)),
            )
        nouns, unsure, joinable = doubts
        goes_on = self._goes_on(hit)
        situation = _Situation(
            hit.options,
            any(self._may_be_a_thing(hit, form) for form in nouns),
            self._given_before(hit),
            goes_on,
            goes_on or self._ends_a_name(hit),
            bisect_left(self._introductions, hit.start),
            bool(unsure) and self._is_backed(hit, unsure),
            bool(joinable) and self._is_joined(hit, joinable),
        )
        if situation not in self._decided:
            self._decided[situation] = self._decide(hit, situation)
        return self._decided[situation]

    def _is_joined(self, hit: Hit, forms: Sequence[Form]) -> bool:
        """Whether a name stands in a row with a certain one of its kind: Armenia and Georgia, Putin and Xi."""
        text, words = self.text, words_of(self.index.language)
        ahead = words.joined_before.search(text, max(0, hit.start - 10), hit.start)
        behind = words.joined_after.match(text, hit.end)
        if (ahead is None and behind is None) or text[hit.start].islower():
            return False
        at = bisect_left(self.hits, hit.start, key=lambda one: one.start)
        others = []
        if ahead is not None and at and self.hits[at - 1].end == ahead.start():
            others.append(self.hits[at - 1])
        if behind is not None and at + 1 < len(self.hits) and self.hits[at + 1].start == behind.end():
            others.append(self.hits[at + 1])
        for other in others:
            option = self._plain(other)
            if option is None:
                continue
            for form in forms:
                alike = (form.type, form.is_adjective, form.is_part) == (
                    option[0].type,
                    option[0].is_adjective,
                    option[0].is_part,
                )
                doubted = form.type is EntityType.PERSON and self._names_another(form.text)
                if alike and form.slug != option[0].slug and not doubted:
                    return True
        return False

    def _decide(self, hit: Hit, situation: _Situation) -> _Decision | None:
        forms = self.index.forms
        named = [(forms[n], via) for n, via in hit.options if via is not Via.SURNAME]
        named = [(form, via) for form, via in named if not (form.is_family_name and self._is_namesake(hit, form))]
        strong = _by_slug((form, via) for form, via in named if not form.weak)
        if situation.may_be_a_thing:
            strong = strong or _by_slug((form, via) for form, via in named if form.weak)
        if strong and situation.may_be_a_thing:
            return self._best(strong, situation)  # Дуда, a pipe or a president
        if len(strong) == 1:
            return (*next(iter(strong.values())), True)
        if strong:
            return self._best(strong, situation)
        if situation.goes_on:
            return None
        family = _by_slug((forms[n], via) for n, via in hit.options if via is Via.SURNAME)
        known = [
            slug
            for slug, (form, _) in family.items()
            if self.introduced.get(slug, hit.start) < hit.start and not self._is_namesake(hit, form)
        ]
        if known:
            # Of two people of one name in an article, the one introduced last is meant, but not for certain.
            latest = max(known, key=lambda slug: self.introduced[slug])
            return (*family[latest], len(known) == 1)
        weak = _by_slug((form, via) for form, via in named if form.weak)
        if not weak or situation.is_anothers:
            return None
        return self._best(weak, situation)

    def _best(self, options: Mapping[str, tuple[Form, Via]], situation: _Situation) -> _Decision:
        """The option that the article supports most; certain if it is supported, and more than any other."""
        scores = {
            slug: self._support(slug, form)
            + 2 * (situation.backed and self._can_be_backed(form))
            + 2 * (situation.joined and _can_be_joined(form))
            for slug, (form, _) in options.items()
        }
        ranked = sorted(options, key=lambda slug: (-scores[slug], slug))
        first = ranked[0]
        certain = scores[first] > 0 and (len(ranked) == 1 or scores[ranked[1]] < scores[first])
        return (*options[first], certain)

    def _is_shown(self, hit: Hit, form: Form) -> bool:
        """Whether what follows a Korean name shows that it is this country, town or person: 인도군, 두다 대통령."""
        words, text = words_of(self.index.language).shown_by, self.text
        if form.type is EntityType.PERSON:
            at, starts = hit.end, self._edges()[0]
            for _ in range(_MOST_OFFICE_WORDS):  # a repeated name would be read to the end each time
                if (word := _NEXT_WORD.match(text, at)) is None:
                    break
                if word[1].startswith(words["person"]):
                    return True
                if word.start(1) not in starts and word[1] not in words["of_office"]:
                    return False
                at = word.end()
            return text.startswith(words["person"], hit.end)
        fought = _FOUGHT_FOR.match(text, hit.end) if form.is_part else None
        if fought is not None and text.startswith(words["fighting"], fought.end()):
            return True
        following = words["town" if form.is_part else "country"]
        if text[hit.end : hit.end + 1] == " ":
            return text.startswith(tuple(word for word in following if len(word) > 1), hit.end + 1)
        return text.startswith(following, hit.end)

    def _is_backed(self, hit: Hit, doubtful: Sequence[Form]) -> bool:
        """Whether the sentence backs a doubtful name: fire and its victims a town, politics a body, its region either.

        A place that may be a person needs a word of place before it (в Энгельсе): Marx and Engels were not shelled.
        """
        text, language = self.text, self.index.language
        words = words_of(language)
        if words.shown_by:
            return any(self._is_shown(hit, form) for form in doubtful)
        if not words.backing:
            return False
        first = max(0, hit.start - _SENTENCE)
        key = (hit.options, text[first : hit.end + _SENTENCE], hit.start - first)
        if (known := self._sentences.get(key)) is None:
            known = self._sentences[key] = self._sentence_backs(hit, doubtful)
        backed, is_placed, reach = known
        return backed or (is_placed and self._has_neighbour(hit, {form.slug for form in doubtful}, reach))

    def _sentence_backs(self, hit: Hit, doubtful: Sequence[Form]) -> tuple[bool, bool, int]:
        """Whether the sentence backs a name by its words; whether one of place stands before it; how far it goes on."""
        text, language = self.text, self.index.language
        words = words_of(language)
        stops = [text.rfind(mark, max(0, hit.start - _SENTENCE), hit.start) for mark in (". ", "! ", "? ", "… ", "\n")]
        before = text[max(0, hit.start - _SENTENCE, *(stop + 1 for stop in stops)) : hit.start]
        after = _SENTENCE_END.split(text[hit.end : hit.end + _SENTENCE], maxsplit=1)[0]
        is_placed = words.place_before.search(before[-40:].lower()) is not None
        sentence = f"{before} | {after}".lower().replace("ё", "е")
        for form in doubtful:
            backing = words.backing.get(form.type)
            if backing is None or not backing.search(sentence):
                continue
            if form.type is not EntityType.PLACE or is_placed or not is_given_name(text[hit.start : hit.end], language):
                return True, is_placed, len(after)
        return False, is_placed, len(after)

    def _can_be_backed(self, form: Form) -> bool:
        """Whether the sentence may settle a form: a town or a river of which there is a person or a thing, a body."""
        if words_of(self.index.language).shown_by:
            return form.weak and form.type in (EntityType.PLACE, EntityType.PERSON)
        if form.type is EntityType.PLACE:
            return form.is_part and (form.weak or form.is_noun)
        return form.is_noun and form.type is EntityType.ORG

    def _has_neighbour(self, hit: Hit, slugs: set[str], reach: int) -> bool:
        """Whether one of the next few names within reach is a place of the same country."""
        around = {slug for one in slugs for slug in (one, *self.glossary.wholes(one))} - slugs
        at = bisect_left(self.hits, hit.start, key=lambda one: one.start)
        for other in self.hits[max(0, at - 4) : at + 5]:
            if other is hit or not -_SENTENCE < other.start - hit.end <= reach or len(other.options) > 1:
                continue
            form = self.index.forms[other.options[0][0]]
            is_place = form.type is EntityType.PLACE and form.sure and form.slug not in slugs
            if is_place and (form.slug in around or around & self.glossary.wholes(form.slug)):
                return True
        return False

    def _support(self, slug: str, form: Form) -> int:
        """How well the rest of the article supports an entity: by another form, by relatives, by context words."""
        known = self._scores.get((slug, form.text))
        if known is not None:
            return known
        score = 0
        if self.strong.get(slug, set()) - {form.text} or (slug in self.strong and (form.weak or form.is_noun)):
            score += 4
        doubted = form.introduces is False and form.type is EntityType.PERSON and self._names_another(form.text)
        if not doubted:
            if any(other in self.strong for other in self.glossary.related(slug)):
                score += 2
            entry = self.glossary.get(slug)
            if entry is not None and any(self._has_word(word) for word in entry.context):
                score += 1
        self._scores[slug, form.text] = score
        return score

    def _has_word(self, word: str) -> bool:
        """Whether a context word stands in the text, whatever its ending."""
        if self._folded is None:
            self._folded = " " + MARKS.sub(" ", fold(self.text))
        if (known := self._has.get(word)) is None:
            stem = _stem(word)
            known = self._has[word] = bool(stem) and f" {stem}" in self._folded
        return known

    def _names_another(self, name: str) -> bool:
        """Whether somebody else of this name, unknown to the glossary, is called by a full name in the article."""
        if self._other_people is None:
            others = (hit for hit in self.hits if self._is_another_person(hit))
            self._other_people = frozenset(self.text[hit.start : hit.end] for hit in others)
        return name in self._other_people

    def _is_another_person(self, hit: Hit) -> bool:
        """Whether a family name stands in a full name that the glossary lacks (Olena Kim, Kim Min-su)."""
        return self._goes_on(hit) or self._ends_a_name(hit)

    def _ends_a_name(self, hit: Hit) -> bool:
        """Whether a given name stands before a family name, so that it is somebody's full name."""
        if not self._may_be_a_person(hit):
            return False
        before = self._name_before(hit.start)
        if before is None or before.end(1) in self._edges()[1] or not self._may_be_given(hit, before):
            return False
        is_title = before[1].lower() in words_of(self.index.language).before_surname
        return not is_title and not begins_sentence(self.text, before.start(1))

    def _goes_on(self, hit: Hit) -> bool:
        """Whether a given name follows a family name of those that stand first, so that it is somebody's full name."""
        if not self._may_be_a_person(hit):
            return False
        after = _NEXT_NAME.match(self.text, hit.end)
        return (
            after is not None
            and after[1][0].isupper()
            and hit.end + 1 not in self._edges()[0]
            and self.text[hit.start : hit.end].lower() in family_names_first(self.index.language)
            and after[1].lower() not in words_of(self.index.language).before_surname
            and self._may_be_given(hit, after)
        )

    def _may_be_given(self, hit: Hit, beside: re.Match[str]) -> bool:
        """Whether a capitalised word may be a given name; among capitals only one that is known (KIM TELLS TROOPS)."""
        if not (beside[1].isupper() and self.text[hit.start : hit.end].isupper()):
            return True
        hyphenated = self.text[beside.end(1) : beside.end(1) + 1] == "-"
        return hyphenated or is_given_name(beside[1].capitalize(), self.index.language)

    def _may_be_a_person(self, hit: Hit) -> bool:
        form = self.index.forms[hit.options[0][0]]
        language = self.index.language
        return (
            form.type is EntityType.PERSON
            and language is not Language.KO
            and language.is_own_script(self.text[hit.start])
        )

    def _name_before(self, start: int) -> re.Match[str] | None:
        """The capitalised word before a place of the text; remembered, since all options of one hit ask."""
        if self._last_before is None or self._last_before[0] != start:
            found = NAME_BEFORE[self.index.language].search(self.text, max(0, start - 40), start)
            self._last_before = (start, found)
        return self._last_before[1]

    def _edges(self) -> tuple[frozenset[int], frozenset[int]]:
        """Where hits start, and where they end."""
        if self._starts_and_ends is None:
            starts, ends = frozenset(hit.start for hit in self.hits), frozenset(hit.end for hit in self.hits)
            self._starts_and_ends = (starts, ends)
        return self._starts_and_ends


# Spellings of one given name are at least so alike (Volodymyr, Vladimir); other names are less.
_SAME_GIVEN_NAME = 60.0
#: So many words of an office stand between a Korean's name and the title, at most.
_MOST_OFFICE_WORDS = 6
#: So far around a name its sentence is looked at, at most.
_SENTENCE = 200
_SENTENCE_END = re.compile("[.!?…] |\\n")
_FOUGHT_FOR = re.compile("(?:[을를에]|에서|의|으?로)? ")
_NEXT_WORD = re.compile(r" ([^\W\d_]+)")
_NEXT_NAME = re.compile(r" ([^\W\d_][^\W\d_-]+)")


# Folding a word alone costs as much as looking ten up.
_folded = lru_cache(maxsize=50_000)(fold)


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    """A context word, folded, without an ending of one Cyrillic letter."""
    stem = fold(word).strip()
    return stem[:-1] if len(stem) > 4 and "а" <= stem[-1] <= "ґ" else stem


def _can_be_joined(form: Form) -> bool:
    """Whether a row of names may settle a form: one that is doubtful alone, of a person only the family name."""
    return (form.weak or form.is_noun) and (form.type is not EntityType.PERSON or form.is_family_name)


def _by_slug(options: Iterable[tuple[Form, Via]]) -> dict[str, tuple[Form, Via]]:
    """One option an entity: the first in the glossary's order, but a plain one before an inflected one."""
    best: dict[str, tuple[Form, Via]] = {}
    for form, via in options:
        if form.slug not in best or (via is Via.EXACT and best[form.slug][1] is not Via.EXACT):
            best[form.slug] = (form, via)
    return best
