"""``%leakcheck vars``, ``%leakcheck why`` and completion."""

from __future__ import annotations

from leakhunter.heap.inventory import inventory, listing
from leakhunter.slices import at_once
from leakhunter.variables import inventorying


def rows(session):
    case = session.hunter.check().case
    return {r.name: r for r in inventory(case.graph, case.uses, 100_000)}


def test_shared_bytes_are_not_promised_twice(session):
    session("import numpy as np")
    session(
        "X = np.ones(4_000_000)\nX_train = X[:3_000_000]\nalone = np.ones(1_000_000)"
    )
    found = rows(session)
    assert 8_000_112 == found["alone"].frees
    assert (0, ["X_train"]) == (found["X"].frees, found["X"].with_names)
    assert found["X_train"].frees < 1000
    assert 32_000_000 <= found["X_train"].shared < 32_001_000


def test_vars_lists_names_with_their_last_reader(session):
    session("import numpy as np")
    session("used = np.ones(1_000_000)")
    session("total = used.sum()")
    said = session("%leakcheck vars")
    (line,) = [x for x in said.splitlines() if x.startswith("used")]
    assert line.endswith("[4]")
    assert max(map(len, said.splitlines())) <= 79


def test_why_names_who_else_holds_it(session):
    session("import numpy as np")
    session("table = np.ones(1_000_000)\ncurrent = table")
    session("print(table[0], current[0])")
    said = session("%leakcheck why table")
    assert "frees 0 B" in said
    assert "current" in said


def test_why_of_nothing_is_one_sentence(session):
    assert "Say whose memory" in session("%leakcheck why")
    assert "nonsense" in session("%leakcheck why nonsense")


def test_completion(session):
    session("customers = 1")
    shell = session.shell
    assert {"clear", "why", "vars", "cells"} <= set(
        shell.complete("", "%leakcheck ")[1]
    )
    assert ["customers"] == shell.complete("cust", "%leakcheck why cust")[1]
    assert "customers" in shell.complete("", "%leakcheck clear ")[1]


def test_completion_ends_with_the_extension(session):
    session("%unload_ext leakhunter")
    assert "why" not in session.shell.complete("", "%leakcheck ")[1]


def told(session):
    """The variables as the front end gets them, by name."""
    found = at_once(inventorying(session.hunter.check()))
    return {v.name: v for v in found.variables}


def test_what_names_share_is_told_with_what_they_free_together(session):
    session("import numpy as np")
    session("X = np.ones(4_000_000)\nX_train = X[:3_000_000]\nX_test = X[3_000_000:]")
    one = told(session)["X_train"]
    assert (["X", "X_test"], False) == (sorted(one.shared_with), one.shared_more)
    assert one.frees < 1000
    assert 32_000_000 <= one.shared < 32_001_000
    assert 32_000_000 <= one.together < 32_002_000


def test_many_sharers_are_not_all_told(session):
    session("import numpy as np\nbase = np.ones(1_000_000)")
    session("for i in range(12):\n    globals()[f'part{i}'] = base[i:]")
    one = told(session)["base"]
    assert (8, True, None) == (len(one.shared_with), one.shared_more, one.together)


def test_readers_are_told_with_their_doubts(session):
    session("import numpy as np\nn = 1_000_000")
    session("used = np.ones(n)")
    session("total = used.sum()")
    assert ("yes", 4, 3) == (
        told(session)["used"].read,
        told(session)["used"].last_read,
        told(session)["used"].made_in,
    )
    session("hidden = np.ones(n)")
    session("eval('1 + 1')")
    found = told(session)
    one = found["hidden"]
    assert ("perhaps", 6, 5, False) == (
        one.read,
        one.last_read,
        one.made_in,
        one.unread,
    )


def test_a_name_that_no_cell_reads_is_unread_and_leads_to_its_finding(session):
    session("import numpy as np")
    session("idle = np.ones(2_000_000)")
    session("x = 1")
    session("y = 2")
    one = told(session)["idle"]
    (finding,) = [f for f in session.findings() if f.names == ["idle"]]
    assert ("never", None, True) == (one.read, one.last_read, one.unread)
    assert ("ndarray", "2,000,000 float64", finding.id) == (
        one.type,
        one.shape,
        one.finding,
    )


def test_small_variables_are_counted(session):
    session("a = 1\nb = 'x'\nbig = bytearray(100_000)")
    found = at_once(inventorying(session.hunter.check()))
    assert ["big"] == [v.name for v in found.variables]
    assert 2 <= found.small
    assert 0 == found.left_out


def test_the_work_has_an_end(session):
    session("lists = [[[i] for i in range(5_000)] for _ in range(2)]")
    session("first, second = lists")
    case = session.hunter.check().case
    found = at_once(listing(case.graph, case.uses, 1024, work=100))
    assert ["lists"] == [one.name for one in found.found]
    assert 2 == found.left_out


def test_a_variable_that_is_called_like_a_finding_is_meant_by_its_name(session):
    session("import numpy as np")
    session("f1 = np.ones(1_000_000)\nother = np.ones(3_000_000)")
    for i in range(3):
        session(f"x = {i}")
    checkup = session.hunter.check()
    hunter = session.hunter
    assert ["f1"] == [f.finding.title for f in hunter.meant(checkup, "name:f1")]
    assert [] == hunter.meant(checkup, "name:gone")
    assert [] == hunter.meant(checkup, "name:Out[1]")
