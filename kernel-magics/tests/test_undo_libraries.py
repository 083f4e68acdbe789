"""Arrow, polars, scipy and PyTorch: what comes back is equal, and shared where it was."""

from __future__ import annotations

import pytest
from undoing import FOLDER, named, reasons, there_and_back

from leakhunter.act.undo.spill import saving
from leakhunter.slices import at_once

# ------------------------------------------------------------------------ Arrow


@pytest.fixture
def pa():
    return pytest.importorskip("pyarrow")


def arrays(pa):
    return {
        "int": pa.array([1, None, 3]),
        "float": pa.array([1.5, float("inf")], pa.float32()),
        "bool": pa.array([True, None, False] * 7),
        "text": pa.array(["a", None, "é" * 50]),
        "large": pa.array(["a", "b"], pa.large_string()),
        "bytes": pa.array([b"a", None], pa.binary()),
        "fixed": pa.array([b"ab", b"cd"], pa.binary(2)),
        "date": pa.array([1, None], pa.timestamp("us", "Europe/Berlin")),
        "decimal": pa.array([None, 1], pa.decimal128(5, 2)),
        "null": pa.nulls(3),
        "none": pa.array([], pa.int8()),
        "list": pa.array([[1], None, [2, 3], []]),
        "struct": pa.array([{"a": 1, "b": ["x"]}, None]),
        "map": pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int8())),
        "dictionary": pa.array(["a", "b", "a", None]).dictionary_encode(),
        "view": pa.array(["a", "b" * 40, None], pa.string_view()),
        "union": pa.UnionArray.from_sparse(pa.array([0, 1], pa.int8()), [pa.array([1, 2]), pa.array(["a", "b"])]),
    }  # fmt: skip


def test_arrow_arrays_of_every_type_and_slices_of_them(pa):
    values = arrays(pa)
    parts = {f"{name} part": value[1:] for name, value in values.items()}
    again = there_and_back(**values, **parts)
    for name, value in {**values, **parts}.items():
        assert type(value) is type(again[name])
        assert value.type == again[name].type
        assert value.equals(again[name]), name
        again[name].validate(full=True)


def test_arrow_tables_with_their_notes(pa):
    table = pa.table(
        {"a": [1, 2, 3], "b": ["x", None, "y"], "c": [[1], [], [2]]},
        metadata={"k": "v"},
    )
    values = {
        "table": table, "part": table.slice(1), "batch": table.to_batches()[0], "none": pa.table({}),
        "chunks": pa.chunked_array([[1, 2], [], [3]]), "empty": pa.chunked_array([], pa.int8()),
        "schema": table.schema, "field": table.schema.field(2), "type": pa.list_(pa.int8()),
    }  # fmt: skip
    again = there_and_back(**values)
    for name, value in values.items():
        assert type(value) is type(again[name])
        assert value == again[name]
    assert {b"k": b"v"} == again["table"].schema.metadata
    assert [2, 0, 1] == [len(chunk) for chunk in again["chunks"].chunks]


def test_arrow_buffers_are_shared_again_and_written_once(pa):
    x = pa.array(range(100_000))
    table = pa.table({"x": x, "again": x})
    spill = at_once(saving(named({"x": x, "table": table, "part": x[10:]}), FOLDER))
    again = {slot.key: value for slot, value in spill.load().items()}
    assert spill.bytes < 810_000
    spill.close()
    places = {again["x"].buffers()[1].address, again["part"].buffers()[1].address,
              *(again["table"].column(i).chunk(0).buffers()[1].address for i in range(2))}  # fmt: skip
    assert 1 == len(places)
    assert 10 == again["part"].offset


def test_arrow_refuses_mapped_files_and_types_of_others(pa, tmp_path):
    path = tmp_path / "x.arrow"
    table = pa.table({"a": list(range(10_000))})
    with (
        pa.OSFile(str(path), "wb") as file,
        pa.ipc.new_file(file, table.schema) as writer,
    ):
        writer.write_table(table)
    mapped = pa.ipc.open_file(pa.memory_map(str(path))).read_all()

    calls = []

    class Mine(pa.ExtensionType):
        def __init__(self):
            super().__init__(pa.int64(), "mine")

        def __arrow_ext_serialize__(self):
            calls.append("serialize")
            return b""

        @classmethod
        def __arrow_ext_deserialize__(cls, storage, serialized):
            raise AssertionError

    own = pa.ExtensionArray.from_storage(Mine(), pa.array([1]))
    calls.clear()
    found = reasons(mapped=mapped, own=own, table=pa.table({"a": own}))
    assert [] == calls
    assert "it holds an Arrow array in a mapped file" == found["mapped"]
    assert "it is an `ExtensionArray` of `pyarrow`" == found["own"]
    assert "it holds an Arrow array of a type that undo does not know" == found["table"]


