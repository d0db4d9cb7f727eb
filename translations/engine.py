"""The one door to Argos: loads unpacked packages from a folder by their path and translates lists in one call.

Two kinds of package live side by side in the folder, also for one pair: *name* packages, whose metadata carries
``"purpose": "names"`` (the bundled ones), and *general* packages, which are everything else (the official ones).
Names go to the first kind and sentences to the second, never across.

Only `argostranslate.package` is imported, which reads a package and its tokenizer. `argostranslate.translate` is not:
it brings a sentence splitter that downloads a model on its first use, one folder without metadata breaks all others,
and it translates one text a call. What it would do with a text is done here for a list, with CTranslate2 itself.
`names` and `sentences` come after; `packages` fills the folder.
"""

from __future__ import annotations

import json
import math
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from translations.errors import TranslationError, reason_of
from translations.languages import Language

Purpose = Literal["names", "general"]

NAME_LIMIT = 200  # characters; what is longer is no name and gets no candidate
_LONGEST_ANSWER = 256  # tokens
_SENTENCE_TOKENS = 200  # of a longer sentence the answer could be cut off unseen; it gets none
_BATCH = 64  # texts a step of one call: small enough to spread a list over two cores


class NoPackageError(TranslationError):
    """No usable package for a pair and purpose; says how to get one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer of a model.

    `score` is in 0..1: the exponential of the mean log-probability of the answer's tokens, as the model itself
    believes it. It compares answers and finds the doubtful; it is no measured probability of being right.
    """

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class InstalledPackage:
    """A package of the folder that looks whole. Languages other than ours stay the plain codes of its metadata."""

    path: Path
    source: Language | str
    target: Language | str
    version: str
    purpose: Purpose

    @property
    def label(self) -> str:
        """What a form's provenance says: ``exonym-en_uk 1.0``, ``argos-en_uk 1.9``."""
        maker = "exonym" if self.purpose == "names" else "argos"
        return f"{maker}-{self.source}_{self.target} {self.version}"


@dataclass(frozen=True, slots=True)
class BrokenPackage:
    """A folder that should be a package and cannot be used, and why, in one sentence."""

    path: Path
    problem: str


@dataclass(frozen=True, slots=True)
class _Model:
    tokenizer: Any  # argostranslate.tokenizer.Tokenizer
    translator: Any  # ctranslate2.Translator
    prefix: str


