"""Measure the name packages on names they never saw: ``python -m translations.training.evaluate --data FOLDER``.

Prints, for each language and set, the share of first answers that are exact and the character error rate (edits over
the characters of the right form), for each language names a second, and the memory of all. Letter case counts except
in sets that have none. `bundle` puts the same figures into the model cards.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from translations.engine import Engine
from translations.languages import Language
from translations.packages import ensure_bundled
from translations.training import corpus

TARGETS = (Language.UK, Language.RU, Language.KO)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How well one set was answered; shares in 0..1, `error_rate` edits over characters."""

    language: Language
    test: str
    rows: int
    exact: float
    among_three: float
    error_rate: float


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast one package answers: seconds for the first name of a process, names a second afterwards."""

    language: Language
    first: float
    single: float
    batch: float
    greedy: float


def measure(engine: Engine, language: Language, data: Path, limit: int | None = None) -> list[Accuracy]:
    """The accuracy on every held-out set of a language, at most `limit` rows of each (drawn, not the first)."""
    sets = {
        test: random.Random(1).sample(rows, limit) if limit and limit < len(rows) else rows
        for test, rows in corpus.held_out(data, language).items()
    }
    # Sets overlap: each name is asked once, all of them in one call.
    asked = list(dict.fromkeys(source for rows in sets.values() for source, _ in rows))
    found = engine.translate_names(asked, Language.EN, language, candidates=3)
    answers = {name: [one.text for one in candidates] for name, candidates in zip(asked, found, strict=True)}
    return [_accuracy(language, test, rows, answers) for test, rows in sets.items() if rows]


def _accuracy(
    language: Language, test: str, rows: Sequence[tuple[str, str]], answers: dict[str, list[str]]
) -> Accuracy:
    exact = among = edits = characters = 0
    for source, right in rows:
        wanted = _plain(right, right)
        texts = [_plain(text, right) for text in answers[source]] or [""]
        exact += texts[0] == wanted
        among += wanted in texts
        edits += Levenshtein.distance(texts[0], wanted)
        characters += len(wanted)
    return Accuracy(language, test, len(rows), exact / len(rows), among / len(rows), edits / characters)


def _plain(text: str, right: str) -> str:
    text = text.replace("’", "'")
    return text.lower() if right.islower() else text


def speed(engine: Engine, language: Language, data: Path) -> Speed:
    """Measure a package that this process has not used yet, so that `first` includes loading it."""
    names = [source for source, _ in next(iter(corpus.held_out(data, language).values()))][:1001]

    def timed(asked: Sequence[str], **options: int) -> float:
        begun = time.perf_counter()
        engine.translate_names(asked, Language.EN, language, **options)
        return time.perf_counter() - begun

    first, rest = timed(names[:1]), names[1:]
    begun = time.perf_counter()
    for name in rest[:200]:
        engine.translate_names([name], Language.EN, language)
    single = min(200, len(rest)) / (time.perf_counter() - begun)
    return Speed(language, first, single, len(rest) / timed(rest), len(rest) / timed(rest, beams=1))


def table(results: Sequence[Accuracy], speeds: Sequence[Speed]) -> str:
    """The figures as the Markdown tables of the model cards and of the benchmarks."""
    lines = ["| to | held-out set | rows | exact | among three | character errors |", "|---|---|---:|---:|---:|---:|"]
    lines += [
        f"| {one.language} | {one.test} | {one.rows:,} |"
        f" {one.exact:.3f} | {one.among_three:.3f} | {one.error_rate:.3f} |"
        for one in results
    ]
    lines += [
        "",
        "| to | first name | one by one | one call for 1,000 | the same, greedy |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {one.language} | {one.first:.2f} s | {one.single:,.0f}/s | {one.batch:,.0f}/s | {one.greedy:,.0f}/s |"
        for one in speeds
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure by the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=os.environ.get("EXONYM_TRAINING_DATA"), help="folder of pairs")
    parser.add_argument("--packages", type=Path, help="folder of unpacked packages; the bundled ones if left out")
    parser.add_argument("--limit", type=int, help="at most so many rows of a set")
    parser.add_argument("--language", type=Language, action="append", choices=TARGETS)
    options = parser.parse_args()
    if options.data is None or not Path(options.data).is_dir():
        sys.exit("Name the folder of held-out pairs by --data or EXONYM_TRAINING_DATA; sources.yaml describes it.")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.packages or Path(temporary)
        if not options.packages:
            ensure_bundled(folder)
        engine = Engine(folder)
        languages = options.language or TARGETS
        speeds = [speed(engine, language, Path(options.data)) for language in languages]
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        results = [
            one for language in languages for one in measure(engine, language, Path(options.data), options.limit)
        ]
    print(table(results, speeds))
    print(f"\nPeak memory after loading and the speed runs, test data included: {memory:.0f} MB")


if __name__ == "__main__":
    main()
