"""What the collector cannot see in Arrow's tables and in what shares their memory."""

from __future__ import annotations

import gc
import subprocess
import sys
import tracemalloc

import pytest
from heaps import freed, picture, promise, session_of, slots

from leakhunter.heap.adapters import arrow_tree
from leakhunter.heap.peek.native import UseCount
from leakhunter.heap.trial import trial

pa = pytest.importorskip("pyarrow", reason="no Arrow here")

MB = 1_000_000
PA = "import pyarrow as pa\n"
PD = "import numpy as np, pandas as pd, pyarrow as pa\n"

# A session, and the names that hold memory in it.
STORIES = {
    "an array and its slice": (PA + "a = pa.array(range(10**5))\nb = a[10:20]", "a b"),
    "an array, a table of it, a column, a chunk, a buffer": (
        PA + "a = pa.array(range(10**5))\nb = pa.table({'x': a, 'y': a})\nc = b['x']\nd = c.chunk(0)\ne = d.buffers()[1]",
        "a b c d e",
    ),
    "a table, a part of it and one that shares a column": (
        PA + "a = pa.table({'x': range(10**5), 'y': range(10**5)})\nb = a.slice(5, 10)\nc = a.select(['x'])",
        "a b c",
    ),
    "tables in a row": (PA + "a = pa.table({'x': range(10**5)})\nb = pa.concat_tables([a, a])", "a b"),
    "a column given twice": (PA + "c = pa.chunked_array([range(10**5)])\na = pa.table({'x': c, 'y': c})\ndel c", "a"),
    "batches of a table": (
        PA + "a = pa.table({'x': range(10**5)})\nb = a.to_batches()[0]\nc = pa.Table.from_batches([b])\nd = b.column(0)",
        "a b c d",
    ),
    "texts, and one of them": (PA + "a = pa.array(['x' * 100] * 10**4)\nb = a[5]", "a b"),
    "long texts": (PA + "a = pa.array(['x' * 100] * 10**4, pa.large_string())\nb = a[:3]", "a b"),
    "texts with views": (PA + "a = pa.array(['x' * 100] * 10**4, pa.string_view())\nb = a[:3]", "a b"),
    "codes and values": (
        PA + "a = pa.array([f'value {i} ' * 5 for i in range(10**4)] * 2).dictionary_encode()\nb = a[3:7]",
        "a b",
    ),
    "values that were asked for": (
        PA + "a = pa.array([f'value {i} ' * 5 for i in range(10**4)] * 2).dictionary_encode()\nb = a.dictionary",
        "a b",
    ),
    "lists, their elements, one of them": (
        PA + "a = pa.array([[i, i + 1] for i in range(10**5)])\nb = a.values\nc = a[3]\nd = a.flatten()\ne = a[5:9]",
        "a b c d e",
    ),
    "lists of lists": (PA + "a = pa.array([[[i], [i + 1]] for i in range(50_000)])\nb = a.values\nc = a.values.values", "a b c"),
    "lists of one length": (PA + "a = pa.array([[i, i] for i in range(10**5)], pa.list_(pa.int64(), 2))\nb = a.values", "a b"),
    "records": (PA + "a = pa.array([{'x': i, 'y': 'text'} for i in range(10**5)])\nb = a[5:9]", "a b"),
    "records of codes": (
        (
            "import pyarrow as pa\n"
            "a = pa.StructArray.from_arrays([pa.array(['x' * 50, 'y'] * 10**5).dictionary_encode()], ['d'])\nb = a[5:9]"
        ),
        "a b",
    ),
    "maps": (PA + "a = pa.array([[(1, 2), (3, 4)]] * 20_000, pa.map_(pa.int64(), pa.int64()))\nb = a[5:9]", "a b"),
    "an extension": (
        PA + "a = pa.FixedShapeTensorArray.from_numpy_ndarray(__import__('numpy').ones((10**4, 3, 3)))\nb = a[5:9]",
        "a b",
    ),
    "a message in memory": (
        (
            "import pyarrow as pa\n"
            "t = pa.table({'x': range(10**5), 'y': [str(i) for i in range(10**5)]})\n"
            "def write(sink):\n with pa.ipc.new_file(sink, t.schema) as w: w.write_table(t)\n return sink\n"
            "a = pa.allocate_buffer(write(pa.MockOutputStream()).size())\n"
            "write(pa.FixedSizeBufferWriter(a))\ndel t\nb = pa.ipc.open_file(a).read_all()\nc = b['x']"
        ),
        "a b c",
    ),
    "a message in bytes": (
        (
            "import pyarrow as pa\n"
            "sink = pa.BufferOutputStream()\nt = pa.table({'x': range(10**5)})\n"
            "with pa.ipc.new_file(sink, t.schema) as w: w.write_table(t)\n"
            "a = [sink.getvalue().to_pybytes()]\ndel t, w, sink\nb = pa.ipc.open_file(a[0]).read_all()"
        ),
        "a b",
    ),
    "over a bytearray": (PA + "a = bytearray(10**6)\nb = pa.py_buffer(a)\nc = b[5:9]", "a b c"),
    "over an array of Python": (PA + "from array import array\na = array('d', [0.0]) * 10**5\nb = pa.py_buffer(a)", "a b"),
    "over an array of numpy": (PD + "a = np.arange(10**5)\nb = pa.array(a)\nc = b[5:9]", "a b c"),
    "over a part of an array of numpy": (PD + "a = np.arange(10**5)\nb = pa.array(a[1000:])", "a b"),
    "arrays of numpy over Arrow": (
        PD + "a = pa.array(range(10**5))\nb = a.to_numpy()\nc = np.frombuffer(a.buffers()[1])",
        "a b c",
    ),
    "a frame over a table": (
        PD + "a = pa.table({'x': range(10**5), 't': ['text'] * 10**5})\nb = a.to_pandas(split_blocks=True)\nc = b['x']",
        "a b c",
    ),
    "a frame of a table": (PD + "b = pa.table({'x': range(10**5), 'y': range(10**5)}).to_pandas()\nc = b['x']", "b c"),
    "a table over a frame": (PD + "a = pd.DataFrame(np.ones((10**5, 4)), columns=list('abcd'))\nb = pa.Table.from_pandas(a)", "a b"),
    "a frame of Arrow's types": (
        (
            "import numpy as np, pandas as pd, pyarrow as pa\n"
            "a = pd.DataFrame({'x': pd.array(range(10**5), dtype='int64[pyarrow]'),"
            " 't': pd.array(['some text'] * 10**5, dtype='string[pyarrow]')})\nb = a.iloc[:5]\nc = a['x'].copy(deep=False)"
        ),
        "a b c",
    ),
}  # fmt: skip

