"""The growth test, part by part: the rule, the plan, what a cell changes, and what is said of it."""

from __future__ import annotations

import functools
import json
import queue
import random
import sys
import unicodedata
from collections import deque
from pathlib import Path

import pytest

from leakhunter.act.refusal import Refusal
from leakhunter.model import CellRef
from leakhunter.prove import control, plan, verdict
from leakhunter.prove.walk import Walk, shown, under
from leakhunter.prove.world import world_of

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
import verdicts

WIDTH = 79
CELL = CellRef(cell_id=None, execution_count=1)


# ------------------------------------------------------------------- the rule


@pytest.mark.parametrize(
    ("expected", "counts"),
    [
        ("leak", [2, 4, 8, 16, 32]),
        ("leak", [0, 0, 1, 3, 7]),
        ("leak", [100, 110, 130, 170, 250]),
        ("suspect", [0, 2, 6, 14]),
        ("suspect", [0, 2, 6]),
        ("plateau", [2, 4, 8, 16, 16]),
        ("plateau", [2, 4, 8, 12, 12]),
        ("plateau", [0, 30, 50, 60, 64]),
        ("clean", [5, 5, 5]),
        ("clean", [5, 6, 6, 6]),
        ("clean", [5, 9, 3, 8, 5]),
        ("clean", [9, 7, 5, 3, 1]),
        ("clean", [0, 1, 1, 1, 2]),
        ("clean", [3]),
    ],
)
def test_the_rule(expected, counts):
    assert expected == verdict.judge(counts, plan.BATCHES[: len(counts) - 1]).verdict


def test_a_limit_that_is_known_is_never_a_leak():
    judged = verdict.judge([2, 4, 8, 16, 32], plan.BATCHES, bounded=True)
    assert ("plateau", 1.0, 1.0) == judged


def test_growth_is_told_by_run():
    assert 2.5 == pytest.approx(verdict.judge([0, 5, 15, 35, 75], plan.BATCHES).rate)
    assert 55 == verdict.runs_to(limit=1600, used=500, rate=20)
    assert verdict.runs_to(limit=1600, used=500, rate=0) is None


@pytest.mark.parametrize(
    ("expected", "series"),
    [
        (True, []),
        (True, [[], [9, 5, 5]]),
        (True, [[1, 3, 3, 2]]),
        (False, [[3, 3]]),
        (False, [[3, 3, 4]]),
        (False, [[3, 3, 3], [1, 2, 2, 3]]),
        (False, [[1, 2, 1]]),
    ],
)
def test_no_more_runs_once_nothing_moved_for_two_batches(expected, series):
    assert expected == verdict.settled(series)


def test_the_simulation_keeps_the_promise():
    for name, (told, runs) in verdicts.table(400).items():
        leaks = told["leak"] / 400
        if name.startswith("leak") and "5 runs" not in name:
            assert leaks >= 0.95, name
        elif name.startswith("fine") and "unknown" not in name:
            assert leaks <= 0.06, name
            assert leaks == 0 or "walk" in name or "20" in name, name
        assert runs <= 32


# ------------------------------------------------------------------- the plan


def test_the_plan_fits_the_time():
    assert (2, 4, 8, 16) == plan.fitting(None, 1)
    assert (2, 4, 8, 16) == plan.fitting(3.0, 120)
    assert (2, 4, 8) == plan.fitting(6.0, 120)
    assert (2, 4) == plan.fitting(12.0, 120)
    assert () == plan.fitting(20.0, 120)


def test_batches_of_the_users_choice():
    assert (3, 5) == plan.fitting(None, 1, [3, 5])
    assert (3, 5) == plan.fitting(10.0, 120, [3, 5, 7])
    assert () == plan.fitting(30.0, 120, [3, 5, 7])


@pytest.mark.parametrize(
    "batches, verdict_of_growth",
    [
        ((2, 4, 8, 16), "leak"),
        ((4, 8, 16, 32), "leak"),
        ((2, 4, 8, 16, 32), "leak"),
        ((2, 4, 8), "suspect"),
        ((2, 4, 8, 8), "suspect"),
    ],
)
def test_a_leak_needs_as_many_runs_as_the_rule(batches, verdict_of_growth):
    counts = [5 * runs for runs in verdict.runs_at(batches)]
    assert verdict_of_growth == verdict.judge(counts, batches).verdict


@pytest.mark.parametrize("seconds", [0.01, 1, 7, 13])
def test_what_fits_takes_no_longer(seconds):
    batches = plan.fitting(seconds, 120)
    assert plan.needed(seconds, batches) <= 120
    longer = plan.BATCHES[: len(batches) + 1]
    assert longer == batches or plan.needed(seconds, longer) > 120


