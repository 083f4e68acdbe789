"""What can be typed after ``%leakcheck``, one file a subject.

A command is a function that takes an :class:`~leakhunter.doors.ask.Ask`,
answers through it, and refuses in one sentence
(:class:`~leakhunter.act.refusal.Refusal`).
"""

from __future__ import annotations

from collections.abc import Callable

from leakhunter.act.refusal import Refusal
from leakhunter.doors.ask import Ask
from leakhunter.doors.commands import (
    about,
    clear,
    expect,
    frees,
    gc,
    heap,
    lines,
    profile,
    prove,
    refs,
    report,
    sheet,
    trace,
    undo,
    why,
)

COMMANDS: dict[str, Callable[[Ask], None]] = {
    "cells": report.cells,
    "vars": report.variables,
    "sheet": sheet.sheet,
    "give-back": sheet.give_back,
    "why": why.why,
    "gc": gc.objects,
    "collect": gc.collect,
    "refs": refs.refs,
    "frees": frees.frees,
    "heap": heap.heap,
    "preview": clear.preview,
    "clear": clear.clear,
    "expect": expect.expect,
    "about": about.about,
    "undo": undo.undo,
    "receipts": undo.receipts,
    "trace": trace.trace,
    "profile": profile.profile,
    "prove": prove.prove,
    "lines": lines.lines,
    "memit": lines.memit,
}
"""By the first word; without one it is the report, a number or an id is one finding."""

CELL_COMMANDS: dict[str, Callable[[Ask], None]] = {
    "trace": trace.cell,
    "repeat": prove.repeat,
    "lines": lines.lines,
    "memit": lines.memit,
}
"""The same for ``%%leakcheck``: what can be done with a cell (:attr:`Ask.cell`)."""

RUNNING: frozenset[str] = frozenset({"lines", "memit", "prove"})
"""Commands of a line that run the user's code."""


def runs_code(ask: Ask) -> bool:
    """Does what was asked run the user's code?"""
    return ask.cell is not None or (bool(ask.words) and ask.words[0] in RUNNING)


def run(ask: Ask) -> None:
    """Do what was asked.

    Raises
    ------
    Refusal
        One sentence; nothing was changed.
    """
    __tracebackhide__ = True
    first = ask.words[0] if ask.words else ""
    if ask.cell is not None:
        if first not in CELL_COMMANDS:
            known = ", ".join(f"%%leakcheck {name}" for name in CELL_COMMANDS)
            msg = f"The cell was not run. What can be done with a cell: {known or 'nothing'}."
            raise Refusal(msg)
        command: Callable[[Ask], None] | None = CELL_COMMANDS[first]
    else:
        command = COMMANDS.get(first) if first else report.report
    if command is None:
        report.one(ask)
        return
    del ask.words[:1]
    command(ask)
