"""The tables of what we do: sources, stories, chats and what they follow, roles, events, deliveries, notices."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from glossary.columns import UtcDateTime, vocabulary
from glossary.models import foreign_key
from glossary.words import EntityType
from translations.languages import Language


class SourceKind(StrEnum):
    """How a source is read."""

    FOLDER = "folder"
    PAGE = "page"
    FEED = "feed"


class Channel(StrEnum):
    """Where a chat is."""

    TERMINAL = "terminal"
    TELEGRAM = "telegram"


class DeliveryStatus(StrEnum):
    """How far an alert has come. `SENDING` is set before the request leaves, so that a crash is recognised.

    `WAITING` is for its story to be told by more outlets, or in another language; `GATHERED` is told in a digest.
    """

    WAITING = "waiting"
    GATHERED = "gathered"
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Pace(StrEnum):
    """When a chat is told of what it follows: at once, or in a digest."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"


class EventKind(StrEnum):
    """What happened: an article brought news, or an editor let go what was held, or put right what had been told."""

    ARTICLE = "article"
    RELEASE = "release"
    CORRECTION = "correction"


class Role(StrEnum):
    """What somebody may do beyond reading. An admin gives roles, and may do what an editor may."""

    EDITOR = "editor"
    ADMIN = "admin"


class Source(SQLModel, table=True):
    """Something that is polled. `address` is an absolute path or a URL."""

    id: int | None = Field(default=None, primary_key=True)
    kind: SourceKind = Field(sa_column=vocabulary(SourceKind))
    address: str = Field(unique=True)
    name: str
    etag: str | None = None
    last_modified: str | None = None
    first_polled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    polled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    failures: int = 0
    last_error: str | None = None
    paused: bool = False


class ArticleFailure(SQLModel, table=True):
    """An article that could not be read: what, why, how often; retried until `due_at` is null.

    What its feed told is kept for the retry: `summary` stands for a page that never answers, and `alert` is false for
    an article of a first poll.
    """

    __tablename__ = "article_failure"

    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(unique=True)
    source_id: int | None = Field(default=None, sa_column=foreign_key("source.id", nullable=True, cascade=True))
    title: str = ""
    summary: str = ""
    outlet: str = ""
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    alert: bool | None = None
    error: str
    attempts: int = 0
    failed_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class ArticleAlias(SQLModel, table=True):
    """Another address that leads to a document: what a feed links to, where the page calls itself otherwise."""

    __tablename__ = "article_alias"

    url: str = Field(primary_key=True)
    document_id: int = Field(sa_column=foreign_key("document.id", cascade=True))


class Story(SQLModel, table=True):
    """Documents that tell the same event."""

    id: int | None = Field(default=None, primary_key=True)
    title: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime, index=True)


class StoryDocument(SQLModel, table=True):
    """A document's place in its story, with the profile by which later documents are compared with it."""

    __tablename__ = "story_document"

    document_id: int = Field(
        sa_column=sa.Column(sa.Integer, sa.ForeignKey("document.id", ondelete="CASCADE"), primary_key=True)
    )
    story_id: int = Field(sa_column=foreign_key("story.id", cascade=True))
    profile: dict[str, Any] = Field(sa_type=sa.JSON)


