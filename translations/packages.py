"""Packages into the folder and out of it: the bundled ones, a file, the Argos index.

Whatever the way, a package is unpacked beside its place under a name that `engine` overlooks, looked at, and moved
into place at once; so the folder never holds half of one. What was unpacked is noted in it, so that a file that changes
later is found out. Nothing here runs inside a request: an installation is an explicit command, except the bundled
packages, which are part of the program and are healed from it. `engine` translates with what lies there.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import shutil
import stat
import time
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any

import httpx

from translations.engine import BrokenPackage, Engine, InstalledPackage, read_package, version_key
from translations.errors import TranslationError, reason_of
from translations.languages import Language

ARGOS_INDEX = "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json"

# Called with the bytes that have arrived and the bytes there will be, None where the server does not say.
Progress = Callable[[int, int | None], None]

_NOTE = ".installed.json"  # in an unpacked package: the file that it came from, and what was in that
_LARGEST_INDEX = 10 * 1024**2
_LARGEST_PACKAGE = 4 * 1024**3  # unpacked; the largest official one has some 300 MB
_MOST_MEMBERS = 10_000
# A model's weights hardly compress and its word lists do fivefold; a bomb is a thousand times its file.
_MOST_EXPANSION = 20
_SMALL = 50 * 1024**2  # what is no larger than this when unpacked may expand as it likes
_LEFT_BEHIND = 24 * 3600.0  # seconds after which an unfinished installation's folder was left by a process that died
_UNPACKING, _REMOVED = ".unpacking-", ".removed-"
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)


class PackageError(TranslationError):
    """A package cannot be installed or removed; the message says which and why."""


@dataclass(frozen=True, slots=True)
class BundledPackage:
    """A package file that comes with the program, and its SHA-256 as SHA256SUMS has it."""

    file: Path
    sha256: str

    @property
    def name(self) -> str:
        """The folder that it unpacks to."""
        return self.file.stem


@dataclass(frozen=True, slots=True)
class PackageProblem:
    """A package of the folder that cannot be used: its folder's name, what is wrong, and what to do about it."""

    path: Path
    problem: str
    advice: str


@dataclass(frozen=True, slots=True)
class _Note:
    """What was unpacked: the file's SHA-256, and each member's size and CRC-32 by its path in the package."""

    sha256: str
    members: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Offer:
    """One package of an index."""

    name: str
    version: str
    links: tuple[str, ...]
    size: int | None
    sha256: str | None


def bundled_packages() -> tuple[BundledPackage, ...]:
    """The package files that come with the program."""
    folder = Path(str(resources.files("translations") / "bundled"))
    lines = (folder / "SHA256SUMS").read_text(encoding="ascii").split("\n")
    pairs = [line.split(maxsplit=1) for line in lines if line.strip()]
    return tuple(BundledPackage(folder / name.lstrip("*"), checksum) for checksum, name in pairs)


def ensure_bundled(folder: Path) -> tuple[InstalledPackage, ...]:
    """Unpack the bundled packages that `folder` has not, has of another version or has damaged; the answer is those.

    Quick when there is nothing to do: the files are compared with the checksums noted when they were unpacked, some
    9 MB in 10 ms. What installations that died have left in the folder is cleared away.

    Raises:
        PackageError: a bundled file is damaged or the folder cannot be written; the other packages are in place.
    """
    _clear_left_behind(folder)
    installed, problems = [], []
    for bundled in bundled_packages():
        place = folder / bundled.name
        if _is_in_place(bundled, place):
            continue
        try:
            if _sha256(bundled.file) != bundled.sha256:
                msg = f"The bundled package {bundled.file.name} is damaged: its checksum is not the one in SHA256SUMS."
                raise PackageError(msg)
            installed.append(install_file(bundled.file, folder))
        except PackageError as error:
            problems.append(str(error))
    if problems:
        raise PackageError(" ".join(dict.fromkeys(problems)))
    return tuple(installed)


def _is_in_place(bundled: BundledPackage, place: Path) -> bool:
    """Whether a bundled package, or a newer version of it that somebody installed, is there and whole."""
    note = _read_note(place)
    if note is None or _damage(place, note) is not None:
        return False
    found = read_package(place)
    return isinstance(found, InstalledPackage) and (
        note.sha256 == bundled.sha256 or version_key(found.version) > version_key(_bundled_version(bundled))
    )


def _bundled_version(bundled: BundledPackage) -> str:
    try:
        with zipfile.ZipFile(bundled.file) as archive:
            metadata = json.loads(archive.read(f"{bundled.name}/metadata.json"))
            return str(metadata["package_version"])
    except (*_UNPACKING_ERRORS, KeyError, TypeError):
        return ""  # damaged: what is installed is newer than nothing