def test_time_left():
    assert 32.0 + 1.0 == pytest.approx(plan.left(1.0, 0.25, plan.BATCHES, 0))
    assert 16.0 + 0.25 == pytest.approx(plan.left(1.0, 0.25, plan.BATCHES, 16))
    assert 0 == plan.left(1.0, 0.25, plan.BATCHES, 32)


def test_memory_that_would_not_suffice():
    assert plan.room(16, 10, used=800, stop_at=1000)
    assert not plan.room(16, 20, used=800, stop_at=1000)
    assert plan.room(16, -50, used=800, stop_at=1000)


def test_a_slow_cell_is_refused_with_the_time_that_it_needs(session):
    import msgspec

    session("slow = 1")
    hunter = session.hunter
    ended = hunter.recorder.runs()[-1]
    record = msgspec.structs.replace(ended.record, seconds=60.0)
    hunter.recorder.replace({record.run: record})
    with pytest.raises(Refusal, match=r"at least 48\d s are needed"):
        hunter.prover.plan("slow = 1", CELL)
    assert [2, 4] == hunter.prover.plan("slow = 1", CELL, 500).batches


# ---------------------------------------------------------- what a cell changes

NAMES = {
    "rows": [],
    "table": {},
    "seen": set(),
    "q": deque(),
    "it": iter([1]),
    "gen": (x for x in ()),
    "df": object(),
    "model": object(),
    "buffer": bytearray(),
}

CHANGES = {
    "open('x', 'w').write('a')": {"file"},
    "with open('x', mode='a') as f: print(1, file=f)": {"file"},
    "from pathlib import Path\nPath('x').write_text('a')": {"file"},
    "from pathlib import Path\nPath('x').open('w')": {"file"},
    "out.to_csv('x')": {"file"},
    "fig.savefig('x.png')": {"file"},
    "import numpy as n\nn.save('x', 1)": {"file"},
    "import os\nos.remove('x')": {"file"},
    "import shutil\nshutil.rmtree('x')": {"file"},
    "import requests as r\nr.post('http://x')": {"network"},
    "from urllib.request import urlopen\nurlopen('http://x')": {"network"},
    "con.execute('insert')": {"database"},
    "out.to_sql('t', con)": {"database"},
    "x = input()": {"input"},
    "next(it)": {"iterator"},
    "for x in it: pass": {"iterator"},
    "[x for x in gen]": {"iterator"},
    "x = list(it)": {"iterator"},
    "df.dropna(inplace=True)": {"object"},
    "df['c'] = 1": {"object"},
    "model.weights = 1": {"object"},
    "del table['x']": {"object"},
    "rows[0] = 1": {"object"},
    "rows.pop()": {"object"},
    "rows.sort()": {"object"},
    "buffer.extend(b'a')": {"object"},
    "!rm x": {"command"},
    "import subprocess\nsubprocess.run(['rm'])": {"command"},
    "%%bash\nrm x": {"command"},
    "%%writefile x\nabc": {"file"},
}

HARMLESS = [
    "x = 1",
    "rows.append(1); rows += [2]",
    "table['x'] = 1; table.update({})",
    "seen.add(1); q.append(1)",
    "model.history.append(1)",
    "df = object(); df['c'] = 1",
    "new = []; new.pop(); new[0] = 1",
    "open('x').read()",
    "open('x', 'rb')",
    "import io\nb = io.StringIO(); b.write('x')",
    "it = iter([1]); next(it)",
    "out = df.dropna()",
    "import os\nos.path.join('a', 'b')",
    "this is no Python",
    "",
]


@pytest.mark.parametrize("source", CHANGES)
def test_what_nobody_can_put_back_is_listed(source):
    world = world_of(source, NAMES)
    assert CHANGES[source] == {c.effect for c in world.changes}
    assert all(len(c.text) <= 90 and c.text.endswith(".") for c in world.changes)


@pytest.mark.parametrize("source", HARMLESS)
def test_what_is_put_back_needs_no_leave(source):
    assert [] == world_of(source, NAMES).changes


def test_names_that_are_put_back_are_listed():
    source = "x = 1\nimport os\nrows.append(x)\ntable['a'] = 2\nmodel.rows.append(3)"
    world = world_of(source, NAMES)
    assert ["os", "x"] == world.rebound
    assert ["model", "rows", "table"] == world.grown


