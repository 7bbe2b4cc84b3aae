"""Shows that finding a colleague among 100,000 takes milliseconds, however the name is typed.

Run as `python -m benchmarks.people_search [PEOPLE] [QUERIES]`, or as `python -m benchmarks.people_search FOLDER
[PEOPLE]` with a folder of questions about people who were not invented here: its `evaluate.py` then asks `search`.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.figures import folder, row, sizes
from core.people.matching import Directory, Entry
from core.people.spelling import other_layout

USUAL, SHORT = (100_000, 60), (2_000, 5)
"""People, and queries of each kind."""
VAGUE = {"first name", "first name and patronymic", "three letters", "garbage"}


@dataclass(frozen=True, slots=True)
class Named:
    """An invented person with the Latin spelling of the name."""

    entry: Entry
    latin: str


def invent(count: int, seed: int = 1) -> list[Named]:
    """`count` people of some 40,000 surnames."""
    chance = random.Random(seed)
    pieces: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in Path(__file__).with_suffix(".tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            kind, russian, latin = line.split("\t")
            pieces[kind].append((russian, latin))
    people = []
    for number in range(count):
        parts = [chance.choice(pieces["syllable"]) for _ in range(chance.choice((2, 3)))]
        parts.append(chance.choice(pieces["ending"]))
        first, first_latin = chance.choice(pieces["first"])
        entry = Entry(
            id=number,
            last_name="".join(russian for russian, _ in parts).capitalize(),
            first_name=first,
            patronymic=chance.choice(pieces["patronymic"])[0],
            extension=str(1000 + number) if number < 9000 else "",
        )
        people.append(Named(entry, f"{''.join(latin for _, latin in parts)} {first_latin}"))
    return people


def slip(word: str, chance: random.Random) -> str:
    """The word with two neighbouring letters changed over."""
    place = chance.randrange(1, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


@cache
def others() -> tuple[list[str], Directory]:
    """The ids of the people whom `evaluate.py` chose, and their index."""
    people = [json.loads(line) for line in Path(os.environ["EVAL_PEOPLE"]).read_text("utf-8").splitlines()]
    entries = (
        Entry(
            id=number,
            last_name=one["last"],
            first_name=one["first"],
            patronymic=one["patronymic"],
            department=one["dept"],
        )
        for number, one in enumerate(people)
    )
    return [one["id"] for one in people], Directory(entries)


def search(query: str) -> list[tuple[str, float]]:
    """Ids and scores, the likeliest first, as `evaluate.py` asks for them."""
    ids, directory = others()
    return [(ids[match.person_id], match.score) for match in directory.find(query, 5)]


def main() -> None:
    """Prints the time to build the index, its memory, and a line for each way of typing a name."""
    questions = folder()
    if questions is not None:
        for asked in sizes((), ()) or (10_000, 100_000):
            evaluate(questions, asked)
        return
    number, queries = sizes(USUAL, SHORT)
    people = invent(number)
    start = time.perf_counter()
    directory = Directory(person.entry for person in people)
    built = time.perf_counter() - start
    tracemalloc.start()
    Directory(person.entry for person in people)
    memory = tracemalloc.get_traced_memory()[0]
    again = Directory(person.entry for person in people)
    memory = tracemalloc.get_traced_memory()[0] - memory
    del again
    tracemalloc.stop()
    surnames = len({person.entry.last_name for person in people})
    row(f"{number:,} people, {surnames:,} surnames", "", f"built in {built:.2f} s, {memory / 2**20:.0f} MB")
    chance = random.Random(2)
    ways: dict[str, Callable[[Named], str]] = {
        "surname": lambda one: one.entry.last_name,
        "first name": lambda one: one.entry.first_name,
        "surname and first name": lambda one: f"{one.entry.last_name} {one.entry.first_name}",
        "full name": lambda one: f"{one.entry.last_name} {one.entry.first_name} {one.entry.patronymic}",
        "first name and patronymic": lambda one: f"{one.entry.first_name} {one.entry.patronymic}",
        "surname and initial": lambda one: f"{one.entry.last_name} {one.entry.first_name[0]}.",
        "typo, first name": lambda one: f"{slip(one.entry.last_name, chance)} {one.entry.first_name}",
        "transliterated": lambda one: one.latin,
        "other layout": lambda one: other_layout(f"{one.entry.last_name} {one.entry.first_name}"),
        "a sentence": lambda one: f"подскажите, пожалуйста, телефон {one.entry.last_name} {one.entry.first_name}",
        "an English sentence": lambda one: f"what is the phone number of {one.latin}?",
        "three letters": lambda one: one.entry.last_name[:3],
        "garbage": lambda one: one.latin[::-1].replace(" ", ""),
    }
    for way, typed in ways.items():
        report(way, directory, [(person, typed(person)) for person in chance.sample(people, queries)])


def evaluate(questions: Path, people: int) -> None:
    """Prints what the folder's own program measures among so many of its people."""
    row(f"{people:,} people of {questions.name}", "", "")
    program = [sys.executable, str(questions / "evaluate.py"), "--data", str(questions), "--what", "people"]
    asked = ["--py", f"benchmarks.{Path(__file__).stem}:search", "--n", str(people)]
    subprocess.run([*program, *asked], check=True, cwd=Path(__file__).parents[1])


def report(way: str, directory: Directory, queries: list[tuple[Named, str]]) -> None:
    """One line of the table."""
    spent, hits = [], 0
    for person, query in queries:
        start = time.perf_counter()
        found = directory.find(query, 5)
        spent.append((time.perf_counter() - start) * 1000)
        hits += any(match.person_id == person.entry.id for match in found)
    share = "" if way in VAGUE else f", {hits / len(queries):.0%} in the top 5"
    row(way, "", f"median {statistics.median(spent):.1f} ms, worst {max(spent):.1f} ms{share}")


if __name__ == "__main__":
    main()
