"""What failed calls keep, through the last exception and through exceptions of the user's."""

from __future__ import annotations

import sys

import pytest

TRAIN = "def train(n):\n    batch = np.ones(n)\n    raise ValueError('diverged')"
MB = 1_000_000


def fail(session, source: str) -> None:
    session(source)
    assert session.shell.last_execution_result.error_in_exec is not None


@pytest.fixture
def failed(session):
    """A session that fails in the test itself: pytest forgets ``sys.last_*`` before it."""

    def start():
        session("import numpy as np")
        session(TRAIN)
        fail(session, "train(5_000_000)")
        return session

    return start


def only(session):
    (finding,) = session.findings()
    return finding


def test_the_last_traceback_keeps_the_locals(failed):
    session = failed()
    session("ok = 1")
    finding = only(session)
    assert ("traceback", "leak", "safe") == (
        finding.kind,
        finding.verdict,
        finding.group,
    )
    assert 40 * MB <= finding.frees < 41 * MB
    assert "traceback of [4]" == finding.title
    assert "`batch`" in finding.reason
    assert "train()" in finding.path
    assert any("%debug" in line for line in finding.breaks)


def test_it_is_found_right_after_the_error(failed):
    """The last result still holds the error then, and the failed frames the last result."""
    finding = only(failed())
    assert 40 * MB <= finding.frees < 41 * MB
    assert "last_execution_result.error_in_exec" in finding.path


def test_clearing_frees_it_in_all_its_places(failed):
    session = failed()
    session("%leakcheck clear 1 --yes")
    assert [] == session.findings()
    names = {"last_type", "last_value", "last_traceback", "last_exc"}
    assert set() == names & sys.__dict__.keys()
    assert session.shell.InteractiveTB.tb is None


def test_a_report_leaves_the_last_exception(failed):
    session = failed()
    before = (sys.last_type, sys.last_value, sys.last_traceback)
    session.findings()
    session("%leakcheck")
    assert before == (sys.last_type, sys.last_value, sys.last_traceback)


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    train(5_000_000)\nexcept ValueError as first:\n    raise KeyError('k') from first",
        "try:\n    train(5_000_000)\nexcept ValueError:\n    1 / 0",
    ],
    ids=["cause", "context"],
)
def test_chained_exceptions_free_what_the_first_one_keeps(session, source):
    session("import numpy as np")
    session(TRAIN)
    fail(session, source)
    session("ok = 1")
    assert 40 * MB <= only(session).frees < 41 * MB
    session("%leakcheck clear 1 --yes")
    assert [] == session.findings()


@pytest.mark.skipif(
    sys.version_info < (3, 11), reason="ExceptionGroup is new in Python 3.11"
)
def test_grouped_exceptions(session):
    session("import numpy as np")
    session(TRAIN)
    session(
        "found = []\n"
        "for _i in range(2):\n"
        "    try:\n        train(5_000_000)\n"
        "    except ValueError as error:\n        found.append(error)\n"
        "group = ExceptionGroup('both', found)\ndel found"
    )
    finding = only(session)
    assert ["group"] == finding.names
    assert 80 * MB <= finding.frees < 81 * MB


def test_exceptions_in_a_list_of_the_user(session):
    session("import numpy as np\nerrors = []")
    session(TRAIN)
    session(
        "for n in range(3):\n"
        "    try:\n        train(5_000_000)\n"
        "    except ValueError as error:\n        errors.append(error)"
    )
    finding = only(session)
    assert (["errors"], "traceback") == (finding.names, finding.kind)
    assert 120 * MB <= finding.frees < 121 * MB
    assert "errors[0].__traceback__" in finding.path
    session("%leakcheck clear errors --yes")
    errors = session.shell.user_ns["errors"]
    assert ["diverged"] * 3 == [str(e) for e in errors]
    assert [None] * 3 == [e.__traceback__ for e in errors]
    assert [] == session.findings()


def test_an_exception_that_an_underscore_leads_to_as_well_has_the_others_name(session):
    session("import numpy as np")
    session(TRAIN)
    session(
        "try:\n    train(5_000_000)\nexcept ValueError as error:\n    _ = [[error]]\n    kept = error"
    )
    assert ["kept"] == only(session).names


def test_an_exception_class_of_the_user_runs_no_code(session):
    session(
        "import numpy as np\ncalls = []\n"
        "class Loud(Exception):\n"
        "    def __getattribute__(self, name):\n        calls.append(name)\n        return super().__getattribute__(name)\n"
        "    def __str__(self):\n        calls.append('str')\n        return 'loud'\n"
        "kept = []"
    )
    session(
        "def work():\n    data = np.ones(5_000_000)\n    raise Loud\n"
        "try:\n    work()\nexcept Loud as error:\n    kept.append(error)\ncalls.clear()"
    )
    assert ["kept"] == only(session).names
    assert [] == session.shell.user_ns["calls"]


def test_small_tracebacks_are_not_worth_a_finding(session):
    fail(session, "1 / 0")
    assert [] == session.findings()


KEPT = {
    "what sys.exc_info() gave": "info = sys.exc_info()",
    "a traceback in a list": "info = [sys.exc_info()[2]]",
    "a traceback": "info = sys.exc_info()[2]",
}


@pytest.mark.parametrize("what", KEPT)
def test_a_traceback_that_the_user_keeps(what, session):
    session(f"import sys, numpy as np\n{TRAIN}")
    session(f"try:\n    train(5_000_000)\nexcept ValueError:\n    {KEPT[what]}")
    finding = only(session)
    assert ("traceback", "leak", ["info"]) == (
        finding.kind,
        finding.verdict,
        finding.names,
    )
    assert "`batch` of `train()`" in finding.reason
    assert 40 * MB <= finding.frees < 41 * MB
    session(f"%leakcheck clear {finding.id} --yes")
    assert [] == session.findings()
