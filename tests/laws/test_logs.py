"""The law of the logs: what people write and who they are is never logged, because only what is listed here is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
BINDING = {"bind", "bind_contextvars", "bound_contextvars"}
ALLOWED = {
    # what it is about: our own numbers and names, and classes of the program
    "cause",
    "delivery",
    "epoch",
    "kind",
    "lease",
    "message",
    "messenger",
    "part",
    "worker",
    # what came of it
    "attempt",
    "code",
    "error",
    "exc_info",
    "ms",
    "outcome",
    "reason",
    "remedy",
    "state",
    "where",
    "wish",
    # how much
    "count",
    "events",
    "number",
    "seconds",
    # of the outside, what is no person's
    "fields",
    "language",
    "server",
}


def calls(source: str) -> Iterator[tuple[int, str, ast.Call]]:
    """Line, method and call of everything that writes to a log or adds keys to what is written."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in BINDING:
            yield node.lineno, node.func.id, node
        if isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS | BINDING:
            logger = node.func.value
            name = (
                logger.id if isinstance(logger, ast.Name) else logger.attr if isinstance(logger, ast.Attribute) else ""
            )
            if name.strip("_") in ("log", "logger", "contextvars"):
                yield node.lineno, node.func.attr, node


def faults(source: str) -> list[str]:
    """What breaks the law in a file."""
    found = []
    for line, method, call in calls(source):
        literal = [isinstance(argument, ast.Constant) for argument in call.args]
        if literal != ([True] if method in LEVELS else []):
            found.append(f"{line}: the one positional argument is the event, as a literal")
        found += [f"{line}: {key.arg or '**'}" for key in call.keywords if key.arg not in ALLOWED]
    return found


def test_logs_hold_no_words_and_no_people() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{fault}"
        for floor in ("bot", "core", "storage", "adapters")
        for path in sorted((ROOT / floor).rglob("*.py"))
        for fault in faults(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "line", ["error('x', text=t)", "info(f'x {t}')", "debug('x', t)", "bind(phone=t)", "info('x', **t)"]
)
@pytest.mark.parametrize("logger", ["log", "self._log"])
def test_the_law_sees_what_breaks_it(logger: str, line: str) -> None:
    assert len(faults(f"{logger}.{line}")) == 1


def test_the_law_lets_through_what_keeps_it() -> None:
    assert faults("log.info('x', cause=c)\nself._log.exception('y', error=e)\nbound_contextvars(cause=c)") == []
