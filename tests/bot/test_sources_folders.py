"""Files and folders as sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sources.errors import SourceError
from bot.sources.folders import list_files


def test_a_folder_is_listed_whole_and_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.HTML", "deep/er/c.htm", "d.xml", "e.json", "picture.png", ".hidden.txt", ".git/f.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    found = [path.relative_to(tmp_path.resolve()).as_posix() for path in list_files(tmp_path)]
    assert found == ["a.HTML", "b.txt", "d.xml", "deep/er/c.htm", "e.json"]


def test_a_file_that_is_named_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    path.write_text("x")
    assert list_files(path) == (path.resolve(),)


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_text("x")
    (inside / "own.txt").write_text("x")
    (inside / "file.txt").symlink_to(outside / "secret.txt")
    (inside / "folder").symlink_to(outside)
    (inside / "broken.txt").symlink_to(tmp_path / "nothing")
    (inside / "again").symlink_to(inside)
    (inside / "circle").symlink_to(inside / "circle")
    assert [path.name for path in list_files(inside)] == ["own.txt"]


def test_what_does_not_exist_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone does not exist\.$"):
        list_files(tmp_path / "gone")


def test_an_empty_folder_has_no_files(tmp_path: Path) -> None:
    assert list_files(tmp_path) == ()
