"""Readings every 10 ms by a thread that never takes the GIL."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path

import pytest

from leakhunter.heap import core
from leakhunter.record import rapid
from leakhunter.record.rapid import Reading

MB = 1_000_000
native = pytest.mark.skipif(
    not hasattr(core.NATIVE, "sampler_begin"), reason="no native core here"
)


def threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@native
def test_what_a_call_holds_while_it_keeps_the_gil_is_read():
    """`PyDLL` calls C and keeps the GIL: no thread of Python's would run."""
    size = 300 * MB
    lib = ctypes.PyDLL(None)
    lib.malloc.restype, lib.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    lib.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
    lib.free.argtypes = [ctypes.c_void_p]
    before = threads(), files()
    rapid.begin()
    rapid.begin()  # nothing happens
    time.sleep(0.05)
    start = rapid.take()
    block = lib.malloc(size)
    lib.memset(block, 1, size)
    lib.usleep(100_000)
    lib.free(block)
    readings = rapid.take()
    greatest = rapid.end()
    assert (threads(), files()) == before
    assert len(start) > 1
    assert 0.97 * size < max(r.rss for r in readings) - start[0].rss < 1.03 * size
    assert greatest >= max(r.rss for r in readings)
    assert readings == sorted(readings)
    assert rapid.end() == 0


@native
def test_a_forked_child_has_no_thread_and_can_have_its_own():
    rapid.begin()
    child = os.fork()
    if not child:
        ok = not core.NATIVE.sampler_running() and threads() == 1
        rapid.begin()
        time.sleep(0.03)
        ok = ok and len(rapid.take()) > 0 and rapid.end() > MB
        os._exit(0 if ok else 1)
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert rapid.end() > MB


@native
def test_a_run_without_an_exact_peak_has_the_greatest_reading(session):
    session.hunter.meter.wanted = False
    before = threads()
    session("import time\nx = bytearray(b'1' * 200_000_000); time.sleep(0.1); del x")
    record = session.hunter.recorder.runs()[-1].record
    assert not record.peak_exact
    assert record.peak - record.rss_before > 190 * MB
    assert threads() == before
    session("%unload_ext leakhunter")
    assert threads() == before


@native
def test_unloading_in_a_cell_ends_the_thread(session):
    session.hunter.meter.wanted = False
    before = threads()
    session("get_ipython().run_line_magic('unload_ext', 'leakhunter')")
    assert threads() == before


def test_each_stretch_tells_its_greatest_reading():
    readings = [Reading(i / 100, i % 7) for i in range(201)]
    found = rapid.every(readings, 0.5)
    assert [6, 6, 6, 6] == [one.rss for one in found]
    assert found == sorted(found)
    assert [Reading(1.0, 5)] == rapid.every([Reading(1.0, 5)], 0.5)
    assert [Reading(1.1, 9)] == rapid.every([Reading(1.0, 5), Reading(1.1, 9)], 0.5)
    assert [] == rapid.every([], 0.5)


@native
def test_an_interval_that_makes_no_sense_raises():
    for seconds in (0, -1, 5, float("nan")):
        with pytest.raises(ValueError):
            core.NATIVE.sampler_begin(seconds)
