"""What is known by heart: exact matches, before any rule.

Territories, languages and the cities of time zones come from CLDR through Babel; places, given names and surnames from
the hand-written `places.yaml` and `name_parts.yaml`. Lookups work from each of the four languages. What a match is
used for (a person's parts put together, an oblast's adjective) is the rules' business, which come next.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from babel import Locale

from translations.cyrillic import english_from, hangul_from
from translations.hangul import is_hangul, write_place
from translations.knowledge import load, rows
from translations.languages import Language


@dataclass(frozen=True, slots=True)
class Known:
    """A place known by heart: its form in each language, and `cldr` or `memory`."""

    forms: Mapping[Language, str]
    source: str


@dataclass(frozen=True, slots=True)
class NamePart:
    """A given name or surname: its spellings and forms; `tradition` is the section of the file that it stands in.

    `sex` is m, f or empty where it does not matter. `ko` is empty when the rules make it from the Cyrillic form.
    """

    spellings: tuple[str, ...]
    uk: str
    ru: str
    ko: str
    tradition: str
    sex: str

    def form(self, language: Language) -> str:
        """The part in a language; in Korean by rule where the file says nothing."""
        if language is Language.EN:
            return self.spellings[0]
        if language is Language.KO:
            return self.ko or hangul_of(self.uk, self.ru, self.tradition)
        return self.uk if language is Language.UK else self.ru


def hangul_of(ukrainian: str, russian: str, tradition: str) -> str:
    """Hangul by the sound of the tradition: a Ukrainian's name from its Ukrainian form, others from the Russian."""
    if tradition == "ukrainian":
        return hangul_from(ukrainian, Language.UK)
    return hangul_from(russian, Language.RU)


@lru_cache(maxsize=65536)
def key(text: str) -> str:
    """What two spellings of one name share: case, diacritics, the kind of apostrophe and of space do not count."""
    if text.isascii():
        return " ".join(text.replace("`", "'").split()).casefold()
    text = re.sub("[’ʼʹ`´′]", "'", text.strip())
    if is_hangul(text):
        return text
    if re.search("[Ѐ-ӿ]", text):
        # й and ї are letters of their own; only ё is written both ways.
        text = text.replace("ё", "е").replace("Ё", "Е")
    else:
        text = unicodedata.normalize(
            "NFD", text.replace("ł", "l").replace("Ł", "L").replace("ø", "o").replace("ı", "i")
        )
        text = "".join(character for character in text if not unicodedata.combining(character))
    return re.sub(r"\s+", " ", text).casefold()


# -- places ----------------------------------------------------------------------------------------------------------


def place(text: str, source: Language) -> Known | None:
    """A place of the hand-written lists, or a territory or city of CLDR, by its name in `source`."""
    wanted = key(text)
    return _places()[source].get(wanted) or _korean_places()[source].get(wanted) or _cldr()[source].get(wanted)


def korean_place(text: str) -> Known | None:
    """A place of the list of Korean places by its English name."""
    return _korean_places()[Language.EN].get(key(text))


def language_name(text: str, source: Language) -> Known | None:
    """A language of CLDR by its name in `source`: ``Crimean Tatar``. Apart from places, which some are called like."""
    return _languages()[source].get(key(text))


@cache
def _languages() -> dict[Language, dict[str, Known]]:
    locales = {language: Locale(language.value) for language in Language}
    return _index(
        (
            {language: (locale.languages[code],) for language, locale in locales.items() if code in locale.languages},
            "cldr",
        )
        for code in locales[Language.EN].languages
    )


def _index(entries: Iterable[tuple[Mapping[Language, tuple[str, ...]], str]]) -> dict[Language, dict[str, Known]]:
    """Indexes rows by every spelling in every language; the first row to claim a spelling keeps it."""
    index: dict[Language, dict[str, Known]] = {language: {} for language in Language}
    for spellings, source in entries:
        known = Known({language: names[0] for language, names in spellings.items() if names}, source)
        for language, names in spellings.items():
            for name in names:
                index[language].setdefault(key(name), known)
    return index


