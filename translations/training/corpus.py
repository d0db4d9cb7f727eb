"""From the data folder to clean pairs: which rows train a language's model, how heavily, and which only measure it.

Each source file is read by one function that drops what a reading of samples showed to be wrong and says why.
`train` learns from `training_pairs`, `evaluate` measures on `held_out`; no pair is in both, and nothing here reads a
file ending in ``_20`` except to keep its names out of training and to measure on it.
"""

from __future__ import annotations

import csv
import hashlib
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from translations.languages import Language
from translations.training import handwritten, registers, respell
from translations.training.alignment import name_distance
from translations.training.vocabulary import normalise_source

# Above these distances samples were mostly two different names; see alignment.py.
_TOKEN_LIMIT = {Language.RU: 0.39, Language.KO: 0.3, Language.UK: 0.39}
_NAME_LIMIT = 0.45
_PLACE_LIMIT = 0.4

_LETTERS = {
    Language.RU: re.compile(r"[а-яёА-ЯЁ' -]+"),
    Language.UK: re.compile(r"[а-щьюяґєіїА-ЩЬЮЯҐЄІЇ' -]+"),
    Language.KO: re.compile(r"[가-힣0-9 ]+"),
}
_SOURCE = re.compile(r"[^\W\d_][^\W\d_\u0300-\u0332'’ʹ.,\- ]*(?:[^\d_]*)")

# Words that are translated and not spelt; the rules compose such names, the model would only learn to guess.
_GENERIC = re.compile(
    r"\b(raion|rayon|county|district|province|oblast|region|city|station|island|islands|isle|state|republic|municipality"
    r"|north|south|east|west|northern|southern|eastern|western|central|upper|lower|new|saint|lake|sea|ocean|mount"
    r"|archipelago|territory|united|kingdom|of|and|the)\b"
)
_TITLE = re.compile(
    r",|\b(of|the|[IVX]+|King|Queen|Prince|Princess|Emperor|Empress|Saint|St|Pope|Duke|Count|Lady|Lord|Sir)\b"
)
# What Korean gazetteers append to a place, and how the English side would show it if it were meant.
_KOREAN_SUFFIX = {
    "시": ("si", "shi", "city"), "군": ("gun", "kun", "county"), "구": ("gu", "ku"), "동": ("dong", "tong"),
    "리": ("ri", "ni", "li"), "읍": ("eup", "up"), "면": ("myeon", "myon"), "도": ("do", "to"),
}  # fmt: skip
# The weight of a source's rows: official and curated names count whole, romanised gazetteers (thousands of hamlets
# whose Latin was made by rule) little, or they would teach transliteration instead of names.
_SOURCE_WEIGHT = {
    "cldr-exemplar-cities": 2.0,
    "cldr-territories": 2.0,
    "libphonenumber-geocoding": 1.0,
    "whosonfirst-ua": 1.0,
    "whosonfirst-ua-variant": 0.7,
    "whosonfirst-ua-romanised": 0.7,
    "whosonfirst-by": 1.0,
    "whosonfirst-by-variant": 0.5,
    "whosonfirst-by-romanised": 0.25,
    "whosonfirst-kr": 1.0,
    "whosonfirst-kr-variant": 0.5,
    "whosonfirst-kr-romanised": 0.2,
    "whosonfirst-kp": 1.0,
    "whosonfirst-kp-variant": 0.5,
    "whosonfirst-kp-romanised": 0.3,
    "rigour-wikidata-names": 0.6,
}
_HELD_OUT_SHARE = 0.08


@dataclass(frozen=True, slots=True)
class Pair:
    """A name in English and in the target language; `weight` is how often an epoch shows it (1 = once)."""

    source: str
    target: str
    weight: float
    kind: str  # token, name, place, register or settlement


def training_pairs(data: Path, language: Language) -> list[Pair]:
    """What the model of a language is trained on, cleaned, one target for each source.

    Args:
        data: the folder that sources.yaml describes.
        language: the target.
    """
    every = list(_all_pairs(data, language))
    # What is made by rule must not bring back, in another spelling, a name that is held out.
    kept_back = {pair.target for pair in every if _is_held_out(pair)}
    made = {"register", "settlement"} if language is not Language.UK else {"register", "settlement", "token"}
    pairs = [p for p in every if not _is_held_out(p) and not (p.kind in made and p.target in kept_back)]
    tested = {normalise_source(source) for source, _ in _test_tokens(data, language)}
    unseen = [p for p in pairs if " " in p.source or normalise_source(p.source) not in tested]
    return _one_target_each(unseen + list(_handwritten(language, tested)))


