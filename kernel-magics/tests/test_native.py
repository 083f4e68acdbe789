"""Reading native memory: a wrong address is no crash, a count is found or it is not."""

from __future__ import annotations

import ctypes
import mmap
import os
import subprocess
import sys

import pytest

from leakhunter.heap.peek import mapped, native

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="no /proc here"
)


class Block(ctypes.Structure):
    """A native object that is shared: something, and how many owners it has."""

    _fields_ = (("other", ctypes.c_uint64), ("owners", ctypes.c_uint64))


class Inner(ctypes.Structure):
    """A native object that refers to a shared one."""

    _fields_ = (("table", ctypes.c_uint64), ("block", ctypes.c_void_p))


def shared(block):
    """One more owner, as long as what is returned lives."""
    block.owners += 1

    class Owner:
        def __del__(self):
            block.owners -= 1

    return Owner()


def counter(**options):
    """A count over made-up native objects, and what was made."""
    made = {}

    def make():
        made["block"] = Block(77, 1)
        made["inner"] = Inner(88, ctypes.addressof(made["block"]))
        target = made["inner"] if options.get("inner") else made["block"]
        # two words fit into the Python object itself, as the address in a wrapper does
        made["words"] = (ctypes.c_uint64 * 2)(99, ctypes.addressof(target))
        return made["words"]

    return native.UseCount(make, lambda _: shared(made["block"]), **options), made


@pytest.mark.parametrize("inner", [False, True])
def test_a_count_is_found_by_trying(inner):
    count, made = counter(inner=inner)
    assert count.known
    address = ctypes.addressof(made["block"])
    assert (address, 1) == count.of(made["words"])
    owner = shared(made["block"])
    assert (address, 2) == count.of(made["words"])
    del owner
    assert (address, 1) == count.of(made["words"])


def test_where_nothing_counts_there_is_no_count():
    count = native.UseCount(object, lambda _: None)
    assert (False, None) == (count.known, count.of(object()))


def test_a_library_that_cannot_be_tried_has_no_count():
    def fails(*_):
        raise AttributeError

    assert not native.UseCount(fails, fails).known
    assert not native.UseCount(object, fails).known


@pytest.mark.parametrize("address", [0, 8, 1 << 47, (1 << 64) - 8, -8, 1 << 70])
def test_a_wrong_address_is_no_crash(address):
    assert () == native.words(address, 4)


def test_words_are_read_where_they_are():
    values = (ctypes.c_uint64 * 3)(1, 2, 1 << 63)
    assert (1, 2, 1 << 63) == native.words(ctypes.addressof(values), 3)


def test_a_child_reads_its_own_memory():
    source = (
        "import ctypes, os\n"
        "from leakhunter.heap.peek import native\n"
        "value = ctypes.c_uint64(1)\n"
        "read = lambda: native.words(ctypes.addressof(value), 1)\n"
        "assert (1,) == read()\n"
        "child = os.fork()\n"
        "value.value = 3 if child else 2\n"
        "if not child: os._exit(read() != (2,))\n"
        "assert (3,) == read()\n"
        "assert 0 == os.waitpid(child, 0)[1]\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", source], check=True, env=env)


def test_memory_of_a_file_is_told_from_the_process_own(tmp_path):
    (tmp_path / "data").write_bytes(bytes(1 << 16))
    own = ctypes.create_string_buffer(1 << 16)
    with (tmp_path / "data").open("r+b") as file:
        pages = mmap.mmap(file.fileno(), 0)
    view = (ctypes.c_char * (1 << 16)).from_buffer(pages)
    mapped.look_again()
    assert mapped.in_file(ctypes.addressof(view))
    assert mapped.in_file(ctypes.addressof(view) + (1 << 16) - 1)
    assert not mapped.in_file(ctypes.addressof(own))
    assert not mapped.in_file(0)
    del view
    pages.close()


def test_what_is_mapped_is_looked_up_once_a_walk(monkeypatch):
    asked = []
    nothing = (mapped.Table(), mapped.Table(), mapped.Table())
    monkeypatch.setattr(mapped, "_tables", lambda: asked.append(1) or nothing)
    mapped.look_again()
    assert [False, False, False] == [mapped.in_file(n) for n in (1, 2, 3)]
    assert [1] == asked
    mapped.look_again()
    assert not mapped.in_file(1)
    assert [1, 1] == asked
    mapped.look_again()
