"""The documents are held to the code: what they name exists, and what a user can do is named in them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli import app
from bot.settings import Settings
from bot.telegram.answers import COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(ROOT.glob("*.md"))


COMMAND_LINE: Any = typer.main.get_command(app)


def subcommands(command: Any) -> dict[str, Any]:
    """A group's commands by name; none for a command that is no group."""
    return getattr(command, "commands", {})


def commands(command: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """The commands that can be run, by the words that run them."""
    found: dict[tuple[str, ...], Any] = {} if subcommands(command) else {path: command}
    for name, one in subcommands(command).items():
        found |= commands(one, (*path, name))
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_a_document_shows_exists_with_its_options(document: Path) -> None:
    shown = re.findall(r"exonym ((?:[\w-]+ ?)+[^`\n#]*)", document.read_text(encoding="utf-8"))
    for line in shown:
        command = COMMAND_LINE
        words = shlex.split(line.split("  ")[0])
        while words and words[0] in subcommands(command):
            command = subcommands(command)[words.pop(0)]
        command = subcommands(command).get(getattr(command, "default", None), command)
        assert not subcommands(command), f"exonym {line}"
        options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        assert {word for word in words if word.startswith("-")} <= options, f"exonym {line}"


def test_every_command_has_a_help_text() -> None:
    assert [path for path, command in commands(COMMAND_LINE).items() if not command.help] == []


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    known = {
        "TELEGRAM_BOT_TOKEN" if name == "telegram_bot_token" else f"EXONYM_{name.upper()}"
        for name in Settings.model_fields
    }
    assert set(re.findall(r"\b(?:EXONYM_[A-Z_]+|TELEGRAM_BOT_TOKEN)\b", README)) == known


def test_every_chat_command_of_the_menu_is_in_the_readme() -> None:
    assert {command.name for command in COMMANDS} - {"start"} <= set(re.findall(r"`/(\w+)", README))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:bot|glossary|translations|tests|benchmarks)/[\w./*-]*)`", text))
    named |= set(re.findall(r"\]\(([\w./-]+\.md|LICENSE|NOTICE)\)", text))
    missing = [name for name in named if not list(ROOT.glob(name.rstrip("/")))]
    assert missing == []
