"""The laws that must always hold, each a query of its own; nothing here writes. Doors: examine, finding."""
