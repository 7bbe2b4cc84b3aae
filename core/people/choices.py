"""What people choose about how they are spoken to: the language, the messenger, the clock."""

from __future__ import annotations

from core.settings import Setting

LANGUAGE: Setting[str | None] = Setting("people.language", str, None)
"""A language's code; None for that of the messenger or the company."""
TIMEZONE: Setting[str | None] = Setting("people.timezone", str, None)
"""An IANA name; None for the company's."""
PREFERRED: Setting[str | None] = Setting("people.preferred", str, None)
"""The network where one wants to be written to; None for any."""
