"""Packages in and out of the folder; the index is served on loopback."""

from __future__ import annotations

import hashlib
import http.server
import json
import stat
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from translations import packages
from translations.engine import Engine
from translations.languages import Language
from translations.packages import PackageError, ensure_bundled, install_file, install_from_index, remove


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
