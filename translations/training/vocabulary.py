"""How a name becomes tokens: one SentencePiece character model a package, made from rules and not from a corpus.

Source and target share the model file, because an Argos package holds one. Its normaliser folds only Latin letters:
case, diacritics into combining marks (so that a rare letter still shows its base), apostrophes and dashes to one
each. Cyrillic and Hangul pass untouched, so a target keeps its case. Korean is predicted as conjoining jamo and put
together by the model file's denormaliser, so that a syllable never seen in training can still be written.
`network` learns over these tokens, `export` packs the model file.
"""

from __future__ import annotations

import sys
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

import sentencepiece

SPACE = "\u2581"  # SentencePiece's mark for a space; every source and every target begins with it
PAD, UNKNOWN, START, END = "<blank>", "<unk>", "<s>", "</s>"
SPECIAL = (PAD, UNKNOWN, START, END)

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Letters of Latin alphabets that do not decompose; each stays itself in lower case.
_WHOLE_LETTERS = "æœøłđðþħıßəŋ"
_MARKS = (
    "".join(
        chr(code)
        for code in (0x300, 0x301, 0x302, 0x303, 0x304, 0x306, 0x307, 0x308, 0x309, 0x30A, 0x30B, 0x30C, 0x31B, 0x323)
    )
    + "\u0326\u0327\u0328\u0331\u0332"
)
_APOSTROPHES = "\u2018\u2019\u02bc\u02b9\u02bb\u02be\u02bf\u2032`\u00b4\u02c8"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
_PUNCTUATION = "'-.,()&/"
SOURCE_SYMBOLS = tuple(SPACE + _LETTERS + _WHOLE_LETTERS + _MARKS + _PUNCTUATION)

_PLAIN = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ß": "ss", "ə": "a"}
)

_HANGUL = 0xAC00


def decompose_hangul(text: str) -> str:
    """Hangul syllables as conjoining jamo (Unicode NFD of those letters alone)."""
    return "".join(unicodedata.normalize("NFD", c) if "가" <= c <= "힣" else c for c in text)


def strip_marks(source: str) -> str:
    """A normalised source without its combining marks and special letters: Đoković becomes dokovic."""
    return "".join(c for c in source if c not in _MARKS).translate(_PLAIN)


def normalise_source(text: str) -> str:
    """The source as the model file's normaliser leaves it; the rules below are made from this function."""
    folded = []
    for c in text:
        if c in _APOSTROPHES:
            folded.append("'")
        elif c in _DASHES:
            folded.append("-")
        elif _is_latin(c):
            folded.append(unicodedata.normalize("NFD", c.lower()))
        else:
            folded.append(c)
    return " ".join("".join(folded).split())


def _is_latin(c: str) -> bool:
    return c.isalpha() and unicodedata.name(c, "").startswith("LATIN ")


def _normaliser_rules() -> list[tuple[str, str]]:
    candidates = [chr(code) for code in range(0x21, 0x250)] + [chr(code) for code in range(0x1E00, 0x1F00)]
    candidates += list(_APOSTROPHES + _DASHES)
    rules = [(c, normalise_source(c)) for c in dict.fromkeys(candidates)]
    # İ lowers to i with a dot above; the dot says nothing more.
    rules = [(c, "i" if c == "İ" else folded) for c, folded in rules]
    return [(c, folded) for c, folded in rules if folded and folded != c]


def _composer_rules() -> list[tuple[str, str]]:
    syllables = [chr(code) for code in range(_HANGUL, _HANGUL + 11172)]
    return [(unicodedata.normalize("NFD", syllable), syllable) for syllable in syllables]


def _write_rules(path: Path, rules: list[tuple[str, str]]) -> None:
    def codes(text: str) -> str:
        return " ".join(f"{ord(c):X}" for c in text)

    path.write_text("".join(f"{codes(a)}\t{codes(b)}\n" for a, b in rules), encoding="ascii")


def target_symbols(targets: list[str], *, least: int) -> tuple[str, ...]:
    """The characters that targets are written with, those seen fewer than `least` times left out."""
    counts: dict[str, int] = {}
    for target in targets:
        for c in target:
            counts[c] = counts.get(c, 0) + 1
    return tuple(sorted(c for c, n in counts.items() if n >= least and c != " "))


def write_model(path: Path, targets: tuple[str, ...], *, korean: bool) -> None:
    """Write the SentencePiece model file of a package.

    Args:
        path: where, `sentencepiece.model` in a package.
        targets: the characters of the target language, without the space.
        korean: whether decoding puts jamo together to syllables.
    """
    symbols = [c for c in dict.fromkeys((*SOURCE_SYMBOLS, *targets)) if c != SPACE]
    with tempfile.TemporaryDirectory() as folder:
        rules, composer, corpus = Path(folder, "fold.tsv"), Path(folder, "compose.tsv"), Path(folder, "corpus.txt")
        _write_rules(rules, _normaliser_rules())
        # A combining mark needs a letter before it, or the trainer takes the line for empty.
        corpus.write_text("".join(f"a{c}a\n" for c in symbols for _ in range(2)), encoding="utf-8")
        options: dict[str, Any] = {}
        if korean:
            _write_rules(composer, _composer_rules())
            options["denormalization_rule_tsv"] = str(composer)
        sentencepiece.SentencePieceTrainer.train(
            input=str(corpus),
            model_prefix=str(path.with_suffix("")),
            model_type="char",
            vocab_size=len(symbols) + 4,
            character_coverage=1.0,
            normalization_rule_tsv=str(rules),
            hard_vocab_limit=False,
            minloglevel=2,
            **options,
        )
    path.with_suffix(".vocab").unlink()
    missing = [c for c in symbols if sentencepiece.SentencePieceProcessor(model_file=str(path)).piece_to_id(c) == 0]
    if missing:
        sys.exit(f"The SentencePiece model {path} lacks {missing}.")
