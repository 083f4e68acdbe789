"""``gc-state`` and ``allocator-retention``: what the collector does not collect, what allocators keep."""

from __future__ import annotations

import dataclasses
import gc
import json

import pytest

from leakhunter.detect import gc_state
from leakhunter.detect.case import Collector
from leakhunter.heap.walk import collector

np = pytest.importorskip("numpy", reason="no numpy here")
MB = 1_000_000

RING = (
    "import numpy as np, gc\n"
    "class Ring:\n"
    "    def __init__(self, n): self.me, self.data = self, np.ones(n)\n"
)


@pytest.fixture(autouse=True)
def collects_again():
    gc.collect()
    yield
    gc.unfreeze()
    gc.enable()
    gc.collect()


def of_kind(session, kind):
    return [f for f in session.findings() if f.kind == kind]


def test_a_collector_that_is_off_while_garbage_waits(session):
    session(RING)
    session("gc.disable()")
    session("for _ in range(5): Ring(1_000_000)")
    (found,) = of_kind(session, "gc-state")
    assert (40, "leak", "Stuck", "check", 4) == (
        found.bytes // MB, found.verdict, found.label, found.group, found.cell.execution_count,
    )  # fmt: skip
    assert ["gc", "Ring"] == found.names
    assert "since [3]" in found.reason
    assert [] == of_kind(session, "ref-cycle")
    receipt = json.loads(session(f"%leakcheck clear {found.id} --yes --json"))
    assert abs(receipt["measured"] - receipt["predicted"]) < 4 * MB
    assert not gc.isenabled()
    assert [] == of_kind(session, "gc-state")


def test_many_small_pieces_of_garbage_are_counted_at_each_check(session):
    session(RING + "gc.disable()")
    session("for _ in range(1000): Ring(3_000)")
    first = of_kind(session, "gc-state")
    second = of_kind(session, "gc-state")
    assert [24, 24] == [f.bytes // MB for f in (*first, *second)]


def test_a_collector_that_is_off_without_garbage_is_nobodys_business(session):
    session("import gc; gc.disable()")
    assert [] == of_kind(session, "gc-state")


@pytest.mark.parametrize(
    ("frozen", "unexplained", "found"),
    [(375, 200, []), (60_000, 200, [200]), (60_000, 5, []), (0, 200, [])],
)
def test_frozen_objects_are_told_where_nothing_explains_memory(
    session, frozen, unexplained, found
):
    case = session.hunter.check().case
    facts = dataclasses.replace(
        case.facts, collector=Collector(True, frozen), unexplained=unexplained * MB
    )
    told = gc_state.candidates(dataclasses.replace(case, facts=facts))
    assert found == [candidate.bytes // MB for candidate in told]


def test_a_check_leaves_the_collector_as_it_is(session):
    for on in (True, False):
        session("import gc; gc.enable()" if on else "gc.disable()")
        case = session.hunter.check().case
        assert on == gc.isenabled() == case.facts.collector.enabled
    assert Collector(False, gc.get_freeze_count()) == case.facts.collector


def test_a_check_collects_nothing(session):
    begun = []
    before = gc.get_threshold()
    gc.callbacks.append(
        lambda phase, _: begun.append(phase) if collector._user is not None else None
    )
    gc.set_threshold(10)
    try:
        checkup = session.hunter.check()
    finally:
        gc.set_threshold(*before)
        gc.callbacks.pop()
    assert checkup.case.graph.garbage is not None
    assert [] == begun


def test_freed_memory_is_no_leak(kernel):
    kernel.run(
        "blobs = [bytes(4000) for _ in range(20_000)]\npins = blobs[::400]\ndel blobs"
    )
    (found,) = [
        f for f in kernel.magic("")["findings"] if f["kind"] == "allocator-retention"
    ]
    assert ("not-a-leak", "Kept free", "not-a-leak", []) == (
        found["verdict"], found["label"], found["group"], found["names"],
    )  # fmt: skip
    assert found["bytes"] >= 70 * MB
    assert 1 == found["cell"]["execution_count"]
    assert kernel.magic(f"clear {found['id']} --yes")["measured"] >= 60 * MB
