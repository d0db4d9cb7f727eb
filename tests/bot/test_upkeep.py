"""Packages on the command line: listed, installed, removed, examined and used, whatever state they are in."""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.command import Run
from tests.translations.general_package import write_general_package
from translations.languages import Language
from translations.packages import bundled_packages

EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO

# Run in an interpreter of its own: whatever opens a socket, be it a library that nobody thought of, ends it.
WITHOUT_NETWORK = """
import socket, sys
def refuse(*arguments, **options):
    raise SystemExit("a socket was opened")
class Refused(socket.socket):
    __init__ = refuse
socket.socket = Refused
socket.create_connection = socket.getaddrinfo = refuse
sys.argv = ["exonym", *sys.argv[1:]]
from bot.cli import main
main()
"""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """The folder of packages that the command uses."""
    return tmp_path / "data" / "packages"


class TestTranslate:
    def test_names_are_answered_from_the_bundled_packages_with_the_network_unplugged(self, tmp_path: Path) -> None:
        command = [sys.executable, "-c", WITHOUT_NETWORK, "translate", "Rustem Umerov", "Sudzha"]
        options = ["--to", "uk,ru,ko", "--no-glossary", "--json"]
        environment = {**os.environ, "EXONYM_DATA_DIR": str(tmp_path / "data")}
        ran = subprocess.run(  # noqa: S603 - our own interpreter
            [*command, *options], capture_output=True, text=True, check=False, env=environment, cwd=tmp_path
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        told = {one["name"]: {form["language"]: form for form in one["forms"]} for one in json.loads(ran.stdout)}
        assert list(told) == ["Rustem Umerov", "Sudzha"]
        for forms in told.values():
            assert list(forms) == ["uk", "ru", "ko"]
            assert all(form["text"] and form["status"] == "draft" for form in forms.values())
        assert told["Sudzha"]["uk"]["text"] == told["Sudzha"]["ru"]["text"] == "Суджа"
        assert told["Rustem Umerov"]["ru"]["text"] == "Рустем Умеров"
        assert {path.name for path in (tmp_path / "data" / "packages").iterdir()} == {
            one.name for one in bundled_packages()
        }

    def test_a_data_folder_that_cannot_be_written_costs_the_models_alone(
        self, bare: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").touch()
        monkeypatch.setenv("EXONYM_DATA_DIR", str(tmp_path / "file"))
        ran = bare("translate", "Oleksandr Bondarenko", "--to", "ru", "--no-glossary", "--json")
        assert ran.status == 0
        assert ran.json[0]["forms"][0]["text"] == "Александр Бондаренко"
        assert "a bundled package is not in place" in ran.err
        assert "Errno" not in ran.err


class TestModels:
    def test_packages_are_listed_and_broken_ones_named_with_what_to_do(self, bare: Run, packages: Path) -> None:
        write_general_package(packages, UK, EN, {"так": "yes"})
        broken = write_general_package(packages, KO, EN, {"네": "yes"})
        (broken / "model" / "model.bin").write_bytes(b"nothing")
        (packages / "half").mkdir()
        told = bare("models", "list", "--json").json
        assert [(one["source"], one["target"], one["purpose"]) for one in told["packages"]] == [
            ("en", "ko", "names"),
            ("en", "ru", "names"),
            ("en", "uk", "names"),
            ("uk", "en", "general"),
        ]
        assert [one["name"] for one in told["broken"]] == ["half", "translate-ko_en-1_9"]
        assert all(one["problem"].endswith(".") and one["advice"].endswith(".") for one in told["broken"])
        ran = bare("models", "list")
        assert (ran.status, ran.err) == (0, "")
        assert "Broken: half. It has no metadata.json; it may be half-unpacked. `exonym models remove half`" in ran.out
        assert "Errno" not in ran.out

    def test_a_damaged_bundled_package_is_healed_when_it_is_listed(self, bare: Run, packages: Path) -> None:
        bare("models", "install", "--bundled")
        model = packages / "exonym-en_uk" / "model" / "model.bin"
        whole = model.read_bytes()
        model.write_bytes(whole[:-1] + b"\0")
        assert bare("models", "list", "--json").json["broken"] == []
        assert model.read_bytes() == whole

    def test_what_is_there_is_listed_where_the_bundled_ones_cannot_be_unpacked(
        self, bare: Run, packages: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_general_package(packages, UK, EN, {"так": "yes"})
        listed = tuple(type(one)(packages / "gone.argosmodel", one.sha256) for one in bundled_packages())
        monkeypatch.setattr("translations.packages.bundled_packages", lambda: listed)
        ran = bare("models", "list", "--json")
        assert ran.status == 1
        assert [one["label"] for one in ran.json["packages"]] == ["argos-uk_en 1.9"]
        assert "gone.argosmodel cannot be read" in ran.err
        assert "Errno" not in ran.err

    def test_all_packages_of_an_index_are_installed_and_one_removed(
        self, bare: Run, packages: Path, index: Index
    ) -> None:
        index.offer(EN, UK)
        index.offer(EN, KO)
        index.offer(RU, EN)
        ran = bare("models", "install", "--index", index.url)
        assert (ran.status, ran.err) == (0, "")
        assert ran.out.count("\n") == 2
        assert "Installed argos-en_uk 1.9 for general in" in ran.out
        assert bare("models", "install", "--index", index.url, "--from", "ru", "--to", "en").status == 0
        labels = [one["label"] for one in bare("models", "list", "--json").json["packages"]]
        assert {"argos-en_uk 1.9", "argos-en_ko 1.9", "argos-ru_en 1.9"} < set(labels)
        assert bare("models", "remove", "translate-en_ko-1_9").out.startswith("Removed ")
        assert not (packages / "translate-en_ko-1_9").exists()
        again = bare("models", "remove", "translate-en_ko-1_9")
        assert (again.status, again.out) == (1, "")
        assert (
            again.err == "There is no package 'translate-en_ko-1_9' to remove; `exonym models list` shows the names.\n"
        )

    def test_one_package_that_fails_keeps_out_no_other(self, bare: Run, packages: Path, index: Index) -> None:
        index.offer(EN, UK, size=3)
        index.offer(EN, RU)
        ran = bare("models", "install", "--index", index.url, "--to", "uk,ru")
        assert ran.status == 1
        assert "Installed argos-en_ru 1.9" in ran.out
        assert ran.err.count("\n") == 1
        assert "the file's size or checksum is not the one that the index has" in ran.err
        assert [path.name for path in packages.glob("translate-*")] == ["translate-en_ru-1_9"]

    @pytest.mark.parametrize(
        ("options", "status", "said"),
        [
            ((), 2, "say one of"),
            (("--bundled", "--to", "uk"), 2, "say one of"),
            (("--index", "http://127.0.0.1:9/index.json", "--to", "xx"), 1, "'xx' is not one of our languages"),
            (("--to", "en"), 1, "English needs no package into itself"),
            (("--file", "absent.argosmodel"), 1, "absent.argosmodel cannot be installed"),
        ],
    )
    def test_wrong_usage_is_said_in_a_sentence(
        self, bare: Run, options: tuple[str, ...], status: int, said: str
    ) -> None:
        ran = bare("models", "install", *options)
        assert (ran.status, ran.out) == (status, "")
        assert said in " ".join(ran.err.split())
        assert "Errno" not in ran.err


class TestDoctor:
    def test_it_lists_packages_languages_and_gaps(self, exonym: Run, packages: Path) -> None:
        write_general_package(packages, EN, UK, {"yes": "так"})
        write_general_package(packages, KO, EN, {"네": "yes"})
        told = {one["check"]: one for one in exonym("doctor", "--json").json}
        assert told["packages"]["ok"]
        assert told["names, English to Korean"]["detail"].startswith("exonym-en_ko ")
        assert told["sentences into Ukrainian"]["detail"].startswith(
            "from English (argos-en_uk 1.9), Korean (by English); no general package from Russian:"
        )
        assert "`exonym models install --from ru --to uk`" in told["sentences into Ukrainian"]["detail"]
        assert told["sentences into Russian"]["detail"].startswith(
            "no general package from English, Ukrainian, Korean:"
        )
        assert told["spaCy's English model"]["detail"].startswith("en_core_web_sm")
        assert told["fonts"]["ok"]
        assert told["Korean forms"]["ok"]

    def test_a_gap_in_the_glossary_is_counted_and_so_are_drafts(self, exonym: Run) -> None:
        assert exonym("glossary", "add", "Ozero Verkhnye", "--type", "PLACE", "--ko", "베르흐네호").status == 0
        assert exonym("glossary", "add", "Quorvian Undersecretariat", "--type", "ORG").status == 0
        ran = exonym("doctor", "--json")
        assert ran.status == 1
        told = {one["check"]: one for one in ran.json}
        assert not told["Korean forms"]["ok"]
        assert told["Korean forms"]["detail"].startswith(
            "1 missing (quorvian-undersecretariat); `exonym glossary fill`"
        )
        assert "drafts that wait for review" in told["Ukrainian forms"]["detail"]

    def test_a_broken_package_is_named_with_what_to_do_and_the_rest_goes_on(
        self,
        exonym: Run,
        packages: Path,
    ) -> None:
        broken = write_general_package(packages, EN, RU, {"yes": "да"})
        shutil.rmtree(broken / "model")
        ran = exonym("doctor", "--json")
        told = {one["check"]: one for one in ran.json}
        found = told["package translate-en_ru-1_9"]
        assert not found["ok"]
        assert found["detail"].startswith("It lacks model/model.bin")
        assert "`exonym models remove translate-en_ru-1_9`" in found["detail"]
        assert told["packages"]["ok"]
        assert told["glossary"]["ok"]
        assert (ran.status, ran.err.count("\n")) == (1, 1)


def test_filling_tells_what_was_made_and_what_was_renewed(exonym: Run) -> None:
    exonym("glossary", "add", "Ozero Verkhnye", "--type", "PLACE", "--ko", "베르흐네호")
    ran = exonym("glossary", "fill")
    assert (ran.status, ran.out) == (0, "0 forms made, 0 renewed, 0 still missing.\n")


class Index:
    """An index and its packages on loopback."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._address = address
        self._offers: list[dict[str, object]] = []
        self.url = f"{address}/index.json"

    def offer(self, source: Language, target: Language, **more: object) -> None:
        """Put a package into the index."""
        made = write_general_package(self._folder / "made", source, target, {"1": "1"})
        name = f"{made.name}.argosmodel"
        with zipfile.ZipFile(self._folder / name, "w") as archive:
            for path in made.rglob("*"):
                archive.write(path, path.relative_to(made.parent))
        offer = {"from_code": source, "to_code": target, "package_version": "1.9", "links": [f"{self._address}/{name}"]}
        self._offers.append({**offer, **more})
        (self._folder / "index.json").write_text(json.dumps(self._offers))


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """An empty index."""
    folder = tmp_path / "index"
    folder.mkdir()
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Index(folder, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()
