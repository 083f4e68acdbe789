"""Holder slots: the exact places from which a session holds its objects.

A slot is a name of the user's, or one of the places where IPython keeps
results.  A displayed object sits in up to eight of them; clearing one frees
nothing, so they are listed together (:func:`outputs_by_object`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

Place = Literal["name", "out", "hidden", "displayhook", "result", "stored"]
"""user_ns, ``Out``, user_ns_hidden, the display hook, the last result, IPython 9's stored outputs."""

UNDERSCORES = ("_", "__", "___")


class Slot(NamedTuple):
    """One place that holds one object."""

    place: Place
    key: str | int

    @property
    def label(self) -> str:
        """The slot as a person would write it."""
        match self.place:
            case "name":
                return str(self.key)
            case "out":
                return f"Out[{self.key}]"
            case "hidden":
                return f"user_ns_hidden['{self.key}']"
            case "displayhook":
                return f"displayhook.{self.key}"
            case "result":
                return "last_execution_result"
            case "stored":
                return f"history_manager.outputs[{self.key}]"

    @property
    def execution_count(self) -> int | None:
        """Execution count of the output that it holds, where the slot tells."""
        if type(self.key) is int:
            return self.key
        digits = str(self.key)[1:]
        return (
            int(digits)
            if self.place in ("name", "hidden") and digits.isdigit()
            else None
        )


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


def stored_slots(shell: InteractiveShell) -> Iterator[tuple[Slot, Any]]:
    """What is stored of each cell's printed and displayed output."""
    for number, bundles in list(stored_outputs(shell).items()):
        if type(number) is int and type(bundles) is list and bundles:
            yield Slot("stored", number), bundles
