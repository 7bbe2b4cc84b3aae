"""A mistake in the settings is named, and never shows a secret."""

import pytest
from pydantic import ValidationError

import adapters.telegram
from adapters.telegram.settings import Settings
from core.chat.adapter import Surroundings

TOKEN = "424242:token-of-nobody"


def test_without_a_token_telegram_is_off(surroundings: Surroundings) -> None:
    assert adapters.telegram.create(Settings(), surroundings) is None
    assert adapters.telegram.create(Settings.model_validate({"token": " "}), surroundings) is None


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"token": "sesame-open"}, "is no bot token"),
        ({"api_server": "api.example.org"}, "is no address"),
        ({"api_server": "https://example.org/{token}"}, "is no address"),
        ({"webhook_url": "http://bot.example.org/hook", "webhook_secret": "s"}, "is no https address"),
        ({"webhook_url": "https://bot.example.org", "webhook_secret": "s"}, "needs a path"),
        ({"webhook_url": "https://bot.example.org/hook"}, "is needed with webhook_url"),
        ({"webhook_secret": "open sesame"}, "has 1 to 256 characters"),
        ({"proxy": "x"}, "Extra inputs"),
    ],
)
def test_mistakes_are_named(given: dict[str, str], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint) as failure:
        Settings.model_validate({"token": TOKEN} | given)
    assert "sesame" not in str(failure.value)
    assert len(failure.value.errors()) == 1


def test_an_own_server_may_call_a_plain_address() -> None:
    settings = Settings.model_validate(
        {"token": TOKEN, "api_server": "http://127.0.0.1:1/", "webhook_url": "http://a/b", "webhook_secret": "s"}
    )
    assert TOKEN not in repr(settings)
