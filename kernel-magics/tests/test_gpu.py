"""Memory of accelerators, told by made-up libraries: machines that test have none."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest

from leakhunter.record import gpu
from leakhunter.record.gpu import Gpu

GB = 1_000_000_000
NAMES = (
    "torch",
    "torch.cuda",
    "torch.xpu",
    "torch.mps",
    "jax._src.xla_bridge",
    "cupy",
)


@pytest.fixture(autouse=True)
def nothing_imported(monkeypatch):
    for name in NAMES:
        monkeypatch.delitem(sys.modules, name, raising=False)


@pytest.fixture
def module(monkeypatch):
    """Imports a made-up module; ``asked`` has the functions that were called."""

    def make(name, **content):
        made = ModuleType(name)
        made.asked = asked = []

        def noting(key, value):
            def call(*arguments):
                asked.append((key, *arguments))
                return value(*arguments)

            return call

        for key, value in content.items():
            setattr(made, key, noting(key, value) if callable(value) else value)
        monkeypatch.setitem(sys.modules, name, made)
        return made

    return make


def fails(*_arguments):
    raise RuntimeError("the device is lost")


def table(used, reserved, peak):
    return {
        "allocated_bytes": {"all": {"current": used, "peak": peak, "freed": 7}},
        "reserved_bytes": {"all": {"current": reserved, "peak": 9 * GB}},
    }


def properties(_index):
    return SimpleNamespace(name="Some GPU", total_memory=80 * GB)


def cuda(**changes):
    """PyTorch's module in a recent version, with two devices."""
    tables = [table(3 * GB, 4 * GB, 5 * GB), table(1 * GB, 2 * GB, 2 * GB)]
    return {
        "is_initialized": lambda: True,
        "device_count": lambda: 2,
        "memory_stats_as_nested_dict": lambda i: tables[i],
        "get_device_properties": properties,
        **changes,
    }


TWO = [
    Gpu("torch", "cuda:0", "Some GPU", 3 * GB, 4 * GB, 5 * GB, 80 * GB),
    Gpu("torch", "cuda:1", "Some GPU", 1 * GB, 2 * GB, 2 * GB, 80 * GB),
]


def test_nothing_is_told_when_nothing_is_imported():
    assert [] == gpu.look({"mps", "cupy"})
    assert None is gpu.allocated()


def test_each_device_is_told(module):
    module("torch.cuda", **cuda())
    assert TWO == gpu.look()
    assert 4 * GB == gpu.allocated()


def test_a_run_asks_for_the_counters_only(module):
    torch = module("torch.cuda", **cuda())
    gpu.allocated()
    expected = [
        ("is_initialized",),
        ("device_count",),
        ("memory_stats_as_nested_dict", 0),
        ("memory_stats_as_nested_dict", 1),
    ]
    assert expected == torch.asked


def test_a_device_that_is_not_in_use_is_not_started(module):
    torch = module("torch.cuda", **cuda(is_initialized=lambda: False))
    assert [] == gpu.look()
    assert None is gpu.allocated()
    assert {("is_initialized",)} == set(torch.asked)


def test_in_use_and_empty_is_not_the_same_as_not_in_use(module):
    module("torch.cuda", **cuda(memory_stats_as_nested_dict=lambda _: table(0, 0, 0)))
    assert 0 == gpu.allocated()


def test_intels_devices_are_told_likewise(module):
    module("torch.xpu", **cuda(device_count=lambda: 1))
    assert [TWO[0]._replace(device="xpu:0")] == gpu.look()
    assert 3 * GB == gpu.allocated()


@pytest.mark.parametrize("pool", ["memory_reserved", "memory_cached"])
def test_older_versions_are_asked_one_by_one(module, pool):
    content = cuda(
        device_count=lambda: 1,
        memory_allocated=lambda _: 3 * GB,
        max_memory_allocated=lambda _: 5 * GB,
        **{pool: lambda _: 4 * GB},
    )
    del content["memory_stats_as_nested_dict"]
    module("torch.cuda", **content)
    assert TWO[:1] == gpu.look()


def test_the_new_name_of_the_pool_is_taken(module):
    content = cuda(device_count=lambda: 1, memory_allocated=lambda _: 3 * GB)
    content |= {"memory_reserved": lambda _: 4 * GB, "memory_cached": fails}
    del content["memory_stats_as_nested_dict"]
    torch = module("torch.cuda", **content)
    assert [(4 * GB, None)] == [(g.reserved, g.peak) for g in gpu.look()]
    assert "memory_cached" not in {name for name, *_ in torch.asked}


@pytest.mark.parametrize("name", ["is_initialized", "device_count"])
def test_what_fails_tells_nothing(module, name):
    module("torch.cuda", **cuda(**{name: fails}))
    assert [] == gpu.look()
    assert None is gpu.allocated()


@pytest.mark.parametrize("name", ["is_initialized", "device_count"])
def test_what_is_missing_tells_nothing(module, name):
    content = cuda()
    del content[name]
    module("torch.cuda", **content)
    assert [] == gpu.look()


def test_one_lost_device_leaves_the_others(module):
    def counters(index):
        return fails() if index == 0 else table(1 * GB, 2 * GB, 2 * GB)

    module("torch.cuda", **cuda(memory_stats_as_nested_dict=counters))
    assert TWO[1:] == gpu.look()
    assert 1 * GB == gpu.allocated()


def test_without_its_properties_a_device_has_its_counters(module):
    module("torch.cuda", **cuda(get_device_properties=fails))
    assert [g._replace(name="", total=None) for g in TWO] == gpu.look()


