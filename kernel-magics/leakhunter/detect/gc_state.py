"""``gc-state``: the collector is off, or objects were frozen out of it, while garbage waits.

``gc.disable()`` for a benchmark, or a library that does so, is easily
forgotten: cycles pile up until the kernel is full.  Big garbage is found in
the picture, many small objects by the walk over the modules, done again at
each check while the collector is off.  What was frozen cannot be seen at all:
it is only told beside memory that nothing explains.

Clearing collects once; turning the collector on again is the user's to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.made import growth
from leakhunter.detect.ref_cycle import telling
from leakhunter.detect.words import listed, plural
from leakhunter.format import size_text
from leakhunter.heap.graph import BIG
from leakhunter.heap.slots import GARBAGE
from leakhunter.heap.trial import trial
from leakhunter.model import CellRef, CellRun, Holder, Kind

KIND: Kind = "gc-state"

_FROZEN_LEAST = 20 * BIG
"""Unexplained bytes from which frozen objects are told: the sheet is not right to the byte."""

_FROZEN_FEW = 2_000
"""Frozen objects that say nothing: CPython 3.12 starts with 375, ``gc.freeze`` takes all of a kernel's, 50,000."""

_OFF = ("gc.disable(", "gc.freeze(")
_SHOWN = 2


def candidates(case: Case) -> Iterator[Candidate]:
    """What waits although nothing will collect it."""
    facts = case.facts
    if not facts.collector.enabled:
        waits = trial(case.graph, [GARBAGE]).bytes + facts.garbage
        made = _most(case)
        yield Candidate(
            KIND, (GARBAGE,), (KIND,), "gc is off", safe=False, bytes=waits,
            run=made.run if made is not None else None,
        )  # fmt: skip
    elif (
        facts.collector.frozen > _FROZEN_FEW
        and (facts.unexplained or 0) >= _FROZEN_LEAST
    ):
        yield Candidate(
            KIND, (), (KIND, "frozen"), "gc.freeze", safe=False, bytes=facts.unexplained
        )


def _most(case: Case) -> CellRun | None:
    """The run after the collector was last turned off in which memory grew most."""
    off = [r for r in case.runs if _OFF[0] in case.sources.get(r.run, "")]
    later = [r for r in case.runs if not off or r.run >= off[-1].run]
    return max(later, key=_grown, default=None)


def _grown(run: CellRun) -> int:
    return growth(run) - run.held


def tell(case: Case, group: Grouped) -> Told:
    """Words for a collector that is off, or sees only a part."""
    if group.slots:
        return _off(case, group)
    return _frozen(case, group)


def _off(case: Case, group: Grouped) -> Told:
    names = telling(case.graph, case.graph.garbage or set())[:_SHOWN]
    size = size_text(group.freed.bytes)
    run = _turned(case, _OFF[0])
    since = f" since [{run.execution_count}]" if run is not None else ""
    of = f" of {listed([f'`{n}`' for n in names])}" if names else ""
    facts = ["`gc.isenabled()` is False: reference cycles are never freed."]
    if run is not None:
        facts.append(f"[{run.execution_count}] calls `gc.disable()`.")
    facts.append("Collecting once frees what waits now; new cycles wait again.")
    return Told(
        verdict="leak",
        label="Stuck",
        group="check",
        part="garbage",
        title="gc is off",
        names=["gc", *names],
        path=["gc.disable", *names, "garbage"],
        reason=f"Automatic collection is off{since}; {size} of garbage{of} waits.",
        chain=_chain(group, "collector is off", listed(names)),
        facts=facts,
        breaks=[],
        fix="import gc\ngc.enable()\ngc.collect()",
        made_again=False,
    )


def _frozen(case: Case, group: Grouped) -> Told:
    frozen = plural(case.facts.collector.frozen, "object is", "objects are")
    size = size_text(group.freed.bytes)
    run = _turned(case, _OFF[1])
    facts = [
        "`gc.collect()` passes over frozen objects, and so does this check.",
        "Cannot tell whether the memory is of native code.",
    ]
    if run is not None:
        facts.insert(0, f"[{run.execution_count}] calls `gc.freeze()`.")
    return Told(
        verdict="suspect",
        label="Stuck",
        group="check",
        part="unexplained",
        title="gc.freeze",
        names=["gc"],
        path=["gc.freeze"],
        reason=f"{frozen} frozen out of the collector, and nothing explains {size}.",
        chain=_chain(group, "frozen objects", "not looked at"),
        facts=facts,
        breaks=[],
        fix="import gc\ngc.unfreeze()\ngc.collect()",
        made_again=False,
        exact_remedy=False,
    )


def _chain(group: Grouped, link: str, note: str) -> list[Holder]:
    return [
        Holder(role="root", label="Nothing", note="no variable and no registry"),
        Holder(role="link", label=link, note="", stuck=True),
        Holder(role="object", label="garbage", note=note, bytes=group.freed.bytes),
    ]


def _turned(case: Case, call: str) -> CellRef | None:
    """The last cell that calls this, where one does."""
    found = None
    for run in case.runs:
        if call in case.sources.get(run.run, "") and run.execution_count is not None:
            found = CellRef(cell_id=run.cell_id, execution_count=run.execution_count)
    return found


def does(members: Sequence[Candidate]) -> Deed:  # noqa: ARG001 - the interface of a detector
    """What collecting does."""
    return Deed("Collect once; automatic collection stays off.", "collected")