# C++ objects that keep memory and that no promise may overlook.
HIDDEN_HOLDERS = {
    "a reader": PA + "a = pa.table({'x': range(10**5)})\nb = a.to_reader()",
    "a dataset": PA + "import pyarrow.dataset\na = pa.table({'x': range(10**5)})\nb = pa.dataset.dataset(a)",
    "a scanner": PA + "import pyarrow.dataset\na = pa.table({'x': range(10**5)})\nb = pa.dataset.dataset(a).scanner()",
    "a reader of batches": (
        PA + "a = pa.record_batch({'x': range(10**5)})\nb = pa.RecordBatchReader.from_batches(a.schema, [a])"
    ),
    "a dataset of lists": PA + "import pyarrow.dataset\na = pa.table({'x': [[i] for i in range(10**5)]})\nb = pa.dataset.dataset(a)",
    "a tensor": PD + "a = np.ones((100, 1000))\nb = pa.Tensor.from_numpy(a)",
}  # fmt: skip


@pytest.fixture
def traces():
    """Allocations are traced, and what is there already is not looked at by each collection."""
    gc.collect()
    gc.freeze()
    yield
    tracemalloc.stop()
    gc.unfreeze()


def told_and_true(source, clear):
    """What clearing these names frees as promised and in truth, the promise, and what it leaves."""
    for library in ("numpy", "pandas"):
        if library in source:
            pytest.importorskip(library, reason=f"no {library} here")
    session_of(source)  # imports and caches come now
    gc.collect()
    tracemalloc.start()
    names = session_of(source)
    graph = picture(names)
    result = trial(graph, slots(*clear))
    reached = graph.reach(graph.starts(slots(*clear)))
    left = sum(graph.sizes[n] for n in reached if n not in result.freed)
    assert set() == graph.blind
    del graph
    gc.collect()  # what the promise needed is not the user's
    return result.bytes, freed(names, *clear), result, left


