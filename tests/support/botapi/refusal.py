"""The one way a Bot API method says no: with the code and the words of the real server."""

_PREFIXES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
}


class RefusedError(Exception):
    """`description` is what the client reads; `retry_after` is in whole seconds."""

    def __init__(
        self,
        code: int,
        reason: str = "",
        *,
        retry_after: int | None = None,
        migrate_to_chat_id: int | None = None,
    ) -> None:
        prefix = _PREFIXES[code]
        self.code = code
        self.description = f"{prefix}: {reason}" if reason else prefix
        self.retry_after = retry_after
        self.migrate_to_chat_id = migrate_to_chat_id
        super().__init__(self.description)

    def body(self) -> dict[str, object]:
        parameters = {"retry_after": self.retry_after, "migrate_to_chat_id": self.migrate_to_chat_id}
        known = {name: value for name, value in parameters.items() if value is not None}
        answer: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        return answer | ({"parameters": known} if known else {})


def bad_request(reason: str) -> RefusedError:
    return RefusedError(400, reason)


def forbidden(reason: str) -> RefusedError:
    return RefusedError(403, reason)


def too_many_requests(seconds: int) -> RefusedError:
    return RefusedError(429, f"retry after {seconds}", retry_after=seconds)
