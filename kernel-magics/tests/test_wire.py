"""The wire, in a real kernel: events, wishes between cells, and the debugger's own messages."""

from __future__ import annotations

import time
from pathlib import Path

BIG = "import numpy as np\ndf_raw = np.ones(10_000_000)"
UNTIL_GO = (
    "import pathlib, time\nwhile not pathlib.Path('go').exists():\n    time.sleep(0.02)"
)
"""Runs until the test puts a file into the kernel's folder."""


def wish(kernel, kind, request, **fields):
    reply = kernel.ask(kind, request=request, **fields)
    assert reply["success"], reply
    return reply["body"]


def test_nothing_is_sent_before_hello(kernel):
    kernel.run("x = 1")
    kernel.run("y = 2")
    assert [] == kernel.events


def test_runs_are_told_and_checked_by_themselves(kernel):
    hello = kernel.hello()
    assert (1, 0, None) == (hello["protocol"], hello["last_run"], hello["running"])
    kernel.run(BIG, cell_id="big")
    started, ended = kernel.event("run-started"), kernel.event("run-ended")
    assert ("big", 1) == (started["cell_id"], started["run"])
    record = ended["record"]
    assert ["df_raw", "np"] == sorted(record["bound"])
    assert record["peak_exact"]
    assert 80_000_000 <= record["rss_after"] - record["rss_before"] < 120_000_000
    checked = kernel.event("checked")
    while not checked["records"]:
        checked = kernel.event("checked")
    assert [80_000_000] == [
        r["held"] // 1_000_000 * 1_000_000 for r in checked["records"]
    ]


def test_events_are_numbered_without_gaps(kernel):
    kernel.hello(visible=False)
    for i in range(3):
        kernel.run(f"x = {i}")
    kernel.event("checked")
    kernel.run("print(1)")
    numbers = [
        m["content"]["seq"]
        for m in kernel.messages
        if m["msg_type"] == "leakhunter_event"
    ]
    assert list(range(1, len(numbers) + 1)) == numbers


def test_state_is_answered_while_a_cell_runs(kernel):
    kernel.hello()
    kernel.run("x = 1", cell_id="one")
    kernel.events.clear()
    busy = kernel.send(
        "import time\nfor i in range(20): time.sleep(0.1)", cell_id="long"
    )
    kernel.event("run-started")
    sample = kernel.event("sample")
    assert sample["rss"] > 1_000_000
    hello = kernel.hello()
    assert "long" == hello["running"]["cell_id"]
    runs = kernel.ask("runs", since_run=0)["body"]["runs"]
    assert ["one"] == [r["cell_id"] for r in runs]
    kernel.wait(busy)


def test_watching_stops_when_it_is_wished_and_begins_again(kernel):
    kernel.hello()
    busy = kernel.send(UNTIL_GO)
    kernel.event("run-started")
    wish(kernel, "stop", "s1")
    (Path(kernel.home) / "go").touch()
    kernel.wait(busy)
    assert "run-ended" in {e["kind"] for e in kernel.events}
    kernel.event("unloaded")
    assert "off" == kernel.value("__import__('leakhunter').status()")
    assert not kernel.value(
        "'leakcheck' in get_ipython().magics_manager.magics['line']"
    )
    kernel.load()
    kernel.hello()
    kernel.run("x = 1")
    assert 1 == kernel.event("run-started")["run"]


def test_no_samples_without_a_visible_panel(kernel):
    kernel.hello(visible=False)
    kernel.run("import time\ntime.sleep(1.3)")
    kernel.event("run-ended")
    assert "sample" not in {e["kind"] for e in kernel.events}


def test_samples_for_a_status_bar_end_when_it_goes(kernel):
    kernel.hello(visible=False, glances=True)
    busy = kernel.send(UNTIL_GO)
    kernel.event("sample")
    assert kernel.ask("visible", client="test", visible=False)["success"]
    (Path(kernel.home) / "go").touch()
    kernel.wait(busy)
    kernel.events.clear()
    kernel.run("time.sleep(1.3)")
    kernel.event("run-ended")
    assert "sample" not in {e["kind"] for e in kernel.events}


