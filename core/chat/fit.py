"""The one place where a screen gives way to what a messenger cannot do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.chat.actions import Action, write_action
from core.chat.addresses import spelled, written
from core.chat.capabilities import Capabilities, Level
from core.chat.files import Attachment, Draft, Media
from core.chat.layout import plain
from core.chat.pages import Choice, Key, Page, Part, Press
from core.chat.phrases import Language, phrase
from core.chat.screens import (
    Block,
    Bullets,
    Button,
    Code,
    CopyText,
    Facts,
    Line,
    Link,
    Paragraph,
    Phone,
    Quote,
    Screen,
    Sign,
    Visit,
)
from core.chat.spans import texts_of
from core.chat.split import split
from core.chat.translate import in_language, text_in

_DIGITS = ("1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣", "7️⃣", "8️⃣", "9️⃣", "🔟")
SIGNS = frozenset(_DIGITS) | {sign.value for sign in Sign}
"""Every sign that a choice can have."""
_ARROWS = tuple(sign.value.rstrip("\N{VARIATION SELECTOR-16}") for sign in Sign)


File = Attachment | Draft


def fit(
    screen: Screen,
    capabilities: Capabilities,
    language: Language,
    made: Sequence[Draft] = (),
    *,
    asked: bool = False,
) -> Page:
    """The page that a messenger can show: translated, within its limits, with its kind of keys. `made` are the files
    that the screen has as data; `asked`: it answers what its reader did.

    Nothing is lost: without buttons the options become a numbered list; a text too long is split, or becomes a
    file when it would fill the chat.
    """
    blocks = spelled(in_language(screen.blocks, language), capabilities.opens)
    keys = _keys(screen, capabilities, language)
    choices: tuple[Choice, ...] = ()
    if capabilities.buttons is Level.NONE and keys:
        choices = _choices(screen, capabilities, language)
        blocks = (*blocks, *_numbered(keys, choices, language, _copied(blocks)))
        keys = ()
    contact = None if screen.contact is None else text_in(screen.contact, language)
    if contact is not None and capabilities.contact is Level.NONE:
        contact = None
    files = [replace(file, caption=spelled(file.caption, capabilities.opens)) for file in screen.attachments]
    parts = list(_parts(blocks, (*made, *files), capabilities, language))
    parts[-1] = replace(parts[-1], rows=keys, contact=contact)
    return Page(parts=tuple(parts), choices=choices, quiet=screen.quiet, place=screen.place, asked=asked)


def _keys(screen: Screen, capabilities: Capabilities, language: Language) -> tuple[tuple[Key, ...], ...]:
    """The rows of buttons, cut to the messenger's row length and label length."""
    rows: list[tuple[Key, ...]] = []
    for row in screen.rows:
        keys = [key for button in row if (key := _key(button, capabilities, language)) is not None]
        width = capabilities.row_limit
        rows.extend(tuple(keys[start : start + width]) for start in range(0, len(keys), width))
    return tuple(rows)


def _key(button: Button, capabilities: Capabilities, language: Language) -> Key | None:
    label = _shortened(text_in(button.label, language), capabilities.label_limit)
    match button.does:
        case CopyText() if capabilities.copying is Level.NONE and capabilities.buttons is not Level.NONE:
            return None  # the text itself stands on the screen
        case Visit() | CopyText():
            return Key(label, button.does)
        case action:
            return Key(label, Press(write_action(action)))


def _shortened(label: str, limit: int) -> str:
    return label if len(label) <= limit else label[: limit - 1].rstrip() + "…"


def _choices(screen: Screen, capabilities: Capabilities, language: Language) -> tuple[Choice, ...]:
    """The buttons that can be pressed, in order, as many as may with a sign: ways back and pages before the others."""
    buttons = [button for row in screen.rows for button in row if isinstance(button.does, Action)]
    signs: dict[int, str] = {}
    for position, button in enumerate(buttons):
        if button.sign is not None and button.sign.value not in signs.values():
            signs[position] = button.sign.value
    for position, digit in zip(range(len(buttons)), _DIGITS, strict=False):
        signs.setdefault(position, digit)
    first = sorted(signs, key=lambda position: (signs[position] in _DIGITS, position))
    seen = set(first[: capabilities.choice_keys])
    return tuple(
        Choice(key.label, key.does.data, signs[position] if position in seen else "")
        for position, button in enumerate(buttons)
        if (key := _key(button, capabilities, language)) is not None and isinstance(key.does, Press)
    )


def _copied(blocks: Sequence[Block]) -> set[str]:
    """The texts that stand on a screen in a form that is made to be copied."""
    spans = [span for block in blocks for line in _lines(block) for span in texts_of(line)]
    return {span.text if isinstance(span, Code) else span.number for span in spans if isinstance(span, Code | Phone)}


