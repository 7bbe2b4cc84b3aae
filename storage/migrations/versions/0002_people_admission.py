"""Requests for access, wrong codes that were tried, and the mark of the people directory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_people_admission"
down_revision = "0001_foundation"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "access_requests",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("message_id", ID),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", ID),
        sa.Column("person_id", ID),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_access_requests_account_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["people.id"], name="fk_access_requests_decided_by", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_access_requests_person_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_access_requests"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_access_requests_account_id", "access_requests", ["account_id"])
    op.create_table(
        "wrong_codes",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_wrong_codes_account_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_wrong_codes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_wrong_codes_account_id_at", "wrong_codes", ["account_id", "at"])
    op.create_table(
        "directory_marks",
        sa.Column("id", sa.Integer(), autoincrement=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_directory_marks"),
    )


def downgrade() -> None:
    for table in ("directory_marks", "wrong_codes", "access_requests"):
        op.drop_table(table)
