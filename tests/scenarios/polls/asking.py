"""How polls are asked in the scenarios."""

from __future__ import annotations

from tests.support.people import TestPerson


async def asks(
    author: TestPerson,
    *options: str,
    question: str = "Where to go?",
    several: bool = False,
    named: bool = False,
    live: bool = False,
    until: str | None = None,
) -> None:
    """Asks everybody."""
    await prepares(author, *options, question=question, several=several, named=named, live=live, until=until)
    await author.presses("✅ Send the poll")


async def prepares(
    author: TestPerson,
    *options: str,
    question: str,
    several: bool = False,
    named: bool = False,
    live: bool = False,
    until: str | None = None,
) -> None:
    """Fills in the form as far as the question whether all is right."""
    await author.says(f"/poll {question}")
    await author.says("\n".join(options))
    await author.presses("Several answers" if several else "One answer")
    await author.presses("Named" if named else "Anonymous")
    if named:
        await author.presses("At once" if live else "When it is closed")
    await author.presses("Everybody")
    if until is None:
        await author.presses("Until I close it")
    else:
        await author.says(until)
        await author.presses("Yes")
