"""``%leakcheck``: every form, its JSON contract, its width, and wrong use."""

from __future__ import annotations

import builtins
import json
import re
import sys
import unicodedata
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "corpus"))
from corpus_score import CaseError, check_receipt, check_report

np = pytest.importorskip("numpy", reason="no numpy here")

MB = 1_000_000
WIDTH = 79


def wide(text):
    """Columns that a terminal needs."""
    return sum(
        0
        if unicodedata.combining(c)
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )


@pytest.fixture
def story(session):
    """A session with a leftover, a chain, an output and something in use."""
    session("import numpy as np\nraw = np.ones(2_000_000)")
    session("clean = raw + 1")
    session("total = float(clean.sum())")
    session("np.ones(1_500_000)")
    session("used = np.ones(1_000_000)")
    for i in range(3):
        session(f"x = {i}")
    session("used.sum();")
    return session


def state(session):
    """What no question may change."""
    shell = session.shell
    hook = shell.displayhook
    return (
        {n: id(v) for n, v in shell.user_ns.items() if not n.startswith("_i")},
        sorted(n for n in shell.user_ns_hidden if not n.startswith("_i")),
        [id(getattr(hook, n, None)) for n in ("_", "__", "___")],
        list(shell.user_ns["Out"]),
        {k: len(v) for k, v in getattr(shell.history_manager, "outputs", {}).items()},
    )


def ask(session, line):
    """A magic as the corpus runner asks it: silently, one JSON document."""
    from IPython.utils.capture import capture_output

    with capture_output() as out:
        session.shell.run_cell(f"%leakcheck {line} --json", silent=True)
    return json.loads(out.stdout)


def test_the_report(story):
    text = story("%leakcheck")
    for word in ("raw", "clean", "Out[5]", "Safe to clear"):
        assert word in text
    assert "used" not in text


def test_the_report_as_json(story):
    report = check_report(ask(story, ""))
    assert {"Out[5]"} in [set(f["names"]) for f in report["findings"]]
    assert list(range(2, 11)) == [c["execution_count"] for c in report["cells"]]
    assert report["memory"]["rss"] == sum(
        p["bytes"] for p in report["memory"]["breakdown"]
    )


def test_the_contract_can_fail(story):
    report = ask(story, "")
    report["findings"][0]["verdict"] = "perhaps"
    with pytest.raises(CaseError):
        check_report(report)


def test_a_report_without_runs_and_findings(session):
    report = check_report(ask(session, ""))
    assert ([], []) == (report["cells"], report["findings"])
    assert "Nothing" in session("%leakcheck")


def test_one_finding(story):
    first = ask(story, "")["findings"][0]
    story("%leakcheck")
    for word in ("1", first["id"]):
        text = story(f"%leakcheck {word}")
        assert first["names"][0] in text


def test_one_finding_before_any_report(story):
    assert "There is no" not in story("%leakcheck 1")


def test_cells(story):
    text = story("%leakcheck cells")
    assert "clean = raw + 1" in text
    assert "[3]" in text


def test_clearing_by_number(story):
    story("%leakcheck")
    (titles,) = [f["names"] for f in ask(story, "")["findings"][:1]]
    text = story("%leakcheck clear 1 --yes")
    assert titles[0] in text
    assert not [n for n in titles if n in story.shell.user_ns]


def test_clearing_by_range(story):
    count = len(ask(story, "")["findings"])
    story("%leakcheck")
    story(f"%leakcheck clear 1-{count} --yes")
    assert not {"raw", "clean"} & story.shell.user_ns.keys()
    assert [] == list(story.shell.user_ns["Out"])
    assert "used" in story.shell.user_ns
    assert [] == ask(story, "")["findings"]


def test_numbers_are_those_of_the_last_report(story):
    story("%leakcheck")
    first, second = [f["id"] for f in ask(story, "")["findings"]]
    story(f"%leakcheck clear {first} --yes")
    text = story("%leakcheck clear 1 --yes")
    assert "gone" in text
    receipt = check_receipt(ask(story, "clear 2 --yes"), [second])
    assert receipt["predicted"] > MB


def test_clearing_by_id_gives_one_receipt(story):
    finding = ask(story, "")["findings"][0]
    receipt = check_receipt(ask(story, f"clear {finding['id']} --yes"), [finding["id"]])
    assert finding["remedy"]["frees"] == receipt["predicted"]
    assert (
        abs(receipt["measured"] - receipt["predicted"]) <= 0.05 * receipt["predicted"]
    )
    assert [] == receipt["survivors"]


def test_clearing_several_gives_their_totals(story):
    findings = ask(story, "")["findings"]
    ids = [f["id"] for f in findings]
    receipts = check_receipt(ask(story, f"clear {' '.join(ids)} --yes"), ids)
    assert 44 == receipts["predicted"] // MB
    assert (
        abs(receipts["measured"] - receipts["predicted"])
        <= 0.05 * receipts["predicted"]
    )


