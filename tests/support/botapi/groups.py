"""A group as its members see it: they come and go, promote the bot, and one day it gets a new id."""

from collections.abc import Sequence

from tests.support.botapi.expecting import Wanted, expected
from tests.support.botapi.methods.commands import scope_key
from tests.support.botapi.model import Account, Chat, ChatKind, Json, Message
from tests.support.botapi.people import TelegramUser
from tests.support.botapi.render import account_json
from tests.support.botapi.world import World

_FIRST_GROUP = -4_100_000_000
_FIRST_SUPERGROUP = -1_001_900_000_000


class TelegramGroup:
    """`chat` follows the group when it becomes a supergroup."""

    def __init__(self, world: World, chat: Chat) -> None:
        self.chat = chat
        self._world = world

    @classmethod
    def founded(
        cls, world: World, title: str, members: Sequence[TelegramUser], supergroup: bool, bot_status: str
    ) -> "TelegramGroup":
        chat = _new_chat(world, title, "supergroup" if supergroup else "group")
        for index, member in enumerate(members):
            chat.statuses[member.id] = "member" if index else "creator"
            member.account.met = True
        chat.statuses[world.bot.id] = bot_status
        return cls(world, chat)

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def messages(self) -> list[Message]:
        return self.chat.messages

    def commands_for(self, user: TelegramUser) -> list[Json]:
        """The command menu that a member sees here."""
        scopes = (scope_key("chat", self.id), scope_key("all_group_chats"), scope_key("default"))
        languages = (user.account.language_code[:2], "")
        lists = (self._world.commands.get((scope, language)) for scope in scopes for language in languages)
        return next(filter(None, lists), [])

    def opens_topic(self) -> int:
        """A new topic of a forum, by the number under which it is known."""
        number = self._world.next_id(self.chat)
        self.chat.topics.add(number)
        return number

    async def expect(self, wanted: Wanted, within: float = 5) -> Message:
        return await expected(self._world, self.chat, wanted, 0, within)

    async def adds(self, user: TelegramUser) -> None:
        user.account.met = True
        self._stand(user.account, "member", user.account)
        self._service(user.account, {"new_chat_members": [account_json(user.account)]})
        await self._world.touch()

    async def removes(self, user: TelegramUser) -> None:
        self._service(user.account, {"left_chat_member": account_json(user.account)})
        self._stand(user.account, "left", user.account)
        await self._world.touch()

    async def sets_bot(self, status: str, by: TelegramUser) -> None:
        """`status`: member, administrator, left or kicked."""
        self._stand(self._world.bot, status, by.account)
        await self._world.touch()

    async def migrates(self) -> int:
        """Become a supergroup; the old id refuses with `migrate_to_chat_id`. Gives the new id."""
        old, new = self.chat, _new_chat(self._world, self.chat.title, "supergroup")
        new.statuses = dict(old.statuses)
        old.migrated_to = new
        founder = next(iter(old.statuses))
        account = self._world.accounts[founder]
        self._service(account, {"migrate_to_chat_id": new.id})
        self.chat = new
        self._service(account, {"migrate_from_chat_id": old.id})
        await self._world.touch()
        return new.id

    def _stand(self, account: Account, status: str, by: Account) -> None:
        before = self.chat.statuses.get(account.id, "left")
        self.chat.statuses[account.id] = status
        self._world.member_changed(self.chat, account, before, status, by)

    def _service(self, sender: Account, body: Json) -> None:
        world = self._world
        message = Message(id=world.next_id(self.chat), chat=self.chat, sender=sender, at=world.now())
        message.service, message.notified = body, False
        world.tell("message", world.record(message))


def _new_chat(world: World, title: str, kind: ChatKind) -> Chat:
    first = _FIRST_SUPERGROUP if kind == "supergroup" else _FIRST_GROUP
    chat = Chat(id=first - len(world.chats), kind=kind, title=title)
    world.chats[chat.id] = chat
    return chat
