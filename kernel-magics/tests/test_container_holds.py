"""Objects that keep what was deleted, or what nobody sees in them."""

from __future__ import annotations

import re

import pytest
from conftest import Found

pytest.importorskip("numpy", reason="no numpy here")
MB = 1_000_000


@pytest.fixture
def found(session):
    return Found(session, "container-holds", "import numpy as np")


PANDAS = "import pandas as pd\ndf = pd.DataFrame({'k': np.arange(500_000) % 9, 'v': np.ones(500_000)})"


@pytest.mark.parametrize(
    "make",
    [
        "df.groupby('k')",
        "df.rolling(3)",
        "df.expanding()",
        "df.groupby('k').rolling(3)",
    ],
)
def test_what_pandas_keeps_of_a_deleted_frame(found, make):
    pytest.importorskip("pandas", reason="no pandas here")
    [finding] = found(f"{PANDAS}\nkept = {make}", "m = kept['v'].mean()", "del df")
    assert (["kept"], "suspect", "check", "Held", "clear") == (
        finding.names,
        finding.verdict,
        finding.group,
        finding.label,
        finding.remedy.action,
    )
    assert "deleted before" in finding.reason
    assert "`df` was deleted" in finding.facts[0]
    assert finding.frees >= 8 * MB
    found.session("%leakcheck clear kept --yes")
    assert [] == found()


def test_what_was_deleted_is_told_apart_from_what_goes_with_it(found):
    pytest.importorskip("pandas", reason="no pandas here")
    rows = PANDAS.replace("np.arange(500_000) % 9", "np.random.randint(0, 9, 500_000)")
    found(f"{rows}\nkept = df.groupby('k')\nrows = kept.groups")
    [finding] = found("del rows", "print(1)")
    words = r"keeps (\S+)\sMiB, of it `rows`, deleted before, (\S+)\sMiB\."
    whole, part = map(float, re.search(words, finding.reason).groups())
    assert 3.5 < part < 4.5
    assert 2 * part < whole
    assert "`df` keeps it too" in finding.reason
    assert "Delete the name `df`." in finding.does


def test_a_grouping_of_a_frame_that_is_in_use(found):
    pytest.importorskip("pandas", reason="no pandas here")
    assert [] == found(
        f"{PANDAS}\nkept = df.groupby('k')", "print(df.size, kept.size())"
    )


def test_a_progress_bar_that_is_done(found):
    pytest.importorskip("tqdm", reason="no tqdm here")
    [finding] = found(
        "from tqdm import tqdm\nrows = np.ones((100, 20_000))\nbar = tqdm(rows, disable=None)\nfor row in bar:\n    pass",
        "del rows, row",
    )
    assert (["bar"], "suspect") == (finding.names, finding.verdict)
    assert "bar.iterable" in finding.path
    assert 16 * MB <= finding.frees < 16.1 * MB
    found.session("%leakcheck clear bar --yes")
    assert [] == found()


def test_text_that_was_captured(found):
    [finding] = found("%%capture kept\nfor _ in range(20):\n    print('y' * 400_000)")
    assert ["kept"] == finding.names
    assert "captured text" in finding.reason


MOCK = "from unittest.mock import MagicMock, Mock\napi = {}()\nfor k in range(3):\n    api.upload(np.full(500_000, k), key=k)"


@pytest.mark.parametrize("kind", ["Mock", "MagicMock"])
def test_a_mock_keeps_the_arguments_of_its_calls(found, kind):
    [finding] = found(MOCK.format(kind))
    assert (["api"], "suspect", "api.reset_mock()") == (
        finding.names,
        finding.verdict,
        finding.fix,
    )
    assert 12 * MB <= finding.frees < 12.1 * MB
    found.session("%leakcheck clear api --yes")
    assert [] == found()
    assert "0" == found.session("print(len(api.upload.mock_calls))").strip()


def test_no_mock_of_the_users_own_class_is_reset(found):
    [finding] = found(
        "from unittest.mock import Mock\nclass Mine(Mock):\n"
        "    def reset_mock(self, *args, **named):\n        raise AssertionError\n"
        "api = Mine()\napi.upload(np.ones(500_000))"
    )
    assert finding.does.startswith("Delete `api`.")
    found.session("%leakcheck clear api --yes")
    assert [] == found()


