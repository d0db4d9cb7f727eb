"""Organisations: known whole, or composed of known words, or missing with the reason. None ever reaches the model.

The words and their forms are `organisations.yaml`. The grammar here reads an English name from left to right into a
head with what stands before it (ordinal, country, adjectives, fields of work) and behind it (of, for, on, in, to), and
writes it in Ukrainian, Russian (agreement, genitive) and Korean (everything before the head).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from typing import TypeVar

from translations import memory
from translations.knowledge import load, rows
from translations.languages import Language
from translations.places import adjective, place_forms


@dataclass(frozen=True, slots=True)
class Organisation:
    """What became of an organisation's name: forms by language and their source, or the reason there are none."""

    forms: Mapping[Language, str]
    source: str
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class _Noun:
    english: str
    uk: tuple[str, str, str]  # nominative, genitive, gender
    ru: tuple[str, str, str]
    ko: str


@dataclass(frozen=True, slots=True)
class _Topic:
    uk: str
    ru: str
    gender: str
    ko: str


@dataclass(frozen=True, slots=True)
class _Adjective:
    uk: str
    ru: str
    ko: str
    belongs: str  # head, noun or phrase


@dataclass(frozen=True, slots=True)
class _Place:
    """A country or city: genitive, locative and adjective (empty where unknown) in uk and ru, name in ko."""

    english: str
    uk: tuple[str, str, str]
    ru: tuple[str, str, str]
    ko: str
    country: bool


@dataclass(frozen=True, slots=True)
class _Ordinal:
    number: int
    words: tuple[str, str] | None  # masculine uk and ru when it was written as a word


_T = TypeVar("_T", _Noun, _Topic, _Adjective, _Place, _Ordinal)
_Item = _Noun | _Topic | _Adjective | _Place | _Ordinal | str


@dataclass(slots=True)
class _Phrase:
    """A head with everything that belongs to it, as it is read."""

    head: _Noun
    ordinal: _Ordinal | None = None
    adjectives: list[_Adjective] = field(default_factory=list)
    topics: list[tuple[_Adjective | None, _Topic]] = field(default_factory=list)
    place: _Place | None = None
    owner: _Phrase | None = None
    complements: list[tuple[str, list[_Topic | _Place | _Phrase]]] = field(default_factory=list)


class _UnreadableError(Exception):
    """The name is no composition of known words; the message is the reason for the user."""


# -- knowledge -------------------------------------------------------------------------------------------------------


@cache
def _known() -> dict[Language, dict[str, Mapping[Language, str]]]:
    index: dict[Language, dict[str, Mapping[Language, str]]] = {language: {} for language in Language}
    for english, uk, ru, ko in rows("organisations", "known", widths=(4,)):
        spellings = english.split(" / ")
        forms = {Language.EN: spellings[0], Language.UK: uk, Language.RU: ru, Language.KO: ko}
        for spelling in spellings:
            index[Language.EN].setdefault(memory.key(spelling), forms)
        for language in (Language.UK, Language.RU, Language.KO):
            index[language].setdefault(memory.key(forms[language]), forms)
    return index


@cache
def _lexicon() -> dict[str, list[_Item]]:
    """Every known phrase in lower case with what it can be."""
    words: dict[str, list[_Item]] = {}

    def add(english: str, item: _Item) -> None:
        for spelling in english.split(" / "):
            if spelling:
                words.setdefault(spelling.lower(), []).append(item)

    for english, *forms, ko in rows("organisations", "nouns", widths=(8,)):
        add(english, _Noun(english.split(" / ")[0], (forms[0], forms[1], forms[2]), (forms[3], forms[4], forms[5]), ko))
    for english, uk, ru, gender, ko in rows("organisations", "topics", widths=(5,)):
        add(english, _Topic(uk, ru, gender, ko))
    for english, uk, ru, ko, belongs in rows("organisations", "adjectives", widths=(5,)):
        add(english, _Adjective(uk, ru, ko, belongs))
    for english, demonym, *forms in rows("organisations", "countries", widths=(8,)):
        names = english.split(" / ")
        whole = _known()[Language.EN].get(memory.key(names[0]))
        known = memory.place(names[0], Language.EN)
        ko = whole[Language.KO] if whole else known.forms[Language.KO] if known else names[0]
        place = _Place(
            names[0],
            (forms[0], forms[1], forms[2]),
            (forms[3], forms[4], forms[5]),
            ko,
            memory.region(names[0]) is None,
        )
        add(english, place)
        add(demonym, place)
    for english, uk, ru, number in rows("organisations", "ordinals", widths=(4,)):
        add(english, _Ordinal(int(number), (uk, ru)))
    return words


