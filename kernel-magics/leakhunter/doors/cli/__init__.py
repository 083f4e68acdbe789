"""The door for CI: ``jupyter leakcheck notebook.ipynb``.

It runs a notebook from top to bottom in a fresh kernel and ends in a report and
an exit code.  The kernel side is switched on and asked as any front end does;
what it answers is the same :class:`~leakhunter.model.Report`, in the same words.

Only this door needs nbclient, and only in the environment that it runs in.
"""
