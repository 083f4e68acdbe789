"""What is added to each cell: the two hooks timed alone, and whole cells with and without.

The hooks timed alone are the figure to hold us to: whole cells scatter by more.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from time import perf_counter, sleep, time

from bench import Kernel, SlowError, Table, load, skipped, spread
from peers import BY_ITSELF, SCALENE, US, WATCHERS, Peer

STATES = {
    "empty": "pass",
    "1,000 variables, 2 GB": "import numpy as np\nfor i in range(1000): globals()[f'v{i}'] = np.ones(250_000)",
    "1 M objects": "big = {i: [i + 1000, i] for i in range(1_000_000)}",
}
BLOCK = 6
"""Cells between two readings."""

MANY = "5 M objects"
MANY_OBJECTS = "big = {i: [i + 1000, i] for i in range(5_000_000)}"

GAPS = (0.15, 0.5)
"""Seconds between two cells: while the check after the first is under way."""

HOOKS = """
import time as _t, types as _y, leakhunter as _l, gc as _g
def _go():
    rec, shell = _l._watch.hunter.recorder, get_ipython()
    info = _y.SimpleNamespace(raw_cell="x = 1", store_history=True, silent=False, cell_id="c")
    result = _y.SimpleNamespace(info=info, error_in_exec=None, error_before_exec=None)
    cpu, wall, collected = [], [], []
    _g.callbacks.append(lambda phase, about: collected.append(about["generation"] == 2))
    for i in range(401):
        shell.user_ns["x"] = [i]
        c, w = _t.thread_time(), _t.perf_counter()
        rec._pre(info); rec._post(result)
        cpu.append(_t.thread_time() - c); wall.append(_t.perf_counter() - w)
        _t.sleep(0)
    del _g.callbacks[-1]
    cpu.sort(); wall.sort()
    print(cpu[200] * 1e3, cpu[20] * 1e3, cpu[380] * 1e3, wall[200] * 1e3, wall[380] * 1e3)
