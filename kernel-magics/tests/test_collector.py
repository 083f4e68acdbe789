"""Automatic collection while we look: held off, given back, and not brought on by what we leave."""

from __future__ import annotations

import gc

import pytest

from leakhunter.heap.walk import collector


@pytest.fixture(autouse=True)
def as_before():
    on = gc.isenabled()
    yield
    (gc.enable if on else gc.disable)()


@pytest.mark.parametrize("on", [True, False])
def test_it_is_as_the_user_left_it(on):
    (gc.enable if on else gc.disable)()
    with collector.held_off():
        assert (False, on) == (gc.isenabled(), collector.enabled())
        with collector.held_off():
            assert (False, on) == (gc.isenabled(), collector.enabled())
        assert not gc.isenabled()
    assert (on, on) == (gc.isenabled(), collector.enabled())


def test_also_after_a_failure():
    gc.enable()
    with pytest.raises(ValueError, match="mine"), collector.held_off():
        raise ValueError("mine")
    assert gc.isenabled()


def test_what_we_leave_behind_brings_on_no_collection():
    collector._stock.clear()
    collector.take_stock()
    gc.collect()
    passes = []
    gc.callbacks.append(lambda phase, info: passes.append(phase))
    try:
        gc.enable()
        with collector.held_off():
            kept = [[] for _ in range(3000)]
        young = gc.get_count()[0]
        more = [[] for _ in range(50)]
    finally:
        del gc.callbacks[-1]
    assert ([], 3050) == (passes, len(kept) + len(more))
    assert young < 700
