"""The questions of `kollega init`, each part with what it is for and a trial of the answers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from bot.cli.asking import Terminal, Values, tried
from bot.cli.failing import reason
from bot.run.settings import SettingsError, settings_of
from bot.talk.language import CODES, NAMES
from core.chat.phrases import Phrase, phrase

_LOCAL_TIME = Path("/etc/localtime")


def ask_for_company(terminal: Terminal, values: Values) -> None:
    """Language and time zone."""
    terminal.title(phrase("The company"))
    terminal.say(phrase("In which language does the bot speak? Everybody can choose another one for themselves."))
    languages = ", ".join(f"{code} – {NAMES[code]}" for code in CODES)
    _until_accepted(
        terminal,
        values,
        lambda: {"language": terminal.ask(phrase("Language ({languages})", languages=languages), terminal.speech.code)},
    )
    terminal.say(phrase("Times in the chat are those of the company’s city."))
    _until_accepted(terminal, values, lambda: {"timezone": terminal.ask(phrase("Time zone"), _own_zone())})


def ask_for_telegram(terminal: Terminal, values: Values) -> None:
    """The token, tried at once, and the numbers of the admins."""
    terminal.title("Telegram")
    terminal.say(
        phrase("Write /newbot to @BotFather in Telegram: it asks for a name and gives a token such as 12345:AbC-dEf.")
    )
    if not _ask_and_try(terminal, values, "telegram", lambda: _secret(terminal, "token", phrase("The bot’s token"))):
        return
    terminal.say(phrase("Who is the first admin? Admins let people in and hear of what is wrong."))
    terminal.say(
        phrase(
            "In Telegram it is the number of the account, not its name. To learn yours, write anything to the bot now, "
            "then type {sign} here.",
            sign="?",
        )
    )
    _until_accepted(terminal, values, lambda: _admins(values, _telegram_numbers(terminal, values)))


def ask_for_matrix(terminal: Terminal, values: Values) -> None:
    """The bot's account, tried at once, and an admin."""
    terminal.title("Matrix")
    terminal.say(phrase("For a homeserver of your own. The bot needs an account there."))
    if not _ask_and_try(terminal, values, "matrix", lambda: _matrix_account(terminal)):
        return
    question = phrase("Your own Matrix id, such as {example}: you become an admin", example="@olga:example.org")
    _until_accepted(terminal, values, lambda: _admins(values, _prefixed("matrix", terminal.ask(question))))


def ask_for_exchange(terminal: Terminal, values: Values) -> None:
    """Where Asterisk listens, tried at once, and its outside lines."""
    terminal.title(phrase("Missed calls"))
    terminal.say(
        phrase(
            "For Asterisk 12 or newer, also in FreePBX. Kollega listens to its manager interface and changes nothing."
        )
    )
    terminal.say(
        phrase(
            "There has to be an account in manager.conf (in FreePBX: manager_custom.conf) with read and write rights:"
        )
    )
    terminal.say("  read = system,call,agent,cdr\n  write = reporting")
    _ask_and_try(terminal, values, "asterisk", lambda: _exchange(terminal))


def ask_for_web_chat(terminal: Terminal, values: Values) -> None:
    """Whether there is one."""
    terminal.title(phrase("Web chat"))
    terminal.say(
        phrase("A chat in the browser, to try things out. It has no sign-in, so it works on this machine only.")
    )
    if terminal.agrees(phrase("Turn it on?")):
        values["web"] = {"chat": True}


def _until_accepted(terminal: Terminal, values: Values, ask: Callable[[], Mapping[str, Any]]) -> None:
    """Asks again until there is an answer that may be, or none."""
    while True:
        given = {name: value for name, value in ask().items() if value}
        try:
            settings_of({**values, **given})
        except SettingsError as error:
            terminal.say(phrase("✗ {fault}", fault=error.text))
            continue
        values.update(given)
        return


def _ask_and_try(terminal: Terminal, values: Values, part: str, ask: Callable[[], Mapping[str, Any]]) -> bool:
    """Asks until it works, or is to be kept all the same; False when nothing was said."""
    while True:
        given = ask()
        if not given:
            return False
        terminal.say(phrase("One moment …"))
        finding = tried({**values, part: given}, part)
        terminal.say(finding.line_in(terminal.speech))
        if finding.ok or terminal.agrees(phrase("Keep it all the same?")):
            values[part] = dict(given)
            return True


def _secret(terminal: Terminal, name: str, question: Phrase) -> dict[str, str]:
    said = terminal.ask_secret(question)
    return {name: said} if said else {}


def _matrix_account(terminal: Terminal) -> dict[str, str]:
    server = terminal.ask(
        phrase("The address of the homeserver, such as {example}", example="https://matrix.example.org")
    )
    if not server:
        return {}
    user = terminal.ask(phrase("The bot’s Matrix id, such as {example}", example="@kollega:example.org"))
    return {"homeserver": server, "user_id": user, **_secret(terminal, "password", phrase("Its password"))}


def _exchange(terminal: Terminal) -> dict[str, Any]:
    host = terminal.ask(phrase("The address of the exchange, such as {example}", example="10.0.0.7"))
    if not host:
        return {}
    host, _, port = host.partition(":")
    given: dict[str, Any] = {"host": host, **({"port": int(port)} if port.isdecimal() else {})}
    given["username"] = terminal.ask(phrase("The name of the account there"), "kollega")
    given |= _secret(terminal, "secret", phrase("Its secret"))
    terminal.say(phrase("Which endpoints lead outside? In the console of the exchange: pjsip show endpoints."))
    lines = _listed(terminal.ask(phrase("Outside lines, with commas between")))
    return given | ({"trunks": lines} if lines else {})


def _telegram_numbers(terminal: Terminal, values: Values) -> list[str]:
    while True:
        said = terminal.ask(phrase("Numbers of the admins, with commas between"))
        if said != "?":
            return _prefixed("telegram", said)
        found = _who_wrote(terminal, values)
        for number, name in found.items():
            terminal.say(f"  {number}  {name}")
        if len(found) == 1:
            number, name = next(iter(found.items()))
            if terminal.agrees(phrase("Is this you: {name}?", name=name)):
                return _prefixed("telegram", str(number))


def _who_wrote(terminal: Terminal, values: Values) -> dict[int, str]:
    from adapters.telegram.newcomers import who_wrote

    try:
        found = asyncio.run(who_wrote(settings_of(values).section("telegram")))
    except Exception as error:
        terminal.say(phrase("✗ {fault}", fault=reason(error)))
        return {}
    if not found:
        terminal.say(
            phrase(
                "Nobody has written to the bot yet. Open it in Telegram, press Start, and type {sign} again.", sign="?"
            )
        )
    return found


def _admins(values: Values, more: list[str]) -> dict[str, list[str]]:
    return {"admins": [*values.get("admins", ()), *more]} if more else {}


def _prefixed(network: str, said: str) -> list[str]:
    return [one if one.startswith(f"{network}:") else f"{network}:{one}" for one in _listed(said)]


def _listed(said: str) -> list[str]:
    return [one for one in re.split(r"[,;\s]+", said) if one]


def _own_zone() -> str:
    """The zone of this machine where it has a name that is one."""
    name = str(_LOCAL_TIME.resolve()).partition("zoneinfo/")[2]
    return name if "/" in name and name in available_timezones() else "Europe/Moscow"
