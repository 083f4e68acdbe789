"""An ipykernel in a control group of its own with little memory, where the machine allows one.

The group is beside this process's own and stays as long as the kernel's folder
is there: a restarted kernel reads in it how the one before ended.  Where none
can be made, a file ``refused`` says why.
"""

from __future__ import annotations

import os
from pathlib import Path

from ipykernel.kernelapp import launch_new_instance

LIMIT = 400 << 20
"""Bytes: enough for a kernel, and filled in a second."""

NAME = "leakhunter-test"


def own_group() -> tuple[Path, str]:
    """The control group of this process, and the name of the file with its limit."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            return Path("/sys/fs/cgroup/memory", path[1:]), "memory.limit_in_bytes"
        if not controllers:
            found = Path("/sys/fs/cgroup", path[1:])
            if (found / "memory.max").exists():
                return found, "memory.max"
    msg = "no control group counts memory here"
    raise OSError(msg)


def confine() -> None:
    """Enter a group with the limit."""
    own, limit = own_group()
    group = own / NAME
    group.mkdir(exist_ok=True)
    (group / limit).write_text(str(LIMIT))
    (group / "cgroup.procs").write_text(str(os.getpid()))


try:
    confine()
except OSError as error:
    Path("refused").write_text(str(error))
launch_new_instance()
