"""Undo in a session: what comes back where, what is never overwritten, and until when."""

from __future__ import annotations

import gc
import time
import weakref

import msgspec
import pytest
from clearings import MB, cleared, differences, inventory, wait

from leakhunter.act.refusal import Refusal
from leakhunter.act.restore import undo

np = pytest.importorskip("numpy", reason="no numpy here")

BIG = "import numpy as np\nbig = np.arange(2_000_000.0)"


def names(session):
    return session.shell.user_ns


def titles(undone):
    return [(r.title, r.name) for r in undone.restored]


def test_a_name_comes_back(session):
    session(BIG)
    wait(session)
    receipts = cleared(session, "big")
    assert receipts.undo_until > time.time() + 29 * 60
    assert 16 == receipts.undo_bytes // MB
    undone = undo(session.hunter)
    assert [("big", "big")] == titles(undone)
    assert (names(session)["big"] == np.arange(2_000_000.0)).all()
    assert [] == undone.lost
    assert undone.rss_after > undone.rss_before + 15 * MB


def test_two_names_of_one_object_are_one_object_again(session):
    session(BIG + "\nalias = big\nbox = [big, {'in': big}]")
    wait(session)
    cleared(session, "big", "alias", "box")
    undo(session.hunter)
    ns = names(session)
    assert ns["big"] is ns["alias"] is ns["box"][0] is ns["box"][1]["in"]


def test_a_view_of_what_went_is_a_view_again(session):
    session(BIG + "\nview = big[10:20]")
    wait(session)
    cleared(session, "big", "view")
    undo(session.hunter)
    ns = names(session)
    assert ns["view"].base is ns["big"]


def test_what_lived_on_is_the_same_object(session):
    session(BIG + "\nbox = [big]")
    wait(session)
    session("box[0] is big;")
    kept = names(session)["big"]
    cleared(session, "box")
    undo(session.hunter)
    assert names(session)["box"][0] is kept


def test_an_object_of_the_user_s_that_lived_on(session):
    """It cannot be saved, and need not: it is there."""
    session("class Net: pass\nnet = Net()")
    session(BIG + "\nbox = [net, big]\ndel big")
    wait(session)
    assert [] == cleared(session, "box").unsaved
    undone = undo(session.hunter)
    assert [("box", "box")] == titles(undone)
    assert names(session)["box"][0] is names(session)["net"]


def test_what_did_not_live_on_is_said(session):
    session("class Net: pass\nnet = Net()")
    session(BIG + "\nbox = [net, big]\ndel big")
    wait(session)
    cleared(session, "box")
    session("net = Net()")
    (lost,) = undo(session.hunter).lost
    assert ("box", 3) == (lost.title, lost.cell.execution_count)
    assert "let go of it" in lost.reason
    assert "box" not in names(session)


def test_of_several_names_no_one_cell_is_said_to_make_them(session):
    """They go only together, and each was bound by another cell."""
    session("class Net: pass\nnet = Net()")
    session(BIG + "\nbox = [net, big]")
    session("pair = [net, big]\ndel big")
    wait(session)
    assert {"box", "pair"} == {*cleared(session, "box").receipts[0].title.split(", ")}
    session("net = Net()")
    lost = undo(session.hunter).lost
    assert [("box", None), ("pair", None)] == [(one.title, one.cell) for one in lost]


def test_a_name_that_is_bound_again_is_not_overwritten(session):
    session(BIG)
    wait(session)
    cleared(session, "big")
    session("big = 'mine'\nbig_restored = 'mine too'")
    (back,) = undo(session.hunter).restored
    assert ("big", "big_restored_2") == (back.title, back.name)
    assert "`big` is bound again" in back.note
    ns = names(session)
    assert ("mine", "mine too") == (ns["big"], ns["big_restored"])
    assert 2_000_000 == ns["big_restored_2"].size


