"""What of each run's memory is alive, by the part that it is today."""

from __future__ import annotations

import pytest

pytest.importorskip("numpy", reason="no numpy here")
MB = 1_000_000


def alive(session):
    report = session.hunter.check().report
    counts = {
        e.record.run: e.record.execution_count for e in session.hunter.recorder.runs()
    }
    return {(counts[one.run], one.part): round(one.bytes / MB) for one in report.alive}


@pytest.fixture
def filled(session):
    session("import numpy as np")
    session("kept = np.ones(5_000_000)")
    session("np.ones(3_000_000)")
    session("big = np.ones(2_000_000)\nview = big[:10]\ndel big")
    return session


def test_each_runs_memory_is_told_by_what_it_is_today(filled):
    filled("kept[0], view[0]")
    assert {(3, "variables"): 40, (4, "history"): 24, (5, "views"): 16} == alive(filled)


def test_what_becomes_a_leftover_changes_its_part_and_not_its_run(filled):
    for _ in range(4):
        filled("x = 1")
    assert (3, "leftover") in alive(filled)
    assert (3, "variables") not in alive(filled)


def test_what_is_gone_is_not_told(filled):
    filled("del kept")
    assert all(count != 3 for count, _ in alive(filled))


def test_the_sum_is_what_the_records_say(filled):
    report = filled.hunter.check().report
    for ended in filled.hunter.recorder.runs():
        mine = [one.bytes for one in report.alive if one.run == ended.record.run]
        assert abs(sum(mine) - ended.record.held) < 65_536
