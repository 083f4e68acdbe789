"""Remote functions of ray that captured a reference: told from what is known, no ray needed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leakhunter.detect.find import Ids, findings
from leakhunter.heap.slots import Slot

MB = 1_000_000

PRELUDE = """
class RemoteFunction:
    __module__ = 'ray.remote_function'
class ObjectRef:
    __module__ = 'ray._raylet'
probe = RemoteFunction()
"""


@pytest.fixture
def told(session):
    session(PRELUDE)

    def run(cell: str = "1 + 1", version: str = "2.9", **facts: object):
        session(cell)
        case = session.hunter.check().case
        versions = {"ray": version} if version else {}
        case = replace(case, facts=replace(case.facts, versions=versions, **facts))
        return [f.finding for f in findings(case, Ids()) if f.finding.kind == "closure"]

    return run


def test_a_store_that_no_variable_refers_to(told):
    [finding] = told(shared=80 * MB)
    assert (["probe"], "suspect", "advice", 80 * MB) == (
        finding.names,
        finding.verdict,
        finding.remedy.action,
        finding.frees,
    )
    assert "ray" in finding.path
    assert finding.fix.startswith("ray.shutdown()")


def test_a_reference_in_a_variable_is_in_use(told):
    assert [] == told("refs = [ObjectRef()]", shared=80 * MB)


def test_segments_that_variables_name_are_not_the_stores(told):
    segments = {Slot("name", "segment"): 80 * MB}
    assert [] == told(shared=80 * MB, segments=segments)


@pytest.mark.parametrize("cell", ["del probe", "probe = 1"])
def test_without_a_remote_function_nothing_is_told(told, cell):
    assert [] == told(cell, shared=80 * MB)


def test_without_ray_nothing_is_told(told):
    assert [] == told(version="", shared=80 * MB)