def test_an_output_comes_back_to_all_its_places(session):
    session("import numpy as np\nnp.ones(2_000_000)")
    wait(session)
    cleared(session, "x")
    before = inventory(session.shell)
    old = {k: before[k] for k in ("Out", "hidden", "hook")}
    cleared(session, "Out[2]")
    assert 2 not in session.shell.history_manager.output_hist
    undone = undo(session.hunter)
    assert [("Out[2]", "Out[2]")] == titles(undone)
    after = inventory(session.shell)
    value = names(session)["Out"][2]
    assert value is names(session)["_2"] is names(session)["_"]
    assert value is session.shell.displayhook._
    assert 2_000_000 == value.size
    for place, was in old.items():
        assert was.keys() == after[place].keys()
    # IPython still takes the underscores for its own
    session("7")
    assert 7 == names(session)["_"]
    assert names(session)["__"] is value


def test_underscores_that_hold_something_else_are_left(session):
    session("import numpy as np\nnp.ones(2_000_000)")
    wait(session)
    cleared(session, "Out[2]")
    session("'new'")
    undo(session.hunter)
    assert "new" == names(session)["_"]
    assert 2_000_000 == names(session)["Out"][2].size


def test_a_copy_becomes_a_view_again(session):
    session(BIG + "\nsmall = big[:10]\ndel big")
    wait(session)
    session("small.sum();")
    (finding,) = [f for f in session.findings() if f.kind == "view-base"]
    receipts = cleared(session, finding.id)
    assert names(session)["small"].base is None
    assert [] == receipts.unsaved
    undone = undo(session.hunter)
    assert ["small"] == [r.name for r in undone.restored]
    assert 2_000_000 == names(session)["small"].base.size
    assert list(range(10)) == names(session)["small"].tolist()


def test_a_copy_that_the_name_no_longer_holds_stays_away(session):
    session(BIG + "\nsmall = big[:10]\ndel big")
    wait(session)
    session("small.sum();")
    (finding,) = [f for f in session.findings() if f.kind == "view-base"]
    cleared(session, finding.id)
    session("small = 3")
    undone = undo(session.hunter)
    assert 3 == names(session)["small"]
    assert [] == undone.restored
    assert "no name holds the copy" in undone.lost[0].reason


GROWING = "def step():\n    acc.append(np.ones(500_000))"


def emptied(session):
    """A list that was emptied, with what was in it."""
    session("import numpy as np\nacc = []\n" + GROWING)
    for _ in range(4):
        session("step()")
    held = names(session)["acc"]
    found = [f for f in session.findings() if f.kind == "accumulator"]
    if not found or not any(
        s.place == "items"
        for f in session.hunter.check().found
        if f.finding.id == found[0].id
        for s in f.slots
    ):
        pytest.skip("nothing is emptied here")
    cleared(session, found[0].id)
    assert ([], True) == (held, names(session)["acc"] is held)
    return held


def test_a_list_that_was_emptied_is_filled_again(session):
    held = emptied(session)
    undo(session.hunter)
    assert names(session)["acc"] is held
    assert [500_000] * 4 == [one.size for one in held]


def test_a_list_that_is_in_use_again_is_not_touched(session):
    held = emptied(session)
    session("step()")
    (back,) = undo(session.hunter).restored
    assert 1 == len(held)
    assert ("acc_restored", 4) == (back.name, len(names(session)["acc_restored"]))


def test_a_later_clearing_keeps_what_an_earlier_one_relied_on(session):
    session(BIG + "\nbox = [{'in': big}]")
    wait(session)
    session("len(box);")
    first = cleared(session, "big")
    assert first.measured < MB
    second = cleared(session, "box")
    assert second.measured > 15 * MB
    with pytest.raises(Refusal, match=f"Undo {second.id} first"):
        undo(session.hunter, first.id)
    undo(session.hunter, second.id)
    undone = undo(session.hunter, first.id)
    assert [("big", "big")] == titles(undone)
    assert names(session)["box"][0]["in"] is names(session)["big"]


def test_undo_is_done_once(session):
    session(BIG)
    wait(session)
    receipts = cleared(session, "big")
    undo(session.hunter, receipts.id)
    with pytest.raises(Refusal, match="undone already"):
        undo(session.hunter, receipts.id)
    (known,) = session.hunter.book.all()
    assert known.undone


