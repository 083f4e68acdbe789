"""Child processes: real ones, and a made-up system for what depends on time and chance."""

from __future__ import annotations

import mmap
import multiprocessing
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from leakhunter.record import children as module
from leakhunter.record import procfs
from leakhunter.record.children import Children, worker_names
from leakhunter.record.processes import Elsewhere, Facts, Held, Resident

MB = 1_000_000
PLENTY = 10.0
linux = pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


# ------------------------------------------------------------- real processes


@contextmanager
def fork(work=lambda: None):
    """A fork of this process that has done its work, keeps the result, and waits."""
    ready, done = os.pipe()
    stop, end = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            kept = work()
            os.write(done, b"1")
            os.read(stop, 1)
            del kept
        finally:
            os._exit(0)
    os.close(done)
    assert b"1" == os.read(ready, 1)
    try:
        yield pid
    finally:
        os.write(end, b"1")
        os.waitpid(pid, 0)
        for fd in (ready, stop, end):
            os.close(fd)


@contextmanager
def python(source, *arguments, script=None):
    """A new Python that has run this, keeps it, and waits; yields it and what it printed."""
    waits = f"import subprocess, sys\n{source}\nprint(flush=True)\nsys.stdin.read()"
    if script is not None:
        script.write_text(waits)
    program = [sys.executable, *(["-c", waits] if script is None else [script])]
    process = subprocess.Popen(
        [*program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    said = process.stdout.readline().strip()
    try:
        yield process, said
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


GRANDCHILD = """
inner = "import sys; kept = b'1' * 30_000_000; print(flush=True); sys.stdin.read()"
p = subprocess.Popen([sys.executable, "-c", inner], stdout=subprocess.PIPE)
p.stdout.readline()
print(p.pid, end="")
"""


def hold(size, pipe):
    """What a worker of multiprocessing does: make something and wait."""
    kept = b"1" * size
    pipe.send(len(kept))
    pipe.recv()


@contextmanager
def worker(method, size):
    context = multiprocessing.get_context(method)
    # shells of other tests leave a `__main__` of their own, which lacks it
    sys.modules["__main__"].__dict__.setdefault("__spec__", None)
    here, there = context.Pipe()
    process = context.Process(target=hold, args=(size, there), name="a worker")
    process.start()
    assert size == here.recv()
    try:
        yield process
    finally:
        here.send(None)
        process.join()


def shared(size):
    """Memory that forks go on sharing when it is written."""
    data = mmap.mmap(-1, size)
    data[:: mmap.PAGESIZE] = b"1" * len(range(0, size, mmap.PAGESIZE))
    return data


def no_runs(_after):
    return []


@pytest.fixture
def children():
    """The children that this test starts: those there before it are not told."""
    made = Children(no_runs)
    older = {child.pid for child in made.look(0)}

    def look(*arguments, budget=PLENTY, **options):
        found = made.look(*arguments or (0,), budget=budget, **options)
        return {child.pid: child for child in found if child.pid not in older}

    return look


@linux
def test_a_fork_that_writes_nothing_holds_nothing(children):
    kept = b"1" * (200 * MB)
    with fork() as pid:
        child = children()[pid]
    assert child.bytes < 5 * MB
    assert child.resident > 200 * MB
    assert (True, True, False) == (child.alive, child.forked, child.zombie)
    assert os.getpid() == child.parent
    del kept


@linux
def test_a_fork_holds_what_it_makes(children):
    kept = b"1" * (100 * MB)
    with fork(lambda: b"1" * (50 * MB)) as pid:
        assert 50 * MB == pytest.approx(children()[pid].bytes, rel=0.1)
    del kept


@linux
def test_a_fork_holds_the_pages_that_it_writes(children):
    kept = bytearray(b"1") * (100 * MB)

    def write():
        kept[: 50 * MB] = b"2" * (50 * MB)

    with fork(write) as pid:
        assert 50 * MB == pytest.approx(children()[pid].bytes, rel=0.1)


@linux
def test_a_fork_holds_what_its_parent_let_go(children):
    kept = [b"1" * (100 * MB)]
    with fork() as pid:
        before = children()[pid].bytes
        kept.clear()
        assert 100 * MB == pytest.approx(children()[pid].bytes - before, rel=0.05)


@linux
def test_shared_memory_belongs_to_nobody(children):
    kept = shared(50 * MB)
    with fork(lambda: kept.write(b"2" * len(kept))) as pid:
        assert children()[pid].bytes < 5 * MB
    with fork(lambda: shared(50 * MB)) as pid:
        assert children()[pid].bytes < 5 * MB
    kept.close()


@linux
def test_a_program_holds_what_it_makes(children):
    with python("") as (empty, _), python("kept = b'1' * 50_000_000") as (full, _):
        found = children()
    made = found[full.pid].bytes - found[empty.pid].bytes
    assert 50 * MB == pytest.approx(made, rel=0.1)
    assert not found[full.pid].forked


@linux
def test_a_program_costs_no_walk(children):
    with python("kept = b'1' * 50_000_000") as (process, _):
        child = children(budget=0)[process.pid]
    assert child.fresh
    assert child.bytes > 50 * MB


@linux
def test_a_spawned_worker(children):
    with worker("spawn", 50 * MB) as process:
        found = children()
    child = found.pop(process.pid)
    assert ("a worker", False, False) == (child.name, child.forked, child.helper)
    assert 50 * MB < child.bytes < 90 * MB
    if found:  # it runs on, so an earlier test may have started it
        tracker = [("resource_tracker", True)]
        assert tracker == [(c.name, c.helper) for c in found.values()]


@linux
def test_a_forked_worker(children):
    with worker("fork", 50 * MB) as process:
        child = children()[process.pid]
    assert ("a worker", True, False) == (child.name, child.forked, child.helper)
    assert 50 * MB == pytest.approx(child.bytes, rel=0.1)


@linux
def test_a_pool(children):
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(abs, range(4))
        found = children().values()
    assert 2 == len(found)
    assert {True} == {c.name.startswith("ForkPoolWorker-") for c in found}
    assert {True} == {c.bytes < 10 * MB for c in found}


@linux
def test_a_child_of_a_child(children):
    with python(GRANDCHILD) as (process, said):
        found = children()
    assert {process.pid, int(said)} == found.keys()
    assert process.pid == found[int(said)].parent
    assert 30 * MB < found[int(said)].bytes < 50 * MB


@linux
def test_one_whose_parent_ended_is_followed(children):
    with python(GRANDCHILD) as (process, said):
        children()
        process.kill()
        process.wait()
        found = children()
        orphan = found[int(said)]
        assert (False, False) == (found[process.pid].alive, found[process.pid].zombie)
        assert orphan.alive
        assert process.pid != orphan.parent
        assert 30 * MB < orphan.bytes


@linux
def test_one_that_ended_is_told_once(children):
    with python("") as (process, _):
        assert children()[process.pid].alive
    child = children()[process.pid]
    assert (False, False, 0, 0) == (
        child.alive,
        child.zombie,
        child.bytes,
        child.resident,
    )
    assert {} == children()


@linux
def test_one_that_nobody_collected_is_left_to_its_parent(children):
    pid = os.fork()
    if pid == 0:
        os._exit(3)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    for _ in range(2):
        child = children(budget=0)[pid]
        assert (False, True, 0, True) == (
            child.alive,
            child.zombie,
            child.bytes,
            child.fresh,
        )
    assert (pid, 3) == (os.waitpid(pid, 0)[0], 3)
    assert not children()[pid].zombie
    assert {} == children()


@linux
def test_a_process_that_multiprocessing_has_not_joined_stays_so():
    process = multiprocessing.get_context("fork").Process(target=int)
    process.start()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert process.name == worker_names()[process.pid]
    assert None is process._popen.returncode
    process.join()
    assert 0 == process.exitcode


@forks
def test_names_are_read_without_calling_the_user(monkeypatch):
    called = []

    class Nasty(multiprocessing.get_context("fork").Process):
        __dict__ = property(called.append)

        def __getattribute__(self, name):
            called.append(name)
            return super().__getattribute__(name)

        def __hash__(self):
            called.append("hash")
            return id(self)

        def __eq__(self, other):
            called.append("eq")
            return self is other

    process = Nasty(target=int, name="mine")
    process.start()
    pid = process.pid
    called.clear()
    names = worker_names()
    assert [] == called
    assert "mine" == names[pid]
    process.join()


def test_another_multiprocessing_gives_no_names(monkeypatch):
    for changed in (None, SimpleNamespace(), SimpleNamespace(BaseProcess=int)):
        monkeypatch.setitem(sys.modules, "multiprocessing.process", changed)
        assert {} == worker_names()


@linux
def test_arguments_are_not_shown(children, tmp_path):
    script = tmp_path / "train.py"
    with python("", "--token=hidden", script=script) as (process, _):
        name = children()[process.pid].name
    assert name.endswith(" train.py")
    assert "hidden" not in name
    with python("", "--token=hidden") as (process, _):
        name = children()[process.pid].name
    assert "hidden" not in name
    assert "import" not in name


@linux
def test_a_name_with_brackets_and_breaks(children):
    def rename():
        Path("/proc/self/comm").write_text("a) 1\t(b")

    with fork(rename) as pid:
        child = children()[pid]
    assert ("a) 1 (b", os.getpid()) == (child.name, child.parent)


@linux
def test_without_children_only_the_threads_are_asked(monkeypatch):
    children = Children(no_runs)
    read = []
    monkeypatch.setattr(procfs, "_read", lambda path: read.append(path) or b"")
    monkeypatch.setattr(module, "worker_names", lambda: read.append("names"))
    assert [] == children.look(0)
    threads = Path(f"/proc/{os.getpid()}/task").iterdir()
    assert [f"{thread}/children" for thread in threads] == read


@linux
def test_those_that_end_while_they_are_read(children):
    started = []
    for _ in range(30):
        started.append(subprocess.Popen(["true"]))
        children()
    assert {0} == {process.wait() for process in started}
    assert {False} >= {child.alive for child in children().values()}
    assert {} == children()


@linux
def test_a_linux_without_lists_finds_the_same(children, monkeypatch):
    with python(GRANDCHILD) as (process, said):
        system = procfs.Linux()
        listed = [f.pid for f in system.descendants({})]
        system._lists = False
        assert sorted(listed) == sorted(f.pid for f in system.descendants({}))
        assert {process.pid, int(said)} <= set(listed)


@forks
def test_elsewhere_psutil_answers():
    children = Children(no_runs, Elsewhere())
    kept = b"1" * (100 * MB)
    before = time.time()
    with fork(lambda: b"1" * (50 * MB)) as pid:
        child = next(c for c in children.look(0, budget=PLENTY) if c.pid == pid)
    assert child.alive
    assert child.resident > 50 * MB
    assert abs(child.started - before) < 5
    if sys.platform == "linux":
        assert 50 * MB == pytest.approx(child.bytes, rel=0.1)
    ended = next(c for c in children.look(0) if c.pid == pid)
    assert (False, 0) == (ended.alive, ended.bytes)
    del kept


@linux
@pytest.mark.parametrize("each", [True, False])
def test_real_runs_have_their_children(session, each):
    recorder = session.hunter.recorder
    made = Children(recorder.since)
    for name in "pq":
        session(f"{name} = __import__('subprocess').Popen(['sleep', '60'])")
        if each:
            made.look(recorder.last_run, budget=0)
    runs = {e.record.run: e.source[0] for e in recorder.runs()}
    found = {c.pid: runs.get(c.run) for c in made.look(recorder.last_run)}
    for name in "pq":
        process = session.shell.user_ns[name]
        process.kill()
        process.wait()
        # Both cells may have run within the 10 ms that a start time names.
        assert found[process.pid] in ([name] if each else [name, None])


# ---------------------------------------------------- what a process is made of

ROLLUP = b"""00-ff ---p 00000000 00:00 0    [rollup]
Rss:              900 kB
Pss_Shmem:         {shmem} kB
Private_Clean:     50 kB
Private_Dirty:    400 kB
Anonymous:        {anon} kB
Pss_Anon:         {share} kB
"""
STATUS = b"""Name:\tx
VmRSS:\t    {rss} kB
RssAnon:\t    600 kB
RssFile:\t    300 kB
RssShmem:\t      0 kB
"""


@pytest.fixture
def proc(monkeypatch):
    """A made-up ``/proc``: writes process 7, a fork of process 6, or others."""
    files = {}
    monkeypatch.setattr(procfs, "_read", lambda path: files.get(path, b""))
    monkeypatch.setattr(procfs, "_any", lambda: True)

    def write(pid=7, begun=55, parent=1000, rss=900, of=6, **rollup):
        def fill(text, **values):
            for key, value in {"share": 0, **values}.items():
                text = text.replace(b"{%s}" % key.encode(), b"%d" % value)
            return text

        fields = ["S", str(of), *["0"] * 4, str(0x40), *["0"] * 12, str(begun), "0"]
        files[f"/proc/{pid}/stat"] = f"{pid} (python) {' '.join(fields)}\n".encode()
        files[f"/proc/{pid}/status"] = fill(STATUS, rss=rss)
        files[f"/proc/{pid}/cmdline"] = b"python\0train.py\0"
        files[f"/proc/{of}/status"] = fill(STATUS, rss=parent)
        if rollup:
            files[f"/proc/{pid}/smaps_rollup"] = fill(ROLLUP, **rollup)
        return procfs.Linux()

    return write


def test_private_is_what_it_has_written(proc):
    system = proc(shmem=0, anon=600)
    assert 400 * 1024 == system.held(system._facts(7, 0.0)).alone


def test_shared_memory_is_taken_off(proc):
    system = proc(shmem=150, anon=600)
    assert 250 * 1024 == system.held(system._facts(7, 0.0)).alone
    system = proc(shmem=500, anon=600)
    assert 0 == system.held(system._facts(7, 0.0)).alone


def test_private_is_no_more_than_is_anonymous(proc):
    system = proc(shmem=0, anon=100)
    assert 100 * 1024 == system.held(system._facts(7, 0.0)).alone


def test_what_others_map_too_counts_by_its_share(proc):
    system = proc(shmem=0, anon=600, share=470)
    assert (400 * 1024, 70 * 1024) == system.held(system._facts(7, 0.0))


def test_what_only_forks_map_is_told_from_what_the_kernel_maps_too(proc, monkeypatch):
    """Two forks and the kernel share 150 kB, of which it has let go of 60: 90 / 3 + 60 / 2 each."""
    monkeypatch.setattr(procfs.os, "getpid", lambda: 7)
    system = proc(shmem=0, anon=490, share=430)
    assert 60 * 1024 == system.among(2 * 60 * 1024)
    assert 0 == system.among(2 * 30 * 1024)


def test_a_system_without_the_sums_does_not_tell(proc):
    system = proc()
    assert None is system.held(system._facts(7, 0.0))


def test_one_that_borrows_its_parents_memory_holds_none(proc):
    system = proc(parent=900, shmem=0, anon=600)
    assert 0 == system.held(system._facts(7, 0.0)).alone


def test_a_number_given_again_is_another_process(proc):
    system = proc(shmem=0, anon=600)
    facts = system._facts(7, 0.0)
    proc(begun=56, shmem=0, anon=600)
    assert None is system.held(facts)


@linux
def test_a_stranger_with_the_number_of_a_child_is_not_told(proc, monkeypatch):
    own = os.getpid()
    monkeypatch.setattr(procfs, "_listed", lambda pid: [7] if pid == own else [])
    assert [7] == [facts.pid for facts in proc(of=own).descendants({})]
    assert [] == proc(of=6).descendants({})


@linux
def test_an_orphan_is_known_by_number_and_start(proc, monkeypatch):
    system = proc(begun=55)
    proc(pid=8, of=7)
    monkeypatch.setattr(procfs, "_listed", lambda pid: [8] if pid == 7 else [])
    assert [7, 8] == [facts.pid for facts in system.descendants({7: 55})]
    assert [] == system.descendants({7: 54, 9: 55})


def test_a_fork_has_no_command_of_its_own(proc):
    facts = proc()._facts(7, 0.0)
    assert ("python", True) == (facts.name, facts.forked)


@linux
def test_a_file_that_cannot_be_opened_is_no_ended_process(monkeypatch):
    def no_files(_path, _flags):
        raise OSError(24, "Too many open files")

    system = procfs.Linux()
    monkeypatch.setattr(os, "open", no_files)
    with pytest.raises(OSError, match="Too many"):
        system.descendants({1: 1})


def test_a_program_on_a_system_without_the_kinds_is_not_told(proc):
    system = proc(shmem=0, anon=600)
    facts = system._facts(7, 0.0)._replace(forked=False)
    assert 600 * 1024 == system.held(facts).alone
    assert None is system.held(facts._replace(resident=Resident(900)))


# --------------------------------------------------------- a made-up machine


class Machine:
    """A system with the processes that a test puts there."""

    def __init__(self):
        self.facts = []
        self.zero = 0.0
        self.alone = {}
        self.shares = {}
        self.together = 0
        self.asked_among = []
        self.cost = {}
        self.read = []
        self.now = 100.0
        self.asked = None

    def clock(self):
        return self.now

    def epoch(self):
        return self.zero

    def descendants(self, known):
        self.asked = dict(known)
        return list(self.facts)

    def seconds(self, facts):
        return self.cost.get(facts.pid, 0.0)

    def held(self, facts):
        self.read.append(facts.pid)
        self.now += self.cost.get(facts.pid, 0.0)
        size = self.alone.get(facts.pid, 0)
        return None if size is None else Held(size, self.shares.get(facts.pid, 0))

    def among(self, shares):
        self.asked_among.append(shares)
        return self.together

    def start(self, pid, at=0.0, begun=None, resident=1000):
        self.facts.append(
            Facts(
                pid=pid,
                parent=1,
                begun=at if begun is None else begun,
                started=self.zero + at,
                name="x",
                zombie=False,
                forked=True,
                helper=False,
                resident=Resident(resident),
            )
        )


@pytest.fixture
def machine():
    return Machine()


def run(number, started, seconds):
    return SimpleNamespace(run=number, started=started, seconds=seconds)


@pytest.fixture
def runs():
    return []


@pytest.fixture
def follow(machine, runs):
    def since(after):
        return [r for r in runs if r.run > after]

    return Children(since, machine, machine.clock)


def run_of(children):
    return {child.pid: child.run for child in children}


def test_a_child_belongs_to_the_run_it_began_in(machine, runs, follow):
    runs += [run(1, 10, 5), run(2, 20, 5), run(3, 30, 5)]
    for pid, at in ((11, 12), (12, 22), (13, 34.9)):
        machine.start(pid, at)
    assert {11: 1, 12: 2, 13: 3} == run_of(follow.look(3))


def test_a_child_keeps_its_run(machine, runs, follow):
    runs.append(run(1, 10, 5))
    machine.start(11, 12)
    follow.look(1)
    runs[:] = [run(2, 11, 5)]
    assert {11: 1} == run_of(follow.look(2))


def test_a_child_that_began_between_runs_has_none(machine, runs, follow):
    runs += [run(1, 10, 5), run(2, 20, 5)]
    machine.start(11, 17)
    machine.start(12, 3)
    assert {11: None, 12: None} == run_of(follow.look(2))


def test_a_start_is_rounded_down(machine, runs, follow):
    runs += [run(1, 10, 5), run(2, 20.008, 1)]
    machine.start(11, 20.0)
    assert {11: 2} == run_of(follow.look(2))


@pytest.mark.parametrize(
    ("at", "expected"),
    [(9.975, 1), (9.96, None), (10.119, 1), (10.13, None)],
)
def test_two_clocks_differ_by_little(machine, runs, follow, at, expected):
    runs.append(run(1, 10, 0.1))
    machine.start(11, at)
    assert {11: expected} == run_of(follow.look(1))


def test_of_two_runs_in_one_moment_either_may_have_begun_it(machine, runs, follow):
    runs += [run(1, 10, 1.004), run(2, 11.006, 3), run(3, 20, 1)]
    machine.start(11, 11.0)
    assert {11: None} == run_of(follow.look(3))


def test_in_a_run_is_nearer_than_beside_one(machine, runs, follow):
    runs += [run(1, 10, 1), run(2, 11.015, 3)]
    machine.start(11, 11.01)
    assert {11: 2} == run_of(follow.look(2))


def test_what_was_not_there_after_a_run_did_not_begin_in_it(machine, runs, follow):
    runs.append(run(1, 10, 5))
    follow.look(1)
    runs.append(run(2, 15.004, 5))
    machine.start(11, 14.995)
    assert {11: 2} == run_of(follow.look(2))


def test_the_run_that_is_open_may_have_begun_it(machine, runs, follow):
    runs.append(run(1, 10, 5))
    machine.start(11, 12)
    machine.start(12, 22)
    opened = SimpleNamespace(run=2, started=20)
    assert {11: 1, 12: 2} == run_of(follow.look(1, opened))
    runs.append(run(2, 20, 10))
    machine.start(13, 25)
    assert {11: 1, 12: 2, 13: 2} == run_of(follow.look(2))


def test_once_the_clock_was_set_a_single_run_is_the_answer(machine, runs, follow):
    runs.append(run(1, 10, 5))
    machine.zero = 3600.0
    machine.start(11, 12)
    assert {11: 1} == run_of(follow.look(1))
    runs += [run(2, 3620, 5), run(3, 3630, 5)]
    machine.start(12, 22)
    assert {11: 1, 12: 2} == run_of(follow.look(3))


def test_once_the_clock_was_set_two_runs_are_no_answer(machine, runs, follow):
    runs += [run(1, 10, 5), run(2, 20, 5)]
    machine.zero = 3600.0
    machine.start(11, 12)
    assert {11: None} == run_of(follow.look(2))


def test_records_are_asked_for_only_when_a_child_is_new(machine):
    asked = []
    follow = Children(lambda after: asked.append(after) or [], machine)
    follow.look(4)
    assert [] == asked
    machine.start(11)
    machine.start(12)
    follow.look(5)
    follow.look(6)
    assert [4] == asked


def test_a_number_given_again_is_a_new_child(machine, runs, follow):
    runs += [run(1, 10, 5), run(2, 20, 5)]
    machine.start(11, 12)
    follow.look(1)
    assert {} == machine.asked
    machine.facts.clear()
    machine.start(11, 22)
    told = [(c.run, c.alive) for c in follow.look(2)]
    assert {11: 12} == machine.asked
    assert [(2, True), (1, False)] == told


def test_what_was_read_longest_ago_comes_first(machine, follow):
    for pid in (11, 12, 13):
        machine.start(pid)
        machine.cost[pid] = 1.0
        machine.alone[pid] = pid
    follow.look(0, budget=2.0)
    assert [11, 12] == machine.read
    told = follow.look(0, budget=2.0)
    assert [11, 12, 13, 11] == machine.read
    assert [(11, True), (12, False), (13, True)] == [(c.bytes, c.fresh) for c in told]


def test_what_all_forks_hold_together_is_spread_over_them(machine, follow):
    for pid, share in ((7, 30), (8, 10)):
        machine.start(pid)
        machine.shares[pid] = share
    machine.facts = [f._replace(parent=os.getpid()) for f in machine.facts]
    machine.together = 20
    assert [15, 5] == [child.kin for child in follow.look(1)]
    assert [40] == machine.asked_among
    machine.facts.pop()
    assert [0] == [child.kin for child in follow.look(2) if child.alive]
    assert [40] == machine.asked_among


def test_what_is_too_dear_waits_for_a_budget(machine, follow):
    machine.start(11)
    machine.start(12)
    machine.cost = {11: 5.0, 12: 0.5}
    machine.alone = {11: 700, 12: 80}
    assert [None, 80] == [c.bytes for c in follow.look(0, budget=1.0)]
    assert [700, 80] == [c.bytes for c in follow.look(0, budget=9.0)]


def test_what_a_walk_took_is_better_known_than_guessed(machine, follow):
    machine.start(11)
    machine.cost[11] = 0.5
    follow.look(0, budget=1.0)
    machine.cost[11] = 5.0  # a guess: the same size took half a second
    follow.look(0, budget=1.0)
    assert [11, 11] == machine.read
    machine.facts.clear()
    machine.start(11, resident=9000)
    follow.look(0, budget=1.0)
    assert [11, 11] == machine.read


def test_an_old_reading_is_never_more_than_is_resident(machine, follow):
    machine.start(11)
    machine.cost[11] = 1.0
    machine.alone[11] = 900
    follow.look(0, budget=1.0)
    machine.facts.clear()
    machine.start(11, resident=300)
    (child,) = follow.look(0, budget=0.0)
    assert (300, False) == (child.bytes, child.fresh)


def test_what_costs_nothing_needs_no_budget(machine, follow):
    machine.start(11)
    machine.alone[11] = 500
    assert [500] == [c.bytes for c in follow.look(0, budget=0.0)]


def test_a_look_that_fails_changes_nothing(machine, runs, follow, monkeypatch):
    runs.append(run(1, 10, 5))
    machine.start(11, 12)
    told = follow.look(1)

    def no_files(_known):
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(machine, "descendants", no_files)
        assert told == follow.look(1)
    assert told == follow.look(1)


def test_a_fork_of_the_kernel_tells_nothing(machine, follow, monkeypatch):
    machine.start(11)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert [] == follow.look(0)
