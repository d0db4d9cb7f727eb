"""Names in Latin orthographies whose letters have one sound each: Turkish, Serbian and Croatian, Czech, Hungarian, ...

Which orthography a name is in is told by letters that only one has, by endings, or by a known given name; its words are
then written letter by letter as the handbooks of transcription do. The tables are `orthographies.yaml`. What belongs to
none is left to the model.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from translations import memory
from translations.cyrillic import hangul_from_sound
from translations.errors import TranslationError
from translations.knowledge import load
from translations.languages import Language

ORTHOGRAPHIES = ("turkish", "south_slavic", "czech", "hungarian", "romanian", "lithuanian", "latvian", "polish")

_COLUMNS = {Language.UK: 0, Language.RU: 1, Language.KO: 2}


@dataclass(frozen=True, slots=True)
class _Orthography:
    letters: re.Pattern[str]
    endings: re.Pattern[str]
    given: frozenset[str]
    doubt: re.Pattern[str] | None
    names: dict[str, tuple[str, str, str]]
    plain: tuple[tuple[re.Pattern[str], str], ...]
    rules: tuple[tuple[re.Pattern[str], tuple[str, str, str]], ...]


@cache
def _orthographies() -> dict[str, _Orthography]:
    found: dict[str, _Orthography] = {}
    for name, table in load("orthographies").items():
        if any(len(row) != 4 for row in table["rules"]):
            message = f"The name knowledge in orthographies.yaml has a rule of the wrong shape under {name}."
            raise TranslationError(message)
        found[name] = _Orthography(
            re.compile(table["letters"]),
            re.compile(table["endings"]),
            frozenset(table["given"].split()),
            re.compile(table["doubt"]) if table["doubt"] else None,
            {plain: (uk, ru, ko) for plain, uk, ru, ko in table.get("names", ())},
            tuple((re.compile(pattern), letters) for pattern, letters in table.get("plain", ())),
            tuple((re.compile(pattern), (uk, ru, sound)) for pattern, uk, ru, sound in table["rules"]),
        )
    return found


def orthography_of(words: Sequence[str]) -> str | None:
    """The orthography of a name by its words, or None when nothing tells it.

    Letters decide first, then a known given name beside a further word, then a shared letter with an ending.
    """
    lower = [unicodedata.normalize("NFC", word).lower() for word in words]
    text = " ".join(lower).replace("i̇", "i")
    for name, orthography in _orthographies().items():
        if orthography.letters.search(text):
            return name
    if len(words) > 1:
        for name, orthography in _orthographies().items():
            if memory.key(words[0]) in orthography.given:
                return name
    if not text.isascii():
        for name, orthography in _orthographies().items():
            if any(orthography.endings.search(word) for word in lower):
                return name
        return "south_slavic" if re.search("[čšž]", text) else None
    return None


def is_spelt_in_one(text: str) -> bool:
    """Whether letters of a name tell its orthography, without the given names that help with persons."""
    return orthography_of([text.replace(" ", "-")]) is not None


def given_name(word: str, orthography: str, target: Language) -> str | None:
    """A given name that is another in the orthography than elsewhere: the Czech Petr is 페트르, not 표트르."""
    forms = _orthographies()[orthography].names.get(memory.key(word))
    return forms[_COLUMNS[target]] if forms and target in _COLUMNS else None


@lru_cache(maxsize=16384)
def spell(word: str, orthography: str, target: Language) -> str | None:
    """A word of an orthography in Ukrainian, Russian or Hangul.

    None where a letter is not one of the orthography's, or may stand for two in a word without diacritics.
    """
    if target not in _COLUMNS:
        return None
    written = unicodedata.normalize("NFC", word).lower().replace("i̇", "i")
    if not re.fullmatch(r"[^\W\d_]+", written):
        return None
    table = _orthographies()[orthography]
    if written.isascii():
        stem = re.sub("(?:v?ic|skas?)$", "", written)
        if table.doubt is not None and table.doubt.search(stem):
            return None
        for pattern, letters in table.plain:
            written = pattern.sub(letters, written)
    for pattern, columns in table.rules:
        written = pattern.sub(columns[_COLUMNS[target]], written)
    if re.search(r"[a-zßà-öø-ÿ]", written.replace("ö", "").replace("ü", "") if target is Language.KO else written):
        return None
    if target is Language.KO:
        return hangul_from_sound(written, polish=orthography == "polish")
    if not written or re.search(r"[^Ѐ-ӿ']", written):
        return None
    return written[0].upper() + written[1:] if word[:1].isupper() else written