def test_a_booster_keeps_its_training_data(found):
    pytest.importorskip("lightgbm", reason="no LightGBM here")
    [finding] = found(
        "import lightgbm as lgb\nX = np.random.rand(50_000, 20)\n"
        "train = lgb.Dataset(X, label=X[:, 0], free_raw_data=False)\n"
        "bst = lgb.train({'verbose': -1, 'num_threads': 1}, train, 2, keep_training_booster=True)",
        "del X, train\nprint(bst.num_trees())",
    )
    assert (["bst"], "bst.free_dataset()", "clear") == (
        finding.names,
        finding.fix,
        finding.remedy.action,
    )
    assert finding.frees >= 8 * MB
    found.session("%leakcheck clear bst --yes")
    assert [] == found()
    assert "2" in found.session("print(bst.num_trees())")


def test_a_booster_and_unread_variables_free_together(found):
    pytest.importorskip("lightgbm", reason="no LightGBM here")
    source = (
        "import lightgbm as lgb\nX = np.random.rand(50_000, 20)\n"
        "train = lgb.Dataset(X, label=X[:, 0], free_raw_data=False)\n"
        "bst = lgb.train({'verbose': -1, 'num_threads': 1}, train, 2, keep_training_booster=True)"
    )
    [finding] = found(source, "print(bst.num_trees())")
    assert ["bst"] == finding.names
    assert "`X` and `train` keep it too" in finding.reason
    assert [] == found("print(train, X.shape)")


def test_fitted_results_keep_what_they_were_fitted_to(found):
    pytest.importorskip("statsmodels", reason="no statsmodels here")
    [finding] = found(
        "import statsmodels.api as sm\nfits = []\nfor k in range(2):\n"
        "    X = np.random.rand(50_000, 5)\n    fits.append(sm.OLS(X[:, 0], X).fit())\ndel X"
    )
    assert ["fits"] == finding.names
    assert "for one in fits:\n    one.remove_data()" in finding.fix
    found.session("%leakcheck clear fits --yes")
    assert [] == found()


USER = "class Model:\n    def __init__(self, data):\n        self.data = data\nraw = np.ones(1_000_000)\nmodel = Model(raw)"


def test_a_deleted_value_lives_on_in_an_object_that_nobody_reads(found):
    [finding] = found(USER, "del raw", "print(1)")
    assert (["model"], "suspect") == (finding.names, finding.verdict)
    assert "`model` (Model) still keeps `raw`" in finding.reason
    assert {"model", "model.data"} <= set(finding.path)


def test_an_object_that_is_read_is_in_use(found):
    assert [] == found(USER, "del raw", "print(model.data.sum())")


@pytest.mark.parametrize(
    "source",
    [
        "raw = np.ones(1_000_000)\nkept = [raw]",
        "raw = np.ones(1_000_000)\nkept = {'raw': (raw,)}",
        "raw = np.ones(1_000_000)\nkept = raw",
        "raw = np.ones(1_000_000)\nkept = raw.reshape(1000, 1000)",
    ],
)
def test_what_the_user_sees_there_is_a_leftover(found, source):
    assert [] == found(source, "del raw", "print(1)")
    kinds = {f.kind for f in found.session.findings()}
    assert "leftover-variable" in kinds


OLD = "class Embedder:\n    TABLE = np.ones(1_000_000)"


def test_an_instance_keeps_its_old_class(found):
    [finding] = found(OLD, "e = Embedder()", OLD)
    assert (["e"], "suspect") == (finding.names, finding.verdict)
    assert "old class `Embedder`" in finding.reason
    assert 8 * MB <= finding.frees < 8.1 * MB
    found.session("%leakcheck clear e --yes")
    assert [] == found()


def test_instances_in_a_list_and_an_abstract_class(found):
    source = "import abc\nclass Base(abc.ABC):\n    TABLE = np.ones(1_000_000)"
    [finding] = found(source, "many = [Base() for _ in range(3)]", source)
    assert ["many"] == finding.names


def test_an_old_class_without_data_is_no_finding(found):
    source = (
        "class Model:\n    def __init__(self):\n        self.w = np.ones(1_000_000)"
    )
    assert [] == found(source, "m = Model()", source, "print(m.w.sum())")


def test_a_class_that_is_as_it_was_made(found):
    assert [] == found(OLD, "e = Embedder()", "print(e.TABLE.sum())")


CLUSTER = (
    "from distributed import Client\n"
    "client = Client(processes={}, n_workers=1, threads_per_worker=1, dashboard_address=None)\n"
    "def job(i):\n    import numpy as np\n    return np.full(250_000, i)\n"
    "futures = client.map(job, range(1, 4))\nsums = [int(f.result().sum()) for f in futures]"
)


def close_cluster(session):
    session("client.close()\ndel futures, client")


