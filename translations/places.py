"""Places by rule: regions and districts, rivers and airports around a name, and names of Ukraine, Russia, Korea and
China by their systems.

Memory is asked first, for the whole name and for the name inside ("Kupiansk District"). What no rule reads is left to
the model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from translations import memory
from translations.cyrillic import (
    english_from,
    from_polish,
    hangul_from,
    russian_from_english,
    russian_from_ukrainian,
    ukrainian_from_english,
    ukrainian_from_russian,
)
from translations.east_asia import chinese_place, japanese_word
from translations.hangul import is_common, is_hangul, read_place, write_place
from translations.knowledge import load, rows
from translations.languages import Language
from translations.orthographies import is_spelt_in_one, orthography_of, spell

_TARGETS = (Language.EN, Language.UK, Language.RU, Language.KO)
_JAPANESE_ENDINGS = re.compile(
    r"(?:shima|jima|yama|kawa|gawa|saki|zaki|moto|hama|mura|machi|bashi|oka|kuni|sawa|kaido)$", re.IGNORECASE
)
_KOREAN_ENDINGS = re.compile(r"[\s-](?:ri|dong|gun|si|do|gu|eup|up|myeon|myon)$", re.IGNORECASE)
_KOREAN_LETTERS = re.compile(r"eo(?!r)|yeo|(?<![eo])eu(?!r)|gye|gwa|hwa|hae|wol|pyong|kyong|hyon|chon\b", re.IGNORECASE)
# How Korean places often end and Slavic ones do not; the whole word must then read as common syllables.
_KOREAN_LAST = re.compile(
    r"(?:[aou]ng|jin|jon|chon|ju|jang|won|gang|gak|gok|pho|[aeo]n-?(?:ri|do|gun))$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PlaceForms:
    """What is known of a place: forms by language, some of which may be missing, and where they came from."""

    forms: Mapping[Language, str]
    source: str


def place_forms(text: str, source: Language) -> PlaceForms | None:
    """A place's forms by memory and rule, or None when neither knows it."""
    known = memory.place(text, source)
    if known is not None:
        return PlaceForms(known.forms, known.source)
    numbered = re.fullmatch(r"(.+?)([ -]\d+)", text)
    if numbered:
        inside = place_forms(numbered[1], source)
        return inside and PlaceForms({one: form + numbered[2] for one, form in inside.forms.items()}, inside.source)
    if source is Language.EN:
        stripped = re.sub(r"^[Tt]he\s+", "", text)
        if stripped != text:
            return place_forms(stripped, source)
        return (
            _on_river(text)
            or _with_particle(text)
            or _region(text)
            or _korean_unit(text)
            or _around(text)
            or _directed(text)
            or _spelt(text)
            or _korean(text, _KOREAN_LETTERS)
            or _chinese(text)
            or _korean(text, _KOREAN_LAST)
            or _slavic(text)
        )
    if source is Language.KO:
        return _from_hangul(text)
    return _region_from_cyrillic(text, source) or _from_cyrillic(text, source)


def has_place_word(text: str) -> bool:
    """Whether an English name carries a common noun of places: Oblast, District, Reservoir."""
    patterns = [pattern for pattern, *_ in _words()]
    patterns += [_region_pattern(row[0]) for row in load("places")["region_words"]]
    return any(pattern.fullmatch(text) for pattern in patterns)


def has_place_ending(text: str) -> bool:
    """Whether an English name ends, or begins with an adjective, as Slavic or Korean places do."""
    return bool(
        _has_particle(text)
        or _KOREAN_ENDINGS.search(text)
        or _PLACE_ENDINGS.search(text)
        or _PLACE_ADJECTIVES.match(text)
    )


_PLACE_ENDINGS = re.compile(
    r"(?:sk|ivka|ovka|evka|hrad|grad|horod|gorod|pillia|[oe]vo|[oe]ve|ivtsi|s?koye|burg|stan"
    r"| (?:yar|hai|hora|gora|pole|balka|bir|luh|stav|rih|rog|burluk|most|brid|prystan|niva|nyva|lyman|liman))$",
    re.IGNORECASE,
)
# The adjective that opens many a village's name, in the spellings of both countries.
_PLACE_ADJECTIVES = re.compile(
    r"(?:[A-Z][a-z]+(?:aya|oye|yye|yi)|Nov[aey]|Star[aey]|Mal[aey]|Velyk[aey]|Bil[aey]|Hol[ay]|Chorn[aey]|Krasn[aey]|Sukh[aey]"
    r"|Zelen[aey]|Verkhni[ay]|Nyzhni[ay]|Nizhn[iy]y?|Stary|Novy|Bolsh[oi]y?e?|Maly[ey]?|Svyat[oy]?e?) [A-Z]"
)


# -- English ---------------------------------------------------------------------------------------------------------


