"""A trace as files for other tools, and as a tree."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import subprocess
from types import SimpleNamespace

import pytest
from test_trace import MB, about, answer, by_line, hooks_as_before

from leakhunter.heap import core
from leakhunter.trace.model import Spot
from leakhunter.trace.rows import MOST, Rows
from leakhunter.trace.watcher import Tally

np = pytest.importorskip("numpy", reason="no numpy here")

assert hooks_as_before

FOLLOWED = hasattr(core.NATIVE, "allocations_begin")

CELL = "def make(n):\n    return bytearray(n)\nheld = make(3_000_000)\nmore = '=' * 1_000_000"


@pytest.fixture
def traced(session, tmp_path):
    session(f"%%leakcheck trace\n{CELL}")

    def export(name):
        target = tmp_path / name
        assert "Wrote" in session(f"%leakcheck trace export {target}")
        return target

    return export


def test_speedscope(traced):
    document = json.loads(traced("x.speedscope.json").read_text())
    assert "https://www.speedscope.app/file-format-schema.json" == document["$schema"]
    (profile,) = document["profiles"]
    assert ("sampled", "bytes", 0) == (
        profile["type"],
        profile["unit"],
        profile["startValue"],
    )
    assert sum(profile["weights"]) == profile["endValue"]
    assert len(profile["samples"]) == len(profile["weights"])
    names = [
        [document["shared"]["frames"][i]["name"] for i in s] for s in profile["samples"]
    ]
    assert ["cell 2, line 4", "make (cell 2, line 3)"] == names[0]


def test_folded_stacks(traced):
    lines = traced("x.folded").read_text().splitlines()
    stack, _, size = lines[0].rpartition(" ")
    assert "cell 2, line 4;make (cell 2, line 3)" == stack
    assert about(3 * MB) == int(size)


def test_a_table_that_calculates_nothing(traced):
    rows = list(csv.DictReader(traced("x.csv").open(newline="")))
    assert "cell 2, line 3" == rows[0]["where"]
    assert about(3 * MB) == int(rows[0]["held_bytes"])
    assert "not seen by Python" == rows[-1]["where"]
    assert all(r["source"][:1] not in ("=", "+", "-", "@") for r in rows)


def fields(message):
    """Fields of a protobuf message: number, and an integer or bytes."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    found = []
    while at < len(message):
        key = varint()
        if key & 7 == 2:
            length = varint()
            found.append((key >> 3, message[at : at + length]))
            at += length
        else:
            assert 0 == key & 7
            found.append((key >> 3, varint()))
    return found


def numbers(packed):
    """A packed list of integers."""
    found, value, shift = [], 0, 0
    for byte in packed:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            found.append(value)
            value = shift = 0
    return found


def test_pprof(traced):
    message = fields(gzip.decompress(traced("x.pb.gz").read_bytes()))
    texts = [value.decode() for field, value in message if field == 6]
    assert "" == texts[0]
    kinds = [dict(fields(value)) for field, value in message if field == 1]
    assert [("inuse_objects", "count"), ("inuse_space", "bytes")] == [
        (texts[k[1]], texts[k[2]]) for k in kinds
    ]
    functions = {
        f[1]: texts[f[2]] for f in (dict(fields(v)) for n, v in message if n == 5)
    }
    locations = {}
    for number, value in message:
        if number == 4:
            known = dict(fields(value))
            line = dict(fields(known[4]))
            locations[known[1]] = (functions[line[1]], line[2])
    sample = dict(fields(next(v for n, v in message if n == 2)))
    assert [("make", 3), ("cell 2, line 4", 4)] == [
        locations[i] for i in numbers(sample[1])
    ]
    assert about(3 * MB) == numbers(sample[2])[1]


