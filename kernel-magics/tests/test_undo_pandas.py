"""pandas' frames, columns and indexes come back with their types, and share what they shared."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from undoing import named, reasons, there_and_back

pd = pytest.importorskip("pandas")
np = pytest.importorskip("numpy")

THREE = int(pd.__version__.partition(".")[0]) >= 3
COPIES = THREE or pd.options.mode.copy_on_write is True


def frame():
    x = pd.DataFrame(
        {
            "int": [3, 1, 2],
            "float": [1.5, np.nan, -0.0],
            "bool": [True, False, True],
            "text": ["a", None, "é"],
            "object": [None, (1, 2), "x"],
            "date": pd.to_datetime(["2020-01-01", None, "2021-06-01"]),
            "zone": pd.date_range("2020-10-24", periods=3, tz="Europe/Berlin"),
            "offset": pd.date_range(
                "2020", periods=3, tz=dt.timezone(dt.timedelta(hours=2))
            ),
            "span": pd.to_timedelta(["1s", None, "2D"]),
            "period": pd.period_range("2020-01", periods=3, freq="M"),
            "interval": pd.IntervalIndex.from_breaks([0.0, 1, 2, 3], closed="left"),
            "category": pd.Categorical(["b", "a", None], ["b", "a", "c"], ordered=True),
            "Int64": pd.array([1, None, 3], "Int64"),
            "Float32": pd.array([1, None, 3], "Float32"),
            "boolean": pd.array([True, None, False], "boolean"),
            "string": pd.array(["a", None, "b"], "string[python]"),
            "sparse": pd.arrays.SparseArray([0, 1, 0]),
            "sparse float": pd.arrays.SparseArray([np.nan, 1.5, np.nan], kind="block"),
        },
        index=pd.Index(["r", "s", "t"], name="row"),
    )
    x.columns.name = "columns"
    return x


def blocks(x):
    return [
        (
            type(b).__name__,
            b.mgr_locs.as_array.tolist(),
            str(b.values.dtype),
            b.values.shape,
        )
        for b in x._mgr.blocks
    ]


def test_a_frame_with_every_kind_of_column():
    x = frame()
    x.attrs["source"] = ["a", {"b": 1}]
    x.flags.allows_duplicate_labels = False
    again = there_and_back(x=x)["x"]
    pd.testing.assert_frame_equal(x, again, check_freq=True)
    assert blocks(x) == blocks(again)
    assert x.attrs == again.attrs
    assert not again.flags.allows_duplicate_labels
    assert "row" == again.index.name
    assert "columns" == again.columns.name
    assert x.dtypes.tolist() == again.dtypes.tolist()
    # it works like any other
    assert x.iloc[1:].equals(again.iloc[1:])
    assert x.sort_values("int").isna().equals(again.sort_values("int").isna())
    again["new"] = 1
    assert 19 == again.shape[1]


@pytest.mark.parametrize("name", list(frame().columns))
def test_each_column_its_array_and_its_type(name):
    x = frame()[name]
    again = there_and_back(x=x, array=x.array, dtype=x.dtype, index=pd.Index(x))
    pd.testing.assert_series_equal(x, again["x"])
    assert type(x.array) is type(again["array"])
    assert x.dtype == again["dtype"]
    pd.testing.assert_index_equal(pd.Index(x), again["index"], exact=True)


INDEXES = {
    "int": lambda: pd.Index([3, 1, 2], name="x"),
    "float": lambda: pd.Index([3.5, np.nan], dtype="float32"),
    "object": lambda: pd.Index([1, "a", (2, 3)], dtype=object),
    "text": lambda: pd.Index(["a", "b"]),
    "range": lambda: pd.RangeIndex(3, 90, 4, name=("a", 1)),
    "dates": lambda: pd.date_range(
        "2020-03-28", periods=4, freq="D", tz="Europe/Berlin"
    ),
    "business": lambda: pd.date_range(
        "2020", periods=4, freq="2QE-MAR" if pd.__version__ >= "2.2" else "2Q-MAR"
    ),
    "hours": lambda: pd.date_range("2020", periods=4, freq="90min"),
    "spans": lambda: pd.timedelta_range("1D", periods=3, freq="36h"),
    "periods": lambda: pd.period_range("2020", periods=3, freq="Q-NOV"),
    "intervals": lambda: pd.interval_range(pd.Timestamp("2020"), periods=3),
    "categories": lambda: pd.CategoricalIndex(["a", "b", "a"], ordered=True),
    "multi": lambda: pd.MultiIndex.from_product(
        [[1, 2], ["a", "b"], pd.date_range("2020", periods=2)], names=["x", None, "z"]
    ),
    "masked": lambda: pd.Index([1, None], dtype="Int8"),
}


@pytest.mark.parametrize("name", INDEXES)
def test_each_index(name):
    x = INDEXES[name]()
    again = there_and_back(x=x, frame=pd.DataFrame({"a": range(len(x))}, index=x))
    pd.testing.assert_index_equal(x, again["x"], exact=True)
    assert type(x) is type(again["x"])
    assert getattr(x, "freq", None) == getattr(again["x"], "freq", None)
    assert again["frame"].index is again["x"]
    assert [str(x.get_loc(v)) for v in x] == [str(again["x"].get_loc(v)) for v in x]


def test_frames_without_rows_or_columns():
    values = {"none": pd.DataFrame(), "rows": pd.DataFrame(index=[1, 2]), "columns": pd.DataFrame(columns=["a"]),
              "empty": frame().iloc[:0], "series": pd.Series(dtype="float32")}  # fmt: skip
    again = there_and_back(**values)
    for name, value in values.items():
        check = (
            pd.testing.assert_series_equal
            if name == "series"
            else pd.testing.assert_frame_equal
        )
        check(value, again[name])


def test_columns_of_the_same_name_and_of_any_label():
    x = pd.DataFrame(np.arange(12).reshape(3, 4), columns=["a", "a", 1, None])
    x.insert(2, "mixed", ["x", "y", "z"])
    again = there_and_back(x=x)["x"]
    pd.testing.assert_frame_equal(x, again)
    assert blocks(x) == blocks(again)


def memory(x, at=0):
    return x._mgr.blocks[at].values


def test_frames_that_share_a_block_share_it_again():
    x = pd.DataFrame({"a": [1, 2, 3], "b": [4, 5, 6]})
    values = {"x": x, "part": x[1:], "column": x["a"], "other": x.copy(), "turned": x.T,
              "numbers": x.to_numpy(), "labels": x.columns}  # fmt: skip
    again = there_and_back(**values)
    for name in ("part", "column", "other", "turned"):
        here = np.shares_memory(memory(values[name]), memory(x))
        assert here == np.shares_memory(memory(again[name]), memory(again["x"]))
    assert np.shares_memory(values["numbers"], memory(x)) == np.shares_memory(
        again["numbers"], memory(again["x"])
    )
    assert again["x"].columns is again["labels"]


def writes(x, column, part, copy):
    """What is seen everywhere after each write."""
    found = []
    for target in (x, column, part, copy):
        try:
            target.iloc[0] = -1
        except ValueError as error:
            found.append(str(error))
        found.append(
            [
                x.values.tolist(),
                column.tolist(),
                part.values.tolist(),
                copy.values.tolist(),
            ]
        )
    return found


@pytest.mark.filterwarnings("ignore")
def test_writing_to_one_changes_just_what_it_would_have_changed():
    def made():
        x = pd.DataFrame({"a": [1, 2, 3], "b": [4, 5, 6]})
        return {
            "x": x,
            "column": x["a"],
            "part": x.iloc[0:2],
            "copy": x.copy(deep=False),
        }

    assert writes(**made()) == writes(**there_and_back(**made()))


@pytest.mark.filterwarnings("ignore")
def test_writing_to_what_shares_with_a_frame_that_stayed():
    import weakref

    def made():
        x = pd.DataFrame({"a": [1, 2, 3], "b": [4, 5, 6]})
        return x, x["a"], x.iloc[0:2], x.copy(deep=False)

    x, column, part, copy = made()
    kept = {
        id(y): weakref.ref(y)
        for y in (x, x._mgr.blocks[0].values, x._mgr.blocks[0].values.base)
        if y is not None
    }
    again = there_and_back(
        stays=lambda obj: kept.get(id(obj)), column=column, part=part, copy=copy
    )
    del column, part, copy
    assert np.shares_memory(memory(again["column"]), memory(x))
    assert writes(*made()) == writes(x, **again)


def test_the_same_text_in_many_places_is_one_object():
    text = "same " * 3
    x = pd.Series([text] * 40, dtype=object)
    again = there_and_back(x=x, y=pd.Series([text, 1], dtype=object))
    assert 1 == len({id(value) for value in again["x"]} | {id(again["y"][0])})


def test_single_values():
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    values = [
        pd.NaT, pd.NA, pd.Timestamp("2020-10-25 01:30", tz="UTC").tz_convert(berlin), pd.Timestamp(7),
        pd.Timestamp("1600-01-01").as_unit("s"), pd.Timedelta("1D 3ns"), pd.Timedelta(5, "s").as_unit("s"),
        pd.Period("2020Q3"), pd.Interval(1, 2.5, "both"), pd.offsets.MonthEnd(2), pd.offsets.Hour(3),
        pd.Timestamp("2020", tz="UTC"), pd.CategoricalDtype(["a"], True), pd.CategoricalDtype(),
        pd.DatetimeTZDtype("s", "UTC"), pd.PeriodDtype("D"), pd.IntervalDtype("int64", "left"),
        pd.SparseDtype("float64"), pd.Int8Dtype(), pd.StringDtype("python"),
    ]  # fmt: skip
    again = there_and_back(values=values)["values"]
    assert list(map(type, values)) == list(map(type, again))
    assert list(map(repr, values)) == list(map(repr, again))
    assert again[0] is pd.NaT
    assert again[1] is pd.NA
    assert values[2:] == again[2:]
    assert [v.unit for v in values if hasattr(v, "unit")] == [
        v.unit for v in again if hasattr(v, "unit")
    ]


@pytest.mark.parametrize(
    "kind", ["string[pyarrow]", "int64[pyarrow]", "list", "dictionary"]
)
def test_columns_in_arrows_memory(kind):
    pa = pytest.importorskip("pyarrow")
    if kind == "list":
        x = pd.Series([[1], None, [2, 3]], dtype=pd.ArrowDtype(pa.list_(pa.int64())))
    elif kind == "dictionary":
        x = pd.Series(
            ["a", None, "a"], dtype=pd.ArrowDtype(pa.dictionary(pa.int8(), pa.string()))
        )
    else:
        x = pd.Series([None, 1, 2] if kind[0] == "i" else ["a", None, "é"], dtype=kind)
    again = there_and_back(x=x, part=x[1:], dtype=x.dtype)
    pd.testing.assert_series_equal(x, again["x"])
    pd.testing.assert_series_equal(x[1:], again["part"])
    assert type(x.array) is type(again["x"].array)
    assert x.dtype == again["dtype"]


def test_a_survey_and_a_saving_leave_a_frame_as_it_was():
    x = frame()
    y = x[["int", "text"]]
    before = (
        [b.refs.has_reference() for b in x._mgr.blocks],
        sorted(x.index.__dict__),
        sorted(x.__dict__),
    )
    there_and_back(x=x, y=y)
    assert before == (
        [b.refs.has_reference() for b in x._mgr.blocks],
        sorted(x.index.__dict__),
        sorted(x.__dict__),
    )


def test_what_is_refused_and_why():
    class Mine(pd.DataFrame):
        pass

    class Own:
        def __eq__(self, other):
            raise AssertionError

        def __hash__(self):
            return 1

    x = pd.DataFrame({"a": [1]})
    attributed = x.copy()
    object.__setattr__(attributed, "model", 1)
    noted = x.copy()
    noted.attrs["k"] = Own()
    found = reasons(
        mine=Mine({"a": [1]}),
        attributed=attributed,
        noted=noted,
        cells=pd.DataFrame({"a": [Own()]}),
        labels=pd.Series([1], index=pd.Index([Own()], dtype=object)),
        groups=x.groupby("a"),
        holidays=pd.date_range(
            "2020", periods=2, freq=pd.offsets.CDay(holidays=["2020-01-02"])
        ),
    )
    assert {
        "mine": "it is a `Mine` of `test_undo_pandas`",
        "attributed": "it is a `DataFrame` with attributes of its own",
        "noted": "`noted.attrs['k']` is an `Own` of `test_undo_pandas`",
        "cells": "it holds an `Own` of `test_undo_pandas`",
        "labels": "it holds an `Own` of `test_undo_pandas`",
        "groups": "it is a `DataFrameGroupBy` of `pandas`",
        "holidays": "it holds a frequency `CustomBusinessDay` of its own",
    } == found


def test_an_unknown_version_is_refused(monkeypatch):
    x = {"x": pd.DataFrame({"a": [1]})}
    monkeypatch.setattr(pd, "__version__", "9.0")
    assert {
        "x": "it is a `DataFrame` of a version of pandas that undo does not know"
    } == reasons(**x)


def test_a_version_that_lacks_something_is_refused(monkeypatch):
    from leakhunter.act.undo.kinds import rehearsal
    from leakhunter.act.undo.survey import survey

    monkeypatch.setattr(rehearsal, "_worked", {})
    monkeypatch.delattr(pd._libs.internals, "BlockPlacement")
    found = survey(named({"x": pd.DataFrame({"a": [1]})})).refused
    assert all(
        "of a version of pandas that undo does not know" in why
        for why in found.values()
    )
    assert found


def test_time_zones_of_other_libraries():
    import dateutil.tz

    values = {"utc": pd.Timestamp("2020", tz=dateutil.tz.tzutc())}
    try:
        import pytz
    except ImportError:
        pass
    else:
        berlin = pytz.timezone("Europe/Berlin")
        values |= {
            "zone": berlin,
            "index": pd.date_range("2020", periods=2, tz=berlin),
            "pytz": pytz.utc,
        }
    again = there_and_back(**values)
    assert values["utc"] == again["utc"]
    if "zone" in values:
        assert again["zone"] is values["zone"]
        assert again["pytz"] is values["pytz"]
        pd.testing.assert_index_equal(values["index"], again["index"])
