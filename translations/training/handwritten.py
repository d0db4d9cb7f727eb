"""The project's own name parts as training pairs: names so frequent that a model must not guess them.

They are knowledge, written by hand in translations/name_parts.yaml and translations/korean.yaml, and owe nothing to the
test split; frequent surnames such as Lee are in that split, so nothing collected may teach them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from translations.languages import Language

_FOLDER = Path(__file__).parent.parent
_COLUMNS = {Language.UK: 1, Language.RU: 2, Language.KO: 3}


def name_parts(language: Language) -> Iterator[tuple[str, str]]:
    """Given names and surnames in every spelling, with their form in a language."""
    for section, skipped in (("given", 1), ("surnames", 0)):  # a given name's row begins with its gender
        for rows in _read("name_parts.yaml")[section].values():
            for row in rows:
                cells = [str(cell) for cell in row[skipped:]]
                target = cells[_COLUMNS[language]] if len(cells) > _COLUMNS[language] else ""
                if target and " " not in target:
                    yield from ((spelling, target) for spelling in cells[0].split())


def foreign_persons(language: Language, count: int, seed: int = 6) -> list[tuple[str, str]]:
    """Made-up full names: a given name and a surname of one origin, so that whole names are learnt from the parts."""
    rng = random.Random(seed)
    parts = _read("name_parts.yaml")
    origins = [origin for origin in parts["given"] if origin in parts["surnames"]]
    weights = [len(parts["surnames"][origin]) for origin in origins]
    column = _COLUMNS[language]
    persons = []
    for origin in rng.choices(origins, weights, k=count):
        given, surname = rng.choice(parts["given"][origin])[1:], rng.choice(parts["surnames"][origin])
        if len(given) > column and len(surname) > column and given[column] and surname[column]:
            source = f"{rng.choice(given[0].split())} {rng.choice(surname[0].split())}"
            persons.append((source, f"{given[column]} {surname[column]}"))
    return persons


def korean_persons(count: int, seed: int = 5) -> list[tuple[str, str]]:
    """Made-up Korean persons: each family name in each spelling, with given names of two known syllables."""
    rng = random.Random(seed)
    korean = _read("korean.yaml")
    families = []
    for hangul, spellings in korean["surnames"]["both"].items():
        for rank, spelling in enumerate(str(spellings).split()):
            families.append((spelling, hangul, 1 / (1 + rank)))
    syllables = sorted((latin, hangul) for latin, hangul in korean["given"]["both"].items() if isinstance(hangul, str))
    # The list begins with the frequent family names: half of all persons bear one of the first ten.
    weights = [share / (3 + place) for place, (_, _, share) in enumerate(families)]
    persons = []
    for spelling, hangul, _ in rng.choices(families, weights, k=count):
        (one, first), (two, second) = rng.sample(syllables, 2)
        persons.append((f"{spelling} {one.title()}-{two.lower()}", hangul + first + second))
    return persons


def _read(name: str) -> dict[str, Any]:
    with (_FOLDER / name).open(encoding="utf-8") as file:
        # All scalars stay text: On and No are syllables and a surname here.
        content: dict[str, Any] = yaml.load(file, Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader makes only text
    return content
