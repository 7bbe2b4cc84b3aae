"""What lies in deploy/ fits the program: it names only metrics, files, commands and settings that there are."""

from __future__ import annotations

import asyncio
import configparser
import importlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app import App
from bot.rooms import open_house
from bot.run import settings
from bot.run.roles import ProcessRole
from bot.run.setting_names import PREFIX
from bot.talk.language import Languages
from storage.database import Database
from tests.support.clock import MovableClock
from tests.unit.bot.scripted import ScriptedMessenger
from tests.unit.bot.test_metrics import parts_with_an_exchange

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
EXPOSED = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}

yaml: Any = importlib.import_module("yaml")  # without stubs


class _Unit(configparser.ConfigParser):
    """A unit file; its names keep their case."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return read


def rules() -> list[dict[str, Any]]:
    read = yaml.safe_load((DEPLOY / "prometheus" / "kollega.rules.yaml").read_text("utf-8"))
    return [rule for group in read["groups"] for rule in group["rules"]]


def expressions() -> Iterator[str]:
    board = json.loads((DEPLOY / "grafana" / "kollega.json").read_text("utf-8"))
    for panel in board["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    yield from (rule["expr"] for rule in rules())


@pytest.fixture
async def exposed(sqlite_template: Path, tmp_path: Path) -> set[str]:
    """The names of all samples that /metrics may have."""
    path = tmp_path / "kollega.db"
    path.write_bytes(sqlite_template.read_bytes())
    clock = MovableClock()
    store = Database(f"sqlite:///{path}", clock)
    house = open_house(Languages("en", "Europe/Moscow"))
    app = App(
        store=store,
        house=house,
        messengers={"red": ScriptedMessenger()},
        clock=clock,
        parts=parts_with_an_exchange(clock),
    )
    async with app.running(), asyncio.timeout(10):
        while not app.figures():
            await asyncio.sleep(0.01)
        families = list(text_string_to_metric_families((await app.measures()).decode()))
    await store.close()
    return {family.name + end for family in families for end in EXPOSED[family.type]}


async def test_dashboard_and_rules_name_only_what_is_measured(exposed: set[str]) -> None:
    named = {name for text in expressions() for name in re.findall(r"\b(?:kollega|process)_\w+", text)}
    assert named - exposed == set()
    shown = {re.sub(r"_(bucket|sum|count)$", "", name) for name in exposed if name.startswith("kollega_")}
    assert shown - {re.sub(r"_bucket$", "", name) for name in named} == set(), "measured, and shown nowhere"


@pytest.mark.parametrize("name", ["operations.md", "operations.ru.md"])
def test_every_alert_says_what_it_means_and_the_handbook_what_to_do(name: str) -> None:
    handbook = (ROOT / "docs" / name).read_text("utf-8")
    for rule in rules():
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["annotations"]["summary"]
        assert f"`{rule['alert']}`" in handbook
    described = set(re.findall(r"`(Kollega\w+)`", handbook))
    assert described == {rule["alert"] for rule in rules()}


def test_compose_starts_roles_and_commands_that_there_are() -> None:
    services = compose()["services"]
    roles = [service["command"][-1] for service in services.values() if service.get("command", [""])[0] == "run"]
    assert sorted(roles) == ["gateway", "gateway", "scheduler", "sender", "sender"]
    assert set(roles) < {role.value for role in ProcessRole}
    assert services["upgrade"]["command"] == ["db", "upgrade"]


def test_compose_names_only_settings_and_secrets_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    read = compose()
    service = read["services"]["gateway-1"]
    names = [name for name in service["environment"] if name.startswith(PREFIX)]
    names += [secret["target"].upper() for secret in service["secrets"]]
    assert len(names) > 5
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    for name in names:
        monkeypatch.setenv(name, "x")
    assert list(settings._unknown_names(settings.with_sections())) == []
    for each in read["services"].values():
        for secret in each.get("secrets", ()):
            assert (secret if isinstance(secret, str) else secret["source"]) in read["secrets"]


def test_images_come_from_nowhere_in_particular() -> None:
    images = [service["image"] for service in compose()["services"].values()]
    images += re.findall(r"^FROM (\S+)", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert [image for image in images if not re.fullmatch(r"[a-z]+(:[a-z0-9.-]+)?", image)] == []


def test_the_proxy_leads_to_the_gateways() -> None:
    text = (DEPLOY / "Caddyfile").read_text("utf-8")
    (upstreams,) = re.findall(r"reverse_proxy (.+) \{", text)
    services = compose()["services"]
    gateways = {name for name, one in services.items() if one.get("command", [""])[-1] == "gateway"}
    assert {upstream.partition(":")[0] for upstream in upstreams.split()} == gateways
    assert text.count("{") == text.count("}")


def test_the_image_is_made_of_what_is_there_and_runs_as_nobody_special() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    _, build, final = text.split("\nFROM ")
    copied = [word for line in re.findall(r"^COPY (?!--)(.+)$", build, re.MULTILINE) for word in line.split()[:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert [name for name in copied if f"!{name}" not in allowed] == []
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages <= set(copied)
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", final, re.MULTILINE)
    for word in ("HEALTHCHECK", "/healthz", "STOPSIGNAL SIGTERM", "VOLUME /var/lib/kollega"):
        assert word in final
    assert not re.search(r"\bpip\b|apt-get", final)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_are_well_formed(unit: Path, tmp_path: Path) -> None:
    parser = _Unit(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.read(unit, "utf-8")
    assert parser.sections() == ["Unit", "Service", "Install"]
    service = dict(parser["Service"])
    assert service["ProtectSystem"] == "strict"
    assert service["User"] == "kollega"
    assert service["LoadCredential"].startswith("kollega:")
    assert int(service["TimeoutStopSec"]) > 10
    assert ("--role %i" in service["ExecStart"]) == ("@" in unit.name)
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        return
    installed = tmp_path / unit.name
    installed.write_text(unit.read_text("utf-8").replace("/opt/kollega/bin/kollega", "/bin/true"), "utf-8")
    done = subprocess.run([analyze, "verify", str(installed)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
