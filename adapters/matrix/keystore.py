"""What encryption must remember, in one SQLite file: the account, sessions with devices, room keys, devices, requests.

nio's own store reads everything at its start and asks the database several times for each device; this one is read
when something is needed, so that it does not matter how many people and rooms there are. Whatever is secret in it is
encrypted by vodozemac with the application's key. `synchronous=FULL`: the server forgets a room key once it was taken.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from nio.crypto import (
    InboundGroupSession,
    OlmAccount,
    OlmDevice,
    OutboundGroupSession,
    OutgoingKeyRequest,
    Session,
    TrustState,
)

from adapters.matrix.vault import WrongKey

MEGOLM = "m.megolm.v1.aes-sha2"
_DAY = 86400
_OWN_KEYS_KEPT, _KEYS_KEPT, _REQUESTS_KEPT = 30 * _DAY, 365 * _DAY, 7 * _DAY
_TABLES = """
CREATE TABLE IF NOT EXISTS account (one INTEGER PRIMARY KEY CHECK (one = 1), shared INTEGER, pickle BLOB);
CREATE TABLE IF NOT EXISTS session (
  id TEXT PRIMARY KEY, sender_key TEXT, made REAL, used REAL, pickle BLOB) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS session_of ON session (sender_key);
CREATE TABLE IF NOT EXISTS room_key (
  room TEXT, id TEXT, sender_key TEXT, signing_key TEXT, owner TEXT, chain TEXT, first INTEGER, made REAL, pickle BLOB,
  PRIMARY KEY (room, id, sender_key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS device (
  user TEXT, id TEXT, keys TEXT, name TEXT, deleted INTEGER, PRIMARY KEY (user, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS given (
  room TEXT, id TEXT, person TEXT, made REAL, pickle BLOB, PRIMARY KEY (room, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS owed (user TEXT, device TEXT, PRIMARY KEY (user, device)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS request (
  id TEXT PRIMARY KEY, room TEXT, sender TEXT, made REAL) WITHOUT ROWID;
"""


class KeyStore:
    """The file of one device, in the shape that `nio.crypto.Olm` wants from its store. Not for two threads at once."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._passphrase = path, key.hex()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_TABLES)
        self._depth = 0
        self.own_key = ""
        self.devices = Devices(self._load_devices)
        self.sessions = Sessions(self._load_sessions)

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Everything within is written together; may be nested, and must not be held over an await."""
        if self._depth:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        else:
            self._db.execute("COMMIT")
        finally:
            self._depth -= 1

    def prune(self) -> None:
        """Forgets room keys and requests that are too old to be of use."""
        now = time.time()
        with self.atomic():
            self._db.execute(
                "DELETE FROM room_key WHERE made < CASE WHEN sender_key = ? THEN ? ELSE ? END",
                (self.own_key, now - _OWN_KEYS_KEPT, now - _KEYS_KEPT),
            )
            self._db.execute("DELETE FROM given WHERE made < ?", (now - _OWN_KEYS_KEPT,))
            self._db.execute("DELETE FROM request WHERE made < ?", (now - _REQUESTS_KEPT,))

    # The account

    def load_account(self) -> OlmAccount | None:
        """The device's own keys, None before there are any. Raises `WrongKey`."""
        row = self._db.execute("SELECT pickle, shared FROM account").fetchone()
        if row is None:
            return None
        try:
            account = OlmAccount.from_pickle(row[0], self._passphrase, bool(row[1]))
        except ValueError:
            raise WrongKey(self._path) from None
        self.own_key = account.identity_keys["curve25519"]
        return account

    def save_account(self, account: OlmAccount) -> None:
        """Keeps the device's own keys."""
        self.own_key = account.identity_keys["curve25519"]
        row = (account.shared, account.pickle(self._passphrase))
        self._db.execute("INSERT OR REPLACE INTO account VALUES (1, ?, ?)", row)

    # Sessions with devices

    def load_sessions(self) -> Sessions:
        """All sessions, each read when it is needed."""
        return self.sessions

    def _load_sessions(self, sender_key: str) -> list[Session]:
        rows = self._db.execute(
            "SELECT pickle, made, used FROM session WHERE sender_key = ? ORDER BY used DESC", (sender_key,)
        )
        return [
            Session.from_pickle(pickle, _moment(made), self._passphrase, _moment(used)) for pickle, made, used in rows
        ]

    def save_session(self, sender_key: str, session: Session) -> None:
        """Keeps the state of a session."""
        made, used = session.creation_time.timestamp(), session.use_time.timestamp()
        row = (session.id, sender_key, made, used, session.pickle(self._passphrase))
        self._db.execute("INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?)", row)

    # Room keys

    def load_inbound_group_sessions(self) -> RoomKeys:
        """All room keys, each read when it is needed."""
        return RoomKeys(self)

    def save_inbound_group_session(self, session: InboundGroupSession) -> None:
        """Keeps a room key, unless one that opens as much is there."""
        pickle = session.pickle(self._passphrase)
        self._db.execute(
            "INSERT INTO room_key VALUES (?, ?, ?, ?, '', ?, ?, ?, ?) ON CONFLICT (room, id, sender_key) DO UPDATE SET "
            "signing_key = excluded.signing_key, chain = excluded.chain, first = excluded.first, "
            "pickle = excluded.pickle WHERE excluded.first < room_key.first",
            (
                session.room_id,
                session.id,
                session.sender_key,
                session.ed25519,
                json.dumps(session.forwarding_chain),
                session.first_known_index,
                time.time(),
                pickle,
            ),
        )

    def claim_room_key(self, room: str, session: str, owner: str) -> bool:
        """Notes whose messages a room key that was just saved opens; False when no such key is there."""
        named = (owner, room, session)
        self._db.execute("UPDATE room_key SET owner = ? WHERE owner = '' AND room = ? AND id = ?", named)
        found = self._db.execute("SELECT 1 FROM room_key WHERE owner = ? AND room = ? AND id = ?", named)
        return found.fetchone() is not None

    def room_key(self, room: str, session: str, *, owner: str = "", sender_key: str = "") -> InboundGroupSession | None:
        """The key of a session by who gave it, or by the device that made it."""
        row = self._db.execute(
            "SELECT pickle, signing_key, sender_key, chain FROM room_key WHERE room = ? AND id = ? "
            "AND (owner = ? OR sender_key = ?) ORDER BY first",
            (room, session, owner or None, sender_key or None),
        ).fetchone()
        if row is None:
            return None
        pickle, signing_key, made_by, chain = row
        return InboundGroupSession.from_pickle(pickle, signing_key, made_by, room, self._passphrase, json.loads(chain))

    # What was encrypted before a device was there

    def save_given(self, room: str, person: str, session: OutboundGroupSession) -> None:
        """Keeps a session of a room that only one person reads, as it is before its first message."""
        row = (room, session.id, person, time.time(), session.pickle(self._passphrase))
        self._db.execute("INSERT OR IGNORE INTO given VALUES (?, ?, ?, ?, ?)", row)

    def given(self, room: str, person: str) -> list[OutboundGroupSession]:
        """The sessions with which this person was written to in a room, the oldest first."""
        rows = self._db.execute("SELECT pickle FROM given WHERE room = ? AND person = ? ORDER BY made", (room, person))
        return [OutboundGroupSession.from_pickle(pickle, self._passphrase) for (pickle,) in rows]

    def has_given(self, room: str, person: str) -> bool:
        """Whether there are any."""
        found = self._db.execute("SELECT 1 FROM given WHERE room = ? AND person = ?", (room, person))
        return found.fetchone() is not None

    def owe(self, user: str, device: str) -> None:
        """A device is new: it has not got what was encrypted before."""
        self._db.execute("INSERT OR IGNORE INTO owed VALUES (?, ?)", (user, device))

    def owed(self) -> list[tuple[str, str]]:
        """The devices that have not."""
        return [(user, device) for user, device in self._db.execute("SELECT user, device FROM owed")]

    def paid(self, user: str, device: str) -> None:
        """A device has got it."""
        self._db.execute("DELETE FROM owed WHERE user = ? AND device = ?", (user, device))

    # Devices of people

    def load_device_keys(self) -> Devices:
        """All devices, each person's read when they are needed."""
        return self.devices

    def _load_devices(self, user: str) -> dict[str, OlmDevice]:
        rows = self._db.execute("SELECT id, keys, name, deleted FROM device WHERE user = ?", (user,))
        return {
            device: OlmDevice(user, device, json.loads(keys), name, bool(deleted))
            for device, keys, name, deleted in rows
        }

    def save_device(self, device: OlmDevice) -> None:
        """Keeps what is known of a device."""
        row = (device.user_id, device.id, json.dumps(device.keys), device.display_name, device.deleted)
        self._db.execute("INSERT OR REPLACE INTO device VALUES (?, ?, ?, ?, ?)", row)

    @staticmethod
    def is_device_verified(device: OlmDevice) -> bool:
        """Whether room keys may be given to it when it asks: only an own device that the own identity signed."""
        return bool(device.trust_state is TrustState.verified)

    # Requests for room keys

    def load_outgoing_key_requests(self) -> dict[str, OutgoingKeyRequest]:
        """The room keys that were asked for and have not come."""
        rows = self._db.execute("SELECT id, room FROM request WHERE made > 0")
        return {session: OutgoingKeyRequest(session, session, room, MEGOLM) for session, room in rows}

    def add_request(self, request: OutgoingKeyRequest, sender: str) -> None:
        """Remembers that the key of somebody's messages was asked for."""
        row = (request.session_id, request.room_id, sender, time.time())
        self._db.execute("INSERT OR REPLACE INTO request VALUES (?, ?, ?, ?)", row)

    def asked_for(self, session: str) -> str | None:
        """Whose messages a key was asked for."""
        row = self._db.execute("SELECT sender FROM request WHERE id = ?", (session,)).fetchone()
        return str(row[0]) if row is not None else None

    def waiting(self) -> int:
        """How many keys were asked for within a week and did not come."""
        since = time.time() - _REQUESTS_KEPT
        found = self._db.execute("SELECT count(*) FROM request WHERE made > ?", (since,)).fetchone()
        return int(found[0])

    def remove_outgoing_key_request(self, request: OutgoingKeyRequest) -> None:
        """The key came; whose messages it opens is still asked for."""
        self._db.execute("UPDATE request SET made = 0 WHERE id = ?", (request.session_id,))


T = TypeVar("T")


class _Loading(dict[str, T]):
    """Values that are read when they are first looked at."""

    def __init__(self, load: Callable[[str], T]) -> None:
        super().__init__()
        self._load = load

    def __missing__(self, name: str) -> T:
        value = self[name] = self._load(name)
        return value


class Devices:
    """The devices of people by user and device id, those that are gone too."""

    def __init__(self, load: Callable[[str], dict[str, OlmDevice]]) -> None:
        self._of = _Loading(load)

    def __getitem__(self, user: str) -> dict[str, OlmDevice]:
        return self._of[user]

    def active_user_devices(self, user: str) -> list[OlmDevice]:
        """The devices that a person has now."""
        return [device for device in self._of[user].values() if not device.deleted]

    def device_from_sender_key(self, user: str, sender_key: str) -> OlmDevice | None:
        """The device of a person with this Curve25519 key, gone or not."""
        return next((device for device in self._of[user].values() if device.curve25519 == sender_key), None)


class Sessions:
    """The sessions with other devices by their Curve25519 key, the one used last first."""

    def __init__(self, load: Callable[[str], list[Session]]) -> None:
        self._of = _Loading(load)

    def __getitem__(self, sender_key: str) -> list[Session]:
        return self._of[sender_key]

    def get(self, sender_key: str) -> Session | None:
        """The session to write with."""
        return next(iter(self._of[sender_key]), None)

    def add(self, sender_key: str, session: Session) -> None:
        """Another session; it is the one to write with from now on."""
        self._of[sender_key].insert(0, session)


class RoomKeys:
    """The room keys in the shape that `nio.crypto.Olm` asks for."""

    def __init__(self, store: KeyStore) -> None:
        self._store = store

    def get(self, room: str, sender_key: str, session: str) -> InboundGroupSession | None:
        """The key that a device made."""
        return self._store.room_key(room, session, sender_key=sender_key)

    @staticmethod
    def add(session: InboundGroupSession) -> bool:
        """True: the machine saves what it adds, and the store keeps the better of two."""
        return bool(session)


def _moment(seconds: float) -> datetime:
    """A time as the machine keeps it: local and without a zone."""
    return datetime.fromtimestamp(seconds)  # noqa: DTZ006
