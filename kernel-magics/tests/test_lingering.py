"""Values that lost their name: which are told to live on, who holds them, and when they died."""

from __future__ import annotations

import gc

import pytest

from leakhunter.doors.html import report_html
from leakhunter.doors.lingering import sentence, sentences
from leakhunter.model import CellRef, Lingering
from leakhunter.record.bindings import MOST, MOST_INSIDE, Bindings

np = pytest.importorskip("numpy", reason="no numpy here")

MB = 1_000_000
BIG = "import numpy as np\ndf = np.ones(2_000_000)"


def remains(session):
    return session.hunter.check().report.lingering


def told(session):
    return [
        (one.name, one.how, one.bytes // MB, one.holders)
        for one in remains(session)
        if not one.gone
    ]


# ------------------------------------------------------------ what is told


def test_an_output_keeps_what_was_deleted(session):
    session(BIG)
    session("df")
    session("x = 1")
    assert [] == remains(session)
    session("del df")
    assert [("df", "deleted", 16, ["`Out[3]`"])] == told(session)
    (one,) = remains(session)
    assert 5 == one.cell.execution_count


def test_its_death_is_told_once(session):
    session(BIG)
    session("df")
    session("del df")
    session("x = 1")
    assert [False] == [one.gone for one in remains(session)]
    session("%leakcheck clear Out[3] --yes")
    (one,) = remains(session)
    assert (True, "df", 16, []) == (one.gone, one.name, one.bytes // MB, one.holders)
    session("x = 2")
    assert [] == remains(session)


def test_what_died_with_its_name_is_no_news(session):
    session(BIG)
    session("del df")
    assert [] == remains(session)
    session(BIG)
    session("df = 0")
    assert [] == remains(session)


def test_another_name_is_no_news(session):
    session(BIG)
    session("other = df\ndel df")
    assert [] == remains(session)


def test_data_that_a_variable_shares_is_no_news(session):
    session(BIG)
    session("box = [df]\ndel df")
    session("df = box[0]")
    session("x = 1")
    session("del box")
    assert [] == remains(session)


def test_a_view_keeps_what_was_deleted(session):
    session(BIG)
    session("small = df[:10]\ndel df")
    assert [("df", "deleted", 16, ["`small`"])] == told(session)


def test_the_way_to_it_is_written_as_code(session):
    session(BIG)
    session("cache = {'last': df}")
    session("del df")
    assert [["`cache['last']`"]] == [one.holders for one in remains(session)]


def test_a_closure_keeps_what_was_deleted(session):
    session(BIG)
    session("def make(held):\n    return lambda: held.sum()\nf = make(df)")
    session("del df")
    assert [("df", "deleted", 16, ["`f`"])] == told(session)


def test_a_failed_cell_keeps_what_was_bound_again(session):
    session(BIG)
    session("def work(data):\n    raise ValueError\nwork(df)")
    session("df = None")
    session("x = 1")
    assert [("df", "rebound", 16, ["the traceback of [3]"])] == told(session)


def test_native_code_keeps_what_was_deleted(session):
    session(BIG)
    session(
        "import ctypes\nctypes.pythonapi.Py_IncRef(ctypes.py_object(df))\nbox = [df]"
    )
    session("del df")
    assert [["`box[0]`"]] == [one.holders for one in remains(session)]
    session(
        "import ctypes\nctypes.pythonapi.Py_DecRef(ctypes.py_object(box[0]))\ndel box"
    )


def test_a_list_is_watched_through_what_is_in_it(session):
    session(
        "import numpy as np\nrows = [{'data': np.ones(1_000_000)} for _ in range(3)]"
    )
    session("rows")
    session("x = 1")
    session.hunter.check()
    session("del rows")
    assert [("rows", "deleted", 24, ["`Out[3]`"])] == told(session)


def test_part_of_a_list_that_a_variable_has_is_no_news(session):
    session("import numpy as np\nrows = [np.ones(2_000_000) for _ in range(2)]")
    session("first = rows[0]\nkept = [rows[1]]")
    session.hunter.check()
    session("del rows")
    assert [("rows", "deleted", 16, ["`kept[0]`"])] == told(session)


def test_a_list_that_was_made_anew_from_itself_is_no_news(session):
    session("import numpy as np\nrows = [np.ones(2_000_000)]")
    session.hunter.check()
    session("rows = rows + [1]")
    assert [] == remains(session)


def test_a_name_used_again_is_news_only_when_no_cell_reads_the_holder(session):
    session("import numpy as np\nseen = []")
    session("df = np.ones(2_000_000)\nseen.append(df)")
    session("df = None\nlen(seen)")
    assert [] == remains(session)
    session("x = 1")
    assert [("df", "rebound", 16, ["`seen[0]`"])] == told(session)


def test_below_ten_megabytes_is_no_news(session):
    session("import numpy as np\ndf = np.ones(1_000_000)\nbox = [df]")
    session("del df")
    assert [] == remains(session)


def test_what_we_cleared_and_lives_on_is_told(session):
    session(BIG)
    session("class Box: pass\nbox = Box()\nbox.data = df")
    session("%leakcheck clear df --yes")
    assert [("df", "cleared", 16, ["`box.data`"])] == told(session)
    assert [None] == [one.cell for one in remains(session)]


def test_garbage_is_told_as_such(session):
    session(BIG)
    gc.disable()
    try:
        session("ring = [df]\nring.append(ring)")
        session("del df")
        session("del ring")
        (one,) = remains(session)
        assert ["garbage that waits for a collection"] == one.holders
    finally:
        gc.enable()


# -------------------------------------------------------------- what it costs


def test_nothing_of_the_users_runs(session):
    session(
        "import numpy as np\ncalls = []\n"
        "class Loud:\n"
        "    def __getattribute__(self, name):\n"
        "        calls.append(name)\n"
        "        return object.__getattribute__(self, name)\n"
        "    def __eq__(self, other): calls.append('eq'); return True\n"
        "    def __hash__(self): calls.append('hash'); return 1\n"
        "    def __len__(self): calls.append('len'); return 0\n"
        "    def __repr__(self): calls.append('repr'); return ''\n"
        "loud = Loud()\nobject.__setattr__(loud, 'data', np.ones(2_000_000))\n"
        "keep = {loud: [loud]}\ncalls.clear()"
    )
    session.hunter.check()
    session("del loud")
    assert [("loud", "deleted", 16)] == [one[:3] for one in told(session)]
    assert [] == session.shell.user_ns["calls"]


def test_nothing_is_kept_alive_and_nothing_grows(session):
    session("import numpy as np, weakref")
    session("df = np.ones(2_000_000)\nrows = [np.ones(2_000_000)]\nbox = [df, rows]")
    session.hunter.check()
    session("refs = [weakref.ref(df), weakref.ref(rows[0])]")
    session("del df, rows")
    bindings = session.hunter.recorder.bindings
    sizes = set()
    for _ in range(20):
        assert 2 == len(remains(session))
        sizes.add((len(bindings._gone), len(bindings._inside), len(bindings._refs)))
    assert 1 == len(sizes)
    session("del box")
    assert [None, None] == session.shell.run_cell("[r() for r in refs]").result
    assert [True, True] == [one.gone for one in remains(session)]
    session("x = 1")
    assert [] == remains(session)
    assert [] == bindings._gone


def test_the_watched_are_bounded():
    bindings, names, box = Bindings(), {}, []
    for run in range(MOST + 50):
        names["a"] = np.ones(3)
        box.append(names["a"])
        bindings.update(run, names, ("a",), ())
    assert MOST == len(bindings.watched(MOST + 50))


def test_what_is_remembered_of_containers_is_bounded():
    import weakref

    bindings, box = Bindings(), [np.ones(3) for _ in range(1000)]
    refs = [(weakref.ref(one), 8) for one in box]
    for run in range(20):
        bindings.remember({"rows": refs})
        bindings.update(run, {}, (), ("rows",))
    assert sum(len(w.refs) for w in bindings.watched(20)) <= MOST_INSIDE


# ---------------------------------------------------------------------- words


def word(**fields):
    known = {
        "name": "df",
        "cell": CellRef(cell_id="nine", execution_count=9),
        "how": "deleted",
        "bytes": 1200 * 1024**2,
        "holders": ["`Out[6]`"],
        "gone": False,
    }
    return Lingering(**{**known, **fields})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "`df` was deleted in [9], but its 1.17 GiB live on, held by `Out[6]`."),
        (
            {"how": "rebound", "holders": ["`a`", "`b`"]},
            "`df` was bound again in [9], but the old 1.17 GiB live on, held by `a` and `b`.",
        ),
        (
            {"how": "cleared", "cell": None},
            "`df` was cleared, but its 1.17 GiB live on, held by `Out[6]`.",
        ),
        (
            {"gone": True, "holders": []},
            "The 1.17 GiB of `df`, deleted in [9], are gone now.",
        ),
    ],
)
def test_the_sentence(fields, said):
    assert said == sentence(word(**fields)).replace("\u00a0", " ")


def test_three_are_enough():
    alive, gone = sentences([word(name=f"a{i}") for i in range(5)])
    assert (4, "And 2 more.", []) == (len(alive), alive[-1], gone)


def test_the_reports_say_it(session):
    session(BIG)
    session("df")
    session("del df")
    session("x = 1")
    said = session("%leakcheck")
    assert (
        "Let go, but still alive:\n   df was deleted in [4], but its 15.3 MiB" in said
    )
    page = report_html(session.hunter.last, 0)
    assert "live on, held by <code>Out[3]</code>." in page
