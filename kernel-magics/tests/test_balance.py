"""Parts that add up to the resident memory, and 200 MB that land where they were put."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from leakhunter.balance import HELD, NATIVE, OTHERS, PYTHON, Facts, balance
from leakhunter.heap.partition import Piece
from leakhunter.heap.peek.resident import placed
from leakhunter.heap.whole.interior import Interior
from leakhunter.heap.whole.strays import Strays
from leakhunter.record.allocators import Allocators, Malloc, Pool, Pymalloc
from leakhunter.record.mappings import Mappings, Region
from leakhunter.record.meter import Status

MB = 1_000_000


def status(rss, **kinds):
    return Status(**{"rss": rss, "anon": None, "file": None, "shmem": None, "peak": rss, **kinds})  # fmt: skip


def facts(rss, pieces=(), mappings=None, allocators=(), **more):
    return Facts(
        status=more.pop("status", status(rss)),
        pieces=[Piece(*p) for p in pieces],
        mappings=mappings,
        allocators=Allocators(*(allocators or (None, None))),
        **more,
    )


def parts(found):
    """Bytes by part; the sum is what the system counts."""
    total: dict[str, int] = {}
    for piece in found.pieces:
        total[piece.part] = total.get(piece.part, 0) + piece.bytes
    return total


def labels(found, part):
    return {p.label: p.bytes for p in found.pieces if p.part == part}


# -- adding up -------------------------------------------------------------------------


def test_what_nothing_explains_is_said():
    found = balance(facts(100, [("variables", "", 60)]))
    assert {"variables": 60, "unexplained": 40} == parts(found)
    assert 0 == found.overlap


def test_more_than_there_is_is_cut_and_told():
    pieces = [("variables", "", 90), ("history", "", 30), ("kept", "", 15)]
    found = balance(facts(100, pieces))
    assert 35 == found.overlap
    assert {"variables": 70, "history": 30} == parts(found)
    assert 100 == sum(p.bytes for p in found.pieces)


def test_small_errors_in_the_sizes_of_modules_are_no_overlap():
    interior = Interior(libraries={"numpy": 50 * MB})
    found = balance(facts(100 * MB, [("variables", "", 52 * MB)], interior=interior))
    assert 0 == found.overlap
    assert {"variables": 52 * MB, "libraries": 48 * MB} == parts(found)
    found = balance(facts(100 * MB, [("variables", "", 60 * MB)], interior=interior))
    assert 10 * MB == found.overlap


def test_a_part_is_never_negative():
    absent = Mappings({"malloc": 10, "pool": 5})
    tight = Allocators(Malloc(100, 20, 0), Pymalloc(50, 50), (Pool("Arrow", 9, True),))
    found = balance(facts(100, mappings=absent, allocators=tight))
    assert all(p.bytes > 0 for p in found.pieces)
    assert 100 == sum(p.bytes for p in found.pieces)


# -- mappings -----------------------------------------------------------------------


def test_libraries_are_code_data_and_modules():
    mappings = Mappings(
        {"code": 70 * MB, "data": 10 * MB, "stack": 2 * MB, "made": 3 * MB},
        {"torch": 60 * MB, "": 20 * MB},
    )
    interior = Interior(
        libraries={"torch": 40 * MB, "tiny": 5}, strays=Strays(0, 4 * MB, 9)
    )
    found = balance(facts(129 * MB + 5, mappings=mappings, interior=interior))
    expected = {
        PYTHON: 22 * MB,
        "torch": 100 * MB,
        OTHERS: 5,
        "code made at run time": 3 * MB,
        HELD: 4 * MB,
    }
    assert expected == labels(found, "libraries")


def test_files_and_shared_memory():
    mappings = Mappings({"file": 30, "changed": 5, "shared": 20})
    found = balance(facts(60, mappings=mappings))
    assert {"files": 35, "shared": 20, "unexplained": 5} == parts(found)
    assert "files" not in found.unchecked


def test_without_a_fresh_list_the_system_s_kinds_tell():
    old = Mappings({"code": 30, "data": 2, "stack": 1}, {"": 32})
    found = balance(
        facts(100, mappings=old, status=status(100, file=70, shmem=10, anon=20))
    )
    assert {"libraries": 33, "files": 40, "shared": 10, "unexplained": 17} == parts(
        found
    )


def test_without_a_list_files_and_kept_are_not_checked():
    found = balance(
        facts(100, mappings=None, status=status(100, file=30, shmem=10, anon=60))
    )
    assert {"libraries": 30, "shared": 10, "unexplained": 60} == parts(found)
    assert {"files", "kept", "libraries"} == found.unchecked


# -- allocators -----------------------------------------------------------------------


def kept(found):
    return labels(found, "kept")


def test_free_and_resident_is_kept():
    mappings = Mappings({"malloc": 90 * MB})
    told = Allocators(Malloc(100 * MB, 60 * MB, 0), Pymalloc(20 * MB, 15 * MB))
    found = balance(facts(200 * MB, mappings=mappings, allocators=told))
    assert {"malloc": 50 * MB, "small objects": 5 * MB} == kept(found)


def test_what_was_trimmed_is_free_and_not_resident():
    mappings = Mappings({"malloc": 45 * MB})
    told = Allocators(Malloc(100 * MB, 60 * MB, 0), None)
    found = balance(facts(200 * MB, mappings=mappings, allocators=told))
    assert {"malloc": 5 * MB} == kept(found)


def test_what_was_given_out_and_never_written_to_is_not_in_use():
    mappings = Mappings({"malloc": 90 * MB})
    told = Allocators(Malloc(100 * MB, 30 * MB, 0), None)
    found = balance(
        facts(200 * MB, mappings=mappings, allocators=told, untouched=8 * MB)
    )
    assert {"malloc": 28 * MB} == kept(found)


def test_pools_keep_what_they_have_not_given_out():
    mappings = Mappings({"pool": 100 * MB})
    arrow = Pool("Arrow", 30 * MB, apart=True)
    told = Allocators(None, None, (arrow,))
    found = balance(facts(300 * MB, mappings=mappings, allocators=told, pooled=20 * MB))
    assert {"Arrow": 70 * MB} == kept(found)
    assert {"Arrow": 10 * MB} == labels(found, "pools")


def test_of_a_pool_that_does_not_tell_nothing_is_said():
    mappings = Mappings({"pool": 100 * MB})
    told = Allocators(None, None, (Pool("Polars", None, apart=True),))
    found = balance(facts(300 * MB, mappings=mappings, allocators=told))
    assert {} == kept(found)
    assert {"unexplained": 300 * MB} == parts(found)


def test_memory_that_nobody_s_pool_has_is_not_kept():
    found = balance(facts(300 * MB, mappings=Mappings({"pool": 100 * MB})))
    assert {"unexplained": 300 * MB} == parts(found)


def test_pools_get_no_more_than_what_is_missing():
    told = Allocators(None, None, (Pool("SQLite", 50 * MB, apart=False),))
    pieces = [("variables", "", 80 * MB)]
    found = balance(facts(100 * MB, pieces, allocators=told))
    assert {"variables": 80 * MB, "pools": 20 * MB} == parts(found)


def test_native_tables_get_no_more_than_a_share_of_their_library():
    mappings = Mappings(
        {"code": 60 * MB, "data": 20 * MB}, {"scipy": 40 * MB, "torch": 40 * MB}
    )
    found = balance(facts(400 * MB, mappings=mappings, interior=Interior()))
    assert 60 * MB == labels(found, "libraries")[NATIVE]
    assert 260 * MB == parts(found)["unexplained"]
    found = balance(facts(90 * MB, mappings=mappings, interior=Interior()))
    assert 10 * MB == labels(found, "libraries")[NATIVE]


# -- the interior ---------------------------------------------------------------------


def test_data_of_modules_is_hidden_and_dead_strays_are_garbage():
    interior = Interior(data={"helpers": 30}, strays=Strays(20, 0, 5))
    found = balance(facts(100, interior=interior))
    assert {"helpers": 30} == labels(found, "hidden")
    assert {"hidden": 30, "garbage": 20, "unexplained": 50} == parts(found)


def test_buffers_are_found_in_heaps_and_pools():
    regions = [Region(100, 200, "malloc", 100), Region(500, 900, "pool", 400)]
    places = {1: (120, 50), 2: (500, 300), 3: (850, 50), 4: (300, 90), 5: (10, 5)}
    assert (325, 10) == placed(regions, places, {1: 10, 2: 25, 4: 90})
    assert (0, 0) == placed([], places, {})


# -- 200 MB in each part ---------------------------------------------------------------

PLANT = 200 * MB
SCRIPT = """
import ctypes, gc, json, mmap, sys, tempfile, types
sys.path[:0] = [{package!r}, {tests!r}]
from heaps import boundary
from leakhunter.balance import Facts, balance
from leakhunter.heap.whole import interior
from leakhunter.heap.walk.capture import Capture
from leakhunter.heap.partition import partition
from leakhunter.heap.peek.resident import absent, placed
from leakhunter.heap.slots import Slot
from leakhunter.record.allocators import read_allocators
from leakhunter.record.mappings import MappingReader
from leakhunter.record.meter import Meter
meter, reader = Meter(exact_peak=False), MappingReader()

