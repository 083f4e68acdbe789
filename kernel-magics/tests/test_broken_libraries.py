"""Libraries that are broken, or have something of the user's in their place: a check says so and goes on."""

from __future__ import annotations

import sys
import types
from typing import ClassVar

import pytest

import leakhunter

LIBRARIES_LOOKED_INTO = [
    "numpy", "pandas", "pyarrow", "polars", "PIL", "torch", "duckdb", "sklearn", "lightgbm", "xgboost", "matplotlib",
    "ipywidgets", "bokeh", "panel", "holoviews", "dask", "distributed", "joblib", "jax", "cupy", "cymem", "comm",
]  # fmt: skip


def _raise(name):
    raise RuntimeError(name)


def raising(name):
    module = types.ModuleType(name)
    module.__getattr__ = _raise
    return module


class Replaced:
    """Something of the user's in the place of a module."""

    asked: ClassVar = []

    def __getattr__(self, name):
        self.asked.append(name)
        raise KeyError(name)


BROKEN = {
    "empty": types.ModuleType,
    "raising": raising,
    "replaced": lambda _name: Replaced(),
    "forbidden": lambda _name: None,
}


@pytest.fixture
def broken(monkeypatch):
    """Puts something else in the place of a library, its submodules gone."""

    def put(library, what):
        for one in [m for m in sys.modules if m.startswith(library + ".")]:
            monkeypatch.delitem(sys.modules, one)
        monkeypatch.setitem(sys.modules, library, what)

    return put


def look_with_broken(answers, how, broken, monkeypatch):
    answers.run("plain = bytearray(20_000_000)\nheld = [bytearray(10), {'k': plain}]")
    answers.run(
        "1.5"
    )  # IPython itself looks into numpy before it first shows something
    for library in LIBRARIES_LOOKED_INTO:
        broken(library, BROKEN[how](library))
        report = leakhunter.check()
        monkeypatch.undo()
        lines = [c.text for c in report.checks if "could not look" in c.text]
        assert len(lines) <= 1, (library, lines)
        assert "plain" in {n for f in report.findings for n in f.names}, library


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_library_costs_one_line(how, answers, broken, monkeypatch):
    look_with_broken(answers, how, broken, monkeypatch)


def test_what_takes_a_library_s_place_is_not_asked(answers, broken, monkeypatch):
    Replaced.asked.clear()
    look_with_broken(answers, "replaced", broken, monkeypatch)
    assert set() == set(Replaced.asked)


@pytest.mark.parametrize("how", BROKEN)
def test_all_libraries_may_be_broken(how, answers, broken):
    answers.run("plain = bytearray(20_000_000)\nheld = [bytearray(10), {'k': plain}]")
    answers.run("1.5")
    for library in LIBRARIES_LOOKED_INTO:
        broken(library, BROKEN[how](library))
    for door in ("", "sheet", "gc", "why held", "--json", "clear held"):
        assert answers.ask(door).strip(), door
    assert 20_000_000 <= leakhunter.frees("plain", "held").bytes
