"""What settings are called where they stand, in the environment or in the file, and what a misspelt one may mean."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin

from core.chat.phrases import Phrase, phrase

if TYPE_CHECKING:
    from pydantic import BaseModel

PREFIX = "KOLLEGA_"
FILE = "kollega.toml"
LANGUAGE: Final = "ru"
"""The company's language where none is set."""
_ALIKE = 75.0
"""Of 100, from where on a known name is taken for what was meant."""


def place_of(parts: Sequence[str]) -> str:
    """`KOLLEGA_WEB__PORT` where the environment says it, `kollega.toml: web.port` where the file does."""
    variable = _variable(parts)
    names = [name.upper() for name in os.environ]
    if any(name == variable or name.startswith(f"{variable}__") for name in names) or not Path(FILE).is_file():
        return variable
    return f"{FILE}: {'.'.join(parts)}"


def no_such(model: type[BaseModel], parts: Sequence[str]) -> Phrase:
    """A sentence about a setting that there is not, with the one that was probably meant."""
    from rapidfuzz import fuzz, process

    place = place_of(parts)
    known = [".".join(name) for name in names_in(model)]
    found = process.extractOne(".".join(parts).lower(), known, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    if found is None:
        return phrase("{setting}: there is no such setting", setting=place)
    meant = _variable(found[0].split(".")) if place.startswith(PREFIX) else found[0]
    return phrase("{setting}: there is no such setting; did you mean {meant}?", setting=place, meant=meant)


def names_in(model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    """Every setting of a model, by the names that lead to it."""
    for name, field in model.model_fields.items():
        inner = model_of(field.annotation)
        if inner is None:
            yield (name,)
        else:
            yield from ((name, *rest) for rest in names_in(inner))


def model_of(annotation: Any) -> type[BaseModel] | None:
    """The model of a section; None for a single setting."""
    from pydantic import BaseModel  # slow: the names alone are wanted more often

    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def named_model(annotation: Any) -> type[BaseModel] | None:
    """What each value of a mapping is."""
    return model_of(get_args(annotation)[1]) if get_origin(annotation) is dict else None


def _variable(parts: Sequence[str]) -> str:
    return PREFIX + "__".join(parts).upper()
