"""Small views that keep big arrays, and the copy that takes their place."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import leakhunter

pd = pytest.importorskip("pandas")
MB = 1_000_000


@pytest.fixture
def pinned(session):
    session("import numpy as np, pandas as pd")

    def run(source: str):
        session(source)
        found = [f for f in session.findings() if f.kind == "view-base"]
        return found[0] if found else None

    run.session = session
    return run


def test_a_slice_of_an_array(pinned):
    finding = pinned("big = np.arange(5_000_000.)\nsample = big[:100]\ndel big")
    assert (["sample"], "suspect", "safe", "Pinned") == (
        finding.names,
        finding.verdict,
        finding.group,
        finding.label,
    )
    assert 40 * MB - 1000 < finding.frees <= 40 * MB
    pinned.session("%leakcheck clear sample --yes")
    sample = pinned.session.shell.user_ns["sample"]
    assert sample.base is None
    assert list(range(100)) == sample.tolist()
    assert [] == pinned.session.findings()


def test_a_column_of_a_deleted_frame(pinned):
    finding = pinned(
        "df = pd.DataFrame(np.random.rand(500_000, 10))\na = df[0]\nkept = a.sum()\ndel df"
    )
    assert ["a"] == finding.names
    assert 36 * MB <= finding.frees <= 41 * MB
    pinned.session("%leakcheck clear a --yes")
    names = pinned.session.shell.user_ns
    assert type(names["a"]) is pd.Series
    assert names["kept"] == names["a"].sum()
    assert [] == pinned.session.findings()


def test_slices_in_a_list(pinned):
    finding = pinned(
        "clips = []\nfor _i in range(3):\n    sound = np.random.rand(2_000_000)\n    clips.append(sound[:50])\ndel sound"
    )
    assert ["clips"] == finding.names
    assert 48 * MB - 1000 < finding.frees <= 48 * MB
    pinned.session("%leakcheck clear clips --yes")
    assert [None] * 3 == [c.base for c in pinned.session.shell.user_ns["clips"]]


def test_two_views_of_one_base_are_one_finding(pinned):
    finding = pinned(
        "big = np.ones(5_000_000)\nhead = big[:10]\ntail = big[-10:]\ndel big"
    )
    assert {"head", "tail"} == set(finding.names)
    assert 40 * MB - 1000 < finding.frees <= 40 * MB
    pinned.session("%leakcheck clear head --yes")
    assert [] == pinned.session.findings()


@pytest.mark.parametrize(
    "source",
    [
        "big = np.ones(5_000_000)\nsample = big[:10]",
        "big = np.ones(5_000_000)\nfirst, second = big[:2_500_000], big[2_500_000:]\ndel big",
        "big = np.ones((1000, 5000))\nturned = big.T\ndel big",
        "df = pd.DataFrame(np.random.rand(500_000, 10))\na = df[0]",
        "big = np.ones(5_000_000)\nclass Box: pass\nbox = Box()\nbox.data = big\nsample = big[:10]\ndel big",
    ],
    ids=["base in use", "halves", "transposed", "frame in use", "base in an object"],
)
def test_no_finding_when_the_rest_is_held_anyway(pinned, source):
    assert pinned(source) is None


def test_what_a_view_shows_stays_as_a_copy(pinned):
    finding = pinned("big = np.ones(5_000_000)\nsample = big[:2_000_000]\ndel big")
    assert finding.bytes == pytest.approx(40 * MB, rel=0.01)
    assert finding.frees == pytest.approx(24 * MB, rel=0.01)
    pinned.session("%leakcheck clear sample --yes")
    (receipt,) = leakhunter.receipts()
    assert receipt.predicted == finding.frees
    assert receipt.measured == pytest.approx(24 * MB, abs=MB)


def test_a_subclass_is_not_replaced(pinned):
    pinned.session("class Mine(np.ndarray):\n    pass")
    finding = pinned("big = np.ones(5_000_000).view(Mine)\nsample = big[:10]\ndel big")
    assert ("advice", "check") == (finding.remedy.action, finding.group)
    said = pinned.session("%leakcheck clear sample --yes")
    assert "cannot be cleared exactly" in " ".join(said.split())
    assert "Mine" == type(pinned.session.shell.user_ns["sample"]).__name__


def test_a_view_in_an_object_is_advice(pinned):
    finding = pinned(
        "class Box: pass\nbox = Box()\nbig = np.ones(5_000_000)\nbox.data = big[:10]\ndel big"
    )
    assert ["box"] == finding.names
    assert finding.frees > 39 * MB
    # before Python 3.11 an instance's dictionary is a dictionary like any other
    assert (
        "clear" if sys.version_info < (3, 11) else "advice"
    ) == finding.remedy.action


@pytest.mark.parametrize("by", ["hand", "clearing"])
def test_ten_rows_that_keep_every_level(by, pinned):
    finding = pinned(
        "index = pd.MultiIndex.from_arrays([np.arange(1_000_000), np.zeros(1_000_000, dtype='int8')])\n"
        "df = pd.DataFrame({'v': np.ones(1_000_000)}, index=index)\npart = df.iloc[:10].copy()\ndel df, index"
    )
    assert ["part"] == finding.names
    assert "remove_unused_levels" in finding.fix
    before = pinned.session.shell.user_ns["part"].to_dict()
    pinned.session(finding.fix if by == "hand" else "%leakcheck clear part --yes")
    assert [] == [f for f in pinned.session.findings() if f.kind == "view-base"]
    assert before == pinned.session.shell.user_ns["part"].to_dict()


def test_a_name_that_is_a_leftover_is_not_told_twice(pinned):
    pinned("big = np.ones(5_000_000)\nsample = big[:10]\ndel big")
    pinned.session("x = 1")
    (finding,) = pinned.session.findings()
    assert ("leftover-variable", ["sample"]) == (finding.kind, finding.names)


def test_other_names_of_the_same_view_get_the_copy_too(pinned):
    pinned("big = np.arange(5_000_000.)\nsample = big[:100]\nalias = sample\ndel big")
    pinned.session("%leakcheck clear sample --yes")
    names = pinned.session.shell.user_ns
    assert names["sample"] is names["alias"]
    assert names["sample"].base is None
    assert np.array_equal(np.arange(100.0), names["alias"])
    assert sys.getrefcount(names["sample"]) <= 4


LIBRARIES = {
    "a memoryview": (
        "import os",
        "big = os.urandom(40_000_000)\npart = memoryview(big)[8:24]\ndel big",
        "bytes(part)",
    ),
    "a memoryview to write to": (
        "import array",
        "big = array.array('d', range(5_000_000))\npart = memoryview(big)[2:4]\ndel big",
        "(part.tolist(), part.format, part.readonly)",
    ),
    "an Arrow table": (
        "import pyarrow as pa",
        "big = pa.table({'v': np.arange(5_000_000.), 'w': np.arange(5_000_000.)})\npart = big.slice(7, 10)\ndel big",
        "part.to_pydict()",
    ),
    "a column of an Arrow table": (
        "import pyarrow as pa",
        "big = pa.table({'v': np.arange(5_000_000.)})\npart = big['v'][:3]\ndel big",
        "part.to_pylist()",
    ),
    "rows of a frame of polars": (
        "import polars as pl",
        "big = pl.DataFrame({'v': np.arange(5_000_000.), 't': ['a text of some length'] * 5_000_000})\npart = big[7:12]\ndel big",
        "(part.to_dict(as_series=False), part.schema)",
    ),
    "a series of polars": (
        "import polars as pl",
        "big = pl.Series('v', np.arange(5_000_000.)) + 1\npart = big[7:12]\ndel big",
        "(part.to_list(), part.name)",
    ),
    "rows of a frame": (
        "import pandas as pd",
        "big = pd.DataFrame(np.random.rand(500_000, 10))\npart = big.iloc[5:9]\ndel big",
        "part.to_dict()",
    ),
    "rows of a frame with texts": (
        "import pandas as pd, pyarrow as pa",
        "texts = pa.array(['row %d of a table' % i for i in range(500_000)])\n"  # noqa: ISC004 - one source
        "big = pd.DataFrame({'n': np.arange(500_000.), 't': pd.Series(texts, dtype=pd.ArrowDtype(pa.string()))})\n"
        "part = big.iloc[5:9]\ndel big, texts",
        "part.to_dict()",
    ),
    "a tensor": (
        "torch = __import__('pytest').importorskip('torch')",
        "big = torch.arange(10_000_000.)\npart = big[5:9]\ndel big",
        "part.tolist()",
    ),
    "a tensor apart from its base": (
        "torch = __import__('pytest').importorskip('torch')",
        "big = torch.ones(10_000_000, requires_grad=True)\npart = big.detach()[5:9]\ndel big",
        "part.tolist()",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", LIBRARIES)
def test_parts_of_what_libraries_hold(what, pinned):
    first, source, value = LIBRARIES[what]
    for library in ("pyarrow", "torch", "polars"):
        if library in first:
            pytest.importorskip(library)
    pinned.session(first)
    finding = pinned(source)
    assert (["part"], "suspect", "clear") == (
        finding.names,
        finding.verdict,
        finding.remedy.action,
    )
    assert finding.frees > 11 * MB
    names = pinned.session.shell.user_ns
    before = eval(value, names)
    pinned.session("%leakcheck clear part --yes")
    (receipt,) = leakhunter.receipts()
    assert receipt.measured == pytest.approx(finding.frees, abs=MB)
    assert before == eval(value, names)
    assert [] == [f for f in pinned.session.findings() if f.kind == "view-base"]


FIXED = [
    "import torch\nbig = torch.arange(10_000_000.)\npart = big[5:9]\ndel big",
    "import torch\npart = {'a': torch.arange(10_000_000.)[5:9]}",
    "import pyarrow as pa\npart = pa.table({'v': np.arange(5_000_000.)}).slice(7, 10)",
    "import pyarrow as pa\npart = [pa.array(np.arange(5_000_000.)).slice(7, 10)]",
    "import polars as pl\npart = pl.DataFrame({'v': np.arange(5_000_000.)})[7:12]",
    "import polars as pl\npart = [(pl.Series('v', np.arange(5_000_000.)) + 1)[7:12]]",
    "part = memoryview(np.arange(5_000_000.).tobytes())[3:9]",
    "part = [np.arange(5_000_000.)[7:12]]",
    "part = pd.Series(np.arange(5_000_000.))[7:12]",
]


@pytest.mark.parametrize("source", FIXED)
def test_the_advice_is_code_that_frees_it(source, pinned):
    for library in ("pyarrow", "torch", "polars"):
        if library in source:
            pytest.importorskip(library)
    finding = pinned(source)
    pinned.session(finding.fix)
    assert [] == [f for f in pinned.session.findings() if f.kind == "view-base"]


@pytest.mark.parametrize(
    "make",
    [
        "full = xr.Dataset({'t': (('x', 'y'), np.random.rand(1000, 4000))})\npart = full.isel(x=slice(3, 8))",
        "full = xr.DataArray(np.random.rand(1000, 4000))\npart = full[3:8]",
        "full = xr.DataArray(np.random.rand(1000, 4000))\npart = [full[3:8]]",
    ],
)
def test_a_part_of_what_xarray_holds(make, pinned):
    xr = pytest.importorskip("xarray")
    pinned.session("import xarray as xr")
    finding = pinned(f"{make}\ndel full")
    assert (["part"], "clear") == (finding.names, finding.remedy.action)
    assert finding.frees > 31 * MB
    part = pinned.session.shell.user_ns["part"]
    before = (part[0] if type(part) is list else part).copy(deep=True)
    pinned.session("%leakcheck clear part --yes")
    part = pinned.session.shell.user_ns["part"]
    assert before.identical(part[0] if type(part) is list else part)
    assert type(before) in (xr.Dataset, xr.DataArray)
    assert [] == [f for f in pinned.session.findings() if f.kind == "view-base"]


def test_a_view_that_nothing_can_replace_is_only_advised(pinned):
    """An enumeration keeps the last pair that it gave: no copy can be put in there."""
    source = (
        "def parts(n):\n"
        "    whole = np.arange(float(n))\n"
        "    for at in range(0, n, 1000):\n"
        "        yield whole[at : at + 1000]\n"
        "pairs = enumerate(parts(5_000_000))\n"
        "next(pairs)[0]"
    )
    pinned.session(source)
    (finding,) = [f for f in pinned.session.findings() if "pairs" in f.names]
    assert ("suspended-frame", "advice") == (finding.kind, finding.remedy.action)
    assert finding.bytes > 39 * MB


WHOLE = {
    "a table in use": "import pyarrow as pa\nbig = pa.table({'v': np.ones(5_000_000)})\npart = big.slice(0, 10)",
    "a whole table": "import pyarrow as pa\npart = pa.table({'v': np.ones(5_000_000)})",
    "most of it": "big = bytearray(40_000_000)\npart = memoryview(big)[:30_000_000]\ndel big",
    "a view let go": "big = bytearray(40_000_000)\npart = memoryview(big)[:30]\npart.release()\ndel big",
}


@pytest.mark.parametrize("what", WHOLE)
def test_what_shows_most_of_it_is_no_finding(what, pinned):
    if "pyarrow" in WHOLE[what]:
        pytest.importorskip("pyarrow")
    assert pinned(WHOLE[what]) is None


@pytest.mark.parametrize("names", ["part", "part = alias"])
def test_an_index_that_a_variable_holds(names, pinned):
    """Cut off from the name itself; a check that fails on it would tell nothing at all."""
    finding = pinned(
        "big = pd.MultiIndex.from_arrays([np.arange(1_000_000), np.zeros(1_000_000, dtype='int8')])\n"
        f"{names} = big[:10]\ndel big"
    )
    assert ["part"] == finding.names
    assert finding.frees > 8 * MB
    before = list(pinned.session.shell.user_ns["part"])
    pinned.session("%leakcheck clear part --yes")
    part = pinned.session.shell.user_ns["part"]
    assert before == list(part)
    assert [10, 1] == [len(level) for level in part.levels]
    assert [] == [f for f in pinned.session.findings() if f.kind == "view-base"]
