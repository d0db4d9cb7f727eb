"""Korean names: Latin spellings read into Hangul, and Hangul written in Latin, Russian and Ukrainian.

Russian is Kontsevich's system, Ukrainian the practice of its press, Latin the Revised Romanisation; their letters, the
family names and the syllables are in `korean.yaml`. Reading Latin is a guess where a spelling has several readings:
what comes of it is a draft. Written names keep the Korean order, family name first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product
from typing import Any

from translations.knowledge import load
from translations.languages import Language

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]
_BASE = 0xAC00

# A stop is voiced after a vowel and after these finals.
_VOICING_FINALS = {"", "ㄴ", "ㅁ", "ㅇ", "ㄹ"}

# Spellings that only one of the two states uses in its Latin names.
_SOUTHERN = re.compile(
    r"^(?:lee|rhee|park|choi|moon|roh|noh|yoon|yoo|seo|suh|shin|ahn|oh|koh|cho|jung|jeong|chung|heo|hur|kwon|woo|joo|shim|"
    r"sohn|baek|bae|jeon|chun|hyun|byun|seok|yeom|eom|lim|min|koo|choo|na|chin)$"
)
_SOUTHERN_SYLLABLE = re.compile(r"eo|eu|oo|ee|young|hyun|hyuk|kyung|myung|byung|seung|wook|woong|deok|^ye$|kyu")
_NORTHERN = re.compile(r"^(?:ri|pak|choe|jon|ryu|rim|ro|hyon|paek|thae|pyon|jong)$")
# These are the North's only where the given name has no hyphen.
_NORTHERN_UNHYPHENATED = re.compile(r"^(?:jo|kwak|sok|so|i|u|no|o|sin|an|kil)$")
_NORTHERN_SYLLABLE = re.compile(
    r"^(?:chol|hyok|hyon|ryong|ryol|ryon|ryop|hui|thae|thaek|kyong|gyong|pyong|byong|myong|tok|dok|kum|chon|guk|gil|phil|yo|"
    r"yol|sop|sok|song|son|gwang|un|nyong|rim|gun|ok|ryo|kuk|rung|gwon)$"
)


@dataclass(frozen=True, slots=True)
class KoreanName:
    """A Korean person's name in Hangul."""

    surname: str
    given: str

    def __str__(self) -> str:
        return self.surname + self.given


@cache
def _korean() -> Any:
    return load("korean")


@cache
def _surnames(northern: bool) -> dict[str, str]:
    table = _korean()["surnames"]
    spelt = {spelling.lower(): hangul for hangul, spellings in table["both"].items() for spelling in spellings.split()}
    if northern:
        spelt |= {
            spelling.lower(): hangul for hangul, spellings in table["north"].items() for spelling in spellings.split()
        }
    return spelt


@cache
def _syllables(northern: bool) -> dict[str, str]:
    table = _korean()["given"]
    return {
        spelling.lower(): hangul
        for spelling, hangul in {**table["both"], **(table["north"] if northern else table["south"])}.items()
    }


@cache
def _long_surnames() -> frozenset[str]:
    return frozenset(hangul for hangul in _korean()["surnames"]["both"] if len(hangul) == 2)


@cache
def _known_persons() -> dict[str, tuple[str, str, str]]:
    """Hangul -> (first English spelling, Ukrainian, Russian) of persons whose forms custom has settled."""
    return {hangul: (english.split(" / ")[0], uk, ru) for hangul, (english, uk, ru) in _korean()["persons"].items()}


@cache
def _persons_by_spelling() -> dict[str, str]:
    return {
        _plain(spelling): hangul for hangul, row in _korean()["persons"].items() for spelling in row[0].split(" / ")
    }


def _plain(text: str) -> str:
    return re.sub(r"[\s\-'’]+", " ", text).strip().lower()


# -- reading Latin ---------------------------------------------------------------------------------------------------


