"""A bot account in Matrix as the core's Messenger."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from adapters.matrix.capabilities import PACE, capabilities
from adapters.matrix.connection import Connection, Lost, NotReached, Refusal
from adapters.matrix.encryption import Encryption, StoreLost
from adapters.matrix.faults import fault
from adapters.matrix.inbound import Inbound
from adapters.matrix.outbound import Outbound
from adapters.matrix.profile import introduce
from adapters.matrix.read import NAME
from adapters.matrix.rooms import Rooms
from adapters.matrix.session import SignedOut, resume, sign_in, try_out
from adapters.matrix.settings import Account
from adapters.matrix.signing import Identity, PasswordNeeded
from adapters.matrix.timing import Timing
from adapters.matrix.typing_notice import TypingNotice
from adapters.matrix.vault import WrongKey
from core.chat.adapter import Surroundings
from core.chat.events import Chosen, Doubted, Event, Pressed
from core.chat.messenger import Crowd, Health, Inbox, MenuCommand, Outcome, Receipt, Reception
from core.chat.networks import about
from core.chat.pages import Page
from core.chat.phrases import Text, Told, phrase

log = structlog.get_logger()

_STARTING = Health(
    ok=False, state=phrase("Matrix: signing in and looking at the rooms"), remedy=phrase("It takes some seconds.")
)
_NEW = Health(
    ok=True,
    state=phrase("Matrix: the server answers"),
    remedy=phrase("The bot signs in when it starts for the first time."),
)


class MatrixMessenger:
    """The account of one Matrix id. Construction needs no event loop and connects to nothing."""

    reception = Reception.TOGETHER

    def __init__(
        self, settings: Account, around: Surroundings, timing: Timing | None = None, *, name: str = NAME
    ) -> None:
        assert settings.homeserver is not None
        self.name, self.address = name, settings.user_id or ""
        self.capabilities = capabilities(settings.reaction_keys, settings.pace.applied_to(PACE))
        self._settings, self._timing = settings, timing or Timing()
        self._folder, self._key = around.data_dir / name, around.key_for(name)
        self._connection = Connection(settings.homeserver, seconds=self._timing.request)
        password = None if settings.password is None else settings.password.get_secret_value()
        self._encryption = Encryption(
            self._connection,
            self._folder,
            self._key,
            password=password,
            recovery_file=settings.recovery_key_file,
        )
        rooms = Rooms(self._connection, self._folder)
        self._inbound = Inbound(
            self._connection, settings, rooms, self._encryption, around.files, around.clock, self._timing
        )
        self._encryption.near, self._encryption.rooms_of = rooms.near, rooms.secret
        self._outbound = Outbound(
            self._connection,
            settings,
            rooms,
            self._encryption,
            around.files,
            self._inbound.ready,
            self._inbound.arrivals.expect,
        )
        self._typing = TypingNotice(self._connection)
        self._inbound.heard = self._heard
        self._inbound.entered = self._outbound.direct.enlist
        self._rooms = rooms
        self._refusing: set[asyncio.Task[None]] = set()
        self._state: Health | None = None
        self._unsigned: Text = phrase(
            "See {command}: some clients give no keys to such a device.", command="`kollega matrix verify`"
        )

    async def listen(self, inbox: Inbox) -> None:
        """Signs in and receives until cancelled; whatever is wrong on the way, `fault` says."""
        structlog.contextvars.bind_contextvars(messenger=self.name)
        self._state = _STARTING
        await self._sign_in()
        introducing = asyncio.create_task(self._introduce())
        try:
            await self._inbound.listen(inbox)
        finally:
            introducing.cancel()

    async def send(self, chat: str, page: Page, key: str) -> Outcome:
        """Sends a page; the same `key` sends the same messages only once."""
        self._typing.answered(chat)
        return await self._outbound.send(chat, page, key)

    async def edit(self, chat: str, receipt: Receipt, page: Page, key: str) -> Outcome:
        """Shows `page` in place of what the receipt names."""
        self._typing.answered(chat)
        return await self._outbound.edit(chat, receipt, page, key)

    async def delete(self, chat: str, receipt: Receipt) -> Outcome:
        """Redacts what the receipt names."""
        return await self._outbound.delete(chat, receipt)

    async def acknowledge(self, press: Pressed | Chosen, toast: str | None) -> None:
        """Takes the person's reaction away, so that the option can be chosen again."""
        self._typing.answered(press.chat)
        room = press.chat if not press.private else self._room_of(press.chat)
        if isinstance(press, Chosen) and room is not None:
            self._outbound.reactions.pressed(room, press.message, press.press)

    async def announce(self, commands: Mapping[str, Sequence[MenuCommand]], chat: str | Crowd = Crowd.PRIVATE) -> bool:
        """Clients list no commands of bots: /help does."""
        return True

    def fault(self) -> Health | None:
        """What is known to be wrong."""
        known = self._inbound.fault or self._state
        return None if known is None else about(self.name, known)

    async def check(self) -> Health:
        """Asks whether the account works and its device is trusted. Signs nobody in: the running bot does that."""
        if (known := self.fault()) is not None:
            return known
        try:
            if self._connection.token is None and not resume(self._connection, self._settings, self._folder, self._key):
                await try_out(self._connection, self._settings)
                return _NEW
            report = await self._encryption.report()
        except Exception as error:
            return about(self.name, _fault(error))
        about_it = {"user": report.user, "device": report.device}
        if report.signed and report.identity is Identity.OWN:
            well = phrase("Matrix: {user} works, device {device} is verified", **about_it)
            remedy = phrase("Missing keys of messages: {count}.", count=report.waiting) if report.waiting else ""
            return Health(ok=True, state=well, remedy=remedy)
        state = phrase("Matrix: {user} works, device {device} is not verified", **about_it)
        return about(self.name, Health(ok=True, state=state, remedy=self._unsigned))

    async def close(self) -> None:
        """Ends connections."""
        self._typing.close()
        for task in self._refusing:
            task.cancel()
        await self._outbound.close()
        await self._encryption.close()
        self._rooms.close()
        await self._connection.close()

    async def _sign_in(self) -> None:
        """Tries until it is done; where only a person can help it waits for being ended."""
        delay = self._timing.first_delay
        anew = False
        while True:
            try:
                await sign_in(self._connection, self._settings, self._folder, self._key, anew=anew)
                await self._encryption.load()
                await self._encryption.start()
            except StoreLost:
                log.warning("matrix_keys_lost")
                anew = True
                continue
            except (SignedOut, WrongKey) as error:
                self._state = _fault(error)
                log.error("matrix_signed_out", reason=type(error).__name__)
                await asyncio.Event().wait()
            except (Refusal, NotReached, Lost) as error:
                self._state = fault(error)
                patience = error.seconds if isinstance(error, Refusal) else None
                await asyncio.sleep(max(delay, patience or 0.0))
                delay = min(self._timing.longest_delay, delay * 2)
            except PasswordNeeded as error:
                self._unsigned = error.text
                return
            except OSError as error:
                self._unsigned = phrase("The recovery key could not be written: {reason}.", reason=error.strerror or "")
                return
            else:
                return

    async def _introduce(self) -> None:
        """When the rooms are known: the name and picture are told to each of them."""
        await self._inbound.ready.wait()
        self._state = None
        await introduce(self._connection, self._settings)

    def _heard(self, room: str, event: Event) -> None:
        """In private everything is answered; what people say to each other in a group is not meant for the bot."""
        if isinstance(event, Doubted):
            self._refusing.add(task := asyncio.create_task(self._outbound.refuse(room, event.message)))
            task.add_done_callback(self._refusing.discard)
        if event.private:
            self._typing.expect(event.chat, room)

    def _room_of(self, person: str) -> str | None:
        room = self._rooms.private(person)
        return None if room is None else room.id


def _fault(error: Exception) -> Health:
    if isinstance(error, SignedOut | WrongKey):
        text = error.text if isinstance(error, Told) else str(error)
        return Health(ok=False, state=phrase("Matrix: {reason}", reason=text))
    return fault(error)
