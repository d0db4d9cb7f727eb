"""Which forms may be entered: why one cannot be looked for, and which forms stand for several entities.

Owns `form_problem` and `collisions`. Editing and import ask before a form is stored; the matcher takes what it gets.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from glossary.entries import Glossary
from glossary.inflect import is_capitals
from glossary.matching.words import words_of
from glossary.normalize import fold
from glossary.refusals import Field, Refusal, Sharing
from glossary.words import FormKind
from translations.languages import Language
from translations.phrases import Saying

_LONGEST = 200  # characters of a form


def form_problem(text: str, kind: FormKind, language: Language) -> Saying | None:
    """Why a form cannot be looked for, or None if it can."""
    folded = fold(text).strip()
    acronym = kind is FormKind.ACRONYM and is_capitals(text)
    letters = [character for character in folded if character.isalpha()]
    numbered = any(character.isdigit() for character in folded)  # G7, F-16
    if not letters:
        return Refusal.NO_LETTERS.of(form=text)
    if len(letters) == 1 and not acronym and not numbered and not ("一" <= letters[0] <= "鿿"):
        return Refusal.SINGLE_LETTER.of(form=text)
    if folded in words_of(language).common and not acronym:
        return Refusal.COMMON_WORD.of(form=text)
    if len(text) > _LONGEST:
        return Refusal.LONG.of(field=Field.FORM, n=len(text), limit=_LONGEST)
    return None


@dataclass(frozen=True, slots=True)
class Collision:
    """One spelling that is a form of several entities in a language: of some a strong form, of others a weak one."""

    language: Language
    text: str
    strong: tuple[str, ...]
    weak: tuple[str, ...] = ()

    @property
    def slugs(self) -> tuple[str, ...]:
        """All of its entities, in order."""
        return tuple(sorted((*self.strong, *self.weak)))

    def explained(self, glossary: Glossary) -> Saying:
        """Whom the form stands for, and how the matcher tells them apart, for an editor."""

        def named(slugs: Iterable[str]) -> str:
            return ", ".join(f"{glossary[slug].name} ({slug})" for slug in slugs)

        values = {"form": self.text, "language": self.language, "names": named(self.slugs)}
        if len(self.strong) == 1:
            return Sharing.ONE_STRONG.of(**values, owner=named(self.strong))
        return Sharing.SEVERAL_STRONG.of(**values) if self.strong else Sharing.ALL_WEAK.of(**values)


def collisions(glossary: Glossary, slug: str | None = None) -> tuple[Collision, ...]:
    """The forms that stand for several entities, or those of one entity that others have too.

    Inflected surfaces that happen to meet are not looked at, nor are rejected forms.
    """
    owners: dict[tuple[Language, str], dict[str, tuple[str, bool]]] = {}
    for entry in glossary.entries.values():
        for language in Language:
            for form in entry.forms_in(language):
                spelling = form.text if is_capitals(form.text) else fold(form.text)
                known = owners.setdefault((language, spelling), {})
                weak = form.weak and known.get(entry.slug, ("", True))[1]
                known[entry.slug] = (form.text, weak)
    return tuple(
        Collision(
            language,
            min(text for text, _ in texts.values()),
            tuple(sorted(owner for owner, (_, weak) in texts.items() if not weak)),
            tuple(sorted(owner for owner, (_, weak) in texts.items() if weak)),
        )
        for (language, _), texts in owners.items()
        if len(texts) > 1 and (slug is None or slug in texts)
    )
