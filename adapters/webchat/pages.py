"""The pages of the web chat: what a template shows, rendered in the reader's language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from adapters.webchat.kept import Message
from adapters.webchat.texts import TODAY, texts_in
from adapters.webchat.write import attachments_html, blocks_html, keys_html, snippet
from core.chat.adapter import Persona, Step, Tool
from core.chat.messenger import MenuCommand
from core.chat.phrases import Clock, Day, Language
from core.chat.translate import text_in

CODES = ("ru", "en")
THEMES = ("light", "dark")
_HERE = Path(__file__).parent
_TINTS = 8
_STATIC = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of the page itself; `version` changes with its content."""

    content: bytes
    mime: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A persona as a template shows it. `tint` is one of eight colours; neighbours in the list differ."""

    account: str
    name: str
    about: str
    initials: str
    tint: int
    chips: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """One open chat."""

    person: Person
    messages: Markup
    menu: Sequence[MenuCommand]
    side: str
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the address and the cookies of a request say about the page."""

    language: Language
    theme: str
    guide: bool = True
    accounts: tuple[str, ...] = ()
    beside: bool = False

    def url(self, **changes: str) -> str:
        """The address of this view with a parameter changed, such as `lang` or `theme`."""
        return _url(self.accounts, self.beside, changes)

    def beside_of(self, account: str) -> str:
        """The address with somebody open as well: in the free place, or instead of whoever is on the right."""
        return self.url() if account in self.accounts else self.opened(account, min(len(self.accounts), 1))

    def opened(self, account: str, position: int) -> str:
        """The address with somebody in a pane; a person who is already open changes sides."""
        accounts = [*self.accounts]
        if account in accounts and position < len(accounts):
            accounts[accounts.index(account)] = accounts[position]
        accounts[position : position + 1] = [account]
        return _url(tuple(dict.fromkeys(accounts)), False, {})

    def closed(self, account: str) -> str:
        """The address without somebody."""
        return _url(tuple(other for other in self.accounts if other != account), False, {})


def _url(accounts: Sequence[str], beside: bool, more: Mapping[str, str]) -> str:
    query = dict(zip(("left", "right"), accounts, strict=False)) | ({"beside": "1"} if beside else {}) | dict(more)
    return f"/?{urlencode(query)}" if query else "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page shows of the demo: nothing where there is none."""

    personas: Sequence[Persona] = ()
    tools: Sequence[Tool] = ()
    steps: Sequence[Step] = ()


class Pages:
    """Renders with an environment of its own, so that the web server's other pages are not concerned."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._words: dict[str, Mapping[str, str]] = {}
        self._environment.globals["static"] = lambda name: f"/static/{name}?v={self.static[name].version}"

    @cached_property
    def static(self) -> Mapping[str, StaticFile]:
        """The files of the page by name."""
        return {path.name: _static(path) for path in (_HERE / "static").iterdir() if path.suffix in _STATIC}

    def start(self, view: View, stage: Shown) -> str:
        """The page on which somebody is chosen."""
        return self._render("start.html", view, stage)

    def chat(self, view: View, stage: Shown, panes: Sequence[Pane], since: str) -> str:
        """The page with one or two open chats. `since` says how much of them it shows."""
        return self._render("chat.html", view, stage, panes=panes, since=since)

    def notice(self, view: View, sentence: str, back: str) -> str:
        """A page that says one thing, for a browser without scripts."""
        return self._render("notice.html", view, Shown(), sentence=sentence, back=back)

    def guide(self, view: View, stage: Shown) -> str:
        """The newcomer's minute, to be put in place of how it was."""
        return self._render("guide.html", view, stage)

    def message(self, message: Message, language: Language, now: datetime) -> Markup:
        """One message, as the page shows it from the start and as it comes later."""
        assert message.part is not None
        html = self._environment.get_template("message.html").render(
            message=message,
            texts=self._texts(language),
            body=blocks_html(message.part.blocks),
            files=attachments_html(message.part, language),
            keys=keys_html(message.part.rows),
            quoted=None if message.reply_to is None else snippet(message.quoted, language),
            time=language.say(Clock(message.at)),
            day=self._day(message, language, now),
        )
        return Markup(html)  # noqa: S704 - a template that escapes wrote it

    def messages(self, messages: Sequence[Message], language: Language, now: datetime) -> Markup:
        """The messages of a chat."""
        written, day = Markup(""), ""
        for message in messages:
            shown = self._day(message, language, now)
            if shown != day:
                written += Markup('<li class="day"><span>{}</span></li>').format(shown)
                day = shown
            written += self.message(message, language, now)
        return written

    def _day(self, message: Message, language: Language, now: datetime) -> str:
        day = language.say(Day(message.at))
        return language.say(TODAY) if day == language.say(Day(now)) else day

    def menu(self, account: str, commands: Sequence[MenuCommand], language: Language) -> str:
        """The commands of a chat as a list of buttons."""
        return self._environment.get_template("menu.html").render(
            account=account, menu=commands, texts=self._texts(language)
        )

    def _texts(self, language: Language) -> Mapping[str, str]:
        if language.code not in self._words:
            self._words[language.code] = texts_in(language)
        return self._words[language.code]

    def _render(self, template: str, view: View, stage: Shown, **values: object) -> str:
        texts, say = self._texts(view.language), view.language.say
        return self._environment.get_template(template).render(
            view=view,
            texts=texts,
            words=json.dumps(texts),
            codes=CODES,
            people=people(stage.personas, view.language),
            tools=[(tool, say(tool.label)) for tool in stage.tools],
            steps=[(step, say(step.text)) for step in stage.steps] if view.guide else [],
            **values,
        )


def people(personas: Sequence[Persona], language: Language) -> list[Person]:
    """The personas in the reader's language."""
    return [_person(persona, place % _TINTS, language) for place, persona in enumerate(personas)]


def _person(persona: Persona, tint: int, language: Language) -> Person:
    return Person(
        account=persona.account,
        name=persona.name,
        about=text_in(persona.about, language),
        initials="".join(word[0] for word in persona.name.split()[:2]).upper(),
        tint=tint,
        chips=[(chip.text, language.say(chip.label)) for chip in persona.chips],
    )


def pane(person: Person, side: int, messages: Markup, menu: Sequence[MenuCommand], *, more: bool = False) -> Pane:
    """An open chat on the left (0) or on the right (1); `more` when it has older messages than these."""
    return Pane(person=person, messages=messages, menu=menu, side=("left", "right")[side], more=more)


def _static(path: Path) -> StaticFile:
    content = path.read_bytes()
    return StaticFile(content, _STATIC[path.suffix], hashlib.sha256(content).hexdigest()[:12])
