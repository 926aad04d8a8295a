"""The month as people watch it: its six steps with their row laws, what is parked, what was run. Reads counts only."""
