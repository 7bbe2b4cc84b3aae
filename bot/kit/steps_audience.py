"""The question for whom something is: departments, roles, people, those who are left out, and audiences with a name.

It says at each step how many people that is and who of them cannot be reached.
"""

from __future__ import annotations

from dataclasses import replace

from bot.kit.audiences import (
    AudienceChoice,
    AudiencePage,
    audience_text,
    choice_of,
    has,
    reach_lines,
    role_names,
    toggled,
)
from bot.kit.steps import Asked, in_rows, readable
from bot.talk.questions import Answers, Option, Question, Taken, Value, Wrong
from bot.talk.request import Request
from core.alike import as_read
from core.campaigns.audiences import (
    SavedAudience,
    SavedAudiences,
    do_forget_audience,
    do_save_audience,
    may_forget,
)
from core.chat.blocks import Block, Bold, Bullets, Paragraph
from core.chat.events import Event, Said
from core.chat.phrases import Phrase, Text, phrase
from core.chat.screens import Screen
from core.people.audience import Audience, CountAudience, DepartmentsToTell, Reach, ReachOf, UnreachableOf
from core.people.directory import FindPeople, Found
from core.people.person import Person
from core.unit_of_work import Refused

_ON_PAGE, _SUGGESTED, _LONGEST = 24, 8, 100
_EVERYBODY, _NEXT, _FORGET = "everybody", "next", "forget"
Entry = tuple[str, Text]


class AudienceStep(Asked):
    """Whom something is for. Its value is an `AudienceChoice`; `audience_of` reads the audience from it."""

    def question(self, request: Request, answers: Answers) -> Question:
        choice = choice_of(answers, self.name)
        match choice.page:
            case AudiencePage.START:
                return self._start(request, choice)
            case AudiencePage.SAVE:
                return _naming(request, choice)
            case AudiencePage.UNREACHABLE:
                return _unreachable(request, choice)
            case _:
                return _listed(request, choice)

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        choice = choice_of(answers, self.name)
        if value == _EVERYBODY:
            return Value(AudienceChoice(audience=Audience(everybody=True, without=choice.audience.without)))
        if value in {page.value for page in AudiencePage}:
            return Value(_opened(choice, AudiencePage(value)), stay=True)
        if value == _NEXT:
            return Value(replace(choice, part=choice.part + 1), stay=True)
        saved = _saved(request, value if value != _FORGET else f"s{choice.saved}")
        if saved is not None and value == _FORGET:
            return _forgotten(request, choice, saved)
        if saved is not None:
            return Value(AudienceChoice(audience=saved.audience, saved=saved.id), stay=True)
        key = _key(choice.page, value)
        if key is None or not _known(request, choice, key):
            return Wrong(phrase("This option is not available any more. Please choose another."))
        return Value(replace(_changed(choice, key), saved=None), stay=True)

    def take(self, request: Request, answers: Answers, event: Event) -> Taken:
        if not isinstance(event, Said):
            return Wrong(phrase("Please write it as text."))
        choice, text = choice_of(answers, self.name), readable(event.text)[:_LONGEST]
        if choice.page is AudiencePage.SAVE:
            return _kept(request, choice, text)
        language = request.house.languages(request.language)
        for key, label in (*_starts(request), *_entries(request, choice)):
            if as_read(language.say(label)) == as_read(text):
                return self.pick(request, answers, key)
        page = choice.page if choice.page is AudiencePage.WITHOUT else AudiencePage.NAMES
        found = replace(choice.at(page), sought=text)
        if not text or not _found(request, text):
            return Wrong(phrase("I found neither a colleague nor a department of this name. Please write another."))
        return Value(found, stay=True)

    def chosen(self, request: Request, answers: Answers) -> Text | None:
        audience = choice_of(answers, self.name).audience
        return None if audience.empty else audience_text(request.uow, audience, request.house.roles)

    def _start(self, request: Request, choice: AudienceChoice) -> Question:
        kinds, saved = _starts(request), request.uow.ask(SavedAudiences())
        rows = [(Option(kinds[0][1], kinds[0][0]),), *in_rows([Option(label, key) for key, label in kinds[1:]], 2)]
        rows += in_rows([Option(phrase("⭐ {name}", name=one.name), f"s{one.id}") for one in saved], 2)
        if choice.audience.empty:
            return Question(self.asked(), tuple(rows))
        reach = request.uow.ask(ReachOf(choice.audience))
        mine = next((one for one in saved if one.id == choice.saved), None)
        if mine is not None and may_forget(request.me, mine):
            rows.append((Option(phrase("🗑 Remove “{name}”", name=mine.name), _FORGET),))
        shown = self.asked(*_told(request, choice, reach))
        return Question(shown, (*rows, *_tools(choice, reach)), _done(reach))


