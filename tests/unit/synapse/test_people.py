"""People of the scenarios see and do what users of a Matrix client see and do."""

from __future__ import annotations

from tests.support.matrix_people import MatrixPerson
from tests.unit.synapse.conftest import MENU, ScriptedBot


async def test_what_the_bot_writes_changes_and_removes_is_seen_so(bot: ScriptedBot, anna: MatrixPerson) -> None:
    await anna.says("hello")
    first = await bot.sends({"msgtype": "m.text", "body": MENU})
    second = await bot.sends({"msgtype": "m.notice", "body": "Second"})
    await anna.refresh()
    assert anna.sees("Menu").buttons == ("News", "People", "Back")
    anna.sees_last("Second")
    edit = await bot.edits(first, "1. Only this\n\nAnswer with a number.")
    await bot.redacts(second)
    await anna.refresh()
    assert anna.sees_last("Only").buttons == ("Only this",)
    assert len(anna.messages()) == 1
    await bot.redacts(edit)
    await anna.refresh()
    anna.sees_last("Menu", button="People")


async def test_numbered_lines_inside_a_text_are_no_menu(bot: ScriptedBot, anna: MatrixPerson) -> None:
    await anna.says("hello")
    await bot.sends(
        {
            "msgtype": "m.text",
            "body": "2. Second\n\nTo do:\n1. Wash\n2. Dry\n\n1. Done\n2. Later\n\nAnswer with a number.",
        }
    )
    await anna.refresh()
    assert anna.messages()[-1].buttons == ("Done", "Later")


async def test_a_command_is_typed_with_the_sign_that_clients_let_through(bot: ScriptedBot, anna: MatrixPerson) -> None:
    await anna.says("/who Boris")
    assert bot.events[-1]["content"]["body"] == "!who Boris"
    assert bot.events[-1]["sender"] != bot.bot.user_id


async def test_options_are_chosen_in_turns_by_number_reply_and_reaction(bot: ScriptedBot, anna: MatrixPerson) -> None:
    await anna.says("hello")
    menu = await bot.sends({"msgtype": "m.text", "body": MENU})
    await anna.refresh()
    heard = []
    for _ in range(6):
        await anna.presses("People")
        heard.append(bot.events[-1]["content"])
    assert [content.get("body") for content in heard] == [None, "2"] * 3
    assert {content["m.relates_to"]["key"] for content in heard if "body" not in content} == {"2️⃣"}
    replies = [content for content in heard if "body" in content]
    assert {content["m.relates_to"]["m.in_reply_to"]["event_id"] for content in replies} == {menu}


async def test_an_older_menu_is_never_answered_by_a_bare_number(bot: ScriptedBot, anna: MatrixPerson) -> None:
    await anna.says("hello")
    menu = await bot.sends({"msgtype": "m.text", "body": MENU})
    await bot.sends({"msgtype": "m.text", "body": "1. Other\n\nAnswer with a number."})
    await anna.refresh()
    for _ in range(3):
        await anna.presses("Back", of="Menu")
        relation = bot.events[-1]["content"]["m.relates_to"]
        assert relation.get("event_id", relation.get("m.in_reply_to", {}).get("event_id")) == menu


async def test_a_file_comes_with_its_name_its_caption_and_its_keys(bot: ScriptedBot, anna: MatrixPerson) -> None:
    await anna.attaches("plan.pdf", b"%PDF-1.4", "application/pdf", "The plan")
    content = bot.events[-1]["content"]
    assert (content["msgtype"], content["filename"], content["body"]) == ("m.file", "plan.pdf", "The plan")
    assert ("file" in content) is bot.encrypted
    await bot.sends({name: content[name] for name in ("msgtype", "filename", "body", "info")})
    await anna.refresh()
    assert anna.sees_last("The plan").files == ("plan.pdf",)


async def test_whoever_leaves_opens_another_room(bot: ScriptedBot, anna: MatrixPerson) -> None:
    await anna.says("hello")
    (room,) = bot.client.rooms
    await anna.leaves()
    await bot.client.room_leave(room)
    await anna.says("here again")
    assert bot.events[-1]["content"]["body"] == "here again"


async def test_the_bot_may_invite_first(bot: ScriptedBot, anna: MatrixPerson) -> None:
    me = (await anna.client()).user_id
    await bot.client.room_create(is_direct=True, invite=[me])
    await bot.sends({"msgtype": "m.text", "body": "Welcome"})
    await anna.refresh()
    anna.sees_last("Welcome")
    await anna.says("thanks")
    assert bot.events[-1]["content"]["body"] == "thanks"
