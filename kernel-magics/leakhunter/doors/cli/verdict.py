"""What fails a run, and the exit code.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from leakhunter.detect.words import listed, plural
from leakhunter.doors.cli.baseline import Changes
from leakhunter.doors.text.layout import plain
from leakhunter.format import size_text

if TYPE_CHECKING:
    from leakhunter.doors.cli.model import NotebookRun
    from leakhunter.doors.cli.options import FailOn, Options
    from leakhunter.model import Finding

FINE, OVER, USAGE, BROKEN, STOPPED = 0, 1, 2, 3, 130
"""Exit codes; the last is what a shell says of a command that Ctrl-C ended."""

_FAILING: dict[FailOn, frozenset[str]] = {
    "leak": frozenset({"leak"}),
    "leftover": frozenset({"leak", "leftover"}),
    "suspect": frozenset({"leak", "leftover", "suspect"}),
    "none": frozenset(),
}
_TITLES = 5
"""Findings that are named in one sentence."""


def open_findings(findings: Iterable[Finding], least: int) -> list[Finding]:
    """Findings of so many bytes that somebody should look at: neither explained nor expected."""
    return [f for f in findings if f.group in ("safe", "check") and f.frees >= least]


def peak_of(run: NotebookRun) -> tuple[int, int | None] | None:
    """The most memory of a run, and the cell that it was in."""
    known = [(r.peak, r.execution_count) for r in run.runs if r.peak is not None]
    known += [(run.highest, None)] if run.highest is not None else []
    return max(known, key=lambda one: one[0], default=None)


def failures(run: NotebookRun, options: Options, changes: Changes | None) -> list[str]:
    """Sentences, each a reason why a run is not fine.

    What a notebook holds is judged at its end: where it stopped, the rest of it
    might have let go, and an error keeps what its traceback leads to.
    """
    reasons = _peak(run, options.max_peak)
    if run.stopped is None:
        reasons += _held(run, options.max_held)
        reasons += _findings(run, options, changes)
    return reasons


def exit_code(
    runs: Sequence[NotebookRun], reasons: Iterable[Sequence[str]], *, asked: bool
) -> int:
    """The worst of all notebooks; ``asked`` tells that the user stopped them."""
    if asked:
        return STOPPED
    if any(run.stopped is not None for run in runs):
        return BROKEN
    return OVER if any(reasons) else FINE


def _peak(run: NotebookRun, budget: int | None) -> list[str]:
    peak = peak_of(run)
    if budget is None or peak is None or peak[0] <= budget:
        return []
    where = f" in [{peak[1]}]" if peak[1] is not None else ""
    return [f"The peak was {_size(peak[0])}{where}, over --max-peak {_size(budget)}."]


def _held(run: NotebookRun, budget: int | None) -> list[str]:
    held = run.report.memory.rss if run.report is not None else None
    if budget is None or held is None or held <= budget:
        return []
    return [
        f"The kernel had {_size(held)} at the end, over --max-held {_size(budget)}."
    ]


def _findings(run: NotebookRun, options: Options, changes: Changes | None) -> list[str]:
    listed_ones = run.report.findings if run.report is not None else []
    known = changes.known if changes is not None else frozenset()
    failing = [
        f
        for f in open_findings(listed_ones, options.min_size)
        if f.verdict in _FAILING[options.fail_on] and f.fingerprint not in known
    ]
    if not failing:
        return []
    named = [f"{plain(f.title)} ({_size(f.frees)})" for f in failing[:_TITLES]]
    if len(failing) > _TITLES:
        named.append(f"{len(failing) - _TITLES} more")
    new = " new or grown" if changes is not None else ""
    count = plural(len(failing), f"{new} finding fails", f"{new} findings fail")
    return [
        f"{' '.join(count.split())} (--fail-on {options.fail_on}): {listed(named)}."
    ]


def _size(size: int) -> str:
    return plain(size_text(size))