@cache
def _places() -> dict[Language, dict[str, Known]]:
    return _index(
        (
            {
                Language.EN: tuple(english.split(" / ")),
                Language.UK: (uk,),
                Language.RU: (ru,),
                Language.KO: (ko,),
            },
            "memory",
        )
        for key_name in ("places", "korean_provinces")
        for english, uk, ru, ko in rows("places", key_name, widths=(4,))
    )


@cache
def _korean_places() -> dict[Language, dict[str, Known]]:
    """The list by Hangul; a further spelling in English stands before the romanisation for a place of the North."""
    data = load("places")["korean_places"]
    found: list[tuple[Mapping[Language, tuple[str, ...]], str]] = []
    for state in ("south", "north"):
        for hangul, *more in data[state]:
            further = [
                spelling.replace("-Island", " Island").replace("Mount-", "Mount ")
                for spelling in " ".join(more).split()
            ]
            revised = write_place(hangul, Language.EN)
            forms = {language: (write_place(hangul, language),) for language in (Language.UK, Language.RU)}
            english = (revised, *further) if state == "south" else (*further, revised)
            found.append(({**forms, Language.EN: english, Language.KO: (hangul,)}, "memory"))
    return _index(found)


@cache
def _cldr() -> dict[Language, dict[str, Known]]:
    locales = {language: Locale(language.value) for language in Language}
    found: list[tuple[Mapping[Language, tuple[str, ...]], str]] = []
    english = locales[Language.EN].territories
    for code in english:
        if str(code).isalpha():  # digits are continents and groupings
            names = {language: locale.territories.get(code) for language, locale in locales.items()}
            found.append(({language: (name,) for language, name in names.items() if name}, "cldr"))
    for zone, entry in locales[Language.UK].time_zones.items():
        if not zone.partition("/")[2] or zone.startswith("Etc/"):
            continue
        city = locales[Language.EN].time_zones.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
        names = {
            language: locales[language].time_zones.get(zone, {}).get("city") for language in (Language.RU, Language.KO)
        }
        names |= {Language.EN: city, Language.UK: entry.get("city")}
        found.append(({language: (name,) for language, name in names.items() if name}, "cldr"))
    return _index(found)


def is_territory(english: str) -> bool:
    """Whether an English name is a territory's of CLDR: a state, not a city or a region."""
    return key(english) in _territories()


@cache
def _territories() -> frozenset[str]:
    territories = Locale(Language.EN.value).territories
    return frozenset(key(name) for code, name in territories.items() if str(code).isalpha())


@dataclass(frozen=True, slots=True)
class Region:
    """A first-level region: its Ukrainian and Russian adjective (feminine, with область) and its Korean name."""

    english: str
    uk: str
    ru: str
    ko: str


def region(text: str) -> Region | None:
    """A region by its English name without the word that follows it: ``Kharkiv`` of Kharkiv Oblast."""
    return _regions().get(key(text))


@cache
def _regions() -> dict[str, Region]:
    found: dict[str, Region] = {}
    for english, uk, ru, ko in rows("places", "regions", widths=(4,)):
        names = english.split(" / ")
        for name in names:
            found[key(name)] = Region(names[0], uk, ru, ko)
    return found


def region_by_adjective(adjective: str) -> Region | None:
    """A region by its Ukrainian or Russian feminine adjective: Харківська, Харьковская."""
    return {key(form): one for one in _regions().values() for form in (one.uk, one.ru)}.get(key(adjective))


# -- parts of persons' names -----------------------------------------------------------------------------------------


def person(text: str, source: Language) -> Known | None:
    """A person known whole, whose name its parts would not give."""
    return _persons()[source].get(key(text))


@cache
def _persons() -> dict[Language, dict[str, Known]]:
    return _index(
        (
            {Language.EN: tuple(english.split(" / ")), Language.UK: (uk,), Language.RU: (ru,), Language.KO: (ko,)},
            "memory",
        )
        for english, uk, ru, ko in rows("name_parts", "persons", widths=(4,))
    )


def given_names(text: str, source: Language) -> tuple[NamePart, ...]:
    """Every given name that is spelt so in `source`, in the order of the file."""
    return _given(source).get(key(text), ())


def surnames(text: str, source: Language) -> tuple[NamePart, ...]:
    """Every surname that is spelt so in `source`; the feminine of a Slavic one is known with its masculine."""
    return _surnames(source).get(key(text), ())


