"""Whether what is declared can be installed."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

tomllib = pytest.importorskip("tomllib", reason="this Python reads no TOML")

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def test_what_is_pinned_for_the_oldest_python_runs_there():
    project = tomllib.loads(PROJECT.read_text())["project"]
    oldest = project["requires-python"].removeprefix(">=")
    there = {"python_version": oldest, "python_full_version": f"{oldest}.0"}
    too_new = []
    for line in project["optional-dependencies"]["test"]:
        pin = Requirement(line)
        if pin.marker is None or pin.marker.evaluate(there):
            wants = _wants(pin)
            if not SpecifierSet(wants).contains(oldest):
                too_new.append(line)
    assert [] == too_new


def _wants(pin: Requirement) -> str:
    """The Python that a pinned version asks for, where that version is installed."""
    try:
        here = metadata.metadata(pin.name)
    except metadata.PackageNotFoundError:
        return ""
    exact = str(pin.specifier) == f"=={here['Version']}"
    return (exact and here["Requires-Python"]) or ""
