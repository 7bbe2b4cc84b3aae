"""A copy of the ledger to the page of its recipient: in the recipient's language, with only permitted buttons."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from bot.talk.house import House
from core.access import read_roles
from core.chat.capabilities import Capabilities
from core.chat.files import Draft
from core.chat.fit import fit
from core.chat.pages import Page
from core.chat.phrases import Language
from core.chat.screens import Screen
from core.copies import Wanted
from core.delivery import Priority

Key = tuple[object, ...]

_KEPT = 256
"""Pages kept, so that what many get is rendered once per language, zone and roles and not once per recipient."""


class Renderer:
    """Renders for one messenger."""

    def __init__(self, house: House, capabilities: Capabilities) -> None:
        self._house, self._capabilities = house, capabilities
        self._pages: OrderedDict[Key, tuple[Screen, Page]] = OrderedDict()
        self._making: dict[Key, asyncio.Task[Page]] = {}

    async def page(self, copy: Wanted) -> Page:
        """The page that this recipient gets; the same object for all who get the same content alike."""
        urgent = copy.priority is Priority.ALERT
        reader = (copy.roles, copy.language, copy.timezone, copy.mark, copy.asked, copy.choices, copy.hint, urgent)
        key = (id(copy.content), *reader)
        known = self._pages.get(key)
        if known is not None:
            self._pages.move_to_end(key)
            return known[1]
        language = self._house.languages(copy.language, copy.timezone, self._capabilities.command_prefix)
        shown = self._house.shown_to(copy.content.bearing(copy.mark), read_roles(copy.roles))
        if shown.made:
            page = await self._made(key, copy, shown, language)
        else:
            page = self._fitted(copy, shown, language)
        self._pages[key] = copy.content, page  # the content is kept too, so that no other can have its id
        if len(self._pages) > _KEPT:
            self._pages.popitem(last=False)
        return page

    def _fitted(self, copy: Wanted, shown: Screen, language: Language, made: Sequence[Draft] = ()) -> Page:
        page = fit(shown, self._capabilities, language, made, before=copy.choices, asked=copy.asked, hint=copy.hint)
        return replace(page, urgent=True) if copy.priority is Priority.ALERT else page

    async def _made(self, key: Key, copy: Wanted, shown: Screen, language: Language) -> Page:
        """Makes the files of a screen once, however many of its readers wait for them."""
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.create_task(self._make(copy, shown, language))
            making.add_done_callback(lambda _: self._making.pop(key, None))
        return await asyncio.shield(making)

    async def _make(self, copy: Wanted, shown: Screen, language: Language) -> Page:
        made = [await asyncio.to_thread(one.make, language) for one in shown.made]
        return self._fitted(copy, shown, language, made)