def patronymic(text: str, source: Language) -> NamePart | None:
    """A Slavic patronymic made from a given name of the list: Serhiiovych, Sergeyevich."""
    return _patronymics()[source].get(_latin_skeleton(text) if source is Language.EN else key(text))


def _parts_index(parts: Iterable[NamePart], language: Language) -> dict[str, tuple[NamePart, ...]]:
    """Parts by their spellings in one language; only English has several of one part."""
    index: dict[str, tuple[NamePart, ...]] = {}
    for part in parts:
        names = part.spellings if language is Language.EN else (part.form(language),)
        for name in dict.fromkeys(key(name) for name in names if name):
            index[name] = (*index.get(name, ()), part)
    return index


@cache
def _given_parts() -> tuple[NamePart, ...]:
    return tuple(
        NamePart(tuple(spellings.split()), uk, ru, ko, tradition, sex)
        for tradition in load("name_parts")["given"]
        for sex, spellings, uk, ru, ko in rows("name_parts", "given", tradition, widths=(5,))
    )


@cache
def _given(language: Language) -> dict[str, tuple[NamePart, ...]]:
    return _parts_index(_given_parts(), language)


@cache
def _surnames(language: Language) -> dict[str, tuple[NamePart, ...]]:
    parts: list[NamePart] = []
    for tradition in load("name_parts")["surnames"]:
        for spellings, uk, ru, *ko in rows("name_parts", "surnames", tradition, widths=(3, 4)):
            part = NamePart(tuple(spellings.split()), uk, ru, ko[0] if ko else "", tradition, "")
            parts.append(part)
            if tradition != "western":
                parts.extend(_feminine(part))
    return _parts_index(parts, language)


# Masculine ending -> feminine: Ukrainian, Russian, Latin spellings, and the Korean ending.
_FEMININE = (
    (
        "ський",
        "ський",
        "ська",
        "ский",
        "ская",
        ("skyi", "skyy", "sky", "skiy", "skii"),
        ("ska", "skaya"),
        "스키",
        "스카",
    ),
    ("цький", "цький", "цька", "цкий", "цкая", ("tskyi", "tskyy", "tsky", "tskiy"), ("tska", "tskaya"), "츠키", "츠카"),
    ("ний", "ний", "на", "ный", "ная", ("nyi", "nyy", "ny"), ("na", "naya"), "니", "나"),
)


def _feminine(part: NamePart) -> list[NamePart]:
    """The woman's form of a Slavic surname: Zakharova of Zakharov, Zelenska of Zelensky."""
    if re.search(r"(?:ов|ев|єв|ёв|ьов|їв|ин|ін|їн|ын)$", part.ru) and part.uk[-1] in "вн":
        spellings = tuple(spelling + "a" for spelling in part.spellings if spelling[-1] in "vn")
        if not spellings:
            return []
        uk, ru = part.uk + "а", part.ru + "а"
        return [NamePart(spellings, uk, ru, _feminine_hangul(part, uk, ru), part.tradition, "f")]
    for _, uk_m, uk_f, ru_m, ru_f, latin_m, latin_f, ko_m, ko_f in _FEMININE:
        if not (part.uk.endswith(uk_m) and part.ru.endswith(ru_m)):
            continue
        stems = {
            spelling.removesuffix(ending)
            for spelling in part.spellings
            for ending in latin_m
            if spelling.endswith(ending)
        }
        shortest = min(stems, key=len, default="")
        if not shortest:
            return []
        uk, ru = part.uk.removesuffix(uk_m) + uk_f, part.ru.removesuffix(ru_m) + ru_f
        russian_sound = part.tradition == "russian"
        ko = part.ko.removesuffix(ko_m) + ko_f if part.ko.endswith(ko_m) else ""
        if ko and russian_sound:
            ko += "야"
        endings = latin_f[::-1] if russian_sound else latin_f
        return [NamePart(tuple(shortest + ending for ending in endings), uk, ru, ko, part.tradition, "f")]
    return []


def _feminine_hangul(part: NamePart, uk: str, ru: str) -> str:
    """The stem as the file spells the man's name, with the ending -ова, -ина heard: 자하로프 and 자하로바."""
    made = hangul_of(uk, ru, part.tradition)
    return part.ko[:-1] + made[-1] if part.ko and part.ko[-1] in "프우" and len(part.ko) == len(made) else made


