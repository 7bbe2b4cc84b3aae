"""`kollega init`: asked in the language of the system, tried at once, written for its owner alone."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from bot.run.settings import load
from tests.support.ami_server import AmiServer
from tests.support.botapi.server import BotApiServer
from tests.support.terminal import Typing
from tests.unit.cli.conftest import Kollega
from tests.unit.cli.test_doctor import served

TOKEN = "123456:init-token-of-nobody"
SECRET = "a-secret-of-the-exchange"
HOME = str(Path(__file__).parents[3])


def surroundings(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KOLLEGA_", "LC_"))}
    return {**kept, "PYTHONPATH": HOME, "LANG": "ru_RU.UTF-8", "PYTHONUTF8": "1", **more}


def test_everything_is_asked_tried_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    telegram, asterisk = BotApiServer(TOKEN), AmiServer(secret=SECRET)
    with served(telegram), served(asterisk):
        env = surroundings(KOLLEGA_TELEGRAM__API_SERVER=telegram.url)
        with Typing("init", folder=tmp_path, env=env) as person:
            person.answers("Язык", "en")
            person.answers("Часовой пояс", "Asia/Vladivostok")
            person.answers("Токен бота", "999999:of-another-bot")
            person.answers("Всё равно записать?", "")
            person.answers("Токен бота", TOKEN)
            person.answers("Номера администраторов", "olga")
            person.answers("Номера администраторов", "?")
            person.answers("Номера администраторов", "54321, 54322")
            person.answers("Адрес сервера", "")
            person.answers("Адрес АТС", f"127.0.0.1:{asterisk.port}")
            person.answers("Имя учётной записи", "")
            person.answers("Пароль (secret)", SECRET)
            person.answers("Внешние линии", "line-msk, line-spb")
            person.answers("Включить его?", "")
            assert person.ended() == 0, person.seen
    file = tmp_path / "kollega.toml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert "✗ telegram: Telegram не принимает токен бота" in person.seen
    assert "✓ telegram: Telegram: @kollega_bot работает" in person.seen
    assert "Боту ещё никто не написал" in person.seen
    assert "внешние линии: line-msk, line-spb" in person.seen
    assert "`kollega run`" in person.seen
    for secret in (TOKEN, SECRET, "of-another-bot"):
        assert secret not in person.seen
    for name in [name for name in os.environ if name.startswith("KOLLEGA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    written = load()
    assert (written.language, written.timezone, written.admins) == (
        "en",
        "Asia/Vladivostok",
        ("telegram:54321", "telegram:54322"),
    )
    assert written.section("telegram").token.get_secret_value() == TOKEN
    exchange = written.section("asterisk")
    assert (exchange.secret.get_secret_value(), exchange.port) == (SECRET, asterisk.port)
    assert exchange.trunks == ("line-msk", "line-spb")
    assert "# The port where it listens. From 0 to 65535.\n# port = 8080\n" in file.read_text("utf-8")


def test_who_wrote_to_the_bot_is_offered_as_the_admin_and_all_else_can_wait(tmp_path: Path) -> None:
    telegram = BotApiServer(TOKEN)
    anna = telegram.user(id=777, first_name="Anna", last_name="Petrova")
    with served(telegram) as loop:
        loop.run(anna.says("/start"))
        former = "# mine\n"
        (tmp_path / "kollega.toml").write_text(former)
        env = surroundings(KOLLEGA_TELEGRAM__API_SERVER=telegram.url, LANG="en_GB.UTF-8")
        with Typing("init", folder=tmp_path, env=env) as person:
            person.answers("kollega.toml is there already. Replace it?", "y")
            person.answers("Language", "")
            person.answers("Time zone", "Mars/Phobos")
            person.answers("Time zone", "")
            person.answers("The bot’s token", TOKEN)
            person.answers("Numbers of the admins", "?")
            person.answers("Is this you: Anna Petrova?", "y")
            person.answers("The address of the homeserver", "")
            person.answers("The address of the exchange", "")
            person.answers("Turn it on?", "y")
            assert person.ended() == 0, person.seen
    text = (tmp_path / "kollega.toml").read_text("utf-8")
    assert 'admins = ["telegram:777"]' in text
    assert "chat = true" in text
    assert "is no time zone name such as Europe/Moscow" in person.seen
    assert (tmp_path / "kollega.toml.before").read_text() == former
    assert not (tmp_path / "var").exists()


def test_a_file_that_is_there_stays_unless_somebody_agrees(tmp_path: Path) -> None:
    (tmp_path / "kollega.toml").write_text("# mine\n")
    with Typing("init", folder=tmp_path, env=surroundings()) as person:
        person.answers("Файл kollega.toml уже есть. Заменить?", "")
        assert person.ended() == 1
    assert "файл kollega.toml остался как был" in person.seen
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kollega.toml"]


def test_without_a_terminal_it_says_so(kollega: Kollega, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("ru\n"))
    ended = kollega("init")
    assert (ended.status, ended.out) == (1, "")
    assert "run it in a terminal; `kollega settings` prints the whole file" in ended.err
    assert list(tmp_path.iterdir()) == []
