"""The browser's log survives restarts, repeats nothing and does not grow for ever."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.webchat.history import EVERYBODY, History
from core.chat.blocks import Facts, Paragraph, Phone
from core.chat.files import Attachment, Media
from core.chat.messenger import MenuCommand
from core.chat.pages import Key, Part, Press
from tests.support.clock import START


def text(words: str) -> Part:
    return Part(blocks=(Paragraph((words,)),))


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    history = History(tmp_path / "webchat.db")
    yield history
    history.close()


def test_messages_are_the_same_after_a_restart(tmp_path: Path) -> None:
    rich = Part(
        blocks=(Facts((("Number", (Phone("+7900", "+7 900"),)),)),),
        rows=((Key("Take", Press("ta:1")),),),
        attachments=(Attachment(media=Media.PHOTO, name="a.png", mime="image/png", size=3, content="ab"),),
        contact="Share",
    )
    before = History(tmp_path / "webchat.db")
    before.show("anna", START, [rich, text("two")], "k")
    number = before.reserve()
    before.say(number, "anna", START, text("me"), "e")
    shown, epoch = before.latest("anna"), before.epoch
    before.close()
    after = History(tmp_path / "webchat.db")
    assert after.latest("anna") == shown
    assert after.epoch == epoch
    assert after.reserve() > number
    assert after.mime("ab", "a.png") == "image/png"
    after.close()
    assert shown[0][0].part == rich
    assert [message.own for message in shown[0]] == [False, False, True]


def test_a_file_of_another_shape_is_begun_anew(tmp_path: Path, history: History) -> None:
    history.show("anna", START, [text("old")], "k")
    history._database.execute("PRAGMA user_version = 99")
    again = History(tmp_path / "webchat.db")
    assert again.latest("anna")[0] == []
    assert again.epoch != history.epoch
    again.close()


def test_a_file_of_the_shape_before_keeps_its_messages(tmp_path: Path) -> None:
    before = History(tmp_path / "webchat.db")
    before.show("anna", START, [text("old")], "k")
    for column in ("call", "reply_to"):
        before._database.execute(f"ALTER TABLE message DROP COLUMN {column}")
    before._database.execute("PRAGMA user_version = 1")
    before.close()
    after = History(tmp_path / "webchat.db")
    assert [message.part for message in after.latest("anna")[0]] == [text("old")]
    assert after.epoch == before.epoch
    after.close()


def test_the_same_key_is_shown_once(history: History) -> None:
    first = history.show("anna", START, [text("a"), text("b")], "k")
    assert history.show("anna", START, [text("a"), text("b")], "k") == first
    assert history.show("boris", START, [text("a")], "k") != first
    assert len(history.latest("anna")[0]) == 2


def test_what_the_person_said_is_kept_once(history: History) -> None:
    for _ in range(2):
        history.say(history.reserve(), "anna", START, text("hi"), "event")
    assert len(history.latest("anna")[0]) == 1


def test_an_edit_may_need_more_messages_or_fewer(history: History) -> None:
    ids = history.show("anna", START, [text("a")], "k")
    more = history.replace("anna", ids, START, [text("b"), text("c")], "k2")
    assert more is not None
    assert more[0] == ids[0]
    assert history.replace("anna", ids, START, [text("b"), text("c")], "k2") == more, "a repeat adds nothing"
    assert len(history.latest("anna")[0]) == 2
    assert history.replace("anna", more, START, [text("d")], "k3") == ids
    assert [message.part for message in history.latest("anna")[0]] == [text("d")]


def test_only_a_shown_message_of_the_chat_can_be_changed(history: History) -> None:
    ids = history.show("anna", START, [text("a")], "k")
    assert history.replace("boris", ids, START, [text("b")], "k2") is None
    assert not history.erase("boris", ids)
    assert history.erase("anna", ids)
    assert not history.erase("anna", ids)
    assert history.replace("anna", ids, START, [text("b")], "k2") is None
    assert history.holds("anna", ids[0])
    assert not history.holds("boris", ids[0])


def test_only_what_changed_since_is_told(history: History) -> None:
    (first,) = history.show("anna", START, [text("a")], "k1")
    (second,) = history.show("anna", START, [text("b")], "k2")
    history.show("boris", START, [text("not for Anna")], "k3")
    revision = history.latest("anna")[1]
    assert history.since(["anna"], revision) == []
    history.replace("anna", [first], START, [text("a")], "same")
    assert history.since(["anna"], revision) == [], "the same content is no change"
    history.replace("anna", [first], START, [text("A")], "k4")
    history.erase("anna", [second])
    changed = history.since(["anna", "boris"], revision)
    assert changed is not None
    assert [(message.id, message.part) for message in changed] == [(first, text("A")), (second, None)]
    assert history.since(["anna"], revision + 100) is None


def test_old_messages_and_their_files_are_forgotten(tmp_path: Path) -> None:
    file = Attachment(media=Media.PHOTO, name="a.png", mime="image/png", size=3, content="ab")
    history = History(tmp_path / "small.db", kept=20)
    (oldest,) = history.show("anna", START, [Part(attachments=(file,))], "first")
    for number in range(40):
        history.show("anna", START, [text(str(number))], f"k{number}")
    assert len(history.latest("anna")[0]) == 21, "they are forgotten from time to time"
    assert not history.holds("anna", oldest)
    assert history.mime("ab", "a.png") is None


def test_a_chat_s_own_commands_come_before_everybody_s(history: History) -> None:
    history.keep_menu(EVERYBODY, {"en": [MenuCommand("menu", "Menu")], "ru": [MenuCommand("menu", "Меню")]})
    assert history.menu("anna", "ru") == [MenuCommand("menu", "Меню")]
    history.keep_menu("anna", {"en": [MenuCommand("publish", "Publish")]})
    assert history.menu("anna", "ru") == [MenuCommand("publish", "Publish")]
    assert history.menu("boris", "en") == [MenuCommand("menu", "Menu")]
    history.keep_menu("anna", {})
    assert history.menu("anna", "en") == [MenuCommand("menu", "Menu")]
