"""/options: admins choose what holds for everybody."""

from __future__ import annotations

from bot.handlers.lobby.actions import OpenOption, OpenOptions, SetOption, WriteOption
from bot.handlers.lobby.forms_options import OptionForm
from bot.handlers.lobby.room import router
from bot.handlers.lobby.screens_options import Standing, option_screen, options_screen
from bot.talk.options import OptionPart, access_option
from bot.talk.request import Reply, Request, Start, Toast
from bot.talk.sections import Section
from core.chat.phrases import phrase
from core.chat.screens import Screen
from core.options import Given, check_choosable, do_choose, option_of
from core.people.roles import ADMINISTER
from core.unit_of_work import Refused

router.entry(Section.ADMINISTRATION, phrase("🎛 Options"), OpenOptions(), right=ADMINISTER, weight=95)


@router.command(
    "options", right=ADMINISTER, section=Section.ADMINISTRATION, describe=phrase("What holds for everybody")
)
def options(request: Request, words: str) -> Reply:
    """`/options`."""
    return _all(request)


@router.action(OpenOptions, right=ADMINISTER)
def open_options(request: Request, action: OpenOptions) -> Reply:
    """The same from a button."""
    return _all(request)


@router.action(OpenOption, right=ADMINISTER)
def open_option(request: Request, action: OpenOption) -> Reply:
    """The choice among the values of one."""
    part = access_option(request, action.name)
    check_choosable(request.uow, part.option)
    return option_screen(part, option_of(request.uow, part.option))


@router.action(SetOption, right=ADMINISTER)
def choose(request: Request, action: SetOption) -> Reply:
    """Another value from now on; only one that is offered."""
    name, _, written = action.choice.partition("=")
    part = access_option(request, name)
    value = part.option.read(written)
    if value not in part.offers:
        raise Refused(phrase("This value is not offered any more. Please choose another."))
    do_choose(request.uow, part.option, value, part.label, part.shown)
    return Toast(phrase("Done.")), _all(request)


@router.action(WriteOption, right=ADMINISTER)
def write(request: Request, action: WriteOption) -> Reply:
    """Asks for a value that no button has."""
    option = access_option(request, action.name).option
    check_choosable(request.uow, option)
    return Start(OptionForm, (("option", option.name),))


def _all(request: Request) -> Screen:
    uow, parts = request.uow, request.house.plugged(OptionPart)
    given = uow.ask(Given())
    return options_screen([Standing(part, option_of(uow, part.option), part.option.name in given) for part in parts])