needs_counts = pytest.mark.skipif(
    not arrow_tree.counted(), reason="Arrow's counts cannot be read here"
)


@needs_counts
@pytest.mark.parametrize("story", STORIES)
def test_all_holders_cleared_free_all(story, traces):
    source, names = STORIES[story]
    said, truth, result, left = told_and_true(source, names.split())
    assert (True, True) == (result.exact, result.consistent)
    assert abs(said - truth) <= max(0.01 * truth, 8192), (said, truth)
    assert left < 8192  # classes and what libraries share


@needs_counts
@pytest.mark.parametrize(
    ("story", "kept"),
    [(s, k) for s, (_, names) in STORIES.items() for k in names.split() if names != k],
)
def test_one_holder_keeps_what_it_holds(story, kept, traces):
    source, names = STORIES[story]
    clear = [n for n in names.split() if n != kept]
    said, truth, result, _ = told_and_true(source, clear)
    assert result.consistent
    assert abs(said - truth) <= max(0.01 * truth, 8192), (said, truth)


@needs_counts
@pytest.mark.parametrize("story", HIDDEN_HOLDERS)
def test_what_only_native_code_holds_is_not_promised(story, traces):
    said, truth, result, _ = told_and_true(HIDDEN_HOLDERS[story], ["a"])
    assert (True, True) == (said < 8192, truth < 8192), (said, truth)
    tracemalloc.stop()
    said, truth, result, _ = told_and_true(HIDDEN_HOLDERS[story], ["a", "b"])
    assert said <= truth + 8192
    assert (False, True) == (result.exact, result.consistent)


@needs_counts
def test_what_is_held_outside_of_the_session_is_not_promised():
    names = {"a": pa.table({"x": range(10**5)})}
    assert 800_000 == promise(names, "a").bytes // 1000 * 1000
    for share in (
        lambda t: t.slice(5, 3),
        lambda t: t["x"],
        lambda t: t["x"].chunk(0),
        lambda t: t["x"].chunk(0).buffers(),
        lambda t: t.to_batches(),
        lambda t: t["x"].chunk(0)[5:9],
        lambda t: pa.concat_tables([t, t]),
    ):
        elsewhere = share(names["a"])
        result = promise(names, "a")
        assert (True, True) == (result.consistent, result.bytes < 4096)
        del elsewhere
        assert 800_000 == promise(names, "a").bytes // 1000 * 1000


