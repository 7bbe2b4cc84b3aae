"""The settings: every documented name, where it may stand, and how a mistake is named."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from bot.run.setting_names import PREFIX
from bot.run.settings import Settings, SettingsError, load

TOKEN = "12345:AbC-dEf_GhI"

DOCUMENTED: dict[str, tuple[str, str, object]] = {
    "KOLLEGA_DATA_DIR": ("data_dir", "/srv/kollega", Path("/srv/kollega")),
    "KOLLEGA_DATABASE_URL": ("database_url", "postgresql://u:secretword@db/k", "postgresql://u:secretword@db/k"),
    "KOLLEGA_LANGUAGE": ("language", "en", "en"),
    "KOLLEGA_TIMEZONE": ("timezone", "Asia/Yekaterinburg", "Asia/Yekaterinburg"),
    "KOLLEGA_ADMINS": (
        "admins",
        "telegram:54321, matrix:@olga:example.org",
        ("telegram:54321", "matrix:@olga:example.org"),
    ),
    "KOLLEGA_TELEGRAM__TOKEN": ("telegram.token", TOKEN, TOKEN),
    "KOLLEGA_TELEGRAM__API_SERVER": ("telegram.api_server", "http://127.0.0.1:8081", "http://127.0.0.1:8081"),
    "KOLLEGA_TELEGRAM__WEBHOOK_URL": ("telegram.webhook_url", "https://bot.example.org/t", "https://bot.example.org/t"),
    "KOLLEGA_TELEGRAM__WEBHOOK_SECRET": ("telegram.webhook_secret", "abc-DEF", "abc-DEF"),
    "KOLLEGA_OPTIONS__CALLS__UNCLAIMED": ("options", "20", {"calls": {"unclaimed": "20"}}),
    "KOLLEGA_WEB__HOST": ("web.host", "127.0.0.2", "127.0.0.2"),
    "KOLLEGA_WEB__PORT": ("web.port", "8081", 8081),
    "KOLLEGA_WEB__CHAT": ("web.chat", "true", True),
    "KOLLEGA_ASTERISK__HOST": ("asterisk.host", "pbx.example.org", "pbx.example.org"),
    "KOLLEGA_ASTERISK__PORT": ("asterisk.port", "5039", 5039),
    "KOLLEGA_ASTERISK__USERNAME": ("asterisk.username", "bot", "bot"),
    "KOLLEGA_ASTERISK__SECRET": ("asterisk.secret", "swordfish", "swordfish"),
    "KOLLEGA_ASTERISK__MACHINES": ("asterisk.machines", '["robot", "fax"]', ("robot", "fax")),
    "KOLLEGA_ASTERISK__TRUNKS": ("asterisk.trunks", '["trunk-a", "trunk-b"]', ("trunk-a", "trunk-b")),
    "KOLLEGA_ASTERISK__OWN_NUMBERS": (
        "asterisk.dialling.own_numbers",
        "+74951112233,8 (812) 111-22-33",
        ("+74951112233", "8 (812) 111-22-33"),
    ),
    "KOLLEGA_ASTERISK__OUTSIDE_PREFIX": ("asterisk.dialling.outside_prefix", "9", "9"),
    "KOLLEGA_ASTERISK__AREA_CODE": ("asterisk.dialling.area_code", "495", "495"),
    "KOLLEGA_ASTERISK__GRACE_SECONDS": ("asterisk.grace_seconds", "1.5", 1.5),
}


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without settings, and an environment without any."""
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def at(settings: Settings, path: str) -> object:
    value: object = settings
    for part in path.split("."):
        value = getattr(value, part)
    reveal = getattr(value, "get_secret_value", None)
    return reveal() if reveal is not None else value


