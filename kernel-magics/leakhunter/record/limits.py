"""The memory limit that applies to this kernel, and what that limit counts.

The lowest of: the control group (a pod's limit, v1 and v2, walked up to the
root), ``MEM_LIMIT`` (set by JupyterHub spawners), our own setting,
``RLIMIT_AS``, and the machine's memory.  A control group counts the whole pod:
its working set is usage less inactive file pages, as Kubernetes does.
Cost: about 10 µs a reading, and 5 µs for each control group with a limit: its
files stay open.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import psutil

from leakhunter.model import LimitSource
from leakhunter.record.files import Held

_NO_LIMIT = 1 << 60
"""Version 1 writes "no limit" as the largest multiple of the page size below 2**63."""

_UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}


class Limit(NamedTuple):
    """A limit in bytes, where it comes from, and how much of it is used."""

    bytes: int
    source: LimitSource
    used: int


class Cgroup(NamedTuple):
    """One control group: its files, and the word for inactive pages in ``stat``."""

    limit: Held
    usage: Held
    events: Held
    stat: Held
    inactive: str

    @classmethod
    def of(cls, folder: Path, files: tuple[str, str, str], inactive: str) -> Cgroup:
        """The group in a folder."""
        limit, usage, events = (Held(str(folder / name)) for name in files)
        return cls(limit, usage, events, Held(str(folder / "memory.stat")), inactive)


_V1 = (
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "memory.oom_control"),
    "total_inactive_file",
)
_V2 = (("memory.max", "memory.current", "memory.events"), "inactive_file")

_HOST = re.compile(r"^Mem(Total|Available):\s+(\d+) kB$", re.MULTILINE)

_FIRST_LINES = 512
"""Characters of which both lines are, the first and the third."""


def parse_size(text: str) -> int | None:
    """Bytes of ``16G``, ``512M`` or a plain number; ``None`` when it is neither."""
    found = re.fullmatch(
        r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?\s*", text, re.IGNORECASE
    )
    return int(float(found[1]) * _UNITS[found[2].upper()]) if found else None


def _said(file: Held, key: str) -> int | None:
    """The number behind a word at the beginning of a line."""
    found = re.search(rf"^{key} (\d+)$", file.text(), re.MULTILINE)
    return int(found[1]) if found else None


class Limits:
    """Finds the limit that applies.

    Parameters
    ----------
    root : Path
        Where ``/proc`` and ``/sys`` are; another place only in tests.
    environ : Mapping
        The environment to read ``MEM_LIMIT`` from.
    """

    def __init__(
        self, root: Path = Path("/"), environ: Mapping[str, str] | None = None
    ) -> None:
        self._root = root
        self._environ = os.environ if environ is None else environ
        self.setting: int | None = None
        self._groups = list(self._find_groups())
        self._meminfo = Held(str(root / "proc/meminfo"))

    def _find_groups(self) -> Iterator[Cgroup]:
        """Control groups of this process, from its own up to the root."""
        try:
            lines = (self._root / "proc/self/cgroup").read_text().splitlines()
        except OSError:
            return
        base = self._root / "sys/fs/cgroup"
        for line in lines:
            _, controllers, path = line.split(":", 2)
            if not controllers:
                top, files = base, _V2
            elif "memory" in controllers.split(","):
                top, files = base / "memory", _V1
            else:
                continue
            folder = top / path.strip("/")
            while folder != top and top in folder.parents:
                if folder.is_dir():
                    yield Cgroup.of(folder, *files)
                folder = folder.parent
            if top.is_dir():
                yield Cgroup.of(top, *files)

    def oom_kills(self) -> int | None:
        """How many processes of the nearest control group the system killed for memory so far."""
        for group in self._groups:
            kills = _said(group.events, "oom_kill")
            if kills is not None:
                return kills
        return None

    def _group(self) -> Limit | None:
        """The lowest limit of a control group."""
        found: list[Limit] = []
        for group in self._groups:
            limit = group.limit.number()
            if limit is None or limit >= _NO_LIMIT:
                continue
            used = group.usage.number()
            if used is None:
                continue
            working_set = used - (_said(group.stat, group.inactive) or 0)
            found.append(Limit(limit, "cgroup", max(working_set, 0)))
        return min(found) if found else None

    @staticmethod
    def _address_space() -> int | None:
        try:
            import resource  # noqa: PLC0415 - not on Windows
        except ImportError:
            return None
        soft = resource.getrlimit(resource.RLIMIT_AS)[0]
        return None if soft == resource.RLIM_INFINITY else soft

    def _host(self) -> Limit:
        """The machine's memory; psutil reads eight times as much to tell it."""
        text = self._meminfo.text()[:_FIRST_LINES]
        known = {key: int(kb) * 1024 for key, kb in _HOST.findall(text)}
        if len(known) < 2:  # noqa: PLR2004 - both lines
            memory = psutil.virtual_memory()
            known = {"Total": memory.total, "Available": memory.available}
        return Limit(known["Total"], "host", known["Total"] - known["Available"])

    def read(self, rss: int) -> Limit:
        """The limit that applies now.

        Parameters
        ----------
        rss : int
            This process's resident set in bytes: what the limits that do not
            count a whole pod are compared with.
        """
        host = self._host()
        found = [host]
        group = self._group()
        if group is not None and group.bytes < host.bytes:
            found.append(group)
        hub = parse_size(self._environ.get("MEM_LIMIT", ""))
        if hub:
            found.append(Limit(hub, "hub", group.used if group is not None else rss))
        if self.setting:
            found.append(Limit(self.setting, "setting", rss))
        space = self._address_space()
        if space is not None:
            found.append(Limit(space, "rlimit", rss))
        lowest = min(limit.bytes for limit in found)
        order: list[LimitSource] = ["setting", "cgroup", "hub", "rlimit", "host"]
        return min(
            (x for x in found if x.bytes == lowest), key=lambda x: order.index(x.source)
        )

    def close(self) -> None:
        """Give the files back."""
        self._meminfo.close()
        for group in self._groups:
            for file in (group.limit, group.usage, group.events, group.stat):
                file.close()
