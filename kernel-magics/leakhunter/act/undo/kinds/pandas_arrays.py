"""pandas' own arrays (categories, dates with zones, missing values, texts) and their types."""

# ruff: noqa: SLF001 - pandas has no public way to what its arrays are made of

from __future__ import annotations

import sys
from typing import Any

from leakhunter.act.undo.kinds.pandas import supported, sure
from leakhunter.act.undo.node import Builder, Damaged, Describe, Node, Refused
from leakhunter.act.undo.words import attributed

MODULE = "pandas"

_BACKED = {
    "Categorical": "pandas.core.arrays.categorical",
    "DatetimeArray": "pandas.core.arrays.datetimes",
    "TimedeltaArray": "pandas.core.arrays.timedeltas",
    "PeriodArray": "pandas.core.arrays.period",
    "NumpyExtensionArray": "pandas.core.arrays.numpy_",
    "PandasArray": "pandas.core.arrays.numpy_",
    "StringArray": "pandas.core.arrays.string_",
    "StringArrayNumpySemantics": "pandas.core.arrays.string_",
}
"""Arrays over one array of numpy's, and where they are; versions differ in what they have."""

_MADE_OF = {
    "IntegerArray": "pandas.core.arrays.integer",
    "FloatingArray": "pandas.core.arrays.floating",
    "BooleanArray": "pandas.core.arrays.boolean",
    "SparseArray": "pandas.core.arrays.sparse.array",
    "IntervalArray": "pandas.core.arrays.interval",
    "ArrowExtensionArray": "pandas.core.arrays.arrow.array",
    "ArrowStringArray": "pandas.core.arrays.string_arrow",
    "ArrowStringArrayNumpySemantics": "pandas.core.arrays.string_arrow",
}
"""Arrays that are plain objects."""

_ATTRIBUTES = {
    "_data", "_mask", "_dtype", "_cache", "_readonly", "_freq", "_sparse_values", "_sparse_index",
    "_left", "_right", "_pa_array",
}  # fmt: skip

_TYPES = "pandas.core.dtypes.dtypes"


def known() -> dict[type, Describe]:
    """The types of this module, with what describes each."""
    if not supported():
        return {}
    found: dict[type, Describe] = {}
    arrays: tuple[tuple[dict[str, str], Describe], ...] = (
        (_BACKED, _backed),
        (_MADE_OF, _made_of),
    )
    for names, describe in arrays:
        for name, module in names.items():
            cls = getattr(sys.modules.get(module), name, None)
            if cls is not None:
                found[cls] = describe
    sparse = sys.modules["pandas._libs.sparse"]
    found[sparse.IntIndex] = _tried(_int_index)
    found[sparse.BlockIndex] = _tried(_block_index)
    for name, (module, describe) in _DTYPES.items():
        cls = getattr(sys.modules.get(module), name, None)
        if cls is not None:
            found[cls] = _tried(describe)
    pandas = sys.modules[MODULE]
    for name in _PLAIN:
        found[getattr(pandas, name)] = lambda obj, _: Node(
            "pandas.plain_dtype", type(obj).__name__
        )
    return found


# ------------------------------------------------------------------- arrays


def _state(obj: Any) -> tuple[list[str], list[Any]]:
    """The attributes of an array, without what it has only computed."""
    kept = obj.__dict__
    if not kept.keys() <= _ATTRIBUTES:
        raise Refused(attributed(obj))
    names = [name for name in kept if name != "_cache"]
    return names, [kept[name] for name in names]


def _backed(obj: Any, _: object) -> Node:
    names, values = _state(obj)
    facts = [type(obj).__name__, names, list(obj._ndarray.shape)]
    node = Node("pandas.backed", facts, [obj._ndarray, obj._dtype, *values])
    return sure(obj, node, BUILDERS["pandas.backed"])


def _make_backed(facts: Any, parts: list[Any], _: object) -> Any:
    name, names, shape = facts
    cls = getattr(sys.modules[_BACKED[name]], name)
    made = cls.__new__(cls)
    sys.modules["pandas._libs.arrays"].NDArrayBacked.__init__(made, parts[0], parts[1])
    made.__dict__.update(zip(names, parts[2:], strict=True))
    if list(made.shape) != shape:
        msg = "A saved column has another shape than was written."
        raise Damaged(msg)
    return made


def _made_of(obj: Any, _: object) -> Node:
    names, values = _state(obj)
    facts = [type(obj).__name__, names, len(obj), "_cache" in obj.__dict__]
    return sure(obj, Node("pandas.made_of", facts, values), BUILDERS["pandas.made_of"])


