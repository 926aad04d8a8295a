"""Taking a file in: records to events, duplicates out, lake files written, everything counted both ways."""
