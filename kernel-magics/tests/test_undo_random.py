"""Random graphs come back equal and equally shared: lists, dictionaries, arrays, frames, views, cycles."""

from __future__ import annotations

import collections
import random

import pytest
from undoing import FOLDER, named

from leakhunter.act.undo.spill import saving
from leakhunter.act.undo.survey import survey
from leakhunter.slices import at_once

GRAPHS = 400


class Maker:
    """Makes values of values made before."""

    def __init__(self, seed, np, pd):
        self.random = random.Random(seed)
        self.np, self.pd = np, pd
        self.made = []
        self.arrays = []
        self.open = []

    def pick(self):
        pool = self.made if self.made and self.random.random() < 0.7 else [self.atom()]
        return self.random.choice(pool)

    def atom(self):
        r = self.random
        return r.choice([None, True, r.randint(-(10**20), 10**20), r.random(), "é" * r.randint(0, 90), b"x" * r.randint(0, 9),
                         float("nan"), 1j, ..., range(r.randint(0, 5)), "x" * r.choice([10, 70_000])])  # fmt: skip

    def key(self):
        r = self.random
        return r.choice(
            [
                r.randint(0, 99),
                str(r.randint(0, 99)),
                (r.randint(0, 9), "k"),
                frozenset({r.randint(0, 9)}),
            ]
        )

    def array(self):
        np, r = self.np, self.random
        shape = [r.randint(0, 4) for _ in range(r.randint(0, 3))]
        dtype = r.choice(
            [
                "f8",
                ">i4",
                "?",
                "u1",
                "M8[s]",
                "S3",
                "U2",
                "c8",
                "O",
                [("a", "i2"), ("b", "f4")],
            ]
        )
        x = np.zeros(shape, dtype, order=r.choice("CF"))
        if dtype == "O":
            for index in np.ndindex(*shape):
                x[index] = self.pick()
        elif x.size and dtype in ("f8", "u1"):
            x[...] = np.arange(x.size).reshape(shape)
        return x

    def view(self):
        np, r = self.np, self.random
        x = r.choice(self.arrays) if self.arrays else self.array()
        for _ in range(r.randint(1, 3)):
            how = r.randint(0, 3)
            if how == 0:
                x = x.T
            elif how == 1 and x.ndim:
                x = x[
                    tuple(
                        slice(r.choice([None, 1]), None, r.choice([1, 2, -1]))
                        for _ in range(x.ndim)
                    )
                ]
            elif how == 2:
                x = x[..., None]
            elif how == 3 and x.ndim and x.size:
                x = np.broadcast_to(x, (2, *x.shape))
        return x

    def frame(self):
        pd, np, r = self.pd, self.np, self.random
        n = r.randint(0, 4)
        index = r.choice(
            [
                None,
                pd.Index([r.choice("abc") for _ in range(n)], name="i"),
                pd.date_range("2020", periods=n, tz="UTC"),
            ]
        )
        columns = {
            "a": np.arange(n), "b": np.arange(float(n)), "c": np.arange(n) * 2, "t": ["x"] * n,
            "k": pd.Categorical(["u"] * n), "m": pd.array([None] * n, "Int8"), "o": pd.Series([self.atom() for _ in range(n)], dtype=object).to_numpy(),
        }  # fmt: skip
        names = r.sample(list(columns), r.randint(0, 5))
        return pd.DataFrame({name: columns[name] for name in names}, index=index)

    def part(self):
        """Something that shares memory with a frame."""
        pd, r = self.pd, self.random
        frames = [x for x in self.made if type(x) is pd.DataFrame and x.shape[1]]
        if not frames:
            return self.frame()
        x = r.choice(frames)
        return r.choice(
            [
                lambda: x.iloc[1:],
                lambda: x.iloc[:, 0],
                lambda: x.index,
                lambda: x.copy(deep=False),
                lambda: x.columns,
            ]
        )()

    def container(self):  # noqa: PLR0911 - one return a kind
        r, pick = self.random, self.pick
        n = r.randint(0, 5)
        kind = r.randint(0, 7)
        if kind == 0:
            return tuple(pick() for _ in range(n))
        if kind == 1:
            return {self.key() for _ in range(n)}
        if kind == 2:
            return collections.deque((pick() for _ in range(n)), r.choice([None, 3]))
        if kind == 3:
            return collections.defaultdict(list, {self.key(): pick() for _ in range(n)})
        if kind == 4:
            return [r.random() for _ in range(40)]
        if kind == 5:
            return bytearray(r.randint(0, 20))
        made = (
            {self.key(): pick() for _ in range(n)}
            if kind == 6
            else [pick() for _ in range(n)]
        )
        self.open.append(made)
        return made

    def graph(self):
        r = self.random
        for _ in range(r.randint(3, 14)):
            make = r.choice(
                [
                    self.container,
                    self.container,
                    self.container,
                    self.array,
                    self.view,
                    self.frame,
                    self.part,
                ]
            )
            value = make()
            self.made.append(value)
            if type(value) is self.np.ndarray:
                self.arrays.append(value)
        for made in self.open:
            # some hold what was made after them, and themselves
            if r.random() < 0.3:
                (
                    made.append
                    if type(made) is list
                    else lambda x, d=made: d.__setitem__("late", x)
                )(r.choice(self.open))
        return {f"v{at}": r.choice(self.made) for at in range(r.randint(1, 5))}


