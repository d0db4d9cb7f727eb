"""The tables of what we know: entities with their forms and relations, documents as evidence, figures, history.

Rows stay inside their session; what passes between stages are the values of `glossary.entries` and of each stage's
module. Times are aware and in UTC. Offsets are Python string indices into the revision's text.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from glossary.columns import UtcDateTime, vocabulary
from glossary.words import (
    Bound,
    EntityType,
    FormKind,
    FormStatus,
    Measure,
    Provenance,
    RelationKind,
    ScopeKind,
    SpellingKind,
    StatementRelation,
    Via,
)
from translations.languages import Language

# Names of constraints are fixed, so that migrations can name what they drop on every database.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def foreign_key(target: str, *, nullable: bool = False, index: bool = True, cascade: bool = False) -> sa.Column[Any]:
    """An indexed reference to another table's id; `cascade` where the row has no meaning without its owner."""
    return sa.Column(
        sa.Integer,
        sa.ForeignKey(target, ondelete="CASCADE" if cascade else None),
        nullable=nullable,
        index=index,
    )


# SQLite gives the id of a deleted last row to the next one unless told not to. The history names rows by id and brings
# deleted ones back under theirs, so that ids of its tables are never used twice.
NEVER_REUSE_IDS = {"sqlite_autoincrement": True}


class Entity(SQLModel, table=True):
    """One thing in the world. `name` is the canonical English name; `context` are words that support its weak forms."""

    __table_args__ = NEVER_REUSE_IDS

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=120, unique=True)
    type: EntityType = Field(sa_column=vocabulary(EntityType, index=True))
    name: str
    wikidata: str | None = None
    note: str | None = None
    context: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    curated: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)


class Form(SQLModel, table=True):
    """How an entity is written in one language."""

    __table_args__ = (
        sa.UniqueConstraint("entity_id", "language", "kind", "text"),
        # One preferred form an entity and language.
        sa.Index(
            "uq_form_preferred",
            "entity_id",
            "language",
            unique=True,
            sqlite_where=sa.text("preferred"),
            postgresql_where=sa.text("preferred"),
        ),
        NEVER_REUSE_IDS,
    )

    id: int | None = Field(default=None, primary_key=True)
    entity_id: int = Field(sa_column=foreign_key("entity.id", cascade=True))
    language: Language = Field(sa_column=vocabulary(Language))
    text: str
    kind: FormKind = Field(sa_column=vocabulary(FormKind))
    preferred: bool = False
    weak: bool = False
    provenance: Provenance = Field(sa_column=vocabulary(Provenance))
    status: FormStatus = Field(sa_column=vocabulary(FormStatus, index=True))
    model: str | None = None
    confidence: float | None = None
    problems: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)


class EntityRelation(SQLModel, table=True):
    """``entity KIND target``."""

    __tablename__ = "entity_relation"
    __table_args__ = (sa.UniqueConstraint("entity_id", "kind", "target_id"), NEVER_REUSE_IDS)

    id: int | None = Field(default=None, primary_key=True)
    entity_id: int = Field(sa_column=foreign_key("entity.id", cascade=True, index=False))
    kind: RelationKind = Field(sa_column=vocabulary(RelationKind))
    target_id: int = Field(sa_column=foreign_key("entity.id", cascade=True))


class FormAttempt(SQLModel, table=True):
    """A form that a machine was asked for, whatever it answered: not asked again of the same `version`."""

    __tablename__ = "form_attempt"
    __table_args__ = (sa.UniqueConstraint("entity_id", "language"),)

    id: int | None = Field(default=None, primary_key=True)
    entity_id: int = Field(sa_column=foreign_key("entity.id", cascade=True, index=False))
    language: Language = Field(sa_column=vocabulary(Language))
    version: str
    tried_at: datetime = Field(sa_type=UtcDateTime)


class Document(SQLModel, table=True):
    """One article, identified by its canonical URL. A near-copy points at the document it copies."""

    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(unique=True)
    outlet: str
    language: Language = Field(sa_column=vocabulary(Language))
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    first_seen_at: datetime = Field(sa_type=UtcDateTime, index=True)
    copy_of_id: int | None = Field(default=None, sa_column=foreign_key("document.id", nullable=True))


