"""``open-resource``: databases in memory, registered frames, shared memory."""

from __future__ import annotations

import json
import sys

import pytest

np = pytest.importorskip("numpy", reason="no numpy here")
MB = 1_000_000

FILL = "for _ in range(30): r = {0}.execute('insert into t values (randomblob(800000))')\n{0}.commit(); del r"


def opened(session):
    return [f for f in session.findings() if f.kind == "open-resource"]


def told(finding):
    return finding.verdict, finding.label, finding.group, finding.names


def test_a_database_in_memory(session):
    session(
        "import sqlite3\ndb = sqlite3.connect(':memory:')\nr = db.execute('create table t (b blob)')"
    )
    session(FILL.format("db"))
    session("x = 1")
    (found,) = opened(session)
    assert ("suspect", "Open", "check", ["db"]) == told(found)
    assert 24 <= found.bytes // MB <= 28
    assert ("advice", "db.close()") == (found.remedy.action, found.remedy.code)
    session("db.close()")
    assert [] == opened(session)


def test_a_database_that_cells_go_on_reading_is_in_use(session):
    session(
        "import sqlite3\ndb = sqlite3.connect(':memory:')\nr = db.execute('create table t (b blob)')"
    )
    session(FILL.format("db"))
    session("n = db.execute('select count(*) from t').fetchone()")
    assert [] == opened(session)


def test_a_small_database_is_nobodys_business(session):
    session("import sqlite3\ndb = sqlite3.connect(':memory:')")
    session("x = 1")
    assert [] == opened(session)


def test_a_frame_that_a_connection_keeps_registered(session):
    pytest.importorskip("duckdb", reason="no duckdb here")
    pytest.importorskip("pandas", reason="no pandas here")
    session("import duckdb, pandas as pd, numpy as np\nlink = duckdb.connect()")
    session(
        "people = pd.DataFrame({'x': np.random.rand(2_000_000)})\nr = link.register('v', people)"
    )
    assert [] == opened(session)
    session("del people, r")
    (found,) = opened(session)
    assert ("suspect", "Open", "check", ["link"]) == told(found)
    assert 16 == found.bytes // MB
    assert "`people`" in found.reason
    session("r = link.unregister('v'); del r")
    session("import gc; r = gc.collect()")
    assert [] == opened(session)


def test_a_query_that_no_cell_reads_keeps_its_frame(session):
    pytest.importorskip("duckdb", reason="no duckdb here")
    pytest.importorskip("pandas", reason="no pandas here")
    session("import duckdb, pandas as pd, numpy as np")
    session("people = pd.DataFrame({'x': np.random.rand(2_000_000)})")
    session("some = duckdb.sql('select x from people where x > 0.5')")
    session("del people")
    assert [] == opened(session) or "some" in opened(session)[0].names
    session("n = some.shape")
    assert [] == opened(session)
    session("x = 1")
    (found,) = opened(session)
    assert ("suspect", "Open", "check", ["some"]) == told(found)
    assert (16, "del some") == (found.bytes // MB, found.fix)
    assert "`people`" in found.reason
    session("del some")
    assert [] == opened(session)


def test_what_a_dropped_table_leaves_in_duckdb(session):
    pytest.importorskip("duckdb", reason="no duckdb here")
    session(
        "import duckdb\nr = duckdb.sql('create table t as select random() as x from range(8000000)')"
    )
    session("r = duckdb.sql('drop table t')")
    found = [f for f in opened(session) if f.names == ["duckdb"]]
    if not found:
        pytest.skip("this DuckDB has given it back by itself")
    assert ("suspect", "Open", "check", ["duckdb"]) == told(found[0])
    receipt = json.loads(session(f"%leakcheck clear {found[0].id} --yes --json"))
    assert receipt["measured"] >= 0.5 * found[0].bytes
    assert [] == [f for f in opened(session) if f.names == ["duckdb"]]


@pytest.mark.skipif(sys.platform == "win32", reason="goes with its last handle there")
def test_shared_memory_that_no_cell_reads(session):
    session(
        "from multiprocessing import shared_memory\n"
        "part = shared_memory.SharedMemory(create=True, size=20_000_000)\n"
        "part.buf[:] = bytes(20_000_000)"
    )
    assert [] == opened(session)
    session("x = 1")
    (found,) = opened(session)
    assert (20, "suspect", ["part"]) == (
        found.bytes // MB, found.verdict, found.names,
    )  # fmt: skip
    assert "part.unlink()" in found.fix
    session("part.close(); part.unlink()")
    assert [] == opened(session)


@pytest.mark.skipif(sys.platform != "linux", reason="tells by the list of mappings")
def test_mapped_memory_that_processes_share(session):
    session(
        "import mmap\npart = mmap.mmap(-1, 20_000_000)\npart[:] = bytes(20_000_000)"
    )
    assert [] == opened(session)
    session("x = 1")
    (found,) = opened(session)
    assert (20, "suspect", ["part"], "part.close()") == (
        found.bytes // MB, found.verdict, found.names, found.fix,
    )  # fmt: skip
    session("part.close()")
    assert [] == opened(session)


LENT = {
    "array": ("mp.RawArray('d', 2_500_000)", "part"),
    "array with a lock": ("mp.Array('d', 2_500_000)", "part.get_obj()"),
    "structure": ("mp.RawValue(ctypes.c_double * 2_500_000)", "part"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="another kind of memory there")
@pytest.mark.parametrize("sort", LENT)
def test_arrays_that_processes_share(session, sort):
    make, inner = LENT[sort]
    session("import ctypes, multiprocessing as mp, numpy as np")
    session(f"part = {make}\nview = np.frombuffer({inner})\nview[:] = 1")
    assert [] == opened(session)
    session("x = view.sum()")
    assert [] == opened(session)
    session("x = 1")
    (found,) = opened(session)
    assert (20, "suspect", ["part"], "del part, view") == (
        found.bytes // MB, found.verdict, found.names, found.fix,
    )  # fmt: skip
    session(found.fix)
    assert [] == opened(session)


def test_a_small_shared_value_is_nobodys_business(session):
    session("import multiprocessing as mp\ncount = mp.Value('i', 0)")
    session("x = 1")
    assert [] == opened(session)
