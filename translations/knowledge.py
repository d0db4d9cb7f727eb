"""Reads the package's knowledge: the YAML files that stand beside the code.

Every scalar is text ("No" is a Korean family name, not a refusal), and a file is read once a process. What a file
means is the business of the module that asks for it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from translations.errors import TranslationError

# The C loader reads our largest file in some 60 ms, the Python one in more than a second.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@cache
def load(name: str) -> Any:
    """The content of ``translations/<name>.yaml``; raises TranslationError when it cannot be read."""
    path = Path(__file__).with_name(f"{name}.yaml")
    try:
        with path.open(encoding="utf-8") as file:
            return yaml.load(file, Loader=_LOADER)  # noqa: S506 - a base loader builds only text, lists and mappings
    except (OSError, yaml.YAMLError) as error:
        message = f"The name knowledge in {path.name} cannot be read: {error}"
        raise TranslationError(message) from error


def rows(name: str, *keys: str, widths: tuple[int, ...]) -> list[list[str]]:
    """The table under `keys` of a file, each row a list of texts with one of the `widths`.

    Raises TranslationError that names the file and the row when one has another shape: a forgotten comma must not shift
    the languages of a row.
    """
    table = load(name)
    for key in keys:
        table = table[key]
    for row in table:
        if not isinstance(row, list) or len(row) not in widths or not all(isinstance(cell, str) for cell in row):
            message = f"The name knowledge in {name}.yaml has a row of the wrong shape under {'.'.join(keys)}: {row}"
            raise TranslationError(message)
    return table  # type: ignore[no-any-return] # every row was just seen to be a list of texts
