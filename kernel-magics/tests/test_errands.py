"""Work between the user's cells gives way: the loop turns after each slice, however often somebody asked."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest

from leakhunter.doors import errands
from leakhunter.doors.errands import Errand, Errands


class Loop:
    """An event loop that turns when it is told to."""

    def __init__(self):
        self.callbacks = []
        self.timers = {}
        self._number = 0

    def add_callback(self, call, *arguments):
        self.callbacks.append(lambda: call(*arguments))

    def call_later(self, _seconds, call):
        self._number += 1
        self.timers[self._number] = call
        return self._number

    def remove_timeout(self, number):
        self.timers.pop(number, None)

    def turn(self):
        """Everything that is due now; what that adds comes in the next turn."""
        due = [*self.callbacks, *self.timers.values()]
        self.callbacks, self.timers = [], {}
        for call in due:
            call()


@pytest.fixture
def loop(monkeypatch):
    # one step a slice: each look at the clock is a second, and a slice one and a half
    clock = SimpleNamespace(perf_counter=itertools.count().__next__)
    monkeypatch.setattr(errands, "time", clock)
    monkeypatch.setattr(errands, "SLICE", 1.5)
    return Loop()


def test_one_slice_a_turn_however_often_somebody_kicked(loop):
    done = []

    def steps():
        for number in range(50):
            done.append(number)
            yield

    work = Errands(loop, lambda: False)
    work.add(Errand("work", steps, print))
    loop.turn()
    for _ in range(5):
        work.kick()
    loop.turn()
    before = len(done)
    for _ in range(10):
        loop.turn()
    slices = len(done) - before
    assert slices <= 10
    assert len(loop.timers) == 1
    work.close()


def test_work_goes_on_to_its_end(loop):
    done = []

    def steps():
        for number in range(20):
            done.append(number)
            yield

    work = Errands(loop, lambda: False)
    for name in ("first", "second"):
        work.add(Errand(name, steps, print))
    for _ in range(100):
        loop.turn()
    assert done == [*range(20), *range(20)]
    assert not loop.timers
    work.close()
