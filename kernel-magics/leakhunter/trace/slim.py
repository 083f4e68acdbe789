"""A trace small enough for a message: its biggest stacks, and the spots that what is left refers to.  Pure."""

from __future__ import annotations

import msgspec

from leakhunter.trace.model import StackRow, Trace

STACKS = 300
"""More boxes are too narrow to be seen."""

LINES = 100
"""Lines, and functions."""


def slim(trace: Trace) -> Trace:
    """The same trace with fewer rows; what is left out of the stacks is part of ``smaller``."""
    held = [row for row in trace.stacks if row.held]
    stacks = sorted(held, key=lambda row: -row.held)[:STACKS]
    lines, functions = trace.lines[:LINES], trace.functions[:LINES]
    numbers: dict[int, int] = {}

    def number(old: int) -> int:
        return numbers.setdefault(old, len(numbers))

    stacks = [_renumbered(row, [number(frame) for frame in row.frames]) for row in stacks]  # fmt: skip
    lines = [
        msgspec.structs.replace(
            row,
            spot=number(row.spot),
            inside=None if row.inside is None else number(row.inside),
        )
        for row in lines
    ]
    left = sum(row.held for row in trace.stacks) - sum(row.held for row in stacks)
    return msgspec.structs.replace(
        trace,
        spots=[trace.spots[old] for old in numbers],
        stacks=stacks,
        lines=lines,
        functions=functions,
        smaller=trace.smaller + left,
    )


def _renumbered(row: StackRow, frames: list[int]) -> StackRow:
    return msgspec.structs.replace(row, frames=frames)
