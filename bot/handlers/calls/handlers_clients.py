"""Who a client is: from an alert, or by what people write."""

from __future__ import annotations

from bot.handlers.calls.actions import NameClient, OpenAlert, OpenClient, ToClient
from bot.handlers.calls.forms import ClientNameForm
from bot.handlers.calls.room import router
from bot.handlers.calls.screens_clients import client_screen
from bot.talk.finding import ON_A_BUTTON, Hit, OpenFound
from bot.talk.menu import TO_MENU, back_row
from bot.talk.request import Reply, Request, Start
from core.access import COLLEAGUE
from core.calls.alert import SEE_MISSED, access_alert
from core.calls.clients import access_client, client_card, find_clients, number_of
from core.chat.phrases import phrase
from core.chat.screens import Button
from core.people.wording import essence
from core.phones import pretty

_FOUND = 8
_EXACT, _LIKE = 1.0, 0.9


@router.action(ToClient, right=COLLEAGUE)
def to_client(request: Request, action: ToClient) -> Reply:
    """The card of a client who is known; the question for the name of one who is not."""
    alert = access_alert(request.uow, request.me, action.alert)
    card = client_card(request.uow, request.me, number_of(alert))
    if card.client is None:
        return Start(ClientNameForm, (("alert", alert.id),))
    rename = Button(phrase("✏️ Change name"), NameClient(alert.id))
    return client_screen(card, (rename,), back_row(OpenAlert(alert.id)))


@router.action(NameClient, right=COLLEAGUE)
def name_client(request: Request, action: NameClient) -> Reply:
    """Asks for the name."""
    alert = access_alert(request.uow, request.me, action.alert)
    number_of(alert)
    return Start(ClientNameForm, (("alert", alert.id),))


@router.action(OpenClient, right=SEE_MISSED)
def open_client(request: Request, action: OpenClient) -> Reply:
    """The card of a client who was looked for."""
    number = access_client(request.uow, request.me, f"+{action.digits}")
    way = back_row(OpenFound(0, action.text)) if action.text else TO_MENU
    return client_screen(client_card(request.uow, request.me, number), way)


@router.finds(phrase("clients"), right=SEE_MISSED)
def find(request: Request, text: str) -> list[Hit]:
    """Clients by a number, or by words of a name."""
    kept = essence(text, ON_A_BUTTON)
    return [
        Hit(
            title=one.client.label or pretty(one.client.number),
            action=OpenClient(int(one.client.number), kept),
            score=_EXACT if one.meant else _LIKE,
            snippet=pretty(one.client.number),
            meant=one.meant,
            alone=OpenClient(int(one.client.number)),
        )
        for one in find_clients(request.uow, request.me, text, _FOUND)
    ]
