"""A small operator's month from files, through the command line: `make demo`, or `python -m tools.demo`."""