def _lines(block: Block) -> tuple[Line, ...]:
    match block:
        case Paragraph(line) | Quote(line):
            return (line,)
        case Bullets(items):
            return items
        case Facts(rows):
            return tuple(line for _, line in rows)
        case _:
            return ()


def _numbered(
    rows: Sequence[Sequence[Key]], choices: Sequence[Choice], language: Language, copied: set[str]
) -> Iterator[Block]:
    """The keys as text: numbered options, links, texts to copy that stand nowhere else, and how to choose."""
    keys = [key for row in rows for key in row]
    for key in keys:
        if isinstance(key.does, Visit):
            yield Paragraph((Link(key.label, key.does.url),))
        elif isinstance(key.does, CopyText) and key.does.text not in copied:
            yield Paragraph((f"{key.label}: ", Code(key.does.text)))
    if choices:
        signed = any(choice.sign for choice in choices)
        yield Bullets(tuple((_option(choice, signed),) for choice in choices), numbered=True)
        hint = phrase("Answer with a number or press a reaction.") if signed else phrase("Answer with a number.")
        yield Paragraph((language.say(hint),))


def _option(choice: Choice, signed: bool) -> str:
    """The label, after the sign where the number does not tell it. A label's own arrow is no sign, and seems to be."""
    if choice.sign and choice.sign not in _DIGITS:
        return f"{choice.sign} {bare(choice.label) or choice.label}"
    return bare(choice.label) if signed and choice.label.startswith(_ARROWS) else choice.label


def bare(label: str) -> str:
    """A label without the arrows and pictures around its words."""
    letters = [position for position, char in enumerate(label) if char.isalnum()]
    return label[letters[0] : letters[-1] + 1] if letters else ""


def _parts(
    blocks: tuple[Block, ...],
    attachments: Sequence[File],
    capabilities: Capabilities,
    language: Language,
) -> Iterator[Part]:
    """Attachments come first, in albums of a kind; a short text is the caption of a single one, before its own."""
    albums = list(_albums(attachments, capabilities))
    if len(albums) == 1 and len(albums[0]) == 1:
        together = (*blocks, *_caption(albums[0][0]))
        if 0 < capabilities.measure(plain(together)) <= capabilities.caption_limit:
            yield Part(blocks=together, attachments=(_bare(albums[0][0]),))
            return
    for album in albums:
        yield from _shown(album, capabilities)
    if not plain(blocks).strip():
        if not albums:
            yield Part(blocks=(Paragraph(("…",)),))
        return
    pieces = split(blocks, capabilities.text_limit, capabilities.measure)
    if len(pieces) > capabilities.most_parts:
        whole = Draft("message.txt", "text/plain", written(blocks).encode())
        note = Paragraph((language.say(phrase("The whole text is in the file.")),))
        room = capabilities.text_limit - capabilities.measure(plain((note,))) - 2
        yield Part(attachments=(whole,))
        yield Part(blocks=(*split(blocks, room, capabilities.measure)[0], note))
        return
    for piece in pieces:
        yield Part(blocks=piece)


def _shown(album: Sequence[File], capabilities: Capabilities) -> Iterator[Part]:
    """An album, with the caption that does not fit under its last file behind it."""
    *before, last = album
    if not _is_text(last, capabilities):
        yield Part(attachments=tuple(album))
        return
    yield Part(attachments=(*before, _bare(last)))
    yield from (Part(blocks=piece) for piece in split(_caption(last), capabilities.text_limit, capabilities.measure))


def _caption(file: File) -> tuple[Block, ...]:
    return file.caption if isinstance(file, Attachment) else ()


def _bare(file: File) -> File:
    return replace(file, caption=()) if isinstance(file, Attachment) else file


def _is_text(file: File, capabilities: Capabilities) -> bool:
    """Whether the caption of a file has to be a message of its own."""
    return capabilities.measure(plain(_caption(file))) > capabilities.caption_limit


def _albums(attachments: Sequence[File], capabilities: Capabilities) -> Iterator[tuple[File, ...]]:
    """Neighbours that a messenger can group: pictures and films together, documents together, the rest alone."""
    album: list[File] = []
    for attachment in attachments:
        if isinstance(attachment, Attachment) and attachment.loss is not None:
            continue
        full = len(album) == capabilities.album_limit or (album and _is_text(album[-1], capabilities))
        if album and (_group(attachment) is None or _group(attachment) != _group(album[-1]) or full):
            yield tuple(album)
            album = []
        album.append(attachment)
    if album:
        yield tuple(album)


def _group(attachment: File) -> str | None:
    if attachment.media in (Media.PHOTO, Media.VIDEO):
        return "visual"
    return "document" if attachment.media is Media.DOCUMENT else None
