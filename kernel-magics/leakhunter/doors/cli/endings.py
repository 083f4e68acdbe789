"""Words for a kernel that ended by itself."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

from leakhunter.doors.text.layout import plain
from leakhunter.format import duration_text, size_text

if TYPE_CHECKING:
    from leakhunter.doors.cli.watcher import Watcher

NEAR = 0.95
"""From so much of the limit on memory is the likely cause, as in the panel."""


def killed_words(status: int | None, watcher: Watcher) -> str:
    """How it ended, and the memory that was last seen; out of memory is said with proof only.

    Parameters
    ----------
    status
        Its exit status, or a signal as a negative number.
    watcher
        Who read its memory from outside.
    """
    head = f"{_cause(status, watcher)}{_how(status)}."
    last = watcher.last
    if last is None:
        return head
    before = plain(duration_text(max(time.time() - last.at, 0)))
    used, limit = (plain(size_text(n)) for n in (last.limit.used, last.limit.bytes))
    return f"{head} {before} before, it had {plain(size_text(last.rss))}; {used} of the limit of {limit} were used."


def _cause(status: int | None, watcher: Watcher) -> str:
    by_force = status == -getattr(signal, "SIGKILL", 9)
    proof = watcher.killed_for_memory
    if by_force and proof:
        return "The kernel ran out of memory"
    last = watcher.last
    counted = proof is not None and last is not None and last.limit.source == "cgroup"
    near = last is not None and last.limit.used >= NEAR * last.limit.bytes
    if by_force and near and not counted:
        return "The kernel probably ran out of memory"
    return "The kernel stopped unexpectedly"


def _how(status: int | None) -> str:
    """``(SIGKILL)``, ``(exit status 1)``."""
    if status is None:
        return ""
    if status >= 0:
        return f" (exit status {status})"
    try:
        return f" ({signal.Signals(-status).name})"
    except ValueError:
        return f" (signal {-status})"