def refusal() -> str:
    with pytest.raises(SettingsError) as caught:
        load()
    assert caught.value.__cause__ is None
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_what_is_set_nowhere_has_its_default() -> None:
    settings = load()
    assert (settings.language, settings.timezone, settings.admins) == ("ru", "Europe/Moscow", ())
    assert settings.database == "sqlite:///var/kollega.db"
    web, asterisk = settings.section("web"), settings.section("asterisk")
    assert (web.host, web.port, web.chat) == ("127.0.0.1", 8080, False)
    assert (asterisk.port, asterisk.grace_seconds, asterisk.trunks) == (5038, 2, ())
    assert settings.section("telegram").token is None


def test_every_documented_name_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (_, text, _) in DOCUMENTED.items():
        monkeypatch.setenv(name, text)
    settings = load()
    assert {path: at(settings, path) for path, _, _ in DOCUMENTED.values()} == {
        path: value for path, _, value in DOCUMENTED.values()
    }


def test_the_environment_wins_over_the_file(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nowhere / "kollega.toml").write_text(
        'language = "en"\nadmins = ["telegram:1"]\n[web]\nport = 1111\nhost = "127.0.0.3"\n'
        '[asterisk]\ntrunks = ["a", "b"]\n'
    )
    monkeypatch.setenv("KOLLEGA_WEB__PORT", "2222")
    settings = load()
    assert (settings.language, settings.admins) == ("en", ("telegram:1",))
    assert (settings.section("web").port, settings.section("web").host) == (2222, "127.0.0.3")
    assert settings.section("asterisk").trunks == ("a", "b")


def test_admins_are_kept_as_their_accounts_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOLLEGA_ADMINS", "telegram:007,matrix:@Olga:Example.ORG,web:x")
    assert load().admins == ("telegram:7", "matrix:@Olga:example.org", "web:x")


def test_a_bot_is_no_admin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOLLEGA_TELEGRAM__TOKEN", "700:abc")
    monkeypatch.setenv("KOLLEGA_MATRIX__MORE__SECOND__USER_ID", "@kollega:Example.org")
    monkeypatch.setenv("KOLLEGA_ADMINS", "telegram:1")
    assert load().own_accounts() == {("telegram", "700"), ("matrix", "@kollega:example.org")}
    monkeypatch.setenv("KOLLEGA_ADMINS", "telegram:1,telegram:700")
    assert refusal() == "KOLLEGA_ADMINS: telegram:700 is the bot itself; name the account of a person"


@pytest.mark.parametrize("text", ["a,b", " a , b ,", '["a", "b"]'])
def test_lists_are_written_with_commas_or_as_json(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOLLEGA_ASTERISK__TRUNKS", text)
    assert load().section("asterisk").trunks == ("a", "b")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("KOLLEGA_NOSUCH", "1", "there is no such setting"),
        ("KOLLEGA_TELEGRAM__TOKN", TOKEN, "there is no such setting"),
        ("KOLLEGA_WEB__PORT", "http", "has to be a whole number"),
        ("KOLLEGA_WEB__PORT", "70000", "65535"),
        ("KOLLEGA_LANGUAGE", "de", "ru"),
        ("KOLLEGA_TIMEZONE", "Moscow", "time zone"),
        ("KOLLEGA_ADMINS", "olga", "telegram:12345"),
        ("KOLLEGA_ADMINS", "[telegram:1", "has to be a list"),
        ("KOLLEGA_ADMINS", "telegram:@olga", "telegram:@olga is no account"),
        ("KOLLEGA_ADMINS", "matrix:olga", "matrix:olga is no account"),
        ("KOLLEGA_DATABASE_URL", "mysql://x", "sqlite:///"),
        ("KOLLEGA_TELEGRAM__WEBHOOK_URL", "http://bot.example.org/t", "https"),
        ("KOLLEGA_TELEGRAM", "x", "dictionary"),
        ("KOLLEGA_ASTERISK__GRACE_SECONDS", "-1", "0"),
        ("KOLLEGA_ASTERISK__OWN_NUMBERS", "+74951112233,Moscow", "“Moscow” is no telephone number"),
        ("KOLLEGA_ASTERISK__OUTSIDE_PREFIX", "nine", "such as 9"),
        ("KOLLEGA_ASTERISK__AREA_CODE", "+7495", "the code of a city"),
        ("KOLLEGA_TELEGRAM__MORE", "x", "dictionary"),
        ("KOLLEGA_TELEGRAM__MORE__2__TOKN", TOKEN, "there is no such setting"),
        ("KOLLEGA_TELEGRAM__MORE__2__TOKEN", "x", "is no bot token"),
        ("KOLLEGA_TELEGRAM__MORE__2__MORE__3__TOKEN", TOKEN, "there is no such setting"),
        ("KOLLEGA_MATRIX__MORE__2__USER_ID", "kollega", "is no Matrix id"),
        ("KOLLEGA_WEB__MORE__2__PORT", "8082", "there is no such setting"),
    ],
)
def test_a_mistake_is_named_in_one_line(name: str, text: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, text)
    line = refusal()
    assert name in line
    assert words in line


