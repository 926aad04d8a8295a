"""Late usage and corrections → what they change of months in the books. Doors: run.differences, work, lines."""
