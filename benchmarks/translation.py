"""A list of names in one call of our engine against a loop over ``argostranslate.translate.translate``.

Both use the same bundled package, on the same names, made here by rule. Argos' own way wants a sentence splitter, which
it would download; the package given to it gets one that never splits, so that the comparison is of translating alone.

    python -m benchmarks.translation [--names 1000] [--target uk]
"""

from __future__ import annotations

import argparse
import itertools
import os
import resource
import sys
import tempfile
import time
from pathlib import Path


def make_names(count: int) -> list[str]:
    """Made-up surnames, all different, some eight letters long."""
    begins = ("Bel", "Kra", "Hol", "Mar", "Vin", "Stro", "Dan", "Gre", "Lom", "Pet", "Ros", "Tar", "Whit", "Sal")
    middles = ("a", "en", "ish", "or", "ul", "inde", "ber", "evi", "osh", "ar")
    ends = ("ko", "son", "man", "ski", "ov", "field", "ton", "enko", "berg", "ley")
    return ["".join(parts) for parts in itertools.islice(itertools.product(begins, middles, ends), count)]


def main() -> None:
    """Time both ways and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--names", type=int, default=1000)
    parser.add_argument("--target", default="uk", choices=("uk", "ru", "ko"))
    options = parser.parse_args()
    # Threads that wait for each other by spinning slow a loop of single names ten times and more on shared cores. One
    # thread for both, so that asking once is compared with asking often; read when OpenMP is loaded.
    os.environ["OMP_NUM_THREADS"] = "1"
    names = make_names(options.names)

    with tempfile.TemporaryDirectory() as temporary:
        os.environ["ARGOS_PACKAGES_DIR"] = temporary  # read by argostranslate when it is first imported
        ours, ours_first, answers, memory = time_engine(Path(temporary), names, options.target)
        theirs, theirs_first, expected = time_argos(Path(temporary), names, options.target)

    same = sum(one == two for one, two in zip(answers, expected, strict=True))
    print(
        f"{len(names)} names from English to {options.target}, {os.cpu_count()} cores, Python {sys.version.split()[0]}"
    )
    print(f"engine, one call        {ours:7.2f} s  {len(names) / ours:7.0f} names/s   first name {ours_first:.2f} s")
    print(
        f"loop over Argos         {theirs:7.2f} s  {len(names) / theirs:7.0f} names/s   first name {theirs_first:.2f} s"
    )
    print(f"ratio                   {theirs / ours:7.1f}")
    print(f"same answers            {same:7d}")
    print(f"memory of the engine    {memory:7.0f} MB at most")


def time_engine(folder: Path, names: list[str], target: str) -> tuple[float, float, list[str], float]:
    """Seconds for the list, seconds from import to the first name, the answers, peak memory in MB."""
    begun = time.perf_counter()
    from translations.engine import Engine
    from translations.languages import Language
    from translations.packages import ensure_bundled

    ensure_bundled(folder)
    engine = Engine(folder)
    engine.translate_names(["Tarasenko"], Language.EN, Language(target))
    first = time.perf_counter() - begun
    begun = time.perf_counter()
    answers = [found[0].text for found in engine.translate_names(names, Language.EN, Language(target))]
    spent = time.perf_counter() - begun
    return spent, first, answers, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def time_argos(folder: Path, names: list[str], target: str) -> tuple[float, float, list[str]]:
    """Seconds for the loop, seconds from import to the first name, and the answers."""
    begun = time.perf_counter()
    from argostranslate import translate

    translation = translate.get_translation_from_codes("en", target)
    translation.underlying.sentencizer = _NeverSplits()
    translate.translate("Tarasenko", "en", target)
    first = time.perf_counter() - begun
    begun = time.perf_counter()
    answers = [translate.translate(name, "en", target) for name in names]
    return time.perf_counter() - begun, first, answers


class _NeverSplits:
    """A sentence splitter that gives each text back whole."""

    def split_sentences(self, text: str) -> list[str]:
        """The text as its only sentence."""
        return [text]


if __name__ == "__main__":
    main()
