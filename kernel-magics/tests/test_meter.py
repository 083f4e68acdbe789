"""Readings of this process's memory."""

from __future__ import annotations

import mmap
import os
import sys
from pathlib import Path

import psutil
import pytest

from leakhunter.record.meter import Meter

MB = 1_000_000


@pytest.fixture
def meter():
    meter = Meter()
    yield meter
    meter.close()


def open_files():
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def fill(size):
    """Memory straight from the system: malloc would use again what it holds free."""
    pages = size // mmap.PAGESIZE
    data = mmap.mmap(-1, pages * mmap.PAGESIZE)
    data[:: mmap.PAGESIZE] = bytes(pages)
    return data


def test_it_reads_what_the_system_says(meter):
    said = psutil.Process().memory_info().rss
    assert abs(meter.rss() - said) < 2 * MB
    assert abs(meter.status().rss - said) < 2 * MB


def test_it_sees_memory_come_and_go(meter, settled):
    before = meter.rss()
    data = fill(50 * MB)
    assert 49 * MB < meter.rss() - before < 55 * MB
    del data
    assert meter.rss() - before < 5 * MB


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the kinds")
def test_the_kinds_add_up(meter):
    status = meter.status()
    assert abs(status.rss - (status.anon + status.file + status.shmem)) < 2 * MB
    assert status.peak >= status.rss - 2 * MB


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a mark")
def test_the_peak_since_it_was_armed(meter, settled):
    if not meter.exact:
        pytest.skip("this Linux does not let us reset the mark")
    fill(80 * MB)
    assert meter.arm()
    before = meter.status()
    assert before.peak - before.rss < 5 * MB
    fill(60 * MB)
    assert 59 * MB < meter.status().peak - before.rss < 66 * MB


def test_unwanted_the_mark_is_left_alone():
    meter = Meter(exact_peak=False)
    try:
        assert not meter.exact
        assert not meter.arm()
        if sys.platform == "linux":
            fill(60 * MB)
            high = meter.status().peak
            assert not meter.arm()
            assert meter.status().peak == high
    finally:
        meter.close()


def test_after_a_fork_nothing_is_exact(meter, monkeypatch):
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert not meter.exact


def test_without_proc_psutil_answers(monkeypatch):
    monkeypatch.setattr(Meter, "_open", staticmethod(lambda _name, _flags: None))
    meter = Meter()
    assert (False, False) == (meter.exact, meter.arm())
    assert abs(meter.rss() - psutil.Process().memory_info().rss) < 2 * MB
    status = meter.status()
    assert (None, None, None) == (status.anon, status.shmem, status.peak)
    meter.close()


def test_a_lost_file_is_survived(meter):
    if meter._statm is None:
        pytest.skip("no such file here")
    os.close(meter._statm)
    os.close(meter._status)
    assert meter.rss() > MB
    assert meter.status().rss > MB
    meter._statm = meter._status = None


def test_files_are_given_back():
    if sys.platform != "linux":
        pytest.skip("no list of open files here")
    before = open_files()
    meter = Meter()
    assert open_files() > before
    meter.close()
    meter.close()
    assert before == open_files()
