"""Names of currencies from CLDR (through Babel), so that 85 million Norwegian kroner need no list of ours.

Owns the long tail: each code of `currencies` in `numbers.yaml` under its full name (українських гривень), and some
under its last word alone (zlotys). What CLDR does not know (cases, short forms,
abbreviations) is written in `numbers.yaml` and comes first.
"""

from __future__ import annotations

from babel.numbers import get_currency_name

from glossary.lexicon import fold, load_yaml
from translations.languages import Language

#: One number for each plural form of the four languages.
_COUNTS = (1, 2, 5, 1.5)


def currency_names(language: Language) -> list[tuple[str, str]]:
    """The names of the currencies in a language, in the forms that numbers take, each with its ISO 4217 code."""
    data = load_yaml("numbers.yaml")
    by_last_word = frozenset(data["currencies_by_last_word"])
    found: dict[str, str] = {}
    for code in data["currencies"]:
        for name in {fold(get_currency_name(code, count=count, locale=language.value)) for count in _COUNTS}:
            found.setdefault(name, code)
            if code in by_last_word:
                found.setdefault(name.split()[-1], code)
    return list(found.items())
