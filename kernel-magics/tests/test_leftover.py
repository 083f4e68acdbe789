"""``leftover-variable``: a name that no later cell reads, and when it is safe to clear."""

from __future__ import annotations

import re

import pytest

from leakhunter.format import duration_text
from leakhunter.model import Settings, Source

np = pytest.importorskip("numpy", reason="no numpy here")

MB = 1_000_000
BIG = "import numpy as np\nbig = np.ones(1_000_000)"


def facts(session):
    return [(f.names, f.verdict, f.group) for f in session.findings()]


def test_nothing_is_left_in_the_cell_that_made_it(session):
    session(BIG)
    assert [] == session.findings()


def test_a_name_that_no_later_cell_reads(session):
    session(BIG)
    session("x = 1")
    (finding,) = session.findings()
    assert ("leftover-variable", "leftover", ["big"]) == (
        finding.kind,
        finding.verdict,
        finding.names,
    )
    assert (8, 8, True) == (finding.bytes // MB, finding.frees // MB, finding.exact)
    assert 2 == finding.cell.execution_count
    assert ["big"] == finding.path
    assert ("clear", finding.frees) == (finding.remedy.action, finding.remedy.frees)


@pytest.mark.parametrize("cells", range(1, 6))
def test_it_is_safe_only_after_some_cells(session, cells):
    session(BIG)
    for i in range(cells):
        session(f"x = {i}")
    group = "safe" if cells >= 3 else "check"
    assert [(["big"], "leftover", group)] == facts(session)


def test_how_many_is_a_setting(session):
    session.hunter.configure(Settings(leftover_after=1))
    session(BIG)
    session("x = 1")
    assert [(["big"], "leftover", "safe")] == facts(session)


def test_a_read_starts_the_count_again(session):
    session(BIG)
    for source in ("x = 1", "x = 2", "x = 3", "big.sum();", "x = 4"):
        session(source)
    assert [(["big"], "leftover", "check")] == facts(session)
    (finding,) = session.findings()
    assert "[6]" in " ".join([finding.reason, *finding.facts])


def test_what_to_run_first_is_told_with_how_long_it_took(session):
    session(BIG)
    session("big.sum();")
    session("x = 1")
    (finding,) = session.findings()
    (said,) = finding.breaks
    made, took = re.fullmatch(
        r"\[3\] reads `big`\. To run it again, first run \[(\d+)\] \((.+)\)\.", said
    ).groups()
    run = session.hunter.recorder.since(0)[0]
    assert [str(run.execution_count), duration_text(run.seconds)] == [made, took]


def test_a_read_through_a_function_counts(session):
    session(BIG)
    session("def mean(): return big.mean()")
    session("x = 1")
    session("mean();")
    assert [] == session.findings()
    session("x = 2")
    assert [(["big"], "leftover", "check")] == facts(session)


def test_our_own_magics_and_empty_cells_are_no_cells(session):
    session(BIG)
    for source in (
        "",
        "   ",
        "# a remark",
        "%leakcheck",
        "%leakcheck big",
        "%load_ext leakhunter",
    ):
        session(source)
    assert [] == session.findings()


def test_a_name_in_our_magic_is_no_read(session):
    session(BIG)
    session("x = 1")
    session("%leakcheck big")
    session("x = 2\n%leakcheck clear big")
    assert ["big"] == session.findings()[0].names


def test_a_waiting_cell_that_reads_it(session):
    session(BIG, cell_id="a")
    session("x = 1", cell_id="b")
    session.hunter.notebook(
        [
            Source(cell_id="a", source=BIG),
            Source(cell_id="b", source="x = 1"),
            Source(cell_id="c", source="big.plot()"),
        ]
    )
    assert [] == session.findings()
    session("y = 1", cell_id="c")
    session.hunter.notebook(
        [Source(cell_id="a", source=BIG), Source(cell_id="c", source="y = 1")]
    )
    assert [(["big"], "leftover", "check")] == facts(session)


@pytest.mark.parametrize(
    "doubt",
    [
        "eval('1')",
        "globals()",
        "%unknown_magic big",
        "exec('pass')",
        "get_ipython().ev('1')",
    ],
)
def test_what_may_read_it_makes_it_suspect(session, doubt):
    session.shell.register_magic_function(lambda _line: None, "line", "unknown_magic")
    session(BIG)
    session(f"y = 0\n{doubt};" if not doubt.startswith("%") else doubt)
    for i in range(4):
        session(f"x = {i}")
    assert [(["big"], "suspect", "check")] == facts(session)


def test_a_cell_that_failed_to_parse_reads_nothing(session):
    session(BIG)
    session("big + (")
    session("x = 1")
    assert ["big"] == session.findings()[0].names


def test_an_error_after_the_read_still_reads(session):
    session(BIG)
    session("x = 1")
    session("big.sum(); 1 / 0")
    assert [] == [
        f for f in session.findings() if "big" in f.names and f.group == "safe"
    ]


def test_bound_again_it_is_another_one(session):
    session(BIG)
    session("x = 1")
    (first,) = session.findings()
    session("big = np.full(2_000_000, 2.0)")
    assert [] == session.findings()
    session("x = 2")
    (second,) = session.findings()
    assert first.id != second.id
    assert (8, 16) == (first.frees // MB, second.frees // MB)
    assert 4 == second.cell.execution_count


def test_it_keeps_its_id_across_checks(session):
    session(BIG)
    session("x = 1")
    (first,) = session.findings()
    session("x = 2")
    (second,) = session.findings()
    assert (first.id, first.fingerprint) == (second.id, second.fingerprint)


def test_names_of_one_object_are_one_finding(session):
    session(BIG + "\nalias = big")
    for i in range(3):
        session(f"x = {i}")
    (finding,) = session.findings()
    assert ["alias", "big"] == sorted(finding.names)
    assert ("safe", 8) == (finding.group, finding.frees // MB)


def test_an_alias_in_use_frees_nothing(session):
    session(BIG + "\nalias = big")
    session("x = 1")
    session("alias.sum();")
    assert [] == session.findings()


def test_two_frames_that_share_blocks_are_one_finding(session):
    pytest.importorskip("pandas", reason="no pandas here")
    session(
        "import numpy as np, pandas as pd\n"
        "a = pd.DataFrame(np.ones((500_000, 4)))\nb = a.copy(deep=False)"
    )
    for i in range(3):
        session(f"x = {i}")
    (finding,) = session.findings()
    assert ["a", "b"] == sorted(finding.names)
    assert ("safe", 16) == (finding.group, finding.frees // MB)


def test_the_freshest_of_a_group_decides(session):
    session("import numpy as np\nold = [np.ones(1_000_000)]")
    session("new = [old[0]]")
    session("new2 = new[0]")
    for i in range(2):
        session(f"x = {i}")
    assert ["check"] == [f.group for f in session.findings()]


def test_what_a_library_object_holds_is_seen(session):
    session("import numpy as np\nfrom types import SimpleNamespace")
    session(
        "model = SimpleNamespace(weights=np.ones(1_000_000), log=[np.ones(500_000)])"
    )
    session("x = 1")
    (finding,) = session.findings()
    assert (["model"], 12) == (finding.names, finding.frees // MB)


def test_modules_functions_and_small_things_are_no_leftovers(session):
    session("import numpy as np\ndef f(): pass\nsmall = [1, 2]\nclass C: pass")
    for i in range(4):
        session(f"x = {i}")
    assert [] == session.findings()


def test_a_variable_made_before_we_came(shell):
    from conftest import Session

    session = Session(shell)
    session(BIG)
    session("%load_ext leakhunter")
    session("x = 1")
    (finding,) = session.findings()
    assert (["big"], "leftover") == (finding.names, finding.verdict)


def test_names_of_strange_kinds(session):
    session("import numpy as np\nglobals()['not a name'] = np.ones(1_000_000)")
    session(
        "__x = np.ones(1_000_000)\n_y = np.ones(1_000_000)\nżółw = np.ones(1_000_000)"
    )
    session("x = 1")
    assert {"__x", "_y", "żółw"} <= {n for f in session.findings() for n in f.names}
