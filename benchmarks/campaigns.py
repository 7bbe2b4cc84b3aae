"""How long an acknowledged campaign for everybody takes: `python -m benchmarks.campaigns [PEOPLE] [RUNS]`.

Three people in ten do not acknowledge it and are reminded. Each figure is a transaction, from its begin until it is
committed, on a company of a hundred departments.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial

from sqlalchemy import text

from benchmarks.delivery.stage import PostgreSQL, database, found_company, postgresql, session_of, store_of, words
from benchmarks.figures import databases, median, row, sizes
from bot.kit.campaigns.following import tell, tell_started
from bot.kit.campaigns.looks import Fact, looks
from core.access import COLLEAGUE
from core.campaigns.campaign import Campaign, Chasing, Terms, campaigns_of, required
from core.campaigns.chasing import do_remind
from core.campaigns.sending import do_launch, do_plan
from core.campaigns.standing import MissingOf, StandingsOf
from core.chat.actions import Action, Unknown
from core.chat.phrases import Text, phrase
from core.chat.screens import Row
from core.delivery import Progress
from core.notices import Notice
from core.people.audience import Audience, ReachOf
from core.people.person import Person
from core.unit_of_work import UnitOfWork
from storage.database import Database

USUAL, SHORT = (100_000, 3), (200, 1)
"""People, and runs."""
KIND = campaigns_of("benchmark.item", COLLEAGUE)
DEPARTMENTS, PAGE = 100, 10
_ALL_BUT = Audience(everybody=True, without=Audience(branches=(1, 2)))
Notice(required(KIND), phrase("A benchmark"))

_PLACED = "UPDATE people SET department_id = 1 + id % :departments"
_UNIT = "INSERT INTO departments (id, name) VALUES (:id, :name)"
_SENT = "UPDATE deliveries SET state = 'sent', shown = 1 WHERE message_id = :message"
_COUNTED = "UPDATE messages SET waiting = 0, sent = :people WHERE id = :message"
_READ = """
INSERT INTO acknowledgements (campaign_id, version, person_id, at)
SELECT :campaign, 1, id, :at FROM people WHERE id % 10 >= 3
"""


class _Look:
    """What a room would say of its campaign."""

    def title(self, uow: UnitOfWork, campaign: Campaign) -> Text:
        return "A benchmark"

    def opens(self, campaign: Campaign) -> Action:
        return Unknown()

    def facts(self, uow: UnitOfWork, campaign: Campaign) -> tuple[Fact, ...]:
        return ()

    def rows(self, uow: UnitOfWork, campaign: Campaign) -> tuple[Row, ...]:
        return ()


looks(KIND, _Look())


def measure(kind: str, people: int, runs: int, server: PostgreSQL) -> dict[str, list[float]]:
    """Seconds of each step, one for each campaign."""
    taken: dict[str, list[float]] = defaultdict(list)
    with database(kind, server) as url:
        found_company(url, people)
        with store_of(url) as store:
            store.transact_now(_place)
            for number in range(runs):
                _one(store, people, number, taken)
    return taken


def _one(store: Database, people: int, number: int, taken: dict[str, list[float]]) -> None:
    def timed(step: str, work: Callable[[UnitOfWork], object]) -> object:
        began = time.perf_counter()
        result = store.transact_now(work)
        taken[step].append(time.perf_counter() - began)
        return result

    timed("preview with the unreachable", lambda uow: uow.ask(ReachOf(_ALL_BUT)))
    campaign_id = timed("planning", partial(_launch, number))
    assert isinstance(campaign_id, int)
    store.transact_now(partial(_arrive, campaign_id, people))
    timed("progress", lambda uow: tell(uow, _campaign(uow, campaign_id)))
    timed("by department", lambda uow: len(uow.ask(StandingsOf(campaign_id, _message(uow, campaign_id), 1))))
    timed("a page of who is missing", lambda uow: uow.ask(_missing(uow, campaign_id, PAGE)).total)
    timed("all who are missing", lambda uow: len(uow.ask(_missing(uow, campaign_id, people)).items))
    reminded = timed("reminder", lambda uow: do_remind(uow, _campaign(uow, campaign_id), words(number)))
    assert reminded == sum(1 for one in range(1, people + 1) if one % 10 < 3), reminded


def _launch(number: int, uow: UnitOfWork) -> int:
    author = uow.get(Person, 1)
    assert author is not None
    campaign = do_plan(uow, author, KIND, number, Audience(everybody=True), Terms(chasing=Chasing()))
    do_launch(uow, campaign, words(number))
    tell_started(uow, campaign)
    return campaign.id


def _arrive(campaign_id: int, people: int, uow: UnitOfWork) -> None:
    """All have it, and seven in ten have acknowledged it."""
    message = _message(uow, campaign_id)
    session = session_of(uow).session
    session.execute(text(_SENT), {"message": message})
    session.execute(text(_COUNTED), {"message": message, "people": people})
    session.execute(text(_READ), {"campaign": campaign_id, "at": uow.now})
    assert uow.ask(Progress(message)).sent == people
    if session_of(uow).dialect == "postgresql":
        session.execute(text("ANALYZE people, deliveries, acknowledgements"))  # as autovacuum does within a minute


def _place(uow: UnitOfWork) -> None:
    session = session_of(uow).session
    units = [{"id": number, "name": f"Department {number:03}"} for number in range(1, DEPARTMENTS + 1)]
    session.execute(text(_UNIT), units)
    session.execute(text(_PLACED), {"departments": DEPARTMENTS})


def _campaign(uow: UnitOfWork, campaign_id: int) -> Campaign:
    campaign = uow.get(Campaign, campaign_id)
    assert campaign is not None
    return campaign


def _message(uow: UnitOfWork, campaign_id: int) -> int:
    message = _campaign(uow, campaign_id).message_id
    assert message is not None
    return message


def _missing(uow: UnitOfWork, campaign_id: int, limit: int) -> MissingOf:
    return MissingOf(campaign_id=campaign_id, message_id=_message(uow, campaign_id), version=1, limit=limit)


def main() -> None:
    people, runs = sizes(USUAL, SHORT)
    print(f"an acknowledged campaign for {people:,} people, {people * 3 // 10:,} of them reminded; medians of {runs}")
    figures = {"planning": "2 s", "progress": "2 s", "reminder": "2 s"}
    with postgresql() as server:
        for kind in databases():
            for step, taken in measure(kind, people, runs, server).items():
                figure = figures.get(step, "recorded")
                row(f"{kind}, {step}", figure, f"{median(taken):.3f} s (worst {max(taken):.3f} s)")


if __name__ == "__main__":
    main()
