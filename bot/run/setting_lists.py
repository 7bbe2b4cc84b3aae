"""Lists as the environment writes them: as JSON, or with commas."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from bot.run.setting_names import model_of, named_model


def with_lists(model: type[BaseModel], data: Mapping[str, Any]) -> dict[str, Any]:
    """What is given for a model, with the lists in it read."""
    read = dict(data)
    for name, field in model.model_fields.items():
        value = read.get(name)
        inner = model_of(field.annotation)
        named = named_model(field.annotation)
        if isinstance(value, Mapping) and inner is not None:
            read[name] = with_lists(inner, value)
        elif isinstance(value, Mapping) and named is not None:
            read[name] = {
                key: with_lists(named, one) if isinstance(one, Mapping) else one for key, one in value.items()
            }
        elif isinstance(value, str) and get_origin(field.annotation) is tuple and str in get_args(field.annotation):
            read[name] = _list(value)
    return read


def _list(value: str) -> list[str] | str:
    """The items; a text that only looks like JSON stays as it is, so that its setting is named as malformed."""
    if not value.strip().startswith("["):
        return [item.strip() for item in value.split(",") if item.strip()]
    try:
        return [str(item) for item in json.loads(value)]
    except ValueError:
        return value
