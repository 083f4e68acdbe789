"""Cycles through references that the collector does not see: what stays, and what goes after all."""

from __future__ import annotations

import gc
import tracemalloc

import pytest
from heaps import picture, promise, session_of, traced

from leakhunter.heap.uncollectable import closing

pytest.importorskip("numpy", reason="no numpy here")

ARRAY = "import numpy as np\na = np.empty(2, object)\n"

# Cells, and the names to clear.
STORIES = {
    "an array in itself": (f"{ARRAY}a[0] = a\na[1] = bytearray(10**6)", "a"),
    "an array in a list in it": (f"{ARRAY}a[0] = [a, bytearray(10**6)]", "a"),
    "what such an array holds": (
        f"{ARRAY}a[0] = [a]\na[1] = {{'b': bytearray(10**6)}}",
        "a",
    ),
    "what holds such an array": (
        f"{ARRAY}a[0] = [a]\nb = {{'a': a, 'big': bytearray(10**6)}}\nb['me'] = b",
        "a b",
    ),
    "an array behind a cycle": (
        f"{ARRAY}a[0] = [bytearray(10**6)]\nb = [a]\nb.append(b)\ndel a",
        "b",
    ),
    "arrays behind a cycle behind a cycle": (
        f"{ARRAY}c = [bytearray(10**6)]\nc.append(c)\na[0] = c\nb = [a]\nb.append(b)",
        "a b c",
    ),
    "a view of such an array": (
        f"{ARRAY}a[0] = [a[1:], bytearray(10**6)]",
        "a",
    ),
    "no cycle": (f"{ARRAY}a[0] = [bytearray(10**6)]\nb = a[1:]", "a b"),
}


@pytest.mark.parametrize("name", STORIES)
def test_what_no_collection_frees_is_not_promised(name):
    source, clear = STORIES[name]
    session_of(source)
    tracemalloc.start()
    try:
        names = session_of(source)
        said = promise(names, *clear.split())
        before = traced()
        for one in clear.split():
            del names[one]
        gc.collect()  # what this frees may hold what only the next one can free
        truth = before - traced()
    finally:
        tracemalloc.stop()
    assert said.consistent
    assert truth == pytest.approx(said.bytes, rel=0.01, abs=4096)


def test_references_that_close_no_cycle_are_forgotten():
    graph = picture(session_of(f"{ARRAY}a[0] = [1.5]\nb = [a]\nb.append(b)"))
    assert {} == closing(graph)


def test_one_that_does_is_not():
    graph = picture(session_of(f"{ARRAY}a[0] = [a]\na[1] = [1.5]"))
    (source,) = closing(graph)
    assert "ndarray" == graph.kinds[source]
    assert ["list"] == [graph.kinds[n] for n in closing(graph)[source]]
