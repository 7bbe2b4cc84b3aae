"""A copy of the ledger to the page of its recipient: in the recipient's language, with only permitted buttons."""

from __future__ import annotations

from collections import OrderedDict

from bot.talk.house import House
from core.access import Role
from core.chat.capabilities import Capabilities
from core.chat.fit import fit
from core.chat.pages import Page
from core.copies import Wanted

_KEPT = 256
"""Pages kept, so that a broadcast is rendered once per language, zone and role and not once per recipient."""


class Renderer:
    """Renders for one messenger."""

    def __init__(self, house: House, capabilities: Capabilities) -> None:
        self._house, self._capabilities = house, capabilities
        self._pages: OrderedDict[tuple[object, ...], Page] = OrderedDict()

    def page(self, copy: Wanted) -> Page:
        """The page that this recipient gets; the same object for all who get the same."""
        key = (copy.message_id, copy.revision, copy.withdrawn, copy.roles, copy.language, copy.timezone)
        page = self._pages.get(key)
        if page is None:
            prefix = self._capabilities.command_prefix
            language = self._house.languages(copy.language, copy.timezone, prefix)
            shown = self._house.shown_to(copy.content, Role(copy.roles))
            page = self._pages[key] = fit(shown, self._capabilities, language)
            if len(self._pages) > _KEPT:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(key)
        return page
