"""The heap explorer: the whole heap by what holds it, for whoever asks."""
