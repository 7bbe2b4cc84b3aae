"""A client as people see them: the name, the numbers and the last calls."""

from __future__ import annotations

from datetime import timedelta

from bot.handlers.calls.screens import lost, number_span
from core.calls.call import Call, Direction, Outcome
from core.calls.clients import ClientCard
from core.chat.blocks import Block, Bold, Bullets, Facts, Heading, Line
from core.chat.phrases import Phrase, Text, phrase
from core.chat.screens import Row, Screen, paragraph
from core.phones import pretty


def client_screen(card: ClientCard, *rows: Row) -> Screen:
    """A client's short card, with the ways on and back in `rows`."""
    title: Text = card.client.label if card.client is not None else pretty(card.number)
    numbers: list[tuple[Text, Line]] = [(phrase("Phone"), (number_span(card.number),))]
    numbers += [(phrase("Under the same name"), (number_span(number),)) for number in card.others]
    blocks: list[Block] = [Heading(title), Facts(tuple(numbers))]
    if card.client is None:
        blocks.append(paragraph(phrase("The book of clients does not name this number.")))
    if card.calls:
        blocks += [paragraph(Bold(phrase("Last calls"))), Bullets(tuple((_call(call, card),) for call in card.calls))]
    else:
        blocks.append(paragraph(phrase("There were no calls over your lines.")))
    return Screen(blocks=tuple(blocks), rows=rows)


def _call(call: Call, card: ClientCard) -> Phrase:
    at, talk = call.started_at, timedelta(seconds=call.talk_seconds or 0)
    ours = call.direction is Direction.OUTBOUND
    if call.open:
        return phrase("{moment} · the call goes on", moment=at)
    if call.answered_at is not None and not call.lost:
        if ours and call.line in card.unproven:
            return phrase(
                "{moment} · we called · {talk} on an analogue line, which does not tell whether the client answered",
                moment=at,
                talk=talk,
            )
        if ours:
            return phrase("{moment} · we called · talk {talk}", moment=at, talk=talk)
        return phrase("{moment} · the client called · talk {talk}", moment=at, talk=talk)
    if ours and call.outcome is Outcome.UNKNOWN:
        return phrase("{moment} · we called · how it ended is not known", moment=at)
    if ours:
        return phrase("{moment} · we called · nobody answered", moment=at)
    if call.lost:
        return phrase("{moment} · the client called · {lost}", moment=at, lost=lost(call.outcome, call.lost_where))
    return phrase("{moment} · the client called · how it ended is not known", moment=at)