# ----------------------------------------------------------------------- polars


@pytest.fixture
def pl():
    return pytest.importorskip("polars")


def test_polars_frames_of_every_type(pl):
    import datetime as dt
    from decimal import Decimal

    x = pl.DataFrame(
        {
            "int": [1, None, 3],
            "float": [1.5, float("nan"), None],
            "text": ["a", None, "é" * 50],
            "bytes": [b"a", None, b""],
            "date": [dt.date(2020, 1, 1), None, dt.date(1900, 1, 1)],
            "time": pl.Series(
                [dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc), None, None]
            ),
            "list": [[1], [], None],
            "array": pl.Series([[1, 2], [3, 4], None], dtype=pl.Array(pl.Int8, 2)),
            "struct": [{"a": 1, "b": "x"}, {"a": None, "b": "y"}, None],
            "category": pl.Series(["a", "b", None], dtype=pl.Categorical),
            "enum": pl.Series(["a", "b", None], dtype=pl.Enum(["b", "a"])),
            "decimal": pl.Series(
                [Decimal("1.50"), None, Decimal(2)], dtype=pl.Decimal(10, 2)
            ),
            "null": [None, None, None],
        }
    )
    values = {
        "x": x,
        "part": x[1:],
        "none": pl.DataFrame(),
        "empty": x.clear(),
        "column": x["category"],
    }
    again = there_and_back(**values)
    for name, value in values.items():
        assert type(value) is type(again[name])
        assert value.equals(again[name], null_equal=True)
    assert x.schema == again["x"].schema
    assert x.schema == again["empty"].schema
    assert "category" == again["column"].name


def test_polars_columns_that_frames_share_are_written_once(pl):
    x = pl.DataFrame({"a": range(100_000), "b": range(100_000)})
    values = {"x": x, "y": x.with_columns(c=pl.lit(1)), "column": x["b"]}
    spill = at_once(saving(named(values), FOLDER))
    again = {slot.key: value for slot, value in spill.load().items()}
    assert spill.bytes < 2_500_000
    spill.close()
    for name, value in values.items():
        assert value.equals(again[name])


def test_a_long_polars_column_is_written_in_stretches(pl, monkeypatch):
    from leakhunter.act.undo.kinds import polars

    monkeypatch.setattr(polars, "STEP", 4096)
    x = pl.DataFrame({"a": range(5000), "b": [[str(i)] for i in range(5000)]})
    assert x.equals(there_and_back(x=x)["x"])


def test_polars_refuses_what_is_not_data(pl):
    found = reasons(lazy=pl.LazyFrame({"a": [1]}), own=pl.DataFrame({"a": pl.Series([object()], dtype=pl.Object)}),
                    inside=pl.DataFrame({"a": [1]}).group_by("a"))  # fmt: skip
    assert {
        "lazy": "it is a `LazyFrame` of `polars`",
        "own": "it is a column of a type that undo does not know",
        "inside": "it is a `GroupBy` of `polars`",
    } == found


# ------------------------------------------------------------------------ scipy


def test_sparse_matrices_share_their_arrays():
    sparse = pytest.importorskip("scipy.sparse")
    np = pytest.importorskip("numpy")
    dense = np.array([[0, 1.5, 0], [2, 0, 0]])
    values = {f: getattr(sparse, f)(dense) for f in dir(sparse) if f.endswith(("_array", "_matrix")) and f[3] == "_" and f[:3] in
              ("csr", "csc", "coo", "bsr", "dia", "lil", "dok")}  # fmt: skip
    assert 14 <= len(values)
    data = values["csr_matrix"].data
    again = there_and_back(**values, data=data)
    for name, value in values.items():
        assert type(value) is type(again[name])
        assert value.toarray().tolist() == again[name].toarray().tolist()
    assert again["csr_matrix"].data is again["data"]