# -- reading ---------------------------------------------------------------------------------------------------------

_CONNECTORS = {"of", "for", "on", "in", "to", "and", "the", "&", ",", "with"}
_PREPOSITIONS = {"of", "for", "on", "in", "to", "with"}


def looks_like_organisation(text: str, source: Language) -> bool:
    """Whether a name carries a head of organisations (in English, Ukrainian or Russian), or is an acronym."""
    if memory.key(text) in _known()[source] or is_acronym(text):
        return True
    if source is not Language.EN:
        return any(word in _cyrillic_heads() for word in text.lower().split())
    words = _words(text)
    return any(
        isinstance(item, _Noun)
        for start in range(len(words))
        for size in (1, 2, 3)
        for item in _lexicon().get(" ".join(words[start : start + size]).lower(), [])
    )


@cache
def _cyrillic_heads() -> frozenset[str]:
    """The heads of one word in Ukrainian and Russian: міністерство, бригада."""
    nouns = [row for row in load("organisations")["nouns"] if " " not in row[1] and " " not in row[4]]
    return frozenset(form.lower() for row in nouns for form in (row[1], row[4]))


def is_acronym(text: str) -> bool:
    """Whether a name is letters to be read one by one: SBU, U.N., KNDR; a lone capital is none."""
    return bool(re.fullmatch(r"(?:[A-ZА-ЯЄІЇҐ]\.?){2,7}\d?|[A-Z][a-z]?[A-Z]{2,5}|[A-Z]\d{1,2}", text.strip()))


def organisation_forms(text: str, source: Language) -> Organisation:
    """An organisation's forms: known, composed, or none with the reason."""
    known = _known()[source].get(memory.key(re.sub(r"^[Tt]he\s+", "", text.strip())))
    if known is not None:
        return Organisation(known, "memory")
    if is_acronym(text):
        return Organisation({}, "", f"{text} is an acronym that is not known; it is never spelt out letter by letter.")
    if source is not Language.EN:
        return Organisation({}, "", "An organisation is composed from its English name only; this one is not known.")
    try:
        phrase = _read(list(_items(_words(text))))
        return Organisation({language: _write(phrase, language) for language in _WRITTEN}, "rule")
    except _UnreadableError as error:
        return Organisation({}, "", str(error))


def _words(text: str) -> list[str]:
    text = re.sub("[’ʼ]", "'", text.strip())
    # A country's possessive is as good as its adjective: Ukraine's Ministry of Defence.
    text = re.sub(r"(?<!People)(?<!Workers)(?<!Prosecutor)(?<!General)(?<!President)(?<!Veterans)'s\b", "", text)
    return re.findall(r"[\w.'&\-]+|,", text)


def _items(words: list[str]) -> Iterator[list[_Item]]:
    """The words as known items, the longest first; a word that is not known ends the reading."""
    index = 0
    while index < len(words):
        for size in range(min(7, len(words) - index), 0, -1):
            found = _look_up(" ".join(words[index : index + size]))
            if found:
                yield found
                index += size
                break
        else:
            message = f"“{words[index]}” is not among the words that organisations are composed of."
            raise _UnreadableError(message)


def _look_up(phrase: str) -> list[_Item]:
    lower = phrase.lower()
    if lower in _CONNECTORS:
        return [lower]
    if lower in _lexicon():
        return _lexicon()[lower]
    ordinal = re.fullmatch(r"(\d{1,4})(?:st|nd|rd|th)", lower)
    if ordinal:
        return [_Ordinal(int(ordinal[1]), None)]
    if phrase[:1].isupper() and " of" not in lower:
        place = _other_place(phrase)
        if place is not None:
            return [place]
    return []


