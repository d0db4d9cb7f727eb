"""Names said in other languages: the glossary's own forms first, then what the translator makes of the rest."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views import Json
from glossary.entries import Entry, EntryForm, Glossary
from glossary.normalize import fold
from glossary.words import EntityType, FormKind, Provenance
from translations.languages import Language
from translations.names import NameForm, NameQuery, NameTranslator


def translate_names(
    names: Sequence[str],
    kind: EntityType | None,
    source: Language,
    targets: Sequence[Language],
    *,
    glossary: Glossary | None,
    translator: NameTranslator,
    engine_only: bool = False,
) -> list[Json]:
    """One JSON object a name, with a form for each target language.

    An acronym that the glossary holds answers with the entity's acronym in the target language, or with its full form
    where that language uses none; it is never translated letter by letter.
    """
    known = [_find(name, kind, source, glossary) if glossary else None for name in names]
    queries = [
        NameQuery(name, kind.value if kind else (entry[0].type.value if entry else None))
        for name, entry in zip(names, known, strict=True)
    ]
    made = translator.translate(queries, source, targets, engine_only=engine_only)
    return [
        {
            "name": name,
            "forms": [
                _held_json(held) if entry and (held := _form(*entry, form.language)) else _made_json(form)
                for form in forms
            ],
        }
        for name, entry, forms in zip(names, known, made, strict=True)
    ]


def _find(name: str, kind: EntityType | None, source: Language, glossary: Glossary) -> tuple[Entry, FormKind] | None:
    """The one entity that a name is a form of, and the kind of that form; None where several or none have it."""
    wanted = fold(name.strip())
    found = [
        (entry, form.kind)
        for entry in glossary.entries.values()
        if kind in {None, entry.type}
        for form in entry.forms_in(source)
        if fold(form.text) == wanted and form.kind is not FormKind.ADJECTIVE
    ]
    return found[0] if len({entry.slug for entry, _ in found}) == 1 else None


def _form(entry: Entry, kind: FormKind, language: Language) -> EntryForm | None:
    if kind in {FormKind.ACRONYM, FormKind.SHORT} and (alike := entry.forms_in(language, kind)):
        return alike[0]
    return entry.preferred(language)


def _held_json(form: EntryForm) -> Json:
    source = "glossary" if form.provenance is Provenance.CURATED else form.provenance.value
    return {
        "language": form.language.value,
        "text": form.text,
        "source": source,
        "model": form.model,
        "confidence": form.confidence,
        "status": form.status.value,
        "problems": list(form.problems),
    }


def _made_json(form: NameForm) -> Json:
    return {
        "language": form.language.value,
        "text": form.text,
        "source": form.source,
        "model": form.model,
        "confidence": form.confidence,
        "status": form.status,
        "problems": list(form.problems),
    }
