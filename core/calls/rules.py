"""What a line counts as a talk, as the same series and as too long a wait: its own rules, else the usual ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.calls.lines import Line
from core.chat.phrases import Phrase, phrase
from core.options import Number, option_of
from core.unit_of_work import UnitOfWork

UNCLAIMED = Number("calls.unclaimed", 10, least=1, most=240)
"""Minutes of working time after which an alert that nobody has taken goes to those above."""
IDLE = Number("calls.idle", 10, least=1, most=240)
"""Minutes of working time after which an alert that was taken, and not followed by a call, is open again."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A whole number that a line may have of its own, from `least` to `most`; `name` is the field of `Line`."""

    name: str
    title: Phrase
    least: int
    most: int


CONTACT = Rule("contact_seconds", phrase("A talk lasts at least"), 2, 120)
"""Seconds that a talk lasts at least to be one."""
SERIES = Rule("series_minutes", phrase("One series"), 2, 240)
"""Minutes within which calls of one client are one alert."""
PATIENCE = Rule("patience_minutes", phrase("Until managers are told"), 2, 240)
"""Minutes until those above are told."""
INSISTS = Rule("insists_at", phrase("Told anew at miss number"), 2, 20)
"""The miss of one client that is told in a message of its own."""
RULES = {rule.name: rule for rule in (CONTACT, SERIES, PATIENCE, INSISTS)}

_USUAL = {CONTACT.name: 3, SERIES.name: 30, INSISTS.name: 3}


def usual(uow: UnitOfWork, rule: Rule) -> int:
    """What holds for lines without a rule of their own."""
    return option_of(uow, UNCLAIMED) if rule is PATIENCE else _USUAL[rule.name]


def rule_of(uow: UnitOfWork, line: Line | None, rule: Rule) -> int:
    """What holds for a line; None is a line that nothing is known of."""
    own: int | None = None if line is None else getattr(line, rule.name)
    return usual(uow, rule) if own is None else own


def series_of(uow: UnitOfWork, line: Line | None) -> timedelta:
    """How long after a miss another one of the same number belongs to it."""
    return timedelta(minutes=rule_of(uow, line, SERIES))
