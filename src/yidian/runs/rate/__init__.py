"""Usage of a cycle → rated items, totals and rejects. Doors: run.rate, results."""
