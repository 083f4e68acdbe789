"""``%leakcheck``: the report and all that can be asked of it, as a magic.

A refusal is a sentence, not an exception: an exception would replace the
user's last traceback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from leakhunter.act.refusal import Refusal
from leakhunter.doors.ask import Ask
from leakhunter.doors.commands import run, runs_code
from leakhunter.doors.document import error_json
from leakhunter.heap.walk.collector import held_off

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakhunter.hunter import Hunter


@magics_class
class LeakMagics(Magics):
    """The magics of one shell.

    Parameters
    ----------
    hunter
        What is asked.
    watched
        Tells whether a panel shows the same: then text is enough.
    """

    def __init__(self, hunter: Hunter, watched: Callable[[], bool]) -> None:
        super().__init__(hunter.shell)
        self._hunter = hunter
        self._watched = watched
        self._shown: list[str] = []

    @no_var_expand
    @line_cell_magic
    def leakcheck(self, line: str, cell: str | None = None) -> None:
        """Show what keeps this kernel's memory, and clear what can go.

        ::

            %leakcheck                    the report; findings are numbered
            %leakcheck 1                  what holds finding 1, and why
            %leakcheck cells              memory by cell
            %leakcheck vars               memory by variable
            %leakcheck sheet              where all the memory is
            %leakcheck why df             what holds a variable's memory
            %leakcheck refs df            what refers to it, strong and weak apart
            %leakcheck frees df model     what clearing both would free
            %leakcheck preview 1-4        what clearing them does, breaks and leaves
            %leakcheck clear 1-4          preview, ask, save, clear, receipt
            %leakcheck clear df_raw f7    by name of a variable, or by id
            %leakcheck clear 1 --yes      do not ask (--no-undo: do not save either)
            %leakcheck undo               bring back what the last clearing took
            %leakcheck receipts           what was cleared; receipts r2 shows one
            %leakcheck expect 2 "why"     this should stay; list: expect
            %leakcheck expect --remove 2  take that back
            %leakcheck gc                 objects by class; rows are o1, o2 ...
            %leakcheck gc --mark          compare later counts with this one
            %leakcheck gc --growth        classes that grew since (--since 7: a cell)
            %leakcheck gc --unused        held, but read by no cell again
            %leakcheck gc --garbage       unreachable, waiting for a collection
            %leakcheck gc --type Node --min-size 10MB --budget 10
            %leakcheck heap               the whole heap: who holds most of it
            %leakcheck heap df            what holds df, and what it holds; h3: a line
            %leakcheck heap --types       by class; --top 50 shows more lines
            %leakcheck prove 1            does the cell of finding 1 leak? run it again
            %leakcheck prove [27]         the same for a cell, by its number
            %leakcheck prove [27] --seconds 60 --before r1    compare after a fix
            %%leakcheck repeat            the same for the cell under this line
            %leakcheck collect            collect garbage, say what came back
            %leakcheck give-back          return free memory to the system
            %leakcheck about              version, core, Python and settings
            %%leakcheck trace             which lines of this cell hold memory
            %%leakcheck trace --native    with native code's, by memray
            %leakcheck trace start        the same for what follows: stop, top
            %leakcheck trace where df     which calls allocated what it holds
            %leakcheck trace export FILE  .speedscope.json .folded .pb.gz .csv .json
            %leakcheck profile start      cells, functions, lines as a tree: stop
            %%leakcheck lines             memory by line of this cell
            %leakcheck lines -f fn fn(1)  of a function that a statement calls
            %leakcheck memit fn(1)        peak and increment of a statement
            %leakcheck --json             the report for a program
            %leakcheck clear f1 --yes --json

        Nothing is changed before you say so.  The report leaves ``_``, ``Out``
        and your names alone, and never runs code of your objects.
        """
        __tracebackhide__ = True
        ask = Ask(self._hunter, self._watched, self._shown, cell=cell)
        ask.parse(line)
        if runs_code(ask):
            # the user's code is measured with the collector as the user has it
            self._answer(ask)
            return
        with held_off():
            self._answer(ask)

    @staticmethod
    def _answer(ask: Ask) -> None:
        __tracebackhide__ = True
        try:
            run(ask)
        except Refusal as refusal:
            if ask.json:
                ask.print(error_json(str(refusal)))
            else:
                ask.refuse(str(refusal))
