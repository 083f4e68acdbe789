"""What goes wrong: full disks, missing folders, altered files, objects that change, children."""

from __future__ import annotations

import errno
import gc
import os
import stat
import subprocess
import sys
import textwrap
import weakref
from itertools import pairwise

import pytest
from undoing import FOLDER, descriptors, named, reasons

from leakhunter.act.undo import private, walk
from leakhunter.act.undo.node import STEP
from leakhunter.act.undo.sections import Reader
from leakhunter.act.undo.spill import Changed, Damaged, saving
from leakhunter.heap.slots import Slot
from leakhunter.slices import at_once

BIG = 3 * STEP


def spilled(**values):
    return at_once(saving(named(values), FOLDER))


def files():
    return sorted(
        path.name for path in FOLDER.iterdir() if path.name.startswith("leakhunter")
    )


@pytest.fixture(autouse=True)
def nothing_open():
    """No descriptor and no file outlives a test."""
    gc.collect()
    before = descriptors(), files()
    yield
    gc.collect()
    assert before == (descriptors(), files())


# ------------------------------------------------------------------- writing


def test_progress_is_told_about_every_step():
    steps = saving(named({"x": bytearray(BIG)}), FOLDER)
    seen = list(steps)
    assert len(seen) >= 2
    assert seen == sorted(seen)
    assert all(later - earlier >= STEP for earlier, later in pairwise(seen))


def test_the_file_has_no_name_and_only_we_may_read_it():
    spill = spilled(x=b"a")
    found = os.fstat(spill._file.fd)
    assert 0 == found.st_nlink
    assert 0o600 == stat.S_IMODE(found.st_mode)
    assert found.st_size == spill.bytes
    assert not os.get_inheritable(spill._file.fd)
    spill.close()
    spill.close()


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_full_disk_leaves_nothing(monkeypatch, error):
    write, written = os.pwrite, []

    def fail(fd, data, at):
        written.append(len(data))
        if sum(written) > STEP:
            raise OSError(error, os.strerror(error))
        return write(fd, data, at)

    monkeypatch.setattr(os, "pwrite", fail)
    x = bytearray(BIG)
    with pytest.raises(OSError, match=os.strerror(error)):
        at_once(saving(named({"x": x}), FOLDER))
    x.append(1)


def test_a_disk_that_is_full_only_when_it_is_flushed(monkeypatch):
    def fail(_):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fdatasync", fail)
    with pytest.raises(OSError, match="full"):
        spilled(x=1)


def test_a_limit_of_the_system_on_a_files_size():
    code = """
        import resource, sys
        from pathlib import Path
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        sys.path[:0] = {path!r}
        from undoing import FOLDER, named, descriptors
        from leakhunter.act.undo.spill import saving
        from leakhunter.slices import at_once
        before = descriptors()
        try:
            at_once(saving(named(dict(x=bytes(1_000_000))), FOLDER))
        except OSError as error:
            print(error.strerror, descriptors() - before)
    """
    code = textwrap.dedent(code).format(path=sys.path)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "File too large 0\n" == done.stdout


def test_a_short_write_is_continued(monkeypatch):
    write = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda fd, data, at: write(fd, data[:999], at))
    x = bytes(range(256)) * 400
    spill = spilled(x=x)
    assert {Slot("name", "x"): x} == spill.load()
    spill.close()


def test_a_folder_that_is_gone(tmp_path):
    with pytest.raises(FileNotFoundError):
        at_once(saving(named({"x": 1}), tmp_path / "gone"))


def test_a_saving_that_is_given_up_leaves_nothing():
    x = bytearray(BIG)
    steps = saving(named({"x": x}), FOLDER)
    next(steps)
    held = descriptors()
    steps.close()
    assert held - 1 == descriptors()
    x.append(1)


def test_nothing_is_kept_alive_by_a_spill():
    class Key:
        pass

    np = pytest.importorskip("numpy")
    x = [np.zeros(10), {}]
    watch = weakref.ref(x[0])
    spill = spilled(x=x)
    del x
    assert watch() is None
    spill.close()


def test_without_unnamed_files_the_name_is_taken_away_at_once(monkeypatch):
    monkeypatch.delattr(os, "O_TMPFILE")
    spill = spilled(x=[1])
    assert [] == files()
    assert 0 == os.fstat(spill._file.fd).st_nlink
    assert {Slot("name", "x"): [1]} == spill.load()
    spill.close()


# ------------------------------------------------------------------- changing


def test_objects_that_change_meanwhile():
    np = pytest.importorskip("numpy")
    stories = [
        ([1, 2], lambda x: x.append(1)),
        ([1, 2], lambda x: x.__setitem__(0, [3])),
        ({"a": 1}, lambda x: x.update(b=2)),
        ({"a": [1]}, lambda x: x.update(a=[1])),
        ({1}, lambda x: x.add(2)),
        (bytearray(5), lambda x: x.append(1)),
        (np.zeros(3), lambda x: x.resize(50_000, refcheck=False)),
    ]
    for value, change in stories:
        steps = saving(named({"first": value, "big": bytes(BIG)}), FOLDER)
        next(steps)
        change(value)
        with pytest.raises(Changed, match="changed while it was being saved"):
            list(steps)


