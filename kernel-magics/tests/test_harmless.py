"""Harmless: a kernel that is watched and asked for reports is as one that is not.

The same notebook runs in a plain kernel, in one that is watched by a front end
which keeps asking for reports and previews, and in one that is only loaded.
"""

from __future__ import annotations

import re

import pytest
from kernels import RealKernel

for library in ("numpy", "pandas", "matplotlib"):
    pytest.importorskip(library, reason=f"no {library} here")

NOTEBOOK = [
    # 1: set-up, with settings that a user may have made
    (
        "import gc, sys, warnings, weakref\n"
        "import numpy as np, pandas as pd\n"
        "%matplotlib inline\n"
        "import matplotlib.pyplot as plt\n"
        "warnings.simplefilter('once', UserWarning)\n"
        "gc.disable(); gc.set_threshold(701, 11, 12)\n"
        "np.random.seed(7)"
    ),
    # 2: data that nobody reads again
    "big = np.ones(3_000_000)",
    # 3, 4: values in the history
    "frame = pd.DataFrame({'x': np.arange(500_000.0)})\nframe.head(2)",
    "np.ones(400_000)[:3]",
    # 5: a figure that stays open
    "plt.ioff()\nfig, ax = plt.subplots()\nsecond = plt.figure()\nplt.figure(fig.number);",
    # 6: garbage with somebody who waits for it
    (
        "class Loop: pass\n"
        "died = []\n"
        "loop = Loop(); loop.me = loop\n"
        "watch = weakref.ref(loop, lambda _: died.append('callback'))\n"
        "weakref.finalize(loop, died.append, 'finalizer')\n"
        "del loop"
    ),
    # 7: an error whose traceback `%debug` wants
    "def fail(data):\n    inside = data * 2\n    raise KeyError('mine')\nfail(3)",
    # 8: text in all streams
    "print('out'); print('err', file=sys.stderr); warnings.warn('careful'); display(3)",
    # 9, 10: more output
    "'a text'",
    "frame.shape",
]

FACTS = {
    "Out": "{str(k): type(v).__name__ for k, v in Out.items()}",
    "the last three results": "[type(__import__('builtins')).__name__, repr(_), repr(__), type(___).__name__]",
    "In": "list(In)",
    "the execution count": "get_ipython().execution_count",
    "names": "sorted(n for n in globals() if n != '_j')",
    "hidden names": "sorted(get_ipython().user_ns_hidden)",
    "the last error": "[repr(sys.last_value), sys.last_type.__name__, sorted(n for n in vars(sys) if n.startswith('last_'))]",
    "the frames of the last error": "[f.f_code.co_name for f, _ in __import__('traceback').walk_tb(sys.last_traceback)]",
    "the locals of the last error": "[sorted(f.f_locals) for f, _ in __import__('traceback').walk_tb(sys.last_traceback)][-1]",
    "warning filters": "[str(f) for f in warnings.filters]",
    "the collector's settings": "[gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.garbage, len(gc.callbacks)]",
    "garbage that is waited for": "[died, watch() is None]",
    "figures": "[plt.get_fignums(), plt.gcf().number, plt.isinteractive()]",
    "stored outputs": "{str(k): [o.output_type for o in v] for k, v in getattr(get_ipython().history_manager, 'outputs', {}).items()}",
    "random numbers": "[__import__('random').getstate()[1][-1] >= 0, int(np.random.get_state()[2]), float(np.random.rand())]",
    "tracing": "[sys.gettrace() is None, sys.getprofile() is None, __import__('tracemalloc').is_tracing()]",
    "hooks": "[sys.displayhook.__class__.__name__, sys.excepthook.__class__.__name__, sys.unraisablehook is sys.__unraisablehook__, __import__('threading').excepthook is __import__('threading').__excepthook__]",
    "streams": "[type(sys.stdout).__name__, type(sys.stderr).__name__]",
    "limits": "[sys.getrecursionlimit(), sys.getswitchinterval()]",
    "logging": "[len(__import__('logging').getLogger().handlers), __import__('logging').getLogger().level]",
    "signals": "[str(__import__('signal').getsignal(s)).split(' at ')[0] for s in (2, 15)]",
    "the environment": "sorted(k for k in __import__('os').environ if 'LEAK' in k)",
    "references to the data": "[sys.getrefcount(big), sys.getrefcount(frame)]",
}

SHOWN = {"stream", "display_data", "execute_result", "error", "update_display_data"}


