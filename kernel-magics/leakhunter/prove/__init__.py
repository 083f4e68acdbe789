"""Proving growth by repetition: a cell runs again in batches, and what stays is counted after each."""