def test_a_mistake_in_the_file_is_named_in_one_line(nowhere: Path) -> None:
    (nowhere / "kollega.toml").write_text("[telegram]\ntokn = '12345:abcdef'\n")
    assert refusal() == "kollega.toml: telegram.tokn: there is no such setting; did you mean telegram.token?"
    (nowhere / "kollega.toml").write_text("admins = ['olga']\n")
    assert refusal().startswith("kollega.toml: admins: ")
    (nowhere / "kollega.toml").write_text("[telegram\n")
    assert "kollega.toml" in refusal()
    (nowhere / "kollega.toml").write_text("language = 'en'", "utf-16")
    assert refusal() == "kollega.toml: is not in UTF-8; save it as UTF-8"


def test_the_file_may_begin_with_the_mark_of_an_editor(nowhere: Path) -> None:
    (nowhere / "kollega.toml").write_text("language = 'en'\n", "utf-8-sig")
    assert load().language == "en"


def test_what_was_probably_meant_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOLLEGA_ASTERISK__TRUNK", "a")
    assert refusal().endswith("there is no such setting; did you mean KOLLEGA_ASTERISK__TRUNKS?")
    monkeypatch.delenv("KOLLEGA_ASTERISK__TRUNK")
    monkeypatch.setenv("KOLLEGA_SOMETHING_ELSE", "a")
    assert refusal() == "KOLLEGA_SOMETHING_ELSE: there is no such setting"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("KOLLEGA_TELEGRAM__TOKEN", "swordfish-that-is-no-token"),
        ("KOLLEGA_TELEGRAM__WEBHOOK_SECRET", "sword fish"),
        ("KOLLEGA_DATABASE_URL", "mysql://u:swordfish@db/k"),
    ],
)
def test_a_malformed_secret_is_not_repeated(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, text)
    line = refusal()
    assert name in line
    assert "sword" not in line


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (_, text, _) in DOCUMENTED.items():
        monkeypatch.setenv(name, text)
    settings = load()
    shown = repr(settings) + str(settings)
    for secret in (TOKEN, "abc-DEF", "swordfish", "secretword"):
        assert secret not in shown


def test_secrets_can_come_from_the_service_manager(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nowhere / "credentials").mkdir()
    (nowhere / "credentials" / "kollega_telegram__token").write_text(TOKEN)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(nowhere / "credentials"))
    assert at(load(), "telegram.token") == TOKEN


def test_a_list_in_json_need_not_be_of_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOLLEGA_ASTERISK__TRUNKS", json.dumps([100, "b"]))
    assert load().section("asterisk").trunks == ("100", "b")


SECOND = "67890:AbC-dEf_GhI"


def accounts(section: str) -> dict[str, Any]:
    return dict(load().accounts(section))


