"""Tells a fold what an exchange would, in the order and with the words of a real one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.calls import events as ev
from core.calls.board import Closed
from core.calls.call import Call
from core.calls.fold import Switchboard, always_closed
from core.phones import PLAIN, Dialling

START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
CLIENT = "+79161230001"


class Story:
    """Channels are named by the test; `wait` moves the time. A line's name begins with `line`."""

    def __init__(self, closed: Closed = always_closed, dialling: Dialling = PLAIN) -> None:
        self.board = Switchboard(["line-msk", "line-spb"], machines=["robot"], dialling=dialling, closed=closed)
        self.at = START
        self.events: list[ev.CallEvent] = []
        self.changed: set[str] = set()

    def wait(self, seconds: float) -> Story:
        self.at += timedelta(seconds=seconds)
        return self

    def key(self) -> str:
        return f"k{len(self.events)}"

    def tell(self, event: ev.CallEvent) -> Story:
        self.events.append(event)
        self.changed = self.board.apply(event)
        return self

    def created(
        self,
        uid: str,
        endpoint: str,
        *,
        linkedid: str = "",
        state: str = "down",
        number: str = "",
        exten: str = "s",
        context: str = "internal",
        machine: bool = False,
    ) -> Story:
        pair = endpoint.removesuffix(";1").removesuffix(";2") if endpoint.startswith("Local/") else None
        return self.tell(
            ev.ChannelCreated(
                key=self.key(),
                at=self.at,
                channel=uid,
                linkedid=linkedid or uid,
                endpoint=endpoint,
                virtual=machine or pair is not None,
                pair=pair,
                state=state,
                number=number,
                person="",
                context=context,
                exten=exten,
            )
        )

    def client_calls(self, uid: str = "c", *, number: str = CLIENT, line: str = "line-msk") -> Story:
        return self.created(uid, line, state="ring", number=number, exten="74951110001")

    def machine(self, uid: str, name: str) -> Story:
        """A channel at whose end nobody is."""
        return self.created(uid, name, state="up", machine=True)

    def phone_dials(self, uid: str, extension: str, number: str) -> Story:
        return self.created(uid, extension, state="ring", number=extension, exten=number)

    def dial(self, caller: str | None, callee: str, endpoint: str, *, series: str, number: str = "") -> Story:
        """The exchange creates the channel and dials it."""
        if callee not in {event.channel for event in self.events if isinstance(event, ev.ChannelCreated)}:
            self.created(callee, endpoint, linkedid=series)
        return self.tell(
            ev.DialStarted(
                key=self.key(),
                at=self.at,
                caller=caller,
                callee=callee,
                number=number or endpoint,
                callee_number=number,
            )
        )

    def ring(self, caller: str, callee: str, endpoint: str, *, series: str, number: str = "") -> Story:
        return self.dial(caller, callee, endpoint, series=series, number=number).state(callee, "ringing")

    def state(self, uid: str, state: str, *, number: str = "") -> Story:
        return self.tell(ev.ChannelChanged(key=self.key(), at=self.at, channel=uid, state=state, number=number))

    def knows(self, uid: str, number: str, person: str = "", *, exten: str = "") -> Story:
        """The exchange has learned who calls."""
        return self.tell(
            ev.CallerKnown(key=self.key(), at=self.at, channel=uid, number=number, person=person, exten=exten)
        )

    def does(self, uid: str, doing: ev.Doing) -> Story:
        return self.tell(ev.Handled(key=self.key(), at=self.at, channel=uid, doing=doing))

    def queue(self, uid: str, queue: str) -> Story:
        return self.tell(ev.QueueJoined(key=self.key(), at=self.at, channel=uid, queue=queue))

    def leave_queue(self, uid: str, queue: str, *, abandoned: bool = False) -> Story:
        if abandoned:
            self.tell(ev.QueueAbandoned(key=self.key(), at=self.at, channel=uid, queue=queue))
        return self.tell(ev.QueueLeft(key=self.key(), at=self.at, channel=uid, queue=queue))

    def dialled(self, callee: str, status: str) -> Story:
        return self.tell(ev.DialEnded(key=self.key(), at=self.at, callee=callee, status=status))

    def bridge(self, bridge: str, *uids: str, holding: bool = False, meeting: bool = False) -> Story:
        for uid in uids:
            self.tell(
                ev.BridgeEntered(
                    key=self.key(), at=self.at, channel=uid, bridge=bridge, holding=holding, meeting=meeting
                )
            )
        return self

    def leave(self, bridge: str, *uids: str) -> Story:
        for uid in uids:
            self.tell(ev.BridgeLeft(key=self.key(), at=self.at, channel=uid, bridge=bridge))
        return self

    def transfer(self, uid: str, *, attended: bool = False, parked: bool = False) -> Story:
        return self.tell(ev.Transferred(key=self.key(), at=self.at, channel=uid, attended=attended, parked=parked))

    def asks_to_hang_up(self, uid: str) -> Story:
        """The far end of a channel does."""
        return self.tell(ev.HangupRequested(key=self.key(), at=self.at, channel=uid))

    def hangup(self, *uids: str, cause: int = 16) -> Story:
        for uid in uids:
            self.tell(ev.Hungup(key=self.key(), at=self.at, channel=uid, cause=cause, context="internal"))
        return self

    def bill(self, uid: str, callee: str | None, *, answered: bool, waits: int = 0, lasts: int) -> Story:
        """A record of the exchange, whose clock is three hours ahead."""
        start = int(START.timestamp()) + 3 * 3600
        answer = start + waits if answered else None
        return self.tell(
            ev.BillingRecord(
                key=self.key(),
                at=self.at,
                channel=uid,
                callee=callee,
                answered=answered,
                start=start,
                answer=answer,
                end=start + waits + lasts,
            )
        )

    def link_lost(self) -> Story:
        return self.tell(ev.LinkLost(key=self.key(), at=self.at))

    def link_up(self, uptime: int | None = None) -> Story:
        self.tell(ev.LinkUp(key=self.key(), at=self.at))
        return self.tell(ev.ExchangeReady(key=self.key(), at=self.at, uptime=uptime))

    def listed(self, uid: str, endpoint: str, series: str, *, bridge: str | None = None, state: str = "up") -> Story:
        return self.tell(
            ev.ChannelListed(
                key=self.key(),
                at=self.at,
                channel=uid,
                linkedid=series,
                endpoint=endpoint,
                virtual=False,
                pair=None,
                state=state,
                number=CLIENT,
                person="",
                context="",
                exten="74951110001",
                called=uid != series,
                bridge=bridge,
                seconds=60,
            )
        )

    def list_over(self, count: int | None) -> Story:
        return self.tell(ev.ListingComplete(key=self.key(), at=self.at, count=count))

    def call(self, uid: str = "c") -> Call:
        call = self.board.call(f"asterisk:{uid}")
        assert call is not None
        return call

    def ids(self) -> list[str]:
        return [call.id.removeprefix("asterisk:") for call in self.board.calls()]
