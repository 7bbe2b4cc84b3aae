"""The web server answers its own page and nobody else."""

from __future__ import annotations

from io import BytesIO

import pytest
from aiohttp import FormData

from core.chat.blocks import Paragraph
from core.chat.events import Attached, Pressed, Said, SharedContact
from core.chat.files import Loss, Media
from core.chat.messenger import MenuCommand, Sent
from core.chat.pages import Key, Page, Part, Press
from tests.support.webchat import ANNA, BORIS, CLARA, World, event_of, page, png

ID = "0b0f9c0e-6a55-4d5e-9d0a-5a3f6c1d2e3f"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_what_is_said_is_stored_before_the_answer_and_then_shown(world: World) -> None:
    answer = await world.posts("/say", account=ANNA, text="Привет <b>", id=ID)
    assert answer.status == 200
    (event,) = world.inbox.events
    assert isinstance(event, Said)
    assert (event.id, event.account, event.name, event.language) == (ID, ANNA, "Анна Орлова", "ru")
    (message,) = world.chat.history.latest(ANNA)[0]
    assert event.message == str(message.id)
    shown = await (await world.client.get(f"{world.address}/chat/{ANNA}")).text()
    assert "<p>Привет &lt;b&gt;</p>" in shown


async def test_the_same_request_again_changes_nothing(world: World) -> None:
    for _ in range(2):
        assert (await world.posts("/say", account=ANNA, text="Hello", id=ID)).status == 200
    assert len(world.inbox.events) == 1
    assert len(world.chat.history.latest(ANNA)[0]) == 1


async def test_an_answer_that_comes_at_once_stands_below_what_was_said(world: World) -> None:
    async def answer(_: object) -> None:
        await world.chat.send(ANNA, page("Answer"), "k")

    world.inbox.answer = answer
    await world.posts("/say", account=ANNA, text="Question")
    assert [message.own for message in world.chat.history.latest(ANNA)[0]] == [True, False]


async def test_a_message_is_a_reply_only_to_one_of_its_own_chat(world: World) -> None:
    mine = await world.chat.send(ANNA, page("Which?"), "k1")
    other = await world.chat.send(BORIS, page("Not for Anna"), "k2")
    assert isinstance(mine, Sent)
    assert isinstance(other, Sent)
    for to in (mine.receipt.ids[0], other.receipt.ids[0], "x", "9" * 16):
        assert (await world.posts("/say", account=ANNA, text="That one", reply_to=to)).status == 200
    assert [event.reply_to for event in world.inbox.events if isinstance(event, Said)] == [
        mine.receipt.ids[0],
        None,
        None,
        None,
    ]


async def test_what_stands_above_is_read_page_by_page_and_only_of_ones_own_chat(world: World) -> None:
    for number in range(130):
        await world.chat.send(ANNA, page(f"number {number};"), f"k{number}")
    first = world.chat.history.latest(ANNA, 60)[0][0].id
    answer = await (await world.client.get(f"{world.address}/history/{ANNA}?before={first}")).json()
    assert answer["more"]
    assert [number for number in range(130) if f"number {number};" in answer["html"]] == list(range(10, 70))
    answer = await (await world.client.get(f"{world.address}/history/{ANNA}?before={first - 60}")).json()
    assert not answer["more"]
    assert "number 9;" in answer["html"]
    answer = await (await world.client.get(f"{world.address}/history/{BORIS}?before={first}")).json()
    assert answer == {"html": "", "more": False}
    assert (await world.client.get(f"{world.address}/history/{ANNA}?before=x")).status == 400
    assert (await world.client.get(f"{world.address}/history/nobody?before=1")).status == 404


async def test_when_it_cannot_be_stored_it_is_not_shown_and_the_person_is_told(world: World) -> None:
    world.inbox.broken = True
    answer = await world.posts("/say", account=ANNA, text="Hello")
    assert answer.status == 503
    assert await answer.json() == {"error": "Сохранить не\N{NO-BREAK SPACE}удалось. Попробуйте ещё раз."}
    assert world.chat.history.latest(ANNA)[0] == []


async def test_a_hundred_thousand_emoji_arrive(world: World) -> None:
    assert (await world.posts("/say", account=ANNA, text="🙋" * 100_000)).status == 200
    (event,) = world.inbox.events
    assert isinstance(event, Said)
    assert len(event.text) == 100_000
    assert (await world.posts("/say", account=ANNA, text="x" * 100_001)).status == 400
    assert (await world.posts("/say", account=ANNA, text="x" * 3_000_000)).status == 400
    assert len(world.inbox.events) == 1


