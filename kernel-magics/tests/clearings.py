"""Clearing in tests: by names, and an inventory of all that must stay as it is."""

from __future__ import annotations

import sys
from pathlib import Path

from leakhunter.act.clear import clear
from leakhunter.act.preview import plan
from leakhunter.heap.slots import UNDERSCORES

MB = 1_000_000


def wait(session, cells=3):
    """Let so many cells of the user's pass."""
    for i in range(cells):
        session(f"x = {i}")


def planned(session, *words):
    """The plan for clearing what these words mean."""
    hunter = session.hunter
    checkup = hunter.check()
    found = {f.finding.id: f for w in words for f in hunter.meant(checkup, w)}
    assert found, words
    return plan(hunter, checkup, list(found.values()))


def cleared(session, *words, save=True):
    """Clear what these words mean."""
    wish = planned(session, *words)
    return clear(session.hunter, wish, ids_of(wish), save=save)


def ids_of(wish):
    """All ids of a plan."""
    return [one.finding.id for one in wish.found]


def inventory(shell):
    """Everything that a clearing may touch, by place: what is there, by identity."""
    hook = shell.displayhook
    own = {n: id(v) for n, v in shell.user_ns.items() if not n.startswith("_i")}
    plots = sys.modules.get("matplotlib._pylab_helpers")
    history = getattr(shell.history_manager, "outputs", {})
    return {
        "names": own,
        "order of names": list(own),
        "hidden": {n: id(v) for n, v in shell.user_ns_hidden.items() if n[:2] != "_i"},
        "Out": {n: id(v) for n, v in shell.history_manager.output_hist.items()},
        "hook": {n: id(getattr(hook, n, None)) for n in UNDERSCORES},
        "sys": {n: id(v) for n, v in vars(sys).items() if n.startswith("last_")},
        "modules": {n: id(m) for n, m in sys.modules.items() if "leakhunter" not in n},
        "figures": list(plots.Gcf.figs) if plots is not None else [],
        "stored": {n: len(v) for n, v in history.items()},
        "files": len(list(Path("/proc/self/fd").iterdir())),
    }


def differences(before, after):
    """What is not as it was: by place, the keys."""
    found = {}
    for place, was in before.items():
        now = after[place]
        if type(was) is dict:
            keys = {k for k in was.keys() | now.keys() if was.get(k) != now.get(k)}
        else:
            keys = set() if was == now else {"*"}
        if keys:
            found[place] = keys
    return found
