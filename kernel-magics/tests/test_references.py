"""What refers to an object: each place as a person would write it, strong and weak apart."""

from __future__ import annotations

import json
import sys

import pytest

SOURCE = """
import weakref
class Hub:
    def __init__(self):
        self.observers, self.cache, self.callbacks = [], {}, []
class Node:
    def __init__(self, parent=None):
        self.parent = parent
    def on(self): pass
    def __eq__(self, other): raise AssertionError
    def __hash__(self): return 1
    def __len__(self): raise AssertionError
hub = Hub()
node = Node()
"""


@pytest.fixture
def refs(session):
    session(SOURCE)

    def ask(source="", name="node"):
        session(source)
        found = json.loads(session(f"%leakcheck refs {name} --json").splitlines()[-1])
        assert "error" not in found, found
        return found

    ask.session = session
    return ask


def labels(found, kind="strong"):
    return [r["label"] for r in found[kind]]


CASES = {
    "other = node": "other",
    "hub.observers.append(node)": "hub.observers[0]",
    "hub.cache['k'] = node": "hub.cache['k']",
    "child = Node(node)": "child.parent",
    "pair = (1, node)": "pair[1]",
    "bag = {node}": "in bag",
    "table = {node: 1}": "a key of table",
    "hub.callbacks.append(node.on)": "hub.callbacks[0], its method on()",
    "def make(n):\n    def inner(): return n\n    return inner\nf = make(node)": "`n` in the closure of f()",
    "def gen(n):\n    yield n\ng = gen(node); next(g);": "g",
    "Hub.last = node": "Hub.last",
    "from collections import deque\nqueue = deque([node])": "queue[0]",
}


@pytest.mark.parametrize("source", CASES)
def test_strong_references_are_written_as_code(refs, source):
    found = refs(source)
    assert sorted(["node", CASES[source]]) == sorted(labels(found))
    assert 0 == found["unseen"]
    assert [] == found["weak"]


def test_containers_that_the_collector_leaves_out(refs):
    found = refs(
        "import gc\n"
        "data = bytearray(10)\n"
        "weights = {'layer': {'w': data, 'b': ((data, 1),)}}\n"
        "child = Node(); child.data = data; vars(child)\n"
        "gc.collect(); gc.collect()\n"
        "assert not gc.is_tracked(weights['layer']['b'])",
        "data",
    )
    assert [
        "child.data", "data", "weights['layer']['b'][0][0]", "weights['layer']['w']",
    ] == sorted(labels(found))  # fmt: skip
    assert 0 == found["unseen"]


def test_a_module_global(refs):
    sys.modules["lh_refs_module"] = module = type(sys)("lh_refs_module")
    try:
        refs.session("import lh_refs_module\nlh_refs_module.kept = node")
        assert "lh_refs_module.kept" in labels(refs())
    finally:
        del sys.modules["lh_refs_module"], module


WEAK = {
    "r = weakref.ref(node)": "r",
    "ws = weakref.WeakSet([node])": "in ws",
    "wv = weakref.WeakValueDictionary(a=node)": "wv['a']",
    "wk = weakref.WeakKeyDictionary({node: 1})": "in wk",
}


@pytest.mark.parametrize("source", WEAK)
def test_weak_references_stand_apart(refs, source):
    found = refs(source)
    assert ["node"] == labels(found)
    assert [WEAK[source]] == labels(found, "weak")


def test_a_callback_is_named(refs):
    found = refs("def gone(r): pass\nr = weakref.ref(node, gone)")
    assert ["calls gone() when it goes"] == [r["note"] for r in found["weak"]]


ADVICE = {
    "hub.observers.append(node)": "hub.observers = weakref.WeakSet(hub.observers)",
    "hub.cache['k'] = node": "hub.cache = weakref.WeakValueDictionary(hub.cache)",
    "hub.cache[node] = 1": "hub.cache = weakref.WeakKeyDictionary(hub.cache)",
    "child = Node(node)": "child.parent = weakref.ref(child.parent)",
    "hub.callbacks.append(node.on)": "hub.callbacks = [weakref.WeakMethod(m) for m in hub.callbacks]",
}


@pytest.mark.parametrize("source", ADVICE)
def test_code_for_a_weak_reference_works_when_pasted(refs, source):
    found = refs(source)
    (advised,) = [r for r in found["strong"] if r["code"]]
    assert ADVICE[source] in advised["code"]
    assert advised["when"].startswith("`node` keeps it")
    refs.session(advised["code"])
    after = refs()
    assert ["node"] == labels(after)
    assert 1 == len(after["weak"])


def test_no_advice_where_no_weak_reference_can_be(refs):
    refs.session("hub.observers.append([])\nplain = hub.observers[0]")
    found = refs(name="plain")
    assert [None, None] == [r["code"] for r in found["strong"]]


def test_what_only_a_name_holds_can_be_cleared(refs):
    assert ("node", None) == tuple(refs()[k] for k in ("clear", "why_not"))
    found = refs("hub.observers.append(node)")
    assert found["clear"] is None
    assert "something else holds it" in found["why_not"]


def test_displayed_objects_have_one_line(refs):
    refs.session("class Plain: pass\np = Plain()")
    refs.session("p")
    found = refs(name="p")
    assert 2 == len(found["strong"])
    assert "more in the output history" in found["strong"][1]["note"]


def test_an_object_of_a_row(refs):
    refs.session("hub.observers += [Node() for _ in range(3)]")
    table = json.loads(
        refs.session("%leakcheck gc --type Node --json").splitlines()[-1]
    )
    # up to Python 3.10 sqlite3 has a class of that name
    (row,) = [r for r in table["rows"] if r["module"] == "__main__"]
    refs.session(f"%leakcheck why {row['id']}")
    found = [refs(name=f"{row['id']}.{i}") for i in range(1, 5)]
    places = sorted(label for one in found for label in labels(one))
    assert [
        "hub.observers[0]",
        "hub.observers[1]",
        "hub.observers[2]",
        "node",
    ] == places


def test_native_references_are_counted(refs):
    ctypes = pytest.importorskip("ctypes", reason="no ctypes here")
    node = refs.session.shell.user_ns["node"]
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(node))
    del node
    assert 1 == refs()["unseen"]


def test_wrong_use_is_one_sentence(session):
    assert "any more" in session("%leakcheck refs nothing")
    assert "Say to what" in session("%leakcheck refs")