async def test_another_page_cannot_speak_for_a_person(world: World) -> None:
    data, address = f"account={ANNA}&text=Hello", f"{world.address}/say"
    for headers in (
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": world.address.replace("http:", "https:")},
        {"Origin": world.address, "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ):
        answer = await world.client.post(address, data=data, headers=FORM | headers)
        assert answer.status == 403, headers
    assert world.inbox.events == []
    answer = await world.client.post(address, data=data, headers=FORM | {"Sec-Fetch-Site": "same-origin"})
    assert answer.status == 200
    assert len(world.inbox.events) == 1


async def test_a_rebound_name_is_refused(world: World) -> None:
    for host in ("evil.example", "evil.example:8080", "127.0.0.1.evil.example", "192.168.0.1", ""):
        for path in ("/", f"/chat/{ANNA}", f"/events/{ANNA}", "/static/chat.js"):
            answer = await world.client.get(world.address + path, headers={"Host": host})
            assert answer.status in (400, 421), (host, path)
    for host in ("localhost:9", "127.0.0.1", "[::1]:8080"):
        assert (await world.client.get(world.address, headers={"Host": host})).status == 200


async def test_only_people_of_the_stage_have_a_voice(world: World) -> None:
    for account in ("stranger", "", "anna\0"):
        assert (await world.posts("/say", account=account, text="Hello")).status == 404
    assert (await world.client.get(f"{world.address}/events/stranger")).status == 404
    assert (await world.client.get(f"{world.address}/events/{ANNA}", params={"also": "stranger"})).status == 404
    start = await (await world.client.get(f"{world.address}/?left=stranger")).text()
    assert "Кем вы хотите быть?" in start


async def test_a_button_of_a_message_in_the_chat_can_be_pressed(world: World) -> None:
    part = Part(blocks=(Paragraph(("Call",)),), rows=((Key("Take", Press("ta:1")),),))
    sent = await world.chat.send(ANNA, Page(parts=(part,)), "k")
    assert isinstance(sent, Sent)
    (message,) = sent.receipt.ids
    assert (await world.posts("/press", account=BORIS, message=message, data="ta:1")).status == 404
    assert (await world.posts("/press", account=ANNA, message="99", data="ta:1")).status == 404
    assert (await world.posts("/press", account=ANNA, message=message, data="")).status == 400
    assert (await world.posts("/press", account=ANNA, message=message, data="ta:1", id=ID)).status == 200
    (event,) = world.inbox.events
    assert isinstance(event, Pressed)
    assert (event.data, event.message, event.press) == ("ta:1", message, ID)


async def test_a_phone_number_is_shared(world: World) -> None:
    assert (await world.posts("/share", account=ANNA, phone="+7 900 555-01-77")).status == 200
    (event,) = world.inbox.events
    assert isinstance(event, SharedContact)
    assert event.own


def upload(*files: tuple[str, str, bytes], account: str = ANNA, text: str = "Look") -> FormData:
    form = FormData(quote_fields=False)  # as browsers write names
    form.add_field("account", account)
    form.add_field("text", text)
    for name, mime, content in files:
        form.add_field("files", BytesIO(content), filename=name, content_type=mime)
    return form


async def test_files_are_kept_shown_and_served(world: World) -> None:
    headers = {"Origin": world.address, "Accept": "application/json"}
    form = upload(("котёнок.png", "image/png", png(1, 1)), ("page.html", "text/html", b"<script>"))
    assert (await world.client.post(f"{world.address}/upload", data=form, headers=headers)).status == 200
    picture, document = world.inbox.events
    assert isinstance(picture, Attached)
    assert isinstance(document, Attached)
    assert (picture.caption, picture.attachment.media, picture.attachment.size) == ("Look", Media.PHOTO, len(png(1, 1)))
    assert picture.album == document.album is not None
    assert len(world.chat.history.latest(ANNA)[0]) == 1

    async def get(content: str, name: str) -> tuple[int, str, str]:
        answer = await world.client.get(f"{world.address}/files/{content}", params={"name": name})
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        return answer.status, answer.headers.get("Content-Disposition", ""), answer.headers["Content-Security-Policy"]

    status, how, _ = await get(picture.attachment.content, "котёнок.png")
    assert (status, how.split(";")[0]) == (200, "inline")
    status, how, policy = await get(document.attachment.content, "page.html")
    assert (status, how) == (200, "attachment; filename*=UTF-8''page.html")
    assert "sandbox" in policy
    assert (await get(document.attachment.content, "other.exe"))[0] == 404
    assert (await get("0" * 64, "x"))[0] == 404


async def test_a_file_too_large_is_lost_but_told(world: World) -> None:
    headers = {"Origin": world.address, "Accept": "application/json"}
    form = upload(("big.iso", "application/octet-stream", bytes(20 * 2**20 + 1)), ("small.txt", "text/plain", b"x"))
    assert (await world.client.post(f"{world.address}/upload", data=form, headers=headers)).status == 200
    big, small = world.inbox.events
    assert isinstance(big, Attached)
    assert isinstance(small, Attached)
    assert (big.attachment.loss, big.attachment.content, big.attachment.size) == (Loss.TOO_LARGE, "", 20 * 2**20 + 1)
    assert small.attachment.loss is None
    world.files.full = True
    form = upload(("a.txt", "text/plain", b"x"))
    assert (await world.client.post(f"{world.address}/upload", data=form, headers=headers)).status == 200
    last = world.inbox.events[-1]
    assert isinstance(last, Attached)
    assert last.attachment.loss is Loss.DISK_FULL


async def test_an_upload_that_is_none_is_refused(world: World) -> None:
    headers = {"Origin": world.address, "Accept": "application/json"}
    address = f"{world.address}/upload"
    eleven = upload(*[("a.txt", "text/plain", b"x")] * 11)
    stranger = upload(("a.txt", "text/plain", b"x"), account="stranger")
    assert (await world.client.post(address, data=upload(), headers=headers)).status == 400
    assert (await world.client.post(address, data=eleven, headers=headers)).status == 400
    assert (await world.client.post(address, data=b"junk", headers=headers)).status == 400
    assert (await world.client.post(address, data=stranger, headers=headers)).status == 404
    broken = headers | {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await world.client.post(address, data=b"--y\r\n\r\n", headers=broken)).status == 400
    assert world.inbox.events == []


async def test_the_stream_resumes_where_it_was_left(world: World) -> None:
    address = f"{world.address}/events/{ANNA}"
    since = f"{world.chat.history.epoch}.0"
    async with world.client.get(address, params={"since": since, "also": BORIS}) as stream:
        sent = await world.chat.send(ANNA, page("One"), "k1")
        name, data, id = await event_of(stream)
        assert (name, data["chat"], data["own"]) == ("message", ANNA, False)
        await world.chat.send(BORIS, page("Two"), "k2")
        assert (await event_of(stream))[1]["chat"] == BORIS
    assert isinstance(sent, Sent)
    await world.chat.edit(ANNA, sent.receipt, page("One, again"), "k3")
    async with world.client.get(address, params={"since": since}, headers={"Last-Event-ID": id}) as stream:
        name, data, id = await event_of(stream)
        assert "One, again" in str(data["html"])
        await world.chat.delete(ANNA, sent.receipt)
        name, data, _ = await event_of(stream)
        assert (name, data["id"]) == ("gone", int(sent.receipt.ids[0]))


async def test_a_stream_of_another_history_asks_for_the_page_again(world: World) -> None:
    for since in ("", "other.3", f"{world.chat.history.epoch}.999", f"{world.chat.history.epoch}.x"):
        answer = await world.client.get(f"{world.address}/events/{ANNA}", params={"since": since})
        assert "event: reset" in await answer.text()


async def test_an_open_page_has_the_commands_of_now(world: World) -> None:
    since = {"since": f"{world.chat.history.epoch}.0"}
    async with world.client.get(f"{world.address}/events/{ANNA}", params=since) as stream:
        assert "<button" not in str((await event_of(stream, menu=True))[1]["html"])
        await world.chat.announce({"ru": [MenuCommand("news", "Новости")], "en": [MenuCommand("news", "News")]})
        assert "Новости" in str((await event_of(stream, menu=True))[1]["html"])
    async with world.client.get(f"{world.address}/events/{ANNA}", params=since) as stream:
        assert "Новости" in str((await event_of(stream, menu=True))[1]["html"])


async def test_a_tool_runs_and_says_what_it_did(world: World) -> None:
    answer = await world.posts("/tools/missed")
    assert await answer.json() == {"toast": "A client called and nobody answered."}
    assert (await world.posts("/tools/other")).status == 404
    assert (await world.posts("/tools/missed", origin="http://evil.example")).status == 403
    assert world.company.pressed == 1


async def test_the_page_offers_what_to_say_and_leads_to_where_it_is_seen(world: World) -> None:
    page = await (await world.client.get(f"{world.address}/?left={CLARA}")).text()
    assert "What was missed?" not in page, "that is for somebody else"
    assert f'data-open="/?left={CLARA}&amp;right={ANNA}"' in page, "what the button does is seen beside"
    assert "What was missed?" in await (await world.client.get(f"{world.address}/?left={ANNA}")).text()

    async def guide(who: str, **cookies: str) -> str:
        return await (await world.client.get(f"{world.address}/guide?left={who}", cookies=cookies)).text()

    assert "/tools/missed" in await guide(CLARA)
    await world.posts("/tools/missed")
    assert "/tools/missed" not in await guide(CLARA)
    assert f'href="/?left={CLARA}&amp;right={ANNA}"' in await guide(CLARA)
    assert f"right={ANNA}" not in await guide(ANNA), "her chat is open already"
    answer = await world.client.get(f"{world.address}/?left={ANNA}&guide=off", allow_redirects=False)
    cookies = {name: value.value for name, value in answer.cookies.items()}
    assert (await guide(ANNA, **cookies)).strip() == ""


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en-GB,en;q=0.9,ru;q=0.8", "en"),
        ("de, en;q=0.5, ru;q=0.7", "ru"),
        ("de", "ru"),
        ("en;q=0", "ru"),
        ("*", "ru"),
        ("en" * 1000 + ";q=", "ru"),
    ],
)
async def test_the_page_speaks_the_language_of_the_browser(world: World, header: str, language: str) -> None:
    page = await (await world.client.get(f"{world.address}/", headers={"Accept-Language": header})).text()
    assert f'<html lang="{language}"' in page


