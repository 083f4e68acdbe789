"""What fails a run of ``jupyter leakcheck``, and what is different from a run before."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("numpy", reason="no numpy here")

from leakhunter.act.refusal import Refusal
from leakhunter.doors.cli.baseline import compare, read_baseline, run_before
from leakhunter.doors.cli.endings import killed_words
from leakhunter.doors.cli.model import Document, NotebookRun, Stop
from leakhunter.doors.cli.options import parse
from leakhunter.doors.cli.page import page
from leakhunter.doors.cli.text import comparison_text, result_text, run_text
from leakhunter.doors.cli.verdict import exit_code, failures
from leakhunter.doors.cli.watcher import Reading
from leakhunter.model import Expected
from leakhunter.record.limits import Limit

MIB = 1024**2
replace = msgspec.structs.replace


@pytest.fixture
def run(session):
    """A notebook that leaves a leak, a leftover and something in use."""
    cells = [
        "import numpy as np",
        "x = np.ones(3_000_000)\nx",
        "del x; old = np.ones(4_000_000)",
        "kept = np.ones(5_000_000)",
        "kept.sum()",
    ]
    for number, cell in enumerate(cells):
        session(cell, cell_id=f"c{number}")
    report = session.hunter.check().report
    runs = [ended.record for ended in session.hunter.recorder.runs()]
    mine = [f for f in report.findings if f.verdict in ("leak", "leftover")]
    return NotebookRun(
        notebook="a/b.ipynb",
        kernel="python3",
        at=0,
        seconds=1,
        stopped=None,
        runs=[r for r in runs if r.cell_id],
        report=replace(report, findings=mine),
    )


def options(*more):
    return parse(["b.ipynb", *more])


def with_findings(run, findings):
    return replace(run, report=replace(run.report, findings=findings))


def verdicts(run):
    return sorted(f.verdict for f in run.report.findings)


def stopped(run, how="failed"):
    return replace(
        run, stopped=Stop(how=how, cell=None, source_line="", message="It broke.")
    )


def test_the_run_is_what_the_tests_need(run):
    assert ["leak", "leftover"] == verdicts(run)


@pytest.mark.parametrize(
    ("mildest", "named"),
    [
        ("none", []),
        ("leak", ["Out[3]"]),
        ("leftover", ["old", "Out[3]"]),
        ("suspect", ["old", "Out[3]"]),
    ],
)
def test_a_verdict_fails_from_the_mildest_on(run, mildest, named):
    reasons = failures(run, options("--fail-on", mildest), None)
    assert (1 if named else 0) == len(reasons)
    for name in named:
        assert name in reasons[0]
    assert (1 if named else 0) == exit_code([run], [reasons], asked=False)


def test_leaks_fail_where_nothing_was_said(run):
    assert failures(run, options("--fail-on", "leak"), None) == failures(
        run, options(), None
    )


def test_small_findings_and_expected_ones_do_not_fail(run):
    assert [] == failures(run, options("--min-size", "1GB"), None)
    expected = [
        replace(
            f,
            group="expected",
            expected=Expected(
                fingerprint=f.fingerprint, kind=f.kind, bytes=f.frees, reason="", at=0
            ),
        )
        for f in run.report.findings
    ]
    assert [] == failures(
        with_findings(run, expected), options("--fail-on", "suspect"), None
    )


def test_budgets_are_held_against_the_peak_and_the_end(run):
    high = replace(run.runs[3], peak=3 * 1024 * MIB, execution_count=7)
    memory = replace(run.report.memory, rss=2 * 1024 * MIB)
    run = replace(
        run, runs=[*run.runs[:3], high], report=replace(run.report, memory=memory)
    )
    none = ("--fail-on", "none")
    assert [] == failures(
        run, options("--max-peak", "3GB", "--max-held", "2GB", *none), None
    )
    reasons = failures(
        run, options("--max-peak", "3000MB", "--max-held", "1.5G", *none), None
    )
    assert [
        "The peak was 3.00 GiB in [7], over --max-peak 2.93 GiB.",
        "The kernel had 2.00 GiB at the end, over --max-held 1.50 GiB.",
    ] == reasons


def test_what_a_stopped_notebook_holds_is_not_judged(run):
    broken = stopped(run)
    asked = options("--fail-on", "suspect", "--max-held", "1", "--max-peak", "1")
    (reason,) = failures(broken, asked, None)
    assert "--max-peak" in reason
    assert 3 == exit_code([run, broken], [[], [reason]], asked=False)
    assert 130 == exit_code([run, broken], [[], [reason]], asked=True)
    assert result_text(broken, [reason]).splitlines()[1] == "  - It broke."


def test_without_a_report_the_cells_are_told(run):
    blind = replace(stopped(run, "killed"), report=None)
    text = run_text(blind, MIB)
    assert "kept = np.ones(5_000_000)" in text
    assert "Leak Hunter" not in text
    assert all(line.split()[-2] == "·" for line in text.splitlines()[4:])
    assert [] == failures(blind, options("--max-held", "1"), None)


def test_what_the_baseline_has_does_not_fail(run):
    changes = compare(run, run, MIB)
    assert ([], [], [], []) == changes[:4]
    assert [] == failures(run, options("--fail-on", "suspect"), changes)
    assert "no difference" in comparison_text("before.json", changes)


def test_new_gone_and_grown_are_told_apart(run):
    leak, leftover = sorted(run.report.findings, key=lambda f: f.verdict)
    smaller = replace(leak, frees=leak.frees // 2)
    before = with_findings(run, [smaller, replace(leftover, fingerprint="other")])
    changes = compare(before, run, MIB)
    assert [leftover.fingerprint] == [f.fingerprint for f in changes.new]
    assert ["other"] == [f.fingerprint for f in changes.gone]
    assert [(leak.fingerprint, smaller.frees)] == [
        (g.finding.fingerprint, g.was) for g in changes.grown
    ]
    (reason,) = failures(run, options(), changes)
    assert reason.startswith("1 new or grown finding fails (--fail-on leak): Out[")
    text = comparison_text("before.json", changes)
    assert ["New", "Grown", "Gone"] == [
        line.split()[0] for line in text.splitlines()[1:]
    ]
    assert max(map(len, text.splitlines())) <= 79


def test_noise_is_no_growth(run):
    before = with_findings(
        run,
        [replace(f, frees=int(f.frees / 1.05)) for f in run.report.findings],
    )
    changes = compare(before, run, MIB)
    assert ([], [], []) == changes[:3]
    tiny = [replace(f, frees=f.frees - 2000) for f in run.report.findings]
    assert [] == compare(with_findings(run, tiny), run, MIB).grown


def test_a_cell_is_compared_by_what_it_does_itself(run):
    def shifted(one, by):
        return replace(one, rss_before=one.rss_before + by, peak=one.peak + by)

    higher = replace(run, runs=[shifted(r, 500 * MIB) for r in run.runs])
    assert [] == compare(run, higher, MIB).cells
    hungry = replace(run.runs[2], peak=run.runs[2].peak + 900 * MIB, held=50 * MIB)
    changes = compare(run, replace(run, runs=[*run.runs[:2], hungry]), MIB)
    assert [hungry.cell_id] == [c.run.cell_id for c in changes.cells]
    (line,) = comparison_text("before.json", changes).splitlines()[1:]
    assert "holds 50.0 MiB, was 30.5 MiB" in line


def test_a_run_without_a_report_is_not_compared(run):
    assert compare(replace(run, report=None), run, MIB) is None
    assert compare(run, replace(run, report=None), MIB) is None


class Outside:
    """What a watcher saw of a kernel that ended."""

    def __init__(self, used, source="host", proof=None):
        limit = Limit(1000 * MIB, source, used * MIB)
        self.last = Reading(time.time(), 300 * MIB, limit)
        self.killed_for_memory = proof


@pytest.mark.parametrize(
    ("status", "outside", "said"),
    [
        (-9, Outside(500, "cgroup", True), "The kernel ran out of memory (SIGKILL)."),
        (-9, Outside(960, "host"), "The kernel probably ran out of memory (SIGKILL)."),
        # the system counts, and has counted nothing
        (-9, Outside(960, "cgroup", False), "stopped unexpectedly (SIGKILL)."),
        (-9, Outside(500), "stopped unexpectedly (SIGKILL)."),
        (-11, Outside(999), "stopped unexpectedly (SIGSEGV)."),
        (1, Outside(999), "stopped unexpectedly (exit status 1)."),
        (None, Outside(999), "stopped unexpectedly."),
    ],
)
def test_out_of_memory_is_said_with_proof_only(status, outside, said):
    words = killed_words(status, outside)
    assert said in words
    assert "it had 300 MiB;" in words
    assert "of the limit of 0.98 GiB were used." in words


def document(*runs):
    return Document(
        schema=1, version="1", exit_code=0, failures={}, notebooks=list(runs)
    )


def test_a_notebook_is_found_by_path_and_else_by_its_name(run):
    other = replace(run, notebook="c/b.ipynb")
    assert run_before(document(run, other), "c/b.ipynb") is other
    assert run_before(document(run), "elsewhere/b.ipynb") is run
    assert run_before(document(run, other), "elsewhere/b.ipynb") is None
    assert run_before(document(run), "x.ipynb") is None


def test_a_baseline_is_what_json_wrote(run, tmp_path):
    file = tmp_path / "before.json"
    with pytest.raises(Refusal, match="There is no baseline"):
        read_baseline(file)
    file.write_bytes(msgspec.json.encode(document(run)))
    assert [run] == read_baseline(file).notebooks
    file.write_bytes(msgspec.json.encode(replace(document(run), schema=99)))
    with pytest.raises(Refusal, match="another version"):
        read_baseline(file)
    file.write_text('{"notebooks": 3}')
    with pytest.raises(Refusal, match="is no baseline"):
        read_baseline(file)


def test_text_of_the_user_is_text_on_the_page(run):
    bad = "<script>alert(1)</script>"
    cell = replace(run.runs[0], source_line=bad)
    mean = replace(stopped(run), notebook=bad, runs=[cell, *run.runs[1:]])
    blind = replace(mean, report=None)
    assert "<script" not in page([mean, blind], [[bad], []], MIB)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--max-peak", "lots"], "'lots' is no size"),
        (["--timeout", "0"], "'0' is no number of seconds"),
        (["--fail-on", "all"], "invalid choice"),
        (["--json", "/no/such/folder/x"], "There is no folder /no/such/folder"),
        (["--html", "/"], "is a folder"),
        (["--cwd", "/no/such"], "There is no folder /no/such."),
        (["c.ipynb", "--save", "/no-folder"], "Several notebooks need a folder"),
        (["--what"], "--what"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(words, said):
    with pytest.raises(Refusal) as refused:
        options(*words)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_several_notebooks_are_saved_to_a_folder(tmp_path):
    asked = options("c.ipynb", "--save", str(tmp_path))
    assert tmp_path / "c.ipynb" == asked.saved(Path("x/c.ipynb"))
    assert options().saved(Path("b.ipynb")) is None
