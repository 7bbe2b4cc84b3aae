"""/modules: admins switch off what the company does not use, and on again."""

from __future__ import annotations

from bot.handlers.lobby.actions import OpenModules, SwitchModule
from bot.handlers.lobby.room import router
from bot.handlers.lobby.screens_modules import modules_screen, sure_screen
from bot.talk.request import Reply, Request, Toast
from bot.talk.sections import Section
from core.chat.phrases import phrase
from core.chat.screens import Screen
from core.people.roles import ADMINISTER
from core.switches import SwitchedOff, do_switch
from core.unit_of_work import Refused

router.entry(Section.ADMINISTRATION, phrase("🧩 Modules"), OpenModules(), right=ADMINISTER, weight=90)


@router.command(
    "modules", right=ADMINISTER, section=Section.ADMINISTRATION, describe=phrase("Switch off what you do not use")
)
def modules(request: Request, words: str) -> Reply:
    """`/modules`."""
    return _all(request)


@router.action(OpenModules, right=ADMINISTER)
def open_modules(request: Request, action: OpenModules) -> Reply:
    """The same from a button."""
    return _all(request)


@router.action(SwitchModule, right=ADMINISTER)
def switch(request: Request, action: SwitchModule) -> Reply:
    """Switches one; before it goes off there is a question."""
    module = next((one for one in request.house.optional if one.room == action.room), None)
    if module is None:
        raise Refused(phrase("There is no such module any more."))
    if not action.on and not action.sure:
        return sure_screen(module)
    if not do_switch(request.uow, request.me, module.room, module.title or module.room, on=action.on):
        return _all(request)
    told = phrase("Switched on.") if action.on else phrase("Switched off.")
    return Toast(told), _all(request)


def _all(request: Request) -> Screen:
    return modules_screen(request.house.optional, request.uow.ask(SwitchedOff()))
