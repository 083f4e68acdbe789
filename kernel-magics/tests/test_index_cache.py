"""Lookup tables that pandas keeps on indexes."""

from __future__ import annotations

import pytest
from conftest import Found

pd = pytest.importorskip("pandas", reason="no pandas here")
MB = 1_000_000

PRELUDE = """
import numpy as np, pandas as pd
rng = np.random.default_rng(0)
def frame(n, columns=1):
    return pd.DataFrame(np.ones((n, columns)), index=rng.permutation(n))
"""


@pytest.fixture
def found(session):
    return Found(session, "index-cache", PRELUDE)


def test_a_lookup_builds_a_table_that_outweighs_the_frame(found):
    [finding] = found("df = frame(1_000_000)\nrow = df.loc[5].sum()")
    assert (["df"], "suspect", "safe", "Pinned", "clear") == (
        finding.names,
        finding.verdict,
        finding.group,
        finding.label,
        finding.remedy.action,
    )
    assert ["df", "df.index"] == finding.path
    assert 30 * MB <= finding.frees < 40 * MB
    before = found.session.shell.user_ns["df"].copy(deep=True)
    found.session("%leakcheck clear df --yes")
    assert [] == found()
    pd.testing.assert_frame_equal(before, found.session.shell.user_ns["df"])


@pytest.mark.parametrize(
    ("make", "look", "way"),
    [
        ("data = frame(500_000)[0]", "data.loc[3]", "data.index"),
        ("data = pd.Index(rng.permutation(500_000))", "data.get_loc(3)", "data"),
        (
            "data = pd.Series(1, index=[f'id{i}' for i in range(100_000)])",
            "data.loc['id3']",
            "data.index",
        ),
        (
            "data = pd.Series(1, index=pd.MultiIndex.from_product([range(500), range(500)]))",
            "data.loc[(3, 4)]",
            "data.index",
        ),
        ("data = {'a': frame(500_000)}", "data['a'].loc[3]", "data['a'].index"),
        (
            "data = frame(500_000).T",
            "data[3]",
            "data.columns",
        ),
    ],
)
def test_where_an_index_may_stand(found, make, look, way):
    [finding] = found(f"{make}\nvalue = {look}\ndel value")
    assert way == finding.path[-1]
    promised = finding.frees
    assert promised >= MB
    receipt = found.session("%leakcheck clear data --yes")
    assert "survive" not in receipt
    assert [] == found()
    found.session(f"value = {look}\ndel value")
    [again] = found()
    assert abs(again.frees - promised) < 0.05 * promised


@pytest.mark.parametrize("make", ["frame(300_000)", "frame(300_000).T.T[0]"])
def test_the_fix_works_when_pasted(found, make):
    [finding] = found(f"df = {make}\nvalue = df.loc[5]\ndel value")
    found.session(finding.fix)
    assert [] == found()


def test_the_fix_of_a_multiindex_works_when_pasted(found):
    [finding] = found(
        "s = pd.Series(1, index=pd.MultiIndex.from_product([range(500), range(500)], names=['a', 'b']))\n"
        "value = s.loc[(3, 4)]"
    )
    before = found.session.shell.user_ns["s"].copy()
    found.session(finding.fix)
    assert [] == found()
    pd.testing.assert_series_equal(before, found.session.shell.user_ns["s"])


def test_a_table_that_is_small_beside_the_frame_is_silent(found):
    assert [] == found("df = frame(100_000, 60)\nrow = df.loc[5].sum()")


def test_an_index_without_lookups_is_silent(found):
    assert [] == found("df = frame(1_000_000)\nmean = df[0].mean()")


def test_a_leftover_is_told_as_such(found):
    assert [] == found("df = frame(1_000_000)\nrow = df.loc[5].sum()", "1 + 1")
    [finding] = [f for f in found.session.findings() if f.kind == "leftover-variable"]
    assert ["df"] == finding.names


def test_an_index_of_the_users_is_left_alone(found):
    assert [] == found(
        "class Mine(pd.Index):\n    pass\n"
        "log = pd.Series(np.ones(300_000), index=rng.permutation(300_000))\n"
        "log.index.__class__ = Mine\nvalue = log.loc[3]"
    )
