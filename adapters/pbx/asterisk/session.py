"""One connection to the manager interface: sign in with a challenge, ask, and take messages as they come."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import suppress

from adapters.pbx.asterisk.settings import Settings
from adapters.pbx.asterisk.version import BANNER, TooOld, check_banner
from adapters.pbx.asterisk.wire import Message, Wire
from core.chat.phrases import Told, phrase

ANSWER_SECONDS = 10.0
# FullyBooted and Shutdown are of the class system; an account without it is told of a restart by the list.
_EVENT_CLASSES = "system,call,agent,cdr"
_CHUNK = 1 << 16


class Rejected(Exception):
    """The exchange refused the name or the secret."""


class Broken(Told):
    """The connection cannot go on; the text says why."""


class Session:
    """Raises OSError, TimeoutError or Broken whenever the connection fails, TooOld for an exchange not understood."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._wire = Wire()
        self._backlog: list[Message] = []
        self._asked = 0
        self.chunks = 0
        self.silent = False

    @classmethod
    async def open(cls, settings: Settings) -> Session:
        if settings.host is None:
            raise Broken(phrase("no host is set"))
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(settings.host, settings.port)
            session = cls(reader, writer)
            try:
                banner = await reader.readline()
            except ValueError:
                banner = b""
            except BaseException:
                writer.close()  # who waited for it no longer does
                raise
            try:
                if not banner.startswith(BANNER):
                    raise Broken(phrase("what answers there is not an Asterisk manager interface"))
                check_banner(banner)
            except (Broken, TooOld):
                await session.close()
                raise
            return session

    async def sign_in(self, settings: Settings) -> None:
        """Raises Rejected for a wrong name or secret. The answer stays among the messages."""
        async with asyncio.timeout(ANSWER_SECONDS):
            challenge = await self._ask("Challenge", AuthType="MD5")
            if challenge.get("Response") != "Success":
                raise Broken(phrase("no MD5 challenge: {reason}", reason=challenge.get("Message", "?")))
            secret = challenge.get("Challenge", "") + settings.secret.get_secret_value()
            answer = await self._ask(
                "Login",
                AuthType="MD5",
                Username=settings.username,
                Key=hashlib.md5(secret.encode(), usedforsecurity=False).hexdigest(),
                Events=_EVENT_CLASSES,
            )
            if answer.get("Response") != "Success":
                raise Rejected(answer.get("Message", "the exchange refused the account"))

    def send(self, action: str, **headers: str) -> str:
        """Returns the id by which the answer is known."""
        self._asked += 1
        action_id = f"kollega-{self._asked}"
        lines = {"Action": action, "ActionID": action_id, **headers}
        if any("\n" in value or "\r" in value for value in lines.values()):
            raise Broken(phrase("a setting holds a line break"))
        text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._writer.write(text.encode() + b"\r\n")
        return action_id

    async def messages(self) -> list[Message]:
        """Those that have arrived since; waits for some bytes, which may complete no message."""
        if self._backlog:
            taken, self._backlog = self._backlog, []
            return taken
        return await self._read()

    def abandon(self) -> None:
        """The far end has fallen silent: end the waiting `messages`."""
        self.silent = True
        self._writer.transport.abort()

    async def close(self) -> None:
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    async def _ask(self, action: str, **headers: str) -> Mapping[str, str]:
        action_id = self.send(action, **headers)
        while True:
            arrived = await self._read()
            self._backlog += arrived
            for message in arrived:
                answer = message.headers()
                if "Response" in answer and answer.get("ActionID") == action_id:
                    return answer

    async def _read(self) -> list[Message]:
        data = await self._reader.read(_CHUNK)
        if not data:
            raise Broken(phrase("no answer to a ping") if self.silent else phrase("the exchange closed the connection"))
        self.chunks += 1
        return self._wire.feed(data)
