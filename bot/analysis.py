"""One text read as an article would be, storing nothing: what `exonym analyze` prints."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from bot.articles import dateline, detect_language
from bot.errors import BotError
from bot.sources.decoding import decode, refuse_binary
from bot.sources.pages import read_text_file
from bot.views import Json, analysis_json
from glossary.entries import Glossary
from glossary.matching import Matcher
from glossary.proposing import propose_names
from glossary.statements import read_statements
from translations.languages import Language


def read_text(file: str) -> str:
    """A file's text: a text file to the letter, so that offsets are its own; of HTML the article; ``-`` is stdin.

    Raises:
        BotError: it cannot be read, or holds no text.
    """
    name = "standard input" if file == "-" else file
    try:
        body = _standard_input() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        message = f"{name} cannot be read: {error.strerror}."
        raise BotError(message) from error
    if Path(file).suffix.lower() in {".html", ".htm"}:
        return read_text_file(Path(file), body).text
    refuse_binary(body, None, name)
    text = decode(body, None, name)
    if not text.strip():
        message = f"{name} is empty."
        raise BotError(message)
    return text


def _standard_input() -> bytes:
    """All of it; nothing where the process was started with it closed."""
    return sys.stdin.buffer.read() if sys.stdin is not None else b""


def analyze_text(text: str, glossary: Glossary, language: Language | None, published: date | None) -> Json:
    """Find names, figures and candidates in a text; `published` is the text's own dateline where it is not given.

    Raises:
        BotError: the language is none of ours.
    """
    language = language or _language_of(text)
    published = published or dateline(text, language)
    mentions = Matcher(glossary).find(text, language)
    statements = read_statements(text, language, mentions, glossary, published=published, outlet="")
    return analysis_json(language, published, mentions, statements, propose_names(text, language, mentions), glossary)


def _language_of(text: str) -> Language:
    found = detect_language(text)
    try:
        return Language(found or "")
    except ValueError as error:
        known = ", ".join(one.value for one in Language)
        what = f"seems to be {found!r}" if found else "cannot be told"
        message = f"The text's language {what}; say it with --lang, one of {known}."
        raise BotError(message) from error
