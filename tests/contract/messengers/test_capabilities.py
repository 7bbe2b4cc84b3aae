"""What a messenger says of itself is so: the core asks nothing else."""

from __future__ import annotations

from core.chat.capabilities import Level, never
from tests.contract.messengers.clients import CLIENTS, Can
from tests.contract.messengers.station import Station


async def test_capabilities_say_what_clients_can(station: Station, messenger: str) -> None:
    can, said = CLIENTS[messenger.partition("-")[0]], station.capabilities
    assert (Can.GROUP in can) == (said.group is not never)
    assert (Can.TYPE_NUMBERS in can) == (said.buttons is Level.NONE)
    assert (Can.REACT in can) == (said.choice_keys > 0)
    if said.buttons is Level.NONE:
        assert Can.REPLY in can  # or an older menu could not be chosen from
        assert said.toasts is Level.NONE
