"""Taking the picture: from the slots and roots of a session along every reference, and what lies beyond."""
