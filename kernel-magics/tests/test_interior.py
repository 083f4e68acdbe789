"""What the interpreter and the libraries hold themselves, and what nobody leads to."""

from __future__ import annotations

import ctypes
import gc
import sys
import types
import weakref
from itertools import chain

import pytest
from heaps import picture, session_of

from leakhunter.heap.peek import kinds
from leakhunter.heap.peek.kinds import Met
from leakhunter.heap.whole import interior, strays
from leakhunter.heap.whole.interior import held_by, walking

MB = 1_000_000


def result_of(steps):
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def walk(known=()):
    """A walk that stops at the modules of this process, where they are no libraries."""
    return result_of(walking(chain(interior.outside, known)))


@pytest.fixture(autouse=True)
def everything(monkeypatch):
    """All modules are libraries."""
    monkeypatch.setattr(interior, "outside", (), raising=False)


@pytest.fixture
def library(monkeypatch):
    """Makes a library of this source, beside which nothing is looked at."""
    real = [m for m in sys.modules.values() if type(m) is types.ModuleType]
    outside = [id(part) for module in real for part in (module, vars(module))]
    modules = {}
    seen = types.SimpleNamespace(modules=modules, getsizeof=sys.getsizeof)
    monkeypatch.setattr(interior, "sys", seen)
    monkeypatch.setattr(interior, "outside", outside)
    monkeypatch.setattr(strays, "MOST", 0)

    def make(source, name="planted"):
        modules[name] = module = types.ModuleType(name)
        exec(compile(source, name, "exec"), vars(module))
        return module

    yield make
    gc.collect()


# -- libraries ------------------------------------------------------------------------


def test_this_process_has_libraries():
    found = walk()
    assert {"sys", "builtins", "pytest", "leakhunter"} <= set(found.libraries)
    assert min(found.libraries.values()) >= 0
    assert found.objects > 50_000


def test_small_objects_are_what_a_library_is_made_of(library):
    library("kept = [bytes(1000) + bytes([i % 256]) for i in range(2000)]")
    found = walk()
    assert 2000 * 1040 == pytest.approx(found.libraries["planted"], rel=0.05)
    assert "planted" not in found.data


def test_big_objects_are_data_that_it_holds(library):
    library("text, table = 'x' * 3_000_000, bytearray(2_000_000)")
    found = walk()
    assert 5 * MB == pytest.approx(found.data["planted"], rel=0.01)
    assert found.libraries["planted"] < MB // 10


def test_parts_of_a_package_are_one_library(library):
    library("a = bytes(100_000)", "planted")
    library("b = bytes(200_000)", "planted.inner")
    assert 300_000 == pytest.approx(walk().libraries["planted"], rel=0.05)


def test_code_is_followed(library):
    source = "\n".join(
        f"def f{i}(a, b):\n    'A text of function {i} {'.' * 400}'\n    return a + {i + 10**6}"
        for i in range(300)
    )
    library(source)
    assert walk().libraries["planted"] > 300 * (400 + 300)


def test_keys_that_are_text_are_counted(library):
    library("d = {f'a rather long key of number {i:0200}': None for i in range(1000)}")
    assert walk().libraries["planted"] > 1000 * 280


def test_attributes_of_instances_are_counted(library):
    library(
        "class A: pass\n"
        "def make(i):\n"
        "    a = A()\n"
        "    a.x, a.y, a.z = i + 0.5, i + 0.25, i + 0.125\n"
        "    return a\n"
        "kept = [make(i) for i in range(1000)]"
    )
    assert 1000 * (3 * 32 + 32 + 8 + 16) < walk().libraries["planted"] < 1000 * 400


def test_a_class_belongs_to_where_it_is_defined(library):
    home = library("class Big:\n    table = [bytes(900_000)]", "home")
    other = library("kept = []", "other")
    other.kept.append(type("Small", (home.Big,), {"__module__": "other"}))
    found = walk()
    assert found.libraries["home"] > 900_000
    assert found.libraries["other"] < 100_000


