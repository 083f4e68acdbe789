"""Small programs with known truth, proved in a real kernel: no clean or bounded one is called a leak, each steady leak is."""

from __future__ import annotations

import pytest
from kernels import RealKernel

LEAKS = {
    "list": ("kept = []", "kept.append(object())"),
    "list, five a run": ("kept = []", "kept += [object() for _ in range(5)]"),
    "one in two runs": ("kept, n = [], 0", "n += 1\nif n % 2: kept.append([n])"),
    "one in two by chance": (
        "import random\nrng, kept = random.Random(3), []",
        "if rng.random() < 0.5: kept.append([])",
    ),
    "noisy": (
        "import random\nrng, kept = random.Random(7), []",
        "kept += [object() for _ in range(rng.randint(0, 3))]\ndel kept[:rng.randint(0, 1)]",
    ),
    "beside noise": (
        "import random\nrng, kept, noise = random.Random(7), [], []",
        "kept.append([])\nnoise[:] = [[] for _ in range(rng.randrange(20))]",
    ),
    "dict": ("table = {}", "table[len(table)] = bytes(100)"),
    "dict of lists": ("log = {'loss': [], 'acc': []}", "log['loss'].append([0.5])"),
    "defaultdict": (
        "import collections\nby = collections.defaultdict(list)\nn = 0",
        "n += 1\nby[n].append(n)",
    ),
    "set": ("seen, n = set(), 0", "n += 1\nseen.add(f'key {n}')"),
    "deque": ("import collections\nq = collections.deque()", "q.append(object())"),
    "queue": ("import queue\nq = queue.Queue()", "q.put(object())"),
    "tuple bound anew": ("t = ()", "t = (*t, object())"),
    "text": ("text = ''", "text += 'another line of the log\\n'"),
    "bytearray": ("buffer = bytearray()", "buffer.extend(bytes(1000))"),
    "cache": (
        "import functools\n@functools.lru_cache(maxsize=None)\ndef f(n): return [n]\nn = 0",
        "n += 1\nf(n)",
    ),
    "cache on a method": (
        "import functools\nclass Model:\n    @functools.lru_cache(maxsize=None)\n    def fit(self): return 1",
        "Model().fit()",
    ),
    "closure": (
        "def make():\n    kept = []\n    def f(): kept.append(object())\n    return f\nf = make()",
        "f()",
    ),
    "class attribute": (
        "class Node:\n    made = []\n    def __init__(self): self.made.append(self)",
        "Node()",
    ),
    "attribute of an attribute": (
        "class History: pass\nclass Model: pass\nm = Model(); m.history = History(); m.history.rows = []",
        "m.history.rows.append([1])",
    ),
    "callbacks": (
        "class Bus:\n    def __init__(self): self.handlers = []\nbus = Bus()",
        "bus.handlers.append(lambda: 1)",
    ),
    "own module": (
        "open('own_rows.py', 'w').write('rows = []\\ndef add(x): rows.append(x)\\n')\nimport own_rows",
        "own_rows.add(object())",
    ),
    "logging handlers": (
        "import logging",
        "logging.getLogger('mine').addHandler(logging.NullHandler())",
    ),
    "exit functions": (
        "import atexit\nclass Job:\n    def end(self): pass",
        "atexit.register(Job().end)",
    ),
    "generators": (
        "def rows():\n    yield 1\n    yield 2\nopened = []",
        "g = rows(); next(g); opened.append(g)",
    ),
    "exceptions": (
        "errors = []",
        "try: 1 / 0\nexcept ZeroDivisionError as e: errors.append(e)",
    ),
    "threads": (
        "import threading\nstop = threading.Event()",
        "threading.Thread(target=stop.wait, daemon=True).start()",
    ),
    "native": (
        "import ctypes\nlibc = ctypes.CDLL(None); libc.malloc.restype = ctypes.c_void_p",
        "p = libc.malloc(50_000)",
    ),
    "array": (
        "np = __import__('numpy')\na = np.zeros(0)",
        "a = np.append(a, np.ones(10))",
    ),
    "arrays in a list": ("np = __import__('numpy')\nkept = []", "kept.append(np.ones(100))"),
    "figures": (
        "import matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot as plt",
        "plt.figure(figsize=(1, 1))",
    ),
    "frames": (
        "pd = __import__('pandas')\ndf = pd.DataFrame({'a': range(9)})\nparts = []",
        "parts.append(df.copy())",
    ),
    "frame that grows": (
        "pd = __import__('pandas')\none = pd.DataFrame({'a': range(9)})\nwhole = one",
        "whole = pd.concat([whole, one])",
    ),
    "chain": (
        "class Node:\n    def __init__(self, before): self.before = before\nlast = None",
        "last = Node(last)",
    ),
    "one in three": (
        "kept, n = [], 0",
        "n += 1\nif n % 3 == 0: kept.append([])",
    ),
    "slots": (
        "class Run:\n    __slots__ = ('rows',)\n    def __init__(self): self.rows = []\nrun = Run()",
        "run.rows.append([])",
    ),
    "subclasses that register": (
        "class Base:\n    known = []\n    def __init_subclass__(cls): Base.known.append(cls)",
        "class Own(Base): pass",
    ),
    "modules": (
        "import sys, types\nn = 0",
        "n += 1\nsys.modules[f'made_{n}'] = types.ModuleType(f'made_{n}')",
    ),
    "finalizers": (
        "import weakref\nclass Job: pass\njob = Job()",
        "weakref.finalize(job, int)",
    ),
    "column a run": (
        "pd = __import__('pandas')\ndf, n = pd.DataFrame({'a': range(9)}), 0",
        "n += 1\ndf[f'c{n}'] = 1.0",
    ),
    "numbers in an array": (
        "import array\na = array.array('d')",
        "a.extend([0.5] * 100)",
    ),
    "buffer": (
        "import io\nbuffer = io.BytesIO()",
        "buffer.write(bytes(5000))",
    ),
    "maps of memory": (
        "import mmap\nmaps = []",
        "maps.append(mmap.mmap(-1, 100_000))",
    ),
    "path": (
        "import sys",
        "sys.path.append('/nowhere')",
    ),
    "filters": (
        "import warnings\nn = 0",
        "n += 1\nwarnings.filterwarnings('ignore', message=f'about {n}')",
    ),
    "sqlite": (
        "import sqlite3\ndb = sqlite3.connect(':memory:')\nx = db.execute('create table t (x)')",
        "x = db.execute('insert into t values (?)', ('x' * 20_000,))",
    ),
    "object array": (
        "np = __import__('numpy')\nn, a = 0, np.empty(100, object)\nfor i in range(100): a[i] = []",
        "n += 1\na[n % 3].append([n])",
    ),
}  # fmt: skip

