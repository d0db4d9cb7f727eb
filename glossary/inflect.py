"""Every way a name is written in running text: its cases, its spacing, its plural.

Owns the rules that turn one form of the glossary into the surfaces that stand for it; the endings are data
(`inflection.yaml`), the dictionaries are pymorphy3's. Pymorphy is asked only about words that its dictionary knows: for
others it guesses, and takes Тува for a verb. Names it does not know decline by their kind and ending.
`glossary.matching` builds its automaton from these surfaces. What follows a name in a text without changing it (Korean
particles, the English possessive) is not here but is read after the match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import islice, product
from typing import Any

import yaml

from glossary.errors import GlossaryError
from glossary.normalize import fold
from glossary.words import EntityType, FormKind, Via
from translations import memory
from translations.languages import Language

#: A name of many declining words would multiply: so many surfaces are kept of one name, and of one of its cases.
MOST_SURFACES = 150
_MOST_IN_CASE = 24

_CASES = ("gent", "datv", "accs", "ablt", "loct", "voct")
_PERSONAL = ("Name", "Surn", "Patr")
_ALSO = {"gen2": "gent", "acc2": "accs", "loc2": "loct"}
_CAPITALS = re.compile("[A-ZА-ЯЁІЇЄҐ][A-ZА-ЯЁІЇЄҐ0-9]+")
_QUOTES = re.compile('[«»„“”"]')
_ORDINAL = re.compile(r"(\d+)-[а-яіїє]{1,3}$")
_READ_AS_WORD = re.compile(".[АЕИОУІЯЮЄ][БВГДЗКЛМНПРСТФХ]$")
_HARD_CONSONANTS = frozenset("бвгґдзклмнпрстфх")
_CYRILLIC_WORD = re.compile("[а-яіїєґё']+")

#: One word in the six oblique cases, each with every ending that may be met.
Paradigm = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    fits: re.Pattern[str]
    cut: int
    cases: tuple[tuple[str, ...], ...]

    def decline(self, word: str) -> Paradigm:
        stem = word[: len(word) - self.cut]
        return tuple(tuple(stem + ending for ending in endings) for endings in self.cases)


@dataclass(frozen=True, slots=True)
class _Slavic:
    persons: tuple[_Rule, ...]
    adjectives: tuple[_Rule, ...]
    nouns: tuple[_Rule, ...]
    adjective_endings: Mapping[str, tuple[str, ...]]
    acronym_endings: frozenset[str]
    ordinal_endings: tuple[str, ...]
    adjective_signs: re.Pattern[str]
    place_suffix: str
    plural_endings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Data:
    slavic: Mapping[Language, _Slavic]
    family_name_first: Mapping[Language, frozenset[str]]
    people_endings: tuple[str, ...]
    set_apart: tuple[str, ...]
    titles: tuple[str, ...]
    prefixes: tuple[str, ...]
    shortened: Mapping[str, tuple[str, ...]]


def surfaces(text: str, kind: FormKind, type_: EntityType, language: Language) -> tuple[tuple[str, Via], ...]:
    """The ways a form is written in a text of its language, folded, each with how it would be found; itself first.

    What changes only in the text around it (particles, possessives) is left to the matcher. The result depends on the
    arguments alone and is remembered, so that building an index anew pays only for forms that are new.
    """
    return _surfaces(text, kind, type_, language)


@lru_cache(maxsize=1_000_000)
def _surfaces(text: str, kind: FormKind, type_: EntityType, language: Language) -> tuple[tuple[str, Via], ...]:
    found: dict[str, Via] = {}
    for surface, via in _written(text.strip(), kind, type_, language):
        folded = fold(surface).strip()
        if folded:
            found.setdefault(folded, via)
        if len(found) >= MOST_SURFACES:
            break
    return tuple(found.items())


def _written(text: str, kind: FormKind, type_: EntityType, language: Language) -> Iterator[tuple[str, Via]]:
    base = Via.ADJECTIVE if kind is FormKind.ADJECTIVE else Via.EXACT
    yield text, base
    bare = " ".join(_QUOTES.sub("", text).split())
    if bare != text:
        yield bare, base
        quoted = [at for at, word in enumerate(text.split()) if at and _QUOTES.match(word)]
        for surface, via in _written(bare, kind, type_, language):
            yield surface, via
            words = surface.split()
            if len(words) > max(quoted, default=len(words)):
                yield " ".join(f"«{word}" if at in quoted else word for at, word in enumerate(words)), via
        return
    if ". " in bare:
        yield bare.replace(". ", " "), base
    if is_capitals(bare):
        return
    match language:
        case Language.EN:
            yield from _english(bare, kind, type_)
        case Language.KO:
            yield from ((surface, base) for surface in _korean_spacings(bare))
            if type_ is EntityType.PLACE and " " not in bare and kind is not FormKind.ADJECTIVE:
                yield from ((prefix + bare, Via.PARTICLE) for prefix in _data().prefixes)
            country, _, body = bare.partition(" ")
            if type_ is EntityType.ORG and body:
                yield from ((f"{short} {body}", base) for short in _data().shortened.get(country, ()))
        case _:
            if kind is FormKind.ADJECTIVE:
                yield from ((surface, Via.ADJECTIVE) for surface in _adjective(bare, language))
            else:
                yield from ((surface, Via.INFLECTED) for surface in _declined(bare, type_, language))
                if type_ is EntityType.OTHER and " " not in bare:
                    yield from ((surface, Via.INFLECTED) for surface in _plural(bare, language))


def surnames(text: str, language: Language) -> tuple[str, ...]:
    """The folded surfaces by which a person of this full name is named again: the family name in every case.

    For a Korean family name of one syllable these are the name with a title (김 위원장), since the syllable alone is a
    word. Empty for a name of one part.
    """
    parts = [part for part in text.split() if part.rstrip(".") not in {"Jr", "Sr", "II", "III", "мл", "ст"}]
    first_list = _data().family_name_first[language]
    if language is Language.KO:
        while len(parts) > 1 and parts[-1].endswith(_data().titles):  # 이종석 국정원장
            parts.pop()
        text = " ".join(parts)
        if len(parts) > 1:
            return (fold(parts[-1]),) if len(parts[-1]) > 1 else ()
        if not (2 <= len(text) <= 4 and text[0] in first_list):
            return ()
        return tuple(f"{text[0]} {title}" for title in _data().titles)
    if len(parts) < 2:
        return ()
    family_first = parts[0].lower() in first_list
    names = [parts[0]] if family_first and (len(parts) == 3 or "-" in fold(parts[1])) else []
    if not names:
        particle = next((at for at, part in enumerate(parts[1:], 1) if part[:1].islower()), len(parts) - 1)
        names = [parts[-1], " ".join(parts[particle:])] + ([parts[0]] if family_first else [])
    found: dict[str, None] = {}
    for name in names:
        if len(name) < 2:
            continue
        found[fold(name)] = None
        if language is not Language.EN:
            found |= dict.fromkeys(fold(surface) for surface in _declined(name, EntityType.PERSON, language))
    return tuple(found)


def is_capitals(text: str) -> bool:
    """Whether a form is one word in capitals, which is looked for in capitals only (SBU, not sbu)."""
    return _CAPITALS.fullmatch(text) is not None


@lru_cache(maxsize=50_000)
def is_given_name(word: str, language: Language) -> bool:
    """Whether a capitalised word is a known given name, in Ukrainian and Russian in any case."""
    if memory.given_names(word, language):
        return True
    if language not in _data().slavic:
        return False
    if _is_known(word.lower(), language):
        return any("Name" in parse.tag for parse in _analyzer(language).parse(word.lower()))
    return any(memory.given_names(nominative, language) for nominative in _may_be_cases_of(word))


@lru_cache(maxsize=50_000)
def is_only_a_name(word: str, language: Language) -> bool:
    """Whether a given name is nothing else, by the dictionary; for Ukrainian and Russian only, else never."""
    if language not in _data().slavic or not _is_known(word.lower(), language):
        return False
    return all("Name" in parse.tag for parse in _analyzer(language).parse(word.lower()))


@lru_cache(maxsize=50_000)
def is_common_noun(word: str, language: Language) -> bool:
    """Whether a family name is a thing's name too (Дуда is a pipe); known for Ukrainian and Russian only."""
    if language not in _data().slavic or not _is_known(word.lower(), language):
        return False
    tags = (parse.tag for parse in _analyzer(language).parse(word.lower()))
    return any("NOUN" in tag and _nominative(tag) and not any(sign in tag for sign in _PERSONAL) for tag in tags)