class Revision(SQLModel, table=True):
    """One text that a document has had; the highest number is the current one. Kept as evidence, never changed.

    `fingerprint` is the packed MinHash by which near-copies are recognised.
    """

    __table_args__ = (sa.UniqueConstraint("document_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    document_id: int = Field(sa_column=foreign_key("document.id", cascade=True, index=False))
    number: int
    title: str
    text: str
    content_hash: str = Field(max_length=64, index=True)
    fingerprint: bytes
    retrieved_at: datetime = Field(sa_type=UtcDateTime)


class Mention(SQLModel, table=True):
    """An entity found in a revision's text. `form_text` is the glossary's form that matched."""

    id: int | None = Field(default=None, primary_key=True)
    revision_id: int = Field(sa_column=foreign_key("revision.id", cascade=True))
    entity_id: int = Field(sa_column=foreign_key("entity.id", cascade=True))
    surface: str
    form_text: str
    start: int
    end: int
    via: Via = Field(sa_column=vocabulary(Via))
    certain: bool = True


class Figure(SQLModel, table=True):
    """A known figure: statements of one measure about one subject within one scope. Judging locks this row.

    Its current value is not stored: it follows from its statements (`glossary.figures`), unless an editor has pinned
    one: `pinned` is the JSON of `glossary.figures.Pin`.
    """

    __table_args__ = NEVER_REUSE_IDS

    id: int | None = Field(default=None, primary_key=True)
    label: str
    measure: Measure = Field(sa_column=vocabulary(Measure))
    subject_id: int = Field(sa_column=foreign_key("entity.id"))
    place_id: int | None = Field(default=None, sa_column=foreign_key("entity.id", nullable=True))
    scope: ScopeKind = Field(sa_column=vocabulary(ScopeKind))
    period_from: date | None = None
    period_to: date | None = None
    unit: str
    retired: bool = False
    pinned: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
    opened_at: datetime = Field(sa_type=UtcDateTime)
    judged_at: datetime = Field(sa_type=UtcDateTime)


class Statement(SQLModel, table=True):
    """One quantity as one revision of a document states it.

    `figure_id` is null where the subject or scope stayed unresolved, and where the number is held for an editor: then
    `held_figure_id` is the figure that it would be of. `claimant_id` is null where the claimant is no
    entity of the glossary; `claimant_name` then says who it was (the outlet, if the text names nobody).
    """

    id: int | None = Field(default=None, primary_key=True)
    revision_id: int = Field(sa_column=foreign_key("revision.id", cascade=True))
    figure_id: int | None = Field(default=None, sa_column=foreign_key("figure.id", nullable=True))
    held_figure_id: int | None = Field(default=None, sa_column=foreign_key("figure.id", nullable=True))
    measure: Measure = Field(sa_column=vocabulary(Measure))
    subject_id: int | None = Field(default=None, sa_column=foreign_key("entity.id", nullable=True, index=False))
    place_id: int | None = Field(default=None, sa_column=foreign_key("entity.id", nullable=True, index=False))
    scope: ScopeKind | None = Field(default=None, sa_column=vocabulary(ScopeKind, nullable=True))
    period_from: date | None = None
    period_to: date | None = None
    claimant_id: int | None = Field(default=None, sa_column=foreign_key("entity.id", nullable=True, index=False))
    claimant_name: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    bound: Bound = Field(sa_column=vocabulary(Bound))
    unit: str
    said: str
    said_unit: str | None = None
    as_of: date | None = None
    superseded: bool = False
    part: bool = False
    withdrawn: bool = False
    relation: StatementRelation = Field(sa_column=vocabulary(StatementRelation))
    surface: str
    start: int
    end: int
    sentence: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Candidate(SQLModel, table=True):
    """A name that articles have and the glossary lacks, in one language; `glossary.candidates` keeps them.

    `name`, `type` and `articles` follow from its sightings, and stand here to be sorted by. One that the glossary has
    come to know stays, unseen, for as long as it does. `ignored` is an editor's decision.
    """

    __table_args__ = (sa.Index(None, "ignored", "articles"), NEVER_REUSE_IDS)

    id: int | None = Field(default=None, primary_key=True)
    language: Language = Field(sa_column=vocabulary(Language))
    name: str
    type: EntityType = Field(sa_column=vocabulary(EntityType))
    articles: int
    ignored: bool = False
    first_seen_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime, index=True)


class CandidateSpelling(SQLModel, table=True):
    """One way in which a candidate was written. Spellings that may be of one name share a `key`, empty for a part."""

    __tablename__ = "candidate_spelling"
    __table_args__ = (sa.UniqueConstraint("candidate_id", "text"),)

    id: int | None = Field(default=None, primary_key=True)
    candidate_id: int = Field(sa_column=foreign_key("candidate.id", cascade=True, index=False))
    text: str
    kind: SpellingKind = Field(sa_column=vocabulary(SpellingKind))
    key: str = Field(index=True)


class CandidateSighting(SQLModel, table=True):
    """An article that has a candidate, once however often and in however many revisions; `text` as written most."""

    __tablename__ = "candidate_sighting"
    __table_args__ = (sa.UniqueConstraint("candidate_id", "document_id"),)

    id: int | None = Field(default=None, primary_key=True)
    candidate_id: int = Field(sa_column=foreign_key("candidate.id", cascade=True, index=False))
    document_id: int = Field(sa_column=foreign_key("document.id", cascade=True))
    text: str
    type: EntityType = Field(sa_column=vocabulary(EntityType))
    sentence: str
    seen_at: datetime = Field(sa_type=UtcDateTime)


class History(SQLModel, table=True):
    """One changed row: who, when, before, after. Rows of one act share `change`; the newest id is the revision.

    `before` is null for an insert, `after` for a delete. An undo is a change of its own that names what it undoes.
    """

    __table_args__ = (sa.Index(None, "table", "row_id"),)

    id: int | None = Field(default=None, primary_key=True)
    change: str = Field(max_length=32, index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    summary: str
    table: str = Field(max_length=40)
    row_id: int
    before: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
    after: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
    undoes: str | None = Field(default=None, max_length=32, index=True)