OTHERWISE = {"noisy", "beside noise", "queue"}
"""Programs that take out of a container too, or fill one of a library's: that is told, not put back."""

CACHED = (
    "import functools\n@functools.lru_cache(maxsize={})\ndef f(n): return [n]\nn = 0"
)
OWN = (
    "import collections\nclass Own:\n"
    "    def __init__(self): self.rows = collections.OrderedDict()\n"
    "    def put(self, key):\n"
    "        self.rows[key] = [key]\n"
    "        if len(self.rows) > {}: self.rows.popitem(last=False)\n"
    "own, n = Own(), 0"
)

FINE = {
    "sum": ("x = 0", "x = sum(range(1000))"),
    "counter": ("n = 0", "n += 1"),
    "bound anew": ("x = []", "x = [object() for _ in range(100)]"),
    "cycles": ("class N: pass", "a, b = N(), N(); a.b, b.a = b, a"),
    "much printed": ("", "for i in range(100): print('x' * 100)"),
    "caught": ("", "try: {}['x']\nexcept KeyError as e: pass"),
    **{f"cache of {m}": (CACHED.format(m), "n += 1\nf(n)") for m in (1, 8, 64, 1000)},
    "cache of 128, three a run": (CACHED.format(128), "for _ in range(3):\n    n += 1; f(n)"),
    **{
        f"deque of {m}": (f"import collections\nq = collections.deque(maxlen={m})", "q.append([])")
        for m in (3, 16, 500)
    },
    **{f"own cache of {m}": (OWN.format(m), "n += 1\nown.put(n)") for m in (2, 6, 16)},
    "emptied at 16": ("d = {}", "d[len(d)] = []\nif len(d) > 15: d.clear()"),
    "warm-up": ("d = {}", "d.setdefault('model', [[] for _ in range(100)])"),
    "sawtooth": ("kept = []", "kept.append([])\nif len(kept) == 7: kept.clear()"),
    "pool": (
        "pool = [[] for _ in range(4)]",
        "one = pool.pop()\none[:] = [[]] * 10\npool.insert(0, one)",
    ),
    "import": ("", "import fractions, decimal\nx = fractions.Fraction(1, 3)"),
    "patterns": ("import re\nn = 0", "n += 1\nre.compile(f'a{n}')"),
    # the cache is full of what a library holds too: what it throws out lives on
    "patterns of a library": (
        """
import re, sys, types
n = 0
library = sys.modules['lh_library'] = types.ModuleType('lh_library')
library.patterns = [re.compile(f'z{i}') for i in range(512)]
del library
""",
        "n += 1\nre.compile(f'a{n}')",
    ),
    "queue of 100": (
        "import queue\nq = queue.Queue(maxsize=100)",
        "if q.full(): q.get()\nq.put([])",
    ),
    "fills up": (
        "import random\nrng, seen = random.Random(1), set()",
        "for _ in range(3): seen.add(rng.randrange(12))",
    ),
    "weak": (
        "import weakref\nclass N: pass\nw, n = weakref.WeakValueDictionary(), 0",
        "n += 1\nw[n] = N()",
    ),
    "noise": (
        "import random\nrng, kept = random.Random(1), []",
        "kept = [[] for _ in range(rng.randrange(10))]",
    ),
    "array": ("np = __import__('numpy')", "a = np.random.rand(1000); b = a @ a"),
    "figures closed": (
        "import matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot as plt",
        "fig = plt.figure(figsize=(1, 1)); plt.close(fig)",
    ),
    "frames": (
        "pd = __import__('pandas')\ndf = pd.DataFrame({'a': range(9), 'b': range(9)})",
        "out = df.merge(df, on='a').groupby('a').sum()",
    ),
    "ring": (
        "ring, n = [None] * 16, 0",
        "n += 1\nring[n % 16] = [n]",
    ),
    "keys that come back": (
        "seen, n = {}, 0",
        "n += 1\nseen[n * 7 % 16] = [n]",
    ),
    "last 16": (
        "log = []",
        "log.append([])\nlog[:] = log[-16:]",
    ),
    "best 10": (
        "import heapq\nbest, n = [], 0",
        "n += 1\nheapq.heappush(best, n * 7919 % 101)\nif len(best) > 10: heapq.heappop(best)",
    ),
    "class anew": (
        "",
        "class Own:\n    def __init__(self): self.me = self\nown = Own()",
    ),
    "threads that end": (
        "import threading",
        "t = threading.Thread(target=sum, args=([1, 2],)); t.start(); t.join()",
    ),
    "sawtooth of two": (
        "kept, n = [], 0",
        "n += 1\nkept.extend([[], []])\nif n % 5 == 0: kept.clear()",
    ),
    "pool that fills": (
        "import collections\nfree = collections.deque()",
        "taken = [free.pop() if free else bytearray(1000) for _ in range(12)]\nfree.extend(taken)",
    ),
    "weak set": (
        "import weakref\nclass N: pass\nkept, all_ = N(), weakref.WeakSet()",
        "all_.add(N())",
    ),
    "saved figure": (
        "import io, matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot as plt",
        "fig, ax = plt.subplots(figsize=(1, 1)); ax.plot([1, 2]); fig.savefig(io.BytesIO()); plt.close(fig)",
    ),
    "text cut": (
        "text = ''",
        "text = (text + 'x' * 100)[-1000:]",
    ),
    "frame cut": (
        "pd = __import__('pandas')\nlog = pd.DataFrame({'a': range(5)})",
        "log = pd.concat([log, log.head(1)]).tail(16)",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def kernel():
    for library in ("numpy", "pandas", "matplotlib"):
        pytest.importorskip(library, reason=f"no {library} here")
    with RealKernel() as kernel:
        kernel.load()
        yield kernel


def proved(kernel, setup, cell):
    """The proof for a cell, in a session that holds nothing else."""
    kernel.run(setup or "pass")
    kernel.run(cell)
    count = kernel.value("get_ipython().execution_count") - 1
    before = kernel.value("sorted(n for n in globals() if n[:1] != '_')")
    proof = kernel.magic(f"prove [{count}] --yes")
    assert before == kernel.value("sorted(n for n in globals() if n[:1] != '_')")
    kernel.run("%reset -f")
    return proof


@pytest.mark.parametrize("name", LEAKS)
def test_a_steady_leak_is_a_leak(kernel, name):
    proof = proved(kernel, *LEAKS[name])
    assert ("leak", 32) == (proof["verdict"], proof["runs"]), proof
    assert (name in OTHERWISE) == bool(proof["kept"])


@pytest.mark.parametrize("name", FINE)
def test_a_clean_or_bounded_program_is_none(kernel, name):
    proof = proved(kernel, *FINE[name])
    assert proof["verdict"] in ("clean", "plateau"), proof