class Told:
    """What a kernel said and how it was left."""

    def __init__(self, kernel, ask=lambda _kernel: None):
        self.cells = []
        for source in NOTEBOOK:
            start = len(kernel.messages)
            sent = kernel.send(source)
            kernel.wait(sent)
            self.cells.append(said(kernel.messages[start:], sent))
            ask(kernel)
        self.messages = [
            m["msg_type"]
            for m in kernel.messages
            if m["msg_type"] != "leakhunter_event"
        ]
        self.events = len(kernel.messages) - len(self.messages)
        self.facts = {name: kernel.value(code) for name, code in FACTS.items()}


def said(messages, sent):
    """What a cell shows, adjacent pieces of a stream joined; no process number."""
    found = []
    for message in messages:
        kind, content = message["msg_type"], message["content"]
        if message["parent_header"].get("msg_id") != sent or kind not in SHOWN:
            continue
        if kind == "stream":
            text = re.sub(r"ipykernel_\d+", "ipykernel", content["text"])
            last = found[-1] if found else None
            if last and last[:2] == [kind, content["name"]]:
                last[2] += text
                continue
            content = [content["name"], text]
        found.append([kind, *(content if isinstance(content, list) else [content])])
    return found


def look_at_everything(kernel):
    """What a front end and a curious user ask for after a cell."""
    kernel.ask("check", request="c1")
    report = kernel.event("checked", "c1")["report"]
    kernel.run("%leakcheck", silent=True)
    kernel.run("%leakcheck cells", silent=True)
    kernel.magic("")
    ids = [f["id"] for f in report["findings"]]
    if ids:
        kernel.run(f"%leakcheck {ids[0]}", silent=True)
        kernel.ask("preview", request="p1", ids=ids)
        kernel.event("previewed", "p1")


@pytest.fixture(scope="module")
def plain():
    with RealKernel() as kernel:
        return Told(kernel)


@pytest.fixture(scope="module")
def watched():
    with RealKernel() as kernel:
        kernel.load()
        kernel.hello()
        told = Told(kernel, look_at_everything)
        found = kernel.magic("")["findings"]
        told.found = {name for f in found for name in f["names"]}
        return told


@pytest.fixture(scope="module")
def loaded():
    with RealKernel() as kernel:
        kernel.load()
        return Told(kernel)


@pytest.mark.parametrize("fact", FACTS)
def test_as_without_us(fact, plain, watched):
    assert plain.facts[fact] == watched.facts[fact]


@pytest.mark.parametrize("cell", range(len(NOTEBOOK)))
def test_a_cell_shows_what_it_shows_without_us(cell, plain, watched):
    assert plain.cells[cell] == watched.cells[cell]


def test_there_was_something_to_look_at(watched, plain):
    assert "big" in watched.found
    assert watched.events > 20
    assert [] == plain.facts["garbage that is waited for"][0]
    assert "KeyError" in plain.facts["the last error"][0]


def test_without_hello_nothing_more_is_sent(plain, loaded):
    # the reply to the activation itself is the kernel's own busy and idle
    assert 0 == loaded.events
    extra = len(loaded.messages) - len(plain.messages)
    assert plain.messages == loaded.messages[extra:]
    assert {"status"} >= set(loaded.messages[:extra])
    assert plain.cells == loaded.cells
    assert plain.facts == loaded.facts


