"""Menus by each of the ways in which a messenger has them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.chat.actions import Action, write_action
from core.chat.capabilities import Level
from core.chat.events import Chosen, Pressed, SharedContact
from core.chat.fit import fit
from core.chat.screens import Button, CopyText, Screen, Sign, Visit, paragraph
from tests.contract.messengers.clients import Can, needs
from tests.contract.messengers.station import Correspondent, Station, eventually

LONG = "A very long label " * 10


@dataclass(frozen=True, slots=True)
class Pick(Action, code="contract.pick"):
    number: int = 0


def button(label: str, number: int = 0, sign: Sign | None = None) -> Button:
    return Button(label, Pick(number), sign)


async def test_a_menu_is_pressed_or_chosen_by_number(station: Station, anna: Correspondent) -> None:
    page = station.menu("Which?", button("<Tea> & 🍵", 1), button("Coffee", 2))
    receipt = await station.sends(anna.chat, page)
    shown = await anna.sees_one(receipt)
    assert "Which?" in shown.text
    assert shown.buttons == ("<Tea> & 🍵", "Coffee")
    if station.capabilities.buttons is Level.NONE:
        assert [choice.data for choice in page.choices] == [write_action(Pick(1)), write_action(Pick(2))]
        assert "2. Coffee" in shown.text
        said = await anna.says("2")
        assert (said.text, said.reply_to) == ("2", None)
    else:
        pressed = await anna.heard(Pressed, anna.presses(receipt, "Coffee"))
        assert (pressed.data, pressed.message) == (write_action(Pick(2)), receipt.ids[-1])
        assert (pressed.account, pressed.chat, pressed.private) == (anna.account, anna.chat, True)


@needs(Can.REPLY | Can.TYPE_NUMBERS)
async def test_an_older_menu_is_chosen_from_by_a_reply(station: Station, anna: Correspondent) -> None:
    old, _ = [await station.sends(anna.chat, station.menu(text, button("Tea"))) for text in ("One?", "Two?")]
    said = await anna.answers("1", old.ids[-1])
    assert (said.text, said.reply_to) == ("1", old.ids[-1])


@needs(Can.REACT)
async def test_options_can_be_chosen_by_signs(station: Station, anna: Correspondent) -> None:
    buttons = [button("Tea", 1), button("Coffee", 2), button("Water", 3), button("Back", 4, Sign.BACK)]
    page = station.menu("Which?", *buttons)
    receipt = await station.sends(anna.chat, page)
    assert [choice.sign for choice in page.choices] == ["1️⃣", "2️⃣", "", "↩️"][: len(page.choices)]
    assert await anna.offered(receipt.ids[-1], 3) == ["1️⃣", "2️⃣", "↩️"]
    for sign in ("2️⃣", "↩️", "2️⃣"):  # also twice the same
        chosen = await anna.heard(Chosen, anna.reacts(sign, receipt.ids[-1]))
        assert (chosen.sign, chosen.message, chosen.chat) == (sign, receipt.ids[-1], anna.chat)
        assert chosen.version == receipt.version
        await station.messenger.acknowledge(chosen, None)


@needs(Can.REACT)
async def test_a_question_that_was_answered_loses_its_signs(station: Station, anna: Correspondent) -> None:
    screen = Screen(blocks=(paragraph("Which?"),), rows=((button("Tea", 1),), (button("Coffee", 2),)))
    receipt = await station.sends(anna.chat, fit(screen, station.capabilities, station.language))
    assert await anna.offered(receipt.ids[-1], 2) == ["1️⃣", "2️⃣"]
    before = (await anna.sees_one(receipt)).text
    answered = fit(replace(screen, answered=True), station.capabilities, station.language)
    after = await station.edits(anna.chat, receipt, answered)
    if station.capabilities.edits is Level.FULL:
        assert after.version == receipt.version, "nothing but the signs has changed"

    async def gone() -> bool:
        return not await anna.offered(after.ids[-1], 0)

    await eventually(gone)
    assert (await anna.sees_one(after)).text == before


@needs(Can.REACT)
async def test_a_reaction_tells_which_state_of_the_menu_was_seen(station: Station, anna: Correspondent) -> None:
    first = await station.sends(anna.chat, station.menu("Which?", button("Tea", 1), button("Coffee", 2)))
    second = await station.edits(anna.chat, first, station.menu("And now?", button("Milk", 3), button("No", 4)))
    assert second.version != first.version
    (shown,) = await anna.sees(second)
    assert shown.buttons == ("Milk", "No")
    assert await anna.offered(shown.id, 2) == ["1️⃣", "2️⃣"]
    chosen = await anna.heard(Chosen, anna.reacts("1️⃣", shown.id))
    assert (chosen.message, chosen.version) == (shown.id, second.version)


async def test_a_press_is_answered(station: Station, anna: Correspondent) -> None:
    if station.capabilities.toasts is Level.NONE:
        assert station.capabilities.buttons is Level.NONE  # an answer to a number is a message
        return
    receipt = await station.sends(anna.chat, station.menu("Which?", button("Tea <1>"), button("Coffee")))
    for label, toast in (("Tea <1>", "Tea it is & <b>now</b>"), ("Coffee", None), ("Tea <1>", "Again")):
        pressed = await anna.heard(Pressed, anna.presses(receipt, label))
        await station.messenger.acknowledge(pressed, toast)
        await station.messenger.acknowledge(pressed, toast)  # a second time harms nobody
        await anna.looks()
        if toast is not None:
            assert anna.person.toasts()[-1] == toast
    assert len(anna.person.toasts()) in (2, 4)


async def test_labels_and_rows_have_limits(station: Station, anna: Correspondent) -> None:
    row = tuple(button(f"B{number}", number) for number in range(11))
    screen = Screen(blocks=(paragraph("Many"),), rows=(row, (button(LONG, 99),)))
    page = fit(screen, station.capabilities, station.language)
    shown = await anna.sees_one(await station.sends(anna.chat, page))
    assert [label for label in shown.buttons if label.startswith("B")] == [f"B{number}" for number in range(11)]
    assert shown.buttons[-1].startswith("A very long label")
    assert len(shown.buttons[-1]) <= station.capabilities.label_limit


async def test_a_long_text_keeps_its_menu(station: Station, anna: Correspondent) -> None:
    lines = [f"Line {number} of many words, числа и <знаки> 👍." for number in range(600)]
    page = station.page(*lines, rows=((button("Tea", 1),), (button("Coffee", 2), button("Back", 3, Sign.BACK))))
    receipt = await station.sends(anna.chat, page)
    shown = await anna.sees(receipt)
    assert [one.buttons for one in shown if one.buttons] == [("Tea", "Coffee", "Back")]
    if station.capabilities.choice_keys:
        assert await anna.offered(receipt.ids[-1], 3) == ["1️⃣", "2️⃣", "↩️"]


async def test_addresses_and_texts_to_copy_are_there(station: Station, anna: Correspondent) -> None:
    page = station.menu(
        "Here", Button("Open", Visit("https://example.org/?a=1&b=2")), Button("Code", CopyText("a<b>c")), button("Back")
    )
    shown = await anna.sees_one(await station.sends(anna.chat, page))
    assert "Back" in shown.buttons[-1]
    if station.capabilities.buttons is Level.NONE:
        assert "Open" in shown.text
        assert "https://example.org/?a=1&b=2" in (shown.html.replace("&amp;", "&") or shown.text)
        assert "Code: a<b>c" in shown.text
        assert [choice.label for choice in page.choices] == ["Back"]
    else:
        assert shown.buttons[0] == "Open"
        assert shown.buttons[1] == "Code"


async def test_a_number_is_shared_where_somebody_vouches_for_it(station: Station, anna: Correspondent) -> None:
    page = fit(Screen(blocks=(paragraph("Who?"),), contact="My number"), station.capabilities, station.language)
    receipt = await station.sends(anna.chat, page)
    (shown,) = await anna.sees(receipt)
    if station.capabilities.contact is Level.NONE:
        assert "My number" not in (*shown.buttons, shown.text)
        return
    assert shown.buttons[-1] == "My number"
    shared = await anna.heard(SharedContact, anna.person.shares_phone("+79990000101"))
    assert (shared.phone, shared.own) == ("+79990000101", True)
