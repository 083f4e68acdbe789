"""Holder slots: the exact places from which a session holds its objects.

A slot is a name of the user's, or one of the places where IPython keeps
results.  A displayed object sits in up to eight of them; clearing one frees
nothing, so they are listed together (:func:`outputs_by_object`).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

Place: TypeAlias = str
"""Where a slot is.

``name``, ``out``, ``hidden``, ``displayhook``, ``result``, ``stored``: user_ns,
``Out``, user_ns_hidden, the display hook, the last result, IPython 9's stored
outputs.  ``sys``, ``formatter``, ``error``: of the last exception ``sys.last_*``,
the traceback formatters, the last result's error.  ``raised``, ``view``: two
references inside objects, the traceback of an exception that the user keeps,
and the base of a view.  All others are of :mod:`leakhunter.heap.roots`.
"""

SESSION = frozenset(
    {"name", "out", "hidden", "displayhook", "result", "stored", "sys", "formatter", "error"}
)  # fmt: skip
"""Places of the session itself; all others belong to libraries and Python."""

UNDERSCORES = ("_", "__", "___")


LABELS: dict[Place, str] = {
    "out": "Out[{}]",
    "hidden": "user_ns_hidden['{}']",
    "displayhook": "displayhook.{}",
    "result": "last_execution_result",
    "stored": "history_manager.outputs[{}]",
    "sys": "sys.{}",
    "error": "last_execution_result.{}",
    "garbage": "garbage",
    "stuck": "garbage that no collection frees",
    "kept": "free memory",
}
"""How a slot is written, with its key; the roots add theirs."""

_NUMBER = re.compile(r" #\d+$")
"""What tells the second slot of a way from the first."""


class Slot(NamedTuple):
    """One place that holds one object."""

    place: Place
    key: str | int

    @property
    def label(self) -> str:
        """The slot as a person would write it; several of one way differ in the key only."""
        key = self.key if self.place in SESSION else _NUMBER.sub("", str(self.key))
        return LABELS.get(self.place, "{}").format(key)

    @property
    def execution_count(self) -> int | None:
        """Execution count of the output that it holds, where the slot tells."""
        if type(self.key) is int:
            return self.key if self.place in ("out", "stored") else None
        digits = str(self.key)[1:]
        return (
            int(digits)
            if self.place in ("name", "hidden") and digits.isdigit()
            else None
        )


GARBAGE = Slot("garbage", "")
"""Stands for all garbage: no slot holds it, and a collection empties it."""

CHILD = "child"
"""Place of what ends child processes; its key is the name of what stands for them."""

KEPT = Slot("kept", "")
"""Stands for what allocators keep free: no slot holds it, and asking them empties it."""

STUCK = Slot("stuck", "")
"""Stands for garbage that no collection frees: its cycles lead through what the collector cannot see."""


def named(slots: Mapping[Slot, int]) -> list[tuple[Slot, int]]:
    """Variables with their nodes, in the session's order; ``_`` and its kin behind the others."""
    names = [(slot, node) for slot, node in slots.items() if slot.place == "name"]
    return sorted(names, key=lambda one: is_output_name(str(one[0].key)))


def is_output_name(name: str) -> bool:
    """Is this ``_``, ``__``, ``___`` or ``_N``?"""
    return name in UNDERSCORES or (name[:1] == "_" and name[1:].isdigit())


def namespace(shell: InteractiveShell) -> dict[str, Any]:
    """The user's namespace."""
    return shell.user_ns  # type: ignore[no-any-return]


def output_dict(shell: InteractiveShell) -> dict[int, Any]:
    """IPython's own output history, whatever the user has bound to ``Out``."""
    found = shell.history_manager.output_hist
    return found if type(found) is dict else {}


def stored_outputs(shell: InteractiveShell) -> dict[int, list[Any]]:
    """What IPython 9.1 and later keep of every printed and displayed byte."""
    return getattr(shell.history_manager, "outputs", {})


def containers(shell: InteractiveShell) -> list[object]:
    """What the session's names and outputs are kept in."""
    return [
        namespace(shell),
        shell.user_ns_hidden,
        output_dict(shell),
        stored_outputs(shell),
    ]


