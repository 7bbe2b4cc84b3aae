"""What is wrong with a setting, in words that follow its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from core.chat.phrases import Listing, Phrase, Text, Told, phrase

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def said_of(fault: ErrorDetails) -> Text:
    """The fault in our own words where it is a usual one."""
    about: Mapping[str, Any] = fault.get("ctx", {})
    error = about.get("error")
    if isinstance(error, Told):
        return error.text
    known = _USUAL.get(fault["type"])
    return fault["msg"] if known is None else known(about)


def _among(about: Mapping[str, Any]) -> Phrase:
    names = str(about["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
    return phrase("has to be one of these: {names}", names=Listing(tuple(names), any_of=True))


_USUAL: Mapping[str, Callable[[Mapping[str, Any]], Phrase]] = {
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), lambda _: phrase("has to be a whole number")),
    **dict.fromkeys(("float_parsing", "float_type"), lambda _: phrase("has to be a number")),
    **dict.fromkeys(("bool_parsing", "bool_type"), lambda _: phrase("has to be true or false")),
    **dict.fromkeys(("string_type", "path_type"), lambda _: phrase("has to be a text")),
    "tuple_type": lambda _: phrase("has to be a list"),
    "missing": lambda _: phrase("is needed"),
    "literal_error": _among,
    "greater_than": lambda about: phrase("has to be above {least}", least=about["gt"]),
    "greater_than_equal": lambda about: phrase("has to be {least} or more", least=about["ge"]),
    "less_than_equal": lambda about: phrase("has to be {most} or less", most=about["le"]),
}
