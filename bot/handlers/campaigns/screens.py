"""Who has acknowledged a campaign and who has not, and what those are told."""

from __future__ import annotations

from collections.abc import Sequence

from bot.kit.campaigns.actions import ExportCampaign, FollowCampaign, OpenMissing, OpenStandings, ReportCampaign
from bot.kit.lists import ListPage, filter_rows, page_at
from bot.kit.progress import progress_bar
from bot.talk.menu import TO_MENU, back
from core.campaigns.campaign import Campaign
from core.campaigns.standing import DepartmentStandings, MissingPart, Part, Standings
from core.chat.actions import Action
from core.chat.blocks import Bold, Bullets, Facts, Paragraph
from core.chat.phrases import Phrase, Text, phrase, plural
from core.chat.screens import Button, Row, Screen, screen

DEPARTMENTS_PAGE = 8
MISSING_PAGE = 10


def standings_screen(
    campaign: Campaign, title: Text, departments: Sequence[DepartmentStandings], page: int, *, all_of_it: bool
) -> Screen:
    """How far the acknowledgements have come, by department; a department opens the list of who is missing there.

    Not `all_of_it`: only the people of the one who looks.
    """
    whole = total(departments)
    here = page_at(page, DEPARTMENTS_PAGE, len(departments))
    rows: list[Row] = []
    if whole.total > whole.acknowledged:
        label = phrase("👀 Who is missing: {n}", n=whole.total - whole.acknowledged)
        rows.append((Button(label, OpenMissing(campaign.id)),))
    for one in here.of(departments):
        label = phrase(
            "{name}: {done} of {total}", name=department_name(one), done=one.of.acknowledged, total=one.of.total
        )
        rows.append((Button(label, OpenMissing(campaign.id, department=one.department_id or 0)),))
    rows += here.turns(lambda number: OpenStandings(campaign.id, number))
    if whole.total:
        picture = Button(phrase("📊 As a picture"), ReportCampaign(campaign.id))
        rows.append((picture, Button(phrase("📄 As a table"), ExportCampaign(campaign.id))))
    rows.append((back(FollowCampaign(campaign.id)),) if all_of_it else TO_MENU)
    head = phrase("👀 Acknowledgements") if all_of_it else phrase("👀 Acknowledgements of your people")
    if not departments:
        return screen(head, title, phrase("Nobody has got it yet."), rows=tuple(rows))
    bar = Paragraph((progress_bar(whole.acknowledged, whole.total),))
    return screen(head, title, bar, _figures(whole), *here.where(), rows=tuple(rows))


def total(departments: Sequence[DepartmentStandings]) -> Standings:
    """All departments together."""
    return Standings(
        total=sum(one.of.total for one in departments),
        acknowledged=sum(one.of.acknowledged for one in departments),
        unreached=sum(one.of.unreached for one in departments),
    )


def _figures(whole: Standings) -> Facts:
    return Facts(
        (
            (phrase("Acknowledged"), (phrase("{n}", n=whole.acknowledged),)),
            (phrase("Not yet"), (phrase("{n}", n=whole.missing),)),
            (phrase("Not reached"), (phrase("{n}", n=whole.unreached),)),
        )
    )


def missing_screen(title: Text, part: MissingPart, page: ListPage, shown: OpenMissing) -> Screen:
    """A page of those who have not acknowledged."""
    items = tuple(
        (
            Bold(one.name),
            " · ",
            one.department or "—",
            *(() if one.reached else (" · ", phrase("not reached"))),
        )
        for one in part.items
    )
    parts = ((Part.ALL, phrase("All")), (Part.MISSING, phrase("Not yet")), (Part.UNREACHED, phrase("Not reached")))

    def to(chosen: Part, number: int = 0) -> Action:
        return OpenMissing(shown.campaign, number, shown.department, chosen)

    rows = (
        *filter_rows(parts, shown.part, to),
        *page.turns(lambda number: to(shown.part, number)),
        (back(OpenStandings(shown.campaign)),),
    )
    head = phrase("👀 Who is missing")
    if not part.total:
        return screen(head, title, phrase("Nobody is missing here."), rows=rows)
    told = plural("{n} person has not acknowledged.", "{n} people have not acknowledged.", n=part.total)
    return screen(head, title, told, Bullets(items), *page.where(), rows=rows)


def reminder_screen(title: Text, opens: Action, *, anew: bool) -> Screen:
    """What those are told who have not acknowledged; `anew` when they have acknowledged an earlier version."""
    told = (
        phrase("This was changed. Please read it again, and say that you have.")
        if anew
        else phrase("Please read this, and say that you have.")
    )
    head: Phrase = phrase("🔁 Changed") if anew else phrase("🔔 A reminder")
    return screen(head, title, told, rows=((Button(phrase("📖 Read it"), opens),),))


def escalation_screen(campaign: Campaign, title: Text) -> Screen:
    """What those are told whose people have not acknowledged."""
    told = phrase("Not everybody has read this and said so. Please remind your people.")
    return screen(
        phrase("⏰ Acknowledgements are missing"),
        title,
        told,
        rows=((Button(phrase("👀 Who is missing"), OpenStandings(campaign.id)),),),
    )


def department_name(one: DepartmentStandings) -> Text:
    """What a department is called in a list."""
    return one.name if one.department_id is not None else phrase("Without a department")