def _region_pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:the )?(.+?) (?:{words})", re.DOTALL)


def _region(text: str) -> PlaceForms | None:
    """``Kharkiv Oblast``, ``Primorsky Krai``: the adjective in the noun's gender, and the noun."""
    for words, gender, uk_noun, ru_noun, ko_suffix in load("places")["region_words"]:
        match = _region_pattern(words).fullmatch(text)
        region = memory.region(re.sub(r"(?:skaya|ska|sk[iy]y?)$", "", match[1]) or match[1]) if match else None
        if match and region is None:
            region = memory.region(match[1])
        if region is None or match is None:
            continue
        forms = {
            Language.UK: f"{_agree(region.uk, gender, Language.UK)} {uk_noun}",
            Language.RU: f"{_agree(region.ru, gender, Language.RU)} {ru_noun}",
            Language.KO: f"{region.ko}{ko_suffix}",
            Language.EN: text,
        }
        return PlaceForms(forms, "rule")
    return None


def _agree(feminine: str, gender: str, language: Language) -> str:
    """A -ська/-ская adjective in another gender."""
    if gender == "f":
        return feminine
    if language is Language.UK:
        return feminine[:-1] + {"m": "ий", "n": "е"}[gender]
    return feminine[:-2] + {"m": "ий", "n": "ое"}[gender]


@cache
def _words() -> list[tuple[re.Pattern[str], str, str, str]]:
    rows = []
    for pattern, uk, ru, ko in load("places")["words"]:
        alternatives = "|".join(
            f"(?:{part})".replace("{}", f"(?P<name{index}>.+)") for index, part in enumerate(_top_level(pattern))
        )
        rows.append((re.compile(alternatives), uk, ru, ko))
    return rows


def _top_level(pattern: str) -> list[str]:
    """Splits a pattern at the bars that stand outside its groups."""
    parts, depth = [""], 0
    for character in pattern:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _around(text: str) -> PlaceForms | None:
    """A common noun around a name: ``Siverskyi Reservoir``, ``Port of Berdiansk``."""
    for pattern, uk, ru, ko in _words():
        match = pattern.fullmatch(text)
        if match is None:
            continue
        name = next(group for group in match.groups() if group)
        inside = place_forms(name, Language.EN)
        if inside is None or not {Language.UK, Language.RU, Language.KO} <= set(inside.forms):
            continue
        english = inside.forms.get(Language.EN, name)
        forms = {
            Language.UK: _fill(uk, inside.forms[Language.UK], adjective(english, inside, Language.UK)),
            Language.RU: _fill(ru, inside.forms[Language.RU], adjective(english, inside, Language.RU)),
            Language.KO: ko.replace("{}", inside.forms[Language.KO]),
            Language.EN: text,
        }
        return PlaceForms(forms, "rule")
    return None


def _fill(template: str, name: str, adjective_form: str | None) -> str:
    first, _, second = template.partition("|")
    match = re.search(r"\{adj:([mfn])\}", first)
    if match is None:
        return first.replace("{}", name)
    if adjective_form is None:
        return second.replace("{}", name)
    return first.replace(match[0], agree_adjective(adjective_form, match[1]))


def agree_adjective(masculine: str, gender: str) -> str:
    """A masculine adjective in -ський/-ский, -ий/-ый in another gender (m, f or n)."""
    if gender == "m":
        return masculine
    if masculine.endswith(("ский", "цкий", "ый", "ой")):
        return masculine[:-2] + {"f": "ая", "n": "ое"}[gender]
    return masculine[:-2] + {"f": "а", "n": "е"}[gender]


def adjective(english: str, place: PlaceForms, language: Language) -> str | None:
    """The masculine adjective of a place: Покровський of Покровськ; None where its ending does not settle it."""
    own = _adjectives().get(memory.key(english))
    if own:
        return own[0 if language is Language.UK else 1]
    region = memory.region(english)
    if region is not None:
        feminine = region.uk if language is Language.UK else region.ru
        return feminine[:-1] + "ий" if language is Language.UK else feminine[:-2] + "ий"
    form = place.forms[language]
    if " " in form or "-" in form:
        return None
    endings = _UK_ADJECTIVES if language is Language.UK else _RU_ADJECTIVES
    for ending, replacement in endings:
        if re.search(ending, form):
            return re.sub(ending, replacement, form)
    return None


