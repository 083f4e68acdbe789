"""How long the steps of a check that nobody asked for are, and which are the longest.

    python kernel-magics/benchmarks/slices.py                  # all sessions
    python kernel-magics/benchmarks/slices.py nested --where   # one, with its longest steps
    python kernel-magics/benchmarks/slices.py one --import torch

A cell that comes meanwhile waits for the step that is under way, for what of a
slice is left after it (:data:`leakhunter.doors.errands.UNASKED`) and for the check
to let go.  CPU milliseconds of the thread: on a busy machine another process takes
its turn in any step.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import time
from collections.abc import Generator, Iterator
from typing import Any, NamedTuple

from bench import HERE, PYTHON, Table, load

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
TOLD = {
    "empty": "empty",
    "apart": "300,000 lists: all objects are looked through",
    "one": "5 M lists in a dictionary",
    "nested": "5 M lists in 10,000 dictionaries",
    "names": "5 M lists under 1,000 names",
    "frames": "the same as the third, and 2,000 frames",
}
"""What is in a session."""

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


def percentile(values: list[float]) -> float:
    """The 95th, by time: as a cell that comes at any moment meets the steps."""
    whole, before = sum(values), 0.0
    for one in sorted(values):
        before += one
        if before >= 0.95 * whole:
            return one
    return 0.0


def serve(state: str, modules: list[str]) -> None:
    """Measure one session, in a process of its own: a line of JSON for each row of the table."""
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

    def tell(what: str, values: list[float], longest: list[Step]) -> None:
        told = {"what": what, "values": values, "longest": longest}
        print(json.dumps(told), flush=True)

    for number in range(CHECKS):
        found = follow(hunter.checking(OBJECTS_IDLE))
        longest = sorted(found, reverse=True)[:SHOWN]
        what = "later check" if number else "first check"
        tell(what, [one.cpu for one in found], longest)
        shell.run_cell(f"x = {number}", store_history=True)
    drops = [
        drop(hunter.checking(OBJECTS_IDLE), len(found) * number // DROPS)
        for number in range(DROPS)
    ]
    tell("letting go", drops, [])


def measured(state: str, modules: list[str]) -> list[dict[str, Any]]:
    """What :func:`serve` tells of a session."""
    more = [f"--import={module}" for module in modules]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)])}
    done = subprocess.run(
        [PYTHON, __file__, "--serve", state, *more],
        check=True, stdout=subprocess.PIPE, env=env, text=True,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines() if line[:1] == "{"]


def table(states: list[str], modules: list[str], *, where: bool) -> Table:
    """All sessions."""
    made = Table(
        "The steps of a check that nobody asked for",
        ["session", "check", "steps", "CPU s", "95 % ms", "longest ms"],
        notes=[
            (
                "CPU of the thread. 95 %: of the steps by their time, as a cell that comes at any moment meets them. "
                f"Letting go: of {DROPS} checks, each after another step."
            )
        ],
    )
    for state in states:
        for row in measured(state, modules):
            values = row["values"]
            figures = sum(values) / 1e3, percentile(values), max(values)
            made.rows.append([TOLD[state], row["what"], str(len(values)), *(f"{x:.{d}f}" for x, d in zip(figures, (2, 1, 1), strict=True))])  # fmt: skip
            for one in map(Step._make, row["longest"] if where else ()):
                print(f"{one.cpu:8.1f}{one.wall:8.1f}  {one.begun} -> {one.ended}")
    made.notes.append(f"Measured at {load()}.")
    return made


def tables(*, long: bool) -> Iterator[Table]:  # noqa: ARG001 - as all parts
    """All that this part measures."""
    yield table([*STATES], [], where=False)


def main() -> None:
    """Command line."""
    ask = argparse.ArgumentParser(description=__doc__.partition("\n")[0])  # type: ignore[union-attr]
    ask.add_argument("states", nargs="*", metavar="session", help=", ".join(STATES))
    ask.add_argument("--where", action="store_true", help="the longest steps too")
    ask.add_argument("--import", action="append", default=[], dest="modules", metavar="module")  # fmt: skip
    ask.add_argument("--serve", help=argparse.SUPPRESS)
    asked = ask.parse_args()
    if asked.serve:
        serve(asked.serve, asked.modules)
        return
    found = table(asked.states or [*STATES], asked.modules, where=asked.where)
    print(found.text(), *found.notes, sep="\n")


if __name__ == "__main__":
    main()
