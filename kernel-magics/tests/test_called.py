"""What something else than a cell may call still reads its data: that is no leftover."""

from __future__ import annotations

import pytest

np = pytest.importorskip("numpy", reason="no numpy here")

DATA = "import numpy as np\ndata = np.ones(1_000_000)\n"


@pytest.fixture
def leftovers(session):
    def run(*cells: str) -> list[str]:
        for cell in (*cells, "1 + 1;"):
            session(cell)
        found = [f for f in session.findings() if f.kind == "leftover-variable"]
        return sorted(n for f in found for n in f.names)

    run.session = session
    yield run
    callbacks = session.shell.events.callbacks["post_execute"]
    callbacks[:] = [c for c in callbacks if "see" not in getattr(c, "__name__", "")]


REGISTER = "get_ipython().events.register('post_execute', {})"


def test_data_of_a_callback(leftovers):
    cell = DATA + "def see(*_): data.sum()\n" + REGISTER.format("see")
    assert [] == leftovers(cell)
    assert ["data"] == leftovers(
        "get_ipython().events.unregister('post_execute', see)", "1 + 1;"
    )


def test_data_of_what_a_callback_calls(leftovers):
    assert [] == leftovers(
        DATA
        + "def total(): return data.sum()\ndef see(*_): total()\n"
        + REGISTER.format("see")
    )


def test_data_of_a_function_inside_a_callback(leftovers):
    assert [] == leftovers(
        DATA + "def see(*_): return [x for x in (lambda: data)()[:3]]\n" + REGISTER.format("see")
    )  # fmt: skip


def test_data_of_a_method_that_is_called(leftovers):
    assert [] == leftovers(
        DATA + "class Watch:\n    def see(self, *_): data.sum()\nwatch = Watch()\n"
        + REGISTER.format("watch.see")
    )  # fmt: skip


def test_data_of_a_function_that_nobody_calls(leftovers):
    assert ["data"] == leftovers(DATA + "def see(*_): data.sum()")


def test_data_of_a_slider(leftovers):
    widgets = pytest.importorskip("ipywidgets", reason="no ipywidgets here")
    assert [] == leftovers(
        DATA + "import ipywidgets as W\n@W.interact(k=(1, 10))\ndef show(k): return data[:k].sum()"
    )  # fmt: skip
    widgets.Widget.close_all()


def test_data_of_a_function_that_a_registry_without_a_root_holds(leftovers):
    kept = "import copyreg, fractions\ncopyreg.pickle(fractions.Fraction, see)"
    assert [] == leftovers(DATA + "def see(*_): data.sum()\n" + kept)
    assert ["data"] == leftovers("del copyreg.dispatch_table[fractions.Fraction]")


def test_data_of_functions_that_variables_hold_in_many_ways(leftovers):
    assert ["data"] == leftovers(
        DATA
        + "import functools\n"
        + "@functools.lru_cache\ndef cached(): return data.sum()\n"
        + "class Owner:\n    see = staticmethod(cached)\n    size = property(lambda self: data.size)\n"
        + "table = {'see': [cached, Owner().see]}\nlater = functools.partial(cached)"
    )


HOOKED = (
    DATA + "class Net:\n    def __init__(self): self.hooks = []\n"
    "    def __call__(self): return [hook() for hook in self.hooks]\n"
    "    def data_of(self): return self.data\n"
    "net = Net()\n"
)


def test_data_of_a_hook_of_an_object_in_use(session):
    session(HOOKED + "net.hooks.append(lambda: data.sum())")
    session("1 + 1;")
    session("total = net()")
    assert [] == [f.names for f in session.findings()]
    session("1 + 1;")
    assert [["data"]] == [f.names for f in session.findings()]


def test_a_method_that_has_an_attribute_of_that_name_reads_no_variable(leftovers):
    assert ["data"] == leftovers(HOOKED, "1 + 1;", "net()", "net()")
