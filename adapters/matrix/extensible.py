"""Texts of events in their several spellings, and the words of a poll; pure, and trusting nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from core.chat.cleaning import clean

POLLS = ("m.poll.start", "org.matrix.msc3381.poll.start")
_ANSWERS = 20


def fields_of(value: object) -> Mapping[str, object]:
    """A part of an event as an object; an empty one when it is none."""
    return value if isinstance(value, Mapping) else {}


def string_of(value: object) -> str:
    """A part of an event as a text; empty when it is none."""
    return value if isinstance(value, str) else ""


def poll_text(content: Mapping[str, object]) -> str:
    """The question and the numbered answers."""
    poll = fields_of(next((content[key] for key in ("m.poll", *POLLS) if key in content), None))
    answers = poll.get("answers")
    lines = [_extensible(poll.get("question")) or _extensible(content)]
    for number, answer in enumerate(islice(answers, _ANSWERS) if isinstance(answers, list) else (), 1):
        lines.append(f"{number}. {_extensible(answer)}")
    return "\n".join(lines)


def _extensible(value: object) -> str:
    """The plain text of an extensible event: stable (a list of representations), unstable, or a plain body."""
    return clean(next(_representations(fields_of(value)), "")).strip()


def _representations(found: Mapping[str, object]) -> Iterator[str]:
    stable = found.get("m.text")
    for one in stable if isinstance(stable, list) else ():
        if string_of(fields_of(one).get("mimetype")) in ("", "text/plain"):
            yield string_of(fields_of(one).get("body"))
    for other in (stable, found.get("org.matrix.msc1767.text"), found.get("body")):
        if isinstance(other, str):
            yield other