@lru_cache(maxsize=50_000)
def is_persons_noun(word: str, language: Language) -> bool:
    """Whether a word of small letters is in the nominative and says what somebody is (художник), by the dictionary."""
    if len(word) < 3 or language not in _data().slavic or not _is_known(word, language):
        return False
    tags = (parse.tag for parse in _analyzer(language).parse(word))
    return any(
        "NOUN" in tag and "anim" in tag and "plur" not in tag and _nominative(tag) and tag.gender == "masc"
        for tag in tags
    )


def is_in_dictionary(word: str, language: Language) -> bool:
    """Whether the dictionary of a language has a word of small letters; for Ukrainian and Russian only, else never."""
    return language in _data().slavic and _is_known(word, language)


def _may_be_cases_of(word: str) -> Iterator[str]:
    """What a word may be a case of (Хантера: Хантер, Хантеря, ...): only to look it up among names."""
    for cut in (1, 2, 3):
        stem = word[:-cut]
        if len(stem) < 3:
            return
        yield from (stem + ending for ending in ("", "а", "я", "й", "ь", "о", "ия", "ія"))


def family_names_first(language: Language) -> frozenset[str]:
    """Family names that stand before the given name, lower case (kim, xi)."""
    return _data().family_name_first[language]


def acronym_endings(language: Language) -> frozenset[str]:
    """The endings that a language puts on acronyms that are read as words (МИДом)."""
    rules = _data().slavic.get(language)
    return rules.acronym_endings if rules else frozenset()


