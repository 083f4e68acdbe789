"""Where memory was allocated, and by which line: measured only while somebody asked for it."""
