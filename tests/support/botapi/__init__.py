"""A local Bot API server for tests that behaves as Telegram does and refuses what Telegram refuses."""

from tests.support.botapi.faults import FloodWait, Hang, ResetAfter, ResetBefore, ServerError
from tests.support.botapi.flood import FloodLimits
from tests.support.botapi.groups import TelegramGroup
from tests.support.botapi.journal import Call
from tests.support.botapi.model import (
    Account,
    Button,
    CallbackAnswer,
    Chat,
    Contact,
    Media,
    Message,
    Press,
    ReplyButton,
    ReplyKeyboard,
)
from tests.support.botapi.people import TelegramUser
from tests.support.botapi.server import BotApiServer
from tests.support.botapi.uploads import PNG, Upload

__all__ = [
    "PNG",
    "Account",
    "BotApiServer",
    "Button",
    "Call",
    "CallbackAnswer",
    "Chat",
    "Contact",
    "FloodLimits",
    "FloodWait",
    "Hang",
    "Media",
    "Message",
    "Press",
    "ReplyButton",
    "ReplyKeyboard",
    "ResetAfter",
    "ResetBefore",
    "ServerError",
    "TelegramGroup",
    "TelegramUser",
    "Upload",
]
