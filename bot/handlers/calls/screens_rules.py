"""What a line counts as a talk, as the same series and as too long a wait, as admins see it."""

from __future__ import annotations

from bot.handlers.calls.actions import OpenLine, OpenRules, SetAnalogue, SetRule
from bot.talk.menu import back
from core.calls.lines import Line
from core.calls.rules import CONTACT, INSISTS, RULES, Rule, rule_of
from core.chat.blocks import Facts, Paragraph
from core.chat.blocks import Line as Spans
from core.chat.phrases import Phrase, Text, phrase, plural
from core.chat.screens import Button, Row, Screen, paragraph, screen
from core.unit_of_work import UnitOfWork


def rules_screen(uow: UnitOfWork, line: Line) -> Screen:
    """Its rules, each with a button; those of its own can be taken back."""
    facts: list[tuple[Text, Spans]] = []
    rows: list[Row] = []
    for number, rule in enumerate(RULES.values()):
        value, own = rule_of(uow, line, rule), getattr(line, rule.name) is not None
        shown = _shown(rule, value)
        facts.append((rule.title, (shown if own else phrase("{value} (as usual)", value=shown),)))
        change = Button(phrase("✏️ {rule}", rule=rule.title), SetRule(line.id, number))
        rows.append((change, Button(phrase("✕ As usual"), SetRule(line.id, number, True))) if own else (change,))
    notes: list[Paragraph] = []
    if line.analogue:
        notes.append(
            paragraph(phrase("An analogue line: it does not tell whether the client answered, and alerts say so."))
        )
        rows.append((Button(phrase("☎️ Not an analogue line"), SetAnalogue(line.id, False)),))
    else:
        rows.append((Button(phrase("☎️ This is an analogue line"), SetAnalogue(line.id, True)),))
    rows.append((back(OpenLine(line.id)),))
    return screen(phrase("⚙️ Rules of {line}", line=line.label), Facts(tuple(facts)), *notes, rows=tuple(rows))


def to_rules(line: Line) -> Button:
    """The way there from the line."""
    return Button(phrase("⚙️ Rules"), OpenRules(line.id))


def _shown(rule: Rule, value: int) -> Phrase:
    if rule is CONTACT:
        return plural("{n} second", "{n} seconds", n=value)
    if rule is INSISTS:
        return phrase("{n}", n=value)
    return plural("{n} minute", "{n} minutes", n=value)
