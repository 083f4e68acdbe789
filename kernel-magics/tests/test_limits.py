"""The limit that applies, read from a made-up ``/proc`` and ``/sys``."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import psutil
import pytest

from leakhunter.record.limits import Limits, parse_size

GIB = 1024**3
HOST = 64 * GIB
RSS = 3 * GIB


@pytest.fixture(autouse=True)
def host(monkeypatch):
    monkeypatch.setattr(
        psutil,
        "virtual_memory",
        lambda: SimpleNamespace(total=HOST, available=40 * GIB),
    )
    monkeypatch.setattr(Limits, "_address_space", staticmethod(lambda: None))


@pytest.fixture
def system(tmp_path):
    """Files of a system, written by path."""

    def write(**files):
        for path, text in files.items():
            place = tmp_path / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        return tmp_path

    return write


def v2(folder, limit, used=0, inactive=0):
    top = f"sys/fs/cgroup{folder}"
    return {
        f"{top}/memory.max": f"{limit}\n",
        f"{top}/memory.current": f"{used}\n",
        f"{top}/memory.stat": f"anon 5\ninactive_file {inactive}\nactive_file 7\n",
    }


def v1(folder, limit, used=0, inactive=0):
    top = f"sys/fs/cgroup/memory{folder}"
    return {
        f"{top}/memory.limit_in_bytes": f"{limit}\n",
        f"{top}/memory.usage_in_bytes": f"{used}\n",
        f"{top}/memory.stat": f"inactive_file 1\ntotal_inactive_file {inactive}\n",
    }


def read(root, *, setting=None, **environ):
    limits = Limits(root, environ)
    limits.setting = setting
    return limits.read(RSS)


def test_without_any_limit_it_is_the_machine(system):
    assert (HOST, "host", 24 * GIB) == read(system())


def test_version_2_of_a_container(system):
    """In a container the own group is the root of what it sees."""
    root = system(**{"proc/self/cgroup": "0::/\n"}, **v2("", 8 * GIB, 5 * GIB, GIB))
    assert (8 * GIB, "cgroup", 4 * GIB) == read(root)


def test_version_2_nested_takes_the_lowest(system):
    root = system(
        **{"proc/self/cgroup": "0::/kubepods/pod1/c1\n"},
        **v2("/kubepods", 32 * GIB, 9 * GIB),
        **v2("/kubepods/pod1", 4 * GIB, 3 * GIB, GIB),
        **v2("/kubepods/pod1/c1", "max", 2 * GIB),
    )
    assert (4 * GIB, "cgroup", 2 * GIB) == read(root)


def test_a_path_that_this_container_does_not_see(system):
    root = system(
        **{"proc/self/cgroup": "0::/system.slice/docker-1.scope\n"},
        **v2("", 2 * GIB, GIB),
    )
    assert (2 * GIB, "cgroup", GIB) == read(root)


def test_version_1(system):
    root = system(
        **{"proc/self/cgroup": "12:cpu:/x\n5:memory:/docker/1\n1:name=systemd:/\n"},
        **v1("", 9223372036854771712),
        **v1("/docker/1", 6 * GIB, 4 * GIB, GIB),
    )
    assert (6 * GIB, "cgroup", 3 * GIB) == read(root)


def test_version_1_with_several_controllers_in_a_line(system):
    root = system(
        **{"proc/self/cgroup": "3:cpu,memory:/a\n"}, **v1("/a", 6 * GIB, 4 * GIB)
    )
    assert 6 * GIB == read(root).bytes


def test_both_versions_at_once(system):
    root = system(
        **{"proc/self/cgroup": "5:memory:/a\n0::/b\n"},
        **v1("/a", 6 * GIB, 4 * GIB),
        **v2("/b", 5 * GIB, 4 * GIB),
    )
    assert (5 * GIB, "cgroup") == read(root)[:2]


@pytest.mark.parametrize("limit", ["max", "9223372036854771712", "", "nonsense"])
def test_no_limit_in_a_group(system, limit):
    root = system(**{"proc/self/cgroup": "0::/a\n"}, **v2("/a", limit, GIB))
    assert "host" == read(root).source


def test_a_group_above_the_machine_does_not_count(system):
    root = system(**{"proc/self/cgroup": "0::/a\n"}, **v2("/a", 2 * HOST, GIB))
    assert (HOST, "host") == read(root)[:2]


def test_a_working_set_is_never_negative(system):
    root = system(**{"proc/self/cgroup": "0::/a\n"}, **v2("/a", GIB, 10, 20))
    assert 0 == read(root).used


def test_a_group_without_statistics(system):
    root = system(**{"proc/self/cgroup": "0::/a\n"}, **v2("/a", GIB, 10))
    (root / "sys/fs/cgroup/a/memory.stat").unlink()
    assert (GIB, "cgroup", 10) == read(root)


def test_the_hub_s_limit(system):
    assert (2 * GIB, "hub", RSS) == read(system(), MEM_LIMIT=str(2 * GIB))


def test_the_hub_s_limit_counts_the_pod_where_there_is_one(system):
    root = system(**{"proc/self/cgroup": "0::/\n"}, **v2("", 8 * GIB, 5 * GIB, GIB))
    assert (2 * GIB, "hub", 4 * GIB) == read(root, MEM_LIMIT="2G")


def test_our_setting(system):
    assert (GIB, "setting", RSS) == read(system(), setting=GIB)


def test_the_address_space(system, monkeypatch):
    monkeypatch.setattr(Limits, "_address_space", staticmethod(lambda: 5 * GIB))
    assert (5 * GIB, "rlimit", RSS) == read(system())


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
@pytest.mark.parametrize("infinite", [True, False])
def test_the_address_space_is_read(monkeypatch, infinite):
    import resource

    monkeypatch.undo()
    soft = resource.RLIM_INFINITY if infinite else 7 * GIB
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, resource.RLIM_INFINITY))
    assert (None if infinite else 7 * GIB) == Limits._address_space()


@pytest.mark.parametrize("lowest", ["cgroup", "hub", "setting", "rlimit"])
def test_the_lowest_wins(system, monkeypatch, lowest):
    size = {
        source: (1 if source == lowest else 5) * GIB
        for source in ("cgroup", "hub", "setting", "rlimit")
    }
    monkeypatch.setattr(Limits, "_address_space", staticmethod(lambda: size["rlimit"]))
    root = system(**{"proc/self/cgroup": "0::/a\n"}, **v2("/a", size["cgroup"], 9))
    found = read(root, setting=size["setting"], MEM_LIMIT=str(size["hub"]))
    assert (GIB, lowest) == found[:2]


def test_of_equal_limits_the_one_said_by_the_user_is_told(system):
    root = system(**{"proc/self/cgroup": "0::/a\n"}, **v2("/a", GIB, 9))
    assert "setting" == read(root, setting=GIB, MEM_LIMIT=str(GIB)).source
    assert "cgroup" == read(root, MEM_LIMIT=str(GIB)).source


def test_a_limit_that_changes_is_read_anew(system):
    root = system(**{"proc/self/cgroup": "0::/a\n"}, **v2("/a", 4 * GIB, 9))
    limits = Limits(root, {})
    assert 4 * GIB == limits.read(RSS).bytes
    system(**v2("/a", 2 * GIB, 10))
    assert (2 * GIB, "cgroup", 10) == limits.read(RSS)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1073741824", GIB),
        ("16G", 16 * GIB),
        ("16GB", 16 * GIB),
        ("16GiB", 16 * GIB),
        ("1.5g", 3 * GIB // 2),
        (" 512M ", GIB // 2),
        ("2T", 2048 * GIB),
        ("64k", 65536),
        ("", None),
        ("lots", None),
        ("-1", None),
        ("1E", None),
        ("16 G", 16 * GIB),
    ],
)
def test_sizes(text, size):
    assert size == parse_size(text)


def test_a_hub_limit_that_says_nothing(system):
    for text in ("", "0", "None", "unlimited"):
        assert "host" == read(system(), MEM_LIMIT=text).source


def test_kills_are_counted_in_the_nearest_group(system):
    top = "sys/fs/cgroup/pod"
    root = system(
        **{"proc/self/cgroup": "0::/pod\n"},
        **v2("/pod", 2 * GIB),
        **{f"{top}/memory.events": "low 0\noom 4\noom_kill 3\noom_group_kill 0\n"},
    )
    assert 3 == Limits(root, {}).oom_kills()


def test_kills_are_counted_in_version_1(system):
    place = "sys/fs/cgroup/memory/pod/memory.oom_control"
    root = system(
        **{"proc/self/cgroup": "5:memory:/pod\n"},
        **v1("/pod", 2 * GIB),
        **{place: "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n"},
    )
    assert 1 == Limits(root, {}).oom_kills()


def test_kills_are_not_known_without_groups(system):
    assert Limits(system(), {}).oom_kills() is None
