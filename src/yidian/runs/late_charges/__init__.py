"""Usage that came late → what it changes of months that are in the books. Doors: run.late_charges, lines."""
