"""/missed: whoever waits for an answer: the truly missed of today for managers, and everybody's open alerts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from bot.handlers.calls.actions import ListMissed, OpenAlert
from bot.handlers.calls.room import has_lines, router
from bot.handlers.calls.screens import lost, mark, number_span
from bot.kit.lists import ListPage, page_at
from bot.talk.menu import TO_MENU
from bot.talk.request import Reply, Request
from bot.talk.sections import Section
from core.access import COLLEAGUE
from core.calls.alert import SEE_MISSED, Alert, CountUnresolved
from core.calls.lines import Lines
from core.calls.today import MissedClient, alerts_of, shown_to, truly_missed, waiting_for
from core.chat.blocks import Bullets, Line, Paragraph
from core.chat.phrases import Clock, Phrase, phrase, plural
from core.chat.screens import Button, Row, Screen, paragraph, screen
from core.phones import pretty

PAGE = 6
Waiting = MissedClient | Alert
"""A client of today, or an alert of any day."""


def _count(request: Request) -> int:
    return request.uow.ask(CountUnresolved(_midnight(request))) if request.may(SEE_MISSED) else 0


router.entry(
    Section.CALLS, phrase("📵 Missed calls"), ListMissed(), right=COLLEAGUE, weight=10, count=_count, when=has_lines
)


@router.command(
    "missed", right=COLLEAGUE, section=Section.CALLS, describe=phrase("Missed calls that still wait for an answer")
)
def missed(request: Request, words: str) -> Reply:
    """The first page."""
    return _page(request, 0)


@router.action(ListMissed, right=COLLEAGUE)
def turn(request: Request, action: ListMissed) -> Reply:
    """A page; one that is not there any more gives the last one."""
    return _page(request, action.page)


def _page(request: Request, page: int) -> Screen:
    """For managers the clients of today, then whoever waits since earlier; for others what waits for them."""
    uow, lines = request.uow, request.uow.ask(Lines())
    if not lines:
        none = phrase("No telephone is connected, so nothing is known of calls.")
        return screen(phrase("📵 Missed calls"), none, rows=(TO_MENU,))
    clients: list[MissedClient] = []
    if request.may(SEE_MISSED):
        clients = shown_to(uow, request.me, truly_missed(uow, _midnight(request)))
    listed, numbers = {one.alert_id for one in clients}, {one.call.external_number for one in clients} - {None}
    waiting = [one for one in waiting_for(uow, request.me) if one.id not in listed and one.number not in numbers]
    here = page_at(page, PAGE, len(clients) + len(waiting))
    alerts = alerts_of(uow, [one for one in here.of((*clients, *waiting)) if isinstance(one, MissedClient)])
    return missed_screen(clients, waiting, alerts, {line.name: line.label for line in lines}, here)


def missed_screen(
    clients: Sequence[MissedClient],
    waiting: Sequence[Alert],
    alerts: Mapping[int, Alert],
    titles: Mapping[str, str],
    page: ListPage,
) -> Screen:
    """A page of all `clients` of the day, whose `alerts` these are, and of the alerts that are `waiting` besides;
    `titles` are what people call the lines."""
    title = phrase("📵 Missed calls")
    again = Button(phrase("🔄 Refresh"), ListMissed(page.number))
    if not clients and not waiting:
        return screen(title, phrase("Nobody waits: every client has been spoken with. 🎉"), rows=((again,), TO_MENU))
    everybody: Sequence[Waiting] = (*clients, *waiting)
    shown = [(one, _alert_of(one, alerts)) for one in page.of(everybody)]
    items = tuple(
        _item(one, alerts, titles) if isinstance(one, MissedClient) else _waiting(one, titles) for one, _ in shown
    )
    rows: list[Row] = [(_button(alert, page.number),) for _, alert in shown if alert is not None]
    rows += [*page.turns(ListMissed), (again,), TO_MENU]
    counts = [paragraph(count) for count in _counts(clients, waiting)]
    signs = legend([mark(alert) for _, alert in shown])
    return screen(title, *counts, Bullets(items), *page.where(), signs, rows=tuple(rows))


def legend(marks: Sequence[str]) -> Paragraph:
    """What the signs on a page mean."""
    known = {
        "🔴": phrase("🔴 nobody has taken it"),
        "🔥": phrase("🔥 passed on to the manager"),
        "🟡": phrase("🟡 somebody has taken it"),
        "▫️": phrase("▫️ nobody was told"),
        "✅": phrase("✅ closed with a note"),
        "☑️": phrase("☑️ called on an analogue line"),
    }
    spans = [span for one in dict.fromkeys(marks) if one in known for span in (" · ", known[one])]
    return paragraph(*spans[1:])


def _alert_of(one: Waiting, alerts: Mapping[int, Alert]) -> Alert | None:
    return alerts.get(one.alert_id or 0) if isinstance(one, MissedClient) else one


def _counts(clients: Sequence[MissedClient], waiting: Sequence[Alert]) -> Iterator[Phrase]:
    calls = sum(client.times for client in clients)
    if calls > len(clients):
        yield plural(
            "Today: {n} client ({calls} calls)", "Today: {n} clients ({calls} calls)", n=len(clients), calls=calls
        )
    elif clients:
        yield plural("Today: {n} client", "Today: {n} clients", n=len(clients))
    if waiting:
        yield plural("Waiting for you: {n} call", "Waiting for you: {n} calls", n=len(waiting))


def _waiting(alert: Alert, titles: Mapping[str, str]) -> Line:
    """An alert, perhaps of another day."""
    about = phrase(
        "line {line} · waited {wait} · {lost}",
        line=titles.get(alert.line or "", "—"),
        wait=timedelta(seconds=alert.waited or 0),
        lost=lost(alert.outcome, alert.lost_where),
    )
    more = (plural(" · {n} call", " · {n} calls", n=alert.misses),) if alert.misses > 1 else ()
    when = phrase("{mark} {moment} · ", mark=mark(alert), moment=alert.missed_at)
    return (when, number_span(alert.number), *((f" · {alert.client}",) if alert.client else ()), " · ", about, *more)


def _item(client: MissedClient, alerts: Mapping[int, Alert], titles: Mapping[str, str]) -> Line:
    call = client.call
    alert = alerts.get(client.alert_id or 0)
    name = alert.client if alert is not None else ""
    about = phrase(
        "line {line} · waited {wait} · {lost}",
        line=titles.get(call.line or "", "—"),
        wait=timedelta(seconds=call.wait_seconds or 0),
        lost=lost(call.outcome, call.lost_where),
    )
    more = []
    if client.times > 1:
        more.append(plural(" · {n} call", " · {n} calls", n=client.times))
    if client.attempts:
        more.append(plural(" · {n} attempt to call back", " · {n} attempts to call back", n=client.attempts))
    time = phrase("{mark} {time} · ", mark=mark(alert), time=Clock(call.started_at))
    return (time, number_span(call.external_number), *((f" · {name}",) if name else ()), " · ", about, *more)


def _button(alert: Alert, page: int) -> Button:
    who = pretty(alert.number) if alert.number else phrase("number withheld")
    label = phrase("{mark} {time} · {who}", mark=mark(alert), time=Clock(alert.missed_at), who=who)
    return Button(label, OpenAlert(alert.id, page))


def _midnight(request: Request) -> datetime:
    """When the reader's day began."""
    today = request.now.astimezone(request.zone).date()
    return datetime.combine(today, time(), request.zone).astimezone(UTC)
