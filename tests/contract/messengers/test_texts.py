"""Texts both ways: what stands there is what was written, however strange, and it looks as it should."""

from __future__ import annotations

import re

import pytest

from core.chat.blocks import (
    Bold,
    Bullets,
    Code,
    Emoji,
    Facts,
    Heading,
    Italic,
    Link,
    Paragraph,
    Phone,
    Preformatted,
    Quote,
    Spoiler,
    Strike,
    Table,
    Underline,
)
from core.chat.capabilities import Level
from core.chat.layout import plain
from tests.contract.messengers.clients import CLIENTS, Can, needs
from tests.contract.messengers.station import Correspondent, Station

NASTY = (
    "👩‍👩‍👧‍👦🏳️‍🌈👍🏽",
    "<b>bold</b> <script>alert(1)</script> & &amp;",
    "*bold* _it_ [x](tg://user?id=1) `code` ||spoiler|| # 1. - > \\",
    "العربية 中文 ไทย ё/Ё",
    "%s {name} {0} ${x} %(y)s",
    "'; DROP TABLE people; --",
    "1. One\n2. Two\n\n    indented",
)


async def test_what_is_said_arrives(station: Station, anna: Correspondent) -> None:
    said = await anna.says("Good morning")
    assert (said.text, said.account, said.chat, said.private) == ("Good morning", anna.account, anna.chat, True)
    assert said.messenger == station.messenger.name
    assert said.message
    assert said.reply_to is None
    assert not station.capabilities.group(said.chat)


async def test_strange_texts_arrive_as_they_were_written(station: Station, anna: Correspondent) -> None:
    marks = Can.TYPE_MARKS in CLIENTS[station.messenger.name]
    for text in NASTY:
        meant = text.replace("*bold* _it_", "bold it").replace("`code`", "code") if marks else text
        assert (await anna.says(text)).text == meant


async def test_strange_texts_are_shown_as_they_were_written(station: Station, anna: Correspondent) -> None:
    receipts = [await station.sends(anna.chat, station.page(Heading(text), text, Quote((text,)))) for text in NASTY]
    for text, receipt in zip(NASTY, receipts, strict=True):
        shown = await anna.sees_one(receipt)
        for line in filter(None, map(str.strip, text.split("\n"))):
            assert shown.text.count(line) == 3, shown.text


async def test_texts_have_their_looks(station: Station, anna: Correspondent) -> None:
    page = station.page(
        Heading("Head"),
        Paragraph(("plain ", Bold("bold"), " ", Italic("slanted"), " ", Code("code"))),
        Bullets((("first",), ("second",)), numbered=True),
        Facts((("Room", ("12",)),)),
    )
    shown = await anna.sees_one(await station.sends(anna.chat, page))
    assert "plain bold slanted code" in shown.text
    assert shown.text.index("first") < shown.text.index("second")
    assert "Room: 12" in shown.text
    if shown.html:
        assert any(f"<{tag}>bold</{tag}>" in shown.html for tag in ("b", "strong"))
        assert any(f"<{tag}>slanted</{tag}>" in shown.html for tag in ("i", "em"))
        assert "<code>code</code>" in shown.html
    else:
        assert station.messenger.name == "plain"


async def test_styles_stand_within_styles(station: Station, anna: Correspondent) -> None:
    address = "https://example.org/a"
    page = station.page(
        Paragraph(
            (Bold(("bold ", Italic(("both ", Underline("all"))))), " ", Link((Bold("strong"), " link"), address))
        ),
        Paragraph((Spoiler(("the ", Strike("butler"))), " ", Emoji("👍", "5368324170671202286"))),
        Quote(("said ", Code("so")), folded=True),
        Preformatted("if x:\n    go()", "python"),
    )
    shown = await anna.sees_one(await station.sends(anna.chat, page))
    for words in ("bold both all", "strong link", "the butler", "👍", "said so", "if x:", "go()"):
        assert words in shown.text
    if station.messenger.name == "plain":
        assert address in shown.text
        return
    html = re.sub(r"<(/?)strong>", r"<\1b>", re.sub(r"<(/?)em>", r"<\1i>", shown.html))
    assert "<b>bold <i>both <u>all</u></i></b>" in html
    assert re.search(rf'<a [^>]*href="{address}"[^>]*><b>strong</b> link</a>', html)
    assert re.search(r"<(?:tg-)?sp[^>]*oiler[^>]*>the <(s|del)>butler</\1></(?:tg-spoiler|span)>", html)


