"""complaints about entities

Revision: 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "entity_complaint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity_complaint")),
        sa.UniqueConstraint("entity_id", "user_id", name=op.f("uq_entity_complaint_entity_id_user_id")),
    )
    op.create_index(op.f("ix_entity_complaint_user_id"), "entity_complaint", ["user_id"], unique=False)


def downgrade() -> None:
    """Take back; what readers said is forgotten."""
    op.drop_index(op.f("ix_entity_complaint_user_id"), table_name="entity_complaint")
    op.drop_table("entity_complaint")
