"""News told from another article of its story: the one in a language that its reader asked for.

What happened stays what it was, as do the figures; headline, outlet, link and quoted sentences become those of the
other article.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlmodel import Session, col, select

from bot.models import StoryDocument
from bot.news import MentionNews, News
from glossary.models import Document, Entity, Mention, Revision
from glossary.sentences import sentence_around
from translations.languages import Language


def retold(session: Session, news: News, story_id: int, languages: Collection[Language]) -> News:
    """The news from the story's first article in one of the languages; as it is where that is so, or there is none."""
    if not languages or news.language in languages:
        return news
    found = session.exec(
        select(Document, Revision)
        .join(StoryDocument, col(StoryDocument.document_id) == col(Document.id))
        .join(Revision, col(Revision.document_id) == col(Document.id))
        .where(StoryDocument.story_id == story_id, col(Document.language).in_(languages))
        .order_by(col(Document.id), col(Revision.number).desc())
        .limit(1)
    ).first()
    if found is None:
        return news
    document, revision = found
    surfaces = _surfaces(session, revision)
    return replace(
        news,
        url=document.url,
        title=revision.title,
        outlet=document.outlet,
        language=document.language,
        published_at=document.published_at,
        # What the other article does not name is told by it all the same: it is of the same story.
        mentions=tuple(_quoted(one, surfaces, revision, document.language) for one in news.mentions),
        # Their sentences stand in the article that is not shown.
        figures=tuple(replace(one, sentence="") for one in news.figures),
    )


def _surfaces(session: Session, revision: Revision) -> dict[str, Mention]:
    """The mention of each entity that is to be quoted: the first below the headline, else the first."""
    rows = session.exec(
        select(Entity.slug, Mention)
        .join(Mention, col(Mention.entity_id) == col(Entity.id))
        .where(Mention.revision_id == revision.id, col(Mention.certain))
        .order_by(col(Mention.start))
    ).all()
    found: dict[str, Mention] = {}
    for slug, mention in sorted(rows, key=lambda row: (row[1].start < len(revision.title), row[1].start)):
        found.setdefault(slug, mention)
    return found


def _quoted(news: MentionNews, surfaces: dict[str, Mention], revision: Revision, language: Language) -> MentionNews:
    mention = surfaces.get(news.slug)
    if mention is None:
        return replace(news, surface="", sentence="", start=0, end=0)
    sentence, offset = sentence_around(revision.text, mention.start, mention.end, language)
    return replace(
        news, surface=mention.surface, sentence=sentence, start=mention.start - offset, end=mention.end - offset
    )
