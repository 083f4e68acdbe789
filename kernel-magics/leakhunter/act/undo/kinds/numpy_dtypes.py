"""numpy's types of elements, and single values of these types."""

from __future__ import annotations

import sys
from typing import Any

from leakhunter.act.undo.node import Builder, Damaged, Describe, Node, Refused

MODULE = "numpy"

_LEGACY = 24
"""Numbers of dtypes from here on are of other libraries, or texts of variable length."""

TEXT = 2056
"""Number of the dtype for texts of variable length."""


def known() -> dict[type, Describe]:
    """The types of this module, with what describes each."""
    numpy = sys.modules[MODULE]
    found: dict[type, Describe] = {}
    for code in numpy.typecodes["All"]:
        dtype = numpy.dtype(code)
        found[type(dtype)] = _dtype
        if code not in "OV":
            found[dtype.type] = _scalar
    texts = getattr(getattr(numpy, "dtypes", None), "StringDType", None)
    if texts is not None:
        found[texts] = _dtype
    return found


def facts_of(dtype: Any) -> Any:
    """A dtype as plain values."""
    if dtype.metadata:
        raise Refused("an array with notes in its dtype")
    if dtype.num >= _LEGACY:
        raise Refused(f"an array of `{type(dtype).__name__}`, which undo does not know")
    numpy = sys.modules[MODULE]
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        return ["sub", facts_of(base), list(shape)]
    if dtype.names is None:
        if dtype.type is numpy.void and dtype.str.startswith("|V"):
            return ["void", dtype.itemsize]
        return ["plain", dtype.str]
    if dtype.type is not numpy.void:
        raise Refused("an array of records with a class of their own")
    if not all(_is_text(name) for name in dtype.names):
        raise Refused("an array of records with names that are no text")
    fields = [dtype.fields[name] for name in dtype.names]
    if any(len(field) > 2 and type(field[2]) is not str for field in fields):  # noqa: PLR2004 - a title is third
        raise Refused("an array of records with titles")
    return [
        "fields",
        list(dtype.names),
        [facts_of(field[0]) for field in fields],
        [field[1] for field in fields],
        [field[2] if len(field) > 2 else None for field in fields],  # noqa: PLR2004 - a title is third
        dtype.itemsize,
        dtype.isalignedstruct,
    ]


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def dtype_of(facts: Any) -> Any:
    """The dtype that plain values tell."""
    numpy = sys.modules[MODULE]
    match facts:
        case ["sub", base, shape]:
            return numpy.dtype((dtype_of(base), tuple(shape)))
        case ["void", size]:
            return numpy.dtype((numpy.void, size))
        case ["plain", text]:
            return numpy.dtype(text)
        case ["fields", names, formats, offsets, titles, size, aligned]:
            made = {
                "names": names,
                "formats": [dtype_of(one) for one in formats],
                "offsets": offsets,
                "itemsize": size,
            }
            if any(title is not None for title in titles):
                made["titles"] = titles
            return numpy.dtype(made, align=aligned)
    msg = "A saved dtype cannot be read."
    raise Damaged(msg)


def _dtype(obj: Any, _: object) -> Node:
    if obj.num != TEXT:
        return Node("numpy.dtype", facts_of(obj))
    missing = [obj.na_object] if hasattr(obj, "na_object") else []
    return Node("numpy.text_dtype", obj.coerce, missing)


def _make_text_dtype(coerce: bool, parts: list[Any], _: object) -> Any:
    cls = sys.modules[MODULE].dtypes.StringDType
    return cls(coerce=coerce, na_object=parts[0]) if parts else cls(coerce=coerce)


def _scalar(obj: Any, _: object) -> Node:
    if isinstance(obj, str):
        return Node("numpy.str", str(obj).encode("utf-8", "surrogatepass"))
    if isinstance(obj, bytes):
        # as an item of an array it would lose zeros at its end
        return Node("numpy.bytes", bytes(obj))
    return Node("numpy.scalar", [facts_of(obj.dtype), obj.tobytes()])


def _make_scalar(facts: Any, *_: object) -> Any:
    numpy = sys.modules[MODULE]
    return numpy.ndarray((), dtype_of(facts[0]), facts[1])[()]


def _make_str(facts: bytes, *_: object) -> Any:
    return sys.modules[MODULE].str_(facts.decode("utf-8", "surrogatepass"))


BUILDERS = {
    "numpy.dtype": Builder(lambda facts, *_: dtype_of(facts)),
    "numpy.text_dtype": Builder(_make_text_dtype),
    "numpy.scalar": Builder(_make_scalar),
    "numpy.str": Builder(_make_str),
    "numpy.bytes": Builder(lambda facts, *_: sys.modules[MODULE].bytes_(facts)),
}
