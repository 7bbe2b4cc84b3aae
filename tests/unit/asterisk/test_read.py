"""Whatever bytes arrive, they become messages or nothing, never an error."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.pbx.asterisk.read import dialled_number, endpoint, translate
from adapters.pbx.asterisk.wire import LONGEST_MESSAGE, Message, Wire
from core.calls import events as ev
from tests.support.ami_server import message

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
HANGUP = message(Event="Hangup", Channel="PJSIP/101-00000001", Uniqueid="1.1", Cause="16", Context="internal")


def read(*chunks: bytes) -> list[ev.CallEvent]:
    wire = Wire()
    told = [translate(each, AT) for chunk in chunks for each in wire.feed(chunk)]
    return [event for event in told if event is not None]


def test_garbage_before_a_message_costs_only_the_broken_one() -> None:
    half = b"elid: 1\r\nUniqueid: 9.9\r\n\r\n"
    assert [
        event.channel for event in read(half, b"\xff\x00 noise\r\n\r\n", HANGUP) if isinstance(event, ev.Hungup)
    ] == ["1.1"]


def test_half_a_message_waits_for_its_other_half() -> None:
    assert read(HANGUP[:20]) == []
    assert len(read(HANGUP[:20], HANGUP[20:])) == 1


def test_a_file_with_bare_line_feeds_reads_the_same() -> None:
    assert len(read(HANGUP.replace(b"\r\n", b"\n") * 2)) == 2


def test_an_endless_message_is_dropped_and_the_next_is_read() -> None:
    wire = Wire()
    for _ in range(20):
        assert wire.feed(b"X: " + b"y" * (LONGEST_MESSAGE // 4)) == []
    found = wire.feed(b"\r\n\r\n" + HANGUP)
    assert [each.kind() for each in found] == ["Hangup"]
    assert found[0].end == 20 * (3 + LONGEST_MESSAGE // 4) + 4 + len(HANGUP)


def test_names_in_any_encoding_do_no_harm() -> None:
    raw = message(Event="Newchannel", Channel="PJSIP/line-msk-00000001", Uniqueid="1.1", Linkedid="1.1").rstrip()
    created = read(raw + b"\r\nCallerIDName: \xcf\xf0\xe8\xe2\xe5\xf2\r\n\r\n")[0]
    assert isinstance(created, ev.ChannelCreated)
    assert created.person == "\ufffd" * 6


def test_a_name_cannot_smuggle_in_a_header() -> None:
    created = read(
        message(
            Event="Newchannel",
            Channel="PJSIP/line-msk-00000001",
            CallerIDName="x\u2028Uniqueid: 6.6\x0bLinkedid: 6.6\x85Exten: 666",
            Exten="74951110001",
            Uniqueid="1.1",
            Linkedid="1.1",
        )
    )[0]
    assert isinstance(created, ev.ChannelCreated)
    assert (created.channel, created.linkedid, created.exten) == ("1.1", "1.1", "74951110001")


def test_an_event_without_what_it_needs_is_nothing() -> None:
    assert read(message(Event="Hangup", Cause="16"), message(Event="Cdr", UniqueID="1.1", StartTime="soon")) == []


def test_keys_are_the_same_for_the_same_message_at_the_same_moment() -> None:
    first, second = Message(HANGUP, 10), Message(HANGUP, 99)
    told = [translate(first, AT), translate(second, AT), translate(first, AT.replace(second=1))]
    keys = [event.key for event in told if event is not None]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("PJSIP/line-msk-0000009f", "line-msk"),
        ("SIP/101-00000001", "101"),
        ("PJSIP/101-00000001<ZOMBIE>", "101"),
        ("DAHDI/i1/89161234567-1", "i1"),
        ("Local/101@from-queue-00000004;1", "101@from-queue"),
        ("Console", ""),
    ],
)
def test_the_endpoint_of_a_channel(channel: str, name: str) -> None:
    assert endpoint(channel) == name


@pytest.mark.parametrize(
    "dial_string",
    [
        "89161234567@line-msk",
        "PJSIP/89161234567@line-msk",
        "line-msk/89161234567",
        "line-msk/sip:89161234567@203.0.113.5:5060",
        "i1/89161234567",
    ],
)
def test_the_number_dialled_on_a_line(dial_string: str) -> None:
    assert dialled_number(dial_string) == "89161234567"


@given(st.lists(st.one_of(st.binary(max_size=300), st.sampled_from([HANGUP, b"\r\n", b"Event: Newchannel\r\n\r\n"]))))
def test_any_bytes_are_safe_and_their_cut_does_not_matter(chunks: list[bytes]) -> None:
    assert read(*chunks) == read(b"".join(chunks))
