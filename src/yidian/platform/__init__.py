"""What every domain stands on: tenants, time, files, the lake, runs and their tasks, named points."""
