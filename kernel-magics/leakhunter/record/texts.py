"""Names of variables in texts that libraries look up: queries, SQL on frames, expressions.

``DataFrame.query`` marks them with ``@``.  DuckDB and polars find the frames
that a statement names among the caller's variables, pandas and numexpr the
names in an expression.
"""

from __future__ import annotations

import ast
import re

_QUERY_NAME = re.compile(r"@([^\W\d]\w*)")
_SQL = re.compile(
    r"\s*(?:with|select|from|summarize|describe|pivot|unpivot|create|insert|copy|explain)\s",
    re.IGNORECASE,
)
"""How a statement that may read a frame begins."""
_TABLE = r"[^\W\d]\w*"
_TABLES = re.compile(
    rf"\b(?:from|join|summarize|describe|pivot|unpivot|copy)\s+"
    rf"({_TABLE}(?:\s+(?:as\s+)?{_TABLE})?(?:\s*,\s*{_TABLE}(?:\s+(?:as\s+)?{_TABLE})?)*)",
    re.IGNORECASE,
)

_EVALUATORS = {"pd": "eval", "pandas": "eval", "ne": "evaluate", "numexpr": "evaluate"}
"""Functions that read the names of an expression, by the name of their module."""


def names_in_text(text: str) -> set[str]:
    """Variables that a query or a statement of SQL names."""
    found = set(_QUERY_NAME.findall(text)) if "@" in text else set()
    if _SQL.match(text):
        for tables in _TABLES.findall(text):
            found |= {table.split()[0] for table in tables.split(",")}
    return found


def text_of(node: ast.expr) -> str:
    """A text as far as the source spells it; empty for anything else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or " " for part in node.values)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""


def evaluated(call: ast.Call) -> ast.AST | None:
    """The expression that a call evaluates with the caller's variables."""
    function = call.func
    if (
        not isinstance(function, ast.Attribute)
        or not isinstance(function.value, ast.Name)
        or _EVALUATORS.get(function.value.id) != function.attr
        or not call.args
    ):
        return None
    try:
        return ast.parse(text_of(call.args[0]).strip())
    except (SyntaxError, ValueError, RecursionError):
        return None
