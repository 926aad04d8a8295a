"""Files that people send: bounded, looked at, kept under names of our own until they are used or old."""
