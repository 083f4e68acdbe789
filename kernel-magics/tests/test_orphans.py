"""What no known root leads to: garbage, what no collection frees, and holders that were not asked."""

from __future__ import annotations

import ctypes
import gc
import json
import sys

import pytest

from leakhunter.heap.slots import GARBAGE, STUCK, Slot
from leakhunter.heap.trial import trial

np = pytest.importorskip("numpy", reason="no numpy here")
MB = 1_000_000


@pytest.fixture(autouse=True)
def no_automatic_collection():
    gc.collect()
    before = gc.get_threshold()
    gc.set_threshold(0)
    yield
    gc.set_threshold(*before)
    gc.collect()


def picture(session):
    return session.hunter.check().case.graph


def places(graph, place):
    return {
        s.label: trial(graph, [s]).bytes // MB for s in graph.slots if s.place == place
    }


def held_by_native_code(graph):
    """Megabytes by holder, but for what has less than one.

    What pytest is about to call stands in its running frames, which nobody can see from 3.12 on.
    """
    return [megabytes for megabytes in places(graph, "native").values() if megabytes]


def cycles(session):
    return [f for f in session.findings() if f.kind == "ref-cycle"]


CYCLES = (
    "import numpy as np\n"
    "class Ring:\n"
    "    def __init__(self): self.me, self.data = self, np.ones(500_000)\n"
    "for _ in range(5): Ring()"
)


def test_cycles_are_garbage_and_are_not_collected(session):
    session(CYCLES)
    graph = picture(session)
    assert 20 == trial(graph, [GARBAGE]).bytes // MB
    assert trial(graph, [GARBAGE]).exact
    again = picture(session)
    assert 20 == trial(again, [GARBAGE]).bytes // MB


@pytest.mark.parametrize(
    "data",
    [
        "{'w': np.ones(500_000)}", "(np.ones(500_000),)", "((np.ones(500_000),),)",
        "{'a': {'b': np.ones(500_000)}}", "[(1, np.ones(500_000))]", "np.ones(500_000); vars(self)",
    ],
)  # fmt: skip
def test_what_the_collector_leaves_out_is_garbage_with_its_cycle(session, data):
    session(
        "import numpy as np, gc\n"
        "class Ring:\n"
        f"    def __init__(self): self.me = self; self.data = {data}\n"
        "made = [Ring() for _ in range(5)]\n"
        # each time tuples around those that were left out are left out too
        "gc.collect(); gc.collect(); gc.collect(); del made"
    )
    graph = picture(session)
    assert (20, 0) == (
        trial(graph, [GARBAGE]).bytes // MB, trial(graph, [STUCK]).bytes // MB,
    )  # fmt: skip
    assert [] == held_by_native_code(graph)
    gc.collect()
    assert 0 == trial(picture(session), [GARBAGE]).bytes // MB


def test_a_cycle_that_a_name_holds_is_no_garbage(session):
    session(CYCLES + "\nkept = Ring()")
    assert 20 == trial(picture(session), [GARBAGE]).bytes // MB
    session("kept = None")
    assert 24 == trial(picture(session), [GARBAGE]).bytes // MB


def test_garbage_is_a_finding_that_a_collection_clears(session):
    session(CYCLES)
    (finding,) = cycles(session)
    assert (20, "Garbage", "safe", ["Ring"]) == (
        finding.bytes // MB, finding.label, finding.group, finding.names,
    )  # fmt: skip
    receipt = json.loads(session(f"%leakcheck clear {finding.id} --yes --json"))
    assert abs(receipt["measured"] - receipt["predicted"]) < MB
    assert [] == cycles(session)


def test_a_name_for_what_garbage_holds_too_frees_it_after_a_collection(session):
    session(CYCLES + "\nring = Ring()\ndata = ring.data\ndel ring")
    graph = picture(session)
    assert 4 == trial(graph, [Slot("name", "data")]).bytes // MB
    assert 20 == trial(graph, [GARBAGE]).bytes // MB
    assert 24 == trial(graph, [GARBAGE, Slot("name", "data")]).bytes // MB


def test_a_cycle_through_an_array_of_objects_is_stuck(session):
    session(
        "import numpy as np\n"
        "class Model: pass\n"
        "m = Model(); m.parts = np.empty(1, dtype=object); m.parts[0] = m\n"
        "m.data = np.ones(1_000_000)\n"
        "del m"
    )
    graph = picture(session)
    assert (0, 8) == (
        trial(graph, [GARBAGE]).bytes // MB, trial(graph, [STUCK]).bytes // MB,
    )  # fmt: skip
    gc.collect()
    assert 8 == trial(picture(session), [STUCK]).bytes // MB


