"""How often a cell runs: two warm-up runs, then batches of 2, 4, 8 and 16, as far as time and memory allow.  Pure."""

from __future__ import annotations

from collections.abc import Sequence

WARM_UP = 2
"""Runs that are not counted: imports, first fills of caches."""

BATCHES = (2, 4, 8, 16)
"""Each as long as all before it: what fills up slows down from one to the next."""

LEAST = WARM_UP + 2 + 4
"""Runs without which nothing can be told."""

READING = 0.2
"""Seconds taken for one count, before one was measured."""


def fitting(
    seconds: float | None, budget: float, wanted: Sequence[int] = BATCHES
) -> tuple[int, ...]:
    """Batches that fit into a time.

    Parameters
    ----------
    seconds
        Of one run; ``None`` when the cell never ran.
    budget
        Seconds that all runs together may take.
    wanted
        Runs in each batch, if all fit.

    Returns
    -------
    tuple
        A beginning of what is wanted; empty when not even two batches fit.
    """
    if seconds is None:
        return tuple(wanted)
    best: tuple[int, ...] = ()
    for count in range(2, len(wanted) + 1):
        batches = tuple(wanted[:count])
        if needed(seconds, batches) <= budget:
            best = batches
    return best


def whole(batches: Sequence[int]) -> bool:
    """Are these as many runs as the rule needs to call a growth a leak?"""
    return len(batches) >= len(BATCHES) and all(
        runs >= least for runs, least in zip(batches, BATCHES, strict=False)
    )


def needed(
    seconds: float, batches: Sequence[int], reading: float = READING, warm_up: int = 0
) -> float:
    """Seconds that these batches take, with a count after each; warm-up runs are the caller's."""
    runs = sum(batches) + (warm_up or WARM_UP)
    return runs * seconds + (len(batches) + 1) * reading


def left(seconds: float, reading: float, batches: Sequence[int], done: int) -> float:
    """Seconds that are left after so many runs, warm-up included.

    Parameters
    ----------
    seconds, reading
        Of one run and of one count, as measured.
    batches
        Those planned.
    done
        Runs done.
    """
    rest = max(WARM_UP + sum(batches) - done, 0)
    ends, ahead = WARM_UP, 0
    for batch in batches:
        ends += batch
        ahead += ends > done
    return rest * seconds + ahead * reading


def room(runs: int, growth: float, used: int, stop_at: int) -> bool:
    """Does memory suffice for more runs?

    Parameters
    ----------
    runs
        How many more.
    growth
        Bytes that one run left so far.
    used, stop_at
        Bytes used now, and those at which the test stops.
    """
    return used + max(growth, 0.0) * runs < stop_at
