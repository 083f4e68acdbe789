"""``%leakcheck vars``, ``%leakcheck why`` and completion."""

from __future__ import annotations

from leakhunter.heap.inventory import inventory


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
