"""The thread behind the live values: it samples while it is asked to, and sleeps without a timer else."""

from __future__ import annotations

import threading

import pytest

from leakhunter.record.sampler import Sampler

WAIT = 10
"""Seconds for what must happen."""


@pytest.fixture
def sampled():
    return threading.Semaphore(0)


@pytest.fixture
def sampler(sampled):
    sampler = Sampler(sampled.release, interval=0.005)
    yield sampler
    sampler.close()


def asleep(sampler):
    """Wait until it has found out that nothing is asked for."""
    pause = threading.Event()
    for _ in range(1000):
        if sampler._asleep:
            return True
        pause.wait(0.01)
    return False


def test_it_samples_until_it_is_ended(sampler, sampled):
    sampler.begin()
    for _ in range(3):
        assert sampled.acquire(timeout=WAIT)
    sampler.end()
    assert asleep(sampler)


def test_a_sample_that_fails_is_not_the_last(sampled):
    """Nor is anything printed: pytest takes an error of a thread for one of the test."""

    def fail():
        sampled.release()
        raise RuntimeError

    sampler = Sampler(fail, interval=0.005)
    try:
        sampler.begin()
        for _ in range(3):
            assert sampled.acquire(timeout=WAIT)
    finally:
        sampler.close()


def test_a_beginning_wakes_it(sampler, sampled):
    for _ in range(3):
        sampler.begin()
        assert sampled.acquire(timeout=WAIT)
        sampler.end()
        assert asleep(sampler)
        while sampled.acquire(blocking=False):
            pass


def test_short_cells_are_not_sampled_and_do_not_wake_it(sampled):
    """Each begins before the sample of the one before is due, and that one has ended."""
    sampler = Sampler(sampled.release, interval=WAIT)
    try:
        for _ in range(100):
            sampler.begin()
            sampler.end()
        assert not sampler._wake.is_set()
        assert not sampled.acquire(blocking=False)
    finally:
        sampler.close()


def test_it_ends_while_it_waits_and_while_it_sleeps(sampled):
    for interval in (WAIT, 0.001):
        sampler = Sampler(sampled.release, interval)
        sampler.begin()
        thread = sampler._thread
        if interval < WAIT:
            sampler.end()
            assert asleep(sampler)
        sampler.close()
        assert not thread.is_alive()
