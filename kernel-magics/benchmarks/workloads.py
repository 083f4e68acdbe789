"""How much slower running code gets: five workloads, in pairs with an A/A pair beside them."""

from __future__ import annotations

from collections.abc import Iterator

from bench import Kernel, SlowError, Table, load, pairs, skipped, spread
from peers import CENSUS, US, WATCHERS, Peer

PREPARE = """
import json, numpy as np, pandas as pd
_rng = np.random.default_rng(1)
_doc = {str(i): {"a": i, "b": [1.5 * i] * 5, "c": "x" * 20} for i in range(6000)}
_frame = pd.DataFrame({"k": _rng.integers(0, 500, 150_000), "v": _rng.random(150_000), "w": _rng.random(150_000)})
class _Point:
    pass
def python_objects():
    found = []
    for i in range(60_000):
        point = _Point(); point.a = i; point.b = str(i)
        found.append({"p": point, "l": [i, i + 1]})
    sorted(found, key=lambda one: one["p"].b)
def json_text():
    for _ in range(4):
        json.loads(json.dumps(_doc))
def small_arrays():
    for _ in range(60_000):
        a = np.ones(10); b = a + a; b[:5].sum()
def large_arrays():
    for _ in range(12):
        a = np.ones(2_000_000); b = a * 2; c = b + a
def pandas_mix():
    for _ in range(3):
        means = _frame.groupby("k").mean()
        merged = _frame.merge(means, left_on="k", right_index=True)
        merged.sort_values("v_x"); _frame.assign(z=_frame.v * 2)
"""
WORKLOADS = {
    "Python objects": "python_objects()", "JSON": "json_text()", "small arrays": "small_arrays()",
    "large arrays": "large_arrays()", "pandas": "pandas_mix()",
}  # fmt: skip
TRACKER = Peer(
    "memray",
    "import memray as _mr, os as _os, tempfile as _tf; _file = _tf.mktemp(); _tr = _mr.Tracker(_file); _tr.__enter__()",
    "_tr.__exit__(None, None, None); _os.unlink(_file)",
    pairs=3,
)
SUBJECTS = {
    "none (A/A)": Peer("json"),
    "**Leak Hunter**": US,
    "its hooks in numpy alone": Peer("leakhunter", CENSUS.format("hooks"), CENSUS.format("census")),
    "ipython_memory_usage": WATCHERS["ipython_memory_usage"],
    "memory_profiler `%%memit`": WATCHERS["memory_profiler `%%memit`"],
    "memray `Tracker`": TRACKER,
    "tracemalloc": WATCHERS["tracemalloc"],
}  # fmt: skip


def tables(*, long: bool) -> Iterator[Table]:
    """All that this part measures."""
    many = 15 if long else 7
    table = Table(
        "Slow-down of running code",
        ["tool", *WORKLOADS],
        notes=[
            (
                f"CPU seconds on / off, median (least..greatest) of {many} pairs, 3 for other tools. "
                "A/A is the noise: nothing on either side."
            )
        ],
    )
    for name, peer in SUBJECTS.items():
        with Kernel(watched=peer.module == "leakhunter") as kernel:
            if not kernel.has(peer.module):
                table.rows.append(skipped(name, len(table.head), "not installed"))
                continue
            kernel.run(PREPARE)
            if peer.before:
                kernel.tell(peer.on)
            table.rows.append([name, *(_told(kernel, peer, w, many) for w in WORKLOADS.values())])  # fmt: skip
    table.notes.append(f"Measured at {load()}.")
    yield table


def _told(kernel: Kernel, peer: Peer, work: str, many: int) -> str:
    def side(*, on: bool) -> float:
        if on and not peer.before:
            kernel.tell(peer.on)
        cpu = kernel.cpu()
        kernel.run((peer.before if on else "") + work)
        used = kernel.cpu() - cpu
        if on and not peer.before:
            kernel.tell(peer.off)
        return used

    if peer.module == "leakhunter":
        kernel.tell(peer.off)
    kernel.run(work)
    try:
        found = pairs(peer.pairs or many, lambda: side(on=False), lambda: side(on=True))
    except SlowError:
        return "a cell did not end"
    return spread(on / off for off, on in found)
