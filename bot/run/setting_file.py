"""`kollega.toml` with every setting: what each is for, what it is without being set, and what is given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot.run.setting_names import PREFIX, model_of, named_model
from bot.talk.options import OptionPart
from bot.talk.spaces import unbound
from core.chat.phrases import Language, Listing, Phrase, Text, phrase
from core.chat.translate import text_in

_WIDTH = 118
_NAMED = "2"
"""The name of the further account that is shown."""


def setting_file(
    model: type[BaseModel], language: Language, options: Sequence[OptionPart] = (), given: Mapping[str, Any] = {}
) -> str:
    """The text of the file. What is in `given`, by the names of settings, stands there; the rest is commented out."""
    lines = [*_comment(_HEAD, language), *_section(model, (), language, given)]
    return "\n".join([*lines, *_options(options, language), ""])


_EXAMPLE = phrase("for example")
_HEAD = phrase(
    "The settings of Kollega. What begins with # is not set: it shows what counts without it, or an example. The "
    "environment wins over this file; there port of [web] is called {variable}.",
    variable=f"{PREFIX}WEB__PORT",
)


def _section(
    model: type[BaseModel], at: tuple[str, ...], language: Language, given: Mapping[str, Any]
) -> Iterator[str]:
    fields = model.model_fields
    for name, field in fields.items():
        if model_of(field.annotation) is None and get_origin(field.annotation) is not dict:
            yield ""
            yield from _comment(_about(field), language, _kind(field))
            yield _line(name, field, language, given.get(name))
    for name, field in fields.items():
        inner, named = model_of(field.annotation), named_model(field.annotation)
        below = given.get(name, {})
        if inner is not None:
            yield from _table((*at, name), field, language, set_up=bool(below))
            yield from _section(inner, (*at, name), language, below)
        elif named is not None:
            yield from _table((*at, name, _NAMED), field, language, set_up=False)
            yield from _own(named, language)


def _table(at: tuple[str, ...], field: FieldInfo, language: Language, *, set_up: bool) -> Iterator[str]:
    yield ""
    yield ""
    yield from _comment(_about(field), language)
    # A table that says nothing could stand there, were it not for those of accounts, which would then be ones.
    yield f"[{'.'.join(at)}]" if set_up or len(at) == 1 else f"# [{'.'.join(at)}]"


def _own(model: type[BaseModel], language: Language) -> Iterator[str]:
    """What a further account has to say itself."""
    for name, field in model.model_fields.items():
        if name in model.__annotations__:
            yield from _comment(_about(field), language)
            yield _line(name, field, language, None)


def _options(options: Sequence[OptionPart], language: Language) -> Iterator[str]:
    room = None
    for part in sorted(options, key=lambda part: part.option.name.partition(".")[0]):
        own, _, word = part.option.name.partition(".")
        if own != room:
            room = own
            yield from ("", "", *_comment(part.section, language), f"# [options.{own}]")
        yield ""
        yield from _comment(part.about, language, part.option.wanted)
        yield f"# {word} = {_toml(part.option.written(part.option.default))}"


def _line(name: str, field: FieldInfo, language: Language, given: Any) -> str:
    if given is not None:
        return f"{name} = {_toml(given)}"
    default = field.get_default(call_default_factory=True)
    if field.examples:
        return f"# {name} = {_toml(field.examples[0])}  # {language.say(_EXAMPLE)}"
    return f"# {name} = {_toml(default)}"


def _about(field: FieldInfo) -> Phrase:
    return next(one for one in field.metadata if isinstance(one, Phrase))


def _kind(field: FieldInfo) -> Text | None:
    """What may stand there, where that is not plain."""
    bounds = {type(one): one for one in field.metadata}
    kinds = [kind for kind in get_args(field.annotation) if kind is not type(None)] or [field.annotation]
    if get_origin(field.annotation) is Literal:
        return phrase("One of these: {names}.", names=Listing(get_args(field.annotation), any_of=True))
    least, most = bounds.get(Ge), bounds.get(Le)
    if isinstance(least, Ge) and isinstance(most, Le):
        return phrase("From {least} to {most}.", least=str(least.ge), most=str(most.le))
    if Gt in bounds:
        return phrase("Above 0.")
    return phrase("true or false") if bool in kinds else None


def _comment(text: Text, language: Language, more: Text | None = None) -> Iterator[str]:
    words = [text_in(text, language), *([] if more is None else [text_in(more, language)])]
    line = "#"
    for word in unbound(" ".join(words)).split(" "):
        if len(line) + 1 + len(word) > _WIDTH:
            yield line
            line = "#"
        line += f" {word}"
    yield line


def _toml(value: Any) -> str:
    match value:
        case SecretStr():
            return _toml(value.get_secret_value())
        case Enum():
            return _toml(value.value)
        case bool() | int() | float():
            return json.dumps(value)
        case list() | tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case Path() | time() | str():
            # A string of JSON is one of TOML as well, but for this one character.
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    raise TypeError(f"{value!r} does not stand in settings")
