"""``allocator-retention``: memory that was freed and that allocators keep for the next time.

Not a leak: nothing holds it, and what is made next takes it.  Every kernel
keeps some, so only what is worth a line is told, all allocators as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.made import growth
from leakhunter.detect.native_leak import leaking
from leakhunter.detect.open_resource import duckdb_keeps
from leakhunter.detect.words import listed
from leakhunter.format import size_text
from leakhunter.heap.graph import BIG
from leakhunter.heap.slots import KEPT
from leakhunter.model import CellRun, Holder, Kind

KIND: Kind = "allocator-retention"

_LEAST = 32 * BIG
"""A fresh kernel keeps 7 MB."""

_OURS = 0.5
"""Share of it by which runs must have grown without holding it: else it is not of the cells."""

_FIXES = {
    "malloc": "import ctypes\nctypes.CDLL(None).malloc_trim(0)",
    "Arrow": "import pyarrow\npyarrow.default_memory_pool().release_unused()",
}
"""How to ask, where there is a public way."""

_SILENT = frozenset({"small objects", "Polars"})
"""What cannot be asked: it returns memory by itself, or not."""


def candidates(case: Case) -> Iterator[Candidate]:
    """All that is kept free."""
    kept = sum(_kept(case).values()) - duckdb_keeps(case)
    left = sum(max(_left(run), 0) for run in case.runs)
    if kept >= _LEAST and left >= kept * _OURS:
        made = max(case.runs, key=_left)
        yield Candidate(
            KIND, (KEPT,), (KIND,), "Kept free", safe=False, bytes=kept, run=made.run
        )


def _kept(case: Case) -> dict[str, int]:
    """Free memory by allocator, without pools that leak."""
    return {k: v for k, v in case.facts.kept.items() if k not in leaking(case)}


def _left(run: CellRun) -> int:
    """By how much a run grew beyond what it still holds."""
    return growth(run) - run.held


def tell(case: Case, group: Grouped) -> Told:
    """Words for free memory."""
    worth = {label: size for label, size in _kept(case).items() if size >= BIG}
    labels = sorted(worth, key=lambda label: -worth[label])
    most = labels[0]
    size = size_text(group.freed.bytes)
    facts = [f"{_who(label)}: {size_text(worth[label])} free." for label in labels]
    facts.append("Nothing holds it; the next objects take it before the kernel grows.")
    run = group.members[0].run
    cell = case.run(run) if run is not None else None
    if cell is not None and cell.execution_count is not None:
        link = f"[{cell.execution_count}]"
        facts.append(f"Memory grew most in {link}, which holds less of it now.")
    pools = [p for label in labels for p in label.split(", ")]
    asked = [p for p in pools if p not in _SILENT]
    fix = next((_FIXES[p] for p in pools if p in _FIXES), None)
    return Told(
        verdict="not-a-leak",
        label="Kept free",
        group="not-a-leak",
        part="kept",
        title="Kept free",
        names=[],
        path=labels,
        reason=f"{size} was freed and not returned to the system, most of it by {_who(most)}.",
        chain=[
            Holder(role="root", label="Nothing", note="no object holds it"),
            Holder(role="link", label=listed(labels), note="keeps it for reuse"),
            Holder(
                role="object", label="free memory", note="", bytes=group.freed.bytes
            ),
        ],
        facts=facts,
        breaks=[],
        fix=fix,
        made_again=False,
        exact_remedy=bool(asked),
    )


def _who(label: str) -> str:
    return {"small objects": "Python's own allocator", "malloc": "malloc"}.get(
        label, label
    )


def does(members: Sequence[Candidate]) -> Deed:  # noqa: ARG001 - the interface of a detector
    """What asking does."""
    return Deed(
        "Ask the allocators to give free memory back; no object is touched.",
        "asked for free memory",
    )
