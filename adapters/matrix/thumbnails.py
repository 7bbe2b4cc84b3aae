"""Small copies of pictures, since clients of encrypted rooms have no server to make them; pure.

What Pillow is given comes from anybody: whatever it makes of it, the picture is sent, only without a small copy.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

SIZE = (800, 600)
"""Pixels that a small copy has at most."""

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
_MOST_PIXELS = 40_000_000
_TURNED = range(5, 9)
_ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True)
class Small:
    """A small copy, ready to be sent; width and height in pixels."""

    content: bytes
    mime: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture is: its true type, and pixels as it is shown. `small` only when it would be smaller."""

    mime: str
    width: int
    height: int
    small: Small | None


def picture(content: bytes) -> Picture | None:
    """Reads a picture; None for what is none. Takes up to a second for a large one."""
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            mime = Image.MIME[image.format or ""]
            width, height = image.size
            # A PNG is unpacked to find this out, which is not for pictures of any size; cameras make none.
            if image.format != "PNG" and image.getexif().get(_ORIENTATION) in _TURNED:
                width, height = height, width
            return Picture(mime, width, height, _small(image, len(content)))
    except Exception:  # anything at all can come out of a broken or hostile picture
        return None


def _small(image: Image.Image, size: int) -> Small | None:
    width, height = image.size
    if (width <= SIZE[0] and height <= SIZE[1]) or width * height > _MOST_PIXELS:
        return None
    try:
        image.draft("RGB", SIZE)
        shown = ImageOps.exif_transpose(image)
        transparent = shown.has_transparency_data
        shown = shown.convert("RGBA" if transparent else "RGB")
        shown.thumbnail(SIZE)
        out = io.BytesIO()
        if transparent:
            shown.save(out, "PNG", optimize=True)
        else:
            shown.save(out, "JPEG", quality=80)
    except Exception:  # a header that promises more than follows
        return None
    if out.tell() >= size:
        return None
    return Small(out.getvalue(), "image/png" if transparent else "image/jpeg", *shown.size)
