"""Slavic names: English spellings into Ukrainian and Russian, those two into each other, into English and Hangul.

The rules themselves are `cyrillic.yaml`; this module applies them to whole names, word by word, and puts the case
back. It knows no names: what spelling does not settle belongs in `name_parts.yaml` and `places.yaml`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from translations.hangul import compose, decompose
from translations.knowledge import load
from translations.languages import Language

_VOICELESS = set("кптсфхцчшщ")
_ADJECTIVES_BEFORE_NOUNS = re.compile(r"(?:[бвгдзлмнпрстхчжшщ]а|[еьои]ка|[рж]ня|дня)$")


@cache
def _rules(name: str) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), replacement) for pattern, replacement in load("cyrillic")[name]]


@lru_cache(maxsize=65536)
def _apply(name: str, word: str) -> str:
    for pattern, replacement in _rules(name):
        word = pattern.sub(replacement, word)
    return word


def _by_word(text: str, convert: Callable[[str], str]) -> str:
    """Converts each word of letters and apostrophes, in lower case, and gives each its capital back."""

    def one(match: re.Match[str]) -> str:
        word = match.group()
        converted = convert(word.lower())
        return converted[:1].upper() + converted[1:] if word[:1].isupper() else converted

    return re.sub(r"[^\W\d_]+(?:['’ʼʹ`][^\W\d_]*)*", one, text)


def ukrainian_from_english(text: str) -> str:
    """A Ukrainian name in its national or press romanisation: ``Pavlohradska`` is Павлоградська."""
    return _by_word(text, lambda word: _apply("en_uk", _plain_latin(word)))


def russian_from_english(text: str, *, place: bool = False) -> str:
    """A Russian name in BGN/PCGN or press romanisation: ``Shcherbakova`` is Щербакова.

    A bare final -y is an adjective's in a person's name (Bely) and a plural's at the end of a place's (Klintsy).
    """

    def convert(word: str) -> str:
        word = _plain_latin(word)
        last = text.lower().endswith(word)
        if re.search(r"[nvtrldmpbsz]y$", word) and (not place or not last or word.endswith("ny")):
            word = word[:-1] + "yy"
        return _apply("en_ru", word)

    return _by_word(text, convert)


def russian_from_ukrainian(text: str, *, place: bool = False) -> str:
    """A Ukrainian name respelt in Russian: Олексіївка is Алексеевка, Дем'янюк Демьянюк."""
    text = text.replace("’", "'").replace("ʼ", "'")
    if place and " " in text:
        first, rest = text.split(" ", 1)
        if _ADJECTIVES_BEFORE_NOUNS.search(first):
            stem = first[:-1] + ("яя" if first.endswith("ня") else "ая")
            return (
                f"{_by_word(stem, lambda word: _apply('uk_ru_place', word))} {russian_from_ukrainian(rest, place=True)}"
            )
    return _by_word(text, lambda word: _apply("uk_ru_place" if place else "uk_ru_person", word).replace("ьье", "ье"))


def ukrainian_from_russian(text: str, *, place: bool = False) -> str:
    """A Russian name respelt in Ukrainian: Лебедев is Лебедєв, Алексеевка (a place) Алексіївка."""

    def convert(word: str) -> str:
        return _apply("ru_uk", _apply("ru_uk_place", word) if place else word)

    return _by_word(text, convert)


def english_from(text: str, language: Language) -> str:
    """A Cyrillic name in Latin: the Ukrainian national system of 2010, the press's simplified BGN/PCGN for Russian."""
    return _by_word(text, lambda word: _apply("uk_en" if language is Language.UK else "ru_en", word))


def _plain_latin(word: str) -> str:
    return word.replace("ё", "yo").replace("ë", "yo").replace("ö", "o").replace("ü", "u").replace("é", "e")


# -- Hangul ----------------------------------------------------------------------------------------------------------


def hangul_from(text: str, tradition: Language, *, place: bool = False) -> str:
    """A Cyrillic name in Hangul by the sound of its tradition: Харків (uk) is 하르키우, Киров (ru) 키로프.

    A place's words are written together, a person's apart.
    """
    words = [_hangul_word(word.lower(), tradition.value) for word in re.split(r"[\s\-]+", text.strip()) if word]
    return ("" if place else " ").join(words)


def hangul_from_sound(sound: str, *, polish: bool = False) -> str:
    """A word's sound, written in Cyrillic letters and those of the table's vowels, in Hangul.

    In Polish a voiced consonant at the end, or before a voiceless one, is heard as its voiceless fellow.
    """
    return _hangul_word(sound, "polish" if polish else "latin")


