"""Objects by class: counts, growth, what no cell reads, garbage; and what a collection returns."""

from __future__ import annotations

import gc
import json
import re

import pytest

from leakhunter.heap.whole.objects import Biggest, Count, Objects
from leakhunter.heap.whole.unreachable import Unreachable, with_contents
from leakhunter.slices import at_once

np = pytest.importorskip("numpy", reason="no numpy here")

MB = 1_000_000


class Node:
    """Something to count; it runs code whenever somebody asks the wrong question."""

    def __init__(self, data=None):
        self.data = data

    def __getattr__(self, name):
        raise AssertionError(name)

    def __eq__(self, other):
        raise AssertionError

    __hash__ = None

    def __len__(self):
        raise AssertionError

    def __sizeof__(self):
        raise AssertionError


def counted(seconds=60.0):
    objects = Objects(seconds)
    count = Count(objects)
    at_once(objects.run(count.take))
    return objects, {name: t for (_, name), t in count.tallies.items()}


@pytest.fixture
def uncollected():
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    gc.collect()


def test_instances_are_counted_and_sized_without_their_code():
    kept = [Node(i) for i in range(1000)]
    _, tallies = counted()
    assert 1000 == tallies["Node"].objects
    assert 48 * 1000 <= tallies["Node"].bytes <= 128 * 1000
    del kept


def test_arrays_in_containers_count_once_with_their_data():
    array = np.ones(MB)
    kept = [array]
    before = counted()[1]["ndarray"]
    kept += [np.ones(MB)] * 5 + [(array, array)]
    after = counted()[1]["ndarray"]
    assert 1 == after.objects - before.objects
    assert abs(after.bytes - before.bytes - 8 * MB) < 1000


def test_elements_of_object_arrays_are_found():
    kept = np.empty(3, dtype=object)
    kept[0] = np.ones(MB)
    holder = [kept]
    objects = Objects(60)
    biggest = Biggest(objects, ("numpy", "ndarray"), 5)
    at_once(objects.run(biggest.take))
    assert id(holder[0][0]) in {item.key for item in biggest.items}


def test_the_biggest_come_first_and_no_more_than_asked():
    kept = [bytearray(n * 10_000) for n in range(1, 30)]
    objects = Objects(60)
    biggest = Biggest(objects, ("builtins", "bytearray"), 5)
    at_once(objects.run(biggest.take))
    sizes = [item.bytes for item in biggest.items]
    assert 5 == len(sizes)
    assert sorted(sizes, reverse=True) == sizes
    assert {id(b) for b in kept[-5:]} == {item.key for item in biggest.items}


def test_of_equal_objects_the_named_come_first():
    kept = [Node() for _ in range(60)]
    objects = Objects(60)
    key = id(kept[57])
    biggest = Biggest(objects, (Node.__module__, "Node"), 5, frozenset({key}))
    at_once(objects.run(biggest.take))
    assert (5, key) == (len(biggest.items), biggest.items[0].key)


def test_without_time_it_says_that_something_was_left_out():
    objects, tallies = counted(seconds=0.0)
    assert not objects.complete
    assert {} == tallies
    assert objects.total > objects.done == 0


def test_dropping_a_pass_leaves_nothing_of_ours():
    kept = Node()
    before = len(gc.get_referrers(kept))
    objects = Objects(60)
    steps = objects.run(Count(objects).take)
    next(steps)
    steps.close()
    assert before == len(gc.get_referrers(kept))


def test_garbage_is_found_with_its_arrays_and_nothing_is_collected(uncollected):
    node = Node(np.ones(MB))
    node.me = node
    alive = Node(np.ones(MB))
    alive.me = alive
    del node
    search = Unreachable(60)
    at_once(search.run())
    nodes = [o for o in search.objects if type(o) is Node]
    assert 1 == len(nodes)
    assert nodes[0] is not alive
    found = with_contents(search.objects)
    assert 1 == sum(type(o) is np.ndarray for o in found)
    del nodes, found
    search.objects.clear()
    assert 1 <= gc.collect()


def test_garbage_is_found_with_what_its_arrays_hide(uncollected):
    shared = np.ones(MB)
    node = Node([np.ma.masked_array(np.ones(MB)), np.ma.masked_array(shared)])
    node.me = node
    del node
    search = Unreachable(60)
    at_once(search.run())
    data = [o for o in with_contents(search.objects) if type(o) is np.ndarray]
    assert [8 * MB] == [one.nbytes for one in data if one.nbytes >= MB]
    assert not any(one is shared for one in data)
    search.objects.clear()


