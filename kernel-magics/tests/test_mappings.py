"""What kind of memory is resident, from the system's list of mappings."""

from __future__ import annotations

import mmap
import struct
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from leakhunter.record import mappings, smaps
from leakhunter.record.elf import zeroed
from leakhunter.record.mappings import MappingReader, Region, classify
from leakhunter.record.meter import Meter, Status
from leakhunter.record.smaps import parse, reading

MB = 1_000_000
linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux lists mappings with what is resident"
)
ARENA = 64 << 20


def result_of(steps):
    """What a generator returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def entry(start, size, mode="rw-p", path="", rss=0, **more):
    """One entry as Linux writes it; sizes in kB."""
    private, lazy = more.get("private", rss), more.get("lazy", 0)
    return (
        f"{start:x}-{start + (size << 10):x} {mode} 00000000 fe:00 1234      {path}\n"
        f"Size: {size:>8} kB\nRss: {rss:>8} kB\nPss: 1 kB\nPrivate_Dirty: 7 kB\n"
        f"Anonymous: {private:>8} kB\nLazyFree: {lazy:>8} kB\n"
        f"VmFlags: {more.get('flags', 'rd wr')} \n"
    ).encode()


def kinds(*entries):
    """Kilobytes by kind, without empty ones."""
    found = classify(list(parse(b"".join(entries))))
    return {kind: size >> 10 for kind, size in found.bytes.items() if size}


def open_files():
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def now():
    return result_of(MappingReader().looking(status()))


def status():
    meter = Meter(exact_peak=False)
    try:
        return meter.status()
    finally:
        meter.close()


# -- the list ---------------------------------------------------------------------


def test_one_entry_is_read():
    text = entry(
        0x1000,
        8,
        "r-xp",
        "/usr/lib/a b.so (deleted)",
        6,
        private=2,
        lazy=1,
        flags="rd ex",
    ) + entry(0x9000, 4)
    first, second = parse(text)
    assert (0x1000, 0x3000, b"r-xp", b"/usr/lib/a b.so (deleted)") == (
        first.start,
        first.end,
        first.mode,
        first.path,
    )
    assert (6 << 10, 2 << 10, 1 << 10) == (first.rss, first.private, first.lazy)
    assert {b"rd", b"ex"} == first.flags
    assert (0x9000, b"") == (second.start, second.path)


@pytest.mark.parametrize("portion", [50, 173, 10_000])
def test_an_entry_may_be_cut_between_two_portions(portion, tmp_path, monkeypatch):
    monkeypatch.setattr(smaps, "_PORTION", portion)
    text = b"".join(entry(0x10000 * i, 4, rss=i) for i in range(1, 9))
    (tmp_path / "smaps").write_bytes(text)
    assert list(parse(text)) == result_of(reading(str(tmp_path / "smaps")))


def test_a_list_without_flags_is_read_too(tmp_path):
    text = entry(0x1000, 4, rss=3).replace(b"VmFlags: rd wr \n", b"")
    (tmp_path / "smaps").write_bytes(text * 2)
    found = result_of(reading(str(tmp_path / "smaps")))
    assert [3 << 10] * 2 == [e.rss for e in found]


def test_without_a_list_nothing_is_said(tmp_path):
    reader = MappingReader(str(tmp_path / "none"))
    assert None is result_of(reader.looking(status()))
    (tmp_path / "empty").write_bytes(b"")
    assert None is result_of(reading(str(tmp_path / "empty")))


# -- what memory is for -------------------------------------------------------------


def test_libraries_have_code_and_data():
    lib = "/x/site-packages/torch/lib/libtorch.so.2"
    text = [
        entry(0x1000, 100, "r--p", lib, 50, private=0),
        entry(0x1A000, 100, "r-xp", lib, 90, private=0),
        entry(0x33000, 20, "rw-p", lib, 15, private=12),
        entry(0x100000, 40, "r--p", "/usr/bin/python3", 30, private=0),
        entry(0x10A000, 40, "r-xp", "/usr/bin/python3", 7, private=0),
    ]
    assert {"code": 50 + 90 + 3 + 30 + 7, "data": 12} == kinds(*text)
    found = classify(list(parse(b"".join(text))))
    sizes = {name: size >> 10 for name, size in found.libraries.items()}
    assert {"torch": 155, "": 37} == sizes


def test_a_library_in_a_folder_of_its_wheel_belongs_to_the_wheel():
    text = entry(
        0x1000, 8, "r-xp", "/v/site-packages/numpy.libs/libblas.so", 8, private=0
    )
    found = classify(list(parse(text)))
    assert {"numpy": 8 << 10} == found.libraries


def test_zeroed_data_ends_where_the_library_says(monkeypatch):
    monkeypatch.setattr(mappings, "zeroed", lambda _path: 24 << 10)
    text = [
        entry(0x1000, 20, "rw-p", "/lib/a.so", 20, private=20),
        entry(0x6000, 3000, "rw-p", "", 2500),
    ]
    assert {"data": 20 + 24, "other": 2476} == kinds(*text)


def test_files_and_private_copies_of_their_pages():
    assert {"file": 90, "changed": 10} == kinds(
        entry(0x1000, 200, "rw-p", "/data/table.arrow", 100, private=10)
    )


@pytest.mark.parametrize(
    "path",
    [
        "/dev/shm/psm_1",
        "/memfd:x (deleted)",
        "/SYSV00000000 (deleted)",
        "/dev/zero (deleted)",
    ],
)
def test_shared_memory(path):
    assert {"shared": 64} == kinds(entry(0x1000, 64, "rw-s", path, 64, private=0))


def test_code_made_at_run_time():
    text = [
        entry(0x1000, 8, "r-xp", "", 8),
        entry(0x9000, 8, "r--p", "", 4),
        entry(0x90000, 8, "r-xs", "/memfd:libffi (deleted)", 0, private=0),
    ]
    assert {"made": 12} == kinds(*text)


def test_malloc_has_a_heap_and_arenas_of_threads():
    grown = entry(ARENA * 9, ARENA >> 10, "rw-p", "", 300, flags="rd wr nr")
    young = entry(ARENA * 5, 132, "rw-p", "", 100, flags="rd wr nr")
    tail = entry(ARENA * 5 + (132 << 10), (ARENA >> 10) - 132, "---p")
    text = [entry(0x1000, 500, "rw-p", "[heap]", 400), young, tail, grown]
    assert {"malloc": 800} == kinds(*text)
    found = classify(list(parse(b"".join(text))))
    assert Region(0x1000, 0x1000 + (500 << 10), "malloc", 400 << 10) == found.regions[0]
    assert ["malloc"] * 3 == [r.kind for r in found.regions]


def test_an_arena_that_huge_pages_have_split_is_one():
    begin = ARENA * 7
    parts = [
        entry(begin, 4, "rw-p", "", 4),
        entry(begin + (4 << 10), 15_000, "rw-p", "", 14_000, flags="rd wr nr hg"),
        entry(begin + (15_004 << 10), (ARENA >> 10) - 15_004, "---p"),
    ]
    assert {"malloc": 14_004} == kinds(*parts)
    (region,) = classify(list(parse(b"".join(parts)))).regions
    assert (begin, begin + (15_004 << 10)) == (region.start, region.end)


def test_blocks_side_by_side_are_no_arena():
    begin = ARENA * 7
    parts = [
        entry(begin, 4, "rw-p", "", 4),
        entry(begin + (4 << 10), 15_000, "rw-p", "", 14_000, flags="rd wr hg"),
    ]
    assert {"other": 14_004} == kinds(*parts, entry(ARENA * 9, 8, "r--p", "/a"))


def test_pools_of_libraries_reserve_without_commitment():
    text = entry(0x20000000000, 1 << 20, "rw-p", "", 9000, lazy=500, flags="rd wr nr")
    assert {"pool": 9000} == kinds(text)
    assert 500 << 10 == classify(list(parse(text))).lazy


def test_stacks():
    text = [
        entry(0x1000, 4, "---p"),
        entry(0x2000, 8188, "rw-p", "", 40),
        entry(0x10000000, 132, "rw-p", "[stack]", 100),
    ]
    assert {"stack": 140} == kinds(*text)


def test_a_big_block_above_a_guard_page_is_no_stack():
    text = [entry(0x1000, 4, "---p"), entry(0x2000, 90_000, "rw-p", "", 80_000)]
    assert {"other": 80_000} == kinds(*text)


# -- this process ----------------------------------------------------------------


@linux
def test_the_kinds_add_up_to_the_resident_set():
    before = status().rss
    found = now()
    assert abs(found.rss - before) < 2 * MB
    assert found.bytes["code"] > 3 * MB


@linux
def test_a_mapped_file_is_a_file():
    before = now().bytes
    with tempfile.TemporaryFile() as file:
        file.truncate(40 * MB)
        with mmap.mmap(file.fileno(), 40 * MB, access=mmap.ACCESS_READ) as data:
            assert 0 == sum(data[:: mmap.PAGESIZE])
            after = now().bytes
    grown = {k: after.get(k, 0) - before.get(k, 0) for k in ("file", "shared")}
    assert (40 * MB, 0) == pytest.approx((grown["file"], grown["shared"]), abs=MB)


@linux
def test_shared_memory_is_shared():
    before = now().bytes
    with mmap.mmap(-1, 40 * MB) as data:
        data[:: mmap.PAGESIZE] = bytes(len(range(0, 40 * MB, mmap.PAGESIZE)))
        after = now().bytes
    assert 40 * MB == pytest.approx(
        after["shared"] - before.get("shared", 0), abs=MB // 2
    )


@linux
def test_small_blocks_are_malloc_s():
    before = now().bytes["malloc"]
    blocks = [bytearray(2000) for _ in range(20_000)]
    assert 40 * MB < now().bytes["malloc"] - before + 5 * MB
    del blocks


@linux
def test_a_thread_s_stack_is_a_stack():
    before = now().bytes["stack"]
    ready, done = threading.Event(), threading.Event()

    def wait():
        ready.set()
        done.wait()

    thread = threading.Thread(target=wait)
    thread.start()
    ready.wait()
    try:
        assert now().bytes["stack"] > before
    finally:
        done.set()
        thread.join()


# -- reading seldom ---------------------------------------------------------------


def steady(rss=100 * MB):
    return Status(rss=rss, anon=rss, file=0, shmem=0, peak=rss)


@pytest.fixture
def listed(tmp_path):
    """A list of one library and a heap, and how often it was read."""
    path = tmp_path / "smaps"
    path.write_bytes(
        entry(0x1000, 8, "r-xp", "/lib/a.so", 8, private=0)
        + entry(0x9000, 80, "rw-p", "[heap]", 70)
    )
    return path


def test_an_unchanged_process_is_not_read_again(listed):
    reader = MappingReader(str(listed))
    first = result_of(reader.looking(steady()))
    listed.unlink()
    assert first is result_of(reader.looking(steady(100 * MB + 4096)))
    assert None is result_of(reader.looking(steady(120 * MB)))


def test_what_takes_too_long_is_left_out(listed):
    reader = MappingReader(str(listed))
    assert None is result_of(reader.looking(steady(10**13), seconds=0.01))
    whole = result_of(reader.looking(steady(), seconds=60))
    assert {"code", "data", "malloc"} == set(whole.bytes)
    lasting = result_of(reader.looking(steady(10**18), seconds=1e-9))
    assert {"code": 8 << 10, "data": 0} == lasting.bytes
    assert whole.libraries == lasting.libraries


@linux
def test_a_reading_may_be_dropped(listed):
    before = open_files()
    steps = MappingReader(str(listed)).looking(steady())
    next(steps)
    steps.close()
    assert before == open_files()


# -- zeroed data -------------------------------------------------------------------


def elf(*segments):
    """A library's file with segments of (type, address, bytes in the file, bytes in memory)."""
    head = b"\x7fELF\x02\x01" + bytes(26) + struct.pack("<Q", 64) + bytes(14)
    head += struct.pack("<HH", 56, len(segments)) + bytes(6)
    table = [
        struct.pack("<IIQQQQQQ", kind, 6, 0, at, at, filed, held, 4096)
        for kind, at, filed, held in segments
    ]
    return head + b"".join(table)


def test_zeroed_data_is_what_follows_the_file_s_last_page(tmp_path):
    path = tmp_path / "lib.so"
    path.write_bytes(
        elf((1, 0, 4096, 4096), (1, 0x5100, 0x300, 0x3000), (2, 0x5000, 9, 90_000))
    )
    assert 0x9000 - 0x6000 == zeroed(str(path))


def test_what_is_no_library_has_none(tmp_path):
    path = tmp_path / "text.so"
    path.write_bytes(b"INPUT(libc.so.6)")
    assert 0 == zeroed(str(path))
    path = tmp_path / "cut.so"
    path.write_bytes(elf((1, 0, 1, 1))[:70])
    assert 0 == zeroed(str(path))
    assert 0 == zeroed(str(tmp_path / "missing.so"))
