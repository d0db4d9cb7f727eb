"""Whether two spellings are one name: Lee Seong-kweun and Lee Seong Kwon, Zelenskyy and Zelensky, Буданов and Буданова.

Owns `variant_key`, by which spellings that may be one name are found together, and `same_name`, which decides. What is
the same in every spelling (case, diacritics, hyphens) `glossary.normalize` folds away; Korean names are compared by the
Hangul they read as, other Latin ones by the rules of `variants.yaml`, Ukrainian and Russian ones by their cases. A name
that differs in a consonant, a number, the gender of its bearer or more than one sound is another name: two candidates
for one person cost an editor a tap, one candidate for two persons costs a wrong entry.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import takewhile

import yaml

from glossary.errors import GlossaryError
from glossary.inflect import surfaces
from glossary.normalize import fold
from glossary.words import EntityType, FormKind
from translations.hangul import read_person
from translations.languages import Language

# A word shorter than this that differs by a vowel is another word.
_LEAST_FUZZY = 6
# One word as short as this (NATO, Nato; Kiel, Kyle) has one spelling: there is too little of it to compare.
_ONE_SPELLING = 5
_LONGEST_ACRONYM = 8
_LEAST_STEM = 4
_WORD = re.compile(r"[^\W_]+|&")
_VOWELS = re.compile("[aeiouy]+")
# The North keeps a ㄹ that the South has dropped: Ri and Lee, Ryu and Yoo are one family name.
_NORTHERN = str.maketrans({"리": "이", "림": "임", "류": "유", "로": "노", "려": "여", "량": "양", "렴": "염"})


@lru_cache(maxsize=200_000)
def variant_key(name: str, language: Language) -> str:
    """What all spellings of a name have in common; names of different keys are never the same, equal keys may be.

    Empty for a name without letters and digits.
    """
    words = _words(name)
    if not words:
        return ""
    if len(words) == 1 and len(words[0]) <= _ONE_SPELLING and words[0].isascii():
        return f"={words[0]}"
    if language is Language.KO:
        return "".join(words)
    if language is not Language.EN and not words[0].isascii():
        # Endings change, and with them a vowel near the end; the beginning of each word stays.
        return " ".join(word[:3] for word in words)
    korean = _korean(name)
    if korean is not None:
        return korean
    plain = "".join(_plain_words(words))
    return plain[:1] + _VOWELS.sub("", plain[1:])


def same_name(one: str, other: str, language: Language) -> bool:
    """Whether two spellings in one language are of one name; the order does not matter."""
    if "".join(_words(one)) == "".join(_words(other)):
        return True
    if language is Language.KO or variant_key(one, language) != variant_key(other, language):
        return False
    if language is not Language.EN and not fold(one).isascii():
        cases = is_case_of(one, other, language) or is_case_of(other, one, language)
        return cases or _differ_by_endings(_words(one), _words(other), language)
    if _korean(one) is not None:
        return True  # the key is the Hangul itself
    first, second = _plain_words(_words(one)), _plain_words(_words(other))
    if "".join(first) == "".join(second):
        return True
    if len(first) != len(second) or len(first) < 2:
        return False
    differing = [(left, right) for left, right in zip(first, second, strict=True) if left != right]
    return len(differing) == 1 and _differ_by_a_vowel(*differing[0])


def is_case_of(one: str, other: str, language: Language) -> bool:
    """Whether a Ukrainian or Russian name is another in some case, or that itself; the other is the nominative then."""
    return fold(one) in _cases(fold(other), language)


def is_acronym(name: str) -> bool:
    """Whether a name is written in capitals as one word: NIS, ATACMS, СБУ."""
    return name.isupper() and len(name) <= _LONGEST_ACRONYM and not any(mark in name for mark in " -–")


def abbreviates(acronym: str, name: str) -> bool:
    """Whether an acronym is made of a name's initials, its small words counted or not (ISW, the Study of War)."""
    words = [word for word in _WORD.findall(name.replace("-", " ")) if word]
    if len(words) < 2:
        return False
    wanted = fold(acronym).replace(".", "")
    every = fold("".join(word[0] for word in words))
    great = fold("".join(word[0] for word in words if not word[0].islower()))
    return wanted in {every, great}


