"""What is said of each kind of registry."""

from __future__ import annotations

import re
from typing import NamedTuple

from leakhunter.detect.case import Case
from leakhunter.detect.words import plural
from leakhunter.heap.cuts.logged import PLACE as LOGGED
from leakhunter.heap.cuts.logged import STREAM
from leakhunter.heap.slots import Slot

_LOGGER = re.compile(r"logging\.getLogger\('(.*)'\)")
_EVENT = re.compile(r"events\.callbacks\['(.*)'\]\[\d+\]")
_SIGNAL = re.compile(r"signal\.getsignal\((\w+)\)")

_CALLED = re.compile(r"^\d+: | \(\d+\)$")

_DEFAULTS = {
    "sys.excepthook": "sys.excepthook = sys.__excepthook__",
    "sys.unraisablehook": "sys.unraisablehook = sys.__unraisablehook__",
    "sys.breakpointhook": "sys.breakpointhook = sys.__breakpointhook__",
    "sys.displayhook": "sys.displayhook = get_ipython().displayhook",
    "sys.gettrace()": "sys.settrace(None)",
    "sys.getprofile()": "sys.setprofile(None)",
    "threading.excepthook": "threading.excepthook = threading.__excepthook__",
}
"""How to put Python's own back."""


class Words(NamedTuple):
    """The pieces of a finding that depend on the registry; ``exact``: clearing can be done here."""

    reason: str
    root: str
    note: str
    how: str
    exact: bool
    facts: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    fix: str | None = None


def words_of(case: Case, slot: Slot) -> Words:
    """Words for one slot of a registry."""
    by_slot = {"ipython": _event, "comm": _comm, "timer": _timer}
    by_case = {"log": _logged, "finalizer": _finalizer, "exit": _exit}
    if slot.place in by_slot:
        return by_slot[slot.place](slot)
    return by_case.get(slot.place, _hook)(case, slot)


def _logged(case: Case, slot: Slot) -> Words:
    graph = case.graph
    node = graph.slots[slot]
    handler, _, attribute = slot.label.rpartition(".")
    found = _LOGGER.match(handler)
    logger = f"logger `{found[1]}`" if found else "the root logger"
    root = handler.partition(".handlers")[0].partition(".filters")[0]
    exact = Slot(LOGGED, slot.label) in graph.cuts
    kinds = [graph.kinds[n] for n in graph.edges[node]]
    records = kinds.count("LogRecord")
    code = slot.label
    who = "filter" if ".filters[" in handler else "handler"
    facts = ["`del` of the logger's name does not free it: `logging` knows it by name."]
    if (graph.kinds[node], graph.modules[node]) == STREAM:
        reason = f"A {who} of {logger} writes to a stream in memory, which only grows."
        fix = f"import logging\nstream = {code}\nstream.seek(0); stream.truncate(0)"
        kept = "StreamHandler"
    elif records:
        keep = plural(
            records, "record with its arguments", "records with their arguments"
        )
        reason = f"A {who} of {logger} keeps {keep}."
        fix = f"import logging\n{code}.clear()"
        facts.insert(
            0, "A record keeps the objects it was given until it is written out."
        )
        kept = "MemoryHandler" if attribute == "buffer" else ""
    else:
        reason = f"A {who} of {logger} keeps `{attribute}`."
        fix = (
            f"import logging\n{code}.clear()"
            if exact
            else f"import logging\n{root}.removeHandler({handler})"
        )
        kept = ""
    return Words(
        reason, root, "logging keeps each logger for good", f"the {who} gathers", exact,
        tuple(facts), ("What was logged into memory is lost.",) if exact else (), (kept,) if kept else (), fix,
    )  # fmt: skip


