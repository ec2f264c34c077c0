"""Responses that are made in the background: until when somebody works on one, and what its stream told."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    op.add_column("responses", sa.Column("alive_until", sa.Double))
    op.create_table(
        "response_events",
        sa.Column("response_id", sa.String, sa.ForeignKey("responses.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("event", sa.String, nullable=False),
    )