def package_problems(folder: Path) -> tuple[PackageProblem, ...]:
    """The packages of a folder that cannot be used. Each is loaded to see whether it can, which takes a moment."""
    engine = Engine(folder)
    found = {broken.path: broken.problem for broken in engine.broken()}
    for package in engine.packages():
        note = _read_note(package.path)
        problem = _damage(package.path, note) if note is not None else None
        problem = problem or engine.load_problem(package)
        if problem is not None:
            found[package.path] = problem
    return tuple(PackageProblem(path, problem, _advice(path)) for path, problem in sorted(found.items()))


def _advice(path: Path) -> str:
    if path.name in {bundled.name for bundled in bundled_packages()}:
        return "`exonym models install --bundled` brings it back."
    removal = f"`exonym models remove {path.name}` removes it"
    package = read_package(path)
    if isinstance(package, InstalledPackage):
        again = f"`exonym models install --from {package.source} --to {package.target}` brings it again"
        return f"{again}; {removal}."
    return f"{removal}; then install it again."


def install_file(file: Path, folder: Path) -> InstalledPackage:
    """Install an ``.argosmodel`` file; one of the same name is replaced.

    Raises:
        PackageError: it is no package, holds members that point outside, or unpacks to something unusable.
    """
    try:
        return _install(file, folder)
    except _UNPACKING_ERRORS as error:
        msg = f"{file.name} cannot be installed in {folder}: {reason_of(error)}."
        raise PackageError(msg) from error


def offered_targets(index: str, source: Language) -> tuple[Language, ...]:
    """Our languages into which an index has a package from `source`.

    Raises:
        PackageError: the index cannot be read.
    """
    with httpx.Client(timeout=_TIMEOUT, follow_redirects=True) as client:
        packages = _read_index(client, index)
    return tuple(
        target
        for target in Language
        if any(isinstance(one, dict) and _offer(one, source, target) is not None for one in packages)
    )


def install_from_index(
    index: str, source: Language | str, target: Language | str, folder: Path, progress: Progress | None = None
) -> InstalledPackage:
    """Download the newest package of a pair that an Argos index offers, and install it.

    The index is the official one's format: a JSON list of packages with `from_code`, `to_code`, `package_version` and
    `links`; `size` (bytes) and `sha256` are checked where it has them, and the length the server announced always.
    What a broken-off download left is resumed if the server confirms that the file is still the same, else discarded.

    Args:
        index: the address of its JSON, e.g. ARGOS_INDEX.
        source: the language to translate from.
        target: the language to translate to.
        folder: the folder of unpacked packages.
        progress: told of the bytes that arrive.

    Raises:
        PackageError: no such package, no link that answers, a wrong size or checksum, or not a package.
    """
    with httpx.Client(timeout=_TIMEOUT, follow_redirects=True) as client:
        offer = _newest_offer(_read_index(client, index), str(source), str(target), index)
        problems = []
        for link in offer.links:
            try:
                file = _download(client, link, offer, folder / ".downloads", progress)
            except (httpx.HTTPError, httpx.InvalidURL, OSError, PackageError) as error:
                problems.append(f"{link}: {reason_of(error)}")
                continue
            try:
                return install_file(file, folder)
            finally:
                file.unlink(missing_ok=True)
    tried = "; ".join(problems) or "the index has no address for it"
    msg = f"The package {offer.name} {offer.version} could not be downloaded ({tried})."
    raise PackageError(msg)


def remove(name: str, folder: Path) -> Path:
    """Remove a package, whole or broken, by the name of its folder; the answer is where it was.

    Bundled packages come back with the next command that needs them.

    Raises:
        PackageError: there is none of this name.
    """
    place = folder / name
    if not name or name.startswith(".") or Path(name).name != name or "\0" in name or not place.is_dir():
        msg = f"There is no package {name!r} to remove; `exonym models list` shows the names."
        raise PackageError(msg)
    try:
        shutil.rmtree(_set_aside(place))
    except OSError as error:
        msg = f"The package {name} cannot be removed: {reason_of(error)}."
        raise PackageError(msg) from error
    return place


