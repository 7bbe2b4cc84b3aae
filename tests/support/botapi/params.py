"""A request's parameters, however the client encoded them."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from tests.support.botapi.refusal import RefusedError, bad_request

UPLOAD_LIMIT = 50 * 1024 * 1024
BODY_LIMIT = UPLOAD_LIMIT + 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One uploaded file of a multipart request."""

    content: bytes
    name: str
    mime: str


@dataclass(eq=False)
class Params:
    values: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name, default)
        if isinstance(value, (dict, list)):
            return json.dumps(value)
        return str(value) if not isinstance(value, bool) else str(value).lower()

    def integer(self, name: str, default: int = 0) -> int:
        """What is no number counts as absent, as on the real server."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in {"true", "1", "yes", "t"}

    def json(self, name: str, complaint: str) -> Any:
        """The value of a JSON parameter, None when absent; `complaint` is the refusal of broken JSON."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_request(complaint) from error


async def read_params(request: web.Request) -> Params:
    params = Params(dict(request.query))
    if request.method != "POST" or not request.body_exists:
        return params
    try:
        if request.content_type == "application/json":
            body = await request.json()
            params.values |= body if isinstance(body, dict) else {}
            return params
        form = await request.post()
    except web.HTTPRequestEntityTooLarge as error:
        raise RefusedError(413) from error
    except ValueError as error:
        raise bad_request("strings must be encoded in UTF-8") from error
    for name, value in form.items():
        if isinstance(value, FileField):
            params.parts[name] = Part(value.file.read(), value.filename, value.content_type)
            value.file.close()
        else:
            params.values[name] = value
    if any(len(part.content) > UPLOAD_LIMIT for part in params.parts.values()):
        raise RefusedError(413)
    return params
