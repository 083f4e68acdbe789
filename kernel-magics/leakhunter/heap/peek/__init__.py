"""One object at a time: what it takes, how it is followed, and how much of it is resident."""