# English


def _english(text: str, kind: FormKind, type_: EntityType) -> Iterator[tuple[str, Via]]:
    if kind is FormKind.ADJECTIVE:
        if text.endswith(_data().people_endings):
            yield text + "s", Via.ADJECTIVE
        return
    if text.startswith("The "):
        yield text[4:], Via.EXACT
    parts = re.split("[ -]", fold(text))
    if type_ is EntityType.PERSON and len(parts) == 3 and parts[0] in _data().family_name_first[Language.EN]:
        yield f"{parts[0]} {parts[1]}{parts[2]}", Via.EXACT
    one_word = len(parts) == 1 and parts[0].isalpha() and parts[0][-1] not in "sxz"
    if type_ is EntityType.OTHER and (one_word or parts[-1].isdigit()):
        yield text + "s", Via.EXACT  # several of a weapon: Shaheds, F-16s


# Korean


def _korean_spacings(text: str) -> Iterator[str]:
    """A name of many words with each of its spaces left out, and one with its last word set apart."""
    words = text.split(" ")
    if 1 < len(words) <= 5:
        for joints in product((" ", ""), repeat=len(words) - 1):
            yield "".join(word + joint for word, joint in zip(words, (*joints, ""), strict=True))
    for last in _data().set_apart:
        if words[-1].endswith(last) and len(words[-1]) > len(last) + 1:
            yield text[: -len(last)] + " " + last


# Ukrainian and Russian


