"""The question whose entries are looked for, and the page that answers it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.handlers.audit.actions import OpenAudit, Period
from bot.handlers.audit.room import router
from bot.handlers.audit.screens import PAGE, Looked, audit_screen
from bot.kit.lists import page_from
from bot.kit.steps_people import PersonStep
from bot.talk.questions import Answers, Form
from bot.talk.request import Reply, Request
from core.auditing import AuditEntry, AuditKind, AuditOf
from core.chat.phrases import phrase
from core.chat.screens import Screen
from core.people.grants import PeopleById
from core.people.roles import READ_AUDIT


@router.form
class WhomForm(Form):
    """Somebody by or for whom things were done."""

    code = "audit.whom"
    title = phrase("Audit")
    right = READ_AUDIT
    steps = (PersonStep("person", phrase("Who? Write the name.")),)

    def finish(self, request: Request, answers: Answers) -> Reply:
        period, kind = Period(answers.the("period", str)), answers.get("kind", str) or ""
        return page_of(request, OpenAudit(period, person=answers.the("person", int), kind=kind))


def page_of(request: Request, asked: OpenAudit) -> Screen:
    """A page of the entries."""
    part, page = page_from(
        lambda offset, limit: request.uow.ask(wanted(request, asked, offset, limit)), asked.page, PAGE
    )
    return audit_screen(looked(request, asked), part.entries, names_of(request, part.entries), page)


def wanted(request: Request, asked: OpenAudit, offset: int, limit: int) -> AuditOf:
    """What is looked for."""
    length = asked.period.length
    since = None if length is None else request.now - length
    return AuditOf(kind=asked.kind or None, person_id=asked.person, since=since, offset=offset, limit=limit)


def looked(request: Request, asked: OpenAudit) -> Looked:
    """The same in words."""
    person = None if asked.person is None else _people(request, (asked.person,)).get(asked.person, "—")
    kinds = {one.name: one.title for one in request.house.plugged(AuditKind)}
    return Looked(asked=asked, person=person, kind=kinds.get(asked.kind))


def names_of(request: Request, entries: Iterable[AuditEntry]) -> dict[int, str]:
    """The names of all who take part in these."""
    ids = {id for one in entries for id in (one.actor_id, one.instead_of_id, one.person_id) if id is not None}
    return _people(request, ids)


def _people(request: Request, ids: Collection[int]) -> dict[int, str]:
    return {id: person.name for id, person in request.uow.ask(PeopleById(frozenset(ids))).items()}
