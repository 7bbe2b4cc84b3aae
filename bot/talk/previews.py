"""What is shown above a question, such as a preview: asked again, it sends nothing anew that is in the chat already.

Many files are a message of their own, which is sent once and follows what becomes of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from zlib import crc32

from bot.talk.request import Request
from core.chat.capabilities import Level
from core.chat.codec import dump
from core.chat.screens import Screen
from core.delivery import Priority, Revise, Send, ToChat, Withdraw
from core.drafts import FormDraft

_NAME = "_above"
"""Where a draft keeps it: no step has such a name."""
_APART = 2
"""Files from which on they are a message of their own."""


@dataclass(frozen=True, slots=True)
class _Above:
    """The messages that show it in a chat. `files` is 0 without one of its own; `digest` tells files from others."""

    text: int
    files: int
    digest: str
    chat: str

    @staticmethod
    def of(draft: FormDraft) -> _Above | None:
        """What is in the chat of the draft."""
        text, _, rest = str(draft.values.get(_NAME, "")).partition(":")
        files, _, rest = rest.partition(":")
        digest, _, chat = rest.partition(":")
        known = text.isdecimal() and files.isdecimal() and chat == _chat(draft)
        return _Above(int(text), int(files), digest, chat) if known else None

    def keep(self, draft: FormDraft) -> None:
        draft.values = {**draft.values, _NAME: f"{self.text}:{self.files}:{self.digest}:{self.chat}"}


def show_above(request: Request, draft: FormDraft, shown: Screen) -> bool:
    """Shows it; whether the question can stay where it is as well."""
    known = _Above.of(draft)
    apart = len(shown.attachments) >= _APART
    digest = f"{crc32(str(dump(shown.attachments)).encode()):x}" if apart else ""
    in_place = known is not None and _can_stay(request, draft)
    text = replace(shown, attachments=()) if apart else shown
    if known is not None and in_place:
        request.uow.apply(Revise(known.text, text))
    above = known.text if known is not None and in_place else _send(request, text)
    files = known.files if known is not None else 0
    if apart and not files:
        files = _send(request, Screen(blocks=(), attachments=shown.attachments, quiet=True))
    elif apart and known is not None and known.digest != digest:
        request.uow.apply(Revise(files, Screen(blocks=(), attachments=shown.attachments, quiet=True)))
    elif files and not apart:
        request.uow.apply(Withdraw(files, replace(shown, attachments=(), rows=())))
        files = 0
    _Above(above, files, digest, _chat(draft)).keep(draft)
    # A file that is new stands below the question.
    return in_place and known is not None and known.digest == digest


def _can_stay(request: Request, draft: FormDraft) -> bool:
    """Whether a button under the question itself was pressed, where an edit leaves no trace."""
    pressed = request.in_place and request.copy is not None and request.copy.message_id == draft.message_id
    return pressed and request.capabilities.edits is Level.FULL


def _chat(draft: FormDraft) -> str:
    return f"{draft.messenger}:{draft.chat}"


def _send(request: Request, screen: Screen) -> int:
    here = here_of(request)
    return request.uow.apply(Send(kind=None, content=screen, to=here, priority=Priority.REPLY))


def here_of(request: Request) -> ToChat:
    """The chat of the request."""
    visitor = request.visitor
    return ToChat(
        request.event.messenger,
        request.event.chat,
        visitor.account.id if visitor.account else None,
        visitor.person.id if visitor.person else None,
    )
