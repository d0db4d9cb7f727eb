"""Persons by memory and rule: which people a name comes from, and each of its words in each language.

Korean, Chinese and Japanese names are read whole by their systems. Others are taken word by word: known given names,
patronymics and surnames; unknown Slavic surnames by spelling, in the tradition that the given name tells; particles,
initials and suffixes. What stays unknown (most western surnames) is left open, and the pipeline asks the model for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from translations.east_asia import chinese_person, japanese_person
from translations.hangul import KoreanName, person_from_cyrillic, read_person, split_person, write_person
from translations.knowledge import load
from translations.languages import Language
from translations.memory import NamePart
from translations.orthographies import ORTHOGRAPHIES, given_name, orthography_of, spell

_SLAVIC = ("ukrainian", "russian", "belarusian")


@dataclass(frozen=True, slots=True)
class NameWord:
    """One word of a person's name in one language: the source's word, its form (None: open), where it came from.

    `prefix` is written before the form and is no part of the surface: the Arabic article (аш-Шараа).
    """

    surface: str
    form: str | None
    source: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class PersonForm:
    """A person's name in one language, word by word; a name read whole is one word."""

    words: tuple[NameWord, ...]

    @property
    def text(self) -> str | None:
        """The whole name, or None while a word of it is open."""
        if any(word.form is None for word in self.words):
            return None
        return " ".join(word.prefix + word.form for word in self.words if word.form)

    @property
    def source(self) -> str:
        """`memory` when every word was known, else `rule`."""
        return "memory" if all(word.source == "memory" for word in self.words) else "rule"


def person_forms(text: str, source: Language, targets: Sequence[Language]) -> dict[Language, PersonForm]:
    """A person's name in the targets; words that neither memory nor rule knows are open."""
    known = memory.person(text, source)
    if known is not None:
        return {target: PersonForm((NameWord(text, known.forms[target], "memory"),)) for target in targets}
    whole = _read_whole(text, source)
    if whole is not None:
        return {target: PersonForm((NameWord(text, whole[target], "rule"),)) for target in targets}
    words = text.split()
    tradition = tradition_of(words, source)
    if source is Language.EN:
        tradition = _orthography(words, tradition) or tradition
    western_surname = source is Language.EN and len(words) > 1
    return {
        target: PersonForm(
            tuple(
                _word(
                    word, source, target, tradition, first=index == 0, last=western_surname and index == len(words) - 1
                )
                for index, word in enumerate(words)
            )
        )
        for target in targets
    }


def _orthography(words: Sequence[str], tradition: str) -> str | None:
    """The orthography of a name; a Slavic or Caucasian given name yields only to letters that these have not."""
    if tradition in ("western", "polish") or not " ".join(words).isascii():
        return orthography_of(words)
    return None


def is_person(text: str, source: Language) -> bool:
    """Whether a name reads as a person's: a known given name in it, or an East Asian name as a whole."""
    words = text.split()
    if memory.person(text, source) is not None:
        return True
    if source is Language.KO and len(words) == 1:
        return len(text) == 3 and split_person(text) is not None
    if len(words) < 2:
        known = memory.given_names(text, source) or memory.surnames(text, source)
        return bool(known) or bool(re.search(r"(?:enko|chuk|shvili|ovych|ovich|skyi)$", text.lower()))
    if any(memory.given_names(word, source) for word in words[:-1]) or memory.given_names(words[-1], source):
        return True
    return _read_whole(text, source) is not None


# -- names read whole ------------------------------------------------------------------------------------------------


def _read_whole(text: str, source: Language) -> dict[Language, str] | None:
    """An East Asian name in all four languages, or None when it is not one."""
    if source is Language.KO:
        korean = split_person(text)
    elif source is Language.EN:
        return _read_latin(text)
    else:
        korean = person_from_cyrillic(text, source)
    return {**_write_korean(korean), source: text} if korean else None


def _read_latin(text: str) -> dict[Language, str] | None:
    words = text.split()
    if (
        len(words) > 1
        and memory.given_names(words[0], Language.EN)
        and "-" not in words[0]
        and not _korean_first(words)
    ):
        return None
    obviously_korean = "-" in text or len(words) == 3
    chinese = None if obviously_korean else chinese_person(text, strict=True)
    if chinese is None:
        korean = read_person(text)
        if korean is not None:
            return {**_write_korean(korean), Language.EN: text}
        chinese = chinese_person(text) or japanese_person(text)
    return {**chinese, Language.EN: text} if chinese else None


