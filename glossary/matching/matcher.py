"""The matcher of one glossary, which builds its indexes when they are needed and answers for any thread."""

from __future__ import annotations

import threading

from glossary.entries import Glossary
from glossary.matching.deciding import Article, FoundMention
from glossary.matching.index import Index
from glossary.matching.scanning import hits, settled
from translations.languages import Language

# Building takes several times the memory of what is built, and one core: no two are built at a time in a process.
_BUILDING = threading.Lock()


class Matcher:
    """Finds the names of one glossary. Cheap to make: an index is built for a language when a text first needs it.

    Immutable but for that, and safe to share between threads. When the glossary changes, make another and swap it in;
    `revision` tells which glossary it knows. Inflected forms are remembered between matchers, so that building anew
    costs little more than the automaton. A text whose index is being built waits for it; others do not.
    """

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary
        self._indexes: dict[Language, Index] = {}
        self._locks = {language: threading.Lock() for language in Language}

    @property
    def revision(self) -> int:
        """The revision of the glossary whose names are found."""
        return self._glossary.revision

    def find(self, text: str, language: Language) -> tuple[FoundMention, ...]:
        """The mentions in a text of a language, by their start, none overlapping another."""
        index = self._index(language)
        return tuple(Article(self._glossary, index, text, settled(hits(index, text))).mentions())

    def prepare(self, language: Language) -> None:
        """Build the index for texts of a language now, e.g. in the background, before an article asks."""
        self._index(language)

    @property
    def languages(self) -> frozenset[Language]:
        """The languages of texts whose index is built."""
        return frozenset(self._indexes.copy())

    def size(self, language: Language) -> int:
        """How many surfaces texts of a language are searched for."""
        return len(self._index(language))

    def _index(self, language: Language) -> Index:
        with self._locks[language]:
            if language not in self._indexes:
                with _BUILDING:
                    self._indexes[language] = Index.of(self._glossary, language)
            return self._indexes[language]