def test_what_a_weak_dictionary_shares_is_no_garbage(uncollected):
    shared = np.ones(MB)
    node = Node(shared)
    node.me = node
    del node
    search = Unreachable(60)
    at_once(search.run())
    assert 0 == sum(type(o) is np.ndarray for o in with_contents(search.objects))
    assert shared is not None


# ------------------------------------------------------------------ the magic


def table(session, options=""):
    return json.loads(session(f"%leakcheck gc {options} --json").splitlines()[-1])


def row(found, name):
    return next((r for r in found["rows"] if r["type"] == name), None)


def test_growth_since_a_mark_and_since_a_cell(session):
    session("class Node: pass\nnodes = [Node() for _ in range(10)]")
    assert "There is no mark" in session("%leakcheck gc --growth")
    session("%leakcheck gc --mark")
    session("nodes += [Node() for _ in range(90)]")
    found = row(table(session, "--growth"), "Node")
    assert (100, 90) == (found["count"], found["count_change"])
    session("nodes += [Node() for _ in range(1)]")
    marked = row(table(session, "--growth"), "Node")
    assert 91 == marked["count_change"]
    since = table(session, f"--since {session.shell.execution_count - 2}")
    assert "not counted" not in since.get("error", "")


def test_a_cell_after_which_nothing_was_counted_is_refused(session):
    session("x = 1")
    session("y = 1")
    said = session("%leakcheck gc --since 2")
    assert "were not counted after this cell" in said


def test_unused_names_what_holds_them_and_clears_it(session):
    session("import numpy as np\nraw = np.ones(2_000_000)\nused = np.ones(1_500_000)")
    for i in range(3):
        session(f"x = {i}")
    session("used.sum();")
    found = row(table(session, "--unused"), "ndarray")
    assert ["raw"] == found["clears"]
    assert 16 * MB <= found["bytes"] < 16.1 * MB
    assert "raw" in session(f"%leakcheck why {found['id']}")
    receipt = session(f"%leakcheck clear {found['id']} --yes")
    assert "raw" not in session.shell.user_ns
    assert "used" in session.shell.user_ns
    assert "15.26" in receipt


def test_a_row_that_cells_still_read_says_why_not(session):
    session("class Node: pass\nnode = Node()")
    session("node")
    found = row(table(session, "--type Node"), "Node")
    said = session(f"%leakcheck clear {found['id']} --yes")
    assert "Nothing of Node is held only by variables" in said
    assert "node" in session.shell.user_ns


def test_garbage_and_what_a_collection_returned(session, uncollected):
    session("import numpy as np\nclass Node: pass")
    session("n = Node(); n.me = n; n.data = np.ones(2_000_000); del n")
    found = table(session, "--garbage")
    assert 1 == row(found, "Node")["count"]
    assert 16 * MB <= row(found, "ndarray")["bytes"] < 16.1 * MB
    receipt = json.loads(session("%leakcheck collect --json").splitlines()[-1])
    assert receipt["objects"] >= 1
    assert receipt["measured"] > 15 * MB
    assert row(table(session, "--garbage"), "Node") is None


def test_pictures_of_earlier_checks_are_no_garbage_of_the_user(session, uncollected):
    session("x = 1")
    session("%leakcheck")
    session("%leakcheck why x")
    assert row(table(session, "--garbage --type array"), "array") is None


def test_filters(session):
    session("class Tree: pass\nclass TreeList: pass\na, b = Tree(), TreeList()")
    session("big = bytearray(3_000_000)")
    assert ["Tree"] == [r["type"] for r in table(session, "--type Tree")["rows"]]
    assert ["bytearray"] == [
        r["type"] for r in table(session, "--type=bytearray --min-size 2MB")["rows"]
    ]
    for wrong in (
        "--type",
        "--min-size big",
        "--budget x",
        "--unused --garbage",
        "--no",
    ):
        said = session(f"%leakcheck gc {wrong}")
        assert re.search(r"needs a value|Say a|one of|does not know", said), wrong


def test_a_small_budget_says_what_was_left_out(session):
    found = table(session, "--budget 0.0001")
    assert not found["complete"]
    assert re.search(r"[\d,]+ of [\d,]+ objects", found["left_out"][0])
    assert "--budget 10" in session("%leakcheck gc --budget 0.0001")


def test_texts_fit_a_terminal(session):
    session("import numpy as np\nraw = np.ones(2_000_000)")
    session("%leakcheck gc --mark")
    session("x = [np.ones(10) for _ in range(1000)]")
    for line in (
        "gc",
        "gc --growth",
        "gc --unused",
        "gc --garbage",
        "why o1",
        "collect",
    ):
        said = session(f"%leakcheck {line}")
        assert all(len(text) <= 79 for text in said.splitlines()), line
