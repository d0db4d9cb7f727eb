"""The engine on the real bundled packages, with every socket refused."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

import pytest

from translations.engine import NAME_LIMIT, Engine, NoPackageError
from translations.languages import Language
from translations.packages import ensure_bundled

TARGETS = (Language.UK, Language.RU, Language.KO)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    packages = tmp_path_factory.mktemp("packages")
    ensure_bundled(packages)
    return packages


@pytest.fixture(scope="module")
def engine(folder: Path) -> Engine:
    return Engine(folder)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> NoReturn:
        message = "a test of the engine tried to open a socket"
        raise AssertionError(message)

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


@pytest.fixture
def own_folder(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "packages"))


def first(engine: Engine, names: list[str], target: Language) -> list[str]:
    return [found[0].text for found in engine.translate_names(names, Language.EN, target)]


def test_writes_names_in_the_script_of_each_language(engine: Engine) -> None:
    assert first(engine, ["Kravchenko"], Language.UK) == ["Кравченко"]
    assert first(engine, ["Kravchenko"], Language.RU) == ["Кравченко"]
    (korean,) = first(engine, ["Kim Min-jun"], Language.KO)
    assert korean.startswith("김")
    assert all("가" <= c <= "힣" for c in korean)


def test_knows_the_bundled_packages_as_name_packages(engine: Engine) -> None:
    assert {package.target for package in engine.packages()} == set(TARGETS)
    for target in TARGETS:
        package = engine.name_package(Language.EN, target)
        assert package is not None
        assert package.label == f"exonym-en_{target} {package.version}"
        assert engine.general_package(Language.EN, target) is None
    assert engine.broken() == ()


def test_answers_a_list_in_its_order_with_repetitions(engine: Engine) -> None:
    names = ["Kravchenko", "Johnson", "Kravchenko", "Bondarenko"]
    together = first(engine, names, Language.RU)
    assert together == [first(engine, [name], Language.RU)[0] for name in names]
    assert together[0] == together[2]


def test_gives_the_best_answers_first_and_none_twice(engine: Engine) -> None:
    (found,) = engine.translate_names(["Haddington"], Language.EN, Language.UK, candidates=4)
    scores = [candidate.score for candidate in found]
    assert len(found) > 1
    assert len({candidate.text for candidate in found}) == len(found)
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_folds_case_diacritics_and_apostrophes_of_the_source(engine: Engine) -> None:
    plain, shouted, curly = first(engine, ["O'Brien", "O'BRIEN", "O’Brien"], Language.RU)
    assert plain == shouted == curly


@pytest.mark.parametrize(
    "name", ["", "   ", "1 234", "🙂", "—", "a" * (NAME_LIMIT + 1), "x" * 10_000], ids=lambda name: repr(name[:5])
)
def test_has_no_answer_for_what_is_no_name(engine: Engine, name: str) -> None:
    assert engine.translate_names([name, "Johnson"], Language.EN, Language.RU)[0] == ()
    assert engine.translate_names([name], Language.EN, Language.KO) == [()]


@pytest.mark.parametrize("name", ["a" * NAME_LIMIT, "Київ", "김정은", "שלום", "Ivan🙂Petrov", "a\nb\tc", "\u202eivan"])
def test_survives_whatever_is_sent_as_a_name(engine: Engine, name: str) -> None:
    for target in TARGETS:
        (found,) = engine.translate_names([name], Language.EN, target)
        assert all(candidate.text and len(candidate.text) <= 256 for candidate in found)


def test_answers_an_empty_list(engine: Engine) -> None:
    assert engine.translate_names([], Language.EN, Language.UK) == []


def test_says_how_to_get_a_package_that_is_not_there(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(NoPackageError, match=r"from English to Korean.*exonym models install --bundled"):
        Engine(tmp_path / "nothing").translate_names(["Johnson"], Language.EN, Language.KO)
    with pytest.raises(NoPackageError, match="from Ukrainian to Korean"):
        engine.translate_names(["Київ"], Language.UK, Language.KO)


def test_never_sends_a_sentence_to_a_name_package(engine: Engine) -> None:
    with pytest.raises(NoPackageError, match="general package from English to Ukrainian"):
        engine.translate_sentences(["The council met on Tuesday."], Language.EN, Language.UK)


def test_keeps_a_general_package_of_the_same_pair_apart(own_folder: Path) -> None:
    general = as_general(own_folder, "translate-en_uk-1_9", Language.UK, "1.9")
    engine = Engine(own_folder)
    names, sentences = engine.name_package(Language.EN, Language.UK), engine.general_package(Language.EN, Language.UK)
    assert names is not None
    assert sentences is not None
    assert (names.path.name, sentences.path) == ("exonym-en_uk", general)
    assert sentences.label == "argos-en_uk 1.9"
    answers = engine.translate_sentences(["Kravchenko", "", "Bondarenko"], Language.EN, Language.UK)
    assert answers[0]
    assert answers[1] == ""
    assert answers[2]


def test_prefers_the_newest_version_by_number(own_folder: Path) -> None:
    for version in ("1.9", "1.10"):
        as_general(own_folder, f"general-{version}", Language.RU, version)
    package = Engine(own_folder).general_package(Language.EN, Language.RU)
    assert package is not None
    assert package.version == "1.10"


def test_names_broken_packages_and_goes_on(own_folder: Path) -> None:
    (own_folder / "empty").mkdir()
    (own_folder / "torn").mkdir()
    (own_folder / "torn" / "metadata.json").write_text('{"from_code": "en", "to_')
    (own_folder / "listed").mkdir()
    (own_folder / "listed" / "metadata.json").write_text("[]")
    half = as_general(own_folder, "half", Language.UK, "1.0")
    (half / "model" / "model.bin").write_bytes(b"")
    (own_folder / ".unpacking-1").mkdir()
    (own_folder / "note.txt").write_text("not a package")
    engine = Engine(own_folder)
    assert {broken.path.name for broken in engine.broken()} == {"empty", "torn", "listed", "half"}
    assert all(broken.problem.endswith(".") for broken in engine.broken())
    assert first(engine, ["Kravchenko"], Language.UK) == ["Кравченко"]


def test_falls_back_from_a_package_whose_model_does_not_load(own_folder: Path) -> None:
    newer = Path(shutil.copytree(own_folder / "exonym-en_uk", own_folder / "newer-en_uk"))
    metadata = json.loads((newer / "metadata.json").read_text())
    (newer / "metadata.json").write_text(json.dumps({**metadata, "package_version": "9.0"}))
    model = newer / "model" / "model.bin"
    model.write_bytes(model.read_bytes()[:5000])
    engine = Engine(own_folder)
    assert first(engine, ["Kravchenko"], Language.UK) == ["Кравченко"]
    (broken,) = engine.broken()
    assert broken.path == newer
    assert "does not load" in broken.problem
    package = engine.name_package(Language.EN, Language.UK)
    assert package is not None
    assert package.path.name == "exonym-en_uk"


def test_sees_a_package_installed_later(folder: Path, tmp_path: Path) -> None:
    engine = Engine(tmp_path / "later")
    assert engine.packages() == ()
    shutil.copytree(folder, tmp_path / "later")
    assert first(engine, ["Bondarenko"], Language.RU) == ["Бондаренко"]


def test_is_safe_to_call_from_threads(folder: Path) -> None:
    engine = Engine(folder)
    names = [f"{first}{last}" for first in ("Karl", "Ander", "Whit") for last in ("son", "berg", "field", "man")]
    alone = {target: first(Engine(folder), names, target) for target in TARGETS}
    answers: list[tuple[Language, list[str]]] = []

    def ask(target: Language) -> None:
        answers.append((target, first(engine, names, target)))

    threads = [threading.Thread(target=ask, args=(target,)) for target in TARGETS * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(threads)
    assert all(answer == alone[target] for target, answer in answers)


def test_never_loads_the_part_of_argos_that_downloads(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from translations.engine import Engine, Language;"
        "Engine(Path(sys.argv[1])).translate_names(['Johnson'], Language.EN, Language.RU);"
        "print([name for name in ('argostranslate.package', 'argostranslate.translate', 'minisbd', 'spacy')"
        " if name in sys.modules])"
    )
    command = [sys.executable, "-c", program, str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    assert ran.stdout.strip() == "['argostranslate.package']"


def as_general(folder: Path, name: str, target: Language, version: str) -> Path:
    """A package of the folder, copied and told to be a general one, as an official package has no purpose."""
    place = Path(shutil.copytree(folder / f"exonym-en_{target}", folder / name))
    metadata = json.loads((place / "metadata.json").read_text())
    del metadata["purpose"]
    (place / "metadata.json").write_text(json.dumps({**metadata, "package_version": version}))
    return place
