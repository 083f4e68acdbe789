"""The records about libraries that keep memory, and whom they accuse."""

from __future__ import annotations

import ast
import typing

import pytest

from leakhunter.detect.catalogue import KNOWN, LIBRARIES, fits, of_kind
from leakhunter.detect.versions import affected, release
from leakhunter.heap.imported import versions_of
from leakhunter.model import Kind


@pytest.mark.parametrize(
    "record", KNOWN, ids=lambda r: f"{r.library}-{r.kind}-{'-'.join(r.types)}"
)
def test_a_record_is_complete(record):
    assert record.kind in typing.get_args(Kind)
    assert record.library.isidentifier()
    assert record.reason.endswith(".")
    assert "\n" not in record.reason
    assert len(record.reason) <= 100
    assert record.keeps == record.keeps.strip(". ") != ""
    assert record.link.startswith("https://github.com/")
    affected("1.0", record.versions)
    code = record.fix.format(name="thing").replace("%pip", "#")
    ast.parse(code)


def test_every_library_that_is_asked_about_is_there():
    wanted = {
        "IPython", "ipywidgets", "ipympl", "matplotlib", "bokeh", "panel", "tqdm", "pandas",
        "numpy", "pyarrow", "polars", "torch", "keras", "lightgbm", "xgboost", "statsmodels",
        "sklearn", "spacy", "numba", "netCDF4", "xarray", "distributed", "joblib", "duckdb",
        "fsspec", "unittest",
    }  # fmt: skip
    assert set() == wanted - LIBRARIES


def test_no_two_records_say_the_same():
    keys = [(r.library, r.types, r.kind) for r in KNOWN]
    assert sorted(set(keys)) == sorted(keys)


@pytest.mark.parametrize(
    ("library", "kind", "version", "told"),
    [
        ("tqdm", "widget", "4.62.1", True),
        ("tqdm", "widget", "4.62.2", False),
        ("tqdm", "widget", "4.67", False),
        ("tqdm", "container-holds", "4.67", True),
        ("IPython", "output-history", "8.12.3", False),
        ("IPython", "output-history", "9.1.0", True),
        ("IPython", "output-history", "9.17.0.dev", True),
        ("IPython", "output-history", "", False),
        ("pyarrow", "native-leak", "21.0.0", True),
        ("pyarrow", "native-leak", "21.0.1", False),
        ("pyarrow", "native-leak", "25.0.0", False),
        ("netCDF4", "native-leak", "1.7.5", False),
        ("xgboost", "container-holds", "3.1.2", False),
        ("xgboost", "container-holds", "2.1.4", True),
    ],
)
def test_a_version_that_is_not_affected_is_not_accused(library, kind, version, told):
    found = {r.library for r in of_kind(kind, {library: version})}
    assert ({library} if told else set()) == found


def test_a_library_that_is_not_imported_is_not_accused():
    assert [] == of_kind("container-holds", {})


@pytest.mark.parametrize(
    ("version", "wanted", "told"),
    [
        ("1.10", ">1.9", True),
        ("1.10", "<1.9", False),
        ("2.0.0", "==2", True),
        ("2.0.1rc1", ">=2,<2.1", True),
        ("2.1", ">=2,<2.1", False),
        ("2.1", "!=2.1", False),
        ("nightly", ">=2", False),
        ("nightly", "", True),
    ],
)
def test_ranges_of_versions(version, wanted, told):
    assert told == affected(version, wanted)


def test_what_is_no_range_is_refused():
    with pytest.raises(ValueError, match="not a range"):
        affected("1.0", "~=1.0")


def test_the_numbers_of_a_version():
    assert [(1, 2), (3,), ()] == [release(v) for v in ("1.2.0+cpu", "3.0rc1", "x")]


def test_classes_by_module_and_pattern():
    [pandas] = [
        r for r in KNOWN if (r.library, r.kind) == ("pandas", "container-holds")
    ]
    assert fits(pandas, "pandas.core.groupby.generic", "DataFrameGroupBy")
    assert not fits(pandas, "pandas.core.frame", "DataFrame")
    assert not fits(pandas, "mypandas.groupby", "DataFrameGroupBy")


def test_versions_are_read_and_not_asked_for(monkeypatch):
    import sys
    import types

    class Lazy(types.ModuleType):
        def __getattr__(self, name):
            raise AssertionError(name)

    plain = types.ModuleType("plain_one")
    plain.__version__ = "1.2"
    monkeypatch.setitem(sys.modules, "plain_one", plain)
    monkeypatch.setitem(sys.modules, "lazy_one", Lazy("lazy_one"))
    names = ("plain_one", "lazy_one", "not_there_at_all")
    assert {"plain_one": "1.2", "lazy_one": ""} == versions_of(names)
