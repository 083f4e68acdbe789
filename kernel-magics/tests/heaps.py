"""A made-up session for the heap's tests: its picture, and the truth about it."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from types import SimpleNamespace
from typing import Any

from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import Slot
from leakhunter.heap.trial import Trial, trial
from leakhunter.heap.walk.boundary import Boundary
from leakhunter.heap.walk.capture import Capture

PLENTY = 10_000_000


def boundary(names: dict[str, Any]) -> Boundary:
    """The boundary of a session with these names."""
    history = SimpleNamespace(
        output_hist={}, input_hist_parsed=[], input_hist_raw=[], outputs={}
    )
    shell = SimpleNamespace(
        history_manager=history,
        user_ns=names,
        user_ns_hidden={},
        user_global_ns=names,
        displayhook=None,
        display_pub=None,
        compile=None,
        events=None,
    )
    found = Boundary(shell)
    # known by id: what took its place in memory would stop the walk
    found.shell = shell
    return found


def user_names(names: dict[str, Any]) -> list[tuple[str, Any]]:
    """What a session looks at: not what makes a namespace one."""
    return [(n, v) for n, v in names.items() if not n.startswith("__")]


def session_of(source: str) -> dict[str, Any]:
    """The namespace after running this source, as ``__main__`` has it."""
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(source, names)
    return names


def picture(names: dict[str, Any], budget: int = PLENTY) -> Graph:
    """The picture of a session that holds these names."""
    capture = Capture(boundary(names), budget)
    for _ in capture.run((Slot("name", n), v) for n, v in user_names(names)):
        pass
    return capture.graph


def slots(*names: str) -> list[Slot]:
    """The slots of these names."""
    return [Slot("name", name) for name in names]


def promise(names: dict[str, Any], *clear: str) -> Trial:
    """What clearing these names frees, as we say."""
    return trial(picture(names), slots(*clear))


def traced() -> int:
    """Bytes of all that was made while ``tracemalloc`` was on and is alive, Arrow's too.

    CPython's small objects and the C library's blocks begin at multiples of 16.
    """
    gc.collect()
    traces = tracemalloc.take_snapshot().traces._traces
    arrow = sys.modules.get("pyarrow")
    native = arrow.total_allocated_bytes() if arrow is not None else 0
    return native + sum(-(-trace[1] // 16) * 16 for trace in traces)


def freed(names: dict[str, Any], *clear: str) -> int:
    """What clearing these names frees, in truth: they are deleted."""
    before = traced()
    for name in clear:
        del names[name]
    return before - traced()
