"""Which forms may be entered: why one cannot be looked for, and which forms stand for several entities.

Owns `form_problem` and `collisions`. Editing and import ask before a form is stored; the matcher takes what it gets.
"""

from __future__ import annotations

from dataclasses import dataclass

from glossary.entries import Glossary
from glossary.inflect import is_capitals
from glossary.matching.words import words_of
from glossary.normalize import fold
from glossary.words import FormKind
from translations.languages import Language


def form_problem(text: str, kind: FormKind, language: Language) -> str | None:
    """Why a form cannot be looked for, as a sentence for the editor who entered it, or None if it can."""
    folded = fold(text).strip()
    acronym = kind is FormKind.ACRONYM and is_capitals(text)
    letters = [character for character in folded if character.isalpha()]
    if not letters:
        return f'"{text}" has no letters.'
    if len(letters) == 1 and not acronym and not ("一" <= letters[0] <= "鿿"):
        return f'"{text}" is a single letter and would be found in every article.'
    if folded in words_of(language).common and not acronym:
        return f'"{text}" is a common word and would be found in every article.'
    if len(text) > 200:
        return "A form has 200 characters at most."
    return None


@dataclass(frozen=True, slots=True)
class Collision:
    """One spelling that is a form of several entities in a language, none of them weak; `slugs` are in order."""

    language: Language
    text: str
    slugs: tuple[str, ...]


def collisions(glossary: Glossary) -> tuple[Collision, ...]:
    """The forms that stand for several entities, which only an article's context can tell apart.

    A form that is weak in an entity is left out: it has been said that it needs support. Inflected surfaces that happen
    to meet are not looked at.
    """
    owners: dict[tuple[Language, str], dict[str, str]] = {}
    for entry in glossary.entries.values():
        for language in Language:
            for form in entry.forms_in(language):
                if not form.weak:
                    spelling = form.text if is_capitals(form.text) else fold(form.text)
                    owners.setdefault((language, spelling), {}).setdefault(entry.slug, form.text)
    return tuple(
        Collision(language, min(texts.values()), tuple(sorted(texts)))
        for (language, _), texts in owners.items()
        if len(texts) > 1
    )
