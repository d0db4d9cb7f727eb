"""Figures on the command line: who says what since when, and editors who put them right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.bot.command import Run

ARTICLES = {
    "courier.txt": "KYIV, January 14, 2025 — Some 12,000 North Korean troops are in Kursk Oblast, according to the SBU,"
    " and at least 300 have been killed.",
    "later.txt": "KYIV, January 16, 2025 — More than 11,000 North Korean troops are in Kursk, the NIS said.",
    "slip.txt": "SEOUL, January 17, 2025 — Some 1,200,000 North Korean troops are in Kursk.",
}


class TestFigures:
    """Editors put figures right on the command line; each edit says how it is taken back."""

    @pytest.fixture
    def known(self, exonym: Run, tmp_path: Path) -> dict[str, Any]:
        """The personnel figure of two articles, and a number held for being a hundred times as many."""
        for name, text in ARTICLES.items():
            (tmp_path / name).write_text(f"North Korea\n\n{text}", encoding="utf-8")
            exonym("ingest", str(tmp_path / name), "--json")
        return self.figure(exonym)

    @staticmethod
    def figure(exonym: Run) -> dict[str, Any]:
        (found,) = [one for one in exonym("figures", "--json").json if one["measure"] == "personnel"]
        return dict(found)

    def test_a_figure_shows_who_says_what_since_when(self, exonym: Run, known: dict[str, Any]) -> None:
        assert (known["current"]["value"], known["since"], known["range"]) == (11_000, "2025-01-16", [10_800, None])
        says = [(one["claimant"]["slug"], one["value"], one["since"]) for one in known["claims"]]
        assert says == [("nis", 11_000, "2025-01-16"), ("sbu", 12_000, "2025-01-14")]
        assert [one["current"] for one in known["statements"]] == [False, True]
        shown = exonym("figures", "show", str(known["id"])).out
        assert "National Intelligence Service" in shown
        assert "more than 11,000" in shown
        assert exonym("figures", "show", str(known["id"]), "--json").json == known
        assert (
            exonym("figures", "list", "north-korea", "--json").json == exonym("figures", "north-korea", "--json").json
        )

    def test_every_edit_is_taken_back_by_its_undo(self, exonym: Run, known: dict[str, Any]) -> None:
        figure, (first, second) = str(known["id"]), (str(one["id"]) for one in known["statements"])
        (held,) = (str(one["id"]) for one in exonym("figures", "held", "--json").json)
        edits = [
            ("name", figure, "Troops in Kursk"),
            ("pin", figure, "--statement", first),
            ("pin", figure, "--value", "about 11,500"),
            ("retire", figure),
            ("correct", second, "at least 10,000"),
            ("withdraw", second),
            ("hold", second),
            ("approve", held),
            ("reject", held),
            ("split", figure, second, "--label", "Fighting troops"),
        ]
        for edit in edits:
            change = exonym("figures", *edit, "--json").json["change"]
            assert exonym("figures", "--retired", "--json").json != [known], edit
            assert exonym("glossary", "undo", change).status == 0
            assert self.figure(exonym) == known, edit

    def test_what_is_split_off_can_be_merged_and_what_is_pinned_unpinned(
        self, exonym: Run, known: dict[str, Any]
    ) -> None:
        figure, second = str(known["id"]), str(known["statements"][1]["id"])
        exonym("figures", "split", figure, second, "--label", "Fighting troops")
        (other,) = [one for one in exonym("figures", "--json").json if one["label"] == "Fighting troops"]
        exonym("figures", "merge", str(other["id"]), figure)
        assert self.figure(exonym)["statements"] == known["statements"]
        exonym("figures", "pin", figure, "--value", "about 11,500")
        pinned = self.figure(exonym)
        assert (pinned["current"]["value"], pinned["pinned"], pinned["latest"]["value"]) == (11_500, True, 11_000)
        assert "(pinned)" in exonym("figures").out
        exonym("figures", "unpin", figure)
        assert self.figure(exonym) == known
        exonym("figures", "retire", figure)
        assert known["id"] not in [one["id"] for one in exonym("figures", "--json").json]
        exonym("figures", "restore", figure)
        exonym("figures", "withdraw", second)
        exonym("figures", "reinstate", second)
        assert self.figure(exonym) == known

    @pytest.mark.parametrize(
        ("edit", "said"),
        [
            (("name", "99", "Troops"), "There is no figure 99"),
            (("show", "99"), "There is no figure 99"),
            (("pin", "99", "--value", "300"), "There is no figure 99"),
            (("correct", "99", "300"), "There is no statement 99"),
            (("correct", "1", "many"), "“many” is not one quantity"),
            (("correct", "1", "3 to 4 km, 300 people"), "is not one quantity"),
            (("correct", "1", "300 km2"), "not km2"),
            (("unpin", "1"), "Nothing is pinned"),
            (("reject", "1"), "is not held"),
            (("split", "1", "1", "2", "--label", "All"), "not all"),
        ],
    )
    def test_what_cannot_be_done_is_one_sentence(
        self, exonym: Run, known: dict[str, Any], edit: tuple[str, ...], said: str
    ) -> None:
        ran = exonym("figures", *edit)
        assert (ran.status, ran.out, ran.err.count("\n")) == (1, "", 1)
        assert said in ran.err
