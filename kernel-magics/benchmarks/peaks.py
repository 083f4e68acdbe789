"""How right the peak of a cell is that holds memory for a moment, also in one call that keeps the GIL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bench import Kernel, Table, load, spread

SIZE = 512 * 1024**2
MOMENTS = (5, 50, 500)
"""Milliseconds."""

PREPARE = f"""
import ctypes as _c, numpy as _np, time as _t
_lib = _c.PyDLL(None)
_lib.malloc.restype, _lib.malloc.argtypes = _c.c_void_p, [_c.c_size_t]
_lib.memset.argtypes, _lib.free.argtypes = [_c.c_void_p, _c.c_int, _c.c_size_t], [_c.c_void_p]
def numpy_(ms):
    held = _np.ones({SIZE}, _np.uint8); _t.sleep(ms / 1000)
def gil_(ms):
    at = _lib.malloc({SIZE}); _lib.memset(at, 1, {SIZE}); _lib.usleep(int(ms * 1000)); _lib.free(at)
"""
OURS = (
    "import leakhunter; _r = leakhunter._watch.hunter.recorder.runs()[-1].record; "
    "print(_r.peak - _r.rss_before); del leakhunter, _r"
)
SAMPLED = (
    "import leakhunter, msgspec; _h = leakhunter._watch.hunter; "
    "_h.configure(msgspec.structs.replace(_h.settings, exact_peak=False)); del _h, leakhunter, msgspec"
)
Measure = Callable[[int], "list[str] | None"]
"""Makes a row, of so many runs of each cell; None where the tool is missing."""

TRACED = "import tracemalloc as _tm; _tm.start()"
ASK_TRACED = "print(_tm.get_traced_memory()[1]); _tm.reset_peak()"
MEMIT = re.compile(r"increment: (-?[\d.]+) MiB")
WATCHED = re.compile(r"used (-?[\d.]+) MiB.*peaked (-?[\d.]+) MiB")


def tables(*, long: bool) -> Iterator[Table]:
    """All that this part measures."""
    many = 9 if long else 5
    columns = [f"{what}, {ms} ms" for what in ("numpy", "GIL held") for ms in MOMENTS]
    table = Table(
        "Peak of a cell that holds 512 MiB for a moment",
        ["tool", *columns],
        notes=[
            (
                f"Error of the reported peak above the start in percent, median (least..greatest) of {many}. "
                "*GIL held*: malloc, memset and sleep without letting other threads of Python's run."
            )
        ],
    )
    for name, say in {
        "**Leak Hunter**": _ours(""),
        "**Leak Hunter**, where the system keeps no peak": _ours(SAMPLED),
        "tracemalloc": _traced,
        "memory_profiler `%%memit`": _memit,
        "ipython_memory_usage": _watched,
    }.items():
        row = say(many)
        table.rows.append([name, *(row or ["not installed", *[""] * 5])])
    table.notes.append(f"Measured at {load()}.")
    yield table


def _cells() -> list[str]:
    return [f"{kind}({ms})" for kind in ("numpy_", "gil_") for ms in MOMENTS]


def _error(found: float) -> float:
    return 100 * (found - SIZE) / SIZE


def _ours(setup: str) -> Measure:
    def measure(many: int) -> list[str] | None:
        with Kernel() as kernel:
            kernel.run(PREPARE)
            if setup:
                kernel.tell(setup)
            found = []
            for cell in _cells():
                errors = []
                for _ in range(many):
                    kernel.run(cell)
                    errors.append(_error(float(kernel.tell(OURS))))
                found.append(spread(errors))
            return found

    return measure


def _traced(many: int) -> list[str] | None:
    with Kernel(watched=False) as kernel:
        kernel.run(PREPARE)
        kernel.tell(TRACED)
        found = []
        for cell in _cells():
            errors = []
            for _ in range(many):
                before = float(kernel.tell("print(_tm.get_traced_memory()[0]); _tm.reset_peak()"))  # fmt: skip
                kernel.run(cell)
                errors.append(_error(float(kernel.tell(ASK_TRACED)) - before))
            found.append(spread(errors))
        return found


def _printed(module: str, on: str, before: str, says: re.Pattern[str]) -> Measure:
    def measure(many: int) -> list[str] | None:
        with Kernel(watched=False) as kernel:
            if not kernel.has(module):
                return None
            kernel.run(PREPARE)
            kernel.tell(on)
            found = []
            for cell in _cells():
                errors = []
                for _ in range(many):
                    told = says.search(kernel.say(before + cell))
                    said = sum(map(float, told.groups())) if told else 0
                    errors.append(_error(said * 1024**2))
                found.append(spread(errors))
            return found

    return measure


_memit = _printed(
    "memory_profiler", "%load_ext memory_profiler", "%%memit -r 1\n", MEMIT
)
_watched = _printed(
    "ipython_memory_usage",
    "import ipython_memory_usage.ipython_memory_usage as _imu; _imu.start_watching_memory()",
    "",
    WATCHED,
)
