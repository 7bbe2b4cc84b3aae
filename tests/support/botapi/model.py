"""The things Telegram keeps: accounts, chats, messages, keyboards, files, presses."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from tests.support.botapi.entities import FormattedText

Json: TypeAlias = dict[str, Any]
ChatKind = Literal["private", "group", "supergroup"]


@dataclass(eq=False, kw_only=True)
class Account:
    """A person, or the bot itself.

    `met`: the bot has seen the person somewhere; one it never met is "chat not found" to it.
    """

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    phone: str = ""
    is_bot: bool = False
    met: bool = True
    started: bool = False
    blocked: bool = False
    deactivated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """An inline button; exactly one of the last four says what it does."""

    text: str
    data: str | None = None
    url: str | None = None
    copy_text: str | None = None
    web_app: str | None = None
    style: str | None = None
    other: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyButton:
    """A button under the input field: it sends its text, a contact or a place."""

    text: str
    request_contact: bool = False
    request_location: bool = False


@dataclass(frozen=True, slots=True)
class InlineKeyboard:
    rows: tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyKeyboard:
    rows: tuple[tuple[ReplyButton, ...], ...]
    one_time: bool = False
    resize: bool = False
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class RemoveKeyboard:
    selective: bool = False


@dataclass(frozen=True, slots=True)
class ForceReply:
    placeholder: str = ""


Markup: TypeAlias = InlineKeyboard | ReplyKeyboard | RemoveKeyboard | ForceReply


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """`kind` is the type a file_id may be used as: photo, document, video, audio, voice, thumbnail."""

    file_id: str
    unique_id: str
    kind: str
    content: bytes = field(repr=False)
    name: str
    mime: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    kind: str
    file: StoredFile
    thumbnail: StoredFile | None = None
    width: int = 0
    height: int = 0
    duration: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    phone_number: str
    first_name: str
    last_name: str = ""
    user_id: int | None = None


@dataclass(eq=False, kw_only=True)
class Message:
    """What a chat shows; `text` is the caption when there is media. Times are UTC.

    `revision` grows with every change anywhere on the server, so it orders changes among messages.
    """

    id: int
    chat: "Chat"
    sender: Account
    at: datetime
    text: FormattedText = field(default_factory=FormattedText)
    media: Media | None = None
    contact: Contact | None = None
    markup: Markup | None = None
    reply_to: "Message | None" = None
    topic: int | None = None
    album: str | None = None
    forward_of: "Message | None" = None
    service: Json = field(default_factory=dict)
    notified: bool = True
    protected: bool = False
    deleted: bool = False
    edits: int = 0
    edited_at: datetime | None = None
    revision: int = 0

    @property
    def plain(self) -> str:
        return self.text.text

    @property
    def html(self) -> str:
        return self.text.html

    @property
    def rows(self) -> tuple[tuple[Button, ...], ...]:
        """The inline keyboard, empty without one."""
        return self.markup.rows if isinstance(self.markup, InlineKeyboard) else ()

    @property
    def buttons(self) -> list[Button]:
        return [button for row in self.rows for button in row]

    @property
    def labels(self) -> list[str]:
        return [button.text for button in self.buttons]


@dataclass(eq=False, kw_only=True)
class Chat:
    """`statuses` are the members' standings by account id, as getChatMember names them."""

    id: int
    kind: ChatKind
    title: str = ""
    statuses: dict[int, str] = field(default_factory=dict)
    history: list[Message] = field(default_factory=list)
    migrated_to: "Chat | None" = None
    topics: set[int] = field(default_factory=set)
    last_id: int = 0

    def message(self, message_id: int) -> Message | None:
        """A message that was not deleted."""
        return next((m for m in reversed(self.history) if m.id == message_id and not m.deleted), None)

    def with_button(self, label: str) -> Message:
        """The newest visible message with this inline button; AssertionError without one."""
        found = [message for message in self.messages if label in message.labels]
        assert found, f"no button {label!r} among {[label for message in self.messages for label in message.labels]}"
        return found[-1]

    @property
    def messages(self) -> list[Message]:
        return [message for message in self.history if not message.deleted]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAnswer:
    """A toast, or an alert to be closed; `text` is empty when the bot only stopped the spinner."""

    text: str
    alert: bool
    url: str
    at: datetime


@dataclass(eq=False, kw_only=True)
class Press:
    """A press of an inline button; `answer` stays None until the bot answers it."""

    id: str
    account: Account
    message: Message
    data: str
    at: datetime
    answer: CallbackAnswer | None = None
