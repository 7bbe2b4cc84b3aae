"""The law of changes: what the company has is changed by the `do_…` functions of `core`, never by a handler or screen.

Only there a rule stands once for all ways to it: buttons, forms, files, the clock; and there it is written down.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = ("bot/handlers", "bot/kit")

OWN = {
    "self": "an object's own",
    "request": "what is known of one event, and gone after it",
    "canvas": "a picture that is being drawn",
}
"""What may be changed there, by the name that it has, and why."""

DECLARED = {
    "bot/handlers/polls/demo.py: poll.opened_at": "the demo company has a past, which nobody is to be able to give one",
    "bot/handlers/people/demo.py: uow.add": "nobody of the demo company proved who they are",
    "bot/handlers/news/demo.py: uow.add": "news of the past, of which no message is to go out",
}
"""Changes that stand there all the same, and why."""


def changes(source: str) -> Iterator[str]:
    """What a file changes that is not its own: an attribute that it sets, and what it adds or removes."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
            if ast.unparse(node.value).removeprefix("self._") not in OWN:
                yield ast.unparse(node)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("setattr", "delattr"):
            yield ast.unparse(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of, _, name = ast.unparse(node.func).rpartition(".")
            if name in ("add", "remove") and of.rpartition(".")[2] == "uow":
                yield f"uow.{name}"


def used() -> set[tuple[str, str]]:
    """What the floors above take from core: modules with their names."""
    trees = [ast.parse(path.read_text()) for path in sorted((ROOT / "bot").rglob("*.py"))]
    imports = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {(node.module or "", name.name) for node in imports for name in node.names}


def changing(module: str, source: str) -> Iterator[tuple[str, str]]:
    """The functions of a module that change something themselves."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and any(changes(ast.unparse(node))):
            yield module, node.name


def test_what_changes_entities_for_others_says_so_in_its_name() -> None:
    paths = sorted((ROOT / "core").rglob("*.py"))
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text() for path in paths}
    found = {one for module, source in modules.items() for one in changing(module, source)} & used()
    assert len(found) > 20
    assert sorted(f"{module}.{name}" for module, name in found if not name.startswith("do_")) == []


def test_entities_change_only_in_do_functions() -> None:
    paths = [path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))]
    found = {f"{path.relative_to(ROOT)}: {change}" for path in paths for change in changes(path.read_text())}
    assert found == DECLARED.keys()


@pytest.mark.parametrize(
    "line",
    [
        "line.title = 'Sales'",
        "line.opens, line.closes = hours",
        "poll.votes += 1",
        "request.account.refused = True",
        "self.person.active = False",
        "setattr(line, 'title', 'Sales')",
        "request.uow.add(person)",
        "uow.remove(draft)",
        "for line.title in titles: pass",
        "del line.title",
    ],
)
def test_the_law_sees_what_breaks_it(line: str) -> None:
    assert list(changes(line)) != []


@pytest.mark.parametrize(
    "line", ["self.page = 1", "request.copy = None", "canvas.y += 4", "names.add(name)", "do_name(uow, line, 'Sales')"]
)
def test_the_law_lets_through_what_keeps_it(line: str) -> None:
    assert list(changes(line)) == []
