"""Which cell used a name last, and whether a cell still to come reads it."""

from __future__ import annotations

import pytest

from leakhunter.detect.liveness import Cell, liveness
from leakhunter.record.names import names_of

MAKE = "big = load()"


def cells(*sources, start=1):
    return [
        Cell(names_of(source), run=i, count=i, cell_id=f"c{i}")
        for i, source in enumerate(sources, start)
    ]


def use_of(name, *sources, waiting=(), plain=()):
    return liveness(cells(*sources), waiting, [name], frozenset(plain))[name]


def told(use):
    """last used by, made by, read by, later cells"""
    return (
        use.last and use.last.count,
        use.made and use.made.count,
        [r.count for r in use.readers],
        use.later,
    )


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ([MAKE], (1, 1, [], 0)),
        ([MAKE, "x = 1"], (1, 1, [], 1)),
        ([MAKE, "big.sum()", "x = 1"], (2, 1, [2], 1)),
        ([MAKE, "big.sum()", "big.max()", "x", "y"], (3, 1, [2, 3], 2)),
        ([MAKE, "x", "big = big * 2", "y"], (3, 3, [3], 1)),
        ([MAKE, "big.sum()", MAKE, "y"], (3, 3, [], 1)),
        ([MAKE, "big += 1", "y"], (2, 2, [2], 1)),
        ([MAKE, "big.x = 1", "y"], (2, 1, [2], 1)),
        (["x", "y"], (None, None, [], 2)),
        ([MAKE, "# nothing", "", "%leakcheck"], (1, 1, [], 0)),
        ([MAKE, "%leakcheck big", "x"], (1, 1, [], 1)),
        ([MAKE, "bigger = 1; big_ = 2"], (1, 1, [], 1)),
        ([MAKE, "'big'"], (1, 1, [], 1)),
        ([MAKE, "[big for big in xs]"], (1, 1, [], 1)),
        ([MAKE, "df.query('x > @big')"], (2, 1, [2], 0)),
        ([MAKE, "!echo {big}"], (2, 1, [2], 0)),
    ],
    ids=lambda v: " | ".join(v) if isinstance(v, list) else "",
)
def test_last_use(sources, expected):
    assert expected == told(use_of("big", *sources))


@pytest.mark.parametrize(
    ("definition", "call"),
    [
        ("def f(): return big", "f()"),
        ("f = lambda: big", "f()"),
        ("def f(): return g()\ndef g(): return big", "f()"),
        ("def f(): return big", "xs = map(f, ys)"),
        ("class C:\n def m(self): return big", "C().m()"),
        ("class C:\n def m(self): return big\nc = C()", "c.m()"),
        ("class B:\n def m(self): return big\nclass C(B): pass\nc = C()", "c.m()"),
        ("def f(): return big\ng = f", "g()"),
        ("def f(): return big\ntable = {'f': f}", "table['f']()"),
        ("import functools\ndef f(x): return big\ng = functools.partial(f, 1)", "g()"),
        ("def deco(fn): return fn\n@deco\ndef f(): return big", "f()"),
        ("async def f(): return big", "await f()"),
        ("def f():\n def g(): return big\n return g()", "f()"),
        ("def f(n): return f(n - 1) if n else big", "f(3)"),
        ("class C:\n def m(self): return big\ndef f(): return C()\nc = f()", "c.m()"),
        (
            "class C:\n def m(self): return big\ndef g(): return C()\ndef f(): return [g()]\nc = f()",
            "c[0].m()",
        ),
        ("def f(): return con.sql('select * from big')", "f()"),
    ],
)
def test_reads_through_what_is_called(definition, call):
    use = use_of("big", MAKE, definition, "x = 1", call, "y = 1")
    assert (4, 1) == (use.last.count, use.later)


@pytest.mark.parametrize(
    ("definition", "call"),
    [
        ("def f(): return big", "g()"),
        ("def f(big): return big", "f(1)"),
        ("def f():\n big = 1\n return big", "f()"),
        ("class C:\n def m(self): return big", "x = 1"),
    ],
)
def test_what_does_not_read_it(definition, call):
    use = use_of("big", MAKE, definition, call)
    assert (1, 2) == (use.last.count, use.later)


