"""Why something that was asked for is not done, in the words of who asked."""

from __future__ import annotations

from bot.messages.markup import shorten
from bot.messages.sayings import say
from bot.telegram.context import Ask, Reply
from glossary.errors import GlossaryError, RefusedError

_LONGEST_IN_TOAST = 170  # of 200 characters that a toast takes


def refused(ask: Ask, error: GlossaryError) -> Reply:
    """Why an edit was not made; the message with the button stays. Raises the error where it is no refusal."""
    if not isinstance(error, RefusedError):
        raise error
    reason = say(ask.messages, error.reason)
    toast = ask.messages.plain("edit.refused", reason=shorten(reason, _LONGEST_IN_TOAST))
    return Reply(ask.messages.text("edit.refused", reason=reason), toast=toast, keep=True)
