"""PyTorch: storages behind tensors, known by address, and what C++ keeps of tensors.

Tensors, views and parameters share a storage.  PyTorch counts the owners of
storages and tensors: what a C++ module, a queue or a graph out of sight holds
shows there.  ``untyped_storage()`` is not asked, since it leaves a Python
object on every storage; what it would say is read from the storage itself.
Only a base or a gradient that never had a Python object gets one, of 80 bytes.
Only plain CPU memory has bytes here: memory of a device is none of the
process, and memory that PyTorch took over from others (an array, a mapped
file) is its owner's.

Cost: 5 µs a tensor, 7 µs a view.
"""

# ruff: noqa: SLF001 - PyTorch tells what holds what only in its private parts

from __future__ import annotations

import sys
from ctypes import c_uint64
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.adapters.intrusive import owners
from leakhunter.heap.referents import referents
from leakhunter.heap.walk.seen import Buffer, Seen

MODULE = "torch"

_IMPL = 192
"""Bytes of the C++ side of a tensor, and as much again where a gradient may be wanted."""

_MOST = 1 << 45
"""No storage is bigger; a pointer, in a layout that we do not know, is."""

_Storage = c_uint64 * 7
"""Words of a storage: methods, owners, data, who frees it and by what, device, bytes."""

_PARTS = {
    "sparse_coo": ("_indices", "_values"),
    "sparse_csr": ("crow_indices", "col_indices", "values"),
    "sparse_bsr": ("crow_indices", "col_indices", "values"),
    "sparse_csc": ("ccol_indices", "row_indices", "values"),
    "sparse_bsc": ("ccol_indices", "row_indices", "values"),
}
"""What tensors without a storage of their own are made of."""


def handles(cls: type) -> bool:
    """Is this a tensor or a storage?"""
    c = sys.modules[MODULE]._C
    return safe.derives(cls, c.TensorBase, c.StorageBase)


def look(obj: Any) -> Seen:
    """The storage, the base of a view, the gradient, and the graph that made a tensor.

    PyTorch's own functions only, past ``__torch_function__`` of subclasses
    and of modes.
    """
    torch = sys.modules[MODULE]
    with torch._C.DisableTorchFunction():
        if safe.is_kind(obj, torch._C.StorageBase):
            return _storage(obj, torch._C)
        return _tensor(obj, torch)


def _tensor(tensor: Any, torch: Any) -> Seen:
    base = torch._C.TensorBase
    own = owners(base._cdata.__get__(tensor))
    if own.number != base._use_count(tensor):
        raise LookupError
    wanted = base.requires_grad.__get__(tensor)
    kept, hidden = _kept(tensor, base, wanted)
    pinned: tuple[tuple[Any, int], ...] = ()
    if torch._C._has_storage(tensor):
        buffers, more = _buffers(tensor, torch._C)
        if not wanted:
            # what shows all of a storage may itself be there for the sake of a view only
            shown = base.nbytes.__get__(tensor)
            whole = [b for b in buffers if shown < b.bytes]
            pinned = tuple((part, shown) for part in (*kept[:1], *whole))
    elif wanted or type(tensor) is not torch.Tensor:
        buffers, more = (), True
    else:
        buffers, more = _sparse(tensor, torch)
    return Seen(
        size=object.__sizeof__(tensor) + _IMPL * (2 if wanted else 1),
        objects=unlisted(tensor, kept),
        buffers=buffers,
        hidden=hidden or more,
        pinned=pinned,
        held=own.untold,
    )


def _kept(tensor: Any, base: Any, wanted: bool) -> tuple[list[Any], bool]:
    """Python objects that the C++ side of a tensor holds; are there hidden ones?"""
    view = base._is_view(tensor)
    kept = [base._base.__get__(tensor)] if view else []
    hidden = False
    # of other tensors there is none, and asking for it would print a warning
    has = base.is_leaf.__get__(tensor) or base.retains_grad.__get__(tensor)
    gradient = base._grad.__get__(tensor) if has else None
    if gradient is not None:
        # a gradient with a graph leads back to its tensor, in C++: nothing ever frees that
        hidden = base.requires_grad.__get__(gradient)
        kept += [] if hidden else [gradient]
    if wanted and view and base._version.__get__(tensor):
        # asking for the function of a view that was written to would make a new one
        return kept, True
    function = base._grad_fn.__get__(tensor) if wanted else None
    return kept if function is None else [*kept, function], hidden


def unlisted(obj: Any, kept: list[Any]) -> tuple[Any, ...]:
    """Those that the collector does not see: of some it sees one reference."""
    if not kept:
        return ()
    listed = [id(x) for x in referents(obj)]
    rest = []
    for one in kept:
        if id(one) in listed:
            listed.remove(id(one))
        else:
            rest.append(one)
    return tuple(rest)


def _buffers(tensor: Any, c: Any) -> tuple[tuple[Buffer, ...], bool]:
    """Memory of a tensor with a storage; is it hidden?"""
    if c._is_cow_tensor(tensor):
        return (), True
    address = c._storage_address(tensor)
    own = owners(address)
    if own.number != c._storage_Use_Count(address):
        raise LookupError
    count, shared = own.number, False
    if own.kept:
        wrapper = c.TensorBase.untyped_storage(tensor)
        # beside ours and the argument's there is the one that the storage holds itself
        alone = sys.getrefcount(wrapper) <= 3  # noqa: PLR2004 - counted in the line above
        count -= alone
        shared = c.StorageBase.is_shared(wrapper)
    return _memory(address, count, shared=shared), False


def _memory(address: int, count: int, *, shared: bool) -> tuple[Buffer, ...]:
    """Memory of the storage at this address, if it is of this process."""
    _, _, data, deleter, context, device, size = _Storage.from_address(address)
    if not data or device & 0xFF or not 0 < size < _MOST:
        return ()
    own = shared or data in (deleter, context)
    return (Buffer(data, size if own else 0, count),)


def _sparse(tensor: Any, torch: Any) -> tuple[tuple[Buffer, ...], bool]:
    """Memory of a tensor that is made of others; is it hidden?"""
    base, c = torch._C.TensorBase, torch._C
    layout = str(base.layout.__get__(tensor)).removeprefix("torch.")
    if layout not in _PARTS or c._len_torch_dispatch_stack():
        return (), True
    found: tuple[Buffer, ...] = ()
    for name in _PARTS[layout]:
        part = getattr(base, name)(tensor)
        address = c._storage_address(part)
        del part
        found += _memory(address, c._storage_Use_Count(address), shared=False)
    return found, False


def _storage(storage: Any, c: Any) -> Seen:
    address = c.StorageBase._cdata.__get__(storage)
    own = owners(address)
    if own.number != c._storage_Use_Count(address):
        raise LookupError
    shared = c.StorageBase.is_shared(storage)
    return Seen(
        buffers=_memory(address, own.number, shared=shared),
        held=-(own.kept and own.number > 1),
    )


def describe(obj: Any) -> str:
    """Shape and type of a tensor: ``64 × 3 × 224 × 224 float32``."""
    c = sys.modules[MODULE]._C
    if safe.is_kind(obj, c.StorageBase):
        return ""
    with c.DisableTorchFunction():
        shape = [f"{n:,}" for n in c.TensorBase.size(obj)]
        kind = str(c.TensorBase.dtype.__get__(obj)).removeprefix("torch.")
    return f"{' × '.join(shape) or 'scalar'} {safe.short(kind)}"