def test_functions_of_the_notebook_are_read_too():
    cells = [
        "def save(x):\n    out.to_csv(x)",
        "def all_of_it():\n    save('a')\n    save('b')",
        "def never():\n    import shutil\n    shutil.rmtree('x')",
    ]
    (change,) = world_of("all_of_it()", NAMES, cells).changes
    assert "It calls `out.to_csv` in `save()`: files are written or removed again." == (
        change.text
    )


def test_random_numbers_are_seen():
    for source in ("import random as r\nr.random()", "np.random.rand()"):
        assert world_of(source, NAMES).random
    assert not world_of("x = 1", NAMES).random


# -------------------------------------------------------------- where it lies


def piled(shell, **roots):
    return Walk(shell).run(roots.items(), roots.values())


def test_places_are_named_as_a_person_would(shell):
    class Model:
        def __init__(self):
            self.rows = [[1], [2, 3]]

    def make():
        kept = [1, 2]
        return lambda: kept

    pile = piled(
        shell, m=Model(), d={"a": [1, 2, 3]}, big={i: [i] for i in range(30)}, f=make()
    )
    wanted = {
        "m.rows": 2, "m.rows[x]": 3, "d": 1, "d['a']": 3, "big": 30, "big[x]": 30, "f() → kept": 2,
    }  # fmt: skip
    assert wanted == {k: pile.lengths[k] for k in wanted}


def test_limits_are_known(shell):
    class Own:
        def __init__(self):
            self.capacity = 10
            self.rows = {1: 2}

    @functools.lru_cache(maxsize=50)
    def f(n):
        return [n]

    f(1)
    q = queue.Queue(maxsize=9)
    q.put(1)
    pile = piled(shell, own=Own(), last=deque([1], maxlen=5), f=f, q=q, rows=[1])
    limits = {k: v for k, v in pile.limits.items() if k[:4] in ("own.", "last", "q.qu")}
    assert {"own.rows": 10, "last": 5, "q.queue": 9} == limits
    assert (1, 50) == (pile.lengths["f()"], pile.limits["f()"])
    assert "rows" not in pile.limits


def test_more_than_it_may_hold_is_no_limit(shell):
    class Own:
        def __init__(self):
            self.maxsize = 2
            self.rows = [1, 2, 3]

    assert {} == {k: v for k, v in piled(shell, own=Own()).limits.items() if "own" in k}


def test_what_a_name_holds_too_does_not_count_for_a_cache(shell):
    class Node:
        pass

    @functools.lru_cache(maxsize=50)
    def f(n):
        return Node()

    node = f(1)
    f(2)
    pile = piled(shell, nodes=[node], f=f)
    assert 1 == pile.bounded[__name__, "Node"]


def test_a_walk_has_an_end(shell):
    pile = Walk(shell, most=100).run([("rows", [[] for _ in range(1000)])])
    assert not pile.complete
    assert 1000 == pile.lengths["rows"]


def test_ways_are_shown_as_far_as_they_are_the_users():
    assert "tot" == shown("tot._mgr → list[x]._data")
    assert "fn() → kept" == shown("fn() → kept")
    assert "model._cache" == shown("model._cache")
    assert under("a[x].b", "a")
    assert not under("ab", "a")


# --------------------------------------------------------------- the self-test


def test_the_self_test_passes(session):
    hunter = session.hunter
    assert None is control.tell(hunter.shell, hunter.meter)


def test_without_its_self_test_nothing_is_told(session, monkeypatch):
    monkeypatch.setattr(control, "tell", lambda *_: "It failed.")
    session("kept = []")
    prover = session.hunter.prover
    source = "kept.append(1)"
    proof = prover.prove(source, prover.plan(source, CELL))
    assert ("cannot-tell", "It failed.") == (proof.verdict, proof.sentence)
    assert "It failed." == proof.control


def test_it_runs_once_a_kernel(session, monkeypatch):
    asked = []
    monkeypatch.setattr(control, "tell", lambda *_: asked.append(1))
    prover = session.hunter.prover
    for _ in range(2):
        prover.prove("x = 1", prover.plan("x = 1", CELL))
    assert [1] == asked


# -------------------------------------------------------------------- the doors


