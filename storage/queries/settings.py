"""Writes down what people choose: a row for each choice, and once more beside the person."""

from __future__ import annotations

from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm.attributes import set_committed_value

from core.people.person import Person
from core.settings import KeepSetting
from storage.dispatch import carries_out
from storage.tables.people import people
from storage.tables.settings import person_settings
from storage.unit_of_work import SqlUnitOfWork


@carries_out(KeepSetting)
def keep_setting(uow: SqlUnitOfWork, change: KeepSetting) -> None:
    """The person's row is locked first, so that of two choices at once neither is lost beside the person."""
    this = people.c.id == change.person_id
    uow.connection.execute(select(people.c.id).where(this).with_for_update())
    mine = person_settings.c.person_id == change.person_id
    if change.value is None:
        uow.connection.execute(delete(person_settings).where(and_(mine, person_settings.c.name == change.name)))
    else:
        insert = uow.insert(person_settings).values(person_id=change.person_id, name=change.name, value=change.value)
        kept = insert.on_conflict_do_update(index_elements=["person_id", "name"], set_={"value": insert.excluded.value})
        uow.connection.execute(kept)
    found = uow.connection.execute(select(*person_settings.c["name", "value"]).where(mine))
    settings = {row.name: row.value for row in found} or None
    uow.connection.execute(update(people).where(this).values(settings=settings))
    person = uow.session.get(Person, change.person_id)
    if person is not None:
        set_committed_value(person, "settings", settings)
