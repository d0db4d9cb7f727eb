"""Reads an organisation's English name into a phrase: a head with what stands before it and behind it.

From left to right: an owner, an ordinal, a place, adjectives and fields of work before the head; "of", "for", "on",
"in" and "to" with fields, places or further organisations behind it. What cannot be read is refused with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from typing import TypeVar

from translations.declension import agree
from translations.knowledge import load
from translations.languages import Language
from translations.organisation_words import (
    PREPOSITIONS,
    Adjective,
    Item,
    Nickname,
    Noun,
    Ordinal,
    Place,
    Topic,
    court_adjective,
    lexicon,
    look_up,
)

_T = TypeVar("_T", Noun, Topic, Adjective, Place, Ordinal, Nickname)


@dataclass(slots=True)
class Phrase:
    """A head with everything that belongs to it, as it is read."""

    head: Noun
    ordinal: Ordinal | None = None
    adjectives: list[Adjective] = field(default_factory=list)
    topics: list[tuple[Adjective | None, Topic]] = field(default_factory=list)
    place: Place | None = None
    owner: Phrase | None = None
    nickname: Nickname | None = None
    complements: list[tuple[str, list[Topic | Place | Phrase]]] = field(default_factory=list)

    def places(self) -> list[Place]:
        """The places of the head itself, not those of its owner."""
        behind = [one for _, complement in self.complements for one in complement if isinstance(one, Place)]
        return [self.place, *behind] if self.place else behind

    def parts(self) -> list[Phrase]:
        """The organisations that it belongs to: its owner, and those behind it."""
        behind = [one for _, complement in self.complements for one in complement if isinstance(one, Phrase)]
        return [self.owner, *behind] if self.owner else behind

    def states(self) -> list[Place]:
        """Its places and those of the organisations that it belongs to."""
        return [*self.places(), *(place for part in self.parts() for place in part.states())]


class UnreadableError(Exception):
    """The name is no composition of known words; the message is the reason for the user."""


_NO_HEAD = "There is no word in it that says what kind of organisation it is."
_NO_ORDER = "The words are known, but not how they belong together."


def read(text: str) -> Phrase:
    """An English name as a phrase; raises UnreadableError with the reason when it is none."""
    items = list(_items(words_of(text)))
    phrase, index = _read_phrase(items, 0)
    if index < len(items):
        raise UnreadableError(_NO_ORDER)
    _settle(phrase)
    return phrase


def words_of(text: str) -> list[str]:
    """The words and commas of a name. A country's possessive is as good as its adjective: Ukraine's Ministry."""
    text = re.sub("[’ʼ]", "'", text.strip())
    text = re.sub(r"\b(\w+)'s\b", lambda match: match[0] if match[1].lower() in _own_possessives() else match[1], text)
    return re.findall(r"[\w.'&\-]+|,", text)


@cache
def _own_possessives() -> frozenset[str]:
    """The words whose possessive belongs to a phrase of the lexicon: People's Army, Prosecutor's Office."""
    return frozenset(match for phrase in lexicon() for match in re.findall(r"(\w+)'s\b", phrase))


def as_kind(item: list[Item], kind: type[_T]) -> _T | None:
    """An item as a word of a kind, when it can be one."""
    return next((one for one in item if isinstance(one, kind)), None)


def _items(words: list[str]) -> Iterator[list[Item]]:
    """The words as known items, the longest first; a word that is not known ends the reading."""
    index = 0
    while index < len(words):
        for size in range(min(7, len(words) - index), 0, -1):
            found = look_up(" ".join(words[index : index + size]))
            # "Pecherskyi District" is a place, but not in "Pecherskyi District Court".
            head = " ".join(words[index + size - 1 : index + size + 1]).lower()
            split = size > 1 and index + size < len(words) and as_kind(lexicon().get(head, []), Noun)
            if found and not (split and as_kind(found, Place)):
                yield found
                index += size
                break
        else:
            described = court_adjective(words[index])
            if described is None or " ".join(words[index + 1 : index + 3]) not in load("organisations")["of_districts"]:
                message = f"“{words[index]}” is not among the words that organisations are composed of."
                raise UnreadableError(message)
            yield [described]
            index += 1


def _settle(phrase: Phrase) -> None:
    """Heads that are called otherwise in some states: a department of the United States is a ministry elsewhere."""
    for english, other, states in load("organisations")["heads_by_state"]:
        if phrase.head.english == english and any(place.english in states for place in phrase.states()):
            phrase.head = as_kind(lexicon()[other.lower()], Noun) or phrase.head
    for part in phrase.parts():
        _settle(part)


def _read_phrase(items: list[list[Item]], index: int) -> tuple[Phrase, int]:
    """One head with what stands before it, an owner before an ordinal or another head, and its complements."""
    while index < len(items) and items[index] == ["the"]:
        index += 1
    run = list(takewhile(lambda item: not isinstance(item[0], str), items[index:]))
    if not run:
        raise UnreadableError(_NO_HEAD)
    run = _joined_fields(items, index, run)
    phrase = _read_run(run)
    index += len(run)
    while index < len(items) and items[index][0] in PREPOSITIONS:
        preposition = str(items[index][0])
        complement, index = _read_complement(items, index + 1)
        phrase.complements.append((preposition, complement))
    return phrase, index


def _joined_fields(items: list[list[Item]], index: int, run: list[list[Item]]) -> list[list[Item]]:
    """A run up to its head where "and" joins fields before it: Health and Safety Agency."""
    end = index + len(run)
    while (
        end + 1 < len(items)
        and items[end] in (["and"], ["&"], [","])
        and as_kind(items[end - 1], Topic)
        and not as_kind(items[end - 1], Noun)
        and any(as_kind(item, Noun) for item in _until_connector(items, end + 1))
    ):
        following = _until_connector(items, end + 1)
        run = [*run, items[end], *following]
        end += 1 + len(following)
    return run


def _until_connector(items: list[list[Item]], index: int) -> list[list[Item]]:
    return list(takewhile(lambda item: not isinstance(item[0], str), items[index:]))


def _read_run(run: list[list[Item]]) -> Phrase:
    """A run of words without prepositions: its last head is the head, an earlier one (with its words) the owner."""
    # What can be a field of work as well (State Security) is a head only at the end.
    heads = [
        index
        for index, item in enumerate(run)
        if as_kind(item, Noun)
        and (
            index == len(run) - 1
            or not (as_kind(item, Topic) or as_kind(item, Adjective) or as_kind(item, Nickname))
            or (index == len(run) - 2 and as_kind(run[-1], Nickname) and not as_kind(run[-1], Noun))
        )
    ]
    if not heads:
        raise UnreadableError(_NO_HEAD)
    last = heads[-1]
    head = as_kind(run[last], Noun)
    nickname = as_kind(run[-1], Nickname) if last == len(run) - 2 else None
    if nickname is not None and head is not None and head.english in load("organisations")["named_heads"]:
        phrase = _read_run(run[:-1])
        phrase.nickname = nickname
        return phrase
    if last != len(run) - 1 or head is None:
        raise UnreadableError(_NO_ORDER)
    phrase = Phrase(head)
    before = run[:last]
    if len(heads) > 1:
        # The words up to the earlier head are the owner: Korean People's Army | 11th Corps.
        phrase.owner = _read_run(before[: heads[-2] + 1])
        before = before[heads[-2] + 1 :]
    _read_before(phrase, before)
    return phrase


def _read_before(phrase: Phrase, before: list[list[Item]]) -> None:
    """Takes in the words before a head: ordinal, place, adjectives and fields."""
    waiting: Adjective | None = None
    for position, item in enumerate(before):
        ordinal, place = as_kind(item, Ordinal), as_kind(item, Place)
        topic, described = as_kind(item, Topic), as_kind(item, Adjective)
        following = before[position + 1] if position + 1 < len(before) else []
        if item[0] in ("and", "&", ","):
            continue
        # "Foreign Policy": an adjective before a field belongs to the field; "Human Rights" with nothing is one itself.
        nickname = as_kind(item, Nickname)
        if ordinal and phrase.ordinal is None:
            phrase.ordinal = ordinal
        elif nickname and phrase.head.english in load("organisations")["named_heads"] and not described:
            phrase.nickname = nickname
        elif place and not described:
            if phrase.place is not None:
                raise UnreadableError("Two places stand before the head; which one it belongs to is not clear.")
            phrase.place = place
        elif described and not (topic and (waiting or following[:1] in (["and"], ["&"], [","]))):
            if waiting:
                phrase.adjectives.append(waiting)
            waiting = described if described.belongs == "noun" else None
            if waiting is None:
                phrase.adjectives.append(described)
        elif topic:
            phrase.topics.append((waiting, topic))
            waiting = None
        else:
            raise UnreadableError(_NO_ORDER)
    if waiting:
        phrase.adjectives.append(waiting)


def _read_complement(items: list[list[Item]], index: int) -> tuple[list[Topic | Place | Phrase], int]:
    """What follows a preposition: fields joined by commas and "and", a place, or another organisation."""
    complement: list[Topic | Place | Phrase] = []
    while index < len(items):
        while index < len(items) and items[index][0] in ("the", "and", ",", "&"):
            index += 1
        run = _until_connector(items, index)
        if not run:
            break
        last = run[-1]
        topic, place = as_kind(last, Topic), as_kind(last, Place)
        if len(run) == 1 and (topic or place):
            complement.append(topic or place)  # type: ignore[arg-type] # one of the two is not None
            index += 1
        elif as_kind(last, Noun):
            phrase, index = _read_phrase(items, index)
            complement.append(phrase)
        elif topic and len(run) == 2 and (described := as_kind(run[0], Adjective)):
            complement.append(described_topic(described, topic))
            index += 2
        else:
            raise UnreadableError(_NO_ORDER)
        if index >= len(items) or items[index][0] not in ("and", ",", "&"):
            break
    if not complement:
        raise UnreadableError("A preposition in it leads nowhere.")
    return complement, index


def described_topic(described: Adjective, topic: Topic) -> Topic:
    """A field of work with its adjective: Foreign Policy, зовнішньої політики."""
    return Topic(
        topic.english,
        f"{agree(described.uk, topic.gender, Language.UK, 'genitive')} {topic.uk}",
        f"{agree(described.ru, topic.gender, Language.RU, 'genitive')} {topic.ru}",
        topic.gender,
        described.ko + topic.ko,
    )
