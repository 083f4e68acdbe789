"""Functions, partial calls and bound methods that keep data."""

from __future__ import annotations

import pytest
from conftest import Found

from leakhunter.format import size_text

pytest.importorskip("numpy", reason="no numpy here")
MB = 1_000_000

PRELUDE = """
import functools
import numpy as np

def make(n=2_000_000):
    table = np.ones(n)
    return lambda k: table[k]

def pair(n):
    shared = np.ones(n)
    def read(k):
        return shared[k]
    def write(k, value):
        shared[k] = value
    return read, write

class Loader:
    def __init__(self, n):
        self.rows = np.ones(n)
    def load(self):
        return self.rows[0]

class Bus:
    def __init__(self):
        self.handlers = {}
"""


@pytest.fixture
def found(session):
    return Found(session, "closure", PRELUDE)


def test_a_function_keeps_a_variable_of_the_one_that_made_it(found):
    [finding] = found("lookup = make()\nprint(lookup(3))")
    assert (["lookup"], "suspect", "check", "Held", "clear", "del lookup") == (
        finding.names,
        finding.verdict,
        finding.group,
        finding.label,
        finding.remedy.action,
        finding.fix,
    )
    assert ["lookup", "table"] == finding.path
    assert (
        f"Function `lookup` keeps `table`, {size_text(finding.frees)}."
        == finding.reason
    )
    assert "of make()" == finding.chain[2].note
    assert 16 * MB <= finding.frees < 16.1 * MB
    found.session("%leakcheck clear lookup --yes")
    assert [] == found()


def test_what_a_variable_holds_too_is_not_the_functions(found):
    assert [] == found(
        "def keep(data):\n    return lambda: data[0]\n"
        "data = np.ones(2_000_000)\nfirst = keep(data)",
        "print(first(), data[1])",
    )


def test_a_deleted_variable_lives_on_in_a_partial_call(found):
    [finding] = found(
        "data = np.ones(2_000_000)\njob = functools.partial(np.dot, data)",
        "del data\nprint(job.func)",
    )
    assert ["job"] == finding.names
    assert (
        f"Partial call `job` keeps its argument, {size_text(finding.frees)}."
        == finding.reason
    )
    assert any("`data` was deleted" in fact for fact in finding.facts)


def test_a_keyword_of_a_partial_call_has_a_name(found):
    [finding] = found("job = functools.partial(print, table=np.ones(2_000_000))")
    assert ["job", "table"] == finding.path


def test_a_bound_method_keeps_its_object(found):
    [finding] = found("load = Loader(2_000_000).load\nprint(load())")
    assert (
        f"Bound method `load` keeps its object, {size_text(finding.frees)}."
        == finding.reason
    )


def test_defaults(found):
    [finding] = found("def plain(k, table=np.ones(2_000_000)):\n    return table[k]")
    assert ["plain", "table"] == finding.path
    [finding] = found("def plain(k, *, rows=np.ones(2_000_000)):\n    return rows[k]")
    assert ["plain", "rows"] == finding.path


def test_callbacks_in_a_list_and_in_an_object(found):
    lists, bus = found(
        "callbacks = []\nfor _ in range(3):\n    callbacks.append(make(1_000_000))\n"
        "bus = Bus()\nbus.handlers['load'] = [make(500_000)]"
    )
    assert (["callbacks"], ["bus"]) == (lists.names, bus.names)
    assert (
        f"3 functions in `callbacks` keep `table`, {size_text(lists.frees)}."
        == lists.reason
    )
    assert f"A function in `bus` keeps `table`, {size_text(bus.frees)}." == bus.reason


def test_functions_that_share_data_are_one_finding(found):
    [finding] = found("read, write = pair(2_000_000)")
    assert {"read", "write"} == set(finding.names)
    assert 16 * MB <= finding.frees < 16.1 * MB
    assert "keep `shared`" in finding.reason


def test_a_function_that_no_cell_reads_any_more_is_a_leftover(found):
    [finding] = found("lookup = make()", "lookup(1)", "1 + 1")
    assert ("leftover", "check") == (finding.verdict, finding.group)
    [finding] = found("1 + 1", "1 + 1")
    assert ("leftover", "safe") == (finding.verdict, finding.group)


def test_data_beside_functions_is_no_closure(found):
    cells = (
        "state = {'rows': np.ones(2_000_000), 'call': make(200_000)}\nprint(len(state))"
    )
    assert [] == found(cells)


def test_a_small_closure_and_a_global_are_silent(found):
    assert [] == found(
        "rows = np.ones(2_000_000)\ndef mean():\n    return rows.mean()\n"
        "small = make(1000)\nprint(mean())"
    )


def test_a_variable_that_has_no_value_yet(found):
    [finding] = found(
        "def odd():\n    table = np.ones(1_000_000)\n"
        "    def use():\n        return table, later\n"
        "    return use\n    later = 1\n"
        "use = odd()"
    )
    assert ["use", "table"] == finding.path


def test_nothing_of_the_users_is_called(found):
    [finding] = found(
        "log = []\nclass Odd:\n    def __getattribute__(self, name):\n"
        "        log.append(name)\n        return object.__getattribute__(self, name)\n"
        "    def __eq__(self, other):\n        log.append('eq')\n        return True\n"
        "    __hash__ = None\n    def go(self):\n        pass",
        "odd = Odd()\nobject.__setattr__(odd, 'rows', np.ones(1_000_000))\n"
        "call = functools.partial(Odd.go, odd)\ndel odd\nlog.clear()",
    )
    assert ["call"] == finding.names
    assert [] == found.session.shell.user_ns["log"]
