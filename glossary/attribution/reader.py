"""What the reading of claims shares in all languages: the names of a sentence, the words of saying, `Claim`.

Owns what a claimant's name stands for: a capital for its government, an office for who holds it. The readers of
`glossary.attribution` build on `ClaimReader`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from glossary.entries import Glossary
from glossary.lexicon import Lexicon, Token, load_yaml
from glossary.words import EntityType, RelationKind
from translations.languages import Language


class Named(NamedTuple):
    """A mention within a sentence: token indices, and what follows it inside its last token (a particle)."""

    slug: str
    first: int
    last: int
    start: int
    end: int
    tail: str
    adjective: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimant and where its claim stands: tokens `first` to `last` hold claimant and verb.

    `slug` is null where the claimant is no entity; `name` is then what the text calls it. `anaphoric` marks a pronoun,
    whose claimant was named before. `denied` marks a claim that something is not so, `source` one that is cited only
    (according to). `mention` is the index of the claimant among the sentence's names.
    """

    slug: str | None
    name: str
    first: int
    last: int
    anaphoric: bool = False
    denied: bool = False
    mention: int | None = None
    source: bool = False


class ClaimWords:
    """The words of saying of one language; `measures.yaml` says of each group what it is for."""

    def __init__(self, language: Language) -> None:
        data: Mapping[str, Any] = load_yaml("measures.yaml")[language.value]
        self.language = language
        self.according = Lexicon((text, True) for text in data["according"])
        self.verbs = Lexicon((text, True) for text in data["claim_verbs"])
        self.setting_verbs = frozenset(data["setting_verbs"])
        self.fillers = Lexicon((text, True) for text in data["claim_fillers"]) if data["claim_fillers"] else None
        self.speakers = Lexicon((text, True) for text in data["speakers"])
        self.speaker_stems = tuple(text.removesuffix("*") for text in data["speakers"])
        self.pronouns = frozenset(data["speaker_pronouns"])
        self.metonyms = Lexicon(data["metonyms"].items())
        self.offices = Lexicon(data["offices"].items())
        self.denials = Lexicon((text, True) for text in data["denials"])
        self.titles = frozenset(data["titles"])
        self.not_names = frozenset(data["not_names"])
        self.that = frozenset(data["that"])
        self.prepositions = frozenset(data["place_words"])


@cache
def claim_words(language: Language) -> ClaimWords:
    """The words of a language, loaded once."""
    return ClaimWords(language)


def government(slug: str, glossary: Glossary) -> str:
    """A capital named as a speaker or an actor stands for its country's government (Kyiv said)."""
    entry = glossary.get(slug)
    if entry is None or entry.type is not EntityType.PLACE:
        return slug
    capital_of = entry.targets(RelationKind.CAPITAL_OF)
    return capital_of[0] if capital_of else slug


class ClaimReader(ABC):
    """The tokens and names of one sentence, as claims are read from them."""

    def __init__(self, tokens: Sequence[Token], named: Sequence[Named], words: ClaimWords, glossary: Glossary) -> None:
        self.tokens = tokens
        self.named = named
        self.words = words
        self.glossary = glossary
        self._starting: dict[int, int] = {}
        self._ending: dict[int, int] = {}
        for index, one in enumerate(named):
            self._starting.setdefault(one.first, index)
            self._ending.setdefault(one.last, index)

    @abstractmethod
    def read(self) -> list[Claim]:
        """The claims that a verb or a preposition makes."""

    @abstractmethod
    def alone(self, first: int, last: int) -> Claim | None:
        """The claim of a speaker who is all of a phrase, tokens `first` to `last`."""

    def beside_quotation(self, first: int) -> Claim | None:
        """The claim of a name beside a quotation without a verb, where the language's headlines are made so."""
        return None

    def starting(self, first: int) -> int | None:
        """The index of the name that begins at a token."""
        return self._starting.get(first)

    def ending(self, last: int) -> int | None:
        """The index of the name that ends before a token."""
        return self._ending.get(last)

    def type_of(self, index: int) -> EntityType | None:
        """What sort of thing a name is of."""
        entry = self.glossary.get(self.named[index].slug)
        return entry.type if entry is not None else None

    def is_office(self, index: int) -> bool:
        """Whether a name may speak for itself: an organisation, a person, a country or a capital; no town."""
        entry = self.glossary.get(self.named[index].slug)
        if entry is None or entry.type not in (EntityType.ORG, EntityType.PERSON, EntityType.PLACE):
            return False
        seat = government(entry.slug, self.glossary)
        return entry.type is not EntityType.PLACE or seat != entry.slug or not entry.targets(RelationKind.PART_OF)

    def claim(self, index: int, first: int, last: int, *, denied: bool = False) -> Claim:
        """The claim that a name of the sentence makes."""
        one = self.named[index]
        name = re.sub(r"['’]s$", "", self.text(one.first, one.last))
        if self.words.language is Language.KO and one.tail:
            name = name.removesuffix(one.tail)
        return Claim(government(one.slug, self.glossary), name, first, last, denied=denied, mention=index)

    def text(self, first: int, last: int) -> str:
        """Tokens as they stand, spaced as they were."""
        out = ""
        for at in range(first, last):
            out += ("" if not out or self.tokens[at].glued else " ") + self.tokens[at].text
        return out