def test_preview_and_clear(kernel):
    kernel.hello()
    kernel.run("x = 0")
    kernel.run(BIG)
    for i in range(3):
        kernel.run(f"x = {i}")
    wish(kernel, "check", "c1")
    report = kernel.event("checked", "c1")["report"]
    (finding,) = report["findings"]
    assert ("leftover", "safe", ["df_raw"]) == (
        finding["verdict"],
        finding["group"],
        finding["names"],
    )
    wish(kernel, "preview", "p1", ids=[finding["id"]])
    preview = kernel.event("previewed", "p1")["preview"]
    assert finding["frees"] == preview["totals"]["frees"]
    assert [] == preview["totals"]["undo"]["unsaved"]
    before = kernel.value("int(open('/proc/self/statm').read().split()[1]) * 4096")
    wish(kernel, "clear", "r1", preview=preview["id"], ids=[finding["id"]])
    receipts = kernel.event("cleared", "r1")["receipts"]
    after = kernel.value("int(open('/proc/self/statm').read().split()[1]) * 4096")
    assert (
        abs(receipts["measured"] - receipts["predicted"])
        <= 0.05 * receipts["predicted"]
    )
    assert before - after > 0.9 * receipts["predicted"]
    assert [] == kernel.event("checked")["report"]["findings"] or not kernel.value(
        "'df_raw' in globals()"
    )


def test_clear_without_its_preview_is_refused(kernel):
    kernel.hello()
    kernel.run(BIG)
    kernel.run("x = 1")
    wish(kernel, "clear", "r1", preview="p99", ids=["f1"])
    assert "nothing was cleared" in kernel.event("refused", "r1")["message"]
    assert kernel.value("'df_raw' in globals()")


def test_wishes_wait_for_an_async_cell(kernel):
    """During ``await`` the event loop is free, and the cell is still running."""
    kernel.hello()
    kernel.run("x = 0")
    kernel.run(BIG)
    kernel.run("x = 1")
    wish(kernel, "check", "c0")
    (finding,) = kernel.event("checked", "c0")["report"]["findings"]
    wish(kernel, "preview", "p0", ids=[finding["id"]])
    preview = kernel.event("previewed", "p0")["preview"]
    code = "import asyncio\nawait asyncio.sleep(1.5)\nalive = 'df_raw' in get_ipython().user_ns"
    kernel.events.clear()
    running = kernel.send(code)
    kernel.event("run-started")
    assert wish(kernel, "check", "c1")["waits"]
    assert wish(kernel, "clear", "r1", preview=preview["id"], ids=[finding["id"]])[
        "waits"
    ]
    kernel.wait(running)
    kernel.event("checked", "c1")
    assert kernel.event("cleared", "r1")["receipts"]["measured"] > 0
    kinds = [
        m["content"]["kind"]
        for m in kernel.messages
        if m["msg_type"] == "leakhunter_event"
    ]
    assert kinds.index("cleared") > kinds.index("run-ended")
    assert [True, False] == kernel.value("[alive, 'df_raw' in globals()]")


def test_a_waiting_wish_can_be_taken_back(kernel):
    kernel.hello()
    kernel.events.clear()
    running = kernel.send("import time; time.sleep(1)")
    kernel.event("run-started")
    wish(kernel, "check", "c1")
    wish(kernel, "cancel", "c1")
    kernel.wait(running)
    kernel.run("x = 1")
    kernel.event("checked")
    assert [] == [e for e in kernel.events if e.get("request") == "c1"]


