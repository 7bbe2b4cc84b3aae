"""`/audit`: who did what for whom, for admins."""

from __future__ import annotations

from bot.handlers.audit.actions import AskWhom, ChooseKind, OpenAudit, Period, SaveAudit
from bot.handlers.audit.forms import WhomForm, looked, names_of, page_of, wanted
from bot.handlers.audit.room import router
from bot.handlers.audit.screens import kinds_screen, sheet_screen
from bot.talk.cards import CardOf
from bot.talk.request import Reply, Request, Start
from bot.talk.sections import Section
from core.auditing import AuditKind
from core.chat.phrases import phrase
from core.chat.screens import Button, Screen
from core.people.directory import FindPeople, clear_match
from core.people.person import Person
from core.people.roles import READ_AUDIT

_MOST_ROWS = 2_000
"""Rows of a table: what it is made of is kept with its message, which more would make too heavy."""

router.entry(Section.ADMINISTRATION, phrase("🧾 Audit"), OpenAudit(), right=READ_AUDIT, weight=60)


@router.command(
    "audit",
    right=READ_AUDIT,
    follows=True,
    section=Section.ADMINISTRATION,
    describe=phrase("See who did what, for whom and when"),
)
def command(request: Request, words: str) -> Reply:
    """`/audit`, or `/audit NAME`."""
    meant = clear_match(request.uow.ask(FindPeople(words, inactive=True))) if words else None
    if words and meant is None:
        return ask_whom(request, AskWhom(Period.EVER, ""))
    return look(request, OpenAudit() if meant is None else OpenAudit(Period.EVER, person=meant.person.id))


@router.action(OpenAudit, right=READ_AUDIT)
def look(request: Request, action: OpenAudit) -> Screen:
    """A page of the entries."""
    return page_of(request, action)


@router.action(ChooseKind, right=READ_AUDIT)
def choose_kind(request: Request, action: ChooseKind) -> Reply:
    """The kinds."""
    asked = OpenAudit(action.period, person=action.person, kind=action.kind)
    return kinds_screen(asked, request.house.plugged(AuditKind))


@router.action(AskWhom, right=READ_AUDIT)
def ask_whom(request: Request, action: AskWhom) -> Reply:
    """The question for a person."""
    return Start(WhomForm, (("period", action.period.value), ("kind", action.kind)))


@router.action(SaveAudit, right=READ_AUDIT)
def save(request: Request, action: SaveAudit) -> Reply:
    """The entries as a table, the latest ones where there are very many."""
    asked = OpenAudit(action.period, person=action.person, kind=action.kind)
    entries = request.uow.ask(wanted(request, asked, 0, _MOST_ROWS)).entries
    return sheet_screen(looked(request, asked), entries, names_of(request, entries), request.now)


def _buttons(request: Request, person: Person) -> tuple[Button, ...]:
    return (Button(phrase("🧾 Audit"), OpenAudit(Period.EVER, person=person.id)),)


router.card(CardOf.COLLEAGUE, right=READ_AUDIT, order=95, buttons=_buttons)