def test_a_frame_that_changes_meanwhile():
    pd = pytest.importorskip("pandas")
    x = pd.DataFrame({"a": [1, 2]})
    steps = saving(named({"x": x, "big": bytes(BIG)}), FOLDER)
    next(steps)
    x["b"] = 1
    with pytest.raises(Changed):
        list(steps)


# ------------------------------------------------------------------- altering


def sections(spill):
    """Where each part of the file begins, in order, and its end."""
    reader = Reader(spill._file, spill._key)
    begins = {
        0,
        5,
        spill.bytes - 1,
        spill.bytes - 20,
        spill.bytes - 33,
        *reader._table.at,
    }
    return sorted(at for at in begins if 0 <= at < spill.bytes)


def sample():
    np = pytest.importorskip("numpy")
    return {
        "array": np.arange(5000.0), "text": "x" * 100_000, "bytes": b"y" * 70_000,
        "nested": [1, {"a": (2, "three")}], "grows": bytearray(9000),
    }  # fmt: skip


def test_an_altered_byte_anywhere_is_refused():
    spill = spilled(**sample())
    places = sections(spill)
    places += [(a + b) // 2 for a, b in pairwise(places)]
    for at in places:
        before = os.pread(spill._file.fd, 1, at)
        os.pwrite(spill._file.fd, bytes([before[0] ^ 1]), at)
        with pytest.raises(Damaged):
            spill.load()
        os.pwrite(spill._file.fd, before, at)
    assert 5 == len(spill.load())
    spill.close()


def test_a_file_that_was_cut_short_is_refused():
    spill = spilled(**sample())
    for at in reversed(sections(spill)):
        os.ftruncate(spill._file.fd, at)
        with pytest.raises(Damaged):
            spill.load()
    spill.close()


def test_the_sections_of_another_file_are_refused():
    one, other = spilled(x=b"a" * 9000), spilled(x=b"b" * 9000)
    assert one.bytes == other.bytes
    os.pwrite(one._file.fd, os.pread(other._file.fd, other.bytes, 0), 0)
    with pytest.raises(Damaged):
        one.load()
    one.close()
    other.close()


def test_another_version_says_so():
    spill = spilled(x=1)
    os.pwrite(spill._file.fd, b"\x09", 16)
    with pytest.raises(Damaged, match="another version"):
        spill.load()
    spill.close()


def test_a_disk_that_cannot_be_read(monkeypatch):
    spill = spilled(x=1)

    def fail(*_):
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(os, "preadv", fail)
    with pytest.raises(Damaged, match="cannot be read"):
        spill.load()
    monkeypatch.undo()
    spill.close()
    with pytest.raises(Damaged):
        spill.load()


def test_what_was_saved_can_be_loaded_more_than_once():
    spill = spilled(x=[1])
    first, second = spill.load(), spill.load()
    assert first == second
    assert first[Slot("name", "x")] is not second[Slot("name", "x")]
    spill.close()


# ------------------------------------------------------------------- living on


class Thing:
    pass


def test_what_lives_on_is_found_again_and_not_saved():
    kept = Thing()
    find = {id(kept): weakref.ref(kept)}
    spill = at_once(
        saving(
            named({"x": [kept, 1], "y": kept}), FOLDER, lambda obj: find.get(id(obj))
        )
    )
    again = spill.load()
    assert again[Slot("name", "x")][0] is kept is again[Slot("name", "y")]
    assert () == spill.lost
    spill.close()


def test_what_holds_something_that_did_not_live_on_is_lost():
    kept = Thing()
    find = {id(kept): weakref.ref(kept)}
    shared = [1]
    values = named({"x": [(kept,), shared], "y": shared, "z": {"k": kept}})
    spill = at_once(saving(values, FOLDER, lambda obj: find.get(id(obj))))
    del kept, values
    assert {Slot("name", "y"): [1]} == spill.load()
    assert (Slot("name", "x"), Slot("name", "z")) == spill.lost
    spill.close()


def test_a_view_that_no_longer_fits_its_base_is_lost_alone():
    np = pytest.importorskip("numpy")
    base, now = np.zeros(1000), np.zeros(10)
    values = named({"view": [base[500:]], "small": base[:2], "other": [1]})
    spill = at_once(
        saving(values, FOLDER, lambda obj: (lambda: now) if obj is base else None)
    )
    again = spill.load()
    assert (Slot("name", "view"),) == spill.lost
    assert [1] == again[Slot("name", "other")]
    assert np.shares_memory(now, again[Slot("name", "small")])
    spill.close()


def test_a_cycle_that_holds_what_is_gone_is_lost_whole():
    kept = Thing()
    find = {id(kept): weakref.ref(kept)}
    inner, outer = [], []
    outer += [inner, kept]
    inner += [outer, [3]]
    values = named({"inner": inner, "leaf": inner[1]})
    spill = at_once(saving(values, FOLDER, lambda obj: find.get(id(obj))))
    del kept, values, inner, outer
    gc.collect()
    assert {Slot("name", "leaf"): [3]} == spill.load()
    assert (Slot("name", "inner"),) == spill.lost
    spill.close()


# ------------------------------------------------------------------- children


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_lets_go_of_the_file():
    spill = spilled(x=[1])
    fd = spill._file.fd
    read, write = os.pipe()
    child = os.fork()
    if not child:
        answer = b"?"
        try:
            os.fstat(fd)
        except OSError:
            answer = b"closed"
        try:
            spill.load()
        except Damaged:
            answer += b", damaged"
        os.write(write, answer)
        os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    assert b"closed, damaged" == os.read(read, 100)
    os.close(read)
    assert {Slot("name", "x"): [1]} == spill.load()
    spill.close()


def test_a_program_that_is_started_does_not_get_the_file():
    spill = spilled(x=1)
    code = f"import os; os.fstat({spill._file.fd})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, close_fds=False
    )
    assert b"Bad file descriptor" in done.stderr
    spill.close()


