"""From the values of a record to a usage event: a mapping compiled once into closures, run per record."""
