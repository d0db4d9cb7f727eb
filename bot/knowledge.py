"""The glossary as the running program holds it: one snapshot with its matcher, swapped for a newer one at once."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from glossary.database import Database
from glossary.entries import Glossary
from glossary.matching import Matcher
from glossary.store import glossary_revision, load_glossary


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A glossary and the matcher built from it; both are of one revision."""

    glossary: Glossary
    matcher: Matcher


class KnowledgeKeeper:
    """Gives the current snapshot to any thread; asks the database for its revision each time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._held: Knowledge | None = None

    def current(self) -> Knowledge:
        """The snapshot of the newest revision. Articles in work keep the one that they began with."""
        with self._lock, self._database.read() as session:
            held = self._held
            if held is None or held.glossary.revision != glossary_revision(session):
                glossary = load_glossary(session)
                held = self._held = Knowledge(glossary, Matcher(glossary))
            return held

    def glossary(self) -> Glossary:
        """The glossary of the current snapshot."""
        return self.current().glossary
