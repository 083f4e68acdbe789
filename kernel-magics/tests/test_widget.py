"""Widgets that nobody closed, what is printed into them, and closed ones that a signal keeps."""

from __future__ import annotations

import os

import pytest

W = pytest.importorskip("ipywidgets", reason="no ipywidgets here")
from leakhunter.heap.cuts.closed import connections  # noqa: E402 - after the reason to skip

MB = 1_000_000


@pytest.fixture
def page(session):
    """A session with widgets; runs cells and returns the findings about them."""
    W.Widget.close_all()
    session("import ipywidgets as W, os\nfrom IPython.display import display")

    def run(*cells: str):
        for cell in cells:
            session(cell)
        return [f for f in session.findings() if f.kind == "widget"]

    run.session = session
    run.names = session.shell.user_ns
    yield run
    W.Widget.close_all()


def told(finding) -> tuple[str, str, str]:
    return finding.verdict, finding.group, finding.remedy.action


def open_ones(kind: type) -> list[object]:
    from ipywidgets.widgets.widget import _instances

    return [w for w in _instances.values() if type(w) is kind]


BUTTON = (
    "def make():\n    table = os.urandom(8_000_000)\n    b = W.Button()\n"
    "    b.on_click(lambda _: print(len(table)))\n    return b\n"
)


def test_pictures_that_were_replaced_are_one_finding(page):
    (finding,) = page(*["img = W.Image(value=os.urandom(8_000_000))"] * 4)
    assert ("leak", "check", "clear") == told(finding)
    assert (["Image"], 24, True) == (
        finding.names,
        finding.frees // MB,
        finding.exact,
    )
    assert finding.reason.startswith("3 open `Image` are still in the registry")
    page.session(f"%leakcheck clear {finding.id} --yes")
    assert [page.names["img"]] == open_ones(W.Image)
    assert [] == page()


def test_a_picture_that_only_a_leftover_names(page):
    (finding,) = page("img = W.Image(value=os.urandom(8_000_000))", "1 + 1;")
    assert ("leftover", ["Image", "img"]) == (finding.verdict, finding.names)
    page.session(f"%leakcheck clear {finding.id} --yes")
    assert [] == open_ones(W.Image)
    assert "img" not in page.names


def test_pictures_in_use_are_left_alone(page):
    assert [] == page("all = [W.Image(value=os.urandom(4_000_000)) for _ in range(3)]")


def test_small_widgets_by_the_thousand(page):
    (finding,) = page("for i in range(3000):\n    W.HTML(value='x' * 1000 + str(i))")
    assert (["HTML"], "3,000 open HTML") == (finding.names, finding.title)
    assert finding.frees >= 3 * MB


def test_data_that_a_handler_keeps(page):
    (finding,) = page(BUTTON + "make()\nNone")
    assert ("leak", ["Button"], 8) == (
        finding.verdict,
        finding.names,
        finding.frees // MB,
    )
    assert "A handler that was given to it keeps the data." in finding.facts
    page.session(f"%leakcheck clear {finding.id} --yes")
    assert [] == page()


def test_a_handler_of_what_may_be_on_the_page_may_be_wanted(page):
    (finding,) = page(BUTTON + "display(make())")
    assert ("suspect", "check") == told(finding)[:2]


def test_a_handler_of_a_shown_widget_may_be_wanted(page):
    (finding,) = page(BUTTON + "make()")
    assert ("suspect", "check") == told(finding)[:2]
    assert "Out[" in finding.reason


def test_a_handler_with_data_in_use_is_not_told(page):
    assert [] == page(
        "table = os.urandom(8_000_000)\nb = W.Button()\nb.on_click(lambda _: table)\ndel b"
    )


def test_a_box_and_its_button_are_one_finding(page):
    (finding,) = page(BUTTON + "box = W.VBox([make()])\ndel box")
    assert ["Button", "VBox"] == sorted(finding.names)
    assert 8 == finding.frees // MB


@pytest.mark.filterwarnings(
    # ipywidgets calls it when the widget goes
    "ignore::pytest.PytestUnraisableExceptionWarning"
)
def test_the_close_of_a_class_of_the_users_is_not_called(page):
    (finding,) = page(
        "class Mine(W.Image):\n    def close(self):\n        raise RuntimeError\n"
        "Mine(value=os.urandom(8_000_000))\nNone"
    )
    assert ["Mine"] == finding.names
    text = page.session(f"%leakcheck clear {finding.id} --yes")
    assert "1 widget closed" in text
    assert [] == page()


# -- Output ------------------------------------------------------------------------


def test_what_is_printed_into_an_output(page):
    (finding,) = page(
        "log = W.Output()\nfor _ in range(5):\n    log.append_stdout('x' * 4_000_000)"
    )
    assert ("leak", "check", "clear") == told(finding)
    assert (["log"], 20, "log.outputs = ()") == (
        finding.names,
        finding.frees // MB,
        finding.fix,
    )
    assert "It holds 5 outputs in the kernel, beside what the page shows." in finding.facts  # fmt: skip
    page.session(f"%leakcheck clear {finding.id} --yes")
    assert () == page.names["log"].outputs
    assert [page.names["log"]] == open_ones(W.Output)
    assert [] == page()


