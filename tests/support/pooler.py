"""A connection pooler in transaction mode: each transaction of a client runs on another connection to the server."""

from __future__ import annotations

import queue
import select
import socket
import struct
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_READY, _PARAMETER, _TERMINATE = ord("Z"), ord("S"), ord("X")
_IDLE = ord("I")


class Pooler:
    """Listens on a socket file in `folder`; `url` leads through it to the database of `url` behind it.

    It knows no prepared statements and carries the state of no session over, like PgBouncer before 1.21.
    """

    def __init__(self, url: str, folder: Path, *, size: int = 3) -> None:
        parts = urlsplit(url)
        host = parse_qs(parts.query)["host"][0]
        self.url = url.replace(f"host={host}", f"host={folder}")
        self._server = f"{host}/.s.PGSQL.5432"
        user = (parts.username or "").encode()
        self._hello = _startup(b"user\0" + user + b"\0database\0" + parts.path[1:].encode() + b"\0\0")
        self._greeting = b""
        self._idle: queue.Queue[socket.socket] = queue.Queue()  # first in, first out: always another one
        self._servers = [self._connect() for _ in range(size)]
        for server in self._servers:
            self._idle.put(server)
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / ".s.PGSQL.5432"))
        self._listening.listen()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        """Ends when all clients have gone."""
        self._listening.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for open_socket in (self._listening, *self._servers):
            open_socket.close()

    def _connect(self) -> socket.socket:
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._server)
        server.sendall(self._hello)
        received = b""
        while not received.endswith(b"Z\0\0\0\5I"):
            received += server.recv(65536)
        messages, _ = _split(received)
        self._greeting = b"".join(message for message in messages if message[0] == _PARAMETER)
        return server

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                self._threads.append(threading.Thread(target=self._serve, args=(client,)))
                self._threads[-1].start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(ConnectionError):
            (length,) = struct.unpack("!I", client.recv(4, socket.MSG_WAITALL))
            client.recv(length - 4, socket.MSG_WAITALL)
            client.sendall(b"R\0\0\0\x08\0\0\0\0" + self._greeting + b"Z\0\0\0\5I")
            while (first := client.recv(65536)) and first[0] != _TERMINATE:
                server = self._idle.get()
                server.sendall(first)
                _transaction(client, server)
                self._idle.put(server)


def _transaction(client: socket.socket, server: socket.socket) -> None:
    """Until the server says that it is in no transaction any more."""
    rest = b""
    while True:
        ready, _, _ = select.select([client, server], [], [])
        if client in ready:
            server.sendall(client.recv(65536))
        if server in ready:
            messages, rest = _split(rest + server.recv(65536))
            client.sendall(b"".join(messages))
            if any(message[0] == _READY and message[5] == _IDLE for message in messages):
                return


def _startup(parameters: bytes) -> bytes:
    return struct.pack("!II", len(parameters) + 8, 196608) + parameters


def _split(received: bytes) -> tuple[list[bytes], bytes]:
    """The complete messages, and what remains."""
    messages = []
    while len(received) >= 5 and len(received) >= (end := 1 + struct.unpack("!I", received[1:5])[0]):
        messages.append(received[:end])
        received = received[end:]
    return messages, received
