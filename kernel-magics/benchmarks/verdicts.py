"""How often the rule behind "Prove it" is right: simulated counts of known kinds.

    python kernel-magics/benchmarks/verdicts.py

The table gives, for each kind of process, the share of verdicts.  A process is
a toy: it ranks rules, it does not predict rates in the field.
"""

from __future__ import annotations

import math
import random
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator

from leakhunter.prove.plan import BATCHES, WARM_UP
from leakhunter.prove.verdict import judge, settled

TRIALS = 4000
VERDICTS = ("leak", "suspect", "plateau", "clean")

Process = Callable[[random.Random], Iterator[int]]
"""Yields the count after each run."""


def steady(step: float, noise: int = 0, every: int = 1) -> Process:
    """A leak of ``step`` objects every so many runs; below 1 it is a probability."""

    def runs(rng: random.Random) -> Iterator[int]:
        count, run = 0, 0
        while True:
            run += 1
            if run % every == 0:
                count += int(step) if step >= 1 else rng.random() < step
            yield count + rng.randint(-noise, noise)

    return runs


def walk(rng: random.Random) -> Iterator[int]:
    """One more or one less, by chance."""
    count = 100
    while True:
        count += rng.choice((-1, 1))
        yield count


def filling(entries: int, tau: float) -> Process:
    """A cache that fills up slower and slower."""

    def runs(rng: random.Random) -> Iterator[int]:
        run = 0
        while True:
            run += 1
            yield round(entries * (1 - math.exp(-run / tau))) + (rng.random() < 0.1)  # noqa: PLR2004 - a little noise

    return runs


def bounded(entries: int, per_run: int = 1) -> Process:
    """A cache that throws its oldest entries out."""

    def runs(_: random.Random) -> Iterator[int]:
        cache: OrderedDict[int, None] = OrderedDict()
        key = 0
        while True:
            for _ in range(per_run):
                key += 1
                cache[key] = None
                if len(cache) > entries:
                    cache.popitem(last=False)
            yield len(cache)

    return runs


def sawtooth(period: int) -> Process:
    """Piles up and lets go of all."""

    def runs(_: random.Random) -> Iterator[int]:
        run = 0
        while True:
            run += 1
            yield run % period

    return runs


PROCESSES: dict[str, Process] = {
    "leak: 1 a run": steady(1),
    "leak: 1 a run, noise of 2": steady(1, noise=2),
    "leak: 1 in 2 runs": steady(1, every=2),
    "leak: 1 in 2 runs, by chance": steady(0.5),
    "leak: 1 in 4 runs": steady(1, every=4),
    "leak: 1 in 5 runs, by chance": steady(0.2),
    "leak: 5 a run, noise of 9": steady(5, noise=9),
    "fine: noise of 2": steady(0, noise=2),
    "fine: noise of 20": steady(0, noise=20),
    "fine: random walk": walk,
    "fine: fills up, tau 3": filling(20, 3),
    "fine: fills up, tau 10": filling(50, 10),
    "fine: bounded, 6 entries": bounded(6),
    "fine: bounded, 16 entries": bounded(16),
    "fine: bounded, 16, 3 a run": bounded(16, 3),
    "fine: bounded, 32 (unknown bound)": bounded(32),
    "fine: sawtooth of 8": sawtooth(8),
    "fine: sawtooth of 5": sawtooth(5),
}


def verdict_of(process: Iterator[int]) -> tuple[str, int]:
    """The verdict after the default plan with its early stop, and how many runs it took."""
    done = WARM_UP
    for _ in range(WARM_UP):
        count = next(process)
    counts, batches = [count], []
    for batch in BATCHES:
        for _ in range(batch):
            count = next(process)
        done += batch
        counts.append(count)
        batches.append(batch)
        if settled([counts]):
            break
    return judge(counts, batches).verdict, done


def table(trials: int = TRIALS) -> dict[str, tuple[Counter[str], float]]:
    """For each process the counts of verdicts and the mean number of runs."""
    found = {}
    for name, process in PROCESSES.items():
        rng = random.Random(name)  # noqa: S311 - a simulation, the same each time
        outcomes = [verdict_of(process(rng)) for _ in range(trials)]
        verdicts = Counter(verdict for verdict, _ in outcomes)
        found[name] = verdicts, sum(runs for _, runs in outcomes) / trials
    return found


def main() -> None:
    """Print the table."""
    print(f"{'process':36}" + "".join(f"{v:>9}" for v in VERDICTS) + f"{'runs':>7}")
    for name, (verdicts, runs) in table().items():
        shares = "".join(f"{verdicts[v] / TRIALS:9.3f}" for v in VERDICTS)
        print(f"{name:36}{shares}{runs:7.1f}")


if __name__ == "__main__":
    main()
