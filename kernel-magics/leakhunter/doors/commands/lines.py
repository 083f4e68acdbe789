"""``%%leakcheck lines`` and ``%leakcheck memit``: memory by line, and of one statement.

The options of ``%mprun`` and ``%memit`` are understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from leakhunter.act.refusal import Refusal
from leakhunter.doors.strip import lines_html
from leakhunter.doors.text.lines import lines_text, memit_text
from leakhunter.heap.safe import short
from leakhunter.trace.memit import PAUSE, REPEATS, Plan
from leakhunter.trace.memit import memit as measure

if TYPE_CHECKING:
    from leakhunter.doors.ask import Ask
    from leakhunter.trace.model import LineProfile

_OPTION = re.compile(r"(--?[A-Za-z][\w-]*)(?:=(\S+))?(?:\s+|$)")
_VALUE = re.compile(r"('[^']*'|\"[^\"]*\"|\S+)(?:\s+|$)")

_LINES = "Use %%leakcheck lines on a cell, -f fn for the lines of a function too, or %leakcheck lines -f fn fn(1)."
_MEMIT = "Use %leakcheck memit STATEMENT, with -r 5 for five runs, -t 10 for at most 10 s, -c for child processes."

_CHILDREN = (
    "Memory of child processes is not told by line: %leakcheck memit -c counts it."
)


@dataclass
class _Typed:
    """Options before a statement, which is left as it was typed."""

    statement: str
    flags: set[str] = field(default_factory=set)
    values: dict[str, list[str]] = field(default_factory=dict)

    def last(self, option: str) -> str | None:
        """The value that was typed last."""
        return self.values.get(option, [None])[-1]


def _typed(line: str, valued: str, flags: tuple[str, ...], usage: str) -> _Typed:
    """Split what follows the command.

    Parameters
    ----------
    line
        All that was typed.
    valued
        Letters of options with a value.
    flags
        Options without one.
    usage
        The sentence of a refusal.

    Raises
    ------
    Refusal
        On an option that is not known, or lacks its value.
    """
    rest = line.partition(" ")[2].strip()
    typed = _Typed("")
    while rest.startswith("-"):
        found = _OPTION.match(rest)
        letters = found[1] if found else rest[:2]
        if len(letters) == 2 and letters[1] in valued:  # noqa: PLR2004 - a dash and a letter
            rest = rest[2:].lstrip("= ")
        elif not letters.startswith("--") and letters[1] in valued:
            letters, rest = letters[:2], rest[2:]  # -r5
        elif found and letters in flags:
            typed.flags.add(letters)
            rest = rest[found.end() :]
            continue
        else:
            raise Refusal(f"There is no option {short(letters)}. {usage}")
        value = _VALUE.match(rest)
        if value is None:
            raise Refusal(f"{letters} needs a value. {usage}")
        typed.values.setdefault(letters, []).append(value[1].strip("'\""))
        rest = rest[value.end() :]
    typed.statement = rest
    return typed


def lines(ask: Ask) -> None:
    """Run a cell, or a statement, and show memory by line."""
    __tracebackhide__ = True
    flags = ("--json", "--html", "--force", "-r", "-c")
    typed = _typed(ask.line, "fT", flags, _LINES)
    if (ask.cell is None) != bool(typed.statement):
        raise Refusal(_LINES)
    functions = typed.values.get("-f", [])
    if ask.cell is None and not functions:
        raise Refusal(_LINES)
    target = typed.last("-T")
    if target is not None and Path(target).exists() and "--force" not in typed.flags:
        raise Refusal(f"{short(target)} exists; --force writes over it.")
    profiler = ask.hunter.tracer.lines()
    source = typed.statement if ask.cell is None else ask.cell
    try:
        profiler.run(source, functions, cell=ask.cell is not None)
    finally:
        # what failed is shown too: the line at which memory ran out is in it
        found = profiler.last
        if found is not None:
            if "-c" in typed.flags:
                found = msgspec.structs.replace(found, notes=[*found.notes, _CHILDREN])
            _tell(ask, found, typed, target)


def _tell(ask: Ask, found: LineProfile, typed: _Typed, target: str | None) -> None:
    text = lines_text(found)
    if target is not None:
        Path(target).write_text(text + "\n", encoding="utf-8")
    if typed.flags & {"--json", "-r"}:
        ask.print(msgspec.json.encode(found).decode())
    elif "--html" in typed.flags:
        ask.print(lines_html(found))
    else:
        ask.say(text, lines_html(found))


def memit(ask: Ask) -> None:
    """Run a statement some times and tell its peak and what it adds."""
    __tracebackhide__ = True
    typed = _typed(ask.line, "rti", ("--json", "-c", "-o"), _MEMIT)
    statement, setup = typed.statement, ""
    if ask.cell is not None:
        statement, setup = ask.cell, typed.statement
    if not statement.strip():
        raise Refusal(_MEMIT)
    seconds = typed.last("-t")
    plan = Plan(
        statement,
        setup=setup,
        repeats=int(_number(typed.last("-r"), REPEATS, "-r 5")),
        seconds=None if seconds is None else _number(seconds, 0, "-t 10"),
        pause=_number(typed.last("-i"), PAUSE, "-i 0.1"),
        children="-c" in typed.flags,
    )
    hunter = ask.hunter
    found = measure(hunter.shell, hunter.meter, hunter.recorder, plan)
    if typed.flags & {"--json", "-o"}:
        ask.print(msgspec.json.encode(found).decode())
    else:
        ask.say(memit_text(found))


def _number(text: str | None, otherwise: float, example: str) -> float:
    if text is None:
        return otherwise
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found < 10_000:  # noqa: PLR2004 - hours
        raise Refusal(f"Say a number, as in {example}.")
    return found