@pytest.mark.parametrize("cls", [list, tuple])
def test_an_attribute_of_a_librarys_class_is_named(session, cls):
    json.JSONEncoder.kept = {"x": cls([np.ones(1_000_000)])}
    gc.collect()
    try:
        assert {"json.encoder.JSONEncoder": 8} == places(picture(session), "class")
    finally:
        del json.JSONEncoder.kept


@pytest.fixture
def native():
    """Makes native code hold an object, which nobody can see; lets go at the end."""
    held = []

    def hold(obj):
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(obj))
        held.append(id(obj))

    yield hold
    for address in held:
        ctypes.pythonapi.Py_DecRef(ctypes.cast(address, ctypes.py_object))


def test_what_native_code_holds_is_found_and_counted(session, native):
    native([np.ones(1_000_000)])
    assert [8] == held_by_native_code(picture(session))


def test_looking_leaves_reference_counts_alone(session):
    session("import numpy as np\nheld = [np.ones(500_000) for _ in range(3)]")
    json.JSONEncoder.kept = [np.ones(500_000)]
    try:
        values = [json.JSONEncoder.kept, json.JSONEncoder.kept[0]]
        before = [sys.getrefcount(v) for v in values]
        picture(session)
        assert before == [sys.getrefcount(v) for v in values]
    finally:
        del json.JSONEncoder.kept


def test_a_closure_of_one_variable_is_not_taken_for_the_arguments_of_a_call(
    session, native
):
    def make():
        data = np.ones(2_500_000)
        return lambda: data.sum() + 1

    native(make())
    graph = picture(session)
    held = {
        graph.kinds[n] for s, n in graph.slots.items()
        if s.place == "native" and trial(graph, [s]).bytes > MB
    }  # fmt: skip
    assert {"function"} == held


def test_garbage_that_python_has_collected_meanwhile_is_told_so(session):
    session(CYCLES)
    (finding,) = cycles(session)
    gc.collect()
    receipt = json.loads(session(f"%leakcheck clear {finding.id} --yes --json"))
    # some IPython makes a few hundred bytes of garbage a cell
    assert (finding.id, 0, "collected by Python meanwhile") == (
        receipt["id"], receipt["predicted"] // MB, receipt["did"],
    )  # fmt: skip


def test_an_old_version_of_a_class_with_data_is_garbage(session):
    table = "import numpy as np\nclass Table:\n    data = np.ones(2_000_000)\n    def get(self): return self.data"
    for _ in range(3):
        session(table)
    (finding,) = cycles(session)
    assert (32, ["Table"]) == (finding.bytes // MB, finding.names)
    session(f"%leakcheck clear {finding.id} --yes")
    assert [] == cycles(session)
    assert "2000000" in session("Table.data.size")


def test_a_cycle_is_named_by_what_holds_the_most(session):
    session(
        "import numpy as np\n"
        "class Part:\n    def __init__(self, whole): self.whole = whole\n"
        "class Whole:\n"
        "    def __init__(self):\n"
        "        self.data = np.ones(2_000_000)\n"
        "        self.parts = [Part(self) for _ in range(50)]\n"
    )
    session("Whole()\nNone")
    (finding,) = cycles(session)
    assert "Whole" == finding.names[0]


def test_a_function_that_refers_to_itself_is_named(session):
    session(
        "import numpy as np\ndef make():\n    data = np.ones(1_000_000)\n"
        "    def again(n):\n        return again(n - 1) if n else data[0]\n"
        "    return again(2)\nx = float(make())"
    )
    (finding,) = cycles(session)
    assert ["again"] == finding.names
    assert 8 == finding.bytes // MB


def test_garbage_of_a_few_megabytes_is_no_finding(session):
    """It comes and goes in every session."""
    session(CYCLES.replace("range(5)", "range(1)"))
    assert 4 == trial(picture(session), [GARBAGE]).bytes // MB
    assert [] == cycles(session)


def test_closed_figures_are_garbage_with_their_pixels(session):
    pytest.importorskip("matplotlib", reason="no matplotlib here")
    session(
        "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\n"
        "for _ in range(4):\n    figure = plt.figure(figsize=(10, 8), dpi=100)\n"
        "    figure.canvas.draw()\n    plt.close(figure)\n"
        "del figure"
    )
    (finding,) = cycles(session)
    assert finding.bytes > 4 * 3_200_000
    assert "Figure" in finding.names
    assert ("not-a-leak", "not-a-leak") == (finding.verdict, finding.group)
    assert finding.reason.startswith("Closed figures wait")
