"""Markup is parsed as strictly as by Telegram, and lengths are those of the parsed text."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import MessageEntity

from tests.support.botapi import BotApiServer, TelegramUser


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("2 < 3 and more", 'Unsupported start tag "" at byte offset 2'),
        ("1 <2", "Unclosed start tag at byte offset 2"),
        ("Ёж<br>", 'Unsupported start tag "br" at byte offset 4'),
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<span class="red">x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ('<tg-emoji emoji-id="x">👍</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
async def test_broken_html_is_refused(bot: Bot, anna: TelegramUser, text: str, complaint: str) -> None:
    with pytest.raises(TelegramBadRequest) as refused:
        await bot.send_message(anna.id, text, parse_mode="HTML")
    assert refused.value.message == f"Bad Request: can't parse entities: {complaint}"


@pytest.mark.parametrize(
    ("text", "plain", "kinds"),
    [
        ("<b>Б</b> &lt;&amp;&quot;&gt;&#39; &nbsp;", "Б <&\">' &nbsp;", ["bold"]),
        ("<strong><em>x</em></strong>", "x", ["bold", "italic"]),
        ("<u>a</u><s>b</s><del>c</del><code>d</code>", "abcd", ["underline", *["strikethrough"] * 2, "code"]),
        ('<pre><code class="language-python">x = 1</code></pre>', "x = 1", ["pre"]),
        ("<tg-spoiler>x</tg-spoiler>", "x", ["spoiler"]),
        ('<span class="tg-spoiler">x</span>', "x", ["spoiler"]),
        ("<blockquote expandable>x</blockquote>", "x", ["expandable_blockquote"]),
        ("<blockquote>x</blockquote>", "x", ["blockquote"]),
        ('<a href="https://example.com/?a=1&amp;b=2">x</a>', "x", ["text_link"]),
        ('<a href="http://localhost/">x</a>', "x", []),
        ('<a href="tg://user?id=7001">x</a>', "x", ["text_mention"]),
        ("  <b> </b> <i>x</i>\n ", "x", ["italic"]),
        ("call +7 916 000-00-01 or /menu", "call +7 916 000-00-01 or /menu", ["phone_number", "bot_command"]),
    ],
)
async def test_good_html_is_understood(bot: Bot, anna: TelegramUser, text: str, plain: str, kinds: list[str]) -> None:
    sent = await bot.send_message(anna.id, text, parse_mode="HTML")
    assert sent.text == plain
    assert [entity.type for entity in sent.entities or []] == kinds
    assert anna.messages[-1].plain == plain


async def test_offsets_count_utf16_units(bot: Bot, anna: TelegramUser) -> None:
    sent = await bot.send_message(anna.id, "👍👍 <b>да</b>", parse_mode="HTML")
    assert [(entity.offset, entity.length) for entity in sent.entities or []] == [(5, 2)]
    assert sent.html_text == "👍👍 <b>да</b>" == anna.messages[-1].html


@pytest.mark.parametrize("character", ".-!()#+={}|>")
async def test_unescaped_markdown_is_refused(bot: Bot, anna: TelegramUser, character: str) -> None:
    with pytest.raises(TelegramBadRequest) as refused:
        await bot.send_message(anna.id, f"a{character}", parse_mode="MarkdownV2")
    words = f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
    assert refused.value.message == f"Bad Request: can't parse entities: {words}"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Ё *x", "Can't find end of Bold entity at byte offset 3"),
        ("__x", "Can't find end of Underline entity at byte offset 0"),
        ("```py\nx", "Can't find end of PreCode entity at byte offset 0"),
        ("[x](https://example.com", "Can't find end of a URL at byte offset 4"),
        ("*a _b* c_", "Can't find end of Italic entity at byte offset 8"),
    ],
)
async def test_broken_markdown_is_refused(bot: Bot, anna: TelegramUser, text: str, complaint: str) -> None:
    with pytest.raises(TelegramBadRequest, match="can't parse entities") as refused:
        await bot.send_message(anna.id, text, parse_mode="MarkdownV2")
    assert complaint in refused.value.message


@pytest.mark.parametrize(
    ("text", "plain", "kinds"),
    [
        ("*a _b_*\\.", "a b.", ["bold", "italic"]),
        ("__u__ ~s~ ||p||", "u s p", ["underline", "strikethrough", "spoiler"]),
        ("`a.b` ```py\nx = 1```", "a.b x = 1", ["code", "pre"]),
        ("[x](https://example.com/\\))", "x", ["text_link"]),
        (">q1\n>q2\nend", "q1\nq2\nend", ["blockquote"]),
        (">q1\n>q2||", "q1\nq2", ["expandable_blockquote"]),
        ("![👍](tg://emoji?id=5368324170671202286)", "👍", ["custom_emoji"]),
    ],
)
async def test_good_markdown_is_understood(
    bot: Bot, anna: TelegramUser, text: str, plain: str, kinds: list[str]
) -> None:
    sent = await bot.send_message(anna.id, text, parse_mode="MarkdownV2")
    assert sent.text == plain
    assert [entity.type for entity in sent.entities or []] == kinds


async def test_an_unknown_parse_mode_is_refused(bot: Bot, anna: TelegramUser) -> None:
    with pytest.raises(TelegramBadRequest, match="unsupported parse_mode"):
        await bot.send_message(anna.id, "x", parse_mode="BBCode")


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b", "<b> </b>"])
async def test_an_empty_text_is_refused(bot: Bot, anna: TelegramUser, text: str) -> None:
    with pytest.raises(TelegramBadRequest, match="message text is empty"):
        await bot.send_message(anna.id, text, parse_mode="HTML")


async def test_a_text_may_have_4096_units_after_parsing(bot: Bot, anna: TelegramUser) -> None:
    await bot.send_message(anna.id, "<b>" + "&lt;" * 4096 + "</b>", parse_mode="HTML")
    await bot.send_message(anna.id, "👍" * 2048)
    for text in ("x" * 4097, "👍" * 2049):
        with pytest.raises(TelegramBadRequest, match="message is too long"):
            await bot.send_message(anna.id, text)


@pytest.mark.parametrize(
    ("entity", "complaint"),
    [
        (MessageEntity(type="bold", offset=100, length=1), "entity begins after the end of the text"),
        (MessageEntity(type="bold", offset=0, length=9), "ends after the end of the text at UTF-16 offset 9"),
        (MessageEntity(type="bold", offset=-1, length=1), "receive an entity with incorrect offset -1"),
        (MessageEntity(type="party", offset=0, length=1), "Unsupported type specified"),
        (MessageEntity(type="text_link", offset=0, length=1, url="x"), "entity URL 'x' is invalid: Wrong HTTP URL"),
    ],
)
async def test_wrong_entities_are_refused(bot: Bot, anna: TelegramUser, entity: MessageEntity, complaint: str) -> None:
    with pytest.raises(TelegramBadRequest, match=complaint):
        await bot.send_message(anna.id, "hello", entities=[entity])


async def test_given_entities_are_kept(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    sent = await bot.send_message(anna.id, "hello", entities=[MessageEntity(type="bold", offset=1, length=2)])
    assert sent.html_text == "h<b>el</b>lo"
    assert not server.refusals
