"""What a house of rooms refuses at the start, and who hears and sees what happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pytest

from bot.talk import respond
from bot.talk.house import BrokenHouse, House
from bot.talk.language import Languages
from bot.talk.request import NOT_MINE, Pass, Reply, Request, Toast, Where
from bot.talk.router import Router
from bot.talk.sections import Section
from core.access import ANYBODY, COLLEAGUE
from core.chat.actions import Action
from core.chat.events import Event, Read, Said
from core.chat.phrases import Phrase
from core.copies import UnaskedMenus
from core.inbox import Visitor
from core.notices import Notice
from core.people.person import Account, Person
from core.unit_of_work import UnitOfWork
from tests.support.clock import MovableClock
from tests.support.plain import CAPABILITIES


@dataclass(frozen=True)
class Open(Action, code="t-h"):
    """Opens something."""


class Nothing:
    """A transaction in which no form is open and no menu was sent."""

    def ask(self, query: object) -> tuple[()] | None:
        return () if isinstance(query, UnaskedMenus) else None


def opened(*routers: Router) -> House:
    return House(routers, Languages("en"))


def request(
    house: House, kind: type[Event] = Said, *, known: bool = True, private: bool = True, **what: str
) -> Request:
    account = Account(messenger="plain", address="anna")
    event = kind(messenger="plain", id="1", at=MovableClock().now(), account="anna", chat="c", private=private, **what)
    person = Person(last_name="Petrova", first_name="Anna") if known else None
    return Request(
        uow=cast(UnitOfWork, Nothing()),
        house=house,
        event=event,
        visitor=Visitor(account, person),
        capabilities=CAPABILITIES,
    )


def told(reply: Reply) -> str:
    assert isinstance(reply, Toast)
    assert isinstance(reply.text, str)
    return reply.text


def test_the_first_in_order_that_takes_an_event_answers() -> None:
    one, other = Router("one"), Router("other")

    @one.hears(Event, right=ANYBODY, order=1)
    def rest(request: Request, event: Event) -> Reply:
        return Toast("the rest")

    @one.hears(Said, right=COLLEAGUE, order=20)
    def late(request: Request, event: Said) -> Reply:
        return Toast("late")

    @other.hears(Said, right=ANYBODY, order=10, when=lambda request, event: event.text == "early")
    def early(request: Request, event: Said) -> Reply:
        return Toast("early")

    @other.hears(Said, right=ANYBODY, order=5)
    def picky(request: Request, event: Said) -> Reply | Pass:
        return Toast("picked") if event.text == "picky" else NOT_MINE

    house = opened(one, other)
    assert told(respond.route(request(house, text="picky"))) == "picked"
    assert told(respond.route(request(house, text="early"))) == "early"
    assert told(respond.route(request(house, text="anything"))) == "late"
    assert told(respond.route(request(house, text="anything", known=False))) == "the rest"
    assert respond.route(request(house, text="anything", private=False)) is None


def test_two_with_the_same_order_stop_the_start() -> None:
    one, other = Router("one"), Router("other")
    for router in (one, other):
        router.hears(Said, right=ANYBODY, order=7)(lambda request, event: None)
    with pytest.raises(BrokenHouse, match="two listeners hear Said at 7"):
        opened(one, other)


def test_all_who_see_an_event_learn_of_it() -> None:
    seen: list[str] = []
    one, other = Router("one"), Router("other")

    @one.sees(Read, right=COLLEAGUE)
    def first(request: Request, event: Read) -> None:
        seen.append(f"one {event.message}")

    @other.sees(Read, right=ANYBODY)
    def second(request: Request, event: Read) -> None:
        seen.append(f"other {event.message}")

    house = opened(one, other)
    assert respond.route(request(house, Read, message="7")) is None
    assert respond.route(request(house, Read, message="8", known=False)) is None
    assert seen == ["one 7", "other 7", "other 8"]


@pytest.mark.parametrize(
    ("where", "private", "group"),
    [(Where.PRIVATE, "done", "Please write to me in a private chat."), (Where.BOTH, "done", "done")],
)
def test_a_command_works_where_it_says(where: Where, private: str, group: str) -> None:
    router = Router("one")

    @router.command("do", right=COLLEAGUE, where=where)
    def do(request: Request, words: str) -> Reply:
        return Toast("done")

    house = opened(router)
    for is_private, expected in ((True, private), (False, group)):
        reply = respond.route(request(house, text="/do", private=is_private))
        assert expected in str(reply)


def test_a_room_takes_replies_to_what_it_sends_itself() -> None:
    router = Router("one")
    router.replies(Notice("other.word", Phrase("Words")), right=COLLEAGUE)(lambda request, about, event: None)
    with pytest.raises(BrokenHouse, match=r"other\.word"):
        opened(router)


def test_two_entries_of_one_weight_stop_the_start() -> None:
    one, other = Router("one"), Router("other")
    one.entry(Section.WORK, Phrase("A"), Open(), right=COLLEAGUE, weight=10)
    other.entry(Section.WORK, Phrase("B"), Open(), right=COLLEAGUE, weight=10)
    with pytest.raises(BrokenHouse, match="weight 10 in WORK"):
        opened(one, other)


def test_a_described_command_stands_in_a_section() -> None:
    router = Router("one")
    router.command("do", right=COLLEAGUE, describe=Phrase("Do it"))(lambda request, words: None)
    with pytest.raises(BrokenHouse, match="/do"):
        opened(router)