def read_person(text: str) -> KoreanName | None:
    """A romanised Korean person's name in Hangul, or None when it does not read as one.

    Both orders are read: the family name is first unless the first word is a hyphenated or longer given name and the
    last word a family name ("Jae-myung Lee").
    """
    known = _persons_by_spelling().get(_plain(text))
    if known:
        return split_person(known)
    words = text.split()
    if not 2 <= len(words) <= 3 or not all(re.fullmatch(r"[A-Za-z]+(?:[-'’][A-Za-z]+)?", word) for word in words):
        return None
    orders = [(words[0], words[1:])]
    if len(words) == 2 and "-" in words[0]:
        orders = [(words[-1], words[:-1])]
    else:
        orders.append((words[-1], words[:-1]))
    for surname, given in orders:
        name = _read(surname, given)
        # A family name that comes last needs a given name of two syllables before it: Wang Yi is no Korean.
        if name is not None and (surname == words[0] or len(name.given) == 2):
            return name
    return None


def _read(surname: str, given: list[str]) -> KoreanName | None:
    parts = [part for word in given for part in re.split(r"[-'’]", word.lower()) if part]
    northern = _is_northern(surname.lower(), parts, hyphenated="-" in "".join(given), separate=len(given) == 2)
    family = _surnames(northern).get(surname.lower())
    if family is None or len(parts) > 2:
        return None
    table = _syllables(northern)
    if len(parts) == 2:
        read = [table.get(part) or read_syllable(part) for part in parts]
        return KoreanName(family, "".join(one for one in read if one)) if all(read) else None
    whole = _read_joined(parts[0], table)
    return KoreanName(family, whole) if whole else None


def _is_northern(surname: str, parts: list[str], *, hyphenated: bool, separate: bool) -> bool:
    if _SOUTHERN.match(surname):
        return False
    if _NORTHERN.match(surname) or (not hyphenated and _NORTHERN_UNHYPHENATED.match(surname)):
        return True
    if any(_SOUTHERN_SYLLABLE.search(part) for part in parts):
        return False
    if any(_NORTHERN_SYLLABLE.match(part) for part in parts):
        return True
    return separate and not hyphenated


def _read_joined(word: str, table: dict[str, str]) -> str | None:
    """A given name written together: one known syllable, or two; the split whose parts are most alike wins."""
    if word in table and len(word) <= 5:
        return table[word]
    splits = [
        (abs(cut * 2 - len(word)), table[word[:cut]] + table[word[cut:]])
        for cut in range(2, len(word) - 1)
        if word[:cut] in table and word[cut:] in table
    ]
    return min(splits)[1] if splits else None


@cache
def _common_syllables() -> frozenset[str]:
    """Syllables that names are made of; a reading into others (먕) is unlikely."""
    korean = _korean()
    common = {*korean["given"]["both"].values(), *korean["common_syllables"]}
    return frozenset(common | {hangul for hangul in korean["surnames"]["both"] if len(hangul) == 1})


@cache
def _spelt_syllables() -> dict[str, str]:
    """Every regular spelling of every open or simply closed syllable with its likeliest reading.

    Revised Romanisation comes before McCune-Reischauer, and a common syllable before an uncommon one: ``chong`` is 청.
    """
    finals = {"": "", "k": "ㄱ", "n": "ㄴ", "l": "ㄹ", "m": "ㅁ", "p": "ㅂ", "t": "ㅅ", "ng": "ㅇ"}
    spelt: dict[str, str] = {}
    spellings = _korean()["spellings"]
    readings = [
        (position, start + middle + ending, compose(initial, vowel, final))
        for initial, starts in spellings["initials"].items()
        for vowel, middles in spellings["vowels"].items()
        for position, (start, middle) in enumerate(product(starts.split() or [""], middles.split()))
        for ending, final in finals.items()
    ]
    for _, spelling, syllable in sorted(readings, key=lambda reading: reading[0]):
        known = spelt.get(spelling)
        if known is None or (known not in _common_syllables() and syllable in _common_syllables()):
            spelt[spelling] = syllable
    return spelt


def read_syllable(spelling: str) -> str | None:
    """One regularly spelt syllable in Hangul: ``myeong`` is 명; None when it is not one."""
    return _spelt_syllables().get(spelling.lower())


def read_place(text: str) -> str | None:
    """A romanised Korean place in Hangul ("Hoengseong County" is 횡성군), or None when it does not read as one."""
    words = re.split(r"[\s-]+", text.lower().replace("'", "").replace("’", ""))
    suffixes: dict[str, str] = _korean()["place_words"]
    ending = ""
    if len(words) > 1 and words[-1] in suffixes:
        ending = suffixes[words.pop()]
    hangul = ""
    for word in words:
        read = _read_word(word)
        if read is None:
            return None
        hangul += read
    return hangul + ending