def user_names(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Names that the user has bound, with their values.

    A name that IPython has put there itself is in the hidden namespace with
    the very same value.
    """
    hidden = shell.user_ns_hidden
    hook = shell.displayhook
    for name, value in list(namespace(shell).items()):
        if type(name) is not str or name in ("Out", "_oh", "In", "_ih", "_dh"):
            continue
        if name in UNDERSCORES and value is getattr(hook, name, None):
            continue
        if name.startswith("__") and name.endswith("__") and name not in UNDERSCORES:
            continue
        if name in hidden and hidden[name] is value:
            continue
        if is_output_name(name) and name not in UNDERSCORES:
            continue
        if name.startswith("_i") and (
            name[2:].isdigit() or name in ("_i", "_ii", "_iii")
        ):
            continue
        yield name, value


def output_slots(shell: InteractiveShell) -> Iterator[tuple[Slot, Any]]:
    """Every slot in which IPython keeps a displayed value."""
    for number, value in list(output_dict(shell).items()):
        if type(number) is int:
            yield Slot("out", number), value
    spaces: list[tuple[Place, dict[str, Any]]] = [
        ("name", namespace(shell)),
        ("hidden", shell.user_ns_hidden),
    ]
    hook = shell.displayhook
    for place, space in spaces:
        for name, value in list(space.items()):
            if type(name) is not str or not is_output_name(name):
                continue
            own = place == "hidden" or name not in UNDERSCORES
            if own or value is getattr(hook, name, None):
                yield Slot(place, name), value
    for name in UNDERSCORES:
        value = getattr(hook, name, None)
        if value is not None:
            yield Slot("displayhook", name), value
    last = shell.last_execution_result
    if last is not None and getattr(last, "result", None) is not None:
        yield Slot("result", "result"), last.result


def outputs_by_object(shell: InteractiveShell) -> list[tuple[list[Slot], Any]]:
    """Displayed objects with all the slots that hold each."""
    found: dict[int, tuple[list[Slot], Any]] = {}
    for slot, value in output_slots(shell):
        found.setdefault(id(value), ([], value))[0].append(slot)
    return list(found.values())


SYS_NAMES = ("last_type", "last_value", "last_traceback", "last_exc")
"""Python's own; ``last_exc`` from 3.12 on."""

FORMATTERS = {
    "InteractiveTB.tb": ("InteractiveTB", "tb"),
    "SyntaxTB.tb": ("SyntaxTB", "tb"),
    "SyntaxTB.last_syntax_error": ("SyntaxTB", "last_syntax_error"),
}
"""IPython's traceback formatters keep what they formatted last, and nobody clears it."""

ERRORS = ("error_in_exec", "error_before_exec")


def exception_slots(shell: InteractiveShell) -> Iterator[tuple[Slot, Any]]:
    """Every slot that holds the last exception or its traceback."""
    for name in SYS_NAMES:
        value = sys.__dict__.get(name)
        if value is not None:
            yield Slot("sys", name), value
    for label, (owner, name) in FORMATTERS.items():
        value = getattr(getattr(shell, owner, None), name, None)
        if value is not None:
            yield Slot("formatter", label), value
    for name in ERRORS:
        value = getattr(shell.last_execution_result, name, None)
        if value is not None:
            yield Slot("error", name), value


def stored_slots(shell: InteractiveShell) -> Iterator[tuple[Slot, Any]]:
    """What is stored of each cell's printed and displayed output."""
    for number, bundles in list(stored_outputs(shell).items()):
        if type(number) is int and type(bundles) is list and bundles:
            yield Slot("stored", number), bundles


GONE = object()
"""What :func:`value_in` says of an empty slot."""


class Attribute(NamedTuple):
    """A slot that is an attribute, not a key."""

    name: str


def value_in(shell: InteractiveShell, slot: Slot) -> Any:
    """What a slot holds, or :data:`GONE`; a slot inside an object is always gone."""
    place = place_of(shell, slot)
    if place is None:
        return GONE
    holder, key = place
    return (
        holder.get(key, GONE)
        if type(key) is not Attribute
        else getattr(holder, key.name, GONE)
    )


def place_of(shell: InteractiveShell, slot: Slot) -> tuple[Any, Any] | None:
    """The holder of a slot with the key or :class:`Attribute` in it; ``None`` inside objects."""
    name = str(slot.key)
    match slot.place:
        case "name":
            return namespace(shell), name
        case "hidden":
            return shell.user_ns_hidden, name
        case "out":
            return output_dict(shell), slot.key
        case "stored":
            return stored_outputs(shell), slot.key
        case "sys":
            return sys.__dict__, name
    return _attribute_of(shell, slot)


def _attribute_of(shell: InteractiveShell, slot: Slot) -> tuple[Any, Any] | None:
    name = str(slot.key)
    match slot.place:
        case "displayhook":
            return shell.displayhook, Attribute(name)
        case "result":
            return shell.last_execution_result, Attribute("result")
        case "error":
            return shell.last_execution_result, Attribute(name)
        case "formatter":
            owner, attribute = FORMATTERS[name]
            return getattr(shell, owner, None), Attribute(attribute)
    return None