def test_an_output_without_a_name_is_emptied_and_stays(page):
    (finding,) = page(
        "out = W.Output()\nout.append_stdout('x' * 4_000_000)\ndisplay(out)\ndel out"
    )
    assert (["Output"], 4) == (finding.names, finding.frees // MB)
    page.session(f"%leakcheck clear {finding.id} --yes")
    (left,) = open_ones(W.Output)
    assert () == left.outputs


def test_one_picture_in_an_output_in_use_is_not_told(page):
    assert [] == page("out = W.Output()\nout.append_stdout('x' * 3_000_000)")


def test_an_output_with_hostile_attributes(page):
    """Of a class that derives from ``Output``; nothing of the user's runs."""
    (finding,) = page(
        "class Log(W.Output):\n    @property\n    def outputs(self):\n        raise RuntimeError\n"
        "    @outputs.setter\n    def outputs(self, value): pass\n"
        "log = Log()\nlog._trait_values['outputs'] = ('x' * 20_000_000,)"
    )
    assert ["log"] == finding.names
    page.session(f"%leakcheck clear {finding.id} --yes")
    assert () == page.names["log"]._trait_values["outputs"]


# -- old progress bars ---------------------------------------------------------------


BAR = (
    "for _ in range(3):\n    data = os.urandom(5_000_000)\n"
    "    bar = tqdm(range(3))\n    for _ in bar: pass\n"
    "    bar.container.pbar = (bar, data)\ndel data, bar"
)
"""What old bars do."""


def test_what_a_bar_went_through(page):
    tqdm = pytest.importorskip("tqdm", reason="no tqdm here")
    (finding,) = page("from tqdm.notebook import tqdm", BAR)
    assert ["TqdmHBox"] == finding.names
    assert 15 == finding.frees // MB
    old = tuple(map(int, tqdm.__version__.split(".")[:3])) < (4, 62, 2)
    assert old == ("tqdm" in (finding.fix or ""))


def test_an_old_bar_is_accused_with_its_version(page, monkeypatch):
    tqdm = pytest.importorskip("tqdm", reason="no tqdm here")
    monkeypatch.setattr(tqdm, "__version__", "4.62.0")
    (finding,) = page("from tqdm.notebook import tqdm", BAR)
    assert "%pip install -U tqdm   # <4.62.2 is affected" == finding.fix
    assert "See https://github.com/tqdm/tqdm/issues/1216" in finding.facts


# -- anywidget -----------------------------------------------------------------------


@pytest.fixture
def mini(page, tmp_path):
    """A widget that is drawn by a file, and its class."""
    pytest.importorskip("anywidget", reason="no anywidget here")
    file = tmp_path / "mini.js"
    file.write_text("export default {}")
    page(f"import anywidget, pathlib\nfile = pathlib.Path({os.fspath(file)!r})")
    page("class Mini(anywidget.AnyWidget):\n    _esm = file")
    return page


def test_closed_widgets_that_the_signal_of_their_class_keeps(mini):
    (finding,) = mini(
        "for i in range(3):\n    w = Mini()\n    w.data = os.urandom(6_000_000)\n    w.close()\n"
        "del w\nkept = Mini()"
    )
    assert ("leak", "check", "clear") == told(finding)
    assert (["Mini"], 18) == (finding.names, finding.frees // MB)
    assert "keeps 3 closed widgets" in finding.reason
    mini.session(f"%leakcheck clear {finding.id} --yes")
    assert [False] == [c.closed for c in connections()][-1:]
    assert [] == mini()


def test_an_open_one_in_use_stays_connected(mini):
    assert [] == mini("w = Mini()\nw.data = os.urandom(6_000_000)")
    assert [False] == [c.closed for c in connections()][-1:]


# -- in a kernel ---------------------------------------------------------------------


def test_in_a_kernel_the_comm_goes_too(kernel):
    kernel.run("import ipywidgets as W, os, leakhunter")
    kernel.run("for _ in range(3):\n    img = W.Image(value=os.urandom(6_000_000))")
    kernel.run(
        "_h = leakhunter._watch.hunter\n_f, = [f for f in _h.check().report.findings if f.kind == 'widget']\n"
        "_n = len(get_ipython().kernel.comm_manager.comms)\n"
        "get_ipython().run_line_magic('leakcheck', f'clear {_f.id} --yes')",
        silent=True,
    )
    assert 12 == kernel.value("_f.frees // 1_000_000")
    assert 2 == kernel.value("_n - len(get_ipython().kernel.comm_manager.comms)")
    assert [] == kernel.value(
        "[f.kind for f in _h.check().report.findings if f.kind == 'widget']"
    )
