"""One subscription changed at an instant: what an order does, by the parts of the import."""
