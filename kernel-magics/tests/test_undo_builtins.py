"""Python's own values come back equal and equally shared, or are refused with a reason."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import fractions
import math
import pathlib
import sys
import uuid
import zoneinfo
from array import array

import pytest
from undoing import named, reasons, there_and_back

from leakhunter.act.undo.survey import surveying

VALUES = [
    None, True, False, 0, -1, 2**63, 2**64, -(2**63) - 1, 10**400, 1.5, -0.0, math.inf, "", "é",
    "\ud800x", b"", b"\x00\xff", 1 + 2j, ..., NotImplemented, range(3, 9, 2), range(10**30),
    slice(1, None, "x"), (), (1, (2,)), frozenset({1, (2, 3)}), bytearray(b"ab"),
    array("d", [1, 2]), array("i"), dt.date(2020, 2, 29),
    dt.datetime(2020, 10, 25, 2, 30, fold=1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
    dt.datetime(1, 1, 1, tzinfo=dt.timezone.utc),
    dt.time(1, 2, 3, 4, tzinfo=dt.timezone(dt.timedelta(hours=-3), "here")),
    dt.timedelta(-1, 5, 7), decimal.Decimal("1.50"), decimal.Decimal("-Infinity"),
    fractions.Fraction(-2, 3), uuid.UUID(int=7), pathlib.PurePosixPath("/a/../b"),
    pathlib.PureWindowsPath("c:\\x"), pathlib.Path("a\udcff"), int, len, math.sin, math,
]  # fmt: skip


@pytest.mark.parametrize(
    "value",
    VALUES,
    ids=lambda value: str(value)[:20].encode("ascii", "replace").decode(),
)
def test_a_value_comes_back_with_its_type(value):
    again = there_and_back(x=value)["x"]
    assert type(again) is type(value)
    assert again == value
    assert str(again) == str(value)


def test_containers_keep_order_length_and_factory():
    x = {
        "deque": collections.deque([1, 2], 3),
        "ordered": collections.OrderedDict([("b", 1), ("a", 2)]),
        "counter": collections.Counter("aab"),
        "default": collections.defaultdict(list, {1: [2]}),
        "dict": {"z": 1, "a": 2, (1, "k"): {3}},
    }
    again = there_and_back(x=x)["x"]
    assert x == again
    assert [list(v) for v in x.values()] == [list(v) for v in again.values()]
    assert list(map(type, x.values())) == list(map(type, again.values()))
    assert 3 == again["deque"].maxlen
    again["default"]["new"].append(1)
    again["counter"]["b"] += 1
    assert {"a": 2, "b": 2} == again["counter"]


def test_two_names_for_one_object_stay_one_object():
    x = [1]
    again = there_and_back(x=x, y=x, z={"in": x, "text": "abc" * 99})
    assert again["x"] is again["y"] is again["z"]["in"]


def test_equal_objects_that_are_two_stay_two():
    again = there_and_back(x=[[], []])["x"]
    assert again[0] is not again[1]


def test_long_texts_are_shared_and_whole():
    text, data = "é\ud800" * 700_000, b"\x01\x02" * 900_000
    again = there_and_back(x=[text, text, data], y={"k": text, "d": data})
    assert text == again["x"][0]
    assert data == again["x"][2]
    assert again["x"][0] is again["x"][1] is again["y"]["k"]
    assert again["x"][2] is again["y"]["d"]


def test_objects_may_hold_themselves():
    x = [1]
    x += [x, {"x": x}]
    again = there_and_back(x=x)["x"]
    assert again[1] is again
    assert again[2]["x"] is again


def test_a_tuple_in_a_cycle_is_refused_from_wherever_it_is_reached():
    x = []
    t = (x,)
    x.append(t)
    why = "an object that holds itself through a tuple or a library's object"
    assert {"t": f"`t[0][0]` is {why}", "x": f"it holds {why}"} == reasons(t=t, x=x)


def test_a_list_a_hundred_thousand_deep():
    top = inner = []
    for _ in range(100_000):
        inner.append([])
        inner = inner[0]
    again = there_and_back(top=top)["top"]
    depth = 0
    while again:
        again = again[0]
        depth += 1
    assert 100_000 == depth
    while top:
        top = top.pop()


def test_nan_stays_the_one_that_libraries_compare_with():
    own = float("nan")
    again = there_and_back(x=[math.nan, own, own])["x"]
    libraries = math.nan
    assert again[0] is libraries
    assert again[1] is again[2] is not libraries
    assert math.isnan(again[1])


def test_memory_views_show_their_object_again():
    data = bytearray(range(32))
    again = there_and_back(
        data=data,
        part=memoryview(data)[4:12],
        wide=memoryview(data).cast("i"),
        grid=memoryview(data).cast("B", (4, 8)),
        read=memoryview(data).toreadonly(),
    )
    assert again["part"].obj is again["data"]
    again["data"][4] = 200
    assert 200 == again["part"][0] == again["grid"][0, 4] == again["read"][4]
    assert ("i", (8,)) == (again["wide"].format, again["wide"].shape)
    assert again["read"].readonly


class Net:
    pass


def test_what_is_refused_and_why():
    found = reasons(
        own=Net(),
        way=[0, {"a": (1, Net())}],
        key={Net(): 1},
        made=(i for i in ()),
        called=lambda: 1,
        cls=Net,
        error=ValueError("x"),
        fine=[1],
        inside={"k": [Net]},
    )
    assert {
        "own": "it is a `Net` of `test_undo_builtins`",
        "way": "`way[1]['a'][1]` is a `Net` of `test_undo_builtins`",
        "key": "it holds a `Net` of `test_undo_builtins`",
        "made": "it is a generator",
        "called": "it is a function",
        "cls": "it is a class",
        "error": "it is an exception",
        "inside": "`inside['k'][0]` is a class",
    } == found


def test_only_what_reaches_a_refused_object_is_refused():
    inner = [1]
    outer = [inner, Net()]
    inner.append(outer)
    alone = [2]
    found = reasons(outer=outer, inner=inner, alone=[alone], beside=alone)
    assert {"outer", "inner"} == set(found)


def steps_of(values):
    """What a survey says, and in how many slices."""
    steps = surveying(named(values))
    slices = 0
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value, slices
        slices += 1


@pytest.mark.parametrize(
    "values",
    [
        {"x": [f"text {i}" for i in range(200_000)]},
        {"x": {i: float(i) for i in range(100_000)}},
        {"x": [[i] for i in range(20_000)]},
        {"x": [*range(50_000), [1], *map(str, range(100_000, 150_000))]},
        {f"x{i}": [[i]] for i in range(3000)},
    ],
)
def test_a_survey_gives_way(values):
    found, slices = steps_of(values)
    assert {} == found.refused
    assert slices >= 10


def test_a_dropped_survey_keeps_nothing():
    values = {"x": [[i] for i in range(20_000)]}
    counts = list(map(sys.getrefcount, values["x"]))
    steps = surveying(named(values))
    for _ in range(5):
        next(steps)
    steps.close()
    del steps
    assert counts == list(map(sys.getrefcount, values["x"]))


def test_plain_values_among_others_come_back_in_their_places():
    mixed = [*range(20_000), [1], *"ab" * 5000, {2: 3}, *map(float, range(9000)), "end"]
    assert mixed == there_and_back(x=mixed)["x"]
