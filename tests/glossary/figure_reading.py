"""The labelled sentences of figures, and how well they are read: shared by the tests and by the benchmark."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from glossary.entries import Glossary
from glossary.matching import Matcher
from glossary.quantities import Quantity
from glossary.starter import load_starter
from glossary.statements import StatementDraft, read_statements
from glossary.words import Bound, Measure
from tests.glossary.quantity_reading import label as quantity_label
from translations.languages import Language

PUBLISHED = date(2025, 1, 15)
#: Bound, low, high and unit.
Number = tuple[Bound, float | None, float | None, str]


@dataclass(frozen=True, slots=True)
class Label:
    """What a person reads in a sentence; `judged` tells whether it is plain whose the number is."""

    measure: Measure
    subject: str | None
    judged: bool
    bound: Bound
    low: float | None
    high: float | None
    unit: str

    @property
    def number(self) -> Number:
        return self.bound, self.low, self.high, self.unit


@dataclass(frozen=True, slots=True)
class Sentence:
    language: Language
    text: str
    labels: tuple[Label, ...]
    #: Who says so: a slug, or a part of the name as the text has it.
    by: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """How the sentences of a language are read; `mistakes` has a line for each that is not read as labelled."""

    f1: float
    measures: float
    subjects: float
    claimants: float
    mistakes: tuple[str, ...]


@cache
def glossary() -> Glossary:
    return load_starter().glossary()


@cache
def matcher() -> Matcher:
    return Matcher(glossary())


def read(text: str, language: Language, published: date | None = PUBLISHED) -> tuple[StatementDraft, ...]:
    """The statements of a text, with the starter's names."""
    mentions = matcher().find(text, language)
    return read_statements(text, language, mentions, glossary(), published=published, outlet="Outlet")


@cache
def sentences() -> tuple[Sentence, ...]:
    written = yaml.safe_load(Path(__file__).with_name("figure_sentences.yaml").read_text(encoding="utf-8"))
    return tuple(
        Sentence(Language(code), entry["text"], tuple(_label(*one) for one in entry["says"]), entry.get("by"))
        for code, entries in written.items()
        for entry in entries
    )


def measured(language: Language) -> Reading:
    """F1 of value, bound and unit; of the numbers so read, the shares with the right measure, subject and claimant."""
    hits = read_count = label_count = measures = subjects = judged = claimants = claims = 0
    mistakes = []
    for sentence in sentences():
        if sentence.language is not language:
            continue
        drafts = read(sentence.text, language)
        pairs = list(_paired(sentence.labels, drafts))
        hits += len(pairs)
        read_count += len(drafts)
        label_count += len(sentence.labels)
        measures += sum(label.measure is draft.measure for label, draft in pairs)
        judged += sum(label.judged for label, _ in pairs)
        subjects += sum(label.judged and label.subject == draft.subject for label, draft in pairs)
        claims += len(pairs) if sentence.by else 0
        claimants += sum(_says_so(sentence.by, draft) for _, draft in pairs) if sentence.by else 0
        right = len(pairs) == len(drafts) == len(sentence.labels)
        right = right and all(_says_so(sentence.by, draft) for _, draft in pairs)
        if not (right and all(one.measure is two.measure and _is_of(one, two) for one, two in pairs)):
            got = [(str(d.measure), d.subject, d.claimant or d.claimant_name, *_number(d.quantity)) for d in drafts]
            mistakes.append(f"{sentence.text}\n    {got}")
    f1 = 2 * hits / (read_count + label_count)
    return Reading(f1, measures / hits, subjects / judged, claimants / max(1, claims), tuple(mistakes))


def _is_of(label: Label, draft: StatementDraft) -> bool:
    return not label.judged or label.subject == draft.subject


def _says_so(by: str | None, draft: StatementDraft) -> bool:
    return by is None or by == draft.claimant or (draft.claimant is None and by.lower() in draft.claimant_name.lower())


def _paired(labels: Sequence[Label], drafts: Sequence[StatementDraft]) -> Iterator[tuple[Label, StatementDraft]]:
    left = list(drafts)
    for label in labels:
        fitting = [draft for draft in left if _is_near(_number(draft.quantity), label.number)]
        fitting.sort(key=lambda draft: draft.measure is not label.measure)
        if fitting:
            left.remove(fitting[0])
            yield label, fitting[0]


def _is_near(one: Number, other: Number) -> bool:
    """Whether two numbers are one, which need no more than the four digits that conversions keep."""
    return (one[0], one[3]) == (other[0], other[3]) and all(
        (a is None) == (b is None) and math.isclose(a or 0, b or 0, rel_tol=1e-3)
        for a, b in zip(one[1:3], other[1:3], strict=True)
    )


def _number(quantity: Quantity) -> Number:
    return quantity.bound, quantity.low, quantity.high, quantity.unit


def _label(measure: str, subject: str, bound: str, number: float | str, unit: str) -> Label:
    said = quantity_label(bound, number, unit)
    whose = None if subject in ("-", "any") else subject
    return Label(Measure(measure), whose, subject != "any", said.bound, said.low, said.high, unit)