def test_clearing_the_same_twice_in_one_line(story):
    (finding, *_) = ask(story, "")["findings"]
    identity = finding["id"]
    check_receipt(ask(story, f"clear {identity} {identity} 1 --yes"), [identity])


def test_clearing_a_variable_by_its_name(story):
    """Also one that is no finding: the user knows best, and is told who reads it."""
    receipt = ask(story, "clear used --yes")
    assert 8 == receipt["predicted"] // MB
    assert "used" not in story.shell.user_ns


@pytest.mark.parametrize(
    ("answer", "gone"),
    [
        ("y", True),
        ("yes", True),
        (" Y ", True),
        ("n", False),
        ("", False),
        ("what", False),
    ],
)
def test_it_asks_first(story, monkeypatch, answer, gone):
    asked = []
    monkeypatch.setattr(builtins, "input", lambda text: asked.append(text) or answer)
    text = story("%leakcheck clear used")
    assert 1 == len(asked)
    assert "7.63 MiB" in text
    assert gone == ("used" not in story.shell.user_ns)


def test_where_nobody_can_answer_it_says_what_to_type(story, monkeypatch):
    from IPython.core.error import StdinNotImplementedError

    def nobody(_text):
        raise StdinNotImplementedError

    monkeypatch.setattr(builtins, "input", nobody)
    before = state(story)[0]
    text = story("%leakcheck clear raw clean")
    assert "--yes" in text
    assert before.items() <= state(story)[0].items()
    line = next(x for x in text.splitlines() if "--yes" in x)
    story(line[line.index("%leakcheck") :])
    assert not {"raw", "clean"} & story.shell.user_ns.keys()


def test_an_interrupted_question_clears_nothing(story, monkeypatch):
    def interrupted(_text):
        raise KeyboardInterrupt

    monkeypatch.setattr(builtins, "input", interrupted)
    story("%leakcheck clear used")
    assert "used" in story.shell.user_ns


WRONG = [
    "nonsense",
    "nonsense words",
    "--what",
    "99",
    "0",
    "1-99",
    "f99",
    "used too",
    "clear",
    "clear --yes",
    "clear nothing --yes",
    "clear f99 --yes",
    "clear 99 --yes",
    "clear 2-1 --yes",
    "clear used nothing --yes",
    "clear 1 --yes --what",
    "clear np.ones --yes",
    "clear Out[5].x --yes",
    "clear '",
    "preview",
    "preview nothing",
    "preview used --yes",
    "preview 99",
    "undo",
    "undo r99",
    "undo __dict__",
    "undo r1 r2",
    "receipts r99",
    "receipts --what",
    "clear used --no-und",
    "why",
    "why nothing",
    "cells 3",
    "ęśąćż" * 30,
]


@pytest.mark.parametrize("line", WRONG)
def test_wrong_use_is_one_sentence_and_changes_nothing(story, line):
    story("%leakcheck")
    before = state(story)
    text = story(f"%leakcheck {line}").strip()
    after = state(story)
    assert before[0].items() <= after[0].items()
    assert before[1:4] == after[1:4]
    assert text
    assert text.endswith(".")
    assert "Traceback" not in text
    assert len(text.splitlines()) <= 4
    assert max(map(wide, text.splitlines())) <= WIDTH


def test_wrong_use_as_json(story):
    for line in ("nonsense", "clear nothing --yes", "clear 99 --yes"):
        assert ask(story, line)["error"].endswith(".")


def test_clearing_what_is_gone_already(story):
    finding = ask(story, "")["findings"][0]
    story("%leakcheck")
    line = f"%leakcheck clear {finding['id']} --yes"
    story(line)
    before = state(story)[0]
    assert "gone" in story(line)
    assert "gone" in story("%leakcheck clear 1 --yes")
    assert before.items() <= state(story)[0].items()


@pytest.mark.parametrize(
    "line", ["", "cells", "vars", "1", "why used", "--json", "clear", "nonsense"]
)
def test_a_question_leaves_no_trace(story, line):
    before = state(story)
    count = story.shell.execution_count
    story.shell.run_cell(f"%leakcheck {line}", silent=True)
    assert before == state(story)
    assert count == story.shell.execution_count


def test_the_answer_is_no_result(story):
    before = sorted(story.shell.user_ns["Out"])
    underscore = story.shell.user_ns["_"]
    story("%leakcheck")
    story("%leakcheck --json")
    assert before == sorted(story.shell.user_ns["Out"])
    assert story.shell.user_ns["_"] is underscore
    result = story.shell.run_line_magic("leakcheck", "cells")
    assert result is None


