"""The book of clients: filled from a file, added to under an alert, and looked into by those who see missed calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from core.access import COMPANY
from core.alike import as_read
from core.calls.alert import SEE_MISSED, Alert, AlertChanged, UnresolvedAlerts, manages
from core.calls.call import Call
from core.calls.clients_file import ClientFile, ClientRow, column_words
from core.calls.journal import CallsWith, Client, ClientOf, ClientsLike, ClientsNamed, ClientsOf, SaveClients
from core.calls.lines import Line, Lines
from core.chat.phrases import Phrase, phrase
from core.people.audience import Audience, is_meant
from core.people.person import Person
from core.people.roster_header import RowFault
from core.people.wording import asks, essence
from core.phones import e164, pretty
from core.search import stems
from core.unit_of_work import Refused, UnitOfWork

MOST_NUMBERS, LAST_CALLS = 5, 5
"""What a client's card shows."""
_REMEMBERED = timedelta(days=400)
_LOOKED_AT = 200
"""Clients among whom a search chooses: more have a word in common, and no search by it alone is meant."""
_WORDS, _ESSENCE = 6, 200


@dataclass(frozen=True, slots=True)
class ClientsReport:
    """What became of a file: rows by what they changed, names that are others now, and what was left out."""

    added: int
    updated: int
    unchanged: int
    renamed: tuple[RowFault, ...]
    faults: tuple[RowFault, ...]
    remarks: tuple[RowFault, ...]


@dataclass(frozen=True, slots=True)
class FoundClient:
    """A client found by a text. `meant` when it is the number, or exactly the name and nobody else's."""

    client: Client
    meant: bool


@dataclass(frozen=True, slots=True)
class ClientCard:
    """What is known of whoever has a number; `client` None where the book does not name them.

    `others` are further numbers under the same name, `calls` those of all these numbers that the reader may see, the
    latest first. Calls over the lines called `unproven` do not tell whether the client answered.
    """

    number: str
    client: Client | None
    others: tuple[str, ...]
    calls: tuple[Call, ...]
    unproven: frozenset[str] = frozenset()


def do_import_clients(uow: UnitOfWork, file: ClientFile, *, dry_run: bool) -> ClientsReport:
    """Puts the clients of a file into the book; nobody is deleted, and who is there already is changed."""
    known = uow.ask(ClientsOf(tuple(number for row in file.rows for number in row.numbers)))
    counts = {"added": 0, "updated": 0, "unchanged": 0}
    renamed: list[RowFault] = []
    saved: list[Client] = []
    for row in file.rows:
        before = [known[number] for number in row.numbers if number in known]
        after = [Client(number, row.name, _tags(row, known.get(number))) for number in row.numbers]
        changed = [one for one in after if known.get(one.number) != one]
        counts["unchanged" if not changed else "updated" if before else "added"] += 1
        saved += changed
        renamed += [RowFault(row.row, None, _renamed(one, row.name)) for one in before if one.name != row.name]
    if not dry_run:
        uow.apply(SaveClients(tuple(saved)))
    return ClientsReport(**counts, renamed=tuple(renamed), faults=file.faults, remarks=file.remarks)


def do_name_client(uow: UnitOfWork, alert: Alert, name: str) -> None:
    """Names the client of an alert, in the book and on what is open of theirs. Raises `Refused`."""
    number = number_of(alert)
    before = uow.ask(ClientOf(number))
    client = Client(number, name, () if before is None else before.tags)
    uow.apply(SaveClients((client,)))
    for each in {alert.id: alert, **{one.id: one for one in uow.ask(UnresolvedAlerts((number,)))}}.values():
        each.client = client.label
        uow.emit(AlertChanged(each.id))


def number_of(alert: Alert) -> str:
    """The public number of an alert's client. Raises `Refused`."""
    if alert.number is None or not alert.number.startswith("+"):
        raise Refused(phrase("The number is not known, so nothing can be kept of this client."))
    return alert.number


def client_card(uow: UnitOfWork, actor: Person, number: str) -> ClientCard:
    """The card of whoever has a number, for somebody who may see it; see `access_client`."""
    client = uow.ask(ClientOf(number))
    same = () if client is None else uow.ask(ClientsNamed(client.name, MOST_NUMBERS + 1))
    others = tuple(one.number for one in same if one.number != number)[: MOST_NUMBERS - 1]
    calls = sorted(_seen(uow, actor, (number, *others)), key=lambda call: call.started_at, reverse=True)
    unproven = frozenset(line.name for line in uow.ask(Lines()) if line.analogue)
    return ClientCard(number, client, others, tuple(calls[:LAST_CALLS]), unproven)


