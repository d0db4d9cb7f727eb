"""Which text of a document counts: the newest revision; older ones are kept as evidence."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import col

from glossary.models import Revision


def newest_revisions(before: Revision | None = None) -> sa.Subquery:
    """Each document's newest revision, as `document_id` and `number`, to join with.

    `before` is left out, so that its document counts by the text that it had.
    """
    query = sa.select(col(Revision.document_id), sa.func.max(Revision.number).label("number"))
    if before is not None:
        query = query.where(col(Revision.id) != before.id)
    return query.group_by(col(Revision.document_id)).subquery()