def test_pprof_is_read_by_pprof(traced):
    go = shutil.which("go")
    if go is None:
        pytest.skip("no go here")
    target = traced("x.pprof")
    done = subprocess.run(
        [go, "tool", "pprof", "-top", "-unit=B", str(target)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "no such tool" in done.stderr:
        pytest.skip("this go has no pprof")
    assert 0 == done.returncode, done.stderr
    assert "make" in done.stdout


def test_nothing_is_written_over(session, traced):
    target = traced("x.csv")
    before = target.read_bytes()
    assert "exists" in session(f"%leakcheck trace export {target}")
    assert before == target.read_bytes()
    session("%%leakcheck trace\nother = bytearray(1_000_000)")
    assert "Wrote" in session(f"%leakcheck trace export {target} --force")
    assert before != target.read_bytes()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("trace export", "Say where to"),
        ("trace export x.png", "whose name ends in"),
        ("trace export /nowhere/x.csv", "could not be written"),
        ("profile sideways", "Use %leakcheck profile start"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(session, traced, line, told):
    assert told in session(f"%leakcheck {line}").replace("\n", " ")


def flat(branch, level):
    """Branches of a level by name."""
    own = {branch["name"]: branch} if branch["level"] == level else {}
    for part in branch["parts"]:
        own.update(flat(part, level))
    return own


def test_a_notebook_as_a_tree(session):
    session("%leakcheck profile start")
    session(
        "import numpy as np\ndef make(n):\n    mine = np.ones(n)\n    other = np.ones(2 * n)\n    return mine"
    )
    session("a = [make(125_000) for _ in range(3)]\nb = bytearray(2_000_000)")
    session("c = len(bytearray(6_000_000))")
    text = session("%leakcheck profile")
    assert "b = bytearray(2_000_000)" in text
    assert ("Peak  Library" if FOLLOWED else "By which library") in text
    assert max(map(len, text.splitlines())) <= 79
    tree = answer(session, "profile stop --json")
    cells = flat(tree["tree"], "cell")
    assert about(5 * MB) == cells["cell 4"]["held"]
    assert cells["cell 5"]["held"] < MB / 10
    assert about(6 * MB) == cells["cell 5"]["peak"]
    functions = flat(cells["cell 4"], "function")
    assert about(3 * MB) == functions["make, cell 3"]["held"]
    lines = flat(cells["cell 4"], "line")
    assert about(6 * MB) == lines["cell 3, line 4"]["allocated"]
    # what a line calls is counted with it, and not again by function
    assert about(11 * MB) == cells["cell 4"]["allocated"]
    assert about(6 * MB) == cells["cell 5"]["allocated"]
    assert about(tree["tree"]["allocated"] - tree["tree"]["held"]) == tree["freed"]
    assert tree["freed"] > 11.9 * MB
    libraries = {b["name"]: b["held"] for b in tree["libraries"]}
    assert about(3 * MB) == libraries["numpy"]
    assert libraries["notebook"] == pytest.approx(2 * MB, rel=0.02)
    assert by_line(answer(session, "trace top --json"))


def test_what_was_freed_again_is_in_no_flame_graph(session, tmp_path):
    session(f"%%leakcheck trace\nlen(bytes(3_000_000)); {CELL.splitlines()[-1]}")
    for end in ("folded", "speedscope.json", "pb.gz"):
        session(f"%leakcheck trace export {tmp_path}/x.{end}")
    assert " 0\n" not in (tmp_path / "x.folded").read_text()
    document = json.loads((tmp_path / "x.speedscope.json").read_text())
    assert 0 not in document["profiles"][0]["weights"]
    message = fields(gzip.decompress((tmp_path / "x.pb.gz").read_bytes()))
    samples = [dict(fields(value)) for field, value in message if field == 2]
    assert 0 not in {numbers(sample[2])[1] for sample in samples}


def test_a_line_that_freed_all_is_listed_behind_many_that_hold_a_little():
    names = SimpleNamespace(
        cell=lambda _file: None,
        spot=lambda file, line, _outer: Spot(where=f"{file}:{line}", line=line),
    )
    rows = Rows(names)
    for n in range(MOST + 50):
        rows.add(((f"{n}.py", 1),), 2000, 1, cut=False)
    tally = Tally()
    tally.allocated = MB
    found = rows.lines({("big.py", 7): tally})
    assert MOST == len(found)
    assert ("big.py:7", 0, MB) == (
        rows.spots[found[-1].spot].where,
        found[-1].held,
        found[-1].allocated,
    )
    functions = rows.functions({("big.py", 7): tally}, {})
    assert MOST == len(functions)
    assert (0, MB) == (functions[-1].total, functions[-1].allocated)