class Engine:
    """Translates with the packages of one folder; cheap to make, loads a model when first asked, safe for threads.

    The folder is read again at each call of `packages`, so that an installation shows without a restart.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._models: dict[tuple[Path, int], _Model] = {}
        self._failed: dict[tuple[Path, int], str] = {}

    def packages(self) -> tuple[InstalledPackage, ...]:
        """The usable packages by pair, purpose and version, the newest of each first."""
        found = [read for read in self._read_folder() if isinstance(read, InstalledPackage)]
        found.sort(key=lambda one: version_key(one.version), reverse=True)
        found.sort(key=lambda one: (str(one.source), str(one.target), one.purpose))
        return tuple(found)

    def broken(self) -> tuple[BrokenPackage, ...]:
        """What lies in the folder and cannot be used."""
        return tuple(read for read in self._read_folder() if isinstance(read, BrokenPackage))

    def name_package(self, source: Language, target: Language) -> InstalledPackage | None:
        """The newest package for names of a pair."""
        return self._newest(source, target, "names")

    def general_package(self, source: Language, target: Language) -> InstalledPackage | None:
        """The newest package for sentences of a pair."""
        return self._newest(source, target, "general")

    def translate_names(
        self, names: Sequence[str], source: Language, target: Language, beams: int = 4, candidates: int = 1
    ) -> list[tuple[Candidate, ...]]:
        """Names by the pair's name package, in one call.

        The bundled packages were trained on persons word by word for Ukrainian and Russian (send the words of a
        person's name each by itself), on whole names for Korean, and on whole names of places. They know no
        organisations, digits or acronyms.

        Args:
            names: as written; case and diacritics are the model's business.
            source: their language.
            target: the language to write them in.
            beams: the width of the search; 1 is greedy, three times as fast and a little worse.
            candidates: how many answers for each name, best first, at most `beams`.

        Returns:
            One tuple for each name, in order. It is empty where the model has no answer: a name without a letter, or
            one longer than NAME_LIMIT characters.

        Raises:
            NoPackageError: no usable name package for this pair.
        """
        package, model = self._model(source, target, "names")
        asked = list(dict.fromkeys(name for name in names if _is_name(name)))
        width = max(beams, candidates, 1)
        longest = max((len(name) for name in asked), default=0)
        answers = self._run(package, model, asked, width, candidates, limit=3 * longest + 10, length_penalty=1.0)
        by_name = dict(zip(asked, answers, strict=True))
        return [by_name.get(name, ()) for name in names]

    def translate_sentences(self, sentences: Sequence[str], source: Language, target: Language) -> list[str]:
        """Sentences by the pair's general package, in one call; an empty string where there is no answer.

        The caller splits text into sentences: a general model translates one at a time. What is too long for it has no
        answer, rather than half of one.

        Raises:
            NoPackageError: no usable general package for this pair.
        """
        package, model = self._model(source, target, "general")
        asked = list(dict.fromkeys(sentence for sentence in sentences if sentence.strip()))
        # Argos' own setting of the penalty, which its packages are judged with.

        def ask(texts: list[str]) -> list[tuple[Candidate, ...]]:
            return self._run(package, model, texts, 4, 1, limit=_LONGEST_ANSWER, length_penalty=0.2)

        try:
            answers = ask(asked)
        except TranslationError:
            # A runaway past a model's last position fails the whole batch; the other sentences may be well.
            answers = [_alone(ask, sentence) for sentence in asked]
        by_sentence = dict(zip(asked, answers, strict=True))
        return [
            " ".join(found[0].text.split()) if (found := by_sentence.get(sentence, ())) else ""
            for sentence in sentences
        ]

    def load_problem(self, package: InstalledPackage) -> str | None:
        """Why a package does not load, in one sentence; None where it does. It is not kept loaded."""
        try:
            _open(package.path)
        except Exception as error:  # whatever a damaged model makes its libraries raise
            return _load_failure(error)
        return None

    def _run(
        self,
        package: InstalledPackage,
        model: _Model,
        texts: list[str],
        beams: int,
        candidates: int,
        *,
        limit: int,
        length_penalty: float,
    ) -> list[tuple[Candidate, ...]]:
        if not texts:
            return []
        general = package.purpose == "general"
        tokens = [model.tokenizer.encode(text) for text in texts]
        asked = [one for one in tokens if not general or len(one) <= _SENTENCE_TOKENS]
        try:
            results = model.translator.translate_batch(
                asked,
                target_prefix=[[model.prefix]] * len(asked) if model.prefix else None,
                beam_size=beams,
                num_hypotheses=max(candidates, 1),
                max_batch_size=_BATCH,
                max_decoding_length=min(_LONGEST_ANSWER, limit),
                length_penalty=length_penalty,
                replace_unknowns=general,
                return_scores=True,
            )
        except (RuntimeError, ValueError) as error:
            msg = f"The package {package.path.name} failed to translate: {reason_of(error)}."
            raise TranslationError(msg) from error
        longest = _LONGEST_ANSWER - 1 if general else None
        answers = iter([self._candidates(model, result, length_penalty, longest) for result in results])
        return [() if general and len(one) > _SENTENCE_TOKENS else next(answers) for one in tokens]

    @staticmethod
    def _candidates(model: _Model, result: Any, length_penalty: float, longest: int | None) -> tuple[Candidate, ...]:
        found: dict[str, Candidate] = {}
        for pieces, score in zip(result.hypotheses, result.scores, strict=True):
            if longest is not None and len(pieces) > longest:
                continue  # it has no end
            text = model.tokenizer.decode(pieces).strip().removeprefix(model.prefix).strip()
            if text:
                # CTranslate2 divides the summed log-probability by length ** penalty (the end symbol not counted).
                mean = score * len(pieces) ** (length_penalty - 1)
                found.setdefault(text, Candidate(text, min(1.0, math.exp(mean))))
        return tuple(found.values())

    def _newest(self, source: Language, target: Language, purpose: Purpose) -> InstalledPackage | None:
        return next(self._of_pair(source, target, purpose), None)

    def _of_pair(self, source: Language, target: Language, purpose: Purpose) -> Iterator[InstalledPackage]:
        for package in self.packages():
            if (package.source, package.target, package.purpose) == (source, target, purpose):
                yield package

    def _model(self, source: Language, target: Language, purpose: Purpose) -> tuple[InstalledPackage, _Model]:
        """The newest package of the pair that also loads; one that does not is remembered as broken."""
        for package in self._of_pair(source, target, purpose):
            model = self._load(package)
            if model is not None:
                return package, model
        kind = "name" if purpose == "names" else "general"
        way = "--bundled" if purpose == "names" else f"--index for {source} to {target}"
        msg = (
            f"There is no usable {kind} package from {source.english_name} to {target.english_name};"
            f" install one by `exonym models install {way}`."
        )
        raise NoPackageError(msg)

    def _load(self, package: InstalledPackage) -> _Model | None:
        key = _key(package.path)
        with self._lock:
            if key in self._models:
                return self._models[key]
            if key in self._failed:
                return None
            try:
                self._models[key] = model = _open(package.path)
            except Exception as error:  # whatever a damaged model makes its libraries raise
                self._failed[key] = _load_failure(error)
                return None
            return model

    def _read_folder(self) -> Iterator[InstalledPackage | BrokenPackage]:
        try:
            folders = sorted(path for path in self._folder.iterdir() if path.is_dir())
        except OSError:  # not there yet, or none that can be read: whoever fills it says so
            return
        for path in folders:
            if path.name.startswith("."):
                continue  # an installation under way
            read = read_package(path)
            problem = self._failed.get(_key(path))
            yield BrokenPackage(path, problem) if problem and isinstance(read, InstalledPackage) else read


def read_package(path: Path) -> InstalledPackage | BrokenPackage:
    """What the files of one unpacked folder say it is; the model itself is not loaded."""
    try:
        metadata = json.loads((path / "metadata.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return BrokenPackage(path, "It has no metadata.json; it may be half-unpacked.")
    except (OSError, ValueError, RecursionError) as error:
        return BrokenPackage(path, f"Its metadata.json cannot be read: {reason_of(error)}.")
    source, target = (metadata.get(key) if isinstance(metadata, dict) else None for key in ("from_code", "to_code"))
    if not isinstance(source, str) or not isinstance(target, str):
        return BrokenPackage(path, "Its metadata.json names no pair of languages.")
    tokenizers = [path / "sentencepiece.model", path / "bpe.model"]
    if not any(_has_content(file) for file in tokenizers):
        return BrokenPackage(
            path, "It lacks its tokenizer (sentencepiece.model or bpe.model); it may be half-unpacked."
        )
    if not _has_content(path / "model" / "model.bin"):
        return BrokenPackage(path, "It lacks model/model.bin; it may be half-unpacked.")
    if not _has_vocabulary(path / "model"):
        return BrokenPackage(path, "It lacks its vocabulary (model/shared_vocabulary.*); it may be half-unpacked.")
    purpose: Purpose = "names" if metadata.get("purpose") == "names" else "general"
    return InstalledPackage(path, _code(source), _code(target), str(metadata.get("package_version", "")), purpose)


def _open(path: Path) -> _Model:
    """Load the model and tokenizer of a package; raises whatever the libraries raise."""
    # Imported here: a program that translates nothing starts without them.
    import ctranslate2
    from argostranslate.package import Package

    package = Package(path)
    package.tokenizer.encode("a")  # loads the tokenizer now, under the lock
    translator = ctranslate2.Translator(
        str(path / "model"), device="cpu", inter_threads=min(2, os.cpu_count() or 1), intra_threads=1
    )
    return _Model(package.tokenizer, translator, package.target_prefix)


def _key(path: Path) -> tuple[Path, int]:
    """A folder and the time of its metadata: a package installed anew under the same name is another one."""
    try:
        return path, (path / "metadata.json").stat().st_mtime_ns
    except OSError:
        return path, 0


def _has_content(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0


def _alone(ask: Callable[[list[str]], list[tuple[Candidate, ...]]], sentence: str) -> tuple[Candidate, ...]:
    """The answers to one sentence; none where the model fails on it."""
    try:
        return ask([sentence])[0]
    except TranslationError:
        return ()


def _has_vocabulary(model: Path) -> bool:
    """Whether a CTranslate2 model has its vocabulary: one for both sides, or one for each, as JSON or plain text."""

    def has(name: str) -> bool:
        return any(_has_content(model / f"{name}_vocabulary.{ending}") for ending in ("json", "txt"))

    return has("shared") or (has("source") and has("target"))


def _load_failure(error: Exception) -> str:
    return f"It does not load: {reason_of(error)}."


def _is_name(text: str) -> bool:
    return len(text) <= NAME_LIMIT and any(c.isalpha() for c in text)


def _code(code: str) -> Language | str:
    try:
        return Language(code)
    except ValueError:
        return code


def version_key(version: str) -> tuple[int, ...]:
    """A version to compare by: 1.10 is newer than 1.9."""
    return tuple(int(number) for number in re.findall(r"\d+", version))
