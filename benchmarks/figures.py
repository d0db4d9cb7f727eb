"""How well and how fast figures are read: ``python -m benchmarks.figures``.

On the project's labelled sentences (`tests/glossary`): F1 of value with bound and unit, of the quantities and of the
statements; the share of those with the right measure and subject; the timelines judged right. Then sentences a second
on one core, in processor seconds: the quantities alone, the statements of a sentence whose names are found, and names
and statements together. The reader follows words and uses no parse of spaCy's in any language, so that there is one
speed and not two.

quantulum3 stands beside us in English where it is importable: it says no bound, so that its numbers are compared by
value alone. `--json` prints the figures for a record.
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import Any

from benchmarks.matching import best_of
from glossary.quantities import read_quantities
from glossary.statements import read_statements
from tests.glossary import figure_reading, quantity_reading, test_figures
from translations.languages import Language

#: Each run reads all sentences of a language so many times, so that a clock can tell them apart.
REPEATS = 5
RUNS = 5


def quality(language: Language) -> dict[str, float]:
    """How the labelled sentences of a language are read."""
    quantities, statements = quantity_reading.measured(language), figure_reading.measured(language)
    return {
        "quantities_f1": quantities.f1,
        "statements_f1": statements.f1,
        "measures": statements.measures,
        "subjects": statements.subjects,
    }


def timelines() -> tuple[int, int]:
    """How many timelines are judged right at every step, and how many there are."""
    right = 0
    for timeline in test_figures.TIMELINES:
        try:
            test_figures.test_a_timeline_is_judged_step_by_step(timeline)
        except AssertionError:
            continue
        right += 1
    return right, len(test_figures.TIMELINES)


def speed(language: Language) -> dict[str, float]:
    """Sentences a second: quantities alone, statements where the names are known, names and statements."""
    texts = _texts(language)
    named = {text: figure_reading.matcher().find(text, language) for text in texts}

    def statements(text: str) -> object:
        glossary = figure_reading.glossary()
        return read_statements(
            text, language, named[text], glossary, published=figure_reading.PUBLISHED, outlet="Outlet"
        )

    return {
        "quantities_per_s": _per_second(texts, lambda text: read_quantities(text, language)),
        "statements_per_s": _per_second(texts, statements),
        "with_names_per_s": _per_second(texts, lambda text: figure_reading.read(text, language)),
    }


def peer() -> dict[str, float] | None:
    """quantulum3 on the English sentences of quantities, beside our own values; None where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it asks for its classifier, without which units are guessed by order
            parse: Callable[[str], Iterable[Any]] = import_module("quantulum3.parser").parse
    except ImportError:
        return None
    labelled = [one for one in quantity_reading.sentences() if one.language is Language.EN]

    def values(text: str) -> list[float]:
        try:
            return [float(one.value) for one in parse(text)]
        except Exception:
            # What a peer raises on a sentence is its mistake, and no reason to stop.
            return []

    def ours(text: str) -> list[float | None]:
        return [one.quantity.value for one in read_quantities(text, Language.EN)]

    texts = _texts(Language.EN)
    return {
        "values_f1": _values_f1([(values(one.text), [label.value for label in one.labels]) for one in labelled]),
        "our_values_f1": _values_f1([(ours(one.text), [label.value for label in one.labels]) for one in labelled]),
        "per_s": _per_second(texts, values),
    }


def _values_f1(read: Sequence[tuple[Sequence[float | None], Sequence[float | None]]]) -> float:
    hits = total = 0
    for found, expected in read:
        left = list(found)
        for value in expected:
            if value in left:
                left.remove(value)
                hits += 1
        total += len(found) + len(expected)
    return 2 * hits / total


def _texts(language: Language) -> list[str]:
    every = (*quantity_reading.sentences(), *figure_reading.sentences())
    return [one.text for one in every if one.language is language]


def _per_second(texts: Sequence[str], work: Callable[[str], object]) -> float:
    for text in texts:  # words are loaded at their first use
        work(text)
    seconds = best_of(RUNS, lambda: [work(text) for _ in range(REPEATS) for text in texts])
    return REPEATS * len(texts) / seconds


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    arguments = parser.parse_args()
    languages = {str(language): {**quality(language), **speed(language)} for language in Language}
    right, number = timelines()
    beside = peer()
    if arguments.json:
        print(json.dumps({"languages": languages, "timelines": [right, number], "quantulum3": beside}, indent=1))
        return
    print("language  quantities F1  statements F1  measure  subject   quantities/s  statements/s  with names/s")
    for name, row in languages.items():
        print(
            f"{name:8}  {row['quantities_f1']:13.3f}  {row['statements_f1']:13.3f}  {row['measures']:7.3f}  "
            f"{row['subjects']:7.3f}  {row['quantities_per_s']:13,.0f}  {row['statements_per_s']:12,.0f}  "
            f"{row['with_names_per_s']:12,.0f}"
        )
    print(f"timelines judged right: {right} of {number}")
    print("spaCy's parse is not used: the speeds are those of the whole reader, on one core.")
    if beside is None:
        print("quantulum3 is not installed: no peer was measured.")
    else:
        print(
            f"quantulum3, English, values alone: F1 {beside['values_f1']:.3f} (ours {beside['our_values_f1']:.3f}), "
            f"{beside['per_s']:,.0f} sentences/s"
        )


if __name__ == "__main__":
    main()