def held_out(data: Path, language: Language) -> dict[str, list[tuple[str, str]]]:
    """What the model of a language is measured on: (source, target) by a name for the set."""
    sets: dict[str, list[tuple[str, str]]] = {}
    if language is Language.RU:
        sets["person names (wd_russian_20)"] = _test_tokens(data, language)
    if language is Language.KO:
        tested = _korean_test_tokens(data)
        names = [row for row in _rows(data / "wd_korean.tsv") if _has_test_token(row[0], tested)]
        sets["full names"] = [(row[0], row[1]) for row in names]
        # Rows that training would refuse too (another person, a title: Louis XI of France) measure no spelling.
        spelt = [(s, t) for s, t in sets["full names"] if not _TITLE.search(s) and _is_same_name(s, t)]
        sets["full names, same person, no title"] = spelt
        sets["of those, Korean"] = [(s, t) for s, t in spelt if _is_korean_person(t)]
        sets["of those, foreign"] = [(s, t) for s, t in spelt if not _is_korean_person(t)]
    rest = [pair for pair in _one_target_each(list(_gazetteer(data, language))) if _is_held_out(pair)]
    places = [(pair.source, pair.target) for pair in rest if pair.kind == "place"]
    sets["places"] = places
    sets["places of one word"] = [(s, t) for s, t in places if not re.search(r"[ -]", s)]
    if language is Language.UK and registers.installed():
        kept = [pair for pair in _one_target_each(list(_registered(language))) if _is_held_out(pair)]
        sets["register names, by the official table"] = [
            (p.source, p.target) for p in kept if p.source == respell.romanised_ukrainian(p.target)
        ]
        sets["register names, from Russian spelling"] = [
            (p.source, p.target) for p in kept if p.source != respell.romanised_ukrainian(p.target)
        ]
    return sets


def _all_pairs(data: Path, language: Language) -> Iterator[Pair]:
    if language is Language.RU:
        yield from _tokens(data, "wd_russian", language)
    if language is Language.KO:
        yield from _korean_names(data)
        yield from _tokens(data, "wd_korean", language)
    else:
        yield from _registered(language)
    if language is Language.UK:
        yield from _foreign_ukrainian(data)
        for name in registers.settlements():
            if _LETTERS[language].fullmatch(name):
                yield Pair(respell.romanised_ukrainian(name), name, 0.4, "settlement")
    yield from _gazetteer(data, language)


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _test_tokens(data: Path, language: Language) -> list[tuple[str, str]]:
    if language is Language.UK:
        return []
    name = "wd_russian_20.tsv" if language is Language.RU else "wd_korean_20.tsv"
    return [(row[0], row[1].replace(" ", "")) for row in _rows(data / name)]


def _korean_test_tokens(data: Path) -> set[str]:
    return {source for source, _ in _test_tokens(data, Language.KO)}


def _has_test_token(name: str, tokens: set[str]) -> bool:
    return any(word in tokens for word in name.lower().split())


def _is_korean_person(target: str) -> bool:
    return 2 <= len(target) <= 4 and " " not in target


def _usable(source: str, target: str, language: Language) -> bool:
    return (
        _LETTERS[language].fullmatch(target) is not None
        and _SOURCE.fullmatch(source) is not None
        and 1 < len(source) <= 60
        and len(target) <= 60
    )


def title_case(word: str) -> str:
    """A lower-case token as a name is written: Аль-Асад, д'Артаньян's token as Д'Артаньян."""
    return re.sub(r"(^|-|(?<=^.)')(\w)", lambda m: m[1] + m[2].upper(), word)


def _tokens(data: Path, stem: str, language: Language) -> Iterator[Pair]:
    """Person-name tokens of train and dev, aligned by position from full names.

    A token seen often is both surer and likelier to be asked for: weight 1 + log2(count). Korean tokens only add to
    the full names, and many are the other name of an East Asian person; hence the lower limit and weight.
    """
    share = 1.0 if language is Language.RU else 0.4
    for part in ("64", "16"):
        for source, spaced, count in _rows(data / f"{stem}_{part}.tsv"):
            target = _apostrophe(spaced.replace(" ", ""))
            if _usable(source, target, language) and name_distance(source, target) <= _TOKEN_LIMIT[language]:
                yield Pair(source, title_case(target), share * (1 + math.log2(int(count))), "token")