def _korean_first(words: list[str]) -> bool:
    """Kim and Jan are given names in the West too: three short words or a hyphen are Korean all the same."""
    return len(words) == 3 or "-" in words[-1]


def _write_korean(name: KoreanName) -> dict[Language, str]:
    return {language: write_person(name, language) for language in Language}


# -- traditions ------------------------------------------------------------------------------------------------------


def tradition_of(words: Sequence[str], source: Language) -> str:
    """The tradition a name is read in: the given name's where it tells, else the surname's ending, else western."""
    sections: list[set[str]] = []
    for word in words:
        known = {part.tradition for part in memory.given_names(word, source)}
        patronymic = memory.patronymic(word, source) if len(words) > 1 else None
        if patronymic is not None and not known:
            known = {patronymic.tradition}
        if known:
            sections.append(known)
    surnames = [part.tradition for word in words[-1:] for part in memory.surnames(word, source)]
    by_ending = next((name for pattern, name in _endings() if pattern.search(words[-1].lower())), None)
    for known in sections:
        if len(known) == 1:
            (only,) = known
            # A Caucasian or western given name may stand before a Slavic surname (Rustam Muradov, Robert Brovdi).
            if only in _SLAVIC or by_ending is None:
                return only
            if only == "caucasian" or by_ending in ("caucasian", "ukrainian", "polish"):
                return by_ending
            return "russian" if re.search(r"(?:ov|ev|ova|eva|skaya|in)$", words[-1].lower()) else only
        foreign = ("western",) if source is Language.EN and _FOREIGN.search(words[-1].lower()) else ()
        if source is Language.EN and _UKRAINIAN_LETTERS.search(words[-1].lower()):
            surnames.append("ukrainian")
        for candidate in (*surnames, by_ending, *foreign, "russian", "ukrainian"):
            if candidate in known:
                return str(candidate)
    if surnames:
        return surnames[0]
    if source is Language.UK:
        return "ukrainian"
    if source is Language.RU:
        return "russian"
    return by_ending or "western"


# Spellings that Ukrainian has and Russian does not: h for г, -ets, -iv, -yi.
_UKRAINIAN_LETTERS = re.compile(r"(?<![kzcst])h(?=[aeiouylrn])|ets$|iv$|yi$|ii$|iuk|iak|yshch")

# Letters that romanised Slavic surnames do not have.
_FOREIGN = re.compile(r"[wxq]|c(?![hk])|th|ck|gh|ph|oo|ee|tt|ff|pp|ll|^j|(?<!d)j|son$|man$|berg$")


@cache
def _endings() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), name) for pattern, name in load("name_parts")["surname_traditions"]]


# -- words -----------------------------------------------------------------------------------------------------------


def _word(word: str, source: Language, target: Language, tradition: str, *, first: bool, last: bool) -> NameWord:
    if not any(character.isalpha() for character in word):
        return NameWord(word, word, "memory")  # a number or a mark stays
    if source is Language.EN:
        small = _small_word(word, target, first=first)
        if small is not None:
            return NameWord(word, small, "memory")
        own = given_name(word, tradition, target) if first and tradition in ORTHOGRAPHIES else None
        if own is not None:
            return NameWord(word, own, "memory")
        article = re.fullmatch(r"([AaEe][a-z])-([A-Z].*)", word)
        known = memory.given_names(word, source) or memory.surnames(word, source)
        if article and not first and not known and article[1].lower() in _ARTICLES:
            named = _word(article[2], source, target, tradition, first=False, last=last)
            return replace(named, prefix=_article(article[1].lower(), article[2], target))
    part = _known_part(word, source, tradition, first=first, last=last)
    if part is not None:
        return NameWord(word, part.form(target), "memory")
    if "-" in word.strip("-"):
        return _hyphenated(word, source, target, tradition, first=first, last=last)
    made = _by_rule(word, source, target, tradition)
    return NameWord(word, made, "rule" if made else "")


def _known_part(word: str, source: Language, tradition: str, *, first: bool, last: bool) -> NamePart | None:
    """A known given name, patronymic or surname; the first word is a given name before a surname, the last after it."""
    given, families = memory.given_names(word, source), memory.surnames(word, source)
    patronymic = None if first or last else memory.patronymic(word, source)
    groups = (families, given) if last or (not first and families) else (given, families)
    for group in groups:
        own = [part for part in group if part.tradition == tradition]
        if own:
            return own[0]
        if patronymic is not None:
            return patronymic
        if group:
            return group[0]
    return patronymic


