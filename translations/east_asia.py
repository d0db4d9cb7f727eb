"""Chinese and Japanese names from their Latin spelling into Russian, Ukrainian and Hangul, by the systems.

Tables are `east_asia.yaml`: Palladius and Polivanov, their Ukrainian counterparts, and the Korean transcription rules.
A Chinese name keeps its order everywhere; a Japanese one keeps that of the source in Cyrillic, and puts the family
name first in Korean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from translations.hangul import compose, decompose
from translations.knowledge import load
from translations.languages import Language

Forms = Mapping[Language, str]

_SOFTENED = {"ㅑ": "ㅏ", "ㅖ": "ㅔ", "ㅛ": "ㅗ", "ㅠ": "ㅜ"}


@cache
def _pinyin() -> Any:
    return load("east_asia")["pinyin"]


@cache
def _romaji() -> Any:
    return load("east_asia")["romaji"]


@cache
def _listed(system: str, key: str) -> frozenset[str]:
    """The words of one of the file's lists."""
    return frozenset(load("east_asia")[system][key].split())


@cache
def _known() -> dict[str, Forms]:
    return {
        english.lower(): {Language.UK: uk, Language.RU: ru, Language.KO: ko}
        for english, uk, ru, ko in [*_pinyin()["known"], *_romaji()["known"]]
    }


@cache
def _syllables() -> dict[str, Forms]:
    """Every pinyin syllable with its forms."""
    pinyin = _pinyin()
    table: dict[str, Forms] = {}
    for initial, row in pinyin["initials"].items():
        ru, uk, jamo = row.split()
        for final, final_row in pinyin["finals"].items():
            spelling = final.replace("ü", "u") if initial in "jqx" else final
            if initial in "jqx" and (final[0] in "uaoe" or final == "ong"):
                continue
            final_ru, final_uk, final_ko = final_row.split()
            table[initial + spelling] = {
                Language.RU: ru + final_ru,
                Language.UK: uk + final_uk,
                Language.KO: _join(jamo, final_ko),
            }
    for spelling, row in {**pinyin["zero"], **pinyin["own"]}.items():
        ru, uk, ko = row.split()
        table[spelling] = {Language.RU: ru, Language.UK: uk, Language.KO: ko}
    return table


def _join(jamo: str, final: str) -> str:
    """A Hangul final with an initial put on its first syllable: ㅈ and 양 are 장."""
    _, vowel, last = decompose(final[0])
    if jamo in "ㅈㅊㅉ":
        vowel = _SOFTENED.get(vowel, vowel)
    return compose(jamo, vowel, last) + final[1:]


def chinese_person(text: str, *, strict: bool = False) -> Forms | None:
    """A Chinese person's name (family name first, or a hyphenated or joined given name), or None when it is not one.

    With `strict` a family name that is Korean as well (Han, Song) does not count.
    """
    known = _known().get(text.lower())
    if known:
        return known
    words = text.lower().replace("’", "'").split()
    if not 2 <= len(words) <= 3:
        return None
    surname, given = words[0], "".join(words[1:]).replace("-", "")
    surnames = _listed("pinyin", "surnames")
    if surname not in surnames or (strict and surname in _listed("pinyin", "shared")):
        return None
    parts, rest = _split(surname), _split(given)
    if not parts or not rest or len(rest) > 2:
        return None
    forms: dict[Language, str] = {}
    for language in (Language.RU, Language.UK):
        family = "".join(_syllables()[part][language] for part in parts)
        forms[language] = f"{family.capitalize()} {_together(rest, language).capitalize()}"
    forms[Language.KO] = "".join(_syllables()[part][Language.KO] for part in [*parts, *rest])
    return forms


def chinese_place(text: str) -> Forms | None:
    """A Chinese place of two or three pinyin syllables, or None when it is not one."""
    word = text.lower().replace("’", "'")
    parts = _split(word) if re.fullmatch(r"[a-zü']+", word) else None
    # Letters that few other languages put together; without one a word of the sort ("Bahai") is no evidence.
    if (
        not parts
        or not 2 <= len(parts) <= 3
        or not re.search(r"zh|x|q|uang|iang|jia|shui|zhou|shan|chuan|chun$|cheng|guan|yuan|ning$", word)
    ):
        return None
    forms = {language: _together(parts, language).capitalize() for language in (Language.RU, Language.UK)}
    return {**forms, Language.KO: "".join(_syllables()[part][Language.KO] for part in parts)}


