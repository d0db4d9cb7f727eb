"""Files as sources: one file, or every article in a folder.

Owns `list_files`; `bot.sources.pages.read_text_file` reads them, or `bot.sources.feeds` where a file is a feed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.sources.errors import SourceError, SourceProblem

#: What is taken from a folder; a file that is named itself may end as it likes.
SUFFIXES = frozenset({".txt", ".html", ".htm", ".xml", ".json"})


def list_files(path: Path) -> tuple[Path, ...]:
    """The files of a source, absolute and sorted.

    A folder is searched through. Hidden files and folders are left out, and so is what a symbolic link takes from
    outside of the folder.

    Raises:
        SourceError: there is nothing at the path, or it cannot be listed.
    """
    try:
        root = path.expanduser().resolve(strict=True)
        if root.is_file():
            return (root,)
        if not root.is_dir():
            raise SourceError(SourceProblem.NEITHER.of(address=path))
        return tuple(sorted(_walk(root, root, frozenset())))
    except FileNotFoundError as error:
        raise SourceError(SourceProblem.MISSING.of(address=path)) from error
    except (OSError, RuntimeError) as error:
        denied = isinstance(error, PermissionError)
        problem = SourceProblem.UNLISTED_DENIED if denied else SourceProblem.UNLISTED
        raise SourceError(problem.of(address=path), retryable=True) from error


def _walk(folder: Path, root: Path, above: frozenset[Path]) -> Iterator[Path]:
    """The articles below a folder; `above` are the folders on the way, so that a link back ends."""
    for entry in folder.iterdir():
        if entry.name.startswith("."):
            continue
        if entry.is_symlink() and not (entry.exists() and entry.resolve().is_relative_to(root)):
            continue
        if entry.is_dir():
            real = entry.resolve()
            if real not in above and real != folder.resolve():
                yield from _walk(entry, root, above | {folder.resolve()})
        elif entry.is_file() and entry.suffix.lower() in SUFFIXES:
            yield entry
