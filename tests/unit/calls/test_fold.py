"""Calls of the kinds that look answered and are not, or the other way round."""

from __future__ import annotations

from core.calls.call import Direction, EndedBy, LostWhere, Outcome
from tests.unit.calls.story import CLIENT, Story


def test_a_telephone_that_accepted_but_was_not_connected_did_not_answer() -> None:
    story = Story().client_calls().ring("c", "a", "101", series="c").wait(4)
    story.state("a", "up").dialled("a", "answer").state("c", "up").wait(2).hangup("a", "c")
    assert story.call().missed
    assert story.call().answered_by is None


def test_a_pickup_by_a_feature_code_answers_the_call_and_is_no_call_itself() -> None:
    story = Story().client_calls().ring("c", "a", "101", series="c").wait(3)
    story.phone_dials("p", "102", "*8").state("p", "up").bridge("b", "p", "c").hangup("a").wait(5).hangup("c", "p")
    assert story.ids() == ["c"]
    call = story.call()
    assert (call.answered_by, call.rang, call.wait_seconds, call.talk_seconds) == ("102", ("101",), 3.0, 5.0)


def test_a_parked_client_is_answered_once_and_found_again_by_another() -> None:
    story = Story().client_calls().ring("c", "a", "101", series="c").wait(2).bridge("b", "a", "c").wait(3)
    story.transfer("c").leave("b", "c", "a").bridge("lot", "c", holding=True).hangup("a").wait(10)
    story.phone_dials("p", "103", "701").leave("lot", "c").bridge("b2", "p", "c").wait(5).hangup("c", "p")
    assert story.ids() == ["c"]
    call = story.call()
    assert (call.answered_by, call.wait_seconds, call.talk_seconds, call.lost_where) == ("101", 2.0, 18.0, None)


def test_two_clients_parked_together_do_not_answer_each_other() -> None:
    story = Story().client_calls("c").client_calls("d").bridge("lot", "c", "d", holding=True)
    story.wait(9).hangup("c", "d")
    assert story.call("c").missed
    assert story.call("d").missed


def test_two_clients_in_one_room_are_answered_when_an_employee_enters() -> None:
    story = Story().client_calls("c").client_calls("d").bridge("room", "c", "d")
    assert story.call("c").answered_at is None
    story.wait(4).phone_dials("p", "101", "800").bridge("room", "p")
    assert [story.call(uid).answered_by for uid in "cd"] == ["101", "101"]


def test_a_client_lost_in_a_blind_transfer_was_answered_and_then_lost() -> None:
    story = Story().client_calls().ring("c", "a", "101", series="c").wait(2).bridge("b", "a", "c").wait(3)
    story.transfer("c").leave("b", "a", "c").hangup("a").ring("c", "t", "102", series="c").wait(8)
    story.dialled("t", "noanswer").hangup("t", "c")
    call = story.call()
    assert (call.outcome, call.missed, call.lost_where) == (Outcome.ANSWERED, False, LostWhere.TRANSFER)
    assert call.talk_seconds == 11.0


def test_an_outbound_call_goes_on_with_the_colleague_the_client_was_passed_to() -> None:
    story = Story().phone_dials("p", "101", "89161230001")
    story.ring("p", "t", "line-msk", series="p", number="89161230001").wait(3).bridge("b", "t", "p").wait(4)
    story.transfer("t").leave("b", "p", "t").hangup("p")
    assert story.call("p").open
    story.ring("t", "q", "102", series="p").wait(2).bridge("b2", "q", "t").wait(10).hangup("t", "q")
    call = story.call("p")
    assert (call.direction, call.answered_by, call.from_extension) == (Direction.OUTBOUND, "89161230001", "101")
    assert (call.wait_seconds, call.talk_seconds, call.lost_where) == (3.0, 16.0, None)


def test_a_second_line_is_tried_when_the_first_is_out_of_order() -> None:
    story = Story().phone_dials("p", "101", "89161230001")
    story.dial("p", "t1", "line-msk", series="p", number="89161230001").dialled("t1", "congestion").hangup("t1")
    assert story.call("p").open
    story.ring("p", "t2", "line-spb", series="p", number="89161230001").wait(5).bridge("b", "t2", "p")
    story.wait(6).hangup("p", "t2")
    call = story.call("p")
    assert (call.line, call.outcome, call.talk_seconds) == ("line-spb", Outcome.ANSWERED, 6.0)