SPECIAL = """
import numpy as np, pandas as pd
calls = []
def note(name):
    calls.append(name)

METHODS = '''repr str eq ne lt hash bool len sizeof iter contains dir index int float format
 reduce reduce_ex getstate length_hint array array_interface dataframe call enter exit getitem
 missing del_ instancecheck subclasscheck'''.split()

def recorded(name, result):
    def method(self, *args, **kwargs):
        note(name)
        return result
    return method

class Meta(type):
    def __getattribute__(cls, name):
        note('type.' + name)
        return super().__getattribute__(name)
    def __instancecheck__(cls, other):
        note('instancecheck')
        return False
    def __subclasscheck__(cls, other):
        note('subclasscheck')
        return False
    def __len__(cls):
        note('len of a class')
        return 0
    def __bool__(cls):
        note('bool of a class')
        return False
    __name__ = property(lambda cls: note('name'))
    __module__ = property(lambda cls: note('module'))
    __mro__ = property(lambda cls: note('mro'))

class Shy:
    __repr__ = recorded('repr', 'shy')
    __str__ = recorded('str', 'shy')
    __eq__ = recorded('eq', False)
    __ne__ = recorded('ne', False)
    __bool__ = recorded('bool', False)
    __len__ = recorded('len', 0)
    __sizeof__ = recorded('sizeof', 0)
    __iter__ = recorded('iter', iter(()))
    __contains__ = recorded('contains', False)
    __dir__ = recorded('dir', [])
    __index__ = recorded('index', 0)
    __format__ = recorded('format', '')
    __reduce_ex__ = recorded('reduce', 'x')
    __getitem__ = recorded('getitem', None)
    __call__ = recorded('call', None)
    __length_hint__ = recorded('length_hint', 0)
    __array__ = recorded('array', None)
    __array_interface__ = property(recorded('array_interface', None))
    _repr_mimebundle_ = property(recorded('mimebundle', None))
    nbytes = property(recorded('nbytes', 0))
    shape = property(recorded('shape', 0))
    dtype = property(recorded('dtype', 0))
    base = property(recorded('base', 0))
    __class__ = property(recorded('class', dict))
    __dict__ = property(recorded('dict', {}))
    def __hash__(self):
        note('hash')
        return object.__hash__(self)
    def __getattr__(self, name):
        note('getattr ' + name)
        raise AttributeError(name)
    def __getattribute__(self, name):
        note('getattribute ' + name)
        return object.__getattribute__(self, name)

def keep(thing, data):
    object.__setattr__(thing, 'data', data)

class ShyList(Shy, list): pass
class ShyDict(Shy, dict): pass
class ShyText(Shy, str): pass
class ShyNumber(Shy, int): pass
class ShyTuple(Shy, tuple): pass
class ShyError(Shy, Exception): pass
class ShyArray(Shy, np.ndarray): pass
class ShyFrame(Shy, pd.DataFrame): pass
class ShyMeta(metaclass=Meta): pass
"""

MAKE = {
    "Shy": "thing = Shy(); keep(thing, np.ones(400_000))",
    "ShyList": "thing = ShyList([np.ones(400_000)])",
    "ShyDict": "thing = ShyDict({'k': np.ones(400_000)})",
    "ShyText": "thing = ShyText('x' * 3_000_000)",
    "ShyNumber": "thing = ShyNumber(1 << 30_000_000)",
    "ShyTuple": "thing = ShyTuple([np.ones(400_000)])",
    "ShyError": "thing = ShyError(np.ones(400_000))",
    "ShyArray": "thing = np.ndarray.__new__(ShyArray, 400_000)",
    "ShyFrame": "thing = ShyFrame(np.ones((400_000, 2)))",
    "ShyMeta": "thing = ShyMeta(); thing.data = np.ones(400_000)",
    "the class": "thing = ShyMeta; type.__setattr__(ShyMeta, 'data', np.ones(400_000))",
}


@pytest.fixture(scope="module")
def shy():
    """A kernel in which nobody may touch what the user made."""
    with RealKernel() as kernel:
        kernel.load()
        kernel.hello()
        kernel.run(SPECIAL)
        yield kernel


@pytest.mark.parametrize("kind", MAKE)
def test_no_special_method_is_called(kind, shy):
    """Named, in containers, as a key, waited for, found, previewed, taken back."""
    shy.run(
        f"{MAKE[kind]}\nbox = [thing, (thing, [thing])]\nother = box\ncalls.clear()"
    )
    for i in range(3):
        shy.run(f"x = {i}")
        look_at_everything(shy)
    assert [] == shy.value("calls")
    found = {n for f in shy.magic("")["findings"] for n in f["names"]}
    if kind != "the class":
        assert found & {"thing", "box", "other"}, found
    shy.run("del thing, box, other\ncalls.clear()")
    look_at_everything(shy)
    assert [] == shy.value("[c for c in calls if c != 'del']")


def test_a_shown_one_is_only_touched_by_ipython(kernel_maker):
    calls = []
    for watch in (False, True):
        kernel = kernel_maker()
        if watch:
            kernel.load()
            kernel.hello()
        kernel.run(SPECIAL)
        kernel.run(
            "class Shown(ShyList):\n"
            "    __class__ = property(lambda self: Shown)\n"
            "    __repr__ = recorded('repr', 'shown')\n"
            "    _repr_mimebundle_ = None\n"
            "thing = Shown([np.ones(400_000)])\ncalls.clear()"
        )
        kernel.run("thing")
        kernel.run("x = 1")
        if watch:
            look_at_everything(kernel)
            (finding,) = kernel.magic("")["findings"]
            assert "Out[3]" in finding["path"]
        calls.append(kernel.value("calls"))
    assert calls[0] == calls[1]


