"""A second Kollega on one SQLite database is refused, however the first one ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from storage.exclusive import InUse, claim

_HOLD = "import sys; from storage.exclusive import claim\nwith claim(sys.argv[1]): print('holds', flush=True); input()"


def test_another_process_is_named_and_its_death_frees_the_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'kollega.db'}"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "holds\n"
        with (
            pytest.raises(InUse, match=rf"another Kollega \(process {other.pid}\) is running on this database"),
            claim(url),
        ):
            pass
        other.kill()
        other.wait()
        with claim(url):
            pass


def test_one_database_by_two_names_is_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with claim(f"sqlite:///{tmp_path}/kollega.db"):
        with pytest.raises(InUse), claim(f"sqlite:///{tmp_path}/link/kollega.db"):
            pass
        with claim(f"sqlite:///{tmp_path}/other.db"):
            pass
    with claim(f"sqlite:///{tmp_path}/link/kollega.db"):
        pass


def test_postgresql_is_for_many() -> None:
    with claim("postgresql://localhost/kollega"), claim("postgresql://localhost/kollega"):
        pass
