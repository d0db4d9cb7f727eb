"""The labelled articles of `labelled_news.yaml`, by which stories are measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from translations.languages import Language


@dataclass(frozen=True)
class Labelled:
    """An article and the event that it tells of."""

    event: str
    language: Language
    day: float | None
    mentions: tuple[str, ...]
    title: str
    text: str

    @property
    def when(self) -> datetime | None:
        """The time of publication."""
        if self.day is None:
            return None
        return datetime(2025, 1, int(self.day), int(self.day % 1 * 24), tzinfo=UTC)


def _labelled(value: dict[str, Any]) -> Labelled:
    return Labelled(**{**value, "language": Language(value["language"]), "mentions": tuple(value["mentions"])})


_data = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
ARTICLES = [_labelled(value) for value in _data["articles"]]
LATER = [_labelled(value) for value in _data["later"]]
COPIES: dict[str, str] = {language: text.strip() for language, text in _data["copies"].items()}