def _starts(request: Request) -> tuple[Entry, ...]:
    count = request.uow.ask(CountAudience(Audience(everybody=True)))
    return (
        (_EVERYBODY, phrase("Everybody ({n})", n=count)),
        (AudiencePage.DEPARTMENTS.value, phrase("Departments…")),
        (AudiencePage.ROLES.value, phrase("Roles…")),
        (AudiencePage.NAMES.value, phrase("🔎 By name…")),
        (AudiencePage.WITHOUT.value, phrase("➖ All but…")),
    )


def _opened(choice: AudienceChoice, page: AudiencePage) -> AudienceChoice:
    """On another page. Whoever leaves somebody out before choosing anybody means everybody else."""
    if page is AudiencePage.WITHOUT and choice.audience.empty:
        choice = replace(choice, audience=replace(choice.audience, everybody=True))
    elif choice.audience.everybody and page in (AudiencePage.DEPARTMENTS, AudiencePage.ROLES, AudiencePage.NAMES):
        choice = AudienceChoice(audience=Audience(without=choice.audience.without))
    return choice.at(page)


def _listed(request: Request, choice: AudienceChoice) -> Question:
    """A list of parts that are added, or left out."""
    without = choice.page is AudiencePage.WITHOUT
    entries, sign = _entries(request, choice), "➖" if without else "✅"
    parts = max(1, -(-len(entries) // _ON_PAGE))
    begin = choice.part % parts * _ON_PAGE
    options = [
        Option(phrase("{mark} {label}", mark=sign if has(_shown(choice), key) else "▫️", label=label), key)
        for key, label in entries[begin : begin + _ON_PAGE]
    ]
    rows = list(in_rows(options, 2))
    if parts > 1:
        rows.append((Option(phrase("More: {page} of {pages} ›", page=begin // _ON_PAGE + 1, pages=parts), _NEXT),))
    head = Paragraph((Bold(_ASKED[choice.page]),))
    if choice.audience.empty:
        return Question(_screen(head), (*rows, (_TO_START,)))
    reach = request.uow.ask(ReachOf(choice.audience))
    tools = _tools(choice, reach, start=True)
    return Question(_screen(head, *_told(request, choice, reach)), (*rows, *tools), _done(reach))


def _told(request: Request, choice: AudienceChoice, reach: Reach) -> tuple[Paragraph, ...]:
    """Whom has been chosen, and how many that is."""
    named = audience_text(request.uow, choice.audience, request.house.roles)
    return tuple(Paragraph((line,)) for line in (named, *reach_lines(reach)))


def _tools(choice: AudienceChoice, reach: Reach, *, start: bool = False) -> tuple[tuple[Option, ...], ...]:
    """What can be done with what has been chosen; with `start` the way to what else there is."""
    rows: list[tuple[Option, ...]] = []
    if reach.unreachable:
        label = phrase("👤 Who cannot be reached: {n}", n=reach.unreachable)
        rows.append((Option(label, AudiencePage.UNREACHABLE.value),))
    row = (_TO_START,) if start else ()
    if choice.page is not AudiencePage.WITHOUT and start:
        row = (*row, Option(phrase("➖ Leave out…"), AudiencePage.WITHOUT.value))
    if choice.saved is None and not (choice.audience.everybody and choice.audience.without is None):
        row = (*row, Option(phrase("⭐ Save…"), AudiencePage.SAVE.value))
    return (*rows, row) if row else tuple(rows)


def _naming(request: Request, choice: AudienceChoice) -> Question:
    named = audience_text(request.uow, choice.audience, request.house.roles)
    return Question(_screen(Paragraph((Bold(_ASKED[choice.page]),)), Paragraph((named,))), ((_TO_START,),))


def _unreachable(request: Request, choice: AudienceChoice) -> Question:
    """Who of them has no account that can be written to."""
    total = request.uow.ask(ReachOf(choice.audience)).unreachable
    parts = max(1, -(-total // _ON_PAGE))
    begin = choice.part % parts * _ON_PAGE
    people = request.uow.ask(UnreachableOf(choice.audience, begin, _ON_PAGE))
    items = tuple((Bold(one.name), " · ", one.department or "—") for one in people)
    rows: tuple[tuple[Option, ...], ...] = ((_TO_START,),)
    if parts > 1:
        label = phrase("More: {page} of {pages} ›", page=begin // _ON_PAGE + 1, pages=parts)
        rows = ((Option(label, _NEXT),), *rows)
    why = Paragraph((phrase("They have not signed in yet, or have blocked me."),))
    return Question(_screen(Paragraph((Bold(_ASKED[choice.page]),)), Bullets(items), why), rows)


def _entries(request: Request, choice: AudienceChoice) -> list[Entry]:
    """What can be chosen on a page, by its key."""
    match choice.page:
        case AudiencePage.DEPARTMENTS:
            return _departments(request, "")
        case AudiencePage.ROLES:
            return _roles(request)
        case AudiencePage.NAMES:
            return _with_chosen(request, choice, _found(request, choice.sought))
        case AudiencePage.WITHOUT:
            found = _found(request, choice.sought) if choice.sought else [*_departments(request, ""), *_roles(request)]
            return _with_chosen(request, choice, found)
        case _:
            return []


def _departments(request: Request, text: str) -> list[Entry]:
    departments, wanted = request.uow.ask(DepartmentsToTell()), as_read(text)
    return [(f"d{one.id}", one.name) for one in departments if wanted in as_read(one.name)]


def _roles(request: Request) -> list[Entry]:
    return [(f"r{role.name}", role.people) for role in request.house.roles.values()]


def _found(request: Request, text: str) -> list[Entry]:
    """Departments and colleagues of a name."""
    if not text:
        return []
    people = request.uow.ask(FindPeople(text, _SUGGESTED))
    return [
        *_departments(request, text)[:_SUGGESTED],
        *((f"p{one.person.id}", _colleague(one)) for one in people),
    ]


def _colleague(one: Found) -> Phrase:
    return phrase("{name} · {about}", name=one.person.full_name, about=one.department or "—")


def _with_chosen(request: Request, choice: AudienceChoice, found: list[Entry]) -> list[Entry]:
    """The people who were chosen by name stay to be seen."""
    known = {key for key, _ in found}
    people = [request.uow.get(Person, id) for id in _shown(choice).people if f"p{id}" not in known]
    return [*((f"p{one.id}", one.full_name) for one in people if one is not None), *found]


def _shown(choice: AudienceChoice) -> Audience:
    """The audience to whose parts the marks of a page belong."""
    return (choice.audience.without or Audience()) if choice.page is AudiencePage.WITHOUT else choice.audience


def _changed(choice: AudienceChoice, key: str) -> AudienceChoice:
    after = toggled(_shown(choice), key)
    if choice.page is not AudiencePage.WITHOUT:
        return replace(choice, audience=after)
    return replace(choice, audience=replace(choice.audience, without=None if after.empty else after))


def _key(page: AudiencePage, value: str) -> str | None:
    """The part that a button means; a menu of before names neither kind."""
    if value.isdecimal():
        role = next(iter(role_names(value)), None)
        by_page = {AudiencePage.DEPARTMENTS: f"d{value}", AudiencePage.ROLES: f"r{role}"}
        return by_page.get(page)
    return value if value[:1] == "r" or (value[:1] in ("d", "p") and value[1:].isdecimal()) else None


def _known(request: Request, choice: AudienceChoice, key: str) -> bool:
    """Whether a part can be chosen, or taken away again."""
    return has(_shown(choice), key) or key in {known for known, _ in _entries(request, choice)}


def _saved(request: Request, value: str) -> SavedAudience | None:
    if value[:1] != "s" or not value[1:].isdecimal():
        return None
    return request.uow.get(SavedAudience, int(value[1:]))


def _kept(request: Request, choice: AudienceChoice, name: str) -> Taken:
    try:
        saved = do_save_audience(request.uow, request.me, name, choice.audience)
    except Refused as refused:
        return Wrong(refused.reason)
    return Value(replace(choice.at(AudiencePage.START), saved=saved.id), stay=True)


def _forgotten(request: Request, choice: AudienceChoice, saved: SavedAudience) -> Taken:
    do_forget_audience(request.uow, request.me, saved)
    return Value(replace(choice, saved=None), stay=True)


def _done(reach: Reach) -> Phrase | None:
    return phrase("Done") if reach.total else None


def _screen(*blocks: Block) -> Screen:
    return Screen(blocks=blocks)


_TO_START = Option(phrase("‹ Other choices"), AudiencePage.START.value)
_ASKED = {
    AudiencePage.DEPARTMENTS: phrase("Which departments?"),
    AudiencePage.ROLES: phrase("Which roles?"),
    AudiencePage.NAMES: phrase("Write the name of a colleague or of a department."),
    AudiencePage.WITHOUT: phrase("Who is left out? Choose, or write a name."),
    AudiencePage.UNREACHABLE: phrase("Who cannot be reached"),
    AudiencePage.SAVE: phrase("Under which name is this audience to be saved?"),
}
