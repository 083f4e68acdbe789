"""Caches of functions and libraries: what they keep, whether they grow, and emptying them."""

from __future__ import annotations

import pytest
from conftest import Found

pytest.importorskip("numpy", reason="no numpy here")
MB = 1_000_000

PRELUDE = "import numpy as np, functools"


@pytest.fixture
def found(session):
    return Found(session, "cache", PRELUDE)


def test_a_cache_without_a_limit(found):
    [finding] = found(
        "@functools.lru_cache(maxsize=None)\ndef load(day):\n    return np.ones(500_000)",
        "means = [load(day).mean() for day in range(4)]",
    )
    assert (["load"], "suspect", "check", "Held", "clear") == (
        finding.names,
        finding.verdict,
        finding.group,
        finding.label,
        finding.remedy.action,
    )
    assert 16 * MB <= finding.frees < 16.1 * MB
    assert "all 4 results" in finding.reason
    assert "load.cache_clear()" == finding.fix
    found.session("%leakcheck clear load --yes")
    assert [] == found()
    assert "currsize=0" in found.session("print(load.cache_info())")


def test_a_result_that_a_variable_names_is_in_use(found):
    assert [] == found(
        "@functools.cache\ndef load(day):\n    return np.ones(500_000)",
        "table = load(1)",
        "print(table.sum())",
    )


def test_a_cache_on_a_method_keeps_the_instance(found):
    [finding] = found(
        "class Panel:\n"
        "    def __init__(self):\n        self.frame = np.ones(1_000_000)\n"
        "    @functools.lru_cache(maxsize=1)\n    def summary(self, q):\n        return q",
        "p = Panel()\np.summary(0.5)",
        "del p",
        "print('something else')",
    )
    assert (["Panel.summary"], "suspect") == (finding.names, finding.verdict)
    assert "instances of `Panel` that no variable names" in finding.reason
    assert 8 * MB <= finding.frees < 8.1 * MB
    found.session(f"%leakcheck clear {finding.id} --yes")
    assert [] == found()


def test_a_cache_that_is_full_is_explained(found):
    [finding] = found(
        "@functools.lru_cache(maxsize=3)\ndef load(day):\n    return np.ones(500_000)",
        "means = [load(day).mean() for day in range(9)]",
    )
    assert ("not-a-leak", "not-a-leak") == (finding.verdict, finding.group)
    assert "full at 3 results" in finding.reason


def test_a_cache_that_still_fills(found):
    [finding] = found(
        "@functools.lru_cache\ndef load(day):\n    return np.ones(500_000)",
        "means = [load(day).mean() for day in range(9)]",
    )
    assert ("suspect", "9 of at most 128 results" in finding.reason) == (
        finding.verdict,
        True,
    )


@pytest.mark.parametrize(
    ("source", "call", "name", "fix"),
    [
        (
            "class Store:\n    @staticmethod\n    @functools.cache\n    def get(k):\n        return np.ones(500_000)",
            "Store.get(k)",
            "Store.get",
            "Store.get.cache_clear()",
        ),
        (
            "def maker():\n    @functools.cache\n    def inner(k):\n        return np.ones(500_000)\n    return inner\nget = maker()",
            "get(k)",
            "get",
            "get.cache_clear()",
        ),
        (
            "tools = {'get': functools.cache(lambda k: np.ones(500_000))}",
            "tools['get'](k)",
            "tools['get']",
            "tools['get'].cache_clear()",
        ),
    ],
)
def test_where_a_cache_may_stand(found, source, call, name, fix):
    [finding] = found(source, f"s = [{call}.sum() for k in range(3)]")
    assert ([name], fix) == (finding.names, finding.fix)
    found.session(fix)
    assert [] == found()


def test_results_that_are_dictionaries_are_not_taken_for_the_table(found):
    [finding] = found(
        "@functools.lru_cache(maxsize=8)\ndef load(day):\n    return {'day': np.ones(500_000)}",
        "means = [load(day)['day'].mean() for day in range(2)]",
    )
    assert 8 * MB <= finding.frees < 8.1 * MB
    found.session("%leakcheck clear load --yes")
    assert [] == found()


def test_what_the_user_put_in_the_place_of_its_methods_is_not_called(found):
    [finding] = found(
        "@functools.cache\ndef load(day):\n    return np.ones(500_000)\n"
        "def never():\n    raise AssertionError\n"
        "load.cache_info = load.cache_clear = never",
        "means = [load(day).mean() for day in range(2)]",
    )
    found.session(f"%leakcheck clear {finding.id} --yes")
    assert [] == found()