def test_without_counts_a_promise_is_never_called_exact(monkeypatch):
    class Unknown(UseCount):
        def __init__(self):
            super().__init__(object, lambda _: None)

    unknown = dict.fromkeys(arrow_tree.counts(), Unknown())
    monkeypatch.setattr(arrow_tree, "counts", lambda: unknown)
    names = session_of(
        STORIES["an array, a table of it, a column, a chunk, a buffer"][0]
    )
    assert promise(names, "a", "b", "c", "d").bytes < 4096
    result = promise(names, *"abcde")
    assert (False, True, 800) == (result.exact, result.consistent, result.bytes // 1000)


def test_a_mapped_file_is_not_memory_of_the_process(tmp_path):
    table = pa.table({"x": range(10**5), "t": ["text"] * 10**5})
    with (
        pa.OSFile(str(tmp_path / "t"), "wb") as sink,
        pa.ipc.new_file(sink, table.schema) as file,
    ):
        file.write_table(table)
    del table
    names = {"a": pa.ipc.open_file(pa.memory_map(str(tmp_path / "t"))).read_all()}
    names["b"] = names["a"]["x"].chunk(0).to_numpy()
    assert promise(names, "a", "b").bytes < 4096


def test_looking_leaves_no_owner_and_no_cache():
    pool = pa.default_memory_pool()
    names = session_of(STORIES["codes and values"][0])
    names |= {
        "t": pa.table({"x": range(1000)}),
        "r": pa.record_batch({"x": range(10_000)}),
    }
    names["l"] = pa.array([[1, 2], [3]])
    picture(names)
    del names["__builtins__"]
    counts = {n: sys.getrefcount(v) for n, v in names.items()}
    held = pool.bytes_allocated()
    before = promise(names, *"abtrl")
    told = [
        (k, c.of(names[n]))
        for n, k in (("a", "array"), ("t", "table"), ("l", "data"))
        for c in [arrow_tree.counts()[k]]
    ]
    gc.collect()
    assert before == promise(names, *"abtrl")
    assert told == [
        (k, c.of(names[n]))
        for n, k in (("a", "array"), ("t", "table"), ("l", "data"))
        for c in [arrow_tree.counts()[k]]
    ]
    assert held == pool.bytes_allocated()
    assert counts == {n: sys.getrefcount(v) for n, v in names.items()}
    # a dictionary array keeps its values as an object once it was asked for them
    assert [] == [r for r in gc.get_referents(names["a"]) if isinstance(r, pa.Array)]


def test_a_batch_of_little_is_not_asked_for_its_columns():
    names = {"a": [pa.record_batch({"x": range(10)}) for _ in range(3)]}
    result = promise(names, "a")
    assert (False, True) == (result.exact, result.consistent)
    names = {"a": [pa.record_batch({"x": range(10_000)}) for _ in range(3)]}
    assert (True, 240) == (promise(names, "a").exact, promise(names, "a").bytes // 1000)


def test_looking_imports_nothing():
    source = (
        "import sys, pyarrow as pa\n"
        "from heaps import picture\n"
        "known = set(sys.modules)\n"
        "t = pa.Table.from_arrays([pa.Array.from_buffers(pa.int8(), 8, [None, pa.py_buffer(bytes(8))])], ['x'])\n"
        "known = set(sys.modules)\n"
        "picture({'t': t})\n"
        "assert not {'pandas', 'polars', 'torch'} & set(sys.modules) - known, set(sys.modules) - known\n"
    )
    subprocess.run(
        [sys.executable, "-c", source],
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )


def test_types_of_the_user_are_not_asked():
    names = session_of(
        "import pyarrow as pa\ncalls = []\n"
        "class Mine(pa.ExtensionArray):\n"
        " def __len__(self):\n  calls.append('len')\n  return 0\n"
        "class Kind(pa.ExtensionType):\n"
        " def __init__(self): super().__init__(pa.int64(), 'mine')\n"
        " def __arrow_ext_serialize__(self): return b''\n"
        " @classmethod\n"
        " def __arrow_ext_deserialize__(cls, storage, serialized):\n  calls.append('deserialize')\n  return cls()\n"
        " def __arrow_ext_class__(self):\n  calls.append('class')\n  return Mine\n"
        "a = pa.ExtensionArray.from_storage(Kind(), pa.array(range(10**5)))\n"
        "b = pa.table({'x': a})\nl = pa.array([[1]])"
    )
    names["calls"].clear()
    graph = picture(names)
    seen = list(names["calls"])
    assert [] == seen
    assert (set(), "100,000") == (graph.blind, graph.shapes[graph.slots[slots("a")[0]]])
    result = trial(graph, slots("a", "b", "l"))
    assert (False, True) == (result.exact, result.consistent)
    names.clear()
    gc.collect()
    assert not arrow_tree.runs_users_code()