_UK_ADJECTIVES = (
    (r"ськ$", "ський"),
    (r"цьк$", "цький"),
    (r"ці$", "ецький"),
    (r"івка$", "івський"),
    (r"ївка$", "ївський"),
    (r"ів$", "івський"),
    (r"їв$", "ївський"),
    (r"(ськ|цьк)ий$", r"\1ий"),
    (r"ськ?е$", "ський"),
    (r"(ов|ев|ин|ін)[еоа]?$", r"\1ський"),
    (r"([бвдмнпрт])$", r"\1ський"),
    (r"ль?$", "льський"),
    (r"нь$", "нський"),
)
_RU_ADJECTIVES = (
    (r"ск$", "ский"),
    (r"цк$", "цкий"),
    (r"(ов|ев)ка$", r"\1ский"),
    (r"(ск|цк)ий$", r"\1ий"),
    (r"ское$", "ский"),
    (r"(ов|ев|ин)[оа]?$", r"\1ский"),
    (r"([бвдмнпрт])$", r"\1ский"),
    (r"ль?$", "льский"),
    (r"нь$", "нский"),
)


@cache
def _adjectives() -> dict[str, tuple[str, str]]:
    return {memory.key(english): (uk, ru) for english, uk, ru in load("places")["adjectives"]}


def _on_river(text: str) -> PlaceForms | None:
    """``Slavyansk-on-Kuban``: Слов'янськ-на-Кубані, where the town and the river are known."""
    match = re.fullmatch(r"(.+?)[- ](?:on|na|upon|am|an der)[- ](\w+)", text)
    river = match and next((row for row in rows("places", "rivers", widths=(4,)) if match[2] in row[0].split()), None)
    town = place_forms(match[1], Language.EN) if match and river else None
    if town is None or not river or not {Language.UK, Language.RU, Language.KO} <= set(town.forms):
        return None
    forms = {
        language: town.forms[language] + ending
        for language, ending in zip((Language.UK, Language.RU, Language.KO), river[1:], strict=True)
    }
    return PlaceForms({**forms, Language.EN: text}, "rule")


def _with_particle(text: str) -> PlaceForms | None:
    """``Port Sudan``, ``El Fasher``: a first word that names of many countries share, before a name that is known."""
    first, _, name = text.replace("-", " ", 1).partition(" ")
    particle = _particles().get(first)
    inside = memory.place(name, Language.EN) if particle and name else None
    if particle is None or inside is None or not {Language.UK, Language.RU, Language.KO} <= set(inside.forms):
        return None
    forms = {
        Language.UK: f"{particle[1]}-{inside.forms[Language.UK]}",
        Language.RU: f"{particle[2]}-{inside.forms[Language.RU]}",
        Language.KO: particle[3] + inside.forms[Language.KO],
        Language.EN: text,
    }
    return PlaceForms(forms, "rule")


@cache
def _particles() -> dict[str, list[str]]:
    return {spelling: row for row in rows("places", "particles", widths=(4,)) for spelling in row[0].split()}


def _has_particle(text: str) -> bool:
    first = text.replace("-", " ", 1).split(" ")[0]
    return " " in text and first in _particles()


def _directed(text: str) -> PlaceForms | None:
    """``Eastern Ukraine``, ``Northern Kherson``: the adjective agrees with the ending of the name."""
    for english, uk, ru, ko in load("places")["directions"]:
        if not text.startswith(english + " "):
            continue
        inside = memory.place(text[len(english) + 1 :], Language.EN)
        if inside is None or not {Language.UK, Language.RU, Language.KO} <= set(inside.forms):
            return None
        uk_name, ru_name = inside.forms[Language.UK], inside.forms[Language.RU]
        forms = {
            Language.UK: f"{uk}{_ending(uk_name, 'ий', 'а', 'е', 'і')} {uk_name}",
            Language.RU: f"{ru}{_ending(ru_name, 'ый', 'ая', 'ое', 'ые')} {ru_name}",
            Language.KO: ko + inside.forms[Language.KO],
            Language.EN: text,
        }
        return PlaceForms(forms, "rule")
    return None


def _ending(noun: str, masculine: str, feminine: str, neuter: str, plural: str) -> str:
    last = noun.rsplit(maxsplit=1)[-1][-1]
    if last in "ая":
        return feminine
    if last in "оеє":
        return neuter
    return plural if last in "иіїы" else masculine


# A unit of the Koreas in English, in Ukrainian and Russian, and its Hangul.
_KOREAN_UNITS = {
    "County": ("повіт", "уезд", "군"),
    "City": ("місто", "город", "시"),
    "District": ("район", "район", "구"),
}


def _korean_unit(text: str) -> PlaceForms | None:
    """``Ganghwa County``: 강화군, where the name inside is Korean."""
    name, _, unit = text.rpartition(" ")
    if unit not in _KOREAN_UNITS or not name:
        return None
    inside = memory.korean_place(name) or _korean(name, _KOREAN_LETTERS)
    if inside is None:
        return None
    uk, ru, ko = _KOREAN_UNITS[unit]
    forms = {
        Language.UK: f"{uk} {inside.forms[Language.UK]}",
        Language.RU: f"{ru} {inside.forms[Language.RU]}",
        Language.KO: inside.forms[Language.KO].removesuffix(ko) + ko,
        Language.EN: text,
    }
    return PlaceForms(forms, "rule")


