"""Traces as text: the lines and functions that allocated what is held."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from leakhunter.detect.words import plural
from leakhunter.doors.text.layout import WIDTH, plain
from leakhunter.format import (
    MISSING,
    column_text,
    column_unit,
    duration_text,
    ellipsis,
    size_text,
)

if TYPE_CHECKING:
    from leakhunter.trace.model import FunctionRow, LineRow, Origin, Spot, Trace

_Row = TypeVar("_Row")

SAMPLED = "Of freed blocks below 64 KiB samples are counted: Allocated is about."

_LINES = 15
_FUNCTIONS = 10
_LEAST = 0.003
"""Rows of less than this share of the biggest are summed."""


def started_text(depth: int, what: str = "trace") -> str:
    """A trace has begun."""
    return textwrap.fill(
        f"Tracing with {plural(depth, 'call', 'calls')} kept for each block. Code that makes many small "
        f"objects runs 10 to 150 times slower until %leakcheck {what} stop; so does %leakcheck itself.",
        WIDTH,
    )


def trace_text(trace: Trace) -> str:
    """The whole trace."""
    lines = textwrap.wrap(head_words(trace), WIDTH)
    if trace.lines:
        lines += _lines(trace)
        lines += _functions(trace)
    else:
        lines.append("Nothing that Python allocated is still held.")
    lines += textwrap.wrap(unseen_words(trace), WIDTH)
    lines += textwrap.wrap(cost_words(trace), WIDTH)
    for note in trace.notes:
        lines += textwrap.wrap(note, WIDTH)
    return "\n".join(plain(line) for line in lines)


def head_words(trace: Trace) -> str:
    """What was found, in one line."""
    held, peak = size_text(trace.held), size_text(trace.peak)
    blocks = plural(trace.blocks, "block", "blocks")
    return f"{trace.title}: {held} still held in {blocks}, peak {peak}, {duration_text(trace.seconds)}"


def _lines(trace: Trace) -> list[str]:
    rows = trace.lines
    unit = column_unit(max(max(r.held, r.allocated or 0) for r in rows))
    found = [
        "",
        f"{'Held':>9}{'Allocated':>11}{'Runs':>7}  Line",
        f"{unit:>9}{unit:>11}",
    ]
    shown = telling(rows, _LINES)
    for row in shown:
        spot = trace.spots[row.spot]
        runs = MISSING if row.runs is None else f"{row.runs:,}"
        numbers = f"{column_text(row.held, unit):>9}{column_text(row.allocated, unit):>11}{runs:>7}  "
        found.append(numbers + _line(spot, WIDTH - len(numbers)))
        if row.inside is not None:
            inner = trace.spots[row.inside]
            function = f" ({inner.function})" if inner.function else ""
            text = ellipsis(f"in {inner.where}{function}", WIDTH - 29, 24)
            found.append(" " * 29 + text)
    rest = len(rows) - len(shown)
    if rest:
        held = sum(r.held for r in rows) - sum(r.held for r in shown)
        found.append(
            f"{column_text(held, unit):>9}{'':>20}{plural(rest, 'smaller line', 'smaller lines')}"
        )
    return found


def telling(rows: list[LineRow], most: int) -> list[LineRow]:
    """The lines that say something, at most so many, in their order."""
    return _telling(rows, lambda row: max(row.held, row.allocated or 0), most)


def _telling(rows: list[_Row], size: Callable[[_Row], int], most: int) -> list[_Row]:
    """The biggest: what holds little may have allocated most."""
    sizes = list(map(size, rows))
    biggest = sorted(range(len(rows)), key=lambda i: -sizes[i])[:most]
    return [rows[i] for i in sorted(biggest) if sizes[i] >= max(sizes) * _LEAST]


def _line(spot: Spot, room: int) -> str:
    text = f"{spot.where}: {spot.source}" if spot.source else spot.where
    return text if len(text) <= room else text[: room - 1] + "…"


def _functions(trace: Trace) -> list[str]:
    rows = _telling(
        trace.functions, lambda r: max(r.total, r.allocated or 0), _FUNCTIONS
    )
    unit = column_unit(max((max(r.total, r.allocated or 0) for r in rows), default=0))
    found = [
        "",
        f"{'Own':>9}{'With calls':>11}{'Allocated':>11}{'Calls':>7}  Function",
        f"{unit:>9}{unit:>11}{unit:>11}",
    ]
    for row in rows:
        calls = MISSING if row.calls is None else f"{row.calls:,}"
        numbers = (
            f"{column_text(row.own, unit):>9}{column_text(row.total, unit):>11}"
            f"{column_text(row.allocated, unit):>11}{calls:>7}  "
        )
        found.append(numbers + ellipsis(_function(row), WIDTH - len(numbers), 24))
    rest = len(trace.functions) - len(rows)
    if rest:
        found.append(" " * 40 + plural(rest, "more function", "more functions"))
    return [*found, ""]


def _function(row: FunctionRow) -> str:
    return row.name if row.name == row.where else f"{row.name}, {row.where}"


def unseen_words(trace: Trace) -> str:
    """The remainder: what resident memory changed beyond what Python counted."""
    change = f"Kernel memory changed by {size_text(trace.rss_change, signed=True)}: "
    if trace.unseen >= 0:
        seen = "by memray (code, or kept free)" if trace.native else "by Python (native code, or kept free)"  # fmt: skip
        return f"{change}{size_text(trace.unseen)} of that was not seen {seen}."
    return (
        f"{change}{size_text(-trace.unseen)} of what is held took no new memory "
        "(never touched, or freed memory used again)."
    )


def cost_words(trace: Trace) -> str:
    """What tracing took, and what it shows otherwise than one would think."""
    if trace.native:
        return (
            "Traced with memray: small objects of Python show as the pools that hold them. "
            f"Reading it took {duration_text(trace.summing)}."
        )
    took = f"Tracing took {size_text(trace.overhead)}" if trace.overhead else "Tracing"
    cost = (
        f"{took}, with {plural(trace.depth, 'call', 'calls')} kept for each block; "
        f"summing took {duration_text(trace.summing)}."
    )
    followed = any(row.allocated is not None for row in trace.stacks)
    return f"{cost} {SAMPLED}" if followed else cost


def origins_text(origins: list[Origin]) -> str:
    """The blocks behind a variable, each with the line that allocated it."""
    lines = [f"Where {origins[0].name} was allocated:"]
    for one in origins:
        lines.append(f"  {size_text(one.bytes)}  {one.type}")
        if not one.frames:
            text = f"Not known: {one.why_not}."
            lines += textwrap.wrap(text, WIDTH, initial_indent="    ", subsequent_indent="    ")  # fmt: skip
            continue
        in_cell = [spot for spot in one.frames if spot.cell is not None]
        shown = [*dict.fromkeys([*in_cell, one.frames[-1]])]
        for spot in shown:
            function = f" ({spot.function})" if spot.function else ""
            text = _line(spot, WIDTH - 4) if spot in in_cell else f"in {spot.where}{function}"  # fmt: skip
            lines.append("    " + ellipsis(text, WIDTH - 4, 24))
    return "\n".join(plain(line) for line in lines)
