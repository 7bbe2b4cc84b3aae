"""Which addresses Telegram takes for a link, as people meet the refusals in buttons."""

import re
from typing import NamedTuple

_SCHEME = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*)://")
_ALLOWED = frozenset({"http", "https", "tg", "ton", "tonsite"})


class LinkError(ValueError):
    """Why an address is no link, in the server's words."""


class Link(NamedTuple):
    scheme: str
    url: str


def checked_link(url: str) -> Link:
    """Raise LinkError for what the real server refuses: no host, no dot in it, `tel:`, `ftp://`."""
    url = url.strip()
    found = _SCHEME.match(url)
    scheme = found.group(1).lower() if found else "http"
    if scheme not in _ALLOWED or url.lower().startswith("mailto:"):
        raise LinkError("Unsupported URL protocol")
    if scheme == "tg" or url.lower().startswith("tg:"):
        return Link("tg", url)
    rest = url[found.end() :] if found else url
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    host, colon, port = authority.partition(":")
    if colon and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise LinkError("Wrong port number specified in the URL")
    if not host:
        raise LinkError("URL host is empty")
    if re.search(r"[\s\"<>%\\^`{|}]", host):
        raise LinkError("Disallowed character in URL host")
    labels = host.rstrip(".").split(".")
    if scheme in {"http", "https"} and (len(labels) < 2 or not all(labels)):
        raise LinkError("Wrong HTTP URL")
    return Link(scheme, url if found else f"{scheme}://{url}")


def mentioned_user(url: str) -> int | None:
    """The id in `tg://user?id=…`."""
    found = re.match(r"^tg:(?://)?user\?id=(\d+)$", url)
    return int(found.group(1)) if found else None
