"""What polars' columns hold and share, and that looking at them changes nothing.

Its memory is not traced: what is promised is held to the library's own estimates.
"""

from __future__ import annotations

import gc
import sys

import pytest
from heaps import picture, promise, slots

from leakhunter.heap.adapters import polars as adapter
from leakhunter.heap.trial import trial

pl = pytest.importorskip("polars", reason="no polars here")

N = 100_000
TEXT = "a text that is longer than twelve bytes"

needs_counts = pytest.mark.skipif(
    not adapter._count().known, reason="the counts of polars cannot be read here"
)


def frame():
    return pl.DataFrame(
        {
            "x": range(N),
            "t": [f"{TEXT} {i % 1000}" for i in range(N)],
            "l": [[1, 2]] * N,
            "b": [True, None] * (N // 2),
            "r": [{"p": 1, "q": "short"}] * N,
        }
    )


def about(result):
    """Is the promise what such a frame takes, to five percent?  Texts are 16 bytes and themselves."""
    texts = sum(len(f"{TEXT} {i % 1000}") for i in range(N))
    size = 8 * N + 16 * N + texts + (8 + 16) * N + 2 * N // 8 + (8 + 16) * N
    return size <= result.bytes < 1.05 * size


def test_a_frame_frees_its_columns():
    names = {"a": frame()}
    result = promise(names, "a")
    assert (True, True) == (result.exact, result.consistent)
    assert about(result)
    graph = picture(names)
    assert "100,000 × 5" == adapter.describe(names["a"]._df)
    assert set() == graph.blind


@pytest.mark.parametrize(
    "share",
    [
        lambda f: f.clone(),
        lambda f: f.select("x", "t", "l", "b", "r"),
        lambda f: f.head(N),
        lambda f: f.slice(1, N - 1),
        lambda f: f.with_columns(z=pl.col("x")),
        lambda f: [f[name] for name in f.columns],
        lambda f: [f[name][5:] for name in f.columns],
    ],
)
def test_frames_that_share_columns_free_them_only_together(share):
    names = {"a": frame()}
    names["b"] = share(names["a"])
    assert promise(names, "a").bytes < 4096
    assert promise(names, "b").bytes < 4096
    both = promise(names, "a", "b")
    assert (True, True) == (both.exact, both.consistent)
    assert about(both)


needs_storages = pytest.mark.skipif(
    adapter._places() is None, reason="the storages of polars cannot be read here"
)


def test_the_storages_are_found():
    """Where they are not, the tests below are left out: then another polars has to be learned."""
    assert adapter._places() is not None


@needs_storages
@pytest.mark.parametrize("at", [0, 10, N - 5])
def test_a_part_holds_the_whole(at):
    names = {"a": frame()}
    names["b"] = names["a"].slice(at, 5)
    assert promise(names, "a").bytes < 4096
    assert about(promise(names, "a", "b"))
    del names["a"]
    result = promise(names, "b")
    assert (True, True) == (result.exact, result.consistent)
    assert about(result)


def test_where_storages_are_not_known_only_the_beginning_of_the_whole_counts(
    monkeypatch,
):
    monkeypatch.setattr(adapter, "_places", lambda: None)
    names = {"b": frame().slice(10, 5)}
    assert promise(names, "b").bytes < frame().estimated_size()


@needs_storages
@pytest.mark.parametrize(
    ("source", "shows"),
    [
        (lambda f: f.select("x", "t", "b").slice(7, 5), 0.01),
        (lambda f: f["x"][N // 2 :], 0.5),
        (lambda f: f.select("x", "b"), 1),
        (lambda f: f["l"], 1),
        (lambda f: pl.Series(["longer than twelve"] * N), 1),
    ],
)
def test_how_much_of_its_memory_a_frame_shows(source, shows):
    graph = picture({"a": source(frame())})
    (pin,) = graph.pins
    kept = graph.weight(graph.reach([pin.base]))
    assert shows == pytest.approx(pin.shown / kept, abs=0.1)


def test_chunks_of_one_column_and_of_two():
    one = frame()
    names = {"a": one, "b": pl.concat([one, one], rechunk=False)}
    del one
    chunks = names["b"].n_chunks("all")
    assert promise(names, "a").bytes < 4096
    assert promise(names, "b").bytes < 4096
    assert about(promise(names, "a", "b"))
    assert chunks == names["b"].n_chunks("all")


@needs_counts
@pytest.mark.parametrize(
    "hide",
    [
        lambda f: f.lazy(),
        lambda f: f.lazy().filter(pl.col("x") > 5).select("t", "x"),
        lambda f: pl.lit(f["x"]),
        lambda f: f.clone(),
        lambda f: f["x"],
    ],
)
def test_what_lazy_frames_and_others_hold_is_not_promised(hide):
    names = {"a": pl.DataFrame({"x": range(N), "t": [TEXT] * N})}
    before = promise(names, "a").bytes
    assert before > 8 * N
    elsewhere = hide(names["a"])
    result = promise(names, "a")
    assert (True, True) == (result.consistent, result.bytes <= before - 8 * N)
    del elsewhere
    gc.collect()
    assert abs(before - promise(names, "a").bytes) < 256


@needs_counts
def test_a_lazy_frame_makes_a_lower_bound():
    names = {"a": pl.DataFrame({"x": range(N)})}
    names["b"] = names["a"].lazy()
    result = promise(names, "a", "b")
    assert (False, True) == (result.exact, result.consistent)
    assert result.bytes < 8 * N


def test_memory_shared_with_numpy_counts_once():
    np = pytest.importorskip("numpy", reason="no numpy here")
    names = {"a": np.arange(N), "b": None}
    names["b"] = pl.Series(names["a"])
    names["c"] = names["b"].to_numpy()
    whole = promise(names, *"abc")
    assert (True, 8) == (whole.exact, whole.bytes // N)
    for kept in "abc":
        assert promise(names, *{*"abc"} - {kept}).bytes < 4096, kept


def test_memory_shared_with_arrow_counts_once():
    pytest.importorskip("pyarrow", reason="no Arrow here")
    names = {"a": pl.DataFrame({"x": range(N), "f": [0.5] * N})}
    names["b"] = names["a"].to_arrow()
    names["c"] = pl.from_arrow(names["b"])
    whole = promise(names, *"abc")
    assert (True, True, 16) == (whole.exact, whole.consistent, whole.bytes // N)
    for kept in "abc":
        assert promise(names, *{*"abc"} - {kept}).bytes < 8192, kept


def test_a_column_that_is_one_value_stays_one():
    names = {"a": pl.DataFrame({"x": range(N)}).with_columns(y=pl.lit(1.5))}
    kinds = names["a"]._to_metadata()["repr"].to_list()
    result = promise(names, "a")
    assert (False, 8) == (result.exact, result.bytes // N)
    assert kinds == names["a"]._to_metadata()["repr"].to_list()


ODD = {
    "Object": lambda: pl.Series("o", [object() for _ in range(9)], dtype=pl.Object),
    "Categorical": lambda: pl.Series("o", ["a", "b"] * 9, dtype=pl.Categorical),
    "Enum": lambda: pl.Series("o", ["a", "b"] * 9, dtype=pl.Enum(["a", "b"])),
    "Int128": lambda: pl.Series("o", [1, 2] * 9, dtype=pl.Int128),
    "UInt128": lambda: pl.Series("o", [1, 2] * 9, dtype=pl.UInt128),
    "lists of them": lambda: pl.Series("o", [["a"]] * 9, dtype=pl.List(pl.Categorical)),
    "records of them": lambda: pl.Series(
        "o", [{"p": "a"}] * 9, dtype=pl.Struct({"p": pl.Categorical})
    ),
}


@pytest.mark.parametrize("kind", ODD)
def test_types_whose_export_copies_or_fails_stay_hidden(kind, monkeypatch):
    try:
        column = ODD[kind]()
    except AttributeError:
        pytest.skip("no such type in this polars")
    from leakhunter.heap.adapters import stream

    asked = []
    monkeypatch.setattr(stream, "buffers_of", lambda _: asked.append(1))
    names = {"a": pl.DataFrame([column])}
    result = promise(names, "a")
    assert ([], False, True) == (asked, result.exact, result.consistent)


@pytest.mark.parametrize("kind", sorted(adapter._PLAIN))
def test_plain_types_are_looked_at_or_stay_hidden(kind):
    column = pl.Series("x", [None, None], dtype=getattr(pl, kind))
    names = {"a": pl.select(column.extend_constant(None, N)).to_series()}
    result = promise(names, "a")
    assert result.consistent
    assert set() == picture(names).blind


def test_a_mapped_file_is_not_memory_of_the_process(tmp_path):
    pl.DataFrame({"x": range(N)}).write_ipc(tmp_path / "f", compression="uncompressed")
    try:
        names = {"a": pl.read_ipc(tmp_path / "f", memory_map=True)}
    except TypeError:
        names = {"a": pl.scan_ipc(tmp_path / "f").collect()}
        if promise(names, "a").bytes > 8 * N:
            pytest.skip("this polars maps no files")
    assert promise(names, "a").bytes < 4096


def test_looking_leaves_no_owner():
    names = {"a": frame()}
    names["b"] = names["a"]["x"]
    picture(names)
    count = adapter._count()
    told = count.of(names["b"]._s), sys.getrefcount(names["a"]._df)
    flags, chunks = names["b"].flags, names["a"].n_chunks("all")
    graph = picture(names)
    assert told == (count.of(names["b"]._s), sys.getrefcount(names["a"]._df))
    assert (flags, chunks) == (names["b"].flags, names["a"].n_chunks("all"))
    assert trial(graph, slots("a", "b")).consistent


def test_without_counts_a_promise_is_never_called_exact(monkeypatch):
    class Unknown:
        known = False

        def of(self, _):
            return None

    monkeypatch.setattr(adapter, "_count", Unknown)
    names = {"a": frame()}
    result = promise(names, "a")
    assert (False, True) == (result.exact, about(result))
