"""notices of waiting work

Revision: 0005, after 0004.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ONE_SUBJECT = (
    "(CASE WHEN event_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN window_at IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN edits_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN feedback_id IS NULL THEN 0 ELSE 1 END)"
)
_NOTICE = " + (CASE WHEN notice_id IS NULL THEN 0 ELSE 1 END)"


@contextmanager
def _referring_rows_kept() -> Iterator[None]:
    """SQLite alters a table by copying and dropping it, and dropping “delivery” would delete what refers to it: what
    was told with it, and in the copy what is gathered in a digest.
    """
    if op.get_bind().dialect.name != "sqlite":
        yield
        return
    op.execute("CREATE TABLE told_kept AS SELECT * FROM told_statement")
    op.execute("CREATE TABLE digest_kept AS SELECT id, digest_id FROM delivery WHERE digest_id IS NOT NULL")
    op.execute("UPDATE delivery SET digest_id = NULL")
    yield
    op.execute("INSERT INTO told_statement SELECT * FROM told_kept")
    op.execute(
        "UPDATE delivery SET digest_id = (SELECT digest_id FROM digest_kept WHERE digest_kept.id = delivery.id)"
        " WHERE id IN (SELECT id FROM digest_kept)"
    )
    op.execute("DROP TABLE told_kept")
    op.execute("DROP TABLE digest_kept")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "work_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("waiting", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name=op.f("fk_work_notice_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_notice")),
        sa.UniqueConstraint("chat_id", "day", name=op.f("uq_work_notice_chat_id_day")),
    )
    # Without the batch: a copy of “chat” could not be dropped while subscriptions refer to it.
    op.add_column("chat", sa.Column("work_notices", sa.Boolean(), server_default=sa.true(), nullable=False))
    with _referring_rows_kept(), op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_delivery_one_subject"), type_="check")
        batch_op.add_column(sa.Column("notice_id", sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_delivery_notice_id"), ["notice_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_delivery_notice_id"), "work_notice", ["notice_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_check_constraint(batch_op.f("ck_delivery_one_subject"), f"{_ONE_SUBJECT}{_NOTICE} = 1")


def downgrade() -> None:
    """Take back; notices that wait are not sent."""
    op.execute("DELETE FROM delivery WHERE notice_id IS NOT NULL")
    with _referring_rows_kept(), op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_delivery_one_subject"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_delivery_notice_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_delivery_notice_id"), type_="unique")
        batch_op.drop_column("notice_id")
        batch_op.create_check_constraint(batch_op.f("ck_delivery_one_subject"), f"{_ONE_SUBJECT} = 1")
    op.drop_column("chat", "work_notices")
    op.drop_table("work_notice")
