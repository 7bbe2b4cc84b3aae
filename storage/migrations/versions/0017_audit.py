"""Who did what for whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017_audit"
down_revision = "0016_audiences"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    people = ("actor_id", "instead_of_id", "person_id")
    op.create_table(
        "audit",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("what", sa.JSON(none_as_null=True), nullable=False),
        *(sa.Column(name, ID) for name in people),
        sa.Column("origin", sa.Text(), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], ["people.id"], name=f"fk_audit_{name}", ondelete="SET NULL")
            for name in people
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_kind_id", "audit", ["kind", "id"])
    for name in people:
        op.create_index(f"ix_audit_{name}", "audit", [name])


def downgrade() -> None:
    op.drop_table("audit")
