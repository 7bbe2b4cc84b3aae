"""/options: admins choose what holds for everybody."""

from __future__ import annotations

from bot.handlers.lobby.actions import ChooseOption, OpenOption, OpenOptions, WriteOption
from bot.handlers.lobby.forms_options import OptionForm
from bot.handlers.lobby.room import router
from bot.handlers.lobby.screens_options import option_screen, options_screen
from bot.talk.options import OptionPart, access_option
from bot.talk.request import Reply, Request, Start, Toast
from bot.talk.sections import Section
from core.chat.phrases import phrase
from core.chat.screens import Screen
from core.options import do_choose, option_of
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
    return option_screen(part, option_of(request.uow, part.option))


@router.action(ChooseOption, right=ADMINISTER)
def choose(request: Request, action: ChooseOption) -> Reply:
    """Another value from now on; only one that is offered."""
    part = access_option(request, action.name)
    if action.value not in part.offers:
        raise Refused(phrase("This value is not offered any more. Please choose another."))
    do_choose(request.uow, part.option, action.value, part.label, part.shown)
    return Toast(phrase("Done.")), _all(request)


@router.action(WriteOption, right=ADMINISTER)
def write(request: Request, action: WriteOption) -> Reply:
    """Asks for a value that no button has."""
    return Start(OptionForm, (("option", access_option(request, action.name).option.name),))


def _all(request: Request) -> Screen:
    parts = request.house.plugged(OptionPart)
    return options_screen([(part, option_of(request.uow, part.option)) for part in parts])
