"""What a cell does with modules: under which names it imports them, and what it writes on them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_WRITE = "setattr"


def imports_of(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Names that are bound by importing, each with the module that it may stand for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (top, top)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def writes_of(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Attributes that are written, by the code of what they are written on: ``np.cache = 1``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield ast.unparse(node.value), node.attr
        elif isinstance(node, ast.Call) and _name(node.func) == _WRITE:
            match node.args:
                case [base, ast.Constant(value=str(attribute)), _]:
                    yield ast.unparse(base), attribute


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""
