"""The glossary as the running program holds it: one snapshot with its matcher, swapped for a newer one at once.

Owns `Knowledge` and `KnowledgeKeeper`. What it promises when the glossary changes:

- Nothing is stale. Whoever asks after a change was committed, by whatever process, gets the glossary of that revision
  or a later one, and a matcher of the same. An article in work keeps the one that it began with.
- Nobody waits for what he does not need. The glossary alone (chat, deliveries) is there as soon as it is read. Indexes
  are built in the background, for the languages that articles have come in; only an article in a language whose index
  is not there yet waits for it.
- Memory holds one. The old matcher is let go before the new one begins to build, and no two indexes are built at a
  time; only an article in work keeps the old one alive, until it ends.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from glossary.database import Database
from glossary.entries import Glossary
from glossary.matching import Matcher
from glossary.store import glossary_revision, load_glossary
from translations.languages import Language


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A glossary and the matcher built from it; both are of one revision."""

    glossary: Glossary
    matcher: Matcher


def _in_a_thread(work: Callable[[], None]) -> None:
    # A daemon, since a build that nobody waits for any more must not keep the program from ending.
    threading.Thread(target=work, name="build index", daemon=True).start()


class KnowledgeKeeper:
    """Gives the current snapshot to any thread; asks the database for its revision each time.

    Args:
        in_background: runs a piece of work and does not wait for it; tests hand in their own.
    """

    def __init__(self, database: Database, in_background: Callable[[Callable[[], None]], None] = _in_a_thread) -> None:
        self._database = database
        self._in_background = in_background
        self._lock = threading.Lock()
        self._held: Knowledge | None = None
        # What articles have come in; a one-off command builds nothing ahead, since nothing is there.
        self._languages: frozenset[Language] = frozenset()

    def current(self) -> Knowledge:
        """The snapshot of the newest revision; its matcher may still be building, and then `Matcher.find` waits."""
        with self._lock, self._database.read() as session:
            held = self._held
            if held is not None and held.glossary.revision == glossary_revision(session):
                return held
            if held is not None:
                self._languages |= held.matcher.languages
            held = self._held = None  # let go before the new one is built, so that memory never holds both
            glossary = load_glossary(session)
            held = self._held = Knowledge(glossary, Matcher(glossary))
        if self._languages:
            matcher = held.matcher
            self._in_background(lambda: self._prepare(matcher))
        return held

    def glossary(self) -> Glossary:
        """The glossary of the newest revision; waits for no index."""
        return self.current().glossary

    def _prepare(self, matcher: Matcher) -> None:
        for language in sorted(self._languages):
            if self._held is None or self._held.matcher is not matcher:
                return  # superseded: the next one has its own turn
            matcher.prepare(language)