def test_what_libraries_share_is_counted_once(library):
    first = library("kept = [bytes(900_000)]", "first")
    second = library("", "second")
    second.kept = first.kept
    found = walk()
    assert 900_000 == pytest.approx(
        found.libraries["first"] + found.libraries["second"], rel=0.05
    )


def test_what_hangs_between_modules_is_nobody_else_s(library):
    one = library("kept = [bytes(500_000)]", "one")
    two = library("kept = [bytes(300_000)]", "two")
    one.two, two.one = two, one
    found = walk()
    assert 500_000 == pytest.approx(found.libraries["one"], rel=0.05)
    assert 300_000 == pytest.approx(found.libraries["two"], rel=0.05)


def test_arrays_are_buffers(library):
    np = pytest.importorskip("numpy", reason="no numpy here")
    module = library("kept = []")
    module.kept += [np.ones(1_000_000), np.ones(1000)]
    found = walk()
    assert 8 * MB == pytest.approx(found.data["planted"], rel=0.01)
    address = module.kept[0].ctypes.data
    assert (address, found.data["planted"]) == found.places[address]
    found.leave_out({address: 5 * MB})
    assert 3 * MB == pytest.approx(found.data["planted"], rel=0.01)


def test_buffers_that_several_share_are_counted_once(library):
    pa = pytest.importorskip("pyarrow", reason="no pyarrow here")
    module = library("kept = []")
    whole = pa.array(range(1_000_000))
    module.kept += [whole, whole[10:], whole[20:]]
    assert 8 * MB == pytest.approx(walk().data["planted"], rel=0.05)


# -- the session ------------------------------------------------------------------------


def test_what_the_picture_holds_is_left_out(library):
    module = library("kept = [bytes(5000) for _ in range(100)]")
    names = session_of("")
    names["mine"] = module.kept
    graph = picture(names)
    assert walk().libraries["planted"] > 500_000
    assert walk(held_by(graph)).libraries["planted"] < 50_000


def test_modules_and_classes_of_the_user_s_names_are_libraries_still(library):
    module = library("class A:\n    table = [bytes(900_000)]\nkept = [bytes(300_000)]")
    names = session_of("")
    names.update(planted=module, A=module.A)
    assert walk(held_by(picture(names))).libraries["planted"] > 1_200_000


def test_the_user_s_own_names_are_no_library(library):
    main = library("mine = [bytes(50_000) for _ in range(100)]", "__main__")
    module = library("")
    module.names = vars(main)
    found = walk().libraries
    assert {"planted"} == set(found)
    assert sum(found.values()) < 2 * MB


# -- harm -----------------------------------------------------------------------------


def test_no_code_of_anybody_s_runs(library):
    library(
        "def stop(*a, **k): raise AssertionError('called')\n"
        "class Meta(type):\n"
        "    __hash__ = __eq__ = __getattribute__ = __instancecheck__ = stop\n"
        "class A(metaclass=Meta):\n"
        "    __sizeof__ = __getattr__ = __eq__ = __hash__ = __len__ = stop\n"
        "    __class__ = property(stop)\n"
        "    __slots__ = ('x', '__weakref__')\n"
        "class D(dict):\n"
        "    __iter__ = keys = __len__ = __sizeof__ = stop\n"
        "kept = [A(), D(a=1), A]"
    )
    assert walk().libraries["planted"] > 0


def test_what_is_no_module_is_left_alone(library):
    class Lazy:
        def __getattribute__(self, name):
            raise AssertionError(name)

    library("")
    interior.sys.modules["lazy"] = Lazy()
    assert {"planted"} == set(walk().libraries)


def test_a_walk_that_is_dropped_holds_nothing(library):
    module = library("class A: pass\nkept = [A() for _ in range(50_000)]")
    one = weakref.ref(module.kept[20_000])
    for steps in range(0, 12, 2):
        walking_now = walking(interior.outside)
        for _ in range(steps):
            next(walking_now)
        walking_now.close()
    module.kept.clear()
    assert None is one()


