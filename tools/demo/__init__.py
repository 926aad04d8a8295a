"""Three months of a small operator from files, through the command line: `make demo`, or `python -m tools.demo`."""
