"""Saving what a clearing takes to a private file, and bringing it back.

Values are walked as a graph: every object once, described by the library that
it is of (``kinds/``).  What comes back is equal in value, type, order and
sharing: two names for one object are one object again, and a view is a view of
its base.  Only exact builtin and library types are saved; nothing is pickled
and no code of the user's runs, neither now nor when it comes back.
"""