def test_undo_ends(session):
    hunter = session.hunter
    settings = msgspec.structs.replace(hunter.settings, undo_minutes=0.0001)
    session(BIG)
    wait(session)
    cleared(session, "x", save=False)
    hunter.configure(settings)
    before = inventory(session.shell)["files"]
    receipts = cleared(session, "big")
    end = time.monotonic() + 10
    while hunter.book.undoable(receipts) and time.monotonic() < end:
        time.sleep(0.001)
    session("x = 1")
    assert before == inventory(session.shell)["files"]
    with pytest.raises(Refusal, match="has ended"):
        undo(hunter, receipts.id)


def test_unloading_gives_the_disk_back(session):
    session(BIG)
    wait(session)
    cleared(session, "x")
    before = inventory(session.shell)["files"]
    cleared(session, "big")
    book = session.hunter.book
    assert before + 1 == inventory(session.shell)["files"]
    session("%unload_ext leakhunter")
    assert before >= inventory(session.shell)["files"]
    assert [] == book.finders()


def test_what_was_not_saved_cannot_be_undone(session):
    session(BIG)
    wait(session)
    receipts = cleared(session, "big", save=False)
    assert receipts.undo_until is None
    for identity in (receipts.id, None):
        with pytest.raises(Refusal, match="Nothing of this was saved"):
            undo(session.hunter, identity)


@pytest.mark.parametrize(
    "identity", ["r9999", "", "f1", "../../etc/passwd", "__dict__"]
)
def test_a_receipt_that_was_never_given_is_refused(session, identity):
    session(BIG)
    wait(session)
    cleared(session, "big")
    with pytest.raises(Refusal, match="There is no such receipt"):
        undo(session.hunter, identity)
    assert "big" not in names(session)


def test_undo_that_would_not_fit_is_refused_and_can_be_asked_for_again(
    session, monkeypatch
):
    session(BIG)
    wait(session)
    cleared(session, "big")
    hunter = session.hunter
    memory = hunter.memory()
    tight = msgspec.structs.replace(memory, limit=10**9, limit_used=10**9 - 1000)
    monkeypatch.setattr(hunter, "memory", lambda: tight)
    with pytest.raises(Refusal, match="clear something else first"):
        undo(hunter)
    monkeypatch.undo()
    assert [("big", "big")] == titles(undo(hunter))


def test_memory_that_runs_out_while_it_is_read_back(session, monkeypatch):
    from leakhunter.act.undo.spill import Spill

    session(BIG)
    wait(session)
    cleared(session, "big")

    def load(_spill):
        raise MemoryError

    monkeypatch.setattr(Spill, "load", load)
    with pytest.raises(Refusal, match="not enough memory"):
        undo(session.hunter)
    monkeypatch.undo()
    assert [("big", "big")] == titles(undo(session.hunter))


def test_a_saved_file_that_is_damaged_is_refused(session, monkeypatch):
    from leakhunter.act.undo.spill import Damaged, Spill

    session(BIG)
    wait(session)
    cleared(session, "x")
    before = inventory(session.shell)
    cleared(session, "big")

    def load(_spill):
        msg = "What was saved cannot be read back."
        raise Damaged(msg)

    monkeypatch.setattr(Spill, "load", load)
    with pytest.raises(Refusal, match=r"cannot be read back\. Nothing was changed"):
        undo(session.hunter)
    after = inventory(session.shell)
    changed = differences(before, after)
    assert {"names": {"big"}, "order of names": {"*"}} == changed


def test_undo_keeps_nothing_alive(session):
    session(BIG + "\nclass Net: pass\nnet = Net()\nbox = [net, big]")
    wait(session)
    cleared(session, "big", "box")
    undo(session.hunter)
    refs = [weakref.ref(names(session)[n]) for n in ("big", "net")]
    session("del big, box, net")
    gc.collect()
    assert [None, None] == [ref() for ref in refs]
