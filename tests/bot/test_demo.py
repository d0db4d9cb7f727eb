"""The demo: the main job offline, and what it leaves for a reader to look at."""

from __future__ import annotations

import csv
import io
import socket
from pathlib import Path

import pytest
from rich.console import Console

from bot.demo import run_demo
from translations.languages import Language


def test_the_demo_tells_a_subscriber_and_leaves_a_glossary_and_a_chart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the demo reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    printed = io.StringIO()
    run_demo(tmp_path / "out", Language.UK, Console(file=printed, width=200))
    shown = printed.getvalue()

    # A new figure, another source that is compatible, one that raised its own, one that contradicts, one told late.
    for wording in (
        "перше відоме число",
        "числа сумісні",
        "те саме джерело збільшило",
        "суперечать одне одному",
        "older",
    ):
        assert wording in shown
    assert "🔔 Служба безпеки України (СБУ)" in shown
    assert "a near-copy" in shown
    assert "is in Polish" in shown
    assert (tmp_path / "out" / "figure.png").read_bytes().startswith(b"\x89PNG")
    exported = (tmp_path / "out" / "glossary.csv").read_text(encoding="utf-8-sig")
    rows = {row["slug"]: row for row in csv.DictReader(io.StringIO(exported))}
    assert rows["sbu"]["ko"] == "우크라이나 보안국"
    assert rows["makhnovka"]["uk"]
    assert rows["makhnovka"]["uk_status"] == "draft"
