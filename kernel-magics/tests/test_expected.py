"""What the user called expected: out of all sums until it grows, by fingerprint only."""

from __future__ import annotations

import json
import re

import pytest
from conftest import Session

import leakhunter
from leakhunter.detect.expected import MOST, REASON_MAX, accepted
from leakhunter.detect.fingerprint import apart
from leakhunter.doors.html import report_html
from leakhunter.expectations import Expectations
from leakhunter.model import Expected

pytest.importorskip("numpy", reason="no numpy here")

MB = 1_000_000


def mark(fingerprint="0" * 16, **fields):
    known = {
        "fingerprint": fingerprint,
        "kind": "leftover-variable",
        "bytes": 8 * MB,
        "reason": "",
        "at": 1.0,
    }
    return Expected(**{**known, **fields})


def leave(session, name="a", count=1_000_000, cell_id="one"):
    session(f"import numpy as np\n{name} = np.ones({count})", cell_id=cell_id)
    for i in range(3):
        session(f"x = {i}", cell_id=f"after-{i}")


# -------------------------------------------------------------- fingerprints


def test_names_that_differ_only_in_digits_are_told_apart(session):
    session(
        "import numpy as np\nframe1, frame2 = np.ones(1_000_000), np.ones(1_000_000)",
        cell_id="one",
    )
    session("x = 0")
    found = session.findings()
    assert ["frame1", "frame2"] == sorted(f.title for f in found)
    assert 2 == len({f.fingerprint for f in found})


def test_outputs_of_two_cells_are_told_apart_and_keep_their_fingerprints(session):
    for cell in ("one", "two"):
        session("import numpy as np\nnp.ones(1_000_000)", cell_id=cell)
    session("x = 0", cell_id="three")
    found = sorted(session.findings(), key=lambda f: f.title)
    before = [f.fingerprint for f in found]
    assert 2 == len(set(before))
    for one in found:
        session(f"%leakcheck clear {one.id} --yes")
    assert [] == session.findings()
    for cell in ("one", "two"):
        session("import numpy as np\nnp.ones(1_000_000)", cell_id=cell)
    session("x = 0", cell_id="three")
    again = [f.fingerprint for f in sorted(session.findings(), key=lambda f: f.title)]
    assert before == again


def test_two_runs_of_one_cell_are_told_apart(session):
    for _ in range(2):
        session("import numpy as np\nnp.ones(1_000_000)", cell_id="one")
    session("x = 0", cell_id="two")
    found = session.findings()
    assert 2 == len(found) == len({f.fingerprint for f in found})


STORY = {
    "one": "import numpy as np\nraw = np.ones(2_000_000)\nclean = raw + 1\nholder = {}",
    "two": "np.ones(1_500_000)",
    "three": "class Box: pass\nbox = Box()\nbox.data = np.ones(1_700_000)",
    "four": "def work():\n    local = np.ones(1_300_000)\n    raise ValueError",
    "five": "work()",
    "six": "rows = []\nfor _ in range(3): rows.append(np.ones(400_000))",
    "seven": "x = 0",
}


@pytest.mark.parametrize("looks", [["two", "five"], ["one", "three", "four", "six"]])
def test_a_fingerprint_does_not_depend_on_when_it_is_looked_at(shell, looks):
    def story(looks):
        shell.reset(new_session=False)
        session = Session(shell)
        session("%load_ext leakhunter")
        for cell, source in STORY.items():
            session(source, cell_id=cell)
            if cell in looks:
                session.hunter.check()
        found = {(f.title, f.fingerprint) for f in session.findings()}
        session("%unload_ext leakhunter")
        return {(re.sub(r"\d+", "#", title), one) for title, one in found}

    everywhere = story(STORY)
    assert 4 <= len(everywhere)
    assert everywhere == story(looks) == story([])


def test_equal_ones_are_counted_in_their_order():
    first, other, second = apart(["a", "b", "a"])
    assert ("a", "b") == (first, other)
    assert second not in ("a", "b")


def test_no_name_is_in_a_fingerprint(session):
    leave(session, "customers")
    (finding,) = session.findings()
    assert re.fullmatch(r"[0-9a-f]{16}", finding.fingerprint)


