"""How much of a buffer is resident."""

from __future__ import annotations

import ctypes
import mmap
import os
import tempfile
from array import array
from pathlib import Path

import pytest

from leakhunter.heap.adapters import memory
from leakhunter.heap.peek import resident
from leakhunter.heap.peek.resident import absent

MB = 1_000_000
pytestmark = pytest.mark.skipif(
    not Path("/proc/self/pagemap").exists(),
    reason="only Linux shows a process its pages",
)
SIZE = 64 << 20


def absent_of(data, size=None):
    """Bytes of one buffer that are not resident."""
    view = (ctypes.c_char * 1).from_buffer(data)
    address = ctypes.addressof(view)
    del view
    return missing((address, len(data) if size is None else size))


def missing(span):
    steps = absent({7: span})
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value.get(7, 0)


@pytest.fixture
def block():
    """Memory straight from the system, in small pages, nothing of it touched."""
    data = mmap.mmap(-1, SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    data.madvise(mmap.MADV_NOHUGEPAGE)
    yield data
    data.close()


def touch(data, begin, end):
    for at in range(begin, end, mmap.PAGESIZE):
        data[at] = 1


def read(data):
    return sum(data[at] for at in range(0, len(data), mmap.PAGESIZE))


def test_what_nobody_wrote_to_is_absent(block):
    assert SIZE == absent_of(block)


def test_half_written(block):
    touch(block, 0, SIZE // 2)
    assert SIZE // 2 == absent_of(block)
    touch(block, SIZE // 2, SIZE)
    assert 0 == absent_of(block)


def test_a_buffer_need_not_begin_at_a_page(block):
    touch(block, 0, SIZE)
    address = ctypes.addressof((ctypes.c_char * 1).from_buffer(block))
    assert 0 == missing((address + 100, 5000))


def test_what_was_only_read_is_absent(block):
    assert 0 == read(block)
    assert SIZE == absent_of(block)
    touch(block, 0, SIZE // 4)
    assert SIZE * 3 // 4 == absent_of(block)


def test_what_was_only_read_is_absent_in_huge_pages_too():
    with mmap.mmap(-1, SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as data:
        data.madvise(mmap.MADV_HUGEPAGE)
        assert 0 == read(data)
        assert SIZE == absent_of(data)


@pytest.fixture
def fork():
    """Starts a copy of this process that waits."""
    ends = []

    def start():
        out, into = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(into)
            os.read(out, 1)
            os._exit(0)
        os.close(out)
        ends.append((pid, into))

    yield start
    for pid, into in ends:
        os.close(into)
        os.waitpid(pid, 0)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_a_fork_shares_is_here(block, fork):
    touch(block, 0, SIZE)
    fork()
    assert 0 == absent_of(block)


def older(monkeypatch):
    """A Linux that cannot list pages by what they are."""
    import fcntl

    def refuse(*_args):
        raise OSError

    monkeypatch.setattr(fcntl, "ioctl", refuse)


def test_an_older_linux_takes_pages_of_a_lone_process_for_zeros(block, monkeypatch):
    older(monkeypatch)
    monkeypatch.setattr(resident, "_has_child", lambda: False)
    assert 0 == read(block)
    touch(block, 0, SIZE // 4)
    assert SIZE * 3 // 4 == absent_of(block)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_older_linux_takes_pages_for_shared_where_there_is_a_child(
    block, fork, monkeypatch
):
    older(monkeypatch)
    touch(block, 0, SIZE)
    fork()
    assert resident._has_child()
    assert 0 == absent_of(block)


def test_files_and_shared_memory_belong_to_others():
    with mmap.mmap(-1, SIZE) as data:
        touch(data, 0, SIZE)
        assert SIZE == absent_of(data)
    with tempfile.TemporaryFile() as file:
        file.truncate(SIZE)
        with mmap.mmap(file.fileno(), SIZE) as data:
            touch(data, 0, SIZE)
            assert SIZE == absent_of(data)


def test_pages_come_in_portions(block, monkeypatch):
    monkeypatch.setattr(resident, "_PORTION", 1000)
    touch(block, 0, SIZE // 2)
    address = ctypes.addressof((ctypes.c_char * 1).from_buffer(block))
    steps = absent({"a": (address, SIZE), "b": (address, SIZE // 2)})
    yields = 0
    while True:
        try:
            next(steps)
            yields += 1
        except StopIteration as end:
            assert {"a": SIZE // 2} == end.value
            break
    pages = SIZE // mmap.PAGESIZE
    assert -(-pages // 1000) + -(-pages // 2000) == yields


def test_untouched_zeros_of_numpy():
    np = pytest.importorskip("numpy", reason="no numpy here")
    zeros = np.zeros(10 * MB)
    assert 80 * MB == pytest.approx(missing((zeros.ctypes.data, zeros.nbytes)), abs=MB)
    zeros[:] = 1
    assert 0 == missing((zeros.ctypes.data, zeros.nbytes))


def test_room_to_grow_that_was_never_written_to_is_absent():
    data = array("b", bytes(80 << 20))
    seen = memory.look(data)
    room = data.__sizeof__() - object.__sizeof__(data)
    assert room == seen.extent > 84 << 20
    assert 80 << 20 <= room - missing((seen.data, seen.extent)) < 81 << 20


def test_where_pages_cannot_be_seen_all_counts(monkeypatch, block):
    def refuse(*_args):
        raise PermissionError

    monkeypatch.setattr(resident.os, "open", refuse)
    assert 0 == absent_of(block)


def test_where_nothing_is_nothing_is_resident():
    assert MB == missing((2**47 - 4096, MB))
    assert MB == missing((2**64 - 4096, MB))
