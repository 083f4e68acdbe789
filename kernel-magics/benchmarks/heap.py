"""Questions about the whole heap, and what clearing one frame frees.

    python kernel-magics/benchmarks/heap.py            # a million lists
    python kernel-magics/benchmarks/heap.py 5000000 3  # five million, 3 rounds

CPU seconds, the median of some rounds with their range.  Each round also lists
every reference of the process by ``gc.get_referents``, which sees no untracked
object, makes no graph and sizes nothing: the ratio to that holds on any machine.
"""

from __future__ import annotations

import gc
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import numpy as np  # noqa: E402 - the package of this checkout comes first
import pandas as pd  # noqa: E402
from cores import shell as bare_shell  # noqa: E402
from IPython.core.interactiveshell import InteractiveShell  # noqa: E402

from leakhunter.explorer.retained import Retained  # noqa: E402
from leakhunter.heap import core  # noqa: E402
from leakhunter.heap.slots import Slot  # noqa: E402
from leakhunter.heap.trial import trial  # noqa: E402
from leakhunter.heap.walk.boundary import Boundary  # noqa: E402
from leakhunter.heap.walk.capture import Capture  # noqa: E402
from leakhunter.heap.whole.graph import Walk  # noqa: E402

PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def resident() -> float:
    """Megabytes now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 1e6


def peak() -> float:
    """Megabytes at most since :func:`begin`."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


def begin() -> float:
    """Forget the peak; megabytes now."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    return resident()


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of one call, and what it returned."""
    begun = time.process_time()
    found = work()
    return time.process_time() - begun, found


def references() -> None:
    """Every reference of what the collector knows."""
    objects = gc.get_objects()
    for start in range(0, len(objects), 10_000):
        gc.get_referents(*objects[start : start + 10_000])


def whole() -> Walk:
    """The whole graph; its objects are still held."""
    walk = Walk()
    for _ in walk.run():
        pass
    return walk


def ask(goal: Any) -> Iterator[tuple[str, float]]:
    """One round of questions about the whole heap."""
    before = begin()
    took, walk = seconds(whole)
    graph = walk.graph
    yield "whole graph with sizes", took
    yield "  memory for it, MB", peak() - before
    took, retained = seconds(lambda: Retained(graph))
    yield "what every object holds, more", took
    yield "  memory for both, MB", peak() - before
    took, _ = seconds(retained.by_row)
    yield "the same by class, more", took
    way = graph.starts, [walk.find(goal)]
    took, _ = seconds(lambda: core.paths(graph.edges, *way))
    yield "shortest path to one object", took
    yield "  nodes", len(graph.sizes)
    yield "  references", len(graph.edges[2])
    walk.forget()
    # nothing below may keep it
    walk = retained = graph = way = None
    gc.collect()
    yield "  kept afterwards, MB", resident() - before
    took, _ = seconds(references)
    yield "every reference by gc, for comparison", took


def frees(names: dict[str, Any], name: str) -> Iterator[tuple[str, float]]:
    """What clearing one variable frees: from a walk of its own, and from a picture at hand."""
    boundary = Boundary(bare_shell())

    def picture() -> Capture:
        capture = Capture(boundary, 100_000_000)
        for _ in capture.run((Slot("name", one), names[one]) for one in [name]):
            pass
        return capture

    took, capture = seconds(picture)
    more, found = seconds(lambda: trial(capture.graph, [Slot("name", name)]))
    yield f"what clearing {name} frees", took + more
    yield "  from a picture at hand", more
    yield "  MB", found.bytes / 1e6


def show(rounds: list[dict[str, float]]) -> None:
    """The table."""
    for name in rounds[0]:
        values = sorted(one[name] for one in rounds)
        middle = statistics.median(values)
        if "ms" in name or "MB" in name or "%" in name:
            print(f"{name:44}{middle:>12.1f}   ({values[0]:.1f} to {values[-1]:.1f})")
        elif name.startswith("  ") and middle >= 1:
            print(f"{name:44}{middle:>12,.0f}")
        else:
            print(f"{name:44}{middle:>12.4f}   ({values[0]:.4f} to {values[-1]:.4f})")


def main(rows: int = 1_000_000, rounds: int = 5) -> None:
    """Print the table."""
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shell.run_line_magic("load_ext", "leakhunter")
    texts = [f"a text with the number {i:,}" for i in range(200_000)]
    # held by nothing else: clearing one of them frees it
    apart = {
        "numbers": pd.DataFrame({f"c{i}": np.ones(1_000_000) for i in range(5)}),
        "texts": pd.DataFrame({"t": pd.Series(texts, dtype=object)}),
    }
    names = {
        "rows": {i: [i + 1000, i + 2000] for i in range(rows)},
        "arrays": [np.ones(10_000) for _ in range(200)],
        "frames": [pd.DataFrame({"a": np.ones(1000)}) for _ in range(50)],
    }
    del texts
    shell.user_ns.update(names)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print(
        f"{rows:,} lists of two numbers; {platform.python_version()}, core in {core.about()}, "
        f"{rounds} rounds, load {load:.1f}"
    )
    found = []
    for _ in range(rounds):
        told = dict(ask(names["rows"][rows // 2]))
        told["whole graph / every reference by gc"] = (
            told["whole graph with sizes"]
            / told["every reference by gc, for comparison"]
        )
        for name in ("numbers", "texts"):
            told |= {f"{k} ({name})" if k[0] == " " else k: v for k, v in frees(apart, name)}  # fmt: skip
        found.append(told)
    show(found)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