# ------------------------------------------------------------------- reports


def test_what_is_expected_is_in_no_sum(session):
    leave(session, "a")
    leave(session, "b", 500_000, "two")
    before = session.hunter.check().report
    leakhunter.expect("a", "used at the end")
    report = session.hunter.check().report
    groups = {f.title: f.group for f in report.findings}
    assert {"b": "safe", "a": "expected"} == groups
    assert (12, 4) == (before.safe_bytes // MB, report.safe_bytes // MB)
    assert 0 == report.check_bytes
    parts = {p.part: p.bytes for p in report.sheet.parts}
    assert 4 == parts["leftover"] // MB
    assert report.sheet.rss == sum(parts.values())
    (expected,) = [f.expected for f in report.findings if f.expected is not None]
    assert ("used at the end", 8) == (expected.reason, expected.bytes // MB)


def test_it_holds_while_it_grows_a_little_and_speaks_up_after(session):
    leave(session, "a")
    leakhunter.expect("a")
    leave(session, "a", 1_090_000)
    assert ["expected"] == [f.group for f in session.findings()]
    leave(session, "a", 1_200_000)
    (finding,) = session.findings()
    assert ("safe", None) == (finding.group, finding.expected)
    assert (
        "You called this expected at 7.63\u00a0MiB; it has grown to 9.16\u00a0MiB."
        == finding.facts[0]
    )
    leakhunter.expect("a")
    assert ["expected"] == [f.group for f in session.findings()]


def test_another_finding_is_not_expected(session):
    leave(session, "a")
    leakhunter.expect("a")
    leave(session, "b", cell_id="two")
    leave(session, "a", cell_id="three")
    assert {"a": "safe", "b": "safe"} == {f.title: f.group for f in session.findings()}


def test_parts_of_an_expected_finding_are_expected(session):
    session("import numpy as np\nraw = np.ones(1_000_000)")
    session("clean = raw * 2")
    session("total = float(clean.sum())")
    for i in range(3):
        session(f"x = {i}")
    leakhunter.expect("raw")
    (found,) = [f for f in session.hunter.check().found if f.parts]
    assert ["expected"] * 2 == [p.finding.group for p in found.parts]


def test_what_is_expected_can_still_be_cleared(session):
    leave(session, "a")
    leakhunter.expect("a")
    (finding,) = session.findings()
    session(f"%leakcheck clear {finding.id} --yes")
    assert "a" not in session.shell.user_ns


# ---------------------------------------------------------------------- doors


def test_the_reports_have_one_quiet_line(session):
    leave(session, "a")
    leakhunter.expect("a")
    said = session("%leakcheck")
    assert "Expected: 1, 7.63 MiB" in said
    assert "Nothing left behind." in said
    assert "Expected: 1, 7.63\u00a0MiB" in report_html(session.hunter.last, 0)


def test_it_can_be_called_so_listed_and_taken_back(session):
    leave(session, "a")
    session("%leakcheck")
    assert "expected now" in session('%leakcheck expect 1 "held for the demo"')
    listed = session("%leakcheck expect")
    assert "held for the demo" in listed
    assert re.search(r"f\d+ +a +7\.63 MiB", listed)
    (finding,) = session.findings()
    assert "Taken back" in session(f"%leakcheck expect --remove {finding.id}")
    assert ["safe"] == [f.group for f in session.findings()]
    assert "Nothing is called expected" in session("%leakcheck expect")


def test_it_is_taken_back_by_name_or_fingerprint_when_it_is_not_there(session):
    leave(session, "a")
    made = json.loads(session("%leakcheck expect a because --json"))["expected"]
    assert ["because"] == [e["reason"] for e in made]
    session("del a")
    assert "not there now" in session("%leakcheck expect")
    session(f"%leakcheck expect --remove {made[0]['fingerprint']}")
    document = json.loads(session("%leakcheck expect --json"))
    assert {"expected": []} == document


@pytest.mark.parametrize(
    "line", ["nonsense", "f99", "--remove", "--remove a", "--remove f99", "--yes"]
)
def test_what_is_not_there_is_refused_and_changes_nothing(session, line):
    leave(session, "a")
    said = json.loads(session(f"%leakcheck expect {line} --json"))
    assert ["error"] == [*said]
    assert {} == session.hunter.expected.known


def test_a_name_of_nothing_is_an_error(session):
    with pytest.raises(ValueError, match="no finding or variable"):
        leakhunter.expect("nothing")


def test_a_reason_is_one_short_line(session):
    leave(session, "a")
    known = leakhunter.expect("a", "two\nlines\x1b[31m " + "y" * 500)
    assert known.reason.startswith("two lines [31m y")
    assert REASON_MAX == len(known.reason)


# ------------------------------------------------------------- what is told


def test_all_of_it_is_told_at_once():
    marks = Expectations()
    assert marks.tell([mark("a" * 16), mark("b" * 16)])
    assert ["a" * 16, "b" * 16] == [*marks.known]
    assert not marks.tell([mark("a" * 16), mark("b" * 16)])
    assert marks.tell([])
    assert {} == marks.known


@pytest.mark.parametrize(
    "told",
    [
        [mark("")],
        [mark("a" * 65)],
        [mark(bytes=-1)],
        [mark(reason="x" * (REASON_MAX + 1))],
        [mark(f"{n:016x}") for n in range(MOST + 1)],
    ],
)
def test_what_is_not_as_it_should_be_is_refused_whole(told):
    with pytest.raises(ValueError, match=r"\.$"):
        accepted(told)


def test_a_mark_made_here_is_told_until_the_notebook_has_it(session):
    leave(session, "a")
    said = []
    marks = session.hunter.expected
    marks.on_mark = lambda one, remove: said.append((one.fingerprint, remove))
    made = leakhunter.expect("a")
    marks.tell([mark("b" * 16)])
    assert [(made.fingerprint, False)] * 2 == said
    assert {made.fingerprint, "b" * 16} == {*marks.known}
    marks.tell([made])
    marks.tell([])
    assert {} == marks.known
    assert 2 == len(said)


def test_what_was_taken_back_here_stays_so_until_the_notebook_knows():
    marks, said = Expectations(), []
    marks.tell([mark()])
    marks.on_mark = lambda one, remove: said.append((one.fingerprint, remove))
    marks.remove("0" * 16)
    marks.tell([mark()])
    assert {} == marks.known
    assert [("0" * 16, True)] * 2 == said
    marks.tell([])
    marks.tell([mark()])
    assert ["0" * 16] == [*marks.known]


def test_a_front_end_tells_and_is_told(kernel):
    kernel.hello()
    kernel.run("import numpy as np\na = np.ones(3_000_000)", cell_id="one")
    for i in range(3):
        kernel.run(f"x = {i}", cell_id=f"after-{i}")
    kernel.run("%leakcheck expect a because", silent=True)
    event = kernel.event("mark-expected")
    assert ("because", False) == (event["expected"]["reason"], event["remove"])
    kernel.events.clear()
    assert kernel.ask("expected", expected=[event["expected"]])["success"]
    assert kernel.ask("expected", expected=[])["success"]
    report = kernel.event("checked")["report"]
    assert ["safe"] == [f["group"] for f in report["findings"] if f["names"] == ["a"]]
    assert kernel.ask("expected", expected=[event["expected"]])["success"]
    groups = []
    while "expected" not in groups:
        report = kernel.event("checked")["report"]
        groups = [f["group"] for f in report["findings"]]


@pytest.mark.parametrize(
    "entry",
    [
        {"fingerprint": "x" * 100},
        {"kind": "no such kind"},
        {"bytes": "many"},
        {"reason": "x" * 5000},
        {"reason": None},
    ],
)
def test_a_forged_list_is_refused(kernel, entry):
    kernel.hello()
    good = {
        "fingerprint": "0" * 16, "kind": "cache", "bytes": 1, "reason": "", "at": 1.0,
    }  # fmt: skip
    assert kernel.ask("expected", expected=[good])["success"]
    reply = kernel.ask("expected", expected=[{**good, **entry}])
    assert not reply["success"]
    assert "not understood" in reply["message"]
    listed = kernel.magic("expect")["expected"]
    assert [good["fingerprint"]] == [one["fingerprint"] for one in listed]
