"""Figures that pyplot keeps: how they are grouped, what is left alone, and what closing them frees."""

from __future__ import annotations

import pytest

matplotlib = pytest.importorskip("matplotlib", reason="no matplotlib here")

MB = 1_000_000


@pytest.fixture
def plots(session):
    """A session that draws; runs cells and returns the findings about figures."""
    session(
        "import matplotlib\nmatplotlib.use('agg')\n"
        "import matplotlib.pyplot as plt, numpy as np\nplt.close('all')"
    )

    def run(*cells: str):
        for cell in cells:
            session(cell)
        return [f for f in session.findings() if f.kind == "figure"]

    run.session = session
    yield run
    session("plt.close('all')")


def numbers(session) -> list[int]:
    return session.shell.user_ns["plt"].get_fignums()


def test_many_figures_are_one_finding(plots):
    (finding,) = plots(
        "for _ in range(12):\n    fig, ax = plt.subplots()\n    ax.plot(np.arange(100_000.))\ndel fig, ax"
    )
    assert ("leak", "check", "Hidden", "12 open figures", ["Gcf.figs"]) == (
        finding.verdict,
        finding.group,
        finding.label,
        finding.title,
        finding.names,
    )
    assert finding.exact
    # arrays of 100,000 numbers that a line keeps, and all else of its figure
    arrays = 4 if matplotlib.__version_info__ >= (3, 11) else 6
    assert 0 < finding.frees - 12 * arrays * 800_000 < 12 * 0.4 * MB


def test_closing_closes_them_all_and_frees_what_was_promised(plots, settled):
    (finding,) = plots(
        "for _ in range(3):\n    plt.figure()\n    plt.plot(np.arange(2_000_000.))"
    )
    text = plots.session(f"%leakcheck clear {finding.id} --yes")
    assert "3 figures closed" in text
    assert [] == numbers(plots.session)
    assert [] == plots()


def test_a_figure_in_use_is_left_alone(plots):
    assert [] == plots("fig, ax = plt.subplots()\nax.plot(np.arange(1_000_000.))")


def test_a_figure_that_only_a_leftover_names_goes_with_that_name(plots):
    (finding,) = plots(
        "fig, ax = plt.subplots()\nax.plot(np.arange(1_000_000.))", "1 + 1;"
    )
    assert ("leftover", ["Gcf.figs[1]", "ax", "fig"]) == (
        finding.verdict,
        [finding.names[0], *sorted(finding.names[1:])],
    )
    plots.session(f"%leakcheck clear {finding.id} --yes")
    assert [] == numbers(plots.session)
    assert "fig" not in plots.session.shell.user_ns


def test_a_named_figure_stays_open_when_the_others_are_closed(plots):
    (finding,) = plots(
        "for _ in range(3):\n    fig = plt.figure()\n    plt.plot(np.arange(1_000_000.))"
    )
    assert "2 open figures" == finding.title
    plots.session(f"%leakcheck clear {finding.id} --yes")
    assert [3] == numbers(plots.session)


def test_figures_in_a_list_that_is_read_are_left_alone(plots):
    assert [] == plots(
        "figs = [plt.figure() for _ in range(4)]\n"
        "for fig in figs:\n    fig.add_subplot().plot(np.arange(500_000.))"
    )


def test_a_shown_plot_that_is_still_open_is_told_once(plots):
    (finding,) = plots("plt.plot(np.arange(1_000_000.))")
    assert "Out[" in finding.reason
    assert ["figure"] == [
        f.kind
        for f in plots.session.findings()
        if f.frees >= 10 * MB and f.verdict != "not-a-leak"
    ]


def test_a_closed_figure_is_none_of_these(plots):
    assert [] == plots("plt.plot(np.arange(1_000_000.))", "plt.close('all')")


def test_a_figure_with_a_number_of_a_cell_is_not_taken_for_its_output(plots):
    """Figure 2 was not made by [2]."""
    plots.session.findings()
    (finding,) = plots(
        "1 + 1;", "1 + 1;", "plt.figure(2)\nplt.plot(np.arange(4_500_000.));"
    )
    assert 5 == finding.cell.execution_count
    assert "[5] made 1 figure and did not close it; pyplot keeps it." == finding.reason


def test_it_grows_when_several_runs_left_some(plots):
    plots()
    for _ in range(3):
        plots("plt.figure()\nplt.plot(np.random.rand(4_500_000));")
    (finding,) = plots()
    assert "Growing" == finding.label
    assert "[3], [4] and [5] made them." in finding.facts


def test_what_would_be_closed_has_not_been_touched_by_looking(plots):
    plots("plt.figure(7)\nplt.plot(np.arange(1_000_000.));\nplt.figure(3)")
    plots()
    assert [3, 7] == numbers(plots.session)
    assert 3 == plots.session.shell.user_ns["plt"].gcf().number


def test_a_figure_on_the_page_goes_with_its_canvas_and_its_comms(kernel_maker):
    pytest.importorskip("ipympl", reason="no ipympl here")
    kernel = kernel_maker()
    kernel.load()
    kernel.run("%matplotlib widget\nimport matplotlib.pyplot as plt, numpy as np")
    kernel.run(
        "for _ in range(3):\n    plt.figure()\n    plt.plot(np.random.rand(1_000_000))"
    )
    # a figure that ipympl throws away holds a canvas until then
    kernel.run("import gc; gc.collect()", silent=True)
    kernel.run(
        "import leakhunter, json\n"
        "_r = [f for f in leakhunter._watch.hunter.check().report.findings if f.kind == 'figure']",
        silent=True,
    )
    assert [True] == kernel.value("[94e6 <= f.frees <= 103e6 for f in _r]")
    assert "still pictures" in kernel.value("_r[0].breaks[0]")
    kernel.run(
        "_i = get_ipython().run_line_magic('leakcheck', f'clear {_r[0].id} --yes')",
        silent=True,
    )
    kernel.run("import ipywidgets.widgets.widget as _w", silent=True)
    left = "[type(w).__name__ for w in _w._instances.values() if type(w).__name__ in ('Canvas', 'Toolbar')]"
    assert [] == kernel.value(left)
    assert [] == kernel.value("plt.get_fignums()")
