"""Finding the glossary's names in a text: every mention with its offsets, how it was found and whether it is certain.

Owns `Matcher` (an index of one glossary, by language of text), `form_problem` (why a form is refused on entry) and
`collisions` (forms that two entities share).
One call of `find` goes through these steps, each a function below:

    fold -> scan (one pass of the automaton over names, one over words in capitals) -> check boundaries, case and what
    follows -> settle overlaps (leftmost, then longest) -> decide each mention from all of the article

A text is searched for the forms of its own language; one that is not English also for English forms, since
Latin names and acronyms stand in it as they are (NATO, ATACMS). `glossary.inflect` gives surfaces, `glossary.normalize`
the folding; what the mentions mean for an article is decided after this module, by the pipeline.
"""

from __future__ import annotations

import re
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Any, NamedTuple

import ahocorasick_rs
import yaml
from rapidfuzz import fuzz

from glossary.entries import Entry, EntryForm, Glossary
from glossary.errors import GlossaryError
from glossary.inflect import acronym_endings, family_names_first, is_capitals, is_given_name, surfaces, surnames
from glossary.normalize import fold, fold_with_offsets
from glossary.words import EntityType, FormKind, Via
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


class Matcher:
    """Finds the names of one glossary. Cheap to make: an index is built for a language when a text first needs it.

    Immutable but for that, and safe to share between threads. When the glossary changes, make another and swap it in;
    `revision` tells which glossary it knows. Inflected forms are remembered between matchers, so that building anew
    costs little more than the automaton.
    """

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary
        self._indexes: dict[Language, _Index] = {}
        self._locks = {language: threading.Lock() for language in Language}

    @property
    def revision(self) -> int:
        """The revision of the glossary whose names are found."""
        return self._glossary.revision

    def find(self, text: str, language: Language) -> tuple[FoundMention, ...]:
        """The mentions in a text of a language, by their start, none overlapping another."""
        index = self._index(language)
        hits = _settle(index.hits(text))
        return tuple(_Article(self._glossary, index, text, hits).mentions())

    def prepare(self, language: Language) -> None:
        """Build the index for texts of a language now, e.g. in the background before the matcher is swapped in."""
        self._index(language)

    def size(self, language: Language) -> int:
        """How many surfaces texts of a language are searched for."""
        return len(self._index(language))

    def _index(self, language: Language) -> _Index:
        with self._locks[language]:
            if language not in self._indexes:
                self._indexes[language] = _Index.of(self._glossary, language)
            return self._indexes[language]


def form_problem(text: str, kind: FormKind, language: Language) -> str | None:
    """Why a form cannot be looked for, as a sentence for the editor who entered it, or None if it can."""
    folded = fold(text).strip()
    acronym = kind is FormKind.ACRONYM and is_capitals(text)
    letters = [character for character in folded if character.isalpha()]
    if not letters:
        return f'"{text}" has no letters.'
    if len(letters) == 1 and not acronym and not ("一" <= letters[0] <= "鿿"):
        return f'"{text}" is a single letter and would be found in every article.'
    if folded in _data(language).common and not acronym:
        return f'"{text}" is a common word and would be found in every article.'
    if len(text) > 200:
        return "A form has 200 characters at most."
    return None


@dataclass(frozen=True, slots=True)
class Collision:
    """One spelling that is a form of several entities in a language, none of them weak; `slugs` are in order."""

    language: Language
    text: str
    slugs: tuple[str, ...]


def collisions(glossary: Glossary) -> tuple[Collision, ...]:
    """The forms that stand for several entities, which only an article's context can tell apart.

    A form that is weak in an entity is left out: it has been said that it needs support. Inflected surfaces that happen
    to meet are not looked at.
    """
    owners: dict[tuple[Language, str], dict[str, str]] = {}
    for entry in glossary.entries.values():
        for language in Language:
            for form in entry.forms_in(language):
                if not form.weak:
                    spelling = form.text if is_capitals(form.text) else fold(form.text)
                    owners.setdefault((language, spelling), {}).setdefault(entry.slug, form.text)
    return tuple(
        Collision(language, min(texts.values()), tuple(sorted(texts)))
        for (language, _), texts in owners.items()
        if len(texts) > 1
    )