def _read_word(word: str) -> str | None:
    """A word split into regular syllables, few and common ones; None when it cannot be."""
    best: list[tuple[int, str] | None] = [(0, "")] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            part = word[start:end]
            last = _korean()["place_endings"].get(part) if end == len(word) and start else None
            before, syllable = best[start], last or read_syllable(part)
            if before is None or syllable is None:
                continue
            cost = before[0] + (1 if syllable in _common_syllables() else 3)
            now = best[end]
            # Of splits that are equally likely the one that keeps ng together wins: Hong-won, not Hon-gwon.
            if now is None or cost <= now[0]:
                best[end] = cost, before[1] + syllable
    return best[-1][1] if best[-1] else None


# -- Hangul in pieces ------------------------------------------------------------------------------------------------


def compose(initial: str, vowel: str, final: str = "") -> str:
    """A syllable from its letters: ㄱ, ㅏ, ㅇ make 강."""
    return chr(_BASE + (_INITIALS.index(initial) * 21 + _VOWELS.index(vowel)) * 28 + _FINALS.index(final))


def decompose(syllable: str) -> tuple[str, str, str]:
    """A syllable's letters: 강 is ㄱ, ㅏ, ㅇ."""
    code = ord(syllable) - _BASE
    return _INITIALS[code // 588], _VOWELS[code % 588 // 28], _FINALS[code % 28]


def is_hangul(text: str) -> bool:
    """Whether a text is Hangul syllables only."""
    return bool(re.fullmatch(r"[가-힣]+", text))


def is_common(hangul: str) -> bool:
    """Whether every syllable is one that Korean names are commonly made of."""
    return all(syllable in _common_syllables() for syllable in hangul)


def split_person(hangul: str) -> KoreanName | None:
    """A Korean person's Hangul name in its two parts; None for one that is too long or spaced like a foreigner's."""
    if not is_hangul(hangul) or not 2 <= len(hangul) <= 4:
        return None
    size = 2 if hangul[:2] in _long_surnames() and len(hangul) > 2 else 1
    name = KoreanName(hangul[:size], hangul[size:])
    return name if name.surname in _korean()["surnames"]["both"] and len(name.given) <= 2 else None


# -- writing ---------------------------------------------------------------------------------------------------------


def write_person(name: KoreanName, language: Language) -> str:
    """A Korean person's name in a language: 김여정 is Ким Ё Чжон; without custom each syllable of it is a word.

    In English the given name is hyphenated (Kim Yo-jong), the way of the press; 이 is Lee, 박 Park, 최 Choi, as their
    bearers write themselves.
    """
    if language is Language.KO:
        return str(name)
    known = _known_persons().get(str(name))
    if known:
        settled = {Language.EN: known[0], Language.UK: known[1], Language.RU: known[2]}[language]
        if settled:
            return settled
    if language is Language.EN:
        table = _korean()["surnames"]["both"]
        family = table[name.surname].split()[0] if name.surname in table else _write([name.surname], language)[0]
        given = "-".join(_write(list(name.given), language, joined=False))
        return f"{family} {given.capitalize()}"
    surname = _cyrillic_surname(name.surname, language)
    syllables = [*name.surname, *name.given]
    written = _write(syllables, language, joined=False)
    return " ".join([surname, *(part.capitalize() for part in written[len(name.surname) :])])


def _cyrillic_surname(surname: str, language: Language) -> str:
    if surname in ("이", "리"):
        return "Ли" if language is Language.RU else "Лі"
    if surname == "림":
        return "Лим" if language is Language.RU else "Лім"
    if surname == "류":
        return "Лю"
    return "".join(_write(list(surname), language)).capitalize()


def write_place(hangul: str, language: Language) -> str:
    """A Korean place in a language by rule, assimilations heard: 강릉 is Каннын, Gangneung."""
    if language is Language.KO:
        return hangul
    return "".join(_write(list(hangul), language)).capitalize()


def _write(syllables: list[str], language: Language, *, joined: bool = True) -> list[str]:
    """Each syllable's letters; `joined` hears the assimilations inside a word, which names of persons do not show."""
    letters: dict[str, str] = _korean()["letters"][language.value]
    initials, voiced = letters["initials"].split(), letters["voiced"].split()
    vowels, initial_vowels = letters["vowels"].split(), letters["initial_vowels"].split()
    finals = letters["finals"].split()
    parts = [decompose(syllable) for syllable in syllables]
    if joined:
        parts = _assimilate(parts)
    written = []
    for index, (initial, vowel, final) in enumerate(parts):
        before = parts[index - 1][2] if index else None
        soft = before in _VOICING_FINALS
        start = (voiced if soft else initials)[_INITIALS.index(initial)].replace("-", "")
        middle = (vowels if start else initial_vowels)[_VOWELS.index(vowel)]
        if language is not Language.EN and joined and before == "ㄹ" and initial == "ㄹ":
            start = "л"
        if joined and language is Language.RU and before == "ㅇ" and initial == "ㅇ" and middle[0] != "в":
            start = "ъ"
        if language is Language.UK and start in ("г", "к") and middle == "є":
            middle = "е"  # 계 is ге there, though 혜 is хє
        end = finals[_FINALS.index(final)].replace("-", "")
        following = parts[index + 1][0] if index + 1 < len(parts) else ""
        if joined and final == "ㄹ" and following in ("ㅇ", "ㄹ"):
            # A final ㄹ before a vowel is heard as р, before ㄹ as л.
            end = {"ㅇ": "r" if language is Language.EN else "р", "ㄹ": "l" if language is Language.EN else "л"}[
                following
            ]
        elif joined and following == "ㅇ" and final in ("ㄱ", "ㄷ", "ㅂ", "ㅅ", "ㅈ"):
            end = voiced[_INITIALS.index(final)]
        written.append(start + middle + end)
    return written


def _assimilate(parts: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """The pronunciation at syllable borders: 종로 is heard 종노, 신라 실라, 백령 뱅녕."""
    heard = [list(part) for part in parts]
    for left, right in pairwise(heard):
        border = left[2], right[0]
        if border in (("ㄴ", "ㄹ"), ("ㄹ", "ㄴ")):
            left[2], right[0] = "ㄹ", "ㄹ"
        elif right[0] == "ㄹ" and left[2] in ("ㅁ", "ㅇ"):
            right[0] = "ㄴ"
        elif right[0] == "ㄹ" and left[2] in ("ㄱ", "ㅂ"):
            left[2], right[0] = {"ㄱ": "ㅇ", "ㅂ": "ㅁ"}[left[2]], "ㄴ"
        elif right[0] in ("ㄴ", "ㅁ") and left[2] in ("ㄱ", "ㄷ", "ㅅ", "ㅈ", "ㅂ"):
            left[2] = {"ㄱ": "ㅇ", "ㅂ": "ㅁ"}.get(left[2], "ㄴ")
    return [(first, vowel, last) for first, vowel, last in heard]


# -- reading Cyrillic ------------------------------------------------------------------------------------------------


def person_from_cyrillic(text: str, language: Language) -> KoreanName | None:
    """A Korean person's name written in Cyrillic: by custom (Ким Чен Ын), or a family name and syllables."""
    known = _persons_in_cyrillic(language).get(text.lower().replace("ё", "е"))
    if known:
        return split_person(known)
    words = text.split()
    if not 2 <= len(words) <= 3:
        return None
    families, syllables = _spelt_in_cyrillic(language)
    family = families.get(words[0].lower())
    given = [syllables.get(word.lower()) for word in words[1:]]
    if family is None or not all(given):
        return None
    return KoreanName(family, "".join(syllable for syllable in given if syllable))


@cache
def _persons_in_cyrillic(language: Language) -> dict[str, str]:
    column = 0 if language is Language.UK else 1
    return {
        row[column + 1].lower().replace("ё", "е"): hangul
        for hangul, row in _korean()["persons"].items()
        if row[column + 1]
    }


@cache
def _spelt_in_cyrillic(language: Language) -> tuple[dict[str, str], dict[str, str]]:
    """Family names and given-name syllables by their Cyrillic form; the voiced form of a syllable leads to it too."""
    families: dict[str, str] = {}
    syllables: dict[str, str] = {}
    for hangul in _korean()["surnames"]["both"]:
        families.setdefault(_cyrillic_surname(hangul, language).lower(), hangul)
    for hangul in _korean()["given"]["both"].values():
        syllables.setdefault(_write([hangul], language)[0], hangul)
        syllables.setdefault(_write(["아", hangul], language, joined=False)[1], hangul)
    return families, syllables
