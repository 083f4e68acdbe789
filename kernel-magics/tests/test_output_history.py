"""``output-history``: what IPython keeps because it was shown."""

from __future__ import annotations

import weakref

import pytest
from IPython import version_info

np = pytest.importorskip("numpy", reason="no numpy here")

MB = 1_000_000
SHOW = "import numpy as np\nnp.ones(1_000_000)"


def history(session):
    return [f for f in session.findings() if f.kind == "output-history"]


def test_a_shown_value_is_found_in_all_its_places(session):
    session("x = 1")
    session(SHOW)
    session("x = 2")
    (finding,) = history(session)
    assert ("leak", 8, ["Out[3]"]) == (
        finding.verdict,
        finding.frees // MB,
        finding.names,
    )
    assert {"Out[3]", "_3", "_", "user_ns_hidden['_3']", "displayhook._"} <= set(
        finding.path
    )
    assert 3 == finding.cell.execution_count
    assert finding.exact


def test_the_last_result_is_kept_too_and_checked_first(session):
    session(SHOW)
    (finding,) = history(session)
    assert "last_execution_result" in finding.path
    assert "check" == finding.group


def test_it_is_safe_once_a_later_cell_ran(session):
    session(SHOW)
    session("x = 1")
    (finding,) = history(session)
    assert "safe" == finding.group


def test_clearing_really_frees_it(session):
    session(SHOW)
    ref = weakref.ref(session.shell.user_ns["_"])
    session("x = 1")
    (finding,) = history(session)
    session(f"%leakcheck clear {finding.id} --yes")
    assert ref() is None
    assert [] == history(session)


def test_shown_twice_is_one_finding(session):
    session("import numpy as np\nmade = np.ones(1_000_000)")
    session("made")
    session("made")
    session("del made")
    (finding,) = history(session)
    assert 8 == finding.frees // MB
    assert {"Out[3]", "Out[4]"} <= set(finding.path)


def test_del_of_the_name_is_told(session):
    session("import numpy as np\nmade = np.ones(1_000_000)")
    session("made")
    session("del made")
    (finding,) = history(session)
    told = " ".join([finding.reason, *finding.facts])
    assert "del made" in told
    assert "[4]" in told


def test_a_name_and_its_output_free_only_together(session):
    session("import numpy as np\nmade = np.ones(1_000_000)")
    session("made")
    session("x = 1")
    (finding,) = session.findings()
    assert "made" in finding.names
    assert "Out[3]" in finding.path
    assert 8 == finding.frees // MB


def test_a_name_in_use_holds_its_output(session):
    session("import numpy as np\nmade = np.ones(1_000_000)")
    session("made")
    session("x = 1")
    session("made.sum();")
    assert [] == session.findings()


@pytest.mark.parametrize(
    "quiet",
    [
        "np.ones(1_000_000);",
        "display(np.ones(1_000_000))",
        "a = np.ones(1_000_000)\ndel a",
    ],
)
def test_what_is_not_a_result_is_not_kept(session, quiet):
    session("import numpy as np")
    session(quiet)
    session("x = 1")
    assert [] == session.findings()


def test_none_is_no_value(session):
    session("None")
    session("x = 1")
    assert [] == session.findings()


@pytest.mark.filterwarnings("ignore:Output cache limit")
def test_after_culling_the_hidden_name_is_found(session):
    session.shell.displayhook.cache_size = 5
    session.shell.displayhook.do_full_cache = 1
    session(SHOW)
    ref = weakref.ref(session.shell.user_ns["_"])
    for i in range(10):
        session(f"{i} + 0.5")
    assert ref() is not None
    assert 2 not in session.shell.user_ns["Out"]
    (finding,) = history(session)
    assert 8 == finding.frees // MB
    assert not any(p.startswith("Out[") for p in finding.path)
    session(f"%leakcheck clear {finding.id} --yes")
    assert ref() is None


def test_an_underscore_of_the_user_s_is_theirs(session):
    session("import numpy as np\n_ = np.ones(1_000_000)")
    mine = session.shell.user_ns["_"]
    session("1 + 1")
    for _ in range(3):
        session("x = 1")
    for finding in session.findings():
        assert "output-history" != finding.kind
        session(f"%leakcheck clear {finding.id} --yes")
    if session.shell.user_ns.get("_") is not mine:
        assert "leftover-variable" == finding.kind


def test_a_loop_variable_called_underscore(session):
    session("import numpy as np\nfor _ in [np.ones(1_000_000)]: pass")
    session("x = 1")
    (finding,) = session.findings()
    assert ("leftover-variable", ["_"]) == (finding.kind, finding.names)


def test_an_out_of_the_user_s_is_left_alone(session):
    session("import numpy as np\nOut = {3: np.ones(1_000_000)}")
    mine = session.shell.user_ns["Out"]
    session("1 + 1")
    for _ in range(3):
        session("x = 1")
    for finding in session.findings():
        session(f"%leakcheck clear {finding.id} --yes")
    assert session.shell.user_ns["Out"] is mine
    assert [3] == list(mine)


@pytest.mark.parametrize("reader", ["_2.sum();", "_.sum();", "y = _2"])
def test_what_the_last_cell_reads_is_in_use(session, reader):
    session(SHOW)
    session(reader)
    assert all(f.group != "safe" for f in history(session))


def test_what_a_waiting_cell_reads_is_in_use(session):
    from leakhunter.model import Source

    session(SHOW)
    session("x = 1")
    session.hunter.notebook([Source(cell_id="later", source="_2.mean()")])
    assert [] == history(session)
    session.hunter.notebook([Source(cell_id="later", source="other")])
    assert 1 == len(history(session))


def test_two_outputs_are_two_findings(session):
    session(SHOW)
    session("np.ones(2_000_000)")
    session("x = 1")
    assert [16, 8] == [f.frees // MB for f in history(session)]
    report = session.hunter.check().report
    assert 24 == report.safe_bytes // MB
    parts = {p.part: p.bytes for p in report.sheet.parts}
    assert 24 == parts["history"] // MB
    assert report.memory.rss == sum(parts.values())


def test_outputs_that_share_their_data_are_one_finding(session):
    session("import numpy as np\nnp.ones(1_000_000)")
    session("_[:10]")
    session("x = 1")
    (finding,) = history(session)
    assert {"Out[2]", "Out[3]"} <= set(finding.path)
    assert 8 == finding.frees // MB


@pytest.mark.skipif(version_info < (9, 1), reason="this IPython stores no outputs")
def test_stored_outputs(session):
    from IPython.core.history import HistoryOutput

    outputs = session.shell.history_manager.outputs
    session("x = 1")
    outputs[2] = [
        HistoryOutput(output_type="out_stream", bundle={"stream": ["x" * 5 * MB]}),
        HistoryOutput(output_type="display_data", bundle={"image/png": "y" * 3 * MB}),
    ]
    session("x = 2")
    (finding,) = history(session)
    assert ("leak", "safe", 8) == (
        finding.verdict,
        finding.group,
        finding.frees // MB,
    )
    session(f"%leakcheck clear {finding.id} --yes")
    assert 2 not in outputs


def test_a_small_value_is_no_finding(session):
    session("'x' * 1000")
    session("x = 1")
    assert [] == session.findings()
