"""``child-processes``: who left workers running, what they hold alone, and how they end."""

from __future__ import annotations

import json
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and fork")
np = pytest.importorskip("numpy", reason="no numpy here")
MB = 1_000_000

WARM = (
    "import numpy as np, multiprocessing as mp\n"
    "ctx = mp.get_context('fork')\n"
    "def warm(i):\n"
    "    global kept\n"
    "    kept = np.ones(2_000_000)\n"
    "    import time; time.sleep(0.2)\n"
    "    return i\n"
)


def children(session):
    return [f for f in session.findings() if f.kind == "child-processes"]


def told(finding):
    return finding.verdict, finding.label, finding.group, finding.names


def test_a_pool_that_was_never_closed(session):
    session(WARM)
    session("crew = ctx.Pool(2)\nr = crew.map(warm, range(4), 1)")
    (found,) = children(session)
    assert ("leak", "Open", "check", ["crew"]) == told(found)
    assert 3 == found.cell.execution_count
    assert "2 worker processes" in found.reason
    assert "clear" == found.remedy.action
    receipt = json.loads(session(f"%leakcheck clear {found.id} --yes --json"))
    assert receipt["measured"] >= 0.8 * found.bytes >= 20 * MB
    assert [] == children(session)


def test_an_executor_is_named_not_the_list_of_its_results(session):
    session(WARM)
    session(
        "from concurrent.futures import ProcessPoolExecutor\n"
        "ex = ProcessPoolExecutor(2, mp_context=ctx)\n"
        "done = [f.result() for f in [ex.submit(warm, i) for i in range(4)]]"
    )
    (found,) = children(session)
    assert ("leak", "Open", "check", ["ex"]) == told(found)
    assert "ex.shutdown()" == found.fix
    session(f"%leakcheck clear {found.id} --yes --json")
    assert [] == children(session)


def test_a_process_that_the_user_started_and_still_names_is_wanted(session):
    session(WARM)
    session(
        "ready = ctx.Event()\n"
        "def serve():\n    big = np.ones(3_000_000); ready.set()\n    import time; time.sleep(60)\n"
        "server = ctx.Process(target=serve, daemon=True); server.start(); r = ready.wait(30)"
    )
    assert [] == children(session)
    session("x = 1")
    (found,) = children(session)
    assert ("suspect", "Open", "check", ["server"]) == told(found)
    assert ("advice", "server.terminate()") == (
        found.remedy.action, found.remedy.code,
    )  # fmt: skip
    session("server.terminate(); server.join()")


FORKS = (
    "ps = [mp.get_context('fork').Process(target=time.sleep, args=(60,), daemon=True) for _ in range(2)]\n"
    "for p in ps: p.start()"
)
CHILDREN = (
    "sum(f.frees for f in __import__('leakhunter').check().findings"
    " if f.kind == 'child-processes')"
)


def test_pages_that_a_fork_shares_are_not_its_own(kernel):
    """Until the kernel lets go of them: then only its forks keep them, and together."""
    kernel.hello()
    kernel.run("import multiprocessing as mp, time\nbig = b'x' * 80_000_000")
    kernel.run(FORKS)
    kernel.run("x = 1")
    # the kernel has written to some of what it had before the fork
    before = kernel.value(CHILDREN)
    assert before < 60_000_000
    kernel.run("del big")
    kernel.run("x = 2")
    assert 79_000_000 < kernel.value(CHILDREN) - before < 100_000_000
    kernel.run("for p in ps: p.kill(); p.join()")


def test_joblibs_workers_are_its_executors(session):
    pytest.importorskip("joblib", reason="no joblib here")
    session(
        "import numpy as np\nfrom joblib import Parallel, delayed\n"
        "def work(seed):\n    global held\n    held = np.ones(3_000_000)\n    return seed"
    )
    session("r = Parallel(n_jobs=2)(delayed(work)(i) for i in range(4))")
    (found,) = children(session)
    assert ("leak", "Open", "check", ["loky"]) == told(found)
    session(f"%leakcheck clear {found.id} --yes --json")
    assert [] == children(session)