def test_a_long_check_tells_how_far_it_is_and_can_be_stopped(kernel):
    kernel.run("import leakhunter.doors.wishes as w; w.PROGRESS = 0.05")
    kernel.hello()
    kernel.run("many = [[i] for i in range(300_000)]")
    kernel.event("checked")
    settings = {"check_after_cell": False, "check_budget_ms": 3000}
    kernel.ask("configure", settings=settings)
    wish(kernel, "check", "c1", budget=60)
    told = kernel.event("progress", "c1")
    assert 0 <= told["done"] <= told["total"]
    wish(kernel, "cancel", "c1")
    # the same for one that nobody asked for
    kernel.ask("configure", settings={**settings, "check_after_cell": True})
    kernel.events.clear()
    kernel.run("x = 1")
    while kernel.event("progress")["request"] is not None:
        pass
    kernel.ask("cancel", request=None)
    kernel.run("y = 2")
    kernel.event("checked")
    kinds = [m["content"]["kind"] for m in kernel.messages if "kind" in m["content"]]
    first, second = [n for n, kind in enumerate(kinds) if kind == "run-ended"][-2:]
    assert "checked" not in kinds[first:second]


def test_sentences_have_the_units_of_the_panel(kernel):
    kernel.hello()
    kernel.run("import numpy")
    kernel.run("part = numpy.ones(10**7)[:10]")
    first = repr(kernel.event("checked")["report"]["findings"])
    kernel.events.clear()
    kernel.ask("configure", settings={"decimal_units": True})
    second = repr(kernel.event("checked")["report"]["findings"])
    assert ("76.3\\xa0MiB" in first, "80.0\\xa0MB" in first) == (True, False), first
    assert ("76.3\\xa0MiB" in second, "80.0\\xa0MB" in second) == (False, True), second


def test_a_figure_half_way_survives_a_report(kernel):
    """A comm message would flush it; the control channel does not."""
    code = (
        "import matplotlib.pyplot as plt, time\n"
        "fig = plt.figure(); ax = fig.gca()\n"
        "time.sleep(1.5)\n"
        "nums = plt.get_fignums(); ax.plot([1, 2])"
    )
    kernel.run("%matplotlib inline\nimport matplotlib.pyplot as plt")
    kernel.hello()
    kernel.events.clear()
    running = kernel.send(code)
    kernel.event("run-started")
    time.sleep(0.3)  # the cell makes its figure
    wish(kernel, "check", "c1")
    kernel.ask("report")
    kernel.wait(running)
    shown = [
        m
        for m in kernel.messages
        if m["msg_type"] == "display_data"
        and m["parent_header"].get("msg_id") == running
    ]
    assert 1 == len([m for m in shown if "image/png" in m["content"]["data"]])
    assert [1] == kernel.value("nums")
    kernel.event("checked", "c1")


def test_bad_messages_get_a_sentence(kernel):
    for command, fields in (
        ("nonsense", {}),
        ("hello", {"protocol": "x"}),
        ("preview", {"request": 5, "ids": "f1"}),
    ):
        reply = kernel.ask(command, **fields)
        assert not reply["success"]
        assert "was not understood" in reply["message"]
    kernel.hello()
    wish(kernel, "preview", "p1", ids=["f99"])
    assert "nothing was cleared" in kernel.event("refused", "p1")["message"]


def test_the_debugger_still_gets_its_messages(kernel_maker):
    kernel = kernel_maker()
    plain = kernel.debug("debugInfo")
    kernel.load()
    assert plain == kernel.debug("debugInfo")


def test_unloading_restores_the_handler(kernel_maker):
    kernel = kernel_maker()
    probe = "get_ipython().kernel.control_handlers['debug_request'].__qualname__"
    before = kernel.value(probe)
    kernel.load()
    kernel.hello()
    assert "Wire" in kernel.value(probe)
    kernel.run("%unload_ext leakhunter")
    kernel.event("unloaded")
    assert before == kernel.value(probe)
    threads = kernel.value("[t.name for t in __import__('threading').enumerate()]")
    assert [] == [t for t in threads if t.startswith("leakhunter")]


