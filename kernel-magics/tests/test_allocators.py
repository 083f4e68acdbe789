"""What allocators hold free and in use, and asking them to give it back."""

from __future__ import annotations

import gc
import subprocess
import sys
import types
from pathlib import Path

import pytest

from leakhunter.act import pools as asking
from leakhunter.act.pools import give_back, trim
from leakhunter.record import allocators
from leakhunter.record.allocators import Pool, malloc, pools, pymalloc, read_allocators

MB = 1_000_000
PACKAGE = str(Path(__file__).resolve().parents[1])
glibc = pytest.mark.skipif(malloc() is None, reason="only glibc tells")
counted = pytest.mark.skipif(pymalloc() is None, reason="no pymalloc here")


def pool_of(library):
    return {pool.library: pool for pool in pools()}.get(library)


def in_python(source, **env):
    """What a fresh Python prints."""
    done = subprocess.run(
        [sys.executable, "-c", source],
        env={"PYTHONPATH": PACKAGE, **env},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


# -- malloc and pymalloc -----------------------------------------------------------


@glibc
def test_malloc_tells_what_is_used_and_what_is_free(settled):
    before = malloc()
    blocks = [bytearray(2000) for _ in range(20_000)]
    filled = malloc()
    assert 40 * MB == pytest.approx(filled.used - before.used, rel=0.05)
    del blocks[1::2]
    holes = malloc()
    assert 20 * MB == pytest.approx(filled.used - holes.used, rel=0.05)
    assert holes.free >= holes.heaps - holes.used
    del blocks


@glibc
def test_large_blocks_are_mapped_one_by_one(settled):
    before = malloc()
    block = bytearray(64 * MB)
    assert 64 * MB == pytest.approx(malloc().mapped - before.mapped, abs=MB)
    del block
    assert before.mapped == pytest.approx(malloc().mapped, abs=MB)


@counted
def test_pymalloc_tells_what_its_arenas_hold():
    before = pymalloc()
    numbers = [i + 0.5 for i in range(500_000)]
    after = pymalloc()
    assert 500_000 * 32 == pytest.approx(after.used - before.used, rel=0.01)
    assert after.used <= after.arenas
    del numbers


@counted
def test_without_pymalloc_nothing_is_said_of_it():
    source = "from leakhunter.record.allocators import pymalloc as p; print(p())"
    assert "None" == in_python(source, PYTHONMALLOC="malloc")


@counted
def test_asking_writes_to_no_stream(capfd):
    read_allocators()
    assert ("", "") == tuple(capfd.readouterr())


@pytest.fixture
def bare(monkeypatch):
    """Another C library, and a Python that exports less."""
    monkeypatch.setattr(allocators, "c_library", lambda: None)
    monkeypatch.setattr(asking, "c_library", lambda: None)
    monkeypatch.setattr(allocators.ctypes, "pythonapi", types.SimpleNamespace())


def test_what_cannot_be_asked_is_not_known(bare):
    assert (None, None) == read_allocators()[:2]
    assert "" == allocators._written(lambda _stream: None)


def test_statistics_in_other_words_are_not_known(monkeypatch):
    monkeypatch.setattr(allocators, "_written", lambda _write: "something else")
    assert (None, None) == (malloc(), pymalloc())


def test_a_system_without_a_c_library_has_none(monkeypatch):
    def refuse(*_args, **_options):
        raise TypeError

    monkeypatch.setattr(allocators.ctypes, "CDLL", refuse)
    assert None is allocators.c_library.__wrapped__()


# -- libraries -----------------------------------------------------------------------


def test_a_library_that_is_not_imported_is_not_asked():
    source = "from leakhunter.record.allocators import pools as p; print(list(p()))"
    assert "[]" == in_python(source)


def test_arrow_counts_its_bytes():
    pa = pytest.importorskip("pyarrow", reason="no pyarrow here")
    before = pool_of("Arrow").used
    data = pa.allocate_buffer(8 * MB)
    assert 8 * MB == pool_of("Arrow").used - before
    assert (pa.default_memory_pool().backend_name != "system") == pool_of("Arrow").apart
    del data


def test_sqlite_counts_its_pages():
    sqlite3 = pytest.importorskip("sqlite3", reason="no sqlite3 here")
    before = pool_of("SQLite").used
    db = sqlite3.connect(":memory:")
    db.execute("create table t(x)")
    db.execute("insert into t values(zeroblob(8000000))")
    assert 8 * MB < pool_of("SQLite").used - before < 9 * MB
    assert not pool_of("SQLite").apart
    db.close()
    assert pool_of("SQLite").used < before + MB


def test_duckdb_counts_its_tables():
    duckdb = pytest.importorskip("duckdb", reason="no duckdb here")
    before = pool_of("DuckDB").used
    if before is None:
        pytest.skip("this duckdb does not export its counters")
    db = duckdb.connect()
    db.execute("create table t as select random() r from range(4000000)")
    assert pool_of("DuckDB").used - before > 20 * MB
    db.close()


def test_polars_counts_its_frames():
    pl = pytest.importorskip("polars", reason="no polars here")
    gc.collect()
    before = pool_of("Polars").used
    if before is None:
        pytest.skip("this polars does not count")
    frame = pl.DataFrame({"x": pl.arange(0, 1_000_000, eager=True)})
    assert 8 * MB == pytest.approx(pool_of("Polars").used - before, rel=0.05)
    del frame


@pytest.mark.parametrize("case", allocators._LIBRARIES, ids=lambda case: case[1])
def test_another_version_is_known_not_to_tell(case, monkeypatch):
    library, name, apart, _ = case
    for _, other, _, _ in allocators._LIBRARIES:
        monkeypatch.delitem(sys.modules, other, raising=False)
    monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    assert [Pool(library, None, apart)] == list(pools())


def test_what_only_looks_like_a_library_is_left_alone(monkeypatch):
    class Lazy:
        def __getattr__(self, name):
            raise AssertionError(name)

    for _, name, _, _ in allocators._LIBRARIES:
        monkeypatch.setitem(sys.modules, name, Lazy())
    monkeypatch.setitem(sys.modules, "pyarrow", Lazy())
    assert [] == list(pools())
    assert ["malloc"] == [what for what, _ in asking._steps()]


# -- giving back ---------------------------------------------------------------------


@glibc
def test_holes_in_malloc_s_heap_go_back(settled):
    blocks = [bytearray(20_000) for _ in range(4000)]
    blocks[:] = [b for i, b in enumerate(blocks) if not i % 8]
    returned = dict(give_back())
    assert 60 * MB < returned["malloc"] < 80 * MB
    assert dict(give_back())["malloc"] < 5 * MB
    del blocks


def test_arrow_s_pool_goes_back(settled):
    pa = pytest.importorskip("pyarrow", reason="no pyarrow here")
    data = pa.array(range(5_000_000))
    del data
    gc.collect()
    found = dict(give_back())
    assert {"Arrow", "malloc"} <= set(found)
    assert found["Arrow"] > 20 * MB or pool_of("Arrow").apart is False


def test_duckdb_s_arenas_go_back():
    duckdb = pytest.importorskip("duckdb", reason="no duckdb here")
    if pool_of("DuckDB").used is None:
        pytest.skip("this duckdb does not export its allocator")
    db = duckdb.connect()
    db.execute("create table t as select random() r from range(4000000)")
    db.close()
    del db
    assert "DuckDB" in dict(give_back())


def test_a_library_without_such_a_thing_returns_nothing(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.lib", types.ModuleType("pyarrow.lib"))
    assert "Arrow" not in dict(give_back())
    trim()


def test_where_the_c_library_cannot_trim_psutil_may(bare, monkeypatch):
    asked = []
    monkeypatch.setattr(
        asking.psutil, "heap_trim", lambda: asked.append(1), raising=False
    )
    assert asking._malloc()
    assert [1] == asked
    monkeypatch.delattr(asking.psutil, "heap_trim")
    assert not asking._malloc()


def test_without_proc_psutil_measures(monkeypatch):
    class Missing:
        def __init__(self, *_):
            raise FileNotFoundError

    monkeypatch.setattr(asking, "Path", Missing)
    assert asking._private() > MB


def test_only_pools_that_are_named_are_asked(bare, monkeypatch):
    asked = []
    monkeypatch.setattr(
        asking,
        "_steps",
        lambda: ((what, lambda what=what: asked.append(what)) for what in NAMES),
    )
    trim({"numpy", "pyarrow"})
    trim({"duckdb"})
    trim()
    assert asked == ["Arrow", "malloc", "DuckDB", "malloc", *NAMES]


NAMES = ("Arrow", "DuckDB", "malloc")
