"""The slow oracle: docs/pricing.md in plain Python, written from the rows of a tariff and from nothing of the house.

A tariff is a dict of lists of dicts, with the field names and values of the typed rows; money is a Fraction of a
micro-unit until it is rounded; time is walked minute by minute. An auditor should be able to read it in one sitting.
"""
