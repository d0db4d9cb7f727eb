"""Checks of names before they are translated and of forms before they are kept.

A name that cannot be one (empty, endless, emoji, two scripts in a word) is refused with a reason. A form that looks
wrong is not kept silently: its problems are named, and the pipeline falls back or leaves it for an editor. They are
kept with the form as English sentences, which `Problem.read` understands where they are shown in another language.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from translations.languages import Language
from translations.phrases import Phrase, Saying

LONGEST = 120  # characters; the longest name of a ministry in our sources has 98
# Of 77 answers below it on held-out names (3,000 Russian, 2,000 Korean) 10 were right, of the others 2,618 of 4,922.
_LOW_SCORE = 0.7

_LETTER = re.compile(r"[^\W\d_]")

# Letters of another script than the language's own (the blocks of `languages`).
_OTHER_LETTERS = {
    Language.EN: re.compile(r"(?![A-Za-zÀ-ɏḀ-ỿ])[^\W\d_]"),
    Language.UK: re.compile(r"(?![Ѐ-ӿ])[^\W\d_]"),
    Language.RU: re.compile(r"(?![Ѐ-ӿ])[^\W\d_]"),
    Language.KO: re.compile(r"(?![가-힣ᄀ-ᇿ㄰-㆏])[^\W\d_]"),
}

# Letters that only the other of the two Cyrillic languages has.
_FOREIGN_LETTERS = {Language.UK: re.compile("[ыэъёЫЭЪЁ]"), Language.RU: re.compile("[іїєґІЇЄҐ]")}

# How many letters a form may have for each letter of the source; Hangul counts syllables.
_RATIOS = {Language.KO: (0.2, 1.3), Language.UK: (0.4, 1.8), Language.RU: (0.4, 1.8), Language.EN: (0.5, 5.0)}


class Problem(Phrase):
    """What an editor should know of a form that a machine made."""

    EMPTY = "The form is empty."
    OTHER_SCRIPT = "The form holds letters that {language} is not written with."
    OTHER_ALPHABET = "The form holds letters that {language} does not have."
    COPY = "The form is a copy of the source."
    REPEATS = "The form repeats itself."
    LOST_DIGITS = "The form lost the digits {digits}."
    NEW_DIGITS = "The form has digits that the name does not have."
    LENGTH = "The form is too short or too long for the name."
    UNSURE = "The model is not sure of the form ({score})."
    PUT_ASIDE = "The model's answer “{form}” was put aside: {problems}"
    SPELT_OUT = "No rule or model knows the name; it was written letter by letter."
    SAME_LANGUAGE = "The name is already written in {language}."


def normalised(text: str) -> str:
    """A name in NFC without invisible and direction marks, spaces made one."""
    if text.isascii():  # most names; nothing to compose or to take out
        return " ".join(text.split())
    text = unicodedata.normalize("NFC", text)
    text = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return re.sub(r"\s+", " ", text).strip()


def refusal(text: str) -> str | None:
    """Why a normalised name cannot be translated at all, in one sentence; None when it can."""
    if not text:
        return "The name is empty."
    if len(text) > LONGEST:
        return f"The name has {len(text)} characters; one of more than {LONGEST} is no name."
    if re.search(r"[<>{}|\\=~#@$%^*]", text):
        return "The name holds markup or a symbol that is no part of a name."
    if text.isascii() and text.isprintable():
        return None if any(character.isalpha() for character in text) else "The name has no letters."
    if any(unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") for character in text):
        return "The name holds characters that are no text."
    if any(unicodedata.category(character) in ("So", "Sk") and character != "`" for character in text):
        return "The name holds an emoji or another symbol that is no part of a name."
    if any(unicodedata.bidirectional(character) in ("R", "AL", "RLE", "RLO") for character in text):
        return "The name is written from right to left, in a script that is none of ours."
    if not any(character.isalpha() for character in text):
        return "The name has no letters."
    foreign = {character for character in text if character.isalpha() and script(character) is None}
    if foreign:
        return f"The name holds letters of a script that is none of ours: {' '.join(sorted(foreign)[:5])}"
    for word in text.split():
        scripts = {script(character) for character in word if character.isalpha()}
        if len(scripts) > 1:
            return f"Letters of two scripts stand in one word: {word}"
    return None


def script(letter: str) -> str | None:
    """`latin`, `cyrillic` or `hangul`; None for a letter of another script."""
    for name, language in (("latin", Language.EN), ("cyrillic", Language.RU), ("hangul", Language.KO)):
        if language.is_own_script(letter):
            return name
    return None


def written_in(text: str, declared: Language) -> Language | None:
    """The language whose script a name is in: the declared one when it fits, else a guess; None when scripts mix."""
    if text.isascii():
        return Language.EN
    scripts = {script(character) for character in text if character.isalpha()}
    if len(scripts) != 1:
        return None
    if all(declared.is_own_script(character) for character in text if character.isalpha()):
        return declared
    (one,) = scripts
    if one == "latin":
        return Language.EN
    if one == "hangul":
        return Language.KO
    return Language.UK if _FOREIGN_LETTERS[Language.RU].search(text) or "'" in text else Language.RU


def problems_of(
    name: str, form: str, source: Language, target: Language, *, score: float | None = None
) -> tuple[str, ...]:
    """What is wrong with a form of a name, each a sentence; empty when nothing is.

    `score` is the model's for a form that a model wrote, else None.
    """
    if not form.strip():
        return (str(Problem.EMPTY.of()),)
    found: list[Saying] = []
    language = target.english_name
    letters = len(_LETTER.findall(form))
    # A numeral of a dynasty (II) stays Latin everywhere.
    if _OTHER_LETTERS[target].search(re.sub(r"\b[IVX]+\b", "", form)):
        found.append(Problem.OTHER_SCRIPT.of(language=language))
    foreign = _FOREIGN_LETTERS.get(target)
    if foreign is not None and foreign.search(form):
        found.append(Problem.OTHER_ALPHABET.of(language=language))
    if source is not target and form.casefold() == name.casefold() and script(name[:1]) != script_of(target):
        found.append(Problem.COPY.of())
    if re.search(r"(\w)\1{3}", form, re.IGNORECASE) or re.search(r"(\w{2,})[\s-]?\1[\s-]?\1", form, re.IGNORECASE):
        found.append(Problem.REPEATS.of())
    lost = Counter(re.findall(r"\d", name)) - Counter(re.findall(r"\d", form))
    if lost:
        found.append(Problem.LOST_DIGITS.of(digits="".join(sorted(lost.elements()))))
    if Counter(re.findall(r"\d", form)) - Counter(re.findall(r"\d", name)) and not re.search("[IVX]", name):
        found.append(Problem.NEW_DIGITS.of())
    said = len(_LETTER.findall(name))
    low, high = _RATIOS[target]
    if source is Language.KO:
        low, high = 0.9, 8.0
    if said >= 4 and not low * said <= letters <= high * said + 2:
        found.append(Problem.LENGTH.of())
    if score is not None and score < _LOW_SCORE:
        found.append(Problem.UNSURE.of(score=f"{score:.2f}"))
    return tuple(map(str, found))


def script_of(language: Language) -> str:
    """The script of a language, as `script` names it."""
    return {Language.EN: "latin", Language.KO: "hangul"}.get(language, "cyrillic")
