"""Figures as they were: those that a cell opened are closed, those that it closed are open again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import FunctionType, ModuleType
from typing import Any

_PYPLOT = "matplotlib._pylab_helpers"
_INLINE = "matplotlib_inline.backend_inline"


def states() -> Iterator[Callable[[], object]]:
    """What puts the open figures back, in their order, and what a front end is still to be shown."""
    helpers: Any = sys.modules.get(_PYPLOT)
    if type(helpers) is ModuleType:
        yield partial(_figures, helpers.Gcf, list(helpers.Gcf.figs.items()))
    show = getattr(sys.modules.get(_INLINE), "show", None)
    if type(show) is FunctionType:
        yield partial(_drawn, show, {k: _copied(v) for k, v in vars(show).items()})


def _figures(pyplot: Any, before: list[tuple[int, Any]]) -> None:
    known = {id(manager) for _, manager in before}
    for number, manager in list(pyplot.figs.items()):
        if id(manager) not in known:
            pyplot.destroy(number)
    pyplot.figs.clear()
    pyplot.figs.update(before)


def _drawn(show: Any, before: dict[str, Any]) -> None:
    vars(show).update(before)


def _copied(value: Any) -> Any:
    """The list of figures to draw is filled in place."""
    return list(value) if type(value) is list else value
