"""Many objects at once: the native core held to its twin."""

from __future__ import annotations

import sys

import pytest

from leakhunter.heap.peek.sizes import Sizes, block
from leakhunter.heap.whole import classes

native = pytest.importorskip("leakhunter._native")


class Own:
    pass


OBJECTS = [
    1, "short", "x" * 5000, b"y" * 5000, (1, 2), (), ("a" * 9,) * 50, [], [1], {}, {1: []},
    Own(), Own(), None, ..., 1.5, frozenset([1]), (Own(),), range(3), object(), bytearray(9),
]  # fmt: skip


def test_objects_are_sorted_by_class_and_the_same_are_unlisted():
    assert list(map(len, classes.by_class_twin(OBJECTS))) == list(
        map(len, native.by_class(OBJECTS))
    )
    for twin, c in zip(
        classes.by_class_twin(OBJECTS), native.by_class(OBJECTS), strict=True
    ):
        assert list(map(id, twin)) == list(map(id, c))
    for least in (0, 5, 4096, 6000):
        asked = OBJECTS, (int, float, type(None)), least
        assert list(map(id, classes.unlisted_twin(*asked))) == list(
            map(id, native.unlisted(*asked))
        )


def test_weights_are_sums_of_blocks():
    """Tuples have no method of their own, and differ all the same."""
    for objects in classes.by_class_twin(OBJECTS * 3):
        kind = Sizes().kind(type(objects[0]))
        by_type = kind.method is object.__sizeof__
        asked = objects, kind.method, by_type, kind.header, kind.array
        assert classes.weigh_twin(*asked) == native.weigh(*asked)
        if type(objects[0]) in (tuple, bytes, str, frozenset):
            true = sum(block(sys.getsizeof(one)) for one in objects)
            assert true == native.weigh(*asked)


def test_a_method_that_fails_is_told():
    with pytest.raises(TypeError):
        native.weigh([1], list.__sizeof__, False, 0, 0)
    for call in (native.by_class, lambda one: native.unlisted(one, (), 1)):
        with pytest.raises(TypeError):
            call((1,))