def _other_place(phrase: str) -> _Place | None:
    """A place of memory that has an adjective; a genitive is made by its ending where that settles it."""
    known = memory.place(phrase, Language.EN)
    if known is None or not set(_WRITTEN) <= set(known.forms):
        return None
    forms = place_forms(phrase, Language.EN)
    if forms is None:
        return None
    english = known.forms[Language.EN]
    uk, ru = adjective(english, forms, Language.UK), adjective(english, forms, Language.RU)
    genitives = _genitive(known.forms[Language.UK], Language.UK), _genitive(known.forms[Language.RU], Language.RU)
    if not (uk and ru) and not all(genitives):
        return None
    lower_uk, lower_ru = (uk or "").lower(), (ru or "").lower()
    return _Place(
        english, (genitives[0], "", lower_uk), (genitives[1], "", lower_ru), known.forms[Language.KO], country=False
    )


_GENITIVES = {
    Language.UK: (
        (r"(ськ|цьк)$", r"\1а"),
        (r"ія$", "ії"),
        (r"(?<=[нтлдзс])я$", "і"),
        (r"([гкхбвдзлмнпрстф])а$", r"\1и"),
        (r"поль$", "поля"),
        (r"([бвдзлмнпрстф])$", r"\1а"),
        (r"([оеуіиї])$", r"\1"),
    ),
    Language.RU: (
        (r"(ск|цк)$", r"\1а"),
        (r"ия$", "ии"),
        (r"([гкх])а$", r"\1и"),
        (r"([бвдзлмнпрстф])а$", r"\1ы"),
        (r"поль$", "поля"),
        (r"([бвгдзклмнпрстф])$", r"\1а"),
        (r"([оеуиы])$", r"\1"),
    ),
}


def _genitive(name: str, language: Language) -> str:
    """The genitive of a one-word place by its ending; empty where the ending does not settle it."""
    if " " in name or "-" in name or re.search(r"ів$|їв$|ець$|ец$", name):
        return ""
    for ending, replacement in _GENITIVES[language]:
        if re.search(ending, name):
            return re.sub(ending, replacement, name)
    return ""


def _read(items: list[list[_Item]]) -> _Phrase:
    phrase, index = _read_phrase(items, 0)
    if index < len(items):
        raise _UnreadableError("The words are known, but not how they belong together.")
    if phrase.head.english == "Department" and set(_places_of(phrase)) & set(
        load("organisations")["department_is_ministry"]
    ):
        ministry = _as(_lexicon()["ministry"], _Noun)
        phrase.head = ministry or phrase.head
    return phrase


def _read_phrase(items: list[list[_Item]], index: int) -> tuple[_Phrase, int]:
    """One head with what stands before it, an owner before an ordinal or another head, and its complements."""
    while index < len(items) and items[index] == ["the"]:
        index += 1
    run = list(takewhile(lambda item: not isinstance(item[0], str), items[index:]))
    if not run:
        raise _UnreadableError("There is no word in it that says what kind of organisation it is.")
    phrase = _read_run(run)
    index += len(run)
    while index < len(items) and items[index][0] in _PREPOSITIONS:
        preposition = str(items[index][0])
        complement, index = _read_complement(items, index + 1)
        phrase.complements.append((preposition, complement))
    return phrase, index


def _read_run(run: list[list[_Item]]) -> _Phrase:
    """A run of words without prepositions: its last head is the head, an earlier one (with its words) the owner."""
    # What can be a field of work as well (State Security) is a head only at the end.
    heads = [
        index for index, item in enumerate(run) if _as(item, _Noun) and (index == len(run) - 1 or not _as(item, _Topic))
    ]
    if not heads:
        raise _UnreadableError("There is no word in it that says what kind of organisation it is.")
    last = heads[-1]
    if last != len(run) - 1:
        raise _UnreadableError("The words are known, but not how they belong together.")
    head = _as(run[last], _Noun)
    assert head is not None  # noqa: S101 - heads holds only indices of nouns
    phrase = _Phrase(head)
    before = run[:last]
    if len(heads) > 1:
        # The words up to the earlier head are the owner: Korean People's Army | 11th Corps.
        phrase.owner = _read_run(before[: heads[-2] + 1])
        before = before[heads[-2] + 1 :]
    waiting: _Adjective | None = None
    for item in before:
        ordinal, place = _as(item, _Ordinal), _as(item, _Place)
        topic, described = _as(item, _Topic), _as(item, _Adjective)
        if ordinal and phrase.ordinal is None:
            phrase.ordinal = ordinal
        elif place and not described:
            if phrase.place is not None:
                raise _UnreadableError("Two places stand before the head; which one it belongs to is not clear.")
            phrase.place = place
        elif described and not (topic and waiting):
            if waiting:
                phrase.adjectives.append(waiting)
            waiting = described if described.belongs == "noun" else None
            if waiting is None:
                phrase.adjectives.append(described)
        elif topic:
            phrase.topics.append((waiting, topic))
            waiting = None
        else:
            raise _UnreadableError("The words are known, but not how they belong together.")
    if waiting:
        phrase.adjectives.append(waiting)
    return phrase


