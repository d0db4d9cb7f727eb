"""Which articles are copies of one text, and which tell of one event.

Owns `fingerprint` and `similarity` (near-copies), `Profile` and `choose_story` (stories). All of it is pure. What comes
before is `glossary.matching`, which finds the entities; what comes after is `bot.pipeline`, which stores the choice.

A near-copy is found by the words in their order: the share of common three-word shingles, estimated from a sketch of
the 256 smallest hashes (bottom-k MinHash: Broder, "On the resemblance and containment of documents", 1997).

A story is found by what an article is about: its entities and numbers weighed by how few recent stories have them, what
is done in it (themes, which have words in each language), its words where the language is the same, and the days that
it speaks of. Rarity is counted over stories and not over articles, so that a story does not make its own entities
common by being told often.
"""

from __future__ import annotations

import hashlib
import heapq
import math
import re
import struct
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from bot.dates import days_named, find_dates
from translations.languages import Language

#: From this similarity on, two texts are one text: with small edits, another headline, or boilerplate around it.
NEAR_COPY = 0.6

_SHINGLE = 3
_SKETCH = 256
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


# ---- near-copies ----------------------------------------------------------------------------------------------------


def fingerprint(text: str) -> bytes:
    """A text's sketch: the smallest 32-bit hashes of its word shingles, packed big-endian; at most 1 KB.

    The same in every process and on every machine. A text of fewer than three words has one shingle; one without words
    has an empty sketch.
    """
    words = [word.lower() for word in _WORD.findall(text)]
    shingles = (
        {" ".join(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1))} if words else set()
    )
    hashes = {int.from_bytes(hashlib.blake2b(shingle.encode(), digest_size=4).digest()) for shingle in shingles}
    smallest = heapq.nsmallest(_SKETCH, hashes)
    return struct.pack(f">{len(smallest)}I", *smallest)


def similarity(a: bytes, b: bytes) -> float:
    """The estimated share of common shingles among all of two texts (Jaccard), 0 to 1."""
    ours, theirs = _unpack(a), _unpack(b)
    if not ours or not theirs:
        return 0.0
    # The smallest of both together are a sample of the union; those that are in both are the shared ones.
    sample = heapq.nsmallest(_SKETCH, ours | theirs)
    return sum(1 for value in sample if value in ours and value in theirs) / len(sample)


def nearest_copy(sketch: bytes, others: Iterable[tuple[int, bytes]]) -> int | None:
    """The key of the sketch that is most alike, if alike enough for a near-copy; of equals the last.

    Most pairs share next to nothing. What two sketches share is at most what counts in the sample, so that those are
    passed over by one intersection, without the sample being drawn.
    """
    ours = _unpack(sketch)
    found: list[tuple[float, int]] = []
    for key, other in others:
        theirs = _unpack(other)
        least = NEAR_COPY * min(_SKETCH, max(len(ours), len(theirs)))
        if len(ours & theirs) >= least and (alike := similarity(sketch, other)) >= NEAR_COPY:
            found.append((alike, key))
    return max(found)[1] if found else None


def _unpack(sketch: bytes) -> set[int]:
    return set(struct.unpack(f">{len(sketch) // 4}I", sketch))


def says_other_numbers(text: str, copied: str) -> bool:
    """Whether a near-copy says a number that the text which it copies does not: a toll that was brought up to date.

    The days of the month and the years of its dates do not count, since a reprint is dated anew.
    """
    return bool(_numbers(text, least=1) - _numbers(copied, least=1))


