"""Shells and kernels for the tests."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from kernels import RealKernel

from leakhunter.act.pools import trim


class Session:
    """A shell as a person uses it: numbered cells, in order."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell

    def __call__(self, source: str, cell_id: str | None = None) -> str:
        """Run a cell; returns what it printed and displayed."""
        with capture_output() as out:
            self.shell.run_cell(source, store_history=True, cell_id=cell_id)
        shown = [o.data.get("text/plain", "") for o in out.outputs]
        return "\n".join([*filter(None, [out.stdout]), *shown])

    @property
    def hunter(self):
        import leakhunter

        return leakhunter._watch.hunter

    def findings(self):
        """Findings of a check now, without what allocators keep free: this process has its past."""
        return [
            f
            for f in self.hunter.check().report.findings
            if f.kind != "allocator-retention"
        ]


class Found:
    """Runs cells after a prelude; returns the findings of one kind."""

    def __init__(self, session: Session, kind: str, prelude: str) -> None:
        self.session = session
        self.kind = kind
        session(prelude)

    def __call__(self, *cells: str):
        for cell in cells:
            self.session(cell)
        return [f for f in self.session.findings() if f.kind == self.kind]


class Answers:
    """Runs cells that must not fail, and asks at each door."""

    def __init__(self, session, monkeypatch):
        self.session = session
        self.shell = session.shell
        monkeypatch.setattr("builtins.input", self._no_input)

    @staticmethod
    def _no_input(_prompt=""):
        raise StdinNotImplementedError

    def run(self, source):
        with capture_output() as out:
            result = self.shell.run_cell(source, store_history=True)
        assert result.success, (source, result.error_in_exec, result.error_before_exec)
        shown = [o.data.get("text/plain", "") for o in out.outputs]
        return "\n".join([out.stdout, *shown])

    def ask(self, line):
        before = sys.__dict__.get("last_value")
        told = self.run(f"%leakcheck {line}")
        assert "Traceback" not in told
        assert before is sys.__dict__.get("last_value")
        return told

    def value(self, name):
        return self.shell.user_ns[name]


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    """A fresh shell; the one instance that ``get_ipython()`` finds."""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    yield shell
    shell.run_line_magic(
        "unload_ext", "leakhunter"
    ) if "leakhunter" in shell.extension_manager.loaded else None
    shell.reset(new_session=False)
    InteractiveShell.clear_instance()


@pytest.fixture
def session(shell: InteractiveShell) -> Iterator[Session]:
    """A session that is being watched."""
    session = Session(shell)
    session("%load_ext leakhunter")
    yield session
    if "leakhunter" in shell.extension_manager.loaded:
        assert 0 == session.hunter.recorder.faults


@pytest.fixture
def answers(session, monkeypatch):
    answers = Answers(session, monkeypatch)
    yield answers
    for act in answers.shell.user_ns.get("undo", ()):
        act()
    for thread in answers.shell.user_ns.get("threads", ()):
        threading.Thread.join(thread)


@pytest.fixture
def kernel() -> Iterator[RealKernel]:
    """A real ipykernel with the extension loaded."""
    with RealKernel() as kernel:
        kernel.load()
        yield kernel


@pytest.fixture
def kernel_maker() -> Iterator[Callable[..., RealKernel]]:
    """Makes real ipykernels that end with the test."""
    made: list[RealKernel] = []

    def make(**env: str) -> RealKernel:
        made.append(RealKernel(env).__enter__())
        return made[-1]

    yield make
    for one in made:
        one.__exit__()


@pytest.fixture
def settled() -> None:
    """What earlier tests left is given back, so that only the test's own memory moves.

    Blocks of more than 32 MiB come from the system in any state of malloc.
    """
    gc.collect()
    trim()


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No thread, tracer or display hook of ours outlives a test."""
    hook = sys.displayhook
    yield
    names = [t.name for t in threading.enumerate() if t.name.startswith("leakhunter")]
    assert [] == names
    sys.displayhook = hook
