"""What goes wrong with a source: one sentence that names it, and whether to try again."""

from __future__ import annotations

from bot.errors import BotError


class SourceError(BotError):
    """A source, or one article of it, cannot be read.

    `retryable` says whether the same request may succeed later; `retry_after` is the number of seconds that the server
    asked to wait, where it did.
    """

    def __init__(self, message: str, *, retryable: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.retry_after = retry_after
