"""What can be typed after ``%leakcheck``, one file a subject.

A command is a function that takes an :class:`~leakhunter.doors.ask.Ask`,
answers through it, and refuses in one sentence
(:class:`~leakhunter.act.preview.Refusal`).
"""

from __future__ import annotations

from collections.abc import Callable

from leakhunter.doors.ask import Ask
from leakhunter.doors.commands import clear, expect, frees, gc, refs, report, sheet, why

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
    "clear": clear.clear,
    "expect": expect.expect,
}
"""By the first word; without one it is the report, a number or an id is one finding."""


def run(ask: Ask) -> None:
    """Do what was asked.

    Raises
    ------
    Refusal
        One sentence; nothing was changed.
    """
    command = COMMANDS.get(ask.words[0]) if ask.words else report.report
    if command is None:
        report.one(ask)
        return
    del ask.words[:1]
    command(ask)