def small_words() -> frozenset[str]:
    """English words of names that are written small as often as not (region, forces), lower case."""
    return _data(Language.EN).generic


# The index


class _Form(NamedTuple):
    """A form of the glossary as the index knows it.

    `introduces` says that it is a person's full name, `sure` that a match of it alone decides, `strict` that its
    letters must be in the same case, `capitals` which of its words must have one, `words` how many it has.
    """

    slug: str
    text: str
    type: EntityType
    weak: bool
    introduces: bool
    is_family_name: bool
    sure: bool
    strict: bool
    capitals: tuple[int, ...]
    words: int


#: What is looked for, and the code of what it stands for, or the codes where it stands for several forms.
_Keys = dict[str, int | list[int]]


class _Hit(NamedTuple):
    """A stretch of the original text, and the forms that it may be."""

    start: int
    end: int
    options: tuple[tuple[int, Via], ...]


#: Korean writes no more than this on to a name.
_LONGEST_TAIL = 14
#: Start and end in the original of a start and end in the folded text.
_Span = Callable[[int, int], tuple[int, int]]
_PLAIN_BEFORE = frozenset(' \n("“„«')
_PLAIN_AFTER = frozenset(["", *' \n.,;:!?)"”…'])
_VIAS = tuple(Via)
_VIA_CODE = {via: code for code, via in enumerate(_VIAS)}
_STRIDE = len(_VIAS)

_HYPHENS = "-‐‑–"
_JOINTS = re.compile(f"([ \\n\\r\xa0]+|[{_HYPHENS}])")
# One word in capitals, or letters with full stops (U.S.); what stands around it is checked after.
_ACRONYM = {
    Language.EN: re.compile(r"[A-Z](?:[A-Z0-9]+|(?:\.[A-Z])+\.?)"),
    Language.KO: re.compile(r"[A-Z](?:[A-Z0-9]+|(?:\.[A-Z])+\.?)"),
    Language.UK: re.compile(r"[A-ZА-ЯЁІЇЄҐ](?:[A-ZА-ЯЁІЇЄҐ0-9]+|(?:\.[A-Z])+\.?)"),
    Language.RU: re.compile(r"[A-ZА-ЯЁІЇЄҐ](?:[A-ZА-ЯЁІЇЄҐ0-9]+|(?:\.[A-Z])+\.?)"),
}
_AFTER_ACRONYM = re.compile(r"(?:[-'’ʼ])?([а-яёіїєґ]{1,3})(?!\w)")
_POSSESSIVE = re.compile(r"['’ʼ`][sS](?!\w)|(?<=[sSxXzZ])['’](?!\w)")
_HANGUL_TAIL = re.compile(r"\w{,14}(?!\w)")
_WORD_CHARACTER = re.compile(r"\w")
_APOSTROPHES = "'’ʼ`‘"
_OPENING = frozenset("'‘’`")
_CLOSING = {"»": "«", "”": "“", "“": "„", "’": "‘"}
_PREFIX_JOINED = re.compile(r"[а-яёіїєґ]*[оОеЕ][-‐‑–]$", re.IGNORECASE)
_RIVER_JOINED = re.compile(r"[-‐‑–](?:на|над|под|під)[-‐‑–]")


