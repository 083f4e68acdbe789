"""Names a cell binds, reads and deletes, from its source alone."""

from __future__ import annotations

import sys

import pytest

from leakhunter.record.names import names_of, without_ours

# source: bound, read, deleted (as words)
TABLE = {
    # statements
    "x = 1": ("x", "", ""),
    "x = y": ("x", "y", ""),
    "x: int = y": ("x", "int y", ""),
    "x, (y, *z) = f": ("x y z", "f", ""),
    "x += 1": ("x", "x", ""),
    "x.a = y": ("", "x y", ""),
    "x[i] = y": ("", "x i y", ""),
    "x.a += 1": ("", "x", ""),
    "del x": ("", "", "x"),
    "del x.a, y[0]": ("", "x y", ""),
    "x = y = z": ("x y", "z", ""),
    "for i in xs: t = i": ("i t", "xs i", ""),
    "with a as b: pass": ("b", "a", ""),
    "try: f()\nexcept E as e: g(e)": ("e", "f g E e", ""),
    "if (n := len(x)) > 1: n": ("n", "len x n", ""),
    "global g\ng = 1": ("g", "", ""),
    "assert x, y": ("", "x y", ""),
    "raise x from y": ("", "x y", ""),
    "x if c else y": ("", "x c y", ""),
    # imports
    "import numpy": ("numpy", "", ""),
    "import numpy as np, os.path": ("np os", "", ""),
    "from a.b import c, d as e": ("c e", "", ""),
    # text
    "f'{a} {b!r:>{w}}'": ("", "a b w", ""),
    "df.query('x > @limit and @other.y < 3')": ("", "df limit other", ""),
    "df.eval('z = x * @k')": ("", "df k", ""),
    "mail = 'name@example.org'": ("mail", "example", ""),
    "duckdb.sql('select a from df')": ("", "duckdb df", ""),
    "con.execute(f'SELECT a FROM df d JOIN other USING (k) WHERE z > {z}')": (
        "",
        "con df other z",
        "",
    ),
    "q('from a, b as c where x in (select y from d)')": ("", "q a b d", ""),
    "s = 'Selected from df'": ("s", "", ""),
    "'select from df'": ("", "", ""),
    "ne.evaluate('a * b')": ("", "ne a b", ""),
    "pd.eval('a + b')": ("", "pd a b", ""),
    "df.eval('a + b')": ("", "df", ""),
    # functions: default, decorator and annotation now, the body later
    "def f(x=d): return y": ("f", "d", ""),
    "@deco(k)\ndef f(): pass": ("f", "deco k", ""),
    "def f(x: T) -> R: pass": ("f", "T R", ""),
    "async def f(*a, k=d): await g": ("f", "d", ""),
    "f = lambda x, y=d: x + y + z": ("f", "d z", ""),
    "df.apply(lambda row: row + offset)": ("", "df offset", ""),
    # classes: bases and body now, methods later
    "class C(B, metaclass=M):\n x = y\n def m(self): return z": ("C", "B M y", ""),
    "@deco\nclass C: pass": ("C", "deco", ""),
    # comprehensions keep their variables
    "[i + k for i in xs if i > m]": ("", "xs k m", ""),
    "{k: v for k, v in d.items()}": ("", "d", ""),
    "{i for i in a for j in f(i)}": ("", "a f", ""),
    "sum(x for x in big)": ("", "sum big", ""),
    "[y := f(i) for i in xs]": ("y", "f xs", ""),
    "i = [i for i in i]": ("i", "i", ""),
    # match
    "match a:\n case [x, *y]: x\n case {'k': z, **w}: z": ("x y z w", "a x z", ""),
    "match a:\n case P(b=c) as d: d\n case _: pass": ("c d", "a P d", ""),
    # magics
    "%time x = f(y)": ("x", "f y", ""),
    "%timeit -n 10 f(x)": ("", "f x", ""),
    "%%time\nx = big.sum()": ("x", "big", ""),
    "%%timeit\nbig.sum()": ("", "big", ""),
    "%%leakcheck trace\nx = big.sum()": ("x", "big", ""),
    "%%capture out\nx = big": ("out x", "big", ""),
    "!echo {name} $other $$no": ("", "name other", ""),
    "files = !ls {folder}": ("files", "folder", ""),
    "%cd {folder}": ("", "folder", ""),
    "%matplotlib inline": ("", "", ""),
    "x?": ("", "x", ""),
    "x.y??": ("", "x", ""),
    "%prun -l 10 -s cumulative f(x)": ("", "f x", ""),
    "%lprun -f a.b -f c train(x, n=3)": ("", "train x", ""),
    "%%timeit -n 3 y = x.copy()\ny.sum()": ("", "x", ""),
    "%timeit z = f(x)": ("", "f x", ""),
    "%%bash\necho x": ("", "", ""),
    "%%writefile {folder}/a.py\nx = 1": ("", "folder", ""),
    "%leakcheck big": ("", "", ""),
    "%leakcheck clear big --yes\nx = 1": ("x", "", ""),
    # nothing
    "": ("", "", ""),
    "# big": ("", "", ""),
    "x = = 1": ("", "", ""),
    "print(big": ("", "", ""),
}


