"""Candidates on the command line: from an article to an entity and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.bot.command import Run

FIRST = """Divers reach a sunken frigate

GDANSK, January 14, 2025 — Divers led by Marta Halloran reached the frigate near Hel on Tuesday. Halloran said that
nobody was hurt. Lawmaker Lee Sung-ryong asked in Seoul what the frigate had carried. President Anton Relin was told.
"""
SECOND = """What the frigate carried

SEOUL, January 15, 2025 — The frigate carried grain, lawmaker Lee Seong-ryong told reporters on Wednesday. He had asked
for an inquiry. Its papers are in the harbour office, and the harbour master will read them aloud next week.
"""


@pytest.fixture
def read(exonym: Run, tmp_path: Path) -> Run:
    """The command, with two articles read."""
    for number, article in enumerate((FIRST, SECOND)):
        path = tmp_path / f"{number}.txt"
        path.write_text(article, encoding="utf-8")
        assert exonym("ingest", str(path), "--json").status == 0
    return exonym


def listed(exonym: Run, *options: str) -> dict[str, Any]:
    ran = exonym("candidates", "list", "--json", *options)
    assert (ran.status, ran.err) == (0, "")
    return {one["name"]: one for one in ran.json}


def test_the_list_counts_articles_over_spellings_and_shows_one(read: Run, tmp_path: Path) -> None:
    found = listed(read)
    assert {"Marta Halloran", "Anton Relin"} <= set(found)
    lawmaker = found["Lee Sung-ryong"]
    assert (lawmaker["type"], lawmaker["language"], lawmaker["articles"]) == ("PERSON", "en", 2)
    assert lawmaker["spellings"] == ["Lee Seong-ryong"]
    assert lawmaker["example"]["url"] == (tmp_path / "1.txt").as_uri()
    assert "told reporters on Wednesday" in lawmaker["example"]["sentence"]
    assert list(listed(read, "--min", "2")) == ["Lee Sung-ryong"]
    assert listed(read, "--lang", "uk") == {}
    assert "Lee Sung-ryong" in read("candidates", "list").out


def test_what_is_added_is_found_by_any_spelling_and_undone(read: Run, tmp_path: Path) -> None:
    added = read("candidates", "add", "lee seong-ryong", "--type", "PERSON", "--ko", "이성룡", "--json")
    assert (added.status, added.err) == (0, "")
    entity = added.json["entity"]
    assert (entity["slug"], entity["type"]) == ("lee-sung-ryong", "PERSON")
    assert {form["language"] for form in entity["forms"] if form["preferred"]} == {"en", "uk", "ru", "ko"}
    assert "Lee Sung-ryong" not in listed(read)
    path = tmp_path / "third.txt"
    path.write_text(SECOND.replace("What the frigate carried", "Grain in the frigate's hold"), encoding="utf-8")
    told = read("analyze", str(path), "--json").json
    assert ("lee-sung-ryong", "Lee Seong-ryong") in {
        (one["entity"]["slug"], one["surface"]) for one in told["mentions"]
    }
    assert read("glossary", "undo", added.json["change"]).status == 0
    assert listed(read)["Lee Sung-ryong"]["articles"] == 2


def test_what_is_ignored_is_listed_apart_and_restored(read: Run) -> None:
    ignored = read("candidates", "ignore", "Anton Relin")
    assert ignored.out.startswith("Ignored Anton Relin; `exonym glossary undo ")
    assert "Anton Relin" not in listed(read)
    assert set(listed(read, "--ignored")) == {"Anton Relin"}
    again = read("candidates", "ignore", "Anton Relin")
    assert (again.status, again.err) == (1, "“Anton Relin” is ignored already.\n")
    restored = read("candidates", "restore", "Anton Relin", "--json")
    assert restored.json["candidate"]["ignored"] is False
    assert "Anton Relin" in listed(read)
    told = read("glossary", "history", "--json").json
    assert [one["summary"] for one in told[:2]] == [
        "Restore the candidate Anton Relin",
        "Ignore the candidate Anton Relin",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "Nobody"), "no candidate “Nobody”"),
        (("ignore", "99999999999"), "no candidate"),
        (("restore", "999"), "no candidate 999"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(exonym: Run, arguments: tuple[str, ...], said: str) -> None:
    ran = exonym("candidates", *arguments)
    assert (ran.status, ran.out) == (1, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1
