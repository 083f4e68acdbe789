"""The body of a cell that begins with one of our cell magics: compiled as IPython would, and run.

Exceptions are the user's and pass through.  The body is run here and not by
``run_cell``, which would show an exception and then call the cell a success.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import types
from collections.abc import Callable
from typing import TYPE_CHECKING

from IPython.core.displayhook import DisplayHook

from leakhunter.act.refusal import Refusal
from leakhunter.prove.inner import Inner, by_asyncio

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_AWAITS = getattr(ast, "PyCF_ALLOW_TOP_LEVEL_AWAIT", 0)


class Body:
    """Python of a cell, ready to run.

    Parameters
    ----------
    shell
        Where it runs.
    source
        What stands below the line of the magic.
    show
        Whether a last expression is shown.
    number
        That of the cell; the one that runs now if left out.
    inside
        Whether it may await something while a loop runs already, in one of its
        own: what it binds must be put back then.

    Attributes
    ----------
    name
        The file name that its code has.
    codes
        Its code objects, in the order in which they run.

    Raises
    ------
    Refusal
        When it cannot run like this; nothing has run then.
    SyntaxError
        The user's.
    """

    def __init__(
        self,
        shell: InteractiveShell,
        source: str,
        *,
        show: bool = True,
        number: int | None = None,
        inside: bool = False,
    ) -> None:
        self._shell = shell
        self.source = source
        text = shell.transform_cell(source)
        compiler = shell.compile
        count = shell.displayhook.prompt_count if number is None else number
        self.name: str = compiler.cache(text, count, raw_code=source)
        with compiler.extra_flags(_AWAITS if shell.autoawait else 0):
            tree = shell.transform_ast(compiler.ast_parse(text, self.name))
            self.codes = [
                compiler(part, self.name, mode)
                for part, mode in _parts(tree, text, show=show)
            ]
        self._awaits = any(_waits(code) for code in self.codes)
        self._inside = inside
        if self._awaits and not self._can_wait():
            msg = "A cell with `await` at its top cannot be run from a magic: trace it from the panel, or use %leakcheck trace start and stop around it."
            raise Refusal(msg)

    def _can_wait(self) -> bool:
        if self._inside:
            return by_asyncio(self._shell)
        return asyncio._get_running_loop() is None  # noqa: SLF001 - the public way raises

    def run(self, hops: int = 0) -> None:
        """Run it in the user's namespace; its last expression is shown, as ever.

        Parameters
        ----------
        hops
            Calls of ours between this one and the body.  tracemalloc looks up
            the line of every frame that it keeps, ten times faster in these
            than in the large functions of IPython that lie behind them.
        """
        __tracebackhide__ = True
        try:
            _hop(hops, self._run)
        except BaseException as error:  # noqa: BLE001 - whatever the user raises passes
            raise error.with_traceback(self._own(error.__traceback__))  # noqa: B904 - it is the same error

    def _run(self) -> None:
        if self._awaits and not self._inside:
            # no loop runs, as in a terminal: IPython would run it in this one
            self._shell.loop_runner(self._waiting())
            return
        if self._awaits:
            inner = Inner()
            try:
                inner.run(self._waiting())
            finally:
                inner.close()
            return
        names, values = self._shell.user_global_ns, self._shell.user_ns
        for code in self.codes:
            exec(code, names, values)  # noqa: S102 - the user's cell, as IPython runs it

    async def _waiting(self) -> None:
        names, values = self._shell.user_global_ns, self._shell.user_ns
        for code in self.codes:
            if _waits(code):
                await eval(code, names, values)  # noqa: S307 - the user's cell, as IPython runs it
            else:
                exec(code, names, values)  # noqa: S102 - as above

    def _own(self, traceback: types.TracebackType | None) -> types.TracebackType | None:
        """The traceback without our calls."""
        found = traceback
        while found is not None and found.tb_frame.f_code.co_filename != self.name:
            found = found.tb_next
        return found or traceback


def _waits(code: types.CodeType) -> bool:
    return bool(code.co_flags & inspect.CO_COROUTINE)


def _hop(count: int, run: Callable[[], None]) -> None:
    """Call a function from so many calls of ours: see :meth:`Body.run`."""
    return run() if count <= 0 else _hop(count - 1, run)


def _parts(tree: ast.Module, text: str, *, show: bool) -> list[tuple[ast.mod, str]]:
    """What is executed and what is shown: the last expression, unless a semicolon ends it."""
    body = tree.body
    if (
        show
        and body
        and isinstance(body[-1], ast.Expr)
        and not DisplayHook.semicolon_at_end_of_expression(text)
    ):
        last: tuple[ast.mod, str] = (ast.Interactive([body[-1]]), "single")
        first = body[:-1]
        return [*([(ast.Module(first, []), "exec")] if first else []), last]
    return [(ast.Module(body, []), "exec")]
