"""The main menu, the help, and what is said to what nobody else understood."""

from __future__ import annotations

from bot.handlers.lobby.actions import OpenHelp
from bot.handlers.lobby.room import router
from bot.handlers.lobby.screens import help_screen, menu_screen
from bot.talk.forms import unfinished
from bot.talk.menu import OpenMenu
from bot.talk.request import Reply, Request
from core.access import COLLEAGUE
from core.chat.phrases import Text, phrase
from core.chat.screens import Button, Screen

router.entry(phrase("❓ Help"), OpenHelp(), right=COLLEAGUE, place=100)


def main_menu(request: Request, greeting: Text | None = None) -> Screen:
    """The places that the person may go to, and the forms that wait to be finished."""
    entries = [Button(entry.label, entry.action) for entry in request.house.menu if request.may(entry.right)]
    return menu_screen(entries, unfinished(request), greeting)


@router.command("menu", right=COLLEAGUE, describe=phrase("Everything I can do"))
def menu(request: Request, words: str) -> Reply:
    """`/menu`."""
    return main_menu(request)


@router.action(OpenMenu, right=COLLEAGUE)
def open_menu(request: Request, action: OpenMenu) -> Reply:
    """To the menu from anywhere."""
    return main_menu(request)


@router.command("help", right=COLLEAGUE, describe=phrase("What you can do here"))
def help_(request: Request, words: str) -> Reply:
    """`/help`: only what the person may do."""
    listed = [
        (command.name, command.describe)
        for command in request.house.commands.values()
        if command.describe is not None and request.may(command.right)
    ]
    return help_screen(listed, request.capabilities.command_prefix)


@router.action(OpenHelp, right=COLLEAGUE)
def open_help(request: Request, action: OpenHelp) -> Reply:
    """The help from the menu."""
    return help_(request, "")


@router.command("cancel", right=COLLEAGUE, describe=phrase("Stop what we are in the middle of"))
def cancel(request: Request, words: str) -> Reply:
    """`/cancel` when no form is open here."""
    return main_menu(request, phrase("There is nothing to cancel."))
