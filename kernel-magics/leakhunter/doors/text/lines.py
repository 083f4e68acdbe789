"""Memory by line, and of a statement, as text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from leakhunter.detect.words import plural
from leakhunter.doors.text.layout import WIDTH, plain
from leakhunter.format import (
    column_text,
    column_unit,
    duration_text,
    receipt_text,
    size_text,
)

if TYPE_CHECKING:
    from leakhunter.trace.model import LineMemory, LineProfile, Memit, Section

ABOUT = 1024 * 1024
"""From here on a peak of resident memory beyond Python's is believed."""

_ROOM = WIDTH - 49


def lines_text(profile: LineProfile) -> str:
    """A table for each cell and function."""
    parts = []
    unit = _unit(profile)
    for section in profile.sections:
        parts += [*_section(section, unit, sampled=profile.sampled), ""]
    return "\n".join(plain(line) for line in [*parts, *_foot(profile)])


def _unit(profile: LineProfile) -> str:
    """One unit for all columns: that of the biggest change or peak."""
    rows = [line for section in profile.sections for line in section.lines]
    biggest = max(
        (max(abs(r.change or 0), highest(r) or 0, abs(r.native or 0)) for r in rows),
        default=0,
    )
    return column_unit(max(biggest, 1024 * 1024))


def highest(line: LineMemory) -> int | None:
    """The highest within one run, over what was there before: native memory counts where it shows."""
    if line.peak is None or line.resident_rise is None:
        return line.peak
    native = line.resident_rise > line.peak + ABOUT
    return line.resident_rise if native else line.peak


def _section(section: Section, unit: str, *, sampled: bool) -> list[str]:
    lines = [f"Memory by line of {section.title}"]
    lines.append(
        f"{'Line':>5}{'Runs':>8}{'After':>9}{'Change':>9}{'Peak':>8}{'Native':>9} Source"
    )
    lines.append(f"{unit:>22}{unit:>9}{unit:>8}{'about':>9}")
    for line in section.lines:
        if line.runs:
            peak = column_text(highest(line), unit)
            if line.peak != highest(line):
                peak = ("≥" if sampled else "~") + peak
            native = abs(line.native or 0) >= ABOUT / 16
            numbers = (
                f"{line.runs:>8,}{column_text(line.after, unit):>9}"
                f"{column_text(line.change, unit, signed=True):>9}{peak:>8}"
                f"{column_text(line.native if native else None, unit, signed=True):>9}"
            )
        else:
            numbers = " " * 43
        source = line.source
        if len(source) > _ROOM:
            source = source[: _ROOM - 1] + "…"
        lines.append(f"{line.line:>5}{numbers} {source}".rstrip())
    return lines


def _foot(profile: LineProfile) -> list[str]:
    total = f"Kernel memory {size_text(profile.before)} → {size_text(profile.after)}"
    if profile.peak is not None:
        total += f", peak {size_text(profile.peak)}"
    took = duration_text(profile.measuring)
    sentences = [
        f"{total}. Change and Peak are what Python's allocators count; Native is what kernel memory changed beyond that.",
        f"Took {duration_text(profile.seconds)}, of which {took} for {plural(profile.readings, 'reading', 'readings')}; small objects were slower to make.",
    ]
    if profile.failed:
        sentences.insert(0, "The code failed; this is what it came to until then.")
    if profile.sampled:
        sentences.append("Kernel memory was not read at every line: its peaks are at least these.")  # fmt: skip
    return [
        line
        for text in [*sentences, *profile.notes]
        for line in textwrap.wrap(text, WIDTH)
    ]


def memit_text(found: Memit) -> str:
    """As ``%memit`` says it, and every run below."""
    at_least = "" if found.exact else "≥ "
    lines = [
        f"peak memory: {at_least}{receipt_text(found.peak)}, increment: {at_least}{receipt_text(found.increment)}"
    ]
    if len(found.runs) > 1:
        rises = [run.increment for run in found.runs]
        lines[0] += f" ({len(rises)} runs: {receipt_text(min(rises))} to {receipt_text(max(rises))})"  # fmt: skip
        lines = textwrap.wrap(plain(lines[0]), WIDTH)
    unit = column_unit(found.peak)
    lines.append(f"{'Run':>4}{'Peak':>11}{'Increment':>11}{'Kept':>11}{'Time':>10}")
    lines.append(f"{unit:>15}{unit:>11}{unit:>11}")
    for number, run in enumerate(found.runs, 1):
        lines.append(
            f"{number:>4}{column_text(run.peak, unit):>11}{column_text(run.increment, unit):>11}"
            f"{column_text(run.kept, unit, signed=True):>11}{plain(duration_text(run.seconds)):>10}"
        )
    for note in found.notes:
        lines += textwrap.wrap(note, WIDTH)
    return "\n".join(plain(line) for line in lines)