def _together(parts: list[str], language: Language) -> str:
    """Syllables in one word: a final n before a vowel is separated (Palladius: Чанъань)."""
    written = ""
    for part in parts:
        syllable = _syllables()[part][language]
        if written.endswith("н") and syllable[0] in "аоэеуяюиії" and language is Language.RU:
            written += "ъ"
        written += syllable
    return written


def _split(word: str) -> list[str] | None:
    """A word in pinyin syllables, as few as possible; an apostrophe always separates."""
    if "'" in word:
        pieces = [_split(piece) for piece in word.split("'")]
        return [part for piece in pieces if piece for part in piece] if all(pieces) else None
    table = _syllables()
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            before, now = best[start], best[end]
            if before is not None and word[start:end] in table and (now is None or len(before) + 1 < len(now)):
                best[end] = [*before, word[start:end]]
    return best[-1] or None


def japanese_person(text: str) -> Forms | None:
    """A Japanese person's name in Hepburn romaji, or None when no part of it is known as Japanese."""
    known = _known().get(text.lower())
    if known:
        return known
    words = text.lower().split()
    names = _listed("romaji", "names")
    plain = [_short(word) for word in words]
    if len(words) != 2:
        return None
    if not any(word in names for word in plain):
        given, family = (tuple(_listed("romaji", name)) for name in ("given_endings", "family_endings"))
        if not (plain[0].endswith(given) and plain[1].endswith(family) and all(len(word) > 5 for word in plain)):
            return None
    read = [_japanese_word(word) for word in plain]
    if any(one is None for one in read):
        return None
    forms = [one for one in read if one]
    # English puts the given name first; a known family name in front says that the source did not.
    surname_first = plain[0] in names and plain[1] not in names and not plain[1].endswith("o")
    order = forms if surname_first else forms[::-1]
    return {
        Language.RU: " ".join(form[Language.RU].capitalize() for form in forms),
        Language.UK: " ".join(form[Language.UK].capitalize() for form in forms),
        Language.KO: " ".join(form[Language.KO] for form in order),
    }


def japanese_word(text: str) -> Forms | None:
    """One Japanese word (a known name, a place) in romaji, or None when it cannot be one.

    A place that begins with Yo is Йо in Russian by tradition, where a person is Ё (Йокосука, Ёсимаса).
    """
    forms = _japanese_word(_short(text.lower()))
    if forms is None:
        return None
    forms[Language.RU] = re.sub("^ё", "йо", forms[Language.RU])
    return {language: form if language is Language.KO else form.capitalize() for language, form in forms.items()}


def _short(word: str) -> str:
    for spelling, short in _romaji()["long"].items():
        word = word.replace(spelling, short)
    return word


def _japanese_word(word: str) -> dict[Language, str] | None:
    syllables: dict[str, str] = _romaji()["syllables"]
    ru = uk = ko = ""
    index = 0
    while index < len(word):
        double = re.match(r"([kstpgdbzj])\1|tch|[cs](?=c|s)", word[index:])
        if double and index:
            letter = "t" if word[index : index + 3] == "tch" else word[index]
            ru += {"k": "к", "s": "с", "t": "т", "p": "п"}.get(letter, "")
            uk += {"k": "к", "s": "с", "t": "т", "p": "п"}.get(letter, "")
            ko = _with_final(ko, "ㅅ")
            index += 1
        for size in (3, 2, 1):
            row = syllables.get(word[index : index + size])
            if row and len(word[index : index + size]) == size:
                one_ru, one_uk, first, later = row.split()
                if ru and ru[-1] in "аиуэоеяюёы" and one_ru == "и":
                    # These begin a part of their own: Koichi is Коити, Koizumi Коидзуми.
                    apart = word.startswith(("ichi", "izumi"), index)
                    one_ru, one_uk = ("и", "ї") if apart else ("й", "й")
                ru, uk, ko = ru + one_ru, uk + one_uk, ko + (later if ko else first)
                index += size
                break
        else:
            if word[index] in "nm" and index:
                nasal = "м" if word[index + 1 : index + 2] in ("b", "p", "m") else "н"
                ru, uk, ko = ru + nasal, uk + nasal, _with_final(ko, "ㄴ")
                index += 1
            else:
                return None
    return {Language.RU: ru, Language.UK: uk, Language.KO: ko} if ru else None


def _with_final(text: str, final: str) -> str:
    if not text:
        return text
    initial, vowel, last = decompose(text[-1])
    return text if last else text[:-1] + compose(initial, vowel, final)
