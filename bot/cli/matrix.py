"""`kollega matrix verify` and `kollega matrix registration`: what the admin of a homeserver needs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.failing import DOCTOR
from bot.cli.speaking import say
from bot.run.keys import keys_of
from bot.run.setting_names import PREFIX
from bot.run.settings import Settings, load
from bot.run.shell import CommandError
from core.chat.networks import prefix_of
from core.chat.phrases import Listing, Phrase, Text, phrase

if TYPE_CHECKING:
    from adapters.matrix.encryption import Report
    from adapters.matrix.settings import Account

_RUN = "`kollega run`"
_PATIENCE = 30.0
"""Seconds for a few requests to the homeserver."""


def verify() -> str:
    """What identifies the bot's device, whether others can trust it, and how to check that in a client."""
    settings = load()
    accounts = _accounts(settings)
    if not accounts:
        raise CommandError(phrase("Matrix is off; set {setting}", setting=f"{PREFIX}MATRIX__HOMESERVER"))
    reports = ((name, own, asyncio.run(_report(settings, name, own))) for name, own in accounts)
    return "\n\n".join("\n".join(map(say, _lines(report, settings, name, own))) for name, own, report in reports)


def register(file: Path) -> Phrase:
    """Writes the registration of an application service for the bot; what to do with it."""
    from adapters.matrix.registration import registration
    from adapters.matrix.vault import write_private

    users = {name: own.user_id for name, own in load().accounts("matrix") if own.user_id is not None}
    if not users:
        raise CommandError(
            phrase(
                "set {setting} to the bot’s Matrix id, such as @kollega:example.org", setting=f"{PREFIX}MATRIX__USER_ID"
            )
        )
    if file.exists():
        raise CommandError(
            phrase("{file} is there already; its tokens may be in use. Move it away to make new ones", file=str(file))
        )
    write_private(file.absolute(), registration(*users.values()).encode())
    tokens = Listing(tuple(f"{prefix_of(name)}ACCESS_TOKEN" for name in users))
    return _next(str(file.absolute()), Listing(tuple(users.values())), tokens)


def _accounts(settings: Settings) -> list[tuple[str, Account]]:
    return [(name, own) for name, own in settings.accounts("matrix") if own.homeserver is not None]


def _next(file: str, users: Listing, tokens: Listing) -> Phrase:
    return phrase(
        "{file} is written. It holds secret tokens: only you can read it.\n"
        "1. Copy it to the homeserver, where the homeserver can read it, and name it in homeserver.yaml:\n"
        "     app_service_config_files:\n"
        "       - {file}\n"
        "2. Restart the homeserver.\n"
        "3. Set {tokens} to the as_token in the file, and start Kollega again.\n"
        "   It makes the account {user} if there is none, and signs in once; no password is needed.\n"
        "Limits of messages, new rooms and logins do not count for the bot any more.",
        file=file,
        user=users,
        tokens=tokens,
    )


async def _report(settings: Settings, name: str, own: Account) -> Report:
    from adapters.matrix.connection import Connection, Lost, NotReached, Refusal
    from adapters.matrix.encryption import Encryption
    from adapters.matrix.session import resume
    from adapters.matrix.vault import WrongKey

    folder, key = settings.data_dir / name, keys_of(settings)(name)
    connection = Connection(own.homeserver or "")
    try:
        async with asyncio.timeout(_PATIENCE):
            if not resume(connection, own, folder, key):
                raise CommandError(phrase("the bot has not signed in yet; start it once with {command}", command=_RUN))
            return await Encryption(connection, folder, key, recovery_file=own.recovery_key_file).report()
    except WrongKey as error:
        raise CommandError(error.text) from None
    except (Refusal, NotReached, Lost, TimeoutError) as error:
        raise CommandError(
            phrase(
                "{server} did not answer as expected ({reason}); see {command}",
                server=own.homeserver or "",
                reason=str(error),
                command=DOCTOR,
            )
        ) from None
    finally:
        await connection.close()


def _lines(report: Report, settings: Settings, name: str, own: Account) -> list[Text]:
    """The answer, line by line."""
    from adapters.matrix.signing import Identity

    if not report.fingerprint:
        raise CommandError(phrase("this device has no keys yet; start it once with {command}", command=_RUN))
    lines: list[Text] = [
        phrase("Account: {user}", user=report.user),
        phrase("Device: {device} ({name})", device=report.device, name=report.name or phrase("without a name")),
        phrase("Fingerprint: {key}", key=_groups(report.fingerprint)),
        phrase("Master key: {key}", key=_groups(report.master) or phrase("none")),
        phrase("Signed: {answer}", answer=phrase("yes") if report.signed else phrase("no")),
        phrase("Missing keys of messages: {count}.", count=report.waiting),
    ]
    match report.identity:
        case Identity.FOREIGN:
            file = own.recovery_key_file or settings.data_dir / name / "recovery.key"
            return [
                *lines,
                "",
                phrase(
                    "Cross-signing was set up for this account, and Kollega does not have its secrets: by somebody "
                    "with a client, or by Kollega itself before the folder with its keys was lost. Write the recovery "
                    "key of that set-up to {file} (chmod 600) and start Kollega again, or verify the device above from "
                    "that client.",
                    file=str(file),
                ),
            ]
        case Identity.NONE:
            return [*lines, "", phrase("Cross-signing is not set up yet: start it once with {command}.", command=_RUN)]
        case Identity.OWN:
            return [*lines, _recovery(report), "", *_STEPS]


_STEPS = (
    phrase(
        "To check it in a client such as Element: open the bot’s profile, its sessions, and the device above; its "
        "session key must be the fingerprint, and the session must be shown as verified by its owner."
    ),
    phrase("To sign in as the bot yourself: use its password, choose to verify with the recovery key, and enter it."),
)


def _recovery(report: Report) -> Phrase:
    if report.recovery is None:
        return phrase("Recovery key: not on this machine")
    return phrase("Recovery key: in {file}; keep a copy in a safe place", file=str(report.recovery))


def _groups(key: str) -> str:
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))
