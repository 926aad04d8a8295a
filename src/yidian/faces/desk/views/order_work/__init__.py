"""Orders after they were taken: the list of those to be worked off, one with its steps, and what is done with it."""
