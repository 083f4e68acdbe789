"""The only code that changes the user's process.  Every act ends in a receipt."""
