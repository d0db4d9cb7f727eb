"""The small glossary and the labelled sentences that the tests of matching and suggesting share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from glossary.entries import Entry, EntryForm, Glossary, Relation
from glossary.words import EntityType, FormKind, RelationKind
from translations.languages import Language

HERE = Path(__file__).parent
_LABEL = re.compile(r"\[([^\[\]|]+)\|([a-z0-9-]+)(\|\?)?\]")

#: Start, end, slug and whether it is certain.
Label = tuple[int, int, str, bool]


@cache
def small_glossary() -> Glossary:
    """The tests' own glossary, from `matching_glossary.yaml`."""
    raw = yaml.safe_load((HERE / "matching_glossary.yaml").read_text(encoding="utf-8"))
    return Glossary.of(_entry(item) for item in raw)


def sentences(language: Language) -> list[tuple[str, list[Label]]]:
    """The labelled sentences of a language for the small glossary, as plain text with its labels."""
    return _sentences("matching_sentences.yaml", language)


def starter_sentences(language: Language) -> list[tuple[str, list[Label]]]:
    """The labelled sentences of a language for the starter glossary, as plain text with its labels."""
    return _sentences("labelled_starter.yaml", language)


def _sentences(file: str, language: Language) -> list[tuple[str, list[Label]]]:
    raw = yaml.safe_load((HERE / file).read_text(encoding="utf-8"))
    return [_read(sentence) for sentence in raw[language.value]]


def _read(sentence: str) -> tuple[str, list[Label]]:
    text, labels, at = "", [], 0
    for label in _LABEL.finditer(sentence):
        text += sentence[at : label.start()]
        labels.append((len(text), len(text) + len(label[1]), label[2], label[3] is None))
        text += label[1]
        at = label.end()
    return text + sentence[at:], labels


def _entry(item: dict[str, Any]) -> Entry:
    forms = tuple(_forms(item["forms"]))
    return Entry(
        slug=item["slug"],
        type=EntityType(item["type"]),
        name=forms[0].text,
        forms=forms,
        relations=tuple(
            Relation(RelationKind(kind), target)
            for kind, targets in item.get("relations", {}).items()
            for target in _listed(targets)
        ),
        context=tuple(item.get("context", ())),
    )


def _forms(raw: dict[str, Any]) -> Iterator[EntryForm]:
    for code, kinds in raw.items():
        for kind, values in kinds.items():
            for place, value in enumerate(_listed(values)):
                text, weak = (value["text"], value["weak"]) if isinstance(value, dict) else (value, False)
                preferred = kind == "full" and place == 0
                yield EntryForm(Language(code), text, FormKind(kind), preferred=preferred, weak=weak)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
