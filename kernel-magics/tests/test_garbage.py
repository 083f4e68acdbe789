"""References that dead objects still have: counted, and nothing is collected."""

from __future__ import annotations

import gc

import pytest
from heaps import promise, session_of

from leakhunter.heap.walk.garbage import from_garbage
from leakhunter.slices import at_once


class Kept:
    """What garbage may refer to."""


@pytest.fixture(autouse=True)
def uncollected():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def cycle(*held):
    """A function that holds these and itself, by way of one variable."""
    box = [*held]

    def function():
        return box

    box.append(function)
    return function


def counted(*suspects):
    suspects = list(suspects)
    found = at_once(from_garbage(suspects, set(), set()))
    return [found.get(id(s), 0) for s in suspects]


def test_a_dead_closure_over_one_variable():
    kept, other = Kept(), Kept()
    cycle(kept)
    assert [1, 0] == counted(kept, other)
    assert gc.collect() > 0
    assert [0, 0] == counted(kept, other)


def test_what_something_alive_holds_too_is_no_garbage():
    kept = Kept()
    alive = cycle(kept)
    assert [0] == counted(kept)
    del alive
    assert [1] == counted(kept)


def test_each_reference_counts():
    kept = Kept()
    cycle(kept, kept)
    cycle([kept])
    assert [3] == counted(kept)


def test_what_garbage_still_holds_of_a_variable_goes_with_it():
    names = session_of(
        "class Model: pass\n"
        "model = Model()\n"
        "model.layer = Model()\n"
        "model.layer.data = bytearray(2_000_000)\n"
        "def walk(part):\n"
        "    def step(depth): return step, part\n"
        "walk(model.layer)\n"
    )
    assert promise(names, "model").bytes > 2_000_000
    names["kept"] = [names["model"].layer]
    assert promise(names, "model").bytes < 10_000