class _Index:
    """All surfaces that texts of one language are searched for.

    For languages that separate words by spaces, folded names and texts are written with a capital at the start of each
    word and a space for every mark, so that the automaton itself can only match at the start of a word, and a space
    after each name makes it match at the end of one. Korean glues particles to names: there a name starts with a space,
    and what follows it is read after the match.
    """

    def __init__(self, language: Language, forms: list[_Form], names: _Keys, acronyms: _Keys) -> None:
        self.language = language
        self.forms = forms
        self._spaced = language is not Language.KO
        # A code says which form and how it was found; what stands for several forms has -1 and is looked up by place.
        self._codes = array("q", (codes if isinstance(codes, int) else -1 for codes in names.values()))
        self._shared = {at: codes for at, codes in enumerate(names.values()) if not isinstance(codes, int)}
        self._acronyms = {word: [codes] if isinstance(codes, int) else codes for word, codes in acronyms.items()}
        self._longest = max(map(len, names), default=0)
        self._automaton = ahocorasick_rs.AhoCorasick(
            names,
            matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
            store_patterns=False,
            implementation=ahocorasick_rs.Implementation.ContiguousNFA,
        )
        # The options of hits with one, by code, as they are met: most hits in an article repeat others.
        self._alone: dict[int, tuple[tuple[int, Via]]] = {}
        self._endings = acronym_endings(language)
        self._data = _data(language)

    @classmethod
    def of(cls, glossary: Glossary, language: Language) -> _Index:
        """The index of a glossary for texts of a language."""
        forms: list[_Form] = []
        names: _Keys = {}
        acronyms: _Keys = {}
        for entry in glossary.entries.values():
            for form in _forms_for(entry, language):
                number = len(forms)
                written = surfaces(form.text, form.kind, entry.type, form.language)
                forms.append(_describe(entry, form, written[0][0] if written else ""))
                if is_capitals(form.text):
                    _add(acronyms, form.text, number, Via.EXACT)
                    if form.kind is FormKind.ACRONYM and len(form.text) < 4:
                        continue
                for surface, via in written:
                    if key := _key(surface, language):
                        _add(names, key, number, via)
                if entry.type is EntityType.PERSON and form.kind in (FormKind.FULL, FormKind.ALIAS):
                    for surface in surnames(form.text, form.language):
                        if key := _key(surface, language):
                            _add(names, key, number, Via.SURNAME)
        return cls(language, forms, names, acronyms)

    def __len__(self) -> int:
        return len(self._codes) + len(self._acronyms)

    def hits(self, text: str) -> list[_Hit]:
        """Every stretch of a text that may be a name, in no order; they may overlap."""
        folded = fold_with_offsets(text)
        view = _view(folded.text, self.language)
        view = f"{view} " if self._spaced else f" {view} "
        found: list[_Hit] = []
        codes, forms, alone = self._codes, self.forms, self._alone
        plain = self._spaced and folded.same_length
        for number, start, end in self._automaton.find_matches_as_indexes(view):
            # Most matches are a form as the glossary writes it between plain marks, which needs no further check.
            if plain and (code := codes[number]) >= 0:
                options = alone.get(code)
                if options is None:
                    options = alone[code] = ((code // _STRIDE, _VIAS[code % _STRIDE]),)
                last = end - 1
                if (
                    forms[options[0][0]].text == text[start:last]
                    and text[last : last + 1] in _PLAIN_AFTER
                    and (not start or text[start - 1] in _PLAIN_BEFORE)
                ):
                    found.append(_Hit(start, last, options))
                    continue
            found.extend(self._check(text, folded.span, view, number, start, end))
        if self._acronyms:
            found.extend(self._capitals(text))
        return found

    def _check(self, text: str, span: _Span, view: str, number: int, start: int, end: int) -> Iterator[_Hit]:
        """The hit that a match of the automaton is, or those inside it if it is none itself."""
        hit = self._hit(text, span, view, number, start, end)
        if hit is not None:
            yield hit
        elif " " in view[start + 1 : end - 1] or not self._spaced:
            yield from self._inside(text, span, view, start, end)

    def _hit(self, text: str, span: _Span, view: str, number: int, start: int, end: int) -> _Hit | None:
        code = self._codes[number]
        codes: Sequence[int] = (code,) if code >= 0 else self._shared[number]
        first, last = span(start, end - 1)
        if self._spaced and not self._stands_alone(text, first, last):
            return None
        surface = text[first:last]
        if text[last : last + 1] in _CLOSING and _CLOSING[text[last : last + 1]] in surface:
            last += 1  # a name that ends in a quoted one: ЧВК «Вагнер»
        possessive = self.language is Language.EN and _is_possessive(text, first, last)
        options = []
        for code in codes:
            form = self.forms[code // _STRIDE]
            via = _VIAS[code % _STRIDE]
            if form.capitals and not _case_fits(form, via, surface):
                continue
            if not self._spaced:
                stop = view.find(" ", end, end + _LONGEST_TAIL)
                tail = view[end:stop]
                if stop < 0 or not self._data.may_follow(view[end - 1], tail, form.type, view[start + 1 : end] + tail):
                    continue
                if tail and via is Via.EXACT:
                    via = Via.PARTICLE
            elif possessive and via is Via.EXACT:
                via = Via.POSSESSIVE
            options.append((code // _STRIDE, via))
        return _Hit(first, last, tuple(options)) if options else None

    def _inside(self, text: str, span: _Span, view: str, start: int, end: int) -> Iterator[_Hit]:
        """The hits that a match swallowed which turned out to be none: shorter ones, and later ones."""
        stop = end - 1
        while stop > start + 1:  # The next longest at the same start.
            shorter = self._automaton.find_matches_as_indexes(view[start:stop])
            if not shorter or shorter[0][1] != 0:
                break
            number, _, stop_at = shorter[0]
            hit = self._hit(text, span, view, number, start, start + stop_at)
            if hit is not None:
                yield hit
                break
            stop = start + stop_at - 1
        at = start + 1
        while at < end:
            window = view[at : end + self._longest]
            for number, offset, offset_end in self._automaton.find_matches_as_indexes(window):
                if at + offset >= end:
                    return
                hit = self._hit(text, span, view, number, at + offset, at + offset_end)
                at += offset_end if hit else offset + 1
                if hit:
                    yield hit
                break
            else:
                return

    def _stands_alone(self, text: str, first: int, last: int) -> bool:
        """Whether the marks around a match let it be a word of its own."""
        if first:
            before = text[first - 1]
            if before not in " \n(":
                if before.isalnum():
                    return False
                beyond = text[first - 2 : first - 1]
                if before in _APOSTROPHES and beyond.isalpha():
                    return False
                if before in "-‐‑–" and self.language is not Language.EN and self._joined(text, first):
                    return False
        after = text[last : last + 1]
        if after.isalnum():
            return False
        if self.language is not Language.EN and after:
            if after in _APOSTROPHES and text[last + 1 : last + 2].isalpha():
                return False
            if after in "-‐‑–" and _RIVER_JOINED.match(text, last):
                return False
        return True

    @staticmethod
    def _joined(text: str, first: int) -> bool:
        """Whether a name is the second part of a compound (Ивано-Франковск); adjectives are names of their own."""
        return text[first].isupper() and _PREFIX_JOINED.search(text[max(0, first - 24) : first]) is not None

    def _capitals(self, text: str) -> Iterator[_Hit]:
        for match in _ACRONYM[self.language].finditer(text):
            word = match[0]
            codes = self._acronyms.get(word)
            end = match.end()
            if codes is None and "." in word:
                codes = self._acronyms.get(word.replace(".", ""))
            if codes is None and end < len(text) and word[-1] == ".":
                continue
            if codes is None:
                continue
            start = match.start()
            if start and _WORD_CHARACTER.match(text[start - 1]):
                continue
            via = self._after_acronym(text, word, end)
            if via is None or (word.lower() in self._data.common and _among_capitals(text, start, end)):
                continue
            options = []
            for code in codes:
                form = self.forms[code // _STRIDE]
                if via is Via.PARTICLE:
                    tail = _HANGUL_TAIL.match(text, end)
                    if not tail or not self._data.may_follow(word[-1], fold(tail[0]), form.type, ""):
                        continue
                options.append((code // _STRIDE, via))
            if via is Via.INFLECTED and (ending := _AFTER_ACRONYM.match(text, end)):
                end = ending.end()
            elif self.language is Language.EN and text[end : end + 1] == "s":
                end += 1
            if options:
                yield _Hit(start, end, tuple(options))

    def _after_acronym(self, text: str, word: str, end: int) -> Via | None:
        """How an acronym is found by what follows it; None if it is part of something else."""
        after = text[end : end + 1]
        if not after or not (after.isalnum() or after == "_" or after in "'’ʼ`-‐‑–"):
            return Via.EXACT
        match self.language:
            case Language.EN:
                if _is_possessive(text, end - len(word), end):
                    return Via.POSSESSIVE
                plural = after == "s" and not _WORD_CHARACTER.match(text[end + 1 : end + 2])
                return Via.EXACT if plural or not (after.isalnum() or after == "_") else None
            case Language.KO:
                return Via.PARTICLE if "가" <= after <= "힣" else None if after.isalnum() else Via.EXACT
            case _:
                ending = _AFTER_ACRONYM.match(text, end)
                if ending is None:
                    return None if after.isalnum() or after == "_" else Via.EXACT
                return Via.INFLECTED if ending[1] in self._endings else None


def _add(keys: _Keys, key: str, form: int, via: Via) -> None:
    """Let a key stand for one more form, unless it does already."""
    code = form * _STRIDE + _VIA_CODE[via]
    known = keys.setdefault(key, code)
    if isinstance(known, int):
        if known // _STRIDE != form:
            keys[key] = [known, code]
    elif known[-1] // _STRIDE != form:  # forms come one after another
        known.append(code)


def _forms_for(entry: Entry, language: Language) -> Iterator[EntryForm]:
    """The forms of an entry that stand in texts of a language; those of two languages with the same text once."""
    own = entry.forms_in(language)
    yield from own
    if language is not Language.EN:
        written = {form.text for form in own}
        for form in entry.forms_in(Language.EN):
            if form.kind is not FormKind.ADJECTIVE and form.text not in written:
                yield form


def _describe(entry: Entry, form: EntryForm, folded: str) -> _Form:
    words = folded.replace("-", " ").split(" ")
    original = _JOINTS.split(form.text)[::2] if len(words) > 1 else [form.text]
    capitals = [at for at, word in enumerate(original) if word[:1].isupper()]
    if len(words) > 1 and capitals:
        if form.language is Language.EN:
            generic = _data(Language.EN).generic
            capitals = [at for at in capitals if words[at] not in generic] or capitals[:1]
        elif entry.type is not EntityType.PERSON:
            # "служба безпеки України": where other words have capitals too, the first may have none; and the name of
            # a body whose first word alone has one (Национальная разведывательная служба) is often written without.
            body = entry.type is not EntityType.PLACE and len(words) > 2
            capitals = capitals[1:] if len(capitals) > 1 or (body and capitals == [0]) else capitals
    is_family_name = entry.type is EntityType.PERSON and len(words) == 1 and form.language is not Language.KO
    return _Form(
        slug=entry.slug,
        text=form.text,
        type=entry.type,
        weak=form.weak,
        introduces=entry.type is EntityType.PERSON and (len(words) > 1 or form.language is Language.KO),
        is_family_name=is_family_name,
        sure=not form.weak and not is_family_name,
        strict=form.kind is FormKind.ACRONYM and not is_capitals(form.text),
        capitals=tuple(capitals),
        words=len(original),
    )


def _case_fits(form: _Form, via: Via, surface: str) -> bool:
    """Whether the capitals of a surface are those of a name; `form.capitals` are the words that must have one."""
    if form.strict:
        return surface.startswith(form.text) or surface.isupper()
    words = _JOINTS.split(surface)  # words at even places, what joins them at odd ones
    if via is Via.SURNAME:  # of "von der Leyen" one word has a capital
        return words[-1][:1].isupper()
    if form.words == 1 or len(words) != 2 * form.words - 1:
        return words[0][:1].isupper()
    # After a hyphen a name may go on with a small letter (Kim Jong-un).
    return all(words[2 * at][:1].isupper() or (at and words[2 * at - 1] in _HYPHENS) for at in form.capitals)


def _is_possessive(text: str, start: int, end: int) -> bool:
    """Whether an English name is followed by its possessive ending; the mark after a name in quotes is none."""
    ending = _POSSESSIVE.match(text, end)
    return ending is not None and (len(ending[0]) > 1 or text[start - 1 : start] not in _OPENING)


def _among_capitals(text: str, start: int, end: int) -> bool:
    """Whether the words before and after are in capitals too, as in a headline, so that capitals tell nothing."""
    around = re.findall(r"[^\W\d_]{2,}", text[max(0, start - 24) : start])[-1:]
    around += re.findall(r"[^\W\d_]{2,}", text[end : end + 24])[:1]
    return bool(around) and all(word.isupper() for word in around)


# Views: folded text as the automaton reads it, character for character

# A paragraph's end becomes two spaces, which stand in no name.
_ASCII_VIEW = {code: " " for code in range(128) if not chr(code).isalnum()}
_MARKS = re.compile(r"[^\w ]|_")
_TITLE_GROWS = re.compile("[ŉǰΐΰևẖ-ẚﬀ-ﬆﬓ-ﬗὐ-ᾼῂ-ῼ]")


def _view(folded: str, language: Language) -> str:
    if language is Language.EN:
        # English names have no letters outside ASCII after folding but rare ones; those are as good as a mark.
        return folded.encode("ascii", "replace").decode("ascii").translate(_ASCII_VIEW).title()
    for mark in set(_MARKS.findall(folded)):
        folded = folded.replace(mark, " ")
    if language is Language.KO:
        return folded
    return _TITLE_GROWS.sub("\ufffd", folded).title()


def _key(surface: str, language: Language) -> str:
    """A folded surface as the automaton looks for it; empty if nothing of it can be looked for."""
    view = _view(surface, language).strip()
    if len(view.replace(" ", "")) < 2 and not ("一" <= view[:1] <= "鿿"):
        return ""
    return f" {view}" if language is Language.KO else f"{view} "


# Overlaps: settled here and nowhere else


def _settle(hits: Iterable[_Hit]) -> list[_Hit]:
    """The leftmost hits, of those at one start the longest; of equal ones, the options of all."""
    settled: list[_Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if not settled or hit.start >= settled[-1].end:
            settled.append(hit)
        elif hit.start == settled[-1].start and hit.end == settled[-1].end:
            settled[-1] = _Hit(hit.start, hit.end, settled[-1].options + hit.options)
    return settled


# Deciding what each hit is, from all of the article


@dataclass
class _Article:
    """The hits of one text, and what they say about each other."""

    glossary: Glossary
    index: _Index
    text: str
    hits: Sequence[_Hit]
    # Where each person's full name first stands; which entities have a strong form, and which forms those are.
    introduced: dict[str, int] = field(default_factory=dict)
    strong: dict[str, set[str]] = field(default_factory=dict)
    _folded: str | None = None
    _starts_and_ends: tuple[frozenset[int], frozenset[int]] | None = None
    _scores: dict[tuple[str, str], int] = field(default_factory=dict)

    def mentions(self) -> Iterator[FoundMention]:
        """The mentions, in order. Hits that turn out to be nobody's are left out."""
        plain = [self._plain(hit) for hit in self.hits]
        for hit, option in zip(self.hits, plain, strict=True):
            if option is None:
                continue
            form = option[0]
            if form.slug in self.strong:
                self.strong[form.slug].add(form.text)
            else:
                self.strong[form.slug] = {form.text}
            if form.introduces and form.slug not in self.introduced:
                self.introduced[form.slug] = hit.start
        text = self.text
        for hit, option in zip(self.hits, plain, strict=True):
            if option is not None:
                form, via = option
                start, end, _ = hit
                yield FoundMention(form.slug, start, end, text[start:end], form.text, via, True)
            elif (decided := self._decide(hit)) is not None:
                yield decided

    def _plain(self, hit: _Hit) -> tuple[_Form, Via] | None:
        """The option of a hit whose only entity with a form that needs no support it is; None for all other hits."""
        forms = self.index.forms
        options = hit.options
        if len(options) == 1 and (form := forms[options[0][0]]).sure and options[0][1] is not Via.SURNAME:
            return form, options[0][1]
        chosen: tuple[_Form, Via] | None = None
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
        if chosen and chosen[0].is_family_name and self._is_namesake(hit, chosen[0]):
            return None
        return chosen

    def _is_namesake(self, hit: _Hit, form: _Form) -> bool:
        """Whether a family name alone stands after a given name that is not the person's own (Olena Budanov)."""
        before = _LAST_NAME.search(self.text, max(0, hit.start - 40), hit.start)
        if before is None or before.end(1) in self._edges()[1] or not is_given_name(before[1], self.index.language):
            return False
        entry = self.glossary[form.slug]
        own = {fold(other.text.split()[0]) for other in entry.forms if " " in other.text}
        return not any(fuzz.ratio(fold(before[1]), name) >= _SAME_GIVEN_NAME for name in own)

    def _mention(self, hit: _Hit, form: _Form, via: Via, *, certain: bool) -> FoundMention:
        surface = self.text[hit.start : hit.end]
        return FoundMention(form.slug, hit.start, hit.end, surface, form.text, via, certain)

    def _decide(self, hit: _Hit) -> FoundMention | None:
        forms = self.index.forms
        named = [(forms[n], via) for n, via in hit.options if via is not Via.SURNAME]
        named = [(form, via) for form, via in named if not (form.is_family_name and self._is_namesake(hit, form))]
        strong = _by_slug((form, via) for form, via in named if not form.weak)
        if len(strong) == 1:
            return self._mention(hit, *next(iter(strong.values())), certain=True)
        if strong:
            return self._best(hit, strong)
        if self._goes_on(hit):
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
            return self._mention(hit, *family[latest], certain=len(known) == 1)
        weak = _by_slug((form, via) for form, via in named if form.weak)
        if not weak or self._is_another_person(hit):
            return None
        return self._best(hit, weak)

    def _best(self, hit: _Hit, options: Mapping[str, tuple[_Form, Via]]) -> FoundMention:
        """The option that the article supports most; certain if it is supported, and more than any other."""
        scores = {slug: self._support(slug, form) for slug, (form, _) in options.items()}
        ranked = sorted(options, key=lambda slug: (-scores[slug], slug))
        first = ranked[0]
        certain = scores[first] > 0 and (len(ranked) == 1 or scores[ranked[1]] < scores[first])
        return self._mention(hit, *options[first], certain=certain)

    def _support(self, slug: str, form: _Form) -> int:
        """How well the rest of the article supports an entity: by another form, by relatives, by context words."""
        known = self._scores.get((slug, form.text))
        if known is not None:
            return known
        score = 0
        if self.strong.get(slug, set()) - {form.text} or (slug in self.strong and form.weak):
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
            self._folded = " " + _MARKS.sub(" ", fold(self.text))
        stem = fold(word).strip()
        if len(stem) > 4 and "а" <= stem[-1] <= "ґ":
            stem = stem[:-1]
        return bool(stem) and f" {stem}" in self._folded

    def _names_another(self, name: str) -> bool:
        """Whether somebody else of this name, unknown to the glossary, is called by a full name in the article."""
        return any(self._is_another_person(hit) for hit in self.hits if self.text[hit.start : hit.end] == name)

    def _is_another_person(self, hit: _Hit) -> bool:
        """Whether a family name stands in a full name that the glossary lacks (Olena Kim, Kim Min-su)."""
        if not self._may_be_a_person(hit):
            return False
        before = _LAST_NAME.search(self.text, max(0, hit.start - 40), hit.start)
        if before is None or before.end(1) in self._edges()[1]:
            return self._goes_on(hit)
        if before[1].lower() in _data(self.index.language).before_surname:
            return self._goes_on(hit)
        return self._goes_on(hit) or not _begins_sentence(self.text, before.start(1))

    def _goes_on(self, hit: _Hit) -> bool:
        """Whether a given name follows a family name of those that stand first, so that it is somebody's full name."""
        after = _NEXT_NAME.match(self.text, hit.end)
        return (
            after is not None
            and after[1][0].isupper()
            and self._may_be_a_person(hit)
            and self.text[hit.start : hit.end].lower() in family_names_first(self.index.language)
            and hit.end + 1 not in self._edges()[0]
            and after[1].lower() not in _data(self.index.language).before_surname
        )

    def _may_be_a_person(self, hit: _Hit) -> bool:
        form = self.index.forms[hit.options[0][0]]
        language = self.index.language
        return (
            form.type is EntityType.PERSON
            and language is not Language.KO
            and language.is_own_script(self.text[hit.start])
        )

    def _edges(self) -> tuple[frozenset[int], frozenset[int]]:
        """Where hits start, and where they end."""
        if self._starts_and_ends is None:
            starts, ends = frozenset(hit.start for hit in self.hits), frozenset(hit.end for hit in self.hits)
            self._starts_and_ends = (starts, ends)
        return self._starts_and_ends


# Spellings of one given name are at least so alike (Volodymyr, Vladimir); other names are less.
_SAME_GIVEN_NAME = 60.0
_NEXT_NAME = re.compile(r" ([^\W\d_][^\W\d_-]+)")
_LAST_NAME = re.compile(r"(?<!\w)([A-ZА-ЯЁІЇЄҐ][^\W\d_]+(?:-\w+)?) $")


def _begins_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 3) : at].rstrip(" \"'“”«»„‘’(")
    return not before or before[-1] in ".!?…:\n"


def _by_slug(options: Iterable[tuple[_Form, Via]]) -> dict[str, tuple[_Form, Via]]:
    """One option an entity: the first in the glossary's order, but a plain one before an inflected one."""
    best: dict[str, tuple[_Form, Via]] = {}
    for form, via in options:
        if form.slug not in best or (via is Via.EXACT and best[form.slug][1] is not Via.EXACT):
            best[form.slug] = (form, via)
    return best


# Data


class _Words:
    """The words of one language around names, from `matching.yaml`."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.common = frozenset(_checked(raw["common"]))
        self.before_surname = frozenset(_checked(raw["before_surname"]))
        self.generic = frozenset(_checked(raw.get("generic", ())))
        self._exceptions = tuple(_checked(raw.get("exceptions", ())))
        particles = raw.get("particles", {})
        self._particles: dict[str, list[str]] = {}
        for condition in particles:
            for particle in _checked(particles[condition]):
                self._particles.setdefault(particle, []).append(condition)
        suffixes = raw.get("suffixes", {})
        self._suffixes = {EntityType(type_): frozenset(_checked(words)) for type_, words in suffixes.items()}
        self.may_follow = lru_cache(maxsize=100_000)(self._may_follow)

    def _may_follow(self, last: str, tail: str, type_: EntityType, word: str) -> bool:
        """Whether Korean may write this on to a name that ends so: nouns of its type, then a plural, then particles."""
        if not tail:
            return True
        if len(tail) > _LONGEST_TAIL or (word and word.startswith(self._exceptions)):
            return False
        return self._parse(last, tail, type_, nouns=2, particles=3)

    def _parse(self, last: str, tail: str, type_: EntityType, *, nouns: int, particles: int) -> bool:
        if not tail:
            return True
        for length in range(1, len(tail) + 1):
            head, rest = tail[:length], tail[length:]
            if (
                nouns
                and head in self._suffixes.get(type_, ())
                and self._parse(head[-1], rest, type_, nouns=nouns - 1, particles=particles)
            ):
                return True
            if nouns and head == "들" and self._parse("들", rest, type_, nouns=0, particles=particles):
                return True
            if (
                particles
                and any(_fits(last, condition) for condition in self._particles.get(head, ()))
                and self._parse(head[-1], rest, type_, nouns=0, particles=particles - 1)
            ):
                return True
        return False


def _fits(last: str, condition: str) -> bool:
    """Whether a particle of this condition may stand after a letter; after what is not Hangul, any may."""
    if condition == "any" or not ("가" <= last <= "힣"):
        return True
    final = (ord(last) - ord("가")) % 28
    if condition == "consonant":
        return final != 0
    return final == 0 or (condition == "vowel_or_r" and final == 8)  # 8 is ㄹ


@cache
def _data(language: Language) -> _Words:
    return _all_data()[language]


@cache
def _all_data() -> Mapping[Language, _Words]:
    raw = yaml.safe_load(resources.files("glossary").joinpath("matching.yaml").read_text(encoding="utf-8"))
    try:
        return {language: _Words(raw[language.value]) for language in Language}
    except (KeyError, ValueError, TypeError) as error:
        message = f"The file matching.yaml is not as it should be: {error!r}."
        raise GlossaryError(message) from error


def _checked(words: Iterable[object]) -> list[str]:
    checked = [word for word in words if isinstance(word, str) and word]
    if len(checked) != len(list(words)):
        message = "a list has something that is not a word (quote yes, no, on)"
        raise ValueError(message)
    return checked
