"""What strangers write, made safe to keep and to show: texts, names, names of files. Every adapter's way in uses it.

A text may be in any script and with any emoji. What goes is what no reader can see and what turns the letters around
it: control characters, bidirectional overrides, half surrogate pairs; in a name also blanks that only look like
nothing, so that nobody is called by a gap, or by a name that reads as somebody else's.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PureWindowsPath

LONGEST_NAME = 120
"""Characters of a name, of a person's or a file's."""

_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]")
_BREAKS = re.compile(r"\r\n?|[\u2028\u2029]")
_BLANK = re.compile(r"[\s\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u2800\u3164\uffa0]+")
"""Spaces, and characters of other kinds that are drawn as one or as nothing."""
_JOINERS = "\u200c\u200d"  # within emoji, and between letters of some scripts
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_MARKS = re.compile(f"({_MARK}{{3}}){_MARK}+")
"""More accents on one letter than any language has: they are drawn over the lines around."""
_FORBIDDEN = re.compile(r"[\n\t/\\:*?\"<>|]")
_LONGEST_ENDING = 10


def clean(text: str) -> str:
    """A text that can be stored and shown, in lines that end in a line feed."""
    return _UNWANTED.sub("", _BREAKS.sub("\n", text))


def clean_name(name: str) -> str:
    """A name of a person or a group in one line; empty when nothing of it can be seen."""
    return _seen(name)[:LONGEST_NAME].strip()


def clean_file_name(name: str) -> str:
    """The last part of a path of any system, safe to show and to save under; its ending stays when it is cut."""
    last = _seen(PureWindowsPath(clean(name)).name)
    last = _FORBIDDEN.sub("_", last).strip(" .")
    return _shortened(last) or "file"


def _seen(name: str) -> str:
    """What of a text can be seen, in one line."""
    line = _BLANK.sub(" ", clean(name))
    seen = "".join(char for char in line if char in _JOINERS or not _is_format(char))
    seen = _MARKS.sub(r"\1", re.sub(rf"(?<![^\s])[{_JOINERS}]+|[{_JOINERS}]+(?!\S)", "", seen))
    seen = " ".join(seen.split())
    return seen if any(unicodedata.category(char)[0] not in "CZM" for char in seen) else ""


def _is_format(char: str) -> bool:
    """Zero widths, marks of direction, soft hyphens; but the tags that make the flags of regions stay."""
    return unicodedata.category(char) == "Cf" and not "\U000e0020" <= char <= "\U000e007f"


def _shortened(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = f"{dot}{ending}" if stem and len(ending) <= _LONGEST_ENDING else ""
    return name[: LONGEST_NAME - len(tail)].rstrip(" .") + tail
