"""How far something has come is never said to be further."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.kit.progress import progress_bar, share
from bot.talk.language import Languages

EN = Languages("en")("en")


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_only_the_end_is_everything(done: int, total: int) -> None:
    done = min(done, total)
    text = EN.say(progress_bar(done, total))
    assert text.endswith(" 100%") == (done == total)
    assert ("░" not in text) == (done == total)
    assert EN.say(share(done, total)) == "100%" if done == total else EN.say(share(done, total)) != "100%"
    assert (EN.say(share(done, total)) == "0%") == (done == 0)


def test_what_has_no_whole() -> None:
    assert EN.say(progress_bar(0, 0)) == "▓" * 12 + " 100%"
    assert EN.say(share(0, 0)) == "—"


def test_shares_are_rounded() -> None:
    assert [EN.say(share(part, 1000)) for part in (1, 4, 5, 495, 994, 996, 999)] == [
        "<1%", "<1%", "1%", "50%", "99%", ">99%", ">99%"
    ]  # fmt: skip
