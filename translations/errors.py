"""The root error of the package, and how another error's message becomes part of a sentence."""

from __future__ import annotations

import re

_SYSTEM_CODE = re.compile(r"\[(?:Errno|WinError) -?\d+\]\s*")


class TranslationError(Exception):
    """Something could not be translated or a package not used; the message is a sentence for the user."""


def reason_of(error: Exception) -> str:
    """What an error says, to be put into a sentence: one line, without the system's codes and a full stop."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    lines = _SYSTEM_CODE.sub("", said).strip().splitlines()
    return (lines[0] if lines else type(error).__name__).rstrip(".")
