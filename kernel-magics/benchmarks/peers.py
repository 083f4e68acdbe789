"""The tools beside us: how each is switched on and off in a kernel, or put before a cell."""

from __future__ import annotations

from typing import NamedTuple


class Peer(NamedTuple):
    """A tool that watches cells.

    Attributes
    ----------
    module
        What must be importable.
    on, off
        Code that switches it on and off.
    before
        A cell magic that each watched cell begins with.
    pairs
        As many pairs as its cost allows; None for the usual number.
    """

    module: str
    on: str = ""
    off: str = ""
    before: str = ""
    pairs: int | None = None


RECORD = "import leakhunter; leakhunter._watch.hunter.recorder.{}(); del leakhunter"
CENSUS = (
    "import leakhunter, msgspec; _h = leakhunter._watch.hunter; "
    "_h.configure(msgspec.structs.replace(_h.settings, birth_cells={!r})); del _h, leakhunter, msgspec"
)

BY_ITSELF = (
    "import leakhunter, msgspec; _h = leakhunter._watch.hunter; "
    "_h.configure(msgspec.structs.replace(_h.settings, check_after_cell={})); del _h, leakhunter, msgspec"
)
"""Whether it checks between cells."""

US = Peer("leakhunter", RECORD.format("start"), RECORD.format("stop"))
"""All that is always on, the hooks in numpy's allocator too."""

INSPECTOR = """
import json as _json, sys as _sys
def _query():
    def _shown(name, value):
        return {
            "varName": name, "varType": type(value).__name__, "varSize": str(_sys.getsizeof(value)),
            "varShape": str(getattr(value, "shape", "")), "varContent": str(value)[:150],
        }
    names = get_ipython().run_line_magic("who_ls", "")
    _json.dumps([_shown(name, eval(name)) for name in names if name not in ("_query", "_json", "_sys")])
"""
"""What the variable inspector asks after each cell, in fewer words: class, size, shape and text of each variable."""

WATCHERS = {
    "ipython_memory_usage": Peer(
        "ipython_memory_usage",
        "import ipython_memory_usage.ipython_memory_usage as _imu; _imu.start_watching_memory()",
        "_imu.stop_watching_memory()",
        pairs=3,
    ),
    "memory_profiler `%%memit`": Peer(
        "memory_profiler", "%load_ext memory_profiler", before="%%memit -r 1\n", pairs=3
    ),
    "memray `%%memray_flamegraph`": Peer(
        "memray", "%load_ext memray", before="%%memray_flamegraph\n", pairs=3
    ),
    "tracemalloc": Peer(
        "tracemalloc",
        "import tracemalloc as _tm; _tm.start()",
        "_tm.stop()",
        pairs=3,
    ),
    "variable inspector's query": Peer("json", INSPECTOR, before="query", pairs=3),
}
"""Those that say something about each cell."""

SCALENE = (
    "Scalene is left out of both tables: it switches its memory profiler off in notebooks, and each "
    "`%%scalene` makes every later cell of the kernel slower, up to cells that do not come back."
)
