"""The root error of the package, and the root of what it refuses to do."""

from __future__ import annotations

from translations.phrases import Saying


class GlossaryError(Exception):
    """Something about the glossary is wrong or refused; the message is a sentence for the user."""


class RefusedError(GlossaryError):
    """Something that was asked for is not done; `reason` says why, and can be said in any language."""

    def __init__(self, reason: Saying) -> None:
        super().__init__(str(reason))
        self.reason = reason
