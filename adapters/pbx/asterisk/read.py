"""AMI messages to call events; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TypedDict

from adapters.pbx.asterisk.names import dialled_number, endpoint, is_machine, technology, told_number
from adapters.pbx.asterisk.wire import Message
from core.calls import events as ev
from core.chat.cleaning import clean_name

_STATES = {"0": "down", "1": "down", "2": "down", "3": "down", "4": "ring", "5": "ringing", "6": "up", "7": "busy"}
_DOING = {
    **dict.fromkeys(("dial", "retrydial", "followme", "page"), ev.Doing.RINGS),
    "queue": ev.Doing.QUEUES,
    **dict.fromkeys(("background", "backgrounddetect", "waitexten", "read", "readexten", "directory"), ev.Doing.MENU),
    **dict.fromkeys(("speechbackground", "speechstart", "mrcprecog", "synthandrecog"), ev.Doing.MENU),
    **dict.fromkeys(("audiosocket", "eagi", "externalivr", "stasis"), ev.Doing.ROBOT),
    **dict.fromkeys(("receivefax", "rxfax", "sendfax", "txfax"), ev.Doing.FAX),
    **dict.fromkeys(("confbridge", "meetme"), ev.Doing.MEETING),
}
"""Applications of the dial plan that say what becomes of a client; of the others it does not matter."""


def translate(message: Message, at: datetime) -> ev.CallEvent | None:
    """The call event in a message received `at`; None when it says nothing about calls or is malformed."""
    kind = message.kind()
    if not kind:
        return _link_up(message, at)
    make = _EVENTS.get(kind)
    if make is None:
        return None
    try:
        return make(message.headers(), event_key(message, at), at)
    except (KeyError, ValueError):
        return None


def event_key(message: Message, at: datetime) -> str:
    return blake2b(message.raw, digest_size=12, salt=b"ami", person=_moment(at)).hexdigest()


def _moment(at: datetime) -> bytes:
    since = at - datetime.fromtimestamp(0, UTC)
    return (since.days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds).to_bytes(8, "big")


def _link_up(message: Message, at: datetime) -> ev.CallEvent | None:
    headers = message.headers()
    accepted = headers.get("Response") == "Success" and headers.get("Message") == "Authentication accepted"
    return ev.LinkUp(key=event_key(message, at), at=at) if accepted else None


def _said(value: str) -> str:
    return "" if value == "<unknown>" else value


def _uid(headers: Mapping[str, str], name: str = "Uniqueid") -> str:
    uid = _said(headers[name])
    if not uid:
        raise ValueError(name)
    return uid


def _count(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


class _Leg(TypedDict):
    channel: str
    linkedid: str
    endpoint: str
    virtual: bool
    pair: str | None
    state: str
    number: str
    person: str
    context: str
    exten: str


def _leg(headers: Mapping[str, str]) -> _Leg:
    name, uid = headers["Channel"], _uid(headers)
    is_local = technology(name) == "local" and name[-2:] in {";1", ";2"}
    return {
        "channel": uid,
        "linkedid": _said(headers.get("Linkedid", "")) or uid,
        "endpoint": endpoint(name),
        "virtual": is_machine(name),
        "pair": name[:-2] if is_local else None,
        "state": _STATES.get(headers.get("ChannelState", ""), "down"),
        "number": told_number(_said(headers.get("CallerIDNum", ""))),
        "person": clean_name(_said(headers.get("CallerIDName", ""))),
        "context": headers.get("Context", ""),
        "exten": headers.get("Exten", ""),
    }


def _booted(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    return ev.ExchangeReady(key=key, at=at, uptime=_count(headers.get("Uptime")))


def _shutdown(_: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    return ev.ExchangeStopped(key=key, at=at)


def _newchannel(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    return ev.ChannelCreated(key=key, at=at, **_leg(headers))


def _core_show_channel(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    return ev.ChannelListed(
        key=key,
        at=at,
        **_leg(headers),
        called=headers.get("Application", "").startswith(("AppDial", "AppQueue")),
        bridge=_said(headers.get("BridgeId", "")) or None,
        seconds=_clock_seconds(headers.get("Duration", "")),
    )


def _clock_seconds(text: str) -> int | None:
    parts = text.split(":")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return None
    hours, minutes, seconds = map(int, parts)
    return hours * 3600 + minutes * 60 + seconds


def _listing_complete(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    return ev.ListingComplete(key=key, at=at, count=_count(headers.get("ListItems")))


def _newstate(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    return ev.ChannelChanged(key=key, at=at, **_told(headers), state=_STATES.get(headers["ChannelState"], "down"))


def _new_caller_id(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    told = _told(headers)
    if "prohib" in headers.get("CID-CallingPres", "").casefold():
        told |= {"number": "", "person": ""}
    return ev.CallerKnown(key=key, at=at, **told)


class _Told(TypedDict):
    channel: str
    number: str
    person: str
    exten: str


def _told(headers: Mapping[str, str]) -> _Told:
    return {
        "channel": _uid(headers),
        "number": told_number(_said(headers.get("CallerIDNum", ""))),
        "person": clean_name(_said(headers.get("CallerIDName", ""))),
        "exten": headers.get("Exten", ""),
    }


def _new_exten(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent | None:
    """Told only to an account that may read the class `dialplan`, and in recordings."""
    doing = _doing(headers.get("Application", ""))
    return None if doing is None else ev.Handled(key=key, at=at, channel=_uid(headers), doing=doing)


def _doing(application: str) -> ev.Doing | None:
    return _DOING.get(application.casefold())


def _dial_begin(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    callee_number = told_number(_said(headers.get("DestCallerIDNum", "")))
    return ev.DialStarted(
        key=key,
        at=at,
        caller=_said(headers.get("Uniqueid", "")) or None,
        callee=_uid(headers, "DestUniqueid"),
        number=dialled_number(headers.get("DialString", "")) or callee_number,
        callee_number=callee_number,
    )


def _dial_end(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    status = headers["DialStatus"].casefold()
    return ev.DialEnded(key=key, at=at, callee=_uid(headers, "DestUniqueid"), status=status)


def _bridge_enter(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    holding = headers.get("BridgeTechnology") == "holding_bridge" or headers.get("BridgeType") == "parking"
    meeting = headers.get("BridgeCreator") == "ConfBridge" or headers.get("BridgeTechnology") == "softmix"
    bridge = headers["BridgeUniqueid"]
    return ev.BridgeEntered(key=key, at=at, channel=_uid(headers), bridge=bridge, holding=holding, meeting=meeting)


def _bridge_leave(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    return ev.BridgeLeft(key=key, at=at, channel=_uid(headers), bridge=headers["BridgeUniqueid"])


def _bridge_destroy(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    return ev.BridgeClosed(key=key, at=at, bridge=headers["BridgeUniqueid"])


def _local_bridge(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    one, two = _uid(headers, "LocalOneUniqueid"), _uid(headers, "LocalTwoUniqueid")
    return ev.VirtualJoined(key=key, at=at, one=one, two=two)


def _pickup(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    target = _said(headers.get("TargetUniqueid", ""))
    return ev.PickedUp(key=key, at=at, channel=_uid(headers), target=target)


def _transfer(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent | None:
    if headers.get("Result", "Success") != "Success":
        return None
    attended = headers.get("Event") == "AttendedTransfer"
    return ev.Transferred(key=key, at=at, channel=_uid(headers, "TransfereeUniqueid"), attended=attended)


def _parked(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    return ev.Transferred(key=key, at=at, channel=_uid(headers, "ParkeeUniqueid"), parked=True)


def _queue_join(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    return ev.QueueJoined(key=key, at=at, channel=_uid(headers), queue=headers["Queue"])


def _queue_abandon(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    return ev.QueueAbandoned(key=key, at=at, channel=_uid(headers), queue=headers["Queue"])


def _queue_leave(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    return ev.QueueLeft(key=key, at=at, channel=_uid(headers), queue=headers["Queue"])


def _message_waiting(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    return ev.VoicemailLeft(key=key, at=at, channel=_uid(headers))


def _hangup_request(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    return ev.HangupRequested(key=key, at=at, channel=_uid(headers), cause=_count(headers.get("Cause")) or 0)


def _hangup(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    cause = _count(headers.get("Cause")) or 0
    return ev.Hungup(key=key, at=at, channel=_uid(headers), cause=cause, context=headers.get("Context", ""))


def _cdr(headers: Mapping[str, str], key: str, at: datetime) -> ev.CallEvent:
    destination = headers.get("DestinationChannel", "")
    return ev.BillingRecord(
        key=key,
        at=at,
        channel=_uid(headers, "UniqueID"),
        callee=endpoint(destination) if destination and not is_machine(destination) else None,
        answered=headers.get("Disposition") == "ANSWERED",
        doing=_doing(headers.get("LastApplication", "")),
        start=local_seconds(headers["StartTime"]),
        answer=local_seconds(headers["AnswerTime"]) if headers.get("AnswerTime") else None,
        end=local_seconds(headers["EndTime"]),
    )


def local_seconds(text: str) -> int:
    """`2026-11-21 22:21:34` on the exchange's clock, whose zone it does not tell, in seconds as if it were UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


_EVENTS: dict[str, Callable[[Mapping[str, str], str, datetime], ev.CallEvent | None]] = {
    "FullyBooted": _booted,
    "Shutdown": _shutdown,
    "Newchannel": _newchannel,
    "CoreShowChannel": _core_show_channel,
    "CoreShowChannelsComplete": _listing_complete,
    "Newstate": _newstate,
    "NewCallerid": _new_caller_id,
    "Newexten": _new_exten,
    "DialBegin": _dial_begin,
    "DialEnd": _dial_end,
    "BridgeEnter": _bridge_enter,
    "BridgeLeave": _bridge_leave,
    "BridgeDestroy": _bridge_destroy,
    "LocalBridge": _local_bridge,
    "Pickup": _pickup,
    "BlindTransfer": _transfer,
    "AttendedTransfer": _transfer,
    "ParkedCall": _parked,
    "QueueCallerJoin": _queue_join,
    "QueueCallerAbandon": _queue_abandon,
    "QueueCallerLeave": _queue_leave,
    "MessageWaiting": _message_waiting,
    "HangupRequest": _hangup_request,
    "Hangup": _hangup,
    "Cdr": _cdr,
}
