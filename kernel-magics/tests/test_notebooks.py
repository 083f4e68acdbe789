"""Notebooks as people write them, with nothing planted: what is called safe must be right."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest
from kernels import RealKernel

for library in ("numpy", "pandas", "matplotlib"):
    pytest.importorskip(library, reason=f"no {library} here")

MB = 1_000_000
FOLDER = Path(__file__).parent / "notebooks"

# What a person would agree can go: the names that no cell reads any more.
RIGHT = {
    "eda": {"customers", "products", "heavy", "first"},
    "training": {"X", "order", "train", "test", "keep", "fold", "folds"},
    "plotting": {"weekly", "peak"},
}
if version("pandas").startswith("2."):
    # there what `head()` shows is a view of the frame that a merge replaces later
    RIGHT["eda"].add("Out[3]")


def cells(name):
    """The cells of a notebook; a title stands before the first."""
    parts = (FOLDER / f"{name}.py").read_text().split("# %%\n")
    return [part.strip() for part in parts[1:]]


@pytest.mark.parametrize("name", RIGHT)
def test_nothing_wrong_is_called_safe(name):
    sources = cells(name)
    assert 40 <= len(sources)
    with RealKernel() as kernel:
        kernel.load()
        for source in sources:
            kernel.run(source)
        report = kernel.magic("")
    alarms = {
        name
        for finding in report["findings"]
        if finding["bytes"] >= 10 * MB and finding["group"] == "safe"
        for name in finding["names"]
    }
    assert alarms <= RIGHT[name]
    accused = [
        f
        for f in report["findings"]
        if f["bytes"] >= 10 * MB
        and f["kind"] not in ("leftover-variable", "output-history")
    ]
    assert [] == [
        (f["kind"], f["names"]) for f in accused if f["verdict"] != "not-a-leak"
    ]
