"""What each run made with numpy, counted as it is made."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path

import msgspec
import numpy as np
import pytest

from leakhunter.heap import core
from leakhunter.record.births import LEAST, Births, Made

native = core.NATIVE
pytestmark = pytest.mark.skipif(
    not hasattr(native, "birth_begin"), reason="no native core here"
)
BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
ITEMS = 100_000
SIZE = 8 * ITEMS


@pytest.fixture
def births():
    """Counting, in run 1."""
    found = Births()
    found.wanted = "hooks"
    found.begin()
    assert found.active, found.about()
    found.run(1)
    yield found
    found.close()


def held(births):
    return {run: one.held for run, one in births.made().items() if one.held}


def test_a_block_belongs_to_the_run_that_made_it_until_it_is_freed(births):
    first = np.ones(ITEMS)
    births.run(2)
    second, third = np.zeros(2 * ITEMS), np.empty(ITEMS)
    assert held(births) == {1: SIZE, 2: 3 * SIZE}
    del third
    births.run(3)
    assert held(births) == {1: SIZE, 2: 2 * SIZE}
    assert births.made()[2] == Made(held=2 * SIZE, made=3 * SIZE, blocks=1)
    del first, second
    assert held(births) == {}
    assert births.lost == 0


def test_a_small_view_keeps_the_whole_block(births):
    view = np.ones(ITEMS)[:3]
    births.run(2)
    assert held(births) == {1: SIZE}
    del view


def test_what_grows_in_a_later_run_is_made_by_that_one(births):
    array = np.ones(ITEMS)
    births.run(2)
    array.resize(3 * ITEMS, refcheck=False)
    assert held(births) == {2: 3 * SIZE}
    array.resize(10, refcheck=False)
    assert held(births) == {}


def test_small_blocks_are_passed_through(births):
    kept = [np.ones(LEAST // 8 - 1) for _ in range(100)]
    assert held(births) == {}
    kept.append(np.ones(LEAST // 8))
    assert held(births) == {1: LEAST}


def test_many_blocks_come_and_go_in_any_order(births):
    rng = np.random.default_rng(7)
    kept = {}
    for number in range(3000):
        births.run(number % 5 + 1)
        kept[number] = (np.empty(LEAST, np.uint8), number % 5 + 1)
        if rng.random() < 0.6:
            kept.pop(int(rng.choice(list(kept))))
    expected: dict[int, int] = {}
    for array, run in kept.values():
        expected[run] = expected.get(run, 0) + array.nbytes
    assert held(births) == expected
    addresses = [array.ctypes.data for array, _ in kept.values()]
    assert native.birth_of(addresses) == [run for _, run in kept.values()]
    blocks = sum(one.blocks for one in births.made().values())
    # what is kept of a block is little beside it
    assert native.birth_about()[3] < 0.01 * blocks * LEAST + 100_000


def test_other_threads_are_seen(births):
    made = []

    def work():
        made.extend(np.ones(ITEMS) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert held(births) == {1: 80 * SIZE}
    made.clear()
    assert held(births) == {}


def test_what_was_made_before_and_after_is_freed_as_ever():
    births = Births()
    births.wanted = "hooks"
    before = np.ones(ITEMS)
    births.begin()
    meanwhile = np.ones(ITEMS)
    del before
    births.close()
    assert births.made() == {}
    del meanwhile
    births.begin()
    assert held(births) == {}
    births.close()


def test_numpy_names_the_same_handler_and_pickles_the_same(births):
    from numpy._core.multiarray import get_handler_name

    array = np.arange(ITEMS)
    assert get_handler_name(array) == "default_allocator"
    copy = pickle.loads(pickle.dumps(array))
    assert np.array_equal(copy, array)
    births.close()
    assert get_handler_name(array) == "default_allocator"
    assert np.array_equal(pickle.loads(pickle.dumps(copy)), array)


def test_tracemalloc_counts_the_same(births):
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        array = np.ones(ITEMS)
        assert SIZE <= tracemalloc.get_traced_memory()[0] - before < SIZE + 10_000
        assert held(births) == {1: SIZE}
        del array
        assert tracemalloc.get_traced_memory()[0] - before < 10_000
    finally:
        tracemalloc.stop()


def test_a_child_counts_on_and_ends(births):
    array = np.ones(ITEMS)
    child = os.fork()
    if child == 0:
        kept = np.ones(ITEMS)
        right = held(births) == {1: 2 * SIZE}
        del kept
        os._exit(0 if right and held(births) == {1: SIZE} else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert held(births) == {1: SIZE}
    del array


def test_a_handler_of_the_users_own_is_left_alone():
    """Its blocks are its own: not counted, and freed by it."""
    code = """
import sys
sys.path[:0] = sys.argv[1:]
import birth_truth
truth = birth_truth.Truth()
import numpy as np
from leakhunter.record.births import Births
truth.ready(sys.modules["numpy._core._multiarray_umath"])
default = birth_truth.Handler.ask
asked = []
birth_truth.Handler.ask = lambda self, name, *v: asked.append(name) or default(self, name, *v)
births = Births()
births.wanted = "hooks"
births.begin()
births.run(1)
array = np.ones(100_000)
assert asked, "the handler of the user's own is asked"
assert truth.held() == {0: 800_000}, truth.held()
births.close()
del array
assert truth.held() == {}
assert "free" in asked
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(BENCHMARKS), str(BENCHMARKS.parent)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_something_that_is_no_table_of_numpys_is_refused():
    with pytest.raises(ValueError, match="PyCapsule"):
        native.birth_begin(object())
    with pytest.raises(ValueError, match="counted from 0"):
        native.birth_run(-1)
    with pytest.raises(TypeError):
        native.birth_of(["x"])


def test_a_run_tells_all_that_it_made_also_what_is_gone(session):
    session("import numpy as np")
    session("kept = [np.ones(1_000_000) for _ in range(3)]; kept.pop(); x = 1")
    hunter = session.hunter
    hunter.check()
    record = hunter.recorder.runs()[-1].record
    assert (record.made, record.held) == (24_000_000, 16_000_000)


def test_the_setting_takes_the_hooks_out_and_puts_them_in(session):
    session("import numpy as np")
    hunter = session.hunter
    births = hunter.recorder.births
    assert births.active
    for wanted, active in (("census", False), ("hooks", True), ("off", False)):
        hunter.configure(msgspec.structs.replace(hunter.settings, birth_cells=wanted))
        assert births.active is active
    session("kept = np.ones(1_000_000)")
    hunter.check()
    assert [cell.held for cell in hunter.last.cells] == [0, 0]
    assert "Births       off" in session("%leakcheck about")


def test_unloading_takes_the_hooks_out(session):
    session("import numpy as np")
    births = session.hunter.recorder.births
    assert births.active
    session("%unload_ext leakhunter")
    assert not births.active
    assert native.birth_about()[0] == 0


def test_about_says_what_is_in_force(session):
    session("import numpy as np")
    assert "hooks in numpy's allocator" in session("%leakcheck about")
