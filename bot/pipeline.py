"""One article's journey, from a draft to an event. `process_article` lists the stages in order.

Before it: `bot.polling` finds sources that are due, fetches, and makes drafts. After it, each on its own clock:
events fan out to deliveries (`bot.events`), which are rendered and sent (`bot.delivery`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from bot.articles import Article, ArticleDraft, accept
from bot.errors import BotError
from bot.events import decide_news, is_old, news_to_json, told_in_story
from bot.knowledge import Knowledge
from bot.models import Event, Story, StoryDocument
from bot.stories import (
    Profile,
    StoryProfile,
    choose_story,
    fingerprint,
    nearest_copy,
    profile,
    says_other_numbers,
)
from glossary.candidates import record_names
from glossary.database import Database, DatabaseUnreachableError
from glossary.errors import GlossaryError
from glossary.figures import FigureChange, judge_statements
from glossary.history import take_turns
from glossary.matching import FoundMention
from glossary.models import Document, Entity, Mention, Revision
from glossary.proposing import ProposedName, propose_names
from glossary.statements import StatementDraft, read_statements

# Arbitrary, but no other lock's number: articles are recorded one after another, so that a story, a figure and a
# document are each begun once.
_ARTICLES = 0x41727469

#: How far back near-copies and stories are looked for.
RECENT = timedelta(days=14)


class ArticleStatus(StrEnum):
    """What became of an article."""

    NEW = "new"
    CHANGED = "changed"
    DUPLICATE = "duplicate"
    NEAR_COPY = "near_copy"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ArticleResult:
    """What became of one article; `story` is its id, `mentions` counts the certain and the uncertain ones."""

    source: str
    url: str
    title: str
    status: ArticleStatus
    language: str | None = None
    story: int | None = None
    mentions: int = 0
    changes: tuple[FigureChange, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class _Stored:
    """A document's row and its new revision's, as ids."""

    document_id: int
    revision_id: int


def process_article(
    draft: ArticleDraft, knowledge: Knowledge, database: Database, *, source: str, alert: bool | None, now: datetime
) -> ArticleResult:
    """Take one article through all stages; what is wrong with the article itself is told in the result.

    Args:
        draft: what a source gave.
        knowledge: the glossary and its matcher.
        database: where everything is kept; the article is one transaction.
        source: what the result names as the article's source.
        alert: True makes events whatever the date, False never, None unless the article is old.
        now: the time of processing.

    Raises:
        DatabaseUnreachableError: the database is busy or gone; the article can be processed again later.
    """
    try:
        article = accept(draft)
        seen = _seen(article, database)
        if seen is ArticleStatus.DUPLICATE:
            return ArticleResult(source, article.url, article.title, seen, article.language)
        # The work of models is done before the transaction begins.
        mentions = knowledge.matcher.find(article.text, article.language)
        statements = read_statements(
            article.text,
            article.language,
            mentions,
            knowledge.glossary,
            published=article.published.date() if article.published else None,
            outlet=article.outlet,
        )
        names = propose_names(article.text, article.language, mentions, article.outlet)
        shingles = fingerprint(article.text)
        with database.write() as session:
            database.take_turns(session, _ARTICLES)
            take_turns(session)  # before any row is locked: judging may open a figure, which is history
            return _record(
                session, article, shingles, mentions, statements, names, knowledge, source=source, alert=alert, now=now
            )
    except DatabaseUnreachableError:
        raise
    except (BotError, GlossaryError) as error:
        return ArticleResult(source, draft.url, draft.title, ArticleStatus.FAILED, error=str(error))


def _record(
    session: Session,
    article: Article,
    shingles: bytes,
    mentions: Sequence[FoundMention],
    statements: Sequence[StatementDraft],
    names: Sequence[ProposedName],
    knowledge: Knowledge,
    *,
    source: str,
    alert: bool | None,
    now: datetime,
) -> ArticleResult:
    """The article's transaction: everything below is kept, or nothing."""
    known = session.exec(select(Document).where(Document.url == article.url).with_for_update()).one_or_none()
    if known is not None and _newest(session, known.id).content_hash == article.content_hash:
        return ArticleResult(source, article.url, article.title, ArticleStatus.DUPLICATE, article.language)
    if known is None:
        copied = _copied(session, article, shingles, now)
        if copied is not None:
            _store(session, article, shingles, known, copy_of=copied)
            return ArticleResult(
                source,
                article.url,
                article.title,
                ArticleStatus.NEAR_COPY,
                article.language,
                _story_of(session, copied),
            )
    stored = _store(session, article, shingles, known, copy_of=None)
    story_id = _tell_in_story(session, stored, article, mentions, now)
    _store_mentions(session, stored, mentions)
    record_names(session, stored.document_id, article.language, names, knowledge.glossary, now=now)
    changes = judge_statements(
        session,
        revision_id=stored.revision_id,
        drafts=statements,
        story_documents=_documents_of(session, story_id),
        glossary=knowledge.glossary,
        now=now,
    )
    if alert or (alert is None and not is_old(article.published, now)):
        news = decide_news(
            article,
            mentions,
            changes,
            knowledge.glossary,
            told=told_in_story(session, story_id),
            is_revision=known is not None,
        )
        if news is not None:
            session.add(
                Event(revision_id=stored.revision_id, story_id=story_id, news=news_to_json(news), created_at=now)
            )
    status = ArticleStatus.NEW if known is None else ArticleStatus.CHANGED
    return ArticleResult(
        source, article.url, article.title, status, article.language, story_id, len(mentions), tuple(changes)
    )


