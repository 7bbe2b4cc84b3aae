"""What people press under a missed call."""

from __future__ import annotations

from bot.handlers.calls.actions import (
    CloseAlert,
    NoteAlert,
    OpenAlert,
    ReleaseAlert,
    SpamAlert,
    TakeAlert,
    UnspamAlert,
)
from bot.handlers.calls.forms import CloseForm, NoteForm
from bot.handlers.calls.handlers_telling import card_of
from bot.handlers.calls.room import ESCALATED, MISSED, router
from bot.handlers.calls.screens import opened_screen, sure_to_block_screen, sure_to_release_screen
from bot.talk.questions import Answers, Wrong
from bot.talk.request import Reply, Request, Start, Toast
from core.access import COLLEAGUE
from core.calls.alert import Alert, access_alert
from core.calls.handling import check_open, check_released_by, do_claim, do_note, do_release, do_spam, do_unspam
from core.chat.events import Attached, Said
from core.chat.phrases import Phrase, phrase


@router.action(TakeAlert, right=COLLEAGUE)
def take(request: Request, action: TakeAlert) -> Reply:
    """The first has it."""
    alert = access_alert(request.uow, request.me, action.alert)
    do_claim(request.uow, request.me, alert)
    return _done(request, alert, phrase("The call is yours."))


@router.action(ReleaseAlert, right=COLLEAGUE)
def release(request: Request, action: ReleaseAlert) -> Reply:
    """Somebody else can take it; whoever gives back what another has taken is asked."""
    alert = access_alert(request.uow, request.me, action.alert)
    check_released_by(request.uow, request.me, alert)
    if alert.claimed_by != request.me.id and not action.sure:
        return sure_to_release_screen(card_of(request.uow, alert))
    do_release(request.uow, request.me, alert)
    return _done(request, alert, phrase("Given back: others can take it now."))


@router.action(SpamAlert, right=COLLEAGUE)
def spam(request: Request, action: SpamAlert) -> Reply:
    """This number raises no alert any more, if that is meant."""
    alert = access_alert(request.uow, request.me, action.alert)
    check_open(alert)
    if not action.sure:
        return sure_to_block_screen(alert)
    do_spam(request.uow, request.me, alert)
    return _done(request, alert, phrase("This number raises no more alerts."))


@router.action(UnspamAlert, right=COLLEAGUE)
def unspam(request: Request, action: UnspamAlert) -> Reply:
    """It was a mistake."""
    alert = access_alert(request.uow, request.me, action.alert)
    do_unspam(request.uow, request.me, alert)
    return _done(request, alert, phrase("The number is not marked as spam any more."))


@router.action(NoteAlert, right=COLLEAGUE)
def note(request: Request, action: NoteAlert) -> Reply:
    """Asks for a note."""
    alert = access_alert(request.uow, request.me, action.alert)
    return Start(NoteForm, (("alert", alert.id),))


@router.action(CloseAlert, right=COLLEAGUE)
def close(request: Request, action: CloseAlert) -> Reply:
    """Asks for the note without which nothing is closed."""
    alert = access_alert(request.uow, request.me, action.alert)
    check_open(alert)
    return Start(CloseForm, (("alert", alert.id),))


@router.action(OpenAlert, right=COLLEAGUE)
def open_alert(request: Request, action: OpenAlert) -> Reply:
    """A missed call as it stands now."""
    alert = access_alert(request.uow, request.me, action.alert)
    return opened_screen(card_of(request.uow, alert), max(0, action.page))


@router.replies(MISSED, right=COLLEAGUE)
@router.replies(ESCALATED, right=COLLEAGUE)
def replied(request: Request, about: int, event: Said | Attached) -> Reply:
    """What is written in reply to a missed call is a note on it."""
    alert = access_alert(request.uow, request.me, about)
    taken = NoteForm.steps[0].take(request, Answers({}), event)
    if isinstance(taken, Wrong):
        return Toast(taken.reason)
    do_note(request.uow, request.me, alert, str(taken.value))
    return Toast(phrase("The note is kept under the missed call."))


def _done(request: Request, alert: Alert, told: Phrase) -> Reply:
    """The shared message follows by itself; one that was opened from the list is shown anew."""
    if request.copy is None or request.copy.shared:
        return Toast(told)
    return (Toast(told), opened_screen(card_of(request.uow, alert), 0))
