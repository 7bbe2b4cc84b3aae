"""An acknowledgement is of a version and of a person; who joins later is reminded only where that is wanted."""

from __future__ import annotations

import pytest

from bot.handlers.news.room import REQUIRED
from core.campaigns.acknowledging import Answered, do_acknowledge
from core.campaigns.campaign import Campaign, Chasing, Terms
from core.campaigns.chasing import ESCALATION, do_remind
from core.campaigns.sending import do_launch, do_plan, do_revise, do_withdraw
from core.campaigns.standing import CountAcknowledged, IsRecipient, LeadsAnybody, StandingsOf, ToTheirManagers
from core.chat.screens import Screen, paragraph
from core.delivery import Priority, Send
from core.news.item import CAMPAIGN
from core.people.audience import Audience
from core.people.departments import do_place_department
from core.people.person import Account, Department, Person
from core.unit_of_work import Refused, UnitOfWork
from storage.database import Database
from tests.support.cast import by_key, engage

RULES = Screen(blocks=(paragraph("Wear a helmet"),))


class Company:
    """The cast inside one transaction."""

    def __init__(self, uow: UnitOfWork) -> None:
        assert REQUIRED.name, "the notice is declared by its room"
        self.uow, self.ids = uow, engage(uow, "plain", by_key)

    def person(self, key: str) -> Person:
        found = self.uow.get(Person, self.ids[key])
        assert found is not None
        return found

    def asks(self, audience: Audience, chasing: Chasing) -> Campaign:
        campaign = do_plan(self.uow, self.person("hr"), CAMPAIGN, 1, audience, Terms(chasing=chasing))
        do_launch(self.uow, campaign, RULES)
        return campaign

    def hires(self, name: str) -> int:
        person = Person(last_name=name, first_name="New")
        self.uow.add(person)
        self.uow.flush()
        self.uow.add(Account(messenger="plain", address=name, person_id=person.id, chat=name))
        self.uow.flush()
        return person.id


async def test_it_counts_once_in_whichever_messenger_it_is_given(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        company = Company(uow)
        campaign = company.asks(Audience(everybody=True), Chasing())
        reader = company.person("employee")
        assert do_acknowledge(uow, reader, campaign.id, 1) is Answered.NEW
        assert do_acknowledge(uow, reader, campaign.id, 1) is Answered.KNOWN
        assert uow.ask(CountAcknowledged(campaign.id, 1)) == 1

    await store.transact(work)


async def test_an_essential_change_outdates_what_was_shown(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        company = Company(uow)
        campaign = company.asks(Audience(everybody=True), Chasing())
        do_acknowledge(uow, company.person("employee"), campaign.id, 1)
        do_revise(uow, campaign, RULES, 2, essential=True)
        assert do_acknowledge(uow, company.person("colleague"), campaign.id, 1) is Answered.OUTDATED
        assert do_acknowledge(uow, company.person("employee"), campaign.id, 2) is Answered.NEW
        assert [uow.ask(CountAcknowledged(campaign.id, version)) for version in (1, 2)] == [1, 1]

    await store.transact(work)


async def test_who_was_not_asked_cannot_acknowledge(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        company = Company(uow)
        hr = company.person("hr").id
        campaign = company.asks(Audience(everybody=True, without=Audience(people=(hr,))), Chasing())
        with pytest.raises(Refused, match="nothing for you"):
            do_acknowledge(uow, company.person("hr"), campaign.id, 1)
        do_withdraw(uow, campaign, RULES)
        with pytest.raises(Refused, match="nothing for you"):
            do_acknowledge(uow, company.person("employee"), campaign.id, 1)

    await store.transact(work)


async def test_departments_below_are_of_the_head_above(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        company = Company(uow)
        head, reader = company.person("manager"), company.person("admin")
        kiosk, counter = Department(name="Kiosk"), Department(name="Counter")
        uow.add(kiosk)
        uow.add(counter)
        uow.flush()
        do_place_department(uow, kiosk, uow.get(Department, head.department_id or 0))
        do_place_department(uow, counter, kiosk)
        counter.manager_id = reader.id
        uow.flush()
        reader.department_id = counter.id
        uow.flush()
        campaign = company.asks(Audience(people=(reader.id,)), Chasing())
        assert campaign.message_id is not None
        assert uow.ask(LeadsAnybody(head.id))
        mine = StandingsOf(campaign.id, campaign.message_id, 1, team_of=head.id)
        assert [one.name for one in uow.ask(mine)] == ["Counter"]
        to = ToTheirManagers(campaign.id, campaign.message_id, 1, company.ids["hr"])
        told = uow.apply(Send(kind=ESCALATION, content=RULES, to=to, priority=Priority.NOTICE))
        assert {key for key, id in company.ids.items() if uow.ask(IsRecipient(told, id))} == {"manager", "hr"}

    await store.transact(work)


@pytest.mark.parametrize("wanted", [True, False])
async def test_a_reminder_brings_it_to_newcomers_where_that_is_wanted(store: Database, wanted: bool) -> None:
    def work(uow: UnitOfWork) -> None:
        company = Company(uow)
        campaign = company.asks(Audience(everybody=True), Chasing(newcomers=wanted))
        assert campaign.message_id is not None
        newcomer = company.hires("Belova")
        do_remind(uow, campaign, RULES)
        assert uow.ask(IsRecipient(campaign.message_id, newcomer)) is wanted

    await store.transact(work)
