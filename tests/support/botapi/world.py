"""All that one bot account's Telegram knows; every method and every person acts on it."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from tests.support.botapi.files import Files
from tests.support.botapi.flood import Flood, FloodLimits
from tests.support.botapi.model import (
    Account,
    Chat,
    Json,
    Message,
    Press,
    RemoveKeyboard,
    ReplyKeyboard,
)
from tests.support.botapi.params import Params
from tests.support.botapi.refusal import RefusedError, bad_request, forbidden
from tests.support.botapi.render import account_json, message_json, press_json
from tests.support.botapi.updates import Updates

GONE = frozenset({"left", "kicked"})


class Clock(Protocol):
    def now(self) -> datetime:
        """Timezone-aware."""
        ...


class World:
    def __init__(self, bot: Account, clock: Clock, limits: FloodLimits | None, timer: Callable[[], float]) -> None:
        self.bot = bot
        self.clock = clock
        self.changed = asyncio.Condition()
        self.flood = Flood(limits, timer)
        self.files = Files(bot.id)
        self.updates = Updates(self.changed, clock.now)
        self.accounts: dict[int, Account] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.keyboards: dict[int, ReplyKeyboard] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.menu_buttons: defaultdict[int, Json] = defaultdict(lambda: {"type": "commands"})
        self.actions: list[tuple[int, str]] = []
        self.webhook: Json = {}
        self.privacy_mode = True
        self.logged_out = False
        self.revision = 0
        self.launched_at = clock.now()
        self._last_id = 0

    async def touch(self) -> None:
        """Wake everybody who waits for something to happen here."""
        async with self.changed:
            self.changed.notify_all()

    def now(self) -> datetime:
        return self.clock.now()

    def person(self, chat: Chat) -> Account | None:
        return self.accounts.get(chat.id)

    def json(self, message: Message) -> Json:
        return message_json(message, self.accounts.get)

    def next_id(self, chat: Chat) -> int:
        """Private chats and basic groups share the account's sequence, a supergroup has its own."""
        if chat.kind == "supergroup":
            chat.last_id += 1
            return chat.last_id
        self._last_id += 1
        return self._last_id

    def record(self, message: Message) -> Message:
        message.chat.history.append(message)
        self.mark(message)
        if isinstance(message.markup, ReplyKeyboard):
            self.keyboards[message.chat.id] = message.markup
        elif isinstance(message.markup, RemoveKeyboard):
            self.keyboards.pop(message.chat.id, None)
        return message

    def mark(self, message: Message) -> None:
        self.revision += 1
        message.revision = self.revision

    def chat(self, params: Params, name: str = "chat_id") -> Chat:
        """The chat of a request; people are reached by id only, never by @username."""
        given = params.text(name)
        if not given:
            raise bad_request("chat_id is empty")
        chat = self.chats.get(params.integer(name))
        person = self.person(chat) if chat else None
        if chat is None or (person and not person.started and not person.met):
            raise bad_request("chat not found")
        return chat

    def writable(self, params: Params) -> Chat:
        """The chat of a request, if the bot may write there; otherwise the reason why not."""
        chat = self.chat(params)
        if chat.migrated_to:
            raise RefusedError(
                400,
                "group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to.id,
            )
        if person := self.person(chat):
            self._check_person(person)
        elif (standing := chat.statuses.get(self.bot.id, "left")) in GONE:
            what = "was kicked from" if standing == "kicked" else "is not a member of"
            raise forbidden(f"bot {what} the {chat.kind} chat")
        return chat

    def _check_person(self, person: Account) -> None:
        if person.is_bot:
            raise forbidden("bots can't send messages to bots")
        if person.deactivated:
            raise forbidden("user is deactivated")
        if not person.started:
            raise forbidden("bot can't initiate conversation with a user")
        if person.blocked:
            raise forbidden("bot was blocked by the user")

    def tell(self, kind: str, message: Message) -> None:
        """Queue a message for the bot, as far as the group's privacy mode lets it see."""
        if message.chat.kind == "private" or self._sees(message):
            self.updates.add(kind, message.chat.id, self.json(message))

    def _sees(self, message: Message) -> bool:
        standing = message.chat.statuses.get(self.bot.id, "left")
        if standing in GONE:
            return False
        addressed = message.reply_to is not None and message.reply_to.sender is self.bot
        mentioned = f"@{self.bot.username}".lower() in message.plain.lower()
        open_to_all = not self.privacy_mode or standing == "administrator" or bool(message.service)
        return open_to_all or addressed or mentioned or message.plain.startswith("/")

    def press(self, account: Account, message: Message, data: str) -> Press:
        number = str(4_000_000_000 + len(self.presses) + 1)
        press = Press(id=number, account=account, message=message, data=data, at=self.now())
        self.presses[number] = press
        self.updates.add("callback_query", message.chat.id, press_json(press, self.accounts.get))
        return press

    def member_changed(self, chat: Chat, account: Account, before: str, after: str, by: Account) -> None:
        """The bot's own standing is always told, other people's only to an administrator who asked."""
        if account is not self.bot and chat.statuses.get(self.bot.id) != "administrator":
            return
        body: Json = {
            "chat": self.chat_json(chat),
            "from": account_json(by),
            "date": int(self.now().timestamp()),
            "old_chat_member": member_json(account, before),
            "new_chat_member": member_json(account, after),
        }
        self.updates.add("my_chat_member" if account is self.bot else "chat_member", chat.id, body)

    def chat_json(self, chat: Chat) -> Json:
        empty = Message(id=0, chat=chat, sender=self.bot, at=self.now())
        body: Json = self.json(empty)["chat"]
        return body

    def remove(self, messages: Iterable[Message]) -> None:
        for message in messages:
            message.deleted = True
            self.mark(message)


_ADMIN_RIGHTS = [
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
]


def member_json(account: Account, status: str) -> Json:
    body: Json = {"user": account_json(account), "status": status}
    if status == "administrator":
        body |= dict.fromkeys(_ADMIN_RIGHTS, False) | {"can_manage_chat": True, "can_delete_messages": True}
    if status == "creator":
        body["is_anonymous"] = False
    if status == "kicked":
        body["until_date"] = 0
    return body
