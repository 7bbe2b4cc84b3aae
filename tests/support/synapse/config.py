"""The settings of a Synapse that answers quickly and limits nothing, or limits what it does out of the box."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

NAME = "localhost"
SHARED_SECRET = "whoever-knows-this-may-register"

Limits = Literal["lifted", "default"]

_LIFTED = {"per_second": 1e6, "burst_count": 10**6}


def write_config(
    folder: Path,
    port: int,
    limits: Limits,
    default_room_version: str,
    service: str | None,
    more: Mapping[str, Any],
) -> None:
    """Puts all that Synapse reads at its start into a folder: JSON, which is YAML too.

    `service` is the registration of an application service, `more` are further settings.
    """
    seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    (folder / "signing.key").write_text(f"ed25519 a_test {seed}\n")
    (folder / "log.yaml").write_text(json.dumps(_LOGGING))
    settings = {**_SETTINGS, **_places(folder, port), "default_room_version": default_room_version}
    if limits == "lifted":
        settings |= _NO_LIMITS
    if service is not None:
        (folder / "service.yaml").write_text(service)
        settings["app_service_config_files"] = [str(folder / "service.yaml")]
    (folder / "homeserver.yaml").write_text(json.dumps({**settings, **more}))


def _places(folder: Path, port: int) -> dict[str, Any]:
    return {
        "public_baseurl": f"http://127.0.0.1:{port}/",
        "listeners": [
            {
                "port": port,
                "bind_addresses": ["127.0.0.1"],
                "type": "http",
                "resources": [{"names": ["client"], "compress": False}],
            }
        ],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "signing_key_path": str(folder / "signing.key"),
        "media_store_path": str(folder / "media"),
        "log_config": str(folder / "log.yaml"),
        "pid_file": str(folder / "pid"),
    }


_SETTINGS: dict[str, Any] = {
    "server_name": NAME,
    "registration_shared_secret": SHARED_SECRET,
    "macaroon_secret_key": "nobody",
    "form_secret": "nobody",
    "report_stats": False,
    # Nothing leaves this machine.
    "federation_domain_whitelist": [],
    "trusted_key_servers": [],
    "suppress_key_server_warning": True,
    "url_preview_enabled": False,
    # An identical first sync would be answered from memory for two minutes.
    "caches": {"sync_response_cache_duration": "0s"},
    # Work that no test looks at.
    "bcrypt_rounds": 4,
    "presence": {"enabled": False},
    "push": {"enabled": False},
    "stats": {"enabled": False},
    "user_directory": {"enabled": False},
}

_NO_LIMITS: dict[str, Any] = {
    "rc_message": _LIFTED,
    "rc_registration": _LIFTED,
    "rc_login": {"address": _LIFTED, "account": _LIFTED, "failed_attempts": _LIFTED},
    "rc_joins": {"local": _LIFTED, "remote": _LIFTED},
    "rc_joins_per_room": _LIFTED,
    "rc_invites": {"per_room": _LIFTED, "per_user": _LIFTED, "per_issuer": _LIFTED},
    "rc_room_creation": _LIFTED,
    "rc_admin_redaction": _LIFTED,
    "rc_media_create": _LIFTED,
    "rc_key_requests": _LIFTED,
}

_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"errors": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr"}},
    "root": {"level": "ERROR", "handlers": ["errors"]},
}
