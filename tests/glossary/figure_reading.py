"""The labelled sentences of figures, and how well they are read: shared by the tests and by the benchmark."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Label:
    """What a person reads in a sentence."""

    measure: Measure
    subject: str | None
    bound: Bound
    low: float | None
    high: float | None
    unit: str

    @property
    def number(self) -> tuple[Bound, float | None, float | None, str]:
        return self.bound, self.low, self.high, self.unit


@dataclass(frozen=True, slots=True)
class Sentence:
    language: Language
    text: str
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the sentences of a language are read; `mistakes` has a line for each that is not read as labelled."""

    f1: float
    measures: float
    subjects: float
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
        Sentence(Language(code), entry["text"], tuple(_label(*one) for one in entry["says"]))
        for code, entries in written.items()
        for entry in entries
    )


def measured(language: Language) -> Reading:
    """F1 of value, bound and unit; of the numbers so read, the share with the right measure and the right subject."""
    hits = read_count = label_count = measures = subjects = 0
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
        subjects += sum(label.subject == draft.subject for label, draft in pairs)
        right = len(pairs) == len(drafts) == len(sentence.labels)
        if not (right and all(one.measure is two.measure and one.subject == two.subject for one, two in pairs)):
            got = [(str(d.measure), d.subject, *_number(d.quantity)) for d in drafts]
            mistakes.append(f"{sentence.text}\n    {got}")
    f1 = 2 * hits / (read_count + label_count)
    return Reading(f1, measures / hits, subjects / hits, tuple(mistakes))


def _paired(labels: Sequence[Label], drafts: Sequence[StatementDraft]) -> Iterator[tuple[Label, StatementDraft]]:
    left = list(drafts)
    for label in labels:
        fitting = [draft for draft in left if _number(draft.quantity) == label.number]
        fitting.sort(key=lambda draft: draft.measure is not label.measure)
        if fitting:
            left.remove(fitting[0])
            yield label, fitting[0]


def _number(quantity: Quantity) -> tuple[Bound, float | None, float | None, str]:
    return quantity.bound, quantity.low, quantity.high, quantity.unit


def _label(measure: str, subject: str, bound: str, number: float | str, unit: str) -> Label:
    said = quantity_label(bound, number, unit)
    return Label(Measure(measure), None if subject == "-" else subject, said.bound, said.low, said.high, unit)