def _differ_by_a_vowel(one: str, other: str) -> bool:
    """Whether two words differ in one group of vowels inside them; at the end that would be another gender."""
    if min(len(one), len(other)) < _LEAST_FUZZY or one[0] != other[0]:
        return False
    first, second = _VOWELS.findall(one), _VOWELS.findall(other)
    if _VOWELS.sub(".", one) != _VOWELS.sub(".", other):
        return False
    differing = [at for at, (left, right) in enumerate(zip(first, second, strict=True)) if left != right]
    ends_differently = _VOWELS.fullmatch(one[-1]) is not None and differing[-1] == len(first) - 1
    written = frozenset({first[differing[0]], second[differing[0]]})
    return len(differing) == 1 and not ends_differently and written in _rules().vowels


def _differ_by_endings(one: Sequence[str], other: Sequence[str], language: Language) -> bool:
    """Whether two names may be cases of a third that was not met, as neither is its nominative."""
    return len(one) == len(other) and all(
        left == right or _share_a_stem(left, right, _rules().endings[language])
        for left, right in zip(one, other, strict=True)
    )


def _share_a_stem(one: str, other: str, endings: frozenset[str]) -> bool:
    stem = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return stem >= _LEAST_STEM and one[stem:] in endings and other[stem:] in endings


def _words(name: str) -> list[str]:
    words = _WORD.findall(fold(name).replace("'", ""))
    left_out = _rules().left_out
    while len(words) > 1 and words[0] in left_out:
        del words[0]
    while len(words) > 1 and words[-1] in left_out:
        del words[-1]
    return words


@lru_cache(maxsize=65_536)
def _korean(name: str) -> str | None:
    """The Hangul that a romanised Korean person's name reads as, the family name as in the South."""
    read = read_person(" ".join(name.replace("–", "-").split()))
    return None if read is None else read.surname.translate(_NORTHERN) + read.given


@lru_cache(maxsize=4096)
def _cases(name: str, language: Language) -> frozenset[str]:
    """Every case of a Ukrainian or Russian name, folded, whatever it is the name of; none of one in Latin letters."""
    if language not in _rules().endings or name.isascii():
        return frozenset()
    written = name.title()  # a name in small letters would be declined as a word
    kinds = (EntityType.PERSON, EntityType.ORG, EntityType.PLACE)
    return frozenset(fold(one) for kind in kinds for one, _ in surfaces(written, FormKind.FULL, kind, language))


def _plain_words(words: Sequence[str]) -> list[str]:
    return [_plain(word) for word in words]


@lru_cache(maxsize=65_536)
def _plain(word: str) -> str:
    rules = _rules()
    word = rules.words.get(word, word)
    for pattern, replacement in rules.rewriting:
        word = pattern.sub(replacement, word)
    return word


@dataclass(frozen=True, slots=True)
class _Rules:
    words: Mapping[str, str]
    rewriting: tuple[tuple[re.Pattern[str], str], ...]
    vowels: frozenset[frozenset[str]]
    endings: Mapping[Language, frozenset[str]]
    left_out: frozenset[str]


@cache
def _rules() -> _Rules:
    raw = yaml.safe_load(resources.files("glossary").joinpath("variants.yaml").read_text(encoding="utf-8"))
    try:
        words = {str(word): str(row[0]) for row in raw["words"] for word in row}
        doubled = sum(len(row) for row in raw["words"]) - len(words)
        rewriting = tuple((re.compile(pattern), str(replacement)) for pattern, replacement in raw["rules"])
        vowels = frozenset(frozenset(map(str, row)) for row in raw["vowels"])
        endings = {Language(code): frozenset(map(str, row)) for code, row in raw["endings"].items()}
        rules = _Rules(words, rewriting, vowels, endings, frozenset(map(str, raw["left_out"])))
    except (KeyError, ValueError, TypeError, IndexError, re.error) as error:
        message = f"The file variants.yaml is not as it should be: {error!r}."
        raise GlossaryError(message) from error
    if doubled:
        message = "The file variants.yaml has a word in two rows of words."
        raise GlossaryError(message)
    return rules