def _seen(article: Article, database: Database) -> ArticleStatus | None:
    """DUPLICATE where the URL has this very text already; None where there is work to do."""
    with database.read() as session:
        known = session.exec(select(Document.id).where(Document.url == article.url)).one_or_none()
        if known is not None and _newest(session, known).content_hash == article.content_hash:
            return ArticleStatus.DUPLICATE
    return None


def _newest(session: Session, document_id: int | None) -> Revision:
    return session.exec(
        select(Revision).where(Revision.document_id == document_id).order_by(col(Revision.number).desc()).limit(1)
    ).one()


def _copied(session: Session, article: Article, shingles: bytes, now: datetime) -> int | None:
    """The recent document that this text is a near-copy of: the most alike one, unless the copy has other numbers."""
    recent = session.exec(
        select(Document.id, Revision.fingerprint)
        .join(Revision, col(Revision.document_id) == col(Document.id))
        .where(
            Document.language == article.language,
            Document.first_seen_at >= now - RECENT,
            col(Document.copy_of_id).is_(None),
        )
    )
    document_id = nearest_copy(shingles, ((one or 0, other) for one, other in recent))
    if document_id is None:
        return None
    # An agency's update under another address is nearly the same text, and its new toll is the news.
    return None if says_other_numbers(article.text, _newest(session, document_id).text) else document_id


def _store(
    session: Session, article: Article, shingles: bytes, known: Document | None, *, copy_of: int | None
) -> _Stored:
    """Save the document if it is new, and the text as its next revision."""
    number = 1
    if known is None:
        known = Document(
            url=article.url,
            outlet=article.outlet,
            language=article.language,
            published_at=article.published,
            first_seen_at=article.retrieved,
            copy_of_id=copy_of,
        )
        session.add(known)
        session.flush()
    else:
        number = _newest(session, known.id).number + 1
        known.published_at = known.published_at or article.published
    revision = Revision(
        document_id=known.id or 0,
        number=number,
        title=article.title,
        text=article.text,
        content_hash=article.content_hash,
        fingerprint=shingles,
        retrieved_at=article.retrieved,
    )
    session.add(revision)
    session.flush()
    return _Stored(known.id or 0, revision.id or 0)


def _tell_in_story(
    session: Session, stored: _Stored, article: Article, mentions: Sequence[FoundMention], now: datetime
) -> int:
    """The story that the document tells: its own already, a recent one, or a new one."""
    own = _story_of(session, stored.document_id)
    if own is not None:
        return own
    slugs = [mention.slug for mention in mentions if mention.certain]
    told = profile(article.title, article.text, article.language, slugs, article.published)
    recent = session.exec(
        select(StoryDocument)
        .join(Story, col(Story.id) == col(StoryDocument.story_id))
        .join(Document, col(Document.id) == col(StoryDocument.document_id))
        .where(Story.updated_at >= now - RECENT, Document.first_seen_at >= now - RECENT)
    )
    profiles: dict[int, list[Profile]] = {}
    for place in recent:
        profiles.setdefault(place.story_id, []).append(Profile.from_json(place.profile))
    chosen = choose_story(told, [StoryProfile(story_id, tuple(all_)) for story_id, all_ in profiles.items()])
    story = session.get(Story, chosen) if chosen is not None else None
    if story is None:
        story = Story(title=article.title, started_at=now, updated_at=now)
        session.add(story)
        session.flush()
    story.updated_at = now
    session.add(StoryDocument(document_id=stored.document_id, story_id=story.id or 0, profile=told.to_json()))
    session.flush()
    return story.id or 0


def _story_of(session: Session, document_id: int) -> int | None:
    return session.exec(select(StoryDocument.story_id).where(StoryDocument.document_id == document_id)).one_or_none()


def _documents_of(session: Session, story_id: int) -> frozenset[int]:
    return frozenset(session.exec(select(StoryDocument.document_id).where(StoryDocument.story_id == story_id)).all())


def _store_mentions(session: Session, stored: _Stored, mentions: Sequence[FoundMention]) -> None:
    slugs = {mention.slug for mention in mentions}
    ids = dict(session.exec(select(Entity.slug, Entity.id).where(col(Entity.slug).in_(slugs))).all())
    session.add_all(
        Mention(
            revision_id=stored.revision_id,
            entity_id=entity_id,
            surface=mention.surface,
            form_text=mention.form,
            start=mention.start,
            end=mention.end,
            via=mention.via,
            certain=mention.certain,
        )
        for mention in mentions
        # An entity that was merged away while the article was read is left out.
        if (entity_id := ids.get(mention.slug)) is not None
    )
