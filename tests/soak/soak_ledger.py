"""The ledger's model, for very many histories that are longer than those of every day, and never the same."""

from __future__ import annotations

import pytest
from hypothesis import settings

from storage.database import Database
from tests.contract.storage import test_ledger_model as model
from tests.support.clock import MovableClock

HISTORIES, STEPS = 1_500, 60


def test_the_ledger_does_what_its_model_does(
    store: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_full = settings(max_examples=HISTORIES, stateful_step_count=STEPS, database=None)
    monkeypatch.setattr(model, "settings", lambda **_: in_full)
    model.test_the_ledger_does_what_its_model_does(store, clock, monkeypatch)
