"""The native memory that an object leads to, held to what ``malloc`` gave out."""

from __future__ import annotations

import ctypes
import struct
import sys

import pytest

from leakhunter.heap.peek import blocks, mapped

libc = ctypes.CDLL(None)
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or not hasattr(libc, "gnu_get_libc_version"),
    reason="blocks are read as glibc keeps them",
)
KB, MB = 1 << 10, 1 << 20


class Native:
    """Blocks of ``malloc`` that refer to each other; freed in the end."""

    def __init__(self) -> None:
        libc.malloc.restype = ctypes.c_void_p
        libc.malloc.argtypes = [ctypes.c_size_t]
        libc.free.argtypes = [ctypes.c_void_p]
        self.live: dict[int, int] = {}

    def block(self, size: int, *words: int) -> int:
        """A block full of ones, with these words first; blocks of so many bytes never move."""
        address = int(libc.malloc(size))
        ctypes.memset(address, 1, size)
        ctypes.memmove(address, struct.pack(f"{len(words)}Q", *words), 8 * len(words))
        self.live[address] = size
        return address

    def free(self, address: int) -> None:
        del self.live[address]
        libc.free(address)

    def reach(self, address: int, *stops: int) -> blocks.Reached | None:
        mapped.look_again()
        return blocks.reach(address, stops)


@pytest.fixture
def native():
    made = Native()
    yield made
    for address in [*made.live]:
        made.free(address)


def test_all_that_a_block_leads_to_is_found_once(native):
    """One on the heap, one that ``malloc`` maps by itself, a ring back to the beginning."""
    data, mapped_data = native.block(100 * KB), native.block(64 * MB)
    inner = native.block(48, data, mapped_data, 0)
    top = native.block(32, inner, inner)
    ctypes.memmove(inner + 16, struct.pack("Q", top), 8)
    found = native.reach(top)
    assert found is not None
    assert {data, mapped_data} == found.big.keys()
    assert 100 * KB <= found.big[data] <= 100 * KB + 32
    assert 64 * MB <= found.big[mapped_data] <= 64 * MB + 2 * 4096
    assert 80 <= found.small <= 160
    assert found.complete


def test_numbers_that_are_addresses_inside_of_a_block_lead_nowhere(native):
    data = native.block(200 * KB)
    top = native.block(64, data + 16, data + 4096, data + 8, 4096, 1 << 63)
    found = native.reach(top)
    assert found is not None
    assert {} == found.big
    assert {top} == found.sizes.keys()


def test_a_block_that_was_freed_counts_for_nothing(native):
    data, behind = native.block(200 * KB), native.block(32)
    top = native.block(32, data)
    native.free(data)
    found = native.reach(top)
    assert found is not None
    assert {} == found.big
    assert behind not in found.sizes


def test_data_is_not_read(native):
    """What looks like an address in data is a number."""
    other = native.block(100 * KB)
    data = native.block(100 * KB, other)
    found = native.reach(native.block(32, data))
    assert found is not None
    assert {data} == found.big.keys()


def test_what_belongs_to_another_object_is_left_to_it(native):
    theirs = native.block(100 * KB)
    other = native.block(32, theirs)
    own = native.block(100 * KB)
    found = native.reach(native.block(32, other, own), other)
    assert found is not None
    assert {own} == found.big.keys()


def test_what_is_left_of_a_block_that_was_divided_is_not_taken_for_one(native):
    """Bytes in the middle of data that look like what ``malloc`` keeps before a block."""
    first, second = sorted(native.block(100 * KB) for _ in range(2))
    middle = first + 16 * KB
    found = native.reach(native.block(64, second))
    assert found is not None
    size = second + found.big[second] - middle
    ctypes.memmove(middle - 16, struct.pack("QQ", 0, size | 1), 16)
    assert {middle} == native.reach(native.block(64, middle)).big.keys()
    found = native.reach(native.block(64, second, middle))
    assert found is not None
    assert {second} == found.big.keys()


def test_what_no_allocator_gave_out_is_not_a_block():
    assert blocks.reach(id(object())) is None
    assert blocks.reach(0) is None
    assert blocks.reach(1 << 62) is None


def test_a_bound_is_kept_and_said(native, monkeypatch):
    monkeypatch.setattr(blocks, "MOST", 10)
    ends = [native.block(32) for _ in range(50)]
    found = native.reach(native.block(8 * 50, *ends))
    assert found is not None
    assert not found.complete
    assert len(found.sizes) <= 10
