"""``native-leak``: memory that grew each time a cell ran, and that nothing in Python holds.

The first run of a cell imports, compiles and fills pools, so it does not
count.  What the later ones added must be steady, must not be held by objects
of theirs, and must be missing in the sheet too: what allocators keep free, and
small objects in a list, are explained there.  Nothing here can say what the
memory is for, nor free it.

One run that took much at once is told as suspect, unless its cell imports or
failed, when it explains about all that is missing.

A function that numba compiles again and again, as its definition stands in a
loop or its cell ran again, needs no proof: compiled code is never freed.

Of some versions of some libraries the catalogue says that their pool never
uses again what it keeps free: that needs no repetition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from leakhunter.detect import recompiled, stuck
from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.catalogue import Known, of_kind
from leakhunter.detect.made import growth
from leakhunter.detect.stuck import Words
from leakhunter.detect.words import plural
from leakhunter.format import size_text
from leakhunter.heap.graph import BIG
from leakhunter.heap.slots import Slot
from leakhunter.model import CellRun, Holder, Kind

KIND: Kind = "native-leak"

_OFTEN = 3
"""Runs beside the first."""

_LEAST = 10 * BIG
"""What the sheet cannot explain of a healthy kernel is less."""

_STEADY = 0.3
"""The smallest step, as a share of the middle one."""

_MUCH = 40 * BIG
"""What one run must have left unexplained by itself."""

_ALMOST = 0.8
"""Share of all that is missing, and of what the run took, that must be the same bytes."""

_MISSING = 0.5
"""Share of the growth that must be unexplained."""


def candidates(case: Case) -> Iterator[Candidate]:
    """Each cell whose runs added memory that is missing."""
    yield from _pools(case)
    compiled = list(recompiled.candidates(case, KIND))
    yield from compiled
    told = {candidate.key[-1] for candidate in compiled}
    missing = case.facts.unexplained or 0
    if missing < _LEAST:
        return
    repeated = False
    for source, runs in _repeated(case).items():
        if hash(source) in told:
            continue
        added = sum(map(_added, runs))
        size = min(added, missing)
        if size >= _LEAST and size >= _MISSING * added and _is_steady(runs):
            last, repeated = runs[-1], True
            yield Candidate(
                KIND, (Slot("native memory", last.run),), (KIND, hash(source)),
                last.source_line, safe=False, bytes=size, run=last.run,
            )  # fmt: skip

    run = None if repeated else _at_once(case, missing)
    if run is not None:
        yield Candidate(
            KIND, (Slot("native memory", run.run),), (KIND, "once", run.run),
            run.source_line, safe=False, bytes=missing, run=run.run,
        )  # fmt: skip


def _at_once(case: Case, missing: int) -> CellRun | None:
    """The one run that took what is missing; what was not looked at may be missing too."""
    if not case.graph.complete:
        return None
    run = max(case.runs, key=_added, default=None)
    if run is None or run.error is not None or missing < _MUCH:
        return None
    alike = min(_added(run), missing) >= _ALMOST * max(_added(run), missing)
    imports = "import" in case.sources.get(run.run, "")
    return run if alike and not imports else None


def _pools(case: Case) -> Iterator[Candidate]:
    """Pools that leak in this version of their library."""
    left = {run.run: growth(run) - run.held for run in case.runs}
    for pool, (record, size) in leaking(case).items():
        if sum(max(n, 0) for n in left.values()) >= size * _MISSING:
            made = max(left, key=lambda run: left[run])
            yield Candidate(
                KIND, (Slot("native memory", pool),), (KIND, record.key), pool,
                safe=False, bytes=size, run=made,
            )  # fmt: skip


def leaking(case: Case) -> dict[str, tuple[Known, int]]:
    """By pool, bytes that it will not use again, with the record that says so."""
    found = {}
    for record in of_kind(KIND, case.facts.versions):
        for pool, size in case.facts.kept.items():
            if record.pool in pool.split(", ") and size >= _LEAST:
                found[pool] = record, size
    return found


def _repeated(case: Case) -> dict[str, list[CellRun]]:
    """Runs of the same source, without the first and those that failed."""
    found: dict[str, list[CellRun]] = {}
    for run in case.runs:
        found.setdefault(case.sources.get(run.run, ""), []).append(run)
    return {
        source: [r for r in runs[1:] if r.error is None]
        for source, runs in found.items()
        if len(runs) > _OFTEN and source.strip()
    }


def _added(run: CellRun) -> int:
    """By how much memory grew beyond what the run's objects hold today."""
    return growth(run) - run.held


