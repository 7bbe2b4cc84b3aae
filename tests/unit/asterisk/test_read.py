"""Whatever bytes arrive, they become messages or nothing, never an error."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.pbx.asterisk.names import dialled_number, endpoint
from adapters.pbx.asterisk.read import translate
from adapters.pbx.asterisk.version import TooOld, check_message
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


def test_a_callers_name_is_what_can_be_seen_of_it() -> None:
    told = {"Event": "NewCallerid", "Uniqueid": "1.1", "CallerIDNum": "89161234567"}
    names = read(*(message(**told, CallerIDName=name) for name in ("\u202eАнна \u200b", "\u3164")))
    assert [known.person for known in names if isinstance(known, ev.CallerKnown)] == ["Анна", ""]


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
        ("SIP/ivan:S3cret-Pass@203.0.113.5-00000001", "203.0.113.5"),
        ("IAX2/10.0.0.7:4569-22", "10.0.0.7:4569"),
    ],
)
def test_the_endpoint_of_a_channel(channel: str, name: str) -> None:
    assert endpoint(channel) == name


@pytest.mark.parametrize(
    ("dial_string", "number"),
    [
        *(
            (text, "89161234567")
            for text in (
                "89161234567@line-msk",
                "PJSIP/89161234567@line-msk",
                "line-msk/89161234567",
                "line-msk/sip:89161234567@203.0.113.5:5060",
                "line-msk/sip:89161234567;npdi@203.0.113.5;transport=tls?X-Key=777",
                "i1/89161234567",
                "g1/ww89161234567",
                "Dongle/i:123456789012345/89161234567",
                "line-msk/89161234567,30,tTU(secret^777)",
                "line-msk/89161234567&line-spb/89161234567",
                "89161234567@line-msk/n",
            )
        ),
        ("branch2:S3cretPass@10.0.0.7/2045", "2045"),
        ("branch2:777@10.0.0.7:4569/2045@from-branch/a", "2045"),
        ("branch2:[key]@10.0.0.7/2045", "2045"),
        ("ivan:S3cret:md5:auth:tls@203.0.113.5/2045", "2045"),
        ("line-msk/sip:2045:777@203.0.113.5", "2045"),
        ("line-msk/sip:%2B79161234567@203.0.113.5", "+79161234567"),
        *(
            (text, "")
            for text in (
                "ivan:S3cretPass@203.0.113.5",
                "SIP/ivan:777@203.0.113.5",
                "IAX2/777:777@10.0.0.7",
                "line-msk/sip:ivan:777@203.0.113.5",
                "sip:ivan:777@203.0.113.5;user=777",
                "ivan:7&77@203.0.113.5",
                "ivan:7,77@203.0.113.5",
                "ivan:7/77@203.0.113.5",
                "ivan:777@203.0.113.5/n",
                "101&102",
                "ivan:777",
                "S3cretPass",
                "",
            )
        ),
    ],
)
def test_the_number_dialled_on_a_line_and_nothing_else(dial_string: str, number: str) -> None:
    assert dialled_number(dial_string) == number


WRITTEN = st.text(st.characters(codec="ascii", exclude_categories=["C"], exclude_characters="/"), min_size=4)


@given(
    user=WRITTEN,
    secret=WRITTEN,
    template=st.sampled_from(
        ["{0}:{1}@10.0.0.7", "{0}:{1}@10.0.0.7/20", "{0}:{1}@h/20@c", "l/sip:{0}:{1}@h", "SIP/{0}:{1}:{1}@h", "{0}:{1}"]
    ),
)
def test_no_secret_of_a_dial_string_is_ever_told(user: str, secret: str, template: str) -> None:
    assert secret.lstrip("wW") not in (dialled_number(template.format(user.replace(":", ""), secret)) or "20")


@pytest.mark.parametrize(
    ("channel", "virtual"),
    [
        *(
            (name, True)
            for name in (
                "Local/101@from-queue-00000004;1",
                "UnicastRTP/127.0.0.1:18080-0x7f3c",
                "AudioSocket/10.0.0.1:9092-1f0a",
                "WebSocket/robot/0x55d0",
                "MulticastRTP/0x7f",
                "Snoop/1795289796.1-00000001",
                "CBAnn/800-00000001;2",
                "CBRec/800-00000001;1",
                "Message/ast_msg_queue",
                "Console/dsp",
                "DAHDI/pseudo-1234",
                "Announcer/ARI-01;2",
                "Recorder/ARI-01;1",
                "Surrogate/x",
            )
        ),
        *(
            (name, False)
            for name in (
                "PJSIP/101-00000001",
                "SIP/websocket-00000001",
                "IAX2/10.0.0.7:4569-22",
                "DAHDI/33-1",
                "DAHDI/i1/7495-2",
                "SCCP/101-00000001",
                "Skinny/101@phone-1",
                "Motif/anna@example.org-12",
                "Mobile/nokia-1a2b",
                "Khomp/B0C1-0",
            )
        ),
    ],
)
def test_what_is_no_telephone(channel: str, virtual: bool) -> None:
    (created,) = read(message(Event="Newchannel", Channel=channel, Uniqueid="1.1", Linkedid="1.1"))
    assert isinstance(created, ev.ChannelCreated)
    assert created.virtual is virtual


def test_a_caller_who_forbids_the_number_to_be_shown_is_not_known_by_it() -> None:
    told = {"Event": "NewCallerid", "Uniqueid": "1.1", "CallerIDNum": "89161234567", "CallerIDName": "Анна"}
    known, hidden = read(message(**told), message(**told, CID__CallingPres="35 (Presentation Prohibited, Network)"))
    assert isinstance(known, ev.CallerKnown)
    assert isinstance(hidden, ev.CallerKnown)
    assert [(known.number, known.person), (hidden.number, hidden.person)] == [("89161234567", "Анна"), ("", "")]


@pytest.mark.parametrize(
    "raw",
    [
        b"Asterisk Call Manager/1.1\r\nResponse: Success\r\n\r\n",
        b"Asterisk Call Manager\r\nResponse: Success\r\n\r\n",
        message(Event="Dial", SubEvent="Begin", UniqueID="1.1", DestUniqueID="1.2"),
        message(Event="Bridge", Bridgestate="Link", Channel1="SIP/101-1", Uniqueid1="1.1"),
        message(Event="Unlink", Channel1="SIP/101-1"),
        message(Event="Join", Queue="sales", Position="1"),
    ],
)
def test_what_only_an_old_exchange_says(raw: bytes) -> None:
    with pytest.raises(TooOld, match="Asterisk 12 or newer is needed"):
        check_message(*Wire().feed(raw))


@pytest.mark.parametrize("version", [b"2.10.4", b"5.0.1", b"9.0.0", b"11.0.0", b"12.0.0"])
def test_what_a_newer_exchange_says(version: bytes) -> None:
    check_message(*Wire().feed(b"Asterisk Call Manager/" + version + b"\r\nResponse: Success\r\n\r\n"))
    check_message(*Wire().feed(HANGUP))


@given(st.lists(st.one_of(st.binary(max_size=300), st.sampled_from([HANGUP, b"\r\n", b"Event: Newchannel\r\n\r\n"]))))
def test_any_bytes_are_safe_and_their_cut_does_not_matter(chunks: list[bytes]) -> None:
    assert read(*chunks) == read(b"".join(chunks))
