"""What is shown of what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.handlers.audit.actions import AskWhom, ChooseKind, OpenAudit, Period, SaveAudit
from bot.kit.lists import ListPage, filter_rows
from bot.kit.made import SheetFile
from bot.kit.naming import messenger_title
from bot.talk.menu import OpenMenu, back_row
from core.auditing import AuditEntry, AuditKind
from core.chat.blocks import Bold, Paragraph
from core.chat.phrases import Phrase, Text, phrase, plural
from core.chat.screens import Button, Row, Screen, screen

PAGE = 6
"""Entries on one page."""

_PERIODS = {
    Period.DAY: phrase("Day"),
    Period.WEEK: phrase("Week"),
    Period.MONTH: phrase("Month"),
    Period.EVER: phrase("Always"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What is looked for, in words: `person` and `kind` are None for all."""

    asked: OpenAudit
    person: Text | None
    kind: Phrase | None


def audit_screen(looked: Looked, entries: Sequence[AuditEntry], names: Mapping[int, str], page: ListPage) -> Screen:
    """A page of entries, and the ways to other ones."""
    asked = looked.asked
    periods = filter_rows(
        tuple(_PERIODS.items()), asked.period, lambda one: replace(asked, period=one, page=0), in_row=4
    )
    count = plural("{n} entry", "{n} entries", n=page.total) if page.total else phrase("Nothing was done.")
    shown = (
        *((phrase("Who: {person}", person=looked.person),) if looked.person is not None else ()),
        *((phrase("What: {kind}", kind=looked.kind),) if looked.kind is not None else ()),
        count,
        *page.where(),
    )
    turns = page.turns(lambda number: replace(asked, page=number), newest_first=True)
    rows = (*periods, *_narrowing(asked), *turns, *_saving(asked, page), back_row(OpenMenu()))
    return screen(phrase("🧾 Audit"), *shown, *(_entry(one, names) for one in entries), rows=rows)


def kinds_screen(asked: OpenAudit, kinds: Sequence[AuditKind]) -> Screen:
    """The kinds of things that are written down."""
    buttons = [Button(one.title, OpenAudit(asked.period, person=asked.person, kind=one.name)) for one in kinds]
    rows = tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
    return screen(phrase("What kind of things?"), rows=(*rows, back_row(asked)))


def sheet_screen(looked: Looked, entries: Sequence[AuditEntry], names: Mapping[int, str], now: datetime) -> Screen:
    """The entries as a table."""
    about: list[tuple[Text, Text]] = [(phrase("Period"), _PERIODS[looked.asked.period])]
    if looked.person is not None:
        about.append((phrase("Person"), looked.person))
    if looked.kind is not None:
        about.append((phrase("Kind"), looked.kind))
    file = SheetFile(
        title=phrase("Audit"),
        columns=(
            (phrase("Time"), "MOMENT"),
            (phrase("Who"), "TEXT"),
            (phrase("Instead of"), "TEXT"),
            (phrase("What"), "TEXT"),
            (phrase("About whom"), "TEXT"),
            (phrase("Where"), "TEXT"),
        ),
        rows=tuple(
            (
                one.at,
                _name(one.actor_id, names),
                _name(one.instead_of_id, names),
                one.what,
                _name(one.person_id, names),
                messenger_title(one.origin) if one.origin else None,
            )
            for one in entries
        ),
        as_of=now,
        about=tuple(about),
    )
    shown = screen(phrase("🧾 Audit"), rows=(back_row(looked.asked),))
    return replace(shown, made=(file,), fresh=True)


def _entry(entry: AuditEntry, names: Mapping[int, str]) -> Paragraph:
    """Who and when, what, and for whom."""
    who: Text = _name(entry.actor_id, names) or phrase("by itself")
    if entry.instead_of_id is not None:
        who = phrase("{name} for {other}", name=who, other=_name(entry.instead_of_id, names) or "—")
    head = phrase("{time} · {who}", time=entry.at, who=who)
    whom = _name(entry.person_id, names)
    about = (" — ", whom) if whom is not None and entry.person_id != entry.actor_id else ()
    where = (" · ", messenger_title(entry.origin)) if entry.origin else ()
    return Paragraph((Bold(head), "\n", entry.what, *about, *where))


def _name(person_id: int | None, names: Mapping[int, str]) -> str | None:
    return None if person_id is None else names.get(person_id, "—")


def _narrowing(asked: OpenAudit) -> tuple[Row, ...]:
    whole = OpenAudit(asked.period)
    narrow = (
        Button(phrase("Who…"), AskWhom(asked.period, asked.kind)),
        Button(phrase("What…"), ChooseKind(asked.period, asked.person, asked.kind)),
    )
    every = (Button(phrase("Everything"), whole),) if asked.person is not None or asked.kind else ()
    return ((*narrow, *every),)


def _saving(asked: OpenAudit, page: ListPage) -> tuple[Row, ...]:
    return ((Button(phrase("As a table"), SaveAudit(asked.period, asked.person, asked.kind)),),) if page.total else ()
