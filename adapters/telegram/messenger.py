"""A bot account in Telegram as the core's Messenger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog
from aiogram import Bot
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.methods import GetMe, GetWebhookInfo
from aiohttp import web

from adapters.telegram.capabilities import TELEGRAM
from adapters.telegram.faults import fault, webhook_fault
from adapters.telegram.inbound import Inbound, Timing
from adapters.telegram.lately import Lately
from adapters.telegram.outbound import Outbound, chat_number
from adapters.telegram.presses import Presses
from adapters.telegram.profile import Profile
from adapters.telegram.read import NAME
from adapters.telegram.session import Session
from adapters.telegram.settings import Account
from core.chat.adapter import Surroundings
from core.chat.events import Chosen, Pressed
from core.chat.messenger import Crowd, Health, Inbox, MenuCommand, Outcome, Presentation, Receipt, Reception
from core.chat.networks import about
from core.chat.pages import Page
from core.chat.phrases import phrase


class TelegramMessenger:
    """The account of one token. Construction needs no event loop and connects to nothing.

    `address` is the link to the bot; empty until `check` has learnt it.
    """

    def __init__(
        self, settings: Account, around: Surroundings, timing: Timing | None = None, *, name: str = NAME
    ) -> None:
        assert settings.token is not None
        self.name, self.address = name, ""
        self._timing = timing or Timing()
        server = PRODUCTION if settings.api_server is None else TelegramAPIServer.from_base(settings.api_server)
        pace = settings.pace.applied_to(TELEGRAM.pace)
        self.capabilities = replace(TELEGRAM, pace=pace)
        session = Session(server, self._timing.request, pace.at_once)
        self._bot = Bot(settings.token.get_secret_value(), session=session)
        self._webhook, self._clock = settings.webhook_url, around.clock
        self.reception = Reception.ALONE if settings.webhook_url is None else Reception.ANYWHERE
        self._profile = Profile(self._bot, around.languages(None).code, self._timing.longest_delay)
        self._presses = Presses(self._bot, self._timing.first_delay)
        self._inbound = Inbound(self._bot, settings, around.files, around.clock, self._timing, self._presses)
        self._lately = Lately(around.data_dir / name / "sent")
        self._outbound = Outbound(self._bot, session, around.files, self._lately, around.clock)

    async def listen(self, inbox: Inbox) -> None:
        """Receives until cancelled, by polling, or by webhook where one is set."""
        structlog.contextvars.bind_contextvars(messenger=self.name)
        await self._inbound.listen(inbox)

    def routes(self) -> list[web.RouteDef]:
        """What the web server has to serve for the webhook; empty when polling."""
        return self._inbound.routes()

    async def send(self, chat: str, page: Page, key: str) -> Outcome:
        """Sends a page; the same `key` sends the same messages only once, as far as answers came."""
        return await self._outbound.send(chat, page, key)

    async def edit(self, chat: str, receipt: Receipt, page: Page, key: str) -> Outcome:
        """Shows `page` in place of what the receipt names, in the same messages where Telegram can."""
        return await self._outbound.edit(chat, receipt, page, key)

    async def delete(self, chat: str, receipt: Receipt) -> Outcome:
        """Deletes what the receipt names; `Gone` after 48 hours."""
        return await self._outbound.delete(chat, receipt)

    async def acknowledge(self, press: Pressed | Chosen, toast: str | None) -> None:
        """Answers a press, once; one that is too old is nobody's loss."""
        await self._presses.answer(press.press, toast)

    async def announce(self, commands: Mapping[str, Sequence[MenuCommand]], chat: str | Crowd = Crowd.PRIVATE) -> bool:
        """Lists the commands in each language, and in the company's language to everybody else."""
        place = chat if isinstance(chat, Crowd) else chat_number(chat)
        return place is None or await self._profile.announce(commands, place)

    async def present(self, words: Mapping[str, Presentation]) -> bool:
        """Describes the bot, where nobody has described it otherwise."""
        return await self._profile.present(words)

    def fault(self) -> Health | None:
        """What is wrong with receiving."""
        known = self._inbound.fault
        return None if known is None else about(self.name, known)

    async def check(self) -> Health:
        """Asks for the bot's own account; a fault of receiving counts too."""
        try:
            me = await self._bot(GetMe(), request_timeout=round(min(10.0, self._timing.request)) or 1)
        except Exception as error:
            return about(self.name, fault(error))
        self.address = f"https://t.me/{me.username}"
        return self.fault() or Health(ok=True, state=phrase("Telegram: {bot} works", bot=f"@{me.username}"))

    async def examine(self) -> Health | None:
        """What Telegram says of its calls to the webhook."""
        if self._webhook is None:
            return None
        try:
            info = await self._bot(GetWebhookInfo())
        except Exception as error:
            return about(self.name, fault(error))
        wrong = webhook_fault(info, self._webhook, self._clock.now())
        return None if wrong is None else about(self.name, wrong)

    async def close(self) -> None:
        """Ends connections."""
        await self._bot.session.close()
        self._lately.close()
