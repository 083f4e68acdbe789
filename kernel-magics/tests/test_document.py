"""Plots that bokeh's document and the views of panel keep: which are told, and what taking them out leaves."""

from __future__ import annotations

import pytest

bokeh = pytest.importorskip("bokeh", reason="no bokeh here")
pytest.importorskip("numpy", reason="no numpy here")

MB = 1_000_000


@pytest.fixture
def plots(session):
    """A session that draws with bokeh; runs cells and returns the findings about documents."""
    session(
        "import numpy as np\nfrom bokeh.plotting import figure, curdoc\n"
        "from bokeh.io import reset_output\nreset_output()\n"
        "def draw(n=500_000):\n    p = figure()\n    p.line(np.random.rand(n), np.random.rand(n))\n"
        "    curdoc().add_root(p)\n    return p"
    )

    def run(*cells: str):
        for cell in cells:
            session(cell)
        return [f for f in session.findings() if f.kind == "document"]

    run.session = session
    run.names = session.shell.user_ns
    yield run
    session("reset_output()")


def told(finding) -> tuple[str, str, str]:
    return finding.verdict, finding.group, finding.remedy.action


def roots(plots) -> list[object]:
    return plots.names["curdoc"]().roots


def test_plots_that_were_drawn_again_are_one_finding(plots):
    (finding,) = plots(*["p = draw()"] * 4)
    assert ("leak", "check", "clear") == told(finding)
    assert (["curdoc()"], "3 plots in curdoc()") == (finding.names, finding.title)
    assert 24 <= finding.frees // MB <= 25
    plots.session(f"%leakcheck clear {finding.id} --yes")
    assert [plots.names["p"]] == roots(plots)
    assert [] == plots()


def test_what_is_left_in_the_document_still_works(plots):
    (finding,) = plots("p = draw()", "p = draw()")
    plots.session(f"%leakcheck clear {finding.id} --yes")
    document = plots.names["curdoc"]()
    assert plots.names["p"].id in document.models
    plots("q = draw(1000)")
    assert [plots.names["p"], plots.names["q"]] == document.roots
    assert plots.names["q"].id in document.models


def test_plots_without_a_name_all_go(plots):
    (finding,) = plots("for _ in range(3): draw()")
    plots.session(f"%leakcheck clear {finding.id} --yes")
    assert [] == roots(plots)
    assert [] == plots()


def test_a_plot_in_use_is_left_alone(plots):
    assert [] == plots("p = draw()")


def test_a_plot_that_only_a_leftover_names(plots):
    (finding,) = plots("p = draw()", "1 + 1;")
    assert ("leftover", ["curdoc()", "p"]) == (finding.verdict, finding.names)
    plots.session(f"%leakcheck clear {finding.id} --yes")
    assert [] == roots(plots)
    assert "p" not in plots.names


def test_data_that_a_variable_names_does_not_count(plots):
    assert [] == plots(
        "from bokeh.models import ColumnDataSource\n"
        "source = ColumnDataSource({'x': np.random.rand(500_000), 'y': np.random.rand(500_000)})\n"
        "for _ in range(3):\n    p = figure()\n    p.line('x', 'y', source=source)\n    curdoc().add_root(p)\n"
        "del p"
    )


def test_small_plots_are_not_told(plots):
    assert [] == plots("for _ in range(3): draw(1000)")


def test_looking_makes_no_document(session):
    from bokeh.io import state

    state._STATE, before = None, state._STATE
    try:
        session("import bokeh.plotting")
        session.findings()
        assert state._STATE is None
    finally:
        state._STATE = before


# -- panel and holoviews, in a kernel -------------------------------------------------


@pytest.fixture
def shown(kernel):
    """A kernel that shows plots of holoviews; runs cells and returns what is told of documents."""
    pytest.importorskip("panel", reason="no panel here")
    pytest.importorskip("holoviews", reason="no holoviews here")
    kernel.run(
        "import numpy as np, holoviews as hv, panel as pn, leakhunter\nfrom IPython.display import display\n"
        "hv.extension('bokeh'); pn.extension()\n"
        "def found():\n    return [f for f in leakhunter._watch.hunter.check().report.findings if f.kind == 'document']\n"
        "def short():\n    return [(f.verdict, f.remedy.action, f.names, f.frees // 10**6) for f in found()]"
    )

    def run(*cells: str):
        for cell in cells:
            kernel.run(cell)
        return kernel.value("short()")

    run.kernel = kernel
    return run


def clear(shown) -> None:
    """Clear the finding; nothing is told afterwards."""
    line = "get_ipython().run_line_magic('leakcheck', f'clear {found()[0].id} --yes')"
    shown.kernel.run(line, silent=True)
    assert [] == shown()


