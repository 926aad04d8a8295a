"""Files that people bring in: looked at first, then taken, with what came of every row."""
