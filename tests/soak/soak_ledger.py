"""The ledger's model, for very many histories that are longer than those of every day."""

from __future__ import annotations

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from storage.database import Database
from tests.contract.storage.test_ledger_model import LedgerMachine
from tests.support.clock import MovableClock
from tests.support.databases import clock, database_url, postgresql, sqlite_template, store

__all__ = ["clock", "database_url", "postgresql", "sqlite_template", "store"]

HISTORIES, STEPS = 1_500, 60


def test_the_ledger_does_what_its_model_does(store: Database, clock: MovableClock) -> None:
    class Machine(LedgerMachine):
        def __init__(self) -> None:
            super().__init__(store, clock)

    run_state_machine_as_test(
        Machine, settings=settings(max_examples=HISTORIES, stateful_step_count=STEPS, deadline=None, database=None)
    )
