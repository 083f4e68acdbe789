"""PyTorch: tensors on the CPU by their storages, which tensors, views and parameters share."""

# ruff: noqa: SLF001 - PyTorch tells what holds what only in its private parts

from __future__ import annotations

import sys
from ctypes import c_uint64
from typing import Any

from leakhunter.act.undo.kinds.memory import at_address, carve
from leakhunter.act.undo.node import Builder, Damaged, Describe, Memory, Node, Refused

MODULE = "torch"

_Words = c_uint64 * 7
"""Words of a storage: methods, owners, data, who frees it and by what, device, bytes."""

_MOST = 1 << 45
"""No storage is bigger; a pointer, in a layout that is not known, is."""


def known() -> dict[type, Describe]:
    """The types of this module, with what describes each."""
    torch = sys.modules[MODULE]
    return {
        torch.Tensor: _tensor,
        torch.nn.Parameter: _tensor,
        torch.dtype: lambda obj, _: Node("torch.constant", _name(obj)),
        torch.device: lambda obj, _: Node("torch.device", [obj.type, obj.index]),
        torch.Size: lambda obj, _: Node("torch.size", list(obj)),
        _Storage: _memory,
    }


def _name(obj: object) -> str:
    return str(obj).removeprefix("torch.")


class _Storage:
    """The memory of tensors, by its address."""

    def __init__(self, owner: Any, data: int, size: int) -> None:
        self.owner = owner
        self.data = data
        self.size = size


def storage_of(tensor: Any, notes: dict[Any, Any]) -> _Storage:
    """The storage of a tensor.

    Raises
    ------
    Refused
        When its memory is not PyTorch's own: shared with processes, arrays or files.
    """
    torch = sys.modules[MODULE]
    base = torch._C.TensorBase
    if not torch._C._has_storage(tensor) or torch._C._is_cow_tensor(tensor):
        raise Refused("a tensor without memory of its own")
    where = torch._C._storage_address(tensor)
    _, _, data, deleter, context, device, size = _Words.from_address(where)
    first = data + base.storage_offset(tensor) * base.element_size(tensor)
    if device & 0xFF or not size < _MOST or (size and first != base.data_ptr(tensor)):
        raise Refused("a tensor of a version of torch that undo does not know")
    if size and data not in (deleter, context):
        raise Refused("a tensor in memory of another library")
    found: _Storage = notes.setdefault(("torch", where), _Storage(tensor, data, size))
    return found


def _memory(obj: _Storage, _: object) -> Node:
    if not obj.size:
        return Node("torch.storage", 0)
    return Node(
        "torch.storage",
        obj.size,
        (),
        (Memory(at_address(obj.data, obj.size), obj.size),),
    )


def _make_storage(size: int, _: object, data: list[Any]) -> Any:
    made = sys.modules[MODULE].UntypedStorage(size)
    if size:
        data[0].into(at_address(made.data_ptr(), size, writable=True))
    return made


def _tensor(obj: Any, notes: dict[Any, Any]) -> Node:
    torch = sys.modules[MODULE]
    if torch._C._len_torch_dispatch_stack():
        raise Refused("a tensor while a mode of torch is on")
    with torch._C.DisableTorchFunction():
        _check(obj, torch)
        base = torch._C.TensorBase
        layout = [
            _name(base.dtype.__get__(obj)),
            list(base.size(obj)),
            list(base.stride(obj)),
            base.storage_offset(obj),
            base.requires_grad.__get__(obj),
        ]
        where = base.data_ptr(obj)
        grad = base._grad.__get__(obj)
        over = base._base.__get__(obj) if base._is_view(obj) else None
        storage = storage_of(obj, notes)
    parts = [storage, grad]
    if over is not None and base.dtype.__get__(over) is base.dtype.__get__(obj):
        parts.append(over)
    kind = "torch.tensor" if type(obj) is torch.Tensor else "torch.parameter"
    return Node(kind, layout, parts, same=lambda: base.data_ptr(obj) == where)


def _check(obj: Any, torch: Any) -> None:
    base = torch._C.TensorBase
    if base.device.__get__(obj).type != "cpu":
        raise Refused("a tensor on a device")
    if base.layout.__get__(obj) is not torch.strided or base.is_quantized.__get__(obj):
        raise Refused("a sparse or quantized tensor")
    if not base.is_leaf.__get__(obj):
        raise Refused("a tensor of an autograd graph")
    hooks = base._backward_hooks.__get__(obj)
    # versions differ in whether axes have names
    names = base.names.__get__(obj) if hasattr(base, "names") else ()
    if obj.__dict__ or hooks or any(name is not None for name in names):
        raise Refused("a tensor with attributes of its own")
    if base.is_conj(obj) or base.is_neg(obj) or base.is_inference(obj) or obj.is_nested:
        raise Refused("a tensor of a kind that undo does not know")


def _make_tensor(facts: Any, parts: list[Any], _: object) -> Any:
    torch = sys.modules[MODULE]
    name, size, stride, offset, wanted = facts
    dtype = getattr(torch, name)
    with torch.no_grad():
        if len(parts) > 2:  # noqa: PLR2004 - the third is what it is a view of
            made = parts[2].as_strided(size, stride, offset)
        else:
            made = torch.empty(0, dtype=dtype).set_(parts[0], offset, size, stride)
    return _finished(made, facts, parts[1], wanted)


def _make_parameter(facts: Any, parts: list[Any], _: object) -> Any:
    torch = sys.modules[MODULE]
    name, size, stride, offset, wanted = facts
    data = torch.empty(0, dtype=getattr(torch, name)).set_(
        parts[0], offset, size, stride
    )
    return _finished(torch.nn.Parameter(data, wanted), facts, parts[1], wanted)


def _finished(made: Any, facts: Any, grad: Any, wanted: bool) -> Any:
    if wanted and not made.requires_grad:
        made.requires_grad_()
    if grad is not None:
        made.grad = grad
    if [_name(made.dtype), list(made.size()), list(made.stride())] != facts[:3]:
        msg = "A saved tensor has another shape than was written."
        raise Damaged(msg)
    return made


# ------------------------------------------------------------------ arrays


def lends(base: Any) -> bool:
    """Is this a tensor, whose memory an array may show?"""
    torch = sys.modules.get(MODULE)
    return torch is not None and type(base) is getattr(torch, "Tensor", None)


def describe_lent(
    obj: Any, base: Any, dtype: Any, head: list[Any], notes: dict[Any, Any]
) -> Node:
    """An array of numpy's over the memory of a tensor."""
    storage = storage_of(base, notes)
    start = int(obj.__array_interface__["data"][0]) - storage.data
    return Node("torch.lent", [dtype, start, *head], [storage])


def make_lent(dtype: Any, facts: Any, storage: Any) -> Any:
    """See :func:`describe_lent`."""
    torch = sys.modules[MODULE]
    flat = (
        torch.empty(0, dtype=torch.uint8)
        .set_(storage, 0, (storage.nbytes(),), (1,))
        .numpy()
    )
    start, shape, strides = facts[:3]
    return carve(flat, start, shape, strides, dtype)


BUILDERS = {
    "torch.storage": Builder(_make_storage),
    "torch.tensor": Builder(_make_tensor),
    "torch.parameter": Builder(_make_parameter),
    "torch.constant": Builder(lambda name, *_: getattr(sys.modules[MODULE], name)),
    "torch.device": Builder(lambda facts, *_: sys.modules[MODULE].device(*facts)),
    "torch.size": Builder(lambda facts, *_: sys.modules[MODULE].Size(facts)),
}