def _registered(language: Language) -> Iterator[Pair]:
    """Given names, patronymics and surnames of Ukraine's registers, in the Latin spellings they travel in."""
    for ukrainian, russian, weight in registers.ukrainian_and_russian():
        target = ukrainian if language is Language.UK else russian
        if not _LETTERS[Language.UK].fullmatch(ukrainian) or not _LETTERS[Language.RU].fullmatch(russian):
            continue
        official = respell.romanised_ukrainian(ukrainian)
        spellings = {official: weight}
        spellings.setdefault(respell.romanised_ukrainian(ukrainian, press=True), 0.4 * weight)
        if language is Language.UK:
            spellings.setdefault(respell.romanised_russian(russian), 0.4 * weight)
        for spelling, share in spellings.items():
            yield Pair(spelling, target, share if language is Language.UK else 0.6 * share, "register")


def _handwritten(language: Language, tested: set[str]) -> Iterator[Pair]:
    """The project's own name parts, heavily; for Russian not those that the test split asks for word by word."""
    for source, target in handwritten.name_parts(language):
        if language is not Language.RU or normalise_source(source) not in tested:
            yield Pair(source, target, 4.0, "token")
    if language is Language.KO:
        for source, target in handwritten.korean_persons(4000) + handwritten.foreign_persons(language, 8000):
            yield Pair(source, target, 1.0, "name")


def _foreign_ukrainian(data: Path) -> Iterator[Pair]:
    """The Russian tokens of train and dev respelt in Ukrainian where the rules decide."""
    for pair in _tokens(data, "wd_russian", Language.RU):
        target = respell.ukrainian_from_russian(pair.source, pair.target)
        if target and _LETTERS[Language.UK].fullmatch(target):
            yield Pair(pair.source, target, 0.5 * pair.weight, "token")


def _korean_names(data: Path) -> Iterator[Pair]:
    """Full names without a token of the test split; titles and other persons are dropped by their consonants."""
    tested = _korean_test_tokens(data)
    for source, target in _rows(data / "wd_korean.tsv"):
        if not _has_test_token(source, tested) and _is_same_name(source, target):
            yield Pair(source, target, 1.0, "name")


def _is_same_name(source: str, target: str) -> bool:
    return _usable(source, target, Language.KO) and name_distance(source, target) <= _NAME_LIMIT


def _gazetteer(data: Path, language: Language) -> Iterator[Pair]:
    """Places and, where nothing better is there, person names of the collected files; never organisations."""
    for row in _rows(data / f"en-{language}.tsv")[1:]:
        source, target, kind, origin = row[:4]
        target = _apostrophe(target)
        if kind == "ORG" or not _usable(source, target, language):
            continue
        if kind == "LOC":
            if language is Language.KO:
                target = _without_suffix(source, target)
            if _GENERIC.search(source.lower()) or name_distance(source, target) > _PLACE_LIMIT:
                continue
            share = 2.0 if language is Language.UK else 1.0  # Ukrainian places are few
            yield Pair(source, target, share * _SOURCE_WEIGHT.get(origin, 0.5), "place")
        # The Russian person names of this file were told from Ukrainian by the letters ы э ё, which biases them.
        # The Ukrainian ones were told by ґ є ї, and are taken only where newsrooms would write them so.
        elif language is not Language.RU and name_distance(source, target) <= _TOKEN_LIMIT[language]:
            if language is Language.UK:
                target = respell.settled_ukrainian(target) or ""
            if target:
                yield Pair(source, target, _SOURCE_WEIGHT.get(origin, 0.5), "token")


def _apostrophe(target: str) -> str:
    return re.sub("[’ʼ`ʹ]", "'", target).replace("\u0301", "")


def _without_suffix(source: str, target: str) -> str:
    endings = _KOREAN_SUFFIX.get(target[-1:])
    if endings and len(target) >= 3 and not source.lower().endswith(endings):
        return target[:-1]
    return target


def _is_held_out(pair: Pair) -> bool:
    """A fixed share of the places and of the register's names, drawn by a hash so that it never changes."""
    if pair.kind not in {"place", "register"}:
        return False
    drawn_by = normalise_source(pair.source) if pair.kind == "place" else pair.target
    digest = hashlib.sha256(drawn_by.encode()).digest()
    return digest[0] / 256 < _HELD_OUT_SHARE


def _one_target_each(pairs: list[Pair]) -> list[Pair]:
    """Of several targets for one source and kind, the heaviest; the rows that agree add up their weight a little."""
    best: dict[tuple[str, str], dict[str, Pair]] = {}
    for pair in pairs:
        kind = "token" if pair.kind == "register" else pair.kind
        targets = best.setdefault((normalise_source(pair.source), kind), {})
        known = targets.get(pair.target)
        weight = pair.weight if known is None else max(known.weight, pair.weight) + 0.2
        targets[pair.target] = Pair(pair.source, pair.target, weight, pair.kind)
    heaviest: Callable[[Pair], float] = lambda pair: pair.weight  # noqa: E731 - a key function with a type
    return [max(targets.values(), key=heaviest) for targets in best.values()]