# ---------------------------------------------------------------------- PyTorch


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


def tensors(torch):
    return {
        name: torch.arange(6).to(getattr(torch, name)).reshape(2, 3)
        for name in (
            "float32",
            "float64",
            "int64",
            "int8",
            "uint8",
            "bool",
            "bfloat16",
            "float16",
            "complex64",
        )
    }


def test_tensors_share_their_storage(torch):
    x = torch.arange(12.0).reshape(3, 4)
    values = {**tensors(torch), "x": x, "row": x[1], "turned": x.T, "step": x[:, ::2], "one": torch.tensor(5),
              "none": torch.empty(0, 3), "detached": x.detach(), "other": x.view(torch.int32), "clone": x.clone()}  # fmt: skip
    again = there_and_back(**values)
    for name, value in values.items():
        found = again[name]
        assert type(value) is type(found)
        assert (value.dtype, value.shape, value.stride(), value.storage_offset()) == (
            found.dtype, found.shape, found.stride(), found.storage_offset()
        )  # fmt: skip
        assert torch.equal(value, found)
        shared = value.untyped_storage().data_ptr() == x.untyped_storage().data_ptr()
        assert shared == (
            found.untyped_storage().data_ptr()
            == again["x"].untyped_storage().data_ptr()
        )
    assert again["row"]._base is again["x"]._base
    again["x"][1, 0] = -5
    assert -5 == again["row"][0] == again["turned"][0, 1] == again["step"][1, 0]
    assert -5 != again["clone"][1, 0]


def test_parameters_gradients_and_tied_weights(torch):
    weight = torch.nn.Parameter(torch.ones(3, 2))
    tied = torch.nn.Parameter(weight.detach(), requires_grad=False)
    leaf = torch.ones(2, requires_grad=True)
    (weight.sum() + leaf.sum()).backward()
    state = {"w": weight, "same": weight, "b": torch.zeros(2)}
    again = there_and_back(weight=weight, tied=tied, leaf=leaf, state=state)
    assert type(again["weight"]) is torch.nn.Parameter
    assert again["weight"].requires_grad
    assert torch.equal(weight.grad, again["weight"].grad)
    assert torch.equal(leaf.grad, again["leaf"].grad)
    assert not again["tied"].requires_grad
    assert again["state"]["w"] is again["state"]["same"] is again["weight"]
    with torch.no_grad():
        again["weight"][0, 0] = 7
    assert 7 == again["tied"][0, 0]
    again["leaf"].sum().backward()


def test_arrays_of_numpy_over_tensors(torch):
    np = pytest.importorskip("numpy")
    x = torch.arange(6.0)
    array = x.numpy()
    again = there_and_back(x=x, array=array, part=array[2:])
    again["x"][2] = 50
    assert 50 == again["array"][2] == again["part"][0]
    assert np.float32 == again["array"].dtype


def test_tensors_that_are_refused_and_why(torch):
    np = pytest.importorskip("numpy")

    class Mine(torch.Tensor):
        @classmethod
        def __torch_function__(cls, func, types, args=(), kwargs=None):
            raise AssertionError

    noted = torch.zeros(2)
    noted.name_of_mine = 1
    leaf = torch.ones(2, requires_grad=True)
    shared = torch.zeros(3)
    shared.share_memory_()
    found = reasons(
        mine=torch.zeros(2).as_subclass(Mine),
        graph=leaf * 2,
        lent=torch.from_numpy(np.zeros(3)),
        shared=shared,
        noted=noted,
        sparse=torch.eye(2).to_sparse(),
        meta=torch.empty(2, device="meta"),
        model=torch.nn.Linear(2, 2),
    )
    assert {
        "mine": "it is a `Mine` of `test_undo_libraries`",
        "graph": "it is a tensor of an autograd graph",
        "lent": "it is a tensor in memory of another library",
        "shared": "it is a tensor in memory of another library",
        "noted": "it is a tensor with attributes of its own",
        "sparse": "it is a sparse or quantized tensor",
        "meta": "it is a tensor on a device",
        "model": "it is a `Linear` of `torch`",
    } == found
