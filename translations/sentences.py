"""A headline or a quoted sentence in the reader's language, where general packages are installed, and only if it holds.

A general model may change a figure or respell a name, which is just what an alert must not do. So every translation
is compared with its original: the same numbers, each glossary name in a form that the glossary has, the right script,
no repetition. Where no package knows the pair but two do by way of English, the first answer is checked like the last.
What does not hold is not shown; the caller then shows the original. `engine` does the translating, the bot's messages
come after.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from translations.engine import Engine, InstalledPackage
from translations.errors import TranslationError
from translations.knowledge import load
from translations.languages import Language

# Thousands in groups, all by one separator: 12,000 and 12 000 and 12.000. A year before a number is no group.
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:(?:[ \u00a0\u202f]\d{3})+|([.,'\u2019])\d{3}(?:\1\d{3})*)(?!\d)")
_NO_DIGIT = re.compile(r"\D")
_KOREAN_MONTH = re.compile(r"(?<!\d)(1[0-2]|[1-9])월")
_IN_WORDS = 20  # numbers up to this are often written as words
_DIGITS = re.compile(r"\d+(?:[.,]\d+)?")
# How much of a form's end may change by case in Ukrainian and Russian: Тува, Туві; Курська область, Курської області.
_ENDING = 3
_LEAST_STEM = 3
# How many letters a translation may have for each of its original; Hangul counts syllables. Wider than any good
# translation of a sentence, so that only what is lost or invented falls outside.
_RATIOS = {Language.KO: (0.15, 1.2), Language.UK: (0.4, 2.5), Language.RU: (0.4, 2.5), Language.EN: (0.4, 2.5)}
_KOREAN_SOURCE = (1.0, 7.0)
_SAME = str.maketrans({"\u2019": "'", "\u02bc": "'", "`": "'", "ё": "е", "\u00a0": " "})
_SHORT = 12  # letters; of what is shorter no ratio can be told
# The same one to four words three times in a row: what a model writes when it has lost its way.
_REPETITION = re.compile(r"\b(\w+(?:\W+\w+){0,3}?)(?:\W+\1\b){2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NameInSentence:
    """A glossary entity that the original mentions: how it may be written in the target language, any of them.

    Regular endings need not be listed; forms in which more changes do (Київ, Києва). `english_forms` are needed where
    the way goes by English.
    """

    name: str
    target_forms: tuple[str, ...]
    english_forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence to translate, and the glossary's names in it."""

    text: str
    names: tuple[NameInSentence, ...] = ()


def route(engine: Engine, source: Language, target: Language) -> tuple[InstalledPackage, ...]:
    """The general packages that lead from one language to another: one, two by way of English, or none."""
    if source is target:
        return ()
    direct = engine.general_package(source, target)
    if direct is not None:
        return (direct,)
    legs = (engine.general_package(source, Language.EN), engine.general_package(Language.EN, target))
    return tuple(leg for leg in legs if leg is not None) if None not in legs else ()


def translate_checked(
    engine: Engine, sentences: Sequence[Sentence], source: Language, target: Language
) -> list[str | None]:
    """Translations in order, all in one call of each model; None where there is none that may be shown.

    None means: no general package for this pair, no answer, or an answer that fails a check. Nothing is raised,
    because showing the original is what the caller does anyway.
    """
    packages = route(engine, source, target)
    if not packages:
        return [None for _ in sentences]
    if len(packages) == 1:
        return _leg(engine, sentences, [one.text for one in sentences], (source, source, target))
    in_english = _leg(engine, sentences, [one.text for one in sentences], (source, source, Language.EN))
    found = [(index, text) for index, text in enumerate(in_english) if text is not None]
    # Compared with the original again, not with the English between: what the first leg changed a second may not hide.
    kept = [sentences[index] for index, _ in found]
    answers = _leg(engine, kept, [text for _, text in found], (source, Language.EN, target))
    translated: list[str | None] = [None for _ in sentences]
    for (index, _), answer in zip(found, answers, strict=True):
        translated[index] = answer
    return translated


def _leg(
    engine: Engine, sentences: Sequence[Sentence], texts: list[str], way: tuple[Language, Language, Language]
) -> list[str | None]:
    """The texts translated, each compared with the sentence that it stands for; `way` is (original's, from, to)."""
    original, source, target = way
    try:
        translated = engine.translate_sentences(texts, source, target)
    except TranslationError:  # a package that fails on this text
        return [None for _ in texts]
    return [
        text if text and not problems(sentence, text, target, source=original) else None
        for sentence, text in zip(sentences, translated, strict=True)
    ]


def problems(
    sentence: Sentence, translated: str, target: Language, *, source: Language = Language.EN
) -> tuple[str, ...]:
    """What keeps a translation from being shown, in words; empty where it holds.

    Args:
        sentence: the original and its glossary names.
        translated: the model's text.
        target: its language; Korean forms do not change, so they are looked for whole.
        source: the language of the original.
    """
    found = []
    before, after = numbers(sentence.text, source), numbers(translated, target)
    if not _same_numbers(sentence.text, source, translated, target):
        found.append(f"the numbers {_listed(before)} became {_listed(after)}")
    if not any(target.is_own_script(c) for c in translated):
        found.append(f"it is not written in {target.english_name}")
    if _REPETITION.search(translated) and not _REPETITION.search(sentence.text):
        found.append("it repeats itself")
    low, high = _KOREAN_SOURCE if source is Language.KO else _RATIOS[target]
    said, written = _letters(sentence.text), _letters(translated)
    if said >= _SHORT and not low * said <= written <= high * said:
        found.append("it is too short or too long for the original")
    folded = _folded(translated)
    for name in sentence.names:
        forms = name.english_forms if target is Language.EN else name.target_forms
        if forms and not any(_occurs(form, folded, target) for form in forms):
            found.append(f"{name.name} is in no form that the glossary has")
    return tuple(found)


