"""What a handler gets and what it may answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.access import Right
from core.chat.capabilities import Capabilities
from core.chat.events import Event
from core.chat.phrases import Text
from core.chat.screens import Screen
from core.delivery import Copy
from core.drafts import FormDraft
from core.inbox import Visitor
from core.people.person import Account, Person
from core.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from bot.forms import Form
    from bot.house import House


@dataclass(frozen=True, slots=True)
class Toast:
    """A short answer that leaves no message where the messenger can do that."""

    text: Text


@dataclass(frozen=True, slots=True)
class Start:
    """Opens a form; `values` are answers known from the start, by step name."""

    form: type[Form]
    values: tuple[tuple[str, object], ...] = ()


Answer = Screen | Toast | Start
Reply = Answer | tuple[Answer, ...] | None


@dataclass(slots=True, kw_only=True)
class Request:
    """One event on its way through a feature. `copy` is the message whose button was pressed, where known.

    `question` is the form whose question the reply asks.
    """

    uow: UnitOfWork
    house: House
    event: Event
    visitor: Visitor
    capabilities: Capabilities
    copy: Copy | None = None
    question: FormDraft | None = None

    @property
    def me(self) -> Person:
        """Who asks. Handlers whose right is not ANYBODY can rely on it."""
        if self.visitor.person is None:
            raise LookupError("this handler lets strangers in; ask for the account")
        return self.visitor.person

    @property
    def account(self) -> Account:
        """The account through which the person asks."""
        if self.visitor.account is None:
            raise LookupError("the account is not known")
        return self.visitor.account

    @property
    def now(self) -> datetime:
        """The moment of the transaction, UTC."""
        return self.uow.now

    @property
    def language(self) -> str | None:
        """The code of the asker's language, as chosen or as the messenger tells."""
        person = self.visitor.person
        return (person.language if person else None) or self.event.language

    def may(self, right: Right) -> bool:
        """Whether the asker has a right."""
        person = self.visitor.person
        return person.may(right) if person is not None else not right.roles