def run(steps):
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value

def sheet(names):
    now = meter.status()
    mappings, told = run(reader.looking(now)), read_allocators()
    gc.disable()
    capture = Capture(boundary(names), 10**6)
    for _ in capture.run((Slot("name", n), v) for n, v in names.items()):
        pass
    graph = capture.graph
    missing = run(absent(graph.places))
    graph.leave_out(missing)
    pieces = run(partition(graph, [], set(), {{}}, {{}})).pieces
    inside = run(interior.walking(interior.held_by(graph)))
    inside.leave_out(run(absent(inside.places)))
    where = placed(mappings.regions, graph.places, missing)
    facts = Facts(now, pieces, mappings, told, inside, where.pooled, where.untouched)
    found = balance(facts)
    assert now.rss == sum(p.bytes for p in found.pieces), found
    parts = dict()
    for piece in found.pieces:
        parts[piece.part] = parts.get(piece.part, 0) + piece.bytes
    return parts, found.overlap

names, MB = dict(), 10**6
{before}
sheet(names)  # what a check itself leaves in malloc comes before
first, _ = sheet(names)
{plant}
second, overlap = sheet(names)
grown = {{k: second.get(k, 0) - first.get(k, 0) for k in first.keys() | second.keys()}}
print(json.dumps([grown, overlap, second.get("unexplained", 0)]))
"""

PLANTS = {
    "variables": "names['x'] = bytearray(200 * MB)\nfor i in range(0, 200 * MB, 4096): names['x'][i] = 1",
    "variables of small objects": "names['x'] = [bytes(950) + bytes([i % 256]) for i in range(200_000)]",
    "hidden": "m = sys.modules['helpers'] = types.ModuleType('helpers')\nm.x = bytes(200 * MB - 1) + b'x'\ndel m",
    "libraries": "m = sys.modules['helpers'] = types.ModuleType('helpers')\nm.x = [bytes(99_900) + bytes([i % 256]) for i in range(2000)]\ndel m",
    "files": "f = tempfile.TemporaryFile()\nf.truncate(200 * MB)\nm = mmap.mmap(f.fileno(), 200 * MB, access=mmap.ACCESS_READ)\nsum(m[::4096])",
    "variables over a file": "f = tempfile.TemporaryFile()\nf.truncate(400 * MB)\nnames['x'] = x = numpy.memmap(f, mode='c')\nx[: 200 * MB] = 1\nx[300 * MB :].sum()",
    "shared": "m = mmap.mmap(-1, 200 * MB)\nm[::4096] = bytes(len(range(0, 200 * MB, 4096)))",
    "garbage": "gc.disable()\nfor i in range(2000):\n    x = [bytes(99_900) + bytes([i % 256])]\n    x.append(x)\ndel x",
    "kept": "x = [bytes(99_900) + bytes([i % 256]) for i in range(2010)]\ny = x.pop()\ndel x",
    "unexplained": "p = ctypes.CDLL(None).malloc\np.restype = ctypes.c_void_p\na = p(ctypes.c_size_t(200 * MB))\nctypes.memset(a, 1, 200 * MB)",
    "pools": "x = pc.add(pa.array(numpy.ones(25 * MB)), 1)\nc = ctypes.create_string_buffer(80)\nx._export_to_c(ctypes.addressof(c))\ndel x",
}
"""What puts 200 MB (40 of small objects) into each part."""


def plant(part, before=""):
    """What each part grew by, the overlap, and what is unexplained at the end."""
    here = Path(__file__).resolve().parent
    source = SCRIPT.format(
        package=str(here.parent), tests=str(here), before=before, plant=PLANTS[part]
    )
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr
    return json.loads(done.stdout)


linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells all the parts"
)


@linux
@pytest.mark.parametrize(
    "part", [p for p in PLANTS if p != "pools" and not p.startswith("variables ")]
)
def test_200_mb_land_in_their_part(part):
    grown, overlap, unexplained = plant(part)
    assert PLANT == pytest.approx(grown.pop(part), rel=0.02)
    assert all(abs(size) < 6 * MB for size in grown.values()), grown
    assert 0 == overlap
    assert part == "unexplained" or unexplained < 5 * MB


@linux
def test_pages_of_a_file_that_were_changed_in_memory_land_in_variables():
    pytest.importorskip("numpy", reason="no numpy here")
    grown, overlap, _ = plant("variables over a file", before="import numpy")
    assert PLANT == pytest.approx(grown.pop("variables"), rel=0.02)
    assert 100 * MB == pytest.approx(grown.pop("files"), rel=0.05)
    assert all(abs(size) < 6 * MB for size in grown.values()), grown
    assert 0 == overlap


@linux
def test_small_objects_land_in_variables():
    grown, overlap, _ = plant("variables of small objects")
    assert 200_000 * 1000 == pytest.approx(grown.pop("variables"), rel=0.03)
    assert all(abs(size) < 6 * MB for size in grown.values()), grown
    assert 0 == overlap


@linux
def test_200_mb_that_only_arrow_knows_land_in_its_pool():
    pytest.importorskip("pyarrow", reason="no pyarrow here")
    before = (
        "import numpy, pyarrow as pa, pyarrow.compute as pc\npc.add(pa.array([1]), 1)"
    )
    grown, _, _ = plant("pools", before)
    assert PLANT == pytest.approx(grown["pools"], rel=0.02)