def words(names):
    return " ".join(sorted(names))


def wanted(text):
    return " ".join(sorted(text.split()))


@pytest.mark.parametrize("source", TABLE)
def test_table(source):
    bound, read, deleted = map(wanted, TABLE[source])
    found = names_of(source)
    got = found.bound, found.read - {"get_ipython"}, found.deleted
    assert (bound, read, deleted) == tuple(map(words, got))


@pytest.mark.parametrize(
    ("source", "inside"),
    [
        ("def f(x): return x + big", "big"),
        ("def f():\n x = 1\n def g(): return x + big\n return g", "big"),
        ("def f():\n global total\n total += big", "total big"),
        ("def f():\n big = 1\n return big", ""),
        ("def f():\n for i in xs: yield i", "xs"),
        ("f = lambda: big", "big"),
        ("class f:\n def m(self): return big", "big"),
        ("class f:\n big = 1\n def m(self): return big", "big"),
        ("f = {'a': lambda: big}", "big"),
        ("f = functools.partial(lambda x: big, 1)", "big"),
        ("async def f():\n async with a as b: return b", "a"),
        ("def f():\n return [big for _ in xs]", "big xs"),
        ("def f():\n import os\n return os.path", ""),
        ("def f(*args, **kwargs): return args, kwargs, big", "big"),
        ("def f():\n try: pass\n except E as e: return e", "E"),
    ],
)
def test_what_happens_when_it_is_called(source, inside):
    assert wanted(inside) == words(names_of(source).inside["f"].read)


@pytest.mark.parametrize(
    ("source", "sees"),
    [
        ("eval('big')", "eval()"),
        ("exec(code)", "exec()"),
        ("globals()['big']", "globals()"),
        ("locals()", "locals()"),
        ("vars()", "vars()"),
        ("vars(thing)", ""),
        ("df.eval('x')", ""),
        ("get_ipython().ev('big')", "get_ipython().ev"),
        ("get_ipython().user_ns", ""),
        ("%run -i script.py", "%run -i"),
        ("%run script.py", ""),
        ("x = 1", ""),
    ],
)
def test_what_can_read_any_name(source, sees):
    assert {sees} - {""} == names_of(source).all_of


def test_eval_in_a_function_counts_when_it_runs():
    found = names_of("def f(): return eval('big')")
    assert set() == found.all_of
    assert {"eval()"} == found.inside["f"].all_of


@pytest.mark.parametrize(
    ("source", "how"),
    [
        ("%mymagic big -x 3", "%mymagic"),
        ("%%sql\nselect * from big", "%%sql"),
        ("%store big", "%store"),
        ("%who", None),
        ("%matplotlib big", None),
        ("%%bash\nls big", None),
        ("%%html\nbig", None),
    ],
)
def test_words_of_magics_that_we_do_not_know(source, how):
    assert how == names_of(source).maybe.get("big")


@pytest.mark.parametrize(
    ("source", "empty"),
    [
        ("", True),
        ("  \n\n", True),
        ("# only a remark", True),
        ("%leakcheck", True),
        ("%leakcheck clear 1 --yes\n# done", True),
        ("%load_ext leakhunter", True),
        ("%reload_ext leakhunter", True),
        ("%load_ext other", False),
        ("pass", False),
        ("%leakcheck\nx = 1", False),
        ("x = (", False),
        ("leakcheck = 1", False),
    ],
)
def test_cells_that_are_no_cells(source, empty):
    assert empty == names_of(source).empty


def test_our_lines_go_and_the_others_stay():
    source = "%load_ext leakhunter\nx = 1\n  %leakcheck 1\n%leakchecker"
    assert ["", "x = 1", "", "%leakchecker"] == without_ours(source).split("\n")


def test_a_class_is_told_from_a_value():
    found = names_of("class C: pass\nc = C()\nd = make(c)")
    assert (True, False) == (found.inside["C"].is_class, found.inside["c"].is_class)
    assert ({"C"}, {"make"}) == (found.inside["c"].made_by, found.inside["d"].made_by)
    assert {"c"} == found.inside["d"].mentions


def test_deep_sources_are_given_up():
    found = names_of("x = " + "(" * 5000 + ")" * 5000)
    assert set() == found.bound


def test_nothing_is_run_or_imported():
    names_of("import leakhunter_is_not_here\nraise SystemExit")
    assert "leakhunter_is_not_here" not in sys.modules