# ---- what an article is about ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Profile:
    """What an article is about, as later articles are compared with it.

    Attributes:
        language: of the article.
        when: its time of publication; None where unknown, which fits every day.
        entities: slugs, with how often and how early they are mentioned.
        terms: beginnings of content words, with their counts; the most frequent only.
        themes: the names of `stories.yaml`, with their counts.
        numbers: those over 12 that it says, years near its own aside.
        days: the days that its opening speaks of (`bot.dates.days_named`).
    """

    language: Language
    when: datetime | None
    entities: Mapping[str, float]
    terms: Mapping[str, int]
    themes: Mapping[str, int]
    numbers: frozenset[str]
    days: frozenset[str]

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON column."""
        return {
            "language": self.language.value,
            "when": self.when.isoformat() if self.when else None,
            "entities": dict(self.entities),
            "terms": dict(self.terms),
            "themes": dict(self.themes),
            "numbers": sorted(self.numbers),
            "days": sorted(self.days),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Profile:
        """The profile that `to_json` wrote."""
        return cls(
            language=Language(value["language"]),
            when=datetime.fromisoformat(value["when"]) if value["when"] else None,
            entities=value["entities"],
            terms=value["terms"],
            themes=value["themes"],
            numbers=frozenset(value["numbers"]),
            days=frozenset(value["days"]),
        )


@dataclass(frozen=True, slots=True)
class StoryProfile:
    """A recent story: the profiles of its documents."""

    story_id: int
    profiles: Sequence[Profile]


# The opening says what happened; what follows is background, with the days of other events.
_OPENING = 700
_TERMS = 60
# How many letters of a word are compared: a crude stem, which serves inflected languages about as well as a real one
# (McNamee and Mayfield, "Character n-gram tokenization for European language text retrieval", 2004).
_STEM = {Language.EN: 6, Language.UK: 5, Language.RU: 5, Language.KO: 2}


def profile(title: str, text: str, language: Language, mentions: Sequence[str], when: datetime | None) -> Profile:
    """Describe an article.

    Args:
        title: its heading, which says most.
        text: its text.
        language: of both.
        mentions: the slug of each mention in the order of the text, once for each time it is mentioned.
        when: its time of publication, if it is known.
    """
    known = _knowledge()
    opening = f"{title}\n{text[:_OPENING]}"
    stem = _STEM[language]
    stop = known.stop_words[language]
    # The heading counts four times, the opening twice.
    whole = "\n".join([title] * 3 + [opening, text])
    words = [word.lower() for word in _WORD.findall(whole) if not word[0].isdigit()]
    least = 2 if language is Language.KO else 3
    terms = Counter(
        word[:stem] for word in words if len(word) >= least and word not in stop and word[:stem] not in stop
    )
    return Profile(
        language=language,
        when=when,
        entities=_weighed(mentions),
        terms=dict(terms.most_common(_TERMS)),
        themes=dict(known.themes_in(opening, language)),
        numbers=_numbers(f"{title}\n{text}", least=13),
        days=days_named(opening, language, when.date() if when else None),
    )


def _weighed(mentions: Sequence[str]) -> dict[str, float]:
    """How much an article is about each entity: the opening counts most, the background that follows less and less."""
    found: dict[str, float] = {}
    for place, slug in enumerate(mentions):
        found[slug] = found.get(slug, 0.0) + 1 / (1 + place / 10)
    return {slug: round(weight, 2) for slug, weight in found.items()}


# ---- the choice -----------------------------------------------------------------------------------------------------

# Rarity is measured as if this many stories had been seen before the first, in which an entity occurs with the
# frequency that is expected of it; so the first stories of a new database are weighed sensibly.
_PRIOR_STORIES = 20
_PRIOR = 0.05
_PRIOR_EVERYWHERE = 0.6
_FLOOR = 0.2

# Found on labelled articles (tests/bot/labelled_news.py) and tried on others that were written afterwards. Themes
# decide how much the rest counts: armies, places and agencies are the same all week, and what is done is not.
_NUMBERS = 0.2
_TERMS_SHARE = 0.26
_TERMS_SCALE = 1.3  # even two accounts of one event share few words
_OTHER_THEME, _SAME_THEME, _NO_THEME = 0.2, 1.2, 0.55
_DAYS_APART = (1.15, 0.92, 0.85, 0.38)
_JOINS = 0.42  # the least score that joins


def choose_story(new: Profile, recent: Sequence[StoryProfile]) -> int | None:
    """The recent story that an article belongs to, or None where it begins one.

    Args:
        new: the article.
        recent: the stories of the last days, in any order.

    Returns:
        The id of the story that is most like it; of equals, the one with the highest id.
    """
    weigh = Rarity(recent)
    told = weigh.weighed(new)
    scored = [(_story_score(told, story, weigh), story.story_id) for story in recent if story.profiles]
    score, story_id = max(scored, default=(0.0, 0))
    return story_id if score >= 1.0 else None


class Rarity:
    """How much sharing an entity, a word, a theme or a number says: the logarithm of how few recent stories have it."""

    def __init__(self, recent: Iterable[StoryProfile]) -> None:
        self._stories = 0
        entities: Counter[str] = Counter()
        themes: Counter[str] = Counter()
        numbers: Counter[str] = Counter()
        terms: dict[Language, Counter[str]] = {language: Counter() for language in Language}
        for story in recent:
            self._stories += 1
            entities.update({slug for one in story.profiles for slug in one.entities})
            themes.update({theme for one in story.profiles for theme in one.themes})
            numbers.update({number for one in story.profiles for number in one.numbers})
            for language, counter in terms.items():
                counter.update({term for one in story.profiles if one.language is language for term in one.terms})
        everywhere = dict.fromkeys(_knowledge().everywhere, _PRIOR_EVERYWHERE)
        self.entities = self._weights(entities, _PRIOR, everywhere)
        self.themes = self._weights(themes, 2 * _PRIOR)
        self.numbers = self._weights(numbers, _PRIOR)
        self.terms = {language: self._weights(counter, _PRIOR) for language, counter in terms.items()}

    def _weights(self, stories: Counter[str], prior: float, priors: Mapping[str, float] | None = None) -> Weights:
        def weight(seen: int, expected: float) -> float:
            return max(_FLOOR, math.log((self._stories + _PRIOR_STORIES) / (seen + expected * _PRIOR_STORIES)))

        known = {key: weight(seen, (priors or {}).get(key, prior)) for key, seen in stories.items()}
        unseen = {key: weight(0, expected) for key, expected in (priors or {}).items() if key not in known}
        return Weights(known | unseen, weight(0, prior))

    def weighed(self, one: Profile) -> Weighed:
        """A profile with the weights of all that it holds."""
        return Weighed(
            profile=one,
            entities=_vector(one.entities, self.entities),
            terms=_vector(one.terms, self.terms[one.language]),
            themes=_vector(one.themes, self.themes),
            numbers=_vector(dict.fromkeys(one.numbers, 1), self.numbers),
        )


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight of each key, and of a key that no recent story has."""

    known: Mapping[str, float]
    otherwise: float

    def __getitem__(self, key: str) -> float:
        return self.known.get(key, self.otherwise)


