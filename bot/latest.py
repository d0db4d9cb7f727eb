"""The newest articles, of all or of those that mention an entity: what the chat lists and links.

Only what an article says now: the newest revision of each document, and no near-copies, which say nothing of their own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.models import StoryDocument
from glossary.documents import newest_revisions
from glossary.models import Document, Entity, Mention, Revision
from glossary.sentences import sentence_around
from translations.languages import Language


@dataclass(frozen=True, slots=True)
class LatestArticle:
    """An article of a list. `sentence` mentions what was asked for, `surfaces` are its (start, end) in the sentence."""

    document_id: int
    title: str
    url: str
    outlet: str
    language: Language
    published: datetime | None
    seen: datetime
    sentence: str = ""
    surfaces: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some articles of a list, newest first, and whether there are more behind them."""

    articles: tuple[LatestArticle, ...]
    more: bool


def latest_articles(session: Session, *, about: Collection[str] | None = None, limit: int = 10, skip: int = 0) -> Page:
    """The newest articles by their publication, else by when they were first seen.

    Args:
        session: a session to read in.
        about: slugs, one of which the article must mention for certain; None for every article.
        limit: the most articles of the page.
        skip: how many come before it.
    """
    newest = newest_revisions()
    when = sa.func.coalesce(Document.published_at, Document.first_seen_at)
    query = (
        select(Document, Revision)
        .join(Revision, col(Revision.document_id) == col(Document.id))
        .join(newest, sa.and_(newest.c.document_id == Revision.document_id, newest.c.number == Revision.number))
        .where(col(Document.copy_of_id).is_(None))
        .order_by(when.desc(), col(Document.id).desc())
    )
    if about is not None:
        mentioned = (
            select(Mention.revision_id)
            .join(Entity, col(Entity.id) == col(Mention.entity_id))
            .where(col(Entity.slug).in_(about), Mention.certain)
        )
        query = query.where(col(Revision.id).in_(mentioned))
    rows = session.exec(query.offset(skip).limit(limit + 1)).all()
    articles = tuple(_article(session, document, revision, about) for document, revision in rows[:limit])
    return Page(articles, len(rows) > limit)


def story_articles(session: Session, story_id: int, *, limit: int = 10) -> tuple[LatestArticle, ...]:
    """The articles that tell a story, near-copies too, the newest first; each as its newest revision is."""
    members = select(StoryDocument.document_id).where(StoryDocument.story_id == story_id)
    newest = (
        select(Revision.document_id, sa.func.max(Revision.number).label("number"))
        .group_by(col(Revision.document_id))
        .subquery()
    )
    rows = session.exec(
        select(Document, Revision)
        .join(Revision, col(Revision.document_id) == col(Document.id))
        .join(newest, sa.and_(newest.c.document_id == Revision.document_id, newest.c.number == Revision.number))
        .where(col(Document.id).in_(members) | col(Document.copy_of_id).in_(members))
        .order_by(col(Document.id).desc())
        .limit(limit)
    )
    return tuple(_article(session, document, revision, None) for document, revision in rows)


def _article(session: Session, document: Document, revision: Revision, about: Collection[str] | None) -> LatestArticle:
    sentence, surfaces = _quoted(session, document, revision, about) if about is not None else ("", ())
    return LatestArticle(
        document.id or 0,
        revision.title,
        document.url,
        document.outlet,
        document.language,
        document.published_at,
        document.first_seen_at,
        sentence,
        surfaces,
    )


def _quoted(
    session: Session, document: Document, revision: Revision, about: Collection[str]
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The first sentence below the headline that mentions it, else the headline; and where the mentions stand in it."""
    spans = session.exec(
        select(Mention.start, Mention.end)
        .join(Entity, col(Entity.id) == col(Mention.entity_id))
        .where(Mention.revision_id == revision.id, col(Entity.slug).in_(about), Mention.certain)
        .order_by(col(Mention.start))
    ).all()
    below = [span for span in spans if span[0] >= len(revision.title)]
    start, end = (below or spans)[0]
    sentence, begin = sentence_around(revision.text, start, end, document.language)
    inside = ((first - begin, last - begin) for first, last in spans)
    return sentence, tuple((first, last) for first, last in inside if first >= 0 and last <= len(sentence))
