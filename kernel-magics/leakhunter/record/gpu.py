"""Memory of accelerators, as the libraries that allocate it count it.

A library is asked only when the user has imported it and has put a device to
use: asking earlier could start a driver, which takes seconds and hundreds of
MB.  PyTorch (CUDA, ROCm, XPU) and JAX tell whether they have begun.  Metal and
CuPy do not, so they are asked only once an array of theirs was seen.

These are counters on the host: no device is waited for.  Its free memory is
left out, for that question could open a context on it; peaks are not reset,
for the user may be following them.

Costs: 2 µs while no device is in use, imported or not; then one call of the
library for each device.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from types import ModuleType
from typing import Any, NamedTuple

from leakhunter.heap import safe

_JAX = ("cuda", "rocm", "gpu", "tpu")
"""Platforms of JAX with memory of their own."""


class Gpu(NamedTuple):
    """What one library holds on one device, in bytes; ``None``: not told.

    Attributes
    ----------
    device
        As the library writes it, ``cuda:0``.
    name
        What the device is called; empty when that is not told.
    allocated
        What arrays take.
    reserved
        What the library took from the device, its pool included.
    peak
        The most that was allocated since the start, or since the user's reset.
    total
        The size of the device, or what the library may take of it.
    """

    library: str
    device: str
    name: str
    allocated: int
    reserved: int | None
    peak: int | None
    total: int | None


def look(seen: Collection[str] = ()) -> list[Gpu]:
    """Memory on each device in use.

    Parameters
    ----------
    seen
        Of which libraries that do not tell whether they are in use an array
        was seen: ``mps``, ``cupy``.
    """
    found = [*_torch("cuda"), *_torch("xpu"), *_jax()]
    if "mps" in seen:
        found += _metal()
    if "cupy" in seen:
        found += _cupy()
    return found


def allocated() -> int | None:
    """What arrays of PyTorch and JAX take on all devices; ``None`` when none is in use.

    Meant for both ends of a run: Metal and CuPy are missing.
    """
    sizes = [
        gpu.allocated
        for gpus in (_torch("cuda", named=False), _torch("xpu", named=False), _jax())
        for gpu in gpus
    ]
    return sum(sizes) if sizes else None


def _content(name: str) -> dict[str, Any]:
    """What an imported module holds; its own ``__getattr__`` could import more."""
    module = sys.modules.get(name)
    return module.__dict__ if type(module) is ModuleType else {}


def _ask(function: Any, *arguments: object) -> Any:
    """What a library's function says; ``None`` when it is missing or fails: then less is seen."""
    try:
        return function(*arguments)
    except Exception:  # noqa: BLE001 - another version, or a device that is lost
        return None


def _of(thing: object, name: str) -> Any:
    """An attribute of a library's object, or ``None``."""
    return _ask(getattr, thing, name)


def _number(value: object) -> int | None:
    return value if type(value) is int else None


def _text(value: object) -> str:
    return safe.short(value) if type(value) is str else ""


def _count(table: object, *path: str) -> int | None:
    """A number in nested dictionaries, or ``None``."""
    for key in path:
        table = table.get(key) if type(table) is dict else None
    return _number(table)


def _torch(kind: str, *, named: bool = True) -> Iterator[Gpu]:
    """PyTorch's devices of a kind, once the user's code has begun to use one."""
    api = _content(f"torch.{kind}")
    if _ask(api.get("is_initialized")) is not True:
        return
    for index in range(_number(_ask(api.get("device_count"))) or 0):
        used, reserved, peak = _counters(api, index)
        if used is None:
            continue
        about = _ask(api.get("get_device_properties"), index) if named else None
        yield Gpu(
            library="torch",
            device=f"{kind}:{index}",
            name=_text(_of(about, "name")),
            allocated=used,
            reserved=reserved,
            peak=peak,
            total=_number(_of(about, "total_memory")),
        )


def _counters(
    api: dict[str, Any], index: int
) -> tuple[int | None, int | None, int | None]:
    """Allocated, reserved and peak: in one table, or one by one where that is missing."""
    table = _ask(api.get("memory_stats_as_nested_dict"), index)
    used = _count(table, "allocated_bytes", "all", "current")
    if used is not None:
        reserved = _count(table, "reserved_bytes", "all", "current")
        return used, reserved, _count(table, "allocated_bytes", "all", "peak")
    pool = api.get("memory_reserved") or api.get("memory_cached")  # until PyTorch 1.4
    return (
        _number(_ask(api.get("memory_allocated"), index)),
        _number(_ask(pool, index)),
        _number(_ask(api.get("max_memory_allocated"), index)),
    )


def _jax() -> Iterator[Gpu]:
    """JAX's devices, on the platforms that it has begun to use."""
    backends = _content("jax._src.xla_bridge").get("_backends")
    for platform, client in list(backends.items()) if type(backends) is dict else ():
        devices = _ask(_of(client, "local_devices")) if platform in _JAX else ()
        for device in devices if type(devices) is list else ():
            table = _ask(_of(device, "memory_stats"))
            used = _count(table, "bytes_in_use")
            if used is not None:
                yield Gpu(
                    library="jax",
                    device=f"{platform}:{_number(_of(device, 'id'))}",
                    name=_text(_of(device, "device_kind")),
                    allocated=used,
                    reserved=_count(table, "pool_bytes"),
                    peak=_count(table, "peak_bytes_in_use"),
                    total=_count(table, "bytes_limit"),
                )


def _metal() -> Iterator[Gpu]:
    """PyTorch on an Apple GPU."""
    api = _content("torch.mps")
    used = _number(_ask(api.get("current_allocated_memory")))
    if used is not None:
        yield Gpu(
            library="torch",
            device="mps",
            name="",
            allocated=used,
            reserved=_number(_ask(api.get("driver_allocated_memory"))),
            peak=None,
            total=_number(_ask(api.get("recommended_max_memory"))),
        )


def _cupy() -> Iterator[Gpu]:
    """CuPy's default pool on the current device: the others are reached by switching only."""
    pool = _ask(_content("cupy").get("get_default_memory_pool"))
    used = _number(_ask(_of(pool, "used_bytes")))
    if used is not None:
        yield Gpu(
            library="cupy",
            device="cuda",
            name="",
            allocated=used,
            reserved=_number(_ask(_of(pool, "total_bytes"))),
            peak=None,
            total=None,
        )
