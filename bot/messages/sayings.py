"""What the lower packages say, in the reader's language: why something is refused, what is wrong with a form or source.

They say it as a `Saying` (`translations.phrases`): a phrase with its values, whose sentence every catalogue has under
the key of the phrase. Values that are words of ours (a language, a relation, a unit) are said in the reader's words.
What is kept as an English sentence is read back first; one of no phrase, as of an older version, is shown as it is.
"""

from __future__ import annotations

import re

from babel.numbers import format_decimal

from bot.messages.catalogue import Messages
from bot.sources.errors import SourceProblem
from glossary.deeds import Deed
from glossary.refusals import Difference, Field, Place, Refusal, Row, Rows, Sharing
from translations.languages import Language
from translations.phrases import Phrase, Saying
from translations.quality import Problem

#: Each family of phrases, with the beginning of its keys in the catalogues.
FAMILIES: dict[type[Phrase], str] = {
    Refusal: "refusal",
    Place: "place",
    Row: "row",
    Rows: "rows",
    Difference: "difference",
    Sharing: "sharing",
    Deed: "deed",
    Problem: "problem",
    SourceProblem: "source_problem",
}
# The actors of the history that are no persons; a person who was forgotten has no number.
_ACTORS = {
    "starter": "starter",
    "pipeline": "pipeline",
    "filler": "filler",
    "command line": "command_line",
    "telegram:0": "forgotten",
}
# A number as an English sentence has it: 5,000,000.
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+")
_BETWEEN_SENTENCES = re.compile(r"(?<=\.) ")


def key_of(phrase: Phrase) -> str:
    """Where the catalogues have a phrase; one with the placeholder `n` has plural forms."""
    return f"{FAMILIES[type(phrase)]}.{phrase.name.lower()}"


def say(messages: Messages, saying: Saying) -> str:
    """A saying in the catalogue's language, as plain text: to be escaped where it is put into HTML."""
    values = {name: _worded(messages, name, value) for name, value in saying.values.items()}
    key = key_of(saying.phrase)
    if "n" in values:
        return messages.plain_plural(key, int(str(saying.values["n"]).replace(",", "")), **values)
    return messages.plain(key, **values)


def say_actor(messages: Messages, actor: str) -> str:
    """Who did it: a part of the program by its name in the reader's language, a person by number."""
    return messages.plain(f"actor.{_ACTORS[actor]}") if actor in _ACTORS else actor


def say_summary(messages: Messages, summary: str) -> str:
    """The recorded summary of a change."""
    return _read(messages, Deed, summary)


def say_problem(messages: Messages, problem: str) -> str:
    """What is noted of a form that a machine made."""
    return _read(messages, Problem, problem)


def say_source_problem(messages: Messages, problem: str) -> str:
    """The last error that is kept with a source."""
    return _read(messages, SourceProblem, problem)


def _read(messages: Messages, family: type[Phrase], sentence: str) -> str:
    saying = family.read(sentence)
    try:
        return sentence if saying is None else say(messages, saying)
    except (KeyError, ValueError):  # a sentence from somebody's file that is like one of ours, but for its words
        return sentence


def _worded(messages: Messages, name: str, value: object) -> str:
    if isinstance(value, Saying):
        return say(messages, value)
    if isinstance(value, int | float):
        return format_decimal(value, locale=messages.language.value)
    text = str(value)
    if name == "actor":
        return say_actor(messages, text)
    if name in {"summary", "later"}:
        return say_summary(messages, text)
    if name == "problems":
        return " ".join(say_problem(messages, one) for one in _BETWEEN_SENTENCES.split(text))
    if name == "score":
        return format_decimal(text, format="0.00", locale=messages.language.value)
    if name in {"unit", "other_unit"}:
        # A currency is known by its code everywhere.
        return text if text.isupper() else messages.plain(f"unit_name.{text}")
    if name == "language":
        (language,) = (one for one in Language if text in {one.value, one.english_name})
        return messages.plain(f"language.{language.value}")
    if name == "field":
        return messages.plain(f"field.{Field(text).name.lower()}")
    if name == "relation":
        return messages.plain(f"relation.{text}")
    if name in {"measure", "other_measure"}:
        return messages.plain(f"measure.{text}")
    if _NUMBER.fullmatch(text):
        return format_decimal(text.replace(",", ""), locale=messages.language.value)
    return text
