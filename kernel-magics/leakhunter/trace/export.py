"""A trace as other tools read it: speedscope, folded stacks, pprof, and a table.

Formats: https://www.speedscope.app/file-format-schema.json, the folded stacks
of FlameGraph, and pprof's profile.proto in :mod:`leakhunter.trace.pprof`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import msgspec

from leakhunter.trace.model import Spot, Trace
from leakhunter.trace.pprof import pprof


def _name(spot: Spot) -> str:
    """A frame as one text: function and place."""
    return f"{spot.function} ({spot.where})" if spot.function else spot.where


def speedscope(trace: Trace) -> bytes:
    """A flame graph of what is held, in bytes, for speedscope.app."""
    held = [row for row in trace.stacks if row.held]
    samples = [row.frames for row in held]
    weights = [row.held for row in held]
    document = {
        "$schema": "https://www.speedscope.app/file-format-schema.json",
        "exporter": "leakhunter",
        "name": trace.title,
        "activeProfileIndex": 0,
        "shared": {
            "frames": [
                {"name": _name(s), "file": s.where.rpartition(":")[0] or s.where, "line": s.line}
                for s in trace.spots
            ]
        },
        "profiles": [
            {
                "type": "sampled",
                "name": "still held",
                "unit": "bytes",
                "startValue": 0,
                "endValue": sum(weights),
                "samples": samples,
                "weights": weights,
            }
        ],
    }  # fmt: skip
    return msgspec.json.encode(document)


def folded(trace: Trace) -> bytes:
    """One stack a line, the outermost call first, and its bytes."""
    lines = []
    for row in filter(lambda row: row.held, trace.stacks):
        frames = [_name(trace.spots[i]).replace(";", ",") for i in row.frames]
        lines.append(f"{';'.join(frames)} {row.held}")
    return ("\n".join(lines) + "\n").encode()


def table(trace: Trace) -> bytes:
    """The lines as a table."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["where", "source", "library", "held_bytes", "blocks", "allocated_bytes", "peak_bytes", "runs", "inside"]
    )  # fmt: skip
    for row in trace.lines:
        spot = trace.spots[row.spot]
        inside = "" if row.inside is None else trace.spots[row.inside].where
        writer.writerow(
            [spot.where, _cell(spot.source), spot.library, row.held, row.blocks, row.allocated, row.peak, row.runs, inside]
        )  # fmt: skip
    writer.writerow(["not seen by Python", "", "", trace.unseen, "", "", "", "", ""])
    return out.getvalue().encode()


def _cell(text: str) -> str:
    """Source that no table calculates with."""
    return "'" + text if text[:1] in ("=", "+", "-", "@") else text


def document(trace: Trace) -> bytes:
    """All of it."""
    return msgspec.json.encode(trace)


FORMATS: dict[str, Callable[[Trace], bytes]] = {
    ".speedscope.json": speedscope,
    ".folded": folded,
    ".collapsed": folded,
    ".pb.gz": pprof,
    ".pprof": pprof,
    ".csv": table,
    ".json": document,
}
"""By the end of a file's name; the longer ends come first."""


def exported(trace: Trace, name: str) -> bytes | None:
    """The bytes of a file; ``None`` when its name ends in nothing known."""
    lower = name.lower()
    for end, write in FORMATS.items():
        if lower.endswith(end):
            return write(trace)
    return None
