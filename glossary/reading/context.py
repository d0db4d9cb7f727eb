"""What a sentence may leave unsaid because those before it said it.

Owns `Context`, which one document's sentences share; `glossary.reading.remembering` writes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from glossary.reading.drafts import Telling

_NEVER = 99  # an age beyond every limit


@dataclass(slots=True)
class Context:
    """The party, the actor, the place and the number spoken of last; an age counts sentences since.

    `party` is whose troops were named, `actor` who was named first, both as slugs. `claimant`, `person` and `thing` are
    whom pronouns mean, each as slug and name. `told` are the statements of the sentence before, `counted` the last one
    that counted people or land.
    """

    party: str | None = None
    party_age: int = _NEVER
    actor: str | None = None
    actor_age: int = _NEVER
    place: str | None = None
    claimant: tuple[str | None, str] | None = None
    person: tuple[str, str] | None = None
    thing: tuple[str, str] | None = None
    told: tuple[Telling, ...] = ()
    counted: Telling | None = None
    counted_age: int = _NEVER

    def grow_older(self) -> None:
        """Begin another sentence."""
        self.party_age += 1
        self.actor_age += 1
        self.counted_age += 1

    @property
    def recently_counted(self) -> Telling | None:
        """The number that this sentence or the one before counted."""
        return self.counted if self.counted_age <= 1 else None

    @property
    def recent_party(self) -> str | None:
        """The party whose troops were named in this sentence or the three before."""
        return self.party if self.party_age <= 3 else None

    @property
    def recent_actor(self) -> str | None:
        """The party named first in this sentence or the one before."""
        return self.actor if self.actor_age <= 1 else None
