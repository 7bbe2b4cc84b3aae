"""The words of the page itself, for its templates and its script."""

from __future__ import annotations

from collections.abc import Mapping

from core.chat.phrases import Language, Phrase, phrase

_TEXTS: Mapping[str, Phrase] = {
    "product": phrase("Kollega"),
    "who": phrase("Who do you want to be?"),
    "who_hint": phrase("The company is invented. Pick a person and talk to the bot as they would."),
    "together": phrase("Open two people side by side"),
    "together_hint": phrase("See how what one person does reaches the other."),
    "nobody": phrase("There is nobody to be yet. The demo adds people: run “kollega demo”."),
    "find": phrase("Find a person"),
    "nobody_found": phrase("Nobody is called that."),
    "beside": phrase("Open a second person"),
    "switch": phrase("Be somebody else"),
    "close_pane": phrase("Close this chat"),
    "start_page": phrase("To the list of people"),
    "people_shown": phrase("People shown"),
    "language": phrase("Language of the page"),
    "theme": phrase("Light or dark"),
    "tools": phrase("Demo"),
    "chat_of": phrase("Conversation with the bot"),
    "hello": phrase("Talk to the bot"),
    "hello_hint": phrase("Begin with a command, or just write."),
    "try": phrase("Try this, or just write:"),
    "guide": phrase("One minute: a missed call"),
    "guide_done": phrase("That is all: nobody is forgotten."),
    "guide_off": phrase("Hide the minute"),
    "open_chat": phrase("Open the chat"),
    "write": phrase("Message"),
    "send": phrase("Send"),
    "attach": phrase("Attach pictures or files"),
    "commands": phrase("Commands"),
    "no_commands": phrase("The bot has not listed its commands yet."),
    "you": phrase("You"),
    "remove": phrase("Remove"),
    "drop": phrase("Drop the files here"),
    "newer": phrase("New messages"),
    "older": phrase("Earlier messages"),
    "unread": phrase("New since your last look"),
    "reply": phrase("Reply"),
    "reply_to": phrase("Reply to"),
    "no_reply": phrase("Do not reply to it"),
    "deleted": phrase("Deleted message"),
    "uploading": phrase("Sending the files"),
    "stop": phrase("Stop sending"),
    "bell": phrase("Sound and notifications"),
    "bell_on": phrase("Alerts and answers ring while the page is hidden."),
    "bell_off": phrase("Alerts and answers ring no more."),
    "bell_quiet": phrase("The browser allows no notifications here: alerts and answers only sound."),
    "lost": phrase("Connection lost. Reconnecting…"),
    "failed": phrase("It was not sent. Try again."),
    "copied": phrase("Copied"),
    "open_picture": phrase("Open the picture"),
    "close": phrase("Close"),
    "phone": phrase("Your phone number"),
    "share": phrase("Share it"),
    "share_hint": phrase("The bot uses it to find you among the company’s people."),
    "refresh": phrase("Show new messages"),
    "upload": phrase("Send a file"),
    "caption": phrase("Caption"),
    "back": phrase("Back"),
    "too_many": phrase("At most 10 files at once."),
}

TODAY = phrase("Today")
STARTING = phrase("The bot is only starting. Try again in a moment.")
NOT_KEPT = phrase("It could not be kept. Try again.")
NO_PERSON = phrase("There is no such person here.")
NO_MESSAGE = phrase("This message is not there any more.")
NOTHING_HERE = phrase("There is nothing at this address.")
ELSEWHERE = phrase("This request came from another page and was refused.")
TOO_MUCH = phrase("This is too much at once.")


def texts_in(language: Language) -> dict[str, str]:
    """All texts of the page in a language, by their names in the templates."""
    return {name: language.say(text) for name, text in _TEXTS.items()}
