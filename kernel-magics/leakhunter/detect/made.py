"""Which runs made what is held, as far as anybody knows."""

from __future__ import annotations

from collections.abc import Iterable

from leakhunter.detect.case import Case
from leakhunter.model import CellRun, Label

_MOST = 0.8
"""Share of some memory by which one run must have grown to have made it."""

_ABOUT = 3
"""Times some memory by which one run may have grown that made little else."""

_OFTEN = 3
"""From so many runs on it rises with runs."""


def makers(case: Case, nodes: Iterable[int]) -> list[CellRun]:
    """Runs that made the big ones of these nodes, oldest first; empty when one is not known."""
    runs = _runs(case, nodes)
    return [] if None in runs else [run for run in runs if run is not None]


def chip(case: Case, nodes: Iterable[int]) -> Label:
    """The chip of what a registry holds: did it rise with runs?"""
    return "Growing" if len(_runs(case, nodes)) >= _OFTEN else "Hidden"


def _runs(case: Case, nodes: Iterable[int]) -> list[CellRun | None]:
    """Runs that made the big ones of these nodes; ``None`` for those that are not known.

    A run in which memory did not grow by what it is said to have made is not
    believed: at a first check a name tells only which run bound it last.
    """
    weight: dict[int, int] = {}
    for node in case.births.keys() & nodes:
        number = case.births[node]
        weight[number] = weight.get(number, 0) + case.graph.sizes[node]
    runs = {n: case.run(n) for n in sorted(weight)}
    sure = [r for n, r in runs.items() if r is not None and rose(r, weight[n])]
    return [*sure] if len(sure) == len(weight) else [None, *sure]


def risen(case: Case, size: int) -> CellRun | None:
    """The only run in which memory grew by most of this size; one that imports grows by that, too."""
    grown = [run for run in case.runs if rose(run, size)]
    if len(grown) > 1:
        grown = [run for run in grown if not imports(case, run)]
    return grown[0] if len(grown) == 1 else None


def imports(case: Case, run: CellRun) -> bool:
    """Does a run import something?"""
    return "import" in case.sources.get(run.run, "")


def unsaid(case: Case, size: int) -> CellRun | None:
    """The only run that grew by about this size beyond what is known to be of it."""
    grown = [
        run
        for run in case.runs
        if _MOST * size <= growth(run) - run.held <= _ABOUT * size
        and not imports(case, run)
    ]
    return grown[0] if len(grown) == 1 else None


def rose(run: CellRun, size: int) -> bool:
    """Did memory grow by most of this size in a run?"""
    return growth(run) >= _MOST * size


def growth(run: CellRun) -> int:
    """By how much private memory grew in a run."""
    if run.anon_after is None or run.anon_before is None:
        return run.rss_after - run.rss_before
    return run.anon_after - run.anon_before
