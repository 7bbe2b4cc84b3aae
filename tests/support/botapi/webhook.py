"""Delivery of updates by POST: retried until accepted, and nothing later of that chat before."""

import asyncio
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.support.botapi.updates import Update
from tests.support.botapi.world import World

_LONGEST_PAUSE = 1.0


class WebhookDelivery:
    """`pause` is the first delay between attempts in real seconds; it doubles up to one second."""

    def __init__(self, world: World, pause: float) -> None:
        self._world = world
        self._pause = pause
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        tasks = [task for task in (self._task, *self._busy.values()) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._busy.clear()

    async def _run(self) -> None:
        async with ClientSession(timeout=ClientTimeout(total=60)) as session:
            while True:
                async with self._world.changed:
                    await self._world.changed.wait_for(self._free_chats)
                for chat_id in self._free_chats():
                    self._busy[chat_id] = asyncio.create_task(self._serve(session, chat_id))

    def _free_chats(self) -> list[int]:
        hook = self._world.webhook
        if not hook:
            return []
        self._world.updates.expire()
        waiting = dict.fromkeys(update.chat_id for update in self._world.updates.pending)
        room = int(hook["max_connections"]) - len(self._busy)
        return [chat_id for chat_id in waiting if chat_id not in self._busy][: max(room, 0)]

    async def _serve(self, session: ClientSession, chat_id: int) -> None:
        pause = self._pause
        try:
            while update := self._first(chat_id):
                delivered = await self._delivered(session, update)
                await self._world.touch()
                if delivered:
                    pause = self._pause
                else:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, _LONGEST_PAUSE)
        finally:
            del self._busy[chat_id]
        await self._world.touch()

    def _first(self, chat_id: int) -> Update | None:
        if not self._world.webhook:
            return None
        return next((update for update in self._world.updates.pending if update.chat_id == chat_id), None)

    async def _delivered(self, session: ClientSession, update: Update) -> bool:
        hook = self._world.webhook
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook["secret"]} if hook["secret"] else {}
        try:
            async with session.post(hook["url"], json=update.json(), headers=headers) as response:
                if 200 <= response.status < 300:
                    if update in self._world.updates.pending:
                        self._world.updates.pending.remove(update)
                    return True
                self._failed(hook, f"Wrong response from the webhook: {response.status} {response.reason}")
        except TimeoutError:
            self._failed(hook, "Read timeout expired")
        except (ClientError, OSError):
            self._failed(hook, "Connection refused")
        return False

    def _failed(self, hook: dict[str, Any], reason: str) -> None:
        hook["last_error_date"] = int(self._world.now().timestamp())
        hook["last_error_message"] = reason
