"""What processes take turns at, and items that belong to nothing, which are looked for."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    chores = op.create_table(
        "chores",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("due_at", sa.Double, nullable=False),
    )
    op.bulk_insert(chores, [{"name": "sweep", "due_at": 0.0}])
    are_orphans = sa.text("conversation_id IS NULL AND response_id IS NULL")
    op.create_index("orphaned_items", "items", ["number"], sqlite_where=are_orphans, postgresql_where=are_orphans)
