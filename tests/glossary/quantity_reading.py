"""The labelled sentences of quantities, and how well they are read: shared by the tests and by the benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from glossary.quantities import Quantity, read_quantities
from glossary.words import Bound
from translations.languages import Language


class Label(NamedTuple):
    """A quantity as a person reads it; `value` is null where a range or a vague word was said."""

    value: float | None
    low: float | None
    high: float | None
    bound: Bound
    unit: str


@dataclass(frozen=True, slots=True)
class Sentence:
    language: Language
    text: str
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the sentences of a language are read; `mistakes` has a line for each that is not read as labelled."""

    f1: float
    mistakes: tuple[str, ...]


@cache
def sentences() -> tuple[Sentence, ...]:
    written = yaml.safe_load(Path(__file__).with_name("quantity_sentences.yaml").read_text(encoding="utf-8"))
    return tuple(
        Sentence(Language(code), text, tuple(label(*one) for one in says))
        for code, entries in written.items()
        for text, *says in entries
    )


def measured(language: Language) -> Reading:
    """F1 over value, bound and unit of the quantities of a language."""
    hits = read_count = label_count = 0
    mistakes = []
    for sentence in sentences():
        if sentence.language is not language:
            continue
        found = [_label_of(one.quantity) for one in read_quantities(sentence.text, language)]
        left = list(found)
        for one in sentence.labels:
            if one in left:
                left.remove(one)
                hits += 1
        read_count += len(found)
        label_count += len(sentence.labels)
        if sorted(found, key=repr) != sorted(sentence.labels, key=repr):
            mistakes.append(f"{sentence.text}\n    {[tuple(map(str, one)) for one in found]}")
    return Reading(2 * hits / (read_count + label_count), tuple(mistakes))


def label(bound: str, number: float | str, unit: str) -> Label:
    """A label as the files write it: `nearly` and `just_over` are the bound about, to one side only."""
    if isinstance(number, str):
        low, high = (float(part) for part in number.split(".."))
        return Label(None, low, high, Bound.BETWEEN, unit)
    value = float(number)
    below, above = round(value * 0.9, 6), round(value * 1.1, 6)
    ends: dict[str, tuple[float | None, float | None, Bound]] = {
        "exact": (value, value, Bound.EXACT),
        "about": (below, above, Bound.ABOUT),
        "nearly": (below, value, Bound.ABOUT),
        "just_over": (value, above, Bound.ABOUT),
        "at_least": (value, None, Bound.AT_LEAST),
        "more_than": (value, None, Bound.MORE_THAN),
        "at_most": (None, value, Bound.AT_MOST),
        "less_than": (None, value, Bound.LESS_THAN),
    }
    return Label(value, *ends[bound], unit)


def _label_of(quantity: Quantity) -> Label:
    def neat(number: float | None) -> float | None:
        return None if number is None else round(number, 6)

    return Label(quantity.value, neat(quantity.low), neat(quantity.high), quantity.bound, quantity.unit)
