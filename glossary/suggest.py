"""What an editor or a reader may have meant: the names of the glossary that a misspelt query is near to.

Owns `search`: any form of any language, exact first, then by edit distance. Names that the glossary lacks are proposed
by `glossary.proposing`.
"""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from glossary.entries import Entry, EntryForm, Glossary
from glossary.normalize import fold
from glossary.words import FormKind, FormStatus

# Below this a name is no misspelling of the query but another name.
_LEAST_SCORE = 70.0


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity that a query may mean, the form that fits best, and how well (100 is the same name)."""

    slug: str
    form: EntryForm
    score: float


class _Names:
    """All forms of one glossary, folded, for search."""

    def __init__(self, glossary: Glossary) -> None:
        self.texts: list[str] = []
        self.forms: list[tuple[Entry, EntryForm]] = []
        for entry in glossary.entries.values():
            for form in entry.forms:
                if form.status is not FormStatus.REJECTED:
                    self.texts.append(fold(form.text))
                    self.forms.append((entry, form))


# Searches come in series against one glossary; its folded names are kept until another one is searched.
_recent: list[tuple[weakref.ref[Glossary], _Names]] = []
_recent_lock = threading.Lock()


def _names(glossary: Glossary) -> _Names:
    with _recent_lock:
        if _recent and _recent[0][0]() is glossary:
            return _recent[0][1]
        names = _Names(glossary)
        _recent[:] = [(weakref.ref(glossary), names)]
        return names


def search(glossary: Glossary, query: str, limit: int = 8) -> list[Hit]:
    """The entities that a query may mean, best first, each once; empty for a query without letters or digits.

    The same name scores 100 (in any case and with any apostrophe), the beginning of a name or of one of its words 90
    to 99, a misspelling its likeness (0 to 89), which is at least 70.
    """
    wanted = " ".join(fold(query).split())
    if not any(character.isalnum() for character in wanted):
        return []
    names = _names(glossary)
    scores: dict[int, float] = {}
    for at, text in enumerate(names.texts):
        if wanted in text:
            if text == wanted:
                scores[at] = 100.0
            elif text.startswith(wanted):
                scores[at] = 95.0 + 4.0 * len(wanted) / len(text)
            elif f" {wanted}" in text or f"-{wanted}" in text:
                scores[at] = 90.0 + 4.0 * len(wanted) / len(text)
    likeness = process.extract(wanted, names.texts, scorer=fuzz.ratio, score_cutoff=_LEAST_SCORE, limit=limit * 20)
    for _, ratio, at in likeness:
        scores.setdefault(at, min(ratio, 89.0))
    best: dict[str, tuple[tuple[float, bool, bool, int], Hit]] = {}
    for at, score in scores.items():
        entry, form = names.forms[at]
        rank = (score, form.kind is not FormKind.FORBIDDEN, form.preferred, -at)
        if entry.slug not in best or rank > best[entry.slug][0]:
            best[entry.slug] = (rank, Hit(entry.slug, form, round(score, 1)))
    ranked = sorted(best.values(), key=lambda found: found[0], reverse=True)
    return [hit for _, hit in ranked[:limit]]