LONG = {
    "long": "a_name_of_a_variable_that_is_longer_than_its_column",
    "accents": "zażółć_gęślą_jaźń_źdźbło_ćmę_ŁĄKA_długa_nazwa",
    "many": ", ".join(f"part_number_{i}_of_the_tuple" for i in range(5)),
}


@pytest.mark.parametrize("name", LONG)
def test_every_text_fits(session, monkeypatch, name):
    monkeypatch.setattr(builtins, "input", lambda _: "n")
    names = LONG[name]
    count = len(names.split(", "))
    value = ", ".join(["np.ones(2_000_000)"] * count)
    first = names.split(", ")[0]
    session(f"import numpy as np\n{names} = {value}   # {'and a remark ' * 9}")
    session(f"def reader(): return {first}.sum()")
    session("reader();")
    session(f"{first}")
    session("np.ones(3_000_000), 'x' * 200")
    for i in range(4):
        session(f"x = {i}")
    lines = [
        "",
        "cells",
        "vars",
        "1",
        "2",
        f"why {first}",
        f"clear {first}",
        "clear 1-2",
        f"preview 1-2 {first}",
    ]
    texts = [session(f"%leakcheck {line}") for line in lines]
    texts.append(session(f"%leakcheck clear 1-2 {first} --yes"))
    texts += [session(f"%leakcheck {line}") for line in ("receipts", "undo")]
    over = [x for t in texts for x in t.splitlines() if wide(x) > WIDTH]
    assert [] == over


def test_one_finding_fits_whatever_holds_it(session):
    session("import numpy as np\nclass Model: pass\nmodel = Model()")
    session(
        "model.weights = [np.ones(2_000_000)] * 3\nmodel.deep = {'k' * 60: model.weights}"
    )
    session("model")
    for i in range(4):
        session(f"x = {i}")
    texts = [
        session("%leakcheck"),
        session("%leakcheck 1"),
        session("%leakcheck cells"),
    ]
    assert [] == [x for t in texts for x in t.splitlines() if wide(x) > WIDTH]


def test_the_help_has_examples(session):
    doc = session.shell.find_line_magic("leakcheck").__doc__
    assert "%leakcheck clear 1-4" in doc
    assert max(map(len, doc.splitlines())) <= WIDTH + 8


def test_loading_twice_changes_nothing(story):
    hunter = story.hunter
    story("%load_ext leakhunter")
    assert story.hunter is hunter
    callbacks = story.shell.events.callbacks["pre_run_cell"]
    assert 1 == callbacks.count(hunter.recorder._pre)
    assert 2 <= len(story.findings())


def test_activating_when_loaded_changes_nothing(story):
    import leakhunter

    hunter = story.hunter
    leakhunter.activate()
    assert story.hunter is hunter
    assert "watching" == leakhunter.status()


def test_unloading_and_loading_again(story):
    import leakhunter

    story("%unload_ext leakhunter")
    assert "off" == leakhunter.status()
    assert "leakcheck" not in story.shell.magics_manager.magics["line"]
    with pytest.raises(RuntimeError):
        leakhunter.check()
    story("%load_ext leakhunter")
    story("x = 9")
    assert {"raw", "clean"} <= {n for f in story.findings() for n in f.names}
    report = check_report(ask(story, ""))
    assert ["x = 9"] == [c["source_line"] for c in report["cells"]]


def test_unloading_twice_changes_nothing(story):
    story("%unload_ext leakhunter")
    assert "Traceback" not in story("%unload_ext leakhunter")


def test_reload(story):
    first = story.hunter
    story("%reload_ext leakhunter")
    assert story.hunter is not first
    assert 1 == len(
        [
            c
            for c in story.shell.events.callbacks["post_run_cell"]
            if "Recorder" in getattr(c, "__qualname__", "")
        ]
    )
    check_report(ask(story, ""))


def test_check_from_code(story):
    import leakhunter

    report = leakhunter.check()
    assert {f.id for f in report.findings} == {
        f["id"] for f in ask(story, "")["findings"]
    }


def test_activation_says_why_it_failed(shell, monkeypatch):
    import leakhunter

    def broken(_shell):
        raise OSError

    monkeypatch.setattr("leakhunter.watch.Watch.__init__", broken)
    leakhunter.activate()
    assert leakhunter.status().startswith("failed")
    monkeypatch.undo()
    leakhunter.activate()
    assert "watching" == leakhunter.status()


def test_what_clearing_would_free(session):
    session(
        "import numpy as np\na = np.ones(10_000_000)\nb = a[:10]\nc = np.ones(5_000_000)"
    )
    text = session("%leakcheck frees a c")
    assert [
        "  a 0 B alone",
        "  c 38.1 MiB alone",
        "  Together 38.1 MiB exactly",
        "Also held by b.",
    ] == [re.sub(r"(?<=\S) +", " ", line) for line in text.splitlines()]
    assert (
        "Clearing c frees 38.1 MiB, exactly." == session("%leakcheck frees c").strip()
    )
    assert 80 == json.loads(session("%leakcheck frees a b --json"))["bytes"] // 10**6
    assert "Say what to try" in session("%leakcheck frees")


