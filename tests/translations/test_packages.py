"""Packages in and out of the folder; the index is served on loopback."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import re
import shutil
import socket
import stat
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.translations.general_package import write_general_package
from translations import packages
from translations.engine import Engine
from translations.languages import Language
from translations.packages import (
    PackageError,
    ensure_bundled,
    install_file,
    install_from_index,
    offered_targets,
    package_problems,
    remove,
)


def bundled_file(target: Language = Language.UK) -> Path:
    return next(one.file for one in packages.bundled_packages() if one.name == f"exonym-en_{target}")


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_unpacks_the_bundled_packages_once(tmp_path: Path) -> None:
    installed = ensure_bundled(tmp_path / "new" / "packages")
    assert {one.target for one in installed} == {Language.UK, Language.RU, Language.KO}
    assert all(one.purpose == "names" for one in installed)
    assert ensure_bundled(tmp_path / "new" / "packages") == ()
    assert names_in(tmp_path / "new" / "packages") == {"exonym-en_uk", "exonym-en_ru", "exonym-en_ko"}


def test_unpacks_a_bundled_package_again_when_it_is_damaged_or_old(tmp_path: Path) -> None:
    ensure_bundled(tmp_path)
    (tmp_path / "exonym-en_uk" / "model" / "model.bin").unlink()
    note = tmp_path / "exonym-en_ru" / ".installed.json"
    note.write_text(json.dumps({**json.loads(note.read_text()), "sha256": "that of an earlier file"}))
    assert {one.target for one in ensure_bundled(tmp_path)} == {Language.UK, Language.RU}
    assert Engine(tmp_path).broken() == ()


@pytest.mark.parametrize("harm", ["flip", "truncate", "vocabulary", "metadata", "file in its place", "empty folder"])
def test_heals_a_damaged_copy_of_a_bundled_package(tmp_path: Path, harm: str) -> None:
    ensure_bundled(tmp_path)
    place = tmp_path / "exonym-en_ko"
    model = place / "model" / "model.bin"
    if harm == "flip":  # of the same size, and it even loads
        content = bytearray(model.read_bytes())
        content[-1000] ^= 0xFF
        model.write_bytes(content)
    elif harm == "truncate":
        model.write_bytes(model.read_bytes()[:1000])
    elif harm == "vocabulary":
        for file in (place / "model").glob("*vocabulary*"):
            file.unlink()
    elif harm == "metadata":
        (place / "metadata.json").write_text("{")
    else:
        shutil.rmtree(place)
        place.touch() if harm == "file in its place" else place.mkdir()
    assert [one.target for one in ensure_bundled(tmp_path)] == [Language.KO]
    assert package_problems(tmp_path) == ()
    assert names_in(tmp_path) == {"exonym-en_uk", "exonym-en_ru", "exonym-en_ko"}


def test_keeps_a_newer_version_of_a_bundled_package_and_replaces_an_older_one(tmp_path: Path) -> None:
    ensure_bundled(tmp_path / "packages")
    for version, kept in (("99.0", True), ("0.1", False)):
        file = repacked(bundled_file(), tmp_path / "exonym-en_uk.argosmodel", version)
        install_file(file, tmp_path / "packages")
        assert (ensure_bundled(tmp_path / "packages") == ()) is kept
        package = Engine(tmp_path / "packages").name_package(Language.EN, Language.UK)
        assert package is not None
        assert (package.version == version) is kept


def repacked(file: Path, to: Path, version: str) -> Path:
    """A package file of the same content under another version."""
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(to, "w") as other:
        for member in archive.infolist():
            content = archive.read(member)
            if member.filename.endswith("metadata.json"):
                content = json.dumps({**json.loads(content), "package_version": version}).encode()
            other.writestr(member.filename, content)
    return to


def test_one_bundled_package_that_cannot_be_put_in_place_keeps_out_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = packages.bundled_packages()
    torn = replace(listed[0], file=tmp_path / "gone.argosmodel")
    monkeypatch.setattr(packages, "bundled_packages", lambda: (torn, *listed[1:]))
    with pytest.raises(PackageError, match=r"gone\.argosmodel cannot be read: No such file or directory\.$"):
        ensure_bundled(tmp_path / "packages")
    assert names_in(tmp_path / "packages") == {one.name for one in listed[1:]}


def test_clears_away_what_an_installation_left_that_died_long_ago(tmp_path: Path) -> None:
    for name in (".unpacking-1", ".removed-2", ".unpacking-3"):
        (tmp_path / name / "model").mkdir(parents=True)
    for name in (".unpacking-1", ".removed-2"):
        os.utime(tmp_path / name, (0, 0))
    ensure_bundled(tmp_path)
    assert {name for name in names_in(tmp_path) if name.startswith(".")} == {".unpacking-3"}


def test_names_each_package_that_cannot_be_used_and_what_to_do(tmp_path: Path) -> None:
    ensure_bundled(tmp_path)
    for name in ("torn", "garbled", "wordless", "toneless"):
        write_general_package(tmp_path / name, Language.UK, Language.EN, {"так": "yes"}).rename(
            tmp_path / f"uk_en-{name}"
        )
        (tmp_path / name).rmdir()
    (tmp_path / "uk_en-torn" / "model" / "model.bin").unlink()
    (tmp_path / "uk_en-garbled" / "model" / "model.bin").write_bytes(b"no model at all")
    (tmp_path / "uk_en-wordless" / "model" / "target_vocabulary.json").unlink()
    (tmp_path / "uk_en-toneless" / "sentencepiece.model").write_bytes(b"no tokenizer at all")
    (tmp_path / "half").mkdir()
    (tmp_path / "exonym-en_ru" / "model" / "config.json").write_text("{}")
    found = {one.path.name: one for one in package_problems(tmp_path)}
    assert set(found) == {"uk_en-torn", "uk_en-garbled", "uk_en-wordless", "uk_en-toneless", "half", "exonym-en_ru"}
    assert found["uk_en-torn"].problem == "It lacks model/model.bin; it may be half-unpacked."
    assert found["uk_en-wordless"].problem.startswith("It lacks its vocabulary")
    assert found["uk_en-garbled"].problem.startswith("It does not load: ")
    assert found["uk_en-toneless"].problem.startswith("It does not load: ")
    assert found["exonym-en_ru"].problem == "Its file model/config.json is damaged: it is not what was unpacked."
    assert found["exonym-en_ru"].advice == "`exonym models install --bundled` brings it back."
    assert found["half"].advice == "`exonym models remove half` removes it; then install it again."
    assert "`exonym models install --from uk --to en` brings it again" in found["uk_en-garbled"].advice
    for one in found.values():
        assert not re.search(r"Errno|Traceback|\n", one.problem + one.advice)
    engine = Engine(tmp_path)
    assert engine.translate_names(["Bondarenko"], Language.EN, Language.UK)[0][0].text == "Бондаренко"


def test_refuses_a_bundled_file_that_was_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "exonym-en_uk.argosmodel"
    changed.write_bytes(bundled_file().read_bytes() + b" ")
    listed = packages.BundledPackage(changed, next(iter(packages.bundled_packages())).sha256)
    monkeypatch.setattr(packages, "bundled_packages", lambda: (listed,))
    with pytest.raises(PackageError, match="is damaged"):
        ensure_bundled(tmp_path / "packages")
    assert not (tmp_path / "packages").exists()


def test_every_bundled_package_carries_its_card_and_its_licence() -> None:
    for one in packages.bundled_packages():
        assert one.file.stat().st_size < 10_000_000
        with zipfile.ZipFile(one.file) as archive:
            members = set(archive.namelist())
            assert {f"{one.name}/{name}" for name in ("README.md", "LICENSE", "metadata.json")} <= members
            assert "held-out" in archive.read(f"{one.name}/README.md").decode()


def test_installs_a_file_in_place_of_the_one_before(tmp_path: Path) -> None:
    first = install_file(bundled_file(), tmp_path)
    (first.path / "left-over").write_text("of the one before")
    second = install_file(bundled_file(), tmp_path)
    assert second == first
    assert not (second.path / "left-over").exists()
    assert names_in(tmp_path) == {"exonym-en_uk"}


@pytest.mark.parametrize(
    "member",
    ["../outside", "package/../../outside", "/tmp/outside", "..\\outside", "C:/outside", "package/a/../../../outside"],  # noqa: S108 - a hostile name, never written
)
def test_refuses_a_member_that_points_outside(tmp_path: Path, member: str) -> None:
    hostile = tmp_path / "hostile.argosmodel"
    with zipfile.ZipFile(hostile, "w") as archive:
        archive.writestr("package/metadata.json", "{}")
        archive.writestr(member, "gotcha")
    with pytest.raises(PackageError, match="points outside"):
        install_file(hostile, tmp_path / "packages")
    assert not list(tmp_path.rglob("*outside*"))
    assert names_in(tmp_path / "packages") == set()


def test_refuses_a_symbolic_link(tmp_path: Path) -> None:
    hostile = tmp_path / "link.argosmodel"
    link = zipfile.ZipInfo("package/metadata.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(hostile, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(PackageError, match="points outside"):
        install_file(hostile, tmp_path / "packages")


@pytest.mark.parametrize("count", [1, 40])
def test_refuses_a_bomb_before_it_unpacks_anything(tmp_path: Path, count: int) -> None:
    bomb = tmp_path / "bomb.argosmodel"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("package/metadata.json", '{"from_code": "en", "to_code": "uk"}')
        for number in range(count):
            archive.writestr(f"package/zeros-{number}", bytes(80 * 1024**2 // count))
    assert bomb.stat().st_size < 1024**2
    with pytest.raises(PackageError, match=r"bomb\.argosmodel is refused: .* 83,886,116 bytes"):
        install_file(bomb, tmp_path / "packages")
    assert names_in(tmp_path / "packages") == set()


def test_says_how_much_is_missing_where_the_disk_has_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: full)
    with pytest.raises(PackageError, match=r"needs [\d,]+ bytes .* only 1,000 are free"):
        install_file(bundled_file(), tmp_path / "packages")


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 255)), min_size=1, max_size=4), st.integers(0, 10**9))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_done_to_a_file_it_installs_whole_or_not_at_all(
    tmp_path: Path, flips: list[tuple[int, int]], cut: int
) -> None:
    whole = tmp_path / "whole.argosmodel"
    if not whole.exists():
        package = write_general_package(tmp_path / "made", Language.UK, Language.EN, {"так": "yes"})
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in package.rglob("*"):
                archive.write(path, f"package/{path.relative_to(package)}")
    content = bytearray(whole.read_bytes())
    for place, bits in flips:
        content[place % len(content)] ^= bits
    harmed = tmp_path / "harmed.argosmodel"
    harmed.write_bytes(content[: max(cut % (2 * len(content)), 1)])
    folder = tmp_path / "packages"
    said = ""
    try:
        remove(install_file(harmed, folder).path.name, folder)
    except PackageError as error:
        said = str(error)
    assert not re.search(r"Errno|Traceback|\n", said)
    assert names_in(folder) == set()


def test_refuses_what_is_no_package_and_leaves_nothing(tmp_path: Path) -> None:
    text = tmp_path / "text.argosmodel"
    text.write_text("not a zip")
    torn = tmp_path / "torn.argosmodel"
    torn.write_bytes(bundled_file().read_bytes()[:100_000])
    empty = tmp_path / "empty.argosmodel"
    with zipfile.ZipFile(empty, "w"):
        pass
    two = tmp_path / "two.argosmodel"
    with zipfile.ZipFile(two, "w") as archive:
        archive.writestr("one/metadata.json", "{}")
        archive.writestr("two/metadata.json", "{}")
    bare = tmp_path / "bare.argosmodel"
    with zipfile.ZipFile(bare, "w") as archive:
        archive.writestr("package/metadata.json", '{"from_code": "en", "to_code": "uk"}')
    for file in (text, torn, empty, two, bare, tmp_path / "absent.argosmodel"):
        with pytest.raises(PackageError, match=file.name):
            install_file(file, tmp_path / "packages")
    assert names_in(tmp_path / "packages") == set()


def test_a_file_with_a_damaged_member_leaves_the_package_before_it(tmp_path: Path) -> None:
    before = install_file(bundled_file(), tmp_path / "packages")
    content = bytearray(bundled_file().read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged = tmp_path / "damaged.argosmodel"
    damaged.write_bytes(content)
    with pytest.raises(PackageError, match=r"damaged\.argosmodel cannot be installed"):
        install_file(damaged, tmp_path / "packages")
    assert Engine(tmp_path / "packages").packages() == (before,)


def test_removes_a_package_whole_or_broken(tmp_path: Path) -> None:
    install_file(bundled_file(), tmp_path)
    (tmp_path / "half").mkdir()
    remove("exonym-en_uk", tmp_path)
    remove("half", tmp_path)
    assert names_in(tmp_path) == set()


@pytest.mark.parametrize("name", ["", ".", "..", "../elsewhere", "absent", ".unpacking-1", "/etc"])
def test_removes_nothing_but_packages(tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "packages" / ".unpacking-1").mkdir(parents=True)
    with pytest.raises(PackageError, match="no package"):
        remove(name, tmp_path / "packages")
    assert (tmp_path / "elsewhere").exists()


# --- the index -------------------------------------------------------------------------------------------------------


@dataclass
class Mirror:
    """An index and its files on loopback; can break off, change its mind and lie about sizes."""

    url: str
    content: bytes
    index: list[dict[str, object]] = field(default_factory=list)
    etag: str = '"one"'
    break_after: int | None = None
    honours_ranges: bool = True
    requests: list[tuple[str, str | None]] = field(default_factory=list)

    def offer(self, **more: object) -> None:
        entry: dict[str, object] = {
            "package_version": "1.9",
            "argos_version": "1.9",
            "from_code": "en",
            "to_code": "uk",
        }
        self.index.append({**entry, "links": [f"{self.url}/en_uk.argosmodel"], **more})


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.requests.append((self.path, self.headers.get("Range")))
            if self.path == "/index.json":
                self.answer(200, json.dumps(served.index).encode())
            elif self.path == "/en_uk.argosmodel":
                self.package()
            elif self.path == "/page":
                self.answer(200, b"<html>Not found, but politely</html>")
            else:
                self.answer(404, b"")

        def package(self) -> None:
            begin = 0
            asked = self.headers.get("Range")
            if asked and served.honours_ranges and self.headers.get("If-Range") == served.etag:
                begin = int(asked.removeprefix("bytes=").rstrip("-"))
            rest = served.content[begin:]
            headers = {"ETag": served.etag}
            if begin:
                headers["Content-Range"] = f"bytes {begin}-{len(served.content) - 1}/{len(served.content)}"
            self.answer(206 if begin else 200, rest, headers)

        def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            if self.path == "/en_uk.argosmodel" and served.break_after is not None:
                body = body[: served.break_after]
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    content = bundled_file().read_bytes()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Mirror(f"http://127.0.0.1:{server.server_port}", content)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


def install(mirror: Mirror, folder: Path, progress: packages.Progress | None = None) -> str:
    found = install_from_index(f"{mirror.url}/index.json", Language.EN, Language.UK, folder, progress)
    return found.path.name


def test_installs_from_an_index_and_tells_the_progress(mirror: Mirror, tmp_path: Path) -> None:
    mirror.offer()
    told: list[tuple[int, int | None]] = []
    assert install(mirror, tmp_path, lambda have, total: told.append((have, total))) == "exonym-en_uk"
    assert told[-1] == (len(mirror.content), len(mirror.content))
    assert [have for have, _ in told] == sorted(have for have, _ in told)
    assert Engine(tmp_path).name_package(Language.EN, Language.UK) is not None
    assert list((tmp_path / ".downloads").iterdir()) == []


def test_takes_the_newest_version_and_the_first_link_that_answers(mirror: Mirror, tmp_path: Path) -> None:
    mirror.offer(package_version="1.10", links=[f"{mirror.url}/gone", "ipfs://x", f"{mirror.url}/en_uk.argosmodel"])
    mirror.offer(package_version="1.9", links=[f"{mirror.url}/never"])
    install(mirror, tmp_path)
    assert [path for path, _ in mirror.requests] == ["/index.json", "/gone", "/en_uk.argosmodel"]


def test_checks_size_and_checksum_where_the_index_has_them(mirror: Mirror, tmp_path: Path) -> None:
    right = {"size": len(mirror.content), "sha256": hashlib.sha256(mirror.content).hexdigest()}
    for wrong in ({"size": 7}, {"sha256": "0" * 64}):
        mirror.index.clear()
        mirror.offer(**{**right, **wrong})
        with pytest.raises(PackageError, match="size or checksum"):
            install(mirror, tmp_path)
    assert Engine(tmp_path).packages() == ()
    mirror.index.clear()
    mirror.offer(**right)
    install(mirror, tmp_path)


def test_resumes_a_download_that_broke_off(mirror: Mirror, tmp_path: Path) -> None:
    mirror.offer(sha256=hashlib.sha256(mirror.content).hexdigest())
    mirror.break_after = 1_000_000
    with pytest.raises(PackageError, match="could not be downloaded"):
        install(mirror, tmp_path)
    assert Engine(tmp_path).packages() == ()
    mirror.break_after = None
    install(mirror, tmp_path)
    asked = [ranges for path, ranges in mirror.requests if path == "/en_uk.argosmodel"]
    assert asked == [None, "bytes=1000000-"]


def test_starts_again_when_the_file_changed_or_the_server_knows_no_ranges(mirror: Mirror, tmp_path: Path) -> None:
    mirror.offer()
    for change in ("etag", "ranges"):
        mirror.break_after = 500_000
        with pytest.raises(PackageError):
            install(mirror, tmp_path)
        mirror.break_after = None
        if change == "etag":
            mirror.etag = '"two"'
        else:
            mirror.honours_ranges = False
        assert install(mirror, tmp_path) == "exonym-en_uk"
        remove("exonym-en_uk", tmp_path)


def test_a_page_in_place_of_a_package_is_refused(mirror: Mirror, tmp_path: Path) -> None:
    mirror.offer(links=[f"{mirror.url}/page"])
    with pytest.raises(PackageError, match="cannot be installed"):
        install(mirror, tmp_path)
    assert Engine(tmp_path).packages() == ()


def test_says_what_an_index_lacks(mirror: Mirror, tmp_path: Path) -> None:
    mirror.offer(to_code="ko")
    mirror.index.append({"links": None})
    with pytest.raises(PackageError, match="has no package from en to uk"):
        install(mirror, tmp_path)
    with pytest.raises(PackageError, match="is not JSON"):
        install_from_index(f"{mirror.url}/page", "en", "uk", tmp_path)
    with pytest.raises(PackageError, match="cannot be read"):
        install_from_index(f"{mirror.url}/nothing.json", "en", "uk", tmp_path)
    with pytest.raises(PackageError, match="cannot be read"):
        install_from_index("not an address", "en", "uk", tmp_path)


def test_lists_our_languages_that_an_index_has_packages_into(mirror: Mirror) -> None:
    for code in ("ko", "de", "uk"):
        mirror.offer(to_code=code)
    mirror.offer(from_code="uk", to_code="ru")
    assert offered_targets(f"{mirror.url}/index.json", Language.EN) == (Language.UK, Language.KO)
    assert offered_targets(f"{mirror.url}/index.json", Language.KO) == ()


def test_a_download_that_ends_early_is_said_so_and_nothing_of_it_is_installed(mirror: Mirror, tmp_path: Path) -> None:
    mirror.offer()
    mirror.break_after = 300_000
    with pytest.raises(PackageError, match="could not be downloaded") as told:
        install(mirror, tmp_path)
    assert "Errno" not in str(told.value)
    assert Engine(tmp_path).packages() == ()
    assert Engine(tmp_path).broken() == ()


def test_a_bomb_and_a_link_from_an_index_are_refused_and_thrown_away(mirror: Mirror, tmp_path: Path) -> None:
    for name in ("bomb", "link"):
        hostile = tmp_path / f"{name}.argosmodel"
        with zipfile.ZipFile(hostile, "w", zipfile.ZIP_DEFLATED) as archive:
            if name == "bomb":
                archive.writestr("package/zeros", bytes(80 * 1024**2))
            else:
                link = zipfile.ZipInfo("package/metadata.json")
                link.external_attr = (stat.S_IFLNK | 0o777) << 16
                archive.writestr(link, "/etc/passwd")
        mirror.content = hostile.read_bytes()
        mirror.index.clear()
        mirror.offer()
        with pytest.raises(PackageError, match="refused"):
            install(mirror, tmp_path / "packages")
        assert names_in(tmp_path / "packages") == {".downloads"}
        assert names_in(tmp_path / "packages" / ".downloads") == set()


def test_an_index_that_does_not_answer_is_said_without_codes_of_the_system(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        with pytest.raises(PackageError, match=r"cannot be read: Connection refused\.$"):
            install_from_index(f"http://127.0.0.1:{taken.getsockname()[1]}/index.json", "en", "uk", tmp_path)


def test_an_offer_without_an_address_is_said_so(mirror: Mirror, tmp_path: Path) -> None:
    mirror.offer(links=["ipfs://Qm"])
    with pytest.raises(PackageError, match="the index has no address for it"):
        install(mirror, tmp_path)
