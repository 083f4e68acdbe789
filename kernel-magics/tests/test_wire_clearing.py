"""Clearing over the wire, in a real kernel: totals, receipts, undo, and requests that name what was never given."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="no numpy here")

MB = 1_000_000
BIG = (
    "import numpy as np\n"
    "a = np.full(2_000_000, 1.0)\n"
    "b = np.full(3_000_000, 2.0)\n"
    "np.full(1_000_000, 3.0)"
)


def wish(kernel, kind, request, **fields):
    reply = kernel.ask(kind, request=request, **fields)
    assert reply["success"], reply
    return reply["body"]


@pytest.fixture
def ready(kernel):
    """A kernel with three things that can go."""
    kernel.hello()
    kernel.run("x = 0")
    kernel.run(BIG)
    for i in range(3):
        kernel.run(f"x = {i}")
    return kernel


def preview(kernel, *words, request="p1"):
    """A preview of what these words mean, with its ids by title."""
    wish(kernel, "preview", request, ids=list(words))
    found = kernel.event("previewed", request)["preview"]
    return found, {item["title"]: item["id"] for item in found["items"]}


def refusal(kernel, kind, request="w1", **fields):
    wish(kernel, kind, request, **fields)
    return kernel.event("refused", request)["message"]


def test_totals_follow_the_choice(ready):
    found, ids = preview(ready, "a", "b", "Out[2]")
    assert 48 == found["totals"]["frees"] // MB
    wish(ready, "totals", "t1", preview=found["id"], ids=[ids["a"], ids["Out[2]"]])
    answer = ready.event("totalled", "t1")
    totals = answer["totals"]
    assert found["id"] == answer["preview"]
    assert (24, 24) == (totals["frees"] // MB, totals["undo"]["bytes"] // MB)
    assert [ids["a"], ids["Out[2]"]] == totals["ids"]


def test_clear_some_and_undo(ready):
    found, ids = preview(ready, "a", "b", "Out[2]")
    wish(ready, "clear", "c1", preview=found["id"], ids=[ids["a"], ids["Out[2]"]])
    receipts = ready.event("cleared", "c1")["receipts"]
    assert 24 == receipts["undo_bytes"] // MB
    names = "sorted({'a', 'b'} & set(globals())) + sorted(Out)"
    assert ["b"] == ready.value(names)
    listed = ready.ask("receipts")["body"]["receipts"]
    assert [receipts] == listed
    wish(ready, "undo", "u1", receipt=receipts["id"])
    undone = ready.event("undid", "u1")["undone"]
    assert {"a", "Out[2]"} == {r["name"] for r in undone["restored"]}
    assert ["a", "b", 2] == ready.value(names)
    assert [1.0, 3.0] == ready.value("[a[0], Out[2][0]]")
    (after,) = ready.ask("receipts")["body"]["receipts"]
    assert after["undone"]


def test_without_saving_there_is_no_undo(ready):
    found, ids = preview(ready, "a")
    wish(ready, "clear", "c1", preview=found["id"], ids=list(ids.values()), save=False)
    receipts = ready.event("cleared", "c1")["receipts"]
    assert (None, 0) == (receipts["undo_until"], receipts["undo_bytes"])
    assert "cannot be undone" in refusal(ready, "undo", receipt=receipts["id"])


def test_a_silent_run_in_between_is_no_reason_to_refuse(ready):
    found, ids = preview(ready, "a", "Out[2]")
    ready.value("1")
    wish(ready, "clear", "c1", preview=found["id"], ids=list(ids.values()))
    receipts = ready.event("cleared", "c1")["receipts"]
    assert 24 == receipts["measured"] // MB
    assert [[]] * 2 == [r["skipped"] for r in receipts["receipts"]]


def test_a_cell_makes_the_preview_stale(ready):
    found, ids = preview(ready, "a")
    ready.run("y = 1")
    stale = "Changed since the preview: look again; nothing was cleared."
    for kind in ("totals", "clear"):
        message = refusal(ready, kind, preview=found["id"], ids=list(ids.values()))
        assert stale == message
    assert ready.value("a.size") == 2_000_000


def test_another_preview_takes_the_place_of_the_last(ready):
    found, ids = preview(ready, "a")
    preview(ready, "b", request="p2")
    message = refusal(ready, "clear", preview=found["id"], ids=list(ids.values()))
    assert "look again" in message


def test_saving_tells_how_far_it_is_and_can_be_taken_back(ready):
    ready.run("import numpy as np\nhuge = np.ones(60_000_000)", cell_id="huge")
    ready.run("x = 9")
    slow = (
        "import time\nfrom leakhunter.act import keep\n_saving = keep.saving\n"
        "def _slow(*args):\n"
        "    steps = _saving(*args)\n"
        "    try:\n"
        "        while True:\n"
        "            try: size = next(steps)\n"
        "            except StopIteration as end: return end.value\n"
        "            time.sleep(0.3)\n"
        "            yield size\n"
        "    finally: steps.close()\n"
        "keep.saving = _slow"
    )
    ready.run(slow, silent=True)
    files = "sorted(str(p.readlink()) for p in __import__('pathlib').Path('/proc/self/fd').iterdir() if p.is_symlink() and 'deleted' in str(p.readlink()))"
    before = ready.value(files)
    found, ids = preview(ready, "huge")
    wish(ready, "clear", "c1", preview=found["id"], ids=list(ids.values()))
    told = ready.event("progress", "c1")
    assert 0 < told["done"] <= told["total"]
    assert 480 == told["total"] // MB
    wish(ready, "cancel", "c1")
    wish(ready, "check", "k1")
    ready.event("checked", "k1")
    assert [] == [e for e in ready.events if e["kind"] == "cleared"]
    assert 60_000_000 == ready.value("huge.size")
    assert before == ready.value(files)


FORGED = [
    "f99", "f1.7", "p1", "r1", "o1", "o1.1", "__builtins__", "__name__", "__dict__",
    "get_ipython", "In", "Out", "_oh", "_ih", "_dh", "_i1", "_", "exit", "quit",
    "a.base", "a; import os", "np.ones", "os", "Out[99]", "Out[-1]", "Out[2].x",
    "../../etc/passwd", "", " ", "a\x00", "sys.modules", "user_ns_hidden['a']",
]  # fmt: skip


def test_only_what_was_handed_out_can_be_named(ready):
    facts = "[sorted(n for n in globals() if n[:2] not in ('_i', '_j')), sorted(Out)]"
    before = ready.value(facts)
    for number, word in enumerate(FORGED):
        message = refusal(ready, "preview", f"w{number}", ids=[word])
        assert message.endswith("."), message
    found, ids = preview(ready, "a")
    for number, forged in enumerate([["f99"], [], ["a"], [*ids.values(), "f99"]]):
        for kind in ("totals", "clear"):
            request = f"{kind}{number}"
            message = refusal(ready, kind, request, preview=found["id"], ids=forged)
            assert "not in the preview" in message
    for number, forged in enumerate(["p99", "", "r1", "__class__"]):
        for kind in ("totals", "clear"):
            request = f"{kind}p{number}"
            message = refusal(ready, kind, request, preview=forged, ids=["a"])
            assert "look again" in message
    for number, forged in enumerate(["r99", "", "f1", "../r1", "__class__"]):
        message = refusal(ready, "undo", f"undo{number}", receipt=forged)
        assert "Nothing has been cleared yet" in message or "no such" in message
    assert before == ready.value(facts)


def test_messages_of_another_shape_are_rejected(ready):
    for command, fields in (
        ("totals", {"request": "t", "preview": 3, "ids": []}),
        ("totals", {"request": "t", "preview": "p1"}),
        ("clear", {"request": "c", "preview": "p1", "ids": "a"}),
        ("clear", {"request": "c", "preview": "p1", "ids": ["a"], "save": "yes"}),
        ("undo", {"request": "u", "receipt": None}),
        ("undo", {"request": "u", "receipt": ["r1"]}),
    ):
        reply = ready.ask(command, **fields)
        assert not reply["success"]
        assert "was not understood" in reply["message"]
    assert ready.value("a.size + b.size") == 5_000_000


def waiting(kernel, source, found, ids):
    """Ask to clear while a cell runs, which ends only then."""
    run = kernel.send(
        f"import pathlib, time\n{source}\npathlib.Path('begun').touch()\n"
        "while not pathlib.Path('go').exists():\n    time.sleep(0.02)"
    )
    begun = Path(kernel.home) / "begun"
    while not begun.exists():
        time.sleep(0.02)
    reply = wish(kernel, "clear", "c1", preview=found["id"], ids=list(ids.values()))
    assert reply["waits"]
    (Path(kernel.home) / "go").touch()
    kernel.wait(run)


def test_a_clearing_that_waited_for_a_cell_does_what_was_previewed(ready):
    found, ids = preview(ready, "a", "Out[2]")
    waiting(ready, "y = 1", found, ids)
    receipts = ready.event("cleared", "c1")["receipts"]
    assert 24 == receipts["predicted"] // MB
    assert ["b"] == ready.value("sorted({'a', 'b'} & set(globals())) + sorted(Out)")


@pytest.mark.parametrize(
    "source",
    [
        "a = a * 2",
        "c = a",
        "def reads():\n    return a.sum()",
    ],
)
def test_a_clearing_that_waited_for_a_cell_that_changed_what_it_does_is_refused(
    ready, source
):
    found, ids = preview(ready, "a")
    waiting(ready, source, found, ids)
    message = ready.event("refused", "c1")["message"]
    assert "Changed since the preview" in message
    assert ready.value("'a' in globals()")


def test_a_preview_from_before_the_last_cell_is_not_cleared_by_waiting(ready):
    found, ids = preview(ready, "a")
    ready.run("y = 1")
    waiting(ready, "y = 2", found, ids)
    message = ready.event("refused", "c1")["message"]
    assert "Changed since the preview" in message
