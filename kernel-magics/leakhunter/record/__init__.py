"""Recording: what every run of a cell did to memory and to the user's names."""
