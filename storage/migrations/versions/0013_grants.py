"""Roles as grants instead of bits, and departments in a tree."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0013_grants"
down_revision = "0012_acknowledgements"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("ended_at IS NULL")
COUNTING = {"sqlite_autoincrement": True}
BITS = {2: "manager", 4: "hr", 8: "admin"}


def upgrade() -> None:
    _grow_departments()
    _make_tables()
    op.add_column("people", sa.Column("held", sa.Text(), server_default="", nullable=False))
    _give()
    op.drop_column("people", "roles")
    op.execute("ALTER TABLE people RENAME COLUMN held TO roles")
    for bit, name in {1: "employee", **BITS}.items():
        _rewrite("role", bit, f"role:{name}", 0)


def downgrade() -> None:
    for bit, name in {1: "employee", **BITS}.items():
        _rewrite(f"role:{name}", 0, "role", bit)
    op.execute("DELETE FROM news_audiences WHERE part NOT IN ('all', 'department', 'role', 'person')")
    op.execute("ALTER TABLE people RENAME COLUMN roles TO held")
    op.add_column("people", sa.Column("roles", sa.Integer(), server_default="1", nullable=False))
    for bit, name in BITS.items():
        op.execute(
            f"UPDATE people SET roles = roles + {bit} WHERE id IN (SELECT person_id FROM grants"  # noqa: S608
            f" WHERE role = '{name}' AND scope_kind = 'company' AND ended_at IS NULL)"
        )
    with op.batch_alter_table("people", table_kwargs=COUNTING) as people:
        people.alter_column("roles", server_default=None)
    op.drop_column("people", "held")
    op.drop_table("role_holders")
    op.drop_table("grants")
    with op.batch_alter_table("departments", table_kwargs=COUNTING) as departments:
        departments.drop_constraint("fk_departments_parent_id", type_="foreignkey")
        departments.drop_constraint("uq_departments_external_id", type_="unique")
        departments.drop_index("ix_departments_parent_id")
        for name in ("parent_id", "above", "external_id"):
            departments.drop_column(name)


def _grow_departments() -> None:
    with op.batch_alter_table("departments", table_kwargs=COUNTING) as departments:
        departments.add_column(sa.Column("parent_id", ID))
        departments.add_column(sa.Column("above", sa.Text(), server_default="", nullable=False))
        departments.add_column(sa.Column("external_id", sa.Text()))
        departments.create_foreign_key(
            "fk_departments_parent_id", "departments", ["parent_id"], ["id"], ondelete="SET NULL"
        )
        departments.create_unique_constraint("uq_departments_external_id", ["external_id"])
        departments.create_index("ix_departments_parent_id", ["parent_id"])


def _make_tables() -> None:
    op.create_table(
        "grants",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scope_kind", sa.Text(), nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("given_by", ID),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_by", ID),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_grants_person_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["given_by"], ["people.id"], name="fk_grants_given_by", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["ended_by"], ["people.id"], name="fk_grants_ended_by", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_grants_person_id", "grants", ["person_id"])
    op.create_index("ix_grants_open", "grants", ["role", "person_id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "role_holders",
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_role_holders_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("role", "person_id", name="pk_role_holders"),
    )
    op.create_index("ix_role_holders_person_id", "role_holders", ["person_id"])


def _give() -> None:
    """Makes a grant of each bit, and writes down what everybody may do with what follows from the company's tree."""
    connection = op.get_bind()
    now = datetime.now(UTC)
    given_at = now.replace(tzinfo=None) if connection.dialect.name == "sqlite" else now
    held: defaultdict[int, set[str]] = defaultdict(set)
    given = []
    for person_id, roles in connection.execute(sa.text("SELECT id, roles FROM people WHERE roles > 1")).all():
        for name in (name for bit, name in BITS.items() if roles & bit):
            held[person_id].add(name)
            given.append({"person_id": person_id, "role": name, "given_at": given_at})
    for department_id, person_id in connection.execute(
        sa.text("SELECT id, manager_id FROM departments WHERE manager_id IS NOT NULL")
    ).all():
        held[person_id].add(f"manager@department:{department_id}")
    for (person_id,) in connection.execute(
        sa.text("SELECT DISTINCT manager_id FROM people WHERE active AND manager_id IS NOT NULL")
    ).all():
        held[person_id].add(f"manager@team:{person_id}")
    if given:
        grants = sa.table(
            "grants",
            *(sa.column(name) for name in ("person_id", "role", "scope_kind", "scope_id", "source")),
            sa.column("given_at", MOMENT),
        )
        common = {"scope_kind": "company", "scope_id": 0, "source": "before"}
        connection.execute(sa.insert(grants), [{**common, **row} for row in given])
    if held:
        texts = [{"id": person_id, "held": " ".join(sorted(all_of))} for person_id, all_of in held.items()]
        connection.execute(sa.text("UPDATE people SET held = :held WHERE id = :id"), texts)
        names = sorted({(one.partition("@")[0], person_id) for person_id, all_of in held.items() for one in all_of})
        rows = [{"role": role, "person_id": person_id} for role, person_id in names]
        connection.execute(sa.text("INSERT INTO role_holders (role, person_id) VALUES (:role, :person_id)"), rows)


def _rewrite(part: str, value: int, new_part: str, new_value: int) -> None:
    op.execute(
        sa.text(
            "UPDATE news_audiences SET part = :new_part, value = :new_value WHERE part = :part AND value = :value"
        ).bindparams(part=part, value=value, new_part=new_part, new_value=new_value)
    )
