"""The network between a process and PostgreSQL, which can be cut: nothing gets through, and nobody is told."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

_CHUNK = 1 << 16


class Cable:
    """Listens on the loopback for a server that listens on a socket file."""

    def __init__(self, database_url: str) -> None:
        """`database_url` has the folder of the socket file as its host."""
        parts = urlsplit(database_url)
        (folder,) = parse_qs(parts.query)["host"]
        self._file, self._database = f"{folder}/.s.PGSQL.5432", parts.path
        self._whole = asyncio.Event()
        self._whole.set()
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        """The database at this end."""
        assert self._server is not None
        return f"postgresql://postgres:@127.0.0.1:{self._server.sockets[0].getsockname()[1]}{self._database}"

    async def open(self) -> None:
        """Begins to forward."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)

    def cut(self) -> None:
        """From now on nothing is forwarded, in either direction; connections stay open."""
        self._whole.clear()

    def mend(self) -> None:
        """What was held up goes on."""
        self._whole.set()

    async def close(self) -> None:
        """Ends all connections."""
        assert self._server is not None
        self._server.close()
        self._whole.set()
        for end in self._ends:
            end.close()
        await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._whole.wait()
        far_reader, far_writer = await asyncio.open_unix_connection(self._file)
        self._ends |= {writer, far_writer}
        await asyncio.gather(self._forward(reader, far_writer), self._forward(far_reader, writer))
        self._ends -= {writer, far_writer}

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                await self._whole.wait()
                writer.write(chunk)
                await writer.drain()
        writer.close()
