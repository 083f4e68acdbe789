"""What Leak Hunter costs, as ratios of paired runs on this machine.

    python kernel-magics/benchmarks/run.py

Each pair alternates "without" and "with" so that both see the same machine;
the table gives the medians and the median of the ratios.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable

from IPython.core.interactiveshell import InteractiveShell

import leakhunter

PAIRS = 15
CELLS = 100
NAMES = 100
WORK = "total = sum(i * i for i in range(300_000))"


def seconds(work: Callable[[], object]) -> float:
    """Time of one call."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def paired(
    without: Callable[[], object], with_it: Callable[[], object]
) -> tuple[float, ...]:
    """Medians of both, and the median of their ratios."""
    rows = [(seconds(without), seconds(with_it)) for _ in range(PAIRS)]
    first, second = zip(*rows, strict=True)
    ratio = statistics.median(b / a for a, b in rows)
    return statistics.median(first), statistics.median(second), ratio


def main() -> None:
    """Print the table."""
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shell.user_ns.update({f"name_{i}": [i] for i in range(NAMES)})
    shell.run_line_magic("load_ext", "leakhunter")
    assert leakhunter._watch is not None  # noqa: SLF001 - a benchmark looks inside
    hunter = leakhunter._watch.hunter  # noqa: SLF001
    recorder = hunter.recorder

    def cells() -> None:
        for _ in range(CELLS):
            shell.run_cell("x = 1", store_history=True)

    def off(work: Callable[[], object]) -> Callable[[], object]:
        def run() -> None:
            recorder.stop()
            work()
            recorder.start()

        return run

    plain, watched, ratio = paired(off(cells), cells)
    extra = (watched - plain) / CELLS * 1000
    print(f"{'':34}{'without':>11}{'with':>11}{'ratio':>8}")
    print(
        f"{f'one small cell, {NAMES} names':34}{plain / CELLS * 1e3:>8.3f} ms{watched / CELLS * 1e3:>8.3f} ms{ratio:>8.2f}"
    )
    print(f"{'  of it Leak Hunter':34}{'':>11}{extra:>8.3f} ms")

    def busy() -> None:
        shell.run_cell(WORK, store_history=True)

    plain, watched, ratio = paired(off(busy), busy)
    print(
        f"{'a cell that computes':34}{plain * 1e3:>8.1f} ms{watched * 1e3:>8.1f} ms{ratio:>8.2f}"
    )

    shell.user_ns["rows"] = [{"n": n + 1000, "next": [n + 1]} for n in range(50_000)]

    def walk() -> None:
        objects = [o for o in gc.get_objects() if type(o) in (dict, list)]
        for obj in objects:
            gc.get_referents(obj)

    plain, watched, ratio = paired(walk, hunter.check)
    visited = hunter.check().report.objects
    print(
        f"{f'a check of {visited:,} objects':34}{plain * 1e3:>8.1f} ms{watched * 1e3:>8.1f} ms{ratio:>8.2f}"
    )
    print("  (without: gc.get_referents of every list and dictionary of the process)")


if __name__ == "__main__":
    main()