def _read_note(place: Path) -> _Note | None:
    try:
        note = json.loads((place / _NOTE).read_text(encoding="utf-8"))
        return _Note(note["sha256"], {name: (size, crc) for name, (size, crc) in note["members"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _damage(place: Path, note: _Note) -> str | None:
    """What has become of an unpacked package's files, in one sentence; None where they are as they were unpacked."""
    for name, (size, crc) in note.members.items():
        try:
            if (place / name).stat().st_size == size and _crc32(place / name) == crc:
                continue
        except FileNotFoundError:
            return f"Its file {name} is missing."
        except OSError as error:
            return f"Its file {name} cannot be read: {reason_of(error)}."
        return f"Its file {name} is damaged: it is not what was unpacked."
    return None


def _crc32(file: Path) -> int:
    crc = 0
    with file.open("rb") as opened:
        while chunk := opened.read(1024**2):
            crc = zlib.crc32(chunk, crc)
    return crc


def _clear_left_behind(folder: Path) -> None:
    try:
        left = [path for path in folder.iterdir() if path.name.startswith((_UNPACKING, _REMOVED))]
    except OSError:
        return  # not there yet, or a problem that the installation will name
    for path in left:
        with suppress(FileNotFoundError):  # an installation that ended just now
            if time.time() - path.stat().st_mtime > _LEFT_BEHIND:
                shutil.rmtree(path, ignore_errors=True)


# Whatever a file that is no package, or half of one, makes the readers of archives raise.
_UNPACKING_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


def _install(file: Path, folder: Path) -> InstalledPackage:
    staging = folder / f"{_UNPACKING}{uuid.uuid4().hex}"
    staging.mkdir(parents=True)
    try:
        unpacked, members = _unpack(file, staging)
        found = read_package(unpacked)
        if isinstance(found, BrokenPackage):
            msg = f"{file.name} holds no usable package. {found.problem}"
            raise PackageError(msg)
        note = {"sha256": _sha256(file), "members": members}
        (unpacked / _NOTE).write_text(json.dumps(note), encoding="utf-8")
        return _installed_at(_move_into_place(unpacked, folder / unpacked.name))
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _installed_at(place: Path) -> InstalledPackage:
    found = read_package(place)
    if isinstance(found, BrokenPackage):
        msg = f"The package {place.name} was changed while it was being installed: {found.problem}"
        raise PackageError(msg)
    return found


def _unpack(file: Path, staging: Path) -> tuple[Path, dict[str, tuple[int, int]]]:
    """Unpack into `staging`; the answer is the one folder it holds, and its files' sizes and checksums by their path.

    Every member's checksum is tested by reading it.
    """
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        names = {_safe_path(member, file).parts[0] for member in members}
        if len(names) != 1:
            msg = f"{file.name} is no Argos package: it should hold one folder."
            raise PackageError(msg)
        _refuse_too_large(members, file, staging)
        for member in members:
            # ZipFile.extract stops at the member's declared size, so what was summed up holds.
            archive.extract(member, staging)
    top = staging / names.pop()
    if top.name.startswith(".") or not top.is_dir():
        msg = f"{file.name} is no Argos package: it should hold one folder."
        raise PackageError(msg)
    files = {
        "/".join(PurePosixPath(member.filename).parts[1:]): (member.file_size, member.CRC)
        for member in members
        if not member.is_dir() and not member.filename.endswith(_NOTE)
    }
    return top, files


def _refuse_too_large(members: list[zipfile.ZipInfo], file: Path, staging: Path) -> None:
    size = sum(member.file_size for member in members)
    allowed = min(_LARGEST_PACKAGE, max(_SMALL, _MOST_EXPANSION * file.stat().st_size))
    if len(members) > _MOST_MEMBERS or size > allowed:
        msg = f"{file.name} is refused: it is no package, it would unpack to {size:,} bytes in {len(members):,} files."
        raise PackageError(msg)
    if size > (free := shutil.disk_usage(staging).free):
        msg = f"{file.name} needs {size:,} bytes when it is unpacked, and only {free:,} are free."
        raise PackageError(msg)


def _safe_path(member: zipfile.ZipInfo, file: Path) -> PurePosixPath:
    path = PurePosixPath(member.filename)
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    outside = path.is_absolute() or ".." in path.parts or "\\" in member.filename or ":" in member.filename
    if is_link or outside or not path.parts:
        msg = f"{file.name} is refused: its member {member.filename!r} points outside the package."
        raise PackageError(msg)
    return path


def _move_into_place(unpacked: Path, place: Path) -> Path:
    for _ in range(3):
        try:
            return unpacked.rename(place)  # fails where there is a folder with content, or a file
        except OSError:
            if not place.exists() and not place.is_symlink():
                raise
        try:
            aside = _set_aside(place)
        except FileNotFoundError:
            continue  # another process was replacing it at the same moment
        if aside.is_dir() and not aside.is_symlink():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            aside.unlink(missing_ok=True)
    return unpacked.rename(place)


def _set_aside(place: Path) -> Path:
    return place.rename(place.with_name(f"{_REMOVED}{uuid.uuid4().hex}"))


def _sha256(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        msg = f"The package file {file} cannot be read: {reason_of(error)}."
        raise PackageError(msg) from error


# --- the index -------------------------------------------------------------------------------------------------------


def _read_index(client: httpx.Client, index: str) -> list[Any]:
    try:
        with client.stream("GET", index) as response:
            response.raise_for_status()
            content = bytearray()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > _LARGEST_INDEX:
                    msg = f"The package index {index} is too large."
                    raise PackageError(msg)
        packages = json.loads(bytes(content))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        msg = f"The package index {index} cannot be read: {reason_of(error)}."
        raise PackageError(msg) from error
    except (ValueError, RecursionError) as error:
        msg = f"The package index {index} is not JSON: {reason_of(error)}."
        raise PackageError(msg) from error
    if not isinstance(packages, list):
        msg = f"The package index {index} is not a list of packages."
        raise PackageError(msg)
    return packages


def _newest_offer(packages: list[Any], source: str, target: str, index: str) -> _Offer:
    offers = [offer for one in packages if isinstance(one, dict) and (offer := _offer(one, source, target)) is not None]
    if not offers:
        msg = f"The package index {index} has no package from {source} to {target}."
        raise PackageError(msg)
    return max(offers, key=lambda offer: version_key(offer.version))


def _offer(package: dict[str, Any], source: str, target: str) -> _Offer | None:
    if (package.get("from_code"), package.get("to_code")) != (source, target):
        return None
    listed = package.get("links")
    links = [str(link) for link in listed] if isinstance(listed, list) else []
    over_http = tuple(link for link in links if link.startswith(("https://", "http://")))
    size, sha256 = package.get("size"), package.get("sha256")
    return _Offer(
        name=f"{source}_{target}",
        version=str(package.get("package_version", "")),
        links=over_http,
        size=size if isinstance(size, int) else None,
        sha256=sha256.lower() if isinstance(sha256, str) else None,
    )


# --- the download ----------------------------------------------------------------------------------------------------


def _download(client: httpx.Client, link: str, offer: _Offer, folder: Path, progress: Progress | None) -> Path:
    """The whole, checked file of an offer; a part that was checked and found wrong is gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{offer.name}-{hashlib.sha256(link.encode()).hexdigest()[:16]}"
    part, told = folder / f"{stem}.part", folder / f"{stem}.json"
    total = None
    for attempt in range(2):
        have, validator = _resumable(part, told)
        headers = {"Accept-Encoding": "identity"}
        if have and validator:
            headers |= {"Range": f"bytes={have}-", "If-Range": validator}
        with client.stream("GET", link, headers=headers) as response:
            if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and attempt == 0:
                _discard(part, told)
                continue
            response.raise_for_status()
            resumed = have > 0 and response.status_code == httpx.codes.PARTIAL_CONTENT
            if resumed and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
                _discard(part, told)
                msg = "the server continued the download at another place; try again"
                raise PackageError(msg)
            have = have if resumed else 0
            length = response.headers.get("Content-Length", "")
            total = have + int(length) if length.isdigit() else offer.size
            told.write_text(json.dumps({"validator": _validator(response)}), encoding="utf-8")
            _write(part, response.iter_raw(), have, total, progress)
        break
    size = part.stat().st_size
    if total is not None and size < total:
        msg = f"the download ended after {size} of {total} bytes; the next try resumes it"
        raise PackageError(msg)
    wrong = (
        (total is not None and size != total)
        or (offer.size is not None and size != offer.size)
        or (offer.sha256 is not None and _sha256(part) != offer.sha256)
    )
    if wrong:
        _discard(part, told)
        msg = "the file's size or checksum is not the one that the index has"
        raise PackageError(msg)
    told.unlink(missing_ok=True)
    return part.rename(part.with_suffix(".argosmodel"))


def _resumable(part: Path, told: Path) -> tuple[int, str]:
    """How much of a file is there and what the server called its state; (0, "") where it cannot be resumed."""
    try:
        validator = json.loads(told.read_text(encoding="utf-8"))["validator"]
        size = part.stat().st_size
    except (OSError, ValueError, KeyError, TypeError):
        return 0, ""
    return (size, validator) if isinstance(validator, str) and validator else (0, "")


def _validator(response: httpx.Response) -> str:
    """What If-Range may be asked with (RFC 9110, 13.1.5): a strong entity tag, or else the date of the last change."""
    tag = str(response.headers.get("ETag", ""))
    return tag if tag and not tag.startswith("W/") else str(response.headers.get("Last-Modified", ""))


def _write(part: Path, chunks: Iterator[bytes], have: int, total: int | None, progress: Progress | None) -> None:
    with part.open("r+b" if have else "wb") as file:
        file.seek(have)
        file.truncate()
        for chunk in chunks:
            file.write(chunk)
            have += len(chunk)
            if have > _LARGEST_PACKAGE:
                msg = "the file is too large to be a package"
                raise PackageError(msg)
            if progress is not None:
                progress(have, total)


def _discard(part: Path, told: Path) -> None:
    part.unlink(missing_ok=True)
    told.unlink(missing_ok=True)
