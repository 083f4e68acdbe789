"""What cells have put on modules of others: ``np.cache = table``, ``builtins.table``, a module made by hand.

No variable holds it, and its library knows nothing of it.  The cells tell: one
wrote the attribute of what it had imported, or made the module.  It is over
when no cell since has the word.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from leakhunter.detect import held
from leakhunter.detect.case import Case, Grouped, Told
from leakhunter.detect.liveness import Cell
from leakhunter.detect.made import chip
from leakhunter.detect.mentions import Mentions
from leakhunter.format import size_text
from leakhunter.heap.slots import Slot
from leakhunter.model import Holder

_PLACES = frozenset({"library", "module"})

_MAKING = frozenset({"ModuleType", "sys"})
"""Words of a cell that makes a module or lists one."""


class Patch(NamedTuple):
    """An attribute that a cell put on a module.

    Attributes
    ----------
    written
        The attribute as cells write it.
    made
        The cell.
    named
        May a variable stand for the module?
    """

    written: str
    made: Cell
    named: bool


class Patches:
    """Finds what cells have put on modules.

    Parameters
    ----------
    case
        All that is known.
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        self._mentions = Mentions(case)

    def over(self) -> dict[Slot, Patch]:
        """Attributes that no cell names any more."""
        found = {}
        for slot in self._case.graph.slots:
            if slot.place not in _PLACES:
                continue
            module, _, attribute = str(slot.key).rpartition(".")
            # a module has many globals: most of them are in no cell
            known = attribute in self._mentions.known
            if known and module not in self._case.facts.own_modules:
                patch = self._put(module, attribute)
                if patch and self._mentions.is_over(attribute, patch.made.run):
                    found[slot] = patch
        return found

    @cached_property
    def _imported(self) -> Mapping[str, str]:
        known = {"__builtins__": "builtins"}
        for cell in self._case.cells:
            known.update(cell.names.imports)
        return known

    def _put(self, module: str, attribute: str) -> Patch | None:
        """Who put this attribute on this module: the last cell that did."""
        bare = module in self._case.facts.bare_modules
        for cell in reversed(self._case.cells):
            names = cell.names
            if attribute not in names.words:
                continue
            for base, written in names.writes:
                if written == attribute and self._module(base) == module:
                    return Patch(f"{base}.{attribute}", cell, named=True)
            if bare and module in names.words and not _MAKING.isdisjoint(names.words):
                written = f"sys.modules[{module!r}].{attribute}"
                return Patch(written, cell, self._has_names(module))
        return None

    def _has_names(self, module: str) -> bool:
        graph, known = self._case.graph, self._imported
        return any(
            slot.place == "name"
            and graph.kinds[node] == "module"
            and known.get(str(slot.key), module) == module
            for slot, node in graph.slots.items()
        )

    def _module(self, code: str) -> str:
        """The module that some code stands for, as far as the imports tell."""
        name, dot, rest = code.partition(".")
        return self._imported.get(name, "") + dot + rest


def tell(case: Case, group: Grouped, patches: Mapping[Slot, Patch]) -> Told:
    """Words for what a cell put on a module."""
    slots = [slot for slot in group.slots if slot in patches]
    names = [patches[slot].written for slot in slots]
    others = [m.title for m in group.members if m.kind == "leftover-variable"]
    patch, size = patches[slots[0]], size_text(group.freed.bytes)
    kind, shape = case.what(slots[0])
    named = any(patches[slot].named for slot in slots)
    return Told(
        verdict="leftover" if others else "suspect" if named else "leak",
        label=chip(case, group.freed.gone),
        group="check",
        part="registry",
        title=", ".join([*names, *others]),
        names=[*names, *others],
        path=[slot.label for slot in slots],
        reason=f"{patch.made.link} put {held.quoted(names)} there, {size}; no cell names it after that.",
        chain=[
            Holder(role="root", label="sys.modules", note="keeps each module"),
            Holder(
                role="link",
                label=f"`{slots[0].label}`",
                note=f"put there by {patch.made.link}",
                stuck=True,
            ),
            Holder(role="object", label=kind, note=shape, bytes=group.freed.bytes),
        ],
        facts=[
            "A module keeps its attributes for as long as the kernel runs.",
            *(f"`{name}` is read by no cell either." for name in others[:2]),
        ],
        breaks=[f"Code that reads {held.quoted(names)} fails."],
        fix="\n".join(f"del {name}" for name in names),
    )
