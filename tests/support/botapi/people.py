"""A person with a Telegram client, as a test moves them: they speak, press, send, block."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tests.support.botapi.detect import detected
from tests.support.botapi.entities import FormattedText, cleaned, utf16_length
from tests.support.botapi.expecting import Wanted, expected, transcript, until
from tests.support.botapi.formatting import TEXT_LIMIT, given_entities
from tests.support.botapi.methods.commands import scope_key
from tests.support.botapi.model import (
    Account,
    CallbackAnswer,
    Chat,
    Contact,
    Json,
    Message,
    Press,
    ReplyKeyboard,
)
from tests.support.botapi.render import account_json
from tests.support.botapi.uploads import PNG, Upload
from tests.support.botapi.world import World

if TYPE_CHECKING:
    from tests.support.botapi.groups import TelegramGroup


class TelegramUser:
    """Every action is awaited and wakes whoever waits; `where` is the bot's private chat unless given."""

    def __init__(self, world: World, account: Account) -> None:
        self.account = account
        self._world = world
        self._acted_at = world.revision

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def chat(self) -> Chat:
        """The private chat with the bot: `.messages` are visible, `.history` has deleted ones too."""
        return self._world.chats[self.account.id]

    @property
    def messages(self) -> list[Message]:
        return self.chat.messages

    @property
    def notifications(self) -> list[Message]:
        """The bot's messages in the private chat that made a sound; edits never do."""
        return [message for message in self.chat.history if message.sender.is_bot and message.notified]

    @property
    def presses_made(self) -> list[Press]:
        return [press for press in self._world.presses.values() if press.account is self.account]

    @property
    def callback_answers(self) -> list[CallbackAnswer]:
        return [press.answer for press in self.presses_made if press.answer]

    @property
    def keyboard(self) -> ReplyKeyboard | None:
        """What stands under the input field of the private chat."""
        return self._world.keyboards.get(self.id)

    @property
    def commands(self) -> list[Json]:
        """The command menu of the private chat, in this person's language where there is one."""
        own, private, default = (scope_key("chat", self.id), scope_key("all_private_chats"), scope_key("default"))
        for scope in (own, private, default):
            for language in (self.account.language_code[:2], ""):
                if found := self._world.commands.get((scope, language)):
                    return found
        return []

    async def starts(self, code: str = "") -> Message:
        """Press Start, or follow a deep link with a code; a blocked bot is unblocked first."""
        if self.account.blocked:
            await self.unblocks()
        return await self.says(f"/start {code}".rstrip())

    async def says(
        self,
        text: str,
        *,
        entities: Sequence[Json] = (),
        reply_to: Message | None = None,
        where: "TelegramGroup | None" = None,
        topic: int | None = None,
    ) -> Message:
        """Send a text; `entities` as in the Bot API, commands and links are found by themselves.

        As any client does, a text of over 4096 units goes out in several messages; gives the last.
        """
        texts = [_formatted(part, entities) for part in _parts(text)]
        assert any(texts), "a client sends no empty text"
        drafts = [self._draft(where, text=one, reply_to=reply_to, topic=topic) for one in texts if one]
        return (await self._post(drafts))[-1]

    async def taps(self, label: str) -> Message:
        """Press a button of the reply keyboard, which sends its text or the person's own contact."""
        keyboard = self.keyboard
        buttons = [button for row in keyboard.rows for button in row] if keyboard else []
        found = [button for button in buttons if button.text.replace("\N{NO-BREAK SPACE}", " ") == label]
        assert found, f"no button {label!r} among {[button.text for button in buttons]}"
        if keyboard and keyboard.one_time:
            self._world.keyboards.pop(self.id)
        return await (self.shares_contact() if found[0].request_contact else self.says(label))

    async def sends(
        self, upload: Upload, *, reply_to: Message | None = None, where: "TelegramGroup | None" = None
    ) -> Message:
        text = _formatted(upload.caption, ())
        return await self._send(where, text=text, media=upload.stored(self._world.files), reply_to=reply_to)

    async def sends_photo(self, content: bytes = PNG, caption: str = "") -> Message:
        return await self.sends(Upload(content=content, caption=caption))

    async def sends_document(
        self, content: bytes, name: str, mime: str = "application/octet-stream", caption: str = ""
    ) -> Message:
        return await self.sends(Upload(kind="document", content=content, name=name, mime=mime, caption=caption))

    async def sends_voice(self, content: bytes = b"OggS", duration: int = 3, caption: str = "") -> Message:
        return await self.sends(
            Upload(
                kind="voice",
                content=content,
                name="voice.oga",
                mime="audio/ogg",
                duration=duration,
                caption=caption,
            )
        )

    async def sends_sticker(self) -> Message:
        return await self.sends(Upload(kind="sticker", name="sticker.webp", mime="image/webp"))

    async def sends_album(self, uploads: Sequence[Upload], *, where: "TelegramGroup | None" = None) -> list[Message]:
        """One update per item, as Telegram does it, all with one media_group_id."""
        album = str(13_500_000_000_000_000 + self._world.revision)
        drafts = [
            self._draft(where, text=_formatted(one.caption, ()), media=one.stored(self._world.files), album=album)
            for one in uploads
        ]
        return await self._post(drafts)

    async def shares_contact(self, other: "TelegramUser | None" = None, *, phone: str = "") -> Message:
        """One's own contact, or somebody else's; Telegram names the owner's user id in both."""
        owner = (other or self).account
        contact = Contact(
            phone_number=phone or owner.phone,
            first_name=owner.first_name,
            last_name=owner.last_name,
            user_id=owner.id,
        )
        return await self._send(None, contact=contact)

    async def edits(self, message: Message, text: str) -> Message:
        assert message.sender is self.account, "people edit their own messages"
        message.text = _formatted(text, ())
        message.edits += 1
        message.edited_at = self._world.now()
        self._world.mark(message)
        self._world.tell("edited_message", message)
        await self._acted()
        return message

    async def deletes(self, message: Message) -> None:
        """The bot is told nothing."""
        self._world.remove([message])
        await self._acted()

    async def presses(self, message: Message, button: str = "", *, data: str | None = None) -> Press:
        """Press a button by its label or its data; `data` alone presses what an outdated client shows.

        Anybody may press anything, as in a group: a stranger, an old message, a deleted one.
        """
        if data is None:
            found = [one for one in message.buttons if one.text == button]
            found += [one for one in message.buttons if one.data == button]
            assert found, f"no button {button!r} among {message.labels}"
            assert found[0].data is not None, f"{button!r} does not ask the bot anything"
            data = found[0].data
        press = self._world.press(self.account, message, data)
        await self._acted()
        return press

    async def redelivers(self, press: Press) -> Press:
        """The client sends the press again after a reconnect: a new query, the same button."""
        return await self.presses(press.message, data=press.data)

    async def reacts(self, message: Message, emoji: str) -> None:
        body: Json = {
            "chat": self._world.chat_json(message.chat),
            "message_id": message.id,
            "user": account_json(self.account),
            "date": int(self._world.now().timestamp()),
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": emoji}],
        }
        if message.chat.kind == "private" or message.chat.statuses.get(self._world.bot.id) == "administrator":
            self._world.updates.add("message_reaction", message.chat.id, body)
        await self._acted()

    async def blocks(self) -> None:
        self.account.blocked = True
        self._world.member_changed(self.chat, self._world.bot, "member", "kicked", self.account)
        await self._acted()

    async def unblocks(self) -> None:
        self.account.blocked = False
        self._world.member_changed(self.chat, self._world.bot, "kicked", "member", self.account)
        await self._acted()

    async def deactivates(self) -> None:
        """The account is deleted; the bot is told nothing."""
        self.account.deactivated = True
        await self._acted()

    async def expect(
        self,
        wanted: Wanted,
        within: float = 5,
        *,
        fresh: bool = True,
        where: "TelegramGroup | None" = None,
    ) -> Message:
        """Wait for a visible message of the bot with this text in it, or of this shape.

        `fresh` counts only what was sent or edited since this person's last action.
        """
        since = self._acted_at if fresh else 0
        return await expected(self._world, self._where(where), wanted, since, within)

    async def expect_answer(self, press: Press, within: float = 5) -> CallbackAnswer:
        await until(self._world, lambda: press.answer, within, lambda: f"no answer to {press.data!r}")
        assert press.answer
        return press.answer

    async def expect_gone(self, message: Message, within: float = 5) -> None:
        await until(self._world, lambda: message.deleted, within, lambda: f"still there:\n{transcript(message.chat)}")

    def _where(self, where: "TelegramGroup | None") -> Chat:
        return where.chat if where else self.chat

    def _draft(self, where: "TelegramGroup | None", **content: Any) -> Callable[[], Message]:
        chat = self._where(where)

        def posted() -> Message:
            number = self._world.next_id(chat)
            message = Message(
                id=number, chat=chat, sender=self.account, at=self._world.now(), notified=False, **content
            )
            return self._world.record(message)

        return posted

    async def _send(self, where: "TelegramGroup | None", **content: Any) -> Message:
        return (await self._post([self._draft(where, **content)]))[0]

    async def _post(self, drafts: Sequence[Callable[[], Message]]) -> list[Message]:
        assert not self.account.blocked, "unblock the bot before writing to it"
        self.account.started = self.account.met = True
        messages = [posted() for posted in drafts]
        for message in messages:
            self._world.tell("message", message)
        await self._acted()
        return messages

    async def _acted(self) -> None:
        self._acted_at = self._world.revision
        await self._world.touch()


def _formatted(text: str, entities: Sequence[Json]) -> FormattedText:
    return detected(cleaned(text, given_entities(text, list(entities))))


def _parts(text: str) -> list[str]:
    parts, rest = [], text
    while utf16_length(rest) > TEXT_LIMIT:
        end = TEXT_LIMIT
        while utf16_length(rest[:end]) > TEXT_LIMIT:
            end -= (utf16_length(rest[:end]) - TEXT_LIMIT + 1) // 2
        parts.append(rest[:end])
        rest = rest[end:]
    return [*parts, rest]