def _is_steady(runs: Sequence[CellRun]) -> bool:
    """Did each of them add about as much?"""
    steps = [_added(run) for run in runs]
    return len(steps) >= _OFTEN and min(steps) > _STEADY * median(steps)


def tell(case: Case, group: Grouped) -> Told:
    """Words for growth that nothing explains."""
    member = group.members[0]
    pool, record = next(
        (
            (pool, record)
            for pool, (record, _) in leaking(case).items()
            if member.key == (KIND, record.key)
        ),
        ("", None),
    )
    if record is not None:
        return _tell_pool(case, group, pool, record)
    last = case.run(member.run or 0)
    if member.key[1] == recompiled.SORT:
        return recompiled.tell(case, group, KIND)
    if member.key[1] == "once":
        return _tell_once(group, last)
    runs = _repeated(case).get(case.sources.get(member.run or 0, ""), [])
    step = size_text(int(median([_added(run) for run in runs] or [0])))
    link = f"[{last.execution_count}]" if last is not None else "A cell"
    count = plural(len(runs) + 1, "run", "runs")
    words = Words(
        member.title,
        f"Each run of {link} adds about {step}, and nothing in Python holds it.",
        [_took(link, f"{count}, each adds {step}")],
        [
            f"{count} of the same source; the first is not counted.",
            "What it is for cannot be told from here.",
        ],
    )
    code = "Run it once, or restart the kernel to free it."
    return stuck.unexplained(group, "leak", words, code)


def _tell_once(group: Grouped, run: CellRun | None) -> Told:
    """Words for one run that took much."""
    link = f"[{run.execution_count}]" if run is not None else "A cell"
    size = size_text(group.freed.bytes)
    words = Words(
        group.members[0].title,
        f"{link} took {size} that nothing in Python holds.",
        [_took(link, "took it in one run")],
        ["Running the cell again tells whether it takes it each time: Prove it."],
    )
    code = (
        "Prove whether the cell takes it each time, or restart the kernel to free it."
    )
    return stuck.unexplained(group, "suspect", words, code)


def _took(link: str, note: str) -> Holder:
    """The cell that took it."""
    return Holder(role="link", label=link, note=note, stuck=True)


def _tell_pool(case: Case, group: Grouped, pool: str, record: Known) -> Told:
    """Words for a pool that leaks."""
    version = case.facts.versions.get(record.library, "")
    run = case.run(group.members[0].run or 0)
    link = f"[{run.execution_count}]" if run is not None else ""
    size = size_text(group.freed.bytes)
    grew = [f"Memory grew most in {link}, which holds less of it now."] if link else []
    words = Words(
        f"{pool}'s pool",
        f"{record.reason} {pool}'s pool has {size} that no object holds.",
        [
            Holder(role="root", label="Nothing", note="no object holds it"),
            Holder(
                role="link",
                label=f"{record.library} {version}".strip(),
                note="never uses it again",
                stuck=True,
            ),
        ],
        [*grew, "Asking the pool for it, and `malloc_trim`, return nothing."],
    )
    return stuck.known(group, record, words, "kept", pool)


def does(members: Sequence[Candidate]) -> Deed:  # noqa: ARG001 - the interface of a detector
    """Nothing can be done from here."""
    return Deed("Nothing: native code holds it.", "nothing")