def _adjective(text: str, language: Language) -> Iterator[str]:
    """An adjective in every gender, number and case; a noun (українець) in every case."""
    head, _, last = text.rpartition(" ")
    word = last.lower()
    for ending, endings in _data().slavic[language].adjective_endings.items():
        if word.endswith(ending):
            stem = f"{head} {word}".strip()[: -len(ending)]
            yield from (stem + other for other in endings)
            yield from _joints(stem, language)
            return
    if head:  # північні корейці
        yield from _declined(text, EntityType.OTHER, language)
        return
    if _is_known(word, language):
        for parse in _analyzer(language).parse(word):
            if "NOUN" in parse.tag and _nominative(parse.tag):
                yield from (other.word for other in parse.lexeme)
    else:
        yield from _declined(text, EntityType.OTHER, language)


def _joints(stem: str, language: Language) -> Iterator[str]:
    """The shapes of an adjective as the first part of a compound (російсько-український, американо-китайский)."""
    suffix = _data().slavic[language].place_suffix
    if stem.endswith(suffix):
        yield stem + "о"
        if stem[: -len(suffix)].endswith("н"):
            yield stem[: -len(suffix)] + "о"


def _declined(text: str, type_: EntityType, language: Language) -> Iterator[str]:
    words = text.split(" ")
    if type_ is EntityType.PERSON:
        yield from _agreeing([_person_part(words, at, language) for at in range(len(words))])
        return
    head = next((at for at, word in enumerate(words) if not _is_adjective(words, at, language)), None)
    if head is None:  # A place named by an adjective alone: Грозный, Рівне.
        yield from _agreeing([_decline_last_part(word, "adjectives", language) for word in words])
        return
    plural = head > 0 and words[0].lower().endswith(("і", "ї", "ые", "ие"))
    parts = [_decline_last_part(word, "adjectives", language) for word in words[:head]]
    parts.append(_noun(words[head], language, plural=plural, alone=len(words) == 1))
    rest = words[head + 1 :]
    fixed = [_same(word) for word in rest]
    yield from _agreeing(parts + fixed)
    # An apposition may decline with its head (Республика Тува: Республики Тувы) or stay (Республики Тува).
    if len(rest) == 1 and rest[0][:1].isupper() and _may_be_nominative(rest[0], language):
        declines = _is_adjective([*rest, ""], 0, language)
        with_it = _decline_last_part(rest[0], "adjectives", language) if declines else _noun(rest[0], language)
        yield from _agreeing([*parts, with_it])


def _plural(word: str, language: Language) -> Iterator[str]:
    """Several of a thing whose name ends in a consonant: Шахеди, «Искандерами»."""
    low = word.lower()
    if _CYRILLIC_WORD.fullmatch(low) and low[-1] in _HARD_CONSONANTS:
        yield from (low + ending for ending in _data().slavic[language].plural_endings)


def _agreeing(parts: Sequence[Paradigm]) -> Iterator[str]:
    """The words of a name put together case by case."""
    for words_in_case in zip(*parts, strict=True):
        for combination in islice(product(*words_in_case), _MOST_IN_CASE):
            yield " ".join(combination)


def _same(word: str) -> Paradigm:
    return ((word,),) * len(_CASES)


def _person_part(words: Sequence[str], at: int, language: Language) -> Paradigm:
    word = words[at]
    if not word[:1].isupper() or word.endswith("."):
        return _same(word)
    last = at == len(words) - 1
    given_name_last = words[0].lower() in _data().family_name_first[language] and len(words) > 1
    if given_name_last and not last:
        return _same(word)
    paradigm = _decline_last_part(word, "persons", language)
    # A woman's family name that ends in a consonant or in -ко does not decline.
    stays = last and len(words) > 1 and word[-1] not in "ийаяої"
    return tuple((*forms, word) if stays else forms for forms in paradigm)


def _together(known: Paradigm | None, by_rule: Paradigm) -> Paradigm:
    """Two paradigms of one word as one; the second alone where the dictionary has none."""
    if known is None:
        return by_rule
    return tuple(tuple(dict.fromkeys((*one, *other))) for one, other in zip(known, by_rule, strict=True))