@lru_cache(maxsize=16384)
def _hangul_word(word: str, tradition: str) -> str:
    table: dict[str, Any] = load("cyrillic")["hangul"]
    vowels = {letter: jamo.split() for letter, jamo in table["vowels"].items()}
    consonants = {letter: forms.split() for letter, forms in table["consonants"][tradition].items()}
    for pattern, replacement in table["before"]:
        word = re.sub(pattern, replacement, word)
    written: list[str] = []
    index = 0
    while index < len(word):
        letter = word[index]
        if letter in vowels:
            written.append(compose("ㅇ", _own_vowel(letter, vowels, tradition)))
            index += 1
        elif letter in consonants:
            index += _write_consonant(word, index, written, vowels, consonants, tradition)
        else:
            index += 1
    return "".join(written)


def _own_vowel(letter: str, vowels: dict[str, list[str]], tradition: str) -> str:
    """The jamo of a vowel letter that has no consonant before it; Ukrainian е is not iotated."""
    return "ㅔ" if letter == "е" and tradition == "uk" else vowels[letter][1]


def _write_consonant(
    word: str,
    index: int,
    written: list[str],
    vowels: dict[str, list[str]],
    consonants: dict[str, list[str]],
    tradition: str,
) -> int:
    """Writes the consonant at an index with what belongs to it; returns how many letters that was."""
    letter = word[index]
    initial, *codas = consonants[letter]
    after = word[index + 1 : index + 2]
    soft = after in ("ь", "ъ")
    size = 2 if soft else 1
    following = word[index + size : index + size + 1]
    if following in vowels and following != "й":
        previous = word[index - 1 : index]
        if letter == "л" and written and (previous in vowels or previous == "ь" or previous in consonants):
            _close(written, "ㄹ")
        if soft and following in "еєяюёи" and (tradition == "ru" or letter not in "лн"):
            # A separating soft sign is a syllable of its own: Васильев is 바실리예프.
            written.append(compose(initial, "ㅣ"))
            return size
        jamo = vowels[following][0]
        if soft and following == "о":
            jamo = "ㅛ"
        if letter in "шщ":
            jamo = {"ㅏ": "ㅑ", "ㅔ": "ㅖ", "ㅗ": "ㅛ", "ㅜ": "ㅠ"}.get(jamo, jamo)
        elif letter in "жзцч":
            jamo = {"ㅑ": "ㅏ", "ㅖ": "ㅔ", "ㅛ": "ㅗ", "ㅠ": "ㅜ"}.get(jamo, jamo)
        written.append(compose(initial, jamo))
        return size + 1
    spelt_soft: dict[str, str] = load("cyrillic")["hangul"]["soft"]
    if soft and letter in spelt_soft and tradition == "ru":
        written.append(spelt_soft[letter])
        return size
    if letter == "в" and tradition == "uk" and not index and following in ("л", "р"):
        written.append("브")
        return size
    coda = codas[2] if not following else codas[0] if following in _VOICELESS else codas[1]
    if coda.startswith("^"):
        under, _, apart = coda[1:].partition("/")
        if not _close(written, under):
            written.append(apart)
    else:
        written.append(coda)
    return size


def _close(written: list[str], final: str) -> bool:
    """Puts a final under the last syllable if that is open; says whether it did."""
    if not written:
        return False
    initial, vowel, last = decompose(written[-1])
    if last:
        return False
    written[-1] = compose(initial, vowel, final)
    return True


def from_polish(text: str, target: Language) -> str:
    """A Polish surname in Russian or Ukrainian: Szejna is Шейна, Kukuła Кукула."""
    if target is Language.UK:
        text = re.sub("(?<![cC])h", "г", re.sub("(?<![cC])H", "Г", text))  # Holecki is Голецький, in Russian Холецкий
    russian = _by_word(text, lambda word: _apply("polish_ru", unicodedata.normalize("NFC", word)))
    if target is Language.RU:
        return russian
    ukrainian = ukrainian_from_russian(re.sub("и(?!й)", "і", russian)).replace("ньськ", "нськ")
    return re.sub(r"(?<=[жчшщц])і(?=[бвгдзклмнпрстфхцчшщ])", "и", ukrainian)


# -- the last resort -------------------------------------------------------------------------------------------------


def transliterate_latin(text: str, target: Language) -> str:
    """A Latin name of no known system, letter by letter, in Ukrainian, Russian or (by its Russian sound) Korean."""
    russian = _by_word(
        text, lambda word: _apply("latin_ru", "".join(c for c in unicodedata.normalize("NFD", word) if c.isalpha()))
    )
    if target is Language.RU:
        return russian
    if target is Language.UK:
        return _by_word(russian, lambda word: _apply("latin_uk", word))
    return hangul_from(russian, Language.RU)
