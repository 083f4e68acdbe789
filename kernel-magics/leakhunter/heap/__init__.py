"""What is alive, how big it is, who holds it, and what clearing would free.  Reads only."""
