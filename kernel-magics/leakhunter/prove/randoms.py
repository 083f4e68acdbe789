"""Random numbers as they were: the state of ``random``, numpy, torch, and of generators that names hold."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from types import ModuleType
from typing import Any

from leakhunter.heap import safe

Step = Callable[[], object]
"""Puts one state back."""


def states(names: Mapping[str, Any]) -> Iterator[Step]:
    """For each source of random numbers what puts its state back.

    Parameters
    ----------
    names
        The user's names; generators among their values count too.
    """
    yield partial(random.setstate, random.getstate())
    for module, state in (("numpy.random", _numpy), ("torch", _torch)):
        found = sys.modules.get(module)
        if type(found) is ModuleType:
            # another version of the library: see less, never fail
            with suppress(Exception):
                yield from state(found)
    for value in list(names.values()):
        if type(value) is random.Random:
            yield partial(value.setstate, value.getstate())
        elif safe.type_name(type(value)) == "Generator":
            yield from _generator(value)


def _numpy(module: Any) -> Iterator[Step]:
    yield partial(module.set_state, module.get_state())


def _generator(value: Any) -> Iterator[Step]:
    """The user's own ``default_rng()``."""
    module: Any = sys.modules.get("numpy.random")
    if type(module) is ModuleType and type(value) is module.Generator:
        bits = value.bit_generator
        yield partial(setattr, bits, "state", bits.state)


def _torch(module: Any) -> Iterator[Step]:
    yield partial(module.set_rng_state, module.get_rng_state())
    if module.cuda.is_initialized():
        yield partial(module.cuda.set_rng_state_all, module.cuda.get_rng_state_all())
