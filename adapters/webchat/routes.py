"""What the browser may ask for: pages, the event stream, files, and the forms that become events."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import quote, urlsplit

import structlog
from aiohttp import web
from markupsafe import Markup

from adapters.webchat.desk import Desk, NotKept
from adapters.webchat.forms import Form, read_form, read_upload
from adapters.webchat.guard import FILE_HEADERS, HEADERS, is_local, is_same_origin, preferred
from adapters.webchat.pages import CODES, THEMES, Pages, Pane, Shown, View, pane, people
from adapters.webchat.read import Malformed, Sender, attached, media_of, pressed, said, shared
from adapters.webchat.stream import Stream
from adapters.webchat.texts import ELSEWHERE, NO_MESSAGE, NO_PERSON, NOTHING_HERE
from core.chat.adapter import Persona, Tool
from core.chat.blocks import Paragraph
from core.chat.files import Media
from core.chat.pages import Part
from core.chat.phrases import Language, Phrase

_log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
OFF = "off"
_CHOICES = (("lang", CODES), ("theme", THEMES), ("guide", (OFF,)))
_YEAR = 365 * 86_400
_SHOWN = 60
"""Messages that a page shows at first, and that each look further back adds."""
_PATIENCE = 0.8
"""Seconds that a browser without scripts waits for the answer before its page is shown again."""


class Problem(Exception):
    """A request that is refused, with a sentence for the person."""

    def __init__(self, status: int, reason: Phrase) -> None:
        super().__init__(reason.text)
        self.status, self.reason = status, reason


class Routes:
    """The handlers, each guarded; they share nothing but the desk."""

    def __init__(self, chat: Desk) -> None:
        self._chat, self._around = chat, chat.around
        self._pages = Pages()
        self._stream = Stream(history=chat.history, feed=chat.feed, pages=self._pages, clock=chat.around.clock)

    def table(self) -> list[web.RouteDef]:
        """The routes, to be mounted at the root."""
        guarded = self._guarded
        return [
            web.get("/", guarded(self._page)),
            web.get("/chat/{account}", guarded(self._page)),
            web.get("/guide", guarded(self._guide)),
            web.get("/events/{account}", guarded(self._events)),
            web.get("/history/{account}", guarded(self._history)),
            web.post("/say", guarded(self._say)),
            web.post("/press", guarded(self._press)),
            web.post("/share", guarded(self._share)),
            web.post("/upload", guarded(self._upload)),
            web.post("/tools/{code}", guarded(self._tool)),
            web.get("/files/{content}", guarded(self._file)),
            web.get("/static/{name}", guarded(self._static)),
        ]

    def _guarded(self, handler: Handler) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                if not is_local(request.headers.get("Host", "")):
                    raise Problem(421, ELSEWHERE)
                if request.method not in ("GET", "HEAD") and not is_same_origin(request.headers):
                    raise Problem(403, ELSEWHERE)
                response = await handler(request)
            except Malformed as error:
                response = self._refusal(request, 400, error.reason)
            except NotKept as error:
                response = self._refusal(request, 503, error.reason)
            except Problem as error:
                response = self._refusal(request, error.status, error.reason)
            if not response.prepared:
                for name, value in HEADERS.items():
                    response.headers.setdefault(name, value)
            return response

        return answer

    async def _page(self, request: web.Request) -> web.StreamResponse:
        stage = await self._shown()
        view = self._view(request, {persona.account for persona in stage.personas})
        if any(name in request.query for name, _ in _CHOICES):
            return _chosen(request, view)
        if not view.accounts:
            return _html(self._pages.start(view, stage))
        panes: list[Pane] = []
        seen: list[int] = []
        for side, account in enumerate(view.accounts):
            seen.append(await asyncio.to_thread(self._chat.history.revision))
            written, more = await self._written(request, account)
            menu = await asyncio.to_thread(self._chat.history.menu, account, view.language.code)
            shown = next(one for one in people(stage.personas, view.language) if one.account == account)
            panes.append(pane(shown, side, written, menu, more=more))
        since = f"{self._chat.history.epoch}.{min(seen)}"
        return _html(self._pages.chat(view, stage, panes, since))

    async def _guide(self, request: web.Request) -> web.StreamResponse:
        stage = await self._shown()
        return _html(self._pages.guide(self._view(request, {persona.account for persona in stage.personas}), stage))

    async def _events(self, request: web.Request) -> web.StreamResponse:
        accounts = [await self._account(account) for account in (_account(request), *request.query.getall("also", []))]
        since = request.headers.get("Last-Event-ID") or request.query.get("since", "")
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        with self._chat.feed.subscribe(account.account for account in accounts) as subscription:
            await response.prepare(request)
            try:
                async for event in self._stream.events(subscription, self._language(request), since):
                    await response.write(event)
            except ConnectionResetError:
                _log.debug("web_page_closed")
        return response

    async def _history(self, request: web.Request) -> web.StreamResponse:
        """What stands above a message; `more` tells whether there is something above that again."""
        account, before = (await self._account(_account(request))).account, request.query.get("before", "")
        if not re.fullmatch(r"[0-9]{1,15}", before):
            raise Problem(400, NO_MESSAGE)
        older, more = await self._written(request, account, int(before))
        return web.json_response({"html": older, "more": more})

    async def _written(self, request: web.Request, account: str, before: int | None = None) -> tuple[Markup, bool]:
        """The last messages of a chat, or those before one, and whether there are older ones."""
        messages, _ = await asyncio.to_thread(self._chat.history.latest, account, _SHOWN + 1, before)
        html = self._pages.messages(messages[-_SHOWN:], self._language(request), self._around.clock.now())
        return html, len(messages) > _SHOWN

    async def _say(self, request: web.Request) -> web.StreamResponse:
        form = await read_form(request)
        sender = await self._sender(request, form)
        number = await asyncio.to_thread(self._chat.history.reserve)
        await self._check_reply(form, sender.account)
        event = said(form, sender, str(number))
        await self._chat.receive((event,), (number, Part(blocks=event.rich or (Paragraph((event.text,)),))))
        return await self._done(request, sender.account)

    async def _press(self, request: web.Request) -> web.StreamResponse:
        form = await read_form(request)
        sender = await self._sender(request, form)
        event = pressed(form, sender)
        if not await asyncio.to_thread(self._chat.history.holds, sender.account, int(event.message)):
            raise Problem(404, NO_MESSAGE)
        await self._chat.receive((event,))
        return await self._done(request, sender.account)

    async def _share(self, request: web.Request) -> web.StreamResponse:
        form = await read_form(request)
        sender = await self._sender(request, form)
        number = await asyncio.to_thread(self._chat.history.reserve)
        event = shared(form, sender)
        await self._chat.receive((event,), (number, Part(blocks=(Paragraph((event.phone,)),))))
        return await self._done(request, sender.account)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        form, files = await read_upload(request, self._around.files, lambda form: self._sender(request, form))
        sender = await self._sender(request, form)
        number = await asyncio.to_thread(self._chat.history.reserve)
        await self._check_reply(form, sender.account)
        events = attached(form, sender, files, str(number))
        caption = events[0].caption
        said = events[0].rich or ((Paragraph((caption,)),) if caption else ())
        part = Part(blocks=said, attachments=tuple(files))
        await self._chat.receive(events, (number, part))
        return await self._done(request, sender.account)

    async def _tool(self, request: web.Request) -> web.StreamResponse:
        tool = next((tool for tool in self._tools() if tool.code == request.match_info["code"]), None)
        if tool is None:
            raise Problem(404, NOTHING_HERE)
        sentence = self._language(request).say(await tool.run())
        if _wants_json(request):
            return web.json_response({"toast": sentence})
        return _html(self._pages.notice(self._view(request), sentence, _back(request, "/")))

    async def _file(self, request: web.Request) -> web.StreamResponse:
        content, name = request.match_info["content"], request.query.get("name", "")
        mime = await asyncio.to_thread(self._chat.history.mime, content, name)
        path = self._around.files.path(content) if mime and re.fullmatch(r"[0-9a-f]{64}", content) else None
        if mime is None or path is None or not path.is_file():
            raise Problem(404, NOTHING_HERE)
        how = "attachment" if media_of(mime) is Media.DOCUMENT else "inline"
        disposition = f"{how}; filename*=UTF-8''{quote(name, safe='')}"
        return web.FileResponse(
            path, headers={**FILE_HEADERS, "Content-Type": mime, "Content-Disposition": disposition}
        )

    async def _static(self, request: web.Request) -> web.StreamResponse:
        file = self._pages.static.get(request.match_info["name"])
        if file is None:
            raise Problem(404, NOTHING_HERE)
        age = f"max-age={_YEAR}, immutable" if request.query.get("v") == file.version else "no-cache"
        return web.Response(body=file.content, content_type=file.mime, charset="utf-8", headers={"Cache-Control": age})

    async def _done(self, request: web.Request, account: str) -> web.StreamResponse:
        if _wants_json(request):
            return web.json_response({})
        with self._chat.feed.subscribe((account,)) as subscription:
            await subscription.wait(_PATIENCE)
        back = _back(request, f"/chat/{quote(account, safe='')}")
        return web.Response(status=303, headers={"Location": back})

    def _refusal(self, request: web.Request, status: int, reason: Phrase) -> web.Response:
        sentence = self._language(request).say(reason)
        if _wants_json(request):
            return web.json_response({"error": sentence}, status=status)
        return _html(self._pages.notice(self._view(request), sentence, _back(request, "/")), status)

    async def _check_reply(self, form: Form, account: str) -> None:
        """A message is a reply only to one of the same chat."""
        to = form.get("reply_to", "")
        if (
            not to.isdecimal()
            or len(to) > 15
            or not await asyncio.to_thread(self._chat.history.holds, account, int(to))
        ):
            form.pop("reply_to", None)

    async def _sender(self, request: web.Request, form: Form) -> Sender:
        persona = await self._account(form.get("account", ""))
        code = self._language(request).code
        return Sender(account=persona.account, name=persona.name, language=code, at=self._around.clock.now())

    async def _account(self, account: str) -> Persona:
        for persona in await self._personas():
            if persona.account == account:
                return persona
        raise Problem(404, NO_PERSON)

    async def _personas(self) -> Sequence[Persona]:
        return () if self._around.stage is None else await self._around.stage.personas()

    async def _shown(self) -> Shown:
        if self._around.stage is None:
            return Shown()
        return Shown(personas=await self._personas(), tools=self._tools(), steps=await self._around.stage.guide())

    def _tools(self) -> Sequence[Tool]:
        return () if self._around.stage is None else self._around.stage.tools

    def _language(self, request: web.Request) -> Language:
        """As chosen on the page, else as the browser asks for, else the company's."""
        chosen = (request.cookies.get("kollega-lang", ""), *preferred(request.headers.get("Accept-Language", "")))
        return self._around.languages(next((code for code in chosen if code in CODES), None))

    def _view(self, request: web.Request, known: set[str] | None = None) -> View:
        asked = (request.match_info.get("account"), request.query.get("left"), request.query.get("right"))
        accounts = [account for account in dict.fromkeys(asked) if account and (known is None or account in known)]
        theme = request.cookies.get("kollega-theme", "")
        return View(
            language=self._language(request),
            theme=theme if theme in THEMES else "",
            guide=request.cookies.get("kollega-guide") != OFF,
            accounts=tuple(accounts[:2]),
            beside="beside" in request.query and len(accounts) == 1,
        )


def _account(request: web.Request) -> str:
    return request.match_info["account"]


def _chosen(request: web.Request, view: View) -> web.Response:
    """Keeps what was chosen in a cookie and shows the same page without it in the address."""
    response = web.Response(status=303, headers={"Location": view.url()})
    for name, allowed in _CHOICES:
        if (value := request.query.get(name)) in allowed and value is not None:
            response.set_cookie(f"kollega-{name}", value, max_age=_YEAR, samesite="Lax", path="/")
    return response


def _back(request: web.Request, otherwise: str) -> str:
    """The page of ours from which a form came."""
    came = urlsplit(request.headers.get("Referer", ""))
    ours = came.netloc == request.headers.get("Host") and (came.path == "/" or came.path.startswith("/chat/"))
    return f"{came.path}?{came.query}" if ours else otherwise


def _wants_json(request: web.Request) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, content_type="text/html", status=status)
