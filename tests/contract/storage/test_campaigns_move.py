"""What news carried of their own delivery moves to campaigns, and back: nothing that is under way is lost."""

from __future__ import annotations

from core.campaigns.campaign import Campaign, CampaignDue, CampaignFollowed, CampaignState
from core.news.item import News
from core.timers import DueTimers
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.engines import open_engine
from storage.migrate import downgrade, upgrade
from tests.contract.storage.revisions import make_database, rows_of
from tests.support.clock import MovableClock

BEFORE = "0008_what_waits"
_HELD_BACK = """
UPDATE news SET paused = true, progress_id = 7, figures = '5 4', urgent = true WHERE id = 1
"""
_FOLLOWED = """
INSERT INTO timers (key, at, event, attempts, error) VALUES
 ('news-progress:1', '2026-03-01 09:01:00.000000', '{"_":"NewsFollowed","news_id":1}', 2, NULL)
"""
_SHELVED = """
INSERT INTO news (id, content, audience, author_id, byline, publish_at, stirred_at, state, version, paused, figures)
SELECT 3, content, audience, author_id, byline, publish_at, stirred_at, 'published', 1, false, '' FROM news WHERE id = 1
"""
TABLES = {
    "news": ["id", "state", "message_id", "progress_id", "paused", "figures", "stirred_at", "stirred_from", "urgent"],
    "timers": ["key", "at", "event", "attempts", "error"],
}


async def test_what_is_under_way_goes_on_and_comes_back(empty_url: str, clock: MovableClock) -> None:
    make_database(empty_url, BEFORE)
    engine = open_engine(empty_url, patience=1)
    with engine.begin() as connection:
        for statement in (_HELD_BACK, _FOLLOWED, _SHELVED):
            connection.exec_driver_sql(statement)
    engine.dispose()
    before = rows_of(empty_url, TABLES)

    upgrade(empty_url)
    store = Database(empty_url, clock, patience=1)
    try:
        await store.transact(_goes_on)
    finally:
        await store.close()

    downgrade(empty_url, BEFORE)
    assert rows_of(empty_url, TABLES) == before


def _goes_on(uow: UnitOfWork) -> None:
    picnic, price_list, shelved = (uow.get(News, number) for number in (1, 2, 3))
    assert picnic is not None
    assert price_list is not None
    assert shelved is not None
    assert (picnic.campaign_id, price_list.campaign_id, shelved.campaign_id) == (1, 2, None)
    running = uow.get(Campaign, 1)
    assert running is not None
    assert (running.state, running.paused, running.urgent) == (CampaignState.RUNNING, True, True)
    assert (running.message_id, running.progress_id, running.figures) == (1, 7, "5 4")
    timers = {due.key: (due.event, due.attempts) for due in uow.ask(DueTimers(10)) if due.key.startswith("campaign")}
    assert timers == {
        "campaign:2": (CampaignDue(2, "news.item", 2), 0),
        "campaign-progress:1": (CampaignFollowed(1, "news.item", 1), 2),
    }
