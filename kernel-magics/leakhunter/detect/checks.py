"""What a check looked at, and what it could not: the lines under a report."""

from __future__ import annotations

from leakhunter.detect import DETECTORS
from leakhunter.detect.case import Case
from leakhunter.detect.words import listed, plural
from leakhunter.model import Check, Kind

AREAS: dict[str, tuple[Kind, ...]] = {
    "variables: which cell reads each": ("leftover-variable",),
    "output history": ("output-history",),
    "failed cells: what their tracebacks keep": ("traceback",),
    "small views of big arrays": ("view-base",),
    "open figures, plots and widgets": ("figure", "document", "widget"),
    "caches and lookup tables": ("cache", "index-cache"),
    "lists and dictionaries that keep or grow": ("accumulator", "container-holds"),
    "functions, modules and libraries' registries": (
        "closure",
        "module-namespace",
        "registry",
    ),
    "threads, tasks, generators and graphs of tensors": (
        "thread-frame",
        "async-task",
        "suspended-frame",
        "autograd-graph",
    ),
    "open files and connections, child processes": (
        "open-resource",
        "child-processes",
    ),
    "garbage: reference cycles": ("ref-cycle", "uncollectable-cycle", "gc-state"),
    "what native code and allocators keep": ("native-leak", "allocator-retention"),
}
"""Kinds of findings in words; a kind that is not here has a line of its own."""


def checks(case: Case) -> list[Check]:
    """One line an area; those that could not be looked at come last."""
    known = {kind for kinds in AREAS.values() for kind in kinds}
    own = {
        d.KIND.replace("-", " "): (d.KIND,) for d in DETECTORS if d.KIND not in known
    }
    areas = AREAS | own
    lines = [
        Check(text=_counted(text, case), done=True)
        for text, kinds in areas.items()
        if case.broken.isdisjoint(kinds)
    ]
    lines += [
        Check(text=f"could not check: {listed(broken)}", done=False)
        for kinds in areas.values()
        if (broken := [k.replace("-", " ") for k in kinds if k in case.broken])
    ]
    lines += [
        Check(text=f"could not look inside {library}", done=False)
        for library in sorted(case.graph.blind)
    ]
    if not case.graph.complete:
        text = f"looked at the first {case.graph.visited:,} objects only"
        lines.append(Check(text=text, done=False))
    return lines


def _counted(text: str, case: Case) -> str:
    """The line with how many there were, where that tells something."""
    if text.startswith("variables"):
        number = plural(len(case.uses), "variable", "variables")
        return text.replace("variables", number, 1)
    if text == "output history":
        return f"{text}: {plural(len(case.outputs), 'value', 'values')}"
    return text
