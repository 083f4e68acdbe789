"""Answers as aligned text of at most 79 columns, one file a subject."""
