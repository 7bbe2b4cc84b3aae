"""A company on a homeserver: the bot's account, people with private rooms, and what the bot is started with."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TypeVar

from adapters.matrix.connection import Connection, part
from benchmarks import processes
from benchmarks.figures import is_short
from bot.build import RealClock
from core.access import Roles
from core.chat.blocks import Paragraph
from core.chat.messenger import Messenger, Sent
from core.chat.pages import Page, Part
from core.people.choices import LANGUAGE
from core.people.person import Account, Person
from core.people.roles import HR
from core.settings import do_set
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.migrate import upgrade
from tests.support.synapse.server import Credentials, Homeserver, OwnHomeserver, Process

AT_ONCE = 20
_ENCRYPTION = {"algorithm": "m.megolm.v1.aes-sha2"}
_BACK = Page(parts=(Part(blocks=(Paragraph(("I am back.",)),)),))

Done = TypeVar("Done")
Asked = TypeVar("Asked")


@asynccontextmanager
async def a_homeserver_with(data: Path | None = None) -> AsyncIterator[tuple[OwnHomeserver, Path]]:
    """A homeserver of its own, on a copy of the data of another one if there are some; it, and its folder."""
    process = Process(os.getpid())
    own = OwnHomeserver(process)
    try:
        if data is not None:
            _copy(data, process.folder)
        await own.start_again()
        yield own, process.folder
    finally:
        process.kill()
        shutil.rmtree(process.folder, ignore_errors=True)


def _copy(data: Path, folder: Path) -> None:
    for found in (data / "signing.key", *data.glob("homeserver.db*")):
        shutil.copy2(found, folder)


def asked_of(data: Path, query: str, *values: object) -> int:
    """The number that a query of the homeserver's database gives."""
    with closing(sqlite3.connect(f"file:{data / 'homeserver.db'}?mode=ro", uri=True)) as database:
        return int(database.execute(query, values).fetchone()[0] or 0)


def happened(data: Path) -> int:
    """The place of the latest event on a homeserver."""
    return asked_of(data, "SELECT max(stream_ordering) FROM events")


async def quiet(data: Path) -> None:
    """Waits until nothing has happened on a homeserver for a second, or for a moment in the short form."""
    before, moment = -1, 0.2 if is_short() else 1
    while (now := happened(data)) != before:
        before = now
        await asyncio.sleep(moment)


def signed_in(homeserver: Homeserver, account: Credentials) -> Connection:
    """A connection of an account of the homeserver."""
    connection = Connection(homeserver.url)
    connection.user, connection.device, connection.token = account.user_id, account.device_id, account.access_token
    return connection


async def each(
    things: Iterable[Asked], do: Callable[[Asked], Awaitable[Done]], at_once: int = AT_ONCE
) -> dict[Asked, Done]:
    """Does something with each thing, so many at once; what came of it."""
    waiting, done = iter(things), dict[Asked, Done]()

    async def work() -> None:
        for thing in waiting:
            done[thing] = await do(thing)

    await asyncio.gather(*(work() for _ in range(at_once)))
    return done


async def private_room(owner: Connection, other: str, *, encrypted: bool) -> str:
    """The id of a new room to which the other one is invited."""
    state = [{"type": "m.room.encryption", "state_key": "", "content": _ENCRYPTION}] if encrypted else []
    wanted = {"preset": "private_chat", "is_direct": True, "invite": [other], "initial_state": state}
    return str((await owner.request("POST", "/_matrix/client/v3/createRoom", wanted))["room_id"])


async def enter(invited: Connection, room: str) -> None:
    """Accepts an invite."""
    await invited.request("POST", f"/_matrix/client/v3/join/{part(room)}", {})


async def encrypt(owner: Connection, room: str) -> None:
    """Turns encryption on in a room."""
    await owner.request("PUT", f"/_matrix/client/v3/rooms/{part(room)}/state/m.room.encryption", _ENCRYPTION)


async def hire(
    homeserver: Homeserver, bot: Connection, number: int, *, encrypted: Callable[[int], bool]
) -> dict[str, Credentials]:
    """So many new people, @p00000:localhost and so on, each in a private room that the bot has opened; by room."""

    async def one(place: int) -> tuple[str, Credentials]:
        person = await homeserver.register(f"p{place:05}")
        room = await private_room(bot, person.user_id, encrypted=encrypted(place))
        client = signed_in(homeserver, person)
        await enter(client, room)
        await client.close()
        return room, person

    return dict((await each(range(number), one, 4)).values())


def employ(folder: Path, people: Sequence[Credentials]) -> int:
    """Makes the database of a bot in a folder, with these people in it; the person id of the first, who is of HR."""
    url = f"sqlite:///{folder / 'kollega.db'}"
    upgrade(url)
    store = Database(url, RealClock())
    first = store.transact_now(lambda uow: list(_taken_on(uow, people)))[0]
    store.close_now()
    return first


def _taken_on(uow: UnitOfWork, people: Sequence[Credentials]) -> Iterator[int]:
    for place, account in enumerate(people):
        roles = Roles() if place else Roles.of(HR)
        person = Person(last_name=f"Petrova {place}", first_name="Anna", roles=roles)
        uow.add(person)
        uow.flush()
        do_set(uow, person, LANGUAGE, "en")
        address = account.user_id
        uow.add(Account(messenger="matrix", address=address, chat=address, person_id=person.id, language="en"))
        yield person.id


def environment(folder: Path, homeserver: Homeserver, bot: Credentials, **own: str) -> dict[str, str]:
    """The environment of a bot that keeps its data in a folder; `own` are further settings without their prefix."""
    settings = {
        "DATA_DIR": str(folder),
        "LANGUAGE": "en",
        "WEB__PORT": "0",
        "MATRIX__HOMESERVER": homeserver.url,
        "MATRIX__USER_ID": bot.user_id,
        "MATRIX__PASSWORD": bot.password,
        "MATRIX__ACCESS_TOKEN": bot.access_token,
    }
    return processes.environment(**settings | own)


def start(words: Sequence[str], environment: Mapping[str, str]) -> processes.Started:
    """Starts a bot whose output and log are put into its own folder."""
    folder = Path(environment["KOLLEGA_DATA_DIR"])
    return processes.start(words, environment, folder / "output", folder / "log")


async def ready(messenger: Messenger, chat: str) -> None:
    """Waits until a message has left: that is so once the first answer to `/sync` has been read and stored."""
    while not isinstance(await messenger.send(chat, _BACK, "ready"), Sent):  # noqa: ASYNC110 - it waits itself
        await asyncio.sleep(0.01)