def access_client(uow: UnitOfWork, actor: Person, number: str) -> str:
    """The number of a client whom somebody may look up. Raises `Refused`."""
    if not _may_see(uow, actor, number):
        raise Refused(phrase("There is no such client in the book, or among the calls of your lines."))
    return number


def find_clients(uow: UnitOfWork, actor: Person, text: str, limit: int) -> list[FoundClient]:
    """The clients whom a number or words of a name may mean, among those whom somebody may see, the likeliest first.

    A number that the book does not name is found as well, where there were calls with it.
    """
    number = e164(text)
    if number is not None:
        client = uow.ask(ClientOf(number)) or Client(number, "")
        heard = client.name or any(_seen(uow, actor, (number,)))
        return [FoundClient(client, True)] if heard and _may_see(uow, actor, number) else []
    wanted = _wanted(text)
    near = [one for one in uow.ask(ClientsLike(wanted, _LOOKED_AT)) if _has_words(one.name, wanted)]
    seen = [one for one in near if _may_see(uow, actor, one.number)][: limit + 1]
    by_name = {as_read(one.name): one for one in reversed(seen)}
    whole = (one for one in by_name.values() if set(stems(one.name)) == set(wanted))
    exact = by_name.get(as_read(text)) or next(whole, None)
    meant = exact if exact is not None and len(by_name) == 1 else None
    found = [FoundClient(one, one is meant) for one in by_name.values()]
    return sorted(found, key=lambda one: (one.client is not exact, one.client.name))[:limit]


def _wanted(text: str) -> tuple[str, ...]:
    """The stems of what is looked for, without the words that only ask."""
    kept = [word for word in essence(text, _ESSENCE).split() if not asks(word.casefold())]
    said = stems(" ".join(kept))
    kinds = set(stems(" ".join(column_words())))  # “client …”, “company …”
    found = tuple(stem for stem in said if stem not in kinds) or tuple(said)
    return found if len(found) <= _WORDS else ()


def _has_words(name: str, wanted: tuple[str, ...]) -> bool:
    words = stems(name)
    return all(any(word.startswith(stem) for word in words) for stem in wanted)


def _tags(row: ClientRow, before: Client | None) -> tuple[str, ...]:
    """Those of the file; where it has none, those that were there."""
    return row.tags if row.tags is not None else before.tags if before is not None else ()


def _renamed(before: Client, name: str) -> Phrase:
    return phrase(
        "{number} was {before}, and is {name} now", number=pretty(before.number), before=before.name, name=name
    )


def _may_see(uow: UnitOfWork, actor: Person, number: str) -> bool:
    """All clients are for those who see the missed calls of the whole company; a department's manager sees those who
    have called its lines, or lines that nobody answers for in particular."""
    return actor.may(SEE_MISSED, COMPANY) or (actor.may(SEE_MISSED) and any(_seen(uow, actor, (number,))))


def _seen(uow: UnitOfWork, actor: Person, numbers: tuple[str, ...]) -> Iterator[Call]:
    """The calls with some numbers over lines of which somebody may know."""
    hidden: frozenset[str] = frozenset() if actor.may(SEE_MISSED, COMPANY) else _hidden_lines(uow, actor)
    for number in numbers:
        for call in uow.ask(CallsWith(number, uow.now - _REMEMBERED)):
            if call.line not in hidden:
                yield call


def _hidden_lines(uow: UnitOfWork, actor: Person) -> frozenset[str]:
    """The lines whose calls are others' affair: neither is somebody told of them, nor do they answer for them."""
    return frozenset(
        line.name
        for line in uow.ask(Lines())
        if not (_told_of(uow, actor, line) if line.routed else actor.may(SEE_MISSED))
    )


def _told_of(uow: UnitOfWork, actor: Person, line: Line) -> bool:
    departments = () if line.department_id is None else (line.department_id,)
    return manages(uow, actor, line.department_id) or is_meant(
        uow, actor, Audience(departments=departments, people=line.duty)
    )