# -- patronymics -----------------------------------------------------------------------------------------------------

# Given names whose patronymic the endings below do not make: Ukrainian man's and woman's, Russian man's and woman's.
_OWN_PATRONYMICS = {
    "Микола": ("Миколайович", "Миколаївна", "Николаевич", "Николаевна"),
    "Ілля": ("Ілліч", "Іллівна", "Ильич", "Ильинична"),
    "Лука": ("Лукич", "Луківна", "Лукич", "Лукинична"),
    "Микита": ("Микитович", "Микитівна", "Никитич", "Никитична"),
    "Сава": ("Савич", "Савівна", "Саввич", "Саввична"),
    "Яків": ("Якович", "Яківна", "Яковлевич", "Яковлевна"),
    "Григорій": ("Григорович", "Григорівна", "Григорьевич", "Григорьевна"),
    "Лев": ("Львович", "Львівна", "Львович", "Львовна"),
    "Петро": ("Петрович", "Петрівна", "Петрович", "Петровна"),
    "Павло": ("Павлович", "Павлівна", "Павлович", "Павловна"),
    "Михайло": ("Михайлович", "Михайлівна", "Михайлович", "Михайловна"),
    "Федір": ("Федорович", "Федорівна", "Фёдорович", "Фёдоровна"),
    "Данило": ("Данилович", "Данилівна", "Данилович", "Даниловна"),
    "Кузьма": ("Кузьмич", "Кузьмівна", "Кузьмич", "Кузьминична"),
}


def _made_patronymics(uk: str, ru: str) -> tuple[str, str, str, str] | None:
    """The four patronymics of a man's given name by its endings; None when neither ending is a regular one."""
    if uk in _OWN_PATRONYMICS:
        return _OWN_PATRONYMICS[uk]
    if uk[-1] == "й":
        uk_stem = uk[:-1] + "йо", uk[:-1] + "ї"
    elif uk[-1] == "о":
        uk_stem = uk[:-1] + "о", uk[:-1] + "і"
    elif uk[-1] == "ь":
        uk_stem = uk[:-1] + "ьо", uk[:-1] + "і"
    elif uk[-1] in "бвгдзклмнпрстфх" or uk[-1] in "жчшщ":
        uk_stem = uk + "о", uk + "і"
    else:
        return None
    if ru.endswith("ий"):
        ru_stem = ru[:-2] + ("ие" if re.search(r"[^аеёиоуыэюя]{2}ий$|[кг]ий$", ru) else "ье")
    elif ru[-1] in "йь":
        ru_stem = ru[:-1] + "е"
    elif ru[-1] in "бвгдзклмнпрстфх":
        ru_stem = ru + "о"
    else:
        return None
    return uk_stem[0] + "вич", uk_stem[1] + "вна", ru_stem + "вич", ru_stem + "вна"


@cache
def _patronymics() -> dict[Language, dict[str, NamePart]]:
    index: dict[Language, dict[str, NamePart]] = {language: {} for language in Language}
    for given in _given_parts():
        if given.sex != "m" or given.tradition not in ("ukrainian", "russian"):
            continue
        made = _made_patronymics(given.uk, given.ru)
        if made is None:
            continue
        for sex, uk, ru in (("m", made[0], made[2]), ("f", made[1], made[3])):
            own, language = (uk, Language.UK) if given.tradition == "ukrainian" else (ru, Language.RU)
            spelling = english_from(own, language)
            part = NamePart((spelling,), uk, ru, hangul_from(own, language), given.tradition, sex)
            index[Language.EN].setdefault(_latin_skeleton(spelling), part)
            index[Language.UK].setdefault(key(uk), part)
            index[Language.RU].setdefault(key(ru), part)
            index[Language.KO].setdefault(part.ko, part)
    return index


def _latin_skeleton(text: str) -> str:
    """A Latin patronymic without what romanisations differ in: Serhiyovych, Serhiiovych; Sergeevich, Sergeyevich."""
    return re.sub(r"[iyj']", "", key(text)).replace("x", "ks")
