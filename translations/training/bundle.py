"""From trained models to the files that the project ships: ``python -m translations.training.bundle --work DIR``.

`DIR` holds one folder a language as `train` left it. Each is exported, measured on the held-out sets, given a model
card with its figures, packed into translations/bundled/, and listed in SHA256SUMS. So the figures in a card are those
of the very weights beside it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
from pathlib import Path

from translations.engine import Engine
from translations.languages import Language
from translations.training import evaluate, export

BUNDLED = Path(__file__).parent.parent / "bundled"

_CARD = """# {name} {version}

Names from English into {language}: persons and places, as a glossary needs them. A character model of 2.1 million
parameters (transformer, 3 encoder and 2 decoder layers, width 192), int8, for Argos Translate and CTranslate2; small
enough to come with a program, quick enough for a list of thousands.

## Use

{use} It knows no organisations, acronyms, digits or sentences, and folds the case of its input: what it
makes of them is spelling by sound. Its answers are drafts for a person's eye. The score is the mean probability of
the answer's symbols in the model's own view, not a measured chance of being right.

Beside this model should stand what needs no guessing: a memory of names with settled forms, and rules.

## Figures

Measured with beams of 4 on names that the training never saw. Exact is the share of first answers without any
difference, among three the share with the right form among the best three, character errors the edits over the
characters of the right form. The test sets hold misaligned pairs (some 4 in 100 person names) and places that have
more than one form, so that 1.0 cannot be reached.

{table}

## Training

{told} Cleaned pairs of the sources named in LICENSE; person-name tokens of the train and dev split of Merhav and
Ash (2018), never the test split{korean}; and the
project's own hand-written name parts. The program that did it is `translations/training` of Exonym.
"""

_USE = {
    Language.UK: "Persons word by word (each word of the name by itself), places whole.",
    Language.RU: "Persons word by word (each word of the name by itself), places whole.",
    Language.KO: "Persons and places whole: Korean puts the family name first, which a single word cannot know.",
}


def main() -> None:
    """Export, measure and pack by the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=os.environ.get("EXONYM_TRAINING_DATA"), help="folder of pairs")
    parser.add_argument("--work", type=Path, required=True, help="folder with one folder a language, as train left it")
    parser.add_argument("--output", type=Path, default=BUNDLED)
    parser.add_argument("--limit", type=int, help="measure at most so many rows of a set; the cards tell how many")
    parser.add_argument("--told", default="", help="a sentence on the run, for the cards: how long on what")
    options = parser.parse_args()
    if options.data is None:
        sys.exit("Name the folder of pairs by --data or EXONYM_TRAINING_DATA.")
    for language in evaluate.TARGETS:
        if (options.work / language).is_dir():
            work = options.work / language
            file = bundle(language, Path(options.data), work, options.output, options.told, options.limit)
            print(file, f"{file.stat().st_size / 1e6:.1f} MB", flush=True)
    _write_checksums(options.output)


def bundle(language: Language, data: Path, work: Path, output: Path, told: str, limit: int | None = None) -> Path:
    """The packed package of one trained model, its card written from a measurement of it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = export.export(language, work, Path(temporary))
        engine = Engine(Path(temporary))
        speeds = [evaluate.speed(engine, language, data)]
        table = evaluate.table(evaluate.measure(engine, language, data, limit), speeds)
        print(table, flush=True)
        card = _CARD.format(
            name=folder.name,
            version=export.VERSION,
            language=language.english_name,
            use=_USE[language],
            table=table,
            told=told,
            korean=", nor a full name that contains one of its tokens" if language is Language.KO else "",
        )
        (folder / "README.md").write_text(card, encoding="utf-8")
        return export.pack(folder, output)


def _write_checksums(folder: Path) -> None:
    lines = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"
        for file in sorted(folder.glob("*.argosmodel"))
    ]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="ascii")


if __name__ == "__main__":
    main()
