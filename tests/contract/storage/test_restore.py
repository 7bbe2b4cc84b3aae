"""A backup comes from outside: only a whole and harmless one is put in place."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from storage.backup import Unusable
from tests.contract.storage.installation import *  # noqa: F403
from tests.contract.storage.installation import Installation

Forge = Callable[[dict[str, bytes], dict[str, object]], None]


def _rewrite(file: Path, change: Forge, info_of: Callable[[str], ZipInfo] = ZipInfo) -> None:
    """The same backup with other members, and a manifest that agrees with them unless `change` changes that too."""
    with ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    change(members, manifest)
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(info_of(name), content)
        archive.writestr("manifest.json", json.dumps(manifest))


def _put(name: str, content: bytes = b"harm") -> Forge:
    def change(members: dict[str, bytes], manifest: dict[str, object]) -> None:
        members[name] = content
        known = manifest["members"]
        assert isinstance(known, dict)
        known[name] = {"size": len(content), "sha256": sha256(content).hexdigest()}

    return change


@pytest.mark.parametrize(
    "name",
    [
        "data/../../harm",
        "data/..",
        "/etc/harm",
        "data//harm",
        "data/./harm",
        "data/a\\..\\harm",
        "data/har\nm",
        "harm",
        "data/",
        "data/kollega.db-wal",
        "data/kollega.db.lock",
        "data/replaced-20200101-000000/harm",
        "data/.restoring/harm",
        "data/kollega.db",
    ],
)
def test_no_name_leads_astray(name: str, company: Installation, fresh: Installation) -> None:
    company.back_up()
    _rewrite(company.file, _put(name))
    with pytest.raises(Unusable):
        fresh.restore(company.file)
    assert fresh.everything() == {}
    assert not list(fresh.data.parent.parent.rglob("harm"))


def test_no_link_is_made(company: Installation, fresh: Installation) -> None:
    company.back_up()

    def link(name: str) -> ZipInfo:
        info = ZipInfo(name)
        info.external_attr = (stat.S_IFLNK if name == "data/link" else stat.S_IFREG) << 16
        return info

    _rewrite(company.file, _put("data/link", b"/etc/passwd"), link)
    with pytest.raises(Unusable, match="no plain file"):
        fresh.restore(company.file)
    assert fresh.everything() == {}


def _changed(members: dict[str, bytes], manifest: dict[str, object]) -> None:
    members["data/secret.key"] = bytes(32)


def _grown(members: dict[str, bytes], manifest: dict[str, object]) -> None:
    members["data/secret.key"] = bytes(50 * 2**20)


def _lost(members: dict[str, bytes], manifest: dict[str, object]) -> None:
    del members["data/secret.key"]


def _added(members: dict[str, bytes], manifest: dict[str, object]) -> None:
    members["data/more"] = b"more"


def _without_database(members: dict[str, bytes], manifest: dict[str, object]) -> None:
    del members["database.sqlite"]
    known = manifest["members"]
    assert isinstance(known, dict)
    del known["database.sqlite"]


def _of_tomorrow(members: dict[str, bytes], manifest: dict[str, object]) -> None:
    manifest["format"] = 2


def _nonsense(members: dict[str, bytes], manifest: dict[str, object]) -> None:
    manifest["members"] = ["data/secret.key"]


def _huge(members: dict[str, bytes], manifest: dict[str, object]) -> None:
    manifest["members"] = {name: {"size": 2**60, "sha256": ""} for name in members}


def _of_postgresql(members: dict[str, bytes], manifest: dict[str, object]) -> None:
    manifest["database"] = "postgresql"


@pytest.mark.parametrize(
    "change",
    [_changed, _grown, _lost, _added, _without_database, _of_tomorrow, _nonsense, _huge, _of_postgresql],
)
def test_what_is_not_whole_is_refused(change: Forge, company: Installation, fresh: Installation) -> None:
    company.back_up()
    _rewrite(company.file, change)
    with pytest.raises(Unusable):
        fresh.restore(company.file)
    assert fresh.everything() == {}


@pytest.mark.parametrize("size", [0, 10, 1000, -100])
def test_a_file_that_was_cut_is_refused(size: int, company: Installation, fresh: Installation) -> None:
    company.back_up()
    company.file.write_bytes(company.file.read_bytes()[:size])
    with pytest.raises(Unusable, match="no backup, or damaged"):
        fresh.restore(company.file)
    assert fresh.everything() == {}