@pytest.mark.parametrize(
    "address", ["mailto:hr@example.org", "tel:+79990000101", "smb://files/plan", "http://intranet/plan"]
)
async def test_an_address_is_never_lost(station: Station, anna: Correspondent, address: str) -> None:
    page = station.page(Paragraph((Bold((Link((Italic("The plan"),), address), "!")),)))
    shown = await anna.sees_one(await station.sends(anna.chat, page))
    behind = f"The plan ({address.removeprefix('mailto:').removeprefix('tel:')})!"
    assert f'href="{address}"' in shown.html or behind in shown.text
    assert "The plan" in shown.text


async def test_links_lead_somewhere_and_numbers_can_be_dialled(station: Station, anna: Correspondent) -> None:
    address = "https://example.org/path?a=1&b=%C3%A9"
    page = station.page(Paragraph((Link("The plan", address), " ", Phone("+79990000101", "+7 999 000-01-01"))))
    shown = await anna.sees_one(await station.sends(anna.chat, page))
    assert "The plan" in shown.text
    assert "+7 999 000-01-01" in shown.text or "+79990000101" in shown.text
    assert address in (shown.html.replace("&amp;", "&") or shown.text)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
async def test_a_link_that_is_no_web_address_leads_nowhere(station: Station, anna: Correspondent, address: str) -> None:
    shown = await anna.sees_one(await station.sends(anna.chat, station.page(Paragraph((Link("The plan", address),)))))
    assert "The plan" in shown.text
    assert f'href="{address}' not in shown.html


@needs(Can.FORMAT)
async def test_what_people_make_bold_is_bold(anna: Correspondent) -> None:
    said = await anna.stresses("Do ", "<not>", " go & stay")
    assert said.text == "Do <not> go & stay"
    assert said.rich == (Paragraph(("Do ", Bold("<not>"), " go & stay")),)


@needs(Can.FORMAT)
async def test_what_people_make_bold_within_a_link_is_both(anna: Correspondent) -> None:
    said = await anna.stresses("See ", "the plan", " now", url="https://example.org/a?b=c&d")
    assert said.rich == (Paragraph(("See ", Link((Bold("the plan"),), "https://example.org/a?b=c&d"), " now")),)
    assert said.text == "See the plan now"


async def test_a_table_is_a_table_or_a_list_of_its_rows(station: Station, anna: Correspondent) -> None:
    table = Table(("Name", "Days"), (("Petrova & Co", "28"), ("Sidorov", "14")))
    shown = await anna.sees_one(await station.sends(anna.chat, station.page(table)))
    for cell in ("Petrova & Co", "28", "Sidorov", "14"):
        assert cell in shown.text
    if station.capabilities.tables is Level.FULL:
        assert "<table>" in shown.html
        assert "Petrova &amp; Co" in shown.html
    else:
        assert shown.text == plain((table,))


async def test_a_long_text_comes_whole_and_in_order(station: Station, anna: Correspondent) -> None:
    lines = [f"Line {number} of many words, числа и <знаки> 👍." for number in range(150)]
    page = station.page(*lines)
    receipt = await station.sends(anna.chat, page)
    shown = await anna.sees(receipt)
    texts = [one.text for one in shown]
    if len(page.parts) == len(shown) and not any(part.attachments for part in page.parts):
        whole = "\n".join(texts)
    else:  # it would have filled the chat
        (content,) = await anna.opens(receipt)
        whole = content.decode()
        assert "The whole text is in the file." in texts[-1]
    places = [whole.index(line) for line in lines]
    assert places == sorted(places)
    limit, measure = station.capabilities.text_limit, station.capabilities.measure
    assert all(measure(text) <= limit for text in texts)


async def test_a_text_without_a_space_comes_whole(station: Station, anna: Correspondent) -> None:
    word = "👍<&" * (station.capabilities.text_limit // 4)
    receipt = await station.sends(anna.chat, station.page(word))
    texts = [shown.text for shown in await anna.sees(receipt)]
    if "The whole text is in the file." in texts[-1]:
        (content,) = await anna.opens(receipt)
        assert content.decode() == word
    else:
        assert "".join(texts) == word


@needs(Can.REPLY)
async def test_an_answer_names_what_it_answers(station: Station, anna: Correspondent) -> None:
    first, _ = [await station.sends(anna.chat, station.page(text)) for text in ("One?", "Two?")]
    said = await anna.answers("yes", first.ids[-1])
    assert (said.text, said.reply_to) == ("yes", first.ids[-1])


async def test_each_message_of_several_has_its_own_event(anna: Correspondent) -> None:
    events = [await anna.says(text) for text in ("one", "two", "two")]
    assert len({event.id for event in events}) == 3
    assert [event.text for event in events] == ["one", "two", "two"]