def test_objects_are_counted_listed_and_asked_about(kernel):
    kernel.hello()
    kernel.run("class Knot: pass\nhub = [Knot() for _ in range(3)]")
    wish(kernel, "count", "n1", show="all", mark=True, only="Knot")
    (row,) = kernel.event("counted", "n1")["table"]["rows"]
    assert ("Knot", 3) == (row["type"], row["count"])
    wish(kernel, "instances", "n2", row=row["id"])
    found = kernel.event("listed", "n2")["instances"]["instances"]
    assert 3 == len(found)
    wish(kernel, "references", "n3", object=found[0]["id"])
    references = kernel.event("referred", "n3")["references"]
    (place,) = [r["label"] for r in references["strong"]]
    assert place in {"hub[0]", "hub[1]", "hub[2]"}
    kernel.run("hub += [Knot()]")
    wish(kernel, "count", "n4", show="growing", only="Knot")
    (grown,) = kernel.event("counted", "n4")["table"]["rows"]
    assert (4, 1) == (grown["count"], grown["count_change"])


def test_unused_objects_are_previewed_and_cleared(kernel):
    kernel.hello()
    kernel.run(BIG)
    for i in range(3):
        kernel.run(f"x = {i}")
    wish(kernel, "count", "n1", show="unused", only="ndarray")
    (row,) = kernel.event("counted", "n1")["table"]["rows"]
    assert ["df_raw"] == row["clears"]
    wish(kernel, "preview", "p1", ids=[row["id"]])
    preview = kernel.event("previewed", "p1")["preview"]
    assert ["df_raw"] == [item["title"] for item in preview["items"]]
    ids = [item["id"] for item in preview["items"]]
    wish(kernel, "clear", "c1", preview=preview["id"], ids=ids)
    receipts = kernel.event("cleared", "c1")["receipts"]
    assert receipts["measured"] > 0.95 * 80_000_000
    assert not kernel.value("'df_raw' in globals()")


def test_a_collection_on_request(kernel):
    kernel.hello()
    kernel.run("import gc; gc.disable()\nclass Knot: pass")
    kernel.run("n = Knot(); n.me = n; del n")
    wish(kernel, "count", "n1", show="unreachable", only="Knot")
    (row,) = kernel.event("counted", "n1")["table"]["rows"]
    assert 1 == row["count"]
    wish(kernel, "collect", "n2")
    assert kernel.event("collected", "n2")["collection"]["objects"] >= 1


def test_counting_tells_how_far_it_is_and_can_be_cancelled(kernel):
    kernel.hello()
    kernel.run("many = [[i] for i in range(1_500_000)]")
    wish(kernel, "count", "n1", show="unreachable", budget=600)
    told = kernel.event("progress", "n1")
    assert 0 < told["done"] < told["total"]
    wish(kernel, "cancel", "n1")
    wish(kernel, "count", "n2", show="all", only="Knot")
    kernel.event("counted", "n2")
    assert [] == [
        e for e in kernel.events if e["kind"] == "counted" and e["request"] == "n1"
    ]


def test_what_cannot_be_answered_about_objects_is_refused(kernel):
    kernel.hello()
    kernel.run("x = 1")
    wish(kernel, "count", "n1", show="growing")
    assert "There is no mark" in kernel.event("refused", "n1")["message"]
    wish(kernel, "instances", "n2", row="o99999")
    assert "There is no row" in kernel.event("refused", "n2")["message"]
    wish(kernel, "references", "n3", object="nothing")
    assert "any more" in kernel.event("refused", "n3")["message"]


def test_variables_are_listed_and_one_of_them_is_previewed(kernel):
    kernel.hello()
    kernel.run(f"{BIG}\nshown = df_raw[:10]")
    wish(kernel, "variables", "v1")
    found = kernel.event("inventoried", "v1")["inventory"]
    rows = {v["name"]: v for v in found["variables"]}
    assert ["shown"] == rows["df_raw"]["shared_with"]
    assert 80 == rows["shown"]["together"] // 1_000_000
    wish(kernel, "preview", "p1", ids=["name:df_raw", "name:shown"])
    preview = kernel.event("previewed", "p1")["preview"]
    assert ["df_raw", "shown"] == sorted(i["title"] for i in preview["items"])
    assert 80 == preview["totals"]["frees"] // 1_000_000