def test_a_further_account_has_what_it_does_not_say_from_the_main_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {
        "TOKEN": TOKEN,
        "WEBHOOK_URL": "https://bot.example.org/telegram",
        "WEBHOOK_SECRET": "abc",
        "PACE__OVERALL": "20",
        "PACE__CHAT": "1",
        "MORE__2__TOKEN": SECOND,
        "MORE__2__PACE__CHAT": "2",
        "MORE__SALES__TOKEN": "3:AbC",
        "MORE__SALES__WEBHOOK_URL": "https://sales.example.org/t",
        "MORE__SALES__WEBHOOK_SECRET": "def",
        "MORE__UNUSED__TOKEN": "",
    }.items():
        monkeypatch.setenv(f"KOLLEGA_TELEGRAM__{name}", text)
    found = accounts("telegram")
    assert list(found) == ["telegram", "telegram.2", "telegram.sales"]
    second, sales = found["telegram.2"], found["telegram.sales"]
    assert second.token.get_secret_value() == SECOND
    assert (second.webhook_url, second.webhook_secret.get_secret_value()) == (
        "https://bot.example.org/telegram/2",
        "abc",
    )
    assert (second.pace.overall, second.pace.chat) == (20, 2)
    assert (sales.webhook_url, sales.webhook_secret.get_secret_value()) == ("https://sales.example.org/t", "def")
    assert SECOND not in repr(load())


def test_a_further_account_shares_the_server_and_not_the_identity(nowhere: Path) -> None:
    (nowhere / "kollega.toml").write_text(
        '[matrix]\nhomeserver = "https://matrix.example.org"\nuser_id = "@one:example.org"\npassword = "first"\n'
        'device_id = "ONE"\nrecovery_key_file = "one.key"\nservers = ["example.org"]\n'
        '[matrix.more.2]\nuser_id = "@two:example.org"\npassword = "second"\n'
    )
    second = accounts("matrix")["matrix.2"]
    assert (second.homeserver, second.servers) == ("https://matrix.example.org", ("example.org",))
    assert second.password.get_secret_value() == "second"
    assert (second.device_id, second.recovery_key_file) == (None, None)
    (nowhere / "kollega.toml").write_text(
        '[matrix]\nhomeserver = "https://matrix.example.org"\nuser_id = "@one:example.org"\npassword = "first"\n'
        '[matrix.more.2]\nuser_id = "@two:example.org"\n'
    )
    assert refusal() == "kollega.toml: matrix.more.2: password or access_token is needed with homeserver"


def test_a_further_account_can_come_from_the_service_manager(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nowhere / "credentials").mkdir()
    (nowhere / "credentials" / "kollega_telegram__more__2__token").write_text(SECOND)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(nowhere / "credentials"))
    assert accounts("telegram")["telegram.2"].token.get_secret_value() == SECOND


def test_a_list_of_a_further_account_is_read_as_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOLLEGA_MATRIX__MORE__2__USER_ID", "@two:example.org")
    monkeypatch.setenv("KOLLEGA_MATRIX__MORE__2__SERVERS", "example.org, example.net")
    assert accounts("matrix")["matrix.2"].servers == ("example.org", "example.net")


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("[telegram.more.2]\napi_server = 'http://a'\n", "kollega.toml: telegram.more.2.token: is needed"),
        (
            f"[telegram.more.Sales]\ntoken = '{TOKEN}'\n",
            "kollega.toml: telegram.more.Sales: is no name of an account: 1 to 16 characters out of a-z and 0-9",
        ),
        (
            f"[telegram]\ntoken = '{TOKEN}'\n[telegram.more.2]\ntoken = '{TOKEN}'\n",
            "kollega.toml: telegram.more: 2 has the token of another account",
        ),
        (
            f"[telegram]\ntoken = '{TOKEN}'\nwebhook_url = 'https://a/t'\nwebhook_secret = 's'\n"
            f"[telegram.more.2]\ntoken = '{SECOND}'\nwebhook_url = 'https://b/t'\n",
            "kollega.toml: telegram.more: 2 has the path of another account’s webhook",
        ),
        (
            "[matrix]\nuser_id = '@one:example.org'\n[matrix.more.2]\nuser_id = '@one:example.org'\n",
            "kollega.toml: matrix.more: 2 has the user_id of another account",
        ),
    ],
)
def test_a_mistake_in_a_further_account_is_named(nowhere: Path, file: str, line: str) -> None:
    (nowhere / "kollega.toml").write_text(file)
    assert refusal() == line
