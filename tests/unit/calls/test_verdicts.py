"""What an exchange does by itself is nobody's answer, nobody is lost sight of, and no reason is made up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.calls import events as ev
from core.calls.call import Direction, LostWhere, Outcome
from core.phones import Dialling
from tests.unit.calls.story import CLIENT, Story

Tells = Callable[[Story], Story]


def called(state: str = "up") -> Story:
    """A client whom the exchange answered by itself."""
    return Story().client_calls().state("c", state).wait(3)


def ends(story: Story, *uids: str, cause: int = 16) -> Story:
    return story.asks_to_hang_up("c").hangup(*uids, "c", cause=cause)


def queued(story: Story) -> Story:
    return story.queue("c", "sales").ring("c", "a", "101", series="c").wait(9).dialled("a", "noanswer").hangup("a")


WITHOUT_A_PERSON: dict[str, tuple[Tells, Outcome, LostWhere | None]] = {
    "a message at night": (ends, Outcome.AFTER_HOURS, LostWhere.AFTER_HOURS),
    "a telephone that is off": (lambda story: ends(story, cause=20), Outcome.ABANDONED, LostWhere.LINE),
    "a number that there is not": (lambda story: story.hangup("c", cause=3), Outcome.FAILED, LostWhere.LINE),
    "a telephone that could not be called": (
        lambda story: story.does("c", ev.Doing.RINGS).hangup("c"),
        Outcome.FAILED,
        LostWhere.LINE,
    ),
    "an empty queue": (lambda story: ends(story.queue("c", "sales")), Outcome.ABANDONED, LostWhere.QUEUE),
    "a menu": (lambda story: ends(story.does("c", ev.Doing.MENU)), Outcome.ABANDONED, LostWhere.IVR),
    "a menu, then a telephone that is off": (
        lambda story: story.does("c", ev.Doing.MENU).does("c", ev.Doing.RINGS).hangup("c", cause=20),
        Outcome.MISSED,
        LostWhere.LINE,
    ),
    "a robot in the same room": (
        lambda story: ends(story.machine("r", "127.0.0.1:18080").bridge("b", "c", "r").wait(20), "r"),
        Outcome.ABANDONED,
        LostWhere.IVR,
    ),
    "a robot that was dialled": (
        lambda story: ends(
            story.machine("r", "host:9092").dial("c", "r", "host:9092", series="c").bridge("b", "c", "r"), "r"
        ),
        Outcome.ABANDONED,
        LostWhere.IVR,
    ),
    "a robot that the settings name": (
        lambda story: ends(story.ring("c", "r", "robot", series="c").bridge("b", "c", "r").wait(9), "r"),
        Outcome.ABANDONED,
        LostWhere.IVR,
    ),
    "a fax": (lambda story: story.does("c", ev.Doing.FAX).wait(40).hangup("c"), Outcome.FAX, None),
    "a conference where nobody came": (
        lambda story: ends(story.bridge("m", "c", meeting=True).wait(60)),
        Outcome.ABANDONED,
        LostWhere.MEETING,
    ),
    "a conference with another caller": (
        lambda story: ends(story.client_calls("d").bridge("m", "c", "d", meeting=True).wait(60)),
        Outcome.MEETING,
        None,
    ),
    "a conference just as the other caller left": (
        lambda story: ends(story.client_calls("d").bridge("m", "c", "d", meeting=True).wait(1)),
        Outcome.ABANDONED,
        LostWhere.MEETING,
    ),
    "answered on another line": (lambda story: ends(story, cause=26), Outcome.ELSEWHERE, None),
    "a queue that gave up, then a telephone": (
        lambda story: ends(
            queued(story).leave_queue("c", "sales").ring("c", "b", "109", series="c").wait(5).dialled("b", "cancel"),
            "b",
        ),
        Outcome.ABANDONED,
        LostWhere.EXTENSION,
    ),
    "a queue whose end is told only by the plan": (
        lambda story: ends(queued(story).does("c", ev.Doing.RINGS).ring("c", "b", "109", series="c").wait(5), "b"),
        Outcome.ABANDONED,
        LostWhere.EXTENSION,
    ),
    "a queue that gave up, then nobody": (
        lambda story: queued(story).leave_queue("c", "sales").hangup("c"),
        Outcome.MISSED,
        LostWhere.QUEUE,
    ),
    "a queue that was left": (
        lambda story: queued(story).leave_queue("c", "sales", abandoned=True).hangup("c"),
        Outcome.ABANDONED,
        LostWhere.QUEUE,
    ),
    "a second queue after the first": (
        lambda story: ends(
            queued(story).leave_queue("c", "sales").queue("c", "all").ring("c", "b", "109", series="c").wait(5), "b"
        ),
        Outcome.ABANDONED,
        LostWhere.QUEUE,
    ),
}


@pytest.mark.parametrize("name", WITHOUT_A_PERSON)
def test_nobody_spoke_with_the_client(name: str) -> None:
    tells, outcome, where = WITHOUT_A_PERSON[name]
    call = tells(called()).call()
    assert (call.outcome, call.lost_where, call.answered_by) == (outcome, where, None)
    assert call.missed == (where is not None)


def test_a_message_in_working_hours_is_not_after_hours() -> None:
    story = Story(closed=lambda line, moment: line == "line-spb")
    ends(story.client_calls().state("c", "up").wait(9))
    assert (story.call().outcome, story.call().lost_where) == (Outcome.ABANDONED, LostWhere.LINE)
    ends(story.client_calls("d", line="line-spb").state("d", "up").wait(9).hangup("d"))
    assert story.call("d").outcome is Outcome.AFTER_HOURS


def spoken() -> Story:
    return Story().client_calls().ring("c", "a", "101", series="c").wait(2).bridge("b", "a", "c").wait(30)


def passed_on(story: Story, *, parked: bool = False) -> Story:
    return story.transfer("c", parked=parked).leave("b", "a", "c").hangup("a").wait(4)


AFTER_A_TRANSFER: dict[str, tuple[Tells, bool]] = {
    "to a telephone that is off": (lambda story: passed_on(story).hangup("c", cause=20), True),
    "to a telephone that the plan dials": (lambda story: passed_on(story).does("c", ev.Doing.RINGS).hangup("c"), True),
    "to a queue without members": (lambda story: ends(passed_on(story).queue("c", "sales").wait(9)), True),
    "to a place where nobody fetches": (lambda story: ends(passed_on(story, parked=True)), True),
    "to a question on how it was": (lambda story: ends(passed_on(story).does("c", ev.Doing.MENU)), False),
    "nowhere: the employee hung up first": (lambda story: story.leave("b", "a", "c").hangup("a", "c"), False),
    "to a colleague": (
        lambda story: passed_on(story).ring("c", "t", "102", series="c").bridge("b2", "c", "t").hangup("t", "c"),
        False,
    ),
    "to another client": (
        lambda story: passed_on(story.client_calls("d")).bridge("b2", "c", "d").wait(5).hangup("c", "d"),
        False,
    ),
    "asked before, and then nobody": (
        lambda story: story.leave("b", "a", "c").transfer("c", attended=True).hangup("a").wait(5).hangup("c"),
        True,
    ),
}


@pytest.mark.parametrize("name", AFTER_A_TRANSFER)
def test_a_client_who_was_passed_on(name: str) -> None:
    tells, lost = AFTER_A_TRANSFER[name]
    call = tells(spoken()).call()
    assert (call.outcome, call.missed) == (Outcome.ANSWERED, False)
    assert call.lost_where == (LostWhere.TRANSFER if lost else None)


LATE_FACTS: dict[str, tuple[str, Tells, str | None, str | None]] = {
    "the number comes after the first ring": ("", lambda story: story.knows("c", "89161230001"), CLIENT, None),
    "while it rings inside": (
        "",
        lambda story: story.ring("c", "a", "101", series="c").knows("c", "89161230001"),
        CLIENT,
        None,
    ),
    "with the state": ("", lambda story: story.state("c", "ring", number="89161230001"), CLIENT, None),
    "in full, after a short form": ("1230001", lambda story: story.knows("c", "+79161230001"), CLIENT, None),
    "a name from the address book": (CLIENT, lambda story: story.knows("c", CLIENT, "Ромашка"), CLIENT, "Ромашка"),
    "what the exchange tells the mobile that it calls": (
        CLIENT,
        lambda story: story.ring("c", "a", "101", series="c").knows("c", "+74951110099", "Наша фирма"),
        CLIENT,
        "Наша фирма",
    ),
    "one's own number": ("", lambda story: story.knows("c", "+74951110001"), None, None),
    "a hidden number stays hidden": ("anonymous", lambda story: story.knows("c", "+74951110099"), None, None),
    "a word for a hidden number": (CLIENT, lambda story: story.knows("c", "anonymous", "Anonymous"), CLIENT, None),
}


@pytest.mark.parametrize("name", LATE_FACTS)
def test_what_is_known_late(name: str) -> None:
    first, tells, number, person = LATE_FACTS[name]
    call = tells(Story().client_calls(number=first)).wait(5).hangup("c").call()
    assert (call.external_number, call.client_name, call.anonymous) == (number, person, number is None)


def test_what_a_telephone_dials_digit_by_digit() -> None:
    story = Story().phone_dials("p", "201", "s").knows("p", "201", exten="89161230001")
    story.ring("p", "t", "line-msk", series="p", number="89161230001").wait(3).hangup("t", "p")
    assert story.call("p").dialed == "89161230001"


def test_a_call_to_a_number_of_ones_own_is_nobody_from_outside() -> None:
    story = Story().phone_dials("p", "101", "84951110001")
    story.ring("p", "t", "line-spb", series="p", number="84951110001").wait(1)
    story.client_calls("c", number="+78121112233").ring("c", "a", "102", series="c").wait(9).hangup("t", "p", "a", "c")
    for uid in "pc":
        assert (story.call(uid).direction, story.call(uid).external_number) == (Direction.INTERNAL, None)
    assert story.client_calls("d", number="+78121112233").wait(1).hangup("d").call("d").missed


@pytest.mark.parametrize("spelled", ["+78121112233", "88121112233", "78121112233", "8 (812) 111-22-33"])
def test_ones_own_numbers_are_no_clients(spelled: str) -> None:
    own = Dialling(own_numbers=("+74951110001", "8 812 111-22-33"))
    story = Story(dialling=own).client_calls("c", number=spelled).wait(3).hangup("c")
    story.client_calls("d", number="").knows("d", spelled).wait(3).hangup("d")
    story.phone_dials("p", "101", spelled).ring("p", "t", "line-msk", series="p", number=spelled).hangup("t", "p")
    assert {story.call(uid).external_number for uid in "cdp"} == {None}
    assert [story.call(uid).missed for uid in "cdp"] == [False, True, False]


def test_a_client_who_calls_while_somebody_calls_out_is_a_client() -> None:
    story = Story().phone_dials("p", "101", "89161230002")
    story.ring("p", "t", "line-spb", series="p", number="89161230002").wait(1).client_calls("c").wait(9).hangup("c")
    assert story.call().missed


def test_a_client_who_was_sent_back_to_a_line_of_ones_own_is_missed_once() -> None:
    story = Story().client_calls("c").ring("c", "t", "line-spb", series="c", number="74951110002").wait(1)
    story.created("e", "line-msk", state="ring", number=CLIENT, exten="74951110002").wait(9).hangup("e", "t", "c")
    assert [story.call(uid).missed for uid in "ce"] == [True, False]


def test_a_record_that_comes_late_settles_what_the_gap_left_open() -> None:
    story = Story().link_up().client_calls().ring("c", "a", "101", series="c").wait(5)
    story.link_lost().wait(60).link_up(uptime=9000).list_over(0)
    assert story.call().outcome is Outcome.UNKNOWN
    story.bill("c", None, answered=True, lasts=4).bill("c", "101", answered=False, lasts=5)
    assert story.call().outcome is Outcome.UNKNOWN
    call = story.bill("c", "101", answered=True, waits=8, lasts=40).call()
    assert (call.outcome, call.answered_by, call.missed) == (Outcome.ANSWERED, "101", False)
    assert (call.wait_seconds, call.talk_seconds) == (8.5, 40.0)


def test_a_record_may_come_before_the_list() -> None:
    story = Story().link_up().client_calls().ring("c", "a", "101", series="c").wait(5)
    story.link_lost().wait(60).link_up(uptime=9000).bill("c", "101", answered=True, waits=8, lasts=40).list_over(0)
    assert (story.call().outcome, story.call().answered_by) == (Outcome.ANSWERED, "101")


def test_a_record_of_a_part_before_the_gap_tells_nothing_of_the_end() -> None:
    story = Story().link_up().client_calls().ring("c", "a", "101", series="c").wait(2).bridge("b", "a", "c").wait(8)
    story.bill("c", "101", answered=True, waits=2, lasts=4)
    story.link_lost().wait(60).link_up(uptime=9000).list_over(0)
    assert (story.call().outcome, story.call().talk_seconds) == (Outcome.UNKNOWN, 8.0)