def test_collection_is_left_as_it_was(library):
    library("kept = [[i] for i in range(10_000)]")
    for wanted in (gc.enable, gc.disable):
        wanted()
        before = gc.isenabled()
        for _ in walking(interior.outside):
            assert before == gc.isenabled()
    gc.enable()


def test_reference_counts_stay(library):
    module = library("class A: pass\nkept = [A() for _ in range(1000)]")
    before = sys.getrefcount(module.A), sys.getrefcount(module.kept[7])
    walk()
    gc.collect()
    assert before == (sys.getrefcount(module.A), sys.getrefcount(module.kept[7]))


def test_work_comes_in_slices(library, monkeypatch):
    library("kept = [[i] for i in range(40_000)]")
    yields = []
    for size in (40_000, 4_000):
        monkeypatch.setattr(interior, "_SLICE", size)
        yields.append(sum(1 for _ in walking(())))
    assert yields[1] >= yields[0] + 40_000 * 2 // 4_000 - 5


# -- strays -----------------------------------------------------------------------------


@pytest.fixture
def no_collection():
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    gc.collect()


class Node:
    pass


def cycle(payload):
    one, two = Node(), Node()
    one.other, two.other, two.payload = two, one, payload


def test_garbage_is_told_to_the_byte(no_collection):
    before = walk().strays.garbage
    for i in range(100):
        cycle([bytes(10_000) + bytes([i])])
    grown = walk().strays.garbage - before
    payload = 100 * (10_048 + 72)
    assert payload < grown < payload + 100 * 400


def test_garbage_with_arrays(no_collection):
    np = pytest.importorskip("numpy", reason="no numpy here")
    before = walk().strays.garbage
    for _ in range(20):
        cycle(np.ones(100_000))
    assert 16 * MB == pytest.approx(walk().strays.garbage - before, rel=0.01)


def test_what_garbage_leads_to_and_something_else_too_is_not_garbage(no_collection):
    payload = [bytes(1_000_000) + bytes([1])]
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(payload))
    before = walk().strays
    cycle(payload)
    alive = payload
    del payload
    after = walk().strays
    assert after.garbage - before.garbage < 2000
    ctypes.pythonapi.Py_DecRef(ctypes.py_object(alive))


def test_what_only_native_code_holds_is_held(no_collection):
    before = walk().strays
    payload = [[bytes(1_000_000) + bytes([2])]]
    address = id(payload)
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(payload))
    del payload
    after = walk().strays
    assert MB == pytest.approx(after.held - before.held, rel=0.05)
    assert after.garbage - before.garbage < 2000
    lost = ctypes.cast(address, ctypes.py_object).value
    ctypes.pythonapi.Py_DecRef(ctypes.py_object(lost))


def test_a_picture_is_no_stray(no_collection):
    names = session_of("x = [[i] for i in range(50_000)]")
    graph = picture(names)
    known = walk(held_by(graph)).strays
    unknown = walk().strays
    assert 50_000 * (72 + 32) == pytest.approx(unknown.held - known.held, rel=0.2)


@pytest.mark.parametrize("limit", ["MOST", "MANY"])
def test_too_many_strays_are_not_told(limit, monkeypatch, no_collection):
    monkeypatch.setattr(strays, limit, 10)
    assert None is walk().strays


def test_what_lasts_is_what_libraries_are_made_of(library):
    library("a, b = bytes(2_000_000), bytes(500_000)")
    found = walk()
    lasting = found.lasting()
    assert found.libraries == lasting.libraries
    assert ({}, {}, None) == (lasting.data, lasting.places, lasting.strays)


def test_met_remembers_objects_by_16_bytes():
    met = Met()
    addresses = [0, 16, 1 << 20, (1 << 47) - 16]
    assert [True] * 4 == [met.add(a) for a in addresses]
    assert [False] * 4 == [met.add(a) for a in addresses]
    assert [True, False] == [met.has(16), met.has(32)]


def test_a_type_that_cannot_be_sized_counts_its_header():
    kind = kinds.Kind(Node, adapted=False)
    kind.sizer = lambda _obj: 1 // 0
    assert 16 == kind.size(Node())
