"""Does a count grow?  The rule, for one series of counts taken after batches of runs.  Pure.

What leaks goes on at the same rate, what fills up slows down: so each batch is
as long as all before it, and its rate is compared with theirs.  How often the
rule is right is simulated in ``benchmarks/verdicts.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from leakhunter.prove.model import GrowthVerdict
from leakhunter.prove.plan import whole

LEAST = 3
"""Growth that one batch must show, and all of them for a suspicion: less is noise."""

SLOWER = 0.4
"""Share of the rate so far below which growth slows down.

One in two runs, by chance, is below a half of its own rate in 4 cases of 100,
below this in 1; a container of 16 entries that gets one a run is at 0.
"""

STRAIGHT = 0.8
"""Least r² of a leak: noise that happens to end high is no line."""

_TWO = 2


class Judged(NamedTuple):
    """What a series of counts says.

    Attributes
    ----------
    verdict
        Without ``cannot-tell``: that is about the runs, not about a count.
    rate
        Growth a run, by least squares.
    fit
        How straight the line is: r², 1 for the same growth on every run.
    """

    verdict: GrowthVerdict
    rate: float
    fit: float


def judge(
    counts: Sequence[int], batches: Sequence[int], *, bounded: bool = False
) -> Judged:
    """Judge one series.

    Parameters
    ----------
    counts
        After the warm-up, and after each batch.
    batches
        Runs in each batch.
    bounded
        Is it known that it cannot grow for ever?
    """
    rate, fit = line(counts, batches)
    verdict = _verdict(counts, batches, bounded=bounded)
    return Judged(
        "suspect" if verdict == "leak" and fit < STRAIGHT else verdict, rate, fit
    )


def _verdict(
    counts: Sequence[int], batches: Sequence[int], *, bounded: bool
) -> GrowthVerdict:
    growth = [b - a for a, b in pairwise(counts)]
    total = counts[-1] - counts[0]
    grew = sum(g > 0 for g in growth)
    if len(growth) < _TWO or total < LEAST or grew < _TWO:
        return "clean"
    if _slows(growth, batches):
        return "plateau"
    if min(growth[-_TWO:]) <= 0:
        return "clean"
    if bounded:
        return "plateau"
    enough = whole(batches)
    return "leak" if enough and growth[-3] >= 0 and growth[-1] >= LEAST else "suspect"


def _slows(growth: Sequence[int], batches: Sequence[int]) -> bool:
    """Is the last batch slower than all before it?"""
    before = sum(growth[:-1]) / sum(batches[: len(growth) - 1])
    return growth[-1] / batches[len(growth) - 1] < SLOWER * before


def settled(series: Sequence[Sequence[int]]) -> bool:
    """Has none of these series grown in the last two batches?"""
    return all(
        len(counts) > _TWO and counts[-1] <= counts[-2] <= counts[-3]
        for counts in series
        if counts
    )


def line(counts: Sequence[int], batches: Sequence[int]) -> tuple[float, float]:
    """Slope by least squares over the runs, and r²."""
    runs = runs_at(batches)[: len(counts)]
    if len(runs) < _TWO:
        return 0.0, 0.0
    mean_x, mean_y = sum(runs) / len(runs), sum(counts) / len(counts)
    xx = sum((x - mean_x) ** 2 for x in runs)
    yy = sum((y - mean_y) ** 2 for y in counts)
    xy = sum((x - mean_x) * (y - mean_y) for x, y in zip(runs, counts, strict=True))
    return xy / xx, (xy * xy / (xx * yy) if yy else 0.0)


def runs_at(batches: Sequence[int]) -> list[int]:
    """Runs after the warm-up at which counts are taken: 0, 2, 6, 14, 30."""
    found = [0]
    for batch in batches:
        found.append(found[-1] + batch)
    return found


def runs_to(limit: int, used: int, rate: float) -> int | None:
    """More runs until a limit is reached; ``None`` when nothing grows."""
    return max(math.ceil((limit - used) / rate), 0) if rate > 0 else None
