"""How long the steps of a check that nobody asked for are, and which are the longest.

    python kernel-magics/benchmarks/slices.py                  # all sessions
    python kernel-magics/benchmarks/slices.py nested --where   # one, with its longest steps
    python kernel-magics/benchmarks/slices.py one --import torch

A cell that comes meanwhile waits for the step that is under way, for what of a
slice is left after it (:data:`leakhunter.doors.errands.UNASKED`) and for the
check to let go.  CPU milliseconds of the thread: on a busy machine another
process takes its turn in any step.
"""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

STATES = {
    "empty": "",
    "apart": "rows = [[i + 1000] for i in range(300_000)]",
    "one": "rows = {i: [i + 1000, i + 2000] for i in range(5_000_000)}",
    "nested": "rows = [{j: [i + j + 1000] for j in range(500)} for i in range(10_000)]",
    "names": "for i in range(1000): globals()[f'v{i}'] = [[j + 1000] for j in range(5000)]",
    "frames": "import numpy as np, pandas as pd\n"
    "frames = [pd.DataFrame({'a': np.ones(1000), 'b': 'x'}) for _ in range(2000)]\n"
    "rows = {i: [i + 1000, i + 2000] for i in range(5_000_000)}",
}
"""Sessions: 5 million objects in one container, in many, under many names; few enough to look behind the roots."""

CHECKS = 3
"""The first of them walks over the modules too."""

DROPS = 40
"""Checks that are dropped at a step, evenly over all."""

SHOWN = 12


class Step(NamedTuple):
    """One step: CPU and wall milliseconds, and where it began and ended."""

    cpu: float
    wall: float
    begun: str
    ended: str


def place(steps: Any) -> str:
    """Where a generator stands, in the innermost two of its functions."""
    found = []
    while getattr(steps, "gi_frame", None) is not None:
        found.append(f"{steps.gi_frame.f_code.co_name}:{steps.gi_frame.f_lineno}")
        steps = steps.gi_yieldfrom
    return " ".join(found[-2:])


def follow(steps: Generator[None, None, Any]) -> list[Step]:
    """Take all steps."""
    found, ended, done = [], "begin", False
    while not done:
        begun, cpu, wall = ended, time.thread_time(), time.perf_counter()
        done = next(steps, found) is found
        cpu, wall = time.thread_time() - cpu, time.perf_counter() - wall
        ended = place(steps)
        found.append(Step(cpu * 1e3, wall * 1e3, begun, ended))
    return found


def drop(steps: Generator[None, None, Any], after: int) -> float:
    """CPU milliseconds of letting go after so many steps."""
    for _ in range(after):
        if next(steps, steps) is steps:
            break
    begun = time.thread_time()
    steps.close()
    return (time.thread_time() - begun) * 1e3


def told(values: list[float]) -> str:
    """The 95th percentile and the greatest; of steps by time, as a cell that comes at any moment meets them."""
    values = sorted(values)
    whole, before, middle = sum(values), 0.0, 0.0
    for middle in values:
        before += middle
        if before >= 0.95 * whole:
            break
    return f"{middle:>10.1f}{values[-1]:>10.1f}"


def serve(state: str, modules: list[str], *, where: bool) -> None:
    """Measure one session, in a process of its own."""
    from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415

    import leakhunter  # noqa: PLC0415
    from leakhunter.heap.walk.picture import OBJECTS_IDLE  # noqa: PLC0415

    for module in modules:
        importlib.import_module(module)
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shell.run_line_magic("load_ext", "leakhunter")
    assert leakhunter._watch is not None  # noqa: SLF001 - a benchmark looks inside
    hunter = leakhunter._watch.hunter  # noqa: SLF001
    shell.run_cell(STATES[state], store_history=True)
    for number in range(CHECKS):
        found = follow(hunter.checking(OBJECTS_IDLE))
        cpus = [one.cpu for one in found]
        which = f"{state}, {'first' if not number else 'later'} check"
        print(f"{which:28}{len(found):>8}{sum(cpus) / 1e3:>10.3f}{told(cpus)}")
        if where:
            for one in sorted(found, reverse=True)[:SHOWN]:
                print(f"{one.cpu:9.1f}{one.wall:9.1f}  {one.begun} -> {one.ended}")
        shell.run_cell(f"x = {number}", store_history=True)
    many = len(found)
    drops = [
        drop(hunter.checking(OBJECTS_IDLE), many * number // DROPS)
        for number in range(DROPS)
    ]
    print(
        f"{state + ', letting go':28}{DROPS:>8}{sum(drops) / 1e3:>10.3f}{told(drops)}"
    )


def main() -> None:
    """Command line."""
    ask = argparse.ArgumentParser(description=__doc__.partition("\n")[0])  # type: ignore[union-attr]
    ask.add_argument("states", nargs="*", metavar="session", help=", ".join(STATES))
    ask.add_argument("--where", action="store_true", help="the longest steps too")
    ask.add_argument("--import", action="append", default=[], dest="modules", metavar="module")  # fmt: skip
    ask.add_argument("--serve", help=argparse.SUPPRESS)
    asked = ask.parse_args()
    if asked.serve:
        serve(asked.serve, asked.modules, where=asked.where)
        return
    print(f"load {os.getloadavg()[0]:.1f}")
    print(f"{'session':28}{'steps':>8}{'CPU s':>10}{'95 % ms':>10}{'most ms':>10}")
    for state in asked.states or STATES:
        more = ["--where"] if asked.where else []
        more += [f"--import={module}" for module in asked.modules]
        subprocess.run([sys.executable, __file__, "--serve", state, *more], check=True)


if __name__ == "__main__":
    main()
