"""What is said of calls when the stream of events was cut: never more than it shows."""

from __future__ import annotations

from datetime import timedelta

from core.calls.call import EndedBy, Outcome
from tests.unit.calls.story import START, Story


def ringing() -> Story:
    return Story().link_up().client_calls().ring("c", "a", "101", series="c").wait(5)


def talking() -> Story:
    return ringing().bridge("b", "a", "c").wait(5)


def test_a_ringing_call_that_is_gone_after_the_gap_is_unknown() -> None:
    story = ringing().link_lost().wait(60).link_up(uptime=9000).list_over(0)
    call = story.call()
    assert (call.outcome, call.missed, call.ended_at) == (Outcome.UNKNOWN, False, None)
    assert call.wait_seconds == 5.0


def test_a_talk_that_is_gone_after_the_gap_lasted_at_least_until_it() -> None:
    call = talking().link_lost().wait(60).link_up(uptime=9000).list_over(0).call()
    assert (call.outcome, call.answered_by, call.talk_seconds) == (Outcome.UNKNOWN, "101", 5.0)


def test_a_call_still_listed_goes_on() -> None:
    story = talking().link_lost().wait(60).link_up(uptime=9000)
    story.listed("c", "line-msk", "c", bridge="b").listed("a", "101", "c", bridge="b").list_over(2)
    assert story.call().open
    assert story.wait(5).hangup("c", "a").call().talk_seconds == 70.0


def test_a_call_answered_inside_the_gap_is_answered() -> None:
    story = ringing().link_lost().wait(60).link_up(uptime=9000)
    story.listed("a", "101", "c", bridge="b").listed("c", "line-msk", "c", bridge="b").list_over(2)
    call = story.wait(5).hangup("c", "a").call()
    assert (call.outcome, call.answered_by, call.missed) == (Outcome.ANSWERED, "101", False)


def test_a_call_begun_inside_the_gap_is_known_by_the_list() -> None:
    story = Story().link_up(uptime=9000).wait(90)
    story.listed("a", "101", "c", state="ringing").listed("c", "line-msk", "c", state="ring").list_over(2)
    call = story.wait(3).hangup("a", "c").call()
    assert (call.missed, call.rang, call.line) == (True, ("101",), "line-msk")
    assert call.started_at == START + timedelta(seconds=29.5)


def test_a_list_with_unreadable_parts_ends_no_call() -> None:
    assert ringing().link_lost().wait(9).link_up(uptime=9000).list_over(3).call().open


def test_a_crash_while_we_listened_cut_the_calls_at_that_moment() -> None:
    story = ringing().client_calls("d").link_lost().wait(20).link_up(uptime=3)
    call = story.call()
    assert (call.missed, call.ended_by, call.wait_seconds) == (True, EndedBy.PBX, 5.0)
    assert story.call("d").missed


def test_a_restart_long_after_the_link_was_lost_decides_nothing() -> None:
    assert ringing().link_lost().wait(3600).link_up(uptime=3).call().outcome is Outcome.UNKNOWN


def test_a_restart_without_the_moment_of_the_loss_decides_nothing() -> None:
    assert ringing().wait(20).link_up(uptime=3).call().outcome is Outcome.UNKNOWN


def test_a_call_without_an_end_is_closed_as_unknown_and_decided_if_the_end_comes() -> None:
    story = talking()
    assert story.board.tick(START + timedelta(hours=3)) == set()
    assert story.board.tick(START + timedelta(hours=5)) == {"asterisk:c"}
    assert (story.call().outcome, story.call().missed) == (Outcome.UNKNOWN, False)
    assert story.wait(5 * 3600).hangup("c", "a").call().outcome is Outcome.ANSWERED


def test_what_is_long_over_is_forgotten() -> None:
    story = talking().hangup("c", "a")
    story.board.tick(story.at + timedelta(minutes=59))
    assert story.ids() == ["c"]
    story.board.tick(story.at + timedelta(minutes=61))
    assert story.ids() == []


def test_memory_stays_bounded() -> None:
    story = Story()
    for number in range(300):
        story.client_calls(f"c{number}").ring(f"c{number}", f"a{number}", "101", series=f"c{number}").wait(60)
        story.hangup(f"c{number}", f"a{number}", f"never-seen-{number}")
        story.board.tick(story.at)
    assert len(story.ids()) <= 61
