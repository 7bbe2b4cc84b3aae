"""Where in a chat an answer belongs: in a topic of a forum, and below the message that it answers."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import TelegramMethod
from aiogram.types import ReplyParameters

from adapters.telegram.outcomes import says

T = TypeVar("T")


def place_text(topic: int | None, reply: int | None) -> str:
    """The core's form of a place."""
    return "" if topic is None and reply is None else f"{topic or ''}/{reply or ''}"


@dataclass(frozen=True, slots=True)
class Place:
    """`reply` is the message that is answered, by its number in the chat. Neither is an ordinary place."""

    topic: int | None = None
    reply: int | None = None

    @staticmethod
    def read(text: str) -> Place:
        """From the core's form."""
        topic, _, reply = text.partition("/")
        return Place(int(topic) if topic.isdecimal() else None, int(reply) if reply.isdecimal() else None)

    @property
    def ordinary(self) -> bool:
        """Whether there is nothing to say of it."""
        return self.topic is None and self.reply is None

    def behind(self) -> Place:
        """Where further messages of the same answer belong."""
        return Place(self.topic)

    @property
    def body(self) -> bytes:
        """The JSON of it, with a comma behind, to stand in an object."""
        fields: dict[str, object] = {}
        if self.topic is not None:
            fields["message_thread_id"] = self.topic
        if self.reply is not None:
            # What was asked may have been deleted meanwhile.
            fields["reply_parameters"] = {"message_id": self.reply, "allow_sending_without_reply": True}
        return json.dumps(fields).encode()[1:-1] + b"," if fields else b""

    def of(self, request: TelegramMethod[T]) -> TelegramMethod[T]:
        """The same request, for a message in this place."""
        if self.ordinary:
            return request
        reply = None
        if self.reply is not None:
            reply = ReplyParameters(message_id=self.reply, allow_sending_without_reply=True)
        return request.model_copy(update={"message_thread_id": self.topic, "reply_parameters": reply})


ORDINARY = Place()


async def there(send: Callable[[Place], Awaitable[T]], place: Place) -> T:
    """Sends to a topic, or beside it when that has been deleted."""
    try:
        return await send(place)
    except TelegramBadRequest as error:
        if place.topic is None or not says(error, "thread not found"):
            raise
    return await send(Place(None, place.reply))
