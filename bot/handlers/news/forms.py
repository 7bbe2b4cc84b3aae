"""Writing a news item, changing one, and moving one to another time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from bot.handlers.news.actions import Part
from bot.handlers.news.forms_previews import (
    EditPreview,
    PublishPreview,
    content_of,
    happens,
    marks_of,
    terms_of,
)
from bot.handlers.news.room import router
from bot.handlers.news.screens import kind_label
from bot.handlers.news.screens_editor import started_screen, told_screen
from bot.kit.audiences import AudienceChoice, audience_of, unreached
from bot.kit.steps import ChoiceStep, LineStep
from bot.kit.steps_audience import AudienceStep
from bot.kit.steps_files import FilesStep
from bot.kit.steps_texts import RichTextStep, Written
from bot.kit.steps_times import MomentStep
from bot.talk.questions import Answers, Form, Step
from bot.talk.request import Reply, Request, Start
from core.campaigns.sending import check_audience
from core.chat.phrases import Phrase, Text, phrase
from core.news.item import (
    BODY_LIMIT,
    FILES_LIMIT,
    PLACE_LIMIT,
    PUBLISH_NEWS,
    TITLE_LIMIT,
    Kind,
    News,
    access_to_change,
)
from core.news.publishing import do_edit, do_publish, do_reschedule


def _kinds(request: Request, answers: Answers) -> Sequence[tuple[str, Text]]:
    return tuple((kind.value, kind_label(kind)) for kind in Kind)


_TITLE = LineStep("title", phrase("What is the title?"), limit=TITLE_LIMIT)
_BODY = RichTextStep("body", phrase("Write the text. Bold, links and quotes are kept."), limit=BODY_LIMIT)
_HAPPENS_AT = MomentStep("happens_at", phrase("When does it take place?"), optional=True, needed=happens)
_PLACE = LineStep("place", phrase("Where does it take place?"), limit=PLACE_LIMIT, optional=True, needed=happens)
_FILES = FilesStep("files", phrase("Send pictures or files, if there are any."), limit=FILES_LIMIT)


_STEPS_OF: Mapping[Part, tuple[str, ...]] = {
    Part.KIND: ("kind", "happens_at", "place"),
    Part.TITLE: ("title",),
    Part.BODY: ("body",),
    Part.HAPPENS: ("happens_at", "place"),
    Part.FILES: ("files",),
    Part.AUDIENCE: ("audience",),
    Part.TIME: ("at",),
    Part.END: ("ends_at",),
}


def _ending(answers: Answers) -> bool:
    """The end is asked for only from the preview: most items have none."""
    return answers.get("part", str) == Part.END.value


class WritingForm(Form):
    """A form that ends in a preview, from which each part can be changed and leads straight back to it."""

    corrected: ClassVar[bool] = True

    def path(self, answers: Answers) -> list[Step]:
        steps = super().path(answers)
        part = answers.get("part", str)
        if part is None:
            return steps
        chosen = _STEPS_OF[Part(part)]
        return [step for step in steps if step.name in chosen or step.name == "preview"]

    def first_step(self, part: Part, values: Mapping[str, object]) -> str:
        """The step that asks for a part, given the answers as the draft keeps them."""
        return self.path(Answers({**values, "part": part.value}))[0].name


@router.form
class PublishForm(WritingForm):
    """A new item, from its type to the preview."""

    code: ClassVar[str] = "publish"
    title: ClassVar[Phrase] = phrase("News publication")
    right = PUBLISH_NEWS
    steps: ClassVar[tuple[Step, ...]] = (
        ChoiceStep("kind", phrase("What is it?"), _kinds, in_row=2),
        _TITLE,
        _BODY,
        _HAPPENS_AT,
        _PLACE,
        _FILES,
        AudienceStep("audience", phrase("Who is it for?")),
        MomentStep("at", phrase("When is it to go out?"), without=phrase("Now"), quick=True),
        MomentStep("ends_at", phrase("Until when is it current?"), without=phrase("Without end"), needed=_ending),
        PublishPreview("preview"),
    )

    def finish(self, request: Request, answers: Answers) -> Reply:
        audience = audience_of(answers)
        check_audience(request.uow, audience)
        reached = unreached(request.uow, audience)
        news = do_publish(
            request.uow,
            request.me,
            content_of(answers),
            audience,
            terms_of(request, answers),
        )
        return started_screen(news, *reached)


@router.form
class EditForm(WritingForm):
    """Changes to an item that exists; opened with what it says now."""

    code: ClassVar[str] = "news-edit"
    title: ClassVar[Phrase] = phrase("News editing")
    right = PUBLISH_NEWS
    steps: ClassVar[tuple[Step, ...]] = (_TITLE, _BODY, _HAPPENS_AT, _PLACE, _FILES, EditPreview("preview"))

    def path(self, answers: Answers) -> list[Step]:
        if answers.get("part", str) is None:
            return [self.steps[-1]]
        return super().path(answers)

    def finish(self, request: Request, answers: Answers) -> Reply:
        news = access_to_change(request.uow, request.me, answers.the("news", int))
        content, essential = content_of(answers), "anew" in marks_of(answers)
        if do_edit(request.uow, request.me, news, content, answers.the("version", int), essential=essential):
            return told_screen(news, phrase("Saved. Copies that were sent change in place."))
        return told_screen(news, phrase("Nothing was changed."))


def editing(news: News) -> Start:
    """Opens the form with what an item says now."""
    content = news.content
    values: tuple[tuple[str, object], ...] = (
        ("news", news.id),
        ("version", news.version),
        ("kind", content.kind.value),
        ("title", content.title),
        ("body", Written(content.body)),
        ("files", content.files),
        ("happens_at", content.happens_at),
        ("place", content.place),
    )
    return Start(EditForm, values)


def copying(news: News, now: datetime) -> Start:
    """Opens the form of a new item with what another one says, for the same people. When it takes place is asked anew
    once that is over."""
    content = news.content
    values: list[tuple[str, object]] = [
        ("kind", content.kind.value),
        ("title", content.title),
        ("body", Written(content.body)),
        ("place", content.place),
        ("files", content.files),
        ("audience", AudienceChoice(audience=news.audience)),
    ]
    if content.happens_at is None or content.happens_at > now:
        values.append(("happens_at", content.happens_at))
    return Start(PublishForm, tuple(values))


@router.form
class MoveForm(Form):
    """Another time for a scheduled item."""

    code: ClassVar[str] = "news-move"
    title: ClassVar[Phrase] = phrase("Time of publication")
    right = PUBLISH_NEWS
    steps: ClassVar[tuple[Step, ...]] = (MomentStep("at", phrase("When is it to go out?"), quick=True),)
    corrected: ClassVar[bool] = True

    def finish(self, request: Request, answers: Answers) -> Reply:
        news = access_to_change(request.uow, request.me, answers.the("news", int))
        at = answers.get("at", datetime)
        if at is not None:
            do_reschedule(request.uow, news, at)
        return started_screen(news, *unreached(request.uow, news.audience))