def _same_numbers(text: str, source: Language, translated: str, target: Language) -> bool:
    """Whether no number was lost and none came that a word did not say: twelve may become 12, January 1월."""
    before, after = Counter(numbers(text, source)), Counter(numbers(translated, target))
    if source is not Language.KO is target:
        months = Counter(Decimal(month) for month in _KOREAN_MONTH.findall(translated))
        after -= months - before
    elif source is Language.KO is not target:
        months = Counter(Decimal(month) for month in _KOREAN_MONTH.findall(text))
        before -= months - after
    return not before - after and all(number <= _IN_WORDS for number in (after - before))


def numbers(text: str, language: Language) -> list[Decimal]:
    """The numbers that a text writes in digits, by size, with the thousand or million that is said behind them."""
    plain = _GROUPED.sub(lambda match: _NO_DIGIT.sub("", match.group()), text)
    if language is Language.KO:
        return sorted(_korean_numbers(plain))
    factor_after = _scale_after(language)
    return sorted(_value(match.group()) * factor_after(plain, match.end()) for match in _DIGITS.finditer(plain))


def _korean_numbers(text: str) -> list[Decimal]:
    scales = load("scales")["ko"]
    groups = {word: Decimal(factor) for factor, words in scales["words"].items() for word in words}
    within = {word: Decimal(factor) for factor, words in scales["within_group"].items() for word in words}
    pattern = re.compile(rf"(\d+(?:[.,]\d+)?)\s?([{''.join(within)}]?)([{''.join(groups)}]?)")
    found: list[Decimal] = []
    goes_on_from, smallest = -1, Decimal(0)
    for match in pattern.finditer(text):
        group = groups.get(match[3], Decimal(1))
        value = _value(match[1]) * within.get(match[2], Decimal(1)) * group
        between = text[goes_on_from : match.start()] if goes_on_from >= 0 else "-"
        if not between.strip() and value < smallest:
            found[-1] += value
        else:
            found.append(value)
        # 1만 2천 goes on, 2025 3 does not: only a group may be followed by a smaller one.
        goes_on_from, smallest = (match.end(), group) if match[3] else (-1, Decimal(0))
    return found


@cache
def _scale_after(language: Language) -> Callable[[str, int], Decimal]:
    """What gives the factor of the scale word that stands at a place of a text, after a space or not; 1 for none."""
    scales = load("scales")[language.value]
    factors: dict[str, Decimal] = {}
    patterns = []
    for kind, space in (("words", r"[ \u00a0\u202f-]?"), ("glued", "")):
        for factor, words in scales[kind].items():
            for word in words:
                name = f"_{len(factors)}"
                factors[name] = Decimal(factor)
                ending = r"\w*" if word.endswith("*") else r"\b"
                patterns.append(rf"(?P<{name}>{space}{re.escape(word.rstrip('*'))}{ending})")
    pattern = re.compile("|".join(patterns), re.IGNORECASE)

    def factor_after(text: str, at: int) -> Decimal:
        match = pattern.match(text, at)
        return factors[match.lastgroup] if match is not None and match.lastgroup is not None else Decimal(1)

    return factor_after


def _value(digits: str) -> Decimal:
    return Decimal(digits.replace(",", "."))


def _listed(found: Sequence[Decimal]) -> str:
    return ", ".join(f"{number.normalize():f}" for number in found) or "none"


def _letters(text: str) -> int:
    return sum(character.isalpha() for character in text)


def _occurs(form: str, text: str, target: Language) -> bool:
    """Whether a form stands in a folded text, its words inflected or not, in its order."""
    folded = _folded(form)
    if target is Language.KO:  # a particle follows without a space, nothing goes before
        end = r"(?![a-z0-9])" if folded[-1:].isascii() else ""
        return folded in text and re.search(rf"(?<!\w){re.escape(folded)}{end}", text) is not None
    if target is Language.EN:
        return folded in text and re.search(rf"(?<!\w){re.escape(folded)}(?:'?s)?(?!\w)", text) is not None
    stems = [_stem(word) for word in folded.split()]
    if not all(stem in text for stem in stems):  # a name may come with a hundred inflected forms
        return False
    return re.search(r"[\s-]+".join(rf"\b{re.escape(stem)}\w*" for stem in stems), text) is not None


def _folded(text: str) -> str:
    """Without what spellings of one name differ in: case, the shape of the apostrophe, the dots of ё."""
    return text.casefold().translate(_SAME)


def _stem(word: str) -> str:
    """A word without the ending that may change; short words and acronyms stay whole."""
    return word[: max(_LEAST_STEM, len(word) - _ENDING)]