Vector = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A profile as vectors of length 1 (or 0, where it has nothing of a kind)."""

    profile: Profile
    entities: Vector
    terms: Vector
    themes: Vector
    numbers: Vector


def _vector(bag: Mapping[str, float], weights: Weights) -> Vector:
    """A weighed bag, scaled to length 1; the tenth mention says less than the second."""
    known, otherwise = weights.known, weights.otherwise
    values = {key: math.log1p(count) * known.get(key, otherwise) for key, count in bag.items()}
    length = math.sqrt(sum([value * value for value in values.values()]))
    return {key: value / length for key, value in values.items()} if length else values


def _story_score(new: Weighed, story: StoryProfile, weigh: Rarity) -> float:
    """How well an article fits a story, 1 and more where it belongs.

    The document most like it counts most, and all of them a little, so that a chain of ever more distant accounts ends.
    """
    scores = [likeness(new, weigh.weighed(old)) for old in story.profiles]
    return 0.7 * max(scores) + 0.3 * sum(scores) / len(scores)


def likeness(a: Weighed, b: Weighed) -> float:
    """How alike two articles are; from 1 on they tell of one event."""
    parts = components(a, b)
    about = parts["entities"] + _NUMBERS * parts["numbers"]
    if a.profile.language is b.profile.language:
        about = max(about, (1 - _TERMS_SHARE) * about + _TERMS_SHARE * _TERMS_SCALE * parts["terms"])
    both = bool(a.themes and b.themes)
    done = _OTHER_THEME + (_SAME_THEME - _OTHER_THEME) * parts["themes"] if both else _NO_THEME
    return about * done * parts["days"] * parts["gap"] / _JOINS


def components(a: Weighed, b: Weighed) -> dict[str, float]:
    """What `likeness` is made of: four cosines from 0 to 1, and two factors for the time."""
    return {
        "entities": _cosine(a.entities, b.entities),
        "terms": _cosine(a.terms, b.terms) if a.profile.language is b.profile.language else 0.0,
        "themes": _cosine(a.themes, b.themes),
        "numbers": _cosine(a.numbers, b.numbers),
        "days": _days_factor(a.profile.days, b.profile.days),
        "gap": _gap_factor(a.profile.when, b.profile.when),
    }


def _cosine(a: Vector, b: Vector) -> float:
    return sum([a[key] * b[key] for key in a.keys() & b.keys()])


def _days_factor(a: frozenset[str], b: frozenset[str]) -> float:
    """Articles that speak of one day are likelier to tell of one event, those of two days less, the further apart.

    Two days apart may still be the deed and its announcement; three are two events, however alike.
    """
    dates = [_day_of_year(day) for day in a if day[0].isdigit()], [_day_of_year(day) for day in b if day[0].isdigit()]
    weekdays = [int(day[1]) for day in a if day[0] == "w"], [int(day[1]) for day in b if day[0] == "w"]
    for (ours, theirs), cycle in ((dates, 366), (weekdays, 7)):  # dates first, which are surer
        if ours and theirs:
            apart = min(min(abs(one - other), cycle - abs(one - other)) for one in ours for other in theirs)
            return _DAYS_APART[min(apart, 3)]
    return 1.0


def _day_of_year(day: str) -> int:
    """``01-11`` as the eleventh day of a leap year."""
    return date(2024, int(day[:2]), int(day[3:])).timetuple().tm_yday


def _gap_factor(a: datetime | None, b: datetime | None) -> float:
    """Reports of one event lie close together; after a day and a half each further day asks for more likeness."""
    if a is None or b is None:
        return 1.0
    days = abs((a - b).total_seconds()) / 86_400
    return 1.0 if days <= 1.5 else max(0.3, 1.0 - 0.08 * (days - 1.5))


# ---- numbers --------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(
    r"(?<![\w.,:])(?P<digits>\d{1,3}(?:[,.\u00a0\u202f ]\d{3})+(?!\d)|\d+)(?P<fraction>[.,]\d{1,2}(?!\d))?"
    r"\s*(?P<scale>thousand|million|тис(?:яч\w*|\.)|тыс(?:яч\w*|\.)|млн|мільйон\w*|миллион\w*|만|천|백만|억)?",
    re.IGNORECASE,
)
_SCALES = (
    ("thousand", 10**3),
    ("ти", 10**3),
    ("ты", 10**3),
    ("백만", 10**6),
    ("만", 10**4),
    ("천", 10**3),
    ("억", 10**8),
)


def _numbers(text: str, *, least: int) -> frozenset[str]:
    """The numbers that a text says in digits, as plain digits, without those of dates and times."""
    for language in Language:
        for said in sorted(find_dates(text, language), key=lambda found: found.start, reverse=True):
            text = text[: said.start] + " " * (said.end - said.start) + text[said.end :]
    text = re.sub(r"\b\d{1,2}:\d{2}(?::\d{2})?\b", " ", text)
    found: set[str] = set()
    pending: tuple[int, int] | None = None  # 1만 2000: the first part and where it ended
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", match["digits"])
        if len(digits) > 12:
            continue
        scale = (match["scale"] or "").lower()
        factor = next((factor for word, factor in _SCALES if scale.startswith(word)), 10**6 if scale else 1)
        value = int(digits) * factor
        if match["fraction"]:
            value = round(float(f"{int(digits)}.{match['fraction'][1:]}") * factor)
        if pending and text[pending[1] : match.start()].strip() == "" and value < 10_000:
            found.discard(str(pending[0]))
            value += pending[0]
        pending = (value, match.end()) if scale in {"만", "억"} else None
        if value >= least and not (2_020 <= value <= 2_030 and factor == 1):
            found.add(str(value))
    return frozenset(found)


# ---- knowledge ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """`stories.yaml`."""

    everywhere: frozenset[str]
    stop_words: Mapping[Language, frozenset[str]]
    themes: Mapping[Language, re.Pattern[str]]

    def themes_in(self, text: str, language: Language) -> Counter[str]:
        """How often the words of each theme occur."""
        return Counter(match.lastgroup for match in self.themes[language].finditer(text.lower()) if match.lastgroup)


@cache
def _knowledge() -> _Knowledge:
    """Load the data; a theme without words in a language fails."""
    data = yaml.safe_load((files("bot") / "stories.yaml").read_text("utf-8"))
    themes: dict[Language, re.Pattern[str]] = {}
    for language in Language:
        # A Korean word carries its theme anywhere: 북한군포로, 생포했다.
        edge = "" if language is Language.KO else r"\b"
        groups = [
            f"(?P<{name}>{edge}(?:{'|'.join(re.escape(str(word)) for word in words[language.value])}))"
            for name, words in data["themes"].items()
        ]
        themes[language] = re.compile("|".join(groups))
    return _Knowledge(
        everywhere=frozenset(data["everywhere"]),
        stop_words={language: frozenset(data["stop_words"][language.value]) for language in Language},
        themes=themes,
    )
