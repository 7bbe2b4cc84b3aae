"""How long the way in waits for what, in one place, so that a test can make it short."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds.

    `poll` is how long a sync waits for news, `request` an answer to anything beyond that; `first_delay` to
    `longest_delay` lie between attempts after a fault; `patience` is given to the key of a message; at the latest
    after `idle` the place in the stream is stored though nothing happened.
    """

    poll: float = 30.0
    request: float = 60.0
    first_sync: float = 600.0
    first_delay: float = 1.0
    longest_delay: float = 60.0
    patience: float = 10.0
    idle: float = 60.0
