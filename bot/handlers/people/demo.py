"""Who works in the demo company, and whom of them a newcomer can be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar

from bot.kit.demo import WEB, BrokenData, Scene, rows
from core.chat.adapter import Chip, Persona
from core.chat.phrases import Phrase, Text, phrase
from core.inbox import WhoIs
from core.people.choices import PREFERRED
from core.people.directory import AccountsOf
from core.people.import_plan import WholeStaff
from core.people.importing import do_import
from core.people.linking import do_issue_code
from core.people.person import Account, Person
from core.people.roster import read_roster
from core.settings import do_set, setting_of
from core.unit_of_work import UnitOfWork

DATA = Path(__file__).parent / "data"
TELEGRAM = "telegram"
INVITATIONS_LAST = timedelta(days=1)

PARTS: Mapping[str, Phrase] = {
    "lebedeva": phrase("Heads sales and is on duty for missed calls"),
    "sorokina": phrase("HR: writes the company’s news"),
    "vorobyov": phrase("Sells birdhouses and gets the missed calls of sales"),
    "voronov": phrase("Admin: lets people in, gives roles, routes the lines"),
    "sinitsyna": phrase("Heads customer care and its hotline"),
    "ivolgina": phrase("Paints birdhouses; reads the news and looks for colleagues"),
    "skvortsov": phrase("The boss: sees everybody’s missed calls"),
    "novikov": phrase("New here: the bot does not know this account yet"),
}
"""Who can be played, by the account in the web chat, the most interesting first."""

_INVITED = 3


class Demo(Scene):
    """Everybody, with an account in the web chat; comes first, because the rest is about these people."""

    order = 0
    chips: ClassVar = {
        "novikov": (Chip("/start", phrase("Introduce yourself")),),
        "ivolgina": (Chip("/who", phrase("Find a colleague")),),
        "voronov": (Chip("/who", phrase("Find a colleague")),),
    }

    async def fill(self) -> None:
        """Engages everybody."""
        await self.context.store.transact(partial(_employ, self._data))

    async def personas(self) -> Sequence[Persona]:
        """Those of `PARTS`, under the names that the company knows them by now."""
        names = await self.context.store.transact(partial(_names, self._data))
        return tuple(Persona(account=account, name=names[account], about=about) for account, about in PARTS.items())

    async def opening(self, networks: Collection[str]) -> Sequence[Text]:
        """With Telegram, how to be somebody there."""
        codes = await self.invite(telegram=TELEGRAM in networks)
        if not codes:
            return ()
        head = phrase("The same company is in Telegram. To be one of its people there, send your bot:")
        return ("", head, *(f"  /start {code}   {name}" for name, code in codes))

    @property
    def _data(self) -> Path:
        return DATA / self.context.language

    async def invite(self, *, telegram: bool) -> Sequence[tuple[str, str]]:
        """Codes for the first people of `PARTS` who are not in Telegram yet, with their names; none without Telegram.

        Whoever is written to in Telegram is so only while Telegram is there.
        """
        return await self.context.store.transact(_invitations if telegram else _only_web)


def _employ(data: Path, uow: UnitOfWork) -> None:
    roster = read_roster((data / "people.csv").read_bytes())
    report = do_import(uow, roster, dry_run=False)
    if report.faults:
        raise BrokenData(f"people.csv, row {report.faults[0].row}: {report.faults[0].reason.text}")
    staff = uow.ask(WholeStaff())
    ids = {person.external_id: person for person in staff.people}
    reached = {account.person_id for account in staff.accounts if account.messenger == WEB}
    for row in roster.rows:
        person = ids[row.external_id]
        if person.id not in reached:
            _open_chat(uow, person, row.external_id)


def _open_chat(uow: UnitOfWork, person: Person, address: str) -> None:
    account = Account(
        messenger=WEB, address=address, person_id=person.id, chat=address, name=person.name, linked_at=uow.now
    )
    uow.add(account)
    do_set(uow, person, PREFERRED, WEB)


def _names(data: Path, uow: UnitOfWork) -> Mapping[str, str]:
    """The names of `PARTS`: of those whom the company does not know, as they introduce themselves."""
    people = {account: uow.ask(WhoIs(WEB, account)).person for account in PARTS}
    strangers = dict(rows(data / "newcomer.tsv"))
    return {account: strangers[account] if person is None else person.name for account, person in people.items()}


def _invitations(uow: UnitOfWork) -> Sequence[tuple[str, str]]:
    codes = []
    for account in list(PARTS)[:_INVITED]:
        person = uow.ask(WhoIs(WEB, account)).person
        if person is not None and person.active:
            do_set(uow, person, PREFERRED, TELEGRAM)
            if all(known.network != TELEGRAM for known in uow.ask(AccountsOf(person.id))):
                codes.append((person.name, do_issue_code(uow, person, INVITATIONS_LAST)))
    return codes


def _only_web(uow: UnitOfWork) -> Sequence[tuple[str, str]]:
    for person in uow.ask(WholeStaff()).people:
        if setting_of(person, PREFERRED) == TELEGRAM:
            do_set(uow, person, PREFERRED, WEB)
    return ()
