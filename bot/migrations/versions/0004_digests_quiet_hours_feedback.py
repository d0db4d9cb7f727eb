"""digests, quiet hours, feedback

Revision: 0004, after 0003.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ONE_TARGET = (
    "(CASE WHEN entity_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN figure_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN type IS NULL THEN 0 ELSE 1 END)"
)
_ONE_SUBJECT = (
    "(CASE WHEN event_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN window_at IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN edits_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN feedback_id IS NULL THEN 0 ELSE 1 END) = 1"
)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


@contextmanager
def _told_kept() -> Iterator[None]:
    """SQLite alters a table by copying and dropping it, and dropping “delivery” would delete what it told with it."""
    if not _is_sqlite():
        yield
        return
    op.execute("CREATE TABLE told_kept AS SELECT * FROM told_statement")
    yield
    op.execute("INSERT INTO told_statement SELECT * FROM told_kept")
    op.execute("DROP TABLE told_kept")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "glossary_edits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("history_id", sa.Integer(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glossary_edits")),
        sa.UniqueConstraint("history_id", name=op.f("uq_glossary_edits_history_id")),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name=op.f("fk_feedback_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("delivery_id", "user_id", name=op.f("uq_feedback_delivery_id_user_id")),
    )
    op.create_index(op.f("ix_feedback_chat_id"), "feedback", ["chat_id"], unique=False)
    op.create_index(op.f("ix_feedback_user_id"), "feedback", ["user_id"], unique=False)

    # Without the batch: a copy of “chat” could not be dropped while subscriptions refer to it.
    op.add_column("chat", sa.Column("timezone", sa.String(), server_default="", nullable=False))
    op.add_column("chat", sa.Column("pace", sa.String(length=32), server_default="at_once", nullable=False))
    op.add_column("chat", sa.Column("digest_hour", sa.Integer(), server_default="9", nullable=False))
    op.add_column("chat", sa.Column("quiet_from", sa.Integer(), nullable=True))
    op.add_column("chat", sa.Column("quiet_to", sa.Integer(), nullable=True))
    op.add_column("chat", sa.Column("muted_until", sa.DateTime(timezone=True), nullable=True))

    with _told_kept(), op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.alter_column("event_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.add_column(sa.Column("window_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("part", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("edits_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("feedback_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("digest_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_delivery_digest_id"), ["digest_id"], unique=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_delivery_chat_id_topic_window_at_part"), ["chat_id", "topic", "window_at", "part"]
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_delivery_edits_id_chat_id_topic"), ["edits_id", "chat_id", "topic"]
        )
        batch_op.create_unique_constraint(batch_op.f("uq_delivery_feedback_id_chat_id"), ["feedback_id", "chat_id"])
        for column, table in (("feedback_id", "feedback"), ("edits_id", "glossary_edits"), ("digest_id", "delivery")):
            batch_op.create_foreign_key(
                batch_op.f(f"fk_delivery_{column}"), table, [column], ["id"], ondelete="CASCADE"
            )
        batch_op.create_check_constraint(batch_op.f("ck_delivery_one_subject"), _ONE_SUBJECT)

    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_subscription_one_target"), type_="check")
        batch_op.add_column(sa.Column("glossary", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("changes", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("pace", sa.String(length=32), server_default="at_once", nullable=False))
        batch_op.add_column(sa.Column("languages", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("sources", sa.Integer(), server_default="1", nullable=False))
        batch_op.create_check_constraint(
            batch_op.f("ck_subscription_one_target"), f"{_ONE_TARGET} + (CASE WHEN glossary THEN 1 ELSE 0 END) = 1"
        )
    op.create_index(
        "uq_subscription_glossary",
        "subscription",
        ["chat_id", "topic"],
        unique=True,
        sqlite_where=sa.text("glossary"),
        postgresql_where=sa.text("glossary"),
    )


def downgrade() -> None:
    """Take back; who followed the glossary itself follows it no more, and digests that wait are not sent."""
    op.execute("DELETE FROM subscription WHERE glossary")
    op.drop_index("uq_subscription_glossary", table_name="subscription")
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_subscription_one_target"), type_="check")
        for column in ("sources", "languages", "pace", "changes", "glossary"):
            batch_op.drop_column(column)
        batch_op.create_check_constraint(batch_op.f("ck_subscription_one_target"), f"{_ONE_TARGET} = 1")

    op.execute("UPDATE delivery SET digest_id = NULL")
    op.execute("DELETE FROM delivery WHERE event_id IS NULL")
    op.execute("UPDATE delivery SET status = 'cancelled' WHERE status IN ('waiting', 'gathered')")
    with _told_kept(), op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_delivery_one_subject"), type_="check")
        for column in ("digest_id", "edits_id", "feedback_id"):
            batch_op.drop_constraint(batch_op.f(f"fk_delivery_{column}"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_delivery_feedback_id_chat_id"), type_="unique")
        batch_op.drop_constraint(batch_op.f("uq_delivery_edits_id_chat_id_topic"), type_="unique")
        batch_op.drop_constraint(batch_op.f("uq_delivery_chat_id_topic_window_at_part"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_delivery_digest_id"))
        batch_op.alter_column("event_id", existing_type=sa.INTEGER(), nullable=False)
        for column in ("digest_id", "feedback_id", "edits_id", "part", "window_at"):
            batch_op.drop_column(column)

    # Without the batch, as above; SQLite drops a column that nothing refers to.
    for column in ("muted_until", "quiet_to", "quiet_from", "digest_hour", "pace", "timezone"):
        op.drop_column("chat", column)
    op.drop_index(op.f("ix_feedback_user_id"), table_name="feedback")
    op.drop_index(op.f("ix_feedback_chat_id"), table_name="feedback")
    op.drop_table("feedback")
    op.drop_table("glossary_edits")
