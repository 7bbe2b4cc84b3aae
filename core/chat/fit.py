"""The one place where a screen gives way to what a messenger cannot do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.chat.actions import destroys, write_action
from core.chat.addresses import spelled, written
from core.chat.bindings import DIGITS, Option, choices_of
from core.chat.blocks import Block, Bullets, Code, Facts, Line, Link, Paragraph, Phone, Quote
from core.chat.capabilities import Capabilities, Level
from core.chat.files import Attachment, Draft, Media
from core.chat.layout import plain
from core.chat.pages import Choice, Key, Page, Part, Press
from core.chat.phrases import Language, Phrase, phrase
from core.chat.screens import Button, CopyText, Screen, Sign, Visit
from core.chat.spans import texts_of
from core.chat.split import marks_in, split
from core.chat.translate import in_language, text_in

_BELOW = 4
"""The last rows of a keyboard, where tools and ways out stand."""
_BACK = "‹"
_ARROWS = tuple(sign.value.rstrip("\N{VARIATION SELECTOR-16}") for sign in Sign)


File = Attachment | Draft


def fit(
    screen: Screen,
    capabilities: Capabilities,
    language: Language,
    made: Sequence[Draft] = (),
    *,
    before: Sequence[Choice] = (),
    asked: bool = False,
    hint: bool = True,
) -> Page:
    """The page that a messenger can show: translated, within its limits, with its kind of keys. `made` are the files
    that the screen has as data; `before` are the choices that the message had until now. `asked`: it answers what its
    reader did. `hint`: it says how to choose where there are no buttons.

    Nothing is lost: without buttons the options become a numbered list; a text too long is split, or becomes a
    file when it would fill the chat.
    """
    blocks = spelled(in_language(screen.blocks, language), capabilities.opens)
    keys = _keys(screen, capabilities, language)
    choices: tuple[Choice, ...] = ()
    retired: tuple[Choice, ...] = ()
    menu: tuple[Block, ...] = ()
    told: Phrase | None = None
    if capabilities.buttons is Level.NONE:
        options = _options(screen, capabilities, language)
        choices, retired = choices_of(options, before, asked=asked, keys=capabilities.choice_keys)
        told = _hint(choices, asked=asked) if hint and any(choice.number is not None for choice in choices) else None
        menu = spelled(tuple(_numbered(keys, choices, language, _copied(blocks), told)), capabilities.opens)
        keys = ()
        if screen.answered:
            choices = tuple(replace(choice, sign="") for choice in choices)
    contact = None if screen.contact is None else text_in(screen.contact, language)
    if contact is not None and capabilities.contact is Level.NONE:
        contact = None
    files = [replace(file, caption=spelled(file.caption, capabilities.opens)) for file in screen.attachments]
    texts, albums = _parts(blocks, menu, (*made, *files), capabilities, language)
    (texts or albums)[-1] = replace((texts or albums)[-1], rows=keys, contact=contact)
    # A menu that has to be read stands at the end; buttons stand with the text, which is read while the files come.
    parts = [*albums, *texts] if capabilities.buttons is Level.NONE else [*texts, *albums]
    return Page(
        parts=tuple(parts),
        choices=choices,
        retired=retired,
        hinted=told is not None,
        quiet=screen.quiet,
        place=screen.place,
        asked=asked,
    )


def _keys(screen: Screen, capabilities: Capabilities, language: Language) -> tuple[tuple[Key, ...], ...]:
    """The rows of buttons, cut to the messenger's number of buttons, row length and label length."""
    rows: list[tuple[Key, ...]] = []
    for row in screen.rows:
        keys = [key for button in row if (key := _key(button, capabilities, language)) is not None]
        if screen.answered and capabilities.buttons is not Level.NONE:
            keys = [key for key in keys if not isinstance(key.does, Press)]
        width = capabilities.row_limit
        rows.extend(tuple(keys[start : start + width]) for start in range(0, len(keys), width))
    return tuple(rows) if capabilities.buttons is Level.NONE else _within(rows, capabilities.button_limit)


