"""Which objects of the whole process are big: the native core held to its twin."""

from __future__ import annotations

import gc

import pytest

from leakhunter.heap import core
from leakhunter.heap.walk import census
from leakhunter.heap.walk.census import Census, picked_twin

np = pytest.importorskip("numpy", reason="no numpy here")


class Meta(type):
    """Nobody may ask it."""

    def __hash__(cls):
        raise AssertionError

    __eq__ = None


class Own(metaclass=Meta):
    def __len__(self):
        raise AssertionError


OBJECTS = [
    1, None, "x" * 50, "x" * 2000, b"y" * 999, b"y" * 1000, [0] * 124, [0] * 125, [], {},
    {i: i for i in range(40)}, set(range(30)), set(range(32)), Own(), Own(), np.ones(3),
    np.float64(1), bytearray(1001), (1,) * 11, range(5000),
]  # fmt: skip


def left_out(container):
    """The same container, as the collector leaves it once it has seen that all in it is plain."""
    gc.collect()
    assert not gc.is_tracked(container)
    return container


deep = (np.ones(3),)
for _ in range(40):
    deep = (deep,)
    gc.collect()
HIDDEN = [
    *map(left_out, ({1: np.ones(3)}, {"a": 1}, {b"y" * 1000: 1}, {"a": "x" * 2000})),
    *map(left_out, ((1, np.ones(3)), (1, ("a", b"y" * 1000)), (1, ("a", (2,))))),
    deep, *map(left_out, ({i: i for i in range(40)}, (range(3),))), {1: []}, ([],),
]  # fmt: skip
LEAST = {id(bytes): 1, id(str): 1, id(list): 8, id(dict): 48, id(set): 32, id(tuple): 8}
KNOWN = {id(np.ndarray): True, id(int): False, id(list): False, id(type(None)): True}


def test_the_core_picks_as_its_twin():
    native = pytest.importorskip("leakhunter._native")
    for known in ({}, KNOWN):
        for big, most in ((1000, 10), (1, 0), (10**9, 10**9)):
            for least in (LEAST, {}):
                asked = OBJECTS + HIDDEN, least, known, big, most
                twin, c = picked_twin(*asked), native.picked(*asked)
                assert [list(map(id, part)) for part in twin] == [
                    list(map(id, part)) for part in c
                ]


def test_what_is_picked():
    bigs, longs, adapted, unmet, _ = census.picked(OBJECTS, LEAST, KNOWN, 1000, 100)
    assert ["x" * 2000, b"y" * 1000, [0] * 125, OBJECTS[10], OBJECTS[12]] == bigs
    assert ["x" * 2000, b"y" * 999, b"y" * 1000, [0] * 124, [0] * 125] == longs
    assert [None] == adapted[:1]
    assert OBJECTS[15] is adapted[1]
    assert 9 == len(unmet)


def test_what_the_collector_leaves_out_is_picked_when_it_leads_to_something():
    *_, unmet, hidden = census.picked(HIDDEN, LEAST, KNOWN, 1000, 30)
    wanted = [HIDDEN[at] for at in (0, 2, 3, 4, 5)]
    assert list(map(id, wanted)) == list(map(id, hidden))
    assert {dict, str, bytes, tuple, range} == set(map(type, unmet))


def test_wrong_use_of_the_core_is_told():
    native = pytest.importorskip("leakhunter._native")
    with pytest.raises(TypeError):
        native.picked((1,), LEAST, KNOWN, 1, 1)
    for wrong in (-1, 1 << 20):
        with pytest.raises(ValueError, match="bytes of an item"):
            native.picked([1], {id(int): wrong}, KNOWN, 1, 1)


@pytest.mark.parametrize("pick", ["core", "twin"])
def test_big_objects_are_found_wherever_they_are(monkeypatch, pick):
    if pick == "twin":
        monkeypatch.setattr(census, "picked", picked_twin)
    elif core.NATIVE is None:
        pytest.skip("no native core here")
    text, array = "t" * 3_000_000, np.ones(300_000)
    rows = [None] * 6000
    rows[5999] = [text]
    inside = np.array([array, None], dtype=object)
    weights = left_out({"w": np.ones(300_000)})
    held = {"rows": rows, "inside": inside, "weights": weights}
    found = Census()
    for _ in found.run():
        pass
    assert found.tracked >= len(gc.get_objects()) - 1000
    big = set(map(id, found.big))
    assert {id(text), id(array), id(weights["w"])} <= big
    assert {id(inside), id(weights)} <= set(map(id, found.inside))
    assert len(big) == len(found.big)
    assert held
    found.big.clear()
    found.inside.clear()


def test_what_a_library_hides_counts_also_when_the_collector_knows_its_holder():
    """A masked array is an object like others to the collector, and its data is not."""
    gc.collect()
    masked = np.ma.masked_array(np.ones(1_000_000))
    assert gc.is_tracked(masked)
    assert not any(one is masked.base for one in gc.get_referents(masked))
    look = Census()
    for _ in look.run():
        pass
    assert 1 == sum(one is masked.base for one in look.big)