def test_a_fault_of_ours_stays_with_us(kernel_maker):
    """Cells run clean, and nothing is printed, when all our readings fail."""
    cells = []
    for broken in (False, True):
        kernel = kernel_maker()
        if broken:
            kernel.load()
            kernel.hello()
            kernel.run(
                "def _boom(*a, **k): raise RuntimeError('a fault of ours')\n"
                "import leakhunter.record.meter, leakhunter.hunter\n"
                "leakhunter.record.meter.Meter.status = _boom\n"
                "leakhunter.record.meter.Meter.rss = _boom\n"
                "leakhunter.hunter.Hunter.checking = _boom\n"
                "leakhunter.hunter.Hunter.memory = _boom\n"
                "del leakhunter, _boom",
                silent=True,
            )
        start = len(kernel.messages)
        for source in ("x = 1", "print(x)", "x + 1", "1 / 0", "print('still here')"):
            kernel.wait(kernel.send(source))
        cells.append(
            [
                (m["msg_type"], m["content"])
                for m in kernel.messages[start:]
                if m["msg_type"] in SHOWN
            ]
        )
        assert 1 == kernel.value("x")
    assert cells[0] == cells[1]


def test_a_wish_that_fails_is_answered_and_leaves_the_last_error(kernel):
    kernel.hello()
    kernel.wait(kernel.send("{}['mine']"))
    kernel.run(
        "import leakhunter.hunter\n"
        "def _boom(*a, **k): raise RuntimeError('a fault of ours')\n"
        "leakhunter.hunter.Hunter.checking = _boom\ndel leakhunter, _boom",
        silent=True,
    )
    kernel.ask("check", request="c1")
    assert "RuntimeError" in kernel.event("refused", "c1")["message"]
    assert "KeyError('mine')" == kernel.value("repr(__import__('sys').last_value)")
    kernel.run("x = 1")


def test_refusals_leave_the_last_error(kernel):
    kernel.wait(kernel.send("{}['mine']"))
    for line in (
        "nonsense",
        "clear",
        "clear nothing",
        "99",
        "--what",
        "clear 1-9 --yes",
    ):
        kernel.run(f"%leakcheck {line}", silent=True)
        kernel.run(f"%leakcheck {line}")
    assert "KeyError('mine')" == kernel.value("repr(__import__('sys').last_value)")


def test_no_reference_is_kept(kernel):
    """What the user deletes between two checks is gone at once."""
    kernel.hello()
    kernel.run("import gc; gc.disable()\nimport numpy as np, weakref")
    for made in ("np.ones(400_000)", "np.ones((400_000, 2)).view(np.matrix)"):
        kernel.run(f"big = {made}\nref = weakref.ref(big)")
        kernel.run("x = 1")
        look_at_everything(kernel)
        kernel.run("del big\ngone = ref() is None")
        assert kernel.value("gone"), made
    kernel.run("class Mine: pass\nmine = Mine(); mine.data = np.ones(400_000)")
    kernel.run("ref = weakref.ref(mine); data = weakref.ref(mine.data)")
    look_at_everything(kernel)
    assert 2 == kernel.value("weakref.getweakrefcount(mine) + 1")
    kernel.run("del mine\ngone = [ref() is None, data() is None]")
    assert [True, True] == kernel.value("gone")


CACHES = """
import gc, sys, weakref
import numpy as np, pandas as pd
class Mine:
    def __init__(self): self.data = np.ones(400_000)
mine, held = Mine(), [Mine()]
big = np.ones(400_000)
small = big[:3]
frame = pd.DataFrame({'x': np.arange(400_000.0), 't': ['a', 'b'] * 200_000})
column = frame['x']
used = pd.Index(np.arange(400_000) * 2)
4 in used, used.is_unique
fresh = pd.Index(np.arange(400_000) * 3)
levels = pd.MultiIndex.from_product([range(700), range(700)])
part = levels[:5]
ranged = pd.RangeIndex(400_000)
sorted_rows = frame.sort_values('x').loc[5:10]
groups = frame.groupby('t')
_all = dict(mine=mine, first=held[0], big=big, small=small, frame=frame, column=column, used=used, fresh=fresh,
            levels=levels, part=part, ranged=ranged, rows=sorted_rows, groups=groups, manager=frame._mgr)
_facts = {
    'references': lambda one: sys.getrefcount(one),
    'attributes': lambda one: sorted(object.__getattribute__(one, '__dict__')) if hasattr(one, '__dict__') else [],
    'cache': lambda one: sorted(getattr(one, '_cache', ())),
    'items': lambda one: sorted(map(str, getattr(one, '_item_cache', ()))),
}
def facts():
    return {what: {name: fact(one) for name, one in _all.items()} for what, fact in _facts.items()}
def weak():
    return {name: weakref.getweakrefcount(one) for name, one in _all.items()}
facts(), weak()
"""


