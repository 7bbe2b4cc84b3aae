"""A question that waits until nothing more comes: messengers cut a long text into messages that all come at once, and
people send files one by one.

The pause ends by a timer, which puts an event of its own into the inbox; each further message sets the timer anew.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta

from bot.talk.request import Request
from core.chat.codec import record
from core.chat.events import Event
from core.drafts import FormDraft
from core.inbox import StoreEvents
from core.timers import SetTimer
from core.unit_of_work import DomainEvent, UnitOfWork

PAUSE = timedelta(seconds=2)
IN_A_ROW = timedelta(seconds=60)
"""Within which a file belongs to those before it."""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Event):
    """Nothing more came to the question number `version` of the form `draft`, which is not asked yet, or stands `above`
    what has come meanwhile."""

    draft: int
    version: int
    above: bool = False


@record
@dataclass(frozen=True, slots=True)
class PauseOver(DomainEvent):
    """Time to put the event into the inbox."""

    event: Paused


def wait(request: Request, draft: FormDraft) -> None:
    """Has the question asked when nothing more comes."""
    draft.version += 1
    draft.updated_at = request.now
    _set(request, draft, above=False)


def ask_below(request: Request, draft: FormDraft) -> None:
    """Has the question, which has just been asked, asked again below what comes meanwhile instead of above it."""
    _set(request, draft, above=True)


def _set(request: Request, draft: FormDraft, *, above: bool) -> None:
    origin = {field.name: getattr(request.event, field.name) for field in fields(Event)}
    id = f"pause:{draft.id}:{draft.version}:{request.event.id}"
    paused = Paused(**{**origin, "id": id}, draft=draft.id, version=draft.version, above=above)
    request.uow.apply(SetTimer(f"pause:{draft.id}", request.now + PAUSE, PauseOver(paused)))


def go_on(uow: UnitOfWork, over: DomainEvent) -> None:
    """Puts the event of a `PauseOver` into the inbox."""
    assert isinstance(over, PauseOver)
    uow.apply(StoreEvents(over.event.messenger, (over.event,), None))
