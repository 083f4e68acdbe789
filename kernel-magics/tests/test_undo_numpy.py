"""numpy arrays come back with their layout, and views as views."""

from __future__ import annotations

import mmap
from array import array

import pytest
from undoing import reasons, there_and_back

np = pytest.importorskip("numpy")


def layout(x):
    """What of an array can be told from outside, but for where it is."""
    strides = [s for s, n in zip(x.strides, x.shape, strict=True) if n > 1 and x.size]
    flags = x.flags.writeable, x.flags.owndata, x.flags.aligned
    return x.dtype, x.shape, strides, flags, x.dtype.metadata


def same(a, b):
    assert type(a) is type(b)
    assert layout(a) == layout(b)
    if a.dtype.kind in "OT":
        assert a.tolist() == b.tolist()
    else:
        assert a.tobytes() == b.tobytes()


DTYPES = [
    "?", "b", "B", "h", "H", "i", "I", "l", "L", "q", "Q", "e", "f", "d", "g", "F", "D", "G",
    ">i4", ">f8", ">U3", "S5", "U3", "V7", "M8[ns]", "M8[D]", "m8[us]", "m8", "M8[25s]", "S0", "U0",
    [("a", "i4"), ("b", ">f8", (2, 3))], [("a", "i1"), ("b", [("c", "S3"), ("d", "M8[s]")])],
    {"names": ["a", "b"], "formats": ["i4", "f8"], "offsets": [8, 16], "itemsize": 40},
    np.dtype([("a", "i1"), ("b", "f8")], align=True),
]  # fmt: skip


def sample(dtype, shape):
    dtype = np.dtype(dtype)
    size = int(np.prod(shape))
    raw = np.random.default_rng(3).integers(0, 100, size * max(dtype.itemsize, 1), "u1")
    if dtype.kind == "U" and dtype.itemsize:
        return np.array(["aé"] * size, dtype).reshape(shape).copy()
    if not dtype.itemsize:
        return np.zeros(shape, dtype)
    if dtype.kind == "b":
        raw &= 1
    return raw.view(dtype).reshape(shape).copy()


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize(
    "shape", [(), (0,), (5,), (3, 4), (2, 0, 3), (2, 3, 4)], ids=str
)
def test_every_dtype_in_every_shape(dtype, shape):
    x = sample(dtype, shape)
    same(x, there_and_back(x=x)["x"])


def test_orders_of_memory():
    x = np.arange(24.0).reshape(2, 3, 4)
    values = {
        "c": x.copy(),
        "f": x.copy("F"),
        "mixed": x.transpose(1, 0, 2).copy("K"),
        "fixed": x.copy(),
        "one": np.arange(3).reshape(3, 1).copy("F"),
    }
    values["fixed"].flags.writeable = False
    again = there_and_back(**values)
    for name, value in values.items():
        same(value, again[name])


def test_views_are_views_of_their_base():
    x = np.arange(60).reshape(3, 4, 5).copy()
    fields = np.zeros(4, [("a", "i2"), ("b", "f8")])
    values = {
        "x": x,
        "slice": x[1:, ::2],
        "back": x[::-1, :, ::-2],
        "turned": x.T,
        "wide": np.broadcast_to(x[0, 0], (7, 5)),
        "windows": np.lib.stride_tricks.sliding_window_view(x, 2, axis=2),
        "other": x.view("u1"),
        "unaligned": x.reshape(-1).view("u1")[1:9].view("<i8"),
        "scalar": x[1, 1, 1, ...],
        "none": x[:0],
        "fields": fields,
        "field": fields["b"],
    }
    again = there_and_back(**values)
    for name, value in values.items():
        same(value, again[name])
        assert np.shares_memory(value, x) == np.shares_memory(again[name], again["x"])
        if value.base is x:
            assert again[name].base is again["x"]
    again["x"][1, 1, 1] = -7
    assert -7 == again["scalar"][()]
    assert -7 == again["turned"][1, 1, 1]
    assert again["field"].base is again["fields"]


def test_a_base_that_was_made_read_only_after_its_views():
    x, y = np.zeros(3), np.array([1, 2], dtype=object)
    values = {"x": x, "view": x[1:], "y": y, "items": y[::-1]}
    x.flags.writeable = y.flags.writeable = False
    again = there_and_back(**values)
    for name, value in values.items():
        same(value, again[name])
    again["view"][0] = 5
    assert 5 == again["x"][1]


def test_views_without_their_base_share_what_they_showed():
    x = np.arange(10)
    again = there_and_back(a=x[2:8], b=x[:4])
    again["a"][0] = 99
    assert 99 == again["b"][2]
    assert 10 == again["a"].base.size


def test_only_one_copy_of_a_base_is_written():
    from undoing import named

    from leakhunter.act.undo.survey import survey

    x = np.zeros(1_000_000)
    found = survey(named({"x": x, "views": [x[i:] for i in range(50)]}))
    assert 8_000_000 <= found.bytes < 8_020_000


def test_objects_in_arrays():
    one = [1]
    x = np.array([[1, "a", None], [one, one, 2.5]], dtype=object)
    loop = np.empty(2, object)
    loop[0] = loop
    values = {"x": x, "f": x.copy("F"), "row": x[1], "some": x[:, ::2], "back": x[::-1, ::-1], "loop": loop,
              "wide": np.broadcast_to(x[0], (4, 3)), "cell": x[1, 1, ...], "none": x[:0]}  # fmt: skip
    again = there_and_back(**values)
    for name, value in values.items():
        if name != "loop":
            same(value, again[name])
            shared = np.shares_memory(value, x)
            assert shared == np.shares_memory(again[name], again["x"])
            if value.base is x and name != "wide":
                assert again[name].base is again["x"]
    assert again["x"][1, 0] is again["x"][1, 1] is again["f"][1, 0]
    assert again["loop"][0] is again["loop"]
    again["x"][1, 1] = 5
    assert 5 == again["some"].base[1, 1] == again["cell"][()] == again["back"][0, 1]


