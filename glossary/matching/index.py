"""The index of one glossary for texts of one language: the automaton, and what each of its matches may stand for.

Owns `Index`, `Form` and the view of a text that the automaton reads. `scanning` asks for matches, `deciding` for forms.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import ahocorasick_rs

from glossary.entries import Entry, EntryForm, Glossary
from glossary.inflect import acronym_endings, is_capitals, is_common_noun, is_in_dictionary, surfaces, surnames
from glossary.matching.words import words_of
from glossary.words import EntityType, FormKind, RelationKind, Via
from translations.languages import Language

VIAS = tuple(Via)
_VIA_CODE = {via: code for code, via in enumerate(VIAS)}
#: The code of a form found in one way is its number times this, plus the way's place in `VIAS`.
STRIDE = len(VIAS)

HYPHENS = "-‐‑–"
JOINTS = re.compile(f"([ \\n\\r\xa0]+|[{HYPHENS}])")


class Form(NamedTuple):
    """A form of the glossary as the index knows it.

    `introduces` says that it is a person's full name, `sure` that a match of it alone decides, `strict` that its
    letters must be in the same case, `capitals` which of its words must have one, `words` how many it has. A form
    whose neighbours must be looked at is `guarded`; `is_part` says that its place is part of another, so no country.
    A name that is a thing's too `is_noun` (Дуда, Суми), and a form with which a fixed phrase begins is `in_phrase`.
    `plain` is what a text must read for the match to need no check, empty where it always does; `yields_to` are words
    before which it is a description and no name (the Russian military, but a Russian military base). Of a body's name
    `small_after` the first word all may be small (Верховная рада).
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
    guarded: bool
    is_part: bool
    is_capital: bool
    is_adjective: bool
    in_phrase: bool
    plain: str
    is_noun: bool
    yields_to: frozenset[str]
    small_after: bool


#: What is looked for, and the code of what it stands for, or the codes where it stands for several forms.
Keys = dict[str, int | list[int]]


class Index:
    """All surfaces that texts of one language are searched for.

    For languages that separate words by spaces, folded names and texts are written with a capital at the start of each
    word and a space for every mark, so that the automaton itself can only match at the start of a word, and a space
    after each name makes it match at the end of one. Korean glues particles to names: there a name starts with a space,
    and what follows it is read after the match.
    """

    def __init__(self, language: Language, forms: list[Form], names: Keys, acronyms: Keys) -> None:
        self.language = language
        self.forms = forms
        self.spaced = language is not Language.KO
        # A code says which form and how it was found; what stands for several forms has -1 and is looked up by place.
        self.codes = array("q", (codes if isinstance(codes, int) else -1 for codes in names.values()))
        self.shared = {at: codes for at, codes in enumerate(names.values()) if not isinstance(codes, int)}
        self.acronyms = {word: [codes] if isinstance(codes, int) else codes for word, codes in acronyms.items()}
        self.longest = max(map(len, names), default=0)
        self.automaton = ahocorasick_rs.AhoCorasick(
            names,
            matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
            store_patterns=False,
            implementation=ahocorasick_rs.Implementation.ContiguousNFA,
        )
        # The options of hits with one, by code, as they are met: most hits in an article repeat others.
        self.alone: dict[int, tuple[tuple[int, Via]]] = {}
        self.describers = frozenset().union(*{form.yields_to for form in forms})
        self.endings = acronym_endings(language)
        self.joins_by_o = language in (Language.UK, Language.RU)
        self.data = words_of(language)
        # The first form of each country that Korean may name by one syllable.
        countries = set(self.data.syllables.values())
        self.countries: dict[str, int] = {}
        for number, form in enumerate(forms if countries else ()):
            if form.slug in countries:
                self.countries.setdefault(form.slug, number)

    @classmethod
    def of(cls, glossary: Glossary, language: Language) -> Index:
        """The index of a glossary for texts of a language."""
        things = words_of(language).things
        forms: list[Form] = []
        names: Keys = {}
        acronyms: Keys = {}
        for entry in (*glossary.entries.values(), *_others(language)):
            for form in _forms_for(entry, language):
                number = len(forms)
                written = surfaces(form.text, form.kind, entry.type, form.language)
                is_thing = any(surface in things for surface, _ in written) if things else False
                forms.append(_describe(entry, form, written[0][0] if written else "", is_thing=is_thing))
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
        return len(self.codes) + len(self.acronyms)


def _add(keys: Keys, key: str, form: int, via: Via) -> None:
    """Let a key stand for one more form, unless it does already."""
    code = form * STRIDE + _VIA_CODE[via]
    known = keys.setdefault(key, code)
    if isinstance(known, int):
        if known // STRIDE != form:
            keys[key] = [known, code]
    elif known[-1] // STRIDE != form:  # forms come one after another
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


def _others(language: Language) -> Iterator[Entry]:
    """Nobody's entries, with an empty slug: names in which one of the glossary's stands and which are another's."""
    for name in words_of(language).other_names:
        yield Entry("", EntityType.PLACE, name, (EntryForm(language, name, FormKind.FULL),))