def test_caches_of_cachetools(found):
    pytest.importorskip("cachetools", reason="no cachetools here")
    open_, full = found(
        "import cachetools\nfills = cachetools.LRUCache(maxsize=10)\n"
        "full = cachetools.TTLCache(maxsize=2, ttl=10**6)",
        "for k in range(4):\n    fills[k] = np.ones(500_000)\n    full[k] = np.ones(500_000)",
    )
    assert [(["fills"], "suspect"), (["full"], "not-a-leak")] == [
        (f.names, f.verdict) for f in (open_, full)
    ]
    assert "fills.clear()" == open_.fix
    found.session("%leakcheck clear fills full --yes")
    assert [] == found()


def test_variables_that_xarray_read(found, tmp_path):
    pytest.importorskip("xarray", reason="no xarray here")
    pytest.importorskip("scipy", reason="no scipy here")
    path = str(tmp_path / "t.nc")
    source = (
        f"import xarray as xr\nxr.Dataset({{'t': ('x', np.ones(1_000_000))}}).to_netcdf({path!r}, engine='scipy')\n"
        f"ds = xr.open_dataset({path!r}, engine='scipy')"
    )
    assert [] == found(source)
    [finding] = found("m = float(ds['t'].mean())\nds.close()")
    assert (["ds"], "suspect", "clear") == (
        finding.names,
        finding.verdict,
        finding.remedy.action,
    )
    assert 8 * MB <= finding.frees < 8.1 * MB
    found.session("%leakcheck clear ds --yes")
    assert [] == found()


def test_a_dataset_in_memory_has_nothing_cached(found):
    pytest.importorskip("xarray", reason="no xarray here")
    assert [] == found(
        "import xarray as xr\nds = xr.Dataset({'t': ('x', np.ones(1_000_000))})\nds.t.sum()"
    )


def test_a_vocabulary_that_grew(found):
    pytest.importorskip("spacy", reason="no spaCy here")
    assert [] == found(
        "import spacy\nnlp = spacy.blank('en')\ndoc = nlp('a few words')"
    )
    [finding] = found(
        "n = 0\nfor doc in nlp.pipe(f'id{i} ref{i}' for i in range(40_000)):\n    n += len(doc)\ndel doc"
    )
    assert (["nlp"], "suspect", "advice") == (
        finding.names,
        finding.verdict,
        finding.remedy.action,
    )
    assert "memory_zone" in finding.fix


REPORT = (
    "import numpy as np\nfrom functools import cached_property\n"
    "class Report:\n"
    "    def __init__(self, n): self.n = n\n"
    "    @cached_property\n"
    "    def table(self): return np.ones(self.n)\n"
    "    def total(self): return self.{} * 2\n"
)


def test_what_was_computed_once_and_is_read_no_more(session):
    session(REPORT.format("n"))
    session("report = Report(2_000_000)\nmean = report.table.mean()")
    session("print(report.n)")
    (found,) = [f for f in session.findings() if f.kind == "cache"]
    assert (["report.table"], "suspect", "check", 16) == (
        found.names, found.verdict, found.group, found.bytes // 1_000_000,
    )  # fmt: skip
    assert "del report.table" == found.fix
    session(f"%leakcheck clear {found.id} --yes")
    session("print(report.n, 'table' in vars(report))")
    assert [] == [f for f in session.findings() if f.kind == "cache"]
    session("again = report.table.sum()")
    assert 2_000_000 == session.shell.user_ns["again"]


def test_what_many_objects_computed_once_goes_together(session):
    session(REPORT.format("n"))
    session(
        "reports = [Report(500_000) for _ in range(4)]\nmeans = [r.table.mean() for r in reports]"
    )
    session("print(len(reports))")
    (found,) = [f for f in session.findings() if f.kind == "cache"]
    assert (["Report.table", "reports"], 16) == (found.names, found.bytes // 1_000_000)
    session(f"%leakcheck clear {found.id} --yes")
    assert [] == [f for f in session.findings() if f.kind == "cache"]


def test_what_was_computed_once_and_a_method_in_use_reads(session):
    session(REPORT.format("table"))
    session("report = Report(2_000_000)\nmean = report.table.mean()")
    session("print(report.n)")
    assert [] == session.findings()


def test_an_object_that_no_cell_reads_is_told_as_a_whole(session):
    session(REPORT.format("n"))
    session("report = Report(2_000_000)\nmean = report.table.mean()")
    session("x = 1")
    assert ["leftover-variable"] == [f.kind for f in session.findings()]
