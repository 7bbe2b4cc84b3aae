"""What a person has filled in so far: kept in the database, so that a form survives a restart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from core.unit_of_work import Query


@dataclass(eq=False, kw_only=True)
class FormDraft:
    """A form in progress, in one chat. `values` holds dumped answers by step name; `step` is the current step's name.

    `version` counts the questions, so that a button of an earlier question is recognised as outdated. `message_id`
    is the message that asks the last question, `album` the album whose pictures it was answered with.
    """

    id: int = field(init=False)
    messenger: str
    chat: str
    account: str
    person_id: int | None
    form: str
    step: str
    values: dict[str, object]
    started_at: datetime
    updated_at: datetime
    version: int = 1
    message_id: int | None = None
    album: str | None = None


@dataclass(frozen=True, slots=True)
class DraftIn(Query[FormDraft | None]):
    """The form that is open in a chat with an account."""

    messenger: str
    chat: str
    account: str


@dataclass(frozen=True, slots=True)
class DraftsOf(Query[tuple[FormDraft, ...]]):
    """All open forms of a person, the latest first."""

    person_id: int
