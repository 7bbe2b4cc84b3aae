"""Which files of people are passed on: none that is empty, a program, or carries macros; and what the others are.

The name alone decides nothing: what the first bytes say counts more, so that neither a picture that is none nor a
program that calls itself a picture gets through.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path

from core.chat.files import Attachment, Files, Loss, Media

_PROGRAMS = (
    "ade adp apk app application appref-ms appx appxbundle bat bash cab chm cmd com command cpl csh deb desktop dll "
    "dmg drv elf exe fish gadget hlp hta img inf ins iso isp jar jnlp js jse ksh lib lnk mde mjs msc msh msi msix msp "
    "mst nsh ocx osx pif pkg pl ps1 ps1xml ps2 psc1 psd1 psm1 py pyc pyw rb reg rpm run scf scr sct settingcontent-ms "
    "sh shb shs sys url vb vbe vbs vhd vhdx vxd wsc wsf wsh xbap xll zsh"
)
"""Endings of what can be started by a double click, or mounted and then started."""
_MACROS = "docm dotm xlsm xlsb xltm xlam pptm potm ppsm ppam sldm vsdm one"
"""Endings of documents that can carry macros."""
DANGEROUS = frozenset(f"{_PROGRAMS} {_MACROS}".split())
_STARTS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xcf")
"""How programs of Windows, Linux, Java and macOS begin, and scripts."""
_SHORTCUT = b"L\0\0\0\x01\x14\x02\0"
_HEAD = 32
_ZIP = b"PK\x03\x04"
_KINDS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(begin, re.DOTALL), mime)
    for begin, mime in (
        (rb"\x89PNG\r\n\x1a\n", "image/png"),
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"GIF8[79]a", "image/gif"),
        (rb"RIFF....WEBP", "image/webp"),
        (rb"RIFF....WAVE", "audio/wav"),
        (rb"....ftyp(?!heic|heix|mif1|M4A)", "video/mp4"),
        (rb"....ftypM4A", "audio/mp4"),
        (rb"....ftyp(?:heic|heix|mif1)", "image/heic"),
        (rb"\x1aE\xdf\xa3", "video/webm"),
        (rb"OggS", "audio/ogg"),
        (rb"ID3|\xff[\xfb\xf3\xf2]", "audio/mpeg"),
        (rb"fLaC", "audio/flac"),
        (rb"%PDF-", "application/pdf"),
    )
)
_KNOWN = frozenset(mime for _, mime in _KINDS)
_UNKNOWN = "application/octet-stream"
_SEEN = {"image": Media.PHOTO, "video": Media.VIDEO, "audio": Media.AUDIO}


def examine(files: Files, attachment: Attachment) -> Attachment:
    """The file as it may be passed on: with its true kind, or with the loss that says why it is not. Reads the disk."""
    if attachment.loss is not None or not attachment.content:
        return attachment
    path = files.path(attachment.content)
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return attachment
    if not head:
        return replace(attachment, loss=Loss.EMPTY, content="")
    if _is_dangerous(attachment.name, head, path):
        return replace(attachment, loss=Loss.DANGEROUS, content="")
    return _truly(attachment, head)


def _is_dangerous(name: str, head: bytes, path: Path) -> bool:
    # Windows ignores dots and blanks at the end of a name.
    _, dot, ending = name.rstrip(". \u00a0").rpartition(".")
    if (dot and ending.casefold() in DANGEROUS) or head.startswith((*_STARTS, _SHORTCUT)):
        return True
    return head.startswith(_ZIP) and _has_macros(path)


def _has_macros(path: Path) -> bool:
    """Whether a document that is not named so carries macros all the same."""
    try:
        with zipfile.ZipFile(path) as packed:
            return any(name.casefold().endswith("vbaproject.bin") for name in packed.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def _truly(attachment: Attachment, head: bytes) -> Attachment:
    """With the kind that the content has. What is shown as a picture, a film or a sound must be one."""
    if attachment.media is Media.VOICE:
        return attachment
    found = next((mime for begin, mime in _KINDS if begin.match(head)), None)
    if found is None and attachment.mime in _KNOWN:
        return replace(attachment, mime=_UNKNOWN, media=Media.DOCUMENT)
    if found is None or found.partition("/")[0] == attachment.mime.partition("/")[0] == "audio":
        return attachment
    if attachment.mime in _KNOWN and found != attachment.mime:
        shown = attachment.media is not Media.DOCUMENT
        media = _SEEN.get(found.partition("/")[0], Media.DOCUMENT) if shown else Media.DOCUMENT
        return replace(attachment, mime=found, media=media)
    return attachment
