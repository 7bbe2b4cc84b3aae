"""SQLite belongs to one Kollega at a time: a second one would think itself alone and do everything twice."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.chat.phrases import Told, phrase
from storage.engines import address


class InUse(Told):
    """Another Kollega runs on the database; the text is a sentence for whoever started this one."""


@contextmanager
def claim(database_url: str) -> Iterator[None]:
    """Has a SQLite database alone while it is open; raises `InUse`. PostgreSQL is shared: nothing is claimed.

    The claim is a lock on `<database>.lock`, which the kernel lets go when the process ends, however it ends. The file
    stays: to delete it would let two processes lock two files of one name. Raises OSError when it cannot be written.
    """
    url = address(database_url)
    if url.get_backend_name() != "sqlite":
        yield
        return
    assert url.database is not None
    database = Path(url.database).resolve()  # one database, whatever links lead to it
    database.parent.mkdir(parents=True, exist_ok=True)
    with database.with_name(f"{database.name}.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise InUse(
                phrase(
                    "another Kollega (process {number}) is running on this database; stop it first, or use PostgreSQL "
                    "for several",
                    number=file.read().strip() or "?",
                )
            ) from None
        with suppress(OSError):  # on a full disk: it is only for the sentence that others get
            os.ftruncate(file.fileno(), 0)
            os.write(file.fileno(), f"{os.getpid()}\n".encode())
        yield
