"""What small objects take, and what dictionaries hold that the collector does not list."""

from __future__ import annotations

import gc
import tracemalloc
from array import array

import pytest
from heaps import promise, session_of, traced

from leakhunter.heap.peek.sizes import Sizes, size_of

MANY = 2000

CLASSES = """
class Plain:
    def __init__(self, x): self.x, self.y, self.z = x, None, None
class One:
    def __init__(self, x): self.x = x
class Slots:
    __slots__ = ('x', 'y')
    def __init__(self, x): self.x = x
class Half(Slots):
    def __init__(self, x): self.x, self.more = x, None
class Wide:
    def __init__(self, x):
        for i in range(40): setattr(self, f'attribute{i}', None)
class List(list):
    def __init__(self, x): self.kept_beside = x
class Dict(dict): pass
def shown(x):
    vars(x)
    return x
for kind in (Plain, One, Slots, Half):
    [kind(None) for _ in range(40)]
def text(i): return f'a text of some length that only one holds: {i}'
"""

# What there are many of, and nothing else: each must be right to the byte.
EXACT = {
    "lists": "[[i * 1000] for i in range(MANY)]",
    "dicts": "[{'x': None} for i in range(MANY)]",
    "dicts of different keys": "[{f'key {i}': None} for i in range(MANY)]",
    "dicts of numbers": "[{i * 1000: None} for i in range(MANY)]",
    "big sets": "[set(range(50)) for i in range(MANY // 10)]",
    "small sets": "[{1, 2} for i in range(MANY)]",
    "bytearrays": "[bytearray(20) for i in range(MANY)]",
    "instances": "[Plain(None) for i in range(MANY)]",
    "instances of one attribute": "[One(None) for i in range(MANY)]",
    "instances whose attribute is a dictionary": "[One({1: None}) for i in range(MANY)]",
    "instances with slots": "[Slots(None) for i in range(MANY)]",
    "instances with slots and more": "[Half(None) for i in range(MANY)]",
    "instances with many attributes": "[Wide(None) for i in range(MANY // 10)]",
    "instances of a subclass of list": "[List(None) for i in range(MANY)]",
    "a dictionary of texts": "{text(i): None for i in range(MANY)}",
    "a subclass of it": "Dict((text(i), None) for i in range(MANY))",
    "an ordered one": "OrderedDict((text(i), None) for i in range(MANY))",
    "an ordered one with a number": "OrderedDict([(0, None), *((text(i), None) for i in range(MANY))])",
    "one with defaults": "defaultdict(list, {text(i): None for i in range(MANY)})",
    "counts": "Counter(text(i) for i in range(MANY))",
    "two with the same keys": "(lambda one: [one, dict(one)])({text(i): None for i in range(MANY)})",
    "one long key": "{'key' * 100_000: None}",
    "a long text that is held often": "['x' * 100_000] * 600",
    "a name that is held often": "[None, 'x', 1] * MANY",
}

# An instance's dictionary lies in blocks that nobody tells exactly.
NEARLY = {
    "instances that were shown": "[shown(Plain(None)) for i in range(MANY)]",
    "their dictionaries": "[vars(Plain(None)) for i in range(MANY)]",
}


@pytest.fixture
def quick():
    gc.collect()
    gc.freeze()
    tracemalloc.start()
    yield
    tracemalloc.stop()
    gc.unfreeze()


def said_and_gone(expression):
    names = session_of(
        f"from collections import *\nMANY = {MANY}\n{CLASSES}\na = {expression}"
    )
    gc.collect()
    result = promise(names, "a")
    said = result.bytes
    assert (True, True) == (result.exact, result.consistent)
    del result
    counts = array("q", [0, 0])
    counts[0] = traced()
    del names["a"]
    counts[1] = traced()
    return said, counts[0] - counts[1]


@pytest.mark.parametrize("what", EXACT)
def test_to_a_hundredth(what, quick):
    said_and_gone(EXACT[what])
    said, gone = said_and_gone(EXACT[what])
    assert gone - 600 <= said * 1.01
    assert said <= gone + 600


@pytest.mark.parametrize("what", NEARLY)
def test_not_more_and_nearly_all(what, quick):
    said_and_gone(NEARLY[what])
    said, gone = said_and_gone(NEARLY[what])
    assert 0.8 * gone <= said <= gone + 600


def test_a_class_says_how_much_room_its_instances_have():
    names = session_of(CLASSES)
    sizes = Sizes()
    one = names["Plain"](None)
    assert not sizes.kind(object).inline
    assert not sizes.kind(names["Slots"]).inline
    assert not sizes.kind(names["List"]).inline
    assert 32 <= size_of(one, sizes.kind(type(one)), gc.get_referents(one)) <= 160


def test_a_dictionary_holds_attributes_on_when_its_instance_goes():
    names = session_of(
        "class P: pass\np = P()\np.big = bytearray(100_000)\nheld = vars(p)"
    )
    assert 10_000 > promise(names, "p").bytes
    assert 10_000 > promise(names, "held").bytes
    assert 100_000 < promise(names, "p", "held").bytes