def test_futures_keep_results_on_the_workers(found):
    pytest.importorskip("distributed", reason="no distributed here")
    try:
        [finding] = found(CLUSTER.format(False))
        assert (["futures"], "suspect", "clear") == (
            finding.names,
            finding.verdict,
            finding.remedy.action,
        )
        assert 6 * MB <= finding.frees < 6.1 * MB
        found.session("%leakcheck clear futures --yes")
        assert [] == found()
    finally:
        close_cluster(found.session)


def test_a_result_that_another_future_wants_stays(found):
    pytest.importorskip("distributed", reason="no distributed here")
    try:
        [finding] = found(
            CLUSTER.format(False) + "\nfirst = futures[:1]\nsame = client.map(job, [3])"
        )
        assert 2 * MB <= finding.frees < 2.1 * MB
    finally:
        close_cluster(found.session)


def test_a_class_that_keeps_its_instances(found):
    [finding] = found(
        "class Model:\n    made = []\n    def __init__(self):\n        self.w = np.ones(500_000)\n        Model.made.append(self)\n"
        "class Small(Model):\n    pass",
        "for _ in range(2):\n    m = Small()\ndel m",
    )
    assert (["Model.made"], "suspect") == (finding.names, finding.verdict)
    assert "instances of `Model` that no variable names" in finding.reason
    assert 8 * MB <= finding.frees < 8.1 * MB
    found.session(f"%leakcheck clear {finding.id} --yes")
    assert [] == found()
    assert [] == found.session.shell.user_ns["Model"].made


def test_a_class_with_a_table_keeps_no_instances(found):
    assert [] == found(
        "class Model:\n    tables = [np.ones(500_000)]", "print(len(Model.tables))"
    )


def test_a_frame_in_the_attributes_of_another(found):
    pytest.importorskip("pandas", reason="no pandas here")
    [finding] = found(
        f"{PANDAS}\nsmall = df.head(3).copy()\nsmall.attrs['from'] = df",
        "del df",
        "print(small.shape)",
    )
    assert (["small"], "advice", "small.attrs.clear()") == (
        finding.names,
        finding.remedy.action,
        finding.fix,
    )
    found.session(finding.fix)
    assert [] == found()


OPTIMIZER = (
    "import torch\nmodel = torch.nn.Linear(1000, 1000)\noptimizer = torch.optim.Adam(model.parameters())\n"
    "model(torch.ones(1, 1000)).sum().backward()\noptimizer.step()"
)


def test_an_optimizer_keeps_the_parameters_of_a_deleted_model(found):
    pytest.importorskip("torch", reason="no PyTorch here")
    [finding] = found(OPTIMIZER, "del model", "print(1)")
    assert (["optimizer"], "suspect") == (finding.names, finding.verdict)
    assert finding.frees >= 16 * MB


def test_an_optimizer_with_its_model_is_in_use(found):
    pytest.importorskip("torch", reason="no PyTorch here")
    assert [] == found(OPTIMIZER, "print(model, optimizer)")


STORE = (
    "class Store:\n    seen = {}\n    @classmethod\n    def get(cls, key):\n"
    "        return cls.seen.setdefault(key, np.ones(500_000))"
)


def test_what_a_class_has_gathered_that_no_cell_uses(found):
    [finding] = found(STORE, "for key in 'abcd':\n    Store.get(key)", "x = 1")
    assert (["Store.seen"], "suspect", "clear") == (
        finding.names,
        finding.verdict,
        finding.remedy.action,
    )
    assert "no cell uses its class" in finding.reason
    assert 16 * MB <= finding.frees < 16.1 * MB
    found.session(f"%leakcheck clear {finding.id} --yes")
    assert [] == found()
    assert {} == found.session.shell.user_ns["Store"].seen


def test_what_a_class_has_gathered_for_the_cells(found):
    source = "for key in 'abcd':\n    Store.get(key)"
    assert [] == found(STORE, source, "print(Store.get('a').sum())")


@pytest.mark.parametrize("use", ["lambda i: raw[i]", "lambda i, table=raw: table[i]"])
def test_what_a_function_inside_an_object_keeps_nobody_sees_there(found, use):
    """Also while the object is in use: then it is only advised."""
    [finding] = found(
        "class Steps:\n    def __init__(self, *steps): self.steps = steps\n"
        "    def run(self, i): return [step(i) for step in self.steps]",
        f"def make(raw): return Steps({use})\nraw = np.ones(1_000_000)\nsteps = make(raw)",
        "del raw",
        "print(steps.run(1))",
    )
    assert (["steps"], "suspect", "advice") == (
        finding.names,
        finding.verdict,
        finding.remedy.action,
    )
    assert "still keeps `raw`, deleted before" in finding.reason
