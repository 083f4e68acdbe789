"""The preview: what goes, what stays because of whom, what breaks, what undo would bring back."""

from __future__ import annotations

import pytest
from clearings import MB, differences, ids_of, inventory, planned, wait

from leakhunter.act.preview import totals
from leakhunter.act.refusal import Refusal

np = pytest.importorskip("numpy", reason="no numpy here")
pd = pytest.importorskip("pandas", reason="no pandas here")

FRAMES = (
    "import numpy as np, pandas as pd\n"
    "a = pd.DataFrame(np.ones((1_000_000, 5)))\n"
    "b = a[:]\n"
    "c = np.ones(2_000_000)"
)


def test_every_slot_is_listed(session):
    session("import numpy as np\nbig = np.ones(2_000_000)\nbig")
    wait(session)
    wish = planned(session, "big", "Out[2]")
    slots = {slot for item in wish.preview.items for slot in item.slots}
    assert {"big", "Out[2]", "_2"} <= slots


def test_nothing_is_touched(session):
    session(FRAMES)
    session("c")
    wait(session)
    planned(session, "a")
    before = inventory(session.shell)
    planned(session, "a", "b", "c")
    assert {} == differences(before, inventory(session.shell))


def test_frames_that_share_a_buffer_free_it_only_together(session):
    session(FRAMES)
    wait(session)
    hunter = session.hunter
    checkup = hunter.check()
    from leakhunter.act.preview import plan
    from leakhunter.detect.find import named

    found = [named(checkup.case, hunter.ids, name) for name in "abc"]
    wish = plan(hunter, checkup, found)
    ids = dict(zip("abc", ids_of(wish), strict=True))
    frees = {
        choice: totals(hunter, wish, [ids[n] for n in choice]).frees // MB
        for choice in ("a", "b", "c", "ab", "ac", "abc")
    }
    assert {"a": 0, "b": 0, "c": 16, "ab": 40, "ac": 16, "abc": 56} == frees
    (held,) = totals(hunter, wish, [ids["a"]]).held
    assert held == "`a` is also held by `b`: clearing it frees 0 B."
    assert [] == totals(hunter, wish, ids.values()).held


def test_totals_of_a_choice_take_no_new_walk(session, monkeypatch):
    session(FRAMES)
    wait(session)
    wish = planned(session, "a", "c")

    def walk(*_args, **_options):
        raise AssertionError

    monkeypatch.setattr("leakhunter.heap.walk.capture.Capture.run", walk)
    found = totals(session.hunter, wish, ids_of(wish)[:1])
    assert found.ids == ids_of(wish)[:1]


def test_what_stays_in_part(session):
    session(
        "import numpy as np\n"
        "kept = np.ones(2_000_000)\n"
        "both = [kept, np.ones(1_000_000)]"
    )
    wait(session)
    session("kept.sum();")
    (held,) = planned(session, "both").preview.totals.held
    assert "15.3\u00a0MiB of `both` stay: `kept` holds them." == held


def test_functions_that_read_a_name_break(session):
    session(
        "import numpy as np\ndf = np.ones(2_000_000)\n"
        "def plot(): return df.sum()\n"
        "class Model:\n"
        "    def fit(self): return df * 2\n"
        "class Other:\n"
        "    def df(self): return self.df\n"
    )
    wait(session)
    assert ["`plot()` and `Model()` read `df`, and will not find it."] == planned(
        session, "df"
    ).preview.breaks


def test_a_closure_keeps_what_it_needs(session):
    session(
        "import numpy as np\ndf = np.ones(2_000_000)\n"
        "def make(held):\n    return lambda: held.sum()\n"
        "total = make(df)"
    )
    wait(session)
    preview = planned(session, "df").preview
    assert [] == preview.breaks
    assert "total" in preview.totals.held[0]


def test_what_is_not_saved_is_said_with_the_cell_that_makes_it(session):
    session("import numpy as np\nclass Net: pass")
    session("net = Net(); net.w = np.ones(2_000_000)")
    wait(session)
    undo = planned(session, "net").preview.totals.undo
    (lost,) = undo.unsaved
    assert ("net", "it is an object of your class `Net`", 3) == (
        lost.title,
        lost.reason,
        lost.cell.execution_count,
    )
    assert lost.seconds is not None
    assert undo.refused == "Nothing of this can be brought back."


def test_each_of_several_names_is_made_again_by_its_own_cell(session):
    session("import numpy as np\nclass Net: pass")
    session("data = np.ones(2_000_000)")
    session("net = Net(); net.data = data")
    session("tiny = data[:3]")
    wait(session)
    undo = planned(session, "net").preview.totals.undo
    (lost,) = undo.unsaved
    assert ("net", 4) == (lost.title, lost.cell.execution_count)


def test_undo_in_part_says_what_is_left_out(session):
    session("import numpy as np\ndef fit(a): raise ValueError('no')")
    session("data = np.ones(2_000_000)")
    session("fit(data)")
    wait(session)
    undo = planned(session, "data").preview.totals.undo
    (lost,) = undo.unsaved
    assert 16 == undo.bytes // MB
    assert ("the last exception", True, None) == (lost.title, lost.in_part, lost.cell)


def test_what_lives_on_need_not_be_saved(session):
    session("class Net: pass\nnet = Net()\nimport numpy as np")
    session("results = [net, np.ones(2_000_000)]")
    wait(session)
    undo = planned(session, "results").preview.totals.undo
    assert ([], None) == (undo.unsaved, undo.refused)
    assert 16 == undo.bytes // MB


def test_undo_that_is_switched_off(session):
    import msgspec

    session("import numpy as np\nbig = np.ones(2_000_000)")
    wait(session)
    hunter = session.hunter
    hunter.configure(msgspec.structs.replace(hunter.settings, undo_minutes=0))
    undo = planned(session, "big").preview.totals.undo
    assert "switched off" in undo.refused
    assert ["big"] == [one.title for one in undo.unsaved]


def test_a_preview_is_stale_when_a_cell_has_run(session):
    session("import numpy as np\nbig = np.ones(2_000_000)")
    wait(session)
    wish = planned(session, "big")
    session("y = 1")
    with pytest.raises(Refusal, match="Changed since the preview: look again"):
        totals(session.hunter, wish, ids_of(wish))


def test_only_what_was_in_the_preview_has_totals(session):
    session("import numpy as np\nbig = np.ones(2_000_000)")
    wait(session)
    wish = planned(session, "big")
    for ids in ([], ["f99"], [*ids_of(wish), "f99"]):
        with pytest.raises(Refusal, match="not in the preview"):
            totals(session.hunter, wish, ids)


def test_an_output_is_meant_by_its_number(session):
    session("import numpy as np\nnp.ones(2_000_000)")
    session("keep = _")
    wait(session)
    hunter = session.hunter
    checkup = hunter.check()
    (one,) = hunter.meant(checkup, "Out[2]")
    assert {"Out[2]", "_2"} <= {slot.label for slot in one.slots}
    for word in ("Out[99]", "Out[-1]", "Out", "Out[2].x", "_oh", "__name__"):
        assert [] == hunter.meant(checkup, word), word
