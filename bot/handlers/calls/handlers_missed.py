"""/missed: today's truly missed calls, for managers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from bot.handlers.calls.actions import ListMissed, OpenAlert
from bot.handlers.calls.room import router
from bot.handlers.calls.screens import lost, mark, number_span
from bot.kit.lists import ListPage, page_at
from bot.talk.menu import TO_MENU
from bot.talk.request import Reply, Request
from bot.talk.sections import Section
from core.calls.alert import SEE_MISSED, Alert, CountUnresolved
from core.calls.lines import Lines
from core.calls.today import MissedClient, alerts_of, shown_to, truly_missed
from core.chat.phrases import Clock, phrase, plural
from core.chat.screens import Bullets, Button, Line, Row, Screen, screen
from core.phones import pretty

PAGE = 6


def _waiting(request: Request) -> int:
    return request.uow.ask(CountUnresolved(_midnight(request)))


router.entry(Section.CALLS, phrase("📵 Missed calls"), ListMissed(), right=SEE_MISSED, weight=10, count=_waiting)


@router.command(
    "missed", right=SEE_MISSED, section=Section.CALLS, describe=phrase("Today’s missed calls that nobody has answered")
)
def missed(request: Request, words: str) -> Reply:
    """The first page."""
    return _page(request, 0)


@router.action(ListMissed, right=SEE_MISSED)
def turn(request: Request, action: ListMissed) -> Reply:
    """A page; one that is not there any more gives the last one."""
    return _page(request, action.page)


def _page(request: Request, page: int) -> Screen:
    clients = shown_to(request.uow, request.me, truly_missed(request.uow, _midnight(request)))
    here = page_at(page, PAGE, len(clients))
    alerts = alerts_of(request.uow, here.of(clients))
    titles = {line.name: line.label for line in request.uow.ask(Lines())}
    return missed_screen(clients, alerts, titles, here)


def missed_screen(
    clients: Sequence[MissedClient], alerts: Mapping[int, Alert], titles: Mapping[str, str], page: ListPage
) -> Screen:
    """A page of all `clients`; `titles` are what people call the lines."""
    title = phrase("📵 Missed today")
    again = Button(phrase("🔄 Refresh"), ListMissed(page.number))
    if not clients:
        return screen(title, phrase("Nobody: every client has been spoken with. 🎉"), rows=((again,), TO_MENU))
    shown = page.of(clients)
    calls = sum(client.times for client in clients)
    if calls == len(clients):
        count = plural("{n} client", "{n} clients", n=len(clients))
    else:
        count = plural("{n} client ({calls} calls)", "{n} clients ({calls} calls)", n=len(clients), calls=calls)
    items = tuple(_item(client, alerts, titles) for client in shown)
    rows: list[Row] = [(button,) for client in shown if (button := _button(client, alerts, page.number)) is not None]
    rows += [*page.turns(ListMissed), (again,), TO_MENU]
    return screen(title, count, Bullets(items), *page.where(), rows=tuple(rows))


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


def _button(client: MissedClient, alerts: Mapping[int, Alert], page: int) -> Button | None:
    alert = alerts.get(client.alert_id or 0)
    if alert is None:
        return None
    who = pretty(alert.number) if alert.number else phrase("number withheld")
    label = phrase("{mark} {time} · {who}", mark=mark(alert), time=Clock(client.call.started_at), who=who)
    return Button(label, OpenAlert(alert.id, page))


def _midnight(request: Request) -> datetime:
    """When the reader's day began."""
    today = request.now.astimezone(request.zone).date()
    return datetime.combine(today, time(), request.zone).astimezone(UTC)
