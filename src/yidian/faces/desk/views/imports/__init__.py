"""Bringing in files: which kinds there are, what a file would do, what it did."""
