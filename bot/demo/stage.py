"""What the web chat offers a newcomer: whom to be, and calls that ring at the press of a button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import cycle

from bot.demo import telephone
from bot.demo.company import WEB, rows
from core.calls.alert import UnresolvedAlerts
from core.chat.adapter import Persona, Tool
from core.chat.clock import Clock
from core.chat.phrases import Phrase, phrase
from core.inbox import WhoIs
from core.people.directory import AccountsOf
from core.people.import_plan import WholeStaff
from core.people.linking import issue_code
from core.phones import pretty
from core.unit_of_work import Store, UnitOfWork

TELEGRAM = "telegram"
SALES_LINE = "line-ads"
_SALESPERSON = "101"
"""The telephone that rings in vain, and that calls back."""

PARTS: Mapping[str, Phrase] = {
    "lebedeva": phrase("Heads sales and is on duty for missed calls"),
    "vorobyov": phrase("Sells birdhouses and gets the missed calls of sales"),
    "sorokina": phrase("HR: writes the company's news"),
    "voronov": phrase("Admin: lets people in, gives roles, routes the lines"),
    "sinitsyna": phrase("Heads customer care and its hotline"),
    "ivolgina": phrase("Paints birdhouses; reads the news and looks for colleagues"),
    "skvortsov": phrase("The boss: sees everybody's missed calls"),
    "novikov": phrase("New here: the bot does not know this account yet"),
}
"""Who can be played, by the account in the web chat, the most interesting first."""

_MISSES = ("inbound-no-answer", "inbound-caller-hangs-up-ringing", "queue-abandoned")
_INVITED = 3


class DemoStage:
    """The demo company on the pages of the web chat; see `core.chat.adapter.Stage`."""

    def __init__(self, store: Store, clock: Clock, timezone: str) -> None:
        self._store, self._clock = store, clock
        self._intake = telephone.intake_for(store, timezone)
        self._misses, self._clients = cycle(_MISSES), cycle(telephone.clients())

    @property
    def tools(self) -> Sequence[Tool]:
        """Two calls: one that nobody answers, and one back to its client."""
        return (
            Tool(code="miss", label=phrase("Simulate a missed call"), run=self.miss),
            Tool(code="call-back", label=phrase("Call the missed client back"), run=self.call_back),
        )

    async def personas(self) -> Sequence[Persona]:
        """Those of `PARTS`, under the names that the company knows them by now."""
        names = await self._store.transact(_names)
        return tuple(Persona(account=account, name=names[account], about=about) for account, about in PARTS.items())

    async def miss(self) -> Phrase:
        """A client calls the sales line in vain."""
        name, client = next(self._misses), next(self._clients)
        await self._play(name, client.number)
        return phrase(
            "{client} called the line “{line}”, and nobody answered. In two seconds the people on duty will know.",
            client=_called(client.number),
            line=telephone.lines()[SALES_LINE].title,
        )

    async def call_back(self) -> Phrase:
        """The last client who was missed is called back, and answers."""
        number = await self._store.transact(_waiting)
        if number is None:
            return phrase("Nobody waits for a call back. Simulate a missed call first, and give the alert two seconds.")
        await self._play("outbound-answered", number)
        return phrase(
            "{client} was called back and answered. In two seconds the alert will show it.",
            client=_called(number),
        )

    async def invite(self, lasts: timedelta, *, telegram: bool) -> Sequence[tuple[str, str]]:
        """Codes for the first people of `PARTS` who are not in Telegram yet, with their names; none without Telegram.

        Whoever is written to in Telegram is so only while Telegram is there.
        """
        return await self._store.transact(lambda uow: _invitations(uow, lasts) if telegram else _only_web(uow))

    async def _play(self, name: str, client: str) -> None:
        until = self._clock.now()
        events = telephone.told(name, line=SALES_LINE, client=client, telephone=_SALESPERSON, until=until)
        await self._intake.feed(events)


def _names(uow: UnitOfWork) -> Mapping[str, str]:
    """The names of `PARTS`: of those whom the company does not know, as they introduce themselves."""
    people = {account: uow.ask(WhoIs(WEB, account)).person for account in PARTS}
    strangers = dict(rows("newcomer.tsv"))
    return {account: strangers[account] if person is None else person.name for account, person in people.items()}


def _invitations(uow: UnitOfWork, lasts: timedelta) -> Sequence[tuple[str, str]]:
    codes = []
    for account in list(PARTS)[:_INVITED]:
        person = uow.ask(WhoIs(WEB, account)).person
        if person is not None and person.active:
            person.preferred = TELEGRAM
            if all(known.network != TELEGRAM for known in uow.ask(AccountsOf(person.id))):
                codes.append((person.name, issue_code(uow, person, lasts)))
    return codes


def _only_web(uow: UnitOfWork) -> Sequence[tuple[str, str]]:
    for person in uow.ask(WholeStaff()).people:
        if person.preferred == TELEGRAM:
            person.preferred = WEB
    return ()


def _called(number: str) -> str:
    """A client's name, or the number where it has none."""
    return next((client.name for client in telephone.clients() if client.number == number), "") or pretty(number)


def _waiting(uow: UnitOfWork) -> str | None:
    """The number of the client who was missed last and whom people are told of."""
    numbers = tuple(client.number for client in telephone.clients())
    last = max(uow.ask(UnresolvedAlerts(numbers)), key=lambda alert: alert.missed_at, default=None)
    return None if last is None else last.number