def _finalizer(case: Case, slot: Slot) -> Words:
    graph = case.graph
    name = str(slot.key).partition(": ")[2]
    awaited = case.facts.awaited.get(slot)
    if awaited is not None and awaited in graph.reach([graph.slots[slot]]):
        reason = f"`{name}` waits for an object that its own arguments keep alive: neither ever goes."
        how = "holds what it waits for"
    else:
        reason = (
            f"`{name}` keeps its arguments until the object that it waits for is gone."
        )
        how = "keeps the callback's arguments"
    return Words(
        reason, "weakref.finalize", "keeps each callback until its object is gone", how, exact=True,
        breaks=(f"`{name}` will not run.",), path=("weakref.finalize", "finalize"),
        facts=("A finalizer holds its function and arguments strongly.",),
    )  # fmt: skip


def _exit(case: Case, slot: Slot) -> Words:
    graph = case.graph
    name = _CALLED.sub("", str(slot.key))
    plain = Slot("name", name[:-2]) in graph.slots and graph.kinds[graph.slots[slot]] in ("tuple", "dict")  # fmt: skip
    return Words(
        f"`atexit` keeps `{name}` and what it was registered with until the kernel ends.",
        "atexit", "keeps each callback until the end", "registered", exact=True,
        breaks=(f"`{name}` will not run when the kernel ends.",), path=("atexit", name),
fix=f"import atexit\natexit.unregister({name[:-2]})" if plain else None,
    )  # fmt: skip


def _timer(slot: Slot) -> Words:
    name = _CALLED.sub("", str(slot.key))
    return Words(
        f"The event loop keeps `{name}` and its arguments until it calls it.",
        "asyncio", "keeps each call until its time", "called later", exact=True,
        breaks=(f"`{name}` will not be called.",), path=("loop.call_later", name),
        facts=("`loop.call_later` gives a handle; `handle.cancel()` lets go of both.",),
    )  # fmt: skip


def _event(slot: Slot) -> Words:
    found = _EVENT.match(str(slot.key))
    if found is None:
        return Words(
            f"IPython keeps `{slot.label}`, which holds data.", "IPython", "", "", exact=False
        )  # fmt: skip
    event = found[1]
    return Words(
        f"IPython calls a function on `{event}`, which holds data.",
        "IPython events", "callbacks stay until they are unregistered", f"called on {event}", exact=True,
        breaks=(f"The function is no longer called on `{event}`.",), path=("events", event),
        fix=f"ip = get_ipython()\nip.events.unregister({event!r}, {slot.label})",
    )  # fmt: skip


def _comm(slot: Slot) -> Words:
    target = str(slot.key).startswith("targets")
    what = "A function that waits for comms" if target else "An open comm"
    return Words(
        f"{what} holds data.", "comm_manager", "keeps each comm until it is closed", "", exact=not target,
        breaks=() if target else ("What the page shows of it stops answering.",), path=("comm",),
    )  # fmt: skip


def _hook(case: Case, slot: Slot) -> Words:
    key = str(slot.key)
    if Slot(LOGGED, slot.label) in case.graph.cuts:
        return Words(
            f"`{key}` was replaced by a stream in memory, which only grows.",
            "sys", "", "gathers what is written", exact=True, path=("StringIO",),
            breaks=("What was written into memory is lost.",),
            fix=f"import sys\n{key}.seek(0); {key}.truncate(0)",
        )  # fmt: skip
    if key.startswith("gc.garbage"):
        return Words(
            "The collector put what it found into `gc.garbage` instead of freeing it.",
            "gc.garbage", "", "keeps what was found", exact=True,
            facts=("It does so after `gc.set_debug(gc.DEBUG_SAVEALL)`.",), path=("gc",),
            fix="import gc\ngc.set_debug(0)\ngc.garbage.clear()",
        )  # fmt: skip
    found = _SIGNAL.match(key)
    fix = None
    if found:
        fix = f"import signal\nsignal.signal(signal.{found[1]}, signal.SIG_IGN)"
    elif key in _DEFAULTS:
        fix = f"import {key.partition('.')[0]}\n{_DEFAULTS[key]}"
    elif key.startswith("gc.callbacks"):
        fix = f"import gc\ngc.callbacks.remove({key})"
    what = f"`{key}` is a function that holds data."
    return Words(
        what, key.partition(".")[0], "calls it until it is taken out", "",
        exact=key.startswith("gc.callbacks"), path=(key,), fix=fix,
    )  # fmt: skip