def _as(item: list[_Item], kind: type[_T]) -> _T | None:
    return next((one for one in item if isinstance(one, kind)), None)


def _read_complement(items: list[list[_Item]], index: int) -> tuple[list[_Topic | _Place | _Phrase], int]:
    """What follows a preposition: fields joined by commas and "and", a place, or another organisation."""
    read: list[_Topic | _Place | _Phrase] = []
    while index < len(items):
        while index < len(items) and items[index][0] in ("the", "and", ",", "&"):
            index += 1
        run = list(takewhile(lambda item: not isinstance(item[0], str), items[index:]))
        if not run:
            break
        last = run[-1]
        topic, place = _as(last, _Topic), _as(last, _Place)
        if len(run) == 1 and (topic or place):
            read.append(topic or place)  # type: ignore[arg-type] # one of the two is not None
            index += 1
        elif _as(last, _Noun):
            phrase, index = _read_phrase(items, index)
            read.append(phrase)
        elif topic and len(run) == 2 and (described := _as(run[0], _Adjective)):
            read.append(_described_topic(described, topic))
            index += 2
        else:
            raise _UnreadableError("The words are known, but not how they belong together.")
        if index >= len(items) or items[index][0] not in ("and", ",", "&"):
            break
    if not read:
        raise _UnreadableError("A preposition in it leads nowhere.")
    return read, index


def _described_topic(described: _Adjective, topic: _Topic) -> _Topic:
    return _Topic(
        f"{_agree(described.uk, topic.gender, Language.UK, genitive=True)} {topic.uk}",
        f"{_agree(described.ru, topic.gender, Language.RU, genitive=True)} {topic.ru}",
        topic.gender,
        described.ko + topic.ko,
    )


# -- writing ---------------------------------------------------------------------------------------------------------

_WRITTEN = (Language.UK, Language.RU, Language.KO)


def _write(phrase: _Phrase, language: Language) -> str:
    if language is Language.KO:
        return re.sub(r"\s+", " ", _korean(phrase)).strip()
    return _capital(_slavic(phrase, language, genitive=False))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _slavic(phrase: _Phrase, language: Language, *, genitive: bool) -> str:
    nominative, genitive_form, gender = phrase.head.uk if language is Language.UK else phrase.head.ru
    before: list[str] = []
    after: list[str] = []
    if phrase.ordinal:
        before.append(_ordinal(phrase.ordinal, gender, language, genitive=genitive))
    own_adjective = _place_adjective(phrase, language)
    if own_adjective:
        agreed = _agree(own_adjective, gender, language, genitive=genitive)
        # It opens the name of a party or an army, and names are written with a capital: Українська партія.
        before.append(_capital(agreed))
    for described in phrase.adjectives:
        form = described.uk if language is Language.UK else described.ru
        if described.belongs == "phrase":
            after.append(form)
        else:
            before.append(_agree(form, gender, language, genitive=genitive))
    head = genitive_form if genitive else nominative
    if before and not phrase.head.uk[0][0].isupper():
        head = head[:1].lower() + head[1:]
    for described_by, topic in phrase.topics:
        field_of_work = _described_topic(described_by, topic) if described_by else topic
        after.append(field_of_work.uk if language is Language.UK else field_of_work.ru)
    if phrase.owner:
        after.append(_capital(_slavic(phrase.owner, language, genitive=True)))
    close = [_complement(*one, language) for one in phrase.complements if one[0] not in ("in", "to")]
    far = [_complement(*one, language) for one in phrase.complements if one[0] in ("in", "to")]
    after.extend(close)
    if phrase.place and not own_adjective:
        after.append(_place_case(phrase.place, language, 0))
    after.extend(far)
    return " ".join([*before, head, *after])


