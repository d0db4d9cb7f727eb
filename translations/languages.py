"""The four languages of the project: their codes, English names and scripts.

Every other module takes a language as a `Language`; text from outside goes through `Language(code)`, which raises
`ValueError` for a language that is not one of ours.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Language(StrEnum):
    """An ISO 639-1 code of a language the glossary is kept in."""

    EN = "en"
    UK = "uk"
    RU = "ru"
    KO = "ko"

    @property
    def english_name(self) -> str:
        """The language's name in English, e.g. ``Ukrainian``."""
        return _ENGLISH_NAMES[self]

    @property
    def own_name(self) -> str:
        """The language's name in itself, e.g. ``українська``."""
        return _OWN_NAMES[self]

    def is_own_script(self, character: str) -> bool:
        """Whether a letter belongs to the script that the language is written in."""
        return _SCRIPTS[self].match(character) is not None


_ENGLISH_NAMES = {
    Language.EN: "English",
    Language.UK: "Ukrainian",
    Language.RU: "Russian",
    Language.KO: "Korean",
}

_OWN_NAMES = {
    Language.EN: "English",
    Language.UK: "українська",
    Language.RU: "русский",
    Language.KO: "한국어",
}

# Latin with the diacritics of European and romanised names; Cyrillic; Hangul syllables and jamo (Unicode blocks).
_LATIN = re.compile("[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ]")
_CYRILLIC = re.compile("[Ѐ-ӿ]")
_HANGUL = re.compile("[가-힣ᄀ-ᇿ㄰-㆏]")
_SCRIPTS = {Language.EN: _LATIN, Language.UK: _CYRILLIC, Language.RU: _CYRILLIC, Language.KO: _HANGUL}