_go()
"""


def hooks() -> Table:
    """The two hooks alone."""
    table = Table(
        "Added to each cell, by the hooks timed directly",
        ["state", "front end", "CPU ms: median (5 %..95 %)", "wall ms: median, 95 %"],
        notes=["Median of 401 runs of both hooks together, in a real kernel; CPU of the thread that runs the cells."],
    )  # fmt: skip
    for state, setup in STATES.items():
        with Kernel() as kernel:
            kernel.run(setup)
            for front_end in ("none", "panel hidden", "and looks in the status bar"):
                if front_end != "none":
                    kernel.hello(glances=front_end != "panel hidden")
                found = [float(x) for x in kernel.tell(HOOKS).split()]
                table.rows.append(
                    [
                        state,
                        front_end,
                        f"{found[0]:.2f} ({found[1]:.2f}..{found[2]:.2f})",
                        f"{found[3]:.2f}, {found[4]:.2f}",
                    ]
                )
    table.notes.append(f"Measured at {load()}.")
    return table


def whole(many: int) -> Table:
    """Whole cells, the peers too."""
    table = Table(
        "Added to each cell, from the request until the kernel is idle",
        ["tool", *(f"{state}: wall ms" for state in STATES), *(f"{state}: CPU ms" for state in STATES)],
        notes=[
            (f"`x = 1`, in {many} pairs of blocks of {BLOCK} cells, 3 for other tools; each on minus off, median (least..greatest). "
            "*None* is the noise: the same on both sides."),
            SCALENE,
        ],
    )  # fmt: skip
    subjects = {"none": Peer("json"), "**Leak Hunter**": US, **WATCHERS}
    for name, peer in subjects.items():
        found = [_added(peer, setup, peer.pairs or many) for setup in STATES.values()]
        if any(isinstance(one, str) for one in found):
            why = next(one for one in found if isinstance(one, str))
            table.rows.append(skipped(name, len(table.head), why))
            continue
        walls = [
            spread((w for w, _ in one), 1) for one in found if not isinstance(one, str)
        ]
        cpus = [
            spread((c for _, c in one), 1) for one in found if not isinstance(one, str)
        ]
        table.rows.append([name, *walls, *cpus])
    table.notes.append(f"Measured at {load()}.")
    return table


def _added(peer: Peer, setup: str, many: int) -> list[tuple[float, float]] | str:
    """Wall and CPU milliseconds a cell of each pair, or why there are none."""
    with Kernel(watched=peer is US) as kernel:
        if not kernel.has(peer.module):
            return "not installed"
        kernel.run(setup)
        if peer is US:
            kernel.hello()
            # a check of an on block would run in the off block after it
            kernel.tell(BY_ITSELF.format("False"))
        if peer.before:
            kernel.tell(peer.on)
        try:
            return [*_blocks(kernel, peer, many)]
        except SlowError:
            return "a cell did not end"


def _blocks(kernel: Kernel, peer: Peer, many: int) -> Iterator[tuple[float, float]]:
    def block(*, on: bool) -> tuple[float, float]:
        if not peer.before:
            kernel.tell(peer.on if on else peer.off)
        query = peer.before == "query"
        before = peer.before if on and not query else ""
        kernel.run(f"{before}x = 1")
        cpu, walls = kernel.cpu(), []
        for _ in range(BLOCK):
            wall = kernel.run(f"{before}x = 1")
            if query and on:
                wall += _wall_of(kernel, "_query()")
            walls.append(wall)
        return statistics.median(walls), (kernel.cpu() - cpu) / BLOCK

    for number in range(many):
        first = number % 2 == 0
        sides = {first: block(on=first), not first: block(on=not first)}
        yield tuple(
            (a - b) * 1e3 for a, b in zip(sides[True], sides[False], strict=True)
        )  # type: ignore[misc]


def _wall_of(kernel: Kernel, code: str) -> float:
    begun = perf_counter()
    kernel.tell(code)
    return perf_counter() - begun


def waits(many: int) -> Table:
    """Cells that begin while the check after the last one is under way."""
    table = Table(
        "How long a cell waits that comes while a check runs by itself",
        ["state", "without: median, 95 %, most ms", "with: median, 95 %, most ms"],
        notes=[
            (
                f"From the request until the cell's first statement, {many} pairs of blocks of {BLOCK} cells. Each comes "
                f"{GAPS[0]:g} to {GAPS[1]:g} s after the last one; the check begins after 0.15 s and gives way."
            )
        ],
    )
    moments = random.Random(1)  # noqa: S311 - the same in each run
    for state, setup in {**STATES, MANY: MANY_OBJECTS}.items():
        with Kernel() as kernel:
            kernel.run(setup)
            kernel.hello()
            kernel.run("x = 1")
            sleep(2)
            sides: dict[bool, list[float]] = {True: [], False: []}
            for number in range(many):
                for on in (number % 2 == 0, number % 2 == 1):
                    kernel.tell(BY_ITSELF.format(on))
                    # a check of the last block would run in this one
                    kernel.run("x = 1")
                    gaps = [moments.uniform(*GAPS) for _ in range(BLOCK)]
                    sides[on] += [_wait(kernel, gap) for gap in gaps]
            table.rows.append([state, _told(sides[False]), _told(sides[True])])
    table.notes.append(f"Measured at {load()}.")
    return table


def _wait(kernel: Kernel, gap: float) -> float:
    sleep(gap)
    begun = time()
    return (float(kernel.say("print(__import__('time').time())")) - begun) * 1e3


def _told(values: list[float]) -> str:
    values = sorted(values)
    late = values[int(0.95 * len(values))]
    return f"{statistics.median(values):.1f}, {late:.1f}, {values[-1]:.1f}"


def tables(*, long: bool) -> Iterator[Table]:
    """All that this part measures."""
    yield hooks()
    yield whole(9 if long else 5)
    yield waits(24 if long else 8)
