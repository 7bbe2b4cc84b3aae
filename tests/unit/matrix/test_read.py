"""Events as clients send them become the core's events."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.matrix.read import DOWNLOAD_LIMIT, Place, Received, Source, read
from core.chat.blocks import Bold, Paragraph
from core.chat.events import Attached, Chosen, Deleted, Edited, Event, Said, Wordless
from core.chat.files import Attachment, Loss, Media

ANNA = "@anna:example.org"
PRIVATE = Place(chat=ANNA, private=True, name="Anna Orlova")
GROUP = Place(chat="!room", private=False)
WHEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
FILE = {
    "v": "v2",
    "url": "mxc://example.org/AbC-12_x",
    "key": {"alg": "A256CTR", "ext": True, "k": "aWF6-32KGYaC3A_FEUCk1Bt0JA37zP0wrStgmdCaW-0", "kty": "oct"},
    "iv": "w+sE15fzSc0AAAAAAAAAAA",
    "hashes": {"sha256": "fdSLu/YkRx3Wyh3KQabP3rd6+SFiKg5lsJZQHtkSAYA"},
}


def sent(content: Any, place: Place = PRIVATE, kind: str = "m.room.message", **more: Any) -> Received | None:
    event = {
        "type": kind,
        "event_id": "$one",
        "sender": ANNA,
        "origin_server_ts": int(WHEN.timestamp() * 1000),
        "room_id": "!room",
        "content": content,
        "unsigned": {"age": 5},
    }
    return read(event | more, place)


def text(body: str, **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body} | more


def event(content: Any, place: Place = PRIVATE, kind: str = "m.room.message", **more: Any) -> Event:
    found = sent(content, place, kind, **more)
    assert found is not None
    assert found.source is None
    return found.event


def said(content: Any, place: Place = PRIVATE, kind: str = "m.room.message") -> Said:
    found = event(content, place, kind)
    assert isinstance(found, Said)
    return found


def test_a_text() -> None:
    assert event({"msgtype": "m.text", "body": "!news <b>no</b> ёж 🦔", "m.mentions": {}}) == Said(
        messenger="matrix",
        id="$one",
        at=WHEN,
        account=ANNA,
        chat=ANNA,
        name="Anna Orlova",
        text="!news <b>no</b> ёж 🦔",
        message="$one",
    )


def test_formatting() -> None:
    marked = text("**bold**", format="org.matrix.custom.html", formatted_body="<strong>bold</strong>")
    assert said(marked).rich == (Paragraph((Bold("bold"),)),)
    assert said(marked | {"format": "org.example"}).rich == ()
    assert said(marked | {"formatted_body": "bold"}).rich == (Paragraph(("bold",)),)


def test_an_answer_in_a_group_belongs_to_what_it_answers() -> None:
    found = said(text("hi"), GROUP)
    assert (found.private, found.chat, found.place) == (False, "!room", "reply:$one")


def replying(**more: Any) -> dict[str, Any]:
    return {"m.relates_to": {"m.in_reply_to": {"event_id": "$menu"}} | more}


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("> <@bot:example.org> 1. News\n> 2. Calls\n> \n> hint\n\n1", "1"),
        ("> * <@bot:example.org> waves\n\nhello\n\n> there", "hello\n\n> there"),
        ("> own quotation\n\nmy answer", "> own quotation\n\nmy answer"),
        ("1", "1"),
    ],
)
def test_a_reply_without_the_quotation_that_clients_add(body: str, shown: str) -> None:
    html = "<mx-reply><blockquote><b>1. News</b></blockquote></mx-reply>1"
    found = said(text(body, format="org.matrix.custom.html", formatted_body=html) | replying())
    assert (found.text, found.reply_to, found.place, found.rich) == (shown, "$menu", "", ())
    assert isinstance(event(text("> <@bot:example.org> nothing more") | replying()), Wordless)
    assert said(text("> <@anna:example.org> quoted\n\nby hand")).text == "> <@anna:example.org> quoted\n\nby hand"


def test_a_thread() -> None:
    inside = {"rel_type": "m.thread", "event_id": "$root"}
    falling_back = said(text("hi") | replying(**inside, is_falling_back=True), GROUP)
    assert (falling_back.place, falling_back.reply_to) == ("thread:$root", None)
    real = said(text("hi") | replying(**inside, is_falling_back=False))
    assert (real.place, real.reply_to) == ("thread:$root", "$menu")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"msgtype": "m.location", "body": "Here", "geo_uri": "geo:1,2"}, "m.room.message"),
        ({"msgtype": "m.emote", "body": "waves"}, "m.room.message"),
        ({"msgtype": "org.example.dice"}, "m.room.message"),
        ({"msgtype": "m.text", "body": " \u202e"}, "m.room.message"),
        ({"body": "Cat", "url": "mxc://example.org/cat", "info": {}}, "m.sticker"),
    ],
)
def test_what_has_no_words_still_gets_an_answer(content: dict[str, Any], kind: str) -> None:
    assert isinstance(event(content, PRIVATE, kind), Wordless)


def test_polls_as_texts() -> None:
    stable = {
        "m.text": [{"mimetype": "text/html", "body": "<b>x</b>"}, {"body": "Lunch? 1. Soup 2. Fish"}],
        "m.poll": {
            "kind": "m.disclosed",
            "question": {"m.text": [{"body": "Lunch?"}]},
            "answers": [{"m.id": "a", "m.text": [{"body": "Soup"}]}, {"m.id": "b", "m.text": [{"body": "Fish"}]}],
        },
    }
    unstable = {
        "org.matrix.msc1767.text": "Lunch?\n1. Soup\n2. Fish",
        "org.matrix.msc3381.poll.start": {
            "kind": "org.matrix.msc3381.poll.disclosed",
            "max_selections": 1,
            "question": {"org.matrix.msc1767.text": "Lunch?", "body": "Lunch?", "msgtype": "m.text"},
            "answers": [{"id": "a", "org.matrix.msc1767.text": "Soup"}, {"id": "b", "org.matrix.msc1767.text": "Fish"}],
        },
    }
    for kind, content in (("m.poll.start", stable), ("org.matrix.msc3381.poll.start", unstable)):
        assert said(content, kind=kind).text == "Lunch?\n1. Soup\n2. Fish"


def test_an_edit_a_reaction_and_a_redaction() -> None:
    edit = text("* new\r\ntext", **{"m.new_content": text("new\r\ntext")})
    edited = event(edit | {"m.relates_to": {"rel_type": "m.replace", "event_id": "$first"}})
    assert isinstance(edited, Edited)
    assert (edited.message, edited.text) == ("$first", "new\ntext")
    relation = {"rel_type": "m.annotation", "event_id": "$menu", "key": "1️⃣"}
    chosen = event({"m.relates_to": relation}, kind="m.reaction")
    assert isinstance(chosen, Chosen)
    assert (chosen.message, chosen.sign, chosen.version) == ("$menu", "1️⃣", "")
    for deleted in (
        event({"redacts": "$gone", "reason": "typo"}, kind="m.room.redaction"),
        event({}, kind="m.room.redaction", redacts="$gone"),
    ):
        assert isinstance(deleted, Deleted)
        assert deleted.message == "$gone"


@pytest.mark.parametrize(
    ("kind", "content", "more"),
    [
        ("m.room.message", {"msgtype": "m.notice", "body": "I am a bot"}, {}),
        ("m.room.message", {}, {"unsigned": {"redacted_because": {"type": "m.room.redaction"}}}),
        ("m.room.message", text("hi"), {"unsigned": {"redacted_because": {"type": "m.room.redaction"}}}),
        ("m.room.message", {"body": 5}, {}),
        ("m.room.message", text("hi"), {"sender": None}),
        ("m.room.message", text("hi"), {"event_id": 7}),
        ("m.room.message", text("hi"), {"event_id": "$\ud800"}),
        ("m.room.message", text("hi"), {"event_id": "$" * 300}),
        ("m.room.message", text("hi"), {"state_key": ""}),
        ("m.room.message", text("* x", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$a"}}), {}),
        ("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$a", "key": "x" * 33}}, {}),
        ("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$a", "key": "\x00"}}, {}),
        ("m.reaction", {"m.relates_to": {"rel_type": "m.thread", "event_id": "$a", "key": "x"}}, {}),
        ("m.reaction", {}, {}),
        ("m.room.redaction", {"redacts": ["$a"]}, {}),
        ("m.room.member", {"membership": "join"}, {"state_key": ANNA}),
        ("m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x"}, {}),
        ("m.room.tombstone", {"replacement_room": "!new"}, {"state_key": ""}),
        ("m.poll.response", {"m.selections": ["a"]}, {}),
        ("org.matrix.msc3381.poll.end", {"body": "Ended"}, {}),
        ("m.call.invite", {"call_id": "1"}, {}),
    ],
)
def test_what_is_of_no_interest(kind: str, content: dict[str, Any], more: dict[str, Any]) -> None:
    assert sent(content, kind=kind, **more) is None


@pytest.mark.parametrize(
    ("claimed", "at"),
    [(-5, datetime(1970, 1, 1, tzinfo=UTC)), (10**30, datetime(2100, 1, 1, tzinfo=UTC))],
)
def test_a_clock_that_cannot_be(claimed: object, at: datetime) -> None:
    assert event(text("hi"), origin_server_ts=claimed).at == at


def attached(content: dict[str, Any], place: Place = PRIVATE) -> tuple[Attached, Source | None]:
    found = sent(content, place)
    assert found is not None
    assert isinstance(found.event, Attached)
    return found.event, found.source


def media(kind: str, body: str = "a.bin", mime: str | None = None, **more: Any) -> dict[str, Any]:
    info = {"size": 100} | ({} if mime is None else {"mimetype": mime})
    return {"msgtype": kind, "body": body, "url": "mxc://example.org:8448/AbC", "info": info} | more


@pytest.mark.parametrize(
    ("content", "kind", "name", "mime"),
    [
        (media("m.image", "cat.png", "image/png"), Media.PHOTO, "cat.png", "image/png"),
        (media("m.image", "cat.jpg", "image/jpg"), Media.PHOTO, "cat.jpg", "image/jpeg"),
        (media("m.image", ""), Media.PHOTO, "file", "image/jpeg"),
        (media("m.image", "x.svg", "image/svg+xml"), Media.DOCUMENT, "x.svg", "image/svg+xml"),
        (media("m.video", "film.mp4", "video/mp4; codecs=x"), Media.VIDEO, "film.mp4", "video/mp4"),
        (media("m.audio", "song.mp3", "audio/mpeg"), Media.AUDIO, "song.mp3", "audio/mpeg"),
        (media("m.audio", "text.html", "text/html"), Media.DOCUMENT, "text.html", "text/html"),
        (media("m.file", "a.pdf"), Media.DOCUMENT, "a.pdf", "application/pdf"),
        (media("m.file", "../../etc/\u202epasswd\n", "x\n/y"), Media.DOCUMENT, "passwd", None),
        (
            media("m.audio", "Voice message.ogg", "audio/ogg", **{"org.matrix.msc3245.voice": {}}),
            Media.VOICE,
            "Voice message.ogg",
            "audio/ogg",
        ),
    ],
)
def test_files(content: dict[str, Any], kind: Media, name: str, mime: str | None) -> None:
    found, source = attached(content, GROUP)
    usual = mime or "application/octet-stream"
    assert found.attachment == Attachment(media=kind, name=name, mime=usual, size=100)
    assert (found.caption, found.message, found.place) == ("", "$one", "reply:$one")
    assert source == Source("mxc://example.org:8448/AbC", None)


def test_a_document_may_be_of_any_kind() -> None:
    found, _ = attached(media("m.file", "cat.png", "image/png"))
    assert (found.attachment.media, found.attachment.mime) == (Media.DOCUMENT, "image/png")


def test_a_caption_has_its_formatting_and_can_be_changed() -> None:
    html = {"format": "org.matrix.custom.html", "formatted_body": "<b>look</b>"}
    picture = media("m.image", "**look**", filename="cat.png") | html
    assert attached(picture)[0].rich == (Paragraph((Bold("look"),)),)
    for new, caption in ((picture, "**look**"), (media("m.image", "cat.png", filename="cat.png"), "")):
        relation = {"rel_type": "m.replace", "event_id": "$before"}
        changed = event({**text("* cat.png"), "m.new_content": new, "m.relates_to": relation})
        assert isinstance(changed, Edited)
        assert (changed.message, changed.text) == ("$before", caption)
        assert changed.rich == ((Paragraph((Bold("look"),)),) if caption else ())


def test_a_caption_is_a_body_that_is_not_the_name() -> None:
    assert attached(media("m.image", "look", filename="cat.png"))[0].caption == "look"
    assert attached(media("m.image", "cat.png", filename="cat.png"))[0].caption == ""
    answer = media("m.image", "> <@b:c> menu\n\nlook", filename="cat.png") | replying()
    assert attached(answer)[0].caption == "look"


def test_measures_only_when_they_can_be() -> None:
    info = {"size": 5, "w": 640, "h": 480, "duration": 61_400, "mimetype": "video/mp4"}
    right, _ = attached(media("m.video", info=info))
    assert (right.attachment.width, right.attachment.height, right.attachment.seconds) == (640, 480, 61)
    for wrong in (-1, True, 2.5, "640", 10**30, None, [1]):
        odd, source = attached(media("m.video", info={"size": wrong, "w": wrong, "h": wrong, "duration": wrong}))
        found = odd.attachment
        assert (found.size, found.width, found.height, found.seconds) == (0, None, None, None)
        assert source is not None


def test_a_file_that_is_too_large_is_a_loss_at_once() -> None:
    found, source = attached(media("m.file", info={"size": DOWNLOAD_LIMIT + 1}))
    assert (found.attachment.loss, source) == (Loss.TOO_LARGE, None)


def test_an_encrypted_file_brings_its_keys() -> None:
    content = {"msgtype": "m.file", "body": "a.pdf", "file": FILE, "info": {"mimetype": "application/pdf"}}
    found, source = attached(content)
    assert found.attachment.loss is None
    assert source is not None
    assert source.mxc == FILE["url"]
    assert source.keys is not None
    assert (source.keys["iv"], source.keys["hashes"]) == (FILE["iv"], FILE["hashes"])


@pytest.mark.parametrize(
    "where",
    [
        {"file": FILE | {"key": {"k": 5}}},
        {"file": FILE | {"key": {"k": "not base64!\n"}}},
        {"file": FILE | {"iv": None}},
        {"file": FILE | {"hashes": []}},
        {"file": FILE | {"url": "https://example.org/x"}},
        {"file": "mxc://example.org/x"},
        {"url": "https://example.org/x"},
        {"url": "mxc://example.org/../../admin"},
        {"url": "mxc://example.org/a?b"},
        {"url": "mxc://exam ple.org/a"},
        {"url": "mxc://example.org/"},
        {"url": None},
        {},
    ],
)
def test_a_content_that_cannot_be_fetched_is_a_loss(where: dict[str, Any]) -> None:
    found, source = attached({"msgtype": "m.file", "body": "a.pdf", "info": []} | where)
    assert (found.attachment.loss, found.attachment.name, source) == (Loss.NOT_FETCHED, "a.pdf", None)
