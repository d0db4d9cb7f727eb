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
