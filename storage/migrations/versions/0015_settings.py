"""What people choose: a row for each choice instead of a column of all people for each kind of choice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015_settings"
down_revision = "0014_switches"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
TEXTS = {"language": "people.language", "timezone": "people.timezone", "preferred": "people.preferred"}
READING, QUIET = "news.shows_reading", "quiet.hours"
MOST = 10_000

people = sa.table(
    "people",
    sa.column("id", ID),
    *(sa.column(name, sa.Text()) for name in TEXTS),
    sa.column("shows_reading", sa.Boolean()),
    sa.column("quiet_from", sa.Time()),
    sa.column("quiet_to", sa.Time()),
    sa.column("settings", JSON),
)
settings = sa.table(
    "person_settings", sa.column("person_id", ID), sa.column("name", sa.Text()), sa.column("value", JSON)
)


def upgrade() -> None:
    op.create_table(
        "person_settings",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_person_settings_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "name", name="pk_person_settings"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_person_settings_name_person_id", "person_settings", ["name", "person_id"])
    op.add_column("people", sa.Column("settings", JSON))
    connection, after = op.get_bind(), 0
    while rows := connection.execute(
        sa.select(people).where(people.c.id > after).order_by(people.c.id).limit(MOST)
    ).all():
        after = rows[-1].id
        chosen = {row.id: dict(_chosen(row)) for row in rows}
        kept = [
            {"person_id": person, "name": name, "value": value}
            for person, choices in chosen.items()
            for name, value in choices.items()
        ]
        if kept:
            connection.execute(sa.insert(settings), kept)
            connection.execute(
                sa.update(people).where(people.c.id == sa.bindparam("person")).values(settings=sa.bindparam("all")),
                [{"person": person, "all": choices} for person, choices in chosen.items() if choices],
            )
    for name in (*TEXTS, "shows_reading", "quiet_from", "quiet_to"):
        op.drop_column("people", name)


def downgrade() -> None:
    for name in TEXTS:
        op.add_column("people", sa.Column(name, sa.Text()))
    op.add_column("people", sa.Column("shows_reading", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("people", sa.Column("quiet_from", sa.Time()))
    op.add_column("people", sa.Column("quiet_to", sa.Time()))
    connection = op.get_bind()
    for row in connection.execute(
        sa.select(people.c.id, people.c.settings).where(people.c.settings.is_not(None))
    ).all():
        values: dict[str, Any] = {name: row.settings.get(key) for name, key in TEXTS.items()}
        values["shows_reading"] = row.settings.get(READING, True)
        if hours := row.settings.get(QUIET):
            values["quiet_from"] = time.fromisoformat(hours["start"]["v"])
            values["quiet_to"] = time.fromisoformat(hours["end"]["v"])
        connection.execute(sa.update(people).where(people.c.id == row.id).values(values))
    op.drop_column("people", "settings")
    op.drop_table("person_settings")


def _chosen(row: Any) -> Iterator[tuple[str, Any]]:
    for name, key in TEXTS.items():
        if row._mapping[name] is not None:
            yield key, row._mapping[name]
    if not row.shows_reading:
        yield READING, False
    if row.quiet_from is not None and row.quiet_to is not None:
        yield QUIET, {"_": "QuietHours", "start": _time(row.quiet_from), "end": _time(row.quiet_to)}


def _time(moment: time) -> dict[str, str]:
    return {"_": "time", "v": moment.isoformat()}
