"""Which objects refer to some: the native core held to its twin."""

from __future__ import annotations

import gc
import sys
import weakref

import pytest

from leakhunter.heap.walk import referring
from leakhunter.heap.walk.referring import at_once, referring_twin

native = pytest.importorskip("leakhunter._native")


class Thing:
    """May be held in every way."""


class Shut:
    """Nobody may ask it."""

    def __eq__(self, other):
        raise AssertionError

    __hash__ = None


def running():
    inner = yield
    yield inner


def ways(target):
    """Objects that hold the target, each in another way, then objects that do not."""
    instance = Thing()
    instance.held = target
    generator = running()
    next(generator)
    generator.send(target)
    # up to Python 3.10 a generator has its locals in a frame of their own
    suspended = generator if sys.version_info >= (3, 11) else generator.gi_frame

    def closure():
        return target

    return (
        [
            [target], (1, target), {"k": target}, instance.__dict__, suspended,
            property(target), closure.__closure__[0],
        ],
        [[], [[target]], {}, "text", 1, Thing, Shut(), closure, weakref.ref(target)],
    )  # fmt: skip


def same(one, other):
    return list(map(id, one)) == list(map(id, other))


def test_holders_are_told_from_others():
    target = Thing()
    holding, others = ways(target)
    for find in (native.referring, referring_twin):
        assert same(holding, find([*holding, *others], [target, Shut()]))


def test_the_core_finds_what_its_twin_does():
    objects = gc.get_objects()
    for targets in ([], [Thing], [pytest, gc, None], objects[:3000]):
        assert same(
            native.referring(objects, targets), referring_twin(objects, targets)
        )


@pytest.mark.parametrize("core", [native, None])
def test_the_whole_process_is_asked_at_once(core, monkeypatch):
    monkeypatch.setattr(referring.core, "NATIVE", core)
    target = Thing()
    targets = [target]
    holder = [target]
    found = [one for one in at_once(targets) if one is not targets]
    assert holder in found
    assert [] == [one for one in found if type(one) is tuple]


def test_wrong_arguments_raise():
    for wrong in ((), ([],), ((), []), ([], ()), ([], [], [])):
        with pytest.raises(TypeError):
            native.referring(*wrong)
