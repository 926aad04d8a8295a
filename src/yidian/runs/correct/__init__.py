"""Correcting a month in the books: whom it is about, what it comes to, asked for. Doors: preview, ask, bearing."""
