"""A headline or a quoted sentence in the reader's language, where a general package is installed, and only if it holds.

A general model may change a figure or respell a name, which is just what an alert must not do. So every translation
is compared with its original: the same numbers, and each glossary name in a form that the glossary has. What does not
hold is not shown; the caller then shows the original. `engine` does the translating, the bot's messages come after.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from translations.engine import Engine
from translations.errors import TranslationError
from translations.languages import Language

# A group of three digits after a separator belongs to the number before it: 12,000 and 12 000 and 12.000.
_GROUPED = re.compile(r"(?<=\d)[.,'\u2019 \u00a0\u202f](?=\d{3}(?!\d))")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
# How much of a form's end may change by case in Ukrainian and Russian: Тува, Туві; Курська область, Курської області.
_ENDING = 3
_LEAST_STEM = 3


@dataclass(frozen=True, slots=True)
class NameInSentence:
    """A glossary entity that the original mentions: how it may be written in the target language, any of them."""

    name: str
    target_forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence to translate, and the glossary's names in it."""

    text: str
    names: tuple[NameInSentence, ...] = ()


def translate_checked(
    engine: Engine, sentences: Sequence[Sentence], source: Language, target: Language
) -> list[str | None]:
    """Translations in order, all in one call of the model; None where there is none that may be shown.

    None means: no general package for this pair, no answer, or an answer that fails a check. Nothing is raised,
    because showing the original is what the caller does anyway.
    """
    if source is target:
        return [None for _ in sentences]
    try:
        translated = engine.translate_sentences([sentence.text for sentence in sentences], source, target)
    except TranslationError:  # no package, or one that fails on this text
        return [None for _ in sentences]
    return [
        text if text and not problems(sentence, text, target) else None
        for sentence, text in zip(sentences, translated, strict=True)
    ]


def problems(sentence: Sentence, translated: str, target: Language) -> tuple[str, ...]:
    """What keeps a translation from being shown, in words; empty where it holds.

    Args:
        sentence: the original and its glossary names.
        translated: the model's text.
        target: its language; Korean forms do not change, so they are looked for whole.
    """
    found = []
    before, after = numbers(sentence.text), numbers(translated)
    if before != after:
        found.append(f"the numbers {', '.join(before) or 'none'} became {', '.join(after) or 'none'}")
    if not any(target.is_own_script(c) for c in translated):
        found.append(f"it is not written in {target.english_name}")
    found += [
        f"{name.name} is in no form that the glossary has"
        for name in sentence.names
        if name.target_forms and not any(_occurs(form, translated, target) for form in name.target_forms)
    ]
    return tuple(found)


def numbers(text: str) -> list[str]:
    """The numbers of a text in order of size, without their separators of thousands and with a decimal point."""
    return sorted(number.replace(",", ".") for number in _NUMBER.findall(_GROUPED.sub("", text)))


def _occurs(form: str, text: str, target: Language) -> bool:
    """Whether a form stands in a text, its words inflected or not, in its order."""
    if target not in {Language.UK, Language.RU}:
        return form.casefold() in text.casefold()
    words = [rf"\b{re.escape(_stem(word))}\w*" for word in form.casefold().split()]
    return re.search(r"[\s-]+".join(words), text.casefold()) is not None


def _stem(word: str) -> str:
    """A word without the ending that may change; short words and acronyms stay whole."""
    return word[: max(_LEAST_STEM, len(word) - _ENDING)]
