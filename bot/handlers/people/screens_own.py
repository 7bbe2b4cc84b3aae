"""What people see of themselves: the own card, settings, accounts, and codes to link another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from bot.handlers.people.actions import (
    GiveCode,
    OpenAccounts,
    OpenLanguages,
    OpenMe,
    OpenPreferred,
    OpenQuiet,
    Preset,
    SetLanguage,
    SetPreferred,
    SetQuiet,
    ShowReading,
    UnlinkAccount,
    WriteQuiet,
)
from bot.handlers.people.screens import (
    Card,
    account_line,
    account_name,
    back,
    card_blocks,
    messenger_title,
    no_button,
    ties,
)
from bot.handlers.quiet.actions import OpenHeld
from bot.talk.menu import OpenMenu
from core.chat.actions import Action
from core.chat.phrases import Clock, Phrase, Text, phrase, plural
from core.chat.screens import Bold, Bullets, Button, Code, CopyText, Facts, Line, Row, Screen, paragraph, screen
from core.people.bots import Entrance
from core.people.linking import CODE_LASTS
from core.people.person import Account
from core.people.quiet import QuietHours, hours_of

PRESETS: Mapping[Preset, QuietHours | None] = {
    Preset.NIGHT: QuietHours(time(22), time(8)),
    Preset.EVENING: QuietHours(time(20), time(9)),
    Preset.NONE: None,
}


def me_screen(card: Card, accounts: Sequence[Account], language: str | None, *, told: bool) -> Screen:
    """The own card with the settings. `language` is the name of the chosen one; for `told` see `languages_screen`."""
    person = card.person
    preferred = messenger_title(person.preferred) if person.preferred else phrase("any messenger")
    settings: tuple[tuple[Text, Line], ...] = (
        (phrase("Language"), (language or _unchosen(told),)),
        (phrase("Where I write to you"), (preferred,)),
        (phrase("Quiet hours"), (quiet_text(hours_of(person)),)),
        (phrase("When you open news"), (_reading(person.shows_reading),)),
    )
    reading = phrase("Do not tell what I open") if person.shows_reading else phrase("Tell what I open")
    rows: list[Row] = [
        (Button(phrase("Language"), OpenLanguages()), Button(phrase("Where to write"), OpenPreferred())),
        (Button(phrase("Accounts"), OpenAccounts()), Button(phrase("Link another messenger"), GiveCode())),
        (Button(phrase("Quiet hours"), OpenQuiet()), Button(reading, ShowReading(shown=not person.shows_reading))),
        *ties(card),
        back(OpenMenu()),
    ]
    linked = Bullets(tuple(account_line(account) for account in accounts))
    return Screen(
        blocks=(*card_blocks(card), paragraph(Bold(phrase("Accounts"))), linked, Facts(settings)), rows=tuple(rows)
    )


def languages_screen(names: Sequence[tuple[str, str]], chosen: str | None, *, told: bool) -> Screen:
    """The choice of the language, each by its own name. `told`: the messenger tells which one the person speaks."""
    rows = [(Button(_marked(name, code == chosen), SetLanguage(code)),) for code, name in names]
    rows.append((Button(_marked(_unchosen(told), chosen is None), SetLanguage("")),))
    return screen(phrase("Which language shall I speak with you?"), rows=(*rows, back(OpenMe())))


def preferred_screen(accounts: Sequence[Account], chosen: str | None) -> Screen:
    """The choice of the messenger for what comes unasked."""
    rows = [
        (Button(_marked(messenger_title(account.network), account.network == chosen), SetPreferred(account.id)),)
        for account in accounts
    ]
    rows.append((Button(_marked(phrase("any messenger"), chosen is None), SetPreferred(None)),))
    about = phrase("News and notices go there, and to another account of yours only when that one cannot be reached.")
    return screen(phrase("Where shall I write to you?"), about, rows=(*rows, back(OpenMe())))


def quiet_screen(hours: QuietHours | None, now: datetime, *, held: bool) -> Screen:
    """The quiet hours and the choice of others. `now` shows which clock counts; `held`: something can be shown."""
    rows = [(Button(_marked(quiet_text(kept), kept == hours), SetQuiet(preset)),) for preset, kept in PRESETS.items()]
    rows.append((Button(phrase("Set other times"), WriteQuiet()),))
    if held:
        rows.append((Button(phrase("Show what is held"), OpenHeld()),))
    about = phrase(
        "During them you get only what is urgent, and answers to what you ask. The rest waits until they end, and then"
        " you get a list of it."
    )
    facts = Facts(
        (
            (phrase("Quiet hours"), (Bold(quiet_text(hours)),)),
            (phrase("Your clock shows"), (phrase("{time}", time=Clock(now)),)),
        )
    )
    return screen(phrase("🌙 Quiet hours"), about, facts, rows=(*rows, back(OpenMe())))


def quiet_text(hours: QuietHours | None) -> Phrase:
    """Quiet hours in words."""
    return phrase("none") if hours is None else phrase("{start}–{end}", start=hours.start, end=hours.end)


def accounts_screen(accounts: Sequence[Account]) -> Screen:
    """The own accounts, each with a button that unlinks it."""
    rows = tuple(
        (Button(phrase("Unlink {messenger}", messenger=messenger_title(account.messenger)), UnlinkAccount(account.id)),)
        for account in accounts
    )
    lines = Bullets(tuple(account_line(account) for account in accounts))
    more = (Button(phrase("Link another messenger"), GiveCode()),)
    return screen(phrase("Your accounts"), lines, rows=(*rows, more, back(OpenMe())))


def unlink_screen(account: Account, yes: Action, no: Action) -> Screen:
    """Whether an account is really to be unlinked."""
    return screen(
        phrase("Unlink {messenger}?", messenger=messenger_title(account.messenger)),
        phrase("{name} will be a stranger to me there, until it is linked again.", name=account_name(account)),
        rows=((Button(phrase("Yes, unlink"), yes), no_button(no)),),
    )


def code_screen(code: str, name: str | None, to: Action, ways: Sequence[Entrance]) -> Screen:
    """A one-time code and what to do with it; `name` when it is for somebody else. `ways` say where to send it."""
    where = (
        phrase("Open me in the other messenger and send this:")
        if name is None
        else phrase("{name} opens me in a messenger and sends this:", name=name)
    )
    once = plural(
        "It works once, for {n} minute.", "It works once, for {n} minutes.", n=CODE_LASTS // timedelta(minutes=1)
    )
    secret = phrase("Do not show it to anybody: whoever sends it is taken for you.") if name is None else None
    return screen(
        phrase("A code to link an account"),
        where,
        *((Bullets(tuple(_way(one) for one in ways)),) if ways else ()),
        paragraph(Code(code)),
        once,
        *(() if secret is None else (secret,)),
        rows=((Button(phrase("Copy"), CopyText(code)),), back(to)),
    )


def _way(entrance: Entrance) -> Line:
    title = messenger_title(entrance.messenger)
    if entrance.address is None:
        return (title,)
    return (phrase("{messenger}: {name}", messenger=title, name=entrance.address),)


def _unchosen(told: bool) -> Phrase:
    return phrase("as in the messenger") if told else phrase("the company's language")


def _reading(shown: bool) -> Phrase:
    return phrase("editors see how many have, where the messenger tells me") if shown else phrase("nobody is told")


def _marked(label: Text, chosen: bool) -> Phrase:
    return phrase("{mark} {label}", mark="🔘" if chosen else "⚪", label=label)
