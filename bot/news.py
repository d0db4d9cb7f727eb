"""News as values: what an article or an edit brought, and its JSON, which is kept in `Event.news`.

`bot.events` decides what is news and who is told; `bot.corrections` what of it must be put right.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from glossary.quantities import Quantity
from glossary.words import Bound, EntityType, Measure, ScopeKind, StatementRelation
from translations.languages import Language

#: What was published before this is stored, but is no news.
OLD = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class MentionNews:
    """An entity that the article names. `start` and `end` are offsets of the surface within `sentence`.

    `news` is false where the entity was mentioned in the story before: told beside other news, never alone.
    """

    slug: str
    type: EntityType
    surface: str
    sentence: str
    start: int
    end: int
    news: bool


@dataclass(frozen=True, slots=True)
class FigureNews:
    """A figure that the article opened or changed; `before` is null when it is the first.

    `statement_id` and `before_statement_id` are the statements that say `after` and `before`; null in news of before
    they were kept. `pinned` is the value that an editor has chosen to stand in spite of this one.
    """

    figure_id: int
    measure: Measure
    subject: str
    place: str | None
    scope: ScopeKind
    claimant: str | None
    claimant_name: str
    relation: StatementRelation
    before: Quantity | None
    before_claimant_name: str | None
    after: Quantity
    sentence: str
    before_claimant: str | None = None
    period_from: date | None = None
    period_to: date | None = None
    statement_id: int | None = None
    before_statement_id: int | None = None
    pinned: Quantity | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What one revision of an article brought.

    Where an editor's edit is the news, `corrects` are the statements that may have been told otherwise, and nothing
    else is told.
    """

    url: str
    title: str
    outlet: str
    language: Language
    published_at: datetime | None
    mentions: tuple[MentionNews, ...]
    figures: tuple[FigureNews, ...]
    corrects: tuple[int, ...] = ()


class Standing(StrEnum):
    """How a statement that was told stands now: it counts, or it was withdrawn, its figure retired, or it moved."""

    COUNTS = "counts"
    WITHDRAWN = "withdrawn"
    RETIRED = "retired"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Correction:
    """What a chat was told of a statement, and what is so.

    `told` is what it was told last, and `told_standing` how it was told to stand (withdrawn, where it was corrected
    before). `so` is the statement as it is now, `standing` how it stands, `current` the figure's current value.
    """

    told: FigureNews
    told_standing: Standing
    so: FigureNews
    standing: Standing
    current: Quantity | None
    url: str
    title: str


def news_to_json(news: News) -> dict[str, Any]:
    """The JSON object kept in `Event.news`."""
    value = asdict(news)
    value["published_at"] = news.published_at.isoformat() if news.published_at else None
    value["figures"] = [figure_to_json(one) for one in news.figures]
    return value


def figure_to_json(figure: FigureNews) -> dict[str, Any]:
    """One figure's news as a JSON object."""
    value = asdict(figure)
    for end in ("period_from", "period_to"):
        value[end] = value[end].isoformat() if value[end] else None
    return value


def news_from_json(value: dict[str, Any]) -> News:
    """The inverse of `news_to_json`."""
    return News(
        url=value["url"],
        title=value["title"],
        outlet=value["outlet"],
        language=Language(value["language"]),
        published_at=datetime.fromisoformat(value["published_at"]) if value["published_at"] else None,
        mentions=tuple(MentionNews(**{**one, "type": EntityType(one["type"])}) for one in value["mentions"]),
        figures=tuple(figure_from_json(one) for one in value["figures"]),
        corrects=tuple(value.get("corrects", ())),
    )


def figure_from_json(value: dict[str, Any]) -> FigureNews:
    """The inverse of `figure_to_json`."""
    return FigureNews(
        **{
            **value,
            "measure": Measure(value["measure"]),
            "scope": ScopeKind(value["scope"]),
            "relation": StatementRelation(value["relation"]),
            "before": _quantity_from_json(value["before"]) if value["before"] else None,
            "after": _quantity_from_json(value["after"]),
            "period_from": _day_from_json(value.get("period_from")),
            "period_to": _day_from_json(value.get("period_to")),
            "pinned": _quantity_from_json(value["pinned"]) if value.get("pinned") else None,
        }
    )


def _day_from_json(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _quantity_from_json(value: dict[str, Any]) -> Quantity:
    return Quantity(**{**value, "bound": Bound(value["bound"])})


def is_old(published_at: datetime | None, now: datetime) -> bool:
    """Whether an article is too old to be news. One without a date is taken as new: it was not there before."""
    return published_at is not None and now - published_at > OLD
