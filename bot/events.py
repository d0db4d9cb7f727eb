"""What is news in an article, and who is told.

Owns `News` (what one revision brought, kept as JSON in `Event.news`), the decision whether a revision makes an event,
and the fan-out of events to deliveries. What comes after is `bot.delivery`, which renders and sends.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.models import Channel
from glossary.quantities import Quantity
from glossary.words import Bound, EntityType, Measure, StatementRelation
from translations.languages import Language


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
    """A figure that the article opened or changed; `before` is null when it is the first."""

    figure_id: int
    measure: Measure
    subject: str
    place: str | None
    scope: str
    claimant: str | None
    claimant_name: str
    relation: StatementRelation
    before: Quantity | None
    before_claimant_name: str | None
    after: Quantity
    sentence: str


@dataclass(frozen=True, slots=True)
class News:
    """What one revision of an article brought."""

    url: str
    title: str
    outlet: str
    language: Language
    published_at: datetime | None
    mentions: tuple[MentionNews, ...]
    figures: tuple[FigureNews, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a chat is told: one subscription's target. Exactly one of `slug`, `figure_id` and `type` is set.

    `via` is the entity actually met, where the followed one is its whole (Kursk Oblast is followed, Sudzha was met).
    """

    subscription_id: int
    slug: str | None = None
    figure_id: int | None = None
    type: EntityType | None = None
    via: str | None = None


@dataclass(frozen=True, slots=True)
class PendingAlert:
    """One message to be rendered and sent: the news of one article, and of later ones of its story that joined it.

    `news[0]` is the article that the alert is about.
    """

    delivery_id: int
    channel: Channel
    address: int
    topic: int
    language: Language
    reasons: tuple[Reason, ...]
    news: tuple[News, ...]
    attempts: int = 0


def news_to_json(news: News) -> dict[str, Any]:
    """The JSON object kept in `Event.news`."""
    value = asdict(news)
    value["published_at"] = news.published_at.isoformat() if news.published_at else None
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
        figures=tuple(_figure_from_json(one) for one in value["figures"]),
    )


def _figure_from_json(value: dict[str, Any]) -> FigureNews:
    return FigureNews(
        **{
            **value,
            "measure": Measure(value["measure"]),
            "relation": StatementRelation(value["relation"]),
            "before": _quantity_from_json(value["before"]) if value["before"] else None,
            "after": _quantity_from_json(value["after"]),
        }
    )


def _quantity_from_json(value: dict[str, Any]) -> Quantity:
    return Quantity(**{**value, "bound": Bound(value["bound"])})