def _place_adjective(phrase: _Phrase, language: Language) -> str:
    """The place's adjective where it goes before the head: always for cities, for countries with some heads."""
    place = phrase.place
    if place is None:
        return ""
    adjective_form = (place.uk if language is Language.UK else place.ru)[2]
    if place.country and phrase.head.english not in load("organisations")["national_adjective"]:
        return ""
    return adjective_form


def _place_case(place: _Place, language: Language, case: int) -> str:
    """Genitive (0) or locative (1) of a place."""
    form = (place.uk if language is Language.UK else place.ru)[case]
    if not form:
        message = f"The case of {place.english} that is needed here is not known."
        raise _UnreadableError(message)
    return form


def _complement(preposition: str, complement: list[_Topic | _Place | _Phrase], language: Language) -> str:
    ukrainian = language is Language.UK
    written = []
    for one in complement:
        if isinstance(one, _Topic):
            written.append(one.uk if ukrainian else one.ru)
        elif isinstance(one, _Place):
            located = preposition in ("in", "to") and bool((one.uk if ukrainian else one.ru)[1])
            written.append(_place_case(one, language, 1 if located else 0))
        else:
            written.append(_capital(_slavic(one, language, genitive=True)))
    joined = ", ".join(written[:-1])
    joined = f"{joined} {'та' if ukrainian else 'и'} {written[-1]}" if joined else written[-1]
    if preposition == "on" and isinstance(complement[0], _Topic):
        return f"{'з питань' if ukrainian else 'по вопросам'} {joined}"
    if preposition in ("in", "to") and isinstance(complement[0], _Place):
        if complement[0].english in ("United Nations", "NATO", "European Union"):
            return f"при {joined}"
        return f"{_in(joined, language)} {joined}"
    if preposition in ("in", "to", "with", "on"):
        raise _UnreadableError(f"What “{preposition}” means in it is not clear.")  # noqa: EM102 - said once
    return joined


def _in(following: str, language: Language) -> str:
    """В or its other form before a hard beginning: у Франції, во Франции."""
    if language is Language.UK:
        return "у" if re.match(r"[вф]|[бвгдзклмнпрстфхцчшщ]{2}|[бгдзклмнпрстхцчшщ]", following, re.IGNORECASE) else "в"
    return "во" if re.match(r"[вф][бвгдзклмнпрстфхцчшщь]", following, re.IGNORECASE) else "в"


# -- Korean ----------------------------------------------------------------------------------------------------------


def _korean(phrase: _Phrase) -> str:
    """Everything before the head: owner and places, ordinal, adjectives, fields of work."""
    outside: list[str] = []
    inside: list[str] = []
    for preposition, complement in phrase.complements:
        for one in complement:
            if isinstance(one, _Place):
                abroad = preposition in ("in", "to")
                (outside.insert(0, f"{one.ko} 주재") if abroad else outside.append(one.ko))
            elif isinstance(one, _Phrase):
                outside.append(_korean(one))
            else:
                inside.append(one.ko)
    if phrase.place:
        outside.append(phrase.place.ko)
    if phrase.owner:
        outside.append(_korean(phrase.owner))
    numbered = f"제{phrase.ordinal.number}" if phrase.ordinal else ""
    adjectives = "".join(_korean_adjective(described, phrase.head) for described in phrase.adjectives)
    fields = "".join((described.ko if described else "") + topic.ko for described, topic in phrase.topics)
    body = numbered + adjectives + fields + "".join(inside)
    head = phrase.head.ko
    if phrase.head.english == "Ministry":
        head = _ministry_suffix(phrase)
    joined = head.startswith("-")
    head = head[1:] if joined else head.strip()
    if body:
        named = body + head if joined else f"{body} {head}"
    elif joined and head == "군" and outside:
        outside[-1] += head
        named = ""
    else:
        named = head
    return _own_ministry(" ".join([*outside, named]), phrase)


def _korean_adjective(described: _Adjective, head: _Noun) -> str:
    if described.ko == "국가":
        for word, heads in load("organisations")["korean_national"].items():
            if head.english in heads:
                return str(word)
    return described.ko


