"""No-break spaces: set where texts are read, not where they are written, so that no text carries them by hand."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

NO_BREAK = "\N{NO-BREAK SPACE}"

_SHARED = (r"(?<=\S) (?=— )",)
_WORDS = Path(__file__).parents[1] / "locales" / "{code}" / "spaces.tsv"
"""What a language keeps together: words that lead the next one, that follow the one before, units of a number, and
`apart` what is no unit though it stands behind a number."""


def bound(text: str, code: str) -> str:
    """The text, or the template of one, with no-break spaces where its language wants them."""
    return _bindings(code).sub(lambda found: found[0].replace(" ", NO_BREAK), text)


@cache
def _bindings(code: str) -> re.Pattern[str]:
    file = Path(str(_WORDS).format(code=code))
    if not file.exists():
        return re.compile("|".join((*_SHARED, r"(?<=\}) (?=(?:MB|GB|kB|s|min|h|%)(?!\w))")))
    words = dict(line.split("\t") for line in file.read_text("utf-8").splitlines())
    leads, follows, units, apart = (
        "|".join(map(re.escape, words[kind].split())) for kind in ("leads", "follows", "units", "apart")
    )
    patterns = (
        *_SHARED,
        r"(?<=\N{NUMERO SIGN}) (?=[\d{])",
        r"(?<=\{n\}) (?=\w)",
        rf"(?i:(?<![\w-])(?:{leads})) (?=[\w«“{{(/\N{{NUMERO SIGN}}])",
        rf"(?<=\w) (?=(?:{follows})(?!\w))",
        rf"(?<=\d) (?=(?!(?:{apart})(?!\w))[^\W\d_]|[%₽])",
        rf"(?<=\}}) (?=(?:{units})(?!\w))",
        r"(?<=\b[^\W\d_]\.) (?=[^\W\d_])",
    )
    return re.compile("|".join(f"(?:{one})" for one in patterns))


def unbound(text: str) -> str:
    """The text with plain spaces, for terminals, files and programs."""
    return text.replace(NO_BREAK, " ")
