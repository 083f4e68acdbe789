"""Which run made which buffer, told by what each check finds new."""

from __future__ import annotations

import msgspec
import pytest

from leakhunter.heap.core import NATIVE


@pytest.fixture
def census(session):
    """A session in which nothing is counted as it is made."""
    hunter = session.hunter
    hunter.configure(msgspec.structs.replace(hunter.settings, birth_cells="census"))
    session("import numpy as np")
    return session


def held(session):
    """MB by cell after a check; the first cell imports."""
    session.hunter.check()
    return [round(cell.held / 1e6, 1) for cell in session.hunter.last.cells][1:]


def test_buffers_from_64_kib_on_belong_to_the_cell_that_made_them(census):
    census("kept = [np.ones(10_000) for _ in range(50)]")
    assert held(census) == [4.0]
    census("kept.extend(np.ones(10_000) for _ in range(100))")
    assert held(census) == [4.0, 8.0]
    census("del kept[:20]; small = [np.ones(100) for _ in range(100)]")
    assert held(census) == [2.4, 8.0, 0.0]


def test_a_view_keeps_what_its_cell_made(census):
    census("big = np.ones(1_000_000)")
    assert held(census) == [8.0]
    census("view = big[:3]; del big")
    assert held(census) == [8.0, 0.0]


def test_names_tell_what_several_cells_made_before_one_check(census):
    census("first = np.ones(1_000_000)")
    census("second = {'a': np.ones(2_000_000)}")
    assert held(census) == [8.0, 16.0]


def test_an_address_that_is_used_again_is_another_buffer(census):
    census("kept = np.ones(1_000_000)")
    assert held(census) == [8.0]
    census("del kept; again = np.ones(1_000_000)")
    assert held(census) == [0.0, 8.0]


@pytest.mark.skipif(NATIVE is None, reason="only the core in C counts what is made")
def test_counting_tells_of_cells_that_ran_before_the_first_check(session):
    """Where names mislead: the dictionary was made by one cell and filled by another."""
    session("import numpy as np; first = np.ones(1_000_000)")
    session("results = {}")
    session("results['a'] = np.ones(1_000_000)")
    session("results['b'] = np.ones(2_000_000)")
    session("hidden = iter([np.ones(500_000)]); results['a'] = None")
    session.hunter.check()
    cells = session.hunter.last.cells
    assert [round(cell.held / 1e6, 1) for cell in cells] == [8.0, 0.0, 0.0, 16.0, 4.0]