def _places_of(phrase: _Phrase) -> list[str]:
    places = [phrase.place] if phrase.place else []
    places += [one for _, complement in phrase.complements for one in complement if isinstance(one, _Place)]
    return [place.english for place in places]


def _own_ministry(text: str, phrase: _Phrase) -> str:
    for english, general, own in load("organisations")["korean_own_ministries"]:
        if english in _places_of(phrase):
            text = text.replace(general, own)
    for twice, once in load("organisations")["korean_once"]:
        text = text.replace(twice, once)
    return text


def _ministry_suffix(phrase: _Phrase) -> str:
    suffixes = load("organisations")["korean_ministry_suffix"]
    return "-" + next((suffixes[place] for place in _places_of(phrase) if place in suffixes), "부")


# -- agreement -------------------------------------------------------------------------------------------------------

_ENDINGS = {
    # language, kind: gender -> (nominative, genitive)
    (Language.UK, "hard"): {"m": ("ий", "ого"), "f": ("а", "ої"), "n": ("е", "ого"), "p": ("і", "их")},
    (Language.UK, "soft"): {"m": ("ій", "ього"), "f": ("я", "ьої"), "n": ("є", "ього"), "p": ("і", "іх")},
    (Language.RU, "hard"): {"m": ("ый", "ого"), "f": ("ая", "ой"), "n": ("ое", "ого"), "p": ("ые", "ых")},
    (Language.RU, "velar"): {"m": ("ий", "ого"), "f": ("ая", "ой"), "n": ("ое", "ого"), "p": ("ие", "их")},
    (Language.RU, "stressed"): {"m": ("ой", "ого"), "f": ("ая", "ой"), "n": ("ое", "ого"), "p": ("ые", "ых")},
    (Language.RU, "hushing"): {"m": ("ий", "его"), "f": ("ая", "ей"), "n": ("ее", "его"), "p": ("ие", "их")},
    (Language.RU, "soft"): {"m": ("ий", "его"), "f": ("яя", "ей"), "n": ("ее", "его"), "p": ("ие", "их")},
}


def _agree(masculine: str, gender: str, language: Language, *, genitive: bool) -> str:
    """An adjective, given in the masculine, in a gender (or plural) and case; several words agree each."""
    if " " in masculine:
        return " ".join(_agree(word, gender, language, genitive=genitive) for word in masculine.split())
    if language is Language.UK:
        kind = "soft" if masculine.endswith("ій") else "hard"
    elif masculine == "третий":
        return {"m": ("третий", "третьего"), "f": ("третья", "третьей"), "n": ("третье", "третьего")}[gender][genitive]
    elif masculine.endswith("ой"):
        kind = "stressed"
    elif masculine.endswith("ый"):
        kind = "hard"
    else:
        kind = "velar" if masculine[-3] in "гкх" else "hushing" if masculine[-3] in "жшчщ" else "soft"
    return masculine[:-2] + _ENDINGS[language, kind][gender][genitive]


def _ordinal(ordinal: _Ordinal, gender: str, language: Language, *, genitive: bool) -> str:
    """Third as a word, 47th as digits with the ending that its last sound asks for: 47-ма бригада, 47-й бригады."""
    if ordinal.words:
        return _agree(ordinal.words[0 if language is Language.UK else 1], gender, language, genitive=genitive)
    number = ordinal.number
    if language is Language.RU:
        ending = {"m": ("й", "го"), "f": ("я", "й"), "n": ("е", "го"), "p": ("е", "х")}[gender][genitive]
    elif genitive:
        ending = {"m": "го", "f": "ї", "n": "го", "p": "х"}[gender]
    else:
        unit = number % 10 if not 10 <= number % 100 <= 19 else 0
        feminine = {1: "ша", 2: "га", 3: "тя", 7: "ма", 8: "ма"}.get(unit, "та")
        neuter = {1: "ше", 2: "ге", 3: "тє", 7: "ме", 8: "ме"}.get(unit, "те")
        ending = {"m": "й", "f": feminine, "n": neuter, "p": "ті"}[gender]
        if number % 100 == 40:
            ending = {"f": "ва", "n": "ве"}.get(gender, ending)
    return f"{number}-{ending}"
