"""A missed call as people see it, from the first miss to the talk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.handlers.calls.actions import (
    CloseAlert,
    ListMissed,
    NoteAlert,
    OpenAlert,
    ReleaseAlert,
    SpamAlert,
    TakeAlert,
    ToClient,
    UnspamAlert,
)
from bot.talk.menu import back, question_screen
from core.calls.alert import Alert, AlertState, Resolution
from core.calls.call import LostWhere, Outcome
from core.chat.blocks import Block, Bold, Heading, Paragraph, Phone, Quote, Span
from core.chat.phrases import Clock, Phrase, Text, phrase, plural
from core.chat.screens import Button, CopyText, Row, Screen, paragraph
from core.phones import pretty


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCard:
    """An alert with the names that stand on it. `notes` are (author, text), the oldest first; `series` are the minutes
    within which its calls count as one series."""

    alert: Alert
    line: str
    department: str | None
    claimed_by: str
    resolved_by: str
    notes: tuple[tuple[str, str], ...]
    series: int = 30


def alert_screen(card: AlertCard) -> Screen:
    """The message that lives on while the story does."""
    alert = card.alert
    blocks: list[Block] = [Heading(_title(card)), paragraph(*_client(alert)), paragraph(_circumstances(card))]
    if alert.repeats > 1:
        again = plural(
            "Call number {calls} in {n} minute",
            "Call number {calls} in {n} minutes",
            n=card.series,
            calls=alert.repeats,
        )
        blocks.append(paragraph(Bold(again)))
    blocks += [Paragraph((state,)) for state in _states(card)]
    blocks += [Quote((f"📝 {author}: {text}",)) for author, text in card.notes]
    return Screen(blocks=tuple(blocks), rows=_rows(alert))


def opened_screen(card: AlertCard, page: int) -> Screen:
    """The same opened from the list of the day."""
    shown = alert_screen(card)
    return Screen(blocks=shown.blocks, rows=(*shown.rows, (back(ListMissed(page)),)))


def escalation_screen(card: AlertCard, waited: timedelta) -> Screen:
    """The new message to those above."""
    shown = alert_screen(card)
    minutes = max(1, round(waited.total_seconds() / 60))
    told = plural("🔥 {n} minute without an answer", "🔥 {n} minutes without an answer", n=minutes)
    head = Paragraph((Bold(told),)) if card.alert.state is AlertState.OPEN else None
    return Screen(blocks=(*((head,) if head else ()), *shown.blocks), rows=shown.rows)


def insisting_screen(card: AlertCard) -> Screen:
    """A short new message, because the change of an old one is not noticed; it follows the alert as well."""
    alert = card.alert
    states = _states(card)
    if alert.state is AlertState.OPEN and not (alert.earlier or alert.returned_at):
        tried = plural(
            "{n} missed call, and nobody has spoken with the client yet.",
            "{n} missed calls, and nobody has spoken with the client yet.",
            n=alert.misses,
        )
        states = [tried, *states]
    return Screen(
        blocks=(Paragraph((f"{mark(alert)} ", *_client(alert))), *(Paragraph((state,)) for state in states)),
        rows=((Button(phrase("Open"), OpenAlert(alert.id)),),),
    )


def sure_to_release_screen(card: AlertCard) -> Screen:
    """Asks before a call is taken from whoever has it."""
    question = phrase("Take this call from {name}?", name=card.claimed_by)
    about = phrase("Nobody will have it then, and anybody can take it.")
    yes = Button(phrase("↩️ Give back"), ReleaseAlert(card.alert.id, sure=True))
    return question_screen(question, about, yes=yes, no=OpenAlert(card.alert.id))


def sure_to_block_screen(alert: Alert) -> Screen:
    """Asks before nobody hears of a client any more."""
    number = pretty(alert.number) if alert.number else "—"
    question = phrase("Mark {number} as spam?", number=number)
    about = phrase("All missed calls of this number are closed, and nobody is told of its calls any more.")
    yes = Button(phrase("🚫 Mark as spam"), SpamAlert(alert.id, sure=True))
    return question_screen(question, about, yes=yes, no=OpenAlert(alert.id))


def mark(alert: Alert | None) -> str:
    """The state of an alert at a glance."""
    if alert is None:
        return "▫️"
    match alert.state, alert.resolution:
        case AlertState.OPEN, _:
            return "🔥" if alert.level else "🔴"
        case AlertState.CLAIMED, _:
            return "🟡"
        case _, Resolution.CALLED_BACK | Resolution.CLIENT_RECALLED:
            return "🟢" if alert.contact_proven else "☑️"
        case _, Resolution.SPAM:
            return "🚫"
        case _, Resolution.CLOSED_NOTE:
            return "✅"
        case _:
            return "⚪"


def number_span(number: str | None) -> Span:
    """A number in a form that messengers make dialable."""
    if number is None:
        return phrase("number withheld")
    return Phone(number, pretty(number)) if number.startswith("+") else number


def lost(outcome: Outcome | None, where: LostWhere | None) -> Phrase:
    """How a client was lost."""
    if where is LostWhere.AFTER_HOURS:
        return phrase("after hours")
    if where is LostWhere.VOICEMAIL:
        return phrase("left a voice message")
    if where is LostWhere.IVR:
        return phrase("lost in the voice menu")
    if where is LostWhere.LINE:
        return phrase("no telephone rang")
    if where is LostWhere.MEETING:
        return phrase("nobody came to the conference")
    if where is LostWhere.TRANSFER:
        return phrase("lost while being passed on")
    if outcome is Outcome.BUSY:
        return phrase("it was busy")
    left = outcome is Outcome.ABANDONED
    if where is LostWhere.QUEUE:
        return phrase("left the queue") if left else phrase("nobody answered in the queue")
    if where is LostWhere.FORWARD:
        return phrase("the mobile did not answer")
    return phrase("hung up before an answer") if left else phrase("nobody answered")


def _title(card: AlertCard) -> Phrase:
    where: Text = card.department or card.line
    if card.alert.lost_where is LostWhere.TRANSFER:
        return phrase("{mark} Lost in a transfer · {where}", mark=mark(card.alert), where=where)
    return phrase("{mark} Missed call · {where}", mark=mark(card.alert), where=where)


def _client(alert: Alert) -> tuple[Span, ...]:
    return (number_span(alert.number), *((f" · {alert.client}",) if alert.client else ()))


def _circumstances(card: AlertCard) -> Phrase:
    alert = card.alert
    return phrase(
        "{time} · line {line} · waited {wait} · {lost}",
        time=Clock(alert.missed_at),
        line=card.line or "—",
        wait=timedelta(seconds=alert.waited or 0),
        lost=lost(alert.outcome, alert.lost_where),
    )


def _states(card: AlertCard) -> list[Span]:
    alert = card.alert
    states: list[Span] = []
    if alert.open and alert.earlier is not None:
        states.append(_earlier(alert, alert.earlier))
    if alert.returned_at is not None and alert.state is AlertState.OPEN:
        taken = Clock(alert.returned_at)
        states.append(
            phrase(
                "↩️ {name} took it, {time}, and no call followed: it is open again", name=alert.returned_by, time=taken
            )
        )
    if alert.claimed_at is not None and alert.open:
        states.append(phrase("🟡 Taken by {name}, {time}", name=card.claimed_by, time=Clock(alert.claimed_at)))
    if alert.level and alert.state is AlertState.OPEN:
        states.append(phrase("🔥 Nobody took it in time: passed on to the manager"))
    if alert.resolution is not None:
        states.append(_resolution(card, alert.resolution))
    return states


def _resolution(card: AlertCard, resolution: Resolution) -> Span:
    alert, at = card.alert, Clock(card.alert.resolved_at or card.alert.missed_at)
    talk = _talk(alert.contact_talk)
    begun = Clock(alert.contact_at or alert.missed_at)
    match resolution:
        case Resolution.CALLED_BACK if not alert.contact_proven:
            return phrase(
                "☑️ {name} called, {time} · {talk} on an analogue line, which does not tell whether the client answered",
                name=alert.contact_by or "—",
                time=begun,
                talk=timedelta(seconds=alert.contact_talk or 0),
            )
        case Resolution.CALLED_BACK:
            after = _after(alert.contact_after)
            return phrase(
                "🟢 Called back by {name}, {time} · {after} · {talk}",
                name=alert.contact_by or "—",
                time=begun,
                after=after,
                talk=talk,
            )
        case Resolution.CLIENT_RECALLED:
            return phrase(
                "🟢 The client got through, {time} → {name} · {talk}",
                name=alert.contact_by or "—",
                time=begun,
                talk=talk,
            )
        case Resolution.CLOSED_NOTE:
            return phrase("✅ Closed with a note by {name}, {time}", name=card.resolved_by, time=at)
        case Resolution.SPAM:
            return phrase("🚫 Marked as spam by {name}, {time}", name=card.resolved_by, time=at)
        case Resolution.RETRACTED:
            return phrase("⚪ False alarm: the call was answered")


def _talk(seconds: float | None) -> Phrase:
    if seconds is None:
        return phrase("talking now")
    return phrase("talk {talk}", talk=timedelta(seconds=seconds))


def _earlier(alert: Alert, how: Resolution) -> Phrase:
    """What had happened before the client was missed once more."""
    name, time = alert.earlier_by or "—", Clock(alert.earlier_at or alert.missed_at)
    match how:
        case Resolution.CALLED_BACK:
            return phrase(
                "↩️ Called back by {name}, {time}; then called again, and nobody answered", name=name, time=time
            )
        case Resolution.CLIENT_RECALLED:
            return phrase("↩️ Spoke with {name}, {time}; then called again, and nobody answered", name=name, time=time)
        case _:
            return phrase(
                "↩️ Closed with a note by {name}, {time}; then called again, and nobody answered", name=name, time=time
            )


def _after(seconds: float | None) -> Phrase:
    if seconds is None or seconds < 60:
        return phrase("within a minute")
    minutes = round(seconds / 60)
    return plural("after {n} minute", "after {n} minutes", n=minutes)


def _rows(alert: Alert) -> tuple[Row, ...]:
    note = Button(phrase("📝 Note"), NoteAlert(alert.id))
    if alert.resolution is Resolution.SPAM:
        return ((Button(phrase("↩️ Not spam"), UnspamAlert(alert.id)),),)
    client = (Button(phrase("👤 To the client"), ToClient(alert.id)),) if (alert.number or "").startswith("+") else ()
    if not alert.open:
        return ((note, *client),)
    if alert.state is AlertState.CLAIMED:
        first = Button(phrase("↩️ Give back"), ReleaseAlert(alert.id))
    else:
        first = Button(phrase("🙋 Take"), TakeAlert(alert.id))
    rows: list[Row] = [(first, note), (Button(phrase("✅ Close with a note"), CloseAlert(alert.id)),)]
    if alert.number is not None:
        number = Button(phrase("📋 Number"), CopyText(alert.number[:64]))
        rows.append((number, Button(phrase("🚫 Spam"), SpamAlert(alert.id))))
    return (*rows, client) if client else tuple(rows)