def test_files_of_processes_that_are_gone_are_removed(tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    mine = f"leakhunter-undo-{os.getpid()}-{private._started(os.getpid())}-ab"
    left = [f"leakhunter-undo-{ended.pid}-1-ab", f"leakhunter-undo-{os.getpid()}-1-cd"]
    for name in [*left, mine, "leakhunter-undo-other", "else"]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "values").write_bytes(b"x")
    (tmp_path / "leakhunter-undo-1-1-ef").symlink_to(tmp_path / "else")
    private.remove_left_over(tmp_path)
    assert {mine, "leakhunter-undo-other", "else", "leakhunter-undo-1-1-ef"} == {
        p.name for p in tmp_path.iterdir()
    }
    private.remove_left_over(tmp_path / "gone")


# ------------------------------------------------------------------- limits


def test_too_many_parts_are_refused_and_the_rest_is_not(monkeypatch):
    monkeypatch.setattr(walk, "MAX_OBJECTS", 5000)
    for many in ([float(i) for i in range(5001)], [[] for _ in range(5001)]):
        inside = [1]
        found = reasons(first=[1], many=[inside, *many], last={}, inside=inside)
        assert {"many": "it has too many parts"} == found
    found = reasons(
        **{f"many{i}": [[] for _ in range(5001)] for i in range(5)}, last={}
    )
    assert {"it has too many parts"} == set(found.values())
    deep = []
    for _ in range(5001):
        deep = [deep]
    assert {"deep": "it has too many parts"} == reasons(deep=deep)


def test_no_code_of_the_users_runs():
    calls = []

    def recorded(name):
        def method(*_, **__):
            calls.append(name)
            raise AssertionError(name)

        return method

    names = [
        "__eq__",
        "__hash__",
        "__repr__",
        "__str__",
        "__len__",
        "__bool__",
        "__iter__",
        "__getattr__",
        "__getattribute__",
        "__reduce__",
        "__reduce_ex__",
        "__getstate__",
        "__sizeof__",
        "__array__",
        "__array_interface__",
        "__buffer__",
        "__class__",
        "__copy__",
        "__deepcopy__",
        "__index__",
        "__contains__",
        "__getitem__",
        "keys",
        "items",
        "dtype",
        "shape",
    ]
    body = {name: recorded(name) for name in names if name != "__class__"}
    body["__class__"] = property(recorded("__class__"))
    meta = type(
        "Meta",
        (type,),
        {
            n: recorded(f"class {n}")
            for n in (
                "__eq__",
                "__hash__",
                "__repr__",
                "__instancecheck__",
                "__getattribute__",
            )
        },
    )
    bases = [object, list, dict, str, bytes, int, float, tuple, set]
    try:
        import numpy as np

        bases.append(np.ndarray)
    except ImportError:
        pass
    values = {}
    for base in bases:
        cls = type(base)("Mine", (base,), dict(body))
        values[base.__name__] = (
            object.__new__(cls)
            if base is object
            else base.__new__(cls, *((3,) if base.__name__ == "ndarray" else ()))
        )
    values["meta"] = object.__new__(type.__call__(meta, "Strange", (), {}))
    values["inside"] = [dict(a=(values["list"],))]
    strange = type.__call__(meta, "Lender", (bytearray,), {})
    lender = bytearray.__new__(strange)
    bytearray.extend(lender, b"12345678")
    values["lent"] = memoryview(lender)
    if "ndarray" in values:
        values["shown"] = np.frombuffer(lender, "u1")
    calls.clear()
    found = reasons(**values)
    at_once(saving(named(values), FOLDER)).close()
    assert [] == calls
    assert set(values) == set(found)