def test_click_to_call_through_a_virtual_channel() -> None:
    story = Story().created("l1", "Local/101@click;1").created("l2", "Local/101@click;2", linkedid="l1", state="ring")
    story.dial(None, "l1", "", series="l1").ring("l2", "a", "101", series="l1").wait(2)
    story.bridge("b1", "a", "l2").ring("l1", "t", "line-msk", series="l1", number="89161230001").wait(3)
    assert story.call("l1").answered_at is None
    story.bridge("b2", "t", "l1").wait(7).hangup("t", "l1", "l2", "a")
    call = story.call("l1")
    assert story.ids() == ["l1"]
    assert (call.direction, call.from_extension, call.answered_by) == (Direction.OUTBOUND, "101", "89161230001")
    assert (call.external_number, call.wait_seconds, call.talk_seconds) == (CLIENT, 5.0, 7.0)


def test_a_call_begun_by_the_exchange_on_a_line_is_no_call_of_the_client() -> None:
    story = Story().created("t", "line-msk").dial(None, "t", "line-msk", series="t", number="89161230001")
    story.state("t", "ringing").wait(3).state("t", "up").ring("t", "a", "101", series="t").wait(1)
    story.bridge("b", "a", "t").wait(4).hangup("t", "a")
    call = story.call("t")
    assert (call.direction, call.external_number, call.missed) == (Direction.OUTBOUND, CLIENT, False)
    assert (call.outcome, call.talk_seconds) == (Outcome.ANSWERED, 4.0)


def test_a_withheld_number_is_no_number() -> None:
    story = Story().client_calls(number="anonymous").ring("c", "a", "101", series="c").wait(4).hangup("c", "a")
    call = story.call()
    assert (call.external_number, call.anonymous, call.missed) == (None, True, True)


def test_a_short_number_stays_as_on_the_wire() -> None:
    call = Story().client_calls(number="0890").wait(1).hangup("c").call()
    assert (call.external_number, call.anonymous) == ("0890", False)


def test_a_line_may_be_known_by_its_context_only() -> None:
    story = Story().created("c", "203.0.113.5", state="ring", number=CLIENT, exten="74951110001", context="line-msk")
    call = story.wait(1).hangup("c").call()
    assert (call.direction, call.line) == (Direction.INBOUND, "line-msk")


def test_nobody_to_ring_is_a_missed_call_too() -> None:
    call = Story().client_calls().wait(1).hangup("c").call()
    assert (call.outcome, call.missed, call.lost_where) == (Outcome.FAILED, True, LostWhere.LINE)


def test_an_internal_call_to_a_telephone_that_is_off_has_failed() -> None:
    call = Story().phone_dials("p", "101", "104").wait(1).hangup("p").call("p")
    assert (call.direction, call.dialed, call.outcome, call.missed) == ("internal", "104", Outcome.FAILED, False)


def test_an_outbound_call_without_a_working_line_has_failed() -> None:
    call = Story().phone_dials("p", "101", "89161230001").wait(1).hangup("p").call("p")
    assert (call.direction, call.external_number, call.line) == (Direction.OUTBOUND, CLIENT, None)
    assert call.outcome is Outcome.FAILED


def test_feature_codes_and_applications_are_no_calls() -> None:
    story = Story().phone_dials("p", "101", "*43").wait(1).hangup("p")
    story.phone_dials("q", "101", "800").state("q", "up").wait(9).hangup("q")
    assert story.ids() == []


def test_an_employee_who_dials_the_ringing_telephones_colleague_keeps_both_calls() -> None:
    story = Story().client_calls().ring("c", "a", "101", series="c").phone_dials("p", "103", "102")
    story.ring("p", "q", "102", series="p").wait(2).bridge("b", "q", "p").wait(3).hangup("p", "q", "c", "a")
    assert (story.call("c").missed, story.call("p").answered_by) == (True, "102")


def test_the_same_channel_names_after_a_restart_are_other_calls() -> None:
    story = Story().client_calls("c").wait(2).hangup("c").client_calls("d").wait(3).hangup("d")
    assert story.ids() == ["c", "d"]


def test_who_hung_up_is_told_by_the_leg_that_was_cancelled() -> None:
    story = Story().client_calls().ring("c", "a", "101", series="c").wait(4)
    call = story.hangup("c").dialled("a", "cancel").hangup("a").call()
    assert (call.outcome, call.ended_by) == (Outcome.ABANDONED, EndedBy.CALLER)


def test_events_ahead_of_their_channel_wait_for_it() -> None:
    in_order = Story().client_calls().ring("c", "a", "101", series="c").wait(2).bridge("b", "a", "c").wait(3)
    late = Story()
    first, dialled_channel, *others = in_order.hangup("c", "a").events
    for event in (dialled_channel, others[0], first, *others[1:]):
        late.tell(event)
    assert late.call() == in_order.call()
    assert late.call().answered_by == "101"
