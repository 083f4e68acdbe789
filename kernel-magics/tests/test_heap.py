"""``%leakcheck heap``: who holds most of the whole heap, and who holds one object."""

from __future__ import annotations

import json
import math
import re
import sys

import pytest

import leakhunter
from leakhunter.doors.commands import heap as command
from leakhunter.heap.whole.graph import Walk

np = pytest.importorskip("numpy", reason="no numpy here")

CELL = """
import numpy as np
class Model: pass
model = Model()
model.history = {'loss': [np.ones(1_000_000) for _ in range(8)], 'note': 'x' * 60_000_000}
model.me = model
small = int('123456789')
"""


@pytest.fixture
def told(session, monkeypatch):
    """Answers of a session with one big variable, without a word of how far they are."""
    monkeypatch.setattr(command, "_SELDOM", math.inf)
    session(CELL)
    return lambda line: session(f"%leakcheck heap {line}")


def test_the_biggest_holders_are_told_by_name(told):
    text = told("")
    lines = text.splitlines()
    assert re.match(r"The whole heap: [\d,]+ objects, [\d,]+ references, ", lines[0])
    labels = [line[6:60].strip() for line in lines]
    at = next(i for i, label in enumerate(labels) if label.startswith("your variables"))  # fmt: skip
    assert ["model  Model"] == [labels[at + 1]]
    assert labels[at + 2].startswith("model.history  dict 2 items")
    assert any(label.startswith("model.history['note']") for label in labels)
    assert all(len(line) <= 79 for line in lines)


def test_one_object_is_told_with_what_leads_to_it(told):
    text = told("model")
    assert "model  Model" == text.splitlines()[0]
    assert "Holds 118 MiB: what goes when it goes." in text
    assert "All ways to it lead through your variables." in text
    line = re.search(r"(h\d+) +.history  dict 2 items", text)
    inside = told(line[1])
    assert "All ways to it lead through model." in inside
    assert "Shortest way: model → .history" in inside


def test_what_several_hold_goes_with_none_of_them(session):
    session("shared = bytearray(30_000_000)\na, b = [shared], {'k': shared}")
    for name in ("a", "b"):
        found = json.loads(session(f"%leakcheck heap {name} --json"))
        assert found["holds"] < 1000
    text = session("%leakcheck heap shared")
    assert "Holds 28.6 MiB" in text
    assert "All ways to it lead through your variables." in text


def test_classes_are_told_with_what_they_hold(told):
    rows = {line.split()[0]: line.split()[1:] for line in told("--types --top 400").splitlines()}  # fmt: skip
    count, holds, own = rows["__main__.Model"]
    assert ("1", 118, 0) == (count, round(float(holds)), round(float(own)))
    assert float(rows["numpy.ndarray"][2]) > 61


def test_json_is_the_same_for_a_program(told):
    found = json.loads(told("--json"))
    model = next(row for row in found["rows"] if row["label"] == "model")
    assert 124_000_000 == round(model["holds"], -6)
    assert found["bytes"] >= sum(r["holds"] for r in found["rows"] if not r["depth"])
    assert found["rest"] >= 0
    one = json.loads(told("model --json"))
    # asking for the names of its attributes makes a dictionary of them
    assert round(model["holds"], -3) == round(one["holds"], -3)
    assert "your variables" == one["holder"]


def test_the_functions_answer_as_the_magic(told):
    table = leakhunter.whole_heap(3)
    assert 3 == len(table.rows)
    assert "model" in [row.label for row in table.rows]
    assert 124_000_000 == round(leakhunter.heap_of("model").holds, -6)
    with pytest.raises(ValueError, match="no variable or line 'nothing'"):
        leakhunter.heap_of("nothing")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nothing", "There is no variable or line 'nothing'"),
        ("h999", "There is no variable or line 'h999'"),
        ("small", "small is a number or a short text: it holds nothing."),
        ("--top 0", "Say a number of lines"),
        ("--top x", "Say a number of lines"),
        ("--what", "does not know --what"),
        ("a b", "does not know 'a b'"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(told, line, said):
    assert said in told(line).replace("\n", " ")


def test_a_line_is_known_as_long_as_its_object_is_there(told, session):
    row = re.search(r"(h\d+) +.history  dict", told("model"))[1]
    assert "dict 2 items" in told(row)
    session("del model, Model")
    session("import gc; gc.collect()")
    assert f"There is no variable or line '{row}'" in told(row)


def test_an_interrupt_stops_it_and_keeps_nothing(told, session, monkeypatch):
    history = session.shell.user_ns["model"].history
    counts = [sys.getrefcount(one) for one in history["loss"]]

    run, walks = Walk.run, []

    def interrupted(self):
        # an interrupt may leave a reference to the walk where nobody finds it
        walks.append(self)
        steps = run(self)
        yield next(steps)
        raise KeyboardInterrupt

    monkeypatch.setattr(Walk, "run", interrupted)
    assert "Stopped; nothing was changed, and nothing is kept." in told("")
    assert 1 == len(walks)
    assert counts == [sys.getrefcount(one) for one in history["loss"]]
    assert None is getattr(sys, "last_value", None)


def test_nothing_of_the_session_changes(told, session):
    namespace = session.shell.user_ns
    before = {name for name in namespace if not name.startswith("_")}
    counts = [sys.getrefcount(one) for one in namespace["model"].history["loss"]]
    told("")
    told("model")
    assert before == {name for name in namespace if not name.startswith("_")}
    assert counts == [sys.getrefcount(o) for o in namespace["model"].history["loss"]]