def _describe(entry: Entry, form: EntryForm, folded: str, *, is_thing: bool) -> Form:
    words = folded.replace("-", " ").split(" ")
    original = JOINTS.split(form.text)[::2] if len(words) > 1 else [form.text]
    capitals = [at for at, word in enumerate(original) if word[:1].isupper()]
    if len(words) > 1 and capitals:
        if form.language is Language.EN:
            generic = words_of(Language.EN).generic
            capitals = [at for at in capitals if words[at] not in generic] or capitals[:1]
        elif entry.type is not EntityType.PERSON:
            # "служба безпеки України": where other words have capitals too, the first may have none; and the name of
            # a body whose first word alone has one (Национальная разведывательная служба) is often written without.
            body = entry.type is not EntityType.PLACE and len(words) > 2
            capitals = capitals[1:] if len(capitals) > 1 or (body and capitals == [0]) else capitals
    if (
        capitals == [0]
        and len(words) == 1
        and entry.type is EntityType.OTHER
        and not form.weak
        and form.language in (Language.UK, Language.RU)
        and not is_in_dictionary(folded, form.language)
    ):
        capitals = []  # шахеди, «хаймарси»: weapons become common nouns
    person, place = entry.type is EntityType.PERSON, entry.type is EntityType.PLACE
    # A Korean's name is one word; of others in Hangul, one word is the family name.
    is_family_name = person and len(words) == 1 and (form.language is not Language.KO or form.kind is FormKind.SHORT)
    adjective = form.kind is FormKind.ADJECTIVE
    in_phrase = bool(heads := words_of(form.language).phrase_heads) and folded.startswith(heads)
    yields_to = _yields_to(words[-1], form.language)
    return Form(
        slug=entry.slug,
        text=form.text,
        type=entry.type,
        weak=form.weak,
        introduces=entry.type is EntityType.PERSON and (len(words) > 1 or form.language is Language.KO),
        is_family_name=is_family_name,
        sure=not form.weak and not is_family_name and not is_thing,
        strict=form.kind is FormKind.ACRONYM and not is_capitals(form.text),
        capitals=_places(*capitals),
        words=len(original),
        guarded=(
            person
            or in_phrase
            or not entry.slug
            or (place and _is_guarded_place(words, form))
            or (form.language is Language.KO and bool(entry.targets(RelationKind.AGENCY_OF)))
        ),
        is_part=place and bool(entry.targets(RelationKind.PART_OF)),
        is_capital=place and bool(entry.targets(RelationKind.CAPITAL_OF)),
        is_adjective=adjective,
        in_phrase=in_phrase,
        plain="" if yields_to else form.text,
        is_noun=is_thing or (is_family_name and is_common_noun(form.text, form.language)),
        yields_to=yields_to,
        small_after=entry.type is EntityType.ORG and form.language in (Language.UK, Language.RU) and not form.weak,
    )


def _is_guarded_place(words: list[str], form: EntryForm) -> bool:
    """Whether the words beside a place's form may make it another's: a name in one word, a Slavic adjective."""
    if form.kind is FormKind.ADJECTIVE:
        return form.language in (Language.UK, Language.RU) or words[0] in words_of(form.language).also_family
    return len(words) == 1 or words[0] in {"st.", "saint"}


# One for all: Python makes each empty frozenset anew, of 216 bytes, and an index may know 600,000 forms.
_NO_WORDS: frozenset[str] = frozenset()


def _yields_to(last_word: str, language: Language) -> frozenset[str]:
    return words_of(language).attributive.get(last_word, _NO_WORDS)


@cache
def _places(*places: int) -> tuple[int, ...]:
    """The same tuple for the same numbers, of which there are few."""
    return places


# Views: folded text as the automaton reads it, character for character

# A paragraph's end becomes two spaces, which stand in no name.
_ASCII_VIEW = {code: " " for code in range(128) if not chr(code).isalnum()}
_LATIN = re.compile("[a-z]+")
# Latin letters that look like Cyrillic ones; some type them by mistake, and some so that a filter may miss the word.
_LOOK_ALIKE = str.maketrans("aceiopxyABCEHIKMOPTX", "асеіорхуАВСЕНІКМОРТХ")
MARKS = re.compile(r"[^\w ]|_")
_TITLE_GROWS = re.compile("[ŉǰΐΰևẖ-ẚﬀ-ﬆﬓ-ﬗὐ-ᾼῂ-ῼ]")


def view_of(folded: str, language: Language) -> str:
    """A folded text, or a folded name, as the automaton reads it: as long, with a space for every mark."""
    if language is Language.EN:
        # English names have no letters outside ASCII after folding but rare ones; those are as good as a mark.
        return folded.encode("ascii", "replace").decode("ascii").translate(_ASCII_VIEW).title()
    for mark in set(MARKS.findall(folded)):
        folded = folded.replace(mark, " ")
    if language is Language.KO:
        return folded
    folded = _LATIN.sub(lambda found: _unmixed(folded, found), folded)
    return _TITLE_GROWS.sub("\ufffd", folded).title()


def in_one_script(word: str) -> str:
    """A word with Latin letters among its Cyrillic ones as it looks, in Cyrillic; unchanged if one has no double."""
    cyrillic = word.translate(_LOOK_ALIKE)
    return word if any("a" <= letter.lower() <= "z" for letter in cyrillic) else cyrillic


def _unmixed(folded: str, found: re.Match[str]) -> str:
    """A run of Latin letters, in Cyrillic if it touches Cyrillic letters (Pосія) and looks like them."""
    start, end = found.span()
    beside = folded[start - 1 : start] + folded[end : end + 1]
    return in_one_script(found[0]) if any("а" <= letter <= "ґ" for letter in beside) else found[0]


def _key(surface: str, language: Language) -> str:
    """A folded surface as the automaton looks for it; empty if nothing of it can be looked for."""
    view = view_of(surface, language).strip()
    if len(view.replace(" ", "")) < 2 and not ("一" <= view[:1] <= "鿿"):
        return ""
    return f" {view}" if language is Language.KO else f"{view} "