class Same:
    """Compares two graphs step by step; each object of one must be just one of the other."""

    def __init__(self, np, pd):
        self.np, self.pd = np, pd
        self.pairs, self.back, self.kept = {}, {}, []
        self.arrays = []

    def check(self, x, y):
        todo = [(x, y)]
        while todo:
            a, b = todo.pop()
            assert type(a) is type(b)
            if type(a) in (
                int,
                bool,
                float,
                str,
                bytes,
                complex,
                range,
                type(None),
                type(...),
            ):
                assert a is b or a == b or repr(a) == repr(b) == "nan"
                continue
            if id(a) in self.pairs or id(b) in self.back:
                assert self.pairs.get(id(a)) == id(b)
                assert self.back.get(id(b)) == id(a)
                continue
            self.pairs[id(a)], self.back[id(b)] = id(b), id(a)
            self.kept.append((a, b))
            todo += self.parts(a, b)

    def parts(self, a, b):  # noqa: PLR0911 - one return a kind
        np, pd = self.np, self.pd
        if isinstance(a, dict):
            assert [repr(k) for k in a] == [repr(k) for k in b]
            return zip(a.values(), b.values(), strict=True)
        if isinstance(a, (list, tuple, collections.deque)):
            assert getattr(a, "maxlen", None) == getattr(b, "maxlen", None)
            return zip(a, b, strict=True)
        if isinstance(a, np.ndarray):
            return self.array(a, b)
        if isinstance(a, pd.DataFrame):
            pd.testing.assert_frame_equal(a, b)
            assert [x.mgr_locs.as_array.tolist() for x in a._mgr.blocks] == [
                x.mgr_locs.as_array.tolist() for x in b._mgr.blocks
            ]
            self.blocks(a, b)
            return [(a.index, b.index), (a.columns, b.columns)]
        if isinstance(a, pd.Series):
            pd.testing.assert_series_equal(a, b)
            self.blocks(a, b)
            return [(a.index, b.index)]
        if isinstance(a, pd.Index):
            pd.testing.assert_index_equal(a, b, exact=True)
            return []
        assert a == b
        return []

    def blocks(self, a, b):
        for x, y in zip(a._mgr.blocks, b._mgr.blocks, strict=True):
            if isinstance(x.values, self.np.ndarray):
                self.arrays.append((x.values, y.values))

    def array(self, a, b):
        assert (a.dtype, a.shape, a.flags.writeable) == (
            b.dtype,
            b.shape,
            b.flags.writeable,
        )
        if a.size:
            assert [s for s, n in zip(a.strides, a.shape, strict=True) if n > 1] == [
                s for s, n in zip(b.strides, b.shape, strict=True) if n > 1
            ]
        self.arrays.append((a, b))
        if a.dtype.kind == "O":
            return zip(
                a.ravel().tolist() if a.ndim else [a[()]],
                b.ravel().tolist() if b.ndim else [b[()]],
                strict=True,
            )
        assert a.tobytes() == b.tobytes()
        return []

    def sharing(self):
        """Arrays share memory as they did."""
        arrays = self.arrays[:40]
        for at, (a, b) in enumerate(arrays):
            for c, d in arrays[:at]:
                assert self.np.shares_memory(a, c) == self.np.shares_memory(b, d)


@pytest.mark.parametrize("block", range(8))
def test_random_graphs(block):
    np = pytest.importorskip("numpy")
    pd = pytest.importorskip("pandas")
    saved = refused = 0
    for seed in range(block * GRAPHS // 8, (block + 1) * GRAPHS // 8):
        values = Maker(seed, np, pd).graph()
        slots = named(values)
        found = survey(slots)
        spill = at_once(saving(slots, FOLDER))
        try:
            assert set(spill.slots) == set(slots) - set(found.refused)
            for why in found.refused.values():
                assert (
                    "an object that holds itself through a tuple or a library's object"
                    in why
                )
            again = spill.load()
            same = Same(np, pd)
            for slot in spill.slots:
                same.check(slots[slot], again[slot])
            same.sharing()
        except AssertionError as error:
            raise AssertionError(seed) from error
        finally:
            spill.close()
        saved, refused = saved + len(spill.slots), refused + len(found.refused)
    assert saved > 100
    assert refused < saved / 4
