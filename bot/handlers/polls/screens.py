"""What people see of a poll: the question with its answers, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.handlers.polls.actions import (
    AnswerPoll,
    AskPoll,
    ClosePoll,
    CopyPoll,
    DrawPoll,
    ListPolls,
    ListVoters,
    OpenPoll,
    WithdrawPoll,
)
from bot.kit.charts import Bar
from bot.kit.charts_frame import Frame
from bot.kit.lists import ListPage
from bot.kit.made import BarPicture
from bot.kit.progress import progress_bar, share
from bot.talk.menu import TO_MENU, OpenPerson, back, back_row, no_button
from core.chat.blocks import Block, Bold, Bullets, Heading, Italic, Line, Paragraph
from core.chat.phrases import Day, Phrase, Text, phrase, plural
from core.chat.screens import Button, Marked, Row, Screen, screen
from core.people.person import Person
from core.polls.counting import LEAST_SHOWN
from core.polls.poll import Poll, Result

PAGE = 8
_LABEL = 42


@dataclass(frozen=True, slots=True, kw_only=True)
class PollView:
    """All that the screen of a poll shows to one person. `chosen` are the own answers, None where they are not told;
    `answered` is how many people have answered; `result` None while nobody may see it."""

    poll: Poll
    author: str
    answered: int
    result: Result | None
    chosen: frozenset[int] | None
    asked: bool
    runs: bool


def ballot_screen(poll: Poll, author: str) -> Screen:
    """A poll as all who are asked get it. Whose copy is answered shows so: which answer it was only in a named poll,
    because what a copy shows is kept."""
    details: Row = (Button(phrase("Open"), OpenPoll(poll.id)),)
    rows = (*_answers(poll), details)
    marked = [Marked("a", (Paragraph((Bold(phrase("✅ You have answered.")),)),), rows)]
    if poll.named and not poll.several:
        marked += [
            Marked(
                mark_of(poll, frozenset({place})), (_own((option,)),), (*_answers(poll, frozenset({place})), details)
            )
            for place, option in enumerate(poll.options)
        ]
    blocks = (Heading(_question(poll)), *_terms(poll, author))
    return Screen(blocks=blocks, rows=rows, marked=tuple(marked))


def mark_of(poll: Poll, chosen: frozenset[int]) -> str:
    """What the copy of somebody who chose these bears."""
    if not chosen:
        return ""
    return f"o{min(chosen)}" if poll.named and not poll.several else "a"


def closed_screen(poll: Poll, result: Result) -> Screen:
    """What the copies of a closed poll say."""
    rows: tuple[Row, ...] = ((Button(phrase("Open"), OpenPoll(poll.id)),),)
    return Screen(blocks=(Heading(_question(poll)), *_outcome(poll, result)), rows=rows, quiet=True)


def tombstone() -> Screen:
    """What is left of a withdrawn poll where it cannot be deleted."""
    return Screen(blocks=(Paragraph(("⛔ ", phrase("This poll was withdrawn."))),), quiet=True)


def poll_screen(view: PollView, page: int) -> Screen:
    """A poll that was opened."""
    poll, result = view.poll, view.result
    blocks: list[Block] = [Heading(_question(poll)), *_terms(poll, view.author)]
    if view.chosen:
        blocks.append(_own(tuple(poll.options[place] for place in sorted(view.chosen))))
    if result is not None:
        blocks += _outcome(poll, result)
    elif poll.open:
        blocks.append(Paragraph((_turnout(view.answered),)))
    rows: list[Row] = [*_answers(poll, view.chosen or frozenset())] if poll.open and view.asked else []
    if result is not None and result.shown:
        rows.append((Button(phrase("📊 Show as a picture"), DrawPoll(poll.id)),))
        if view.runs and poll.named:
            rows.append((Button(phrase("👥 Show who answered what"), ListVoters(poll.id, 0)),))
    if view.runs and not poll.open:
        rows.append((copied(poll),))
    if view.runs:
        close = (Button(phrase("🏁 Close the poll"), ClosePoll(poll.id)),) if poll.open else ()
        rows.append((*close, Button(phrase("⛔ Withdraw the poll"), WithdrawPoll(poll.id))))
    rows.append((back(ListPolls(page)),))
    return Screen(blocks=tuple(blocks), rows=tuple(rows))


def copied(poll: Poll) -> Button:
    """The way from a poll that is over to a new one that asks the same."""
    return Button(phrase("📄 Copy into a new one"), CopyPoll(poll.id))


def withdrawn_screen(poll: Poll) -> Screen:
    """For whoever has taken a poll back."""
    gone = tombstone()
    return Screen(blocks=gone.blocks, rows=((copied(poll),), (back(ListPolls(), phrase("All polls")),)))


def picture_screen(poll: Poll, result: Result) -> Screen:
    """The result as a picture."""
    most = max(result.counts, default=0)
    bars = tuple(
        Bar(option, count, _counted(count, result.people), strong=0 < count == most)
        for option, count in zip(poll.options, result.counts, strict=True)
    )
    ended = poll.closed_at
    note = phrase("Closed on {day}", day=Day(ended)) if ended is not None else phrase("Not closed yet")
    frame = Frame(title=poll.question, about=_turnout(result.people), note=note)
    return Screen(
        blocks=(Paragraph((Bold(poll.question),)),),
        made=(BarPicture(frame, bars),),
        rows=(back_row(OpenPoll(poll.id)),),
    )


def list_screen(polls: Sequence[Poll], unanswered: frozenset[int], page: ListPage) -> Screen:
    """A page of the polls, the latest first."""
    rows: list[Row] = [
        (Button(poll_label(poll, poll.id in unanswered), OpenPoll(poll.id, page.number)),) for poll in polls
    ]
    rows += page.turns(ListPolls, newest_first=True)
    rows += [(Button(phrase("➕ Ask in a poll"), AskPoll()),), TO_MENU]
    empty = () if page.total else (phrase("There are no polls for you yet."),)
    return screen(phrase("🗳 Polls"), *empty, *page.where(), rows=tuple(rows))


def voters_screen(poll: Poll, option: int, people: Sequence[Person], page: ListPage) -> Screen:
    """Who chose an option of a named poll, and the way to the other options."""
    rows: list[Row] = [(Button(person.full_name, OpenPerson(person.id)),) for person in people]
    rows += page.turns(lambda number: ListVoters(poll.id, option, number))
    others = [place for place in range(len(poll.options)) if place != option]
    rows += [(Button(shortened(poll.options[place]), ListVoters(poll.id, place)),) for place in others]
    count = plural("{n} person chose this.", "{n} people chose this.", n=page.total)
    return screen(poll.options[option], count, *page.where(), rows=(*rows, back_row(OpenPoll(poll.id))))


def sure_to_close_screen(poll: Poll) -> Screen:
    """Asks before a poll is closed."""
    ask = phrase("Close “{question}”? Nobody can answer any more.", question=shortened(poll.question))
    yes = Button(phrase("🏁 Close the poll"), ClosePoll(poll.id, sure=True))
    return screen(None, ask, rows=((yes, no_button(OpenPoll(poll.id))),))


def sure_to_withdraw_screen(poll: Poll) -> Screen:
    """Asks before a poll is taken back."""
    ask = phrase("Withdraw “{question}”? All answers are erased.", question=shortened(poll.question))
    yes = Button(phrase("⛔ Withdraw the poll"), WithdrawPoll(poll.id, sure=True))
    return screen(None, ask, rows=((yes, no_button(OpenPoll(poll.id))),))


def asked_screen(poll: Poll, count: int, lost: Sequence[Phrase] = ()) -> Screen:
    """The answer to whoever has just asked so many who can be reached; `lost` tells of those who cannot."""
    told = plural("{n} person is asked.", "{n} people are asked.", n=count)
    rows = ((Button(phrase("Open"), OpenPoll(poll.id)), back(ListPolls(), phrase("All polls"))),)
    return screen(phrase("✅ The poll is out"), poll.question, told, *lost, rows=rows)


def result_screen(poll: Poll, result: Result) -> Screen:
    """For the author: the poll has ended."""
    rows = ((Button(phrase("Open"), OpenPoll(poll.id)), back(ListPolls(), phrase("All polls"))),)
    return screen(phrase("🏁 Your poll is closed"), poll.question, *_outcome(poll, result), rows=rows)


def terms_of(*, several: bool, named: bool, live: bool) -> tuple[Phrase, ...]:
    """How a poll works, for those who answer and for whoever asks."""
    how = phrase("Several answers are possible.") if several else phrase("Choose one answer.")
    who = (
        phrase("Named: whoever asks sees who chose what.")
        if named
        else phrase("Anonymous: nobody sees who chose what, and results are shown from {n} answers on.", n=LEAST_SHOWN)
    )
    when = phrase("Results are seen at once.") if live and named else phrase("Results are seen when it is closed.")
    return how, who, when


def shortened(text: str) -> str:
    """A text short enough for a button or a sentence."""
    return text if len(text) <= _LABEL else text[: _LABEL - 1].rstrip() + "…"


def _question(poll: Poll) -> str:
    return f"🗳 {poll.question}"


def _terms(poll: Poll, author: str) -> tuple[Block, ...]:
    told: list[Text] = [*terms_of(several=poll.several, named=poll.named, live=poll.live)] if poll.open else []
    if poll.open and poll.closes_at is not None:
        told.append(phrase("You can answer, and change your mind, until {time}.", time=poll.closes_at))
    by = Paragraph((Italic(phrase("{author} · {day}", author=author, day=Day(poll.opened_at))),))
    return (*((Bullets(tuple((one,) for one in told)),) if told else ()), by)


def _own(options: Sequence[str]) -> Paragraph:
    spans: list[Line] = [(" · ", Bold(option)) for option in options]
    return Paragraph(("✅ ", phrase("Your answer:"), " ", *[span for line in spans for span in line][1:]))


def _answers(poll: Poll, chosen: frozenset[int] = frozenset()) -> tuple[Row, ...]:
    return tuple(
        (Button(phrase("✅ {option}", option=option) if place in chosen else option, AnswerPoll(poll.id, place)),)
        for place, option in enumerate(poll.options)
    )


def _outcome(poll: Poll, result: Result) -> tuple[Block, ...]:
    """What came of a poll, in words and bars of text."""
    if not result.shown:
        few = phrase("Fewer than {n} people answered, so the answers are not shown.", n=LEAST_SHOWN)
        return (Paragraph((few,)),)
    blocks: list[Block] = [Paragraph((_turnout(result.people),))]
    for option, count in zip(poll.options, result.counts, strict=True):
        blocks.append(Paragraph((Bold(option), "\n", progress_bar(count, max(1, result.people)), f" · {count}")))
    if len(result.groups) > 1:
        lines = tuple(_group(poll, group.department, group.people, group.counts) for group in result.groups)
        blocks += [Paragraph((Bold(phrase("By department")),)), Bullets(lines)]
    return tuple(blocks)


def _group(poll: Poll, department: str | None, people: int, counts: Sequence[int]) -> Line:
    best = max(range(len(counts)), key=lambda place: counts[place])
    name: Text = department or phrase("no department")
    return (name, ": ", poll.options[best], " — ", share(counts[best], people))


def _counted(count: int, people: int) -> Phrase:
    return phrase("{n} · {share}", n=count, share=share(count, people))


def _turnout(people: int) -> Phrase:
    return plural("{n} person has answered.", "{n} people have answered.", n=people)


def poll_label(poll: Poll, unanswered: bool = False) -> Phrase:
    """A poll on a button."""
    mark = "🔵" if unanswered else "🗳" if poll.open else "🏁"
    return phrase("{mark} {question} · {day}", mark=mark, question=shortened(poll.question), day=Day(poll.opened_at))
