"""What became of a call: how it ended, by whom, and where the client was lost. Never more than was seen."""

from __future__ import annotations

from datetime import timedelta

from core.calls.call import Direction, EndedBy, LostWhere, Outcome
from core.calls.channels import Channel
from core.calls.events import Doing
from core.calls.track import Track, Verdict

_TOGETHER = timedelta(seconds=2)  # telephones dialled within this are one group
_MEETS = timedelta(seconds=3)  # two callers in one room for less have not met
_RINGING = frozenset({Doing.RINGS, Doing.QUEUES})
_ELSEWHERE = 26
_UNREACHED = frozenset({1, 2, 3, 17, 18, 19, 20, 21, 22, 27, 28, 34, 38, 41, 42, 44, 57, 58, 88})
"""Causes of a hangup (Q.850) that say that somebody was called and could not be reached."""


def judge(track: Track) -> Verdict:
    """What became of a call, as far as it was seen."""
    ended = outcome(track)
    return Verdict(ended, lost_where(track, ended), ended_by(track))


def outcome(track: Track) -> Outcome | None:
    """How it ended; None while it goes on."""
    if track.open:
        return None
    if track.ended_at is None:
        return Outcome.UNKNOWN
    if track.answered_at:
        return Outcome.ANSWERED
    if track.direction is not Direction.INBOUND:
        return _unreached(track)
    return _unanswered(track)


def _unanswered(track: Track) -> Outcome:
    """What became of a client with whom nobody spoke."""
    if _ELSEWHERE in track.root.causes:
        return Outcome.ELSEWHERE
    if track.voicemail:
        return Outcome.VOICEMAIL
    if Doing.FAX in _doings(track):
        return Outcome.FAX
    if track.met_at is not None and track.ended_at is not None and track.ended_at - track.met_at >= _MEETS:
        return Outcome.MEETING
    if _heard_only(track):
        return Outcome.AFTER_HOURS
    unreached = _unreached(track)
    if unreached is not Outcome.BUSY and ended_by(track) is EndedBy.CALLER:
        return Outcome.ABANDONED
    return Outcome.MISSED if track.queue or _in_menu(track) else unreached


def _heard_only(track: Track) -> bool:
    """The exchange answered by itself and called nobody, as it was told to do when everybody has gone home."""
    nobody = not track.legs and not track.queue and track.root.was_up
    if not nobody or _called(track) or _in_menu(track) or Doing.MEETING in _doings(track):
        return False
    return track.closed(track.root.line, track.root.created_at)


def _called(track: Track) -> bool:
    """Somebody was to be called, whatever came of it."""
    return bool(track.legs) or bool(_doings(track) & _RINGING) or bool(track.root.causes & _UNREACHED)


def _doings(track: Track) -> set[Doing]:
    return track.root.doings | {bill.doing for bill in track.bills if bill.doing is not None}


def _unreached(track: Track) -> Outcome:
    """Why none of the legs was reached; the last of several words of an exchange on one leg says less."""
    if track.legs and all(leg.dial_status == "busy" for leg in track.legs):
        return Outcome.BUSY
    return Outcome.MISSED if any(leg.rang for leg in track.legs) else Outcome.FAILED


def _in_menu(track: Track) -> bool:
    """The client was put through a voice menu, as far as an exchange tells it without its dial plan."""
    if _doings(track) & {Doing.MENU, Doing.ROBOT}:
        return True
    context = track.root.last_context.casefold()
    return context != track.root.context.casefold() and ("ivr" in context or "menu" in context)


def ended_by(track: Track) -> EndedBy | None:
    """Who hung up; None while it goes on."""
    if track.ended_at is None:
        return None
    # An exchange that plays the busy tone asks for its own hangup.
    if track.queue_abandoned or (track.root.hangup_requested and track.root.state != "busy"):
        return EndedBy.CALLER
    last = track.legs[-1] if track.legs and track.answered_at is None else None
    if last is not None and last.dial_status == "cancel" and last.caller is track.root:
        return EndedBy.CALLER
    if track.answerer is not None and track.answerer.hangup_requested:
        return EndedBy.CALLEE
    return EndedBy.PBX


def lost_where(track: Track, ended: Outcome | None) -> LostWhere | None:
    """Where the client was last; None when nobody was lost."""
    if ended is Outcome.ANSWERED and _lost_in_transfer(track):
        return LostWhere.TRANSFER
    if track.direction is not Direction.INBOUND or ended is None or ended not in _LOST:
        return None
    if ended is Outcome.VOICEMAIL:
        return LostWhere.VOICEMAIL
    if ended is Outcome.AFTER_HOURS:
        return LostWhere.AFTER_HOURS
    if _in_queue(track):
        return LostWhere.QUEUE
    if not track.legs:
        return _without_legs(track)
    return _by_legs(track.legs[track.since_queue or 0 :] or track.legs)


_LOST = frozenset(
    {Outcome.MISSED, Outcome.ABANDONED, Outcome.BUSY, Outcome.FAILED, Outcome.AFTER_HOURS, Outcome.VOICEMAIL}
)


def _in_queue(track: Track) -> bool:
    """Nobody was called any more after the queue, or the client did not wait for the end of it."""
    if not track.queue:
        return False
    return track.queue_abandoned or track.since_queue is None or len(track.legs) <= track.since_queue


def _without_legs(track: Track) -> LostWhere:
    doings = _doings(track)
    if Doing.MEETING in doings:
        return LostWhere.MEETING
    asked = _in_menu(track) and (Doing.ROBOT in doings or not doings & _RINGING)
    return LostWhere.IVR if asked else LostWhere.LINE


def _by_legs(legs: list[Channel]) -> LostWhere:
    last = legs[-1]
    if last.trunk:
        return LostWhere.FORWARD
    together = [leg for leg in legs if last.created_at - leg.created_at < _TOGETHER]
    return LostWhere.GROUP if len(together) > 1 else LostWhere.EXTENSION


def _lost_in_transfer(track: Track) -> bool:
    """The client was passed on, and nobody was there."""
    if track.adrift or (track.passed_on and track.parked):
        return True
    client = track.client
    if client is None or not track.passed_on:
        return False
    last = {bill.doing for bill in track.bills[-1:]}
    return bool((client.doings | last) & _RINGING) or bool(client.causes & _UNREACHED)
