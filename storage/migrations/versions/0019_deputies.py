"""Who stands in for whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019_deputies"
down_revision = "0018_muted"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("ended_at IS NULL")
PEOPLE = {"person_id": "CASCADE", "deputy_id": "CASCADE", "made_by": "SET NULL", "ended_by": "SET NULL"}


def upgrade() -> None:
    op.create_table(
        "deputies",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("deputy_id", ID, nullable=False),
        sa.Column("scope_kind", sa.Text(), nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("made_by", ID),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_by", ID),
        *(
            sa.ForeignKeyConstraint([name], ["people.id"], name=f"fk_deputies_{name}", ondelete=gone)
            for name, gone in PEOPLE.items()
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deputies"),
        sqlite_autoincrement=True,
    )
    for name in ("person", "deputy"):
        op.create_index(f"ix_deputies_{name}", "deputies", [f"{name}_id"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_table("deputies")
    # Whoever stood in keeps nothing of it: earlier releases would take it for their own.
    connection = op.get_bind()
    standing = connection.execute(sa.text("SELECT id, roles FROM people WHERE roles LIKE '%<%'")).all()
    for id, roles in standing:
        own = " ".join(one for one in roles.split() if "<" not in one)
        connection.execute(sa.text("UPDATE people SET roles = :own WHERE id = :id"), {"own": own, "id": id})
