"""A Bot API server on the loopback, for tests: strict like the real one, and in the test's hands."""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from aiohttp import web

from tests.support.botapi import methods
from tests.support.botapi.expecting import until
from tests.support.botapi.faults import Fault, Faults, FloodWait, Hang, ResetAfter, ResetBefore, ServerError
from tests.support.botapi.flood import FloodLimits
from tests.support.botapi.groups import TelegramGroup
from tests.support.botapi.journal import Call, Journal
from tests.support.botapi.methods.callbacks import ANSWERABLE_FOR
from tests.support.botapi.methods.registry import find_method
from tests.support.botapi.model import Account, Chat, Press
from tests.support.botapi.params import BODY_LIMIT, Params, read_params
from tests.support.botapi.people import TelegramUser
from tests.support.botapi.refusal import RefusedError, bad_request, too_many_requests
from tests.support.botapi.webhook import WebhookDelivery
from tests.support.botapi.world import Clock, World

assert methods


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class BotApiServer:
    """One bot account's Telegram. What it knows survives `stop` and a later `start` on the same port.

    `clock` decides all dates, the 15 s of a callback and the 48 h of a deletion. `limits` None lifts the
    flood limits; `flood_timer` gives the seconds they are measured in (real ones unless told otherwise).
    """

    def __init__(
        self,
        token: str,
        *,
        clock: Clock | None = None,
        limits: FloodLimits | None = FloodLimits(),  # noqa: B008
        flood_timer: Callable[[], float] = time.monotonic,
        username: str = "kollega_bot",
        webhook_pause: float = 0.02,
    ) -> None:
        self.token = token
        self.faults = Faults()
        self.journal = Journal()
        bot = Account(id=int(token.partition(":")[0]), first_name="Kollega", username=username, is_bot=True)
        self.world = World(bot, clock or RealClock(), limits, flood_timer)
        self.url = ""
        self._port = 0
        self._people: dict[int, TelegramUser] = {}
        self._revoked = False
        self._releases = 0
        self._runner: web.AppRunner | None = None
        self._webhook = WebhookDelivery(self.world, webhook_pause)

    async def start(self) -> str:
        """The base address for `TelegramAPIServer.from_base`."""
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_route("*", "/bot{token:[^/]+}/{method:[^/]+}", self._answer)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._download)
        app.router.add_route("*", "/{tail:.*}", self._nowhere)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.05, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = int(self._runner.addresses[0][1])
        self.url = f"http://127.0.0.1:{self._port}"
        self._webhook.start()
        return self.url

    async def stop(self) -> None:
        """Break every connection and refuse new ones; harmless when it is not running."""
        await self._webhook.stop()
        if self._runner:
            await self._runner.cleanup()
        self._runner = None

    def user(
        self,
        *,
        id: int,
        first_name: str,
        last_name: str = "",
        username: str = "",
        language_code: str = "ru",
        phone: str = "",
        started: bool = False,
        met: bool = True,
    ) -> TelegramUser:
        """A person, the same object for the same id; without `started` the bot may not write first."""
        if id not in self._people:
            account = Account(id=id, first_name=first_name, last_name=last_name, username=username)
            account.language_code, account.phone = language_code, phone
            account.started, account.met = started, met
            self.world.accounts[id] = account
            self.world.chats[id] = Chat(id=id, kind="private")
            self._people[id] = TelegramUser(self.world, account)
        return self._people[id]

    def group(
        self,
        title: str,
        *,
        members: Sequence[TelegramUser] = (),
        supergroup: bool = False,
        bot_status: str = "member",
    ) -> TelegramGroup:
        return TelegramGroup.founded(self.world, title, members, supergroup, bot_status)

    @property
    def requests(self) -> list[Call]:
        return self.journal.calls

    @property
    def refusals(self) -> list[Call]:
        """Everything refused, except what a test scripted."""
        return self.journal.refusals

    @property
    def mistakes(self) -> list[Call]:
        """Refusals that a correct client never meets; a scenario ends with `assert not server.mistakes`."""
        return self.journal.mistakes

    @property
    def unanswered(self) -> list[Press]:
        """Presses that were not answered and no longer can be."""
        now = self.world.now()
        return [
            press for press in self.world.presses.values() if press.answer is None and now - press.at > ANSWERABLE_FOR
        ]

    def fails(
        self, fault: Fault, *, times: int | None = 1, method: str | None = None, chat_id: int | None = None
    ) -> None:
        """Script the next `times` matching requests; see `Faults.add`."""
        self.faults.add(fault, times=times, method=method, chat_id=chat_id)

    async def release(self) -> None:
        """Let all hanging requests go on."""
        self._releases += 1
        await self.world.touch()

    async def revoke_token(self) -> None:
        """From now on 401, also to a poll under way."""
        self._revoked = True
        self.world.updates.end_poll(RefusedError(401))
        await self.world.touch()

    def restore_token(self) -> None:
        self._revoked = False

    async def until(self, condition: Callable[[], object], within: float = 5) -> None:
        """Wait for something to become true on the server; AssertionError after `within` seconds."""
        await until(self.world, condition, within, lambda: "the condition did not become true")

    async def drained(self, within: float = 5) -> None:
        """Wait until the bot has confirmed every update."""
        pending = self.world.updates
        await until(self.world, lambda: not pending.pending, within, lambda: f"waiting: {pending.pending}")

    async def _nowhere(self, request: web.Request) -> web.Response:
        return web.json_response(RefusedError(404).body(), status=404)

    async def _download(self, request: web.Request) -> web.Response:
        stored = self.world.files.by_path(request.match_info["path"])
        if request.match_info["token"] != self.token or self._revoked:
            return web.json_response(RefusedError(401).body(), status=401)
        if stored is None:
            return web.json_response(RefusedError(404).body(), status=404)
        return web.Response(body=stored.content, content_type="application/octet-stream")

    async def _answer(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        call = Call(method=name, chat_id=None, at=self.world.now())
        self.journal.calls.append(call)
        try:
            self._check_token(request)
            params = await read_params(request)
            call.params, call.chat_id = params.values, _chat_id(params)
            response = await self._carried_out(request, call, params)
        except RefusedError as refused:
            call.code, call.description = refused.code, refused.description
            call.scripted = call.scripted or self._revoked
            response = web.json_response(refused.body(), status=refused.code)
        call.code = response.status if call.code is None else call.code
        # A client that has just gone away cancels its request, but not the news of what it did.
        await asyncio.shield(self.world.touch())
        return response

    def _check_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if not re.fullmatch(r"\d+:[\w-]+", token):
            raise RefusedError(404)
        if token != self.token or self._revoked:
            raise RefusedError(401)
        if self.world.logged_out:
            raise bad_request("Logged out")

    async def _carried_out(self, request: web.Request, call: Call, params: Params) -> web.Response:
        fault = self.faults.take(call.method, call.chat_id)
        call.scripted = isinstance(fault, FloodWait | ServerError | ResetBefore | ResetAfter)
        if isinstance(fault, FloodWait):
            if fault.enforced and call.chat_id:
                raise self.world.flood.block(fault.retry_after, call.chat_id)
            raise too_many_requests(fault.retry_after)
        if isinstance(fault, ServerError):
            return _failure(fault)
        if isinstance(fault, ResetBefore):
            return _reset(request, call)
        if isinstance(fault, Hang):
            releases = self._releases
            await self.world.touch()
            async with self.world.changed:
                await self.world.changed.wait_for(lambda: self._releases != releases)
        result = await self._result(request, call.method, params)
        if isinstance(fault, ResetAfter):
            return _reset(request, call)
        return web.json_response({"ok": True, "result": result})

    async def _result(self, request: web.Request, name: str, params: Params) -> object:
        if name.lower() == "getupdates":
            return await self._updates(params)
        return find_method(name)(self.world, params)

    async def _updates(self, params: Params) -> object:
        if self.world.webhook:
            raise RefusedError(
                409,
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            )
        updates = self.world.updates
        updates.allow(params.json("allowed_updates", "can't parse allowed_updates"))
        found = await updates.poll(params.integer("offset"), params.integer("limit", 100), params.integer("timeout"))
        return [update.json() for update in found]


def _chat_id(params: Params) -> int | None:
    return params.integer("chat_id") or None


def _failure(fault: ServerError) -> web.Response:
    if fault.html:
        text = f"<html><head><title>{fault.code} {fault.description}</title></head></html>"
        return web.Response(text=text, status=fault.code, content_type="text/html")
    body = {"ok": False, "error_code": fault.code, "description": fault.description}
    return web.json_response(body, status=fault.code)


def _reset(request: web.Request, call: Call) -> web.Response:
    call.code = 0
    if request.transport:
        request.transport.abort()
    return web.Response()
