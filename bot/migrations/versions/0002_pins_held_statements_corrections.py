"""pins, held statements, corrections

Revision: 0002, after 0001.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


@contextmanager
def _deliveries_kept() -> Iterator[None]:
    """SQLite alters a table by copying and dropping it, and dropping “event” would delete its deliveries with it."""
    if op.get_bind().dialect.name != "sqlite":
        yield
        return
    op.execute("CREATE TABLE delivery_kept AS SELECT * FROM delivery")
    yield
    op.execute("INSERT INTO delivery SELECT * FROM delivery_kept")
    op.execute("DROP TABLE delivery_kept")


def upgrade() -> None:
    """Apply."""
    with _deliveries_kept(), op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=32), server_default="article", nullable=False))
        batch_op.add_column(sa.Column("history_id", sa.Integer(), server_default="0", nullable=False))
        batch_op.drop_constraint(batch_op.f("uq_event_revision_id"), type_="unique")
        batch_op.create_index(batch_op.f("ix_event_history_id"), ["history_id"], unique=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_event_revision_id_kind_history_id"), ["revision_id", "kind", "history_id"]
        )

    with op.batch_alter_table("figure", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pinned", sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("held_figure_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_statement_held_figure_id"), ["held_figure_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_statement_held_figure_id"), "figure", ["held_figure_id"], ["id"])

    op.create_table(
        "told_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("figure_id", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_told_statement_delivery_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_told_statement_statement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told_statement")),
        sa.UniqueConstraint("delivery_id", "statement_id", name=op.f("uq_told_statement_delivery_id_statement_id")),
    )
    with op.batch_alter_table("told_statement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_told_statement_figure_id"), ["figure_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_told_statement_statement_id"), ["statement_id"], unique=False)


def downgrade() -> None:
    """Take back; the events of edits go, with their deliveries, since a revision had one event."""
    with op.batch_alter_table("told_statement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_told_statement_statement_id"))
        batch_op.drop_index(batch_op.f("ix_told_statement_figure_id"))
    op.drop_table("told_statement")

    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_statement_held_figure_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_statement_held_figure_id"))
        batch_op.drop_column("held_figure_id")

    # Without the batch: a copy of “figure” could not be dropped while statements refer to it.
    op.drop_column("figure", "pinned")

    op.execute("DELETE FROM event WHERE kind <> 'article'")
    with _deliveries_kept(), op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_event_revision_id_kind_history_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_event_history_id"))
        batch_op.create_unique_constraint(batch_op.f("uq_event_revision_id"), ["revision_id"])
        batch_op.drop_column("history_id")
        batch_op.drop_column("kind")
