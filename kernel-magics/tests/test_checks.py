"""What a report says it looked at, also when a detector fails."""

from __future__ import annotations

import pytest

from leakhunter.detect import DETECTORS
from leakhunter.detect.checks import AREAS
from leakhunter.doors.html import report_html
from leakhunter.doors.text.report import report_text

np = pytest.importorskip("numpy", reason="no numpy here")

MANY = [
    "import numpy as np",
    "left = np.ones(3_000_000)",
    "np.ones(2_000_000)",
    "base = np.ones(1_500_000)\nsmall = base[:3]\ndel base",
    "def fails():\n    mine = np.ones(1_300_000)\n    1 / 0\nfails()",
    "x = small.sum()",
    "x = 1",
    "x = 2",
    "x = 3",
]


@pytest.fixture
def many(session):
    for cell in MANY:
        session(cell)
    return session


def broken(*_):
    raise RuntimeError


def test_every_kind_is_in_one_line():
    kinds = [kind for kinds in AREAS.values() for kind in kinds]
    assert sorted(kinds) == sorted(d.KIND for d in DETECTORS)


def test_a_whole_check_says_so(many):
    report = many.hunter.check().report
    assert len(AREAS) == len(report.checks)
    assert all(check.done for check in report.checks)
    assert report.checks[0].text.endswith("variables: which cell reads each")
    assert {"leftover-variable", "output-history", "traceback"} <= {
        f.kind for f in report.findings
    }


@pytest.mark.parametrize("act", ["candidates", "tell", "does"])
@pytest.mark.parametrize("detector", DETECTORS, ids=lambda d: d.KIND)
def test_one_that_fails_leaves_the_others_answers(many, monkeypatch, detector, act):
    before = many.findings()
    monkeypatch.setattr(detector, act, broken)
    report = many.hunter.check().report
    kept = {(f.kind, f.title, f.frees) for f in report.findings}
    assert {
        (f.kind, f.title, f.frees) for f in before if f.kind != detector.KIND
    } <= kept
    assert detector.KIND not in {f.kind for f in report.findings}
    told = [c.text for c in report.checks if not c.done]
    had = detector.KIND in {f.kind for f in before}
    words = detector.KIND.replace("-", " ")
    assert told == ([f"could not check: {words}"] if had or act == "candidates" else [])


def test_the_text_says_what_could_not_be_checked(many, monkeypatch):
    figures = next(d for d in DETECTORS if d.KIND == "figure")
    monkeypatch.setattr(figures, "candidates", broken)
    report = many.hunter.check().report
    for text in report_text(report, 0), report_html(report, 0):
        assert "could not check: figure" in text
        assert "which cell reads" not in text
