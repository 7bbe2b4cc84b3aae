"""Codes, phone numbers and requests: how an account becomes a person's, and how it must not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.access import Role
from core.chat.events import Event, Joined, Left, Moved, Said
from core.chat.phrases import Phrase
from core.inbox import Visitor, WhoIs
from core.people.admission import AccessRequest, do_accept, do_ask_for_access, do_decline, do_settle
from core.people.arrival import do_arrive
from core.people.bootstrap import do_ensure_admins
from core.people.choices import PREFERRED
from core.people.directory import AccountsOf
from core.people.grants import GrantsOf, LastingAdmins, RolesChanged, do_grant, do_revoke
from core.people.linking import (
    AccountLinked,
    do_identify,
    do_issue_code,
    do_link,
    do_redeem_code,
    do_unlink,
    like_a_code,
)
from core.people.person import Account, Code, Person
from core.people.roles import ADMIN
from core.people.staffing import do_set_active
from core.settings import do_set, setting_of
from core.unit_of_work import Refused, UnitOfWork
from storage.database import Database
from tests.support.clock import MovableClock
from tests.support.grants import endow


def person(uow: UnitOfWork, name: str, *roles: Role, **values: str) -> Person:
    made = Person(last_name="Test", first_name=name, phone=values.get("phone"))
    uow.add(made)
    endow(uow, made, *roles)
    uow.flush()
    return made


def account(uow: UnitOfWork, address: str, messenger: str = "telegram") -> Account:
    made = Account(messenger=messenger, address=address, chat=address, name=address.title())
    uow.add(made)
    uow.flush()
    return made


async def test_a_code_works_once(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        anna, code = person(uow, "Anna"), ""
        code = do_issue_code(uow, anna)
        assert do_redeem_code(uow, account(uow, "one"), f" {code.lower()} ") is anna
        assert isinstance(do_redeem_code(uow, account(uow, "two", "matrix"), code), Phrase)
        assert [one.address for one in uow.ask(AccountsOf(anna.id))] == ["one"]
        assert uow.emitted() == [AccountLinked(uow.ask(AccountsOf(anna.id))[0].id, anna.id)]

    await store.transact(work)


async def test_a_code_ends_after_a_quarter_of_an_hour(store: Database, clock: MovableClock) -> None:
    code = await store.transact(lambda uow: do_issue_code(uow, person(uow, "Anna")))
    clock.move(timedelta(minutes=15))
    assert isinstance(await store.transact(lambda uow: do_redeem_code(uow, account(uow, "one"), code)), Phrase)


async def test_only_a_hash_is_kept_and_codes_differ(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        anna = person(uow, "Anna")
        codes = {do_issue_code(uow, anna) for _ in range(50)}
        assert len(codes) == 50
        assert all(like_a_code(code) and len(code) == 9 for code in codes)
        assert not {letter for code in codes for letter in code} & set("01OILU")
        uow.flush()
        kept = [uow.get(Code, number) for number in range(1, 51)]
        assert all(one is not None and len(one.digest) == 64 for one in kept)

    await store.transact(work)


async def test_guessing_is_stopped_for_a_while(store: Database, clock: MovableClock) -> None:
    def prepare(uow: UnitOfWork) -> tuple[int, str]:
        return account(uow, "one").id, do_issue_code(uow, person(uow, "Anna"))

    id, code = await store.transact(prepare)

    async def tries(text: str) -> object:
        def work(uow: UnitOfWork) -> object:
            found = uow.get(Account, id)
            assert found is not None
            result = do_redeem_code(uow, found, text)
            return result.text if isinstance(result, Phrase) else result

        return await store.transact(work)

    for _ in range(5):
        assert "wrong, used or too old" in str(await tries("AAAA-AAAA"))
    assert "Too many wrong codes" in str(await tries(code))
    clock.move(timedelta(minutes=16))
    fresh = await store.transact(lambda uow: do_issue_code(uow, person(uow, "Boris")))
    assert isinstance(await tries(fresh), Person)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("K7QX-3MZD", True),
        ("k7qx3mzd", True),
        ("K7QX 3MZD", True),
        ("greeting", False),
        ("hi there", False),
        ("1", False),
    ],
)
def test_a_text_that_looks_like_a_code(text: str, meant: bool) -> None:
    assert like_a_code(text) is meant


async def test_nobody_gets_two_accounts_in_one_messenger(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        anna = person(uow, "Anna")
        first = account(uow, "one")
        do_link(uow, first, anna)
        with pytest.raises(Refused, match="another account in this messenger"):
            do_link(uow, account(uow, "two"), anna)
        with pytest.raises(Refused, match="linked to a colleague already"):
            do_link(uow, first, person(uow, "Boris"))
        do_link(uow, account(uow, "three", "matrix"), anna)
        do_set(uow, anna, PREFERRED, "telegram")
        do_unlink(uow, anna, first, own=True)
        assert setting_of(anna, PREFERRED) is None
        with pytest.raises(Refused, match="your only account"):
            do_unlink(uow, anna, uow.ask(AccountsOf(anna.id))[0], own=True)

    await store.transact(work)


async def test_the_own_number_of_exactly_one_colleague_identifies(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        anna = person(uow, "Anna", phone="+79990000101")
        for name in ("Boris", "Boris II"):
            person(uow, name, phone="+79990000102")
        gone = person(uow, "Gone", phone="+79990000103")
        gone.active = False
        one = account(uow, "one")
        assert isinstance(do_identify(uow, one, "+79990000101", own=False), Phrase)
        for number in ("+79990000102", "+79990000103", "+79990000104", "nonsense"):
            assert isinstance(do_identify(uow, one, number, own=True), Phrase)
        assert one.person_id is None
        assert do_identify(uow, one, "+7 999 000-01-01", own=True) is anna
        with pytest.raises(Refused, match="another account"):
            do_identify(uow, account(uow, "two"), "+79990000101", own=True)

    await store.transact(work)


async def test_a_request_is_decided_once(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        olga, vera = person(uow, "Olga", ADMIN), person(uow, "Vera", ADMIN)
        one = account(uow, "one")
        asked = do_ask_for_access(uow, one)
        with pytest.raises(Refused, match="with the admins already"):
            do_ask_for_access(uow, one)
        with pytest.raises(Refused, match="no such request"):
            do_accept(uow, person(uow, "Anna"), asked.id, olga)
        anna = person(uow, "New")
        do_accept(uow, olga, asked.id, anna)
        for event in uow.emitted():
            if isinstance(event, AccountLinked):
                do_settle(uow, event)
        with pytest.raises(Refused, match="already accepted"):
            do_decline(uow, vera, asked.id)
        assert (asked.decided_by, asked.person_id, one.person_id) == (olga.id, anna.id, anna.id)

    await store.transact(work)


async def test_who_was_declined_can_ask_again_after_a_day(store: Database, clock: MovableClock) -> None:
    def refuse(uow: UnitOfWork) -> int:
        one = account(uow, "one")
        do_decline(uow, person(uow, "Olga", ADMIN), do_ask_for_access(uow, one).id)
        return one.id

    id = await store.transact(refuse)

    def again(uow: UnitOfWork) -> AccessRequest:
        found = uow.get(Account, id)
        assert found is not None
        return do_ask_for_access(uow, found)

    clock.move(timedelta(hours=23))
    with pytest.raises(Refused, match="was declined"):
        await store.transact(again)
    clock.move(timedelta(hours=1))
    assert (await store.transact(again)).decided_at is None


async def test_there_is_always_an_admin(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        olga, vera = person(uow, "Olga", ADMIN), person(uow, "Vera")
        (grant,) = uow.ask(GrantsOf(olga.id))
        with pytest.raises(Refused, match="last admin"):
            do_revoke(uow, olga, olga, grant)
        with pytest.raises(Refused, match="last admin"):
            do_set_active(uow, olga, olga, active=False)
        with pytest.raises(Refused, match="Only admins"):
            do_grant(uow, vera, vera, ADMIN)
        uow.emitted()
        assert do_grant(uow, olga, vera, ADMIN)
        assert not do_grant(uow, olga, vera, ADMIN)
        assert uow.emitted() == [RolesChanged(vera.id)]
        assert do_set_active(uow, olga, olga, active=False)
        assert uow.ask(LastingAdmins()) == {vera.id}

    await store.transact(work)


async def test_admins_of_the_settings_are_there_before_they_write(store: Database, clock: MovableClock) -> None:
    for _ in range(2):
        await store.transact(lambda uow: do_ensure_admins(uow, ["telegram:12345", "matrix:@olga:example.org"]))

    def comes(uow: UnitOfWork) -> Visitor:
        return do_arrive(uow, said("12345", "Olga Zimina"), uow.ask(WhoIs("telegram", "12345")))

    visitor = await store.transact(comes)
    assert visitor.person is not None
    assert visitor.person.name == "Olga Zimina"
    assert ADMIN in visitor.person.roles
    assert visitor.account is not None
    assert visitor.account.chat == "chat-12345"
    matrix = await store.transact(lambda uow: uow.ask(WhoIs("matrix", "@olga:example.org")))
    assert matrix.person is not None
    assert len(await store.transact(lambda uow: uow.ask(LastingAdmins()))) == 2


def said(address: str, name: str) -> Said:
    return Said(
        messenger="telegram",
        id="1",
        at=datetime(2026, 11, 25, tzinfo=UTC),
        account=address,
        chat=f"chat-{address}",
        name=name,
        language="en",
        text="hello",
    )


async def test_each_event_keeps_the_account_up_to_date(store: Database) -> None:
    hello = said("7", "Anna")

    async def comes(event: Event) -> Account:
        def work(uow: UnitOfWork) -> Account:
            account = do_arrive(uow, event, uow.ask(WhoIs("telegram", "7"))).account
            assert account is not None
            return account

        return await store.transact(work)

    def of(kind: type[Event], **more: Any) -> Event:
        known: dict[str, Any] = {"messenger": "telegram", "id": "2", "at": hello.at, "account": "7", "chat": "chat-7"}
        return kind(**(known | more))

    first = await comes(hello)
    assert (first.chat, first.name, first.language, first.person_id) == ("chat-7", "Anna", "en", None)
    assert (await comes(replace(hello, name="Anna P."))).name == "Anna P."
    assert (await comes(of(Left, reason="blocked"))).unreachable == "blocked"
    assert (await comes(of(Joined))).unreachable is None
    assert (await comes(of(Moved, to="chat-8"))).chat == "chat-8"
    assert (await comes(of(Left, chat="group", private=False))).unreachable is None
    assert (await comes(replace(hello, chat="group", private=False))).chat == "chat-8"


async def test_a_stranger_in_a_group_is_not_kept(store: Database) -> None:
    def work(uow: UnitOfWork) -> Visitor:
        return do_arrive(uow, replace(said("8", "Egor"), private=False), Visitor(None, None))

    assert await store.transact(work) == Visitor(None, None)


async def test_of_two_admins_who_remove_each_other_one_stays(store: Database) -> None:
    def two(uow: UnitOfWork) -> tuple[int, int]:
        return person(uow, "Olga", ADMIN).id, person(uow, "Vera", ADMIN).id

    ids = await store.transact(two)

    def removes(actor: int, other: int) -> Callable[[UnitOfWork], bool]:
        def work(uow: UnitOfWork) -> bool:
            first, second = uow.get(Person, actor), uow.get(Person, other)
            assert first is not None
            assert second is not None
            (grant,) = uow.ask(GrantsOf(other))
            return do_revoke(uow, first, second, grant)

        return work

    results = await asyncio.gather(
        store.transact(removes(*ids)), store.transact(removes(*reversed(ids))), return_exceptions=True
    )
    assert results.count(True) == 1
    assert len(await store.transact(lambda uow: uow.ask(LastingAdmins()))) == 1