class Chat(SQLModel, table=True):
    """Who is told, and when. `address` is the Telegram chat id; 0 for the terminal.

    `timezone` is an IANA name or an offset (``+05:30``), empty for that of the language. `digest_hour` is the hour of
    daily digests, `quiet_from` and `quiet_to` are minutes of the day, both null for no quiet hours; all in that zone.
    `pace` is that of new subscriptions. `work_notices` is whether an editor is told here of work that waits.
    """

    __table_args__ = (sa.UniqueConstraint("channel", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: Channel = Field(sa_column=vocabulary(Channel))
    address: int = Field(sa_type=sa.BigInteger)
    title: str = ""
    language: Language = Field(sa_column=vocabulary(Language))
    created_at: datetime = Field(sa_type=UtcDateTime)
    blocked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    timezone: str = Field(default="", sa_column=sa.Column(sa.String, nullable=False, server_default=""))
    pace: Pace = Field(default=Pace.AT_ONCE, sa_column=vocabulary(Pace, server_default="at_once"))
    digest_hour: int = Field(default=9, sa_column=sa.Column(sa.Integer, nullable=False, server_default="9"))
    quiet_from: int | None = None
    quiet_to: int | None = None
    work_notices: bool = Field(default=True, sa_column=sa.Column(sa.Boolean, nullable=False, server_default=sa.true()))
    muted_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RoleGrant(SQLModel, table=True):
    """A role as somebody had it on Telegram: given by whom and when, taken by whom and when. Rows are never rewritten.

    `name` is what its holder was called when it was given, so that admins know whose it is; empty where only an id was.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        # A role once at a time.
        sa.Index(
            "uq_role_grant_held",
            "user_id",
            "role",
            unique=True,
            sqlite_where=sa.text("taken_at IS NULL"),
            postgresql_where=sa.text("taken_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(sa_type=sa.BigInteger)
    role: Role = Field(sa_column=vocabulary(Role))
    name: str = ""
    given_by: int = Field(sa_type=sa.BigInteger)
    given_at: datetime = Field(sa_type=UtcDateTime)
    taken_by: int | None = Field(default=None, sa_type=sa.BigInteger)
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Subscription(SQLModel, table=True):
    """A chat (and topic, 0 for none) follows exactly one of: an entity, a figure, a type, the glossary's changes.

    `changes` are those of the glossary's forms of an entity or type. `languages` are those of the articles that are
    told, empty for all; `sources` is how many outlets must have told a story before it is.
    """

    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN entity_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN figure_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN type IS NULL THEN 0 ELSE 1 END) + (CASE WHEN glossary THEN 1 ELSE 0 END) = 1",
            name="one_target",
        ),
        # A null is unequal to itself in a unique constraint, so each target has an index of its own.
        sa.Index("uq_subscription_entity", "chat_id", "topic", "entity_id", unique=True),
        sa.Index("uq_subscription_figure", "chat_id", "topic", "figure_id", unique=True),
        sa.Index("uq_subscription_type", "chat_id", "topic", "type", unique=True),
        sa.Index(
            "uq_subscription_glossary",
            "chat_id",
            "topic",
            unique=True,
            sqlite_where=sa.text("glossary"),
            postgresql_where=sa.text("glossary"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = Field(sa_column=foreign_key("chat.id", cascade=True, index=False))
    topic: int = 0
    entity_id: int | None = Field(default=None, sa_column=foreign_key("entity.id", nullable=True, cascade=True))
    figure_id: int | None = Field(default=None, sa_column=foreign_key("figure.id", nullable=True, cascade=True))
    type: EntityType | None = Field(default=None, sa_column=vocabulary(EntityType, nullable=True))
    glossary: bool = Field(default=False, sa_column=sa.Column(sa.Boolean, nullable=False, server_default=sa.false()))
    mentions: bool = True
    figures: bool = True
    parts: bool = True
    changes: bool = Field(default=False, sa_column=sa.Column(sa.Boolean, nullable=False, server_default=sa.false()))
    pace: Pace = Field(default=Pace.AT_ONCE, sa_column=vocabulary(Pace, server_default="at_once"))
    languages: list[str] = Field(
        default_factory=list, sa_column=sa.Column(sa.JSON, nullable=False, server_default="[]")
    )
    sources: int = Field(default=1, sa_column=sa.Column(sa.Integer, nullable=False, server_default="1"))
    created_at: datetime = Field(sa_type=UtcDateTime)


class Event(SQLModel, table=True):
    """The news of one revision, at most one row, or of one edit of what it says; `news` is the JSON of `bot.news.News`.

    `history_id` is the newest row of the history that an edit's event answers, 0 for an article's own news.
    """

    __table_args__ = (sa.UniqueConstraint("revision_id", "kind", "history_id"),)

    id: int | None = Field(default=None, primary_key=True)
    revision_id: int = Field(sa_column=foreign_key("revision.id", cascade=True, index=False))
    story_id: int = Field(sa_column=foreign_key("story.id", cascade=True))
    kind: EventKind = Field(default=EventKind.ARTICLE, sa_column=vocabulary(EventKind, server_default="article"))
    history_id: int = Field(default=0, sa_column=sa.Column(sa.Integer, nullable=False, server_default="0", index=True))
    news: dict[str, Any] = Field(sa_type=sa.JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
    fanned_out_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class GlossaryEdits(SQLModel, table=True):
    """The changes of forms that editors made within a minute or so, told together; `changes` is the JSON of
    `bot.glossary_news.FormChange`s. `history_id` is the newest row of the history that was looked at.
    """

    __tablename__ = "glossary_edits"

    id: int | None = Field(default=None, primary_key=True)
    history_id: int = Field(unique=True)
    changes: list[dict[str, Any]] = Field(sa_type=sa.JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Feedback(SQLModel, table=True):
    """Somebody says that a message is wrong. `delivery_id` is the message, of the chat `chat_id`."""

    __table_args__ = (sa.UniqueConstraint("delivery_id", "user_id"),)

    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = Field(sa_column=foreign_key("chat.id", cascade=True))
    delivery_id: int
    user_id: int = Field(sa_type=sa.BigInteger, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class EntityComplaint(SQLModel, table=True):
    """Somebody says that a form of an entity is wrong; it waits until an editor edits the entity or settles it.

    `entity_id` refers to nothing: an undo may take the entity away, and ids of entities are never used twice.
    """

    __tablename__ = "entity_complaint"
    __table_args__ = (sa.UniqueConstraint("entity_id", "user_id"),)

    id: int | None = Field(default=None, primary_key=True)
    entity_id: int
    user_id: int = Field(sa_type=sa.BigInteger, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class WorkNotice(SQLModel, table=True):
    """A day of an editor's chat, by its own calendar, on which it was looked what waits for editors; whether they are
    told of it or not, once. `waiting` is the JSON of `bot.editors_work.Waiting`.
    """

    __tablename__ = "work_notice"
    __table_args__ = (sa.UniqueConstraint("chat_id", "day"),)

    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = Field(sa_column=foreign_key("chat.id", cascade=True, index=False))
    day: date
    waiting: dict[str, Any] = Field(sa_type=sa.JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Delivery(SQLModel, table=True):
    """One message to one chat and topic, about exactly one of: an event (the first of its story that it tells), the
    digest of a window of time, changes of the glossary, somebody's feedback, work that waits for an editor.

    `reasons` is the JSON of why this chat is told; `also` are ids of later events of the story that joined the message
    before it left. A digest is due at the end of its window, `window_at`; what has no room in it is in its next `part`.
    It tells the deliveries whose `digest_id` it is.
    """

    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN event_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN window_at IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN edits_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN feedback_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN notice_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_subject",
        ),
        sa.UniqueConstraint("event_id", "chat_id", "topic"),
        sa.UniqueConstraint("chat_id", "topic", "window_at", "part"),
        sa.UniqueConstraint("edits_id", "chat_id", "topic"),
        sa.UniqueConstraint("feedback_id", "chat_id"),
        sa.UniqueConstraint("notice_id"),
        sa.Index(None, "chat_id", "sent_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    event_id: int | None = Field(
        default=None, sa_column=foreign_key("event.id", nullable=True, cascade=True, index=False)
    )
    window_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    part: int = Field(default=0, sa_column=sa.Column(sa.Integer, nullable=False, server_default="0"))
    edits_id: int | None = Field(
        default=None, sa_column=foreign_key("glossary_edits.id", nullable=True, cascade=True, index=False)
    )
    feedback_id: int | None = Field(
        default=None, sa_column=foreign_key("feedback.id", nullable=True, cascade=True, index=False)
    )
    notice_id: int | None = Field(
        default=None, sa_column=foreign_key("work_notice.id", nullable=True, cascade=True, index=False)
    )
    digest_id: int | None = Field(default=None, sa_column=foreign_key("delivery.id", nullable=True, cascade=True))
    chat_id: int = Field(sa_column=foreign_key("chat.id", cascade=True))
    topic: int = 0
    reasons: list[dict[str, Any]] = Field(sa_type=sa.JSON)
    also: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    status: DeliveryStatus = Field(sa_column=vocabulary(DeliveryStatus, index=True))
    attempts: int = 0
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    message_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    error: str | None = None


class ToldStatement(SQLModel, table=True):
    """What one message told of one statement, so that it can be put right; written before the message leaves.

    `told` is the JSON of the figure's news and of how the statement was told to stand (`bot.corrections.note_told`).
    `figure_id` is the figure that it was told of, which may be gone since.
    """

    __tablename__ = "told_statement"
    __table_args__ = (sa.UniqueConstraint("delivery_id", "statement_id"),)

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(sa_column=foreign_key("delivery.id", cascade=True, index=False))
    statement_id: int = Field(sa_column=foreign_key("statement.id", cascade=True))
    figure_id: int = Field(index=True)
    told: dict[str, Any] = Field(sa_type=sa.JSON)
