"""Traced blocks summed by stack: the native core, held to its twin in Python."""

from __future__ import annotations

import gc
import random
import sys
import tracemalloc

import pytest

from leakhunter.trace.snapshot import Sum, summed, take
from leakhunter.trace.stacks import by_stack_twin

native = pytest.importorskip("leakhunter._native")


def stack(line, depth=2):
    """Frames that no other stack shares."""
    return tuple((f"{n}.py", line) for n in range(depth))


def blocks(seed):
    """Random blocks; some stacks are equal and not the same object."""
    rng = random.Random(seed)
    stacks = [(stack(n % 30), rng.choice([2, 2, 9])) for n in range(rng.choice([1, 40, 900]))]  # fmt: skip
    return [
        (rng.choice([0, 389047]), rng.choice([0, 8, 2**33]), *rng.choice(stacks))
        for _ in range(rng.choice([0, 1, 50, 3000]))
    ]


@pytest.mark.parametrize("seed", range(100))
def test_the_sums_are_the_same(seed):
    raw = blocks(seed)
    found = native.by_stack(raw)
    assert by_stack_twin(raw) == found
    assert sum(block[1] for block in raw) == sum(row[0] for row in found)
    assert len(raw) == sum(row[1] for row in found)
    assert len({id(block[2]) for block in raw}) == len(found)


def test_frames_are_handed_on_and_not_copied():
    frames = stack(1)
    ((_, _, found, _),) = native.by_stack([(0, 1, frames, 2)])
    assert found is frames


def test_real_traces():
    kept = [b""] * 500
    tracemalloc.start(4)
    try:
        for n in range(500):
            kept[n] = bytes(1000 + n)
        raw = take()
    finally:
        tracemalloc.stop()
    assert by_stack_twin(raw) == native.by_stack(raw)
    rows = [row for row in native.by_stack(raw) if row[2][0][0] == __file__]
    assert (sum(map(sys.getsizeof, kept)), 500) in [row[:2] for row in rows]


def test_equal_stacks_are_joined_whatever_their_objects():
    raw = [(0, 8, stack(1), 2), (0, 16, stack(1), 5)]
    assert {stack(1): Sum(24, 2, cut=True)} == summed(raw)


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        [1],
        [(0, 1, ())],
        [[0, 1, (), 1]],
        [(0, "1", (), 1)],
        [(0, 2**70, (), 1)],
    ],
)
def test_what_is_no_block_is_an_error(wrong):
    with pytest.raises((TypeError, OverflowError)):
        native.by_stack(wrong)


def test_nothing_is_left_behind():
    raw = [(0, 8, frames := stack(n % 50), 2) for n in range(2000)]
    wrong = [*raw, (0, "1", frames, 2)]

    def run():
        native.by_stack(raw)
        with pytest.raises(TypeError):
            native.by_stack(wrong)

    run()
    references = [sys.getrefcount(block) for block in raw]
    gc.collect()
    objects = len(gc.get_objects())
    for _ in range(100):
        run()
    gc.collect()
    assert references == [sys.getrefcount(block) for block in raw]
    # fewer are fine: the collector stops following tuples that lead nowhere
    assert len(gc.get_objects()) < objects + 50
