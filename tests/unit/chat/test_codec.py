"""What is stored as JSON comes back equal, and fields added later do not break what is stored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.chat.blocks import Bold, Bullets, Facts, Link, Phone, Table
from core.chat.codec import dump, load, record
from core.chat.events import Pressed, Said
from core.chat.files import Attachment, Media
from core.chat.phrases import Clock, Listing, phrase, plural
from core.chat.screens import Button, Screen, Visit, paragraph, screen
from tests.unit.chat.test_actions import Colour, Paint

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        Said(messenger="m", id="1", at=NOW, account="a", chat="c", text="<b>&\n🙂", rich=(paragraph(Bold("x")),)),
        Pressed(messenger="m", id="1", at=NOW, account="a", chat="c", data="x", message="5"),
        Screen(
            blocks=(
                Facts(((phrase("Phone"), (Phone("+79990000101", "+7 999 000-01-01"),)),)),
                Bullets((("one", Link("two", "https://example.org")),), numbered=True),
                Table((phrase("Name"),), (("Anna",), (plural("{n} call", "{n} calls", n=3),))),
            ),
            rows=((Button("Paint", Paint(1, Colour.RED)), Button("Go", Visit("https://example.org"))),),
            attachments=(Attachment(media=Media.PHOTO, name="a.png", mime="image/png", size=3, content="ab"),),
            quiet=True,
        ),
        {
            "days": (date(2026, 1, 2), time(9, 30), timedelta(minutes=5)),
            "clock": Listing((Clock(NOW), "x", 1.5)),
            "none": None,
        },
    ],
)
def test_a_value_comes_back_equal(value: object) -> None:
    assert load(json.loads(json.dumps(dump(value)))) == value


@record
@dataclass(frozen=True)
class Grown:
    old: int
    new: str = "default"


def test_a_field_added_later_gets_its_default_and_a_removed_one_is_ignored() -> None:
    assert load({"_": "Grown", "old": 1, "gone": 2}) == Grown(1)


@pytest.mark.parametrize("stored", [{"_": "NoSuchRecord"}, {"old": 1}, {"_": "Grown"}])
def test_what_is_no_record_is_refused(stored: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"record|fit"):
        load(stored)  # type: ignore[arg-type]  # on purpose


def test_an_unregistered_class_is_refused() -> None:
    @dataclass
    class Local:
        x: int

    with pytest.raises(TypeError, match="not a registered record"):
        dump(Local(1))


def test_two_records_with_one_name_collide() -> None:
    with pytest.raises(TypeError, match="two records are called Grown"):

        @record
        class Grown:
            pass


def test_a_plain_screen_is_small() -> None:
    assert len(json.dumps(dump(screen(phrase("News"), "text")))) < 200
