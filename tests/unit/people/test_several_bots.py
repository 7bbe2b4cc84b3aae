"""One person writes to several bot accounts of a network: known everywhere, one account in everybody's eyes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from core.chat.events import Event, Left, Read, Said
from core.inbox import Visitor, WhoIs
from core.people.admission import do_ask_for_access, do_settle
from core.people.arrival import do_arrive
from core.people.bootstrap import do_ensure_admins
from core.people.choices import PREFERRED
from core.people.directory import AccountsAt, AccountsOf
from core.people.grants import LastingAdmins
from core.people.importing import do_import
from core.people.linking import AccountLinked, do_link, do_unlink
from core.people.person import Person
from core.people.roles import ADMIN
from core.people.roster import read_roster
from core.settings import do_set, setting_of
from core.unit_of_work import Refused, UnitOfWork
from storage.database import Database

MAIN, SECOND = "telegram", "telegram.2"


def event(kind: type[Event], messenger: str, address: str = "12", **more: Any) -> Event:
    known: dict[str, Any] = {
        "messenger": messenger,
        "id": "1",
        "at": datetime(2026, 11, 25, tzinfo=UTC),
        "account": address,
    }
    return kind(**(known | {"chat": address} | more))


def comes(uow: UnitOfWork, messenger: str, address: str = "12", **more: Any) -> Visitor:
    said = event(Said, messenger, address, text="hello", **more)
    return do_arrive(uow, said, uow.ask(WhoIs(messenger, address)))


def anna(uow: UnitOfWork, messenger: str = MAIN) -> Person:
    """Somebody who is known to one bot."""
    person = Person(last_name="Petrova", first_name="Anna")
    uow.add(person)
    uow.flush()
    account = comes(uow, messenger).account
    assert account is not None
    do_link(uow, account, person)
    uow.emitted()
    return person


def used(uow: UnitOfWork, person: Person) -> list[str]:
    """The bots through which a person is written to, one for each network."""
    return [account.messenger for account in uow.ask(AccountsOf(person.id))]


async def test_who_is_known_to_one_bot_is_known_to_the_other(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        person = anna(uow)
        assert comes(uow, SECOND).person is person
        assert [one.person_id for one in uow.ask(AccountsAt("telegram", "12"))] == [person.id, person.id]
        assert used(uow, person) == [SECOND]
        assert comes(uow, MAIN).person is person
        assert used(uow, person) == [MAIN]
        assert uow.emitted() == [], "it is no new account of hers"

    await store.transact(work)


async def test_another_network_and_another_address_stay_strange(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        anna(uow)
        assert comes(uow, "matrix").person is None
        assert comes(uow, "telegrams.2").person is None
        assert comes(uow, SECOND, "13").person is None

    await store.transact(work)


async def test_who_was_a_stranger_there_before_is_known_now_and_waits_no_more(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        stranger = comes(uow, SECOND).account
        assert stranger is not None
        asked = do_ask_for_access(uow, stranger)
        person = anna(uow)
        assert stranger.person_id == person.id
        do_settle(uow, AccountLinked(uow.ask(AccountsAt("telegram", "12"))[-1].id, person.id))
        assert asked.person_id == person.id

    await store.transact(work)


async def test_a_file_that_names_the_account_makes_it_known_to_every_bot(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        stranger = comes(uow, SECOND).account
        assert stranger is not None
        file = "external_id,last_name,first_name,telegram_id\na,Petrova,Anna,12\nb,Sidorov,Boris,13\n"
        do_import(uow, read_roster(file.encode()), dry_run=False)
        assert stranger.person_id is not None
        assert comes(uow, SECOND, "13").person is not None
        report = do_import(uow, read_roster(file.encode()), dry_run=False)
        assert (report.unchanged, report.faults) == (2, ())
        taken = "external_id,last_name,first_name,telegram_id\nc,Orlov,Gleb,13\n"
        assert len(do_import(uow, read_roster(taken.encode()), dry_run=False).faults) == 1
        other = "external_id,last_name,first_name,telegram_id\nb,Sidorov,Boris,14\n"
        assert len(do_import(uow, read_roster(other.encode()), dry_run=False).faults) == 1

    await store.transact(work)


async def test_reading_or_leaving_is_not_writing(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        person = anna(uow)
        comes(uow, SECOND)
        for later in (event(Read, MAIN, message="1"), event(Left, MAIN, reason="blocked")):
            do_arrive(uow, later, uow.ask(WhoIs(MAIN, "12")))
        assert used(uow, person) == [SECOND]
        strange = event(Left, "telegram.3")
        assert do_arrive(uow, strange, Visitor(None, None)) == Visitor(None, None)

    await store.transact(work)


async def test_in_a_group_the_other_bot_knows_her_too_and_still_writes_to_her_elsewhere(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        person = anna(uow)
        visitor = comes(uow, SECOND, chat="group", private=False)
        assert visitor.person is person
        assert used(uow, person) == [MAIN]
        assert comes(uow, SECOND).account is visitor.account
        assert used(uow, person) == [SECOND]

    await store.transact(work)


async def test_who_has_no_access_has_none_anywhere(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        person = anna(uow)
        person.active = False
        assert comes(uow, SECOND).person is person

    await store.transact(work)


async def test_unlinking_ends_it_in_every_bot(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        person = anna(uow)
        do_set(uow, person, PREFERRED, "telegram")
        second = comes(uow, SECOND).account
        assert second is not None
        with pytest.raises(Refused, match="your only account"):
            do_unlink(uow, person, second, own=True)
        with pytest.raises(Refused, match="another account in this messenger"):
            do_link(uow, comes(uow, SECOND, "13").account or second, person)
        do_unlink(uow, person, second, own=False)
        assert used(uow, person) == []
        assert setting_of(person, PREFERRED) is None
        assert comes(uow, MAIN).person is None

    await store.transact(work)


async def test_an_admin_of_the_settings_is_one_in_whichever_bot(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        stranger = comes(uow, SECOND).account
        assert stranger is not None
        for _ in range(2):
            do_ensure_admins(uow, ["telegram:12", "telegram.2:13"])
        assert uow.ask(LastingAdmins()) >= {stranger.person_id}
        for messenger in (MAIN, SECOND):
            for address in ("12", "13"):
                person = comes(uow, messenger, address).person
                assert person is not None
                assert ADMIN in person.roles
        assert len(uow.ask(LastingAdmins())) == 2

    await store.transact(work)
