"""/health: whether everything runs, and trying again what did not."""

from __future__ import annotations

from bot.handlers.health.actions import ListFailures, OpenHealth, RetryAll, RetryFailure
from bot.handlers.health.room import router
from bot.handlers.health.screens import PAGE, failures_screen, health_screen
from bot.kit.lists import page_at
from bot.talk.request import Reply, Request, Toast
from bot.talk.sections import Section
from core.chat.phrases import phrase, plural
from core.chat.screens import Screen
from core.health import SEE_HEALTH, Trouble, count_failures, failures, health, retry
from core.parts import PartKind, Watch


def _waiting(request: Request) -> int:
    return sum(count_failures(request.uow, trouble) for trouble in Trouble)


router.entry(Section.ADMINISTRATION, phrase("🩺 Health"), OpenHealth(), right=SEE_HEALTH, weight=20, count=_waiting)


@router.command(
    "health", right=SEE_HEALTH, section=Section.ADMINISTRATION, describe=phrase("See whether everything runs")
)
def command(request: Request, words: str) -> Reply:
    """`/health`."""
    return _health(request)


@router.action(OpenHealth, right=SEE_HEALTH)
def open_health(request: Request, action: OpenHealth) -> Reply:
    """The same from a button."""
    return _health(request)


@router.action(ListFailures, right=SEE_HEALTH)
def show_failures(request: Request, action: ListFailures) -> Reply:
    """What was laid aside."""
    return _list(request, action.trouble, action.page)


@router.action(RetryFailure, right=SEE_HEALTH)
def retry_one(request: Request, action: RetryFailure) -> Reply:
    """Tries one again."""
    count = retry(request.uow, action.trouble, action.number)
    told = phrase("It is tried again.") if count else phrase("This was tried again already.")
    return Toast(told), _list(request, action.trouble, action.page)


@router.action(RetryAll, right=SEE_HEALTH)
def retry_all(request: Request, action: RetryAll) -> Reply:
    """Tries all of them again."""
    count = retry(request.uow, action.trouble, None)
    return Toast(plural("{n} is tried again.", "{n} are tried again.", n=count)), _list(request, action.trouble, 0)


def _health(request: Request) -> Screen:
    faults = [fault for watch in request.house.plugged(Watch) for fault in watch.look(request.uow)]
    return health_screen(health(request.uow), request.house.plugged(PartKind), faults)


def _list(request: Request, trouble: Trouble, page: int) -> Screen:
    """A page of the list, or the last one where there are fewer by now."""
    here = page_at(page, PAGE, count_failures(request.uow, trouble))
    return failures_screen(trouble, failures(request.uow, trouble, PAGE, here.offset), here)