def test_renders_of_holoviews_can_be_forgotten(shown):
    curve = "display(hv.Curve(np.random.rand(1_000_000)))"
    (finding,) = shown(curve, curve)
    assert ["leak", "clear", ["pn.state._views"]] == finding[:3]
    assert 32 <= finding[3] <= 34
    clear(shown)
    assert 0 == shown.kernel.value("len(pn.state._views) - 1")  # the page's own


def test_panes_that_were_replaced_go_with_their_channels(shown):
    pane = "c = pn.pane.HoloViews(hv.Curve(np.random.rand(1_000_000)))\ndisplay(c)"
    (finding,) = shown(pane, pane, pane)
    assert ["leak", "clear", ["pn.state._views"]] == finding[:3]
    assert 32 <= finding[3] <= 34
    clear(shown)
    assert 1 == shown.kernel.value("len(c._comms)")
    assert 2 == shown.kernel.value("len(pn.state._views)")  # the page's own, and this


def test_views_that_more_holds_are_told_and_left(shown):
    held = (
        "import ctypes\ndef build():\n"
        "    c = pn.pane.HoloViews(hv.Curve(np.random.rand(1_000_000)))\n"
        "    ctypes.pythonapi.Py_IncRef(ctypes.py_object(c))\n    display(c)\nbuild()"
    )
    (finding,) = shown(held)
    assert ["leak", "advice", ["pn.state._views"]] == finding[:3]


def test_data_that_only_a_function_of_the_page_needs_may_be_wanted(shown):
    build = (
        "def build():\n    data = np.random.rand(1_000_000)\n"
        "    s = pn.widgets.IntSlider(start=1, end=10)\n"
        "    return pn.Column(s, pn.bind(lambda k: data[:k].sum(), s))\ndisplay(build())"
    )
    (finding,) = shown(build)
    assert ["suspect", 8] == [finding[0], finding[3]]


def test_an_app_on_the_page_may_be_wanted_although_no_cell_reads_it(shown):
    build = (
        "def build():\n    data = np.random.rand(1_000_000)\n"
        "    s = pn.widgets.IntSlider(start=1, end=10)\n"
        "    return pn.Column(s, pn.bind(lambda k: data[:k].sum(), s))\napp = build()"
    )
    (finding,) = shown(build, "app", "x = 1")
    assert ["suspect", ["pn.state._views", "app"]] == [finding[0], finding[2]]


def test_a_pane_that_is_used_again_is_not_told(shown):
    again = "c.object = hv.Curve(np.random.rand(1_000_000))"
    assert [] == shown("c = pn.pane.HoloViews()\ndisplay(c)", again, again)


# -- panes that were shown, in a kernel ------------------------------------------------

KEPT = (
    "[len(__import__('pyviz_comms').CommManager._comms), len(pn.state._views),"
    " len(get_ipython().kernel.comm_manager.comms),"
    " len(get_ipython().kernel.comm_manager.targets)]"
)
"""How many channels, views, comms and targets there are."""


@pytest.fixture
def pane(shown):
    """A kernel in which a pane ``t`` of a table can be shown."""
    shown.kernel.run("import pandas as pd")
    shown.before = shown.kernel.value(KEPT)

    def make(rows: int = 2_000_000):
        frame = f"pd.DataFrame({{'x': np.random.rand({rows})}})"
        assert [] == shown(f"t = pn.pane.DataFrame({frame}, max_rows=5)", "t")

    shown.make = make
    return shown


def test_a_pane_that_was_shown_goes_with_its_variable_and_its_channels(pane):
    pane.make()
    (finding,) = pane("x = 1")
    assert ["leftover", "clear", ["pn.state._views", "t"], 16] == finding
    clear(pane)
    assert pane.before == pane.kernel.value(KEPT)
    assert not pane.kernel.value("'t' in globals()")


def test_a_pane_that_was_shown_and_deleted_goes_with_its_channels(pane):
    pane.make()
    (finding,) = pane("del t", "x = 1")
    assert ["leak", "clear", ["pn.state._views"], 16] == finding
    clear(pane)
    assert pane.before == pane.kernel.value(KEPT)


def test_a_pane_whose_channel_the_page_has_opened_goes_too(pane):
    pane.make()
    opening = (
        "{'comm_id': 'page', 'target_name': [*t._comms.values()][0][1].id, 'data': {}}"
    )
    opened = f"get_ipython().kernel.comm_manager.comm_open(None, '', {{'content': {opening}}})"
    pane.kernel.run(opened, silent=True)
    assert pane.kernel.value("'page' in get_ipython().kernel.comm_manager.comms")
    (finding,) = pane("x = 1")
    assert ["leftover", "clear", ["pn.state._views", "t"], 16] == finding
    clear(pane)
    assert pane.before == pane.kernel.value(KEPT)


def test_a_pane_that_a_later_cell_reads_is_not_told(pane):
    pane.make()
    assert [] == pane("x = 1", "rows = t.max_rows")


def test_a_small_pane_is_not_told(pane):
    pane.make(rows=1000)
    assert [] == pane("x = 1", "del t", "x = 2")