def _hyphenated(word: str, source: Language, target: Language, tradition: str, *, first: bool, last: bool) -> NameWord:
    """Each part by itself; written together in Korean."""
    parts = [_word(part, source, target, tradition, first=first, last=last) for part in word.split("-") if part]
    if not parts or any(part.form is None for part in parts):
        return NameWord(word, None, "")
    glue = "" if target is Language.KO else "-"
    known = all(part.source == "memory" for part in parts)
    return NameWord(word, glue.join(part.form or "" for part in parts), "memory" if known else "rule")


def _small_word(word: str, target: Language, *, first: bool) -> str | None:
    """Initials, particles and suffixes; None for any other word."""
    if re.fullmatch(r"(?:[A-Z]\.)+|[A-Z]", word):
        table = load("name_parts")["initials"]
        letters = [table[letter][_COLUMN[target]] for letter in re.findall("[A-Z]", word)]
        return "".join(letters) if target is Language.KO else " ".join(letter + "." for letter in letters)
    if first:
        return None
    for name, column in (("particles", word), ("suffixes", word)):
        row = _small()[name].get(column)
        if row is not None:
            return row[_COLUMN[target]]
    return None


_ARTICLES = {"al", "el", "as", "ar", "an", "ad", "az", "at", "ez", "es", "er", "en", "ed", "et"}
# The article takes the sound of these letters: al-Sharaa is аш-Шараа. Digraphs come first.
_SUN_LETTERS = (
    ("sh", "ш"),
    ("th", "с"),
    ("dh", "з"),
    ("s", "с"),
    ("t", "т"),
    ("d", "д"),
    ("r", "р"),
    ("z", "з"),
    ("n", "н"),
)


def _article(written: str, name: str, target: Language) -> str:
    """The Arabic article before a name: аль- or, before a sun letter, ас-; Korean leaves it as it is spelt (알)."""
    if target is Language.KO:
        return "엘" if written == "el" else "알"
    vowel = "а" if written[0] == "a" else "е" if target is Language.UK else "э"
    sun = next((letter for spelling, letter in _SUN_LETTERS if name.lower().startswith(spelling)), None)
    return f"{vowel}{sun}-" if sun else f"{vowel}ль-"


_COLUMN = {Language.UK: 0, Language.RU: 1, Language.KO: 2}


@cache
def _small() -> dict[str, dict[str, list[str]]]:
    data = load("name_parts")
    return {
        name: {spelling: row[1:] for row in data[name] for spelling in row[0].split()}
        for name in ("particles", "suffixes")
    }


def _by_rule(word: str, source: Language, target: Language, tradition: str) -> str | None:
    """A Slavic or Caucasian word by its spelling; None where the tradition has no rules."""
    if source is Language.EN:
        return _latin_by_rule(word, target, tradition)
    if source is Language.KO:
        return None
    if target is Language.EN:
        return english_from(word, Language.UK if source is Language.UK else Language.RU)
    if target is Language.KO:
        return hangul_from(word, Language.UK if tradition == "ukrainian" else Language.RU)
    return russian_from_ukrainian(word) if target is Language.RU else ukrainian_from_russian(word)


def _latin_by_rule(word: str, target: Language, tradition: str) -> str | None:
    if tradition == "polish":
        return spell(word, tradition, target) if target is Language.KO else from_polish(word, target)
    if tradition in ORTHOGRAPHIES:
        return spell(word, tradition, target)
    if not re.fullmatch(r"[A-Za-z'’ʼ]+", word) or tradition in ("western", "polish"):
        return None
    if tradition == "ukrainian":
        ukrainian = ukrainian_from_english(word)
        if target is Language.UK:
            return ukrainian
        return russian_from_ukrainian(ukrainian) if target is Language.RU else hangul_from(ukrainian, Language.UK)
    if tradition == "caucasian":
        word = re.sub("j", "dzh", re.sub("^J", "Dzh", word))  # Azerbaijani j is дж: Jabbarov, Larijani
    russian = russian_from_english(word)
    if target is Language.RU:
        return russian
    if target is Language.UK:
        return ukrainian_from_russian(russian)
    hangul = hangul_from(russian, Language.RU)
    if tradition == "caucasian":
        for ending, spelt in (("시빌리", "슈빌리"), ("드제", "제")):
            hangul = hangul.removesuffix(ending) + spelt if hangul.endswith(ending) else hangul
    return hangul
