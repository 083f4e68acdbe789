"""What was freed again during a trace, and how much there was at once, against known truth."""

from __future__ import annotations

import gc
import os
import sys
import threading
import tracemalloc
from array import array

import pytest
from IPython.utils.capture import capture_output
from test_trace import MB, about, answer, hooks_as_before

from leakhunter.heap import core
from leakhunter.trace import allocations
from leakhunter.trace.allocations import Allocations

np = pytest.importorskip("numpy", reason="no numpy here")
try:
    import pandas as pd
except ImportError:
    pd = None

native = core.NATIVE
pytestmark = pytest.mark.skipif(
    not hasattr(native, "allocations_begin"), reason="no native core here"
)

assert hooks_as_before

ARRAYS = """
import numpy as np

def passing(n):
    first = np.ones(n)
    second = np.ones(n)
    return float(first[0] + second[0])

def kept(n):
    return np.zeros(n)
"""

OBJECTS = """
def passing(n):
    text = bytes(n)
    return len(text)

def grown(n):
    found = []
    for _ in range(n):
        found.append(None)
    return len(found)

def small(n):
    return len([object() for _ in range(n)])

def kept(n):
    return [None] * n
"""


@pytest.fixture(autouse=True)
def allocators_as_before():
    yield
    assert (0, 0) == native.allocations_about()[:2]


