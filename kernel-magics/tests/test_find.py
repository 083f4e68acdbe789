"""From candidates to findings: what belongs together, sums, ids, fingerprints, order."""

from __future__ import annotations

import json

import pytest
from conftest import Session
from IPython.core.interactiveshell import InteractiveShell

from leakhunter.heap.slots import Slot
from leakhunter.heap.trial import trial

np = pytest.importorskip("numpy", reason="no numpy here")

MB = 1_000_000


def pass_by(session, cells=3):
    for i in range(cells):
        session(f"x = {i}")


def test_names_that_free_only_together_are_one_finding(session):
    session(
        "import numpy as np\ndata = np.ones(1_000_000)\n"
        "a = [data]\nb = [data]\nc = [np.ones(500_000)]\ndel data"
    )
    pass_by(session)
    assert [(["a", "b"], 8), (["c"], 4)] == [
        (sorted(f.names), f.frees // MB) for f in session.findings()
    ]


def test_a_name_that_holds_nothing_more_does_not_ride_along(session):
    session(
        "import numpy as np\ndata = np.ones(1_000_000)\nsmall = {'k': 1}\n"
        "a = [data, small]\nb = [data, small]\ndel data"
    )
    pass_by(session)
    (finding,) = session.findings()
    assert ["a", "b"] == sorted(finding.names)


def test_the_header_promises_the_union(session):
    session(
        "import numpy as np\nd, e, f = (np.ones(1_000_000) for _ in range(3))\n"
        "a, b, c = [d], [d, e], [e, f]\ndel d, e, f"
    )
    session("import numpy as np\nnp.ones(2_000_000)")
    pass_by(session)
    checkup = session.hunter.check()
    report = checkup.report
    graph = checkup.case.graph
    groups = {
        group: [s for f in checkup.found if f.finding.group == group for s in f.slots]
        for group in ("safe", "check")
    }
    assert trial(graph, groups["safe"]).bytes == report.safe_bytes
    everything = trial(graph, groups["safe"] + groups["check"]).bytes
    assert everything == report.safe_bytes + report.check_bytes
    assert 40 == report.safe_bytes // MB
    rows = sum(f.frees for f in report.findings if f.group == "safe")
    assert report.only_together == report.safe_bytes - rows


def test_the_promise_of_all_is_kept(session):
    session("import numpy as np\na = np.ones(1_000_000)\nb = [a, np.ones(500_000)]")
    session("np.ones(2_000_000)")
    pass_by(session)
    report = session.hunter.check().report
    session("%leakcheck")
    said = session(f"%leakcheck clear 1-{len(report.findings)} --yes --json")
    measured = json.loads(said)["measured"]
    assert 28 == report.safe_bytes // MB
    assert abs(measured - report.safe_bytes) <= 0.05 * report.safe_bytes


def test_the_sheet_adds_up(session):
    session("import numpy as np\na = np.ones(1_000_000)")
    session("np.ones(2_000_000)")
    pass_by(session)
    sheet = session.hunter.check().report.sheet
    parts = {p.part: p.bytes for p in sheet.parts}
    assert sheet.rss == sum(parts.values())
    assert (8, 16) == (parts["leftover"] // MB, parts["history"] // MB)


def test_the_biggest_that_is_safe_comes_first(session):
    session("import numpy as np\nsmall = np.ones(200_000)")
    session("middle = np.ones(400_000)")
    pass_by(session)
    session("large = np.ones(900_000)")
    session("x = 9")
    assert [("middle", "safe"), ("small", "safe"), ("large", "check")] == [
        (f.title, f.group) for f in session.findings()
    ]


def test_below_a_megabyte_is_no_finding(session):
    session("import numpy as np\na = np.ones(120_000)\nb = np.ones(130_000)")
    pass_by(session)
    assert ["b"] == [f.title for f in session.findings()]


def test_an_id_stays_while_the_thing_stays(session):
    session("import numpy as np\na = np.ones(1_000_000)")
    session("np.ones(2_000_000)")
    session("x = 0")
    seen = [{f.title: f.id for f in session.findings()}]
    for i in range(3):
        session(f"b{i} = np.ones(300_000)")
        seen.append({f.title: f.id for f in session.findings()})
    for titles in seen[1:]:
        assert seen[0].items() <= titles.items()
    assert len(set(seen[-1].values())) == len(seen[-1])


def test_an_id_is_never_given_again(session):
    ids = []
    for i in range(4):
        session(f"import numpy as np\na = np.ones({400_000 + i})")
        session("x = 0")
        (finding,) = session.findings()
        ids.append(finding.id)
        session(f"%leakcheck clear {finding.id} --yes")
    assert 4 == len(set(ids))


def test_a_fingerprint_is_the_same_in_another_session(session):
    def story(session):
        session("import numpy as np\na = np.ones(1_000_000)", cell_id="one")
        session("np.ones(2_000_000)", cell_id="two")
        session("x = 0", cell_id="three")
        return {f.fingerprint for f in session.findings()}

    first = story(session)
    session.shell.run_line_magic("unload_ext", "leakhunter")
    InteractiveShell.clear_instance()
    second = Session(InteractiveShell.instance())
    second.shell.history_manager.enabled = False
    second("1 + 1", cell_id="zero")  # numbers of cells differ
    second("%load_ext leakhunter")
    try:
        assert first == story(second)
        assert 2 == len(first)
    finally:
        second.shell.run_line_magic("unload_ext", "leakhunter")
        second.shell.reset(new_session=False)


def test_different_things_have_different_fingerprints(session):
    session("import numpy as np\na = np.ones(1_000_000)", cell_id="one")
    session("b = np.ones(1_000_000)", cell_id="two")
    session("np.ones(1_000_000)", cell_id="two")
    session("x = 0")
    found = session.findings()
    assert 3 == len({f.fingerprint for f in found}) == len(found)


def test_intermediate_results_are_one_finding_whose_steps_clear_alone(session):
    session("import numpy as np\nraw = np.ones(1_000_000)")
    session("clean = raw * 2")
    session("features = clean + 1")
    session("total = float(features.sum())")
    pass_by(session)
    checkup = session.hunter.check()
    (found,) = checkup.found
    assert ["raw", "clean", "features"] == found.finding.names
    assert [["raw"], ["clean"], ["features"]] == [p.finding.names for p in found.parts]
    assert [8, 8, 8] == [p.finding.frees // MB for p in found.parts]
    assert 24 == found.finding.frees // MB
    session(f"%leakcheck clear {found.parts[1].finding.id} --yes")
    left = session.shell.user_ns
    assert [True, False, True] == [n in left for n in ("raw", "clean", "features")]


def test_a_finding_is_born_in_the_cell_that_made_it(session):
    """Checked after each cell, as it is with a panel."""
    session("import numpy as np\nbox = []", cell_id="empty")
    session.findings()
    session("box.append(np.ones(1_000_000))", cell_id="fill")
    session.findings()
    session("box2 = [box[0]]", cell_id="share")
    pass_by(session)
    (finding,) = session.findings()
    assert ("fill", 3) == (finding.cell.cell_id, finding.cell.execution_count)


def test_by_id_finds_parts(session):
    session("import numpy as np\na = np.ones(1_000_000)")
    session("x = 0")
    checkup = session.hunter.check()
    (found,) = checkup.found
    assert checkup.by_id(found.finding.id) is found
    assert checkup.by_id(f"{found.finding.id}.7") is None
    assert checkup.by_id("f99") is None
    assert (Slot("name", "a"),) == found.slots
