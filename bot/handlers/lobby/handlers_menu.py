"""The main menu, the help, and what is said to what nobody else understood."""

from __future__ import annotations

from bot.handlers.lobby.actions import OpenHelp
from bot.handlers.lobby.room import router
from bot.handlers.lobby.screens import help_screen, menu_screen, section_screen
from bot.talk.entries import entries_for
from bot.talk.leaving import unfinished
from bot.talk.menu import OpenMenu
from bot.talk.request import Reply, Request
from bot.talk.sections import TITLES, OpenSection, Section
from core.access import COLLEAGUE
from core.chat.phrases import Phrase, Text, phrase
from core.chat.screens import Screen

router.entry(Section.HELP, phrase("❓ Help"), OpenHelp(), right=COLLEAGUE, weight=10)


def main_menu(request: Request, greeting: Text | None = None) -> Screen:
    """The sections where the person may go, and the forms that wait to be finished."""
    return menu_screen(entries_for(request), unfinished(request), greeting)


@router.command("menu", right=COLLEAGUE, section=Section.HELP, describe=phrase("Everything I can do"))
def menu(request: Request, words: str) -> Reply:
    """`/menu`."""
    return main_menu(request)


@router.action(OpenMenu, right=COLLEAGUE)
def open_menu(request: Request, action: OpenMenu) -> Reply:
    """To the menu from anywhere."""
    return main_menu(request)


@router.action(OpenSection, right=COLLEAGUE)
def open_section(request: Request, action: OpenSection) -> Reply:
    """What a section has; one that has a single entry is that entry."""
    shown = entries_for(request, action.section).get(action.section, [])
    if not shown:
        return main_menu(request, phrase("There is nothing for you in “{title}” now.", title=TITLES[action.section]))
    if len(shown) > 1:
        return section_screen(action.section, shown)
    only = shown[0].entry.action
    return request.house.actions[type(only)].handler(request, only)


@router.command("help", right=COLLEAGUE, section=Section.HELP, describe=phrase("What you can do here"))
def help_(request: Request, words: str) -> Reply:
    """`/help`: only what the person may do."""
    listed: dict[Section, list[tuple[str, Phrase]]] = {section: [] for section in Section}
    for command in request.house.commands.values():
        if command.describe is not None and command.section is not None and request.may(command.right):
            listed[command.section].append((command.name, command.describe))
    return help_screen(listed, request.capabilities.command_prefix)


@router.action(OpenHelp, right=COLLEAGUE)
def open_help(request: Request, action: OpenHelp) -> Reply:
    """The help from the menu."""
    return help_(request, "")


@router.command("cancel", right=COLLEAGUE, section=Section.HELP, describe=phrase("Stop what we are in the middle of"))
def cancel(request: Request, words: str) -> Reply:
    """`/cancel` when no form is open here."""
    return main_menu(request, phrase("There is nothing to cancel."))
