"""The methods by name; the real server does not mind the case of a name."""

from collections.abc import Callable
from typing import TypeAlias

from tests.support.botapi.params import Params
from tests.support.botapi.refusal import RefusedError
from tests.support.botapi.world import World

Method: TypeAlias = Callable[[World, Params], object]

_METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    def register(function: Method) -> Method:
        _METHODS[name.lower()] = function
        return function

    return register


def find_method(name: str) -> Method:
    found = _METHODS.get(name.lower())
    if found is None:
        raise RefusedError(404, "method not found")
    return found