def wide(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


@pytest.fixture
def leaky(session):
    session("import random\nhistory = []")
    session("history.append([random.random()] * 1000)\nprint('noise')")
    return session


def test_proving_a_cell_by_its_number(leaky):
    text = leaky("%leakcheck prove [3]")
    assert "LEAK  history grows by 1 item (list) on every run." in text
    assert "KiB per run, without slowing down" in text
    assert "Random numbers go on afterwards as if it had not run." in text
    assert "a planted leak and a planted cache were told apart" in text
    assert max(map(wide, text.splitlines())) <= WIDTH
    rows = [line.split() for line in text.splitlines() if "█" in line]
    assert ["0", "2", "6", "14", "30"] == [row[0] for row in rows]
    assert ["3", "5", "9", "17", "33"] == [row[1] for row in rows]
    assert "noise" not in text
    assert 1 == len(leaky.shell.user_ns["history"])


def test_proving_a_cell_below_the_magic(session):
    session("n = 0\nkept = {}")
    text = session("%%leakcheck repeat\nn += 1\nkept[n] = [n]")
    assert "LEAK  kept grows by 1 item (list) on every run." in text
    assert (0, {}) == (session.shell.user_ns["n"], session.shell.user_ns["kept"])
    text = session("%leakcheck prove [3]")
    assert "LEAK  kept" in text


def test_proving_a_finding_repeats_the_cell_that_fills_it(session):
    session("store = {}")
    for _ in range(3):
        session("store[len(store)] = bytearray(3_000_000)")
    finding = next(f for f in session.findings() if "store" in f.names)
    session("%leakcheck")
    text = session(f"%leakcheck prove {finding.id}")
    assert "LEAK  store grows by 1 item (bytearray) on every run." in text
    assert "+2.86 MiB per run" in text
    assert 3 == len(session.shell.user_ns["store"])


def test_a_fix_is_verified(leaky):
    leaky("%leakcheck prove [3]")
    leaky("history.append(1); history.clear()")
    text = leaky("%leakcheck prove [5] --before r1 --yes")
    assert "CLEAN" in text
    assert "Fixed: history grew +1.0 (" in text
    text = leaky("%leakcheck prove [3] --before r1")
    assert "Not fixed: history grew +1.0 (" in text


def test_what_cannot_be_put_back_is_asked_for(session, tmp_path):
    target = tmp_path / "rows.txt"
    cell = f"open({str(target)!r}, 'a').write('x')"
    text = session(f"%%leakcheck repeat\n{cell}")
    assert "It calls open: files are written or removed again" in text
    assert "Nothing was run.  To run it all the same, add --yes." in text
    assert not target.exists()
    session(f"%%leakcheck repeat --yes\n{cell}")
    assert 8 <= len(target.read_text())


def test_a_question_answered_with_no_runs_nothing(session, monkeypatch):
    import builtins

    session("rows = [1, 2]")
    for answer, left in (("n", 2), ("", 2), ("y", 0)):
        monkeypatch.setattr(builtins, "input", lambda _, a=answer: a)
        session("%%leakcheck repeat\nrows.pop()")
        assert left == len(session.shell.user_ns["rows"])


def test_as_json(leaky):
    text = leaky("%leakcheck prove [3] --json")
    proof = json.loads(text)
    assert ("leak", "r1", "finished", [2, 4, 8, 16]) == tuple(
        proof[k] for k in ("verdict", "id", "ended", "batches")
    )
    growth = proof["growths"][0]
    assert ("history", "items", [3, 5, 9, 17, 33]) == tuple(
        growth[k] for k in ("name", "sort", "counts")
    )
    assert 8000 <= proof["bytes_per_run"] <= 16000
    error = json.loads(leaky("%%leakcheck repeat --json\nhistory.pop()"))["error"]
    assert "--yes" in error


@pytest.mark.parametrize(
    "line",
    [
        "prove", "prove 1 2", "prove [99]", "prove nothing", "prove [3] --seconds never",
        "prove [3] --before r9", "prove [3] --before", "prove [3] --what", "prove [3] --seconds 0",
    ],
)  # fmt: skip
def test_wrong_use_is_one_sentence(leaky, line):
    text = leaky(f"%leakcheck {line}").strip()
    assert text.endswith(".")
    assert len(text.splitlines()) <= 4
    assert "Traceback" not in text
    assert 1 == len(leaky.shell.user_ns["history"])


def test_in_a_terminal_one_line_changes(leaky, monkeypatch):
    monkeypatch.setattr("leakhunter.doors.commands.prove.terminal", lambda: True)
    text = leaky("%leakcheck prove [3]")
    assert 35 == text.count("\r")
    assert "Batch of 16: run 9, about" in text


def test_the_recorder_sees_one_run(leaky):
    before = len(leaky.hunter.recorder.runs())
    leaky("%leakcheck prove [3]")
    assert before == len(leaky.hunter.recorder.runs())


def test_chance_is_the_same_afterwards(leaky):
    random.seed(5)
    expected = random.random()
    random.seed(5)
    leaky("%leakcheck prove [3]")
    assert expected == random.random()