def test_the_sheet_in_words_adds_up(session):
    session("import numpy as np\na = np.ones(10_000_000)")
    text = session("%leakcheck sheet")
    rows = [line for line in text.splitlines()[1:] if line[:1] != " "]
    sizes = [float(line.split()[-1]) for line in rows]
    assert rows[-1].startswith("Kernel memory (RSS)")
    assert abs(sum(sizes[:-1]) - sizes[-1]) <= 0.02 * len(sizes)
    sheet = json.loads(session("%leakcheck sheet --json"))
    assert sheet["rss"] == sum(p["bytes"] for p in sheet["parts"])


def test_giving_back_says_what_came_of_it(session):
    text = session("%leakcheck give-back")
    assert re.search(r"malloc .*B", text)
    assert "Given back" in text


def test_a_cell_magic_that_does_not_know_what_to_do_runs_nothing(session):
    text = session("%%leakcheck sheets\nran = 1")
    assert "The cell was not run" in text
    assert "ran" not in session.shell.user_ns


def test_nothing_of_the_cell_magic_stays(session):
    session("%unload_ext leakhunter")
    assert "leakcheck" not in session.shell.magics_manager.magics["cell"]


def test_about_says_which_core_is_at_work_and_the_settings(session):
    import leakhunter

    said = session("%leakcheck about")
    assert f"Core         {leakhunter.core()}" in said
    assert leakhunter.core() == "C" or leakhunter.core().startswith("Python (")
    assert "leftover_after = 3" in said
    assert max(map(wide, said.splitlines())) <= WIDTH


def test_a_preview_by_itself(story):
    before = state(story)
    text = story("%leakcheck preview used")
    for word in ("used", "7.63 MiB", "Undo is possible until", "Delete the name"):
        assert word in text
    document = ask(story, "preview used")
    assert ["used"] == document["items"][0]["slots"]
    assert before[0].items() <= state(story)[0].items()
    assert before[1:] == state(story)[1:]


def test_clear_and_undo(story):
    size = story.shell.user_ns["used"].size
    text = story("%leakcheck clear used --yes")
    identity = re.search(r"%leakcheck undo (r\d+)", text)[1]
    assert "used" not in story.shell.user_ns
    assert identity in story("%leakcheck receipts")
    assert "7.630 MiB" in story(f"%leakcheck receipts {identity}")
    text = story(f"%leakcheck undo {identity}")
    assert "Back again: used" in text
    assert size == story.shell.user_ns["used"].size
    assert "undone already" in story(f"%leakcheck undo {identity}")
    assert "This has been undone." in story("%leakcheck receipts")


def test_undo_beside_a_name_that_is_bound_again(story):
    story("%leakcheck clear used --yes")
    story("used = 'mine'")
    text = " ".join(story("%leakcheck undo").split())
    assert "used is bound again, so it came back as used_restored." in text
    assert "mine" == story.shell.user_ns["used"]


def test_clear_without_undo(story):
    text = story("%leakcheck clear used --yes --no-undo")
    assert "This cannot be undone." in text
    assert "Nothing of this was saved" in story("%leakcheck undo")


def test_the_question_says_until_when_it_can_be_undone(story, monkeypatch):
    monkeypatch.setattr(builtins, "input", lambda _: "n")
    assert "Undo is possible until" in story("%leakcheck clear used")
    assert "will not be saved" in story("%leakcheck clear used --no-undo")


def test_receipts_and_undo_as_json(story):
    identity = ask(story, "preview used")["items"][0]["id"]
    receipt = check_receipt(ask(story, "clear used --yes"), [identity])
    assert receipt["undo_until"] > 0
    (known,) = ask(story, "receipts")
    assert receipt["receipt"] == known["id"]
    assert known == ask(story, f"receipts {known['id']}")
    undone = ask(story, f"undo {known['id']}")
    assert ["used"] == [r["name"] for r in undone["restored"]]
    assert ask(story, "undo")["error"].endswith(".")


def test_completion_knows_what_can_be_undone(story):
    story("%leakcheck clear used --yes")
    (known,) = story.hunter.book.all()
    from types import SimpleNamespace

    import leakhunter

    complete = leakhunter._watch._completion._complete
    for line in ("%leakcheck undo ", "%leakcheck receipts "):
        event = SimpleNamespace(line=line)
        assert [known.id, "--json"] == complete(story.shell, event)
    event = SimpleNamespace(line="%leakcheck clear raw ")
    assert {"--no-undo", "--yes"} <= set(complete(story.shell, event))
