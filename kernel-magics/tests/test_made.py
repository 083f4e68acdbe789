"""Which run made what is held, where only what runs added to memory can tell."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from leakhunter.detect.made import risen, unsaid

MB = 1_000_000


def case(*runs):
    """Runs by how much memory grew in each, how much of that is known to be theirs, and their source."""
    made = [
        SimpleNamespace(
            run=i, held=held * MB, rss_before=0, rss_after=grew * MB,
            anon_before=None, anon_after=None,
        )
        for i, (grew, held, _) in enumerate(runs, 1)
    ]  # fmt: skip
    sources = {i: source for i, (*_, source) in enumerate(runs, 1)}
    return SimpleNamespace(runs=made, sources=sources)


IMPORTS = (150, 0, "import torch")


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([(80, 0, "a()"), (1, 0, "b()")], 1),
        ([(80, 0, "a()"), (80, 0, "b()")], None),
        ([IMPORTS, (80, 0, "b()")], 2),
        ([IMPORTS, (1, 0, "b()")], 1),
        ([(1, 0, "b()")], None),
    ],
)
def test_the_only_run_that_grew_by_it(runs, expected):
    found = risen(case(*runs), 80 * MB)
    assert expected == (found and found.run)


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([IMPORTS, (140, 0, "b()")], 2),
        ([IMPORTS, (140, 130, "b()")], None),
        ([IMPORTS, (80, 0, "b()"), (85, 0, "c()")], None),
        ([IMPORTS, (800, 0, "b()")], None),
    ],
)
def test_the_only_run_that_grew_by_about_it_and_made_nothing_else(runs, expected):
    found = unsaid(case(*runs), 80 * MB)
    assert expected == (found and found.run)
