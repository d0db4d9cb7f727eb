"""How the service fares, for its editors: what there is (`/stats`), and what is wrong (`/status`)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, SQLModel, col, func, select

from bot.messages import Html
from bot.messages.markup import join, shorten
from bot.messages.sayings import say_source_problem
from bot.messages.wording import date_text
from bot.models import ArticleFailure, Chat, Delivery, DeliveryStatus, Source, Subscription
from bot.telegram.context import Ask, BotContext, Reply
from glossary.entries import Glossary
from glossary.forms import review_count
from glossary.models import Document, Figure, Statement
from glossary.words import EntityType, FormStatus
from translations.languages import Language

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_FAILING = 10  # sources that are named


def stats(context: BotContext, ask: Ask) -> Reply:
    """Counts: the glossary by type and language, articles, figures, subscribers, alerts."""
    glossary, now, messages = context.glossary(), context.clock(), ask.messages
    types = Counter(entry.type for entry in glossary.entries.values())
    lines = [
        messages.plural("glossary.heading", len(glossary.entries)),
        messages.text(
            "stats.types", types=", ".join(f"{messages.plain(f'types.{one.value}')} {types[one]}" for one in EntityType)
        ),
        *(_language_line(ask, glossary, language) for language in Language),
        Html(""),
    ]
    with context.database.read() as session:
        seen = col(Document.first_seen_at)
        counts = {
            "articles": _count(session, Document),
            "articles_day": _count(session, Document, seen >= now - _DAY),
            "articles_week": _count(session, Document, seen >= now - _WEEK),
            "figures": _count(session, Figure, col(Figure.retired).is_(False)),
            "statements": _count(session, Statement),
            "chats": _count(session, Chat, col(Chat.blocked_at).is_(None)),
            "subscriptions": _count(session, Subscription),
            "alerts_week": _count(session, Delivery, col(Delivery.sent_at) >= now - _WEEK),
        }
    lines += [messages.text(f"stats.{name}", n=f"{value:,}") for name, value in counts.items()]
    return Reply(join("\n", lines))


def _language_line(ask: Ask, glossary: Glossary, language: Language) -> Html:
    forms = [entry.preferred(language) for entry in glossary.entries.values()]
    return ask.messages.text(
        "stats.language",
        language=ask.messages.plain(f"language.{language.value}"),
        approved=sum(form is not None and form.status is FormStatus.APPROVED for form in forms),
        drafts=sum(form is not None and form.status is FormStatus.DRAFT for form in forms),
        missing=sum(form is None or form.status is FormStatus.REJECTED for form in forms),
    )


def status(context: BotContext, ask: Ask) -> Reply:
    """What waits and what fails: drafts, sources, articles that were given up, alerts."""
    messages = ask.messages
    with context.database.read() as session:
        last = session.exec(select(func.max(Source.polled_at))).one()
        failing = session.exec(
            select(Source).where(col(Source.failures) > 0).order_by(col(Source.failures).desc()).limit(_FAILING)
        ).all()
        counts = {
            "drafts": review_count(session),
            "sources": _count(session, Source),
            "paused": _count(session, Source, col(Source.paused).is_(True)),
            "failing": _count(session, Source, col(Source.failures) > 0),
            "given_up": _count(session, ArticleFailure, col(ArticleFailure.due_at).is_(None)),
            "pending": _count(session, Delivery, col(Delivery.status) == DeliveryStatus.PENDING),
            "failed": _count(session, Delivery, col(Delivery.status) == DeliveryStatus.FAILED),
        }
    lines = [messages.text(f"status.{name}", n=f"{value:,}") for name, value in counts.items()]
    if last is not None:
        lines.insert(0, messages.text("status.polled", day=date_text(last.date(), ask.language), time=f"{last:%H:%M}"))
    for row in failing:
        reason = shorten(say_source_problem(messages, row.last_error or ""), 200)
        lines.append(messages.text("status.source", name=shorten(row.name, 80), reason=reason))
    return Reply(join("\n", lines))


def _count(session: Session, table: type[SQLModel], *where: ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).select_from(table).where(*where)).one()
