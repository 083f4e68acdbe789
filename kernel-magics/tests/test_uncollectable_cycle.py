"""``uncollectable-cycle``: garbage that the collector takes for held, and how its cycle is broken."""

from __future__ import annotations

import gc
import json

import pytest

np = pytest.importorskip("numpy", reason="no numpy here")
MB = 1_000_000


def stuck(session):
    return [f for f in session.findings() if f.kind == "uncollectable-cycle"]


CLASS = (
    "import numpy as np, gc\n"
    "class Net:\n"
    "    def __init__(self):\n"
    "        self.weights = np.ones(2_000_000)\n"
    "        made = np.empty(1, dtype=object)\n"
    "        made[0] = self\n"
    "        self.parts = {parts}\n"
)


@pytest.mark.parametrize("parts", ["made", "(made,)", "({'last': (made,)},)"])
def test_a_cycle_through_an_array_of_objects(session, parts):
    """Also behind dictionaries and tuples that the collector leaves out."""
    session(CLASS.format(parts=parts))
    session("for _ in range(2): Net()")
    # each time a container around those that were left out is left out too
    for _ in range(3):
        gc.collect()
    (found,) = stuck(session)
    assert (32, "leak", "Stuck", "check", ["Net"]) == (
        found.bytes // MB, found.verdict, found.label, found.group, found.names,
    )  # fmt: skip
    receipt = json.loads(session(f"%leakcheck clear {found.id} --yes --json"))
    assert abs(receipt["measured"] - receipt["predicted"]) < MB
    assert [] == stuck(session)


def test_an_object_in_its_own_frame(session):
    pytest.importorskip("pandas", reason="no pandas here")
    session(
        "import numpy as np, pandas as pd\n"
        "class Fit:\n"
        "    def __init__(self, df):\n"
        "        self.df = df\n"
        "        self.coef = np.ones(2_000_000)\n"
        "        df.at[0, 'fit'] = self\n"
    )
    session("df = pd.DataFrame({'fit': [None]}, dtype=object)\nm = Fit(df)")
    assert [] == stuck(session)
    session("del df, m")
    gc.collect()
    (found,) = stuck(session)
    assert (16, "Fit") == (found.bytes // MB, found.names[0])
    session(f"%leakcheck clear {found.id} --yes")
    assert [] == stuck(session)


def test_what_a_name_holds_is_not_stuck(session):
    session(CLASS.format(parts="made"))
    session("net = Net()")
    gc.collect()
    assert [] == stuck(session)
    # or it would be, in the tests that follow
    session("net.parts[0] = None")


def test_a_cycle_that_a_collection_frees_is_no_such(session):
    session(CLASS.format(parts="self"))
    session("Net()")
    assert [] == stuck(session)
