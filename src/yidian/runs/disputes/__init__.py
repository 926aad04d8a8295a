"""Disputes over several rooms. Doors: raising.dispute, settling.uphold, settling.settle, reading.read."""
