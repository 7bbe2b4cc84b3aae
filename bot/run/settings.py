"""The settings: environment over `kollega.toml`, each unknown or malformed one named in a line."""

from __future__ import annotations

import importlib
import os
import pkgutil
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin
from zoneinfo import available_timezones

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    create_model,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

import adapters
from bot.run.setting_faults import said_of
from bot.run.setting_lists import with_lists
from bot.run.setting_names import FILE, LANGUAGE, PREFIX, model_of, no_such, place_of
from core.chat.networks import account_in, network_of
from core.chat.phrases import Malformed, Phrase, Told, phrase
from core.people.addresses import as_it_arrives

_KEY = "[key]"
"""Where pydantic says that not a value is malformed but the name that it goes by."""


class SettingsError(Told):
    """A setting is unknown or malformed; the text names it in one line."""


class _File(TomlConfigSettingsSource):
    """`kollega.toml`, also with the mark that some editors of Windows put before a text in UTF-8."""

    def _read_file(self, file_path: Path | Traversable) -> dict[str, Any]:
        try:
            return tomllib.loads(file_path.read_text("utf-8-sig"))
        except UnicodeDecodeError:
            raise Malformed(phrase("is not in UTF-8; save it as UTF-8")) from None


class Settings(BaseSettings):
    """What every installation sets. Each adapter adds its own section (see `load`)."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", toml_file=FILE, extra="forbid", enable_decoding=False
    )
    sections: ClassVar[tuple[str, ...]] = ()

    data_dir: Annotated[Path, phrase("The folder for the database, uploaded files and keys.")] = Path("var")
    database_url: Annotated[str, phrase("The database. Without it: a file of SQLite in the data folder.")] = Field(
        default="", repr=False, examples=["postgresql://kollega@db/kollega"]
    )
    language: Annotated[
        Literal["ru", "en"], phrase("The company’s language; everybody can choose another one for themselves.")
    ] = LANGUAGE
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], phrase("How much is logged; “debug” has each handled event.")
    ] = "info"
    timezone: Annotated[str, phrase("The company’s time zone.")] = "Europe/Moscow"
    admins: Annotated[
        tuple[str, ...],
        phrase("The accounts of the first admins. In Telegram it is the number of the account, not its name."),
    ] = Field(default=(), examples=[["telegram:54321", "matrix:@olga:example.org"]])
    secret_key: Annotated[
        SecretStr | None,
        phrase("What seals the keys for Matrix: at least 32 characters. Without it: a file in the data folder."),
    ] = Field(default=None, examples=["0123456789abcdef0123456789abcdef"])
    options: Annotated[
        dict[str, dict[str, Annotated[str, BeforeValidator(str)]]],
        phrase("What admins would choose under /options. What stands here cannot be changed in the chat."),
    ] = {}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment, then the service manager's credentials, then the file."""
        credentials = os.environ.get("CREDENTIALS_DIRECTORY")
        secrets = (NestedSecretsSettingsSource(file_secret_settings, secrets_dir=credentials),) if credentials else ()
        return (init_settings, env_settings, *secrets, _File(settings_cls))

    @model_validator(mode="before")
    @classmethod
    def _read_lists(cls, data: Any) -> Any:
        return with_lists(cls, data) if isinstance(data, dict) else data

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        if value not in available_timezones():
            raise Malformed(phrase("is no time zone name such as Europe/Moscow"))
        return value

    @field_validator("admins")
    @classmethod
    def _accounts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        accounts = []
        for account in value:
            messenger, _, address = account.partition(":")
            if not messenger or not address:
                raise Malformed(phrase("lists accounts such as telegram:12345"))
            arriving = as_it_arrives(network_of(messenger), address)
            if isinstance(arriving, Phrase):
                raise Malformed(
                    phrase(
                        "{account} is no account such as telegram:12345 or matrix:@olga:example.org", account=account
                    )
                )
            accounts.append(f"{messenger}:{arriving}")
        return tuple(accounts)

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://")):
            raise Malformed(phrase("begins with sqlite:/// or postgresql://"))
        return value

    @field_validator("secret_key", mode="before")
    @classmethod
    def _blank_is_unset(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:
            raise Malformed(phrase("has fewer than 32 characters"))
        return value

    @property
    def database(self) -> str:
        """The address of the database: the one that is set, or a file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'kollega.db'}"

    @property
    def given(self) -> dict[str, str]:
        """What is said here of what companies choose in chat, by the names of `core.options.Option`."""
        return {f"{room}.{word}": text for room, own in self.options.items() for word, text in own.items()}

    def section(self, name: str) -> Any:
        """The settings of one adapter."""
        return getattr(self, name)

    def accounts(self, name: str) -> Iterator[tuple[str, Any]]:
        """The bot accounts that a section may turn on, the main one first, each with its settings."""
        main = self.section(name)
        yield name, main
        for further, own in sorted(getattr(main, "more", {}).items()):
            yield account_in(name, further), own

    def own_accounts(self) -> frozenset[tuple[str, str]]:
        """The bot accounts themselves, as people's accounts are written: network and address."""
        sections = (section for _, section in adapters_of("") if section in type(self).model_fields)
        accounts = ((name, own.own_address) for section in sections for name, own in self.accounts(section))
        own = ((network_of(name), address) for name, address in accounts if address is not None)
        return frozenset((network, str(as_it_arrives(network, address))) for network, address in own)


def load() -> Settings:
    """The settings of this process. Raises `SettingsError`."""
    cls = with_sections()
    unknown = next(_unknown_names(cls), None)
    if unknown is not None:
        raise SettingsError(no_such(cls, unknown))
    return _checked(cls)


def settings_of(values: Mapping[str, Any]) -> Settings:
    """The settings that these values would make in the place of the file. Raises `SettingsError`."""
    return _checked(with_sections(alone=True), values)


def _checked(cls: type[Settings], values: Mapping[str, Any] | None = None) -> Settings:
    try:
        settings = cls(**(values or {}))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        parts = [part for part in fault["loc"] if isinstance(part, str) and part != _KEY]
        if fault["type"] == "extra_forbidden":
            raise SettingsError(no_such(cls, parts)) from None
        raise SettingsError(phrase("{setting}: {fault}", setting=place_of(parts), fault=said_of(fault))) from None
    except ValueError as error:
        text = error.text if isinstance(error, Told) else str(error)
        raise SettingsError(phrase("{setting}: {fault}", setting=FILE, fault=text)) from None
    for account in settings.admins:
        messenger, _, address = account.partition(":")
        if (network_of(messenger), address) in settings.own_accounts():
            raise SettingsError(
                phrase(
                    "{setting}: {account} is the bot itself; name the account of a person",
                    setting=f"{PREFIX}ADMINS",
                    account=account,
                )
            )
    return settings


def adapters_of(kind: str) -> Iterator[tuple[str, str]]:
    """The packages in one folder of adapters/ that have settings, each with the name of its section.

    Without a kind those right under adapters/, which are messengers.
    """
    for name in _packages():
        if name.split(".")[1:-1] == ([kind] if kind else []):
            yield name, importlib.import_module(f"{name}.settings").SECTION


def _packages() -> Iterator[str]:
    """Every package that has settings, right under adapters/ or in a folder of its kind."""
    for found in pkgutil.iter_modules(adapters.__path__, "adapters."):
        for inner in pkgutil.iter_modules(importlib.import_module(found.name).__path__, f"{found.name}."):
            if inner.ispkg:
                yield inner.name
            elif inner.name == f"{found.name}.settings":
                yield found.name


@cache
def with_sections(alone: bool = False) -> type[Settings]:
    """The settings class with a section for each adapter that is there; `alone` it reads no file."""
    sections: dict[str, Any] = {}
    for package in _packages():
        settings = importlib.import_module(f"{package}.settings")
        section, model = settings.SECTION, settings.Settings
        if section in sections:
            raise TypeError(f"two adapters have the section {section}")
        sections[section] = (Annotated[model, settings.ABOUT], model())
    return create_model("KollegaSettings", __base__=_Alone if alone else Settings, **sections)


class _Alone(Settings):
    """Settings of their maker, without the file."""

    model_config = SettingsConfigDict(toml_file=None)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, and what it is made of."""
        return (env_settings, init_settings)


def _unknown_names(cls: type[Settings]) -> Iterator[Sequence[str]]:
    """Names in the environment that begin like ours and mean nothing: most likely misspelt."""
    for name in sorted(os.environ):
        parts = name.removeprefix(PREFIX).lower().split("__")
        if name.startswith(PREFIX) and not _is_known(cls, parts):
            yield parts


def _is_known(annotation: Any, parts: Sequence[str]) -> bool:
    """Whether a name leads to a setting; what the settings call by a name of their own may have any."""
    if not parts:
        return True
    if get_origin(annotation) is dict:
        return _is_known(get_args(annotation)[1], parts[1:])
    model = model_of(annotation)
    field = model.model_fields.get(parts[0]) if model is not None else None
    return field is not None and _is_known(field.annotation, parts[1:])
