"""What of the files that people send is passed on, and as what."""

from __future__ import annotations

import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from core.chat.dangers import examine
from core.chat.files import Attachment, Loss, Media
from tests.support.webchat import FolderOfFiles, png


def packed(*names: str) -> bytes:
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return whole.getvalue()


def sent(folder: Path, name: str, content: bytes, mime: str = "application/octet-stream") -> Attachment:
    files = FolderOfFiles(folder)
    key = sha256(content).hexdigest()
    files.path(key).write_bytes(content)
    media = {"image": Media.PHOTO, "video": Media.VIDEO}.get(mime.partition("/")[0], Media.DOCUMENT)
    return examine(files, Attachment(media=media, name=name, mime=mime, size=len(content), content=key))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("setup.exe", b"anything"),
        ("отчёт.pdf.JS", b"alert(1)"),
        ("run.bat. ", b"del"),
        ("бюджет.docm", packed("word/document.xml")),
        ("бюджет.docx", packed("word/document.xml", "word/vbaProject.bin")),
        ("фото.jpg", b"MZ\x90\0 a program"),
        ("notes.txt", b"#!/bin/sh\nrm"),
        ("readme", b"\x7fELF\2\1\1"),
        ("счёт.pdf", b"L\0\0\0\x01\x14\x02\0"),
    ],
)
def test_what_can_be_started_is_refused_whatever_it_is_called(tmp_path: Path, name: str, content: bytes) -> None:
    file = sent(tmp_path, name, content)
    assert (file.loss, file.content) == (Loss.DANGEROUS, "")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("смета.xlsx", packed("xl/workbook.xml")),
        ("письмо.docx", b"PK\3\4 torn"),
        ("exe", b"a note"),
        ("a.js.txt", b"x"),
    ],
)
def test_what_people_work_with_is_not(tmp_path: Path, name: str, content: bytes) -> None:
    assert sent(tmp_path, name, content).loss is None


def test_an_empty_file_is_none(tmp_path: Path) -> None:
    assert sent(tmp_path, "a.pdf", b"").loss is Loss.EMPTY


@pytest.mark.parametrize(
    ("name", "content", "declared", "mime", "media"),
    [
        ("a.jpg", png(2, 2), "image/jpeg", "image/png", Media.PHOTO),
        ("a.png", b"<script>", "image/png", "application/octet-stream", Media.DOCUMENT),
        ("a.png", b"%PDF-1.7", "image/png", "application/pdf", Media.DOCUMENT),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp", "image/webp", Media.PHOTO),
        ("a.mp4", b"\0\0\0\x18ftypmp42", "video/mp4", "video/mp4", Media.VIDEO),
        ("a.csv", b"a;b", "text/csv", "text/csv", Media.DOCUMENT),
    ],
)
def test_a_file_is_shown_as_what_it_is(
    tmp_path: Path, name: str, content: bytes, declared: str, mime: str, media: Media
) -> None:
    file = sent(tmp_path, name, content, declared)
    assert (file.mime, file.media, file.loss) == (mime, media, None)