async def test_without_scripts_forms_lead_back_to_the_page_they_stand_on(world: World) -> None:
    headers = {"Origin": world.address, "Accept": "text/html"}

    async def goes_to(referer: str) -> str:
        answer = await world.client.post(
            f"{world.address}/say",
            data={"account": ANNA, "text": "Hello"},
            headers=headers | {"Referer": referer},
            allow_redirects=False,
        )
        assert answer.status == 303
        return answer.headers["Location"]

    assert await goes_to(f"{world.address}/?left={ANNA}&right={BORIS}") == f"/?left={ANNA}&right={BORIS}"
    assert await goes_to("http://evil.example/") == f"/chat/{ANNA}"
    assert await goes_to(f"{world.address}//evil.example") == f"/chat/{ANNA}"
    answer = await world.client.post(f"{world.address}/say", data={"account": ANNA, "text": ""}, headers=headers)
    assert answer.status == 400
    assert "Сначала напишите что-нибудь." in await answer.text()
    answer = await world.client.post(f"{world.address}/tools/missed", headers=headers)
    assert "A client called and nobody answered." in await answer.text()


async def test_language_and_theme_are_kept_in_cookies(world: World) -> None:
    answer = await world.client.get(f"{world.address}/?left={ANNA}&lang=en&theme=dark", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, f"/?left={ANNA}")
    cookies = {name: value.value for name, value in answer.cookies.items()}
    assert cookies == {"kollega-lang": "en", "kollega-theme": "dark"}
    shown = await (await world.client.get(f"{world.address}/?left={ANNA}", cookies=cookies)).text()
    assert '<html lang="en" data-theme="dark">' in shown
    answer = await world.client.get(f"{world.address}/?lang=xx&theme=%22", allow_redirects=False)
    assert not answer.cookies


async def test_every_answer_forbids_what_the_page_does_not_need(world: World) -> None:
    for path in ("/", f"/chat/{ANNA}", "/static/chat.js", "/static/none", "/files/x"):
        headers = (await world.client.get(world.address + path)).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
    shown = await (await world.client.get(f"{world.address}/chat/{ANNA}")).text()
    assert "<script>" not in shown
    assert " style=" not in shown
    assert " on" + "click=" not in shown
    assert "http://" not in shown.replace("http://www.w3.org", "")
