"""The bot itself, its webhook, and its leave of this server."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from tests.support.botapi.methods.registry import method
from tests.support.botapi.model import Json
from tests.support.botapi.params import Params
from tests.support.botapi.refusal import RefusedError, bad_request, too_many_requests
from tests.support.botapi.render import account_json
from tests.support.botapi.world import World

_CLOSABLE_AFTER = timedelta(minutes=10)


@method("getMe")
def get_me(world: World, params: Params) -> Json:
    return account_json(world.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy_mode,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method("setWebhook")
def set_webhook(world: World, params: Params) -> bool:
    """Plain HTTP and any port are fine, as on a server run with `--local`."""
    url = params.text("url")
    if not url:
        world.webhook = {}
        _drop_pending(world, params)
        return True
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = params.text("secret_token")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    connections = params.integer("max_connections", 40)
    world.webhook = {"url": url, "secret": secret, "max_connections": min(max(connections, 1), 100)}
    world.updates.end_poll(RefusedError(409, "terminated by setWebhook request"))
    world.updates.allow(params.json("allowed_updates", "can't parse allowed_updates"))
    _drop_pending(world, params)
    return True


@method("deleteWebhook")
def delete_webhook(world: World, params: Params) -> bool:
    world.webhook = {}
    _drop_pending(world, params)
    return True


@method("getWebhookInfo")
def get_webhook_info(world: World, params: Params) -> Json:
    world.updates.expire()
    hook = world.webhook
    body: Json = {"url": hook.get("url", ""), "has_custom_certificate": False}
    body["pending_update_count"] = len(world.updates.pending)
    shown = ("max_connections", "last_error_date", "last_error_message")
    body |= {name: hook[name] for name in shown if name in hook}
    if hook:
        body["allowed_updates"] = sorted(world.updates.allowed)
    return body


@method("logOut")
def log_out(world: World, params: Params) -> bool:
    world.logged_out = True
    return True


@method("close")
def close(world: World, params: Params) -> bool:
    left = _CLOSABLE_AFTER - (world.now() - world.launched_at)
    if left > timedelta():
        raise too_many_requests(max(1, int(left.total_seconds())))
    world.logged_out = True
    return True


def _drop_pending(world: World, params: Params) -> None:
    if params.flag("drop_pending_updates"):
        world.updates.pending.clear()