def _noun(word: str, language: Language, *, plural: bool = False, alone: bool = False) -> Paradigm:
    if is_capitals(word) and not _READ_AS_WORD.search(word):
        return _same(word)
    first, joint, tail = _hyphenated(word)
    if joint:  # Ростов-на-Дону: Ростове-на-Дону; Минск-2: Минска-2.
        return tuple(tuple(form + joint + tail for form in forms) for forms in _noun(first, language))
    head, hyphen, last = word.rpartition("-")
    known = _known_noun(last.lower(), language, plural)
    if known is None or (alone and not plural):
        # The dictionary's paradigm of a name is sometimes another word's; of a common noun it is right.
        known = _together(known, _by_rule(last.lower(), "nouns", language))
    return tuple(tuple(head + hyphen + form for form in forms) for forms in known)


def _decline_last_part(word: str, table: str, language: Language) -> Paradigm:
    if ordinal := _ORDINAL.match(word):  # 155-та бригада: 155-ї бригади
        endings = _data().slavic[language].ordinal_endings
        return (tuple(f"{ordinal[1]}-{ending}" for ending in endings),) * len(_CASES)
    head, hyphen, last = word.rpartition("-")
    low = last.lower()
    declined = _by_rule(low, table, language)
    if table == "persons" and not hyphen:
        declined = _together(_known_noun(low, language, False, _PERSONAL), declined)
    return tuple(tuple(head + hyphen + form for form in forms) for forms in declined)


def _hyphenated(word: str) -> tuple[str, str, str]:
    match = re.match("([^-]+)(-(?=\\d)|-(?:на|над|під|под|де|ле|аль|оф)-)(.+)$", word)
    return (match[1], match[2], match[3]) if match else (word, "", "")


@lru_cache(maxsize=200_000)
def _by_rule(word: str, table: str, language: Language) -> Paradigm:
    """A word in its cases by the first rule that fits; unchanged where none does."""
    if not _CYRILLIC_WORD.fullmatch(word):
        return _same(word)
    data = _data().slavic[language]
    rules = {"persons": (*data.persons, *data.nouns), "adjectives": data.adjectives, "nouns": data.nouns}[table]
    return next((rule.decline(word) for rule in rules if rule.fits.search(word)), _same(word))


@lru_cache(maxsize=200_000)
def _known_noun(word: str, language: Language, plural: bool, signs: tuple[str, ...] = ()) -> Paradigm | None:
    """A noun of the dictionary in its cases, or None if it is not there in the nominative."""
    if not _is_known(word, language):
        return None
    parses = [parse for parse in _analyzer(language).parse(word) if "NOUN" in parse.tag and _nominative(parse.tag)]
    if signs:
        parses = [parse for parse in parses if any(sign in parse.tag for sign in signs)]
    fitting = [parse for parse in parses if ("plur" in parse.tag) is plural] or parses
    if not fitting:
        return None
    found: dict[str, dict[str, None]] = {case: {} for case in _CASES}
    for parse in fitting:
        number, gender = "plur" in parse.tag, parse.tag.gender
        for other in parse.lexeme:  # a family name's lexeme holds the man's and the woman's cases
            case = _ALSO.get(other.tag.case, other.tag.case)
            if case in found and ("plur" in other.tag) is number and (number or other.tag.gender == gender):
                found[case][other.word] = None
    return tuple(tuple(found[case]) or (word,) for case in _CASES)


@lru_cache(maxsize=200_000)
def _adjective_or_noun(word: str, language: Language) -> tuple[bool, bool]:
    """Whether the dictionary has a word as an adjective, and as a noun (not a person's name), in the nominative."""
    tags = [parse.tag for parse in _analyzer(language).parse(word) if _nominative(parse.tag)]
    nouns = (tag for tag in tags if "NOUN" in tag and not any(sign in tag for sign in _PERSONAL))
    return any("ADJF" in tag or "PRTF" in tag for tag in tags), any(nouns)