def _make_of(facts: Any, parts: list[Any], _: object) -> Any:
    name, names, size, caches = facts
    cls = getattr(sys.modules[_MADE_OF[name]], name)
    if name == "IntervalArray":
        made = sys.modules["pandas._libs.interval"].IntervalMixin.__new__(cls)
    else:
        made = object.__new__(cls)
    made.__dict__.update(zip(names, parts, strict=True))
    if caches:
        made._cache = {}
    if len(made) != size:
        msg = "A saved column has another length than was written."
        raise Damaged(msg)
    return made


def _int_index(obj: Any, _: object) -> Node:
    return Node("pandas.int_index", obj.length, [obj.indices])


def _block_index(obj: Any, _: object) -> Node:
    return Node("pandas.block_index", obj.length, [obj.blocs, obj.blengths])


# ------------------------------------------------------------------- dtypes

_PLAIN = (
    "Int8Dtype", "Int16Dtype", "Int32Dtype", "Int64Dtype", "UInt8Dtype", "UInt16Dtype",
    "UInt32Dtype", "UInt64Dtype", "Float32Dtype", "Float64Dtype", "BooleanDtype",
)  # fmt: skip


def _text_dtype(obj: Any, _: object) -> Node:
    if "_na_value" in obj.__dict__:
        return Node("pandas.text_dtype", obj.storage, [obj._na_value])
    return Node("pandas.text_dtype", obj.storage)


def _make_text_dtype(storage: str, parts: list[Any], _: object) -> Any:
    cls = sys.modules[MODULE].StringDtype
    return cls(storage, na_value=parts[0]) if parts else cls(storage)


_DTYPES: dict[str, tuple[str, Describe]] = {
    "CategoricalDtype": (
        _TYPES,
        lambda obj, _: Node("pandas.category", obj._ordered, [obj._categories]),
    ),
    "DatetimeTZDtype": (
        _TYPES,
        lambda obj, _: Node("pandas.zoned", obj.unit, [obj.tz]),
    ),
    "PeriodDtype": (
        _TYPES,
        lambda obj, _: Node("pandas.period_dtype", None, [obj._freq]),
    ),
    "IntervalDtype": (
        _TYPES,
        lambda obj, _: Node("pandas.interval_dtype", obj._closed, [obj._subtype]),
    ),
    "SparseDtype": (
        _TYPES,
        lambda obj, _: Node("pandas.sparse_dtype", None, [obj._dtype, obj._fill_value]),
    ),
    "NumpyEADtype": (
        _TYPES,
        lambda obj, _: Node("pandas.numpy_dtype", None, [obj._dtype]),
    ),
    "ArrowDtype": (
        _TYPES,
        lambda obj, _: Node("pandas.arrow_dtype", None, [obj.pyarrow_dtype]),
    ),
    "StringDtype": (MODULE, _text_dtype),
}


def _tried(describe: Describe) -> Describe:
    def described(obj: Any, notes: dict[Any, Any]) -> Node:
        node = describe(obj, notes)
        return sure(obj, node, BUILDERS[node.kind])

    return described


def _dtype(name: str) -> Any:
    return getattr(sys.modules[_TYPES], name)


def _category(ordered: Any, parts: list[Any], _: object) -> Any:
    return _dtype("CategoricalDtype")._from_fastpath(parts[0], ordered)


BUILDERS = {
    "pandas.backed": Builder(_make_backed),
    "pandas.made_of": Builder(_make_of),
    "pandas.int_index": Builder(
        lambda size, parts, _: sys.modules["pandas._libs.sparse"].IntIndex(
            size, parts[0]
        )
    ),
    "pandas.block_index": Builder(
        lambda size, parts, _: sys.modules["pandas._libs.sparse"].BlockIndex(
            size, *parts
        )
    ),
    "pandas.plain_dtype": Builder(
        lambda name, *_: getattr(sys.modules[MODULE], name)()
    ),
    "pandas.text_dtype": Builder(_make_text_dtype),
    "pandas.category": Builder(_category),
    "pandas.zoned": Builder(
        lambda unit, parts, _: _dtype("DatetimeTZDtype")(unit, parts[0])
    ),
    "pandas.period_dtype": Builder(
        lambda _, parts, __: _dtype("PeriodDtype")(parts[0])
    ),
    "pandas.interval_dtype": Builder(
        lambda closed, parts, _: _dtype("IntervalDtype")(parts[0], closed)
    ),
    "pandas.sparse_dtype": Builder(lambda _, parts, __: _dtype("SparseDtype")(*parts)),
    "pandas.numpy_dtype": Builder(
        lambda _, parts, __: _dtype("NumpyEADtype")(parts[0])
    ),
    "pandas.arrow_dtype": Builder(lambda _, parts, __: _dtype("ArrowDtype")(parts[0])),
}
