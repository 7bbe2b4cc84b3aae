"""Who answers to what asks nobody in particular: the first room, in a declared order, that takes the event."""

from __future__ import annotations

from bot.talk.request import Pass, Reply, Request
from core.access import ANYBODY, Right
from core.chat.events import Event


def heard(request: Request) -> Reply:
    """What the first room answers that takes the event."""
    event, known = request.event, request.house.listeners
    if not event.private:
        return None
    for listener in (*known.get(type(event), ()), *known.get(Event, ())):
        if admits(request, listener.right) and (listener.when is None or listener.when(request, event)):
            reply = listener.handler(request, event)
            if not isinstance(reply, Pass):
                return reply
    return None


def admits(request: Request, right: Right) -> bool:
    """Whether a right lets the sender in. Anybody is also who has no access any more, and is told so."""
    return right is ANYBODY or request.may(right)