@pytest.mark.skipif(
    not hasattr(np, "dtypes") or not hasattr(np.dtypes, "StringDType"), reason="numpy 2"
)
def test_texts_of_any_length():
    missing = np.dtypes.StringDType(na_object=None)
    x = np.array([["a", "é" * 500], ["", "x\0y"]], np.dtypes.StringDType())
    gaps = np.array(["a", None, "b" * 40], missing)
    again = there_and_back(x=x, part=x[:, 1], gaps=gaps, dtype=missing)
    same(x, again["x"])
    same(gaps, again["gaps"])
    assert again["part"].base is again["x"]
    again["x"][0, 1] = "new"
    assert "new" == again["part"][0]
    assert missing == again["dtype"]


def test_single_values_and_dtypes():
    values = [
        np.float32(1.5), np.float64("nan"), np.int8(-3), np.bool_(True), np.complex64(1j),
        np.longdouble(1) / 3, np.float16(2), np.str_("é"), np.bytes_(b"a\0"), np.datetime64("2020-01-01", "D"),
        np.datetime64("NaT"), np.timedelta64(5, "ms"), np.dtype("f4"), np.dtype([("a", ">i2")]),
    ]  # fmt: skip
    again = there_and_back(values=values)["values"]
    assert list(map(type, values)) == list(map(type, again))
    assert list(map(repr, values)) == list(map(repr, again))
    assert [v.dtype for v in values[:12]] == [v.dtype for v in again[:12]]


def test_memory_of_other_objects():
    data, grows, typed = b"12345678", bytearray(b"12345678"), array("d", [1, 2, 3])
    values = {
        "data": data, "a": np.frombuffer(data, "u2")[1:],
        "grows": grows, "b": np.frombuffer(grows, "u1")[::2],
        "typed": typed, "c": np.frombuffer(typed),
    }  # fmt: skip
    again = there_and_back(**values)
    for name in "abc":
        same(values[name], again[name])
    again["grows"][2] = 7
    assert 7 == again["b"][1]
    again["c"][0] = 9
    assert 9 == again["typed"][0]
    assert not again["a"].flags.writeable


def test_masked_arrays():
    x = np.ma.array(
        np.arange(6.0).reshape(2, 3),
        mask=[[0, 1, 0], [0, 0, 1]],
        fill_value=-1,
        hard_mask=True,
    )
    plain, own = np.ma.array([1, 2]), x.copy()
    again = there_and_back(
        x=x,
        plain=plain,
        own=own,
        data=x.data,
        mask=x.mask,
        gone=np.ma.masked,
        part=x[0],
    )
    for name, value in {"x": x, "plain": plain, "own": own}.items():
        assert type(value) is type(again[name])
        assert value.tolist() == again[name].tolist()
        assert value.fill_value == again[name].fill_value
        assert value.hardmask == again[name].hardmask
    assert again["gone"] is np.ma.masked
    assert again["plain"].mask is np.ma.nomask
    assert np.shares_memory(again["x"].data, again["data"])
    assert np.shares_memory(again["x"].mask, again["mask"]) == np.shares_memory(
        x.mask, x.mask
    )
    assert np.shares_memory(again["part"].data, again["x"].data)


def test_arrow_lends_its_memory():
    pa = pytest.importorskip("pyarrow")
    frame = pytest.importorskip("pandas")
    x = pa.array(np.arange(5.0)).to_numpy()
    table = pa.table({"a": np.arange(100_000.0), "b": np.arange(100_000)})
    block = table.to_pandas()["a"].array.to_numpy()
    again = there_and_back(
        x=x, half=x[2:], block=block, frame=frame.DataFrame(block[:, None])
    )
    assert x.tolist() == again["x"].tolist()
    assert np.shares_memory(again["x"], again["half"])
    assert block.tolist() == again["block"].tolist()
    assert x.flags.writeable == again["x"].flags.writeable


def test_what_is_refused_and_why(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(bytes(8192))
    with path.open("r+b") as file:
        mapped = np.frombuffer(mmap.mmap(file.fileno(), 0), "u1")

    class Mine(np.ndarray):
        def __getattribute__(self, name):
            raise AssertionError(name)

    found = reasons(
        mapped=mapped,
        part=mapped[3:],
        file=np.memmap(path, "u1", "r"),
        mine=np.zeros(3).view(Mine),
        noted=np.zeros(3, np.dtype("i4", metadata={"a": 1})),
        record=np.zeros(2, [("a", "O")]),
        row=np.zeros(2, [("a", "i4")])[0],
        rec=np.rec.array([(1,)], dtype=[("a", "i4")]),
        random=np.random.default_rng(),
        inside=np.array([0, Mine], dtype=object),
    )
    assert {
        "mapped": "it is an array in a mapped file",
        "part": "it holds an array in a mapped file",
        "file": "it is a `memmap` of `numpy`",
        "mine": "it is a `Mine` of `test_undo_numpy`",
        "noted": "it is an array with notes in its dtype",
        "record": "it is an array of records that hold objects",
        "row": "it is a `void` of `numpy`",
        "rec": "it is a `recarray` of `numpy`",
        "random": "it is a `Generator` of `numpy`",
        "inside": "`inside[1]` is a class",
    } == found