def _within(rows: Sequence[tuple[Key, ...]], limit: int) -> tuple[tuple[Key, ...], ...]:
    """At most `limit` buttons. The list gives way, never the tools and ways out that stand below it: a screen that
    nobody can leave is worse than one that shows a part."""
    if sum(map(len, rows)) <= limit:
        return tuple(rows)
    listed, below = rows[:-_BELOW], rows[-_BELOW:]
    room, kept = limit - sum(map(len, below)), []
    for row in listed:
        kept.append(row[: max(room, 0)])
        room -= len(row)
    return (*filter(None, kept), *below)


def _key(button: Button, capabilities: Capabilities, language: Language) -> Key | None:
    label = _shortened(text_in(button.label, language), capabilities.label_limit)
    match button.does:
        case CopyText() if capabilities.copying is Level.NONE and capabilities.buttons is not Level.NONE:
            return None  # the text itself stands on the screen
        case Visit() | CopyText():
            return Key(label, button.does)
        case action:
            return Key(label, Press(write_action(action)), destroys(action))


def _shortened(label: str, limit: int) -> str:
    return label if len(label) <= limit else label[: limit - 1].rstrip() + "…"


def _options(screen: Screen, capabilities: Capabilities, language: Language) -> list[Option]:
    """The buttons that can be pressed, in order."""
    return [
        Option(key.label, key.does.data, button.sign)
        for row in screen.rows
        for button in row
        if (key := _key(button, capabilities, language)) is not None and isinstance(key.does, Press)
    ]


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
    rows: Sequence[Sequence[Key]], choices: Sequence[Choice], language: Language, copied: set[str], hint: Phrase | None
) -> Iterator[Block]:
    """The keys as text: numbered options, links, texts to copy that stand nowhere else, and how to choose."""
    keys = [key for row in rows for key in row]
    for key in keys:
        if isinstance(key.does, Visit):
            yield Paragraph((Link(key.label, key.does.url),))
        elif isinstance(key.does, CopyText) and key.does.text not in copied:
            yield Paragraph((f"{key.label}: ", Code(key.does.text)))
    if choices:
        yield _listed(choices)
    if hint is not None:
        yield Paragraph((language.say(hint),))


def _listed(choices: Sequence[Choice]) -> Block:
    """The options by their numbers. A label that begins with a number itself, such as a date, gets another mark before
    it; ways out alone have none."""
    labels = [_option(choice) for choice in choices]
    numbers = [choice.number for choice in choices]
    counted = any(label[:1].isdigit() for label in labels)
    if numbers == list(range(1, len(choices) + 1)) and not counted:
        return Bullets(tuple((label,) for label in labels), numbered=True)
    mark = ")" if counted else "."
    before = ["" if number is None else f"{number}{mark} " for number in numbers]
    return Paragraph(("\n".join(map(str.__add__, before, labels)),))


def _hint(choices: Sequence[Choice], *, asked: bool) -> Phrase:
    """How to choose: what came by itself is not what a number alone is meant for."""
    signed = any(choice.sign for choice in choices)
    if asked:
        return phrase("Answer with a number or press a reaction.") if signed else phrase("Answer with a number.")
    if signed:
        return phrase("Press a reaction, or reply to this message with a number.")
    return phrase("Reply to this message with a number.")


def _option(choice: Choice) -> str:
    """The label, after the sign where the number does not tell it. A label's own arrow is no sign, and seems to be."""
    if choice.sign and choice.sign not in DIGITS:
        return f"{choice.sign} {bare(choice.label) or choice.label}"
    if choice.number is None and choice.label[:1].isalnum():
        return f"{_BACK} {choice.label}"  # else it would read as a part of the text
    return bare(choice.label) if choice.label.startswith(_ARROWS) else choice.label


def bare(label: str) -> str:
    """A label without the arrows and pictures around its words."""
    letters = [position for position, char in enumerate(label) if char.isalnum()]
    return label[letters[0] : letters[-1] + 1] if letters else ""