def _is_adjective(words: Sequence[str], at: int, language: Language) -> bool:
    """Whether a word of a name is an adjective that declines with the noun after it."""
    if _ORDINAL.match(words[at]):
        return at + 1 < len(words)
    word = words[at].rpartition("-")[2].lower()
    signs = _data().slavic[language].adjective_signs.search(word) is not None
    if _is_known(word, language):
        adjective, noun = _adjective_or_noun(word, language)
        return adjective and (not noun or (signs and at + 1 < len(words)))
    return signs and at + 1 < len(words)


def _may_be_nominative(word: str, language: Language) -> bool:
    low = word.lower()
    if not _is_known(low, language):
        return True
    parses = _analyzer(language).parse(low)
    return any(_nominative(parse.tag) and "plur" not in parse.tag for parse in parses)


def _nominative(tag: Any) -> bool:
    # The Ukrainian dictionary leaves the case of neuter nominatives out.
    return tag.case in (None, "nomn")


@lru_cache(maxsize=200_000)
def _is_known(word: str, language: Language) -> bool:
    return bool(_analyzer(language).word_is_known(word))


@cache
def _analyzer(language: Language) -> Any:
    # The dictionaries take some 30 MB and half a second each: only for a language that is met.
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang=language.value)


# Data


@cache
def _data() -> _Data:
    raw = yaml.safe_load(resources.files("glossary").joinpath("inflection.yaml").read_text(encoding="utf-8"))
    try:
        return _Data(
            slavic={language: _slavic(raw[language.value]) for language in (Language.UK, Language.RU)},
            family_name_first={Language(code): _words(names) for code, names in raw["family_name_first"].items()},
            people_endings=tuple(_words(raw["en"]["people_endings"])),
            set_apart=tuple(sorted(_words(raw["ko"]["set_apart"]), key=len, reverse=True)),
            titles=tuple(sorted(_words(raw["ko"]["titles"]))),
            prefixes=tuple(sorted(_words(raw["ko"]["prefixes"]))),
            shortened={country: tuple(short) for country, short in raw["ko"]["shortened"].items()},
        )
    except (KeyError, ValueError, AttributeError, re.error) as error:
        message = f"The file inflection.yaml is not as it should be: {error!r}."
        raise GlossaryError(message) from error


def _slavic(raw: Mapping[str, Any]) -> _Slavic:
    return _Slavic(
        persons=tuple(map(_rule, raw["persons"])),
        adjectives=tuple(map(_rule, raw["adjectives"])),
        nouns=tuple(map(_rule, raw["nouns"])),
        adjective_endings={ending: tuple(endings) for ending, endings in raw["adjective_endings"].items()},
        acronym_endings=_words(raw["acronym_endings"]),
        ordinal_endings=tuple(sorted(_words(raw["ordinal_endings"]))),
        adjective_signs=re.compile(raw["adjective_signs"]),
        place_suffix=str(raw["place_suffix"]),
        plural_endings=tuple(_ordered(raw["plural_endings"])),
    )


def _rule(raw: Mapping[str, Any]) -> _Rule:
    cases = tuple(tuple("" if ending == "-" else ending for ending in str(case).split("|")) for case in raw["cases"])
    if len(cases) != len(_CASES):
        message = f"a rule has {len(cases)} cases: {raw}"
        raise ValueError(message)
    return _Rule(re.compile(f"(?:{raw.get('after', '')}){raw['cut']}$"), len(raw["cut"]), cases)


def _ordered(raw: Iterable[object]) -> list[str]:
    return sorted(_words(raw))


def _words(raw: Iterable[object]) -> frozenset[str]:
    words = list(raw)
    if not all(isinstance(word, str) and word for word in words):
        message = f"a list has something that is not a word (quote yes, no, on): {words}"
        raise ValueError(message)
    return frozenset(str(word) for word in words)
