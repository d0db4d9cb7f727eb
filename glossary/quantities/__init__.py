"""Quantities as they are said: an interval with a unit, read from text in four languages.

Owns the reading of numbers, and nothing of what is counted by whom: that is `glossary.statements`, which reads these
first. All words are data (`numbers.yaml`, and the counted nouns of `measures.yaml`). Read the modules in this order:

    values    what a quantity is, and how a number said becomes an interval in a base unit
    words     the words of the YAML files, loaded and checked
    digits    12,000 and 12.000, and what is no number (12,000,00)
    numbers, nouns, labels, spaced    English, Ukrainian and Russian, read token by token
    korean    Korean, whose numbers are glued to counters and particles, read letter by letter

What looks like a number and counts nothing (dates, clock times, telephone numbers, scores, versions, articles, pages,
models such as F-16) is left out, and so is what cannot be read with certainty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from glossary.lexicon import Token, tokenize
from glossary.quantities.digits import parse_digits
from glossary.quantities.korean import read_korean
from glossary.quantities.spaced import read_spaced
from glossary.quantities.values import FoundQuantity, Quantity, people
from glossary.quantities.words import NounClass, crowns, noun_classes
from translations.languages import Language

__all__ = [
    "FoundQuantity",
    "NounClass",
    "Quantity",
    "crowns",
    "noun_classes",
    "parse_digits",
    "people",
    "read_quantities",
    "read_quantity",
    "read_tokens",
]


#: The last letter of the last number of a text.
_KOREAN_NUMBER_END = re.compile(r"([\d십백천만억조])(?=[^\d십백천만억조]*$)")


def read_quantities(text: str, language: Language) -> list[FoundQuantity]:
    """All quantities of a text, in order of their place; offsets are string indices. Never raises on odd input."""
    return read_tokens(text, tokenize(text), language)


def read_quantity(text: str, language: Language, unit: str) -> Quantity | None:
    """The one quantity of what somebody typed, in `unit` where none is said; None for none, or more than one."""
    found = read_quantities(text, language)
    bare = not found and language is Language.KO
    if bare:
        # In an article a Korean number without its counter is none; who is asked for one leaves the counter out.
        text = _KOREAN_NUMBER_END.sub(r"\1명", text)
        found = read_quantities(text, language)
    if len(found) != 1 or (bare and re.search(r"\d", text[: found[0].start] + text[found[0].end :])):
        return None
    quantity = found[0].quantity
    return replace(quantity, unit=unit) if bare or quantity.unit == "none" else quantity


def read_tokens(text: str, tokens: Sequence[Token], language: Language) -> list[FoundQuantity]:
    """`read_quantities` for a text that is tokenised already."""
    if language is Language.KO:
        return read_korean(text, tokens)
    return read_spaced(text, tokens, language)