def _korean(text: str, evidence: re.Pattern[str]) -> PlaceForms | None:
    if not (_KOREAN_ENDINGS.search(text) or evidence.search(text)):
        return None
    hangul = read_place(text)
    if hangul is None or len(hangul) < 2 or (evidence is _KOREAN_LAST and not is_common(hangul)):
        return None
    forms = {language: write_place(hangul, language) for language in (Language.UK, Language.RU, Language.KO)}
    return PlaceForms({**forms, Language.EN: text}, "rule")


def _chinese(text: str) -> PlaceForms | None:
    forms = chinese_place(text)
    if forms is None and _JAPANESE_ENDINGS.search(text):
        forms = japanese_word(text)
    return PlaceForms({**forms, Language.EN: text}, "rule") if forms else None


def _spelt(text: str) -> PlaceForms | None:
    """A place in an orthography that its letters tell: Panevėžys, Kecskemét. Its words are joined by hyphens."""
    orthography = orthography_of(text.split()) if is_spelt_in_one(text) else None
    if orthography is None:
        return None
    words = [word for word in re.split(r"[\s-]+", text) if word]
    forms: dict[Language, str] = {Language.EN: text}
    for language in (Language.UK, Language.RU, Language.KO):
        if orthography == "polish" and language is not Language.KO:
            written: list[str | None] = [from_polish(word, language) for word in words]
        else:
            written = [spell(word, orthography, language) for word in words]
        if not all(written):
            return None
        forms[language] = ("" if language is Language.KO else "-").join(word for word in written if word)
    # The rule of nine: и in geographic names after these letters before a consonant.
    ukrainian = re.sub("(?<=[дтзсцржчш])і(?=[бвгґджзклмнпрстфхцчшщ])", "и", forms[Language.UK])
    forms[Language.UK] = re.sub("ац$", "аць", re.sub("іца$", "иця", ukrainian))
    return PlaceForms(forms, "rule")


def _slavic(text: str) -> PlaceForms | None:
    """A place of Ukraine or Russia by its spelling; None for what does not look Slavic."""
    tradition = slavic_tradition(text)
    if tradition is None:
        return None
    if tradition is Language.UK:
        ukrainian = ukrainian_from_english(text)
        russian = russian_from_ukrainian(ukrainian, place=True)
        hangul = hangul_from(ukrainian, Language.UK, place=True)
    else:
        russian = russian_from_english(text, place=True)
        ukrainian = ukrainian_from_russian(russian, place=True)
        hangul = hangul_from(russian, Language.RU, place=True)
    forms = {Language.UK: ukrainian, Language.RU: russian, Language.KO: hangul, Language.EN: text}
    return PlaceForms(forms, "rule")


def slavic_tradition(text: str) -> Language | None:
    """Whose romanisation a place is written in: Ukrainian, Russian, or neither's.

    What could be either is Ukrainian: most of the small places in the news of the war are.
    """
    lower = text.lower()
    traditions = load("places")["traditions"]
    if not re.fullmatch(r"[a-z'’ʼ\- ]+", lower) or re.search(traditions["foreign"], lower) or _has_particle(text):
        return None
    russian = len(re.findall(traditions["russian"], lower))
    ukrainian = len(re.findall(traditions["ukrainian"], lower))
    return Language.RU if russian > ukrainian else Language.UK


# -- other languages -------------------------------------------------------------------------------------------------


def _region_from_cyrillic(text: str, source: Language) -> PlaceForms | None:
    words = text.split()
    if len(words) != 2 or words[1].lower() != "область":
        return None
    region = memory.region_by_adjective(words[0])
    if region is None:
        return None
    return PlaceForms(
        {
            Language.EN: f"{region.english} Oblast",
            Language.UK: f"{region.uk} область",
            Language.RU: f"{region.ru} область",
            Language.KO: f"{region.ko}주",
        },
        "rule",
    )


def _from_cyrillic(text: str, source: Language) -> PlaceForms | None:
    if not re.fullmatch(r"[Ѐ-ӿ'’ʼ\- ]+", text):
        return None
    if source is Language.UK:
        other = {Language.RU: russian_from_ukrainian(text, place=True), Language.UK: text}
    else:
        other = {Language.UK: ukrainian_from_russian(text, place=True), Language.RU: text}
    return PlaceForms(
        {**other, Language.EN: english_from(text, source), Language.KO: hangul_from(text, source, place=True)}, "rule"
    )


def _from_hangul(text: str) -> PlaceForms | None:
    """A place written in Hangul, taken as Korean."""
    if not is_hangul(text):
        return None
    return PlaceForms({language: write_place(text, language) for language in _TARGETS}, "rule")