def test_the_latest_definition_counts():
    use = use_of("big", MAKE, "def f(): return big", "def f(): return 1", "f()")
    assert (1, 3) == (use.last.count, use.later)


def test_data_made_by_a_function_does_not_run_it():
    sources = (MAKE, "def f(): return big.sum()", "total = f()", "total + 1")
    assert 3 == use_of("big", *sources, plain=["total"]).last.count
    assert 3 == use_of("big", *sources).last.count


@pytest.mark.parametrize(
    "source", ["eval('x')", "globals()", "exec(c)", "%run -i a.py"]
)
def test_what_may_read_any_name_is_a_doubt(source):
    use = use_of("big", MAKE, source, "x = 1")
    assert (1, 2) == (use.last.count, use.later)
    assert 2 == use.doubt[0].count


def test_a_doubt_inside_a_function_counts_when_it_is_called():
    assert use_of("big", MAKE, "def f(): return eval('1')").doubt is None
    use = use_of("big", MAKE, "def f(): return eval('1')", "f()")
    assert 3 == use.doubt[0].count


def test_a_word_of_an_unknown_magic_is_a_doubt():
    use = use_of("big", MAKE, "%%sql\nselect * from big")
    assert (2, "%%sql") == (use.doubt[0].count, use.doubt[1])
    assert use_of("big", MAKE, "%%sql\nselect * from other").doubt is None


def test_a_doubt_before_the_last_use_is_over():
    assert use_of("big", MAKE, "eval('1')", "big.sum()", "x").doubt is None


def test_the_first_doubt_is_told():
    use = use_of("big", MAKE, "eval('1')", "globals()")
    assert (2, "eval()") == (use.doubt[0].count, use.doubt[1])


def test_a_cell_that_waits_and_reads():
    (waiting,) = [Cell(names_of("big.plot()"), cell_id="w")]
    assert "w" == use_of("big", MAKE, "x", waiting=[waiting]).next_reader.cell_id
    assert use_of("other", MAKE, "x", waiting=[waiting]).next_reader is None


def test_a_cell_that_waits_and_reads_through_a_function():
    waiting = [Cell(names_of("f()"), cell_id="w")]
    use = use_of("big", MAKE, "def f(): return big", "x", waiting=waiting)
    assert "w" == use.next_reader.cell_id
    both = [Cell(names_of("def g(): return big\ng()"), cell_id="w")]
    assert "w" == use_of("big", MAKE, "x", waiting=both).next_reader.cell_id


def test_a_cell_that_waits_and_only_binds():
    waiting = [Cell(names_of("big = 1"), cell_id="w")]
    assert use_of("big", MAKE, "x", waiting=waiting).next_reader is None


def test_a_cell_that_waits_with_a_doubt():
    waiting = [Cell(names_of("eval('1')"), cell_id="w")]
    use = use_of("big", MAKE, "x", waiting=waiting)
    assert ("w", None) == (use.doubt[0].cell_id, use.next_reader)


def test_a_cell_below_has_to_run_again_for_a_name_made_again():
    again = [Cell(names_of("big.plot()"), run=2, cell_id="c2")]
    made_again = use_of("big", MAKE, "big.plot()", MAKE, "x", waiting=again)
    assert "c2" == made_again.next_reader.cell_id
    made_once = use_of("big", MAKE, "big.plot()", "y = 1", "x", waiting=again)
    assert made_once.next_reader is None


def test_a_name_bound_past_the_source():
    """`globals()['big'] = ...`, `%store -r`: the recorder saw the name change."""
    ran = [
        Cell(names_of("restore()"), run=1, count=1, bound=frozenset({"big"})),
        *cells("x = 1", start=2),
    ]
    use = liveness(ran, [], ["big"])["big"]
    assert (1, 1, [], 1) == told(use)


def test_many_names_and_cells_are_one_pass():
    sources = [f"v{i} = {i}" for i in range(300)]
    uses = liveness(cells(*sources), [], [f"v{i}" for i in range(300)])
    assert [(i + 1, 299 - i) for i in range(300)] == [
        (uses[f"v{i}"].last.count, uses[f"v{i}"].later) for i in range(300)
    ]