def test_no_cache_is_filled_and_no_reference_kept(kernel):
    """Indexes get no lookup tables, frames no cached columns, and nothing a reference."""
    kernel.hello()
    kernel.run(CACHES)
    kernel.run("x = 1")
    before, weak = kernel.value("facts()"), kernel.value("weak()")
    for i in range(2):
        look_at_everything(kernel)
        for line in ("vars", "why levels", "frees frame column", "refs used", "gc"):
            kernel.run(f"%leakcheck {line}", silent=True)
        kernel.run(f"x = {i}")
    assert before == kernel.value("facts()")
    assert [] == before["cache"]["fresh"]
    assert "_engine" in before["cache"]["used"]
    # what is watched by us has one more weak reference, which calls nothing
    watched = kernel.value("weak()")
    assert {"mine", "first"} <= {n for n in watched if weak[n] == watched[n]}
    assert {0, 1} >= {watched[name] - weak[name] for name in watched}


def test_what_is_kept_does_not_grow_with_checks(kernel):
    """Not by one object, tracked or not, a check: counted in three series after a first one.

    Python keeps the name of each attribute that it looks up in a class, up to
    4,096 of them by their address: every name that C code spells out is a new one.
    """
    kernel.run("import numpy as np\nbig = np.ones(3_000_000)\nsmall = big[:3]")
    for i in range(4):
        kernel.run(f"x = {i}")
    kernel.run(
        "import gc, sys, leakhunter as _l\n_grown = []\n"
        "def _kept():\n"
        "    gc.collect(); sys._clear_type_cache()\n"
        "    return len(gc.get_objects()), sys.getallocatedblocks()",
        silent=True,
    )
    for _ in range(4):
        kernel.run(
            "_before = _kept()\n"
            "for _k in range(70): _l.check()\n"
            "_grown.append([after - before for before, after in zip(_before, _kept())])\n",
            silent=True,
        )
    tracked, blocks = zip(*kernel.value("_grown")[1:], strict=True)
    assert 70 > min(tracked)
    assert 70 > min(blocks)


def test_many_reports_do_not_grow_the_process(kernel):
    kernel.run(
        "import numpy as np\nbig = np.ones(3_000_000)\nrows = [{i: str(i)} for i in range(5000)]"
    )
    for i in range(4):
        kernel.run(f"x = {i}")
    ask = "import leakhunter as _l, ctypes as _c\nfor _k in range({}): _l.check()\n_c.CDLL(None).malloc_trim(0)\ndel _l, _c, _k"
    kernel.run(ask.format(15), silent=True)
    rss = "int(open('/proc/self/statm').read().split()[1]) * 4096"
    before = kernel.value(rss)
    kernel.run(ask.format(60), silent=True)
    assert kernel.value(rss) - before < 2_000_000


def test_unloading_leaves_nothing(kernel_maker):
    probe = (
        "[sorted(get_ipython().magics_manager.magics['line']),"
        " {k: len(v) for k, v in get_ipython().events.callbacks.items()},"
        " sorted(t.name for t in __import__('threading').enumerate()),"
        " sorted(n for n in globals() if n != '_j'),"
        " [t for t in map(os.readlink, filter(os.path.islink, glob.glob('/proc/self/fd/*'))) if t[:6] == '/proc/'],"
        " len(__import__('gc').callbacks)]"
    )
    kernel = kernel_maker()
    kernel.run("import glob, os, numpy as np\nbig = np.ones(3_000_000)")
    kernel.run("x = 1")
    before = kernel.value(probe)
    kernel.load()
    kernel.hello()
    look_at_everything(kernel)
    assert before != kernel.value(probe)
    kernel.run("%unload_ext leakhunter", silent=True)
    kernel.event("unloaded")
    assert before == kernel.value(probe)