@pytest.fixture
def libraries(session, tmp_path, monkeypatch):
    """Two libraries, ``arrays_lib`` and ``objects_lib``, imported and profiled from now on."""
    (tmp_path / "arrays_lib.py").write_text(ARRAYS)
    (tmp_path / "objects_lib.py").write_text(OBJECTS)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("arrays_lib", "objects_lib"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    session("import arrays_lib, objects_lib")
    session("%leakcheck profile start")
    yield session
    session("%leakcheck profile stop")


def profiled(session):
    found = answer(session, "profile show --json")
    return found, {one["name"]: one for one in found["libraries"]}


def numbers(part):
    return part["held"], part["allocated"], part["peak"]


def test_a_library_tells_what_it_allocated_peaked_at_and_holds(libraries):
    libraries(
        "for _ in range(3): arrays_lib.passing(500_000)\n"
        "arrays = arrays_lib.kept(250_000)"
    )
    libraries(
        "for _ in range(4): objects_lib.passing(3_000_000)\n"
        "objects = objects_lib.kept(200_000)"
    )
    found, by_name = profiled(libraries)
    assert found["followed"]
    numpy = numbers(by_name["numpy"])  # np.ones is a function of its own
    assert (0, about(24 * MB), about(8 * MB)) == (numpy[0] // MB, *numpy[1:])
    assert (about(2 * MB), about(2 * MB), about(2 * MB)) == numbers(
        by_name["arrays_lib"]
    )
    # what passed was gone when the list came
    assert (about(1.6 * MB), about(13.6 * MB), about(3 * MB)) == numbers(
        by_name["objects_lib"]
    )


def test_cells_functions_and_lines_add_up(libraries):
    libraries(
        "def both(n):\n    one = bytes(n)\n    two = bytes(2 * n)\n    del one\n    return two\n"
        "held = both(1_000_000)\nboth(2_000_000);",
        cell_id="a",
    )
    found, _ = profiled(libraries)
    (cell,) = [part for part in found["tree"]["parts"] if part["name"] == "cell 4"]
    assert (about(2 * MB), about(9 * MB)) == (cell["held"], cell["allocated"])
    (both,) = [part for part in cell["parts"] if part["name"] == "both"]
    # 2 of the first call, 2 + 4 of the second
    assert (about(2 * MB), about(9 * MB), about(8 * MB)) == numbers(both)
    lines = {part["name"]: numbers(part) for part in both["parts"]}
    assert (0, about(3 * MB), about(2 * MB)) == lines["cell 4, line 2"]
    assert (about(2 * MB), about(6 * MB), about(6 * MB)) == lines["cell 4, line 3"]


def test_a_list_that_grows_counts_once(libraries):
    libraries("objects_lib.grown(50_000)")
    _, by_name = profiled(libraries)
    lines = {one["name"]: one["allocated"] for one in by_name["objects_lib"]["parts"]}
    (allocated,) = [lines[name] for name in lines if name.endswith(":9")]
    size = sys.getsizeof([None] * 50_000)
    assert size * 0.99 < allocated < size * 1.14


def test_small_blocks_are_told_about(libraries):
    libraries("objects_lib.small(50_000)")
    _, by_name = profiled(libraries)
    # numbers of the range, the objects, and their list
    truth = 50_000 * (32 + sys.getsizeof(object()) + 8.4)
    allocated = by_name["objects_lib"]["allocated"]
    assert pytest.approx(truth, rel=0.2) == allocated


@pytest.mark.skipif(pd is None, reason="no pandas here")
def test_tables_of_pandas(libraries):
    libraries.shell.user_ns["pd"] = pd
    libraries.shell.user_ns["n"] = n = 400_000
    libraries("import numpy as np\nframe = pd.DataFrame({'a': np.ones(n)})")
    libraries("copies = [len(frame.copy(deep=True)) for _ in range(5)]")
    found, _ = profiled(libraries)
    cells = {part["name"]: part for part in found["tree"]["parts"]}
    assert about(5 * 8 * n) == cells["cell 5"]["allocated"]
    assert about(8 * n) == max(
        line["peak"] for part in cells["cell 5"]["parts"] for line in part["parts"]
    )


def test_the_text_has_a_column_for_each(libraries):
    libraries("arrays_lib.passing(500_000)")
    text = libraries("%leakcheck profile show")
    assert "     Held  Allocated     Peak  Library" in text
    assert "freed again. Of freed blocks" in text.replace("\n", " ")
    assert max(map(len, text.splitlines())) <= 79


def test_a_trace_of_a_cell_tells_lines_of_libraries_too(session):
    trace = answer(
        session,
        "trace --json",
        "import numpy as np\ndef f(n):\n    return np.ones(n)[0]\nf(1_000_000)\nf(500_000);",
    )
    rows = {row["name"]: row["allocated"] for row in trace["functions"]}
    assert about(12 * MB) == rows["f"]
    lines = {trace["spots"][r["spot"]]["where"]: r["allocated"] for r in trace["lines"]}
    # a line counts what it calls too
    assert (about(12 * MB), about(8 * MB), about(4 * MB)) == tuple(
        lines[f"cell 2, line {n}"] for n in (4, 5, 6)
    )


@pytest.mark.skipif(hasattr(sys, "monitoring"), reason="this Python binds none")
def test_methods_that_are_bound_for_the_line_hook_are_named(session):
    cell = "found = []\nfor _ in range(60_000): found.append(None)"
    notes = answer(session, "trace --json", cell)["notes"]
    assert any("are bound methods" in note for note in notes)
    assert [] == answer(session, "trace --json", "kept = bytes(3_000_000)")["notes"]


def test_without_the_core_lines_of_cells_tell_it_as_far_as_they_can(
    session, monkeypatch
):
    monkeypatch.setattr(allocations, "_NATIVE", None)
    session("%leakcheck profile start")
    session("passing = len(bytearray(5_000_000))")
    found = answer(session, "profile stop --json")
    assert not found["followed"]
    assert any("needs the native core" in note for note in found["notes"])
    assert {None} == {one["allocated"] for one in found["libraries"]}


ENDS = {
    "an exception": "raise ValueError('x')",
    "an interrupt": "raise KeyboardInterrupt",
    "the user's own stop of tracemalloc": "import tracemalloc\ntracemalloc.stop()",
    "the user's own restart of it": "import tracemalloc\ntracemalloc.stop()\ntracemalloc.start()",
}


@pytest.mark.parametrize("end", ENDS)
def test_allocators_are_as_before_after(session, end):
    with capture_output():
        session.shell.run_cell(f"%%leakcheck trace\nx = bytes(100_000)\n{ENDS[end]}")
    tracemalloc.stop()
    trace = answer(session, "trace --json", "for _ in range(3): bytes(2_000_000)")
    assert about(6 * MB) == max(row["allocated"] for row in trace["lines"])


def test_an_interrupt_of_a_kernel_ends_it(kernel):
    kernel.load()
    kernel.run("import time\nfrom leakhunter import _native")
    sent = kernel.send(
        "%%leakcheck trace\nx = bytes(2_000_000)\nprint('on', flush=True)\n"
        "while True: len([0] * 100_000); time.sleep(0.001)"
    )
    while not any(m["msg_type"] == "stream" for m in kernel.messages):
        kernel._iopub()
    kernel.manager.interrupt_kernel()
    _, error = kernel.wait(sent)
    assert error.startswith("KeyboardInterrupt")
    assert [0, 0] == kernel.value("list(_native.allocations_about()[:2])")


def test_unloading_ends_it(session):
    session("%leakcheck profile start")
    assert native.allocations_about()[0]
    session("%unload_ext leakhunter")
    assert (0, 0, 1, 0, 0, 0) == native.allocations_about()


@pytest.fixture
def following():
    found = Allocations()
    found.start(8)
    assert found.followed, found.notes
    yield found
    found.close()


def freed_here(following, line):
    """What was freed again, by a line of this file."""
    return sum(
        one.bytes
        for frames, one in following.told(lines=False).freed.items()
        if frames and frames[0] == (__file__, line)
    )


def line_here():
    return sys._getframe(1).f_lineno


def test_blocks_of_all_threads_count(following):
    line = line_here() + 3

    def work():
        np.ones(500_000), bytes(1_000_000)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    found = following.told(lines=False).freed
    ours = [f for f in found if (__file__, line) in f]
    assert about(4 * 5 * MB) == sum(found[f].bytes for f in ours)


def test_a_child_process_goes_on_without(following):
    child = os.fork()
    if not child:
        arrays = [np.ones(100_000) for _ in range(20)]
        os._exit(native.allocations_about()[0] + len(arrays) - 20)
    assert 0 == os.waitpid(child, 0)[1]
    line = line_here() + 1
    bytes(1_000_000)
    assert about(1 * MB) == freed_here(following, line)


def test_somebody_who_came_later_keeps_theirs(following):
    tracemalloc.start()
    try:
        following.stop()
        assert (0, 1) == native.allocations_about()[:2]  # not counting, and behind it
        again = Allocations()
        again.start(8)
        line = line_here() + 1
        bytes(1_000_000)
        assert about(1 * MB) == freed_here(again, line)
        again.close()
    finally:
        tracemalloc.stop()
    last = Allocations()
    last.start(8)
    last.close()


def test_what_comes_and_goes_over_and_over_takes_no_room(following):
    before = native.allocations_about()[4]
    for _ in range(20_000):
        bytes(100_000)
    assert native.allocations_about()[4] - before < 100_000


def test_following_is_sound_while_frames_come_and_go(following):
    def steps(n):
        for _ in range(n):
            try:
                yield [object() for _ in range(200)], {}.popitem()
            except KeyError:
                yield b"x" * 70_000

    class Loop:
        def __init__(self):
            self.me = self
            self.text = "y" * 5_000

        def __del__(self):
            bytes(80_000)

    before = gc.isenabled()
    gc.enable()
    try:
        for made in zip(steps(2_000), steps(2_000), strict=True):
            Loop()
            del made
        gc.collect()
        assert gc.isenabled()
    finally:
        if not before:
            gc.disable()
    assert (
        sum(one.bytes for one in following.told(lines=False).freed.values()) > 100 * MB
    )


def test_wrong_groups_are_refused(following):
    bytes(100_000)
    for begins, groups, many in (
        (array("i"), array("i"), 0),
        (array("i", [0, 2]), array("i", [0]), 1),
        (array("i", [0, 1]), array("i", [1]), 1),
        (array("i", [0, 1]), array("i", [-1]), 1),
        (array("i", [1, 1]), array("i", [0]), 1),
    ):
        with pytest.raises(ValueError, match="no groups"):
            native.allocations_peaks(begins, groups, many)
