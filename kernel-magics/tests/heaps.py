"""A made-up session for the heap's tests: its picture, and the truth about it."""

from __future__ import annotations

import gc
import random
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def churning(threads: int, interval: float) -> Iterator[dict[str, Any]]:
    """A session in which threads make, change and drop objects, and classes change under instances.

    ``interval`` is the time in seconds after which Python lets another thread run.
    """
    names = session_of(
        "class A: pass\nclass B: pass\nclass C(dict): pass\n"
        "x = [[A(), {'k': [i]}] for i in range(3000)]\ny = {}"
    )
    stop = threading.Event()

    def churn(seed: int) -> None:
        rng = random.Random(seed)
        A, B, C, x, y = (names[n] for n in "ABCxy")
        while not stop.is_set():
            at = rng.randrange(len(x))
            x[at] = [A(), {rng.randrange(99): C(a=[at]) for _ in range(5)}]
            x[at][0].__class__ = rng.choice((A, B))
            x[at][0].z = x[at]
            y[rng.randrange(500)] = x[rng.randrange(len(x))]
            if rng.random() < 0.05:
                y.clear()
                del x[-1]
                x.append([A(), {"k": [at]}])
                exec("class A: pass\nclass B: pass", names)
                A, B = names["A"], names["B"]

    before = sys.getswitchinterval()
    sys.setswitchinterval(interval)
    at_work = [threading.Thread(target=churn, args=(n,)) for n in range(threads)]
    for thread in at_work:
        thread.start()
    try:
        yield names
    finally:
        stop.set()
        for thread in at_work:
            thread.join()
        sys.setswitchinterval(before)


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