def _parts(
    blocks: tuple[Block, ...],
    menu: tuple[Block, ...],
    attachments: Sequence[File],
    capabilities: Capabilities,
    language: Language,
) -> tuple[list[Part], list[Part]]:
    """The texts, and the attachments in albums of a kind. A short text is the caption of a single one, before its own.
    The menu as text comes last, whatever becomes of a long text before it."""
    whole = (*blocks, *menu)
    albums = list(_albums(attachments, capabilities))
    if len(albums) == 1 and len(albums[0]) == 1:
        together = (*whole, *_caption(albums[0][0]))
        if plain(together) and not _is_beyond(together, capabilities.caption_limit, capabilities):
            return [Part(blocks=together, attachments=(_bare(albums[0][0]),))], []
    shown = [part for album in albums for part in _shown(album, capabilities)]
    if not plain(whole).strip():
        return ([] if shown else [Part(blocks=(Paragraph(("…",)),))]), shown
    pieces = _split(blocks, capabilities)
    if len(pieces) > capabilities.most_parts:
        note = Paragraph((language.say(phrase("The whole text is in the file.")),))
        room = capabilities.text_limit - capabilities.measure(plain((note,))) - 2
        pieces = [(*_split(blocks, capabilities, room)[0], note)]
        shown.append(Part(attachments=(Draft("message.txt", "text/plain", written(blocks).encode()),)))
    return [Part(blocks=piece) for piece in _ending(pieces, menu, capabilities)], shown


def _ending(
    pieces: list[tuple[Block, ...]], menu: tuple[Block, ...], capabilities: Capabilities
) -> list[tuple[Block, ...]]:
    """The pieces of a text with the menu below: in the last of them where it has room, else in messages of its own."""
    last = (*pieces[-1], *menu)
    if not menu or not _is_beyond(last, capabilities.text_limit, capabilities):
        return [*pieces[:-1], last]
    return [*pieces, *_split(menu, capabilities)]


def _shown(album: Sequence[File], capabilities: Capabilities) -> Iterator[Part]:
    """An album, with the caption that does not fit under its last file behind it."""
    *before, last = album
    if not _is_text(last, capabilities):
        yield Part(attachments=tuple(album))
        return
    yield Part(attachments=(*before, _bare(last)))
    yield from (Part(blocks=piece) for piece in _split(_caption(last), capabilities))


def _caption(file: File) -> tuple[Block, ...]:
    return file.caption if isinstance(file, Attachment) else ()


def _bare(file: File) -> File:
    return replace(file, caption=()) if isinstance(file, Attachment) else file


def _is_text(file: File, capabilities: Capabilities) -> bool:
    """Whether the caption of a file has to be a message of its own."""
    return _is_beyond(_caption(file), capabilities.caption_limit, capabilities)


def _is_beyond(blocks: tuple[Block, ...], limit: int, capabilities: Capabilities) -> bool:
    """Whether one message cannot hold these."""
    marks = capabilities.marks_limit
    return capabilities.measure(plain(blocks)) > limit or (marks is not None and marks_in(blocks) > marks)


def _split(blocks: tuple[Block, ...], capabilities: Capabilities, limit: int | None = None) -> list[tuple[Block, ...]]:
    """The blocks in messages of at most `limit`, else of what a message can hold."""
    size = capabilities.text_limit if limit is None else limit
    return split(blocks, size, capabilities.measure, capabilities.marks_limit)


def _albums(attachments: Sequence[File], capabilities: Capabilities) -> list[list[File]]:
    """What a messenger can group: pictures and films together, documents together, the rest alone; each where the first
    of its group stands."""
    albums: list[list[File]] = []
    open_albums: dict[str, list[File]] = {}
    for attachment in attachments:
        if isinstance(attachment, Attachment) and attachment.loss is not None:
            continue
        group = _group(attachment)
        album = None if group is None else open_albums.get(group)
        if album is None or len(album) == capabilities.album_limit or _is_text(album[-1], capabilities):
            album = []
            albums.append(album)
            if group is not None:
                open_albums[group] = album
        album.append(attachment)
    return albums


def _group(attachment: File) -> str | None:
    if attachment.media in (Media.PHOTO, Media.VIDEO):
        return "visual"
    return "document" if attachment.media is Media.DOCUMENT else None
