"""Which names a cell binds, reads and deletes, from its source alone.

Nothing is run or imported: the source goes through IPython's own line
transformer and :mod:`ast`.  Reads inside a function count for a cell that
names the function, so they are kept apart here and joined by
:mod:`leakhunter.detect.liveness`.  Cost: about 0.2 ms for a cell of 20 lines,
paid when a report needs it, never in the user's cell.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from IPython.core.inputtransformer2 import TransformerManager

from leakhunter.record.modules import imports_of, writes_of
from leakhunter.record.texts import evaluated, names_in_text, text_of

_SEES_ALL = {"eval", "exec", "globals", "locals", "vars"}
"""Builtins through which code can read names that its source does not spell."""

_PYTHON_LINE = {
    "time",
    "timeit",
    "prun",
    "memit",
    "mprun",
    "lprun",
    "memray_flamegraph",
}
"""Line magics whose argument is Python."""

_PYTHON_CELL = {
    "time",
    "timeit",
    "prun",
    "capture",
    "leakcheck",
    "memit",
    "memray_flamegraph",
}
"""Cell magics whose body is Python of this session."""

_SETUP = {"timeit"}
"""Cell magics whose line is Python too."""

_FOREIGN = {
    "!", "SVG", "bash", "file", "html", "javascript", "js", "latex", "markdown", "perl", "ruby",
    "script", "sh", "svg", "sx", "system", "writefile",
}  # fmt: skip
"""Cell magics whose body is no Python of this session."""

_LOOKS = {"pdef", "pdoc", "pfile", "pinfo", "pinfo2", "psource"}
"""Magics that show what a name holds: ``df?``."""

_SILENT_MAGICS = {
    "autoreload", "aimport", "alias", "autoawait", "automagic", "autosave", "bookmark", "cat",
    "cd", "clear", "colors", "conda", "config", "connect_info", "dhist", "dirs", "env", "gui",
    "history", "leakcheck", "load_ext", "logstart", "logstop", "ls", "lsmagic", "magic", "man",
    "matplotlib", "micromamba", "mkdir", "more", "notebook", "page", "pastebin", "pip", "popd",
    "pprint", "precision", "pushd", "pwd", "pylab", "quickref", "reload_ext", "rm", "rmdir",
    "set_env", "subplots", "sx", "system", "tb", "unload_ext", "uv", "xmode",
}  # fmt: skip
"""Magics that read no variable."""

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

_OURS = re.compile(r"^\s*%(?:leakcheck\b|(?:re|un)?load_ext\s+leakhunter\b).*$")
_WORD = re.compile(r"[^\W\d]\w*")
_SHELL_NAME = re.compile(r"(?<!\$)\$(\w+)|\{([^\W\d]\w*)")


@dataclass
class Uses:
    """Names used by one piece of code.

    ``all_of`` are the builtins it calls that can read any name; ``maybe`` are
    words in the text of a magic we do not know, each with the magic's name;
    ``mentions`` are the names handed on by the statement that bound a name,
    ``made_by`` those it called: an instance runs its class's methods later,
    the result of a function is only a value.
    """

    bound: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    all_of: set[str] = field(default_factory=set)
    maybe: dict[str, str] = field(default_factory=dict)
    mentions: set[str] = field(default_factory=set)
    made_by: set[str] = field(default_factory=set)
    is_class: bool = False


@dataclass
class CellNames(Uses):
    """Names used by a cell.

    ``inside`` maps a name that this cell binds to what happens when somebody
    uses it: the body of a function or class, the functions in a container.
    ``empty`` is true for a cell with nothing but comments and our own magics.
    ``words`` are all names in it, of attributes and in texts too; ``imports``
    and ``writes`` are those of :mod:`leakhunter.record.modules`.
    """

    inside: dict[str, Uses] = field(default_factory=dict)
    empty: bool = False
    words: frozenset[str] = frozenset()
    imports: tuple[tuple[str, str], ...] = ()
    writes: tuple[tuple[str, str], ...] = ()


def without_ours(source: str) -> str:
    """The source without the lines that only call Leak Hunter."""
    return "\n".join("" if _OURS.match(line) else line for line in source.splitlines())


class _Walker(ast.NodeVisitor):
    """Collects the uses of one scope; bodies that run later go to ``later``."""

    def __init__(self, uses: Uses, local: frozenset[str] = frozenset()) -> None:
        self.uses = uses
        self.local = local
        self.later: list[Uses] = []

    # names ------------------------------------------------------------------

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in self.local:
            return
        if isinstance(node.ctx, ast.Store):
            self.uses.bound.add(node.id)
        elif isinstance(node.ctx, ast.Del):
            self.uses.deleted.add(node.id)
        else:
            self.uses.read.add(node.id)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name) and node.target.id not in self.local:
            self.uses.read.add(node.target.id)
        self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name and node.name not in self.local:
            self.uses.bound.add(node.name)
        self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> None:
        name = (node.asname or node.name).split(".")[0]
        if name not in self.local:
            self.uses.bound.add(name)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self._capture(node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        self._capture(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self._capture(node.rest)
        self.generic_visit(node)

    def _capture(self, name: str | None) -> None:
        if name and name not in self.local:
            self.uses.bound.add(name)

    def visit_Constant(self, node: ast.Constant) -> None:
        self.uses.read |= names_in_text(text_of(node)) - self.local

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self.uses.read |= names_in_text(text_of(node)) - self.local
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        # a text by itself is a remark
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    # scopes -----------------------------------------------------------------

    def _function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    ) -> Uses:
        """Walk a function: defaults and decorators now, its body later."""
        args = node.args
        for now in [*args.defaults, *(d for d in args.kw_defaults if d is not None)]:
            self.visit(now)
        names = [*args.posonlyargs, *args.args, *args.kwonlyargs]
        own = {a.arg for a in [*names, args.vararg, args.kwarg] if a is not None}
        if not isinstance(node, ast.Lambda):
            for now in [
                *node.decorator_list,
                *(a.annotation for a in names if a.annotation),
            ]:
                self.visit(now)
            if node.returns is not None:
                self.visit(node.returns)
        body = node.body if isinstance(node.body, list) else [node.body]
        uses = Uses()
        walker = _Walker(uses, self.local | own | _locals_of(body))
        for statement in body:
            walker.visit(statement)
        for nested in walker.later:
            _merge(uses, nested)
        self.later.append(uses)
        return uses

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)
        if node.name not in self.local:
            self.uses.bound.add(node.name)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)
        if node.name not in self.local:
            self.uses.bound.add(node.name)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._function(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for now in [
            *node.bases,
            *(k.value for k in node.keywords),
            *node.decorator_list,
        ]:
            self.visit(now)
        body = Uses()
        walker = _Walker(body, self.local)
        for statement in node.body:
            walker.visit(statement)
        self.uses.read |= body.read - body.bound
        self.uses.all_of |= body.all_of
        self.later.extend(walker.later)
        if node.name not in self.local:
            self.uses.bound.add(node.name)

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> None:
        own = {
            n.id
            for g in node.generators
            for n in ast.walk(g.target)
            if isinstance(n, ast.Name)
        }
        inner = _Walker(self.uses, self.local | own)
        self.visit(node.generators[0].iter)
        for i, generator in enumerate(node.generators):
            for part in [*([generator.iter] if i else []), *generator.ifs]:
                inner.visit(part)
        for part in (
            [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        ):
            inner.visit(part)
        self.later.extend(inner.later)

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self._comprehension(node)

    # calls that reach further -----------------------------------------------

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        if isinstance(function, ast.Name) and function.id in _SEES_ALL:
            if not (function.id == "vars" and node.args):
                self.uses.all_of.add(f"{function.id}()")
        elif isinstance(function, ast.Attribute) and _is_get_ipython(function.value):
            self._shell_call(function.attr, [text_of(a) for a in node.args])
            return
        inner = evaluated(node)
        if inner is not None:
            self.visit(inner)
        self.generic_visit(node)

    def _shell_call(self, method: str, known: list[str]) -> None:
        """``get_ipython().run_line_magic(name, line)`` and its kin."""
        if method == "run_line_magic" and len(known) > 1:
            self._magic(known[0], known[1], None)
        elif method == "run_cell_magic" and len(known) > 2:  # noqa: PLR2004
            self._magic(known[0], known[1], known[2])
        elif method in {"system", "getoutput", "getoutputs"}:
            for text in known:
                self.uses.read.update(a or b for a, b in _SHELL_NAME.findall(text))
        elif method in {"ev", "ex", "run_cell", "run_code", "user_ns", "push"}:
            self.uses.all_of.add(f"get_ipython().{method}")

    def _magic(self, name: str, line: str, body: str | None) -> None:
        if name == "run":
            if "-i" in line.split():
                self.uses.all_of.add("%run -i")
            return
        python = [line] if name in (_PYTHON_LINE if body is None else _SETUP) else []
        python += [body] if body is not None and name in _PYTHON_CELL else []
        self.uses.read.update(a or b for a, b in _SHELL_NAME.findall(line))
        if name == "capture" and line.split()[:1]:
            self.uses.bound.update(w for w in line.split() if w.isidentifier())
        if name in _LOOKS:
            self.uses.read.update(_WORD.findall(line.partition(".")[0]))
            return
        code = [names_of(_without_options(text)) for text in python]
        own = (
            set().union(*(inner.bound for inner in code)) if name == "timeit" else set()
        )
        for inner in code:
            _merge(self.uses, inner, own)
            self.later.extend(inner.inside.values())
        if python or name in (_SILENT_MAGICS if body is None else _FOREIGN):
            return
        for word in _WORD.findall(f"{line}\n{body or ''}"):
            self.uses.maybe.setdefault(
                word, f"%{name}" if body is None else f"%%{name}"
            )


def _without_options(text: str) -> str:
    """The Python behind the options of a magic, some of which have a word of their own."""
    code = re.sub(r"^(?:-\w+(?:\s+\d+)?\s+)+", "", text)
    if code == text and not code.startswith("-"):
        return text
    while code and not _is_python(code):
        code = code.lstrip().partition(" ")[2]
    return code or text


def _is_python(code: str) -> bool:
    try:
        ast.parse(code.strip())
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def _is_get_ipython(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "get_ipython"
    )


def _locals_of(body: Iterable[ast.AST]) -> set[str]:
    """Names that a function body binds for itself: neither ``global`` nor of an inner scope."""
    uses = Uses()
    walker = _Walker(uses)
    outer: set[str] = set()
    for statement in body:
        walker.visit(statement)
        for node in ast.walk(statement):
            if isinstance(node, (ast.Global, ast.Nonlocal)):
                outer.update(node.names)
    return uses.bound - outer


def _merge(
    into: Uses, other: Uses, own: frozenset[str] | set[str] = frozenset()
) -> None:
    """Add uses; what code binds in a scope of its own is neither bound nor read."""
    into.bound |= other.bound - own
    into.read |= other.read - own
    into.deleted |= other.deleted - own
    into.all_of |= other.all_of
    into.maybe.update(other.maybe)


def _targets(statement: ast.stmt) -> set[str]:
    """Names that this statement binds."""
    uses = Uses()
    _Walker(uses).visit(statement)
    return uses.bound


@lru_cache(maxsize=512)
def names_of(source: str) -> CellNames:
    """Analyse a cell.

    Parameters
    ----------
    source : str
        The cell as the user wrote it, magics included.

    Returns
    -------
    CellNames
        Empty sets when the source is not valid Python: then it did not run.
    """
    cell = CellNames()
    stripped = without_ours(source)
    try:
        tree = ast.parse(TransformerManager().transform_cell(stripped))
    except (SyntaxError, ValueError, RecursionError):
        return cell
    cell.empty = not tree.body
    cell.words = frozenset(_WORD.findall(stripped))
    cell.imports, cell.writes = tuple(imports_of(tree)), tuple(writes_of(tree))
    for statement in tree.body:
        _statement(cell, statement)
    return cell


def _statement(cell: CellNames, statement: ast.stmt) -> None:
    """Add one statement of a cell.

    A ``def`` or ``class`` runs later; a function written inside another
    statement (``df.apply(lambda ...)``) may run now as well as later.
    """
    walker = _Walker(cell)
    walker.visit(statement)
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return
    names = _targets(statement)
    calls = [n.func for n in ast.walk(statement) if isinstance(n, ast.Call)]
    called = {f.id for f in calls if isinstance(f, ast.Name)}
    handed = [
        n for n in ast.walk(statement) if isinstance(n, ast.Name) and n not in calls
    ]
    for name in names:
        inside = cell.inside.setdefault(name, Uses())
        inside.mentions |= {n.id for n in handed} - names
        inside.made_by |= called
        inside.is_class = isinstance(statement, ast.ClassDef)
        for later in walker.later:
            _merge(inside, later)
    if not isinstance(statement, _DEFINITIONS):
        for later in walker.later:
            cell.read |= later.read
            cell.all_of |= later.all_of
