"""How everything runs, a line for each part with a sign, and what was laid aside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from bot.handlers.health.actions import ListFailures, OpenHealth, RetryAll, RetryFailure
from bot.kit.lists import ListPage
from bot.kit.naming import messenger_title
from bot.talk.menu import TO_MENU, back
from core.chat.blocks import Bold, Bullets, Code, Line, Span
from core.chat.phrases import Phrase, Text, phrase, plural
from core.chat.screens import Button, Row, Screen, paragraph, screen
from core.copies import Queue
from core.delivery import Priority
from core.health import Failure, Health, Trouble, is_held, is_late
from core.leases import Standing
from core.parts import PartKind

PAGE = 5
_COUNTED = 1000
_HOST = 40


def health_screen(health: Health, kinds: Sequence[PartKind] = (), faults: Sequence[Phrase] = ()) -> Screen:
    """Everything at a glance, with the parts that rooms bring and the faults that they see."""
    waiting = [queue for queue in health.queues if queue.waiting]
    queues = [_line(not is_late(queue), _queue(queue)) for queue in waiting]
    if not queues:
        queues = [_line(True, phrase("Nothing waits to be sent"))]
    failed = [_line(not count, _failed(trouble, count)) for trouble, count in health.failed.items()]
    titles = {kind.kind: kind.title for kind in kinds}
    alone = len({one.owner for one in health.standings if is_held(one)}) < 2
    duties = [
        _line(is_held(one) and not one.fault, _duty(one.name, titles), ": ", *_owner(one, alone=alone))
        for one in health.standings
    ]
    blocks = [Bullets((_line(True, phrase("The database answers")), *queues, *failed))]
    if duties:
        blocks.append(Bullets(tuple(duties)))
    if faults:
        blocks.append(Bullets(tuple(_line(False, fault) for fault in faults)))
    rows: list[Row] = [
        (Button(_show(trouble), ListFailures(trouble)),) for trouble, count in health.failed.items() if count
    ]
    rows.append((Button(phrase("🔄 Refresh"), OpenHealth()), *TO_MENU))
    return screen(phrase("🩺 Health"), *blocks, rows=tuple(rows))


def failures_screen(trouble: Trouble, failures: Sequence[Failure], page: ListPage) -> Screen:
    """A page of what was laid aside, each with a button that tries it again."""
    if not failures:
        return screen(_title(trouble), phrase("Nothing is laid aside."), rows=((back(OpenHealth()),),))
    first = page.offset + 1
    blocks = [paragraph(*_failure(number, one)) for number, one in enumerate(failures, first)]
    again = tuple(
        Button(phrase("Retry {n}", n=number), RetryFailure(trouble, one.number, page.number))
        for number, one in enumerate(failures, first)
    )
    rows: list[Row] = [again[:3], again[3:], (Button(phrase("Retry all"), RetryAll(trouble)),)]
    rows += page.turns(lambda number: ListFailures(trouble, number))
    rows.append((back(OpenHealth()),))
    return screen(_title(trouble), *blocks, *page.where(), rows=tuple(row for row in rows if row))


def _line(well: bool, *spans: Span) -> Line:
    return ("🟢 " if well else "🔴 ", *spans)


def _queue(queue: Queue) -> Phrase:
    return plural(
        "{messenger}, {kind}: {n} waits, the oldest for {duration}",
        "{messenger}, {kind}: {n} wait, the oldest for {duration}",
        n=queue.waiting,
        messenger=messenger_title(queue.messenger),
        kind=_kind(queue.priority),
        duration=timedelta(seconds=round(queue.age)),
    )


def _kind(priority: Priority) -> Phrase:
    match priority:
        case Priority.ALERT:
            return phrase("alerts")
        case Priority.REPLY:
            return phrase("answers")
        case Priority.NOTICE:
            return phrase("notices")
        case Priority.BROADCAST:
            return phrase("broadcasts")


def _failed(trouble: Trouble, count: int) -> Phrase:
    many = phrase("{n} or more", n=count) if count >= _COUNTED else phrase("{n}", n=count)
    match trouble:
        case Trouble.COPIES:
            return phrase("Messages refused: {many}", many=many)
        case Trouble.EVENTS:
            return phrase("Events that failed: {many}", many=many)
        case Trouble.TIMERS:
            return phrase("Timers that failed: {many}", many=many)


def _show(trouble: Trouble) -> Phrase:
    match trouble:
        case Trouble.COPIES:
            return phrase("Show refused messages")
        case Trouble.EVENTS:
            return phrase("Show failed events")
        case Trouble.TIMERS:
            return phrase("Show failed timers")


def _title(trouble: Trouble) -> Phrase:
    match trouble:
        case Trouble.COPIES:
            return phrase("Refused messages")
        case Trouble.EVENTS:
            return phrase("Failed events")
        case Trouble.TIMERS:
            return phrase("Failed timers")


def _duty(name: str, titles: Mapping[str, Callable[[str], Phrase]]) -> Text:
    """What a lease is for."""
    kind, _, what = name.partition(":")
    match kind:
        case "send":
            return phrase("Sending, {messenger}", messenger=messenger_title(what))
        case "listen":
            return phrase("Receiving, {messenger}", messenger=messenger_title(what))
        case "schedule":
            return phrase("Schedule")
        case "housekeeping":
            return phrase("Housekeeping")
        case _:
            return titles[kind](what) if kind in titles else name


def _owner(standing: Standing, *, alone: bool) -> Line:
    """Where it is done, which is told only when there are several processes, and what is wrong with it."""
    if not is_held(standing):
        return (phrase("nobody"),)
    host, _, process = standing.owner.rpartition(":")[0].rpartition(":")
    where = (phrase("on {host}, process {process}", host=host[:_HOST], process=process),) if not alone else ()
    fault = (Code(standing.fault),) if standing.fault else ()
    if where and fault:
        return (*where, " · ", *fault)
    return where or fault or (phrase("runs"),)


def _failure(number: int, one: Failure) -> Line:
    what = phrase("a message without a heading") if one.what is None else one.what
    details: list[Text] = []
    if one.person:
        details.append(phrase("to {name}", name=one.person))
    if one.messenger:
        details.append(messenger_title(one.messenger))
    if one.at is not None:
        details.append(phrase("{time}", time=one.at))
    spans: list[Span] = [f"{number}. ", Bold(what)]
    for detail in details:
        spans += [" · ", detail]
    return (*spans, " · ", Code(one.error or "—"))
