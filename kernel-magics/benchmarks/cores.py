"""The core in C beside its twin in Python, and beside other tools, on the same objects.

    python kernel-magics/benchmarks/cores.py            # 200,000 lists, 5 pairs
    python kernel-magics/benchmarks/cores.py 1000000 3  # a million, 3 pairs

One process a side.  They answer in turns, so that all see the same machine; the
table gives the median of the CPU seconds, and of the ratios with their range.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

HERE = Path(__file__).resolve()
SIDES = {"C": "", "Python": "python"}
"""What is compared, with the value of ``LEAKHUNTER_CORE``."""

QUESTIONS = {
    "picture": "take the picture",
    "trial": "what would clearing free",
    "ways": "which variable alone leads to what is heavy",
    "retained": "what every object retains",
    "classes": "count everything by class",
}
PEERS = {
    "pympler": "Pympler asizeof of the same",
    "guppy": "guppy3 heap()",
    "objgraph": "objgraph typestats()",
}


def shell() -> Any:
    """What a walk asks of a shell."""
    names = {"__name__": "__main__"}
    history = SimpleNamespace(
        output_hist={}, input_hist_parsed=[], input_hist_raw=[], outputs={}
    )
    return SimpleNamespace(
        history_manager=history, user_ns=names, user_ns_hidden={},
        user_global_ns=names, displayhook=None, display_pub=None, compile=None, events=None,
    )  # fmt: skip


class Side:
    """Answers the questions about its own ``rows``."""

    def __init__(self, rows: int) -> None:
        from leakhunter.heap.walk.boundary import Boundary  # noqa: PLC0415 - a worker's alone

        self._shell = shell()
        self._rows = {i: [i + 1000, i + 2000] for i in range(rows)}
        self._boundary = Boundary(self._shell)
        self._graph = self.picture()

    def picture(self) -> Any:
        """The whole walk."""
        from leakhunter.heap.slots import Slot  # noqa: PLC0415
        from leakhunter.heap.walk.capture import Capture  # noqa: PLC0415

        capture = Capture(self._boundary, 100_000_000)
        for _ in capture.run(iter([(Slot("name", "rows"), self._rows)])):
            pass
        return capture.graph

    def trial(self) -> None:
        """Clear the one variable."""
        from leakhunter.heap.slots import Slot  # noqa: PLC0415
        from leakhunter.heap.trial import trial  # noqa: PLC0415

        assert trial(self._graph, [Slot("name", "rows")]).bytes

    def ways(self) -> None:
        """From the heavy dictionary."""
        from leakhunter.heap.ways import Ways  # noqa: PLC0415

        self._graph._referrers = None  # noqa: SLF001 - kept after the first time
        Ways(self._graph)

    def retained(self) -> None:
        """By dominators."""
        from leakhunter.heap import core  # noqa: PLC0415

        graph = self._graph
        core.dominators(graph.edges.arrays, graph.sizes, [*graph.slots.values()])

    def classes(self) -> None:
        """The whole process."""
        from leakhunter.heap.whole.objects import Count, Objects  # noqa: PLC0415

        objects = Objects(1000.0)
        count = Count(objects)
        for _ in objects.run(count.take):
            pass

    def pympler(self) -> None:
        """One deep size."""
        from pympler.asizeof import asizeof  # noqa: PLC0415

        asizeof(self._rows)

    def guppy(self) -> None:
        """Everything by class, without references."""
        from guppy import hpy  # noqa: PLC0415

        assert hpy().heap().size

    def objgraph(self) -> None:
        """Counts only."""
        import objgraph  # noqa: PLC0415

        objgraph.typestats()


def serve(rows: int) -> None:
    """Be one side: a question a line, an answer in CPU seconds."""
    side = Side(rows)
    print("ready", flush=True)
    for line in sys.stdin:
        ask: Callable[[], object] = getattr(side, line.strip())
        begun = time.process_time()
        ask()
        print(time.process_time() - begun, flush=True)


class Worker:
    """The other end of a side."""

    def __init__(self, rows: int, core: str) -> None:
        env = {**os.environ, "LEAKHUNTER_CORE": core}
        env["PYTHONPATH"] = str(HERE.parent.parent)
        self._process = subprocess.Popen(
            [sys.executable, str(HERE), "--serve", str(rows)],
            env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._line()

    def ask(self, question: str) -> float:
        """CPU seconds of an answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(question + "\n")
        self._process.stdin.flush()
        return float(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def main(rows: int = 200_000, pairs: int = 5) -> None:
    """Print the table."""
    workers = {side: Worker(rows, core) for side, core in SIDES.items()}
    print(f"{rows:,} lists of two numbers; {platform.python_version()}, {pairs} pairs")
    print(f"{'CPU seconds':46}{'C':>9}{'Python':>9}{'ratio':>8}")
    # what another tool leaves behind in a process would slow ours down
    other = Worker(rows, "")
    try:
        for question, told in QUESTIONS.items():
            found = [{s: w.ask(question) for s, w in workers.items()} for _ in range(pairs)]  # fmt: skip
            c, python = (
                statistics.median(one[side] for one in found) for side in SIDES
            )
            ratios = sorted(one["Python"] / max(one["C"], 1e-6) for one in found)
            print(
                f"{told:46}{c:>9.3f}{python:>9.3f}{statistics.median(ratios):>8.1f}"
                f"  ({ratios[0]:.1f} to {ratios[-1]:.1f})"
            )
        for peer, told in PEERS.items():
            if importlib.util.find_spec(peer) is None:
                print(f"{told:46}{'not installed':>18}")
                continue
            times = [(other.ask(peer), workers["C"].ask("picture")) for _ in range(pairs)]  # fmt: skip
            took = statistics.median(t for t, _ in times)
            ratio = statistics.median(t / p for t, p in times)
            print(f"{told:46}{took:>9.3f}{ratio:>17.1f}  (to the picture in C)")
    finally:
        for worker in (*workers.values(), other):
            worker.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(int(sys.argv[2]))
    else:
        main(*map(int, sys.argv[1:]))