def test_attributes_that_fail_or_mean_something_else_are_not_told(module):
    class Properties:
        name = property(fails)
        total_memory = "80 GB"

    tables = {"allocated_bytes": {"all": {"current": GB, "peak": None}}}
    content = cuda(
        device_count=lambda: 1,
        get_device_properties=lambda _: Properties(),
        memory_stats_as_nested_dict=lambda _: tables,
    )
    module("torch.cuda", **content)
    assert [Gpu("torch", "cuda:0", "", GB, None, None, None)] == gpu.look()


@pytest.mark.parametrize("answer", [None, "2", 2.0, [1, 2]])
def test_a_count_of_another_kind_is_no_count(module, answer):
    module("torch.cuda", **cuda(device_count=lambda: answer))
    assert [] == gpu.look()


def test_a_long_name_is_cut(module):
    long = SimpleNamespace(name="G\n" + "P" * 99, total_memory=1)
    module("torch.cuda", **cuda(get_device_properties=lambda _: long))
    assert "G " + "P" * 37 + "…" == gpu.look()[0].name


def test_a_module_is_not_made_to_import_more(module, monkeypatch):
    asked = []
    module("torch.cuda", __getattr__=asked.append)
    module("torch.mps", __getattr__=asked.append)
    assert [] == gpu.look({"mps"})
    assert [] == asked

    class Lazy(ModuleType):
        def __getattribute__(self, name):
            asked.append(name)
            return super().__getattribute__(name)

    for name in NAMES:
        monkeypatch.setitem(sys.modules, name, Lazy(name))
    asked.clear()
    assert [] == gpu.look({"mps", "cupy"})
    assert [] == asked


def test_an_import_that_failed_is_no_module(monkeypatch):
    for name in NAMES:
        monkeypatch.setitem(sys.modules, name, None)
    assert [] == gpu.look({"mps", "cupy"})


def test_metal_is_asked_only_once_an_array_was_seen(module):
    mps = module(
        "torch.mps",
        current_allocated_memory=lambda: 2 * GB,
        driver_allocated_memory=lambda: 3 * GB,
        recommended_max_memory=lambda: 10 * GB,
    )
    assert [] == gpu.look()
    assert None is gpu.allocated()
    assert [] == mps.asked
    expected = [Gpu("torch", "mps", "", 2 * GB, 3 * GB, None, 10 * GB)]
    assert expected == gpu.look({"mps"})


def test_an_older_metal_tells_less(module):
    module(
        "torch.mps",
        current_allocated_memory=lambda: 2 * GB,
        driver_allocated_memory=fails,
    )
    assert [Gpu("torch", "mps", "", 2 * GB, None, None, None)] == gpu.look({"mps"})


def test_metal_on_another_system_tells_nothing(module):
    module("torch.mps", current_allocated_memory=fails)
    assert [] == gpu.look({"mps"})


def test_cupys_pool_is_asked_only_once_an_array_was_seen(module):
    pool = SimpleNamespace(used_bytes=lambda: GB, total_bytes=lambda: 2 * GB)
    cupy = module("cupy", get_default_memory_pool=lambda: pool)
    assert [] == gpu.look()
    assert [] == cupy.asked
    expected = [Gpu("cupy", "cuda", "", GB, 2 * GB, None, None)]
    assert expected == gpu.look({"cupy"})


def test_a_pool_that_fails_tells_nothing(module):
    module("cupy", get_default_memory_pool=fails)
    assert [] == gpu.look({"cupy"})
    module("cupy", get_default_memory_pool=lambda: SimpleNamespace(used_bytes=fails))
    assert [] == gpu.look({"cupy"})


def jax_device(stats):
    return SimpleNamespace(id=0, device_kind="Some TPU", memory_stats=stats)


def jax_client(*devices):
    return SimpleNamespace(local_devices=lambda: list(devices))


def test_jax_is_asked_about_the_platforms_it_has_begun(module):
    stats = {"bytes_in_use": GB, "peak_bytes_in_use": 2 * GB, "bytes_limit": 9 * GB}
    backends = {
        "cpu": jax_client(jax_device(fails)),
        "cuda": jax_client(jax_device(lambda: stats)),
        "tpu": jax_client(jax_device(lambda: None), jax_device(fails)),
    }
    module("jax._src.xla_bridge", _backends=backends)
    expected = [Gpu("jax", "cuda:0", "Some TPU", GB, None, 2 * GB, 9 * GB)]
    assert expected == gpu.look()
    assert GB == gpu.allocated()


@pytest.mark.parametrize("backends", [{}, None, [], {"cuda": None}])
def test_jax_that_has_not_begun_is_left_alone(module, backends):
    module("jax._src.xla_bridge", _backends=backends)
    assert [] == gpu.look()
    assert None is gpu.allocated()


def test_libraries_add_up(module):
    module("torch.cuda", **cuda())
    backends = {"cuda": jax_client(jax_device(lambda: {"bytes_in_use": GB}))}
    module("jax._src.xla_bridge", _backends=backends)
    assert ["torch", "torch", "jax"] == [g.library for g in gpu.look()]
    assert 5 * GB == gpu.allocated()


def test_the_real_pytorch_is_not_started(monkeypatch):
    monkeypatch.undo()
    torch = pytest.importorskip("torch", reason="no PyTorch here")
    assert not torch.cuda.is_initialized()
    assert [] == gpu.look()
    assert None is gpu.allocated()
    assert not torch.cuda.is_initialized()
    asked = {*cuda(), "memory_allocated", "memory_reserved", "max_memory_allocated"}
    assert set() == asked - vars(torch.cuda).keys()
