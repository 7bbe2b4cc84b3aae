"""What makes a module a benchmark: a `main` that prints rows of figures, and a short form that the tests run.

The short form, `python -m benchmarks.NAME --short`, goes through all of it within seconds; its figures mean nothing.
"""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

SHORT = "--short"
_HERE = Path(__file__).parent


def is_short() -> bool:
    """Whether the short form is wanted."""
    return SHORT in sys.argv[1:]


def sizes(usual: Sequence[int], short: Sequence[int]) -> list[int]:
    """The numbers on the command line; in the places that have none, those of the form that is wanted."""
    given = [int(word) for word in sys.argv[1:] if _is_number(word)]
    return given + list((short if is_short() else usual)[len(given) :])


def folder() -> Path | None:
    """The folder on the command line, if there is one."""
    return next((Path(word) for word in sys.argv[1:] if word != SHORT and not _is_number(word)), None)


def _is_number(word: str) -> bool:
    return word.replace("_", "").isdecimal()


def databases() -> tuple[str, ...]:
    """The kinds of database to measure; the tests know both, so for the short form one is enough."""
    return ("sqlite",) if is_short() else ("sqlite", "postgresql")


def row(what: str, figure: str, seen: str) -> None:
    """Prints a row of the table: what, what is asked for (if anything is), what was seen."""
    print(f"  {what:<58} | {figure:<22} | {seen}", flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values is."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def found(package: str = "benchmarks") -> dict[str, Path]:
    """The benchmarks below a package: each file with a `main` of no arguments, by what follows `python -m`."""
    root = _HERE.parent
    files = sorted(root.joinpath(*package.split(".")).rglob("*.py"))
    return {_module(file.relative_to(root)): file for file in files if "main" in _functions_without_arguments(file)}


def run(package: str) -> int:
    """Runs each benchmark below a package as a process of its own; the number of those that failed."""
    failed = 0
    for name in found(package):
        print(f"== {name}", flush=True)
        failed += subprocess.run([sys.executable, "-m", name, *sys.argv[1:]], check=False).returncode != 0
    return failed


def _module(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__main__")


def _functions_without_arguments(file: Path) -> Iterator[str]:
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef) and not node.args.args:
            yield node.name


median = statistics.median
